"""Mail about notices that comes back: a provider's answer, or a bounce."""

import email
import re

from django.utils import timezone

from copse.base import access, audit, database, outbox, vault
from copse.base.access import Actor
from copse.base.outbox.models import Message
from copse.base.outside import inbox
from copse.hotline.models import Reply
from copse.hotline.services import letters, notices
from copse.hotline.workflow import NoticeAction

TOKEN = re.compile(r"reply\+([a-z2-7]+)@")


def listen() -> None:
    """Ask to be told of mail to our token addresses, and of mail that nobody would take."""
    inbox.on("reply", heard)
    inbox.on("bounce", came_back)
    outbox.on_failure("hotline.notice", not_taken)


def heard(incoming: inbox.Incoming) -> None:
    """Keep a provider's words, sealed; a token that is not ours is dropped without a trace."""
    read = letters.read_token(incoming.token)
    actor = letters.actor_of(incoming.token)
    if read is None or actor is None:
        return
    with database.as_desk(actor.desk):
        access.require(actor, NoticeAction.HEAR)
        content = {"from": incoming.sender, "subject": incoming.subject, "text": incoming.text}
        envelope = vault.seal(content, desks=[actor.desk.id])
        reply = Reply(batch=read[0], envelope=envelope, at=timezone.now())
        reply.save(force_insert=True)
        audit.record(actor, NoticeAction.HEAR, reply)


def came_back(bounce: inbox.Bounce) -> None:
    """A mail bounced for good: the next contact is asked at once."""
    actor = letters.actor_of(bounce.token)
    if actor is None or not bounce.permanent:
        return
    with database.as_desk(actor.desk):
        _pass_up(actor, bounce.token)


def not_taken(actor: Actor, message: Message) -> None:
    """The outbox gave up on a notice: the same as a bounce."""
    parsed = email.message_from_bytes(bytes(message.body))
    found = TOKEN.search(str(parsed.get("Reply-To", "")))
    if found:
        _pass_up(actor, found[1])


def _pass_up(actor: Actor, token: str) -> None:
    read = letters.read_token(token)
    if read is not None:
        notices.bounced(actor=access.system(actor.desk), batch=read[0])
