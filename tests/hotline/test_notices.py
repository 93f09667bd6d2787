"""From two readings that agree to a page that is gone."""

import datetime as dt
import email
import email.policy

import pytest
import xarf as oracle
from django.utils import timezone

from copse.base import database, jobs
from copse.base.outbox.models import Message
from copse.base.outside import Look, inbox
from copse.base.outside.inbox import Bounce, Incoming
from copse.hotline.models import Check, Material, Notice, Reply
from copse.hotline.services import checks, letters, notices, replies
from copse.kit.exchange.xarf import reports_in

ADDRESS = "https://pages.harbour.example/a/1"


@pytest.fixture
def noticed(hotline):
    """A material that two analysts labelled, and that a provider was told of."""
    material = hotline.material(addresses=(ADDRESS,))
    hotline.read_as(hotline.amara, material)
    hotline.read_as(hotline.ben, material)
    hotline.run = jobs.drain
    hotline.run()
    return hotline.fresh(material)


def _rows(hotline, model, **where):
    with hotline.open():
        return list(model.objects.filter(**where).order_by("pk"))


def _mails(hotline):
    with hotline.open():
        bodies = [bytes(m.body) for m in Message.objects.filter(kind="hotline.notice")]
    return [email.message_from_bytes(body, policy=email.policy.default) for body in bodies]


def _see(monkeypatch, *looks):
    """The fetcher sees this, one after another: (outcome, hours from now)."""
    seen = iter(looks)

    class Scripted:
        def look(self, _url):
            outcome, hours, *host = next(seen)
            at = timezone.now() + dt.timedelta(hours=hours)
            found = host[0] if host else "pages.harbour.example"
            return Look(outcome, None, "pages.harbour.example", found, at)

    monkeypatch.setattr(checks, "fetcher", Scripted)


def _look(hotline, material):
    return checks.look(actor=hotline.system, material=material.pk)


def test_a_label_sends_one_notice_to_the_most_direct_contact(hotline, noticed):
    (notice,) = _rows(hotline, Notice)
    assert noticed.stage == "noticed"
    assert notice.stage == "sent"
    assert notice.kind == "abuse"
    (mail,) = _mails(hotline)
    assert mail["To"] == notice.email
    (report,) = reports_in(mail)
    assert oracle.parse(report).errors == []
    assert report["url"] == ADDRESS


def test_the_words_show_the_address_defanged_and_the_answer_page(hotline, noticed):
    (mail,) = _mails(hotline)
    words = next(p for p in mail.walk() if p.get_content_type() == "text/plain").get_content()
    assert "hxxps://pages[.]harbour[.]example/a/1" in words
    assert ADDRESS not in words
    (notice,) = _rows(hotline, Notice)
    assert letters.token_for(notice.batch, hotline.desk.pk) in words


def test_notices_to_one_contact_go_in_one_mail(hotline):
    pages = [hotline.material(addresses=(f"{ADDRESS}{n}",)) for n in range(3)]
    for page in pages:
        hotline.read_as(hotline.amara, page)
        hotline.read_as(hotline.ben, page)
    with hotline.open():
        for trace in [_trace(page) for page in pages]:
            notices.open_notice(actor=hotline.system, trace=trace, level=0)
        notices.send_waiting(actor=hotline.system, email="abuse@one.example")
    (mail,) = _mails(hotline)
    assert len(reports_in(mail)) == 3
    assert len({n.batch for n in _rows(hotline, Notice)}) == 1


def _trace(material):
    from copse.hotline.models import Trace

    contacts = [
        {"kind": "abuse", "email": "abuse@one.example", "organisation": "One"},
        {"kind": "owner", "email": "owner@two.example", "organisation": "Two"},
    ]
    kept = Trace(material=material, host="h.example", contacts=contacts, at=timezone.now())
    kept.save(force_insert=True)
    return kept


def _respond(hotline, outcome):
    (notice,) = _rows(hotline, Notice, stage="sent")
    actor = letters.actor_of(letters.token_for(notice.batch, hotline.desk.pk))
    # As the page does: with the link's own rights, which open these rows only.
    with database.as_link(actor.desk, notice.batch, actor.user_id):
        notices.respond(actor=actor, batch=notice.batch, answers={notice.pk: outcome})
    hotline.run()
    return notice


def test_not_ours_asks_the_next_contact_at_once(hotline, noticed):
    first = _respond(hotline, "not_ours")
    assert hotline.fresh(first).stage == "unreached"
    (second,) = _rows(hotline, Notice, level=1)
    assert second.email != first.email


def test_more_time_moves_the_reminder(hotline, noticed):
    notice = _respond(hotline, "more_time")
    later = hotline.fresh(notice).remind_at
    assert later > timezone.now() + dt.timedelta(hours=47)


def test_an_answer_that_is_no_answer_changes_nothing(hotline, noticed):
    notice = _respond(hotline, "drop table")
    assert hotline.fresh(notice).stage == "sent"


def test_silence_is_reminded_twice_and_then_passed_up(hotline, noticed):
    (notice,) = _rows(hotline, Notice)
    for expected in ("sent", "sent", "unreached"):
        with hotline.open():
            Notice.objects.filter(pk=notice.pk).update(remind_at=timezone.now())
            notices.remind(actor=hotline.system)
        assert hotline.fresh(notice).stage == expected
    subjects = [mail["Subject"] for mail in _mails(hotline)]
    assert sum("Reminder" in subject for subject in subjects) == 2


def test_a_bounce_asks_the_next_contact_at_once(hotline, noticed):
    (notice,) = _rows(hotline, Notice)
    token = letters.token_for(notice.batch, hotline.desk.pk)
    replies.came_back(Bounce("<x@y>", token, "4.2.2", notice.email))
    assert hotline.fresh(notice).stage == "sent"
    replies.came_back(Bounce("<x@y>", token, "5.1.1", notice.email))
    assert hotline.fresh(notice).stage == "unreached"


def test_a_reply_is_kept_sealed_and_a_forged_one_is_not(hotline, noticed):
    (notice,) = _rows(hotline, Notice)
    token = letters.token_for(notice.batch, hotline.desk.pk)
    replies.heard(Incoming(token, "abuse@one.example", "Re", "We took it down."))
    replies.heard(Incoming("a" * len(token), "x@y.example", "Re", "Lies"))
    (reply,) = _rows(hotline, Reply)
    assert reply.batch == notice.batch


def test_two_looks_far_enough_apart_mean_gone(hotline, noticed, monkeypatch):
    _see(monkeypatch, ("gone_404", 0), ("gone_410", 1), ("no_name", 6.1))
    stages = []
    for _ in range(3):
        _look(hotline, noticed)
        stages.append(hotline.fresh(noticed).stage)
    assert stages == ["noticed", "noticed", "gone"]
    looks = _rows(hotline, Check, outcome__in=[*checks.GONE])
    assert hotline.fresh(noticed).gone_at == min(look.at for look in looks)
    assert {n.stage for n in _rows(hotline, Notice)} == {"closed"}


def test_a_page_that_came_back_starts_the_count_anew(hotline, noticed, monkeypatch):
    _see(monkeypatch, ("gone_404", 0), ("there", 3), ("gone_404", 7), ("gone_404", 14))
    for expected in ("noticed", "noticed", "noticed", "gone"):
        _look(hotline, noticed)
        assert hotline.fresh(noticed).stage == expected


def test_an_error_is_never_taken_for_gone(hotline, noticed, monkeypatch):
    _see(monkeypatch, ("error", 0), ("refused", 7), ("error", 14))
    for _ in range(3):
        _look(hotline, noticed)
    assert hotline.fresh(noticed).stage == "noticed"


def test_another_host_reopens_the_tracing(hotline, noticed, monkeypatch):
    _see(monkeypatch, ("there", 0, "elsewhere.example"))
    _look(hotline, noticed)
    assert hotline.fresh(noticed).stage == "to_notice"


@pytest.mark.parametrize("token", ["", "x", "a" * 64, "é" * 64, "'; drop table", "A" * 5000])
def test_a_forged_link_opens_nothing(client, db, token):
    assert letters.read_token(token) is None


def test_the_reporter_hears_that_the_page_is_gone(hotline, monkeypatch):
    concern, _ = hotline.sealed_receive(addresses=(ADDRESS,))
    with hotline.open():
        material = Material.objects.get(sightings__concern=concern)
    hotline.read_as(hotline.amara, material)
    hotline.read_as(hotline.ben, material)
    jobs.drain()
    _see(monkeypatch, ("gone_404", 0), ("gone_404", 7))
    _look(hotline, material)
    _look(hotline, material)
    assert hotline.fresh(concern).status_code == "removed"


def test_the_desk_listens_for_mail():
    assert inbox._LISTENERS["reply"] is replies.heard
