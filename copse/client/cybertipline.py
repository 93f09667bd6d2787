"""A report in the XML that CyberTipline and our own gateway read, and the answers they give.

The order of elements is the schema's, which refuses any other. What a country's law or a gateway
wants besides stands in `About`; a machine's match never claims that a person has looked.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from copse.kit import taxonomy
from copse.kit.errors import CopseError, InputError, LaterError
from copse.kit.lists.entry import Standing

INCIDENT = "Child Pornography (possession, manufacture, and distribution)"
CLASSES = frozenset({"A1", "A2", "B1", "B2"})
ANSWER_LIMIT = 1_000_000
# What the reader of a report must know of an entry that is not simply on a list.
SAID = {
    Standing.DISPUTED: "others dispute this entry",
    Standing.NEGATIVE: "this entry is held to be harmless",
    Standing.SEED: "this entry is a lead only",
}
HASHES = (("md5", "MD5"), ("sha1", "SHA1"), ("sha256", "SHA256"), ("pdq", "PDQ"))


class BadAbout(InputError):  # noqa: N818 - named for the state
    """The file that says who reports, and about what, cannot be read."""

    code = "bad-about"


class BadAnswer(LaterError):  # noqa: N818 - named for the state
    """The gateway's answer is not in the form agreed; what became of the call is unknown."""

    code = "bad-answer"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reporter(_Strict):
    """Who reports: a person at the provider whom the gateway can reach."""

    first_name: str = ""
    last_name: str = ""
    email: str
    phone: str = ""
    company: str = Field(default="", description="text on the company, shown to police")
    terms_of_service: str = ""
    legal_url: str = ""


class Incident(_Strict):
    """What happened where; `when` is when the match was found unless told otherwise."""

    type: str = INCIDENT
    platform: str = Field(default="", max_length=256)
    when: datetime | None = None
    urls: tuple[str, ...] = ()
    escalate: str = Field(default="", max_length=3000, description="why a child is in danger now")
    additional_info: str = ""
    publicly_available: bool | None = None

    @field_validator("when")
    @classmethod
    def _zoned(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            message = "give the time zone, such as 2026-11-25T10:00:00+00:00"
            raise ValueError(message)
        return value


class Seen(_Strict):
    """An address from which the account acted."""

    address: str
    event: str = "Upload"
    when: datetime | None = None
    port: int | None = Field(default=None, ge=1, le=65535)


class Account(_Strict):
    """The account that had the material, as far as the provider knows it."""

    identifier: str = ""
    service: str = ""
    screen_name: str = ""
    display_names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    profile_urls: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ()
    additional_info: str = ""


class About(_Strict):
    """Everything about a report that is not the match itself."""

    reporter: Reporter
    incident: Incident = Incident()
    account: Account | None = None


@dataclass(frozen=True)
class Answer:
    """What the gateway said: 0 is success; numbers and ids as far as the call has them."""

    code: int
    description: str = ""
    report_id: int | None = None
    file_id: str | None = None
    md5: str | None = None
    files: tuple[str, ...] = field(default=())


def read_about(path: Path) -> About:
    """Who reports and about what, from TOML. Raises `BadAbout`, which names the field."""
    try:
        return About.model_validate(tomllib.loads(path.read_text("utf-8")))
    except OSError as error:
        raise BadAbout(f"{path} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadAbout(f"{path} is no TOML: {error}.") from None
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors()
        )
        raise BadAbout(f"{path}: {wrong}. docs/toolkit.md shows a whole one.") from None


def report_xml(about: About, line: dict[str, Any], found_at: datetime) -> bytes:
    """The `<report>` on one match line of a scan (`copse.kit.scanning.findings`)."""
    root = etree.Element("report")
    _incident(_under(root, "incidentSummary"), about.incident, found_at)
    if about.incident.urls:
        page = _under(_under(root, "internetDetails"), "webPageIncident")
        _texts(page, "url", about.incident.urls)
    _reporter(_under(root, "reporter"), about.reporter)
    if about.account is not None:
        _account(_under(root, "personOrUserReported"), about.account)
    told = [about.incident.additional_info, *_of_match(line)]
    _text(root, "additionalInfo", "\n".join(one for one in told if one))
    return _serialised(root)


def file_xml(report_id: int, file_id: str, about: About, line: dict[str, Any]) -> bytes:
    """The `<fileDetails>` of an uploaded file."""
    root = etree.Element("fileDetails")
    _text(root, "reportId", str(report_id))
    _text(root, "fileId", file_id)
    _text(root, "originalFileName", str(line["path"]).rpartition("/")[2][:2056])
    if about.incident.urls:
        _text(root, "locationOfFile", about.incident.urls[0][:2083])
    # A machine found it: no person has looked, and police may act on that word.
    _text(root, "fileViewedByEsp", "false")
    if about.incident.publicly_available is not None:
        _text(root, "publiclyAvailable", str(about.incident.publicly_available).lower())
    _text(root, "fileRelevance", "Reported")
    _text(root, "industryClassification", classification(line))
    for name, kind in HASHES:
        if value := line["fingerprint"].get(name):
            _under(root, "originalFileHash", hashType=kind).text = value
    for words in _of_match(line):
        _text(root, "additionalInfo", words)
    return _serialised(root)


def classification(line: dict[str, Any]) -> str:
    """A1 to B2 where every label of every sure match says the same; else nothing is claimed."""
    sure = (one for one in line["matches"] if one["standing"] == Standing.POSITIVE)
    found = {_class_of(label) for one in sure for label in one["labels"]} - {""}
    return found.pop() if len(found) == 1 else ""


def _class_of(label: str) -> str:
    scheme, _, rest = label.partition("/")
    try:
        told = taxonomy.scheme(scheme).map(rest.rpartition("/")[2], "cybertipline")
    except CopseError:
        return ""
    return told if told in CLASSES else ""


def _of_match(line: dict[str, Any]) -> Iterator[str]:
    prints = line["fingerprint"]
    told = [f"{kind} {prints[name]}" for name, kind in HASHES if prints.get(name)]
    yield f"Fingerprints of the file: {', '.join(told)}."
    for one in line["matches"]:
        how = f"{one['distance']} of 256 bits away" if one["how"] == "pdq" else "the same digest"
        labels = f"; labels {', '.join(one['labels'])}" if one["labels"] else ""
        sure = (
            "" if one["standing"] == Standing.POSITIVE else f"; {SAID[Standing(one['standing'])]}"
        )
        yield f"Matched by {one['how']} ({how}): entry {one['entry']} of {one['list']}{labels}{sure}."


def _incident(summary: etree._Element, incident: Incident, found_at: datetime) -> None:
    _text(summary, "incidentType", incident.type)
    _text(summary, "platform", incident.platform)
    _text(summary, "escalateToHighPriority", incident.escalate)
    _text(summary, "incidentDateTime", (incident.when or found_at).isoformat(timespec="seconds"))
    if incident.when is None:
        words = "The time at which the file was matched against the list."
        _text(summary, "incidentDateTimeDescription", words)


def _reporter(element: etree._Element, reporter: Reporter) -> None:
    person = _under(element, "reportingPerson")
    _text(person, "firstName", reporter.first_name)
    _text(person, "lastName", reporter.last_name)
    _text(person, "phone", reporter.phone)
    _text(person, "email", reporter.email)
    _text(element, "companyTemplate", reporter.company)
    _text(element, "termsOfService", reporter.terms_of_service)
    _text(element, "legalURL", reporter.legal_url)


def _account(element: etree._Element, account: Account) -> None:
    if account.emails:
        person = _under(element, "personOrUserReportedPerson")
        _texts(person, "email", account.emails)
    _text(element, "espIdentifier", account.identifier)
    _text(element, "espService", account.service)
    _text(element, "screenName", account.screen_name)
    _texts(element, "displayName", account.display_names)
    _texts(element, "profileUrl", account.profile_urls)
    for one in account.seen:
        event = _under(element, "ipCaptureEvent")
        _text(event, "ipAddress", one.address)
        _text(event, "eventName", one.event)
        _text(event, "dateTime", one.when.isoformat(timespec="seconds") if one.when else "")
        _text(event, "port", str(one.port or ""))
    _text(element, "additionalInfo", account.additional_info)


def _under(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, name, attributes)


def _text(parent: etree._Element, name: str, text: str) -> None:
    if text:
        _under(parent, name).text = _allowed(text)


def _texts(parent: etree._Element, name: str, texts: Iterable[str]) -> None:
    for text in texts:
        _text(parent, name, text)


def _allowed(text: str) -> str:
    """Without what XML cannot hold: a file's name may hold any byte."""
    return "".join(c if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"
                   and not "\ud800" <= c <= "\udfff") else "\ufffd" for c in text)  # fmt: skip


def _serialised(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def read_answer(body: bytes) -> Answer:
    """What a gateway answered. Raises `BadAnswer` for anything but the two forms agreed."""
    if len(body) > ANSWER_LIMIT:
        raise BadAnswer("The gateway's answer is too long to be one.")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise BadAnswer("The gateway's answer is no XML.") from None
    if root.getroottree().docinfo.doctype or root.tag not in (
        "reportResponse",
        "reportDoneResponse",
    ):
        raise BadAnswer("The gateway's answer is not in the form agreed.")
    try:
        return Answer(
            code=int(_said(root, "responseCode")),
            description=_said(root, "responseDescription"),
            report_id=int(told) if (told := _said(root, "reportId")) else None,
            file_id=_said(root, "fileId") or None,
            md5=_said(root, "hash").lower() or None,
            files=tuple(one.text.strip() for one in root.iterfind("files/fileId") if one.text),
        )
    except ValueError:
        raise BadAnswer("The gateway's answer has no number where one must be.") from None


def _said(root: etree._Element, name: str) -> str:
    return str(root.findtext(name) or "").strip()
