"""What every reader of a list's format shares: bounds, and a count of what could not be read.

A reader streams: it holds one line or element at a time. What is wrong with one of them is counted
and named, and the rest is read; what makes the file no list at all (`BadList`) ends the reading.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from copse.kit.errors import InputError
from copse.kit.lists.entry import BadEntry, Entry

# The longest own entry, with an hour of frames, has about 280 kB.
LONGEST_LINE = 1 << 20
# Kept with their sentences; the rest are only counted.
MOST_KEPT = 1_000
BOM = b"\xef\xbb\xbf"


class BadList(InputError):  # noqa: N818 - named for the state
    """The file is no list in this format, or breaks off; `facts["place"]` says where."""

    code = "bad-list"


@dataclass(frozen=True)
class Problem:
    """One row that could not be taken: where it stands, and what to change."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}"


class Reading:
    """The entries of one file, one after the other, and what was wrong with the rest.

    Attributes:
        taken: how many entries were read so far.
        wrong: how many rows could not be taken.
        problems: the first thousand of those.
        header: what the file says of itself, where the format has such a place.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self.taken = 0
        self.wrong = 0
        self.problems: list[Problem] = []
        self.header: dict[str, object] = {}
        self._strict = strict
        self._entries: Iterator[Entry] = iter(())

    def over(self, entries: Iterator[Entry]) -> "Reading":
        """Read from `entries`, which reports to this reading."""
        self._entries = entries
        return self

    def __iter__(self) -> Iterator[Entry]:
        return self

    def __next__(self) -> Entry:
        entry = next(self._entries)
        self.taken += 1
        return entry

    def problem(self, place: str, sentence: str) -> None:
        """Count a row that cannot be taken; raises `BadList` at once when reading strictly."""
        if self._strict:
            raise BadList(f"{place}: {sentence}", place=place)
        self.wrong += 1
        if len(self.problems) < MOST_KEPT:
            self.problems.append(Problem(place, sentence))

    def entry(self, place: str, make: Callable[[], Entry]) -> Entry | None:
        """What `make` makes, or None when it cannot, which is counted."""
        try:
            return make()
        except BadEntry as bad:
            self.problem(place, bad.sentence)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            self.problem(place, "This is not an entry of this format; look at its fields.")
        return None


def lines(stream: BinaryIO, *, most: int = LONGEST_LINE) -> Iterator[tuple[str, str]]:
    """Each line that is not empty, with its place. Raises `BadList` for what is no bounded text."""
    number = 0
    while raw := stream.readline(most + 1):
        number += 1
        place = f"line {number}"
        if len(raw) > most:
            raise BadList(
                f"{place} is longer than {most} bytes. A list has one entry on each line.",
                place=place,
            )
        if number == 1:
            raw = raw.removeprefix(BOM)
        try:
            text = raw.decode("utf-8").strip()
        except UnicodeDecodeError as error:
            raise BadList(
                f"{place}, byte {error.start + 1} is not UTF-8. Save the file as UTF-8.",
                place=place,
            ) from None
        if text:
            yield place, text


def moment(text: str) -> datetime:
    """A time such as 2026-11-25T10:00:00Z. Raises `BadEntry` without a zone or when it is none."""
    try:
        made = datetime.fromisoformat(text)
        return made.astimezone(UTC) if made.tzinfo else _no_zone()
    except (ValueError, OverflowError):
        raise BadEntry(
            "The time is not of the form 2026-11-25T10:00:00Z.", field="updated"
        ) from None


def _no_zone() -> datetime:
    raise BadEntry("The time has no zone; write it as 2026-11-25T10:00:00Z.", field="updated")


def stamp(at: datetime) -> str:
    """A time as every format of ours writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
