"""Parcels between desks: once in effect, seen by their receiver only."""

import uuid

import pytest
from django.db import connection, transaction

from copse.base import audit, database, handover, jobs
from copse.base.access import system
from copse.base.handover import receiving
from copse.base.handover.models import ParcelOnItsWay
from copse.kit.parcels import Concern, Withdrawal
from tests.base.flow import desk as make_desk

pytestmark = pytest.mark.django_db
HOUR = "2026-11-24T05:00:00Z"


@pytest.fixture
def desk():
    return make_desk("hotline")


@pytest.fixture
def handled(monkeypatch):
    """What the hotline's handler was given; `outcome` is raised when set."""

    class Notes(list):
        outcome = None

    notes = Notes()

    def take(parcel, actor):
        notes.append((parcel, actor, database.context().room))
        if notes.outcome is not None:
            raise notes.outcome

    monkeypatch.setattr(receiving, "_HANDLERS", {("hotline", "concern", 1): take})
    return notes


def concern():
    return Concern(id=uuid.uuid4(), journey="saw", received_hour=HOUR, addresses=("x.example",))


def sent(parcel, desk=None):
    with database.as_room("portal"):
        handover.send("hotline", parcel, desk)


def rows(desk):
    with database.as_desk(desk):
        return list(ParcelOnItsWay.objects.all())


def test_what_the_portal_sends_the_hotline_receives(desk, handled):
    parcel = concern()
    sent(parcel)
    jobs.drain()
    (given, actor, room) = handled[0]
    assert given == parcel
    assert (actor.desk, room) == (desk.key, "hotline")


def test_the_receiver_writes_it_down(desk, handled):
    parcel = concern()
    sent(parcel)
    jobs.drain()
    with database.as_desk(desk):
        assert audit.actions_on(parcel.id) == ["handover.parcel.accept"]


def test_a_handled_parcel_keeps_nothing_of_what_it_carried(desk, handled):
    sent(concern())
    jobs.drain()
    (row,) = rows(desk)
    assert (row.state, row.body) == ("handled", {})


def test_a_parcel_delivered_twice_has_its_effect_once(desk, handled):
    sent(concern())
    (row,) = rows(desk)
    with database.as_desk(desk):
        jobs.defer("handover.receive", room="hotline", desk=desk.pk, parcel=str(row.pk))
    assert jobs.drain() == 2
    assert len(handled) == 1


def test_a_failing_handler_leaves_the_parcel_waiting(desk, handled):
    handled.outcome = ValueError("broken")
    sent(concern())
    with pytest.raises(ValueError, match="broken"):
        jobs.drain()
    with database.as_desk(desk):
        (row,) = handover.pending()
    assert row.state == "waiting"


def test_a_refusal_is_kept_with_its_reason_and_undoes_the_rest(desk, handled, monkeypatch):
    def begin_and_refuse(parcel, actor):
        ParcelOnItsWay.objects.update(kind="touched")
        raise handover.Refused("Not for us.", code="not-ours")

    monkeypatch.setitem(receiving._HANDLERS, ("hotline", "concern", 1), begin_and_refuse)
    sent(concern())
    jobs.drain()
    with database.as_desk(desk):
        (row,) = handover.pending()
    assert (row.state, row.reason, row.kind) == ("refused", "not-ours", "concern")
    assert row.body["addresses"] == ["x.example"], "nothing refused is lost"


def test_an_unknown_kind_is_kept_in_sight(desk, handled):
    sent(Withdrawal(id=uuid.uuid4(), concern=uuid.uuid4()))
    jobs.drain()
    with database.as_desk(desk):
        (row,) = handover.pending()
    assert (row.state, row.reason) == ("refused", "unknown-parcel")


def test_an_unknown_version_is_kept_in_sight(desk, handled):
    sent(concern())
    with database.as_desk(desk):
        ParcelOnItsWay.objects.update(version=9)
    jobs.drain()
    with database.as_desk(desk):
        assert [row.reason for row in handover.pending()] == ["unknown-parcel"]


def test_a_refused_parcel_can_be_tried_again(desk, handled):
    handled.outcome = handover.Refused("Not now.", code="closed")
    sent(concern())
    jobs.drain()
    handled.outcome = None
    with database.as_desk(desk):
        handover.retry(system(desk.key), handover.pending()[0].pk)
    jobs.drain()
    with database.as_desk(desk):
        assert handover.pending() == []


def test_an_undone_act_sends_nothing(desk, handled):
    with pytest.raises(ValueError, match="undone"), database.as_room("portal"):  # noqa: PT012 - what is undone is the point
        handover.send("hotline", concern())
        raise ValueError("undone")
    assert jobs.drain() == 0
    assert rows(desk) == []


def test_the_sender_cannot_read_what_it_sent(desk):
    sent(concern())
    with database.as_room("portal"):
        assert ParcelOnItsWay.objects.count() == 0


def test_another_desk_of_the_same_room_sees_nothing(desk):
    other = make_desk("hotline", "Second", default=False)
    sent(concern())
    assert rows(other) == []
    assert len(rows(desk)) == 1


def test_a_named_desk_gets_its_parcel(desk, handled):
    other = make_desk("hotline", "Second", default=False)
    sent(concern(), other.pk)
    jobs.drain()
    assert handled[0][1].desk == other.key


def test_nobody_sends_in_anothers_name(desk):
    row = ParcelOnItsWay(
        kind="concern", version=1, sender_room="hotline", sender_desk=desk.pk, room="hotline",
        desk=desk.pk, body={},
    )  # fmt: skip
    with (
        pytest.raises(Exception, match="row-level security"),
        transaction.atomic(),
        database.as_room("portal"),
    ):
        row.save(force_insert=True)


def test_a_sender_cannot_have_its_row_given_back(desk):
    """What an `INSERT … RETURNING` asks for is reading, and the row is not the sender's to read."""
    with (
        pytest.raises(Exception, match="row-level security"),
        transaction.atomic(),
        database.as_room("portal"),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            """INSERT INTO handover_parcel (id, kind, version, sender_room, room, state, reason,
               body) VALUES (gen_random_uuid(), 'concern', 1, 'portal', 'hotline', 'waiting', '',
               '{}') RETURNING id"""
        )


def test_outside_a_desk_nothing_is_sent():
    with pytest.raises(RuntimeError, match="Not inside a desk"):
        handover.send("hotline", concern())


def test_no_time_travels_with_a_parcel():
    kinds = {type(field).__name__ for field in ParcelOnItsWay._meta.fields}
    assert not kinds & {"DateTimeField", "DateField", "TimeField"}
