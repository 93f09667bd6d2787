"""A worker process for the tests that kill it: its one handler writes a row, slowly."""

import os
import sys
import time
from pathlib import Path

import django
from django.db import connections


def main(folder):
    name, user, password, host, port = sys.argv[2:7]
    django.setup()
    connections["default"].settings_dict.update(
        NAME=name, USER=user, PASSWORD=password, HOST=host, PORT=port, OPTIONS={}
    )
    from copse.base.handover import handles
    from copse.base.jobs import worker
    from copse.base.organisations.models import Organisation
    from copse.kit.parcels import Concern

    # A handler of the administration, whose tables exist in every install.
    @handles(Concern, room="administration")
    def take(parcel, actor):
        Organisation(name=str(parcel.id), kind="effect").save(force_insert=True)
        with Path(folder, f"in-{os.getpid()}").open("w"):
            time.sleep(float(os.environ.get("SLOW", "0")))

    worker.STALLED, worker.HEARTBEAT = 2, 1
    worker.run_worker(wait=True)


if __name__ == "__main__":
    main(sys.argv[1])
