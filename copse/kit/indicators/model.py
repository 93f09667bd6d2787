"""What an indicator is: a number with a formula, a unit, a direction and a caution."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf

from copse.kit.errors import InputError
from copse.kit.framework.model import Text


class UnknownIndicator(InputError):  # noqa: N818 - named for the state
    """The catalogue has no indicator of this code."""

    code = "unknown-indicator"


class Statistic(StrEnum):
    """How a numerator (and a denominator) become the value."""

    SUM = "sum"
    LAST = "last"  # a stock: what there is on the last day of the period
    RATIO = "ratio"  # numerator ÷ denominator × factor
    WEIGHTED = "weighted"  # a survey's weighted share; its value is typed
    MEDIAN = "median"  # of a histogram, as the upper bound of the bucket it lies in


class Direction(StrEnum):
    """What is good."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class Nature(StrEnum):
    """What kind of number it is. Numbers of unlike nature never share an axis."""

    COUNT = "count"
    RATE = "rate"
    SURVEY = "survey"
    MONEY = "money"
    DURATION = "duration"


class Threshold(StrEnum):
    """Which minimum of disclosure control holds for it; NONE where nobody is counted."""

    VICTIM = "victim"
    OTHER = "other"
    INSTITUTION = "institution"
    NONE = "none"


class Over(StrEnum):
    """Whether months add up to a longer period, or the last one stands for it."""

    FLOW = "flow"
    STOCK = "stock"


# As it stands behind a number. A count has none: its sentence says what was counted.
UNITS: Mapping[str, Text] = {
    "%": {"en": "%"},
    "h": {"en": "hours", "fr": "heures", "ar": "ساعة", "sw": "saa"},
    "d": {"en": "days", "fr": "jours", "ar": "يوما", "sw": "siku"},
    "count": {},
    "ratio": {},
    "money": {},
}


def unit(code: str, language: str) -> str:
    """A unit in a language; nothing for a plain count."""
    found = UNITS.get(code, {})
    return found.get(language.partition("-")[0]) or found.get("en", "")


@dataclass(frozen=True)
class Query:
    """A count of the strategy room or the observatory that indicators read."""

    name: str
    source: str
    over: Over
    dimensions: tuple[str, ...]
    about: str


@dataclass(frozen=True)
class Measured:
    """One side of a formula.

    Attributes:
        fact: the fact it reads, as a room declares it ("portal.started", "strategy.goals_due");
            empty where nothing counts it yet.
        name: what it is called when nothing counts it.
        where: which keys of a dimension are kept.
        within_hours: of a histogram, keep the buckets up to this bound.
    """

    fact: str = ""
    name: str = ""
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    within_hours: int = 0


@dataclass(frozen=True)
class Indicator:
    """One indicator of the catalogue. Texts are by language; `sentence` holds `{value}`."""

    code: str
    actions: tuple[str, ...]
    principles: tuple[str, ...]
    title: Text
    sentence: Text
    formula: Text
    caution: Text
    numerator: Measured
    denominator: Measured | None
    factor: int
    statistic: Statistic
    unit: str
    direction: Direction
    source: str
    by: tuple[str, ...]
    cadence: str
    threshold: Threshold
    nature: Nature
    crosswalk: tuple[str, ...]
    line: int = 0

    @property
    def rising(self) -> bool:
        """Whether more is better."""
        return self.direction == Direction.UP

    @property
    def most(self) -> float:
        """What no value of it can exceed."""
        return 100.0 if self.unit == "%" else inf

    @property
    def sides(self) -> tuple[Measured, ...]:
        """Numerator, and denominator where there is one."""
        return (self.numerator,) if self.denominator is None else (self.numerator, self.denominator)

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it reads; fewer than its sides while it waits for a room."""
        return tuple(dict.fromkeys(side.fact for side in self.sides if side.fact))

    @property
    def waiting(self) -> bool:
        """Whether something that it needs is counted by nobody yet."""
        return not all(side.fact for side in self.sides)


@dataclass(frozen=True)
class Catalogue:
    """Every indicator by code, in the order of the file, and the queries that they read."""

    version: int
    indicators: Mapping[str, Indicator]
    queries: Mapping[str, Query]

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self.indicators.values())

    def __len__(self) -> int:
        return len(self.indicators)

    def __contains__(self, code: object) -> bool:
        return code in self.indicators

    def __getitem__(self, code: str) -> Indicator:
        """An indicator by code. Raises `UnknownIndicator`."""
        try:
            return self.indicators[code]
        except KeyError:
            sentence = f"“{code}” is no code of the catalogue of indicators."
            raise UnknownIndicator(sentence, indicator=code) from None

    def of_action(self, code: str) -> tuple[Indicator, ...]:
        """The indicators that an action of the brief can be followed by."""
        return tuple(one for one in self if code in one.actions)
