"""Seats, meetings with a quorum, conflicts of interest, and decisions that are owed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from copse.base import audit
from copse.base.access import Denied
from copse.kit.errors import InputError, StepNotAllowed
from copse.strategy.models import Attendance, Decision, Meeting, Seat
from copse.strategy.queries import council as queries
from copse.strategy.queries import happened
from copse.strategy.services import council
from copse.strategy.services.council import NoQuorum, NotHeld
from copse.strategy.workflow import CouncilAction, DecisionStage, MeetingStage

TODAY = timezone.localdate()
LONG_AGO = TODAY - timedelta(400)
BODIES = (("ministry", "S1"), ("telecom", "S4"), ("parents", "S6"))


class Table:
    """Three voting seats, an adviser without a vote, and Leo who writes everything down."""

    def __init__(self, office):
        self.office = office
        self.seats = {
            name: self.do("seat", group=group, since=LONG_AGO, chair=name == "ministry",
                          organisation_id=office.bodies[name])
            for name, group in BODIES
        }  # fmt: skip
        self.adviser = self.do("seat", group="S5", since=LONG_AGO, voting=False,
                               organisation_id=office.bodies["commissioner"])  # fmt: skip

    def do(self, verb, who=None, **more):
        who = who or self.office.leo
        with self.office.open(who):
            return getattr(council, verb)(actor=who, **more)

    def called(self, ago=10, quorum=2):
        day = TODAY - timedelta(ago)
        return self.do("call", title="A meeting", held_on=day, quorum=quorum)

    def held(self, *present, meeting=None):
        keys = {self.seats[name].pk for name in present} | {self.adviser.pk}
        meeting = meeting or self.called()
        return self.do("hold", meeting=meeting, present=keys, minutes="Said.")

    def decided(self, meeting=None, **more):
        meeting = meeting or self.held("ministry", "telecom", "parents")
        fields = {"text": "Open a line.", "owner_id": self.office.bodies["telecom"],
                  "due": TODAY + timedelta(5), **more}  # fmt: skip
        return self.do("decide", meeting=meeting, **fields)


@pytest.fixture
def table(office):
    return Table(office)


def test_what_a_meeting_decides_is_owed_and_carried_out(office, table):
    decision = table.decided()
    with pytest.raises(InputError, match="came of it"):
        table.do("carry_out", decision=decision, outcome=" ")
    done = table.do("carry_out", who=office.ines, decision=decision, outcome="Twenty answer.")
    assert (done.stage, done.done_on, done.outcome) == (DecisionStage.DONE, TODAY, "Twenty answer.")
    with office.open():
        assert audit.actions_on(done) == [CouncilAction.DECIDE, CouncilAction.CARRY_OUT]
    with pytest.raises(StepNotAllowed):
        table.do("drop", decision=done, outcome="No.")


def test_without_a_quorum_nothing_is_decided(office, table):
    meeting = table.held("ministry")
    with pytest.raises(NoQuorum, match="1 voting seats took part, and 2 are needed"):
        table.decided(meeting)
    with office.open():
        assert not Decision.objects.exists()
        assert happened.voting(Meeting.objects.get()) == 1, "the adviser has no vote"


def test_a_seat_that_stands_aside_is_not_counted(office, table):
    meeting = table.called()
    aside = [table.seats["telecom"].pk]
    table.do(
        "declare_conflict", meeting=meeting, seat=table.seats["telecom"], conflict="It is paid."
    )
    meeting = table.held("ministry", "telecom", meeting=meeting)
    with pytest.raises(NoQuorum):
        table.decided(meeting, recused=aside)
    assert table.decided(meeting).recused == []
    with office.open():
        assert Attendance.objects.get(seat=table.seats["telecom"]).present


def test_who_stands_aside_has_said_why(office, table):
    meeting = table.held("ministry", "telecom", "parents")
    aside = [table.seats["telecom"].pk]
    with pytest.raises(InputError, match="which conflict"):
        table.decided(meeting, recused=aside)
    table.do(
        "declare_conflict", meeting=meeting, seat=table.seats["telecom"], conflict="It is paid."
    )
    table.do(
        "declare_conflict", meeting=meeting, seat=table.seats["telecom"], conflict="And owned."
    )
    decision = table.decided(meeting, recused=aside)
    assert decision.recused == [str(aside[0])]
    with office.open():
        kept = Attendance.objects.get(seat=table.seats["telecom"])
    assert (kept.conflict, kept.present) == ("It is paid.\nAnd owned.", True)


def test_nothing_is_decided_by_a_meeting_that_was_not_held(table):
    meeting = table.called()
    with pytest.raises(NotHeld):
        table.decided(meeting)
    cancelled = table.do("cancel", meeting=meeting)
    assert cancelled.stage == MeetingStage.CANCELLED
    with pytest.raises(StepNotAllowed):
        table.held("ministry", meeting=meeting)
    with pytest.raises(NotHeld):
        table.do("send_paper", meeting=meeting, title="Late", sent_on=LONG_AGO)
    with pytest.raises(NotHeld):
        table.do("declare_conflict", meeting=meeting, seat=table.adviser, conflict="x")


def test_a_meeting_is_not_held_before_its_day_nor_by_who_has_no_seat(table):
    with pytest.raises(InputError, match="not come yet"):
        table.held("ministry", meeting=table.called(ago=-3))
    meeting = table.called()
    with pytest.raises(InputError, match="somebody holds"):
        table.do("hold", meeting=meeting, present={uuid4()}, minutes="")


@pytest.mark.parametrize("quorum", [0, -1, 4])
def test_a_quorum_is_within_the_voting_seats(table, quorum):
    with pytest.raises(InputError, match="3 voting seats"):
        table.called(quorum=quorum)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"text": "  "}, "what was decided"),
        ({"due": TODAY - timedelta(11)}, "after the meeting"),
        ({"owner_id": uuid4()}, "of the register"),
        ({"recused": [uuid4()]}, "which conflict"),
    ],
)
def test_a_decision_must_fit(table, wrong, said):
    with pytest.raises(InputError, match=said):
        table.decided(**wrong)


@pytest.mark.parametrize("days", [-11, 1])
def test_a_decision_is_carried_out_between_its_meeting_and_today(table, days):
    decision = table.decided()
    with pytest.raises(InputError, match="from the meeting to today"):
        table.do("carry_out", decision=decision, outcome="x", on=TODAY + timedelta(days))


def test_a_paper_was_sent_before_the_meeting(office, table):
    meeting = table.called()
    table.do("send_paper", meeting=meeting, title="Budget", sent_on=LONG_AGO)
    with pytest.raises(InputError, match="not before it"):
        table.do("send_paper", meeting=meeting, title="Late", sent_on=TODAY)
    with office.open():
        assert [one.title for one in meeting.papers.all()] == ["Budget"]


def test_a_seat_falls_vacant_and_who_sat_there_stays_known(office, table):
    meeting = table.held("ministry", "telecom")
    vacant = table.do("leave", seat=table.seats["telecom"], on=TODAY - timedelta(1))
    assert (vacant.organisation_id, vacant.group, vacant.since) == (None, "S4", TODAY)
    with office.open():
        here = queries.seats_on(TODAY)
        assert vacant in here
        assert table.seats["telecom"] not in here
        assert queries.voting_present(queries.meeting_for(office.mwana, meeting.reference)) == 2
    filled = table.do("fill", seat=vacant, organisation_id=office.bodies["agency"], since=TODAY)
    assert filled.organisation_id == office.bodies["agency"]
    with pytest.raises(InputError, match="not vacant"):
        table.do("fill", seat=filled, organisation_id=office.bodies["telecom"], since=TODAY)
    with pytest.raises(InputError, match="ended already"):
        table.do("leave", seat=table.seats["telecom"], on=TODAY)
    assert table.do("leave", seat=filled, on=TODAY, keep=False) is None


def test_one_body_has_one_voice_and_the_council_one_chair(office, table):
    with pytest.raises(InputError, match="has a seat already"):
        table.do("seat", group="S4", since=TODAY, organisation_id=office.bodies["telecom"])
    with pytest.raises(InputError, match="has a chair"):
        table.do("seat", group="S1", since=TODAY, chair=True)
    with pytest.raises(InputError, match="seven groups"):
        table.do("seat", group="S8", since=TODAY)
    with pytest.raises(InputError, match="of the register"):
        table.do("seat", group="S1", since=TODAY, organisation_id=uuid4())
    with office.open(office.leo), pytest.raises(IntegrityError), transaction.atomic():
        Seat(group="S1", since=TODAY, chair=True).save(force_insert=True)


def test_overdue_decisions_come_first(office, table):
    meeting = table.held("ministry", "telecom", "parents")
    later = table.decided(meeting, due=TODAY + timedelta(9))
    owed = table.decided(meeting, due=TODAY - timedelta(2))
    longest = table.decided(meeting, due=TODAY - timedelta(8))
    done = table.decided(meeting, due=TODAY - timedelta(9))
    table.do("carry_out", decision=done, outcome="Done.")
    with office.open():
        found = queries.decisions_for(office.jabari)
        assert [one.pk for one in found] == [longest.pk, owed.pk, later.pk, done.pk]
        assert queries.overdue() == 2
        assert not queries.is_overdue(later, later.due)
        assert queries.is_overdue(later, later.due + timedelta(1))


@pytest.mark.parametrize("who", ["ines", "jabari", "karima", "mwana"])
def test_only_the_secretary_keeps_the_council(office, table, who):
    actor, decision = getattr(office, who), table.decided()
    for verb, more in (
        ("call", {"title": "x", "held_on": TODAY, "quorum": 1}),
        ("seat", {"group": "S1", "since": TODAY}),
        ("decide", {"meeting": decision.meeting, "text": "x", "due": TODAY,
                    "owner_id": office.bodies["telecom"]}),
        ("drop", {"decision": decision, "outcome": "x"}),
    ):  # fmt: skip
        with pytest.raises(Denied):
            table.do(verb, who=actor, **more)
