"""The public page of a release, in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from copse.base.facts import HOURS, OVER
from copse.base.web import charts
from copse.base.web.charts import shown
from copse.kit import taxonomy
from copse.kit.stats import Narrow
from copse.observatory.queries.figures import LONGER, TOTAL, Figures, Observation, figures_of

Text = str | Promise
DAY = 24
# Up to two days people count hours, after that days.
HOURS_UP_TO = 48

WORDS: dict[str, tuple[Text, Text]] = {
    "hotline.concerns": (
        gettext_lazy("Reports received"),
        gettext_lazy("How many reports people sent us each month, by kind of risk."),
    ),
    "hotline.decided": (
        gettext_lazy("Material decided"),
        gettext_lazy("How many pages or files our analysts read and decided each month."),
    ),
    "hotline.labelled": (
        gettext_lazy("Material found illegal"),
        gettext_lazy("How many pages or files two analysts found to be illegal."),
    ),
    "hotline.notices": (
        gettext_lazy("Notices sent"),
        gettext_lazy("How many times we asked a provider to take something down."),
    ),
    "hotline.removed": (
        gettext_lazy("Material removed"),
        gettext_lazy("How many pages or files were gone when we looked again."),
    ),
    "hotline.clock.intake": (gettext_lazy("From report to first look"), ""),
    "hotline.clock.decision": (gettext_lazy("From first look to decision"), ""),
    "hotline.clock.notice": (gettext_lazy("From decision to notice"), ""),
    "hotline.clock.removal": (gettext_lazy("From notice to removal"), ""),
}

# One word each, to stand under a bar.
STEPS: dict[str, Text] = {
    "hotline.clock.intake": gettext_lazy("First look"),
    "hotline.clock.decision": gettext_lazy("Decision"),
    "hotline.clock.notice": gettext_lazy("Notice"),
    "hotline.clock.removal": gettext_lazy("Removal"),
}


@dataclass(frozen=True)
class Page:
    """Everything the template prints; the charts are drawn already."""

    first: str
    last: str
    classes: Sequence[str]
    totals: Sequence[tuple[str, Sequence[str]]]
    pictures: Sequence[SafeString]
    medians: Sequence[tuple[str, Sequence[str]]]
    ninetieths: Sequence[tuple[str, Sequence[str]]]
    clock_picture: SafeString


def page_of(sha256: str, body: str) -> Page:
    """The page of a release; drawn once for each language in each process."""
    return _drawn(sha256, body, get_language() or "en")


@lru_cache(maxsize=16)
def _drawn(sha256: str, body: str, language: str) -> Page:
    return draw(figures_of(sha256, body), language)


def draw(figures: Figures, language: str) -> Page:
    """The page of some figures in the active language."""
    names = [class_name(code, language) for code in figures.risk_classes]
    return Page(
        first=month_name(figures.months[0]),
        last=month_name(figures.months[-1]),
        classes=names,
        totals=[_totals(figures, fact) for fact in figures.counts],
        pictures=[_picture(figures, fact, names) for fact in figures.counts],
        medians=[_times(figures, fact, "median") for fact in figures.clocks],
        ninetieths=[_times(figures, fact, "p90") for fact in figures.clocks],
        clock_picture=_clock_picture(figures) if figures.clocks else SafeString(),
    )


def class_name(code: str, language: str) -> str:
    """A risk class as the reader calls it."""
    risk = taxonomy.scheme("risk")
    return risk.label(code, language) if code in risk else _("Not known")


def month_name(month: str) -> str:
    return date_format(date.fromisoformat(f"{month}-01"), "M Y")


def short_month(month: str) -> str:
    """Short enough for six of them to stand under a chart."""
    return date_format(date.fromisoformat(f"{month}-01"), "m/Y")


def _totals(figures: Figures, fact: str) -> tuple[str, list[str]]:
    cells = [figures.value(fact, TOTAL, name) for name in (*figures.risk_classes, TOTAL)]
    return str(WORDS[fact][0]), [count_text(cell) for cell in cells]


def count_text(value: int | None) -> str:
    return _("not shown") if value is None else shown(value)


def _picture(figures: Figures, fact: str, names: Sequence[str]) -> SafeString:
    series = {
        name: [figures.value(fact, month, code) for month in figures.months]
        for name, code in zip(names, figures.risk_classes, strict=True)
    }
    title, sentence = WORDS[fact]
    months = [short_month(month) for month in figures.months]
    return charts.stacked(
        series, months, title, sentence, missing=gettext_lazy("not shown")
    ).render()


def _times(figures: Figures, fact: str, statistic: str) -> tuple[str, list[str]]:
    cells = [figures.at(fact, TOTAL, name, statistic) for name in (*figures.risk_classes, TOTAL)]
    return str(WORDS[fact][0]), [time_text(cell) for cell in cells]


def time_text(one: Observation) -> str:
    """A time as people say it: within a day, within 3 days, longer than 28 days."""
    hours = one["value"]
    if hours is None:
        return _("too few")
    if hours <= HOURS_UP_TO:
        number = hours
        words = ngettext("within %(number)s hour", "within %(number)s hours", number)
    else:
        number = hours // DAY
        words = ngettext("within %(number)s day", "within %(number)s days", number)
        if one["bound"] == LONGER:
            words = ngettext("longer than %(number)s day", "longer than %(number)s days", number)
    return words % {"number": shown(number)}


def _clock_picture(figures: Figures) -> SafeString:
    return charts.bar(
        {
            _("Half took at most"): [_hours(figures, fact, "median") for fact in figures.clocks],
            _("Nine of ten took at most"): [
                _hours(figures, fact, "p90") for fact in figures.clocks
            ],
        },
        [str(STEPS.get(fact, fact)) for fact in figures.clocks],
        gettext_lazy("How long each step took, in hours"),
        gettext_lazy("Short bars are good. A step without a bar is not known well enough."),
        missing="–",
    ).render()


def _hours(figures: Figures, fact: str, statistic: str) -> int | None:
    one = figures.at(fact, TOTAL, TOTAL, statistic)
    # A bar for “longer than 28 days” would have to have an end.
    return None if one["bound"] == LONGER else one["value"]


@dataclass(frozen=True)
class NarrowCell:
    """A count that readers could work out, in words for staff; never shown to anybody else."""

    name: str
    place: str
    known: str


def narrow_cells(found: Sequence[Narrow]) -> list[NarrowCell]:
    """What an attack found, as a person at the desk reads it."""
    language = get_language() or "en"
    return [
        NarrowCell(str(WORDS[one.key[0]][0]), _place(one, language), _known(one)) for one in found
    ]


def _place(one: Narrow, language: str) -> str:
    placed = dict(one.key[1])
    risk_class = placed.get("risk_class")
    first, _slash, last = placed["month"].partition("/")
    words = [
        f"{month_name(first)} – {month_name(last)}" if last else month_name(first),
        class_name(risk_class, language) if risk_class else _("All"),
    ]
    if hours := placed.get("hours"):
        words.append(_hour_words(hours))
    return " · ".join(words)


def _hour_words(hours: str) -> str:
    bound = LONGER if hours == OVER else ""
    value = HOURS[-1] if hours == OVER else int(hours)
    return time_text({"value": value, "bound": bound})


def _known(one: Narrow) -> str:
    if one.low == one.high:
        return _("exactly %(number)s") % {"number": shown(one.low)}
    return _("%(low)s to %(high)s") % {"low": shown(one.low), "high": shown(one.high)}
