"""Who may do what in the strategy room: one rule per action."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from copse.base.access import Actor, all_of, any_of, declare, is_system, role, rule
from copse.strategy.workflow import (
    ActionAction,
    ConsultationAction,
    CouncilAction,
    FrameworkAction,
    LawAction,
    OpinionAction,
    PlanAction,
)

planner = role(
    "strategy-planner",
    room="strategy",
    title=_("Planner"),
    about=_("Writes the national plan, its actions and money, and answers the frameworks."),
)
signatory = role(
    "strategy-signatory",
    room="strategy",
    title=_("Signatory"),
    about=_("Approves the plan and answers for it."),
)
lawyer = role(
    "strategy-lawyer",
    room="strategy",
    title=_("Legal officer"),
    about=_("Keeps the register of laws and says which questions they answer."),
)
secretary = role(
    "strategy-secretary",
    room="strategy",
    title=_("Council secretary"),
    about=_("Calls the council’s meetings and keeps its decisions."),
)
safeguarding = role(
    "strategy-safeguarding",
    room="strategy",
    title=_("Safeguarding officer"),
    about=_("Approves how children are met before a consultation opens."),
)
rights_body = role(
    "strategy-rights-institution",
    room="strategy",
    title=_("Children’s rights institution"),
    about=_("Inspects the plan and everything under it, and publishes opinions that are answered."),
)


@rule(_("You wrote this; somebody else must approve it."))
def not_own(actor: Actor, subject: Any) -> bool:
    return bool(subject.author_id != actor.user_id)


@rule(_("Only the institution that wrote an opinion changes or publishes it."))
def own(actor: Actor, subject: Any) -> bool:
    return subject is None or bool(subject.author_id == actor.user_id)


staff = any_of(planner, signatory, lawyer, secretary, safeguarding)
readers = any_of(staff, rights_body)

declare(
    {
        PlanAction.VIEW: readers,
        PlanAction.EDIT: planner,
        PlanAction.APPROVE: all_of(signatory, not_own),
        PlanAction.CLOSE: signatory,
        PlanAction.PUBLISH: any_of(signatory, planner, is_system),
        PlanAction.RECEIVE: is_system,
        ActionAction.AGREE: any_of(planner, signatory),
        ActionAction.FUND: any_of(planner, signatory),
        ActionAction.START: planner,
        ActionAction.FINISH: planner,
        ActionAction.STOP: any_of(planner, signatory),
        ActionAction.RESUME: any_of(planner, signatory),
    }
)
declare(
    {
        ConsultationAction.DESIGN: planner,
        ConsultationAction.SAFEGUARD: all_of(safeguarding, not_own),
        ConsultationAction.OPEN: planner,
        ConsultationAction.HEAR: planner,
        ConsultationAction.ANSWER: any_of(planner, signatory),
        ConsultationAction.CLOSE: planner,
    }
)
declare(
    {
        FrameworkAction.LOAD: any_of(planner, lawyer, is_system),
        FrameworkAction.LINK: any_of(planner, lawyer, is_system),
        FrameworkAction.ANSWER: any_of(planner, lawyer),
        LawAction.VIEW: readers,
        LawAction.EDIT: lawyer,
        LawAction.REOPEN: any_of(lawyer, is_system),
        LawAction.TELL: any_of(lawyer, is_system),
    }
)
declare(
    {
        CouncilAction.VIEW: readers,
        CouncilAction.SEAT: secretary,
        CouncilAction.CALL: secretary,
        CouncilAction.HOLD: secretary,
        CouncilAction.CANCEL: secretary,
        CouncilAction.DECIDE: secretary,
        CouncilAction.CARRY_OUT: any_of(secretary, planner),
        CouncilAction.DROP: secretary,
        OpinionAction.INSPECT: readers,
        OpinionAction.WRITE: all_of(rights_body, own),
        OpinionAction.PUBLISH: all_of(rights_body, own),
        OpinionAction.REPLY: all_of(any_of(signatory, planner), not_own),
    }
)
