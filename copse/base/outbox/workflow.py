from enum import StrEnum, auto

from django.utils.translation import gettext_lazy as _

from copse.kit.workflow import Workflow


class Stage(StrEnum):
    """Where a message is on its way out."""

    WAITING = auto()
    SENDING = auto()
    DELIVERED = auto()
    FAILED = auto()
    DISMISSED = auto()


class Step(StrEnum):
    """What the system or a member of staff does to a message."""

    SEND = auto()
    DELIVER = auto()
    POSTPONE = auto()
    GIVE_UP = auto()
    RETRY = auto()
    DISMISS = auto()


class AdministrationAction(StrEnum):
    """What administrators do about what did not work; other desks have actions of their own."""

    VIEW = "administration.trouble.view"
    RETRY = "administration.trouble.retry"
    DISMISS = "administration.trouble.dismiss"
    OUTBOX = "administration.outbox.view"
    OUTBOX_RETRY = "administration.outbox.retry"


FLOW = Workflow(
    Stage.WAITING,
    # A process killed while sending leaves the message at SENDING; it is sent again, same id.
    (Step.SEND, (Stage.WAITING, Stage.SENDING), Stage.SENDING),
    (Step.DELIVER, Stage.SENDING, Stage.DELIVERED),
    (Step.POSTPONE, Stage.SENDING, Stage.WAITING),
    (Step.GIVE_UP, Stage.SENDING, Stage.FAILED),
    (Step.RETRY, (Stage.WAITING, Stage.FAILED), Stage.WAITING),
    (Step.DISMISS, Stage.FAILED, Stage.DISMISSED),
)
TITLES = {
    Stage.WAITING: _("Waiting to be sent"),
    Stage.SENDING: _("Being sent"),
    Stage.DELIVERED: _("Delivered"),
    Stage.FAILED: _("Not delivered"),
    Stage.DISMISSED: _("Put aside"),
}
