"""What can happen to a plan: a table each for what has a life of its own."""

from enum import StrEnum, auto

from copse.kit.workflow import Workflow


class StrategyStage(StrEnum):
    """Where a national strategy stands."""

    DRAFT = auto()
    APPROVED = auto()
    CLOSED = auto()


class ActionStage(StrEnum):
    """Where one policy action of the plan stands."""

    PROPOSED = auto()
    AGREED = auto()
    FUNDED = auto()
    RUNNING = auto()
    DONE = auto()
    STOPPED = auto()


class ConsultationStage(StrEnum):
    """Where a consultation stands. It is not closed before those heard have their answer."""

    DESIGNED = auto()
    SAFEGUARDED = auto()
    """Its safeguarding was approved: by whom children are met, how they stop, who helps them."""
    OPEN = auto()
    HEARD = auto()
    ANSWERED = auto()
    CLOSED = auto()


class MeetingStage(StrEnum):
    CALLED = auto()
    HELD = auto()
    CANCELLED = auto()


class DecisionStage(StrEnum):
    """A decision of the council, with an owner and a date, until it is carried out or dropped."""

    OPEN = auto()
    DONE = auto()
    DROPPED = auto()


class OpinionStage(StrEnum):
    """An opinion of the children's rights institution, and the answer it is owed."""

    DRAFT = auto()
    PUBLISHED = auto()
    ANSWERED = auto()


class PlanAction(StrEnum):
    """One word is the permission, the step, the audit entry and the button."""

    VIEW = "strategy.plan.view"
    EDIT = "strategy.plan.edit"
    APPROVE = "strategy.plan.approve"
    CLOSE = "strategy.plan.close"
    PUBLISH = "strategy.plan.publish"
    # Values of indicators come back from the observatory.
    RECEIVE = "strategy.indicator.receive"


class ActionAction(StrEnum):
    AGREE = "strategy.action.agree"
    FUND = "strategy.action.fund"
    START = "strategy.action.start"
    FINISH = "strategy.action.finish"
    STOP = "strategy.action.stop"
    RESUME = "strategy.action.resume"


class ConsultationAction(StrEnum):
    DESIGN = "strategy.consultation.design"
    SAFEGUARD = "strategy.consultation.safeguard"
    OPEN = "strategy.consultation.open"
    HEAR = "strategy.consultation.hear"
    ANSWER = "strategy.consultation.answer"
    CLOSE = "strategy.consultation.close"


class FrameworkAction(StrEnum):
    LOAD = "strategy.framework.load"
    # Saying what a framework of the country's own has to do with others.
    LINK = "strategy.framework.link"
    ANSWER = "strategy.framework.answer"


class LawAction(StrEnum):
    VIEW = "strategy.law.view"
    EDIT = "strategy.law.edit"
    # What an amendment, a commencement or a repeal does to the answers and labels that rest on it.
    REOPEN = "strategy.law.reopen"
    TELL = "strategy.law.tell"


class CouncilAction(StrEnum):
    VIEW = "strategy.council.view"
    SEAT = "strategy.council.seat"
    CALL = "strategy.council.call"
    HOLD = "strategy.council.hold"
    CANCEL = "strategy.council.cancel"
    DECIDE = "strategy.council.decide"
    CARRY_OUT = "strategy.council.carry_out"
    DROP = "strategy.council.drop"


class OpinionAction(StrEnum):
    """What the children's rights institution may do, and the plan's owners owe it."""

    INSPECT = "strategy.opinion.inspect"
    WRITE = "strategy.opinion.write"
    PUBLISH = "strategy.opinion.publish"
    REPLY = "strategy.opinion.reply"


_S = StrategyStage
STRATEGY = Workflow(
    _S.DRAFT,
    (PlanAction.APPROVE, _S.DRAFT, _S.APPROVED),
    (PlanAction.CLOSE, _S.APPROVED, _S.CLOSED),
)

_A = ActionStage
ACTION = Workflow(
    _A.PROPOSED,
    (ActionAction.AGREE, _A.PROPOSED, _A.AGREED),
    (ActionAction.FUND, _A.AGREED, _A.FUNDED),
    (ActionAction.START, _A.FUNDED, _A.RUNNING),
    (ActionAction.FINISH, _A.RUNNING, _A.DONE),
    (ActionAction.STOP, (_A.PROPOSED, _A.AGREED, _A.FUNDED, _A.RUNNING), _A.STOPPED),
    # What was stopped is agreed anew before it may run: its money may be gone.
    (ActionAction.RESUME, _A.STOPPED, _A.AGREED),
)

_C = ConsultationStage
CONSULTATION = Workflow(
    _C.DESIGNED,
    (ConsultationAction.SAFEGUARD, _C.DESIGNED, _C.SAFEGUARDED),
    (ConsultationAction.OPEN, _C.SAFEGUARDED, _C.OPEN),
    (ConsultationAction.HEAR, _C.OPEN, _C.HEARD),
    (ConsultationAction.ANSWER, _C.HEARD, _C.ANSWERED),
    (ConsultationAction.CLOSE, _C.ANSWERED, _C.CLOSED),
)

MEETING = Workflow(
    MeetingStage.CALLED,
    (CouncilAction.HOLD, MeetingStage.CALLED, MeetingStage.HELD),
    (CouncilAction.CANCEL, MeetingStage.CALLED, MeetingStage.CANCELLED),
)

DECISION = Workflow(
    DecisionStage.OPEN,
    (CouncilAction.CARRY_OUT, DecisionStage.OPEN, DecisionStage.DONE),
    (CouncilAction.DROP, DecisionStage.OPEN, DecisionStage.DROPPED),
)

OPINION = Workflow(
    OpinionStage.DRAFT,
    (OpinionAction.PUBLISH, OpinionStage.DRAFT, OpinionStage.PUBLISHED),
    (OpinionAction.REPLY, OpinionStage.PUBLISHED, OpinionStage.ANSWERED),
)
