"""What the hotline keeps for how long, and what erasing each class of record destroys.

Counts stay: a concern or a material whose text is gone still counts in its month.
"""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from copse.base import access, audit, vault
from copse.base.access import Actor
from copse.base.database.today import today
from copse.base.organisations import retention
from copse.hotline.models import Concern, Hold, Material, Notice, Reply
from copse.hotline.services import answers
from copse.hotline.workflow import (
    FINISHED,
    RESTING,
    Action,
    ConcernAction,
    ConcernStage,
    HoldAction,
    HoldStage,
    NoticeAction,
)
from copse.kit import taxonomy

ROOM = frozenset({"hotline"})


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _proof(actor: Actor, envelopes: Iterable[UUID | None]) -> str:
    """Erase envelopes; the digest of all their proofs, so that one entry stands for them."""
    proofs = [vault.erase(one, actor) for one in envelopes if one is not None]
    together = hashlib.sha256()
    for proof in sorted(proofs, key=lambda one: one.envelope_id):
        together.update(bytes(proof.digest))
    return together.hexdigest() if proofs else ""


# ── stories


def _stories(before: date) -> QuerySet[Concern]:
    about = Material.objects.filter(sightings__concern=OuterRef("pk"))
    lively = about.filter(~Q(stage__in=[*FINISHED]) | Q(quiet_since__gte=before))
    settled = Q(stage__in=[*RESTING]) | (Q(stage=ConcernStage.FOLLOWING) & ~Exists(lively))
    return Concern.objects.filter(settled, erased_on=None, quiet_since__lt=before)


def erase_story(actor: Actor, concern: Concern, *, why: str = "hotline.story") -> None:
    """Destroy what the reporter told and what was written to them, and what could name them."""
    access.require(actor, ConcernAction.ERASE, concern)
    envelopes = [concern.envelope, *concern.messages.values_list("envelope", flat=True)]
    proof = _proof(actor, envelopes)
    answers.end(actor=actor, concern=concern, status="erased")
    concern.messages.update(envelope=None)
    concern.envelope = concern.receipt = concern.holder_id = concern.claimed_at = None
    concern.receipt_key, concern.region, concern.odd_addresses = "", "", []
    concern.erased_on = today()
    concern.save()
    audit.record(actor, ConcernAction.ERASE, concern, why=why, proof=proof)


# ── notes of readings


def _illegal() -> list[str]:
    scheme = taxonomy.scheme("material_label")
    return [code for code in scheme.entries if scheme[code]["effect"] == "material"]


def _finished(before: date) -> QuerySet[Material]:
    return Material.objects.filter(
        stage__in=[*FINISHED], erased_on=None, quiet_since__lt=before
    )  # fmt: skip


def _dismissed(before: date) -> QuerySet[Material]:
    return _finished(before).exclude(label__in=_illegal())


def _evidence(before: date) -> QuerySet[Material]:
    return _finished(before).filter(label__in=_illegal())


def erase_dismissed(actor: Actor, material: Material) -> None:
    """Destroy the notes, and the address: it is nobody's business where nothing illegal is.

    Its digest stays, so that the same address reported again is not read again.
    """
    material.address = material.host = ""
    _erase_notes(actor, material, why="hotline.dismissed")


def erase_evidence(actor: Actor, material: Material) -> None:
    """Destroy the notes; the address stays, by which illegal material is known again."""
    _erase_notes(actor, material, why="hotline.evidence")


def _erase_notes(actor: Actor, material: Material, *, why: str) -> None:
    access.require(actor, Action.ERASE, material)
    # A reading is never changed: it goes on naming its note, which nobody can open.
    proof = _proof(actor, material.readings.values_list("note", flat=True))
    material.erased_on = today()
    material.save(update_fields=["address", "host", "erased_on"])
    audit.record(actor, Action.ERASE, material, why=why, proof=proof)


# ── replies of providers


def _on_hold() -> Exists:
    told = Notice.objects.filter(batch=OuterRef("batch"), material__hold=HoldStage.HELD)
    return Exists(told)


def _replies(before: date) -> QuerySet[Reply]:
    return Reply.objects.filter(~_on_hold(), erased_on=None, at__lt=_midnight(before))


def _held_replies() -> QuerySet[Reply]:
    return Reply.objects.filter(_on_hold(), erased_on=None)


def erase_reply(actor: Actor, reply: Reply) -> None:
    """Destroy a provider's words; that they answered, and when, stays."""
    access.require(actor, NoticeAction.ERASE, reply)
    proof = _proof(actor, [reply.envelope])
    reply.erased_on = today()
    reply.save(update_fields=["erased_on"])
    audit.record(actor, NoticeAction.ERASE, reply, why="hotline.reply", proof=proof)


# ── notes of holds that were lifted


def _hold_notes(before: date) -> QuerySet[Hold]:
    return Hold.objects.filter(note__isnull=False, lifted_at__lt=_midnight(before))


def erase_hold_note(actor: Actor, hold: Hold) -> None:
    """Destroy the note of a lifted hold; its reason and its days stay."""
    access.require(actor, HoldAction.ERASE, hold)
    proof = _proof(actor, [hold.note])
    hold.note = None
    hold.save(update_fields=["note"])
    audit.record(actor, HoldAction.ERASE, hold, why="hotline.hold", proof=proof)


def _free(rows: Any) -> retention.Due:
    return lambda before: rows(before).filter(hold=HoldStage.FREE)


def _held_stories() -> QuerySet[Concern]:
    return Concern.objects.filter(hold=HoldStage.HELD, erased_on=None)


def _held_material() -> QuerySet[Material]:
    return Material.objects.filter(hold=HoldStage.HELD, erased_on=None)


def _held_dismissed() -> QuerySet[Material]:
    decided = _held_material().filter(decided_at__isnull=False)
    return decided.exclude(label__in=_illegal())


def _held_evidence() -> QuerySet[Material]:
    # What is not decided yet is counted here: it may become evidence.
    return _held_material().filter(Q(decided_at=None) | Q(label__in=_illegal()))


def declare() -> None:
    """Say what the hotline keeps; the daily sweep does the rest."""
    retention.declare(retention.RecordClass(
        "hotline.story", ROOM, _("Stories and messages"),
        _("What reporters told and what was written to them, after the last act on a concern "
          "that is answered, passed on, closed or whose addresses are settled."),
        days=365, least=30, most=3650,
        due=_free(_stories), held=_held_stories, erase=erase_story,
    ))  # fmt: skip
    retention.declare(retention.RecordClass(
        "hotline.dismissed", ROOM, _("Dismissed material"),
        _("Notes and address of what was found not to be illegal. The digest of the address stays."),
        days=180, least=30, most=1825,
        due=_free(_dismissed), held=_held_dismissed, erase=erase_dismissed,
    ))  # fmt: skip
    retention.declare(retention.RecordClass(
        "hotline.evidence", ROOM, _("Notes on illegal material"),
        _("Analysts’ notes on material that is gone or closed. The address stays."),
        days=1825, least=90, most=7300,
        due=_free(_evidence), held=_held_evidence, erase=erase_evidence,
    ))  # fmt: skip
    retention.declare(retention.RecordClass(
        "hotline.reply", ROOM, _("Replies of providers"),
        _("Mails that came back to notices. Notices themselves keep no text."),
        days=365, least=30, most=3650,
        due=_replies, held=_held_replies, erase=erase_reply,
    ))  # fmt: skip
    retention.declare(retention.RecordClass(
        "hotline.hold", ROOM, _("Notes on lifted holds"),
        _("Why a record was held, once it no longer is. The reason’s code stays."),
        days=1825, least=365, most=7300, due=_hold_notes, erase=erase_hold_note,
    ))  # fmt: skip
