"""Mail to the outside."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings

from copse.kit.errors import CopseError

SECONDS = 20
FIRST_PERMANENT = 500


class Undelivered(CopseError):  # noqa: N818 - named for the state
    """The mail server did not take it; `permanent` says whether trying again is of use."""

    code = "undelivered"

    def __init__(self, sentence: str, *, permanent: bool, status: int = 0) -> None:
        super().__init__(sentence, status=status)
        self.permanent = permanent


class Sender(Protocol):
    """Hands one message to a mail server. Raises `Undelivered`."""

    def send(self, message: EmailMessage) -> None: ...


@dataclass(frozen=True)
class SmtpSender:
    """`smtps://user:password@host:465`, `smtp+tls://host:587`, or `smtp://127.0.0.1:8001`."""

    url: str

    def send(self, message: EmailMessage) -> None:
        try:
            with self._connection() as server:
                server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            status = max(code for code, _ in error.recipients.values())
            raise _undelivered(status) from None
        except smtplib.SMTPResponseException as error:
            raise _undelivered(int(error.smtp_code)) from None
        except (OSError, smtplib.SMTPException):
            sentence = "The mail server could not be reached. It is tried again."
            raise Undelivered(sentence, permanent=False) from None

    def _connection(self) -> smtplib.SMTP:
        place = urlsplit(self.url)
        host = place.hostname or "localhost"
        if place.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, place.port or 465, timeout=SECONDS, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(host, place.port or 25, timeout=SECONDS)
            if place.scheme == "smtp+tls":
                server.starttls(context=ssl.create_default_context())
        if place.username:
            server.login(unquote(place.username), unquote(place.password or ""))
        return server


def _undelivered(status: int) -> Undelivered:
    permanent = status >= FIRST_PERMANENT
    after = "Check the address." if permanent else "It is tried again."
    return Undelivered(
        f"The mail server answered {status}. {after}", permanent=permanent, status=status
    )


def smtp() -> Sender:
    """This install's way to send mail. Raises `Undelivered` when none is set."""
    copse = settings.COPSE
    if copse.smtp_url:
        return SmtpSender(copse.smtp_url)
    if copse.mode == "real":
        sentence = "No mail server is set. Set COPSE_SMTP_URL."
        raise Undelivered(sentence, permanent=False)
    from copse.base.outside import demo

    return SmtpSender(f"smtp://{demo.LOOPBACK}:{demo.catcher_port(copse)}")
