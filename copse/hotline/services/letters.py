"""The mails of a notice: words in the reader's language, XARF for machines, never imagery."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from email.message import EmailMessage
from typing import cast
from uuid import UUID

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext, override

from copse.base.access import Actor, link_holder
from copse.base.database import DeskKey
from copse.base.organisations.models import Desk
from copse.hotline.models import Notice
from copse.kit import taxonomy
from copse.kit.exchange import xarf

LETTERS = 40  # two UUIDs and eight bytes of signature, in base32
FRENCH = frozenset({"FR", "BE", "LU", "SN", "CI", "CM", "ML", "BF", "NE", "TG", "BJ", "GA", "MG"})
ARABIC = frozenset({"SA", "AE", "EG", "JO", "LB", "MA", "TN", "DZ", "IQ", "KW", "QA", "BH", "OM"})
SWAHILI = frozenset({"TZ", "KE"})


def language_for(country: str) -> str:
    """The language a provider in `country` is written to in; English where none of ours fits."""
    for language, countries in (("fr", FRENCH), ("ar", ARABIC), ("sw", SWAHILI)):
        if country in countries:
            return language
    return "en"


def token_for(batch: UUID, desk: UUID) -> str:
    """The token in a notice's link and reply address: what it opens, and our signature."""
    body = batch.bytes + desk.bytes
    return base64.b32encode(body + _signature(body)).decode().rstrip("=").lower()


def read_token(token: str) -> tuple[UUID, UUID] | None:
    """Batch and desk of a token of ours, or None."""
    try:
        padded = token.upper() + "=" * (-len(token) % 8)
        raw = base64.b32decode(padded)
    except ValueError:
        return None
    if len(raw) != LETTERS or not hmac.compare_digest(_signature(raw[:32]), raw[32:]):
        return None
    return UUID(bytes=raw[:16]), UUID(bytes=raw[16:32])


def actor_of(token: str) -> Actor | None:
    """Who opens a notice's link: the provider it was sent to, at the desk that sent it."""
    read = read_token(token)
    return link_holder(DeskKey(read[1], "hotline"), gettext("Provider")) if read else None


def link_of(token: str) -> tuple[Actor, UUID] | None:
    """Who opens a notice's link, and the batch that the link names."""
    actor, read = actor_of(token), read_token(token)
    return (actor, read[0]) if actor and read else None


def _signature(body: bytes) -> bytes:
    key = settings.COPSE.secret("notice-key")
    return hmac.new(key, b"notice" + body, hashlib.sha256).digest()[:8]


def first(notices: Sequence[Notice], *, desk: Desk) -> EmailMessage:
    """The first mail about these notices, which share contact and batch."""
    return _letter(notices, desk, "hotline/mail/notice.txt", reminder=False)


def reminder(notices: Sequence[Notice], *, desk: Desk) -> EmailMessage:
    """A reminder of an earlier mail."""
    return _letter(notices, desk, "hotline/mail/reminder.txt", reminder=True)


def _letter(
    notices: Sequence[Notice], desk: Desk, template: str, *, reminder: bool
) -> EmailMessage:
    one = notices[0]
    if one.batch is None:
        message = "a letter is written for notices that were put in a batch"
        raise ValueError(message)
    token = token_for(one.batch, desk.pk)
    with override(one.language):
        link = settings.COPSE.providers_origin + reverse("hotline:respond", args=[token])
        text = render_to_string(template, {"notices": notices, "desk": desk, "link": link})
        subject = _subject(notices, reminder=reminder)
    sender = f"{desk.name} <{settings.COPSE.mail_from}>"
    labels = taxonomy.scheme("material_label")
    # A label of our own law may have no counterpart abroad; then the words alone must do.
    reports = [
        _report(notice, desk)
        for notice in notices
        if labels.is_mapped(notice.material.label, "xarf")
    ]
    made = xarf.mail(reports, sender=sender, to=one.email, subject=subject, text=text)
    made["Reply-To"] = f"reply+{token}@{settings.COPSE.mail_domain}"
    return cast(EmailMessage, made)


def _subject(notices: Sequence[Notice], *, reminder: bool) -> str:
    references = ", ".join(notice.reference for notice in notices[:3])
    if len(notices) > len(notices[:3]):
        references += ", …"
    words = gettext("Reminder: please act on") if reminder else gettext("Please act on")
    return f"{words} {references}"


def _report(notice: Notice, desk: Desk) -> dict[str, object]:
    material, trace = notice.material, notice.trace
    domain = settings.COPSE.mail_domain
    sender = xarf.Party(desk.organisation.name, settings.COPSE.mail_from, domain)
    item = xarf.Item(
        report=notice.pk,
        address=material.address,
        source=trace.address or trace.host,
        seen=material.decided_at or notice.opened_at,
        code=taxonomy.scheme("material_label").map(material.label, "xarf"),
        host=trace.host,
        provider=notice.organisation,
        asn=int(trace.asn.removeprefix("AS")) if trace.asn else None,
        country=trace.country,
    )
    return xarf.notice(item, sender=sender)
