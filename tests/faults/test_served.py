"""The promises of the portal, tried on the processes that really serve it."""

import gc
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import psutil
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from portal import ANSWERS, CODE, TOKEN, Browser

from tests.faults.killing import (
    COUNT,
    KILLED,
    ROUNDS,
    report_until,
    wait_for_another,
    wait_until_taken_in,
)

HEADERS = (
    "User-Agent", "X-Forwarded-For", "Forwarded", "Referer", "Accept-Language", "X-Real-IP",
    "Via", "From", "X-Request-Id", "Authorization", "Cookie",
)  # fmt: skip
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def until(found, seconds=30):
    """Wait for what other processes do."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := found():
            return answer
        time.sleep(0.1)
    pytest.fail("it did not happen in time")


@contextmanager
def visitor(stack, cookie=""):
    """A browser whose line is closed in the end."""
    browser = Browser(stack.origin)
    browser.cookie = cookie
    try:
        yield browser
    finally:
        browser.line.close()


def ready_to_send(browser):
    for number, (name, value) in enumerate(ANSWERS, 1):
        browser.ask("POST", f"/en/a/{number}/", 303, {name: value})
    return TOKEN.search(browser.ask("GET", "/en/check/", 200))[1].decode()


def code_of(browser):
    return CODE.search(browser.ask("GET", "/en/done/1/", 200))[0]


def receipts(stack):
    return stack.sql("SELECT count(*) FROM portal_receipt")[0][0]


def test_fifty_posts_of_one_form_all_lead_to_one_receipt(stack):
    codes, faults, before = [], [], receipts(stack)
    with visitor(stack) as browser:
        token = ready_to_send(browser)

    def send():
        try:
            with visitor(stack, browser.cookie) as other:
                other.ask("POST", "/en/send/", 303, {"token": token})
                codes.append(code_of(other))
        except Exception as fault:  # noqa: BLE001 - the list is looked at below
            faults.append(fault)

    threads = [threading.Thread(target=send) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(codes) == 50
    assert len(set(codes)) == 1
    assert receipts(stack) == before + 1


def test_a_connection_lost_after_the_commit_still_finds_its_receipt(stack):
    before = receipts(stack)
    with visitor(stack) as lost:
        token = ready_to_send(lost)
        body = urlencode({"token": token})
        with socket.create_connection(("127.0.0.1", stack.configuration.port)) as line:
            head = ["POST /en/send/ HTTP/1.1", f"Host: localhost:{stack.configuration.port}",
                    f"Cookie: {lost.cookie}", f"Content-Type: {FORM['Content-Type']}",
                    f"Content-Length: {len(body)}", "", body]  # fmt: skip
            line.sendall("\r\n".join(head).encode())
            until(lambda: receipts(stack) == before + 1)
        first = code_of(lost)
        lost.ask("POST", "/en/send/", 303, {"token": token})
        assert code_of(lost) == first
        assert receipts(stack) == before + 1
        lost.ask("POST", "/en/noted/", 303)
        gone = raw(stack, "GET", "/en/done/1/", {"Cookie": lost.cookie})
        assert b"location: /en/over/" in gone


def test_who_finds_a_dead_server_first_is_not_kept_from_starting_it(stack):
    """The dead one is still its parent's to reap, who waits until the other has had its turn."""
    log = stack.configuration.home / "postgres" / "server.log"
    os.kill(stack.handle.pid, signal.SIGKILL)
    _, _, worker = stack.supervisor._processes["worker"]
    worker.kill()
    worker.wait()
    stack.start_again("worker")
    until(lambda: 'lock file "postmaster.pid" already exists' in log.read_text())
    began = time.monotonic()
    stack.handle.mend()
    assert time.monotonic() - began < 30
    assert stack.sql("SELECT 1") == [(1,)]


@pytest.mark.slow
# Sockets to a killed server are left to the collector, and processes were ended by our own kill.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_twenty_kills_lose_nothing_that_was_acknowledged(stack):
    stop, codes = threading.Event(), []
    people = [
        threading.Thread(target=report_until, args=(stop, stack.origin, codes)) for _ in range(4)
    ]
    for person in people:
        person.start()
    for number in range(ROUNDS):
        wait_for_another(codes)
        for target in KILLED[number % 2]:
            stack.kill(target)
    wait_for_another(codes)
    stop.set()
    for person in people:
        person.join()
    wait_until_taken_in(stack)
    found = json.loads(stack.python(COUNT, "\n".join(codes)))
    stack.revive()
    stack.supervisor.wait_until_ready()
    gc.collect()  # what was killed in the middle is complained of here, and not in a later test
    assert found["acknowledged"] > 5, "too few reports to say anything"
    assert found["lost"] == 0
    assert found["twice"] == 0
    assert found["orphans"] == 0, "a receipt without its concern, or a concern without its receipt"
    assert found["unheard"] == 0, "a concern without its audit entry"
    assert found["heard_twice"] == 0


def raw(stack, method, path, headers, body=b""):
    """Whatever the server answers, head and all, in small letters."""
    line = http.client.HTTPConnection("localhost", stack.configuration.port, timeout=30)
    line.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        line.putheader(name, value)
    if body:
        line.putheader("Content-Length", str(len(body)))
    line.endheaders(body or None)
    answer = line.getresponse()
    content = answer.read()
    line.close()
    return (f"{answer.status} {answer.headers}".encode() + content).lower()


def all_sorts(stack, word):
    """The word in every field, header and broken request the server may be sent."""
    headers = {name: f"{word}-{name}" for name in HEADERS}
    for number, (name, _) in enumerate(ANSWERS, 1):
        body = urlencode({name: f"{word} here", word: word}).encode()
        raw(stack, "POST", f"/en/b/{number}/?{word}={word}", headers | FORM, body)
    raw(stack, "GET", f"/{word}/", headers)
    raw(stack, "GET", f"/en/back/?{word}", headers)
    raw(stack, "POST", "/en/back/", headers | FORM, urlencode({"code": word}).encode())
    assert raw(stack, "GET", "/en/", headers | {"Host": f"{word}.example"}).startswith(b"400")
    big = raw(stack, "POST", "/en/b/4/", headers | FORM, f"story={word}".encode() * 200_000)
    assert big.startswith(b"413")
    assert b"too much at once" in big
    part = (f'--x\r\nContent-Disposition: form-data; name="story"; filename="{word}.jpg"\r\n\r\n'
            + word * 200_000 + "\r\n--x--\r\n").encode()  # fmt: skip
    raw(stack, "POST", "/en/b/4/", headers | {"Content-Type": "multipart/form-data; boundary=x"},
        part)  # fmt: skip
    raw(stack, "POST", "/en/b/4/", headers | {"Content-Type": f"nonsense/{word}"}, word.encode())


def report(stack, word, expected=303):
    """A report about danger with the word in every free field; the page after it."""
    words = {"where": f"{word}\nhttp://site.example/", "story": word, "contact": word,
             "danger": "yes"}  # fmt: skip
    with visitor(stack) as browser:
        for number, (name, value) in enumerate(ANSWERS, 1):
            browser.ask("POST", f"/en/b/{number}/", 303, {name: words.get(name, value)})
        token = TOKEN.search(browser.ask("GET", "/en/check/", 200))[1].decode()
        browser.ask("POST", "/en/send/", expected, {"token": token})
        return code_of(browser).decode() if expected == 303 else ""


def files_with(word, *places):
    found = subprocess.run(
        ["grep", "-rlaFi", "-e", word, *map(str, places)],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.split()


def mails(stack):
    return [path.read_text() for path in stack.configuration.home.rglob("*.eml")]


def test_nothing_of_a_reporter_is_left_by_the_processes_that_serve(stack):
    word, home = f"canary{uuid4().hex}", stack.configuration.home
    stack.sql("UPDATE organisations_desk SET duty_email = 'duty@example.org'")
    all_sorts(stack, word)
    digits = re.sub(r"\D", "", report(stack, word).partition(">")[2])
    # The duty address hears at once, and nothing of what was written.
    mail = until(lambda: mails(stack))[0]
    assert "duty@example.org" in mail

    # Errors of Python (a broken key) and of the database (a missing table; none at all).
    stack.sql("UPDATE vault_deskkey SET public = '\\x00'")
    report(stack, word, expected=500)
    stack.sql("ALTER TABLE portal_tally RENAME TO elsewhere")
    assert raw(stack, "POST", "/en/b/4/", FORM, f"story={word}".encode()).startswith(b"503")
    stack.sql("ALTER TABLE elsewhere RENAME TO portal_tally")
    # With its children: one whose parent was killed goes on answering for a moment.
    server = psutil.Process(stack.handle.pid)
    for one in (server, *server.children()):
        one.kill()
    until(lambda: stack.handle.pid is None)
    assert raw(stack, "POST", "/en/b/4/", FORM, f"story={word}".encode()).startswith(b"503")
    stack.handle.mend()
    ((data,),) = stack.sql("SHOW data_directory")
    stack.sql("CHECKPOINT")
    stack.supervisor.stop()

    assert "incident" in stack.said.read_text(), "the log of the processes is the one searched"
    assert files_with("site.example", data), "what travels unsealed is found by this search"
    for trace in (word, word.encode().hex(), digits, "203.0.113"):
        assert files_with(trace, home, data) == []
