"""The audit log under load: sixteen writers at once, then proofs in a log of a million entries.

    COPSE_DATABASE_URL=postgresql://… python benchmarks/audit.py

The user of the address must be allowed to make roles and databases; without an address our own
launcher starts the embedded server in a temporary folder. Commits must be durable (fsync on).
"""

import hashlib
import json
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ["COPSE_MODE"] = "test"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "copse.project.settings")

import psycopg

NAME = "copse_benchmark_audit"
PROCESSES, THREADS, SECONDS = 16, 1, 15
MILLION = 1_000_000


def password(login):
    return hashlib.sha256(f"copse-test-database-{login}".encode()).hexdigest()


def point_at(place, login):
    import django
    from django.db import connections

    django.setup()
    connections["default"].close()
    connections["default"].settings_dict.update(
        HOST=place["host"], PORT=place["port"], NAME=NAME, USER=login, PASSWORD=password(login),
        OPTIONS=place["options"],
    )  # fmt: skip


def prepare(place, dsn):
    from copse.base.database import roles

    with psycopg.connect(dsn, autocommit=True) as admin:
        if admin.execute("SHOW fsync").fetchone()[0] != "on":
            sys.exit("This server does not wait for its disk (fsync is off): no fair measure.")
        roles.create(admin, {login: password(login) for login in roles.LOGINS})
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {NAME} OWNER copse_owner TEMPLATE template0")
    point_at(place, "copse_owner")
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


def write(place, start, results):
    """One process of writers; each act inserts a row and its entry, and commits."""
    point_at(place, "copse_all")
    from django.db import connections
    from django.utils import timezone

    from copse.base import audit, database
    from copse.base.database import DeskKey
    from copse.base.outbox.models import Message

    desk = DeskKey(uuid.UUID(int=11), "hotline")
    actor = SimpleNamespace(user_id=uuid.uuid4(), is_system=False)
    times = []

    def one():
        began = time.perf_counter()
        with database.as_desk(desk):
            row = Message(kind="benchmark", channel="none", recipient="", title="", stable_id="",
                          body=b"x" * 500, next_at=timezone.now())  # fmt: skip
            row.save(force_insert=True)
            audit.record(actor, "hotline.benchmark.write", row)
        return time.perf_counter() - began

    def loop():
        one()
        start.wait()
        end = time.perf_counter() + SECONDS
        mine = []
        while time.perf_counter() < end:
            mine.append(one())
        times.extend(mine)
        connections.close_all()

    threads = [threading.Thread(target=loop) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put(times)


def writers(place):
    context = multiprocessing.get_context("spawn")
    start, results = context.Barrier(PROCESSES * THREADS), context.Queue()
    processes = [
        context.Process(target=write, args=(place, start, results)) for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    times = sorted(one for _ in processes for one in results.get())
    for process in processes:
        process.join()
    return {"acts_a_second": round(len(times) / SECONDS), **spread(times)}


def spread(times):
    times = sorted(times)
    return {
        "median_ms": round(statistics.median(times) * 1000, 2),
        "p99_ms": round(times[int(len(times) * 0.99)] * 1000, 2),
    }


def grow():
    """Fill up to a million, as the owner."""
    from django.db import connection

    began = time.perf_counter()
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_size()")
            lacking = MILLION - cursor.fetchone()[0]
            if lacking <= 0:
                break
            digests = [os.urandom(32) for _ in range(min(lacking, 10_000))]
            cursor.execute("SELECT audit_append(%s)", [digests])
    return {"seconds": round(time.perf_counter() - began, 1)}


def proofs():
    from django.db import connection

    from copse.base.audit import checkpoints
    from copse.kit import merkle

    size = checkpoints.size()
    root = merkle.root(size, checkpoints.read)
    picked = random.sample(range(size), 500)
    with connection.cursor() as cursor:
        cursor.execute("SELECT digest FROM audit_leaf WHERE place = ANY(%s)", [picked])
        digests = [bytes(row[0]) for row in cursor.fetchall()]
    inclusion, consistency = [], []
    for digest in digests:
        began = time.perf_counter()
        place, length, proof = checkpoints.proof(digest)
        inclusion.append(time.perf_counter() - began)
        leaf = merkle.leaf_hash(digest)
        assert merkle.verify_inclusion(leaf, place, length, proof, root)
    for old in picked:
        began = time.perf_counter()
        proof = merkle.consistency_proof(old + 1, size, checkpoints.read)
        consistency.append(time.perf_counter() - began)
        before = merkle.root(old + 1, checkpoints.read)
        assert merkle.verify_consistency(old + 1, size, proof, before, root)
    return {"inclusion": spread(inclusion), "consistency": spread(consistency)}


def verify():
    from copse.base.audit import verify

    began = time.perf_counter()
    assert verify.verify_database().ok
    return {"seconds": round(time.perf_counter() - began, 1)}


def run(place, dsn):
    prepare(place, dsn)
    report = {"writers": writers(place)}
    point_at(place, "copse_owner")
    report["grow_to_a_million"] = grow()
    report["proofs_at_a_million"] = proofs()
    report["verify_a_million"] = verify()
    print(json.dumps(report, indent=2))
    from django.db import connections

    connections.close_all()
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def main():
    from copse.project.configuration import configuration
    from copse.project.database import server_of

    if configuration.database_url:
        run(server_of(configuration), configuration.database_url)
        return
    from copse.base.database import server

    with (
        tempfile.TemporaryDirectory() as folder,
        server.running(Path(folder) / "server") as handle,
    ):
        place = {"host": str(handle.host), "port": "5432", "options": {}}
        run(place, handle.dsn("postgres"))


if __name__ == "__main__":
    main()
