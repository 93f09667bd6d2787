"""Mail out through a real SMTP exchange on loopback, mail in through a Maildir."""

import mailbox
import socket
from email.message import EmailMessage

import pytest

from copse.base.outside import catcher, demo, inbox
from copse.base.outside.mail import SmtpSender, Undelivered
from copse.base.outside.provider import Pages, page_of


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def listeners(monkeypatch):
    told = {"reply": [], "bounce": []}
    monkeypatch.setattr(
        inbox, "_LISTENERS", {"reply": told["reply"].append, "bounce": told["bounce"].append}
    )
    return told


def mail(to="abuse@alderhost.example", text="A notice."):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "desk@copse.example", to, "Notice"
    message["Message-ID"] = "<one@copse.example>"
    message.set_content(text)
    return message


def bounce():
    return (
        b"From: mailer-daemon@alderhost.example\r\nTo: bounce+abcdefgh@copse.example\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.alderhost.example\r\n\r\n"
        b"Final-Recipient: rfc822; abuse@alderhost.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        b"\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        b"Message-ID: <one@copse.example>\r\nSubject: Notice\r\n\r\nA notice.\r\n--b--\r\n"
    )


def put(folder, raw):
    mailbox.Maildir(folder, create=True).add(raw)


def test_what_is_sent_is_caught_and_an_answer_comes_in(tmp_path, port, listeners):
    caught = catcher.serving(tmp_path, port)
    try:
        SmtpSender(f"smtp://127.0.0.1:{port}").send(mail())
        SmtpSender(f"smtp://127.0.0.1:{port}").send(
            mail(to="reply+token12345@copse.example", text="Removed.")
        )
    finally:
        caught.stop()
    assert len(list(demo.mail_folder(tmp_path).glob("*.eml"))) == 2
    assert inbox.poll(demo.inbox_folder(tmp_path)) == 1
    (reply,) = listeners["reply"]
    assert (reply.token, reply.text.strip()) == ("token12345", "Removed.")
    assert inbox.poll(demo.inbox_folder(tmp_path)) == 0


def test_a_server_that_is_away_may_be_tried_again(port):
    with pytest.raises(Undelivered) as failure:
        SmtpSender(f"smtp://127.0.0.1:{port}").send(mail())
    assert not failure.value.permanent


def test_a_bounce_names_the_mail_that_came_back(tmp_path, listeners):
    put(tmp_path / "in", bounce())
    inbox.poll(tmp_path / "in")
    (back,) = listeners["bounce"]
    assert back.message_id == "<one@copse.example>"
    assert back.token == "abcdefgh"
    assert back.recipient == "abuse@alderhost.example"
    assert back.permanent


def test_a_delay_is_no_bounce(tmp_path, listeners):
    put(tmp_path / "in", bounce().replace(b"Action: failed", b"Action: delayed"))
    inbox.poll(tmp_path / "in")
    assert listeners["bounce"] == []


def test_mail_for_nobody_is_kept(tmp_path, listeners):
    put(tmp_path / "in", mail(to="somebody@copse.example").as_bytes())
    inbox.poll(tmp_path / "in")
    box = mailbox.Maildir(tmp_path / "in")
    assert len(box) == 0
    assert len(box.get_folder("unknown")) == 1


def test_mail_stays_when_its_listener_fails_and_holds_up_nobody(tmp_path, listeners, monkeypatch):
    def fail(reply):
        raise ValueError("broken")

    monkeypatch.setitem(inbox._LISTENERS, "reply", fail)
    put(tmp_path / "in", mail(to="reply+token12345@copse.example").as_bytes())
    put(tmp_path / "in", bounce())
    with pytest.raises(ValueError, match="broken"):
        inbox.poll(tmp_path / "in")
    assert len(mailbox.Maildir(tmp_path / "in")) == 1
    assert len(listeners["bounce"]) == 1


@pytest.mark.parametrize("raw", [b"", b"\x00\xff" * 50, b"Content-Type: multipart/report\r\n\r\n"])
def test_junk_is_survived(tmp_path, listeners, raw):
    put(tmp_path / "in", raw)
    inbox.poll(tmp_path / "in")
    assert listeners == {"reply": [], "bounce": []}


def notice(url):
    message = mail()
    message.add_attachment(f'{{"url": "{url}"}}'.encode(), maintype="application", subtype="json",
                           filename="xarf.json")  # fmt: skip
    return message.as_bytes()


def test_the_provider_removes_a_page_after_a_notice(tmp_path):
    folder = demo.mail_folder(tmp_path)
    folder.mkdir(parents=True)
    pages = Pages(tmp_path, after=0)
    page = page_of("http://pictures.example/a")
    assert pages.status(page) == 200
    (folder / "1.eml").write_bytes(notice("http://pictures.example/a"))
    assert pages.status(page) == 410
    assert Pages(tmp_path).status(page) == 410, "it is remembered"


def test_a_deaf_provider_keeps_its_page(tmp_path):
    folder = demo.mail_folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "1.eml").write_bytes(notice("http://slowhost.example/a"))
    pages = Pages(tmp_path, after=0)
    assert pages.status(page_of("http://slowhost.example/a")) == 200
    pages.remove(page_of("http://slowhost.example/a"))
    assert pages.status(page_of("http://slowhost.example/a")) == 410, "its staff can still press"
