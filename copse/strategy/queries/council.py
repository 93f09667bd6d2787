"""Reading the council: its seats, meetings and decisions. `…_for` asks whether the viewer may."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from copse.base import access
from copse.base.access import Actor
from copse.strategy.models import Decision, Meeting, Seat
from copse.strategy.queries import plan
from copse.strategy.queries.warnings import GROUPS
from copse.strategy.workflow import CouncilAction, DecisionStage

Row = TypeVar("Row", bound=Model)


def seats_on(day: date) -> list[Seat]:
    """The seats that there were on a day, by group; the chair first, vacant ones last."""
    there = Seat.objects.filter(Q(until=None) | Q(until__gte=day), since__lte=day)
    return sorted(
        there, key=lambda one: (one.group, not one.chair, one.organisation_id is None, one.since)
    )


def seats_for(viewer: Actor) -> list[tuple[str, list[Seat]]]:
    """Today's seats of each of the seven groups; a group may have none."""
    access.require(viewer, CouncilAction.VIEW)
    seats = seats_on(timezone.localdate())
    return [(group, [one for one in seats if one.group == group]) for group in GROUPS]


def seat_for(viewer: Actor, key: UUID) -> Seat:
    """One seat. Raises `Http404`."""
    access.require(viewer, CouncilAction.VIEW)
    return _found(Seat.objects.filter(pk=key))


def meetings_for(viewer: Actor) -> list[Meeting]:
    """Every meeting, the newest first."""
    access.require(viewer, CouncilAction.VIEW)
    return list(_meetings())


def meeting_for(viewer: Actor, reference: str) -> Meeting:
    """One meeting with its papers, places and decisions. Raises `Http404`."""
    access.require(viewer, CouncilAction.VIEW)
    return _found(_meetings().filter(reference=reference))


def decision_for(viewer: Actor, reference: str) -> Decision:
    """One decision. Raises `Http404`."""
    access.require(viewer, CouncilAction.VIEW)
    return _found(Decision.objects.filter(reference=reference).select_related("meeting"))


def decisions_for(viewer: Actor) -> list[Decision]:
    """Every decision: overdue ones first, then open ones by their day, then what is over."""
    access.require(viewer, CouncilAction.VIEW)
    return in_order(Decision.objects.select_related("meeting"))


def in_order(decisions: Iterable[Decision]) -> list[Decision]:
    """Open decisions first, those that are owed longest before all; then the newest that are over."""
    found = list(decisions)
    still = sorted(
        (one for one in found if one.stage == DecisionStage.OPEN), key=lambda one: one.due
    )
    over = (one for one in found if one.stage != DecisionStage.OPEN)
    return [*still, *sorted(over, key=lambda one: one.due, reverse=True)]


def is_overdue(decision: Decision, today: date | None = None) -> bool:
    """Whether its day has passed and nobody has carried it out."""
    today = today or timezone.localdate()
    return decision.stage == DecisionStage.OPEN and decision.due < today


def overdue(_viewer: object = None) -> int:
    """How many decisions are overdue today."""
    return Decision.objects.filter(stage=DecisionStage.OPEN, due__lt=timezone.localdate()).count()


def voting_present(meeting: Meeting, recused: Collection[str] = ()) -> int:
    """How many voting seats took part, those left out that stood aside."""
    return sum(
        one.present and one.seat.voting and str(one.seat_id) not in recused
        for one in meeting.attendances.all()
    )


def organisation(seat: Seat, names: dict[str, str]) -> str:
    """Who sits there; empty when the seat is vacant."""
    return names.get(str(seat.organisation_id), "") if seat.organisation_id else ""


def conflicted(meeting: Meeting) -> list[tuple[str, str]]:
    """The seats that declared a conflict at a meeting: key and who sits there."""
    names = plan.names()
    return [
        (str(one.seat_id), organisation(one.seat, names))
        for one in meeting.attendances.all()
        if one.conflict
    ]


def _meetings() -> QuerySet[Meeting]:
    found = Meeting.objects.prefetch_related("papers", "attendances__seat", "decisions")
    return found.order_by("-held_on", "-reference")


def _found(rows: QuerySet[Row]) -> Row:
    found = rows.first()
    if found is None:
        raise Http404
    return found
