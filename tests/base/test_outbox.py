"""Messages to the outside: with the act, until taken, under one id, never lost from sight."""

import json
import smtplib
import threading
import uuid
from datetime import timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import transaction
from django.utils import timezone
from standardwebhooks import Webhook

from copse.base import access, audit, database, outbox
from copse.base.audit import checkpoints
from copse.base.database import DeskKey
from copse.base.outbox import carriers, failures, queries, sending, witness, wording
from copse.base.outbox.models import Message
from copse.base.outbox.workflow import Stage
from copse.base.outside.mail import Undelivered

pytestmark = pytest.mark.django_db
HOTLINE = DeskKey(uuid.UUID(int=11), "hotline")
HELPLINE = DeskKey(uuid.UUID(int=12), "helpline")
SYSTEM = access.system(HOTLINE)


@pytest.fixture
def post(monkeypatch):
    """Who takes mail here: raises what it is told to, else keeps the mail."""

    class Post(list):
        problem = None

        def __call__(self, letter):
            self.append(message_from_bytes(bytes(letter.body), policy=policy.SMTP))
            if self.problem is not None:
                raise self.problem

    made = Post()
    monkeypatch.setitem(carriers._carriers, "mail", made)
    return made


def written(**changes):
    with database.as_desk(HOTLINE):
        return outbox.mail(
            **{
                "to": "abuse@provider.example", "subject": "Notice H-26-000001",
                "text": "Please remove it.", "kind": "hotline.notice", **changes,
            }
        )  # fmt: skip


def row(key):
    with database.as_desk(HOTLINE):
        return Message.objects.get(pk=key)


def test_a_mail_is_taken_and_its_text_goes(post):
    key = written(headers={"X-Ref": "1"}, reply_to="reply+token@arbora.example")
    sending.send(SYSTEM, key)
    (mail,) = post
    assert mail["To"] == "abuse@provider.example"
    assert mail["Reply-To"] == "reply+token@arbora.example"
    assert mail["Message-ID"] == row(key).stable_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert row(key).stage == Stage.DELIVERED
    assert bytes(row(key).body) == b""
    with database.as_desk(HOTLINE):
        assert audit.actions_on(key) == ["hotline.outbox.deliver"]


def test_an_act_that_is_undone_sends_nothing():
    with pytest.raises(LookupError), database.as_desk(HOTLINE), transaction.atomic():
        raise LookupError(written())
    with database.as_desk(HOTLINE):
        assert Message.objects.count() == 0


def test_a_message_is_tried_again_later_under_the_same_id(post):
    post.problem = outbox.NotTaken("not-reached")
    key = written()
    sending.send(SYSTEM, key)
    first = row(key)
    assert (first.stage, first.attempts, first.problem) == (Stage.WAITING, 1, "not-reached")
    assert first.next_at > timezone.now() + timedelta(seconds=20)
    post.problem = None
    sending.send(SYSTEM, key)
    assert row(key).stage == Stage.DELIVERED
    assert post[0]["Message-ID"] == post[1]["Message-ID"]


# 30 s fourfold each time, at most 6 h: what the eight waits between nine tries are without spread.
WAITS = [30, 120, 480, 1920, 7680, 21600, 21600, 21600]


@pytest.mark.parametrize(("drawn", "spread"), [(0, 0.75), (250, 1.0), (499, 1.249)])
def test_waits_grow_and_are_about_a_day_for_every_draw(monkeypatch, drawn, spread):
    monkeypatch.setattr(sending.secrets, "randbelow", lambda _most: drawn)
    waits = [sending.wait(attempt) for attempt in range(1, sending.MOST_ATTEMPTS)]
    assert waits == [timedelta(seconds=seconds * spread) for seconds in WAITS]
    assert timedelta(hours=15) < sum(waits, timedelta()) < timedelta(hours=27)


def test_two_waits_are_seldom_alike():
    # Of 500 values, 20 draws give fewer than 11 different ones once in 10^13 times.
    waits = {sending.wait(5) for _ in range(20)}
    assert len(waits) > 10
    longest, shortest = max(waits).total_seconds(), min(waits).total_seconds()
    assert 7680 * 0.75 <= shortest < longest <= 7680 * 1.249


def test_a_process_killed_after_sending_sends_twice_with_one_id(post, monkeypatch):
    """Killed between handing over and marking: at least once, and the receiver can tell."""
    key = written()
    with monkeypatch.context() as patched:
        patched.setattr(sending, "_taken", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sending.send(SYSTEM, key)
    assert row(key).stage == Stage.SENDING
    sending.send(SYSTEM, key)
    sending.send(SYSTEM, key)
    assert row(key).stage == Stage.DELIVERED
    assert len(post) == 2
    assert len({mail["Message-ID"] for mail in post}) == 1


def test_given_up_at_once_when_the_answer_is_final(post, monkeypatch):
    told = []
    monkeypatch.setattr(failures, "_acts", {})
    outbox.on_failure("hotline.notice", lambda actor, message: told.append((actor, message.pk)))
    post.problem = outbox.NotTaken("recipient-refused", final=True)
    key = written()
    sending.send(SYSTEM, key)
    assert row(key).stage == Stage.FAILED
    assert told == [(SYSTEM, key)]


def test_given_up_after_a_day_of_tries(post):
    post.problem = outbox.NotTaken("not-reached")
    key = written()
    for _ in range(sending.MOST_ATTEMPTS + 2):
        sending.send(SYSTEM, key)
    assert row(key).stage == Stage.FAILED
    assert len(post) == sending.MOST_ATTEMPTS


def test_times_of_a_message_are_rounded_and_no_try_is_early(post):
    """A retry keeps its exact moment in the queue alone, and goes with the job."""
    post.problem = outbox.NotTaken("not-reached")
    key, before = written(), timezone.now()
    sending.send(SYSTEM, key)
    waiting = row(key)
    assert (waiting.written_at.minute, waiting.written_at.second) == (0, 0)
    assert waiting.written_at.microsecond == 0
    assert waiting.written_at <= before < waiting.next_at <= before + timedelta(minutes=7)
    assert waiting.next_at.minute % 5 == waiting.next_at.second == 0
    post.problem = None
    sending.send(SYSTEM, key)
    assert row(key).next_at == row(key).written_at


def test_a_mail_is_dated_when_it_is_sent_and_keeps_a_date_of_its_own():
    from email.message import EmailMessage
    from email.utils import parsedate_to_datetime

    dated = parsedate_to_datetime(carriers._dated(EmailMessage())["Date"])
    assert abs(dated - timezone.now()) < timedelta(minutes=1)
    own = EmailMessage()
    own["Date"] = "Tue, 24 Nov 2026 09:00:00 +0000"
    assert carriers._dated(own).get_all("Date") == ["Tue, 24 Nov 2026 09:00:00 +0000"]


def test_staff_see_what_is_undelivered_and_why(post):
    post.problem = outbox.NotTaken("smtp-554", final=True)
    key = written()
    sending.send(SYSTEM, key)
    with database.as_desk(HOTLINE):
        (found,) = queries.undelivered_for(SYSTEM)
        line = wording.about(found)
        assert (found.pk, line.failed, line.may_retry) == (key, True, True)
        assert "554" in str(line.why)
        assert queries.undelivered_for(SYSTEM, (found.written_at, found.pk)) == []
        assert wording.why("") == ""
        assert "error, 500" in str(wording.why("http-500"))


def test_staff_retry_or_put_aside(post):
    post.problem = outbox.NotTaken("not-reached", final=True)
    key = written()
    sending.send(SYSTEM, key)
    with database.as_desk(HOTLINE):
        sending.retry(SYSTEM, queries.message_for(SYSTEM, key))
    assert (row(key).stage, row(key).attempts) == (Stage.WAITING, 0)
    sending.send(SYSTEM, key)
    with database.as_desk(HOTLINE):
        sending.dismiss(SYSTEM, queries.message_for(SYSTEM, key))
        assert queries.undelivered_for(SYSTEM) == []
    assert row(key).stage == Stage.DISMISSED


def test_another_desk_sees_no_message(post):
    written()
    with database.as_desk(HELPLINE):
        assert Message.objects.count() == 0


def test_imagery_is_never_sent():
    with pytest.raises(ValueError, match="imagery"):
        written(attachments=[("x.png", "image/png", b"not one")])


def test_the_sweep_asks_again_for_what_was_left(monkeypatch):
    asked = []
    key = written()
    monkeypatch.setattr(
        sending.jobs, "defer", lambda _name, **named: asked.append(named["message"])
    )
    with database.as_desk(HOTLINE):
        sending.sweep(SYSTEM)
        Message.objects.update(next_at=timezone.now() - timedelta(hours=1))
        sending.sweep(SYSTEM)
    assert asked == [str(key)]


@pytest.mark.parametrize(
    ("error", "code", "final"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no")}), "recipient-refused", True),
        (smtplib.SMTPRecipientsRefused({"a": (450, b"later")}), "recipient-refused", False),
        (smtplib.SMTPDataError(554, b"spam"), "smtp-554", True),
        (smtplib.SMTPDataError(451, b"grey"), "smtp-451", False),
        (smtplib.SMTPServerDisconnected(), "not-reached", False),
        (ConnectionRefusedError(), "not-reached", False),
    ],
)
def test_what_servers_answer_is_understood(monkeypatch, error, code, final):
    def carrier(letter):
        raise error

    monkeypatch.setitem(carriers._carriers, "mail", carrier)
    with pytest.raises(outbox.NotTaken) as problem:
        carriers.hand_over("mail", None)
    assert (problem.value.code, problem.value.final) == (code, final)


def test_the_real_sender_says_what_the_server_answered(settings, monkeypatch):
    """Through `outside.smtp`, which puts it in its own words."""

    class Refusing:
        def send(self, _message):
            raise Undelivered("no", permanent=True, status=550)

    monkeypatch.setattr("copse.base.outside.mail.smtp", Refusing)
    key = written()
    sending.send(SYSTEM, key)
    assert (row(key).stage, row(key).problem) == (Stage.FAILED, "smtp-550")
    with database.as_desk(HOTLINE):
        assert "does not know" in str(wording.about(queries.message_for(SYSTEM, key)).why)


@pytest.fixture
def receiver():
    """A webhook's receiver on this machine."""

    class Handler(BaseHTTPRequestHandler):
        answers = (200,)
        calls: list = []  # noqa: RUF012 - one receiver a test

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            self.calls.append((dict(self.headers), body))
            self.send_response(self.answers[min(len(self.calls), len(self.answers)) - 1])
            self.end_headers()

        def log_message(self, *_):
            pass

    Handler.calls = []
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        Handler.url = f"http://127.0.0.1:{server.server_port}/hook"
        yield Handler
        server.shutdown()
        thread.join()


def test_a_webhook_verifies_and_keeps_its_id(receiver):
    receiver.answers = (503, 200)
    with database.as_desk(HOTLINE):
        key = outbox.webhook(url=receiver.url, payload={"a": "é"}, kind="hotline.test")
    sending.send(SYSTEM, key)
    assert row(key).problem == "http-503"
    sending.send(SYSTEM, key)
    assert row(key).stage == Stage.DELIVERED
    verifier = Webhook(outbox.webhook_secret(receiver.url))
    for headers, body in receiver.calls:
        assert verifier.verify(body, headers) == {"a": "é"}
    assert len({headers["webhook-id"] for headers, _ in receiver.calls}) == 1


def test_a_receiver_that_is_gone_is_not_asked_again(receiver):
    receiver.answers = (410,)
    with database.as_desk(HOTLINE):
        key = outbox.webhook(url=receiver.url, payload={}, kind="hotline.test")
    sending.send(SYSTEM, key)
    assert row(key).stage == Stage.FAILED


@pytest.mark.parametrize("url", ["http://provider.example/", "ftp://a.example", "https:///x", ""])
def test_a_webhook_goes_to_https(url):
    with pytest.raises(ValueError, match="https"), database.as_desk(HOTLINE):
        outbox.webhook(url=url, payload={}, kind="hotline.test")


class Witness:
    """A configuration that names a witness."""

    def __init__(self, real, address):
        self._real, self.witness = real, address

    def __getattr__(self, name):
        return getattr(self._real, name)


@pytest.mark.parametrize(
    ("address", "channel"),
    [("mailto:ombud@example.org", "mail"), ("https://ombud.example/hook", "webhook")],
)
def test_a_checkpoint_goes_to_the_witness(settings, address, channel):
    settings.COPSE = Witness(settings.COPSE, address)
    assert witness.deliver in checkpoints._deliveries
    with database.as_desk(DeskKey(uuid.UUID(int=13), "administration")):
        note = checkpoints.take()
        sent = Message.objects.get(kind="audit.checkpoint")
    assert sent.channel == channel
    if channel == "webhook":
        assert json.loads(bytes(sent.body))["note"] == note
    else:
        body = message_from_bytes(bytes(sent.body), policy=policy.SMTP)
        assert body.get_content().replace("\r\n", "\n").strip() == note.strip()


def test_a_checkpoint_may_go_to_a_file(settings, tmp_path):
    settings.COPSE = Witness(settings.COPSE, f"file:{tmp_path}/kept")
    with database.as_desk(DeskKey(uuid.UUID(int=13), "administration")):
        note = checkpoints.take()
    assert (tmp_path / "kept").read_text() == f"{note}\n"
