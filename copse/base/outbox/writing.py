"""Putting a message in the outbox, in the transaction of the act that causes it."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage, Message
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.utils import timezone

from copse.base import jobs
from copse.base.outbox.carriers import check_url

Attachment = tuple[str, str, bytes]
"""File name, media type, content."""
IMAGERY = frozenset({"image", "video"})


def mail(
    *,
    to: str,
    subject: str,
    text: str,
    kind: str,
    attachments: Iterable[Attachment] = (),
    headers: Mapping[str, str] | None = None,
    reply_to: str | None = None,
) -> UUID:
    """Write a mail; answers the message's id.

    Raises `ValueError` for an attachment of imagery: nothing we send carries any.
    """
    message = EmailMessage(policy=policy.SMTP)
    message["To"] = to
    message["Subject"] = subject
    if reply_to:
        message["Reply-To"] = reply_to
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(text)
    for name, media_type, content in attachments:
        main, _, sub = media_type.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail_raw(message, kind)


def mail_raw(message: EmailMessage, kind: str) -> UUID:
    """Write a mail that is already built; what it lacks of sender and id is added.

    Its date is that of sending: one kept here would tell when a report came in.
    """
    _refuse_imagery(message)
    key = uuid4()
    if "Message-ID" not in message:
        message["Message-ID"] = f"<{key}@{settings.COPSE.mail_domain}>"
    if "From" not in message:
        message["From"] = settings.COPSE.mail_from
    if "Auto-Submitted" not in message:
        # Keeps out-of-office answers away (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
    return _write(
        key,
        kind=kind,
        channel="mail",
        recipient=str(message["To"]),
        title=str(message["Subject"]),
        stable_id=str(message["Message-ID"]),
        body=message.as_bytes(policy=policy.SMTP),
    )


def webhook(*, url: str, payload: Mapping[str, Any], kind: str) -> UUID:
    """Write a call to a receiver's webhook. Raises `ValueError` unless it goes to https."""
    key = uuid4()
    body = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return _write(
        key,
        kind=kind,
        channel="webhook",
        recipient=check_url(url),
        title=kind,
        stable_id=f"msg_{key.hex}",
        body=body.encode(),
    )


def _refuse_imagery(message: Message) -> None:
    if any(part.get_content_maintype() in IMAGERY for part in message.walk()):
        raise ValueError("No message that leaves this house carries imagery.")


def coarse(moment: datetime) -> datetime:
    """A moment as the row keeps it: the next of every five minutes, so never before it is due."""
    whole = moment.replace(minute=moment.minute - moment.minute % 5, second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(minutes=5)


def _write(key: UUID, *, recipient: str, title: str, **fields: Any) -> UUID:
    from copse.base.outbox.models import Message as Row

    row = Row(
        id=key, recipient=recipient[:500], title=title[:200], next_at=coarse(timezone.now()),
        **fields,
    )  # fmt: skip
    row.save(force_insert=True)
    jobs.defer("outbox.send", lock=str(key), message=str(key))
    return key
