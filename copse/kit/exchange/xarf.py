"""Abuse notices as XARF 4.2 (xarf.org): the JSON, and the mail that carries it.

The specification forbids attaching imagery, but its schema accepts it; here a notice can carry
text evidence only, and anything else is refused.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any
from uuid import UUID

from copse.kit.errors import InputError

VERSION = "4.2.0"
# Class and detection method, by the type that stands before the slash of a code.
TYPES = {"csam": "classification", "csem": "exploitation_type"}
# 15 MB is the specification's limit for all evidence; a notice of ours is some kilobytes of text.
MOST_EVIDENCE = 64 * 1024
# Longer than any address we take; an encoded picture has no spaces for thousands of letters.
LONGEST_WORD = 2_100
SPACE = 32


class ImageryRefused(InputError):  # noqa: N818 - named for the state
    """A notice may never carry a picture, a video or any other binary file."""

    code = "imagery-refused"


@dataclass(frozen=True)
class Party:
    """An organisation in a notice: its name, a mailbox, its domain."""

    organisation: str
    contact: str
    domain: str

    def to_json(self) -> dict[str, str]:
        return {"org": self.organisation, "contact": self.contact, "domain": self.domain}


@dataclass(frozen=True)
class Item:
    """One address to act on.

    `code` is a XARF type and its class, such as `csam/A1` or `csem/solicitation`. `source` is the
    IP address or host the address is served from. Hashes map `md5`, `sha1` or `sha256` to
    hexadecimal digests.
    """

    report: UUID
    address: str
    source: str
    seen: datetime
    code: str
    host: str = ""
    provider: str = ""
    asn: int | None = None
    country: str = ""
    hashes: Mapping[str, str] = field(default_factory=dict)


def notice(
    item: Item, *, sender: Party, evidence: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """One XARF 4.2 report of the category `content` as JSON values.

    `evidence` maps a description to plain text. Raises `ImageryRefused` for text that is not
    plain, and `ValueError` for a time without a zone.
    """
    kind, _, value = item.code.partition("/")
    if item.seen.tzinfo is None:
        message = "the time an address was seen needs a time zone"
        raise ValueError(message)
    optional = {
        "domain": item.host,
        "hosting_provider": item.provider,
        "asn": item.asn,
        "country_code": item.country,
        "hash_values": dict(item.hashes),
        "evidence": [_evidence(what, text) for what, text in (evidence or {}).items()],
    }
    return {
        "xarf_version": VERSION,
        "report_id": str(item.report),
        "timestamp": item.seen.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "reporter": sender.to_json(),
        "sender": sender.to_json(),
        "source_identifier": item.source,
        "category": "content",
        "type": kind,
        "url": item.address,
        "verified_at": item.seen.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verification_method": "manual",
        TYPES[kind]: value,
        "detection_method": "manual_review",
        **{key: value for key, value in optional.items() if value},
    }


def _evidence(what: str, text: str) -> dict[str, str]:
    if not _is_plain(text):
        raise ImageryRefused(
            "A notice carries plain text only. Take the attachment out and describe it in words.",
            description=what,
        )
    payload = base64.b64encode(text.encode()).decode()
    return {"content_type": "text/plain", "description": what, "payload": payload}


def _is_plain(text: str) -> bool:
    """Whether this is prose: no control characters, no data address, no long encoded run."""
    if len(text) > MOST_EVIDENCE or "data:" in text.lower():
        return False
    if any(ord(letter) < SPACE and letter not in "\n\r\t" for letter in text):
        return False
    return all(len(word) <= LONGEST_WORD for word in text.split())


def mail(
    reports: list[dict[str, Any]], *, sender: str, to: str, subject: str, text: str
) -> MIMEMultipart:
    """The notice as mail: multipart/report with words, feedback type, and one JSON part a report.

    Raises `ImageryRefused` when a report carries evidence that is not plain text.
    """
    for report in reports:
        for piece in report.get("evidence", ()):
            if piece.get("content_type") != "text/plain":
                raise ImageryRefused("A notice carries plain text only.", kind="evidence")
    message = MIMEMultipart("report", report_type="feedback-report")
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message.attach(MIMEText(text, "plain", "utf-8"))
    feedback = MIMEBase("message", "feedback-report")
    feedback.set_payload("Feedback-Type: xarf\nUser-Agent: Copse\nVersion: 1\n")
    message.attach(feedback)
    for number, report in enumerate(reports, start=1):
        name = "xarf.json" if len(reports) == 1 else f"xarf-{number}.json"
        part = MIMEApplication(json.dumps(report, ensure_ascii=False).encode(), "json")
        part.add_header("Content-Disposition", "attachment", filename=name)
        message.attach(part)
    return message


def reports_in(message: EmailMessage) -> list[dict[str, Any]]:
    """The XARF reports that a mail carries; for tests and for those who receive notices."""
    return [
        json.loads(part.get_content())
        for part in message.walk()
        if part.get_content_type() == "application/json"
    ]
