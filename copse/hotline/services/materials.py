"""Material: sighted, claimed, released, revealed."""

from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit, database, jobs
from copse.base.access import Actor
from copse.base.database.today import today
from copse.hotline.models import Concern, Look, Material, Reading, Sighting
from copse.hotline.services import answers, urgency
from copse.hotline.workflow import MATERIAL, WAITING, Action, MaterialStage
from copse.kit.addresses import Address
from copse.kit.errors import RefusedError


class BudgetSpent(RefusedError):  # noqa: N818 - named for the state
    """The analyst has seen as much today as is good for anybody."""

    code = "budget-spent"


def sight(*, actor: Actor, concern: Concern, address: Address) -> Material:
    """Tie a concern to the one material of an address, made when it is new."""
    material = Material.objects.filter(digest=address.digest).first()
    if material is None:
        # Another worker may insert the same address right now; then its row is the one.
        Material.objects.bulk_create([_new(concern, address)], ignore_conflicts=True)
    material = Material.objects.select_for_update().get(digest=address.digest)
    Sighting(concern=concern, material=material).save(force_insert=True)
    _add_weight(material, concern)
    audit.record(actor, "hotline.material.sight", material)
    if material.stage == MaterialStage.GONE:
        # Somebody says it is back. The fetcher looks, and reopens it when that is so.
        jobs.defer("hotline.recheck", material=str(material.pk))
    return material


def _new(concern: Concern, address: Address) -> Material:
    return Material(
        reference=database.next_reference("H"), address=address.text, host=address.host[:255],
        digest=address.digest, risk_class=concern.risk_class, age_band=concern.age_band,
        danger_now=concern.danger_now, spread=0, priority=concern.priority,
        received_hour=concern.received_hour,
    )  # fmt: skip


def _add_weight(material: Material, concern: Concern) -> None:
    material.spread += 1
    material.danger_now = material.danger_now or concern.danger_now
    material.age_band = urgency.younger(material.age_band, concern.age_band)
    material.priority = urgency.priority(
        danger_now=material.danger_now, age_band=material.age_band, spread=material.spread
    )
    material.quiet_since = today()
    material.save(update_fields=["spread", "danger_now", "age_band", "priority", "quiet_since"])


def claim(*, actor: Actor, material: Material) -> Material:
    """Take a material to read. Raises `StepNotAllowed` when a colleague was faster."""
    return _claim(actor, locked(material.pk))


def take_next(*, actor: Actor) -> Material | None:
    """Claim the most urgent material that the actor has not read and nobody holds."""
    mine = Reading.objects.filter(analyst_id=actor.user_id).values("material_id")
    material = (
        # Skipping what is locked gives two analysts who press at once two materials.
        Material.objects.select_for_update(skip_locked=True)
        .filter(stage__in=[*WAITING])
        .exclude(pk__in=mine)
        .order_by("priority", "received_hour", "id")
        .first()
    )
    return _claim(actor, material) if material else None


def _claim(actor: Actor, material: Material) -> Material:
    access.require(actor, Action.CLAIM, material)
    material.stage = MATERIAL.after(material.stage, Action.CLAIM)
    material.holder_id = actor.user_id
    material.claimed_at = timezone.now()
    if material.intake_stopped is None:
        material.intake_stopped = material.claimed_at
    material.save(update_fields=["stage", "holder_id", "claimed_at", "intake_stopped"])
    audit.record(actor, Action.CLAIM, material)
    answers.tell_all(actor=actor, material=material)
    return material


def release(*, actor: Actor, material: Material) -> Material:
    """Give a material back to the queue, as it was."""
    material = locked(material.pk)
    access.require(actor, Action.RELEASE, material)
    material.stage = MATERIAL.after(material.stage, Action.RELEASE)
    material.holder_id = material.claimed_at = None
    material.save(update_fields=["stage", "holder_id", "claimed_at"])
    audit.record(actor, Action.RELEASE, material)
    return material


def reveal(*, actor: Actor, material: Material) -> Look:
    """Copy an address out for an isolated workstation: a deliberate, counted act.

    Raises `BudgetSpent` when today's looks are used up, `Denied` once the material is decided.
    """
    material = locked(material.pk)
    access.require(actor, Action.REVEAL, material)
    today = timezone.now().date()
    _one_at_a_time(actor)
    spent = Look.objects.filter(analyst_id=actor.user_id, day=today).count()
    if spent >= budget():
        raise BudgetSpent(
            _("You have copied out %(most)d addresses today, which is the most for one day. "
              "Please leave this one to a colleague.") % {"most": budget()},
            most=budget(),
        )  # fmt: skip
    look = Look(
        material=material, analyst_id=actor.user_id, day=today, at=timezone.now(), place=spent + 1
    )
    look.save(force_insert=True)
    audit.record(actor, Action.REVEAL, material, place=look.place)
    return look


def _one_at_a_time(actor: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 77))",
                       [str(actor.user_id)])  # fmt: skip


def budget() -> int:
    """How many addresses an analyst may copy out a day."""
    return int(settings.COPSE.daily_looks)


def locked(pk: UUID) -> Material:
    """A material that nobody else changes until the act ends."""
    return Material.objects.select_for_update().get(pk=pk)
