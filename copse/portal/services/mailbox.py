"""Coming back: a code opens its receipt, letters are read, words are sent, a report is withdrawn."""

import hmac
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, Queue

from django.db import connection
from nacl.exceptions import CryptoError

from copse.base import audit, handover, vault
from copse.base.access import Actor
from copse.base.database.today import this_week
from copse.base.organisations.queries import desk_for
from copse.kit.parcels import Answer, ReporterMessage, Withdrawal
from copse.portal.models import Letter, Receipt
from copse.portal.services.codes import Code, new_salt
from copse.portal.services.drafts import Held, hold
from copse.portal.services.submit import this_hour
from copse.portal.workflow import Action

# Two checks at a time over all processes: guessing must not take the pages' memory and time.
_SLOTS: Queue[int] = Queue()
for _slot in range(2):
    _SLOTS.put(_slot)
_LOCK = 728_100
_PATIENCE = 8.0
ERASED = "erased"


class Busy(Exception):  # noqa: N818 - named for the state
    """Both slots stayed taken; nothing was checked and no ticket is spent."""


@contextmanager
def _slot_of_two() -> Iterator[None]:
    try:
        slot = _SLOTS.get(timeout=_PATIENCE)
    except Empty:
        raise Busy from None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK + slot])
        yield
    finally:
        _SLOTS.put(slot)


def open_mailbox(code: Code) -> Held | None:
    """The opened receipt as a draft row of a new cookie, or None for a wrong code.

    A selector that nobody has takes the same time as one with a wrong rest. Raises `Busy`.
    """
    receipt = Receipt.objects.filter(selector=code.selector).first()
    with _slot_of_two():
        verifier, box = code.stretched(bytes(receipt.salt) if receipt else new_salt())
    known = bytes(receipt.verifier) if receipt else bytes(32)
    if not hmac.compare_digest(verifier, known) or receipt is None:
        return None
    try:
        private = box.decrypt(bytes(receipt.private_key))
    except CryptoError:
        return None
    _use(receipt)
    return hold({"receipt": str(receipt.id), "private": private.hex()})


def _use(receipt: Receipt) -> None:
    if receipt.used_week != this_week():
        receipt.used_week = this_week()
        receipt.save(update_fields=["used_week"])


@dataclass(frozen=True)
class Letters:
    """What the reporter finds: the status, and the desk's letters, newest first."""

    status_code: str
    withdrawn: bool
    texts: tuple[str, ...]

    @property
    def over(self) -> bool:
        """Nobody reads what is written now: it was taken back, or erased."""
        return self.withdrawn or self.status_code == ERASED


def letters(held: Held) -> Letters | None:
    """Open the letters of an opened mailbox; None when it is none, or the receipt is gone."""
    receipt = _receipt_of(held)
    if receipt is None:
        return None
    private = bytes.fromhex(held.content["private"])
    found = receipt.letters.order_by("-number")[:50]
    texts = (_text(private, receipt.id, letter.envelope) for letter in found)
    return Letters(receipt.status_code, receipt.withdrawn, tuple(text for text in texts if text))


def _text(private: bytes, receipt: uuid.UUID, envelope: uuid.UUID) -> str:
    try:
        return str(vault.open_with(private, receipt, envelope).get("text", ""))
    except (vault.Erased, vault.Locked):
        # The desk has erased it since; what is gone is not shown.
        return ""


def send_message(held: Held, text: str, token: str) -> bool:
    """Send more words to the desk, once for each form."""
    receipt = _receipt_of(held, lock=True)
    if receipt is None or receipt.withdrawn or receipt.status_code == ERASED:
        return False
    if held.content.get("sent") == token:
        return True
    envelope = vault.seal(
        {"text": text},
        desks=[desk_for("hotline").id],
        receipt=(receipt.id, bytes(receipt.public_key)),
    )
    handover.send(
        "hotline",
        ReporterMessage(
            id=uuid.uuid4(), concern=receipt.concern, envelope=envelope, received_hour=this_hour()
        ),
    )
    audit.record(None, Action.MESSAGE, receipt.concern)
    held.content["sent"] = token
    return True


def withdraw(held: Held) -> bool:
    """Take the report back. The desk is told; the code still shows that it was withdrawn."""
    receipt = _receipt_of(held, lock=True)
    if receipt is None:
        return False
    if not receipt.withdrawn:
        receipt.withdrawn = True
        receipt.save(update_fields=["withdrawn"])
        handover.send("hotline", Withdrawal(id=uuid.uuid4(), concern=receipt.concern))
        audit.record(None, Action.WITHDRAW, receipt.concern)
    return True


def _receipt_of(held: Held, *, lock: bool = False) -> Receipt | None:
    if "receipt" not in held.content:
        return None
    rows = Receipt.objects.select_for_update() if lock else Receipt.objects.all()
    return rows.filter(pk=uuid.UUID(held.content["receipt"])).first()


def receive_answer(*, actor: Actor, parcel: Answer) -> None:
    """Store what the desk tells: a status code, and perhaps a letter only the receipt opens."""
    receipt = Receipt.objects.select_for_update().filter(pk=parcel.receipt).first()
    if receipt is None:
        # Withdrawn and erased before the answer arrived.
        return
    receipt.status_code, receipt.used_week = parcel.status_code, this_week()
    receipt.save(update_fields=["status_code", "used_week"])
    if parcel.envelope is not None:
        number = receipt.letters.count() + 1
        Letter(receipt=receipt, number=number, envelope=parcel.envelope).save(force_insert=True)
    audit.record(actor, Action.RECEIVE, receipt.concern, status=parcel.status_code)
