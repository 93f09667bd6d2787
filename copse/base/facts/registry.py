"""The facts that rooms declare, and how each is worked out for one month."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto

from django.utils.functional import Promise

from copse.kit.errors import OursError
from copse.kit.stats import OVER

Keys = tuple[str, ...]
CountSource = Callable[[date, date], Iterable[tuple[Keys, int]]]
HoursSource = Callable[[date, date], Iterable[tuple[Keys, float]]]
# An hour to four weeks: wide enough that a bucket is nobody's fingerprint.
HOURS = (1, 4, 12, 24, 48, 72, 168, 336, 672)
BUCKET = "hours"


class Kind(StrEnum):
    COUNT = auto()
    HISTOGRAM = auto()


class UnknownFact(OursError):  # noqa: N818 - named for the state
    """No room declares a fact of this name."""

    code = "unknown-fact"


class BadFact(OursError):  # noqa: N818 - named for the state
    """A fact gave keys that do not fit the dimensions it declares."""

    code = "bad-fact"


@dataclass(frozen=True)
class Fact:
    """One count, or one histogram of hours, with the dimensions it is broken down by."""

    name: str
    label: str | Promise
    kind: Kind
    dimensions: tuple[str, ...]
    buckets: tuple[int, ...]
    source: Callable[[date, date], Iterable[tuple[Keys, float]]]

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
        return (*self.dimensions, BUCKET) if self.kind == Kind.HISTOGRAM else self.dimensions

    def cells(self, since: date, until: date) -> dict[Keys, int]:
        """Work the fact out. Raises `BadFact` for keys that do not fit."""
        found: Counter[Keys] = Counter()
        for keys, number in self.source(since, until):
            if len(keys) != len(self.dimensions):
                sentence = f"“{self.name}” gave {len(keys)} keys, not {len(self.dimensions)}."
                raise BadFact(sentence, fact=self.name)
            if self.kind == Kind.HISTOGRAM:
                found[*keys, self.bucket(number)] += 1
            else:
                found[keys] += int(number)
        return dict(sorted(found.items()))

    def bucket(self, hours: float) -> str:
        """The bucket of a duration: the smallest bound it does not exceed."""
        return next((str(bound) for bound in self.buckets if hours <= bound), OVER)


_FACTS: dict[str, Fact] = {}


def count(
    name: str, *, dimensions: tuple[str, ...], label: str | Promise
) -> Callable[[CountSource], CountSource]:
    """Declare a count. Raises `ValueError` for a name that is taken."""

    def declare(source: CountSource) -> CountSource:
        _add(Fact(name, label, Kind.COUNT, dimensions, (), source))
        return source

    return declare


def histogram(
    name: str,
    *,
    dimensions: tuple[str, ...],
    label: str | Promise,
    buckets: tuple[int, ...] = HOURS,
) -> Callable[[HoursSource], HoursSource]:
    """Declare durations in hours, counted in buckets. Raises `ValueError` for a taken name."""
    if list(buckets) != sorted(set(buckets)):
        message = f"the buckets of {name} do not rise"
        raise ValueError(message)

    def declare(source: HoursSource) -> HoursSource:
        _add(Fact(name, label, Kind.HISTOGRAM, dimensions, buckets, source))
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
