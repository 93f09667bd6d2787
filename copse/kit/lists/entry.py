"""What a list holds: one entry for each piece of known material, and what others think of it."""

import re
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime
from enum import StrEnum, auto
from typing import Final

from copse.kit.errors import InputError

# Hexadecimal letters of each fingerprint kind, in the order in which they are looked up.
DIGESTS: Final = {"md5": 32, "sha1": 40, "sha256": 64}
KINDS: Final = ("pdq", *DIGESTS)
PDQ_LETTERS = 64
# A film of an hour, a frame a second.
MOST_PDQ = 4_000
MOST_LABELS = 50
MOST_OPINIONS = 1_000
LONGEST_ID = 200
EPOCH_YEAR = 1970
_HEX = {letters: re.compile(rf"[0-9a-f]{{{letters}}}") for letters in (32, 40, 64)}
_LABEL = re.compile(r"[A-Za-z0-9_.-]{1,64}/[A-Za-z0-9_.-]{1,32}/[A-Za-z0-9_./-]{1,100}")


class BadEntry(InputError):  # noqa: N818 - named for the state
    """A field of an entry cannot be taken; `facts["field"]` names it."""

    code = "bad-entry"


class Category(StrEnum):
    """What one body holds of an entry: the categories that signal exchanges share."""

    POSITIVE = auto()
    NEGATIVE = auto()
    SEED = auto()  # worth looking into, not yet judged


class Standing(StrEnum):
    """What all opinions come to. Disputed: some say so, some deny it; a person should look."""

    POSITIVE = auto()
    NEGATIVE = auto()
    SEED = auto()
    DISPUTED = auto()


@dataclass(frozen=True, order=True)
class Opinion:
    """What one body (`by`, a name or number of theirs) holds of an entry."""

    by: str
    category: Category


@dataclass(frozen=True)
class Entry:
    """One piece of known material.

    Attributes:
        id: the publisher's name for it, 1 to 200 printable signs, unique in its list.
        pdq: PDQ hashes as 64 lowercase hexadecimal digits; several for a video's frames.
        md5, sha1, sha256: digests of the exact file as lowercase hexadecimal, or None.
        labels: codes as `scheme/version/code`, such as `material_label/1/national_child`.
        updated: when the publisher last changed it; aware, kept to the second in UTC.
        withdrawn: it left the list; fingerprints are then not needed.
        opinions: what others hold of it; the entry itself is its publisher's positive opinion.

    Raises:
        BadEntry: naming the field that cannot be taken.
    """

    id: str
    _: KW_ONLY
    pdq: tuple[str, ...] = ()
    md5: str | None = None
    sha1: str | None = None
    sha256: str | None = None
    labels: tuple[str, ...] = ()
    updated: datetime
    withdrawn: bool = False
    opinions: tuple[Opinion, ...] = ()

    def __post_init__(self) -> None:
        _check_id(self.id)
        for kind, letters in DIGESTS.items():
            value = getattr(self, kind)
            if value is not None and not _HEX[letters].fullmatch(value):
                raise _bad(kind, f"is not {letters} lowercase hexadecimal digits")
        _check_pdq(self.pdq)
        _check_labels(self.labels)
        _check_opinions(self.opinions)
        if self.updated.tzinfo is None or self.updated.year <= EPOCH_YEAR:
            raise _bad("updated", "has no time zone or is too old; write 2026-11-25T10:00:00Z")
        if not self.withdrawn and not any(self.values()):
            raise _bad("fingerprints", "are missing; an entry needs a pdq, md5, sha1 or sha256")
        object.__setattr__(self, "updated", self.updated.astimezone(UTC).replace(microsecond=0))

    def values(self) -> Iterable[tuple[str, str]]:
        """Every fingerprint as kind and hexadecimal digits."""
        for value in self.pdq:
            yield "pdq", value
        for kind in DIGESTS:
            if (value := getattr(self, kind)) is not None:
                yield kind, value

    @property
    def standing(self) -> Standing:
        """What the publisher's entry and all opinions come to."""
        return standing(opinion.category for opinion in self.opinions)


def standing(categories: Iterable[Category]) -> Standing:
    """Sum up opinions: positive and negative together are disputed, none is the publisher's own."""
    held = set(categories)
    if {Category.POSITIVE, Category.NEGATIVE} <= held:
        return Standing.DISPUTED
    for category in (Category.POSITIVE, Category.NEGATIVE, Category.SEED):
        if category in held:
            return Standing(category.value)
    return Standing.POSITIVE


def _check_id(text: str) -> None:
    if not text or len(text) > LONGEST_ID or not text.isprintable() or text != text.strip():
        raise _bad("id", f"is not 1 to {LONGEST_ID} printable signs without spaces around them")


def _check_pdq(values: tuple[str, ...]) -> None:
    if len(values) > MOST_PDQ:
        raise _bad("pdq", f"holds more than {MOST_PDQ} hashes")
    if not all(_HEX[PDQ_LETTERS].fullmatch(value) for value in values):
        raise _bad("pdq", f"is not {PDQ_LETTERS} lowercase hexadecimal digits")
    if len(set(values)) != len(values):
        raise _bad("pdq", "holds the same hash twice")


def _check_labels(labels: tuple[str, ...]) -> None:
    if len(labels) > MOST_LABELS:
        raise _bad("labels", f"are more than {MOST_LABELS}")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise _bad("labels", "are not of the form scheme/version/code")


def _check_opinions(opinions: tuple[Opinion, ...]) -> None:
    if len(opinions) > MOST_OPINIONS:
        raise _bad("opinions", f"are more than {MOST_OPINIONS}")
    if not all(one.by.isprintable() and 0 < len(one.by) <= LONGEST_ID for one in opinions):
        raise _bad("opinions", f"are held by a name of 1 to {LONGEST_ID} printable signs")


def _bad(field: str, what: str) -> BadEntry:
    # The value itself is not quoted: an error may end in a log that more people read.
    return BadEntry(f"The {field} {what}.", field=field)
