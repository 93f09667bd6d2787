"""Charts without a script: drawn as SVG, with the same figures in a table beside them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil, floor, log10
from typing import Literal
from uuid import uuid4

from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi

Text = str | Promise
Value = float | int | None
Kind = Literal["bar", "line", "stacked"]
Series = Mapping[str, Sequence[Value]]

WIDTH, HEIGHT = 480, 280
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 14, 36
INNER_WIDTH, INNER_HEIGHT = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
MOST_LABELS = 6
COLOURS = 6


@dataclass(frozen=True)
class Mark:
    """A drawn bar or point, in the picture's own units."""

    x: float
    y: float
    width: float
    height: float
    colour: int


@dataclass(frozen=True)
class Tick:
    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Stroke:
    points: str
    colour: int


@dataclass(frozen=True)
class Chart:
    """A finished chart; a template prints it with `{{ chart }}`."""

    kind: Kind
    title: Text
    description: Text
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[Value, ...]], ...]
    rtl: bool
    missing: Text = "–"
    key: str = field(default_factory=lambda: uuid4().hex[:8])

    def __html__(self) -> str:
        return self.render()

    def __str__(self) -> str:
        return self.render()

    def render(self) -> SafeString:
        return render_to_string("web/chart.html", {"chart": self})

    @property
    def top(self) -> float:
        """The axis ends at a round number above every bar."""
        if self.kind == "stacked":
            columns = zip(*(values for _, values in self.series), strict=True)
            highest = max((sum(v or 0 for v in column) for column in columns), default=0)
        else:
            highest = max((v or 0 for _, values in self.series for v in values), default=0)
        return round_up(highest)

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH} {HEIGHT}"

    def _x(self, x: float, width: float = 0) -> float:
        """Right-to-left readers find the first month on the right."""
        return round(WIDTH - x - width if self.rtl else x, 2)

    def _y(self, value: float) -> float:
        return round(TOP + INNER_HEIGHT * (1 - value / self.top), 2)

    @property
    def _slot(self) -> float:
        return INNER_WIDTH / max(len(self.labels), 1)

    @property
    def marks(self) -> list[Mark]:
        if self.kind == "line":
            return [
                Mark(self._x(self._middle(at)), self._y(value), 0, 0, colour)
                for colour, (_, values) in self._numbered()
                for at, value in enumerate(values)
                if value is not None
            ]
        return list(self._stacked() if self.kind == "stacked" else self._bars())

    def _numbered(self) -> Iterable[tuple[int, tuple[str, tuple[Value, ...]]]]:
        return ((at % COLOURS + 1, one) for at, one in enumerate(self.series))

    def _middle(self, at: int) -> float:
        return LEFT + self._slot * (at + 0.5)

    def _bars(self) -> Iterable[Mark]:
        width = self._slot * 0.72 / max(len(self.series), 1)
        for number, (colour, (_, values)) in enumerate(self._numbered()):
            for at, value in enumerate(values):
                if value is not None:
                    start = LEFT + self._slot * (at + 0.14) + number * width
                    yield self._bar(start, width, 0, value, colour)

    def _stacked(self) -> Iterable[Mark]:
        width = self._slot * 0.72
        below = [0.0] * len(self.labels)
        for colour, (_, values) in self._numbered():
            for at, value in enumerate(values):
                if value is not None:
                    start = LEFT + self._slot * (at + 0.14)
                    yield self._bar(start, width, below[at], value, colour)
                    below[at] += value

    def _bar(self, x: float, width: float, low: float, value: float, colour: int) -> Mark:
        y = self._y(low + value)
        height = round(self._y(low) - y, 2)
        return Mark(self._x(x, width), y, round(max(width - 1, 1), 2), height, colour)

    @property
    def strokes(self) -> list[Stroke]:
        """A line per run of known values: a gap stays a gap."""
        if self.kind != "line":
            return []
        return [
            Stroke(
                f"{self._x(self._middle(at))},{self._y(a)} "
                f"{self._x(self._middle(at + 1))},{self._y(b)}",
                colour,
            )
            for colour, (_, values) in self._numbered()
            for at, (a, b) in enumerate(pairwise(values))
            if a is not None and b is not None
        ]

    @property
    def lines(self) -> list[Tick]:
        steps = [self.top * part / 4 for part in range(5)]
        edge = WIDTH - LEFT + 8 if self.rtl else LEFT - 8
        return [Tick(edge, self._y(step), shown(step)) for step in steps]

    @property
    def ends(self) -> tuple[float, float]:
        """Where the grid's lines begin and end."""
        return (RIGHT, WIDTH - LEFT) if self.rtl else (LEFT, WIDTH - RIGHT)

    @property
    def names(self) -> list[Tick]:
        every = ceil(len(self.labels) / MOST_LABELS)
        return [
            Tick(self._x(self._middle(at)), HEIGHT - 12, str(label))
            for at, label in enumerate(self.labels)
            if at % every == 0
        ]

    @property
    def legend(self) -> list[tuple[int, str]]:
        return [(colour, name) for colour, (name, _) in self._numbered()]

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The same figures for the table."""
        return [
            (str(label), [self._cell(values[at]) for _, values in self.series])
            for at, label in enumerate(self.labels)
        ]

    def _cell(self, value: Value) -> str:
        return str(self.missing) if value is None else shown(value)


def shown(value: float) -> str:
    """A number as the reader writes it."""
    whole = value == int(value)
    return str(number_format(int(value) if whole else round(value, 2), force_grouping=True))


def round_up(highest: float) -> float:
    """The next 1, 2, 4, 5 or 10 times a power of ten; never nought."""
    if highest <= 4:  # noqa: PLR2004 - four lines of the grid, whole numbers beside them
        return 4
    power: int = 10 ** floor(log10(highest))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= highest)


def _chart(  # the three public names differ in kind only
    kind: Kind,
    series: Series,
    labels: Sequence[str],
    title: Text,
    description: Text,
    direction: str,
    missing: Text,
) -> Chart:
    for name, values in series.items():
        if len(values) != len(labels):
            message = f"series “{name}” has {len(values)} values for {len(labels)} labels"
            raise ValueError(message)
    rtl = direction == "rtl" if direction else get_language_bidi()
    rows = tuple((str(name), tuple(values)) for name, values in series.items())
    return Chart(kind, title, description, tuple(map(str, labels)), rows, rtl, missing)


def bar(
    series: Series,
    labels: Sequence[str],
    title: Text,
    description: Text = "",
    direction: str = "",
    missing: Text = "–",
) -> Chart:
    """Bars side by side. A value of `None` is a gap, printed as `missing` in the table."""
    return _chart("bar", series, labels, title, description, direction, missing)


def line(
    series: Series,
    labels: Sequence[str],
    title: Text,
    description: Text = "",
    direction: str = "",
    missing: Text = "–",
) -> Chart:
    """Lines over time; a gap where a value is `None`."""
    return _chart("line", series, labels, title, description, direction, missing)


def stacked(
    series: Series,
    labels: Sequence[str],
    title: Text,
    description: Text = "",
    direction: str = "",
    missing: Text = "–",
) -> Chart:
    """Bars on top of each other, for parts of a whole."""
    return _chart("stacked", series, labels, title, description, direction, missing)
