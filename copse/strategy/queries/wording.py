"""What codes and stages are called in the reader's language, and in which colour."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from copse.kit.framework.library import shipped
from copse.kit.framework.model import UnknownNode, words
from copse.kit.stats.trend import Status
from copse.strategy.queries.evidence import BRIEF, Standing
from copse.strategy.workflow import ActionStage, StrategyStage

Text = str | Promise


class Tag(NamedTuple):
    title: Text
    colour: str


STRATEGY: Mapping[str, Tag] = {
    StrategyStage.DRAFT: Tag(_("Draft"), "grey"),
    StrategyStage.APPROVED: Tag(_("Approved"), "green"),
    StrategyStage.CLOSED: Tag(_("Ended"), "grey"),
}
MEASURE: Mapping[str, Tag] = {
    ActionStage.PROPOSED: Tag(_("Proposed"), "grey"),
    ActionStage.AGREED: Tag(_("Agreed"), "blue"),
    ActionStage.FUNDED: Tag(_("Funded"), "blue"),
    ActionStage.RUNNING: Tag(_("Running"), "turquoise"),
    ActionStage.DONE: Tag(_("Carried out"), "green"),
    ActionStage.STOPPED: Tag(_("Stopped"), "red"),
}
GOAL: Mapping[str, Tag] = {
    Status.REACHED: Tag(_("Reached"), "green"),
    Status.ON_TRACK: Tag(_("On track"), "green"),
    Status.BEHIND: Tag(_("Behind"), "yellow"),
    Status.OFF_TRACK: Tag(_("Off track"), "red"),
    Status.NOT_KNOWN: Tag(_("Not known"), "grey"),
}
STANDING: Mapping[str, Tag] = {
    Standing.SHOWN: Tag(_("Shown by fresh evidence"), "green"),
    Standing.OLD: Tag(_("Evidence is old"), "yellow"),
    Standing.LATE: Tag(_("Late"), "red"),
    Standing.UNSHOWN: Tag(_("Not shown yet"), "yellow"),
    Standing.NOTHING: Tag(_("Nothing planned"), "grey"),
}
INSTRUMENTS: dict[str, Text] = {
    "law": _("Law"),
    "regulation": _("Regulation"),
    "co_regulation": _("Co-regulation"),
    "self_regulation": _("Self-regulation of industry"),
    "service": _("Public service"),
    "education": _("Education"),
    "funding": _("Funding"),
    "research": _("Research"),
}
POLICIES: dict[str, Text] = {
    "child_protection": _("Child protection"),
    "digital": _("Digital plan"),
    "economic": _("Economic plan"),
    "social": _("Social plan"),
    "law": _("Law"),
    "other": _("Other"),
}
PARTS: dict[str, Text] = {"lead": _("Lead"), "partner": _("Partner"), "oversight": _("Oversight")}
ROOMS: dict[str, Text] = {
    "portal": _("Portal"),
    "hotline": _("Hotline"),
    "helpline": _("Helpline"),
    "industry": _("Industry gateway"),
    "enforcement": _("Enforcement"),
    "regulator": _("Regulator"),
    "strategy": _("Strategy office"),
    "observatory": _("Observatory"),
    "participation": _("Participation"),
    "learn": _("Learn"),
}


def label(code: str, framework: str = BRIEF) -> str:
    """What a node is called; its code where no framework knows it any more."""
    try:
        return words(shipped()[framework][code].label, get_language() or "en")
    except UnknownNode:
        return code
