"""A concern: taken in, claimed, heard, passed on, closed, withdrawn."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit, database, jobs
from copse.base.access import Actor
from copse.base.database.today import today
from copse.hotline.models import Concern, Material, Message
from copse.hotline.services import answers, materials, retention, urgency
from copse.hotline.workflow import (
    CONCERN,
    SYSTEMS_OWN,
    ConcernAction,
    ConcernStage,
    HoldStage,
    MaterialStage,
)
from copse.kit import addresses, parcels, taxonomy
from copse.kit.addresses import Address, NotAnAddress
from copse.kit.errors import InputError

REMIND = "hotline.alert"


def receive(*, actor: Actor, parcel: parcels.Concern) -> Concern:
    """Take a concern in; its addresses become material. A parcel seen before changes nothing."""
    access.require(actor, ConcernAction.RECEIVE)
    known = Concern.objects.filter(pk=parcel.id).first()
    if known is not None:
        return known
    readable, odd = _sort(parcel.addresses)
    concern = _concern(parcel, odd)
    audit.record(actor, ConcernAction.RECEIVE, concern)
    # What happened to a child needs a person; so does an address that no machine can read.
    if parcel.journey == "saw" and readable and not odd and not parcel.danger_now:
        concern.stage = CONCERN.after(concern.stage, ConcernAction.FOLLOW)
    concern.save(force_insert=True)
    found = [
        materials.sight(actor=actor, concern=concern, address=address)
        for address in sorted(readable, key=lambda one: one.digest)
    ]
    _say_at_once(actor, concern, found)
    if concern.danger_now:
        jobs.defer(REMIND, desk=actor.desk.id)
    return concern


def _say_at_once(actor: Actor, concern: Concern, found: list[Material]) -> None:
    # Somebody may have reported the same before: then there is news already.
    if concern.stage != ConcernStage.FOLLOWING or concern.receipt is None:
        return
    if any(one.stage == MaterialStage.GONE for one in found):
        # They saw what we believe is gone. Nobody is told so before the fetcher has looked again.
        answers.tell(actor=actor, concern=concern, status="with_analyst")
    else:
        answers.follow(actor=actor, concern=concern)


def _sort(typed: tuple[str, ...]) -> tuple[list[Address], list[str]]:
    readable: dict[str, Address] = {}
    odd = []
    for text in typed:
        try:
            address = addresses.read(text)
        except NotAnAddress:
            odd.append(_storable(text))
        else:
            readable[address.digest] = address
    return list(readable.values()), odd


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "")[: addresses.LONGEST]


def _concern(parcel: parcels.Concern, odd: list[str]) -> Concern:
    risk = taxonomy.scheme("risk")
    age_band = parcel.age_band if parcel.age_band in taxonomy.scheme("age_band") else "unknown"
    return Concern(
        id=parcel.id,
        reference=database.next_reference("C"),
        origin=parcel.origin,
        journey=parcel.journey,
        risk_class=parcel.risk_class if parcel.risk_class in risk else "",
        risk_code=parcel.risk_code if parcel.risk_code in risk else "",
        age_band=age_band,
        danger_now=parcel.danger_now,
        language=parcel.language[:8],
        region=parcel.region[:40],
        received_hour=hour_of(parcel.received_hour),
        priority=urgency.priority(danger_now=parcel.danger_now, age_band=age_band),
        odd_addresses=odd,
        envelope=parcel.envelope,
        receipt=parcel.receipt,
        receipt_key=parcel.receipt_key or "",
    )


def hour_of(text: str) -> datetime:
    """A parcel's hour as a time."""
    return datetime.fromisoformat(text)


def hear(*, actor: Actor, parcel: parcels.ReporterMessage) -> Message | None:
    """Add what the reporter wrote to the thread; the concern waits for a person again."""
    access.require(actor, ConcernAction.HEAR)
    concern = _locked(parcel.concern)
    if Message.objects.filter(pk=parcel.id).exists():
        return None
    concern.stage = CONCERN.after(concern.stage, ConcernAction.HEAR)
    if concern.stage == ConcernStage.OPEN:
        concern.holder_id = concern.claimed_at = None
    # What was erased before has new words now, and a clock again.
    concern.quiet_since, concern.erased_on = today(), None
    concern.save(update_fields=["stage", "holder_id", "claimed_at", "quiet_since", "erased_on"])
    audit.record(actor, ConcernAction.HEAR, concern)
    message = Message(
        id=parcel.id, concern=concern, from_reporter=True, envelope=parcel.envelope,
        hour=hour_of(parcel.received_hour), place=concern.messages.count() + 1,
    )  # fmt: skip
    message.save(force_insert=True)
    return message


def withdraw(*, actor: Actor, parcel: parcels.Withdrawal) -> Concern:
    """Erase what the reporter told. What others may need to see gone, an address, stays.

    Under a legal hold it is closed, and erased when the hold is lifted; the reporter reads so.
    """
    access.require(actor, ConcernAction.WITHDRAW)
    concern = _locked(parcel.concern)
    if concern.stage == ConcernStage.WITHDRAWN:
        return concern
    concern.stage = CONCERN.after(concern.stage, ConcernAction.WITHDRAW)
    concern.holder_id = concern.claimed_at = None
    concern.quiet_since = today()
    concern.save()
    audit.record(actor, ConcernAction.WITHDRAW, concern, held=concern.hold == HoldStage.HELD)
    if concern.hold == HoldStage.HELD:
        answers.end(actor=actor, concern=concern, status="kept")
    else:
        retention.erase_story(actor, concern, why="withdrawn")
    return concern


def claim(*, actor: Actor, concern: Concern) -> Concern:
    """Take a concern on. Raises `StepNotAllowed` when a colleague was faster."""
    concern = _locked(concern.pk)
    access.require(actor, ConcernAction.CLAIM, concern)
    concern.stage = CONCERN.after(concern.stage, ConcernAction.CLAIM)
    concern.holder_id, concern.claimed_at = actor.user_id, timezone.now()
    concern.save(update_fields=["stage", "holder_id", "claimed_at"])
    audit.record(actor, ConcernAction.CLAIM, concern)
    answers.tell(actor=actor, concern=concern, status="with_analyst")
    return concern


def release(*, actor: Actor, concern: Concern) -> Concern:
    """Give a concern back to the queue."""
    return _step(actor, concern, ConcernAction.RELEASE)


def answer(*, actor: Actor, concern: Concern, status: str, text: str) -> Concern:
    """Write to the reporter. Raises `InputError` for an unknown status or no words at all."""
    if status not in taxonomy.scheme("concern_status") or status in SYSTEMS_OWN:
        raise InputError(_("Choose one of the answers in the list."), field="status")
    concern = _step(actor, concern, ConcernAction.ANSWER)
    answers.tell(actor=actor, concern=concern, status=status, text=text)
    return concern


def pass_on(*, actor: Actor, concern: Concern, service: UUID, text: str = "") -> Concern:
    """Hand a concern to a service of the directory, and say so to the reporter."""
    concern = _step(actor, concern, ConcernAction.PASS_ON)
    concern.passed_to = service
    concern.save(update_fields=["passed_to"])
    answers.tell(actor=actor, concern=concern, status="passed_on", text=text)
    return concern


def close(*, actor: Actor, concern: Concern, text: str = "") -> Concern:
    """Finish a concern, and say so to the reporter."""
    concern = _step(actor, concern, ConcernAction.CLOSE)
    answers.tell(actor=actor, concern=concern, status="closed", text=text)
    return concern


def _step(actor: Actor, concern: Concern, action: ConcernAction) -> Concern:
    concern = _locked(concern.pk)
    access.require(actor, action, concern)
    concern.stage = CONCERN.after(concern.stage, action)
    if concern.stage != ConcernStage.CLAIMED:
        concern.holder_id = concern.claimed_at = None
    concern.quiet_since = today()
    concern.save(update_fields=["stage", "holder_id", "claimed_at", "quiet_since"])
    audit.record(actor, action, concern)
    return concern


def _locked(pk: UUID) -> Concern:
    # Locked: two analysts pressing at once must leave one of them with the concern.
    return Concern.objects.select_for_update().get(pk=pk)
