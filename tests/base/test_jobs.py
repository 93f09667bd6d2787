"""Work is asked for with the act, and done under the desk's own role."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.utils import timezone

from copse.base import database, jobs
from copse.base.jobs import registry
from copse.base.jobs.registry import SCHEDULES, TASKS
from copse.base.jobs.worker import MOST_ATTEMPTS, BackOff, start
from tests.base.flow import desk as make_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def seen():
    """A task of the hotline that notes where it ran and what it was given."""
    notes = []

    @jobs.task("hotline.test-look")
    def look(actor, **given):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, current_setting('copse.desk', true)")
            notes.append((*cursor.fetchone(), actor, given))

    yield notes
    del TASKS["hotline.test-look"]


@pytest.fixture
def desk():
    return make_desk("hotline")


def count():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return cursor.fetchone()[0]


def test_a_job_runs_inside_its_desk_as_the_system(desk, seen):
    with database.as_desk(desk):
        jobs.defer("hotline.test-look", ref="H-26-000001")
    assert jobs.drain() == 1
    role, inside, actor, given = seen[0]
    assert (role, inside) == ("copse_hotline", str(desk.pk))
    assert actor.is_system
    assert actor.desk == desk.key
    assert given == {"ref": "H-26-000001"}


def test_a_finished_job_leaves_no_row_and_no_time(desk, seen):
    with database.as_desk(desk):
        jobs.defer("hotline.test-look")
    jobs.drain()
    assert count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_events")
        assert cursor.fetchone()[0] == 0


def test_an_undone_act_asks_for_nothing(desk, seen):
    with pytest.raises(ValueError, match="undone"), database.as_desk(desk):  # noqa: PT012 - what is undone is the point
        jobs.defer("hotline.test-look")
        raise ValueError("undone")
    assert jobs.drain() == 0
    assert seen == []


def test_the_portal_may_ask_for_work_but_not_see_the_queue(desk, seen):
    with database.as_room("portal"):
        jobs.defer("hotline.test-look")
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        database.as_room("portal"),
    ):
        count()
    jobs.drain()
    assert seen[0][1] == str(desk.pk), "a room's default desk does what names no desk"


@pytest.mark.parametrize(
    "call",
    [
        "procrastinate_fetch_job_v2(NULL, NULL)",
        "procrastinate_finish_job_v1(1, 'succeeded', true)",
        "procrastinate_register_worker_v1()",
        "procrastinate_cancel_job_v1(1, true, true)",
    ],
)
def test_a_desk_cannot_take_or_end_jobs(desk, call):
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        database.as_desk(desk),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT {call}")


def test_a_job_for_later_waits(desk, seen):
    with database.as_desk(desk):
        jobs.defer("hotline.test-look", at=timezone.now() + dt.timedelta(hours=6))
    assert jobs.drain() == 0
    assert jobs.drain(ahead=dt.timedelta(hours=7)) == 1


def test_a_failing_job_leaves_nothing_behind_but_its_name(desk):
    @jobs.task("hotline.test-fail")
    def fail(actor, **given):
        make = "INSERT INTO hotline_nothing VALUES (1)"
        raise ValueError(make)

    with database.as_desk(desk):
        jobs.defer("hotline.test-fail", ref="x")
    with pytest.raises(ValueError, match="INSERT"):
        jobs.drain()
    (failed,) = jobs.failed("hotline")
    assert failed.name == "hotline.test-fail"
    assert not hasattr(failed, "args")
    del TASKS["hotline.test-fail"]


def test_draining_inside_a_desk_is_refused(desk):
    with database.as_desk(desk), pytest.raises(RuntimeError, match="Close the desk"):
        jobs.drain()


def test_the_clock_asks_once_for_each_desk_of_the_room(desk, seen):
    other = make_desk("hotline", "Second", default=False)
    schedule = registry.Schedule("hotline.test-look", "* * * * *", "hotline")
    start(schedule)
    start(schedule)
    assert jobs.drain() == 2
    assert {place for _, place, _, _ in seen} == {str(desk.pk), str(other.pk)}


def test_the_portal_has_no_desk_and_its_clock_runs_all_the_same():
    places = []

    @jobs.every("portal.test-tick", cron="* * * * *", room="portal")
    def tick(actor):
        places.append((database.context().room, database.context().desk))

    start(SCHEDULES.pop("portal.test-tick"))
    jobs.drain()
    assert places == [("portal", None)]
    del TASKS["portal.test-tick"]


def test_a_task_without_a_transaction_opens_its_desk_itself(desk):
    opened = []

    @jobs.task("hotline.test-slow", transaction=False)
    def slow(actor):
        opened.append(database.context())
        with database.as_desk(actor.desk):
            opened.append(database.context().desk)

    with database.as_desk(desk):
        jobs.defer("hotline.test-slow")
    jobs.drain()
    assert opened == [None, desk.pk]
    del TASKS["hotline.test-slow"]


def test_two_modules_cannot_claim_one_name(seen):
    def foreign(actor): ...

    foreign.__module__ = "copse.elsewhere"
    with pytest.raises(TypeError, match="two tasks"):
        jobs.task("hotline.test-look")(foreign)


def test_waiting_grows_up_to_an_hour_and_ends():
    class Job:
        attempts = 0

    waits = []
    for attempt in range(MOST_ATTEMPTS + 1):
        Job.attempts = attempt
        decision = BackOff().get_retry_decision(exception=ValueError(), job=Job())
        waits.append(decision and (decision.retry_at - timezone.now()).total_seconds())
    assert waits[-1] is None
    assert waits[0] < 3
    assert 3500 < waits[-2] <= 3600
