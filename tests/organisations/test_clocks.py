"""The clocks of retention: who sets them, between which bounds, and what the page shows."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from copse.base import access, audit, database, jobs
from copse.base.access import Actor, Denied
from copse.base.accounts.models import User
from copse.base.database import DeskKey
from copse.base.organisations import retention
from copse.base.organisations.models import Desk, Organisation
from copse.base.organisations.periods import Period, Sweep
from copse.base.organisations.workflow import ClockAction
from copse.base.outbox.models import Message
from copse.kit.errors import InputError
from tests.hotline.test_views import Door

pytestmark = pytest.mark.django_db


class Administration:
    """Farid administers; Dara edits the directory only."""

    def __init__(self):
        with database.as_room("administration"):
            body = Organisation(name="Agency", kind="agency")
            body.save(force_insert=True)
            desk = Desk(organisation=body, room="administration", name="Administration")
            desk.save(force_insert=True)
        user = User(email="farid@example.org", name="Farid")
        user.set_unusable_password()
        user.save(force_insert=True)
        self.key, self.user = desk.key, user
        self.farid = Actor(user.pk, "Farid", desk.key, frozenset({"administrator"}))
        self.dara = Actor(uuid4(), "Dara", desk.key, frozenset({"directory-editor"}))

    def open(self, who=None):
        who = who or self.farid
        return database.as_desk(self.key, who.user_id)


@pytest.fixture
def office():
    return Administration()


@pytest.fixture
def client(office, monkeypatch):
    monkeypatch.setattr("copse.base.access.views._door", lambda: Door(office.farid))
    browser = Client()
    browser.force_login(office.user)
    return browser


def test_every_class_has_words_bounds_and_rooms():
    codes = {one.code for one in retention.classes()}
    assert codes >= {"hotline.story", "hotline.dismissed", "hotline.evidence", "hotline.reply",
                     "portal.receipt", "outbox.message"}  # fmt: skip
    for kept in retention.classes():
        assert kept.least <= kept.days <= kept.most
        assert kept.rooms
        assert str(kept.title)
        assert str(kept.about)


def test_an_administrator_sets_a_clock_and_it_is_written_down(office):
    with office.open():
        retention.change(actor=office.farid, code="hotline.story", days=200)
        period = Period.objects.get(code="hotline.story")
        assert period.days == 200
        assert audit.actions_on(period) == [ClockAction.CHANGE]


def test_nobody_else_sets_or_sees_a_clock(office):
    for act in (
        lambda: retention.change(actor=office.dara, code="hotline.story", days=200),
        lambda: retention.clocks(office.dara),
    ):
        with pytest.raises(Denied), office.open(office.dara):
            act()


@pytest.mark.parametrize("days", [0, 29, 3651, -1, True, "365", None, 1.5, 10**12])
def test_a_time_outside_the_bounds_is_refused(office, days):
    with pytest.raises(InputError, match="between 30 and 3650"), office.open():
        retention.change(actor=office.farid, code="hotline.story", days=days)


def test_an_unknown_class_is_refused_with_the_known_ones(office):
    with pytest.raises(InputError, match=r"hotline\.story"), office.open():
        retention.change(actor=office.farid, code="hotline.everything", days=200)


def test_the_database_lets_no_other_room_set_a_clock(office):
    for room in ("hotline", "portal", "public"):
        with pytest.raises(Exception, match="permission denied"), database.as_room(room):
            Period(code="hotline.story", days=1).save(force_insert=True)


def test_a_sweep_is_seen_by_its_own_desk_and_the_administration(office):
    with database.as_room("administration"):
        body = Organisation.objects.get()
        desk = Desk(organisation=body, room="hotline", name="Hotline")
        desk.save(force_insert=True)
    retention.sweep(access.system(desk.key))
    with database.as_desk(desk):
        assert Sweep.objects.count() == len(retention.classes("hotline"))
    with database.as_desk(DeskKey(uuid4(), "hotline")):
        assert not Sweep.objects.exists()
    with database.as_room("portal"):
        assert not Sweep.objects.exists()
    with office.open():
        assert Sweep.objects.count() == len(retention.classes("hotline"))


def test_the_page_shows_the_clocks_and_takes_a_new_time(office, client):
    retention.sweep(access.system(office.key))
    page = client.get(reverse("organisations:clocks")).content.decode()
    assert "Stories and messages" in page
    assert reverse("organisations:clocks") in page, "the menu leads here"
    address = reverse("organisations:clock", args=["hotline.story"])
    assert "Between 30 and 3650" in client.get(address).content.decode()
    assert client.post(address, {"days": "400"}).status_code == 303
    with office.open():
        assert retention.days_of(retention.class_of("hotline.story")) == 400


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Write a number"), ("1", "At least 30 days"), ("99999", "At most 3650 days"),
     ("a year", "Write a number"), ("٣٦٥x", "Write a number"), ("\0", "Write a number"),
     ("<b>7</b>", "Write a number"), ("9" * 100_000, "Write a number")],
)  # fmt: skip
def test_what_is_no_time_is_said_beside_the_field(office, client, typed, said):
    address = reverse("organisations:clock", args=["hotline.story"])
    answer = client.post(address, {"days": typed})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    with office.open():
        assert not Period.objects.exists()


def test_a_class_that_is_none_is_not_found(client):
    assert client.get(reverse("organisations:clock", args=["nothing"])).status_code == 404


def test_mail_that_went_out_is_forgotten_and_what_failed_stays_in_sight(office):
    old = timezone.now() - timedelta(days=91)
    with office.open():
        for stage in ("delivered", "failed"):
            Message(
                kind="x", channel="mail", recipient="clerk@example.org", title="T", stable_id=stage,
                body=b"", stage=stage, next_at=old,
            ).save(force_insert=True)  # fmt: skip
        Message.objects.update(written_at=old)
    assert retention.sweep(access.system(office.key)) == 1
    with office.open():
        left = dict(Message.objects.values_list("stage", "recipient"))
        assert left == {"delivered": "", "failed": "clerk@example.org"}


def test_the_nightly_job_is_scheduled_for_every_desk_and_the_portal():
    from copse.base.jobs.registry import SCHEDULES

    assert SCHEDULES["retention.sweep"].room == "*"
    assert not jobs.registry.TASKS["retention.sweep"].transaction
