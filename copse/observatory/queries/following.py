"""An indicator of a release as its page shows it, from the sentence down to the facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from copse.base.web import charts
from copse.kit import taxonomy
from copse.kit.framework.library import shipped
from copse.kit.framework.model import words
from copse.kit.indicators import Indicator, catalogue
from copse.observatory.queries import naming
from copse.observatory.queries.country import Country, measured, number, short, when
from copse.observatory.queries.opendata.lists import NODES

SHOWN = 24


@dataclass(frozen=True)
class Followed:
    """One indicator with what a release says of it."""

    indicator: Indicator
    data: Mapping[str, Any]

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def title(self) -> str:
        return self._words("title")

    @property
    def formula(self) -> str:
        return self._words("formula")

    @property
    def caution(self) -> str:
        return self._words("caution")

    def _words(self, name: str) -> str:
        return words(getattr(self.indicator, name), get_language() or "en")

    @property
    def known(self) -> bool:
        return self.data.get("status") == "known" and self.data.get("value") is not None

    @property
    def value(self) -> str:
        """The newest value with its unit, or why there is none."""
        status = self.data.get("status", "waiting")
        if self.known:
            return measured(self.data["value"], self.code)
        if status == "withheld":
            return _("too few to be shown")
        if status == "waiting":
            room = naming.ROOMS.get(self.indicator.source, self.indicator.source)
            return _("waiting for: %(room)s") % {"room": room}
        if status == "undefined":
            return _("there was nothing to divide by")
        return _("not counted yet")

    @property
    def period(self) -> str:
        return when(self.data["period"]) if self.known else ""

    @property
    def sentence(self) -> str:
        return naming.said(self.indicator, number(self.data["value"])) if self.known else ""

    @property
    def series(self) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = self.data.get("series", ())
        return found[-SHOWN:]

    @property
    def rows(self) -> list[tuple[str, str, int]]:
        """Period, value, vintage; the newest first."""
        return [
            (when(one["period"]), _shown(one["value"]), one["vintage"])
            for one in reversed(self.series)
        ]

    @property
    def picture(self) -> SafeString | None:
        """The values over time. One indicator a chart, so that unlike numbers share no axis."""
        if sum(one["value"] is not None for one in self.series) < 2:  # noqa: PLR2004 - a line
            return None
        values = [None if one["value"] is None else float(one["value"]) for one in self.series]
        labels = [short(one["period"]) for one in self.series]
        chart = charts.line(
            {self.title: values}, labels, self.title, self.sentence, missing=_("not shown")
        )
        return chart.render()

    @property
    def breakdowns(self) -> list[tuple[str, str, str]]:
        """Dimension, key, value, for the newest period."""
        found = [
            one
            for one in self.data.get("breakdowns", ())
            if one["period"] == self.data.get("period")
        ]
        # The shorter key first: 9 before 10, the ages of the young before those of the old.
        found.sort(key=lambda one: (one["dimension"], len(one["key"]), one["key"]))
        return [
            (one["dimension"], _key(one["dimension"], one["key"]), _shown(one["value"]))
            for one in found
        ]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What it is counted from: the fact's name, and the room that counts it."""
        return [
            (one, str(naming.ROOMS.get(one.partition(".")[0], ""))) for one in self.indicator.facts
        ]

    @property
    def actions(self) -> list[tuple[str, str]]:
        return [(one, naming.label(one)) for one in self.indicator.actions]


def _shown(value: Any) -> str:
    return _("not shown") if value is None else number(value)


def _key(dimension: str, key: str) -> str:
    """A key of a breakdown as the reader calls it; a country's own code stands for itself."""
    if not key:
        return _("Not known")
    if dimension in NODES:
        return naming.label(key, NODES[dimension][0])
    language = get_language() or "en"
    known = {"risk_class": "risk", "risk": "risk", "age_band": "age_band"}
    if dimension in known and key in taxonomy.scheme(known[dimension]):
        return taxonomy.scheme(known[dimension]).label(key, language)
    if dimension == "framework" and key in shipped().frameworks:
        return words(shipped()[key].title, language)
    return str(naming.ROOMS.get(key, key)) if dimension == "room" else key


def followed(content: Mapping[str, Any], code: str) -> Followed | None:
    """An indicator by code; None when the catalogue has none."""
    if code not in catalogue():
        return None
    found = content.get("indicators", ())
    data: Mapping[str, Any] = next((one for one in found if one["code"] == code), {})
    return Followed(catalogue()[code], data)


def all_followed(content: Mapping[str, Any]) -> list[Followed]:
    """Every indicator of the catalogue with what a release says of it."""
    known = {one["code"]: one for one in content.get("indicators", ())}
    return [Followed(one, known.get(one.code, {})) for one in catalogue()]


def of_action(content: Mapping[str, Any], code: str) -> list[Followed]:
    """The indicators that an action can be followed by, those with a value first."""
    found = [one for one in all_followed(content) if code in one.indicator.actions]
    return sorted(found, key=lambda one: not one.known)


def goals_on(country: Country, code: str) -> list[Any]:
    """The goals of the plan that read an indicator."""
    return [one for one in country.goals if one.data["indicator"] == code]
