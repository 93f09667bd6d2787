"""A served country of its own, in processes of its own, for tests that break things."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from copse.base.database import server
from copse.project import install
from copse.project.configuration import Configuration
from copse.project.supervisor import Supervisor, web

ROOT = Path(__file__).parents[2]
PATIENCE = 30
FILL = """
import django; django.setup()
from copse.base import database
from copse.base.organisations.models import Desk
from tests.portal.browser import arbora
made = arbora()
with database.as_room("administration"):
    # What every desk counts by night is sent there.
    Desk(organisation=made.organisation, room="observatory", name="Numbers").save(force_insert=True)
"""


@pytest.fixture(scope="module")
def stack():
    """A served country with a supervisor that starts again what dies."""
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


class Forked(psutil.Process):
    """A process that was forked from the nursery, as the supervisor wants it."""

    def poll(self):
        return None if self.is_running() else -signal.SIGKILL


class Stack:
    def __init__(self, configuration):
        self.configuration = configuration
        self.supervisor = Supervisor(configuration)
        self.handle, self.nurseries = None, {}

    @property
    def origin(self):
        return f"http://localhost:{self.configuration.port}"

    @property
    def said(self):
        """What every process of ours has written to its output."""
        return self.configuration.home / "said.log"

    def begin(self):
        home = self.configuration.home
        self.handle = server.ensure(home)
        install.make_database(self.configuration, self.handle.dsn())
        install.migrate(self.configuration)
        self.python(FILL)
        catcher = [sys.executable, "-m", "copse.base.outside.catcher", "--home", str(home),
                   "--port", str(self.configuration.port + 1)]  # fmt: skip
        self.start("catcher", catcher)
        self.nurseries = {process: self.nursery(process) for process in ("all", "worker")}
        self.start("web", web(self.configuration, workers=1))
        self.start("worker", [sys.executable, "-m", "tests.faults.brisk"], "worker")
        self.supervisor.wait_until_ready()

    def nursery(self, process):
        """What loads the application for later, in the environment of `process`."""
        told = {"PYTHONPATH": str(ROOT), "TMPDIR": str(self.configuration.home / "tmp")}
        with self.said.open("ab") as said:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                env={**install.environment(self.configuration, process), **told},
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True,
            )  # fmt: skip

    def start_again(self, name):
        """As `start`, but forked from what is loaded already."""
        command, process, _ = self.supervisor._processes[name]
        nursery = self.nurseries[process]
        print(json.dumps(command[1:]), file=nursery.stdin, flush=True)
        forked = Forked(int(nursery.stdout.readline()))
        self.supervisor._processes[name] = (command, process, forked)

    def start(self, name, command, process="all"):
        """Start one process that speaks into our file and keeps its temporary files here."""
        (self.configuration.home / "tmp").mkdir(exist_ok=True)
        kept = os.dup(1), os.dup(2), os.environ.get("TMPDIR")
        os.environ["TMPDIR"] = str(self.configuration.home / "tmp")
        with self.said.open("ab") as said:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            try:
                self.supervisor.start(name, command, process)
            finally:
                for number in (1, 2):
                    os.dup2(kept[number - 1], number)
                    os.close(kept[number - 1])
                del os.environ["TMPDIR"]
                if kept[2] is not None:
                    os.environ["TMPDIR"] = kept[2]

    def sql(self, statement):
        """As somebody who has the whole database; while it recovers, that is waited for."""
        dsn = self.handle.dsn(self.configuration.database_name)
        with self._connected(dsn) as admin:
            done = admin.execute(statement)
            return done.fetchall() if done.description else []

    def _connected(self, dsn):
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return psycopg.connect(dsn, autocommit=True)
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def python(self, code, text=""):
        environment = {**install.environment(self.configuration, "all"), "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, cwd=ROOT, input=text, text=True,
            check=True, stdout=subprocess.PIPE,
        ).stdout  # fmt: skip

    def revive(self):
        """What a real install's watch does twice a second: start again whatever ended.

        A worker ends by itself when it loses the database, and may have started it, too.
        """
        self.handle.mend()
        for name, (_, _, started) in list(self.supervisor._processes.items()):
            if started.poll() is not None:
                self.start_again(name)

    def kill(self, what):
        self.revive()
        if what == "database":
            os.kill(self.handle.pid, signal.SIGKILL)
            while self.handle.pid is not None:
                time.sleep(0.01)
            self.handle.mend()
            return
        if what == "backend":
            backends = [c for c in psutil.Process(self.handle.pid).children() if _serves_us(c)]
            # One may end by itself while we choose: then another one is killed.
            random.shuffle(backends)
            any(map(_killed, backends))
            time.sleep(0.3)
            return
        _, _, started = self.supervisor._processes[what]
        for child in psutil.Process(started.pid).children(recursive=True):
            _killed(child)
        started.kill()
        started.wait()
        self.start_again(what)

    def end(self):
        self.supervisor.stop()
        for one in self.nurseries.values():
            with one:
                one.kill()
        if self.handle:
            self.handle.stop()


def _killed(process):
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return False
    return True


def _serves_us(process):
    try:
        return "copse_all" in " ".join(process.cmdline())
    except psutil.Error:  # it ended while we looked
        return False
