"""Mail that comes in: a Maildir, read by the worker and told to whoever the address names.

`reply+<token>@…` goes to whoever asked with `on("reply", fn)`; a report that a mail could not be
delivered (RFC 3464) goes to `on("bounce", fn)` with the id of the mail that came back. Mail for
nobody is kept in the folder `unknown`, not thrown away.
"""

import email
import email.policy
import email.utils
import mailbox
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage, Message
from pathlib import Path

from django.conf import settings

TOKEN = re.compile(r"^(?P<kind>[a-z]+)\+(?P<token>[A-Za-z0-9_.-]{8,200})@", re.ASCII)
TO = ("Delivered-To", "X-Original-To", "To", "Cc")
MOST_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True)
class Incoming:
    """One mail for a token address. `token` is proof of nothing until its owner has checked it."""

    token: str
    sender: str
    subject: str
    text: str


@dataclass(frozen=True)
class Bounce:
    """A mail of ours that was not delivered. `token` is in the address it was sent from."""

    message_id: str
    token: str
    status: str
    recipient: str

    @property
    def permanent(self) -> bool:
        return self.status.startswith("5")


Listener = Callable[[Incoming], None] | Callable[[Bounce], None]
_LISTENERS: dict[str, Callable[..., None]] = {}


def on(kind: str, listener: Listener) -> None:
    """Be told of mail of a kind: a token address's first part, or `bounce`.

    The listener runs outside any desk and opens the one its token names.
    """
    _LISTENERS[kind] = listener


def folder() -> Path:
    """The Maildir of this install."""
    configured: Path | None = settings.COPSE.inbox
    return configured or settings.COPSE.home / "mail" / "inbox"


def poll(place: Path | None = None) -> int:
    """Read what has come, oldest first; says how much. A mail stays until its listener is done."""
    place = place or folder()
    if not place.exists():
        return 0
    box = mailbox.Maildir(place, create=True)
    try:
        keys = sorted(box.keys())
        failed: Exception | None = None
        for key in keys:
            try:
                _take(box, key)
            except Exception as error:  # noqa: BLE001 - one broken mail must not hold up the rest
                failed = error
        if failed is not None:
            raise failed
        return len(keys)
    finally:
        box.close()


def _take(box: mailbox.Maildir, key: str) -> None:
    message = email.message_from_bytes(box.get_bytes(key)[:MOST_BYTES], policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    if not dispatch(message):
        box.add_folder("unknown").add(message.as_bytes())
    box.remove(key)


def dispatch(message: EmailMessage) -> bool:
    """Tell the listener of one mail; says whether there was one."""
    bounce = bounce_of(message)
    if bounce is not None:
        return _tell("bounce", bounce)
    for address in _addresses(message):
        match = TOKEN.match(address)
        if match and match["kind"] != "bounce" and match["kind"] in _LISTENERS:
            sender = str(message.get("From", ""))
            subject = str(message.get("Subject", ""))
            return _tell(match["kind"], Incoming(match["token"], sender, subject, _text(message)))
    return False


def _tell(kind: str, news: Incoming | Bounce) -> bool:
    listener = _LISTENERS.get(kind)
    if listener is None:
        return False
    listener(news)
    return True


def bounce_of(message: EmailMessage) -> Bounce | None:
    """What a delivery report says, or None when this is no report of a failure."""
    if message.get_content_type() != "multipart/report":
        return None
    if message.get_param("report-type") != "delivery-status":
        return None
    facts: dict[str, str] = {}
    original = ""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for block in _blocks(part):
                facts |= {name.lower(): str(value) for name, value in block.items()}
        elif kind == "message/rfc822":
            original = next((str(b.get("Message-ID", "")) for b in _blocks(part)), "")
        elif kind == "text/rfc822-headers":
            headers = email.message_from_string(str(part.get_payload(decode=False)))
            original = str(headers.get("Message-ID", ""))
    if facts.get("action", "").lower() != "failed":
        return None
    token = next((m["token"] for a in _addresses(message) if (m := TOKEN.match(a))), "")
    recipient = facts.get("final-recipient", "").rpartition(";")[2].strip()
    return Bounce(original.strip(), token, facts.get("status", "5.0.0"), recipient)


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [b for b in payload if isinstance(b, Message)] if isinstance(payload, list) else []


def _addresses(message: EmailMessage) -> list[str]:
    values = [str(value) for name in TO for value in message.get_all(name, [])]
    pairs = email.utils.getaddresses(values)
    return [address for _, address in pairs if address]


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    if body is None:
        return ""
    try:
        text = str(body.get_content())
    except (LookupError, UnicodeError):
        return ""
    # PostgreSQL refuses these two, and no letter needs them.
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
