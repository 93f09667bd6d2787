"""A million sealed concerns: how long they load, and whether all still fits and opens afterwards.

    python benchmarks/large.py [--concerns 1000000] [--home FOLDER] [--keep]

Makes an install of its own (fsync on) in a folder under `var/`, fills it with the demonstration,
loads the concerns, runs `copse verify`, and opens 100 random stories as an analyst.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
STORIES = 100


def timed(work):
    began = time.perf_counter()
    work()
    return round(time.perf_counter() - began, 1)


def open_some():
    """Open random stories at the desk; run in a process that serves, not the owner's."""
    import django

    django.setup()
    from copse.base import database, vault
    from copse.base.accounts.models import User
    from copse.base.organisations.models import Desk
    from copse.hotline.models import Concern
    from copse.project.demo.people import Cast

    desks = {desk.room: desk for desk in Desk.objects.all()}
    cast = Cast(desks, {user.name.lower(): user for user in User.objects.all()})
    amara = cast.actor("amara", unlocked=True)
    with database.as_desk(amara.desk, amara.user_id):
        total = Concern.objects.count()
        everything = list(Concern.objects.values_list("envelope", flat=True))
        times = []
        for envelope in random.sample(everything, STORIES):
            began = time.perf_counter()
            assert vault.open(amara, envelope)["story"]
            times.append(1000 * (time.perf_counter() - began))
    times.sort()
    return {
        "concerns": total,
        "opened": len(times),
        "median_ms": round(times[len(times) // 2], 2),
        "p99_ms": round(times[-1], 2),
    }


def sizes(admin):
    import psycopg

    from copse.project.configuration import configuration

    with psycopg.connect(admin, dbname=configuration.database_name) as connection:
        assert connection.execute("SHOW fsync").fetchone()[0] == "on"
        size = connection.execute("SELECT pg_database_size(current_database())").fetchone()[0]
        leaves = connection.execute("SELECT audit_size()").fetchone()[0]
    return {"database_mb": size // 1_000_000, "audit_leaves": leaves}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--concerns", type=int, default=1_000_000)
    options.add_argument("--home", type=Path, default=ROOT / "var" / "benchmark-large")
    options.add_argument("--keep", action="store_true", help="Leave the install for other scripts.")
    options.add_argument("--open", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    os.environ.update(
        COPSE_MODE="demo", COPSE_HOME=str(chosen.home), COPSE_BIND="127.0.0.1", COPSE_PROCESS="all",
        DJANGO_SETTINGS_MODULE="copse.project.settings",
    )  # fmt: skip
    os.environ.pop("COPSE_DATABASE_URL", None)
    if chosen.open:
        print(json.dumps(open_some()))
        return
    shutil.rmtree(chosen.home, ignore_errors=True)
    measure(chosen)


def measure(chosen):
    from copse.base.database import server
    from copse.project import install
    from copse.project.configuration import configuration

    demo = "copse.project.demo"
    install.make_secrets(configuration.home)
    report = {}
    with install.database_server(configuration) as admin:
        install.make_database(configuration, admin)
        install.migrate(configuration)
        report["fill_seconds"] = timed(lambda: install.run_module(configuration, demo, "all"))
        number = str(chosen.concerns)
        report["load_seconds"] = timed(
            lambda: install.run_module(configuration, f"{demo}.large", "owner", number)
        )
        verify = [sys.executable, "-m", "copse.cli", "verify", "--home", str(chosen.home)]
        report["verify_seconds"] = timed(lambda: subprocess.run(verify, check=True))
        again = [sys.executable, __file__, "--open", "--home", str(chosen.home)]
        opened = subprocess.run(again, check=True, capture_output=True)
        report["stories"] = json.loads(opened.stdout)
        report |= sizes(admin)
    print(json.dumps(report, indent=2))
    if not chosen.keep:
        server.remove(configuration.home)
        shutil.rmtree(configuration.home)


if __name__ == "__main__":
    main()
