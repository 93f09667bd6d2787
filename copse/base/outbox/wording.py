"""What staff read about a message that was not delivered, and about a parcel nobody took."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from copse.base.handover import Stuck
from copse.base.outbox.models import Message
from copse.base.outbox.workflow import FLOW, TITLES, Stage, Step

UNKNOWN_ADDRESS = _("The receiving server does not know this address. Check the address.")
WHY = {
    "not-reached": _("The other computer could not be reached. We try again by ourselves."),
    "recipient-refused": UNKNOWN_ADDRESS,
    "smtp-550": UNKNOWN_ADDRESS,
    "http-410": _("The receiver has closed this address. Ask them for a new one."),
}
SMTP = _("The receiving mail server refused the message. Its answer was %(code)s.")
HTTP = _("The receiver's server answered with an error, %(code)s.")


@dataclass(frozen=True)
class Line:
    """One message on the page."""

    key: UUID
    recipient: str
    title: str
    stage: str | Promise
    failed: bool
    why: str | Promise
    attempts: int
    message: Message

    @property
    def may_retry(self) -> bool:
        """Whether the workflow has that step now."""
        return FLOW.allows(self.message.stage, Step.RETRY)


def about(message: Message) -> Line:
    """The message in words."""
    stage = Stage(message.stage)
    return Line(
        key=message.pk,
        recipient=message.recipient,
        title=message.title,
        stage=TITLES[stage],
        failed=stage is Stage.FAILED,
        why=why(message.problem),
        attempts=message.attempts,
        message=message,
    )


def why(problem: str) -> str | Promise:
    """The sentence for a problem's code; empty when nothing was tried yet."""
    if not problem or problem in WHY:
        return WHY.get(problem, "")
    channel, _dash, code = problem.partition("-")
    return str(SMTP if channel == "smtp" else HTTP) % {"code": code}


ROOMS = {
    "portal": _("Portal"),
    "hotline": _("Hotline"),
    "observatory": _("Observatory"),
    "strategy": _("Strategy office"),
    "administration": _("Administration"),
}
KINDS = {
    "concern": _("A report"),
    "reporter-message": _("A message of a reporter"),
    "withdrawal": _("A report taken back"),
    "answer": _("An answer to a reporter"),
    "fact-sheet": _("A sheet of counts"),
    "published-plan": _("The national plan, to be published"),
    "indicator-values": _("Values of indicators"),
    "legal-grounds": _("The provisions under the labels"),
}
REFUSED = _("The desk refused it, and says: %(code)s.")
NOT_KNOWN = _("The desk does not know this kind of parcel. Bring this install up to date first.")
GIVEN_UP = _("The desk could not take it. Its first page or the worker’s log may say why.")


@dataclass(frozen=True)
class ParcelLine:
    """One parcel on the administrators' page."""

    key: UUID
    kind: str | Promise
    sender: str | Promise
    receiver: str | Promise
    refused: bool
    why: str | Promise
    attempts: int


def parcel_line(parcel: Stuck) -> ParcelLine:
    """The parcel in words."""
    return ParcelLine(
        key=parcel.id,
        kind=KINDS.get(parcel.kind, parcel.kind),
        sender=room_title(parcel.sender),
        receiver=room_title(parcel.room),
        refused=parcel.refused,
        why=_why_stuck(parcel),
        attempts=parcel.attempts,
    )


def room_title(room: str) -> str | Promise:
    """A room as people call it; a room without a word of its own by its code."""
    return ROOMS.get(room, room or "–")


def _why_stuck(parcel: Stuck) -> str | Promise:
    if not parcel.refused:
        return GIVEN_UP
    if parcel.reason == "unknown-parcel":
        return NOT_KNOWN
    return str(REFUSED) % {"code": parcel.reason}
