"""A table of entries with the indexes that answer for it; written once, then only read.

A list's version is one segment, the base, and perhaps a second with what changed since, so that a
small delta never rebuilds the indexes of ten million entries.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from copse.kit.errors import InputError
from copse.kit.lists.entry import DIGESTS, Entry
from copse.kit.lists.table import BrokenTable, Table

if TYPE_CHECKING:
    from copse.kit.matching.digests import Digests
    from copse.kit.matching.matcher import Matcher

ENTRIES = "entries.sqlite"
PDQ = "pdq.idx"
PDQ_BYTES = 32
ROWS_AT_ONCE = 10_000
Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Near:
    """Answers to PDQ queries, each at the same place in three arrays, and which were cut short."""

    query: npt.NDArray[np.int64]
    number: Numbers
    distance: npt.NDArray[np.int64]
    more: npt.NDArray[np.bool_]


class Segment:
    """One table and its indexes, read by any number of threads and processes at once."""

    def __init__(self, folder: Path, *, search: bool = True) -> None:
        """Open the segment in a folder; without `search` only to read its entries, at once."""
        self.folder = folder
        self.table = Table.open(folder / ENTRIES)
        self._pdq: Matcher | None = None
        self._digests: dict[str, Digests] = {}
        if search:
            self._open_indexes()

    def _open_indexes(self) -> None:
        from copse.kit.matching.digests import Digests
        from copse.kit.matching.matcher import Matcher

        path = self.folder / PDQ
        self._pdq = Matcher.open(path) if path.exists() else None
        for kind in DIGESTS:
            if (path := self.folder / f"{kind}.idx").exists():
                self._digests[kind] = Digests.open(path)

    @classmethod
    def build(cls, table: Table) -> Self:
        """Make the indexes of a table beside it, end the writing to it, and open both."""
        folder = table.path.parent
        _build_pdq(table, folder)
        for kind in DIGESTS:
            _build_digests(table, folder, kind)
        table.close()
        return cls(folder)

    def near(self, queries: Bytes, radius: int, most: int) -> Near:
        """Entries within `radius` bits of each query.

        Args:
            queries: (Q, 32) uint8.
            radius: at most 31.
            most: answers for each query.
        """
        if self._pdq is None or not len(queries):
            empty = np.empty(0, np.int64)
            return Near(empty, empty.astype(np.uint64), empty, np.zeros(len(queries), np.bool_))
        found = self._pdq.search(queries, radius=radius, most=most)
        return Near(
            np.asarray(found.query, np.int64),
            np.asarray(found.entry, np.uint64),
            np.asarray(found.distance, np.int64),
            np.asarray(found.more, np.bool_),
        )

    def exact(self, kind: str, digests: Bytes) -> Iterator[tuple[int, int]]:
        """Position of the query and number of the entry, for each entry with that digest."""
        index = self._digests.get(kind)
        if index is None or not len(digests):
            return
        for query, number in enumerate(index.lookup(digests).tolist()):
            if number >= 0:
                yield query, number
                yield from ((query, other) for other in self._sharing(kind, number))

    def _sharing(self, kind: str, number: int) -> list[int]:
        rows = self.table.sql.execute(
            "SELECT number FROM also WHERE kind = ? AND first = ?", (kind, number)
        )
        return [row[0] for row in rows]

    def entry(self, number: int) -> Entry:
        """The entry with this number, which an index gave."""
        try:
            found = self.table.by_number(number)
        except (sqlite3.DatabaseError, InputError):
            found = None
        if found is None:
            raise BrokenTable(
                f"The list in {self.folder} is damaged: an index names an entry that cannot be "
                "read. Pull it anew into another folder."
            )
        return found


def _build_pdq(table: Table, folder: Path) -> None:
    from copse.kit.matching.matcher import Matcher

    bound = table.sql.execute("SELECT sum(length(pdq)) FROM entries").fetchone()[0] or 0
    if not bound:
        return
    with TemporaryDirectory(dir=folder) as beside:
        # On disk, so that building needs no memory for a second copy of every hash.
        hashes = np.memmap(Path(beside) / "hashes", np.uint8, "w+", shape=(bound // PDQ_BYTES, 32))
        numbers = np.empty(bound // PDQ_BYTES, np.uint64)
        end = 0
        cursor = table.sql.execute("SELECT number, pdq, harmless FROM entries WHERE pdq != x''")
        while rows := cursor.fetchmany(ROWS_AT_ONCE):
            kept = [(number, _without(pdq, out) if out else pdq) for number, pdq, out in rows]
            raw = np.frombuffer(b"".join(pdq for _, pdq in kept), np.uint8).reshape(-1, PDQ_BYTES)
            counts = [len(pdq) // PDQ_BYTES for _, pdq in kept]
            hashes[end : end + len(raw)] = raw
            numbers[end : end + len(raw)] = np.repeat([number for number, _ in kept], counts)
            end += len(raw)
        if end:
            Matcher.build(folder / PDQ, hashes[:end], numbers[:end])


def _without(pdq: bytes, harmless: str) -> bytes:
    out = json.loads(harmless)
    parts = (pdq[at : at + PDQ_BYTES] for at in range(0, len(pdq), PDQ_BYTES))
    return b"".join(part for part in parts if part.hex() not in out)


def _build_digests(table: Table, folder: Path, kind: str) -> None:
    from copse.kit.matching.digests import Digests

    cursor = table.sql.execute(
        f"SELECT number, {kind}, harmless FROM entries WHERE {kind} IS NOT NULL"  # noqa: S608 - our own names
    )
    numbers, digests = _digests(cursor, DIGESTS[kind] // 2)
    if not len(numbers):
        return
    path = folder / f"{kind}.idx"
    Digests.build(path, digests, numbers.astype(np.int64))
    # The index answers with one entry for each digest; the others that share it are named here.
    found = np.asarray(Digests.open(path).lookup(digests), np.int64)
    shared = np.flatnonzero(found != numbers.astype(np.int64))
    pairs = zip(found[shared].tolist(), numbers[shared].tolist(), strict=True)
    table.sql.executemany("INSERT INTO also VALUES (?, ?, ?)", ((kind, *pair) for pair in pairs))
    table.sql.execute("CREATE INDEX IF NOT EXISTS also_first ON also (kind, first)")


def _digests(cursor: Any, width: int) -> tuple[Numbers, Bytes]:
    numbers: list[Numbers] = [np.empty(0, np.uint64)]
    parts: list[Bytes] = [np.empty((0, width), np.uint8)]
    while rows := cursor.fetchmany(ROWS_AT_ONCE):
        kept = [(n, value) for n, value, out in rows if not out or value.hex() not in out]
        numbers.append(np.array([number for number, _ in kept], np.uint64))
        raw = np.frombuffer(b"".join(value for _, value in kept), np.uint8)
        parts.append(raw.reshape(-1, width))
    return np.concatenate(numbers), np.concatenate(parts)
