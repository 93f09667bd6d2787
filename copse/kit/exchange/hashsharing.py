"""Hash exchange XML, version 2, as NCMEC's hash sharing speaks it.

    <queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">
      <images count="1" maxTimestamp="2026-11-25T10:00:00Z">
        <image>
          <member id="42">Example Member</member>
          <timestamp>2026-11-25T10:00:00Z</timestamp>
          <id>image1</id>
          <classification>A1</classification>
          <fingerprints><md5>…</md5><sha1>…</sha1><pdq>…</pdq></fingerprints>
        </image>
        <deletedImage>…</deletedImage>
      </images>
      <videos>…</videos>
      <paging><next>/v2/entries?…</next></paging>
    </queryResult>

An entry's id is `member-id`; entries of member 0, ourselves, keep their own. Feedback of members
becomes opinions. Entries are not in the order of time. SHA-256 and the frames of a film have no
place in the format.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from copse.kit.exchange.reading import BadList, Reading, moment, stamp
from copse.kit.exchange.writing import Written, code_in
from copse.kit.lists.entry import BadEntry, Category, Entry, Opinion

NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2"
SCHEME = "cybertipline"
VERSION = "1"
OURSELVES = "0"
# One entry, with large fingerprints that we pass over, takes less.
MOST_BYTES = 4 << 20
ENTRIES = frozenset({"image", "video", "deletedImage", "deletedVideo"})
_THEIRS = re.compile(r"([1-9]\d{0,8})-(\S.*)")
_FEEDBACK = {
    "affirmativeFeedback": Category.POSITIVE,
    "negativeFeedback": Category.NEGATIVE,
}


class _Bounded:
    """A stream that refuses to go on when a single entry takes too much of it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.since = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size)
        self.since += len(piece)
        if self.since > MOST_BYTES:
            raise BadList(f"An entry takes more than {MOST_BYTES} bytes. This is no hash exchange.")
        return piece


def read(stream: BinaryIO, *, strict: bool = False, now: datetime | None = None) -> Reading:
    """Read entries one by one; `header["next"]` is then the path of the next page, if any.

    Args:
        stream: a binary file.
        strict: raise at the first element that cannot be taken instead of counting it.
        now: the time of change for entries that tell none.

    Raises:
        BadList: while iterating: it is no XML, holds a document type, or another document.
    """
    reading = Reading(strict=strict)
    return reading.over(_entries(stream, reading, now or datetime.now(UTC)))


def _entries(stream: BinaryIO, reading: Reading, now: datetime) -> Iterator[Entry]:
    bounded = _Bounded(stream)
    number = 0
    try:
        for event, element in _events(bounded):
            name = _name(element)
            if event == "start":
                _check_root(element, name)
            elif name in ENTRIES:
                number += 1
                place = f"entry {number} ({name}), line {element.sourceline}"
                made = reading.entry(place, lambda e=element, n=name: _entry(e, n, now))  # type: ignore[misc]
                bounded.since = 0
                _forget(element)
                if made is not None:
                    yield made
            elif name == "next" and element.text:
                reading.header["next"] = element.text.strip()
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise BadList(
            f"line {line}, column {column}: this is not well-formed XML. Is the file cut off?",
            place=f"line {line}",
        ) from None


def _events(stream: _Bounded) -> Iterator[tuple[str, Any]]:
    yield from etree.iterparse(
        stream,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _check_root(element: Any, name: str) -> None:
    if element.getparent() is not None:
        return
    # Whatever a document type may do, an exchange of hashes needs none of it.
    if element.getroottree().docinfo.internalDTD is not None:
        raise BadList("The file has a document type (DOCTYPE), which is refused. Remove it.")
    if name != "queryResult":
        raise BadList("The outermost element is not queryResult. This is no hash exchange.")


def _forget(element: Any) -> None:
    """Let go of an element that was read, and of those before it."""
    parent = element.getparent()
    element.clear()
    if parent is not None:
        while parent[0] is not element:
            del parent[0]


def _name(element: Any) -> str:
    # Not by lxml's QName: it raises for names that its own parser lets through.
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _texts(element: Any) -> dict[str, str]:
    return {_name(child): (child.text or "").strip() for child in element}


def _child(element: Any, name: str) -> Any:
    """The first child of that name; an empty element where there is none."""
    found = (child for child in element if _name(child) == name)
    return next(found, etree.Element("none"))


def _entry(element: Any, name: str, now: datetime) -> Entry:
    told = _texts(element)
    owner = _child(element, "member").get("id", OURSELVES)
    prints = _texts(_child(element, "fingerprints"))
    withdrawn = name.startswith("deleted")
    pdq = prints.get("pdq", "").lower()
    classification = told.get("classification")
    if "id" not in told:
        raise BadEntry("The element id is missing.", field="id")
    return Entry(
        told["id"] if owner == OURSELVES else f"{owner}-{told['id']}",
        pdq=(pdq,) if pdq else (),
        md5=prints.get("md5", "").lower() or None,
        sha1=prints.get("sha1", "").lower() or None,
        labels=(f"{SCHEME}/{VERSION}/{classification}",) if classification else (),
        updated=moment(told["timestamp"]) if told.get("timestamp") else now,
        withdrawn=withdrawn,
        opinions=tuple(_opinions(_child(element, "feedback"))),
    )


def _opinions(feedback: Any) -> Iterator[Opinion]:
    seen: set[Opinion] = set()
    for part in feedback:
        category = _FEEDBACK.get(_name(part))
        if category is None:
            continue
        for member in part.iter():
            if _name(member) == "member" and (by := member.get("id")):
                opinion = Opinion(by, category)
                if opinion not in seen:
                    yield opinion
                seen.add(opinion)


def write(
    entries: Iterable[Entry],
    stream: BinaryIO,
    *,
    member: str = "Copse",
    next_page: str = "",
) -> Written:
    """Write one result page.

    Args:
        entries: of any member; an id `42-x` is written as member 42's entry `x`.
        stream: a binary file.
        member: the name of those whose entries have no member in their id.
        next_page: the path of the page that follows.

    Raises:
        Unmapped: an entry's labels have no counterpart in the exchange's classification.
    """
    written = Written()
    with SpooledTemporaryFile(1 << 20) as images, SpooledTemporaryFile(1 << 20) as videos:
        parts = {"images": images, "videos": videos}
        counts = {"images": 0, "videos": 0}
        latest: dict[str, datetime] = {}
        for entry in entries:
            section = "videos" if len(entry.pdq) > 1 else "images"
            if not (text := _text(entry, section, member)):
                written.left_out += 1
                continue
            parts[section].write(text.encode())
            counts[section] += 1
            latest[section] = max(latest.get(section, entry.updated), entry.updated)
            written.entries += 1
        _frame(stream, parts, counts, latest, next_page)
    return written


def _frame(
    stream: BinaryIO,
    parts: dict[str, Any],
    counts: dict[str, int],
    latest: dict[str, datetime],
    next_page: str,
) -> None:
    stream.write(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n')
    stream.write(f"<queryResult xmlns={quoteattr(NAMESPACE)}>\n".encode())
    for section, part in parts.items():
        if counts[section]:
            at = stamp(latest[section])
            head = f'<{section} count="{counts[section]}" maxTimestamp="{at}">\n'
            stream.write(head.encode())
            part.seek(0)
            copyfileobj(part, stream)
            stream.write(f"</{section}>\n".encode())
    if next_page:
        stream.write(f"<paging><next>{escape(next_page)}</next></paging>\n".encode())
    stream.write(b"</queryResult>\n")


def _text(entry: Entry, section: str, name: str) -> str:
    kind = section.removesuffix("s")
    theirs = _THEIRS.fullmatch(entry.id)
    number, id_ = theirs.groups() if theirs else (OURSELVES, entry.id)
    label = f"Member {number}" if theirs else name
    head = (
        f'<member id="{number}">{escape(label)}</member>'
        f"<timestamp>{stamp(entry.updated)}</timestamp><id>{escape(id_)}</id>"
    )
    if entry.withdrawn:
        tag = f"deleted{kind.capitalize()}"
        return f"<{tag}>{head}</{tag}>\n"
    frames = entry.pdq if len(entry.pdq) == 1 else ()
    values = {"md5": entry.md5, "sha1": entry.sha1, "pdq": frames[0] if frames else None}
    prints = "".join(f"<{tag}>{value}</{tag}>" for tag, value in values.items() if value)
    if not prints:
        return ""
    code = code_in(SCHEME, entry.labels)
    classed = f"<classification>{escape(code)}</classification>" if code else ""
    said = _feedback(entry, next(tag for tag, value in values.items() if value))
    return f"<{kind}>{head}{classed}<fingerprints>{prints}</fingerprints>{said}</{kind}>\n"


def _feedback(entry: Entry, of: str) -> str:
    def members(category: Category) -> str:
        numbers = [
            one.by for one in entry.opinions if one.category == category and one.by.isdecimal()
        ]
        inside = "".join(f'<member id="{number}">Member {number}</member>' for number in numbers)
        return f"<members>{inside}</members>" if inside else ""

    yes, no = members(Category.POSITIVE), members(Category.NEGATIVE)
    said = f'<affirmativeFeedback type="{of.upper()}">{yes}</affirmativeFeedback>' if yes else ""
    if no:
        reasons = f'<reasons><reason guid="other" name="Other"/>{no}</reasons>'
        said += f'<negativeFeedback type="{of.upper()}">{reasons}</negativeFeedback>'
    return f"<feedback>{said}</feedback>" if said else ""
