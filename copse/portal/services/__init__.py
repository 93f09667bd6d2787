"""The portal's verbs: keep a draft, submit it, check a code, write and withdraw."""

from copse.portal.services.codes import Code, UnreadableCode, read_code
from copse.portal.services.drafts import (
    Held,
    begin,
    destroy,
    hold,
    keep,
    purge,
    resume,
)
from copse.portal.services.mailbox import (
    Letters,
    letters,
    open_mailbox,
    receive_answer,
    send_message,
    withdraw,
)
from copse.portal.services.submit import submit
from copse.portal.services.tickets import Ticket, issue_ticket, spend_ticket

__all__ = [
    "Code",
    "Held",
    "Letters",
    "Ticket",
    "UnreadableCode",
    "begin",
    "destroy",
    "hold",
    "issue_ticket",
    "keep",
    "letters",
    "open_mailbox",
    "purge",
    "read_code",
    "receive_answer",
    "resume",
    "send_message",
    "spend_ticket",
    "submit",
    "withdraw",
]
