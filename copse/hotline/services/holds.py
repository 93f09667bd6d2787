"""Legal hold: while it stands, neither the clock nor the reporter erases the record."""

from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit, vault
from copse.base.access import Actor
from copse.hotline.models import Concern, Hold, Material
from copse.hotline.services import retention
from copse.hotline.workflow import HOLD, ConcernStage, HoldAction
from copse.kit import taxonomy
from copse.kit.errors import InputError

Held = Concern | Material


def place(*, actor: Actor, subject: Held, reason: str, note: str = "") -> Hold:
    """Hold a record. Raises `InputError` for an unknown reason, `StepNotAllowed` when it is held."""
    if reason not in taxonomy.scheme("hold_reason").codes():
        raise InputError(_("Choose one of the list."), field="reason")
    subject = _locked(subject)
    access.require(actor, HoldAction.PLACE, subject)
    subject.hold = HOLD.after(subject.hold, HoldAction.PLACE)
    subject.save(update_fields=["hold"])
    hold = Hold(
        reason=reason, placed_by=actor.user_id, placed_at=timezone.now(),
        note=vault.seal({"note": note}, desks=[actor.desk.id]) if note else None, **_of(subject),
    )  # fmt: skip
    hold.save(force_insert=True)
    audit.record(actor, HoldAction.PLACE, subject, reason=reason)
    return hold


def lift(*, actor: Actor, subject: Held) -> Held:
    """Free a record. What its reporter took back meanwhile is erased at once."""
    subject = _locked(subject)
    access.require(actor, HoldAction.LIFT, subject)
    subject.hold = HOLD.after(subject.hold, HoldAction.LIFT)
    subject.save(update_fields=["hold"])
    Hold.objects.filter(lifted_at=None, **_of(subject)).update(
        lifted_by=actor.user_id, lifted_at=timezone.now()
    )
    audit.record(actor, HoldAction.LIFT, subject)
    if isinstance(subject, Concern) and subject.stage == ConcernStage.WITHDRAWN:
        retention.erase_story(access.system(actor.desk), subject, why="withdrawn")
    return subject


def _of(subject: Held) -> dict[str, Held]:
    return {"concern": subject} if isinstance(subject, Concern) else {"material": subject}


def _locked(subject: Held) -> Held:
    # Locked: the sweep must not erase what is being held, nor a hold come twice.
    return type(subject).objects.select_for_update().get(pk=subject.pk)
