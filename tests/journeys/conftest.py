"""A real server and a real browser: Debian's Chromium, with and without JavaScript.

`COPSE_SHOTS=folder` keeps the photographs that tests take; without it they go to a temporary one.
"""

import os
import threading
from pathlib import Path
from socketserver import ThreadingMixIn
from types import SimpleNamespace
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.db import connections

# Playwright runs a loop in this thread; the tests' own queries beside it are what we want.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

LANGUAGES = ("en", "fr", "ar", "sw")
WIDTHS = (320, 1280)
AXE_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


class _Server(ThreadingMixIn, WSGIServer):
    # Joined when the server closes, so that no request outlives its test.
    daemon_threads = False

    def process_request_thread(self, request, client_address):
        try:
            super().process_request_thread(request, client_address)
        finally:
            # A thread's database connections end with it.
            connections.close_all()

    def handle_error(self, request, client_address):
        """A browser that goes away in the middle of an answer is no failure."""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def site(committed_db):
    """The address of a server on a committed database, served from threads of this process."""
    from copse.project.wsgi import application

    server = make_server("127.0.0.1", 0, application, _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def browser_page(chromium):
    """`browser_page(width=1280, script=True)` opens a page; `page.asked` lists its requests."""
    contexts = []

    def open_page(width=1280, *, script=True, language="en"):
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=script, locale=language
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


@pytest.fixture
def axe():
    """`axe(page)` gives the violations, WCAG 2.2 AA tags named, or target size is not tried."""
    from axe_playwright_python.sync_playwright import Axe

    def run(page):
        options = {"runOnly": list(AXE_TAGS)}
        found = Axe().run(page, options=options).response["violations"]
        return [(one["id"], [node["html"][:160] for node in one["nodes"][:3]]) for one in found]

    return run


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
def checked(axe, photograph):
    """`checked(page, name)`: no axe finding, no sideways scroll, one origin; and a picture."""

    def check(page, name, *, script=True):
        photograph(page, name)
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        origin = "/".join(page.url.split("/")[:3])
        foreign = [url for url in page.asked if not url.startswith((origin, "data:"))]
        found = SimpleNamespace(axe=axe(page) if script else [], wide=wide, foreign=foreign)
        assert found == SimpleNamespace(axe=[], wide=0, foreign=[]), name

    return check
