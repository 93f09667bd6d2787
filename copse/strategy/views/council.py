"""The council: its seats, its meetings, and what it decided."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from copse.base.access import StaffRequest, guarded, may, see_other
from copse.strategy.forms import council as forms
from copse.strategy.models import Decision, Meeting, Seat
from copse.strategy.queries import council as queries
from copse.strategy.queries import council_shown as shown
from copse.strategy.services import council as services
from copse.strategy.views.keeping import done, kept
from copse.strategy.workflow import CouncilAction, DecisionStage, MeetingStage

Made = list[Meeting]


@require_safe
@guarded(CouncilAction.VIEW)
def home(request: StaffRequest) -> HttpResponse:
    """What is overdue before all else; then the seats, the meetings and every decision."""
    owed = shown.owed(queries.decisions_for(request.actor))
    context = {
        "overdue": [one for one in owed if one.overdue],
        "decisions": [one for one in owed if not one.overdue],
        "groups": shown.seats(queries.seats_for(request.actor)),
        "meetings": shown.meetings(queries.meetings_for(request.actor)),
        "may_seat": bool(may(request.actor, CouncilAction.SEAT)),
        "may_call": bool(may(request.actor, CouncilAction.CALL)),
    }
    return render(request, "strategy/council.html", context)


# Seats --------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@guarded(CouncilAction.SEAT)
def new_seat(request: StaffRequest) -> HttpResponse:
    form = forms.SeatForm(request.POST or None)

    def act(**fields: Any) -> None:
        services.seat(actor=request.actor, **fields)

    if request.method == "POST" and kept(form, act):
        return see_other("strategy:council")
    return render(request, "strategy/seat_form.html", {"form": form})


@require_safe
@guarded(CouncilAction.VIEW)
def seat(request: StaffRequest, key: UUID) -> HttpResponse:
    return _seat(request, queries.seat_for(request.actor, key), {})


def _seat(request: StaffRequest, found: Seat, more: dict[str, Any]) -> HttpResponse:
    group, rows = shown.seats([(found.group, [found])])[0]
    context = {
        "seat": found, "group": group, "name": rows[0][1], "fill_form": forms.FillForm(),
        "leave_form": forms.LeaveForm(), "may_seat": bool(may(request.actor, CouncilAction.SEAT)),
        **more,
    }  # fmt: skip
    return render(request, "strategy/seat.html", context)


@require_POST
@guarded(CouncilAction.SEAT)
def fill(request: StaffRequest, key: UUID) -> HttpResponse:
    found, form = queries.seat_for(request.actor, key), forms.FillForm(request.POST)

    def act(**fields: Any) -> None:
        services.fill(actor=request.actor, seat=found, **fields)

    return see_other("strategy:council") if kept(form, act) else _seat(
        request, found, {"fill_form": form}
    )  # fmt: skip


@require_POST
@guarded(CouncilAction.SEAT)
def leave(request: StaffRequest, key: UUID) -> HttpResponse:
    found, form = queries.seat_for(request.actor, key), forms.LeaveForm(request.POST)

    def act(on: date, *, keep: bool) -> None:
        services.leave(actor=request.actor, seat=found, on=on, keep=keep)

    return see_other("strategy:council") if kept(form, act) else _seat(
        request, found, {"leave_form": form}
    )  # fmt: skip


# Meetings -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@guarded(CouncilAction.CALL)
def call(request: StaffRequest) -> HttpResponse:
    form, made = forms.MeetingForm(request.POST or None), Made()

    def act(**fields: Any) -> None:
        made.append(services.call(actor=request.actor, **fields))

    if request.method == "POST" and kept(form, act):
        return see_other("strategy:meeting", made[0].reference)
    return render(request, "strategy/meeting_form.html", {"form": form})


@require_safe
@guarded(CouncilAction.VIEW)
def meeting(request: StaffRequest, reference: str) -> HttpResponse:
    return _meeting(request, queries.meeting_for(request.actor, reference), {})


def _meeting(request: StaffRequest, found: Meeting, more: dict[str, Any]) -> HttpResponse:
    keeps = bool(may(request.actor, CouncilAction.HOLD, found))
    called, held = found.stage == MeetingStage.CALLED, found.stage == MeetingStage.HELD
    context = {
        "meeting": found,
        "tag": shown.meeting_tag(found),
        "present": queries.voting_present(found),
        "places": shown.places(found),
        "papers": sorted(found.papers.all(), key=lambda one: one.title),
        "decisions": shown.owed(queries.in_order(found.decisions.all())),
        "may_keep": keeps and (called or held),
        "may_hold": keeps and called and found.held_on <= timezone.localdate(),
        "may_cancel": keeps and called,
        "may_decide": keeps and held,
        "paper_form": forms.PaperForm(),
        "conflict_form": forms.ConflictForm(meeting=found),
        "hold_form": forms.HoldForm(meeting=found),
        "decision_form": forms.DecisionForm(meeting=found),
        **more,
    }
    return render(request, "strategy/meeting.html", context)


@require_POST
@guarded(CouncilAction.CALL)
def paper(request: StaffRequest, reference: str) -> HttpResponse:
    found, form = queries.meeting_for(request.actor, reference), forms.PaperForm(request.POST)

    def act(**fields: Any) -> None:
        services.send_paper(actor=request.actor, meeting=found, **fields)

    if not kept(form, act):
        return _meeting(request, found, {"paper_form": form})
    return see_other("strategy:meeting", reference)


@require_POST
@guarded(CouncilAction.HOLD)
def conflict(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.meeting_for(request.actor, reference)
    form = forms.ConflictForm(request.POST, meeting=found)

    def act(seat: str, conflict: str) -> None:
        chosen = queries.seat_for(request.actor, UUID(seat))
        services.declare_conflict(
            actor=request.actor, meeting=found, seat=chosen, conflict=conflict
        )

    if not kept(form, act):
        return _meeting(request, found, {"conflict_form": form})
    return see_other("strategy:meeting", reference)


@require_POST
@guarded(CouncilAction.HOLD)
def hold(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.meeting_for(request.actor, reference)
    form = forms.HoldForm(request.POST, meeting=found)

    def act(present: list[str], minutes: str) -> None:
        keys = {UUID(one) for one in present}
        services.hold(actor=request.actor, meeting=found, present=keys, minutes=minutes)

    if not kept(form, act):
        return _meeting(request, found, {"hold_form": form})
    return see_other("strategy:meeting", reference)


@require_POST
@guarded(CouncilAction.CANCEL)
def cancel(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.meeting_for(request.actor, reference)
    done(request, lambda: services.cancel(actor=request.actor, meeting=found))
    return see_other("strategy:meeting", reference)


# Decisions ----------------------------------------------------------------------------------------


@require_POST
@guarded(CouncilAction.DECIDE)
def decide(request: StaffRequest, reference: str) -> HttpResponse:
    found = queries.meeting_for(request.actor, reference)
    form = forms.DecisionForm(request.POST, meeting=found)

    def act(text: str, owner_id: str, due: date, recused: tuple[str, ...] = ()) -> None:
        aside = [UUID(one) for one in recused]
        services.decide(
            actor=request.actor, meeting=found, text=text, owner_id=UUID(owner_id), due=due,
            recused=aside,
        )  # fmt: skip

    if not kept(form, act):
        return _meeting(request, found, {"decision_form": form})
    return see_other("strategy:meeting", reference)


@require_safe
@guarded(CouncilAction.VIEW)
def decision(request: StaffRequest, reference: str) -> HttpResponse:
    return _decision(request, queries.decision_for(request.actor, reference), {})


def _decision(request: StaffRequest, found: Decision, more: dict[str, Any]) -> HttpResponse:
    still = found.stage == DecisionStage.OPEN
    context = {
        "owed": shown.owed([found])[0],
        "recused": shown.recused(found),
        "may_carry_out": still and bool(may(request.actor, CouncilAction.CARRY_OUT, found)),
        "may_drop": still and bool(may(request.actor, CouncilAction.DROP, found)),
        "done_form": forms.DoneForm(initial={"on": timezone.localdate()}),
        "drop_form": forms.DropForm(),
        **more,
    }
    return render(request, "strategy/decision.html", context)


@require_POST
@guarded(CouncilAction.CARRY_OUT)
def carry_out(request: StaffRequest, reference: str) -> HttpResponse:
    found, form = queries.decision_for(request.actor, reference), forms.DoneForm(request.POST)

    def act(**fields: Any) -> None:
        services.carry_out(actor=request.actor, decision=found, **fields)

    if not kept(form, act):
        return _decision(request, found, {"done_form": form})
    return see_other("strategy:decision", reference)


@require_POST
@guarded(CouncilAction.DROP)
def drop(request: StaffRequest, reference: str) -> HttpResponse:
    found, form = queries.decision_for(request.actor, reference), forms.DropForm(request.POST)

    def act(**fields: Any) -> None:
        services.drop(actor=request.actor, decision=found, **fields)

    if not kept(form, act):
        return _decision(request, found, {"drop_form": form})
    return see_other("strategy:decision", reference)


urlpatterns = [
    path("council/", home, name="council"),
    path("council/seats/new/", new_seat, name="new-seat"),
    path("council/seats/<uuid:key>/", seat, name="seat"),
    path("council/seats/<uuid:key>/fill/", fill, name="fill-seat"),
    path("council/seats/<uuid:key>/leave/", leave, name="leave-seat"),
    path("council/meetings/new/", call, name="new-meeting"),
    path("council/meetings/<slug:reference>/", meeting, name="meeting"),
    path("council/meetings/<slug:reference>/papers/", paper, name="paper"),
    path("council/meetings/<slug:reference>/conflicts/", conflict, name="conflict"),
    path("council/meetings/<slug:reference>/hold/", hold, name="hold"),
    path("council/meetings/<slug:reference>/cancel/", cancel, name="cancel-meeting"),
    path("council/meetings/<slug:reference>/decide/", decide, name="decide"),
    path("council/decisions/<slug:reference>/", decision, name="decision"),
    path("council/decisions/<slug:reference>/carry-out/", carry_out, name="carry-out"),
    path("council/decisions/<slug:reference>/drop/", drop, name="drop-decision"),
]
