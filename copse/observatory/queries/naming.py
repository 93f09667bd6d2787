"""What codes of the plan are called in the reader's language, and in which colour."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from copse.kit.framework.library import shipped
from copse.kit.framework.model import UnknownNode, words
from copse.kit.indicators import Indicator, catalogue

Text = str | Promise
BRIEF, TREATIES = "itu-brief", "treaties"


class Tag(NamedTuple):
    title: Text
    colour: str


NOTHING = Tag("", "grey")
GOAL: Mapping[str, Tag] = {
    "reached": Tag(_("Reached"), "green"),
    "on_track": Tag(_("On track"), "green"),
    "behind": Tag(_("Behind"), "yellow"),
    "off_track": Tag(_("Off track"), "red"),
    "not_known": Tag(_("Not known"), "grey"),
}
MEASURE: Mapping[str, Tag] = {
    "proposed": Tag(_("Proposed"), "grey"),
    "agreed": Tag(_("Agreed"), "blue"),
    "funded": Tag(_("Funded"), "blue"),
    "running": Tag(_("Running"), "turquoise"),
    "done": Tag(_("Carried out"), "green"),
    "stopped": Tag(_("Stopped"), "red"),
}
STANDING: Mapping[str, Tag] = {
    "shown": Tag(_("Shown by fresh evidence"), "green"),
    "old": Tag(_("Evidence is old"), "yellow"),
    "late": Tag(_("Late"), "red"),
    "unshown": Tag(_("Not shown yet"), "yellow"),
    "nothing": Tag(_("Nothing planned"), "grey"),
}
DECISION: Mapping[str, Tag] = {
    "open": Tag(_("Under way"), "blue"),
    "done": Tag(_("Carried out"), "green"),
    "dropped": Tag(_("Dropped"), "grey"),
}
CONSULTATION: Mapping[str, Tag] = {
    "designed": Tag(_("Being prepared"), "grey"),
    "safeguarded": Tag(_("Being prepared"), "grey"),
    "open": Tag(_("Under way"), "blue"),
    "heard": Tag(_("Heard, answer due"), "yellow"),
    "answered": Tag(_("Answered"), "green"),
    "closed": Tag(_("Answered"), "green"),
}
LAW: Mapping[str, Tag] = {
    "unknown": Tag(_("Not known"), "grey"),
    "absent": Tag(_("No law"), "red"),
    "draft": Tag(_("Draft"), "yellow"),
    "passed": Tag(_("Passed, not in force"), "yellow"),
    "in_force": Tag(_("In force"), "green"),
    "repealed": Tag(_("Repealed"), "red"),
}
ROOMS: Mapping[str, Text] = {
    "portal": _("Portal"),
    "hotline": _("Hotline"),
    "helpline": _("Helpline"),
    "industry": _("Industry gateway"),
    "enforcement": _("Enforcement"),
    "regulator": _("Regulator"),
    "strategy": _("Strategy office"),
    "plan": _("Strategy office"),
    "budget": _("Strategy office"),
    "law": _("Strategy office"),
    "council": _("Strategy office"),
    "consultation": _("Strategy office"),
    "observatory": _("Observatory"),
    "participation": _("Participation"),
    "learn": _("Learn"),
    "survey": _("A survey"),
    "registry": _("A register of another body"),
}
WARNINGS: Mapping[str, Text] = {
    "P-1.sides": _("Government, industry and society do not all carry a part of it."),
    "P-2.authority": _("No authority owns the plan."),
    "P-2.owner": _("It has no owner."),
    "P-2.money": _("It has no money."),
    "P-2.unfunded": _("Money is planned, and none was given."),
    "P-3.finding": _("It cites no finding."),
    "P-3.baseline": _("It has no dated baseline."),
    "P-3.indicator": _("No indicator says whether it is reached."),
    "P-3.target": _("It has no target."),
    "P-4.article": _("It names no article of a treaty."),
    "P-5.policy": _("No other law or plan is named that this one builds on."),
    "P-6.children": _("No child was heard and answered."),
    "P-6.group": _("Groups of the brief were not consulted."),
    "P-7.tag": _("It is tied to no economic or social plan."),
    "P-8.options": _("It does not say which other instruments were weighed."),
    "P-9.access": _("No goal measures access."),
    "P-9.literacy": _("No goal measures digital literacy."),
    "P-10.outcome": _("No goal measures how safe children are or feel."),
    "late": _("Its day has passed."),
}


def tag(tags: Mapping[str, Tag], code: str) -> Tag:
    """A code's tag; the code itself where a newer room sends one that is not known here."""
    return tags.get(code, Tag(code, "grey"))


def label(code: str, framework: str = BRIEF) -> str:
    """What a node is called; its code where no framework knows it any more."""
    try:
        return words(shipped()[framework][code].label, get_language() or "en")
    except UnknownNode:
        return code


def bond(treaty: str, state: str) -> Text:
    """How a country stands with a treaty or an instrument, in the words of its scale."""
    if state == "denounced":
        return _("left")
    framework = shipped()[TREATIES]
    scale = framework.scale_of(framework[treaty]) if treaty in framework else None
    found = {one.value: one.label for one in (scale.levels if scale else ())}
    return words(found[state], get_language() or "en") if state in found else state


def title(code: str) -> str:
    """What an indicator is called."""
    return words(catalogue()[code].title, get_language() or "en") if code in catalogue() else code


def said(indicator: Indicator, value: str) -> str:
    """An indicator's value in a plain sentence."""
    return words(indicator.sentence, get_language() or "en").replace("{value}", value)
