"""A real server and a real browser: Debian's Chromium, with and without JavaScript.

`COPSE_SHOTS=folder` keeps a photograph of every page looked at; without it, only a page with a
fault is photographed, to a temporary one. How pages are walked is told in `walk.py`.
"""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.cache import cache
from django.db import connections

from tests.journeys.walk import EVERY_RULE, HEIGHT, NOTHING, RULES_OF_WIDTH, seen_on
from tests.portal.browser import arbora

# Playwright runs a loop in this thread; the tests' own queries beside it are what we want.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
THREADS = 48


class _Server(ThreadingMixIn, WSGIServer):
    """Threads that stay, each with its database connection, as where Copse is really served.

    More than a browser's idle sockets can hold; the pool makes one only when none is free.
    """

    def __init__(self, *where):
        super().__init__(*where)
        self.threads, self.opened = ThreadPoolExecutor(THREADS), set()

    def process_request(self, request, client_address):
        self.threads.submit(self.process_request_thread, request, client_address)

    def process_request_thread(self, request, client_address):
        super().process_request_thread(request, client_address)
        self.opened.update(connections.all(initialized_only=True))

    def server_close(self):
        """No request and no connection outlives its test."""
        super().server_close()
        self.threads.shutdown()
        for one in self.opened:
            one.inc_thread_sharing()
            one.close()

    def handle_error(self, request, client_address):
        """A browser that goes away in the middle of an answer is no failure."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@contextmanager
def served():
    """The address of a server in threads of this process."""
    from copse.project.wsgi import application

    server = make_server("127.0.0.1", 0, application, _Server, _Quiet)
    # How soon it hears that a test is over.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def site(committed_db):
    """The address of a server on a committed database of this test's own."""
    with served() as address:
        yield address


@pytest.fixture(scope="module")
def country(module_db, filled):
    """The address of Arbora, filled once for a module whose tests read it, or add to it."""
    from tests.journeys import arbora

    cache.clear()
    filled("arbora", arbora.fill)
    with served() as address:
        yield address


@pytest.fixture
def portal(site, monkeypatch):
    """The portal of Arbora, where nobody has tried a code yet."""
    from copse.portal.services import tickets

    monkeypatch.setattr(tickets, "shares", tickets.Shares())
    arbora()
    return site


@pytest.fixture
def browser_page(chromium):
    """`browser_page(width=1280, script=True)` opens a page; `page.asked` lists its requests."""
    contexts = []

    def open_page(width=1280, *, script=True, language="en"):
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHT}, java_script_enabled=script, locale=language
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text))
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def photograph(tmp_path_factory):
    """`photograph(page, "queue")` keeps a picture of the whole page."""
    folder = Path(os.environ.get("COPSE_SHOTS") or tmp_path_factory.mktemp("shots"))
    folder.mkdir(parents=True, exist_ok=True)

    def shoot(page, name):
        path = folder / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return shoot


@pytest.fixture
def checked(photograph):
    """`checked(page, name)`: no axe finding, no sideways scroll, one origin.

    `widths=WIDTHS` looks again in every width named, and leaves the page in one of them.
    """

    def look(page, name, rules):
        found = seen_on(page, rules)
        if found != NOTHING or os.environ.get("COPSE_SHOTS"):
            photograph(page, name)
        assert found == NOTHING, name

    def check(page, name, *, script=True, widths=()):
        now = page.viewport_size["width"]
        look(page, f"{name}-{now}", EVERY_RULE if script else None)
        for width in widths:
            if width != now:
                page.set_viewport_size({"width": width, "height": HEIGHT})
                look(page, f"{name}-{width}", RULES_OF_WIDTH if script else None)

    return check
