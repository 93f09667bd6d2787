"""Reading concerns: the only door to them. Opening a story is a look, and is written down."""

from typing import Any
from uuid import UUID

from copse.base import access, audit, vault
from copse.base.access import Actor, Denied
from copse.base.organisations import finding
from copse.hotline.models import Concern, Material, Message
from copse.hotline.queries.pages import Page, page
from copse.hotline.workflow import ConcernAction, ConcernStage


def queue_for(viewer: Actor, after: str = "") -> Page:
    """Concerns that wait for a person, most urgent first."""
    access.require(viewer, ConcernAction.VIEW)
    return page(Concern.objects.filter(stage=ConcernStage.OPEN), after)


def held_by(viewer: Actor) -> list[Concern]:
    access.require(viewer, ConcernAction.VIEW)
    rows = Concern.objects.filter(stage=ConcernStage.CLAIMED, holder_id=viewer.user_id)
    return list(rows.order_by("claimed_at")[:50])


def concern_for(viewer: Actor, ref: str) -> Concern:
    """One concern by its reference. Raises `Denied` when there is none."""
    access.require(viewer, ConcernAction.VIEW)
    found = Concern.objects.filter(reference=ref).first()
    if found is None:
        raise Denied("There is no such concern.", action=str(ConcernAction.VIEW))
    return found


def story_for(viewer: Actor, concern: Concern) -> dict[str, Any]:
    """What the reporter told. Raises `Locked` or `Erased`."""
    access.require(viewer, ConcernAction.STORY, concern)
    if concern.envelope is None:
        return {}
    audit.record(viewer, ConcernAction.STORY, concern)
    return vault.open(viewer, concern.envelope)


def thread_for(viewer: Actor, concern: Concern) -> list[tuple[Message, str]]:
    """Every message with its words, oldest first; part of the story, and looked at with it."""
    access.require(viewer, ConcernAction.STORY, concern)
    rows = Message.objects.filter(concern=concern).order_by("place")
    return [(one, _words(viewer, one.envelope)) for one in rows]


def _words(viewer: Actor, envelope: UUID | None) -> str:
    return str(vault.open(viewer, envelope).get("text", "")) if envelope else ""


def materials_of(viewer: Actor, concern: Concern) -> list[Material]:
    access.require(viewer, ConcernAction.VIEW)
    return list(Material.objects.filter(sightings__concern=concern).order_by("priority"))


def services_for(concern: Concern) -> list[tuple[UUID, str]]:
    """The services that may take a concern on, those of its region first."""
    found = finding.services_near(region=concern.region) or finding.all_services()
    return [(one.id, one.name) for one in found]
