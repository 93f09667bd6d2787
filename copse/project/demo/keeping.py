"""Two records of Arbora are held, and last night's sweep has run: the clocks have figures to show."""

from copse.base import access, database
from copse.base.access import Actor
from copse.base.database import DeskKey
from copse.base.jobs.running import NO_DESK
from copse.base.organisations import retention
from copse.hotline.models import Concern, Material
from copse.hotline.services import holds
from copse.hotline.workflow import ConcernStage, MaterialStage
from copse.project.demo.people import Cast


def keep(cast: Cast) -> None:
    """Hold the latest closed concern and a page that is gone, then sweep every desk."""
    _hold(cast.actor("gita"))
    for desk in cast.desks.values():
        retention.sweep(access.system(desk.key))
    retention.sweep(access.system(DeskKey(NO_DESK, "portal")))


def _hold(gita: Actor) -> None:
    with database.as_desk(gita.desk, gita.user_id):
        closed = Concern.objects.filter(stage=ConcernStage.CLOSED).order_by("-received_hour")
        gone = Material.objects.filter(stage=MaterialStage.GONE).order_by("-received_hour")
        told = "The ombudsperson looks at how we answered. File 12/26."
        holds.place(actor=gita, subject=closed[0], reason="complaint", note=told)
        holds.place(
            actor=gita, subject=gone[0], reason="police", note="Written request 48 of 2026."
        )
