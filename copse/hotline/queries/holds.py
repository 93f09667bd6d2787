"""Reading holds. Opening a note is a look, and is written down."""

from copse.base import access, audit, vault
from copse.base.access import Actor
from copse.hotline.models import Concern, Hold, Material
from copse.hotline.workflow import HoldAction


def hold_for(viewer: Actor, subject: Concern | Material) -> Hold | None:
    """The hold that stands on a record."""
    access.require(viewer, HoldAction.VIEW, subject)
    return subject.holds.filter(lifted_at=None).first()


def note_of(viewer: Actor, hold: Hold) -> str:
    """The words of a hold's note. Raises `Locked`."""
    access.require(viewer, HoldAction.VIEW, hold)
    if hold.note is None:
        return ""
    audit.record(viewer, HoldAction.VIEW, hold)
    return str(vault.open(viewer, hold.note).get("note", ""))
