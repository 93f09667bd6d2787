"""What the desk tells the reporter: a status anybody may know, and words only they can open."""

import uuid

from django.utils import timezone

from copse.base import access, audit, handover, vault
from copse.base.access import Actor
from copse.hotline.models import Concern, Material, Message
from copse.hotline.workflow import ConcernAction, ConcernStage
from copse.kit import parcels


def tell(*, actor: Actor, concern: Concern, status: str, text: str = "") -> Message | None:
    """Send a status, and words if there are any, back to the receipt.

    Nothing is sent to a concern without a receipt, nor a status it has been told before.
    """
    access.require(actor, ConcernAction.TELL, concern)
    if concern.stage == ConcernStage.WITHDRAWN or (status == concern.status_code and not text):
        return None
    concern.status_code = status
    concern.save(update_fields=["status_code"])
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


def _sealed(actor: Actor, concern: Concern, text: str) -> uuid.UUID:
    receipt = None
    if concern.receipt is not None and concern.receipt_key:
        receipt = (concern.receipt, bytes.fromhex(concern.receipt_key))
    return vault.seal({"text": text}, desks=[actor.desk.id], receipt=receipt)


def tell_all(*, actor: Actor, material: Material, status: str) -> int:
    """Tell everybody who reported a material; returns how many were told."""
    concerns = Concern.objects.select_for_update().filter(
        sightings__material=material, receipt__isnull=False, stage=ConcernStage.FOLLOWING
    )
    told = [tell(actor=actor, concern=one, status=status) for one in concerns.order_by("pk")]
    return sum(message is not None for message in told)
