"""A right code without JavaScript while others guess 200 times a second.

    python benchmarks/codes.py --seconds 60

Without an address as first word it serves a country of its own (`served.py`). The guessers come
from 32 addresses, do the work of the script, and send whatever ticket they have. The one with a
right code reads the page, types, waits as told, and presses again. Prints how long it takes from
opening the page to reading the answer; more than 15 s, or an error, fails the run.
"""

import argparse
import hashlib
import http.client
import re
import secrets
import statistics
import sys
import threading
import time
from contextlib import nullcontext
from urllib.parse import urlencode

from portal import CODE, Browser
from served import served

GUESSES, GUESSERS, LONGEST = 200, 32, 15.0
TICKET = re.compile(rb'(?:name="ticket" value|data-ticket)="([^"]+)"')
SECONDS = re.compile(rb"Count to (\d+)")
WORKED_AT_MOST = 1 << 20


class Visitor(Browser):
    """A browser at an address of its own; loopback has millions."""

    def __init__(self, origin, address):
        super().__init__(origin)
        self.line = http.client.HTTPConnection(
            self.place.hostname, self.place.port, timeout=60, source_address=(address, 0)
        )

    def ticket(self):
        return TICKET.search(self.ask("GET", "/en/back/", 200))[1].decode()

    def go(self, path, data):
        """Post, and say where it leads."""
        self.line.request("POST", path, urlencode(data), {
            "Content-Type": "application/x-www-form-urlencoded",
            **({"Cookie": self.cookie} if self.cookie else {}),
        })  # fmt: skip
        answer = self.line.getresponse()
        answer.read()
        for value in answer.headers.get_all("Set-Cookie") or ():
            self.cookie = value.partition(";")[0]
        if answer.status != http.client.SEE_OTHER:
            raise RuntimeError(f"POST {path}: {answer.status}")
        return answer.headers["Location"]


def worked(ticket):
    for number in range(WORKED_AT_MOST):
        digest = hashlib.sha256(f"{ticket}:{number}".encode()).digest()
        if digest[0] == 0 and digest[1] == 0:
            return str(number)
    return ""


def guess(origin, address, until, sent, faults):
    """Wrong codes at an even pace; every twentieth with a fresh ticket and its work."""
    pace, number, visitor, ticket, work = GUESSERS / GUESSES, 0, None, "", ""
    due = time.monotonic()
    while time.monotonic() < until:
        try:
            visitor = visitor or Visitor(origin, address)
            if number % 20 == 0:
                visitor.cookie, ticket = "", visitor.ticket()
                work = worked(ticket)
            code = f"{secrets.randbelow(10**20):020d}"
            visitor.go("/en/back/", {"code": code, "ticket": ticket, "work": work})
            sent.append(1)
        except Exception as fault:  # noqa: BLE001 - counted and shown
            faults.append(repr(fault))
            visitor = None
        number += 1
        due += pace
        time.sleep(max(0.0, due - time.monotonic()))


def come_back(origin, address, code):
    """Seconds from opening the page to the answer."""
    began, visitor = time.monotonic(), Visitor(origin, address)
    leads = visitor.go("/en/back/", {"code": code, "ticket": visitor.ticket()})
    while leads.endswith("/wait/"):
        told = SECONDS.search(visitor.ask("GET", "/en/back/wait/", 200))
        time.sleep(int(told[1]) if told else 0)
        leads = visitor.go("/en/back/wait/", {})
    if not leads.endswith("/box/"):
        raise RuntimeError(f"a right code leads to {leads}")
    visitor.ask("GET", "/en/box/", 200)
    return time.monotonic() - began


def main():
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("origin", nargs="?")
    asked.add_argument("--seconds", type=int, default=60)
    given = asked.parse_args()
    with nullcontext(given.origin) if given.origin else served() as origin:
        return measure(origin, given.seconds)


def measure(origin, seconds):
    """Print the figures; 0 when every target is met."""
    code = a_code(origin)
    until, sent, faults, times = time.monotonic() + seconds, [], [], []
    threads = [
        threading.Thread(target=guess, args=(origin, f"127.0.1.{n}", until, sent, faults))
        for n in range(1, GUESSERS + 1)
    ]
    for thread in threads:
        thread.start()
    began = time.monotonic()
    time.sleep(5)
    while time.monotonic() < until - LONGEST:
        times.append(come_back(origin, f"127.0.2.{len(times) + 1}", code))
    for thread in threads:
        thread.join()
    took = time.monotonic() - began
    print(f"{len(sent) / took:.0f} wrong codes a second, {len(faults)} errors; {len(times)} right "
          f"ones: median {statistics.median(times):.1f} s, longest {max(times):.1f} s")  # fmt: skip
    for fault in sorted(set(faults))[:5]:
        print(fault)
    return 0 if max(times) <= LONGEST and not faults and len(sent) / took >= GUESSES * 0.9 else 1


def a_code(origin):
    """Report once, and keep the code."""
    found = CODE.search(Browser(origin).report())
    return found[0].partition(b">")[2].decode().strip("<").strip()


if __name__ == "__main__":
    sys.exit(main())
