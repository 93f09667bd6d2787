"""Plans, measures and actions as their pages print them, in the reader's language."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from copse.base.web.charts import shown
from copse.kit import indicators
from copse.kit.framework.model import words
from copse.kit.stats.trend import Progress, Status
from copse.strategy.models import Goal, Measure
from copse.strategy.queries import evidence, plan, progress, warnings, wording
from copse.strategy.queries.wording import Tag

Text = str | Promise
HARDLY = 0.05


@dataclass(frozen=True)
class GoalShown:
    goal: Goal
    tag: Tag
    sentence: str
    warnings: list[Text]
    measures: list[tuple[Measure, Tag]]


def goal(one: Goal) -> GoalShown:
    """A goal with where it stands, said in a sentence."""
    found = progress.of_goal(one)
    measures = sorted(one.measures.all(), key=lambda measure: measure.reference)
    return GoalShown(
        one,
        wording.GOAL[found.status],
        _sentence(one, found),
        [warnings.sentence(code) for code in warnings.of_goal(one)],
        [(measure, wording.MEASURE[measure.stage]) for measure in measures],
    )


def _sentence(one: Goal, found: Progress) -> str:
    """Where a goal stands, should stand and is heading, with its unit."""
    code = one.indicator
    if found.latest is None:
        return _("Its indicator has no value yet.") if code else ""
    facts = {
        "latest": measured(found.latest.value, code),
        "day": date_format(found.latest.day, "M Y"),
    }
    if found.expected is None or found.status == Status.REACHED:
        return _("It stood at %(latest)s in %(day)s.") % facts
    facts["expected"] = measured(found.expected, code)
    said = _("It stood at %(latest)s in %(day)s; on the way it should have been %(expected)s.")
    if found.forecast is None:
        return said % facts
    facts["forecast"] = measured(found.forecast.value, code)
    facts["by"] = date_format(found.forecast.day, "M Y")
    more = _("If it goes on like this, it reaches %(forecast)s by %(by)s.")
    return f"{said % facts} {more % facts}"


def measured(value: float, code: str) -> str:
    """A value of an indicator with its unit."""
    unit = indicators.unit(indicators.catalogue()[code].unit, get_language() or "en")
    return f"{number(value)}{'' if unit == '%' else ' '}{unit}".strip()


def number(value: float) -> str:
    """A number with at most one digit after the point, as the reader's language writes it."""
    whole = round(value)
    return shown(whole) if abs(value - whole) < HARDLY else str(number_format(value, 1))


def grouped(amount: int) -> str:
    """A sum of money with its thousands set apart."""
    return str(number_format(amount, force_grouping=True))


def measure_rows(one: Measure) -> list[tuple[Text, str]]:
    """What a measure rests on, for its summary list."""
    risks = [wording.label(code) for code in one.risks]
    return [
        (_("Goal"), f"{one.goal.code} · {one.goal.title}"),
        (_("Instrument"), str(wording.INSTRUMENTS.get(one.instrument, ""))),
        (_("Other instruments weighed"), one.options_rejected),
        (_("Risks it answers"), ", ".join(risks)),
        (_("Articles it rests on"), ", ".join(one.articles)),
    ]


def money(one: Measure) -> list[tuple[str, str, list[str]]]:
    """The money of a measure: year, who gives it; planned, given and spent."""
    lines = sorted(one.budget.all(), key=lambda line: (line.year, line.source))
    return [
        (
            str(line.year),
            line.source,
            [
                f"{grouped(sum_)} {line.currency}"
                for sum_ in (line.planned, line.funded, line.spent)
            ],
        )
        for line in lines
    ]


def owners(one: Measure) -> list[tuple[str, Text, str]]:
    """Who carries a measure: name, part, group."""
    names = plan.names()
    order = list(wording.PARTS)
    rows = sorted(one.owners.all(), key=lambda owner: order.index(owner.part))
    return [
        (names.get(str(row.organisation_id), ""), wording.PARTS[row.part], wording.label(row.group))
        for row in rows
    ]


def areas() -> list[tuple[str, list[tuple[str, str, Tag]]]]:
    """The actions of the brief by area: code, title, standing."""
    language = get_language() or "en"
    return [
        (
            words(area.label, language),
            [
                (one.node.id, words(one.node.label, language), wording.STANDING[one.standing])
                for one in found
            ],
        )
        for area, found in evidence.by_area()
    ]


def action(found: evidence.Evidence) -> dict[str, Any]:
    """An action with its three kinds of evidence."""
    language = get_language() or "en"
    return {
        "code": found.node.id,
        "title": words(found.node.label, language),
        "how": words(found.node.how, language),
        "tag": wording.STANDING[found.standing],
        "rooms": [(wording.ROOMS.get(room, room), room in found.working) for room in found.rooms],
        "computed": [_computed(one, language) for one in found.computed],
        "tracked": found.tracked,
        "measures": [(one, wording.MEASURE[one.stage]) for one in found.measures],
    }


def _computed(one: evidence.Computed, language: str) -> tuple[str, str, str, str, bool]:
    name = words(one.indicator.title, language)
    if one.value is None or one.value.value is None:
        return name, "", "", "", False
    unit = indicators.unit(one.indicator.unit, language)
    return name, number(float(one.value.value)), unit, one.value.period, one.fresh
