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
from copse.kit.matching.view import Memory, View

MOST_RADIUS = 31
MOST_ANSWERS = 10_000
# How long a file put in place by another program may go unnoticed, in seconds.
LOOK_EVERY = 0.5


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
    """An index of 256-bit fingerprints, searched exactly."""

    def __init__(self, path: Path, view: View, memory: Memory) -> None:
        self.path = path
        self.memory = memory
        self._view = view
        self._looked = time.monotonic()

    @classmethod
    def build(
        cls,
        path: str | os.PathLike[str],
        hashes: Bytes,
        ids: NDArray[np.uint64] | None = None,
        *,
        threads: int = 1,
        memory: Memory = "shared",
    ) -> "Matcher":
        place = Path(path)
        checked = writing.as_hashes(hashes)
        numbers = (
            np.arange(len(checked), dtype=np.uint64) if ids is None else np.asarray(ids, np.uint64)
        )
        writing.build(place, checked, numbers, threads=threads)
        return cls.open(place, memory=memory)

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, memory: Memory = "shared") -> "Matcher":
        place = Path(path)
        return cls(place, View(place, memory), memory)

    def search(
        self,
        queries: Bytes,
        radius: int = MOST_RADIUS,
        most: int = MOST_ANSWERS,
        *,
        threads: int = 1,
    ) -> Found:
        asked = _as_queries(queries)
        if not 0 <= radius <= MOST_RADIUS or most < 1:
            raise InputError("The radius is 0 to 31 bits, and the bound on answers at least 1.")
        view = self._current()
        if threads == 1 or len(asked) < 2 * 32 * threads:
            return _ordered(kernels.search(view.body, view.shared, view.table, asked, radius, most))
        return _in_threads(view, asked, radius, most, threads)

    def _current(self) -> View:
        view = self._view
        now = time.monotonic()
        if view.is_current():
            if now - self._looked < LOOK_EVERY:
                return view
            self._looked = now
            if view.is_in_place(self.path):
                return view
        self._view = View(self.path, self.memory)
        return self._view

    def __len__(self) -> int:
        view = self._current()
        entries = sum(segment.entries for segment in view.directory.segments)
        return entries + view.live_count() - view.withdrawn()


def _as_queries(queries: Bytes) -> Bytes:
    asked = np.asarray(queries)
    if asked.dtype != np.uint8 or asked.shape[-1:] != (layout.HASH_BYTES,) or asked.ndim > 2:
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
    count = len(asked) // 32
    bounds = [count * part // threads for part in range(threads + 1)]

    def part(number: int) -> Any:
        mine = asked[32 * bounds[number] : 32 * bounds[number + 1]]
        return kernels.search(view.body, view.shared, view.table, mine, radius, most)

    with ThreadPoolExecutor(threads) as pool:
        parts = list(pool.map(part, range(threads)))
    query = np.concatenate([got[0] + first for got, first in zip(parts, bounds, strict=False)])
    rest = [np.concatenate([got[column] for got in parts]) for column in (1, 2, 3)]
    return _ordered((query, *rest))
