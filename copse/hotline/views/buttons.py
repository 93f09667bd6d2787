"""The buttons of a record, from its workflow table: open, or closed with the reason."""

from dataclasses import dataclass
from enum import StrEnum

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from copse.base.access import Actor, may
from copse.base.organisations import directory
from copse.base.web.steps import Step, step_for
from copse.hotline.models import Concern, Material, Notice
from copse.hotline.workflow import (
    CONCERN,
    HOLD,
    MATERIAL,
    NOTICE,
    Action,
    ConcernAction,
    HoldAction,
    MaterialStage,
    NoticeAction,
)

Button = tuple[StrEnum, Promise, str, str, str]  # action, title, address, kind, method

_READ: Button = (Action.READ, _("Write my reading"), "read", "", "get")
_COPY: Button = (Action.REVEAL, _("Copy the address out"), "reveal", "secondary", "post")
_LOOK: Button = (NoticeAction.CHECK, _("Look now"), "look", "secondary", "post")
_TRACE: Button = (NoticeAction.TRACE, _("Trace again"), "trace", "secondary", "post")
_M = MaterialStage
# What can be done besides the steps of the table.
BESIDE: dict[str, tuple[Button, ...]] = {
    _M.CLAIMED: (_READ, _COPY),
    _M.CLAIMED_AGAIN: (_READ, _COPY),
    _M.ESCALATED: (_READ, _COPY),
    _M.TO_NOTICE: (_LOOK, _TRACE),
    _M.NOTICED: (_LOOK, _TRACE),
    _M.GONE: (_LOOK,),
}
STEPS: tuple[Button, ...] = (
    (Action.CLAIM, _("Claim"), "claim", "", "post"),
    (Action.RELEASE, _("Give it back"), "release", "secondary", "post"),
    (Action.TELL_POLICE, _("The police were told"), "tell-police", "", "post"),
    (Action.REOPEN, _("Reopen"), "reopen", "secondary", "post"),
    (Action.CLOSE, _("Close"), "close", "warning", "post"),
)
CONCERN_STEPS: tuple[Button, ...] = (
    (ConcernAction.CLAIM, _("Claim"), "claim-concern", "", "post"),
    (ConcernAction.RELEASE, _("Give it back"), "release-concern", "secondary", "post"),
    (ConcernAction.CLOSE, _("Close"), "close-concern", "warning", "post"),
)
HOLD_STEPS: tuple[Button, ...] = (
    (HoldAction.PLACE, _("Legal hold"), "see-hold", "secondary", "get"),
    (HoldAction.LIFT, _("Lift the hold"), "lift", "secondary", "post"),
)


def steps_of(viewer: Actor, material: Material) -> list[Step]:
    """The buttons of a material."""
    table = MATERIAL.steps(material.stage)
    if not directory.country().police_first:
        table = tuple(one for one in table if one is not Action.TELL_POLICE)
    offered = [*BESIDE.get(material.stage, ()), *(one for one in STEPS if one[0] in table)]
    offered += _hold_steps(material, "material")
    return [_step(viewer, material, one) for one in offered]


def _hold_steps(subject: Material | Concern, kind: str) -> list[Button]:
    table = HOLD.steps(subject.hold)
    return [
        (action, title, f"{name}-{kind}", colour, method)
        for action, title, name, colour, method in HOLD_STEPS
        if action in table
    ]


def concern_steps(viewer: Actor, concern: Concern) -> list[Step]:
    """The buttons of a concern that need no words."""
    table = CONCERN.steps(concern.stage)
    offered = [one for one in CONCERN_STEPS if one[0] in table]
    offered += _hold_steps(concern, "concern")
    return [_step(viewer, concern, one) for one in offered]


def _step(viewer: Actor, subject: Material | Concern, button: Button) -> Step:
    action, title, name, kind, method = button
    href = reverse(f"hotline:{name}", args=[subject.reference])
    return step_for(viewer, action, subject, title=title, href=href, kind=kind, method=method)


@dataclass(frozen=True)
class Told:
    """A notice, and whether its next contact may be asked now."""

    notice: Notice
    may_pass_up: bool


def notices_with_buttons(viewer: Actor, notices: list[Notice]) -> list[Told]:
    up = NoticeAction.PASS_UP
    return [
        Told(one, NOTICE.allows(one.stage, up) and bool(may(viewer, up, one))) for one in notices
    ]


def why_no_notice(viewer: Actor, material: Material) -> str | Promise:
    """The reason why a decided material's notice does not leave; nothing when it may."""
    if material.stage != MaterialStage.TO_NOTICE:
        return ""
    decision = may(viewer, NoticeAction.OPEN, material)
    return "" if decision else decision.reason
