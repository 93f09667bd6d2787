"""Lists over the network, from a real server on this machine, however it behaves."""

import io
import shutil
import threading
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from copse.client import lists
from copse.client.lists import BadAddress, Refused, Server, exchange_entries
from copse.client.network import Unreachable
from copse.kit.exchange import hashsharing
from copse.kit.exchange.reading import BadList
from copse.kit.lists import Entry, KnownList, Publication, pull
from copse.kit.lists.pulling import BadFile
from tests.kit.listed import KEY, NOW, TERMS, made, publish


@pytest.fixture
def serve():
    """Starts servers of a handler each, and hands out their addresses."""
    running = []

    def start(handler):
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # a client that hangs up is the point
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


class Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *words):
        """Nothing."""

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def answering(*answers, **headers):
    """A handler that gives each answer in turn, and then the last one again."""
    left = list(answers)

    class Answering(Quiet):
        def do_GET(self):
            status, body = left.pop(0) if len(left) > 1 else left[0]
            self.answer(status, body, **headers)

    return Answering


@pytest.fixture
def publication(tmp_path):
    made_ = Publication.create(tmp_path / "publisher", TERMS)
    publish(made_, *[made(n) for n in range(50)])
    yield made_
    made_.close()


class Static(SimpleHTTPRequestHandler):
    def log_message(self, *words):
        """Nothing."""


def test_any_static_server_will_do(publication, serve, tmp_path):
    address = serve(partial(Static, directory=publication.public))
    with Server(address) as server:
        assert pull(server, tmp_path / "here", KEY, now=NOW).added == 50
        publish(publication, made(60))
        assert pull(server, tmp_path / "here", now=NOW).version == 2
    assert len(KnownList.open(tmp_path / "here")) == 51


def fetch(address, most=1000, **options):
    with Server(address, **options) as server:
        return b"".join(server("x", most))


@pytest.mark.parametrize(
    "address",
    [
        "http://lists.example/a", "ftp://lists.example/", "file:///etc/passwd", "lists.example",
        "https://", "https://user:secret@lists.example/", "https://lists.example/?a=b",
        "http://127.0.0.1.lists.example/", "http://10.0.0.1/", "http://[::2]/", "",
    ],
)  # fmt: skip
def test_lists_come_over_https_or_from_this_machine(address):
    with pytest.raises(BadAddress) as refused:
        Server(address)
    assert "secret" not in refused.value.sentence


@pytest.mark.parametrize(
    "address", ["https://lists.example/a", "http://[::1]:8080/", "http://localhost/"]
)
def test_these_addresses_are_taken(address):
    with Server(address) as server:
        assert str(server.base) == address


def test_a_redirect_on_the_same_host_is_followed_and_to_another_refused(serve):
    other = serve(answering((200, b"elsewhere")))

    class Turning(Quiet):
        def do_GET(self):
            to = {"/x": "/y", "/away/x": f"{other}/x", "/round/x": "/round/x"}.get(self.path)
            self.answer(302, Location=to) if to else self.answer(200, b"here")

    address = serve(Turning)
    assert fetch(address) == b"here"
    with pytest.raises(Refused, match="another host, 127"):
        fetch(f"{address}/away", token="t")
    with pytest.raises(Refused, match="in circles"):
        fetch(f"{address}/round")


def test_a_token_is_sent_and_a_refusal_says_what_to_look_at(serve):
    seen = []

    class Guarded(Quiet):
        def do_GET(self):
            seen.append(self.headers.get("Authorization"))
            self.answer(200 if seen[-1] else 401, b"in")

    address = serve(Guarded)
    assert fetch(address, token="abc") == b"in"
    assert seen == ["Bearer abc"]
    with pytest.raises(Refused, match="token or the password"):
        fetch(address)


@pytest.mark.parametrize("status", [204, 206, 304, 404, 410, 500, 503])
def test_a_failing_server_is_a_matter_of_trying_again(serve, status):
    with pytest.raises(Unreachable, match="Try again later"):
        fetch(serve(answering((status, b""))))


def test_a_server_that_is_not_there_is_said():
    with pytest.raises(Unreachable, match="ConnectError"):
        fetch("http://127.0.0.1:9")


def test_no_more_than_asked_is_taken(serve):
    taken = fetch(serve(answering((200, b"x" * 1_000_000))), most=100)
    assert taken == b"x" * 101, "one byte more tells that there was more"


def test_a_compressed_body_is_refused(serve):
    import gzip

    address = serve(answering((200, gzip.compress(b"0" * 1_000_000)), Content_Encoding="gzip"))
    with pytest.raises(Unreachable, match="compresses"):
        fetch(address)


BODY = bytes(range(256)) * 400


class Breaking(Quiet):
    """Sends a part, and breaks the connection; goes on where it is asked to."""

    ranges = True

    def do_GET(self):
        asked = self.headers.get("Range")
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked and self.ranges else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(BODY) - 1}/{len(BODY)}")
        self.send_header("Content-Length", str(len(BODY) - start))
        self.end_headers()
        self.wfile.write(BODY[start : start + 40_000])
        self.close_connection = True


def test_a_broken_connection_is_taken_up_where_it_broke(serve):
    assert fetch(serve(Breaking), most=len(BODY)) == BODY


def test_a_server_that_cannot_go_on_is_left(serve):
    with pytest.raises(Unreachable, match="where it broke off"):
        fetch(serve(type("Restarting", (Breaking,), {"ranges": False})), most=len(BODY))


def test_a_server_that_drips_is_not_waited_for(serve, monkeypatch):
    monkeypatch.setattr(lists, "PATIENCE", 0.3)
    monkeypatch.setattr(lists, "TIMEOUT", httpx.Timeout(0.2))
    stopped = threading.Event()

    class Dripping(Quiet):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            for _ in range(1000):
                if stopped.wait(0.05):
                    break
                try:
                    self.wfile.write(b"x")
                except OSError:
                    break

    class Silent(Quiet):
        def do_GET(self):
            stopped.wait(5)
            self.close_connection = True

    try:
        with pytest.raises(Unreachable, match="too long"):
            fetch(serve(Dripping))
        with pytest.raises(Unreachable, match="ReadTimeout"):
            fetch(serve(Silent))
    finally:
        stopped.set()


def test_a_list_cut_off_on_the_way_is_refused_and_the_old_one_serves(publication, serve, tmp_path):
    here, source = tmp_path / "here", tmp_path / "source"
    pull(publication.public, here, KEY, now=NOW)
    publish(publication, made(60))
    shutil.copytree(publication.public, source)
    (source / "2.delta.jsonl").write_bytes((source / "2.delta.jsonl").read_bytes()[:100])
    with Server(serve(partial(Static, directory=source))) as server, pytest.raises(BadFile):
        pull(server, here, now=NOW)
    assert KnownList.open(here).version == 1


# The pages of an exchange

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)


def page(*entries, following=""):
    out = io.BytesIO()
    hashsharing.write(entries, out, next_page=following)
    return 200, out.getvalue()


def entry(number):
    return Entry(f"42-{number}", md5=f"{number:032x}", updated=NOW)


def entries(address, **options):
    with Server(address, **options) as server:
        return list(exchange_entries(server, START, END))


def test_every_page_of_an_exchange_is_read(serve):
    asked = []
    pages = {
        "/npo/v2/entries?from=2026-01-01T00%3A00%3A00Z&to=2026-12-01T00%3A00%3A00Z": page(
            entry(1), following="/v2/entries?start=2"
        ),
        "/npo/v2/entries?start=2": page(entry(2), entry(3)),
    }

    class Pages(Quiet):
        def do_GET(self):
            asked.append(self.headers["Authorization"])
            self.answer(*pages.get(self.path, (404, b"")))

    found = entries(f"{serve(Pages)}/npo", login=("user", "pass"))
    assert found == [entry(1), entry(2), entry(3)]
    assert asked == ["Basic dXNlcjpwYXNz"] * 2


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example/x", "/../../x"])
def test_a_page_does_not_lead_away(serve, following):
    with pytest.raises(Refused, match="no path of its own"):
        entries(serve(answering(page(entry(1), following=following))))


def test_pages_in_a_circle_end(serve):
    with pytest.raises(Refused, match="in circles"):
        entries(serve(answering(page(entry(1), following="/v2/entries?start=2"))))


def test_a_page_that_is_none_is_refused(serve):
    with pytest.raises(BadList):
        entries(serve(answering((200, b"<html>Maintenance</html>"))))
