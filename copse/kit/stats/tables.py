"""Declared tables of exact counts, with every margin: what goes into a release.

A number is named by what it counts and by its coordinates, never by the table it stands in. So two
tables that share a margin share that number, and so do two releases that cover the same month.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from copse.kit.stats.disclosure import Minimum, small

TOTAL = "_T"
Position = tuple[str, ...]
# What is counted, and where: ("hotline.concerns", (("month", "2026-10"),)).
Key = tuple[str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True)
class Dimension:
    """One side of a table.

    `total` names the sum of these categories when they are not all there are: the months of one
    release are a window, and the sum of another window is another number. `telling` says that
    whoever learns somebody's category has learnt something about them; of a month that is not so.
    """

    name: str
    categories: tuple[str, ...]
    total: str = ""
    telling: bool = True


@dataclass(frozen=True)
class Table:
    """Exact counts of one measure; a position that is not counted is zero.

    `contributors` says who stands behind each position, where `institutions` of them are asked
    for. `structural` positions cannot hold anything, so their zeros tell nothing. Of a table that
    is not `shown` no number is published; it stands here because claims are made from it.

    Raises `ValueError` for counts outside the table and for counts below zero.
    """

    measure: str
    dimensions: tuple[Dimension, ...]
    counts: Mapping[Position, int]
    minimum: Minimum = Minimum.OTHERWISE
    institutions: int = 1
    contributors: Mapping[Position, Collection[str]] = field(default_factory=dict)
    structural: frozenset[Position] = frozenset()
    shown: bool = True

    def __post_init__(self) -> None:
        known = [set(one.categories) for one in self.dimensions]
        outside = [
            at
            for at in (*self.counts, *self.contributors)
            if len(at) != len(known) or any(c not in k for c, k in zip(at, known, strict=True))
        ]
        if outside:
            message = f"{len(outside)} counts lie outside the table of {self.measure}"
            raise ValueError(message)
        for count in self.counts.values():
            small(count, self.minimum)

    @cached_property
    def numbers(self) -> Mapping[Position, int]:
        """Every cell and every margin with its exact count."""
        found: Counter[Position] = Counter()
        for at, count in self.counts.items():
            for position in _margins(at):
                found[position] += count
        return {position: found[position] for position in self.positions}

    @cached_property
    def positions(self) -> tuple[Position, ...]:
        """Cells and margins in a fixed order."""
        return tuple(product(*((*one.categories, TOTAL) for one in self.dimensions)))

    @cached_property
    def sources(self) -> Mapping[Position, int]:
        """How many institutions stand behind each cell and margin."""
        found: dict[Position, set[str]] = {}
        for at, names in self.contributors.items():
            for position in _margins(at):
                found.setdefault(position, set()).update(names)
        return {position: len(names) for position, names in found.items()}

    def key(self, position: Position) -> Key:
        """The name of the number at a position, the same in every table and release."""
        placed = []
        for one, category in zip(self.dimensions, position, strict=True):
            name = one.total if category == TOTAL else category
            if name:
                placed.append((one.name, name))
        return self.measure, tuple(sorted(placed))

    def lines(self) -> Iterator[tuple[Position, tuple[Position, ...]]]:
        """Every margin with the numbers that add up to it, once for each way of adding up."""
        for position in self.positions:
            for at, category in enumerate(position):
                if category == TOTAL:
                    yield (
                        position,
                        tuple(
                            (*position[:at], name, *position[at + 1 :])
                            for name in self.dimensions[at].categories
                        ),
                    )


def _margins(position: Position) -> Iterator[Position]:
    return product(*((category, TOTAL) for category in position))
