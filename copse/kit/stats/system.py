"""All that releases tell, as one system of linear equations over unknown counts.

An unknown is a number with all that it is made of: where two releases count the same thing and
found the same, they speak of one unknown, and what one hides the other must not give away. That is
more than most readers can know, which is how an attack should be.

Everything here is numpy and scipy, which only a server installs; so nothing imports this module
until somebody attacks.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from copse.kit.stats.disclosure import reader_knows
from copse.kit.stats.release import NOTHING, Made, Release, same
from copse.kit.stats.tables import Key

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Unknown = tuple[Key, int]
EXACT = 1e-6
SWEEPS = 60


@dataclass
class System:
    """Unknowns with bounds, and equations between them: the sum of weight × unknown is zero."""

    names: Sequence[Unknown | None]
    low: Floats
    high: Floats
    true: Floats
    protected: Ints
    rows: Ints
    columns: Ints
    weights: Floats

    def matrix(self) -> Any:
        """The equations as a sparse matrix."""
        height = int(self.rows.max()) + 1 if len(self.rows) else 0
        return csr_matrix(
            (self.weights, (self.rows, self.columns)), shape=(height, len(self.names))
        )

    def narrow_bounds(self) -> None:
        """Draw the bounds together as far as the equations allow one at a time.

        Counts are whole numbers, so a bound between two of them moves to the next.
        """
        for _sweep in range(SWEEPS):
            if not self._sweep():
                return

    def _sweep(self) -> bool:
        least, most = self._reach()
        with np.errstate(invalid="ignore"):
            one, other = -most / self.weights, -least / self.weights
        found_low = np.ceil(np.minimum(one, other) - EXACT)
        found_high = np.floor(np.maximum(one, other) + EXACT)
        low, high = self.low.copy(), self.high.copy()
        np.maximum.at(low, self.columns, found_low)
        np.minimum.at(high, self.columns, found_high)
        moved = bool((low > self.low).any() or (high < self.high).any())
        self.low, self.high = low, high
        return moved

    def _reach(self) -> tuple[Floats, Floats]:
        """For each entry, the least and the most that the rest of its equation can come to."""
        low, high = self.low[self.columns], self.high[self.columns]
        up = self.weights > 0
        least = self.weights * np.where(up, low, high)
        most = self.weights * np.where(up, high, low)
        return self._rest(least, -math.inf), self._rest(most, math.inf)

    def _rest(self, reach: Floats, endless: float) -> Floats:
        size = int(self.rows.max()) + 1 if len(self.rows) else 0
        infinite = np.isinf(reach)
        finite = np.where(infinite, 0.0, reach)
        sums = np.bincount(self.rows, finite, size)
        endings = np.bincount(self.rows, infinite, size)
        others = endings[self.rows] - infinite
        return np.where(others > 0, endless, sums[self.rows] - finite)

    def parts(self) -> list[tuple[Ints, "System"]]:
        """The unknowns that hang together, as systems of their own; settled ones are left out.

        Each part comes with the places of its unknowns in this system.
        """
        loose = self.low < self.high
        open_row = np.zeros(int(self.rows.max()) + 1 if len(self.rows) else 0, dtype=bool)
        open_row[self.rows[loose[self.columns]]] = True
        kept = open_row[self.rows]
        links = kept & loose[self.columns]
        count, size = len(self.names), len(open_row)
        edges = csr_matrix(
            (np.ones(int(links.sum())), (self.columns[links], count + self.rows[links])),
            shape=(count + size, count + size),
        )
        _number, group = connected_components(edges, directed=False)
        wanted = {int(group[at]) for at in self.protected if loose[at]}
        return [self._part(group == one, group[count:] == one, kept) for one in sorted(wanted)]

    def _part(
        self, member: NDArray[np.bool_], row: NDArray[np.bool_], kept: NDArray[np.bool_]
    ) -> tuple[Ints, "System"]:
        entries = np.flatnonzero(kept & row[self.rows])
        mine = member[: len(self.names)].copy()
        mine[self.columns[entries]] = True  # settled ones that stand in these equations
        places = np.flatnonzero(mine)
        place = np.full(len(self.names), -1, dtype=np.int64)
        place[places] = np.arange(len(places))
        _lines, rows = np.unique(self.rows[entries], return_inverse=True)
        guarded = place[self.protected]
        part = System(
            names=[self.names[int(at)] for at in places],
            low=self.low[places],
            high=self.high[places],
            true=self.true[places],
            protected=guarded[(guarded >= 0) & member[self.protected]],
            rows=rows.astype(np.int64),
            columns=place[self.columns[entries]],
            weights=self.weights[entries],
        )
        return places, part


class Told:
    """What releases tell, gathered one by one."""

    def __init__(self, releases: Iterable[Release] = ()) -> None:
        self.at: dict[Unknown, list[tuple[int, Made]]] = {}
        self.names: list[Unknown | None] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.true: list[float] = []
        self.protected: set[int] = set()
        self.rows: dict[tuple[tuple[int, int], ...], None] = {}
        for release in releases:
            self.add(release)

    def copy(self) -> "Told":
        """The same again, to which more can be added without changing this."""
        other = Told()
        other.at = {name: list(known) for name, known in self.at.items()}
        other.names, other.true = list(self.names), list(self.true)
        other.low, other.high = list(self.low), list(self.high)
        other.protected, other.rows = set(self.protected), dict(self.rows)
        return other

    def add(self, release: Release) -> None:
        place = {
            key: self._unknown((key, one.true), release.made_of.get(key, NOTHING))
            for key, one in release.numbers.items()
        }
        for key, one in release.numbers.items():
            at = place[key]
            low, high = reader_knows(one.shown, one.minimum)
            self.low[at], self.high[at] = max(self.low[at], low), min(self.high[at], high)
            if one.protected:
                self.protected.add(at)
        for total, parts in release.lines:
            row = ((place[total], -1), *((place[part], 1) for part in parts))
            self.rows.setdefault(row)
        for claim in release.claims:
            terms = tuple((place[key], weight) for key, weight in claim.terms)
            worth = sum(weight * self.true[at] for at, weight in terms)
            slack = self._new(None, claim.low, claim.high, worth)
            self.rows.setdefault(((slack, -1), *terms))

    def _unknown(self, name: Unknown, made: Made) -> int:
        known = self.at.setdefault(name, [])
        for index, (at, others) in enumerate(known):
            if same(made, others):
                known[index] = at, {**others, **made}
                return at
        known.append((self._new(name, 0, None, name[1]), made))
        return known[-1][0]

    def _new(self, name: Unknown | None, low: float | None, high: float | None, true: float) -> int:
        self.names.append(name)
        self.low.append(-math.inf if low is None else low)
        self.high.append(math.inf if high is None else high)
        self.true.append(true)
        return len(self.names) - 1

    def system(self) -> System:
        """All of it as equations."""
        entries = [(row, at, weight) for row, terms in enumerate(self.rows) for at, weight in terms]
        rows, columns, weights = zip(*entries, strict=True) if entries else ((), (), ())
        return System(
            names=self.names,
            low=np.array(self.low, dtype=np.float64),
            high=np.array(self.high, dtype=np.float64),
            true=np.array(self.true, dtype=np.float64),
            protected=np.array(sorted(self.protected), dtype=np.int64),
            rows=np.array(rows, dtype=np.int64),
            columns=np.array(columns, dtype=np.int64),
            weights=np.array(weights, dtype=np.float64),
        )
