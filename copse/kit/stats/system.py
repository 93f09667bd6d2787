"""All that releases tell, as one system of linear equations over unknown counts.

An unknown is a number with all that it is made of: where two releases count the same thing and
found the same, they speak of one unknown, and what one hides the other must not give away. That is
more than most readers can know, which is how an attack should be.

Everything here is arrays of numpy; nothing imports this module until somebody attacks.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from copse.kit.stats.disclosure import reader_knows
from copse.kit.stats.release import NOTHING, Claim, Made, Release, same
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

    @cached_property
    def sums(self) -> NDArray[np.bool_]:
        """Which unknowns stand for the sum of one equation, with weight -1 and nowhere else."""
        return np.array([name is None for name in self.names], dtype=bool)

    @property
    def height(self) -> int:
        """How many equations there are."""
        return int(self.rows.max()) + 1 if len(self.rows) else 0

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
        size = self.height
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
        open_row = np.zeros(self.height, dtype=bool)
        open_row[self.rows[loose[self.columns]]] = True
        kept = open_row[self.rows]
        group, row_group = self._groups(kept & loose[self.columns])
        wanted = {int(group[at]) for at in self.protected if loose[at]}
        return [self._part(group == one, row_group == one, kept) for one in sorted(wanted)]

    def _groups(self, links: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """The group of each unknown and of each equation, where these entries link them."""
        rows, columns = self.rows[links], self.columns[links]
        group = np.arange(len(self.names))
        while True:
            row_group = np.full(self.height, len(group))
            np.minimum.at(row_group, rows, group[columns])
            joined = group.copy()
            np.minimum.at(joined, columns, row_group[rows])
            # Whatever a group was called after has joined another by now, and brings it along.
            joined = joined[joined]
            if (joined == group).all():
                return group, row_group
            group = joined

    def _part(
        self, member: NDArray[np.bool_], row: NDArray[np.bool_], kept: NDArray[np.bool_]
    ) -> tuple[Ints, "System"]:
        entries = np.flatnonzero(kept & row[self.rows])
        mine = member.copy()
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
        self.sums: dict[tuple[tuple[int, int], ...], int] = {}
        for release in releases:
            self.add(release)

    def copy(self) -> "Told":
        """The same again, to which more can be added without changing this."""
        other = Told()
        other.at = {name: list(known) for name, known in self.at.items()}
        other.names, other.true = list(self.names), list(self.true)
        other.low, other.high = list(self.low), list(self.high)
        other.protected, other.rows = set(self.protected), dict(self.rows)
        other.sums = dict(self.sums)
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
            self._claim(tuple((place[key], weight) for key, weight in claim.terms), claim)

    def _claim(self, terms: tuple[tuple[int, int], ...], claim: Claim) -> None:
        """The sum of these terms is an unknown too, the same one whoever speaks of it."""
        at = self.sums.get(terms)
        if at is None:
            worth = sum(weight * self.true[place] for place, weight in terms)
            at = self.sums[terms] = self._new(None, None, None, worth)
            self.rows[(at, -1), *terms] = None
        if claim.low is not None:
            self.low[at] = max(self.low[at], claim.low)
        if claim.high is not None:
            self.high[at] = min(self.high[at], claim.high)

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
