"""What a browser keeps of a report: after it was sent, after quick exit, after a kill."""

import subprocess
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.chromium import CHROMIUM, FLAGS
from tests.journeys.reporter import answer, press, tell
from tests.portal.browser import CANARY


def traces(folder, word=CANARY):
    needles = (word.encode(), word.encode("utf-16-le"))
    return [
        str(path)
        for path in Path(folder).rglob("*")
        if path.is_file() and any(needle in path.read_bytes() for needle in needles)
    ]


@pytest.mark.parametrize("ending", ["sent", "noted", "exit"])
def test_the_browsers_profile_keeps_nothing_of_the_story(portal, tmp_path, ending, chromium):
    context = chromium.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=CHROMIUM, args=FLAGS
    )
    page = context.new_page()
    code = tell(page, f"{portal}/en/")
    if ending == "noted":
        press(page)
    elif ending == "exit":
        page.locator(".copse-exit button").click()
        page.wait_for_url("**/today/")
    context.close()
    for word in (CANARY, code, code.replace(" ", "")):
        assert traces(tmp_path / "profile", word) == []


CARELESS = """<form method=post><textarea name=story></textarea><button>Send</button></form>"""


class _Careless(BaseHTTPRequestHandler):
    """What a page that keeps none of our promises does: stored, and answered by a 200."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(f"{CARELESS}<p>{CANARY}</p>".encode())

    do_POST = do_GET  # noqa: N815 - the library's own name

    def log_message(self, *args):
        pass


def test_the_search_of_a_profile_finds_what_a_careless_page_leaves(tmp_path, chromium):
    careless = ThreadingHTTPServer(("127.0.0.1", 0), _Careless)
    threading.Thread(target=careless.serve_forever, daemon=True).start()
    context = chromium.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=CHROMIUM, args=FLAGS
    )
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{careless.server_port}/")
    page.locator("textarea").fill(CANARY)
    page.locator("button").click()
    context.close()
    careless.shutdown()
    careless.server_close()
    assert traces(tmp_path / "profile")


def test_a_browser_killed_in_the_middle_keeps_nothing_of_the_story(portal, tmp_path, chromium):
    profile = tmp_path / "profile"
    context = chromium.browser_type.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=FLAGS
    )
    page = context.new_page()
    page.goto(f"{portal}/en/b/1/")
    answer(page, "kind")
    page.goto(f"{portal}/en/b/4/")
    answer(page, "story")
    page.goto(f"{portal}/en/b/4/")
    page.locator("textarea").fill(f"{CANARY} and more")
    # A browser writes what it would restore every few seconds.
    page.wait_for_timeout(3000)
    started = subprocess.run(
        ["pgrep", "-f", f"user-data-dir={profile}"], capture_output=True, text=True, check=True
    )
    subprocess.run(["kill", "-KILL", *started.stdout.split()], check=False)
    with suppress(Exception):
        context.close()
    assert any(profile.rglob("*")), "the browser had begun to keep a profile"
    assert traces(profile) == []
