"""Reads the catalogue of indicators and names every fault with its line."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from copse.kit import periods
from copse.kit.framework.fields import Fields
from copse.kit.framework.lines import Report, read
from copse.kit.indicators.model import (
    UNITS,
    Catalogue,
    Direction,
    Indicator,
    Measured,
    Nature,
    Over,
    Query,
    Statistic,
    Threshold,
)

_TOP = ("urn", "version", "source", "licence", "queries", "indicators")
_QUERY = ("name", "source", "over", "dimensions", "about")
_INDICATOR = (
    "id", "actions", "principles", "title", "sentence", "formula", "numerator", "denominator",
    "factor", "statistic", "unit", "direction", "source", "by", "cadence", "threshold", "nature",
    "crosswalk", "caution",
)  # fmt: skip
_SIDE = ("fact", "query", "name", "where", "within_hours")
_ID = r"[A-Z0-9]+(-[A-Z0-9]+)+"
_LONGEST_ID = 20
PERCENT = 100
# The rooms that count a query; law, plan, money, council and consultations are one room's.
_ROOM = {"observatory": "observatory"}


@cache
def catalogue() -> Catalogue:
    """The catalogue that comes with Copse, read once."""
    return read_catalogue(files("copse.taxonomies") / "indicators" / "indicators.yaml")


def read_catalogue(path: Traversable) -> Catalogue:
    """A catalogue from a file. Raises `BadFramework` with every fault, its line and what to do."""
    report = Report()
    value = read(path, report)
    if value is not None:
        made = _Reader(path.name, report, Fields(value, path.name, report, _TOP)).catalogue()
    report.end()
    return made


class _Reader:
    def __init__(self, file: str, report: Report, top: Fields) -> None:
        self._file, self._report, self._top = file, report, top
        self._queries: dict[str, Query] = {}

    def catalogue(self) -> Catalogue:
        for query in self._read_queries():
            self._queries[query.name] = query
        made: dict[str, Indicator] = {}
        for value in self._top.items("indicators"):
            fields = Fields(value, self._file, self._report, _INDICATOR)
            one = self._indicator(fields)
            if one.code in made:
                fields.wrong(f"“{one.code}” is in the catalogue twice. Keep one.", "id")
            made[one.code] = one
        return Catalogue(self._top.number("version"), made, self._queries)

    def _read_queries(self) -> Iterator[Query]:
        for value in self._top.items("queries"):
            fields = Fields(value, self._file, self._report, _QUERY)
            name = fields.word("name", pattern=r"[a-z0-9_]+")
            if name in self._queries:
                fields.wrong(f"“{name}” is described twice. Keep one.", "name")
            over = fields.choice("over", Over) or Over.FLOW
            dimensions = fields.list("dimensions", or_empty=True)
            yield Query(name, fields.word("source"), over, dimensions, fields.word("about"))

    def _indicator(self, fields: Fields) -> Indicator:
        code = fields.word("id", pattern=_ID)
        if len(code) > _LONGEST_ID:
            fields.wrong(f"“{code}” is longer than {_LONGEST_ID} signs. Shorten it.", "id")
        statistic = fields.choice("statistic", Statistic) or Statistic.SUM
        unit = fields.word("unit")
        if unit and unit not in UNITS:
            fields.wrong(f"“{unit}” is no unit here. Use one of: {', '.join(UNITS)}.", "unit")
        made = Indicator(
            code=code, actions=fields.list("actions"), principles=fields.list("principles", or_empty=True),
            title=fields.text("title", required=True),
            sentence=fields.text("sentence", required=True),
            formula=fields.text("formula", required=True),
            caution=fields.text("caution", required=True),
            numerator=self._side(fields, "numerator") or Measured(),
            denominator=self._side(fields, "denominator", required=False),
            factor=fields.number("factor", required=False) or (PERCENT if unit == "%" else 1),
            statistic=statistic, unit=unit,
            direction=fields.choice("direction", Direction) or Direction.NONE,
            source=fields.word("source"), by=fields.list("by", or_empty=True),
            cadence=self._cadence(fields),
            threshold=fields.choice("threshold", Threshold) or Threshold.OTHER,
            nature=fields.choice("nature", Nature) or Nature.COUNT,
            crosswalk=fields.list("crosswalk", or_empty=True), line=fields.line,
        )  # fmt: skip
        self._check(fields, made)
        return made

    def _cadence(self, fields: Fields) -> str:
        found = fields.word("cadence")
        if found and found not in periods.CADENCES:
            known = ", ".join(periods.CADENCES)
            fields.wrong(f"“{found}” is no cadence. Use one of: {known}.", "cadence")
        return found

    def _side(self, fields: Fields, key: str, *, required: bool = True) -> Measured | None:
        if key not in fields and not required:
            return None
        side = fields.table(key, _SIDE)
        said = [name for name in ("fact", "query", "name") if name in side]
        if len(said) != 1:
            fields.wrong(f"“{key}” is one of a fact, a query or a name. Give one.", key)
            return Measured()
        where = side.table("where", required=False)
        return Measured(
            fact=self._fact(side, said[0]),
            name=side.word("name", required=False),
            where={dimension: where.list(dimension) for dimension in where.keys()},  # noqa: SIM118
            within_hours=side.number("within_hours", required=False),
        )

    def _fact(self, side: Fields, said: str) -> str:
        if said == "fact":
            return side.word("fact", pattern=r"[a-z]+(\.[a-z0-9_]+)+")
        if said == "name":
            return ""
        name = side.word("query")
        query = self._queries.get(name)
        if query is None:
            side.wrong(f"“{name}” is described under “queries” by nobody. Describe it.", "query")
            return ""
        # A query is a fact of the room that keeps those rows, under the same name.
        return f"{_ROOM.get(query.source, 'strategy')}.{name}"

    def _check(self, fields: Fields, made: Indicator) -> None:
        divides = made.statistic == Statistic.RATIO
        if divides and made.denominator is None:
            fields.wrong("A ratio has a “denominator”. Add it.", "statistic")
        if not divides and made.statistic != Statistic.WEIGHTED and made.denominator is not None:
            fields.wrong("Only a ratio has a “denominator”. Remove it.", "denominator")
        for language, words in made.sentence.items():
            if "{value}" not in words:
                fields.wrong(f"“sentence” does not hold {{value}} in “{language}”.", "sentence")
