"""Compartments: what opens them, what they hold back, what they put back."""

import pytest
from django.db import connection, transaction

from copse.base import database
from copse.base.database import DeskKey
from copse.base.organisations.models import Desk, Organisation

pytestmark = pytest.mark.django_db


def _setting(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [name])
        return cursor.fetchone()[0]


@pytest.fixture
def desk():
    with database.as_room("administration"):
        body = Organisation(name="Arbora Hotline", kind="agency")
        body.save(force_insert=True)
        made = Desk(organisation=body, room="hotline", name="Hotline")
        made.save(force_insert=True)
    return made


def test_a_desk_takes_its_role_and_puts_it_back(desk):
    with database.as_desk(desk):
        assert _setting("role") == "copse_hotline"
        assert _setting("copse.desk") == str(desk.pk)
    assert _setting("role") == "none"
    assert _setting("copse.desk") == ""
    assert database.context() is None


def test_another_desk_cannot_be_opened_inside(desk):
    other = DeskKey(desk.pk, "helpline")
    with (
        database.as_desk(desk),
        pytest.raises(RuntimeError, match="Already inside"),
        database.as_desk(other),
    ):
        pass


def test_the_same_desk_may_be_opened_again(desk):
    with database.as_desk(desk), database.as_desk(desk):
        assert _setting("role") == "copse_hotline"


def test_what_waits_for_the_commit_runs_last(desk):
    order = []
    with database.as_desk(desk):
        database.before_commit(lambda: order.append("last"))
        order.append("act")
    assert order == ["act", "last"]


def test_after_a_failure_only_what_waits_for_the_rollback_runs(desk):
    order = []

    def fail():
        database.before_commit(lambda: order.append("commit"))
        database.after_rollback(lambda: order.append(_setting("role")))
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"), database.as_desk(desk):
        fail()
    assert order == ["copse_hotline"]
    assert _setting("role") == "none"


def test_outside_a_desk_nothing_can_wait():
    with pytest.raises(RuntimeError, match="Not inside a desk"):
        database.before_commit(lambda: None)


def test_a_room_cannot_write_what_is_not_granted(desk):
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        database.as_desk(desk),
    ):
        Organisation(name="Foreign", kind="agency").save(force_insert=True)


def test_references_name_the_series_and_the_year(desk):
    with database.as_desk(desk):
        first, second = database.next_reference("H"), database.next_reference("H")
    assert first != second
    assert first.startswith("H-")


def test_a_series_is_one_capital_letter():
    with pytest.raises(ValueError, match="capital"):
        database.next_reference("h; drop")
