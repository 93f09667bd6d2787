"""What can happen at the hotline: a table each for material, concerns and notices."""

from collections.abc import Mapping
from enum import StrEnum, auto

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from copse.kit.workflow import Workflow


class MaterialStage(StrEnum):
    """Where the address of suspected material stands."""

    QUEUED = auto()
    CLAIMED = auto()
    READ = auto()
    """At least one reading; waits for another analyst, who will not see it."""
    CLAIMED_AGAIN = auto()
    ESCALATED = auto()
    """Three readings, three labels: a lead decides."""
    TO_NOTICE = auto()
    """Decided: a material label. A notice is due."""
    DISMISSED = auto()
    NOTICED = auto()
    GONE = auto()
    CLOSED = auto()


class ConcernStage(StrEnum):
    """Where a concern stands that a person answers."""

    OPEN = auto()
    FOLLOWING = auto()
    """Its addresses are worked as material, and it follows them."""
    CLAIMED = auto()
    ANSWERED = auto()
    PASSED_ON = auto()
    CLOSED = auto()
    WITHDRAWN = auto()


class NoticeStage(StrEnum):
    """Where one notice to one contact stands."""

    WAITING = auto()
    """Held a moment, so that one mail carries what one provider should know."""
    SENT = auto()
    ANSWERED = auto()
    UNREACHED = auto()
    """It bounced, was not theirs, or stayed unanswered: the next contact is asked."""
    CLOSED = auto()


class HoldStage(StrEnum):
    """Whether a concern or a material may be erased, by its clock or by its reporter."""

    FREE = auto()
    HELD = auto()


class Action(StrEnum):
    """One word is the permission, the step, the audit entry and the button."""

    VIEW = "hotline.material.view"
    CLAIM = "hotline.material.claim"
    RELEASE = "hotline.material.release"
    REVEAL = "hotline.material.reveal"
    READ = "hotline.material.read"
    NOTE = "hotline.material.note"
    # What follows from the readings; the system works it out, nobody presses it.
    DISAGREE = "hotline.material.disagree"
    ESCALATE = "hotline.material.escalate"
    LABEL = "hotline.material.label"
    DISMISS = "hotline.material.dismiss"
    NOTIFY = "hotline.material.notify"
    SEE_GONE = "hotline.material.see_gone"
    REOPEN = "hotline.material.reopen"
    CLOSE = "hotline.material.close"
    TELL_POLICE = "hotline.material.tell_police"
    ERASE = "hotline.material.erase"
    OUTBOX = "hotline.outbox.view"
    OUTBOX_RETRY = "hotline.outbox.retry"


class ConcernAction(StrEnum):
    RECEIVE = "hotline.concern.receive"
    FOLLOW = "hotline.concern.follow"
    VIEW = "hotline.concern.view"
    STORY = "hotline.concern.story"
    CLAIM = "hotline.concern.claim"
    RELEASE = "hotline.concern.release"
    ANSWER = "hotline.concern.answer"
    TELL = "hotline.concern.tell"
    HEAR = "hotline.concern.hear"
    PASS_ON = "hotline.concern.pass_on"  # noqa: S105 - a verb
    CLOSE = "hotline.concern.close"
    WITHDRAW = "hotline.concern.withdraw"
    ERASE = "hotline.concern.erase"


class NoticeAction(StrEnum):
    TRACE = "hotline.notice.trace"
    OPEN = "hotline.notice.open"
    SEND = "hotline.notice.send"
    REMIND = "hotline.notice.remind"
    RESPOND = "hotline.notice.respond"
    HEAR = "hotline.notice.hear"
    PASS_UP = "hotline.notice.pass_up"  # noqa: S105 - a verb
    CLOSE = "hotline.notice.close"
    CHECK = "hotline.notice.check"
    VIEW = "hotline.notice.view"
    ERASE = "hotline.notice.erase"


class HoldAction(StrEnum):
    """A legal hold; the note of one that was lifted has a clock of its own."""

    VIEW = "hotline.hold.view"
    PLACE = "hotline.hold.place"
    LIFT = "hotline.hold.lift"
    ERASE = "hotline.hold.erase"


class LabelAction(StrEnum):
    """The law under the labels comes from the strategy room."""

    RECEIVE = "hotline.label.receive"


_M = MaterialStage
MATERIAL = Workflow(
    _M.QUEUED,
    (Action.CLAIM, _M.QUEUED, _M.CLAIMED),
    (Action.CLAIM, _M.READ, _M.CLAIMED_AGAIN),
    (Action.RELEASE, _M.CLAIMED, _M.QUEUED),
    (Action.RELEASE, _M.CLAIMED_AGAIN, _M.READ),
    (Action.READ, _M.CLAIMED, _M.READ),
    (Action.DISAGREE, _M.CLAIMED_AGAIN, _M.READ),
    (Action.ESCALATE, _M.CLAIMED_AGAIN, _M.ESCALATED),
    (Action.LABEL, (_M.CLAIMED_AGAIN, _M.ESCALATED), _M.TO_NOTICE),
    (Action.DISMISS, (_M.CLAIMED_AGAIN, _M.ESCALATED), _M.DISMISSED),
    (Action.TELL_POLICE, _M.TO_NOTICE, _M.TO_NOTICE),
    (Action.NOTIFY, _M.TO_NOTICE, _M.NOTICED),
    (Action.SEE_GONE, (_M.TO_NOTICE, _M.NOTICED), _M.GONE),
    (Action.REOPEN, (_M.NOTICED, _M.GONE), _M.TO_NOTICE),
    (Action.CLOSE, (_M.TO_NOTICE, _M.NOTICED, _M.GONE, _M.DISMISSED), _M.CLOSED),
)

_C = ConcernStage
_LIVE = (_C.OPEN, _C.FOLLOWING, _C.CLAIMED, _C.ANSWERED)
CONCERN = Workflow(
    _C.OPEN,
    (ConcernAction.FOLLOW, _C.OPEN, _C.FOLLOWING),
    (ConcernAction.CLAIM, (_C.OPEN, _C.FOLLOWING, _C.ANSWERED), _C.CLAIMED),
    (ConcernAction.RELEASE, _C.CLAIMED, _C.OPEN),
    (ConcernAction.ANSWER, _C.CLAIMED, _C.ANSWERED),
    # The reporter writes again: somebody must read it.
    (ConcernAction.HEAR, (*_LIVE[:2], _C.ANSWERED, _C.PASSED_ON, _C.CLOSED), _C.OPEN),
    (ConcernAction.HEAR, _C.CLAIMED, _C.CLAIMED),
    (ConcernAction.PASS_ON, _C.CLAIMED, _C.PASSED_ON),
    (ConcernAction.CLOSE, _C.CLAIMED, _C.CLOSED),
    (ConcernAction.WITHDRAW, (*_LIVE, _C.PASSED_ON, _C.CLOSED), _C.WITHDRAWN),
)

_N = NoticeStage
NOTICE = Workflow(
    _N.WAITING,
    (NoticeAction.SEND, _N.WAITING, _N.SENT),
    (NoticeAction.REMIND, _N.SENT, _N.SENT),
    # A provider may answer again: "more time" first, "removed" later.
    (NoticeAction.RESPOND, (_N.SENT, _N.ANSWERED), _N.ANSWERED),
    (NoticeAction.PASS_UP, (_N.WAITING, _N.SENT, _N.ANSWERED), _N.UNREACHED),
    (NoticeAction.CLOSE, (_N.WAITING, _N.SENT, _N.ANSWERED, _N.UNREACHED), _N.CLOSED),
)

HOLD = Workflow(
    HoldStage.FREE,
    (HoldAction.PLACE, HoldStage.FREE, HoldStage.HELD),
    (HoldAction.LIFT, HoldStage.HELD, HoldStage.FREE),
)

WAITING = (MaterialStage.QUEUED, MaterialStage.READ)
HELD = (MaterialStage.CLAIMED, MaterialStage.CLAIMED_AGAIN)
UNDECIDED = (*WAITING, *HELD, MaterialStage.ESCALATED)
DECIDED = (MaterialStage.TO_NOTICE, MaterialStage.NOTICED, MaterialStage.GONE)
# Nothing more is done about these, so that their clocks of retention run.
FINISHED = (MaterialStage.DISMISSED, MaterialStage.GONE, MaterialStage.CLOSED)
RESTING = (
    ConcernStage.ANSWERED, ConcernStage.PASSED_ON, ConcernStage.CLOSED, ConcernStage.WITHDRAWN,
)  # fmt: skip
# What only the system tells a reporter: it follows from what was done, nobody chooses it.
SYSTEMS_OWN = frozenset({"kept", "erased"})
LIVE = (NoticeStage.WAITING, NoticeStage.SENT, NoticeStage.ANSWERED)

# What staff read instead of a stage, and the colour of its tag.
TITLES: Mapping[type[StrEnum], Mapping[str, tuple[Promise, str]]] = {
    MaterialStage: {
        _M.QUEUED: (_("Waiting for a reading"), "grey"),
        _M.CLAIMED: (_("Being read"), "blue"),
        _M.READ: (_("Waiting for a second reading"), "blue"),
        _M.CLAIMED_AGAIN: (_("Being read again"), "blue"),
        _M.ESCALATED: (_("A lead decides"), "orange"),
        _M.TO_NOTICE: (_("Notice due"), "orange"),
        _M.DISMISSED: (_("Dismissed"), "grey"),
        _M.NOTICED: (_("Provider told"), "purple"),
        _M.GONE: (_("Gone"), "green"),
        _M.CLOSED: (_("Closed"), "grey"),
    },
    ConcernStage: {
        _C.OPEN: (_("Waits for a person"), "orange"),
        _C.FOLLOWING: (_("Follows its addresses"), "grey"),
        _C.CLAIMED: (_("With a person"), "blue"),
        _C.ANSWERED: (_("Answered"), "green"),
        _C.PASSED_ON: (_("Passed to a service"), "green"),
        _C.CLOSED: (_("Closed"), "grey"),
        _C.WITHDRAWN: (_("Taken back by the reporter"), "grey"),
    },
    NoticeStage: {
        _N.WAITING: (_("About to be sent"), "grey"),
        _N.SENT: (_("Sent, no answer yet"), "blue"),
        _N.ANSWERED: (_("Answered"), "purple"),
        _N.UNREACHED: (_("Next contact asked"), "orange"),
        _N.CLOSED: (_("Closed"), "grey"),
    },
}
