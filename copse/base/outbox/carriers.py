"""Who takes a message: an SMTP server, or a webhook's receiver."""

import base64
import hashlib
import hmac
import smtplib
from collections.abc import Callable
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.utils.module_loading import import_string
from standardwebhooks import Webhook

from copse.kit.errors import CopseError, LaterError

TIMEOUT = 15.0
GONE = 410
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class NotTaken(LaterError):  # noqa: N818 - named for the state
    """The other side did not take the message. `code` tells staff why; `final` ends the tries."""

    def __init__(self, code: str, *, final: bool = False) -> None:
        super().__init__("The message was not taken.", code=code)
        self.final = final


class Letter(Protocol):
    """What a carrier reads of a message."""

    recipient: str
    stable_id: str
    body: bytes | memoryview


class Smtp(Protocol):
    """What `outside.smtp` provides."""

    def send(self, message: EmailMessage) -> None: ...


Carrier = Callable[[Letter], None]
_carriers: dict[str, Carrier] = {}


def carry(channel: str, carrier: Carrier) -> None:
    """Have messages of a channel taken by `carrier`, which raises `NotTaken` when it could not."""
    _carriers[channel] = carrier


def hand_over(channel: str, letter: Letter) -> None:
    """Hand a message to its carrier. Raises `NotTaken`, whatever went wrong."""
    try:
        _carriers[channel](letter)
    except NotTaken:
        raise
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        raise NotTaken("recipient-refused", final=all(_is_final(code) for code in codes)) from None
    except smtplib.SMTPResponseException as answer:
        raise NotTaken(f"smtp-{answer.smtp_code}", final=_is_final(answer.smtp_code)) from None
    except (smtplib.SMTPException, httpx.HTTPError, OSError):
        raise NotTaken("not-reached") from None


def _is_final(code: int) -> bool:
    return code >= 500  # noqa: PLR2004 - RFC 5321: 5yz is for good, 4yz for now


def _mail(letter: Letter) -> None:
    # Named, not imported: the adapters to the outside stand above the outbox.
    smtp = cast(Smtp, import_string("copse.base.outside.smtp")())
    try:
        smtp.send(_dated(message_from_bytes(bytes(letter.body), policy=policy.SMTP)))
    except CopseError as error:
        status = error.facts.get("status")
        final = bool(getattr(error, "permanent", False))
        raise NotTaken(f"smtp-{status}" if status else "not-reached", final=final) from None


def _dated(message: EmailMessage) -> EmailMessage:
    if "Date" not in message:
        message["Date"] = format_datetime(datetime.now(UTC))
    return message


def _webhook(letter: Letter) -> None:
    body = bytes(letter.body).decode()
    now = datetime.now(UTC)
    headers = {
        "content-type": "application/json",
        "webhook-id": letter.stable_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(webhook_secret(letter.recipient)).sign(
            letter.stable_id, now, body
        ),
    }
    answer = httpx.post(letter.recipient, content=body, headers=headers, timeout=TIMEOUT)
    if not answer.is_success:
        raise NotTaken(f"http-{answer.status_code}", final=answer.status_code == GONE)


def webhook_secret(url: str) -> str:
    """The secret that a receiver checks our webhooks with, made for its host alone."""
    host = urlsplit(url).hostname or ""
    key: bytes = settings.COPSE.secret("token-key")
    made = hmac.new(key, b"webhook " + host.encode("idna"), hashlib.sha256).digest()
    return f"whsec_{base64.b64encode(made).decode()}"


def check_url(url: str) -> str:
    """The address of a webhook: https, or this machine outside a real install."""
    parts = urlsplit(url)
    local = parts.hostname in LOCAL and settings.COPSE.mode != "real"
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        message = "A webhook goes to an https address."
        raise ValueError(message)
    return url


def _register() -> None:
    defaults: dict[str, Any] = {"mail": _mail, "webhook": _webhook}
    for channel, carrier in defaults.items():
        _carriers.setdefault(channel, carrier)


_register()
