"""Where a page is served from, and whom to write to."""

from uuid import UUID

from django.utils import timezone

from copse.base import access, audit, database, jobs
from copse.base.access import Actor
from copse.base.outside import Trace as Traced
from copse.base.outside import tracer
from copse.hotline.models import Material, Trace
from copse.hotline.services import notices
from copse.hotline.workflow import LIVE, MaterialStage, NoticeAction, NoticeStage


def trace(*, actor: Actor, material: UUID) -> Trace | None:
    """Trace the host of a material and open a notice to the most direct contact not yet asked.

    The network is asked outside of any transaction. Asked for twice, it writes to nobody twice.
    """
    with database.as_desk(actor.desk):
        host = Material.objects.values_list("host", flat=True).get(pk=material)
    found = tracer().trace(host)
    with database.as_desk(actor.desk):
        return _keep(actor, material, found)


def _keep(actor: Actor, material_id: UUID, found: Traced) -> Trace | None:
    material = Material.objects.select_for_update().get(pk=material_id)
    if material.stage not in {MaterialStage.TO_NOTICE, MaterialStage.NOTICED}:
        return None
    access.require(actor, NoticeAction.TRACE, material)
    kept = Trace(
        material=material,
        host=found.host,
        address=found.address or "",
        network=found.network or "",
        asn=found.asn or "",
        country=found.country or "",
        contacts=[
            {"kind": c.kind, "email": c.email, "organisation": c.organisation or ""}
            for c in found.contacts
        ],
        at=timezone.now(),
    )
    kept.save(force_insert=True)
    audit.record(actor, NoticeAction.TRACE, material)
    if not access.may(actor, NoticeAction.OPEN, material):
        # The police come first here; recording that they were told asks for this again.
        return kept
    asked = material.notices.exclude(stage=NoticeStage.CLOSED).values_list("email", flat=True)
    known = set(asked)
    for level, contact in enumerate(kept.contacts):
        if contact["email"] not in known:
            notices.open_notice(actor=actor, trace=kept, level=level)
            break
        if _waits_for(material, contact["email"]):
            break
    return kept


def _waits_for(material: Material, email: str) -> bool:
    return material.notices.filter(email=email, stage__in=[*LIVE]).exists()


def ask(*, actor: Actor, material: Material) -> None:
    """Somebody wants it traced again; that happens in a moment."""
    access.require(actor, NoticeAction.TRACE, material)
    jobs.defer("hotline.trace", material=str(material.pk))
