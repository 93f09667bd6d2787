"""Tickets for checking a code: a wrong code costs the guesser, never the child.

Each check spends one ticket. A ticket is good after a wait, or at once with a little work done by
a script. Waits are shared out by client address: the address is hashed with a salt that lives for
a day in this process's memory, so that a flood from one place waits behind itself.
"""

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Literal
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.db import IntegrityError, transaction

from copse.portal.models import SpentTicket

WAIT = 3.0
GAP = 0.5
LONGEST = 60.0
LIFE = 1800
WORK_BITS = 16
LONGEST_WORK = 20
REMEMBERED = 100_000

Outcome = Literal["spent", "early", "refused"]


@dataclass(frozen=True)
class Ticket:
    """What the page carries: the signed ticket, and how long until it is good."""

    text: str
    seconds: int
    bits: int = WORK_BITS


class Shares:
    """Per client, when its next ticket becomes good. In memory only, forgotten every day."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._salt = secrets.token_bytes(32)
        self._day = ""
        self._next: OrderedDict[bytes, float] = OrderedDict()

    def wait(self, address: str, now: float) -> float:
        """Seconds until the next ticket of this client is good; asking moves it on."""
        with self._lock:
            self._forget_yesterday(now)
            client = hmac.digest(self._salt, address.encode(), sha256)[:16]
            good = max(now + WAIT, self._next.pop(client, 0.0) + GAP)
            good = min(good, now + LONGEST)
            self._next[client] = good
            while len(self._next) > REMEMBERED:
                self._next.popitem(last=False)
            return good - now

    def _forget_yesterday(self, now: float) -> None:
        day = datetime.fromtimestamp(now, UTC).date().isoformat()
        if day != self._day:
            self._day, self._salt = day, secrets.token_bytes(32)
            self._next.clear()


shares = Shares()
_signer = TimestampSigner(salt="copse.portal.ticket")


def issue_ticket(address: str) -> Ticket:
    """A ticket for one check, good after this client's wait."""
    now = time.time()
    seconds = shares.wait(address, now)
    # Tenths of a second, rounded down: who counted to the number shown is never early.
    name = UUID(bytes=secrets.token_bytes(16), version=4).hex
    text = _signer.sign(f"{name}.{int((now + seconds) * 10)}")
    return Ticket(text, int(seconds + 0.999))


def spend_ticket(text: str, work: str) -> Outcome:
    """Use a ticket up. `early` leaves it whole; `refused` is none of ours, old, or used before."""
    try:
        ticket, good_at = _signer.unsign(text, max_age=LIFE).split(".", 1)
    except (BadSignature, ValueError):
        return "refused"
    if time.time() * 10 < int(good_at) and not has_worked(text, work):
        return "early"
    expires = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    try:
        # A savepoint: a ticket used twice must not undo what else this request did.
        with transaction.atomic():
            SpentTicket(id=UUID(hex=ticket), expires_at=expires).save(force_insert=True)
    except IntegrityError:
        return "refused"
    return "spent"


def seconds_left(text: str) -> int:
    """How long until a ticket is good, for the page that asks to wait."""
    try:
        _ticket, good_at = _signer.unsign(text, max_age=LIFE).split(".", 1)
    except (BadSignature, ValueError):
        return 0
    return max(0, int(int(good_at) / 10 - time.time() + 0.999))


def has_worked(text: str, work: str) -> bool:
    """Whether SHA-256 of ticket and work begins with enough zero bits."""
    if not work or len(work) > LONGEST_WORK:
        return False
    digest = sha256(f"{text}:{work}".encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - WORK_BITS) == 0
