"""Our own format: one JSON object a line, an optional header first. Streams, diffs, compresses.

    {"copse_list":1,"kind":"delta","name":"arbora","from":3,"to":4}
    {"id":"a-17","labels":["material_label/1/baseline_act"],"pdq":["f8f8…"],"updated":"2026-…Z"}
    {"id":"a-18","updated":"2026-11-25T10:00:00Z","withdrawn":true}

An entry has one canonical line (sorted names, no spaces, ASCII, nothing empty); its SHA-256 goes
into the sum that a manifest signs.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, BinaryIO

from copse.kit.exchange.reading import BadList, Reading, lines, moment, stamp
from copse.kit.exchange.writing import Written
from copse.kit.lists.entry import DIGESTS, BadEntry, Category, Entry, Opinion

VERSION = 1
HEADER = "copse_list"
FIELDS = frozenset({"id", "pdq", *DIGESTS, "labels", "updated", "withdrawn", "opinions"})


def line(entry: Entry) -> str:
    """The canonical line of an entry, without its end."""
    fields: dict[str, object] = {"id": entry.id, "updated": stamp(entry.updated)}
    fields |= {kind: value for kind in DIGESTS if (value := getattr(entry, kind))}
    fields |= {"pdq": entry.pdq} if entry.pdq else {}
    fields |= {"labels": entry.labels} if entry.labels else {}
    fields |= {"withdrawn": True} if entry.withdrawn else {}
    if entry.opinions:
        fields["opinions"] = [[opinion.by, opinion.category] for opinion in entry.opinions]
    return dumps(fields)


def dumps(fields: object) -> str:
    """JSON as we sign it: names sorted, no spaces, ASCII."""
    return json.dumps(fields, sort_keys=True, separators=(",", ":"))


def write(
    entries: Iterable[Entry], stream: BinaryIO, *, header: dict[str, object] | None = None
) -> Written:
    """Write entries with all that they hold."""
    written = Written()
    stream.write(f"{dumps({HEADER: VERSION, **(header or {})})}\n".encode())
    for entry in entries:
        stream.write(f"{line(entry)}\n".encode())
        written.entries += 1
    return written


def read(stream: BinaryIO, *, strict: bool = False, now: datetime | None = None) -> Reading:  # noqa: ARG001 - every reader takes it
    """Read entries one by one.

    Args:
        stream: a binary file, UTF-8; a byte order mark is passed over.
        strict: raise at the first line that cannot be taken instead of counting it.
        now: not needed: every entry of this format tells its time.

    Raises:
        BadList: while iterating, naming the line.
    """
    reading = Reading(strict=strict)
    return reading.over(_entries(stream, reading))


def _entries(stream: BinaryIO, reading: Reading) -> Iterator[Entry]:
    for number, (place, text) in enumerate(lines(stream)):
        try:
            fields = json.loads(text)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            reading.problem(place, "This line is not a JSON object. Is the file cut off?")
        elif HEADER in fields:
            _header(reading, place, fields, first=number == 0)
        elif (made := reading.entry(place, lambda fields=fields: entry(fields))) is not None:  # type: ignore[misc]
            yield made


def _header(reading: Reading, place: str, fields: dict[str, Any], *, first: bool) -> None:
    if not first:
        raise BadList(f"{place}: a header stands only on the first line.", place=place)
    if fields[HEADER] != VERSION:
        raise BadList(
            f"{place}: this list is in version {str(fields[HEADER])[:20]} of the format. "
            "Install a newer Copse.",
            place=place,
        )
    reading.header = fields


def entry(fields: dict[str, Any]) -> Entry:
    """An entry of JSON values. Raises `BadEntry`."""
    unknown = sorted(fields.keys() - FIELDS)
    if unknown:
        raise BadEntry("There is a field that this version of the format lacks.", field="unknown")
    for name in ("id", "updated"):
        if not isinstance(fields.get(name), str):
            raise BadEntry(f"The {name} is missing or is no text.", field=name)
    withdrawn = fields.get("withdrawn", False)
    if not isinstance(withdrawn, bool):
        raise BadEntry("The field withdrawn is true or false.", field="withdrawn")
    return Entry(
        fields["id"],
        pdq=_texts(fields, "pdq"),
        labels=_texts(fields, "labels"),
        updated=moment(fields["updated"]),
        withdrawn=withdrawn,
        opinions=tuple(opinions(fields.get("opinions", []))),
        **{kind: _text(fields, kind) for kind in DIGESTS},
    )


def _text(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise BadEntry(f"The {name} is no text.", field=name)
    return value


def _texts(fields: dict[str, Any], name: str) -> tuple[str, ...]:
    values = fields.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise BadEntry(f"The {name} are no list of texts.", field=name)
    return tuple(values)


def opinions(values: Any) -> Iterator[Opinion]:
    """Opinions of JSON values: pairs of a name and a category. Raises `BadEntry`."""
    if not isinstance(values, list):
        raise BadEntry("The opinions are no list.", field="opinions")
    for value in values:
        try:
            by, category = value
            yield Opinion(str(by), Category(category))
        except (ValueError, TypeError):
            raise BadEntry("An opinion is a name and a category.", field="opinions") from None
