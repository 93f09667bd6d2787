"""What the portal keeps, and for how long: receipts that nobody comes back with."""

import hashlib
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from copse.base import access, audit
from copse.base.access import Actor
from copse.base.organisations import retention
from copse.base.vault.models import Wrapper
from copse.portal.models import Receipt
from copse.portal.workflow import Action


def _unused(before: date) -> QuerySet[Receipt]:
    return Receipt.objects.filter(used_week__lt=before)


def erase_receipt(actor: Actor, receipt: Receipt) -> None:
    """Destroy a receipt, its letters, and what its code could open. The desk's record stays.

    The entry keeps a digest of what was destroyed, so that it proves and tells nothing.
    """
    access.require(actor, Action.ERASE, receipt)
    concern, proof = receipt.concern, hashlib.sha256(bytes(receipt.private_key))
    wrappers = Wrapper.objects.filter(holder=receipt.pk, kind=Wrapper.Kind.RECEIPT)
    for sealed in wrappers.order_by("pk").values_list("sealed_key", flat=True):
        proof.update(bytes(sealed))
    wrappers.delete()
    receipt.letters.all().delete()
    receipt.delete()
    audit.record(actor, Action.ERASE, concern, why="portal.receipt", proof=proof.hexdigest())


def declare() -> None:
    """Say what the portal keeps; the daily sweep does the rest."""
    retention.declare(retention.RecordClass(
        "portal.receipt", frozenset({"portal"}), _("Receipts"),
        _("Codes that nobody came back with, with their letters. Counted from the week of the "
          "last use or the last answer."),
        days=730, least=90, most=3650, due=_unused, erase=erase_receipt,
    ))  # fmt: skip
