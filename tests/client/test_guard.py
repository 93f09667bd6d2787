"""The guard's verdicts, and the service that gives them to upload handlers."""

import asyncio
import io
import json
import socket
import threading
import time
from contextlib import contextmanager

import httpx
import jsonschema
import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from PIL import Image

from copse.client.guard import Guard, Policy, judge
from copse.client.guard_service import Limits, service
from copse.kit.hashing import Fingerprint, fingerprint
from copse.kit.lists import Entry, Matches, Opinion
from copse.kit.lists.entry import Category
from tests.toolkit import LABEL, NOW, Arbora, awaited, drawn, entry, saved

pytestmark = pytest.mark.filterwarnings("error")


@pytest.fixture(scope="module")
def arbora(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guard")
    made = Arbora(folder)
    paths = {n: saved(folder / f"{n}.jpg", n, quality=90) for n in (1, 2, 3)}
    made.paths = paths
    paths |= {n: saved(folder / f"{n}.jpg", n, quality=90) for n in (30, 31)}
    no, lead = Opinion("another hotline", Category.NEGATIVE), Opinion("us", Category.SEED)
    dispute = (no, Opinion("us", Category.POSITIVE))
    made.publish(
        entry("exact", paths[1]),
        entry("like", paths[2], exact=False),
        entry("disputed", paths[3], opinions=dispute),
        entry("harmless", paths[30], opinions=(no,)),
        entry("lead", paths[31], opinions=(lead,)),
    )
    return made


@pytest.fixture(scope="module")
def guard(arbora):
    return Guard.open(arbora.folder)


def as_bytes(image, kind="JPEG", **how):
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def changed(pdq, bits):
    """The same hash with so many bits turned."""
    return f"{int(pdq, 16) ^ ((1 << bits) - 1):064x}"


# ── verdicts ──


def test_the_exact_file_is_blocked_with_list_entry_and_labels(guard, arbora):
    told = guard.check(arbora.paths[1].read_bytes())
    assert (told.word, told.code) == ("block", "digest")
    first = told.matches[0]
    assert (first.list, first.entry, first.labels) == ("arbora", "exact", (LABEL,))


def test_the_same_picture_saved_anew_is_blocked(guard):
    told = guard.check(as_bytes(drawn(2), quality=60))
    assert (told.word, told.code) == ("block", "near")


def test_another_picture_is_allowed(guard):
    assert guard.check(as_bytes(drawn(77))).word == "allow"


def test_what_others_dispute_waits_for_a_person(guard, arbora):
    told = guard.check(arbora.paths[3].read_bytes())
    assert (told.word, told.code) == ("hold", "disputed")
    assert "not everybody agrees" in told.reason
    assert guard.check(as_bytes(drawn(3), quality=60)).code == "disputed", "and so does a like one"


def test_what_is_listed_as_harmless_is_allowed_and_the_reason_says_so(guard, arbora):
    for body in (arbora.paths[30].read_bytes(), as_bytes(drawn(30), quality=60)):
        told = guard.check(body)
        assert (told.word, told.code) == ("allow", "harmless")
        assert "listed as harmless" in told.reason
        assert told.matches[0].entry == "harmless"


def test_a_lead_that_nobody_has_judged_waits_for_a_person(guard, arbora):
    told = guard.check(arbora.paths[31].read_bytes())
    assert (told.word, told.code) == ("hold", "lead")
    assert "nobody has judged" in told.reason


def test_a_picture_that_one_list_knows_and_another_calls_harmless_is_held(arbora, tmp_path):
    other = Arbora(tmp_path, "borea")
    no = (Opinion("borea", Category.NEGATIVE),)
    other.publish(entry("b-1", arbora.paths[1], opinions=no))
    both = Guard.open(arbora.folder, other.folder)
    told = both.check(arbora.paths[1].read_bytes())
    assert (told.word, told.code) == ("hold", "disputed")
    assert {one.list for one in told.matches} == {"arbora", "borea"}


def test_harmless_or_not_a_broken_file_was_not_checked(arbora, tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(arbora.paths[1].read_bytes()[:2000])
    other = Arbora(tmp_path, "borea")
    made = fingerprint(broken)
    no = (Opinion("borea", Category.NEGATIVE),)
    other.publish(Entry("b-1", md5=made.md5, updated=NOW, opinions=no))
    assert Guard.open(other.folder).check(broken.read_bytes()).word == "hold"


@pytest.mark.parametrize(
    ("bits", "hold_from", "word"),
    [(0, None, "block"), (31, None, "block"), (32, None, "allow"),
     (19, 20, "block"), (20, 20, "hold"), (31, 20, "hold"), (32, 20, "allow")],
)  # fmt: skip
def test_a_near_picture_is_blocked_or_held_as_the_policy_says(arbora, bits, hold_from, word):
    with_policy = Guard.open(arbora.folder, policy=Policy(hold_from=hold_from))
    told = fingerprint(arbora.paths[2])
    asked = Fingerprint(**{**told.__dict__, "pdq": changed(told.pdq, bits), "md5": None,
                           "sha1": None, "sha256": None})  # fmt: skip
    assert with_policy.check(asked).word == word


def test_a_nearly_flat_picture_near_a_listed_one_is_held(arbora):
    told = fingerprint(arbora.paths[2])
    flat = Fingerprint(**{**told.__dict__, "quality": 12, "md5": None, "sha1": None,
                          "sha256": None})  # fmt: skip
    told = Guard.open(arbora.folder).check(flat)
    assert (told.word, told.code) == ("hold", "flat")


def test_a_flat_picture_that_nothing_is_near_is_the_policys_affair(arbora):
    grey = as_bytes(Image.new("RGB", (300, 300), "grey"), "PNG")
    assert Guard.open(arbora.folder).check(grey).word == "allow"
    strict = Guard.open(arbora.folder, policy=Policy(hold_flat=True))
    assert strict.check(grey).code == "flat"


BAD = {
    "empty": b"",
    "truncated": as_bytes(drawn(5))[:2000],
    "bomb": None,  # made in the test: 30,000 x 30,000 pixels
    "text": b"just words",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_checked_is_held_with_its_reason(guard, name):
    body = BAD[name]
    if body is None:
        body = as_bytes(Image.new("1", (30_000, 30_000)), "PNG")
    told = guard.check(body)
    assert told.word == "hold"
    assert told.reason.startswith("It could not be checked. ")


def test_what_is_no_picture_may_pass_if_the_policy_says_so_and_a_broken_one_may_not(arbora):
    lenient = Guard.open(arbora.folder, policy=Policy(allow_others=True))
    assert lenient.check(BAD["text"]).word == "allow"
    assert lenient.check(BAD["truncated"]).word == "hold"


def test_a_new_version_of_a_list_is_followed_without_a_restart(tmp_path):
    arbora = Arbora(tmp_path)
    first, second = saved(tmp_path / "1.png", 21), saved(tmp_path / "2.png", 22)
    arbora.publish(entry("one", first))
    guard = Guard.open(arbora.folder)
    assert guard.check(second.read_bytes()).word == "allow"
    arbora.publish(entry("two", second))
    assert guard.check(second.read_bytes()).word == "block"
    assert guard.check(first.read_bytes()).word == "block"


# ── the service ──


@contextmanager
def served(app):
    """A client of the application, which really listens on this machine."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, access_log=False, log_level="warning"))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with httpx.Client(base_url=address, timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture(scope="module")
def client(guard):
    with served(service(guard, Limits(body=2_000_000))) as made:
        yield made


def test_bytes_are_answered(client, arbora):
    body = arbora.paths[1].read_bytes()
    told = client.post("/v1/check", content=body, headers={"Content-Type": "image/jpeg"})
    assert told.status_code == 200
    assert told.json()["verdict"] == "block"
    assert told.json()["matches"][0]["labels"] == [LABEL]


def test_a_fingerprint_is_answered(client, arbora):
    told = fingerprint(arbora.paths[2])
    for asked, word in (
        ({"pdq": told.pdq}, "block"),
        ({"pdq": told.pdq, "quality": 10}, "hold"),
        ({"md5": fingerprint(arbora.paths[1]).md5}, "block"),
        ({"sha256": "0" * 64}, "allow"),
    ):
        assert client.post("/v1/check", json=asked).json()["verdict"] == word


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"{", "the whole"),
        (b"[]", "the whole"),
        (b"{}", "empty"),
        (b'{"pdq": "xyz"}', "pdq"),
        (b'{"pdq": 7}', "pdq"),
        (b'{"md5": "' + b"A" * 32 + b'"}', "md5"),
        (b'{"quality": 101, "md5": "' + b"a" * 32 + b'"}', "quality"),
        (b'{"extra": 1}', "extra"),
        (b"\xff\xfe", "the whole"),
    ],
)
def test_a_fingerprint_that_is_none_is_refused_and_not_quoted(client, body, place):
    told = client.post("/v1/check", content=body, headers={"Content-Type": "application/json"})
    assert told.status_code == 422
    assert place in told.json()["sentence"]
    assert "xyz" not in told.text


def test_too_large_a_body_is_refused_before_it_is_read(client):
    told = client.post("/v1/check", content=b"x" * 2_000_001)
    assert (told.status_code, told.json()["code"]) == (413, "too-large")
    told = client.post("/v1/check", content=(b"x" * 100_000 for _ in range(30)))
    assert told.status_code == 413, "and when it does not say how long it is"
    told = client.post(
        "/v1/check", content=b" " * 5000, headers={"Content-Type": "application/json"}
    )
    assert told.status_code == 413


def test_a_browsers_page_may_not_ask(client):
    told = client.post("/v1/check", content=b"x", headers={"Origin": "https://evil.example"})
    assert told.status_code == 403


def test_without_the_token_nothing_is_answered(guard):
    with served(service(guard, Limits(token="a long token of tests"))) as closed:
        assert closed.get("/healthz").status_code == 200
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}):
            told = closed.post("/v1/check", json={"md5": "0" * 32}, headers=headers)
            assert told.status_code == 401
            assert told.headers["WWW-Authenticate"] == "Bearer"
        right = {"Authorization": "Bearer a long token of tests"}
        assert closed.post("/v1/check", json={"md5": "0" * 32}, headers=right).status_code == 200


def test_health_names_lists_and_versions(client):
    (told,) = client.get("/healthz").json()["lists"]
    assert (told["name"], told["version"], told["entries"], told["stale"]) == (
        "arbora", 1, 5, False,
    )  # fmt: skip


class Slow:
    """A guard whose decoder takes its time."""

    lists = ()

    def __init__(self):
        self.go = threading.Event()

    def check(self, _):
        self.go.wait(20)
        return judge(fingerprint(b""), Matches(()), Policy())


def test_a_check_that_takes_too_long_is_held():
    slow = Slow()
    with served(service(slow, Limits(patience=0.2))) as client:
        told = client.post("/v1/check", content=b"x")
        slow.go.set()
    assert (told.json()["verdict"], told.json()["code"]) == ("hold", "too-slow")


def test_more_uploads_than_fit_are_told_to_come_again():
    slow = Slow()
    with served(service(slow, Limits(at_once=1))) as client:
        first = threading.Thread(target=client.post, args=("/v1/check",), kwargs={"content": b"x"})
        first.start()
        time.sleep(0.5)
        told = client.post("/v1/check", content=b"x")
        slow.go.set()
        first.join()
    assert (told.status_code, told.json()["code"]) == (503, "busy")
    assert told.headers["Retry-After"] == "1"


def test_a_body_that_drips_is_given_up(guard):
    """Asked below HTTP, so that the body can be slow."""
    app = service(guard, Limits(seconds=0.2))
    sent = []

    async def receive():
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b"x", "more_body": True}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/v1/check", "raw_path": b"/v1/check",
             "headers": [], "query_string": b"", "http_version": "1.1", "scheme": "http",
             "root_path": "", "server": ("127.0.0.1", 1), "client": ("127.0.0.1", 2)}  # fmt: skip
    awaited(app(scope, receive, send))
    assert sent[0]["status"] == 408


# ── what it says of itself ──


def schema_of(client, path, method, status):
    told = client.get("/openapi.json").json()
    answer = told["paths"][path][method]["responses"][str(status)]
    found = answer["content"]["application/json"]["schema"]
    return {**found, "components": told["components"]}


def test_no_page_fetches_anything_from_elsewhere(client):
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=some.data())
def test_every_answer_is_as_described(client, data):
    kind = data.draw(
        some.sampled_from(["application/json", "application/octet-stream", "image/png"])
    )
    hexes = some.text("0123456789abcdef", min_size=64, max_size=64)
    values = some.one_of(hexes, some.text(max_size=70), some.integers(), some.none())
    fields = some.sampled_from(["pdq", "md5", "sha1", "sha256", "quality", "other"])
    body = data.draw(
        some.one_of(
            some.binary(max_size=300),
            some.dictionaries(fields, values, max_size=4).map(lambda one: json.dumps(one).encode()),
        )
    )
    told = client.post("/v1/check", content=body, headers={"Content-Type": kind})
    assert told.status_code in (200, 422), told.text
    jsonschema.validate(told.json(), schema_of(client, "/v1/check", "post", told.status_code))


def test_the_fingerprints_schema_says_what_is_taken(client, arbora):
    told = client.get("/openapi.json").json()
    body = told["paths"]["/v1/check"]["post"]["requestBody"]["content"]["application/json"]
    jsonschema.validate({"pdq": fingerprint(arbora.paths[1]).pdq}, body["schema"])
    for wrong in ({"pdq": "x"}, {"extra": 1}, {"quality": 101}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, body["schema"])


def test_nothing_of_an_upload_is_written_anywhere(guard, tmp_path, monkeypatch, caplog, capfd):
    """The name of every file opened for writing while a marked upload is checked."""
    import sys

    opened, listening = [], True

    def hook(event, args):
        if (
            listening
            and event == "open"
            and args[1] is not None
            and set(str(args[1])) & set("wax+")
        ):
            opened.append(args[0])

    sys.addaudithook(hook)
    marked = as_bytes(drawn(5)) + b"canary-5f1d"
    with served(service(guard, Limits())) as client:
        client.post("/v1/check", content=marked)
        client.post("/v1/check", json={"pdq": "ca" * 32})
    listening = False
    assert opened == []
    said = "".join(capfd.readouterr()) + caplog.text
    assert "canary" not in said
    assert "ca" * 32 not in said
