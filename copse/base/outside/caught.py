"""The demonstration's caught mail, as files."""

import datetime as dt
import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage, Message
from pathlib import Path

from copse.base.outside import demo

MOST_SHOWN = 100
NAME = re.compile(r"[0-9]+-[0-9a-f]{8}")


@dataclass(frozen=True)
class Mail:
    """One caught mail."""

    name: str
    at: dt.datetime
    sender: str
    to: str
    subject: str
    text: str
    parts: tuple[tuple[str, str], ...]


def latest(home: Path) -> list[Mail]:
    """The newest mails, newest first."""
    files = sorted(demo.mail_folder(home).glob("*.eml"), reverse=True)[:MOST_SHOWN]
    return [mail for file in files if (mail := read(home, file.stem)) is not None]


def read(home: Path, name: str) -> Mail | None:
    """One mail by its name, or None."""
    file = demo.mail_folder(home) / f"{name}.eml"
    if not NAME.fullmatch(name) or not file.is_file():
        return None
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    return Mail(
        name=name,
        at=dt.datetime.fromtimestamp(int(name.partition("-")[0]) / 1e9, dt.UTC),
        sender=str(message.get("From", "")),
        to=str(message.get("X-Original-To", "") or message.get("To", "")),
        subject=str(message.get("Subject", "")),
        text=_text(body) if body is not None else "",
        parts=tuple(
            (part.get_filename() or part.get_content_type(), _text(part))
            for part in message.walk()
            if not part.is_multipart() and part is not body
        ),
    )


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
