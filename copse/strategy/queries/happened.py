"""What happened between two days: meetings, decisions, opinions, consultations, milestones."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from copse.strategy.models import Attendance, Consultation, Decision, Meeting, Milestone, Opinion
from copse.strategy.queries.consultations import DAYS_TO_ANSWER
from copse.strategy.queries.counts import SIGNED
from copse.strategy.queries.warnings import HEARD
from copse.strategy.workflow import ActionStage, DecisionStage, MeetingStage, OpinionStage

INDUSTRY = "S4"


@dataclass(frozen=True)
class Place:
    """A seat at a meeting that was held, and whether somebody sat on it."""

    held_on: date
    group: str
    present: bool


def _between(field: str, since: date, until: date) -> Q:
    return Q(**{f"{field}__gte": since, f"{field}__lt": until})


def meetings(since: date, until: date) -> list[Meeting]:
    """The meetings of the council that were held."""
    found = Meeting.objects.filter(_between("held_on", since, until), stage=MeetingStage.HELD)
    return list(found.prefetch_related("attendances__seat").order_by("held_on"))


def voting(meeting: Meeting) -> int:
    """How many voting seats were taken."""
    return sum(one.present and one.seat.voting for one in meeting.attendances.all())


def places(since: date, until: date) -> list[Place]:
    """Every seat that was called to those meetings."""
    found = Attendance.objects.filter(
        _between("meeting__held_on", since, until), meeting__stage=MeetingStage.HELD
    ).select_related("meeting", "seat")
    return [Place(one.meeting.held_on, one.seat.group, one.present) for one in found]


def decisions_due(since: date, until: date) -> list[Decision]:
    """The decisions whose day came, dropped ones left out."""
    found = Decision.objects.filter(_between("due", since, until))
    return list(found.exclude(stage=DecisionStage.DROPPED))


def opinions_due(since: date, until: date) -> list[Opinion]:
    """The opinions whose reply fell due."""
    found = Opinion.objects.filter(_between("reply_due", since, until))
    return list(found.exclude(stage=OpinionStage.DRAFT))


def heard(since: date, until: date) -> list[Consultation]:
    """The consultations that were heard."""
    return list(Consultation.objects.filter(_between("heard_on", since, until), stage__in=HEARD))


def closed(since: date, until: date) -> list[Consultation]:
    """The consultations that were closed."""
    return list(Consultation.objects.filter(_between("closed_on", since, until)))


def answered_in_time(one: Consultation) -> bool:
    """Whether who was heard had an answer within 60 days."""
    if one.heard_on is None or one.answered_on is None:
        return False
    return (one.answered_on - one.heard_on).days <= DAYS_TO_ANSWER


def children_heard(day: date) -> bool:
    """Whether children had been heard about the plan that counts now, by a day.

    A consultation is about a whole plan, so it covers every action of it.
    """
    found = Consultation.objects.filter(
        children=True, stage__in=HEARD, heard_on__lte=day, strategy__stage__in=SIGNED
    )
    return found.exists()


def milestones_due(since: date, until: date) -> list[Milestone]:
    """The milestones of signed plans whose day came, those of stopped measures left out."""
    found = Milestone.objects.filter(
        _between("due", since, until), measure__goal__strategy__stage__in=SIGNED
    ).exclude(measure__stage=ActionStage.STOPPED)
    return list(found.select_related("measure"))
