"""Reading material: the only door to it. A colleague's reading stays hidden until one's own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from copse.base import access, audit, vault
from copse.base.access import Actor, Denied
from copse.hotline.models import Concern, Look, Material, Reading
from copse.hotline.queries.pages import Page, page
from copse.hotline.workflow import UNDECIDED, WAITING, Action, MaterialStage

# What the desk promises itself, in hours.
TARGETS = {"intake": 24, "decision": 24, "notice": 24, "removal": 72}
COPY_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Clock:
    """One of the four: who owns it, since when it runs, and whether it has stopped."""

    title: object
    owner: object
    since: datetime | None
    until: datetime | None
    target: int

    @property
    def hours(self) -> int | None:
        if self.since is None:
            return None
        return max(int(((self.until or timezone.now()) - self.since).total_seconds() // 3600), 0)

    @property
    def late(self) -> bool:
        return self.hours is not None and self.hours > self.target


def queue_for(viewer: Actor, after: str = "") -> Page:
    """What waits for this analyst, most urgent first, without what they have read."""
    access.require(viewer, Action.VIEW)
    mine = Reading.objects.filter(material=OuterRef("pk"), analyst_id=viewer.user_id)
    rows = Material.objects.filter(~Exists(mine), stage__in=[*WAITING])
    return page(rows, after)


def held_by(viewer: Actor) -> list[Material]:
    access.require(viewer, Action.VIEW)
    return list(Material.objects.filter(holder_id=viewer.user_id).order_by("claimed_at")[:50])


def escalated_for(viewer: Actor) -> list[Material]:
    access.require(viewer, Action.VIEW)
    return list(Material.objects.filter(stage=MaterialStage.ESCALATED).order_by("priority")[:50])


def done_for(viewer: Actor) -> list[Material]:
    """What was decided last."""
    access.require(viewer, Action.VIEW)
    rows = Material.objects.filter(decided_at__isnull=False)
    return list(rows.order_by("-decided_at", "-id")[:50])


def material_for(viewer: Actor, ref: str) -> Material:
    """One material by its reference. Raises `Denied` when there is none: both look the same."""
    access.require(viewer, Action.VIEW)
    found = Material.objects.filter(reference=ref).first()
    if found is None:
        raise Denied("There is no such material.", action=str(Action.VIEW))
    return found


def readings_for(viewer: Actor, material: Material) -> QuerySet[Reading]:
    """All readings once decided, before that only one's own; a lead sees those that differ."""
    rows = Reading.objects.filter(material=material).order_by("made_at")
    decides = material.stage == MaterialStage.ESCALATED and access.may(
        viewer, Action.READ, material
    )
    if material.stage not in UNDECIDED or decides:
        return rows
    return rows.filter(analyst_id=viewer.user_id)


def notes_about(viewer: Actor, material: Material) -> list[Reading]:
    """The readings with a note that the viewer may open, oldest first, still sealed."""
    rows = readings_for(viewer, material).filter(note__isnull=False).select_related("material")
    return [one for one in rows if access.may(viewer, Action.NOTE, one)]


def note_of(viewer: Actor, reading: Reading) -> str:
    """The words of a note; opening it is a look, and is written down. Raises `Locked`, `Erased`."""
    access.require(viewer, Action.NOTE, reading)
    assert reading.note is not None
    words = vault.open(viewer, reading.note)
    audit.record(viewer, Action.NOTE, reading)
    return str(words.get("note", ""))


def concerns_about(viewer: Actor, material: Material) -> list[Concern]:
    access.require(viewer, Action.VIEW)
    return list(Concern.objects.filter(sightings__material=material).order_by("received_hour")[:50])


def address_copied(viewer: Actor, material: Material) -> bool:
    """Whether the viewer copied the address out a moment ago, and may still."""
    recent = timezone.now() - COPY_FOR
    looked = Look.objects.filter(material=material, analyst_id=viewer.user_id, at__gte=recent)
    return bool(access.may(viewer, Action.REVEAL, material)) and looked.exists()


def looks_today(viewer: Actor) -> int:
    today = timezone.now().date()
    return Look.objects.filter(analyst_id=viewer.user_id, day=today).count()


def clocks_of(material: Material) -> list[Clock]:
    """The four clocks of a material, each with its owner, age and target."""
    desk, m = _("Hotline"), material
    provider = m.removal_owner or _("Provider")
    # Nobody is told of what was dismissed, or closed before a notice: that clock never ran.
    untold = m.stage in (MaterialStage.DISMISSED, MaterialStage.CLOSED) and m.noticed_at is None
    told_from = None if untold else m.decided_at
    return [
        Clock(_("Intake"), desk, m.received_hour, m.intake_stopped, TARGETS["intake"]),
        Clock(_("Decision"), desk, m.intake_stopped, m.decided_at, TARGETS["decision"]),
        Clock(_("Notice"), desk, told_from, m.noticed_at, TARGETS["notice"]),
        Clock(_("Removal"), provider, m.noticed_at, m.gone_at, TARGETS["removal"]),
    ]
