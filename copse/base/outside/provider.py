"""The demonstration's provider: serves made-up text pages, and takes them down when told.

`python -m copse.base.outside.provider --home FOLDER --port PORT`, on loopback only. It answers for
every made-up host. A page goes when its staff press the button at `/staff`, or by itself a while
after a notice about it was mailed: the provider reads its own mail in the catcher's folder.
"""

import argparse
import html
import json
import os
import re
import threading
import time
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from copse.base.outside import demo

AFTER = 60.0
# This host never answers its mail, so that reminders and the next contact can be seen.
DEAF = ("slowhost.example",)
URL = re.compile(r"https?://[^\s\"'<>]+")
Page = tuple[str, str]


class Pages:
    """Which pages are gone, and which are going; remembered in one file."""

    def __init__(self, home: Path, after: float = AFTER) -> None:
        self.mail = demo.mail_folder(home)
        self.file = home / "provider" / "removed.json"
        self.after = after
        self.seen: set[Page] = set()
        self._read: set[str] = set()
        self._lock = threading.Lock()
        self.gone: dict[str, float] = {}
        if self.file.exists():
            self.gone = json.loads(self.file.read_text("utf-8"))

    def status(self, page: Page) -> int:
        """410 once removed, else 200."""
        self.read_mail()
        due = self.gone.get(_key(page))
        return 410 if due is not None and due <= time.time() else 200

    def remove(self, page: Page, *, after: float = 0.0) -> None:
        """Take a page down, now or in a while. A nearer time wins."""
        with self._lock:
            due = time.time() + after
            self.gone[_key(page)] = min(due, self.gone.get(_key(page), due))
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            partial = self.file.with_suffix(".part")
            partial.write_text(json.dumps(self.gone), "utf-8")
            partial.rename(self.file)

    def read_mail(self) -> None:
        """Take up new notices: each page named in one is removed after a while."""
        for file in sorted(self.mail.glob("*.eml")):
            if file.name in self._read:
                continue
            self._read.add(file.name)
            for page in _pages_in(file.read_bytes()):
                self.remove(page, after=self.after)


def _pages_in(raw: bytes) -> list[Page]:
    found: list[Page] = []
    for part in message_from_bytes(raw, policy=policy.default).walk():
        # The notice's machine-readable part names the page; the text's other links are ours.
        if not (part.get_filename() or "").endswith(".json"):
            continue
        payload = part.get_payload(decode=True)
        text = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
        found += [page_of(url) for url in URL.findall(text)]
    return [page for page in found if page[0].endswith(tuple(demo.NAMES)) and not _deaf(page[0])]


def _deaf(host: str) -> bool:
    return any(host == deaf or host.endswith(f".{deaf}") for deaf in DEAF)


def page_of(url: str) -> Page:
    """The host and path that name a page."""
    parts = urlsplit(url)
    return ((parts.hostname or "").rstrip("."), parts.path or "/")


def _key(page: Page) -> str:
    return "".join(page)


class Handler(BaseHTTPRequestHandler):
    """Serves the pages, and the staff's list of them."""

    server: "Provider"

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        host = (self.headers.get("Host") or "").partition(":")[0].lower()
        if not host.endswith(tuple(demo.NAMES)):
            self._answer(200, _staff_page(self.server.pages))
            return
        page = (host, urlsplit(self.path).path)
        self.server.pages.seen.add(page)
        status = self.server.pages.status(page)
        text = "This page was removed." if status != 200 else "A made-up page. Nothing is here."  # noqa: PLR2004
        self._answer(status, f"<p>{text}</p>")

    def do_POST(self) -> None:
        size = min(int(self.headers.get("Content-Length") or 0), 4096)
        form = parse_qs(self.rfile.read(size).decode("utf-8", "replace"))
        host, path = form.get("host", [""])[0], form.get("path", ["/"])[0]
        if host:
            self.server.pages.remove((host, path))
        self.send_response(303)
        self.send_header("Location", "/staff")
        self.end_headers()

    def _answer(self, status: int, body: str) -> None:
        content = (
            "<!doctype html><html lang=en><meta charset=utf-8><title>Made-up provider</title>"
            f"<body>{body}</body></html>"
        ).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Keep no log of who asked."""


def _staff_page(pages: Pages) -> str:
    pages.read_mail()
    rows = "".join(
        f"<li>{html.escape(host + path)} – {pages.status((host, path))}"
        "<form method=post action=/staff>"
        f'<input type=hidden name=host value="{html.escape(host)}">'
        f'<input type=hidden name=path value="{html.escape(path)}">'
        "<button>Remove</button></form></li>"
        for host, path in sorted(pages.seen)
    )
    return f"<h1>Staff of the made-up provider</h1><ul>{rows or '<li>No page asked for yet.</li>'}</ul>"


class Provider(ThreadingHTTPServer):
    """The server with its pages."""

    daemon_threads = True

    def __init__(self, pages: Pages, port: int) -> None:
        super().__init__((demo.LOOPBACK, port), Handler)
        self.pages = pages


def main() -> None:
    """Serve until told to stop."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--home", type=Path, default=os.environ.get("COPSE_HOME", "var/demo"))
    web = int(os.environ.get("COPSE_PORT", "8000"))
    options.add_argument("--port", type=int, default=web + 2)
    options.add_argument("--after", type=float, default=AFTER)
    chosen = options.parse_args()
    server = Provider(Pages(Path(chosen.home), chosen.after), chosen.port)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
