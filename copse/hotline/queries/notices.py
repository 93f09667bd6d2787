"""Reading notices, traces and checks."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from copse.base import access, audit, vault
from copse.base.access import Actor, Denied
from copse.hotline.models import Check, Material, Notice, Reply, Trace
from copse.hotline.workflow import LIVE, MaterialStage, NoticeAction, NoticeStage


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


def notice_for(actor: Actor, ref: str) -> Notice:
    """One notice by its reference. Raises `Denied` when there is none."""
    access.require(actor, NoticeAction.VIEW)
    found = Notice.objects.select_related("material", "trace").filter(reference=ref).first()
    if found is None:
        raise Denied("There is no such notice.", action=str(NoticeAction.VIEW))
    return found


def replies_about(actor: Actor, material: Material) -> list[Reply]:
    """The mails that came back about a material, oldest first, still sealed."""
    access.require(actor, NoticeAction.VIEW)
    batches = material.notices.filter(batch__isnull=False).values("batch")
    return list(Reply.objects.filter(batch__in=batches, erased_on=None).order_by("at")[:50])


def opened(actor: Actor, replies: list[Reply]) -> list[tuple[Reply, dict[str, str]]]:
    """Replies with their words; opening each is written down. Raises `Locked` or `Erased`."""
    access.require(actor, NoticeAction.VIEW)
    for reply in replies:
        audit.record(actor, NoticeAction.VIEW, reply)
    return [(reply, vault.open(actor, reply.envelope)) for reply in replies]


def unanswered_for(actor: Actor) -> list[Material]:
    """Told, still there, and nobody left to ask or somebody said it is gone: a person decides."""
    access.require(actor, NoticeAction.VIEW)
    live = Notice.objects.filter(material=OuterRef("pk"), stage__in=[*LIVE])
    said_gone = live.filter(outcome__in=["removed", "moved"])
    seen = Check.objects.filter(material=OuterRef("pk"), at__gt=OuterRef("answered_at"))
    rows = Material.objects.filter(stage=MaterialStage.NOTICED).annotate(
        answered_at=Subquery(said_gone.order_by("-outcome_at").values("outcome_at")[:1])
    )
    return list(
        rows.filter(~Exists(live) | Exists(seen.filter(outcome="there"))).order_by("noticed_at")[
            :25
        ]
    )
