"""Lists as CSV (RFC 4180), for spreadsheets and for senders who have nothing else.

The first line names the columns, in any order; others are passed over. `pdq` and `labels` hold
several values with spaces between; `opinions` is JSON.

    id,pdq,md5,sha1,sha256,labels,updated,withdrawn,opinions
    a-17,f8f8…,,,,material_label/1/baseline_act,2026-11-25T10:00:00Z,,
"""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from copse.kit.exchange import own
from copse.kit.exchange.reading import LONGEST_LINE, BadList, Reading, lines, moment, stamp
from copse.kit.exchange.writing import Written
from copse.kit.lists.entry import DIGESTS, KINDS, BadEntry, Entry

COLUMNS = ("id", *KINDS, "labels", "updated", "withdrawn", "opinions")
_FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^,"]*))(,|$)')
_YES = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": False}
_SPECIAL = re.compile(r'[",\r\n]')


def write(entries: Iterable[Entry], stream: BinaryIO) -> Written:
    """Write entries with all that they hold."""
    written = Written()
    stream.write(f"{','.join(COLUMNS)}\r\n".encode())
    for entry in entries:
        held = [[one.by, one.category] for one in entry.opinions]
        row = (
            entry.id,
            " ".join(entry.pdq),
            *(getattr(entry, kind) or "" for kind in DIGESTS),
            " ".join(entry.labels),
            stamp(entry.updated),
            "true" if entry.withdrawn else "",
            own.dumps(held) if held else "",
        )
        stream.write(f"{','.join(map(_quoted, row))}\r\n".encode())
        written.entries += 1
    return written


def _quoted(value: str) -> str:
    return f'"{value.replace(chr(34), chr(34) * 2)}"' if _SPECIAL.search(value) else value


def read(stream: BinaryIO, *, strict: bool = False, now: datetime | None = None) -> Reading:
    """Read entries one by one.

    Args:
        stream: a binary file, UTF-8; a byte order mark is passed over.
        strict: raise at the first row that cannot be taken instead of counting it.
        now: the time of change for rows that tell none.

    Raises:
        BadList: while iterating, naming the line.
    """
    reading = Reading(strict=strict)
    return reading.over(_entries(stream, reading, now or datetime.now(UTC)))


def _entries(stream: BinaryIO, reading: Reading, now: datetime) -> Iterator[Entry]:
    rows = _records(stream)
    place, first = next(rows, ("line 1", ""))
    names = [name.strip().lower() for name in _fields(place, first)]
    if not set(names) & set(KINDS) or len(set(names)) != len(names):
        raise BadList(
            f"{place} names no column pdq, md5, sha1 or sha256, or one twice. The first line names "
            f"the columns: {','.join(COLUMNS)}.",
            place=place,
        )
    for place, record in rows:
        try:
            values = _fields(place, record)
        except BadList as bad:
            reading.problem(place, bad.sentence)
            continue
        if len(values) != len(names):
            reading.problem(place, f"There are {len(values)} columns, not {len(names)}.")
            continue
        row = dict(zip(names, (value.strip() for value in values), strict=True))
        if (made := reading.entry(place, lambda row=row: _entry(row, now))) is not None:  # type: ignore[misc]
            yield made


def _records(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    """Each record with its place; one with quotes may go over several lines."""
    start, size, record = "", 0, list[str]()
    quotes = 0
    for place, text in lines(stream):
        start = start if record else place
        # Joined once at its end: a quote that stays open over many lines costs no more than its size.
        record.append(text)
        size += len(text) + 1
        quotes += text.count('"')
        if size > LONGEST_LINE:
            raise BadList(f"{start}: a quote is opened and not closed.", place=start)
        if quotes % 2 == 0:
            yield start, "\n".join(record)
            size, quotes, record = 0, 0, []
    if record:
        raise BadList(f"{start}: a quote is opened and not closed.", place=start)


def _fields(place: str, record: str) -> list[str]:
    values: list[str] = []
    at, more = 0, True
    while more:
        found = _FIELD.match(record, at)
        if found is None:
            sentence = f"{place}, column {at + 1}: a quote stands inside a value without quotes."
            raise BadList(sentence, place=place)
        quoted, plain, end = found.groups()
        values.append(plain if quoted is None else quoted.replace('""', '"'))
        at, more = found.end(), end == ","
    return values


def _entry(row: dict[str, str], now: datetime) -> Entry:
    pdq = tuple(row.get("pdq", "").lower().split())
    digests = {kind: row.get(kind, "").lower() or None for kind in DIGESTS}
    withdrawn = _YES.get(row.get("withdrawn", "").lower())
    if withdrawn is None:
        raise BadEntry("The column withdrawn is true, false or empty.", field="withdrawn")
    return Entry(
        row.get("id") or named(pdq, digests),
        pdq=pdq,
        labels=tuple(row.get("labels", "").split()),
        updated=moment(row["updated"]) if row.get("updated") else now,
        withdrawn=withdrawn,
        opinions=tuple(own.opinions(json.loads(row.get("opinions") or "[]"))),
        **digests,
    )


def named(pdq: tuple[str, ...], digests: dict[str, str | None]) -> str:
    """An id for what came without one: its first fingerprint, so that it is the same next time."""
    values = [("pdq", pdq[0])] if pdq else []
    values += [(kind, value) for kind, value in digests.items() if value]
    return "-".join(values[0]) if values else ""
