"""`threatexchange`'s local_file: a signal type and a value on each line.

    pdq f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22
    video_md5 d41d8cd98f00b204e9800998ecf8427f

It has no ids, labels or withdrawals: an entry is its one fingerprint. Types that we do not match
are counted.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from copse.kit.exchange.reading import Reading, lines
from copse.kit.exchange.writing import Written
from copse.kit.lists.entry import Entry

TYPES = {
    "pdq": "pdq",
    "md5": "md5",
    "video_md5": "md5",
    "sha1": "sha1",
    "sha256": "sha256",
    "video_sha256": "sha256",
}
WRITTEN = {"pdq": "pdq", "md5": "video_md5", "sha256": "video_sha256"}


def write(entries: Iterable[Entry], stream: BinaryIO) -> Written:
    """Write the fingerprints that threatexchange has a type for, each on a line."""
    written = Written()
    for entry in entries:
        values = [(WRITTEN[kind], value) for kind, value in entry.values() if kind in WRITTEN]
        if entry.withdrawn or not values:
            written.left_out += 1
            continue
        stream.writelines(f"{kind} {value}\n".encode() for kind, value in values)
        written.entries += 1
    return written


def read(stream: BinaryIO, *, strict: bool = False, now: datetime | None = None) -> Reading:
    """Read entries one by one; each has one fingerprint, and its id is made of it.

    Args:
        stream: a binary file, UTF-8.
        strict: raise at the first line that cannot be taken instead of counting it.
        now: the time of change, which the format does not tell.

    Raises:
        BadList: while iterating, naming the line.
    """
    reading = Reading(strict=strict)
    return reading.over(_entries(stream, reading, now or datetime.now(UTC)))


def _entries(stream: BinaryIO, reading: Reading, now: datetime) -> Iterator[Entry]:
    for place, text in lines(stream):
        kind, _, value = text.partition(" ")
        if kind not in TYPES:
            reading.problem(place, f"The line does not begin with one of {', '.join(TYPES)}.")
        elif (made := reading.entry(place, lambda k=kind, v=value: _entry(k, v, now))) is not None:  # type: ignore[misc]
            yield made


def _entry(kind: str, value: str, now: datetime) -> Entry:
    ours, digits = TYPES[kind], value.strip().lower()
    if ours == "pdq":
        return Entry(f"pdq-{digits}"[:200], pdq=(digits,), updated=now)
    one = {ours: digits}
    return Entry(
        f"{ours}-{digits}"[:200],
        md5=one.get("md5"),
        sha1=one.get("sha1"),
        sha256=one.get("sha256"),
        updated=now,
    )
