"""A killed worker loses nothing and does nothing twice."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from copse.base import database, handover, jobs
from copse.base.organisations.models import Organisation
from copse.kit.parcels import Concern
from tests.base.flow import desk as make_desk

pytestmark = pytest.mark.slow
PATIENCE = 40


@pytest.fixture
def workers(committed_db, tmp_path):
    """Starts workers on this test's database; whatever still runs is ended after it."""
    started = []

    def start(slow):
        place = committed_db
        arguments = [place["NAME"], place["USER"], place["PASSWORD"], place["HOST"], place["PORT"]]
        worker = subprocess.Popen(
            [sys.executable, "-m", "tests.base.killable", str(tmp_path), *map(str, arguments)],
            env={**os.environ, "SLOW": str(slow), "PYTHONPATH": str(Path.cwd())},
        )
        started.append(worker)
        return worker

    yield start
    for worker in started:
        with contextlib.suppress(ProcessLookupError):
            worker.kill()
        worker.wait()


def until(condition):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def effects(parcel):
    with database.as_room("administration"):
        return Organisation.objects.filter(name=str(parcel.id)).count()


def test_a_worker_killed_inside_a_handler_leaves_it_to_the_next(workers, tmp_path):
    """Killed when the effect is written and not committed: the next worker does it, once."""
    desk = make_desk("administration")
    parcel = Concern(id=uuid.uuid4(), journey="saw", received_hour="2026-11-24T05:00:00Z")
    with database.as_room("portal"):
        handover.send("administration", parcel)

    first = workers(slow=60)
    assert until(lambda: list(tmp_path.glob("in-*")))
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert effects(parcel) == 0

    workers(slow=0)
    assert until(lambda: effects(parcel) == 1)
    assert until(lambda: jobs.waiting() == 0)
    assert effects(parcel) == 1
    with database.as_desk(desk):
        assert handover.pending() == []
