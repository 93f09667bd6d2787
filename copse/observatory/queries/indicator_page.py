"""Indicators as the desk reads them: exact, with every vintage, and what others are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from copse.base import access, facts
from copse.base.access import Actor
from copse.base.facts import UnknownFact
from copse.base.web.charts import shown
from copse.kit import periods
from copse.kit.framework.model import words
from copse.kit.indicators import Indicator, Status, catalogue, unit
from copse.observatory.models import Observation
from copse.observatory.queries import observations
from copse.observatory.workflow import ObservationAction, ObservationStage

Text = str | Promise
Tag = tuple[Text, str]
CADENCES: dict[str, Text] = {
    "monthly": _("each month"), "quarterly": _("each quarter"), "yearly": _("each year"),
}  # fmt: skip
STAGES: dict[str, Tag] = {
    ObservationStage.DRAFT: (_("Not handed in"), "grey"),
    ObservationStage.SUBMITTED: (_("To be checked"), "yellow"),
    ObservationStage.RETURNED: (_("Returned"), "red"),
    ObservationStage.APPROVED: (_("Checked"), "green"),
    ObservationStage.LOCKED: (_("Period closed"), "blue"),
    ObservationStage.REVISED: (_("Replaced by a later one"), "grey"),
}
STATUSES: dict[str, Text] = {
    Status.KNOWN: "",
    Status.WITHHELD: _("not shown"),
    Status.WAITING: _("waiting"),
    Status.ABSENT: _("months are missing"),
    Status.UNDEFINED: _("nothing to divide by"),
}
SOURCES: dict[str, Text] = {
    "portal": _("the portal"), "hotline": _("the hotline"), "helpline": _("the helpline"),
    "enforcement": _("the police desk"), "regulator": _("the regulator"),
    "industry": _("the gateway for industry"), "learn": _("learning"), "law": _("the law register"),
    "council": _("the council"), "consultation": _("consultations"), "budget": _("the budget"),
    "strategy": _("the plan"), "observatory": _("the observatory"), "survey": _("a survey"),
    "registry": _("a register of another body"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """An indicator in the list: its newest value as a whole, and how old that is."""

    code: str
    title: str
    value: str
    period: str
    source: Text
    tag: Tag


def lines_for(viewer: Actor) -> list[Line]:
    """Every indicator of the catalogue with its newest value."""
    access.require(viewer, ObservationAction.VIEW)
    newest: dict[str, Observation] = {}
    for one in observations.whole():
        at = newest.get(one.indicator)
        if at is None or periods.last_day(at.period) <= periods.last_day(one.period):
            newest[one.indicator] = one
    pending = observations.pending()
    language, today = get_language() or "en", timezone.localdate()
    return [_line(one, newest.get(one.code), pending, language, today) for one in catalogue()]


def _line(
    one: Indicator, newest: Observation | None, pending: set[str], language: str, today: date
) -> Line:
    tag = (_("To be checked"), "yellow") if one.code in pending else _age(one, newest, today)
    value = _value(one, newest, language) if newest else ""
    source = SOURCES.get(one.source, one.source)
    period = newest.period if newest else ""
    return Line(one.code, words(one.title, language), value, period, source, tag)


def _age(one: Indicator, newest: Observation | None, today: date) -> Tag:
    if newest is None:
        return (_("Waiting"), "grey") if one.waiting else (_("Not counted yet"), "grey")
    until = periods.last_day(newest.period) + timedelta(observations.FRESH[one.cadence])
    return (_("Fresh"), "green") if today <= until else (_("Old"), "yellow")


def _value(indicator: Indicator, one: Observation, language: str) -> str:
    if one.value is None:
        return str(STATUSES[one.status])
    said = shown(float(one.value))
    behind = unit(indicator.unit, language)
    return f"{said} {behind}" if behind else said


@dataclass(frozen=True)
class Row:
    """One vintage of one value."""

    observation: Observation
    value: str
    key: str
    tag: Tag
    steps: Sequence[ObservationAction]


@dataclass(frozen=True)
class Sheet:
    """An indicator with everything behind it."""

    indicator: Indicator
    title: str
    sentence: str
    facts: Sequence[tuple[str, str]]
    rows: Sequence[Row]
    parts: Sequence[tuple[str, str]]
    about: Sequence[tuple[Text, Text]]
    periods_open: Sequence[str]


def sheet_for(viewer: Actor, code: str) -> Sheet:
    """One indicator with its facts and every vintage. Raises `Http404`."""
    access.require(viewer, ObservationAction.VIEW)
    if code not in catalogue():
        raise Http404
    one, language = catalogue()[code], get_language() or "en"
    rows = [_row(viewer, one, row, language) for row in observations.vintages(code)]
    whole = [row for row in rows if not row.observation.breakdown]
    newest = next((row for row in whole if row.observation.stage in observations.TOLD), None)
    said = newest.value if newest else "–"
    return Sheet(
        one, words(one.title, language), words(one.sentence, language).replace("{value}", said),
        [_fact(name) for name in one.facts], [row for row in rows if _listed(row.observation)],
        _parts(rows, newest), _about(one, language), _periods_open(whole),
    )  # fmt: skip


def _listed(one: Observation) -> bool:
    """The whole, and of the parts those that wait for somebody."""
    return not one.breakdown or one.stage not in (*observations.TOLD, ObservationStage.REVISED)


def _parts(rows: Sequence[Row], newest: Row | None) -> list[tuple[str, str]]:
    if newest is None:
        return []
    period = newest.observation.period
    return [
        (row.key, row.value)
        for row in sorted(rows, key=lambda row: row.key)
        if row.observation.breakdown
        and row.observation.period == period
        and row.observation.stage in observations.TOLD
    ]


def _periods_open(rows: Sequence[Row]) -> list[str]:
    found = {
        row.observation.period for row in rows if row.observation.stage == ObservationStage.APPROVED
    }
    return sorted(found, reverse=True)


def _row(viewer: Actor, indicator: Indicator, one: Observation, language: str) -> Row:
    key = ", ".join(f"{name}: {value}" for name, value in one.breakdown.items())
    open_steps = [
        action
        for action in (ObservationAction.SUBMIT, ObservationAction.APPROVE,
                       ObservationAction.RETURN, ObservationAction.REVISE)
        if observations.open_to(viewer, action, one, indicator)
    ]  # fmt: skip
    return Row(one, _value(indicator, one, language), key, STAGES[one.stage], open_steps)


def _fact(name: str) -> tuple[str, str]:
    try:
        label = str(facts.fact(name).label)
    except UnknownFact:
        label = ""
    return name, label


def _about(one: Indicator, language: str) -> list[tuple[Text, Text]]:
    return [
        (_("How it is worked out"), words(one.formula, language)),
        (_("What it does not say"), words(one.caution, language)),
        (_("Where it comes from"), SOURCES.get(one.source, one.source)),
        (_("How often"), CADENCES[one.cadence]),
        (_("Actions of the brief"), ", ".join(one.actions)),
    ]


def observation_for(viewer: Actor, key: UUID) -> Observation:
    """One vintage of a value. Raises `Http404`."""
    access.require(viewer, ObservationAction.VIEW)
    found = observations.by_key(key)
    if found is None or found.indicator not in catalogue():
        raise Http404
    return found


def day(one: Observation) -> str:
    """When it was made, as the reader writes days."""
    return str(date_format(one.made_at, "j M Y"))


def plain(value: Decimal | None) -> str:
    """A value as a form shows it."""
    return "" if value is None else f"{value.normalize():f}"
