"""The fetcher goes nowhere but to public addresses, and reads headers only."""

import contextlib
import http.server
import json
import socket
import threading
import time

import pytest

from copse.base.outside import fetcher_process as process
from copse.base.outside.fetching import ProcessFetcher

PAGES = {
    "/there": (200, {}),
    "/gone": (410, {}),
    "/missing": (404, {}),
    "/broken": (503, {}),
    "/no-head": (200, {}),
    "/moved": (302, {"Location": "http://other.example/there"}),
    "/moved-and-gone": (301, {"Location": "/gone"}),
    "/to-loopback": (302, {"Location": "http://127.0.0.1:PORT/there"}),
    "/to-name": (302, {"Location": "http://localhost:PORT/there"}),
    "/to-metadata": (302, {"Location": "http://169.254.169.254/latest"}),
    "/to-inside": (302, {"Location": "http://10.0.0.8/"}),
    "/to-mapped": (302, {"Location": "http://[::ffff:127.0.0.1]:PORT/there"}),
    "/to-translated": (302, {"Location": "http://[64:ff9b::7f00:1]/"}),
    "/to-file": (302, {"Location": "file:///etc/passwd"}),
    "/to-user": (302, {"Location": "http://a@other.example/"}),
    "/round": (302, {"Location": "/round"}),
}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        if self.path == "/no-head" and self.command == "HEAD":
            self.send_error(405)
            return
        if self.path == "/huge":
            self.wfile.write(b"HTTP/1.0 200 OK\r\nX: " + b"a" * 40_000 + b"\r\n\r\n")
            return
        if self.path == "/slow":
            for _ in range(50):
                self.wfile.write(b"H")
                time.sleep(0.1)
            return
        status, headers = PAGES[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value.replace("PORT", str(self.server.server_port)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"a body that nobody reads")

    do_GET = do_HEAD  # noqa: N815 - the base class's name

    def log_message(self, *args): ...

    def handle(self):
        with contextlib.suppress(OSError):
            super().handle()


@pytest.fixture(scope="module")
def server():
    served = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.asked = []
    threading.Thread(target=served.serve_forever, args=(0.05,), daemon=True).start()
    yield served
    served.shutdown()
    served.server_close()


@pytest.fixture
def stand_in(server):
    server.asked.clear()
    return {"names": [".example"], "address": "127.0.0.1", "port": server.server_port}


def ask(path, stand_in):
    return process.answer({"url": f"http://pages.example{path}", "stand_in": stand_in})


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/there", "there"),
        ("/gone", "gone_410"),
        ("/missing", "gone_404"),
        ("/broken", "error"),
        ("/no-head", "there"),
        ("/moved-and-gone", "gone_410"),
        ("/to-loopback", "refused"),
        ("/to-name", "refused"),
        ("/to-metadata", "refused"),
        ("/to-inside", "refused"),
        ("/to-mapped", "refused"),
        ("/to-translated", "refused"),
        ("/to-file", "refused"),
        ("/to-user", "refused"),
        ("/round", "error"),
        ("/huge", "error"),
    ],
)
def test_what_a_look_finds(stand_in, path, outcome):
    assert ask(path, stand_in)["outcome"] == outcome


def test_a_change_of_host_is_told(stand_in):
    found = ask("/moved", stand_in)
    assert (found["host"], found["final_host"]) == ("pages.example", "other.example")


def test_it_says_nothing_about_us(stand_in, server):
    ask("/there", stand_in)
    _, _, headers = server.asked[0]
    assert set(headers) == {"Host", "User-Agent", "Accept", "Range", "Connection"}
    assert "copse" not in headers["User-Agent"].lower()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://pages.example/", "gopher://pages.example/", "http://",
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0/", "http://[::1]/",
        "http://[fe80::1%25lo]/", "http://[fd00::1]/", "http://192.168.1.1/", "http://100.64.0.1/",
        "http://224.0.0.1/", "http://[2002:7f00:1::]/", "http://user:word@8.8.8.8/",
        "http://8.8.8.8:25/", "javascript:alert(1)", "http://8.8.8.8:99999/",
    ],
)  # fmt: skip
def test_nothing_inside_is_ever_asked(url, monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "create_connection", never)
    assert process.answer({"url": url})["outcome"] == "refused"


def _resolving(monkeypatch, *answers):
    rounds = iter(answers)

    def getaddrinfo(host, port, **kwargs):
        return [(2, 1, 6, "", (address, port)) for address in next(rounds)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def test_a_name_that_changes_its_mind_gains_nothing(monkeypatch):
    """Rebinding: the first answer is public; whatever comes later is never asked for."""
    opened = []

    def create_connection(place, *args):
        opened.append(place)
        raise OSError

    _resolving(monkeypatch, ["93.184.215.14"], ["127.0.0.1"])
    monkeypatch.setattr(socket, "create_connection", create_connection)
    assert process.answer({"url": "http://rebind.test/"})["outcome"] == "error"
    assert opened == [("93.184.215.14", 80)]


def test_one_inner_address_among_public_ones_is_enough_to_refuse(monkeypatch):
    _resolving(monkeypatch, ["93.184.215.14", "10.0.0.1"])
    assert process.answer({"url": "http://mixed.test/"})["outcome"] == "refused"


def test_no_such_name(monkeypatch):
    def getaddrinfo(*args, **kwargs):
        raise socket.gaierror(socket.EAI_NONAME, "none")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert process.answer({"url": "http://nowhere.test/"})["outcome"] == "no_name"


def test_the_process_has_an_empty_environment_and_answers(stand_in):
    look = ProcessFetcher(stand_in=stand_in).look("http://pages.example/gone")
    assert (look.outcome, look.status) == ("gone_410", 410)


def test_a_slow_server_is_left(stand_in):
    began = time.monotonic()
    look = ProcessFetcher(stand_in=stand_in, seconds=1).look("http://pages.example/slow")
    assert look.outcome == "error"
    assert time.monotonic() - began < 4


def test_a_broken_process_is_an_error_and_no_verdict(tmp_path):
    silent = tmp_path / "python"
    silent.write_text("#!/bin/sh\nexit 3\n")
    silent.chmod(0o755)
    assert ProcessFetcher(interpreter=str(silent)).look("http://a.example/").outcome == "error"


def test_questions_and_answers_are_json_lines(stand_in, capsys, monkeypatch):
    import io

    question = {"url": "http://pages.example/gone", "stand_in": stand_in}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(question) + "\n"))
    process.main()
    assert json.loads(capsys.readouterr().out)["outcome"] == "gone_410"
