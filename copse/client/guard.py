"""Answers an upload handler: may this picture in, must it wait for a person, or not at all?

    guard = Guard.open("lists/arbora")                  # once, when your service starts
    verdict = guard.check(upload.read())                # in the handler
    if verdict.word != "allow": ...                     # verdict.reason says why

What is decided, in this order:

    block  an exact digest is listed, or a picture's PDQ lies nearer than `hold_from`
    hold   the entry's standing is not sure: others dispute it, or it is a lead only;
           the PDQ lies within 31 bits but not nearer than `hold_from` (a person should look);
           the PDQ matches and the picture is nearly flat, so that its PDQ says little;
           the bytes are a picture and cannot be decoded: what cannot be checked is not let in;
           the bytes are no picture, unless `allow_others` (their digests were looked up)
    allow  everything else

Nothing that is checked is kept: no body is written to disk or to a log.
"""

import os
import queue
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from copse.kit.errors import LaterError
from copse.kit.hashing import HASHER, Fingerprint, Problem, digests
from copse.kit.lists import KnownList, Match, Matches
from copse.kit.lists.entry import Standing
from copse.kit.scanning.engine import joined, processors
from copse.kit.scanning.pool import Child, Way

RADIUS = 31
BROKEN = Problem("out-of-bounds", "Decoding it broke the limits on memory.")
SLOW = Problem("too-slow", "Decoding it took longer than the limit.")
LOW_QUALITY = 50  # below it a PDQ says little about the picture (the reference's own figure)
Word = Literal["allow", "hold", "block"]


class Busy(LaterError):  # noqa: N818 - named for the state
    """Every decoder is at work; the same call may succeed in a moment."""

    code = "busy"


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
    found = tuple(one for one in matches.found if one.standing != Standing.NEGATIVE)
    if found:
        return _on_match(fingerprint, Matches(found, matches.more), policy)
    problem = fingerprint.problem
    if fingerprint.pdq is None and problem is not None:
        if problem.code == "not-a-picture" and policy.allow_others:
            return Verdict("allow", problem.code, f"{problem.sentence} Its digests are not listed.")
        return Verdict("hold", problem.code, f"It could not be checked. {problem.sentence}")
    if policy.hold_flat and _is_flat(fingerprint):
        return Verdict("hold", "flat", "The picture is nearly flat; its fingerprint says little.")
    return Verdict("allow", "not-listed", "It is on none of the lists.")


def _on_match(fingerprint: Fingerprint, matches: Matches, policy: Policy) -> Verdict:
    found, more = matches.found, matches.more
    sure = [one for one in found if one.standing == Standing.POSITIVE]
    if not sure:
        reason = "It is listed, and not everybody agrees that it should be; a person should look."
        return Verdict("hold", "disputed", reason, found, more)
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


class Decoders:
    """Warm child processes that decode what strangers send, each within limits of its own."""

    def __init__(self, number: int, way: Way) -> None:
        self._way = way
        self._free: queue.Queue[Child] = queue.Queue()
        for _ in range(number):
            self._free.put(Child(way))

    def answer_to(self, body: bytes, patience: float) -> Fingerprint | Problem:
        """Fingerprint `body` in a child. Raises `Busy` when none is free within `patience` s."""
        try:
            child = self._free.get(timeout=patience)
        except queue.Empty:
            raise Busy("Every decoder is at work. Try again in a moment.") from None
        answer: object = None
        try:
            child.give(body)
            answer = child.take(patience)
            return answer if isinstance(answer, Fingerprint | Problem) else BROKEN
        except TimeoutError:
            return SLOW
        finally:
            self._free.put(child if answer is not None else self._anew(child))

    def _anew(self, child: Child) -> Child:
        child.close()
        return Child(self._way)

    def close(self) -> None:
        """End the children that are free; the others end with this process."""
        with suppress(queue.Empty):
            while True:
                self._free.get_nowait().close()


class Guard:
    """The lists, the policy and the decoders of one service; safe to share between threads."""

    def __init__(
        self,
        lists: Sequence[Path],
        *,
        policy: Policy = DEFAULT,
        workers: int | None = None,
        patience: float = 10.0,
    ) -> None:
        """Open the lists and start the decoders.

        Args:
            lists: folders that `copse list pull` keeps.
            policy: what this service decides for itself.
            workers: decoders; by default one for each processor.
            patience: seconds to wait for a decoder, and then for its answer.
        """
        self.policy = policy
        # A list that is pulled anew is noticed by itself, at the next check.
        self.lists = tuple(KnownList.open(one) for one in lists)
        self._patience = patience
        self._decoders = Decoders(workers or processors(), Way(isolate=True))

    @classmethod
    def open(cls, *lists: str | os.PathLike[str], policy: Policy = DEFAULT) -> Self:
        """A guard with these lists, on every processor."""
        return cls([Path(one) for one in lists], policy=policy)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def check(self, source: bytes | Fingerprint) -> Verdict:
        """The verdict on an upload's bytes, or on a fingerprint made elsewhere.

        Raises `Busy` when no decoder became free in time: try again, or let the upload wait.
        """
        told = source
        if isinstance(told, bytes):
            answer = self._decoders.answer_to(told, self._patience)
            told = answer if isinstance(answer, Fingerprint) else only_digests(told, answer)
        # Nearly flat pictures are looked up, too: what is near one is for a person to see.
        answers = [one.match(told, RADIUS, least_quality=0) for one in self.lists]
        return judge(told, joined(answers), self.policy)

    def close(self) -> None:
        """End the decoders."""
        self._decoders.close()


def only_digests(body: bytes, problem: Problem) -> Fingerprint:
    """What is known of bytes whose decoder broke: an exact copy is still found."""
    md5, sha1, sha256 = digests(BytesIO(body))
    return Fingerprint(
        size=len(body), md5=md5, sha1=sha1, sha256=sha256, pdq=None, quality=None, upright=None,
        frames=(), kind="unknown", width=None, height=None, mode="full", hasher=HASHER,
        problem=problem,
    )  # fmt: skip
