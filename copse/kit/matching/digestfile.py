"""The file of digests: a head with its CRC, slots, sorted rows, ids when there are any, withdrawn bits.

It is never changed but for the bits of withdrawn rows and the byte that says another file took its
place. Numbers are little-endian; each part starts on a 64-byte line.
"""

import os
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from copse.kit.matching import layout
from copse.kit.matching.building import Ids
from copse.kit.matching.layout import PAGE, BadIndex, Bytes, aligned
from copse.kit.matching.lookups import look_up

MAGIC = b"COPSEDIG"
VERSION = 1
HEAD = struct.Struct("<8sIIQQQQQQII")
SUPERSEDED_AT = 256
WIDTHS = (16, 20, 32)
FEWEST_BITS, MOST_BITS = 8, 28
COUNT, WIDTH, SHIFT, SLOTS, ROWS, IDS, DEAD = range(7)


class DigestFile:
    """One file, mapped and checked."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            self.identity = status.st_dev, status.st_ino
            self.mapped = layout.map_file(path.name, stream)
        self.bytes: Bytes = np.frombuffer(self.mapped, np.uint8)
        self.table, self._crc = _read_head(path.name, self.mapped[:PAGE], len(self.mapped))
        self.count, self.width = int(self.table[COUNT]), int(self.table[WIDTH])
        _check_slots(path.name, self.bytes, self.table)

    @property
    def superseded(self) -> bool:
        """Whether another file took this one's place."""
        return self.mapped[SUPERSEDED_AT] != 0

    def is_in_place(self, path: Path) -> bool:
        """Whether the path still names this file."""
        status = path.stat()
        return (status.st_dev, status.st_ino) == self.identity

    def lookup(self, rows: Bytes, *, table: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """The id or row number of each digest, -1 for none."""
        found = np.empty(len(rows), np.int64)
        flat = rows.reshape(-1)
        # One kind of array means one compiled look-up.
        flat.flags.writeable = False
        look_up(self.bytes, self.table if table is None else table, flat, found)
        return found

    def withdrawn(self) -> int:
        """How many rows are withdrawn."""
        at = int(self.table[DEAD])
        return int(np.bitwise_count(self.bytes[at : at + (self.count + 7) // 8]).sum())

    def withdraw(self, path: Path, rows: Bytes) -> int:
        """Mark these digests as withdrawn; how many were not yet."""
        by_row = self.table.copy()
        by_row[IDS] = 0
        found = self.lookup(rows, table=by_row)
        places = np.unique(found[found >= 0]).tolist()
        with path.open("r+b") as stream, layout.map_file(path.name, stream, writable=True) as file:
            for place in places:
                file[int(self.table[DEAD]) + (place >> 3)] |= 1 << (place & 7)
            file.flush()
        return len(places)

    def entries(self) -> tuple[Bytes, Ids | None]:
        """The rows that are not withdrawn, in their order, and their ids."""
        at, dead, ids = (int(self.table[column]) for column in (ROWS, DEAD, IDS))
        rows = self.bytes[at : at + self.width * self.count].reshape(self.count, self.width)
        bits = self.bytes[dead : dead + (self.count + 7) // 8]
        kept = np.unpackbits(bits, count=self.count, bitorder="little") == 0
        numbers = self.bytes[ids : ids + 8 * self.count].view(np.uint64)[kept] if ids else None
        return rows[kept], numbers

    def verify(self) -> None:
        """Read everything against the checksum. Raises `BadIndex`."""
        first, last = int(self.table[SLOTS]), int(self.table[DEAD])
        if zlib.crc32(self.bytes[first:last].data) != self._crc:
            raise layout.damaged(self.name, "rows")


def replace_file(path: Path, rows: Bytes, ids: Ids | None) -> None:
    """Write a file of sorted rows and put it in its place; the caller holds the writers' lock."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        _write(fresh, rows, ids)
        old = os.open(path, os.O_RDWR | os.O_CLOEXEC) if path.exists() else None
        fresh.replace(path)
        if old is not None:
            os.pwrite(old, b"\1", SUPERSEDED_AT)
            os.close(old)
    finally:
        fresh.unlink(missing_ok=True)


def _keys(rows: Bytes) -> NDArray[np.uint64]:
    return rows[:, :8].copy().view("<u8").reshape(len(rows)).astype(np.uint64, copy=False)


def in_order(rows: Bytes, ids: Ids | None) -> tuple[Bytes, Ids | None]:
    """The distinct rows by their first eight bytes as a number, then by the others.

    Of equal rows the first is kept.
    """
    keys = _keys(rows)
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    if (keys[1:] == keys[:-1]).any():
        rest = rows[:, 8:].copy().view(f"V{rows.shape[1] - 8}").reshape(len(rows))
        order = np.lexsort((np.unique(rest, return_inverse=True)[1], _keys(rows)))
    return _distinct(rows[order], None if ids is None else ids[order])


def merged(
    rows: Bytes, ids: Ids | None, new: Bytes, new_ids: Ids | None
) -> tuple[Bytes, Ids | None]:
    """Two sorted sets in one; of rows in both, the old one is kept."""
    keys, new_keys = _keys(rows), _keys(new)
    at = np.searchsorted(keys, new_keys, side="right")
    if np.isin(new_keys, keys[np.maximum(at, 1) - 1] if len(keys) else keys).any():
        # Equal first bytes, perhaps equal rows: sort it out together, the old ones first.
        both = None if ids is None or new_ids is None else np.concatenate([ids, new_ids])
        return in_order(np.concatenate([rows, new]), both)
    both = None if ids is None or new_ids is None else np.insert(ids, at, new_ids)
    return np.insert(rows, at, new, axis=0), both


def _distinct(rows: Bytes, ids: Ids | None) -> tuple[Bytes, Ids | None]:
    fresh = np.ones(len(rows), np.bool_)
    fresh[1:] = (rows[1:] != rows[:-1]).any(axis=1)
    if fresh.all():
        return rows, ids
    return rows[fresh], None if ids is None else ids[fresh]


def _bits(count: int) -> int:
    """Top bits that choose a slot: four to eight rows for each slot."""
    return max(FEWEST_BITS, min(MOST_BITS, count.bit_length() - 3))


def _slots(rows: Bytes, bits: int) -> NDArray[np.uint32]:
    counts = np.bincount((_keys(rows) >> np.uint64(64 - bits)).view(np.int64), minlength=1 << bits)
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)]).astype(np.uint32)


def _write(path: Path, rows: Bytes, ids: Ids | None) -> None:
    bits = _bits(len(rows))
    places, crc, end = [], 0, PAGE
    with path.open("wb") as stream:
        for part in (_slots(rows, bits), rows, *([] if ids is None else [ids])):
            raw = np.ascontiguousarray(part).reshape(-1).view(np.uint8)
            # A look-up asks for the line after a row; a line past the end is there.
            padding = bytes(aligned(len(raw) + layout.LINE) - len(raw))
            stream.seek(end)
            stream.write(raw.data)
            stream.write(padding)
            crc = zlib.crc32(padding, zlib.crc32(raw.data, crc))
            places.append(end)
            end += len(raw) + len(padding)
        stream.write(bytes(_dead_size(len(rows))))
        ids_at = 0 if ids is None else places[2]
        width = rows.shape[1]
        head = HEAD.pack(MAGIC, VERSION, width, len(rows), bits, *places[:2], ids_at, end, crc, 0)
        stream.seek(0)
        stream.write(head + layout.CRC.pack(zlib.crc32(head)))
        stream.flush()
        os.fsync(stream.fileno())


def _dead_size(count: int) -> int:
    return aligned(count // 8 + 1)


def _read_head(name: str, page: bytes, size: int) -> tuple[NDArray[np.int64], int]:
    head = page[: HEAD.size]
    magic, version, width, count, bits, slots, rows, ids, dead, crc, _ = HEAD.unpack(head)
    if magic != MAGIC:
        raise BadIndex(f"{name} is no file of digests. Name one that Digests.build made.")
    if version != VERSION:
        sentence = f"{name} has version {version}; this program reads {VERSION}. Build it again."
        raise BadIndex(sentence, code="version")
    if layout.CRC.unpack_from(page, HEAD.size)[0] != zlib.crc32(head):
        raise layout.damaged(name, "head")
    if size < dead + _dead_size(count):
        sentence = f"{name} was cut: {size} bytes are left. Build it or fetch it again."
        raise BadIndex(sentence, code="truncated")
    parts = [(slots, 4 * ((1 << min(bits, MOST_BITS)) + 1)), (rows, width * count + layout.LINE)]
    parts += [(ids, 8 * count)] * bool(ids)
    outside = any(at < PAGE or at % layout.LINE or at + length > dead for at, length in parts)
    if width not in WIDTHS or not FEWEST_BITS <= bits <= MOST_BITS or outside:
        raise layout.damaged(name, "head")
    return np.array([count, width, 64 - bits, slots, rows, ids, dead], np.int64), crc


def _check_slots(name: str, file: Bytes, table: NDArray[np.int64]) -> None:
    """Refuse slots that run backwards or past the end: a look-up computes addresses from them."""
    count, _width, shift, at = (int(value) for value in table[:4])
    slots = file[at : at + 4 * ((1 << (64 - shift)) + 1)].view(np.uint32)
    if slots[-1] != count or not (slots[1:] >= slots[:-1]).all():
        raise layout.damaged(name, "slots")
