"""The council at work: seats are filled, meetings called and held, decisions taken and followed.

A seat is an organisation's, never a person's. What a meeting decides counts only with a quorum of
voting seats, and a seat that stands aside because of a conflict of interest is not counted for it.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit, database
from copse.base.access import Actor
from copse.kit.errors import InputError, RefusedError
from copse.strategy.models import Attendance, Decision, Meeting, Paper, Seat
from copse.strategy.queries import council, plan
from copse.strategy.queries.warnings import GROUPS
from copse.strategy.workflow import DECISION, MEETING, CouncilAction, MeetingStage

Kept = TypeVar("Kept", bound=Model)


class NoQuorum(RefusedError):  # noqa: N818 - named for the state
    """Too few voting seats took part, so nothing can be decided."""

    code = "no-quorum"


class NotHeld(RefusedError):  # noqa: N818 - named for the state
    """The meeting has not been held, or was called off."""

    code = "not-held"


# Seats --------------------------------------------------------------------------------------------


def seat(
    *, actor: Actor, group: str, since: date, organisation_id: UUID | None = None,
    chair: bool = False, voting: bool = True,
) -> Seat:  # fmt: skip
    """Make a seat for one of the seven groups; without an organisation it is vacant."""
    access.require(actor, CouncilAction.SEAT)
    if group not in GROUPS:
        raise InputError(_("Choose one of the seven groups."), field="group")
    if chair and Seat.objects.filter(chair=True, until=None).exists():
        raise InputError(_("The council has a chair. End that seat first."), field="chair")
    _check_body(organisation_id)
    row = Seat(
        group=group, organisation_id=organisation_id, chair=chair, voting=voting, since=since
    )
    return _kept(actor, CouncilAction.SEAT, row)


def fill(*, actor: Actor, seat: Seat, organisation_id: UUID, since: date) -> Seat:
    """Give a vacant seat to an organisation. Raises `InputError` when somebody sits there."""
    row = Seat.objects.select_for_update().get(pk=seat.pk)
    access.require(actor, CouncilAction.SEAT, row)
    if row.organisation_id is not None or row.until is not None:
        raise InputError(_("This seat is not vacant."), field="organisation_id")
    if since < row.since:
        raise InputError(_("There was no such seat on that day."), field="since")
    _check_body(organisation_id)
    row.organisation_id, row.since = organisation_id, since
    row.save(update_fields=["organisation_id", "since"])
    audit.record(actor, CouncilAction.SEAT, row)
    return row


def leave(*, actor: Actor, seat: Seat, on: date, keep: bool = True) -> Seat | None:
    """End an organisation's time on a seat; the seat stays, vacant, unless it is given up.

    The row ends and another begins, so that who sat there at which meeting stays known.
    """
    row = Seat.objects.select_for_update().get(pk=seat.pk)
    access.require(actor, CouncilAction.SEAT, row)
    if row.until is not None:
        raise InputError(_("This seat has ended already."), field="on")
    if on < row.since:
        raise InputError(_("There was no such seat on that day."), field="on")
    row.until = on
    row.save(update_fields=["until"])
    audit.record(actor, CouncilAction.SEAT, row)
    if not keep:
        return None
    after = Seat(group=row.group, chair=row.chair, voting=row.voting, since=on + timedelta(days=1))
    return _kept(actor, CouncilAction.SEAT, after)


def _check_body(organisation_id: UUID | None) -> None:
    if organisation_id is None:
        return
    _check_known(organisation_id, "organisation_id")
    # One body, one voice: a second seat would count twice for the quorum.
    if Seat.objects.filter(organisation_id=organisation_id, until=None).exists():
        raise InputError(_("This organisation has a seat already."), field="organisation_id")


def _check_known(organisation_id: UUID, field: str) -> None:
    if str(organisation_id) not in plan.names():
        raise InputError(_("Choose an organisation of the register."), field=field)


# Meetings -----------------------------------------------------------------------------------------


def call(*, actor: Actor, title: str, held_on: date, quorum: int) -> Meeting:
    """Call a meeting. Raises `InputError` for a quorum that no meeting could reach."""
    access.require(actor, CouncilAction.CALL)
    votes = sum(one.voting for one in council.seats_on(held_on))
    if not 0 < quorum <= votes:
        sentence = _("On that day there are %(votes)s voting seats. Choose from 1 to that number.")
        raise InputError(sentence % {"votes": votes}, field="quorum")
    row = Meeting(
        reference=database.next_reference("T"), title=title, held_on=held_on, quorum=quorum
    )
    return _kept(actor, CouncilAction.CALL, row)


def send_paper(
    *, actor: Actor, meeting: Meeting, title: str, sent_on: date, url: str = "", text: str = ""
) -> Paper:
    """Put a paper before a meeting. Raises `NotHeld` when it was called off."""
    row = _locked(meeting)
    access.require(actor, CouncilAction.CALL, row)
    if row.stage == MeetingStage.CANCELLED:
        raise NotHeld(_("This meeting was called off."))
    if sent_on > row.held_on:
        raise InputError(
            _("A paper that was sent after the meeting was not before it."), field="sent_on"
        )
    paper = Paper(meeting=row, title=title, sent_on=sent_on, url=url, text=text)
    return _kept(actor, CouncilAction.CALL, paper)


def declare_conflict(*, actor: Actor, meeting: Meeting, seat: Seat, conflict: str) -> Attendance:
    """Write down what a seat has an interest in. Conflicts are added to and never taken out."""
    row = _locked(meeting)
    access.require(actor, CouncilAction.HOLD, row)
    if row.stage == MeetingStage.CANCELLED:
        raise NotHeld(_("This meeting was called off."))
    if not conflict.strip():
        raise InputError(_("Write what the interest is in."), field="conflict")
    if seat not in _seats_at(row):
        raise InputError(_("Choose a seat that somebody holds on that day."), field="seat")
    place, _made = Attendance.objects.get_or_create(meeting=row, seat=seat)
    place.conflict = "\n".join(filter(None, (place.conflict, conflict.strip())))
    place.save(update_fields=["conflict"])
    audit.record(actor, CouncilAction.HOLD, place)
    return place


def hold(*, actor: Actor, meeting: Meeting, present: Collection[UUID], minutes: str) -> Meeting:
    """Write down that a meeting was held and which seats were taken.

    Raises `InputError` before its day, and for a seat that nobody holds.
    """
    row = _locked(meeting)
    access.require(actor, CouncilAction.HOLD, row)
    row.stage = MEETING.after(row.stage, CouncilAction.HOLD)
    if row.held_on > timezone.localdate():
        raise InputError(_("Its day has not come yet."), field="present")
    seats = _seats_at(row)
    if set(present) - {one.pk for one in seats}:
        raise InputError(_("Choose a seat that somebody holds on that day."), field="present")
    for one in seats:
        Attendance.objects.update_or_create(
            meeting=row, seat=one, defaults={"present": one.pk in present}
        )
    row.minutes = minutes
    row.save(update_fields=["stage", "minutes"])
    audit.record(actor, CouncilAction.HOLD, row, present=len(present))
    return row


def cancel(*, actor: Actor, meeting: Meeting) -> Meeting:
    """Call a meeting off."""
    row = _locked(meeting)
    access.require(actor, CouncilAction.CANCEL, row)
    row.stage = MEETING.after(row.stage, CouncilAction.CANCEL)
    row.save(update_fields=["stage"])
    audit.record(actor, CouncilAction.CANCEL, row)
    return row


def _seats_at(meeting: Meeting) -> list[Seat]:
    return [one for one in council.seats_on(meeting.held_on) if one.organisation_id is not None]


def _locked(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_for_update().get(pk=meeting.pk)


# Decisions ----------------------------------------------------------------------------------------


def decide(
    *, actor: Actor, meeting: Meeting, text: str, owner_id: UUID, due: date,
    recused: Iterable[UUID] = (),
) -> Decision:  # fmt: skip
    """Write down what a meeting decided, who owes it, and until when.

    `recused` are the seats that stood aside. Raises `NotHeld`, `NoQuorum` when too few voting
    seats remain, `InputError` for a day before the meeting and for a seat without a conflict.
    """
    row = _locked(meeting)
    access.require(actor, CouncilAction.DECIDE, row)
    if row.stage != MeetingStage.HELD:
        raise NotHeld(_("Write down first that the meeting was held, and who came."))
    if not text.strip():
        raise InputError(_("Write what was decided."), field="text")
    if due < row.held_on:
        raise InputError(_("Choose a day after the meeting."), field="due")
    _check_known(owner_id, "owner_id")
    aside = sorted({str(one) for one in recused})
    _check_quorum(row, aside)
    decision = Decision(
        reference=database.next_reference("D"), meeting=row, text=text.strip(), owner_id=owner_id,
        due=due, recused=aside,
    )  # fmt: skip
    return _kept(actor, CouncilAction.DECIDE, decision)


def _check_quorum(meeting: Meeting, aside: list[str]) -> None:
    declared = {str(one.seat_id) for one in meeting.attendances.all() if one.conflict}
    if set(aside) - declared:
        raise InputError(
            _("Write down first which conflict of interest the seat declared."), field="recused"
        )
    took_part = council.voting_present(meeting, aside)
    if took_part < meeting.quorum:
        sentence = _(
            "No quorum: %(took_part)s voting seats took part, and %(quorum)s are needed. Nothing "
            "can be decided; call another meeting."
        )
        said = sentence % {"took_part": took_part, "quorum": meeting.quorum}
        raise NoQuorum(said, took_part=took_part, quorum=meeting.quorum)


def carry_out(
    *, actor: Actor, decision: Decision, outcome: str, on: date | None = None
) -> Decision:
    """Say that a decision was carried out, on a day that is over or today, and what came of it."""
    row = _decision(decision)
    access.require(actor, CouncilAction.CARRY_OUT, row)
    row.stage = DECISION.after(row.stage, CouncilAction.CARRY_OUT)
    day = on or timezone.localdate()
    if not row.meeting.held_on <= day <= timezone.localdate():
        raise InputError(_("Choose a day from the meeting to today."), field="on")
    row.done_on = day
    return _over(actor, row, CouncilAction.CARRY_OUT, outcome)


def drop(*, actor: Actor, decision: Decision, outcome: str) -> Decision:
    """Give a decision up, and say why. The public reads it."""
    row = _decision(decision)
    access.require(actor, CouncilAction.DROP, row)
    row.stage = DECISION.after(row.stage, CouncilAction.DROP)
    return _over(actor, row, CouncilAction.DROP, outcome)


def _over(actor: Actor, row: Decision, action: CouncilAction, outcome: str) -> Decision:
    if not outcome.strip():
        raise InputError(_("Write what came of it. The public reads this."), field="outcome")
    row.outcome = outcome.strip()
    row.save(update_fields=["stage", "done_on", "outcome"])
    audit.record(actor, action, row)
    return row


def _decision(decision: Decision) -> Decision:
    found = Decision.objects.select_for_update(of=("self",)).select_related("meeting")
    return found.get(pk=decision.pk)


def _kept(actor: Actor, action: CouncilAction, row: Kept) -> Kept:
    row.save(force_insert=True)
    audit.record(actor, action, row)
    return row
