"""The facts that rooms declare, and how each is worked out for one month."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto
from typing import Any

from django.utils.functional import Promise

from copse.kit.errors import OursError
from copse.kit.stats import OVER

Keys = tuple[str, ...]
CountSource = Callable[[date, date], Iterable[tuple[Keys, int]]]
# An item with its duration; or a duration with how many items the database counted of it.
HoursSource = Callable[[date, date], Iterable[tuple[Keys, float] | tuple[Keys, float, int]]]
# An hour to four weeks: wide enough that a bucket is nobody's fingerprint.
HOURS = (1, 4, 12, 24, 48, 72, 168, 336, 672)
MONTH, BUCKET = "month", "hours"


class Kind(StrEnum):
    COUNT = auto()
    HISTOGRAM = auto()


class Over(StrEnum):
    """What a month of a fact means."""

    FLOW = auto()
    """What happened in it."""
    STOCK = auto()
    """What there was on its last day, worked out from dates."""
    NOW = auto()
    """What there is: only today's state is kept, so it is told of the newest full month alone."""


class UnknownFact(OursError):  # noqa: N818 - named for the state
    """No room declares a fact of this name."""

    code = "unknown-fact"


class BadFact(OursError):  # noqa: N818 - named for the state
    """A fact gave keys that do not fit the dimensions it declares."""

    code = "bad-fact"


@dataclass(frozen=True)
class Fact:
    """One count, or one histogram of durations, with the dimensions it is broken down by."""

    name: str
    label: str | Promise
    kind: Kind
    dimensions: tuple[str, ...]
    buckets: tuple[int, ...]
    source: Callable[[date, date], Iterable[tuple[Any, ...]]]
    over: Over = Over.FLOW
    bucket_name: str = BUCKET
    daily: bool = False

    @property
    def room(self) -> str:
        return self.name.partition(".")[0]

    @property
    def bounds(self) -> tuple[str, ...]:
        """The buckets' upper bounds as they stand in a cell."""
        return tuple(str(bucket) for bucket in self.buckets)

    @property
    def cell_dimensions(self) -> tuple[str, ...]:
        """The dimensions of a cell: the declared ones, and the bucket of a histogram."""
        bucket = (self.bucket_name,) if self.kind == Kind.HISTOGRAM else ()
        return (*self.dimensions, *bucket)

    def cells(self, since: date, until: date) -> dict[Keys, int]:
        """Work the fact out. Raises `BadFact` for keys that do not fit."""
        found: Counter[Keys] = Counter()
        for keys, number, *items in self.source(since, until):
            if len(keys) != len(self.dimensions):
                sentence = f"“{self.name}” gave {len(keys)} keys, not {len(self.dimensions)}."
                raise BadFact(sentence, fact=self.name)
            if self.kind == Kind.HISTOGRAM:
                found[*keys, self.bucket(number)] += items[0] if items else 1
            else:
                found[keys] += int(number)
        return dict(sorted(found.items()))

    def by_month(self, since: date, until: date) -> dict[str, dict[Keys, int]]:
        """The cells of each month that has any; one question for all of them. Raises `BadFact`."""
        at = self.dimensions.index(MONTH)
        found: dict[str, dict[Keys, int]] = {}
        for keys, number in self.cells(since, until).items():
            found.setdefault(keys[at], {})[keys] = number
        return found

    def bucket(self, hours: float) -> str:
        """The bucket of a duration: the smallest bound it does not exceed."""
        return next((str(bound) for bound in self.buckets if hours <= bound), OVER)


_FACTS: dict[str, Fact] = {}


def count(
    name: str, *, dimensions: tuple[str, ...], label: str | Promise, over: Over = Over.FLOW,
    daily: bool = False,
) -> Callable[[CountSource], CountSource]:  # fmt: skip
    """Declare a count; `daily` where its table is large, so that each night counts a day.

    Raises `ValueError` for a name that is taken.
    """

    def declare(source: CountSource) -> CountSource:
        _add(Fact(name, label, Kind.COUNT, dimensions, (), source, over, daily=daily))
        return source

    return declare


def histogram(
    name: str,
    *,
    dimensions: tuple[str, ...],
    label: str | Promise,
    buckets: tuple[int, ...] = HOURS,
    over: Over = Over.FLOW,
    bucket_name: str = BUCKET,
    daily: bool = False,
) -> Callable[[HoursSource], HoursSource]:
    """Declare durations, counted in buckets; in hours unless `bucket_name` says otherwise.

    Raises `ValueError` for a taken name.
    """
    if list(buckets) != sorted(set(buckets)):
        message = f"the buckets of {name} do not rise"
        raise ValueError(message)

    def declare(source: HoursSource) -> HoursSource:
        kind = Kind.HISTOGRAM
        _add(Fact(name, label, kind, dimensions, buckets, source, over, bucket_name, daily))
        return source

    return declare


def _add(made: Fact) -> None:
    if made.name in _FACTS:
        message = f"two facts are called {made.name}"
        raise ValueError(message)
    if "." not in made.name:
        message = f"{made.name} does not begin with its room"
        raise ValueError(message)
    _FACTS[made.name] = made


def fact(name: str) -> Fact:
    """A fact by name. Raises `UnknownFact`."""
    try:
        return _FACTS[name]
    except KeyError:
        sentence = f"No room declares a fact called “{name}”."
        raise UnknownFact(sentence, fact=name) from None


def registered(room: str | None = None) -> tuple[Fact, ...]:
    """Every declared fact, of one room or of all."""
    return tuple(one for one in _FACTS.values() if room in (None, one.room))


def rooms() -> tuple[str, ...]:
    """The rooms that declare facts."""
    return tuple(dict.fromkeys(one.room for one in _FACTS.values()))
