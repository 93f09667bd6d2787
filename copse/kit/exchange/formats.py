"""The formats of lists by name, and which of them a file is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from copse.kit.exchange import csvfile, hashsharing, local_file, own, vics
from copse.kit.exchange.reading import BOM, BadList, Reading
from copse.kit.exchange.writing import Written
from copse.kit.lists.entry import KINDS

HEAD = 4096
_LOCAL = re.compile(rb"[a-z0-9_]+ [0-9A-Fa-f]{32,64}\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Format:
    """One format: what people call it, and its reader and writer."""

    name: str
    title: str
    read: Callable[..., Reading]
    write: Callable[..., Written]


FORMATS = {
    one.name: one
    for one in (
        Format("own", "Copse's own, JSON lines", own.read, own.write),
        Format("csv", "CSV", csvfile.read, csvfile.write),
        Format("hashsharing", "hash exchange XML 2", hashsharing.read, hashsharing.write),
        Format("vics", "VICS 2 JSON hash set", vics.read, vics.write),
        Format("local_file", "threatexchange local_file", local_file.read, local_file.write),
    )
}


def guess(head: bytes) -> Format:
    """The format of a file that begins with these bytes. Raises `BadList` when it is none of ours."""
    start = head.removeprefix(BOM).lstrip()
    first, _, _ = start.partition(b"\n")
    if start.startswith(b"<"):
        return FORMATS["hashsharing"]
    if first.startswith(b"{") and (own.HEADER.encode() in first or _is_own(first)):
        return FORMATS["own"]
    if start.startswith(b"{") or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return FORMATS["vics"]
    columns = {name.strip(b' "\r').lower() for name in first.split(b",")}
    if columns & {kind.encode() for kind in KINDS}:
        return FORMATS["csv"]
    if _LOCAL.match(start):
        return FORMATS["local_file"]
    raise BadList(
        f"This is no list in a format we know: {', '.join(FORMATS)}. Name it by --format."
    )


def _is_own(line: bytes) -> bool:
    return b'"id"' in line and b'"updated"' in line and b"odata" not in line


def open_list(stream: BinaryIO, name: str | None = None, **options: Any) -> tuple[Format, Reading]:
    """Begin reading a list in a named format, or in the one that its first bytes tell.

    Args:
        stream: a binary file that can seek.
        name: one of `FORMATS`; guessed without.
        options: for the reader: `strict`, `now`.

    Raises:
        BadList: no such format, or the file is in none of them.
    """
    if name is not None and name not in FORMATS:
        raise BadList(f"There is no format of that name. There are: {', '.join(FORMATS)}.")
    found = FORMATS[name] if name else guess(stream.read(HEAD))
    stream.seek(0)
    return found, found.read(stream, **options)
