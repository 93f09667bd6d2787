"""Find every known fingerprint within 31 bits of a query, in a file that many processes share."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copse.kit.errors import InputError
from copse.kit.matching import kernels, layout, writing
from copse.kit.matching.layout import Bytes
from copse.kit.matching.view import LOOK_EVERY, View

MOST_RADIUS = 31
ROWS = 2
MOST_ANSWERS = 10_000
# Bytes of queries below which a thread costs more than it saves.
WORTH_A_THREAD = 32 * 64
# A thread takes at least one of the sixteen words.
MOST_THREADS = 16


@dataclass(frozen=True, slots=True)
class Found:
    """The answers of a search, one per row, ordered by query.

    query (int64): the row of the queries. entry (uint64): the id given when it was added.
    distance (uint8): in how many of 256 bits they differ. more (bool, one per query): this query
    has further answers, which the bound left out.
    """

    query: NDArray[np.int64]
    entry: NDArray[np.uint64]
    distance: NDArray[np.uint8]
    more: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.query)


class Matcher:
    """An index of 256-bit fingerprints in one file, searched exactly.

    The file is mapped, so that all processes which open it share one copy in memory. Searching is
    safe from several threads. What other processes add or withdraw is seen by the next search; a
    file that is built anew takes this one's place between two searches.

    Shapes: fingerprints are (N, 32) uint8 rows, ids (N,) uint64; distances count bits of 256.
    Source: the pigeonring principle (Qin and Xiao, 2018) over sixteen words; docs/adr/0080.
    """

    def __init__(self, path: Path, view: View) -> None:
        self.path = path
        self._view = view
        self._looked = time.monotonic()
        self._problem: Exception | None = None

    @classmethod
    def build(
        cls,
        path: str | os.PathLike[str],
        hashes: Bytes,
        ids: NDArray[np.uint64] | None = None,
        *,
        threads: int | None = None,
    ) -> "Matcher":
        """Write an index and open it; an index of that name is replaced at once.

        Args:
            path: The file to write; `<path>.lock` beside it keeps writers apart.
            hashes: (N, 32) uint8, one 256-bit fingerprint a row, bits in the order of its hex form.
            ids: (N,) whole numbers handed back as `Found.entry`; the row's number if left out.
            threads: How many threads sort; as many as there are processors, up to 4, if left out.

        Raises:
            InputError: The arrays do not fit together.
        """
        place = Path(path)
        rows = writing.as_hashes(hashes)
        numbers = np.arange(len(rows)) if ids is None else ids
        writing.build(place, rows, writing.as_ids(numbers, len(rows)), threads=threads)
        return cls.open(place)

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> "Matcher":
        """Map an index that `build` wrote.

        Raises:
            BadIndex: It is no index, or was cut or damaged. What takes long to check waits for
                `verify`.
            InputError: There is no such file, or it may not be read.
        """
        place = Path(path)
        try:
            return cls(place, View(place))
        except OSError as problem:
            sentence = (
                f"{place.name} cannot be opened ({problem.strerror}). Name a file you may read."
            )
            raise InputError(sentence, code="no-index") from None

    def search(
        self,
        queries: Bytes,
        radius: int = MOST_RADIUS,
        most: int = MOST_ANSWERS,
        *,
        threads: int = 1,
    ) -> Found:
        """Find every entry within `radius` bits of each query. Nothing is missed or invented.

        Args:
            queries: (Q, 32) uint8, or one row of 32. Many at once cost a third of one by one.
            radius: The largest distance that counts, 0 to 31 bits of 256.
            most: How many answers a query may have; `Found.more` says where there are others.
            threads: Among how many threads a larger batch is divided.

        Raises:
            InputError: Not such an array, or a radius or bound that is out of range.
        """
        asked = _as_queries(queries)
        if not 0 <= radius <= MOST_RADIUS or most < 1:
            raise InputError("The radius is 0 to 31 bits, and the bound on answers at least 1.")
        view = self._current()
        if threads > 1 and len(asked) >= WORTH_A_THREAD * threads:
            return _in_threads(view, asked, radius, most, threads)
        return _ordered(kernels.search(view.file, view.table, asked, radius, most, 0, 1))

    def add(self, hashes: Bytes, ids: NDArray[np.uint64], *, threads: int | None = None) -> None:
        """Add entries, found by every process's next search.

        Args:
            hashes: (N, 32) uint8.
            ids: (N,) whole numbers; an id may be given more than once.
            threads: How many threads sort when late entries are joined into a segment.

        Raises:
            InputError: The arrays do not fit together.
        """
        rows = writing.as_hashes(hashes)
        writing.add(self.path, rows, writing.as_ids(ids, len(rows)), threads=threads)

    def withdraw(self, ids: NDArray[np.uint64]) -> int:
        """Withdraw all entries with these ids from every process's searches, at once.

        Their fingerprints leave the file with the next `compact`.

        Returns:
            How many entries were withdrawn by this call.

        Raises:
            InputError: Not a row of whole numbers.
        """
        return writing.withdraw(self.path, writing.as_ids(ids))

    def compact(self, *, threads: int | None = None) -> None:
        """Write the file anew without what was withdrawn or is left over; readers follow."""
        writing.compact(self.path, threads=threads)

    def verify(self) -> None:
        """Read the whole file against its checksums.

        Raises:
            BadIndex: Something changed since it was written; it names the part.
        """
        self._current().verify()

    def stats(self) -> dict[str, int | str]:
        """Counts of this index, and why a newer file could not be opened, if that is so."""
        view = self._current()
        segments = view.directory.segments
        counts: dict[str, int | str] = {
            "entries": self._count(view),
            "withdrawn": view.withdrawn(),
            "live": view.live_count(),
            "segments": len(segments),
            "generation": view.directory.generation,
            "bytes": len(view.file),
            "unused": view.directory.end - sum(segment.size for segment in segments),
        }
        return counts if self._problem is None else {**counts, "problem": str(self._problem)}

    def __len__(self) -> int:
        return self._count(self._current())

    def _count(self, view: View) -> int:
        entries = sum(segment.entries for segment in view.directory.segments)
        return entries + view.live_count() - view.withdrawn()

    def _current(self) -> View:
        """The newest generation. A file that cannot be read is passed over, and the last served."""
        view, now = self._view, time.monotonic()
        current = view.is_current()
        if now - self._looked < (LOOK_EVERY if current else self._patience()):
            return view
        self._looked = now
        try:
            if not current or not view.is_in_place(self.path):
                self._view = View(self.path)
            self._problem = None
        except (OSError, InputError) as problem:
            self._problem = problem
        return self._view

    def _patience(self) -> float:
        return 0.0 if self._problem is None else LOOK_EVERY


def _as_queries(queries: Bytes) -> Bytes:
    asked = np.asarray(queries)
    if asked.dtype != np.uint8 or asked.shape[-1:] != (layout.HASH_BYTES,) or asked.ndim > ROWS:
        sentence = f"Queries come as a (Q, 32) array of uint8, not {asked.shape} of {asked.dtype}."
        raise InputError(sentence, code="shape")
    flat = np.ascontiguousarray(asked).reshape(-1)
    # One kind of array means one compiled kernel.
    flat.flags.writeable = False
    return flat


def _ordered(answers: Any) -> Found:
    query, entry, distance, more = answers
    if len(query) > 1:
        order = np.argsort((query << 8) | distance, kind="stable")
        query, entry, distance = query[order], entry[order], distance[order]
    return Found(query, entry, distance, more)


def _in_threads(view: View, asked: Bytes, radius: int, most: int, threads: int) -> Found:
    parts = min(threads, MOST_THREADS)

    def one(part: int) -> Any:
        return kernels.search(view.file, view.table, asked, radius, most, part, parts)

    with ThreadPoolExecutor(parts) as pool:
        got = list(pool.map(one, range(parts)))
    together = (np.concatenate([answers[column] for answers in got]) for column in range(3))
    more = np.logical_or.reduce([answers[3] for answers in got])
    return _cut(_ordered((*together, more)), most)


def _cut(found: Found, most: int) -> Found:
    """No more than `most` answers for each query, the nearest: each thread had kept that many."""
    counts = np.bincount(found.query, minlength=len(found.more))
    if not (counts > most).any():
        return found
    first = np.cumsum(counts) - counts
    kept = np.arange(len(found)) - first[found.query] < most
    return Found(
        found.query[kept], found.entry[kept], found.distance[kept], found.more | (counts > most)
    )
