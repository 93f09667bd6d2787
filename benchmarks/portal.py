"""Complete reports by a swarm of browsers: every page fetched, every form posted, to the code.

    python benchmarks/portal.py --seconds 60 --browsers 16

Without an address as first word it serves a country of its own (`served.py`). Prints reports a
second, and median and p99 of single requests. Any answer but the expected one is an error, and one
error fails the run.
"""

import argparse
import http.client
import re
import statistics
import sys
import threading
import time
from contextlib import nullcontext
from urllib.parse import urlencode, urlsplit

from served import served

ANSWERS = (
    ("kind", "contact"), ("closer", "contact_grooming"), ("where", "http://bad.example/page"),
    ("story", "Somebody I met in a game asks me for pictures. " * 8), ("age", "9-12"),
    ("danger", "no"), ("contact", ""),
)  # fmt: skip
TOKEN = re.compile(rb'name="token" value="([^"]+)"')
CODE = re.compile(rb'copse-code" dir="ltr">[\d ]{24}<')


class Browser:
    """One visitor with one connection and one cookie."""

    def __init__(self, origin):
        self.place = urlsplit(origin)
        self.line = http.client.HTTPConnection(self.place.hostname, self.place.port, timeout=30)
        self.cookie = ""
        self.times = []

    def ask(self, method, path, expected, data=None):
        headers = {"Cookie": self.cookie} if self.cookie else {}
        body = urlencode(data or {}) if method == "POST" else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.perf_counter()
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        content = answer.read()
        self.times.append(time.perf_counter() - began)
        if answer.status != expected:
            raise RuntimeError(f"{method} {path}: {answer.status}")
        for value in answer.headers.get_all("Set-Cookie") or ():
            if value.startswith(("s=", "__Host-s=")):
                self.cookie = value.partition(";")[0]
        return content

    def report(self):
        self.cookie = ""
        self.ask("GET", "/en/", 200)
        for number, (name, value) in enumerate(ANSWERS, 1):
            self.ask("GET", f"/en/a/{number}/", 200)
            self.ask("POST", f"/en/a/{number}/", 303, {name: value})
        token = TOKEN.search(self.ask("GET", "/en/check/", 200))[1].decode()
        self.ask("POST", "/en/send/", 303, {"token": token})
        receipt = self.ask("GET", "/en/done/1/", 200)
        if not CODE.search(receipt):
            raise RuntimeError("no code on the receipt page")
        self.ask("POST", "/en/noted/", 303)
        return receipt


def swarm(origin, seconds, browsers):
    """Run for `seconds`; returns finished reports, errors and the times of every request."""
    until, reports, errors, times = time.monotonic() + seconds, [], [], []

    def live():
        browser = Browser(origin)
        while time.monotonic() < until:
            try:
                browser.report()
                reports.append(1)
            except Exception as fault:  # noqa: BLE001 - counted and shown
                errors.append(repr(fault))
                times.extend(browser.times)
                browser = Browser(origin)
        times.extend(browser.times)

    threads = [threading.Thread(target=live) for _ in range(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(reports), errors, sorted(times)


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("origin", nargs="?")
    asked.add_argument("--seconds", type=int, default=60)
    asked.add_argument("--browsers", type=int, default=16)
    given = asked.parse_args()
    with nullcontext(given.origin) if given.origin else served() as origin:
        return measure(origin, given.seconds, given.browsers)


def measure(origin, seconds, browsers):
    """Print the figures; 0 when every target is met."""
    began = time.monotonic()
    reports, errors, times = swarm(origin, seconds, browsers)
    took = time.monotonic() - began
    p99 = times[int(len(times) * 0.99)] if times else 0.0
    print(f"{reports} reports in {took:.1f} s: {reports / took:.1f} a second")
    print(f"requests: {len(times)}, median {statistics.median(times) * 1000:.0f} ms, "
          f"p99 {p99 * 1000:.0f} ms, errors {len(errors)}")  # fmt: skip
    for fault in sorted(set(errors))[:5]:
        print(fault)
    return 0 if not errors and reports / took >= 15 and p99 < 2 else 1


if __name__ == "__main__":
    sys.exit(main())
