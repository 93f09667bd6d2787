"""Answers an upload handler: may this picture in, must it wait for a person, or not at all?

    guard = Guard.open("lists/arbora")                  # once, when your service starts
    verdict = guard.check(upload.read())                # in the handler
    if verdict.word != "allow": ...                     # verdict.reason says why

What is decided, in this order:

    block  an exact digest is listed, or a picture's PDQ lies nearer than `hold_from`
    hold   the entry is disputed, or a lead only that nobody has judged;
           the PDQ lies within 31 bits but not nearer than `hold_from` (a person should look);
           the PDQ matches and the picture is nearly flat, so that its PDQ says little;
           the bytes are a picture and cannot be decoded: what cannot be checked is not let in;
           the bytes are no picture, unless `allow_others` (their digests were looked up)
    allow  everything else, also what is listed as harmless

Nothing that is checked is kept: no body is written to disk or to a log.
"""

import os
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from copse.kit.hashing import Fingerprint, Mode, fingerprint
from copse.kit.lists import KnownList, Match, Matches
from copse.kit.lists.entry import Standing
from copse.kit.lists.known import Word
from copse.kit.scanning.engine import joined

RADIUS = 31
TINY_PICTURE = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
LOW_QUALITY = 50  # below it a PDQ says little about the picture (the reference's own figure)


@dataclass(frozen=True)
class Policy:
    """What a service decides for itself.

    Attributes:
        hold_from: distance in bits (1 to 31) from which a match is held instead of blocked;
            None: every match within 31 bits is blocked.
        allow_others: let in what is no picture at all, after looking up its digests.
        hold_flat: hold nearly flat pictures even when nothing matches.
    """

    hold_from: int | None = None
    allow_others: bool = False
    hold_flat: bool = False


DEFAULT = Policy()


@dataclass(frozen=True)
class Verdict:
    """What to do with an upload: `word`, a stable `code`, a `reason` in a sentence, and matches."""

    word: Word
    code: str
    reason: str
    matches: tuple[Match, ...] = ()
    more: bool = False


def judge(fingerprint: Fingerprint, matches: Matches, policy: Policy) -> Verdict:
    """The verdict on a fingerprint and what the lists say of it."""
    if matches.verdict != "allow":
        return _on_match(fingerprint, matches, policy)
    problem = fingerprint.problem
    if fingerprint.pdq is None and problem is not None:
        if problem.code == "not-a-picture" and policy.allow_others:
            return Verdict("allow", problem.code, f"{problem.sentence} Its digests are not listed.")
        return Verdict("hold", problem.code, f"It could not be checked. {problem.sentence}")
    if policy.hold_flat and _is_flat(fingerprint):
        return Verdict("hold", "flat", "The picture is nearly flat; its fingerprint says little.")
    if matches:
        reason = "It is listed as harmless: who looked at it denies that it is known material."
        return Verdict("allow", "harmless", reason, matches.found, matches.more)
    return Verdict("allow", "not-listed", "It is on none of the lists.")


def _on_match(fingerprint: Fingerprint, matches: Matches, policy: Policy) -> Verdict:
    found, more = matches.found, matches.more
    if matches.standing == Standing.SEED:
        reason = "It is listed as a lead that nobody has judged yet; a person should look."
        return Verdict("hold", "lead", reason, found, more)
    if matches.standing == Standing.DISPUTED:
        reason = "It is listed, and not everybody agrees that it should be; a person should look."
        return Verdict("hold", "disputed", reason, found, more)
    sure = [one for one in found if one.standing == Standing.POSITIVE]
    if any(one.how != "pdq" for one in sure):
        return Verdict("block", "digest", "Exactly this file is listed.", found, more)
    nearest = min(one.distance or 0 for one in sure)
    if _is_flat(fingerprint):
        reason = "A listed picture is near, but this one is nearly flat; a person should look."
        return Verdict("hold", "flat", reason, found, more)
    if policy.hold_from is not None and nearest >= policy.hold_from:
        reason = f"A listed picture is {nearest} bits away, which a person should look at."
        return Verdict("hold", "borderline", reason, found, more)
    return Verdict("block", "near", f"A listed picture is {nearest} bits away.", found, more)


def _is_flat(fingerprint: Fingerprint) -> bool:
    # Unknown quality (a bare hash was sent) is taken as good: whoever hashed it, checked it.
    return fingerprint.quality is not None and fingerprint.quality < LOW_QUALITY


class Guard:
    """The lists and the policy of one service; safe to share between threads."""

    def __init__(
        self, lists: Sequence[Path], *, policy: Policy = DEFAULT, mode: Mode = "full"
    ) -> None:
        """Open the lists, in the folders that `copse list pull` keeps. Raises `NoList`.

        A list that is pulled anew is noticed by itself, at the next check.
        """
        self.policy = policy
        self.mode = mode
        self.lists = tuple(KnownList.open(one) for one in lists)

    @classmethod
    def open(cls, *lists: str | os.PathLike[str], policy: Policy = DEFAULT) -> Self:
        """A guard with these lists.

        Args:
            lists: folders that `copse list pull` keeps; followed when they are pulled anew.
            policy: what the service decides for itself.

        Raises:
            NoList: a folder holds no list.
        """
        return cls([Path(one) for one in lists], policy=policy)

    def warm_up(self) -> None:
        """Start a decoder and open every index now, so that the first upload waits for neither."""
        self.check(TINY_PICTURE)

    def check(self, source: bytes | Fingerprint) -> Verdict:
        """The verdict on an upload's bytes, or on a fingerprint made elsewhere.

        Bytes are decoded in a confined child process; a file that breaks it is held.

        Args:
            source: the whole file, or what `copse.kit.fingerprint` made of it.

        Returns:
            A `Verdict`: `word` is "allow", "hold" or "block". What is wrong with a file is a verdict,
            never an error.
        """
        told = source
        if isinstance(told, bytes):
            told = fingerprint(told, mode=self.mode, isolate=True)
        # Nearly flat pictures are looked up, too: what is near one is for a person to see.
        answers = [one.match(told, RADIUS, least_quality=0) for one in self.lists]
        return judge(told, joined(answers), self.policy)
