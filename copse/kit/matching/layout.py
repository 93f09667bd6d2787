"""The index file: how it lies on disk, how its directory is read, and what is checked when.

Page 0     magic, version, kind; stamp (the generation in force; its top bit: superseded)
Page 1, 2  directory slots, written in turn; each ends with a CRC, so one of them is always whole
then       sections in any order, each from a 64-byte line: the segments, and one live area

A segment never changes, but for the bits of its withdrawn entries. The live area takes additions
word by word; its first number says how many count, and is raised last. Numbers are little-endian.

Opening checks the directory and everything a search computes an address from. The rest (every
section against its CRC) is read by `verify`, since it takes as long as reading the file.
"""

import mmap
import os
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import IO

import numpy as np
from numpy.typing import NDArray

from copse.kit.errors import InputError

Bytes = NDArray[np.uint8]

MAGIC = b"COPSEIDX"
VERSION = 1
PAGE = 4096
DATA = 3 * PAGE
LINE = 64
HEAD = struct.Struct("<8sII")
STAMP = struct.Struct("<Q")
STAMP_AT = 16
SUPERSEDED = 1 << 63
DIRECTORY = struct.Struct("<QQQQI")
SECTIONS = ("hashes", "starts", "postings", "sketches", "firsts", "ids")
# The bulk is written and checked word by word.
PARTS = {section: 16 if section in SECTIONS[1:4] else 1 for section in SECTIONS}
SEGMENT = struct.Struct("<QQ6QQ6I")
MOST_SEGMENTS = 24
CRC = struct.Struct("<I")

HASH_BYTES = 32
WORDS = 16
BUCKETS = 65536
STARTS_STEP = 262_208
LIVE_CAPACITY = 16_384
MOST_ENTRIES = 2**32 - 256


class BadIndex(InputError):  # noqa: N818 - named for the state
    """A file that is no index, or one that was cut or damaged."""

    code = "bad-index"


def aligned(size: int) -> int:
    """`size`, rounded up to whole cache lines."""
    return (size + LINE - 1) & ~(LINE - 1)


def postings_step(unique: int) -> int:
    """Bytes from one word's postings to the next word's."""
    return (4 * unique + 191) & ~63


def sketches_step(unique: int) -> int:
    """Bytes from one word's sketches to the next word's, with room for a block past the end."""
    return (2 * unique + 191) & ~63


def joined(parts: Sequence[int]) -> int:
    """A section's checksum: the CRC of the CRCs of its parts."""
    return zlib.crc32(b"".join(map(CRC.pack, parts)))


@dataclass(frozen=True)
class Segment:
    """One immutable part: how many fingerprints and entries, and where its sections lie."""

    unique: int
    entries: int
    at: dict[str, int]
    dead: int
    crc: dict[str, int] = field(default_factory=dict)

    def size_of(self, section: str) -> int:
        """Bytes of a section."""
        return {
            "hashes": aligned(HASH_BYTES * self.unique),
            "starts": WORDS * STARTS_STEP,
            "postings": WORDS * postings_step(self.unique),
            "sketches": WORDS * sketches_step(self.unique),
            "firsts": aligned(4 * (self.unique + 1)) if self.unique != self.entries else 0,
            "ids": aligned(8 * self.entries),
            "dead": aligned((self.entries + 7) // 8),
        }[section]

    @property
    def size(self) -> int:
        """Bytes of all sections."""
        return sum(map(self.size_of, (*SECTIONS, "dead")))

    @classmethod
    def planned(cls, unique: int, entries: int, at: int) -> "Segment":
        """A segment whose sections lie one after another from `at`."""
        made = cls(unique, entries, dict.fromkeys(SECTIONS, 0), 0)
        places = {}
        for section in SECTIONS:
            size = made.size_of(section)
            places[section] = at if size else 0
            at += size
        return replace(made, at=places, dead=at)

    def row(self) -> list[int]:
        """The row of the kernels' table."""
        return [self.unique, self.entries, *(self.at[section] for section in SECTIONS), self.dead]

    def pack(self) -> bytes:
        """The directory's record."""
        at = (self.at[section] for section in SECTIONS)
        crc = (self.crc[section] for section in SECTIONS)
        return SEGMENT.pack(self.unique, self.entries, *at, self.dead, *crc)

    @classmethod
    def unpack(cls, record: bytes) -> "Segment":
        """Read the directory's record."""
        unique, entries, *rest = SEGMENT.unpack(record)
        at = dict(zip(SECTIONS, rest[:6], strict=True))
        crc = dict(zip(SECTIONS, rest[7:], strict=True))
        return cls(unique, entries, at, rest[6], crc)


@dataclass(frozen=True)
class Live:
    """The area that takes additions: a count, then words, ids, CRCs and withdrawn bits."""

    at: int
    capacity: int

    @property
    def words(self) -> int:
        """Where the words lie: all first words, then all second words, and so on."""
        return self.at + LINE

    @property
    def ids(self) -> int:
        """Where the ids lie."""
        return self.words + HASH_BYTES * self.capacity

    @property
    def crcs(self) -> int:
        """Where each entry's CRC lies."""
        return self.ids + 8 * self.capacity

    @property
    def dead(self) -> int:
        """Where the bits of withdrawn entries lie."""
        return self.crcs + 4 * self.capacity

    @property
    def size(self) -> int:
        """Bytes of the whole area."""
        return self.dead + aligned(self.capacity // 8) - self.at

    def row(self) -> list[int]:
        """The row of the kernels' table, the last one."""
        return [self.at, self.capacity, self.words, 0, 0, 0, 0, self.ids, self.dead]


@dataclass(frozen=True)
class Directory:
    """What a file consists of in one generation."""

    generation: int
    end: int
    live: Live
    segments: tuple[Segment, ...] = ()

    def table(self) -> NDArray[np.int64]:
        """What the kernels take: a row for each segment, the live area last."""
        rows = [segment.row() for segment in self.segments]
        return np.array([*rows, self.live.row()], np.int64)

    def pack(self) -> bytes:
        """One directory page."""
        head = DIRECTORY.pack(
            self.generation, self.end, self.live.at, self.live.capacity, len(self.segments)
        )
        body = (head + b"".join(segment.pack() for segment in self.segments)).ljust(
            PAGE - CRC.size, b"\0"
        )
        return body + CRC.pack(zlib.crc32(body))

    @classmethod
    def unpack(cls, page: bytes) -> "Directory | None":
        """Read a directory page; None when it is not whole."""
        body, (crc,) = page[: -CRC.size], CRC.unpack(page[-CRC.size :])
        if zlib.crc32(body) != crc:
            return None
        generation, end, at, capacity, count = DIRECTORY.unpack_from(body)
        if not generation or count > MOST_SEGMENTS:
            return None
        records = (DIRECTORY.size + SEGMENT.size * number for number in range(count))
        segments = [Segment.unpack(body[place : place + SEGMENT.size]) for place in records]
        return cls(generation, end, Live(at, capacity), tuple(segments))


def slot(generation: int) -> int:
    """Where the directory of a generation stands."""
    return PAGE * (1 + generation % 2)


def head() -> bytes:
    """Page 0 of a new file, in its first generation."""
    return (HEAD.pack(MAGIC, VERSION, 0) + STAMP.pack(1)).ljust(PAGE, b"\0")


def stamp_of(mapped: mmap.mmap) -> int:
    """The generation in force, with the top bit set once another file took this one's place."""
    return int(STAMP.unpack_from(mapped, STAMP_AT)[0])


def read_head(name: str, start: bytes) -> None:
    """Refuse what is no index of this version."""
    if len(start) < DATA:
        raise BadIndex(f"{name} is too short to be an index. Build it again.", code="truncated")
    magic, version, _kind = HEAD.unpack_from(start)
    if magic != MAGIC:
        raise BadIndex(f"{name} is no index of ours. Name a file that Matcher.build made.")
    if version != VERSION:
        sentence = f"{name} has version {version}; this program reads {VERSION}. Build it again."
        raise BadIndex(sentence, code="version")


def read_directory(name: str, mapped: mmap.mmap) -> Directory:
    """The newest whole directory of a mapped file, its places checked against the file's size."""
    read_head(name, mapped[:DATA])
    pages = (mapped[place : place + PAGE] for place in (PAGE, 2 * PAGE))
    found = [directory for page in pages if (directory := Directory.unpack(page))]
    if not found:
        raise BadIndex(f"{name} has no whole directory. Build it again.", code="damaged")
    directory = max(found, key=lambda one: one.generation)
    _check_places(name, directory, len(mapped))
    return directory


def _check_places(name: str, directory: Directory, size: int) -> None:
    if size < directory.end:
        sentence = f"{name} was cut: {size} bytes of {directory.end}. Build it or fetch it again."
        raise BadIndex(sentence, code="truncated")
    live = directory.live
    spans = [(live.at, live.size)]
    for segment in directory.segments:
        if not 0 < segment.unique <= segment.entries <= MOST_ENTRIES:
            raise damaged(name, "directory")
        spans += [(segment.at[section], segment.size_of(section)) for section in SECTIONS]
        spans.append((segment.dead, segment.size_of("dead")))
    if live.capacity % (8 * LINE) or not 0 < live.capacity <= MOST_ENTRIES:
        raise damaged(name, "directory")
    for at, length in spans:
        if length and (at < DATA or at % LINE or at + length > directory.end):
            raise damaged(name, "directory")


def damaged(name: str, part: str) -> BadIndex:
    """The error for a part that cannot be as it is."""
    return BadIndex(f"{name} is damaged ({part}). Build it or fetch it again.", code="damaged")


def check_starts(name: str, body: Bytes, directory: Directory) -> None:
    """Refuse buckets that run backwards or past the end: a search computes addresses from them."""
    for segment in directory.segments:
        for word in range(WORDS):
            at = segment.at["starts"] + STARTS_STEP * word
            starts = body[at : at + 4 * (BUCKETS + 1)].view(np.uint32)
            ordered = bool((starts[1:] >= starts[:-1]).all())
            if starts[0] != 0 or starts[-1] != segment.unique or not ordered:
                raise damaged(name, "buckets")


def check_sections(name: str, body: Bytes, directory: Directory) -> None:
    """Refuse a file of which any byte of a segment changed."""
    for segment in directory.segments:
        for section in SECTIONS:
            size = segment.size_of(section) // PARTS[section]
            places = (segment.at[section] + size * part for part in range(PARTS[section]))
            if (
                joined([zlib.crc32(body[at : at + size].data) for at in places])
                != segment.crc[section]
            ):
                raise damaged(name, section)


def map_file(path: str, stream: IO[bytes], *, writable: bool = False) -> mmap.mmap:
    """Map a whole file, shared with every other process. Raises `BadIndex` for an empty one."""
    if os.fstat(stream.fileno()).st_size < PAGE:
        raise BadIndex(f"{path} is too short to be an index. Build it again.", code="truncated")
    return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_WRITE if writable else mmap.ACCESS_READ)
