"""What the desk tells the reporter: a status anybody may know, and words only they can open."""

import uuid

from django.utils import timezone

from copse.base import access, audit, handover, vault
from copse.base.access import Actor
from copse.base.database.today import today
from copse.hotline.models import Concern, Material, Message
from copse.hotline.workflow import ConcernAction, ConcernStage, MaterialStage
from copse.kit import parcels


def tell(*, actor: Actor, concern: Concern, status: str, text: str = "") -> Message | None:
    """Send a status, and words if there are any, back to the receipt.

    Nothing is sent to a concern without a receipt, nor a status it has been told before.
    """
    access.require(actor, ConcernAction.TELL, concern)
    if concern.stage == ConcernStage.WITHDRAWN or (status == concern.status_code and not text):
        return None
    concern.status_code, concern.quiet_since = status, today()
    concern.save(update_fields=["status_code", "quiet_since"])
    envelope = _sealed(actor, concern, text) if text else None
    message = Message(
        concern=concern, from_reporter=False, status_code=status, envelope=envelope,
        hour=timezone.now().replace(minute=0, second=0, microsecond=0),
        place=concern.messages.count() + 1, author_id=actor.user_id,
    )  # fmt: skip
    message.save(force_insert=True)
    audit.record(actor, ConcernAction.TELL, concern, status=status)
    if concern.receipt is not None:
        handover.send(
            "portal",
            parcels.Answer(
                id=uuid.uuid4(), concern=concern.pk, receipt=concern.receipt,
                status_code=status, envelope=envelope,
            ),
        )  # fmt: skip
    return message


def end(*, actor: Actor, concern: Concern, status: str) -> None:
    """The last word under a receipt: what was told is erased, or must be kept for now."""
    access.require(actor, ConcernAction.TELL, concern)
    concern.status_code = status
    concern.save(update_fields=["status_code"])
    if concern.receipt is not None:
        parcel = parcels.Answer(
            id=uuid.uuid4(), concern=concern.pk, receipt=concern.receipt, status_code=status
        )
        handover.send("portal", parcel)


def _sealed(actor: Actor, concern: Concern, text: str) -> uuid.UUID:
    receipt = None
    if concern.receipt is not None and concern.receipt_key:
        receipt = (concern.receipt, bytes.fromhex(concern.receipt_key))
    return vault.seal({"text": text}, desks=[actor.desk.id], receipt=receipt)


def tell_all(*, actor: Actor, material: Material) -> int:
    """Tell everybody who reported a material where it stands; returns how many were told."""
    concerns = Concern.objects.select_for_update().filter(
        sightings__material=material, receipt__isnull=False, stage=ConcernStage.FOLLOWING
    )
    told = [follow(actor=actor, concern=one) for one in concerns.order_by("pk")]
    return sum(message is not None for message in told)


def follow(*, actor: Actor, concern: Concern) -> Message | None:
    """Tell one reporter where their addresses stand, all taken together.

    The one that lags behind speaks for all: nobody reads "it is gone" while something is there.
    """
    rows = Material.objects.filter(sightings__concern=concern).values_list("stage", "label")
    standing = [_standing(stage, label) for stage, label in rows]
    status = min(standing, key=ORDER.index, default="received")
    return None if status == "received" else tell(actor=actor, concern=concern, status=status)


ORDER = ("received", "with_analyst", "acted", "removed", "closed", "not_ours")
_TOLD = {
    MaterialStage.QUEUED: "received",
    MaterialStage.NOTICED: "acted",
    MaterialStage.GONE: "removed",
    MaterialStage.CLOSED: "closed",
}


def _standing(stage: str, label: str) -> str:
    if stage == MaterialStage.DISMISSED:
        return "not_ours" if label == "outside_mandate" else "closed"
    return {str(known): status for known, status in _TOLD.items()}.get(stage, "with_analyst")
