"""The public pages of a release: each page's time, and a thousand readers at once.

    python benchmarks/public_pages.py

Arbora is filled whole and served by two web workers on loopback. Each page is read in each language
once (drawn for the first time) and then 100 times over one connection; then `wrk` (Debian's package
of that name) keeps 1,000 connections on the overview for 15 s.
"""

import json
import re
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx

from benchmarks.served import served

WHOLE = "import django; django.setup(); from copse.project.demo import fill; fill()"
LANGUAGES = ("en", "fr", "ar", "sw")
PAGES = ("", "strategy/", "actions/", "actions/REP-1/", "indicators/", "indicators/REP-TTR/", "law/",
         "council/", "reports/", "data/")  # fmt: skip
ROUNDS = 100
READERS, SECONDS = 1000, 15


def p95(times):
    return statistics.quantiles(times, n=20)[-1] * 1000


def read(client, address):
    began = time.perf_counter()
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return time.perf_counter() - began


def pages(origin):
    """By page: the slowest first drawing, and the 95th percentile of all readings after it."""
    found = {}
    with httpx.Client(base_url=origin, timeout=60) as client:
        for page in PAGES:
            addresses = [f"/{language}/numbers/{page}" for language in LANGUAGES]
            first = max(read(client, address) for address in addresses)
            times = [read(client, one) for _ in range(ROUNDS) for one in addresses]
            found[page or "overview"] = {
                "first_ms": round(first * 1000, 1), "p95_ms": round(p95(times), 1),
                "median_ms": round(statistics.median(times) * 1000, 1),
            }  # fmt: skip
    return found


def crowd(origin):
    """A thousand readers of the overview. Raises when `wrk` is not there."""
    program = shutil.which("wrk")
    if program is None:
        raise SystemExit("wrk is missing. Install Debian's package `wrk` and run this again.")
    said = subprocess.run(
        [program, "-t2", f"-c{READERS}", f"-d{SECONDS}s", "--timeout", "30s", "--latency",
         f"{origin}/en/numbers/"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    errors = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said
    )
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    requests = re.search(r"(\d+) requests in", said)
    each = re.search(r"Requests/sec:\s+([\d.]+)", said)
    last = re.search(r"99%\s+(\S+)", said)
    return {
        "readers": READERS,
        "requests": int(requests[1]),
        "a_second": float(each[1]),
        "p99": last[1],
        "errors": sum(map(int, errors.groups())) if errors else 0,
        "not_answered_well": int(bad[1]) if bad else 0,
    }


def main():
    with served(WHOLE) as origin:
        print(json.dumps({"pages": pages(origin), "crowd": crowd(origin)}, indent=1))


if __name__ == "__main__":
    main()
