"""Web, worker and database are killed at random while people report.

Every report that was acknowledged is there once, with its parcel and its audit entry; and no
receipt is given for what is not there.
"""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest

from copse.base.database import server
from copse.project import install
from copse.project.configuration import Configuration
from copse.project.supervisor import Supervisor, web, worker

KILLS = 20
BETWEEN = 0.7
SILENT = 26
ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))

from portal import CODE, Browser

FILL = "import django; django.setup(); from tests.portal.browser import arbora; arbora()"
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


@pytest.fixture
def stack():
    """A served country of its own, with a supervisor that starts again what dies."""
    home = Path(tempfile.mkdtemp(prefix="copse-faults-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    configuration = Configuration(mode="demo", home=home, port=port, database_url=None)
    install.make_secrets(home)
    running = Stack(configuration)
    try:
        running.begin()
        yield running
    finally:
        running.end()
        server.remove(home)
        shutil.rmtree(home)


class Stack:
    def __init__(self, configuration):
        self.configuration = configuration
        self.supervisor = Supervisor(configuration)
        self.handle = None

    def begin(self):
        self.handle = server.ensure(self.configuration.home)
        install.make_database(self.configuration, self.handle.dsn())
        install.migrate(self.configuration)
        self.python(FILL)
        self.supervisor.start("web", web(self.configuration, workers=1))
        self.supervisor.start("worker", worker(), "worker")
        self.supervisor.wait_until_ready()

    def python(self, code, text=""):
        environment = {**install.environment(self.configuration, "all"), "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, cwd=ROOT, input=text, text=True,
            check=True, stdout=subprocess.PIPE,
        ).stdout  # fmt: skip

    def kill(self, what):
        if what == "database":
            os.kill(self.handle.pid, signal.SIGKILL)
            while self.handle.pid is not None:
                time.sleep(0.01)
            self.handle.mend()
            return
        if what == "backend":
            backends = [c for c in psutil.Process(self.handle.pid).children() if _serves_us(c)]
            if backends:
                random.choice(backends).kill()
            time.sleep(0.3)
            return
        command, process, started = self.supervisor._processes[what]
        for child in psutil.Process(started.pid).children(recursive=True):
            child.kill()
        started.kill()
        started.wait()
        self.supervisor.start(what, command, process)

    def end(self):
        self.supervisor.stop()
        if self.handle:
            self.handle.stop()


def _serves_us(process):
    try:
        return "copse_all" in " ".join(process.cmdline())
    except psutil.Error:  # it ended while we looked
        return False


def _report_until(stop, origin, codes):
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


@pytest.mark.slow
# Sockets to a killed server are left to the collector, and processes were ended by our own kill.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_twenty_kills_lose_nothing_that_was_acknowledged(stack):
    stop, codes = threading.Event(), []
    origin = f"http://localhost:{stack.configuration.port}"
    people = [threading.Thread(target=_report_until, args=(stop, origin, codes)) for _ in range(4)]
    for person in people:
        person.start()
    targets = ["web", "worker", "database", "backend"]
    for number in range(KILLS):
        time.sleep(BETWEEN)
        stack.kill(targets[number % 4])
    time.sleep(2)
    stop.set()
    for person in people:
        person.join()
    # The worker takes up what its killed forerunner had in hand once that was silent for a while.
    time.sleep(SILENT)
    stack.supervisor.stop()
    found = json.loads(stack.python(COUNT, "\n".join(codes)))
    assert found["acknowledged"] > 5, "too few reports to say anything"
    assert found["lost"] == 0
    assert found["twice"] == 0
    assert found["orphans"] == 0, "a receipt without its concern, or a concern without its receipt"
    assert found["unheard"] == 0, "a concern without its audit entry"
    assert found["heard_twice"] == 0
