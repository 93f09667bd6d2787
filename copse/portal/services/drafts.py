"""What one browser holds with us, readable with its cookie only."""

import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone
from nacl.encoding import RawEncoder
from nacl.exceptions import CryptoError
from nacl.hash import blake2b
from nacl.secret import SecretBox

from copse.portal.models import Draft, SpentTicket

LIFE = timedelta(minutes=30)
# Content is padded to whole blocks, so that a row's length does not tell how much was written.
BLOCK = 2048
LONGEST_COOKIE = 64


@dataclass
class Held:
    """An opened draft. `cookie` is what the browser keeps and we do not."""

    cookie: str
    content: dict[str, Any] = field(default_factory=dict)

    @property
    def row(self) -> UUID:
        return UUID(bytes=_derive(self.cookie, b"row", 16), version=4)

    @property
    def answers(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = self.content.setdefault("answers", {})
        return found


def _derive(cookie: str, purpose: bytes, size: int) -> bytes:
    return blake2b(cookie.encode(), digest_size=size, person=purpose, encoder=RawEncoder)


def _box(held: Held) -> SecretBox:
    return SecretBox(_derive(held.cookie, b"key", 32))


def _sealed(held: Held) -> bytes:
    # ASCII JSON holds every sign that was typed, even those PostgreSQL text refuses.
    plain = json.dumps(held.content).encode()
    plain += b" " * (-len(plain) % BLOCK)
    return bytes(_box(held).encrypt(plain))


def _expiry() -> datetime:
    end = timezone.now() + LIFE
    return end.replace(minute=end.minute - end.minute % 5, second=0, microsecond=0)


def hold(content: dict[str, Any]) -> Held:
    """Make a draft row for a new cookie."""
    held = Held(secrets.token_urlsafe(32), content)
    Draft(id=held.row, content=_sealed(held), expires_at=_expiry()).save(force_insert=True)
    return held


def begin(door: str) -> Held:
    """A new draft of a report."""
    return hold({"door": door, "answers": {}, "token": secrets.token_urlsafe(16)})


def resume(cookie: str | None, *, lock: bool = False) -> Held | None:
    """The draft of this cookie; None when there is none, or it is over.

    `lock` makes parallel posts of one browser wait for each other.
    """
    if not cookie or len(cookie) > LONGEST_COOKIE:
        return None
    held = Held(cookie)
    rows = Draft.objects.select_for_update() if lock else Draft.objects.all()
    row = rows.filter(pk=held.row, expires_at__gt=timezone.now()).first()
    if row is None:
        return None
    try:
        held.content = json.loads(_box(held).decrypt(bytes(row.content)))
    except CryptoError:
        return None
    return held


def keep(held: Held) -> None:
    """Store what changed in an opened draft."""
    Draft.objects.filter(pk=held.row).update(content=_sealed(held), expires_at=_expiry())


def destroy(cookie: str | None) -> None:
    """Destroy the row of this cookie, if there is one."""
    if cookie and len(cookie) <= LONGEST_COOKIE:
        Draft.objects.filter(pk=Held(cookie).row).delete()


def purge() -> int:
    """Destroy what is over: drafts, receipts nobody noted, opened mailboxes, spent tickets."""
    now = timezone.now()
    SpentTicket.objects.filter(expires_at__lte=now).delete()
    gone, _by_model = Draft.objects.filter(expires_at__lte=now).delete()
    return gone
