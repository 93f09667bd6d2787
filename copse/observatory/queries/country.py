"""What a release says of the national plan: on track or not, what was promised, what happened.

Everything is read from the frozen text of a release, and the words for its codes from the shipped
catalogues, so that every page of a release can be drawn again as it was.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from copse.kit import indicators, periods
from copse.kit.framework.library import shipped
from copse.kit.framework.model import Node, NodeKind
from copse.observatory.queries import naming
from copse.observatory.queries.figures import Figures
from copse.observatory.queries.naming import Tag, Text

GOOD = ("reached", "on_track")
KNOWN = (*GOOD, "behind", "off_track")
TOO_FEW = 2


def day(text: str | None) -> str:
    """A day as the reader writes it; nothing for none."""
    return date_format(date.fromisoformat(text), "j M Y") if text else ""


def when(period: str) -> str:
    """A period in words: 2026, October 2026, July – September 2026."""
    cadence = periods.cadence(period)
    if cadence == "yearly":
        return period
    first, last = periods.first_day(period), date_format(periods.last_day(period), "F Y")
    return last if cadence == "monthly" else f"{date_format(first, 'F')} – {last}"


def short(period: str) -> str:
    """A period in figures, to stand under a chart: 2026, 10/2026, 07–09/2026."""
    cadence = periods.cadence(period)
    if cadence == "yearly":
        return period
    last = date_format(periods.last_day(period), "m/Y")
    first = date_format(periods.first_day(period), "m")
    return last if cadence == "monthly" else f"{first}–{last}"


def amount(number: int, currency: str = "") -> str:
    """A sum with its thousands set apart."""
    return f"{number_format(number, force_grouping=True)} {currency}".strip()


@dataclass(frozen=True)
class Goal:
    """A goal of the plan with where it stands."""

    data: Mapping[str, Any]
    status: str
    sentence: str

    @property
    def tag(self) -> Tag:
        return naming.tag(naming.GOAL, self.status)

    @property
    def warnings(self) -> list[Text]:
        return [naming.WARNINGS.get(one, one) for one in self.data["warnings"]]

    @property
    def targets(self) -> list[tuple[str, str]]:
        """Period and value."""
        code = self.data["indicator"]
        return [(when(one["period"]), measured(one["value"], code)) for one in self.data["targets"]]

    @property
    def start(self) -> tuple[str, str] | None:
        """Period and value from which it set out."""
        period, value = self.data["baseline_period"], self.data["baseline"]
        return (when(period), measured(value, self.data["indicator"])) if value else None


@dataclass(frozen=True)
class Measure:
    """A measure of the plan as the public reads it."""

    data: Mapping[str, Any]

    @property
    def tag(self) -> Tag:
        return naming.tag(naming.MEASURE, self.data["stage"])

    @property
    def due(self) -> str:
        return day(self.data["due"])

    @property
    def action(self) -> str:
        return naming.label(self.data["brief_action"])

    @property
    def warnings(self) -> list[Text]:
        return [naming.WARNINGS.get(one, one) for one in self.data["warnings"]]

    @property
    def milestones(self) -> list[tuple[str, str, str]]:
        """Title, when due, when reached."""
        return [
            (one["title"], day(one["due"]), day(one["done_on"])) for one in self.data["milestones"]
        ]

    @property
    def money(self) -> list[tuple[str, list[str]]]:
        """Year; planned, given and spent."""
        return [
            (
                str(one["year"]),
                [amount(one[name], one["currency"]) for name in ("planned", "funded", "spent")],
            )
            for one in self.data["money"]
        ]


@dataclass(frozen=True)
class ActionRow:
    """An action of the brief in a list."""

    node: Node
    standing: str

    @property
    def title(self) -> str:
        return naming.label(self.node.id)

    @property
    def tag(self) -> Tag:
        return naming.tag(naming.STANDING, self.standing)


@dataclass(frozen=True)
class Country:
    """A release's part about the plan. Without a plan every list is empty."""

    content: Mapping[str, Any] = field(repr=False)
    figures: Figures | None = field(default=None, repr=False)

    @cached_property
    def plan(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.content.get("plan") or {}
        return found

    @property
    def strategy(self) -> Mapping[str, Any] | None:
        return self.plan.get("strategy")

    @cached_property
    def progress(self) -> dict[str, Mapping[str, Any]]:
        return {one["code"]: one for one in self.content.get("goals", ())}

    @cached_property
    def goals(self) -> list[Goal]:
        return [self._goal(one) for one in self.plan.get("goals", ())]

    def _goal(self, data: Mapping[str, Any]) -> Goal:
        found = self.progress.get(data["code"], {})
        return Goal(data, str(found.get("status", "not_known")), _sentence(found))

    @cached_property
    def measures(self) -> dict[str, Measure]:
        return {one["reference"]: Measure(one) for one in self.plan.get("measures", ())}

    def measures_of(self, references: Iterable[str]) -> list[Measure]:
        return [self.measures[one] for one in references if one in self.measures]

    @cached_property
    def actions(self) -> dict[str, Mapping[str, Any]]:
        return {one["code"]: one for one in self.plan.get("actions", ())}

    @cached_property
    def areas(self) -> list[tuple[str, list[ActionRow]]]:
        """The actions of the brief under their areas; all of them, whatever the plan holds."""
        areas: dict[str, list[ActionRow]] = {}
        for node in shipped()[naming.BRIEF].of_kind(NodeKind.ACTION, NodeKind.ADDITION):
            standing = self.actions.get(node.id, {}).get("standing", "nothing")
            areas.setdefault(node.parent or node.id, []).append(ActionRow(node, standing))
        return [(naming.label(area), rows) for area, rows in areas.items()]

    @property
    def on_track(self) -> str:
        """The one sentence of the front page."""
        good = sum(one.status in GOOD for one in self.goals)
        known = sum(one.status in KNOWN for one in self.goals)
        if not self.goals:
            return _("There is no national plan yet.")
        if not known:
            return _("Nobody can say yet: no goal has a number that shows where it stands.")
        facts = {"good": good, "all": len(self.goals)}
        said = ngettext(
            "%(good)s of %(all)s goal is on track.", "%(good)s of %(all)s goals are on track.",
            len(self.goals),
        )  # fmt: skip
        return said % facts

    @property
    def verdict(self) -> Tag:
        """On track when most goals that are known are, and no more than a third is unknown."""
        found = [one.status for one in self.goals]
        good, known = sum(one in GOOD for one in found), sum(one in KNOWN for one in found)
        if not known or known * 3 < len(found) * TOO_FEW:
            return Tag(_("Not known"), "grey")
        if good * 3 >= known * TOO_FEW:
            return Tag(_("On track"), "green")
        return Tag(_("Behind"), "yellow") if good else Tag(_("Off track"), "red")

    @cached_property
    def standings(self) -> list[tuple[Tag, int]]:
        """How many of the brief's actions stand where."""
        rows = [row for _area, found in self.areas for row in found]
        counted = Counter(row.standing for row in rows if row.node.kind == NodeKind.ACTION)
        return [(tag, counted[code]) for code, tag in naming.STANDING.items() if counted[code]]

    @cached_property
    def decisions(self) -> list[Mapping[str, Any]]:
        found = self.plan.get("council", {}).get("decisions", ())
        return sorted(found, key=lambda one: (not one["overdue"], one["due"]))

    @property
    def overdue(self) -> list[Mapping[str, Any]]:
        return [one for one in self.decisions if one["overdue"]]

    @property
    def opinions(self) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = self.plan.get("opinions", ())
        return found

    @property
    def unanswered(self) -> list[Mapping[str, Any]]:
        """Opinions whose reply was past its day when the plan was sent."""
        return [one for one in self.opinions if one["late"] and not one["replied_on"]]

    @property
    def money(self) -> list[tuple[str, list[str], int]]:
        """By currency: planned, given and spent; how many of 100 planned were spent."""
        sums: dict[str, list[int]] = {}
        for measure in self.measures.values():
            for one in measure.data["money"]:
                row = sums.setdefault(one["currency"], [0, 0, 0])
                for at, name in enumerate(("planned", "funded", "spent")):
                    row[at] += one[name]
        return [
            (currency, [amount(one, currency) for one in row], round(100 * row[2] / row[0]))
            for currency, row in sorted(sums.items())
            if row[0]
        ]


def _sentence(found: Mapping[str, Any]) -> str:
    """Where a goal stands, should stand and is heading, with its unit."""
    code = str(found.get("indicator") or "")
    if found.get("latest") is None:
        return _("Its indicator has no value yet.") if code else ""
    facts = {"latest": measured(found["latest"], code), "period": when(found["latest_period"])}
    if found.get("expected") is None or found["status"] == "reached":
        return _("It stood at %(latest)s in %(period)s.") % facts
    facts["expected"] = measured(found["expected"], code)
    said = _("It stood at %(latest)s in %(period)s; on the way it should have been %(expected)s.")
    if found.get("forecast") is None:
        return said % facts
    more = _("If it goes on like this, it ends at %(forecast)s.")
    return f"{said % facts} {more % {'forecast': measured(found['forecast'], code)}}"


def measured(value: str | float, code: str) -> str:
    """A value of an indicator with its unit."""
    unit = ""
    if code in indicators.catalogue():
        unit = indicators.unit(indicators.catalogue()[code].unit, get_language() or "en")
    return f"{number(value)}{'' if unit == '%' else ' '}{unit}".strip()


def number(text: str | float) -> str:
    """A number with at most one digit after the point, as the reader writes it."""
    value = round(float(text), 1)
    places = 0 if value == int(value) else 1
    return str(number_format(value, places, force_grouping=True))
