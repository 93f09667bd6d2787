"""Reports reach the gateway once and whole, whatever breaks off when."""

import os
import re
from datetime import UTC, datetime, timedelta
from hashlib import md5, sha256
from pathlib import Path

import pytest
from lxml import etree

from copse.client import cybertipline, filing, report
from copse.client.cybertipline import About, BadAbout, BadAnswer, read_about, read_answer
from copse.client.network import Unreachable
from copse.client.report import Ended, Gateway, Login, NotAllowed, Unsafe, read_login
from copse.client.spool import InHand, NotInSpool, Spool, State
from copse.kit.errors import LaterError
from tests.client import twin as twins
from tests.toolkit import saved

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
ABOUT = """
[reporter]
first_name = "Dana"
last_name = "Engineer"
email = "safety@forum.example"
legal_url = "https://forum.example/terms"

[incident]
platform = "Forum of Arbora"
urls = ["https://forum.example/p/1"]

[account]
identifier = "user-77"
screen_name = "somebody"
emails = ["u@mail.example"]
[[account.seen]]
address = "192.0.2.7"
when = 2026-11-24T09:00:00Z
port = 51234
"""
LOGIN = Login(twins.USER, twins.PASSWORD)


@pytest.fixture
def gateway():
    with twins.serving() as (twin, url), Gateway(url, LOGIN, pause=lambda _: None) as made:
        yield twin, made


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "spool")


@pytest.fixture
def about(tmp_path):
    (tmp_path / "about.toml").write_text(ABOUT)
    return read_about(tmp_path / "about.toml")


@pytest.fixture
def line(tmp_path):
    path = saved(tmp_path / "pictures" / "drawn.png", 1)
    body = path.read_bytes()
    digests = {"md5": md5(body).hexdigest(), "sha1": "a" * 40, "sha256": sha256(body).hexdigest()}
    match = {"list": "arbora", "entry": "e-1", "how": "pdq", "distance": 4,
             "labels": ["material_label/1/national_child"], "standing": "positive"}  # fmt: skip
    return {"kind": "match", "path": str(path), "fingerprint": {**digests, "pdq": "0f" * 32},
            "matches": [match], "more": False, "verdict": "block"}  # fmt: skip


def taken(spool, made, about, line, *, attach=True):
    return filing.taken_in(spool, made.url, about, line, now=NOW, attach=attach).number


def test_a_report_with_its_file_is_filed_in_order(gateway, spool, about, line):
    twin, made = gateway
    sent = filing.send(spool, taken(spool, made, about, line), made)
    assert sent.state == State.FINISHED
    assert [call for call, _ in twin.calls] == ["submit", "upload", "fileinfo", "finish"]
    (held,) = twin.reports.values()
    ((file_id, body),) = held["files"].items()
    assert md5(body).hexdigest() == line["fingerprint"]["md5"]
    assert sent.files == (file_id,)
    info = etree.fromstring(held["info"][file_id])
    hashes = {one.get("hashType"): one.text for one in info.iterfind("originalFileHash")}
    assert hashes["SHA256"] == line["fingerprint"]["sha256"]
    assert info.findtext("industryClassification") == "A2"
    assert info.findtext("fileViewedByEsp") == "false", "a machine looked, nobody else"


def test_without_attach_nothing_but_fingerprints_leaves(gateway, spool, about, line):
    twin, made = gateway
    filing.send(spool, taken(spool, made, about, line, attach=False), made)
    assert [call for call, _ in twin.calls] == ["submit", "finish"]
    told = etree.fromstring(twin.reports[1000]["xml"])
    assert line["fingerprint"]["sha256"] in told.findtext("additionalInfo")
    assert "4 of 256 bits away" in told.findtext("additionalInfo")
    assert told.findtext("personOrUserReported/ipCaptureEvent/port") == "51234"
    assert told.findtext("incidentSummary/incidentDateTime") == "2026-11-25T10:00:00+00:00"


def test_the_same_match_is_taken_in_once(gateway, spool, about, line):
    twin, made = gateway
    first, second = taken(spool, made, about, line), taken(spool, made, about, line)
    assert first == second
    filing.send(spool, first, made)
    assert taken(spool, made, about, line) == first
    filing.send(spool, first, made)
    assert len(twin.finished) == 1


@pytest.mark.parametrize("call", ["submit", "upload", "fileinfo", "finish"])
@pytest.mark.parametrize("fault", ["fail", "cut"])
def test_a_call_that_breaks_is_tried_again_under_the_same_number(
    gateway, spool, about, line, call, fault
):
    twin, made = gateway
    getattr(twin, fault).append(call)
    sent = filing.send(spool, taken(spool, made, about, line), made)
    assert sent.state == State.FINISHED
    assert len(twin.finished) == len(twin.reports) == 1
    assert len(twin.reports[1000]["files"]) == 1
    numbers = [number for name, number in twin.calls if name == call]
    assert len(numbers) == 2
    assert len(set(numbers)) == 1


@pytest.mark.parametrize("call", ["submit", "upload", "fileinfo", "finish"])
def test_a_sender_killed_at_any_call_files_once_when_it_is_started_again(
    gateway, spool, about, line, call, monkeypatch
):
    """Killed after the gateway did the work and before we wrote its answer down."""
    twin, made = gateway
    number = taken(spool, made, about, line)

    class Killed(BaseException):
        pass

    real = getattr(made, call)

    def killed(*args):
        real(*args)
        raise Killed

    monkeypatch.setattr(made, call, killed)
    with pytest.raises(Killed):
        filing.send(spool, number, made)
    monkeypatch.undo()
    assert filing.send(Spool(spool.folder), number, made).state == State.FINISHED
    assert len(twin.finished) == len(twin.reports) == 1
    assert len(twin.reports[1000]["files"]) == 1


@pytest.mark.parametrize("call", ["submit", "finish"])
def test_even_a_gateway_that_forgets_numbers_has_one_filed_report(
    gateway, spool, about, line, call
):
    twin, made = gateway
    twin.remembers = False
    twin.cut.append(call)
    sent = filing.send(spool, taken(spool, made, about, line), made)
    assert sent.state == State.FINISHED
    assert len(twin.finished) == 1


def test_a_report_that_the_gateway_dropped_begins_anew(gateway, spool, about, line):
    twin, made = gateway
    twin.fail += ["upload"] * report.TRIES
    number = taken(spool, made, about, line)
    with pytest.raises(Unreachable):
        filing.send(spool, number, made)
    assert spool.get(number).state == State.SUBMITTED
    del twin.reports[1000]
    sent = filing.send(spool, number, made)
    assert (sent.state, sent.attempt) == (State.FINISHED, 2)
    assert len(twin.finished) == 1


def test_a_gateway_that_is_away_leaves_the_report_in_the_spool(spool, about, line):
    with twins.serving() as (_, url):
        pass
    with Gateway(url, LOGIN, pause=lambda _: None) as made:
        number = taken(spool, made, about, line)
        with pytest.raises(LaterError, match="did not answer"):
            filing.send(spool, number, made)
    assert spool.get(number).state == State.WAITING


def test_a_wrong_password_is_said_and_nothing_is_lost(gateway, spool, about, line):
    twin, made = gateway
    with Gateway(made.url, Login("forum", "wrong")) as stranger:
        number = taken(spool, stranger, about, line)
        with pytest.raises(NotAllowed, match="does not take this login"):
            filing.send(spool, number, stranger)
    assert spool.get(number).state == State.WAITING
    assert twin.reports == {}
    assert made.status().startswith("Remote User : forum")


def test_what_the_gateway_refuses_is_kept_with_its_reason(gateway, spool, about, line):
    _, made = gateway
    wrong = about.model_copy(
        update={"incident": about.incident.model_copy(update={"type": "Unheard of"})}
    )
    sent = filing.send(spool, taken(spool, made, wrong, line), made)
    assert sent.state == State.REFUSED
    assert "4100" in sent.said
    assert sent.line is not None, "a person must be able to look"


def test_a_file_that_changed_is_not_attached(gateway, spool, about, line):
    twin, made = gateway
    number = taken(spool, made, about, line)
    with Path(line["path"]).open("ab") as file:
        file.write(b"x")
    sent = filing.send(spool, number, made)
    assert sent.state == State.REFUSED
    assert "Scan it again" in sent.said
    assert twin.finished == []


def test_a_finished_report_keeps_a_receipt_and_no_content(gateway, spool, about, line):
    _, made = gateway
    number = taken(spool, made, about, line)
    filing.send(spool, number, made)
    text = (spool.folder / f"{number}.json").read_text()
    assert "somebody" not in text
    assert "drawn.png" not in text
    assert spool.get(number).report_id == 1000
    assert (spool.folder.stat().st_mode & 0o777) == 0o700


def test_an_open_report_can_be_withdrawn_and_a_finished_one_cannot(gateway, spool, about, line):
    twin, made = gateway
    twin.fail += ["finish"] * report.TRIES
    number = taken(spool, made, about, line)
    with pytest.raises(Unreachable):
        filing.send(spool, number, made)
    assert filing.retract(spool, number, made).state == State.RETRACTED
    assert twin.reports[1000]["state"] == "retracted"
    other = taken(spool, made, about, {**line, "path": line["path"] + "2"}, attach=False)
    filing.send(spool, other, made)
    with pytest.raises(Ended, match="finished report stays"):
        filing.retract(spool, other, made)


def test_two_senders_never_send_one_report_at_once(gateway, spool, about, line):
    _, made = gateway
    number = taken(spool, made, about, line)
    with spool.held(number), pytest.raises(InHand):
        filing.send(spool, number, made)


def test_an_unknown_number_is_said(spool):
    for number in ("0" * 32, "../../etc/passwd"):
        with pytest.raises(NotInSpool):
            spool.get(number)


@pytest.mark.parametrize("url", ["http://gateway.example/ispws", "ftp://127.0.0.1", "gateway"])
def test_a_password_never_travels_in_the_open(url):
    with pytest.raises(Unsafe, match="ends up in logs"):
        Gateway("https://me:secret@gateway.example/ispws", Login("me", "secret"))
    with pytest.raises(Unsafe, match="not https"):
        Gateway(url, LOGIN)


def test_a_login_that_others_can_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "login"
    path.write_text("forum\nsecret\n")
    path.chmod(0o644)
    with pytest.raises(Unsafe, match="Others can read"):
        read_login(path)
    path.chmod(0o600)
    assert read_login(path) == Login("forum", "secret")
    assert "secret" not in repr(read_login(path))
    monkeypatch.delenv("COPSE_GATEWAY_USER", raising=False)
    with pytest.raises(Unsafe, match="COPSE_GATEWAY_USER"):
        read_login(None)


def test_labels_that_disagree_claim_no_class(line):
    line["matches"].append({**line["matches"][0], "labels": ["material_label/1/national_youth"]})
    assert cybertipline.classification(line) == ""
    line["matches"] = [{**line["matches"][0], "labels": ["unknown/1/x", "no label"]}]
    assert cybertipline.classification(line) == ""


def test_a_name_that_xml_cannot_hold_is_still_reported(gateway, spool, about, line):
    _, made = gateway
    path = os.fsencode(line["path"]) + b"\xff\x01"
    Path(line["path"]).rename(os.fsdecode(path))
    line.update(path=path.decode("utf-8", "replace"), path_bytes=path.hex())
    assert filing.send(spool, taken(spool, made, about, line), made).state == State.FINISHED


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"ok",
        b"<reportResponse/>",
        b"<other><responseCode>0</responseCode></other>",
        b"<!DOCTYPE a><reportResponse><responseCode>0</responseCode></reportResponse>",
        b"<reportResponse><responseCode>zero</responseCode></reportResponse>",
        b"<reportResponse>" + b" " * 1_000_001,
    ],
)
def test_an_answer_in_another_form_is_no_success(body):
    with pytest.raises(BadAnswer):
        read_answer(body)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "reporter: Field required"),
        ("[reporter]\nemail = 3", "reporter.email"),
        ("[reporter]\nemail = 'a'\nmail = 'b'", "reporter.mail"),
        ("[reporter\n", "no TOML"),
        ("[reporter]\nemail='a'\n[incident]\nwhen = 2026-11-24T09:00:00", "time zone"),
    ],
)
def test_a_slip_in_the_file_about_us_is_named(tmp_path, text, words):
    (tmp_path / "about.toml").write_text(text)
    with pytest.raises(BadAbout, match=words):
        read_about(tmp_path / "about.toml")


def test_the_fullest_report_is_valid(line):
    full = About.model_validate(
        {
            "reporter": dict.fromkeys(cybertipline.Reporter.model_fields, "x"),
            "incident": {"platform": "p", "escalate": "now", "urls": ["https://a.example"] * 2,
                         "when": NOW - timedelta(days=1), "additional_info": "more",
                         "publicly_available": True},
            "account": {"identifier": "i", "service": "s", "screen_name": "n",
                        "display_names": ["a", "b"], "emails": ["e@x.example"],
                        "profile_urls": ["https://a.example/u"], "additional_info": "m",
                        "seen": [{"address": "2001:db8::1", "event": "Login", "when": NOW}]},
        }
    )  # fmt: skip
    schema = etree.XMLSchema(etree.parse(twins.SCHEMA))
    schema.assertValid(etree.fromstring(cybertipline.report_xml(full, line, NOW)))
    schema.assertValid(etree.fromstring(cybertipline.file_xml(7, "ab", full, line)))


def test_the_pages_example_of_who_reports_is_a_whole_one(tmp_path):
    page = (Path(__file__).parents[2] / "docs" / "toolkit.md").read_text("utf-8")
    (shown,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "about.toml").write_text(shown)
    assert read_about(tmp_path / "about.toml").reporter.email == "safety@forum.example"
