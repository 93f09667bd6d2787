"""Tickets for checking a code: a wrong code costs the guesser, never the child.

Each check spends one ticket. A ticket is good after a wait, or at once with a little work done by
a script. Waits are shared out by client address: the address is hashed with a salt that lives for
a day in this process's memory, so that a flood from one place waits behind itself. Work takes away
the first wait only, never the wait behind oneself: whoever guesses has better machines than a child.
"""

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Literal
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.db import IntegrityError, transaction

from copse.portal.models import SpentTicket

WAIT = 3.0
# A few tries at once, for who mistypes; then one each GAP seconds.
TRIES = 3
GAP = 5.0
LIFE = 1800
# Whoever would have to wait longer than a ticket lives gets one that will never be good.
LONGEST = LIFE + 2 * TRIES * GAP
WORK_BITS = 16
LONGEST_WORK = 20
IPV6 = 6
REMEMBERED = 100_000

Outcome = Literal["spent", "early", "refused"]


@dataclass(frozen=True)
class Ticket:
    """What the page carries: the signed ticket, and how long until it is good."""

    text: str
    seconds: int
    bits: int = WORK_BITS


def client_of(address: str, forwarded: str = "") -> str:
    """Whom a wait belongs to: an IPv4 address, or the network of an IPv6 one.

    Only a proxy on this machine is believed about whom it speaks for, and its own word is the last.
    """
    try:
        found = ip_address(address)
        if found.is_loopback and forwarded:
            found = ip_address(forwarded.rpartition(",")[2].strip())
    except ValueError:
        return address
    return str(ip_network((found, 64), strict=False)) if found.version == IPV6 else str(found)


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
            # When this client's earlier tickets are paid for, a GAP each, less the first few.
            paid = max(now, self._next.pop(client, 0.0)) + GAP
            self._next[client] = paid = min(paid, now + LONGEST)
            while len(self._next) > REMEMBERED:
                self._next.popitem(last=False)
            return max(WAIT, paid - now - TRIES * GAP + WAIT)

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
    text = _signer.sign(f"{name}.{int((now + seconds - WAIT) * 10)}.{int((now + seconds) * 10)}")
    return Ticket(text, int(seconds + 0.999))


def spend_ticket(text: str, work: str) -> Outcome:
    """Use a ticket up. `early` leaves it whole; `refused` is none of ours, old, or used before."""
    try:
        ticket, worked_at, good_at = _signer.unsign(text, max_age=LIFE).split(".")
    except (BadSignature, ValueError):
        return "refused"
    now = time.time() * 10
    if now < int(worked_at) or (now < int(good_at) and not has_worked(text, work)):
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
        _ticket, _worked_at, good_at = _signer.unsign(text, max_age=LIFE).split(".")
    except (BadSignature, ValueError):
        return 0
    return max(0, int(int(good_at) / 10 - time.time() + 0.999))


def has_worked(text: str, work: str) -> bool:
    """Whether SHA-256 of ticket and work begins with enough zero bits."""
    if not work or len(work) > LONGEST_WORK:
        return False
    digest = sha256(f"{text}:{work}".encode()).digest()
    return int.from_bytes(digest[:8]) >> (64 - WORK_BITS) == 0
