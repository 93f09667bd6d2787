"""Who may do what at the hotline: one rule per action."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from copse.base.access import Actor, all_of, any_of, declare, is_link_holder, is_system, role, rule
from copse.base.organisations import directory
from copse.hotline.models import Concern, Material, Notice, Reading
from copse.hotline.workflow import (
    UNDECIDED,
    Action,
    ConcernAction,
    HoldAction,
    LabelAction,
    MaterialStage,
    NoticeAction,
)

analyst = role(
    "hotline-analyst",
    room="hotline",
    title=_("Analyst"),
    about=_("Reads what is reported, labels it and answers the reporter."),
)
lead = role(
    "hotline-lead",
    room="hotline",
    title=_("Hotline lead"),
    about=_("Decides where three analysts disagree, and frees what somebody else holds."),
)


@rule(_("Somebody else is working on this."))
def holder(actor: Actor, subject: Material | Concern) -> bool:
    return subject.holder_id == actor.user_id


@rule(_("You have read this already; another analyst must read it now."))
def not_own(actor: Actor, subject: Material) -> bool:
    return not Reading.objects.filter(material=subject, analyst_id=actor.user_id).exists()


@rule(_("This is decided. Decided material is not shown again."))
def undecided(_actor: Actor, subject: Material) -> bool:
    return subject.stage in UNDECIDED


@rule(_("Only what three analysts read differently comes to a lead."))
def escalated(_actor: Actor, subject: Any) -> bool:
    return bool(subject.stage == MaterialStage.ESCALATED)


@rule(_("Here the police are told first. Record that they were; then the notice leaves."))
def police_told(_actor: Actor, subject: Material | Notice) -> bool:
    material = subject.material if isinstance(subject, Notice) else subject
    if material.police_at is not None or material.noticed_at is not None:
        return True
    return not directory.country().police_first


@rule(_("It is recorded already that the police were told."))
def police_not_told(_actor: Actor, subject: Material) -> bool:
    return subject.police_at is None


@rule(_("This was erased; there is nothing left to hold."))
def not_erased(_actor: Actor, subject: Material | Concern) -> bool:
    return subject.erased_on is None


@rule(_("A colleague’s note opens once the material is decided."))
def note_opens(actor: Actor, subject: Reading) -> bool:
    return subject.analyst_id == actor.user_id or subject.material.stage not in UNDECIDED


@rule(_("Only what three analysts read differently comes to a lead."))
def note_of_escalated(actor: Actor, subject: Reading) -> bool:
    material = subject.material
    return material.stage == MaterialStage.ESCALATED and bool(not_own.decide(actor, material))


staff = any_of(analyst, lead)

declare(
    {
        Action.VIEW: staff,
        Action.CLAIM: all_of(analyst, not_own),
        Action.RELEASE: any_of(all_of(analyst, holder), lead),
        Action.REVEAL: all_of(
            undecided, any_of(all_of(analyst, holder, not_own), all_of(lead, escalated, not_own))
        ),
        Action.READ: any_of(all_of(lead, escalated, not_own), all_of(analyst, holder, not_own)),
        Action.NOTE: any_of(all_of(lead, note_of_escalated), all_of(staff, note_opens)),
        Action.DISAGREE: is_system,
        Action.ESCALATE: is_system,
        Action.LABEL: is_system,
        Action.DISMISS: is_system,
        Action.NOTIFY: any_of(staff, is_system),
        Action.SEE_GONE: any_of(staff, is_system),
        Action.REOPEN: any_of(staff, is_system),
        Action.CLOSE: staff,
        Action.TELL_POLICE: all_of(staff, police_not_told),
        Action.ERASE: is_system,
        Action.OUTBOX: staff,
        Action.OUTBOX_RETRY: staff,
    }
)
declare(
    {
        ConcernAction.RECEIVE: is_system,
        ConcernAction.FOLLOW: is_system,
        ConcernAction.HEAR: is_system,
        ConcernAction.WITHDRAW: is_system,
        ConcernAction.ERASE: is_system,
        ConcernAction.TELL: any_of(staff, is_system),
        ConcernAction.VIEW: staff,
        ConcernAction.STORY: staff,
        ConcernAction.CLAIM: analyst,
        ConcernAction.RELEASE: any_of(all_of(analyst, holder), lead),
        ConcernAction.ANSWER: all_of(analyst, holder),
        ConcernAction.PASS_ON: all_of(analyst, holder),
        ConcernAction.CLOSE: all_of(analyst, holder),
    }
)
declare(
    {
        NoticeAction.TRACE: any_of(staff, is_system),
        NoticeAction.OPEN: all_of(any_of(staff, is_system), police_told),
        NoticeAction.SEND: all_of(any_of(staff, is_system), police_told),
        NoticeAction.REMIND: any_of(staff, is_system),
        NoticeAction.RESPOND: any_of(is_link_holder, is_system),
        NoticeAction.HEAR: any_of(is_link_holder, is_system),
        NoticeAction.PASS_UP: any_of(staff, is_system),
        NoticeAction.CLOSE: any_of(staff, is_system),
        NoticeAction.CHECK: any_of(staff, is_link_holder, is_system),
        NoticeAction.VIEW: staff,
        NoticeAction.ERASE: is_system,
    }
)
declare(
    {
        HoldAction.VIEW: staff,
        HoldAction.PLACE: all_of(lead, not_erased),
        HoldAction.LIFT: lead,
        HoldAction.ERASE: is_system,
    }
)
declare({LabelAction.RECEIVE: is_system})
