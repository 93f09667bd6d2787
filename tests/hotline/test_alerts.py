"""Danger reaches the duty address until a person has it, and the mail says nothing of it."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from itertools import pairwise

import pytest
from croniter import croniter

from copse.base import audit, database, jobs
from copse.base.jobs.registry import SCHEDULES, TASKS
from copse.base.organisations.models import Desk
from copse.base.outbox import carriers
from copse.base.outbox.models import Message
from copse.hotline.services import alerts, concerns

STORY = "the man in the red car"


@pytest.fixture
def sent(monkeypatch):
    """The duty officer's box: what the outbox handed over, to the last header."""
    box = []
    monkeypatch.setitem(carriers._carriers, "mail", lambda letter: box.append(bytes(letter.body)))
    return box


def danger(hotline, **more):
    concern, _key = hotline.sealed_receive(
        STORY, journey="happened", danger_now=True, region="coast", age_band="9-12",
        risk_class="contact", risk_code="contact_grooming",
        addresses=("https://bad.example/1", "some_one on a game"), **more,
    )  # fmt: skip
    return concern


def clock(hotline):
    """What the clock's start of the task does, and the sending after it."""
    with hotline.open():
        TASKS["hotline.remind"].work(hotline.system)
    jobs.drain()


def test_danger_is_mailed_at_once_again_until_claimed_and_then_no_more(hotline, sent):
    concern = danger(hotline)
    assert sent == [], "a mail goes when the report is committed"
    jobs.drain()
    assert len(sent) == 1, "at once, without waiting for the clock"
    clock(hotline)
    clock(hotline)
    assert len(sent) == 3
    with hotline.open(hotline.amara):
        concerns.claim(actor=hotline.amara, concern=concern)
    clock(hotline)
    assert len(sent) == 3
    with hotline.open():
        assert audit.actions_on(hotline.desk.id).count("hotline.concern.alert") == 3
        assert set(Message.objects.values_list("stage", "recipient")) == {
            ("delivered", "duty@example.org")
        }


def test_the_clock_starts_it_every_quarter_of_an_hour():
    schedule = SCHEDULES["hotline.remind"]
    assert schedule.room == "hotline"
    times = croniter(schedule.cron, datetime(2026, 11, 24, 22, 50, tzinfo=UTC))
    found = [times.get_next(datetime) for _ in range(200)]
    assert found[0] == datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    assert {b - a for a, b in pairwise(found)} == {timedelta(minutes=15)}


def test_the_mail_says_that_something_waits_and_nothing_of_it(hotline, sent):
    concern = danger(hotline)
    jobs.drain()
    raw = sent[0].decode()
    mail = message_from_bytes(sent[0], policy=policy.default)
    assert mail["To"] == "duty@example.org"
    assert mail["Subject"] == "Somebody is needed at the hotline now"
    assert mail.get_content().strip() == (
        "A concern that cannot wait has not been claimed. Please log in and take it."
    )
    assert mail["Date"] is None, "the carrier dates it: a kept date would tell of the report"
    told = (
        STORY, concern.reference, str(concern.pk), str(concern.envelope), str(concern.receipt),
        "coast", "9-12", "contact", "grooming", "bad.example", "some_one", "danger",
    )  # fmt: skip
    assert [word for word in told if word in raw] == []


def test_without_a_duty_address_nothing_is_written(hotline, sent):
    danger(hotline)
    with database.as_room("administration"):
        Desk.objects.update(duty_email="")
    jobs.drain()
    with hotline.open():
        assert alerts.remind(actor=hotline.system) == 1
        assert not Message.objects.exists()
    assert sent == []
