"""What staff read about a message that was not delivered."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
