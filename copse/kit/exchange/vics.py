"""VICS 2 JSON, as police hand hash sets over: OData, with Media directly in `value` or in a case.

    {"@odata.context": "…/DataModels/2.0.xml/Default/$metadata#Media",
     "value": [{"MediaID": 1, "Category": 1, "MD5": "…", "SHA1": "…", "MediaSize": "2835",
                "VictimIdentified": "false", "DateUpdated": "2026-11-25T10:00:00Z"}]}

Such files have gigabytes: they are read object by object. Byte order marks, UTF-16, booleans as
strings and upper-case digests occur in the field and are taken. PhotoDNA, paths and EXIF are passed
over. PDQ and SHA-256 have no place in the format. Share them only under an agreement.
"""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from json.scanner import NUMBER_RE
from typing import Any, BinaryIO

from copse.kit.exchange import own
from copse.kit.exchange.csvfile import named
from copse.kit.exchange.reading import LONGEST_LINE, BadList, Reading, moment, stamp
from copse.kit.exchange.writing import Written, code_in
from copse.kit.lists.entry import BadEntry, Entry

SCHEME = "vics"
VERSION = "2"
CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Media"
# True ones become labels.
FLAGS = ("VictimIdentified", "OffenderIdentified", "IsDistributed", "IsSuspected")
OUR_ID = "copse-id="
PIECE = 1 << 16
_NUMBER = re.compile(r"0|[1-9][0-9]{0,14}")
_WHITE = " \t\r\n"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
_YES = {"true": True, "1": True, "false": False, "0": False, "": False, "none": False}


def read(stream: BinaryIO, *, strict: bool = False, now: datetime | None = None) -> Reading:
    """Read the Media of a hash set or of cases one by one.

    Args:
        stream: a binary file.
        strict: raise at the first Media that cannot be taken instead of counting it.
        now: the time of change for Media that tell none.

    Raises:
        BadList: while iterating, naming the sign at which the file is no JSON.
    """
    reading = Reading(strict=strict)
    return reading.over(_entries(stream, reading, now or datetime.now(UTC)))


def _entries(stream: BinaryIO, reading: Reading, now: datetime) -> Iterator[Entry]:
    for number, (at, media) in enumerate(_media(_Text(stream)), start=1):
        place = f"Media {number}, before sign {at}"
        if (made := reading.entry(place, lambda m=media: _entry(m, now))) is not None:  # type: ignore[misc]
            yield made


class _Text:
    """The file as text, a bounded piece of it at a time."""

    def __init__(self, stream: BinaryIO) -> None:
        head = stream.read(PIECE)
        bom, encoding = next(
            ((bom, name) for bom, name in _BOMS if head.startswith(bom)), (b"", "utf-8")
        )
        self._stream = stream
        self._decode = codecs.getincrementaldecoder(encoding)()
        self._scan = json.JSONDecoder()
        self._ended = False
        self._passed = 0
        self.held = ""
        self.at = 0
        self._take(head[len(bom) :])

    @property
    def place(self) -> int:
        """How many signs were read."""
        return self._passed + self.at

    def bad(self, what: str) -> BadList:
        """An error at this place."""
        return BadList(f"Near sign {self.place}: {what}", place=f"sign {self.place}")

    def _take(self, raw: bytes) -> None:
        try:
            more = self._decode.decode(raw, final=not raw)
        except UnicodeDecodeError:
            raise self.bad("this is not text in the file's encoding.") from None
        self._ended = not raw
        self.held, self._passed, self.at = self.held[self.at :] + more, self.place, 0

    def more(self) -> bool:
        """Read on, if there is more; refuse a single value that is too long."""
        if self._ended:
            return False
        if len(self.held) - self.at > LONGEST_LINE:
            raise self.bad(f"one value is longer than {LONGEST_LINE} signs.")
        self._take(self._stream.read(PIECE))
        return True

    def peek(self) -> str:
        """The next sign that is no white space; empty at the end."""
        while True:
            while self.at < len(self.held) and self.held[self.at] in _WHITE:
                self.at += 1
            if self.at < len(self.held):
                return self.held[self.at]
            if not self.more():
                return ""

    def take(self, sign: str) -> bool:
        """Go past this sign if it comes next."""
        if self.peek() != sign:
            return False
        self.at += 1
        return True

    def must(self, sign: str) -> None:
        """Go past this sign, which must come next."""
        if not self.take(sign):
            raise self.bad(f"“{sign}” is missing. Is the file cut off?")

    def value(self) -> Any:
        """The next value, whole."""
        self.peek()
        while True:
            try:
                found, end = self._scan.raw_decode(self.held, self.at)
            except (ValueError, RecursionError):
                if not self.more():
                    raise self.bad("this is not JSON. Is the file cut off?") from None
                continue
            # A number at the very end may go on in the next piece.
            if end < len(self.held) or not self.more():
                self.at = end
                return found


def _media(text: _Text) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each Media object with the place after it."""
    if text.peek() != "{":
        raise text.bad("the file does not begin with “{”. This is no VICS file.")
    fields, found = {}, False
    for key in _members(text):
        if key == "value" and text.peek() == "[":
            found = True
            for _ in _elements(text):
                yield from _case_or_media(text)
        else:
            fields[key] = text.value()
    if not found:
        raise text.bad("there is no list called “value”. This is no VICS file.")
    if text.peek():
        raise text.bad("something follows the end.")


def _case_or_media(text: _Text) -> Iterator[tuple[int, dict[str, Any]]]:
    if text.peek() != "{":
        yield text.place, {"": text.value()}
        return
    fields: dict[str, Any] = {}
    case = False
    for key in _members(text):
        if key == "Media" and text.peek() == "[":
            case = True
            for _ in _elements(text):
                media = text.value()
                yield text.place, media if isinstance(media, dict) else {"": media}
        else:
            fields[key] = text.value()
            if len(fields) > PIECE:
                raise text.bad("one object has too many fields.")
    if not case and "CaseID" not in fields:
        yield text.place, fields


def _members(text: _Text) -> Iterator[str]:
    text.must("{")
    if text.take("}"):
        return
    while True:
        key = text.value()
        if not isinstance(key, str):
            raise text.bad("a name is missing.")
        text.must(":")
        yield key
        if text.take("}"):
            return
        text.must(",")


def _elements(text: _Text) -> Iterator[None]:
    text.must("[")
    if text.take("]"):
        return
    while True:
        yield
        if text.take("]"):
            return
        text.must(",")


def _entry(media: dict[str, Any], now: datetime) -> Entry:
    digests = {kind: _digest(media, kind.upper()) for kind in ("md5", "sha1")}
    tags = str(media.get("Tags") or "")
    number = media.get("MediaID")
    id_ = (
        tags.removeprefix(OUR_ID)
        if tags.startswith(OUR_ID)
        else str("" if number is None else number)
    )
    updated = media.get("DateUpdated")
    return Entry(
        id_ or named((), digests),
        md5=digests["md5"],
        sha1=digests["sha1"],
        labels=tuple(_labels(media)),
        updated=moment(_zoned(str(updated))) if updated else now,
    )


def _zoned(text: str) -> str:
    """Some exporters write more digits of a second than Python reads, or none of the zone."""
    head, dot, rest = text.partition(".")
    digits = len(rest) - len(rest.lstrip("0123456789"))
    text = f"{head}{rest[digits:]}" if dot else text
    return text if len(text) > len("2026-11-25T10:00:00") else f"{text}Z"


def _digest(media: dict[str, Any], name: str) -> str | None:
    value = media.get(name)
    if value is not None and not isinstance(value, str):
        raise BadEntry(f"The {name} is no text.", field=name)
    return value.strip().lower() or None if value else None


def _labels(media: dict[str, Any]) -> Iterator[str]:
    category = media.get("Category")
    if category is not None and category != "":
        if not NUMBER_RE.fullmatch(str(category)):
            raise BadEntry("The Category is no number.", field="Category")
        yield f"{SCHEME}/{VERSION}/{category}"
    for flag in FLAGS:
        # Exporters write true, "true", "True" and 1.
        told = _YES.get(str(media.get(flag, "")).strip().lower())
        if told is None:
            raise BadEntry(f"{flag} is neither true nor false.", field=flag)
        if told:
            yield f"{SCHEME}/{VERSION}/{flag}"


def write(entries: Iterable[Entry], stream: BinaryIO) -> Written:
    """Write a hash set.

    Raises:
        Unmapped: an entry's labels have no counterpart among the categories.
    """
    written = Written()
    stream.write(f'{{"@odata.context":{own.dumps(CONTEXT)},"value":['.encode())
    for number, entry in enumerate(entries, start=1):
        if entry.withdrawn or not (entry.md5 or entry.sha1):
            written.left_out += 1
            continue
        comma = ",\n" if written.entries else "\n"
        stream.write(f"{comma}{own.dumps(_fields(entry, number))}".encode())
        written.entries += 1
    stream.write(b"\n]}\n")
    return written


def _fields(entry: Entry, number: int) -> dict[str, Any]:
    flags = {flag: f"{SCHEME}/{VERSION}/{flag}" in entry.labels for flag in FLAGS}
    rest = [label for label in entry.labels if label.rpartition("/")[2] not in FLAGS]
    category = code_in(SCHEME, rest)
    own_number = _NUMBER.fullmatch(entry.id) is not None
    digests = {kind.upper(): value for kind in ("md5", "sha1") if (value := getattr(entry, kind))}
    return {
        "MediaID": int(entry.id) if own_number else number,
        "Category": None if category is None else int(category),
        **{name: value.upper() for name, value in digests.items()},
        "DateUpdated": stamp(entry.updated),
        **{flag: str(told).lower() for flag, told in flags.items()},
        **({} if own_number else {"Tags": f"{OUR_ID}{entry.id}"}),
    }
