"""The part of the public plan about people: who was heard, who sits at the table, who objected.

Organisations, days, and words that were written to be read. No member of staff, nothing that
somebody heard has said, and of people no number at all: even a large one, beside a later one, may
tell a small one.
"""

from datetime import date
from typing import Any

from django.utils import timezone

from copse.strategy.models import Consultation, Decision, Meeting, Opinion, Seat
from copse.strategy.queries import consultations, council, opinions, plan
from copse.strategy.workflow import ConsultationStage, DecisionStage, MeetingStage

# Before it opens, a consultation is a plan of its makers; its safeguarding may yet change it.
NOT_YET = (ConsultationStage.DESIGNED, ConsultationStage.SAFEGUARDED)


def part() -> dict[str, Any]:
    """Consultations, the council, and the opinions with their replies."""
    names = plan.names()
    asked = Consultation.objects.exclude(stage__in=NOT_YET).order_by("-reference")
    meetings = Meeting.objects.prefetch_related("attendances__seat").order_by("-held_on")
    decisions = council.in_order(Decision.objects.all())
    return {
        "consultations": [_consultation(one) for one in asked],
        "council": {
            "seats": [_seat(one, names) for one in council.seats_on(timezone.localdate())],
            "meetings": [_meeting(one) for one in meetings],
            "decisions": [_decision(one, names) for one in decisions],
        },
        "opinions": [_opinion(one) for one in opinions.published()],
    }


def _consultation(one: Consultation) -> dict[str, Any]:
    left = consultations.days_left(one)
    return {
        "reference": one.reference, "title": one.title, "question": one.question,
        "groups": sorted(one.groups), "children": one.children, "stage": one.stage,
        "heard_on": _day(one.heard_on), "answer_due": _day(consultations.answer_due(one)),
        "late": left is not None and left < 0, "answered_on": _day(one.answered_on),
        "answer": one.answer,
    }  # fmt: skip


def _seat(one: Seat, names: dict[str, str]) -> dict[str, Any]:
    return {
        "group": one.group, "organisation": council.organisation(one, names), "chair": one.chair,
        "voting": one.voting,
    }  # fmt: skip


def _meeting(one: Meeting) -> dict[str, Any]:
    held = one.stage == MeetingStage.HELD
    return {
        "reference": one.reference, "title": one.title, "held_on": _day(one.held_on),
        "stage": one.stage, "quorum": one.quorum,
        "present": council.voting_present(one) if held else None,
    }  # fmt: skip


def _decision(one: Decision, names: dict[str, str]) -> dict[str, Any]:
    return {
        "reference": one.reference, "text": one.text, "owner": names.get(str(one.owner_id), ""),
        "due": _day(one.due), "stage": one.stage, "done_on": _day(one.done_on),
        "outcome": "" if one.stage == DecisionStage.OPEN else one.outcome,
        "overdue": council.is_overdue(one),
    }  # fmt: skip


def _opinion(one: Opinion) -> dict[str, Any]:
    return {
        "reference": one.reference, "title": one.title, "body": one.body,
        "brief_action": one.brief_action, "published_on": _day(one.published_on),
        "reply_due": _day(one.reply_due), "reply": one.reply, "replied_on": _day(one.replied_on),
        "late": opinions.is_late(one),
    }  # fmt: skip


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
