"""Reading notices, traces and checks."""

from uuid import UUID

from copse.base import access
from copse.base.access import Actor
from copse.hotline.models import Check, Material, Notice, Trace
from copse.hotline.workflow import NoticeAction, NoticeStage


def notices_of_batch(actor: Actor, batch: UUID) -> list[Notice]:
    """What one mail asked about, for who holds its link."""
    access.require(actor, NoticeAction.RESPOND)
    found = Notice.objects.select_related("material").filter(batch=batch)
    return list(found.exclude(stage=NoticeStage.CLOSED).order_by("reference"))


def notices_for(actor: Actor, material: Material) -> list[Notice]:
    """Every notice about a material, oldest first."""
    access.require(actor, NoticeAction.VIEW)
    return list(material.notices.order_by("opened_at", "reference"))


def trace_for(actor: Actor, material: Material) -> Trace | None:
    """The latest trace of a material."""
    access.require(actor, NoticeAction.VIEW)
    return material.traces.order_by("-at").first()


def checks_for(actor: Actor, material: Material) -> list[Check]:
    """The latest looks at an address, newest first."""
    access.require(actor, NoticeAction.VIEW)
    return list(material.checks.order_by("-at")[:20])
