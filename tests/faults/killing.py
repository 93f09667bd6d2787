"""People who report again and again while processes are killed, and what must be there afterwards.

Every report that was acknowledged is there once, with its parcel and its audit entry; and no
receipt is given for what is not there.
"""

import sys
import time
from pathlib import Path

# Two at once, ten times: twenty kills.
KILLED = (("web", "backend"), ("worker", "database"))
ROUNDS = 10
BETWEEN, PATIENCE = 0.3, 15.0
SILENT = 60
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

from portal import CODE, Browser

COUNT = """
import datetime, json, sys, django
django.setup()
from copse.base import database, jobs
from copse.base.organisations.models import Desk
from copse.portal.models import Receipt
from copse.portal.services.codes import read_code
from copse.hotline.models import Concern
from copse.base.audit.models import Entry
jobs.drain(ahead=datetime.timedelta(hours=3))
codes = [read_code(line) for line in sys.stdin if line.strip()]
with database.as_room("portal"):
    receipts = {bytes(r.selector): r.concern for r in Receipt.objects.all()}
with database.as_room("administration"):
    desk = Desk.objects.get(room="hotline")
with database.as_desk(desk):
    concerns = list(Concern.objects.values_list("pk", flat=True))
with database.as_desk(desk):
    received = list(Entry.objects.filter(action="hotline.concern.receive")
                    .values_list("subject", flat=True))
lost = [c for c in codes if receipts.get(c.selector) not in set(concerns)]
twice = len(concerns) - len(set(concerns))
print(json.dumps({
    "acknowledged": len(codes), "lost": len(lost), "twice": twice,
    "receipts": len(receipts), "concerns": len(concerns),
    "unheard": len(set(concerns) - set(received)), "heard_twice": len(received) - len(set(received)),
    "orphans": len(set(receipts.values()) ^ set(concerns)),
}))
"""


def report_until(stop, origin, codes):
    """Report again and again, each time from the beginning after any trouble."""
    browser = Browser(origin)
    while not stop.is_set():
        try:
            page = browser.report()
        except Exception:  # noqa: BLE001 - whatever a killed server does to a browser
            browser.line.close()
            time.sleep(0.05)
            browser = Browser(origin)
            continue
        found = CODE.search(page)[0].decode()
        codes.append("".join(c for c in found if c.isdigit()))
    browser.line.close()


def wait_for_another(codes):
    """Until somebody was acknowledged again, so that a slow machine tries as much as a fast one."""
    had, end = len(codes), time.monotonic() + PATIENCE
    time.sleep(BETWEEN)
    while len(codes) == had and time.monotonic() < end:
        time.sleep(0.05)


def wait_until_taken_in(stack):
    """The worker takes up what its killed forerunner had in hand once that was silent for a while."""
    end = time.monotonic() + SILENT
    while time.monotonic() < end:
        stack.revive()
        if stack.sql("SELECT count(*) FROM handover_parcel WHERE state = 'waiting'") == [(0,)]:
            return
        time.sleep(0.1)
