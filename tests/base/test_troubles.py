"""What did not work, as administrators see it: names and numbers, tried again, written down."""

import uuid

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from copse.base import access, audit, database, handover, jobs
from copse.base.access import Actor, Denied, system
from copse.base.handover import receiving
from copse.base.handover.models import ParcelOnItsWay
from copse.base.jobs import registry
from copse.base.jobs.registry import TASKS
from copse.base.jobs.worker import start
from copse.base.outbox import troubles
from copse.base.outbox.workflow import AdministrationAction as Action
from copse.kit.parcels import Concern, Withdrawal
from tests.base.flow import desk as make_desk

pytestmark = pytest.mark.django_db
CANARY = "CANARY-8213"


class Door:
    """Lets one actor in, as accounts does after log-in."""

    def __init__(self, actor):
        self.actor = actor

    def actor_for(self, _request, room):
        return self.actor if room == self.actor.desk.room else None

    def is_fresh(self, _request):
        return True


@pytest.fixture
def house():
    """An administration with Farid in it, and a hotline whose one task fails until mended."""

    class House:
        hotline, administration = make_desk("hotline"), make_desk("administration")
        done: list = []  # noqa: RUF012 - one house a test
        broken = True

        def open(self):
            return database.as_desk(self.farid.desk, self.farid.user_id)

        def fail(self):
            with database.as_desk(self.hotline):
                jobs.defer("hotline.test-work", ref=CANARY)
            with pytest.raises(ValueError, match="broken"):
                jobs.drain()
            return jobs.failed()[-1]

    made = House()
    made.done = []
    user = get_user_model()(email="farid@example.org", name="Farid")
    user.set_unusable_password()
    user.save(force_insert=True)
    made.user = user
    made.farid = Actor(user.pk, "Farid", made.administration.key, frozenset({"administrator"}))

    @jobs.task("hotline.test-work")
    def work(actor, ref):
        if made.broken:
            raise ValueError("broken")
        made.done.append((actor.desk, ref))

    yield made
    del TASKS["hotline.test-work"]


@pytest.fixture
def farid(house, monkeypatch):
    monkeypatch.setattr("copse.base.access.views._door", lambda: Door(house.farid))
    client = Client()
    client.force_login(house.user)
    return client


@pytest.fixture
def refusing(monkeypatch):
    """The hotline refuses concerns until `outcome` is None."""

    class Notes(list):
        outcome = handover.Refused("Not now.", code="not-now")

    notes = Notes()

    def take(parcel, actor):
        if notes.outcome is not None:
            raise notes.outcome
        notes.append((parcel.id, actor.desk))

    monkeypatch.setattr(receiving, "_HANDLERS", {("hotline", "concern", 1): take})
    return notes


def send(parcel=None):
    parcel = parcel or Concern(
        id=uuid.uuid4(), journey="saw", received_hour="2026-11-24T05:00:00Z", addresses=(CANARY,)
    )
    with database.as_room("portal"):
        handover.send("hotline", parcel)
    return parcel


def test_a_job_given_up_is_shown_by_name_and_never_by_what_it_was_given(house, farid):
    job = house.fail()
    page = farid.get(reverse("administration:troubles")).content.decode()
    assert "hotline.test-work" in page
    assert reverse("administration:retry-job", args=[job.id]) in page
    assert CANARY not in page
    assert CANARY not in str(job)


def test_trying_again_does_it_and_is_written_down(house, farid):
    job = house.fail()
    house.broken = False
    answer = farid.post(reverse("administration:retry-job", args=[job.id]))
    assert (answer.status_code, answer.url) == (303, reverse("administration:troubles"))
    jobs.drain()
    assert house.done == [(house.hotline.key, CANARY)]
    assert jobs.failed() == []
    with house.open():
        assert audit.actions_on(uuid.UUID(int=job.id)) == [Action.RETRY]


def test_a_job_tried_again_has_all_its_tries_before_it(house):
    job = house.fail()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = 10, scheduled_at = now()")
        assert jobs.failed()[0].since is not None
        with house.open():
            assert troubles.retry_job(house.farid, job.id)
        cursor.execute("SELECT status::text, attempts, scheduled_at FROM procrastinate_jobs")
        assert cursor.fetchall() == [("todo", 0, None)]


def test_what_the_clock_has_asked_for_again_is_not_asked_for_twice(house):
    job = house.fail()
    lock = f"hotline.test-work:hotline:{house.hotline.pk}"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET queueing_lock = %s", [lock])
        start(registry.Schedule("hotline.test-work", "* * * * *", "hotline"))
        with house.open():
            assert troubles.retry_job(house.farid, job.id)
        cursor.execute("SELECT queueing_lock, status::text FROM procrastinate_jobs")
        assert cursor.fetchall() == [(lock, "todo")]


def test_putting_aside_forgets_it_and_is_written_down(house, farid):
    job = house.fail()
    assert farid.post(reverse("administration:dismiss-job", args=[job.id])).status_code == 303
    assert jobs.failed() == []
    with house.open():
        assert audit.actions_on(uuid.UUID(int=job.id)) == [Action.DISMISS]


@pytest.mark.parametrize("name", ["retry-job", "dismiss-job"])
def test_what_a_colleague_has_done_already_is_said(house, farid, name):
    job = house.fail()
    address = reverse(f"administration:{name}", args=[job.id])
    assert [farid.post(address).status_code for _ in range(2)] == [303, 303]
    page = farid.get(reverse("administration:troubles")).content.decode()
    assert "This was done already." in page
    with house.open():
        assert len(audit.actions_on(uuid.UUID(int=job.id))) == 1


def test_a_waiting_job_can_be_neither_retried_nor_forgotten(house):
    with database.as_desk(house.hotline):
        jobs.defer("hotline.test-work", ref=CANARY)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_jobs")
        (number,) = cursor.fetchone()
    with house.open():
        assert not troubles.retry_job(house.farid, number)
        assert not troubles.dismiss_job(house.farid, number)


def test_a_refused_parcel_is_shown_without_its_content(house, farid, refusing):
    send()
    jobs.drain()
    page = farid.get(reverse("administration:troubles")).content.decode()
    for words in ("A report", "Portal", "Hotline", "Refused", "not-now"):
        assert words in page
    assert CANARY not in page


def test_a_refused_parcel_is_tried_again_by_its_own_desk(house, farid, refusing):
    parcel = send()
    jobs.drain()
    with house.open():
        (stuck,) = handover.stuck()
    refusing.outcome = None
    address = reverse("administration:retry-parcel", args=[stuck.id])
    assert farid.post(address).status_code == 303
    jobs.drain()
    assert refusing == [(parcel.id, house.hotline.key)]
    with house.open():
        assert handover.stuck() == []
        assert audit.actions_on(stuck.id) == [Action.RETRY]
    with database.as_desk(house.hotline):
        assert "handover.parcel.retry" in audit.actions_on(parcel.id)
    assert farid.post(address).status_code == 303, "what is taken already is said, and no error"


def test_a_parcel_whose_tries_were_given_up_is_one_trouble_and_not_two(house, refusing):
    refusing.outcome = ValueError("broken")
    send()
    with pytest.raises(ValueError, match="broken"):
        jobs.drain()
    with house.open():
        found = troubles.troubles_for(house.farid)
        assert (found.number, found.jobs) == (1, [])
        assert not found.parcels[0].refused
        refusing.outcome = None
        assert troubles.retry_parcel(house.farid, found.parcels[0].id)
    jobs.drain()
    assert len(refusing) == 1
    assert jobs.failed() == []


def test_a_parcel_on_its_way_is_no_trouble(house, refusing):
    send()
    with house.open():
        assert handover.stuck() == []


def test_a_parcel_of_a_kind_nobody_knows_says_what_to_do(house, farid, refusing):
    send(Withdrawal(id=uuid.uuid4(), concern=uuid.uuid4()))
    jobs.drain()
    page = farid.get(reverse("administration:troubles")).content.decode()
    assert "A report taken back" in page
    assert "Bring this install up to date first." in page


def test_the_first_page_warns_only_while_there_is_something(house, farid):
    people = reverse("accounts:people")
    assert "Something did not work." not in farid.get(people).content.decode()
    job = house.fail()
    page = farid.get(people).content.decode()
    assert "Something did not work." in page
    assert reverse("administration:troubles") in page
    farid.post(reverse("administration:dismiss-job", args=[job.id]))
    assert "Something did not work." not in farid.get(people).content.decode()


def test_the_administrations_own_messages_are_counted(house, farid, monkeypatch):
    from copse.base import outbox
    from copse.base.outbox import carriers, sending

    def refuse(_letter):
        raise outbox.NotTaken("smtp-550", final=True)

    monkeypatch.setitem(carriers._carriers, "mail", refuse)
    with house.open():
        key = outbox.mail(to="w@b.example", subject="Checkpoint", text="x", kind="audit.checkpoint")
    sending.send(system(house.administration.key), key)
    page = farid.get(reverse("administration:troubles")).content.decode()
    assert reverse("administration:outbox") in page
    assert "w@b.example" in farid.get(reverse("administration:outbox")).content.decode()
    retry = reverse("administration:outbox-retry", args=[key])
    assert farid.post(retry).status_code == 303


@pytest.mark.parametrize("roles", [set(), {"directory-editor"}])
def test_only_administrators_see_or_touch_it(house, farid, monkeypatch, roles):
    job = house.fail()
    other = Actor(house.user.pk, "Farid", house.administration.key, frozenset(roles))
    monkeypatch.setattr("copse.base.access.views._door", lambda: Door(other))
    assert farid.get(reverse("administration:troubles")).status_code == 404
    for name, key in (
        ("retry-job", job.id),
        ("dismiss-job", job.id),
        ("retry-parcel", other.desk.id),
    ):
        assert farid.post(reverse(f"administration:{name}", args=[key])).status_code == 404
    with database.as_desk(other.desk, other.user_id):
        for act in (troubles.retry_job, troubles.dismiss_job, troubles.retry_parcel):
            with pytest.raises(Denied):
                act(other, job.id)
        assert troubles.number_for(other) == 0
    assert len(jobs.failed()) == 1


@pytest.mark.parametrize("name", ["retry-job", "dismiss-job"])
def test_a_get_presses_no_button(house, farid, name):
    job = house.fail()
    assert farid.get(reverse(f"administration:{name}", args=[job.id])).status_code == 405
    assert len(jobs.failed()) == 1


@pytest.mark.parametrize("room", ["hotline", "portal", "observatory"])
@pytest.mark.parametrize(
    "call",
    ["jobs_failed()", "jobs_ask_again(1)", "jobs_put_aside(1)", "handover_stuck()",
     "handover_forget_tries(gen_random_uuid())"],
)  # fmt: skip
def test_the_database_lets_no_other_room_ask(room, call):
    with (
        pytest.raises(Exception, match="permission denied"),
        transaction.atomic(),
        database.as_room(room),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"SELECT * FROM {call}")


def test_the_administration_still_reads_no_parcel(house, refusing):
    send()
    jobs.drain()
    with house.open():
        assert ParcelOnItsWay.objects.count() == 0
        with (
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT * FROM procrastinate_jobs")


def test_every_act_on_it_has_a_rule():
    assert {str(action) for action in Action} <= set(access.declared())


def test_the_doctor_says_so_too(house, refusing):
    from copse.cli import diagnosis

    (fine,) = diagnosis._troubles()
    assert fine.verdict == diagnosis.Verdict.FINE
    house.fail()
    send()
    jobs.drain()
    (found,) = diagnosis._troubles()
    assert found.verdict == diagnosis.Verdict.WARN
    assert found.what == "1 jobs were given up, and 1 parcels nobody took"
    assert "What did not work" in found.todo
