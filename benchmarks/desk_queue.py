"""The desk's queue at 10,000 and at 1,000,000 concerns, 100,000 of them open at most.

    COPSE_DATABASE_URL=postgresql://… python benchmarks/desk_queue.py

The user of the address must be allowed to make roles and databases; without an address our own
launcher starts the embedded server in a temporary folder. The rows are written by the database
itself; what is measured is the whole view of the logged-in analyst, from request to page.
"""

import hashlib
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ["COPSE_MODE"] = "test"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "copse.project.settings")

import django
import psycopg

NAME = "copse_benchmark_queue"
ROUNDS = 200
PAGES = 4  # how deep the keyset is followed
SIZES = ((10_000, 1_000), (1_000_000, 100_000))

CONCERNS = """
INSERT INTO hotline_concern (id, desk_id, reference, stage, origin, journey, risk_class, risk_code,
    age_band, danger_now, language, region, received_hour, priority, odd_addresses, receipt_key,
    status_code)
SELECT gen_random_uuid(), %(desk)s, 'C-25-' || lpad(n::text, 7, '0'), 'following', 'portal', 'saw',
    'content', 'content_adult', '9-12', false, 'en', 'north',
    timestamptz '2025-01-01 00:00+00' + n %% 12000 * interval '1 hour',
    1000000 + n %% 7 * 10000 + 9998, '[]', '', 'received'
FROM generate_series(%(since)s::int, %(until)s::int) AS n
"""
MATERIALS = """
INSERT INTO hotline_material (id, desk_id, reference, stage, address, host, digest, risk_class,
    age_band, danger_now, spread, priority, received_hour, label, label_version, label_age_band,
    severity, removal_owner, intake_stopped, decided_at, noticed_at, gone_at)
SELECT gen_random_uuid(), %(desk)s, 'H-25-' || lpad(n::text, 7, '0'),
    CASE WHEN open AND n %% 4 = 0 THEN 'read' WHEN open THEN 'queued'
         WHEN n %% 3 = 0 THEN 'dismissed' WHEN n %% 97 = 0 THEN 'noticed' ELSE 'gone' END,
    'https://h' || n %% 5000 || '.example/' || n, 'h' || n %% 5000 || '.example',
    encode(sha256(n::text::bytea), 'hex'), 'content', '9-12', false, 1,
    1000000 + n %% 7 * 10000 + 9998, at, CASE WHEN open THEN '' ELSE 'national_child' END,
    '1', '9-12', 'level_1', '', CASE WHEN open THEN NULL ELSE at + interval '2 hour' END,
    CASE WHEN open THEN NULL ELSE at + interval '9 hour' END,
    CASE WHEN open OR n %% 3 = 0 THEN NULL ELSE at + interval '10 hour' END, NULL
FROM generate_series(%(since)s::int, %(until)s::int) AS n,
    LATERAL (SELECT n %% 10 = 0 AS open,
        timestamptz '2025-01-01 00:00+00' + n %% 12000 * interval '1 hour' AS at)
"""
READINGS = """
INSERT INTO hotline_reading (id, desk_id, material_id, analyst_id, label, label_version, age_band,
    severity, series, by_lead, made_at)
SELECT gen_random_uuid(), desk_id, id, CASE WHEN turn = 1 AND random() < 0.3 THEN %(amara)s::uuid
    ELSE gen_random_uuid() END, 'national_child', '1', '9-12', 'level_1', '', false, received_hour
FROM hotline_material AS material,
    generate_series(1, CASE stage WHEN 'read' THEN 1 ELSE 2 END) AS turn
WHERE stage <> 'queued' AND NOT EXISTS (SELECT FROM hotline_reading WHERE material_id = material.id)
"""


def password(login):
    return hashlib.sha256(f"copse-test-database-{login}".encode()).hexdigest()


def point_at(place, login):
    from django.db import connections

    connections["default"].close()
    connections["default"].settings_dict.update(
        HOST=place["host"], PORT=place["port"], NAME=NAME, USER=login, PASSWORD=password(login),
        OPTIONS=place["options"],
    )  # fmt: skip


def prepare(place, dsn):
    from django.core.management import call_command

    from copse.base.database import roles

    with psycopg.connect(dsn, autocommit=True) as admin:
        roles.create(admin, {login: password(login) for login in roles.LOGINS})
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {NAME} OWNER copse_owner TEMPLATE template0")
    point_at(place, "copse_owner")
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    point_at(place, "copse_all")


def fill(dsn, desk, amara, since, until):
    """As the superuser, past row-level security; with statistics as a living database has them."""
    with psycopg.connect(psycopg.conninfo.make_conninfo(dsn, dbname=NAME), autocommit=True) as one:
        values = {"desk": desk, "amara": amara, "since": since, "until": until}
        # All at once: material that is written decided must have its readings at the commit.
        with one.transaction():
            for statement in (CONCERNS, MATERIALS, READINGS):
                one.execute(statement, values)
        one.execute("VACUUM ANALYZE")


def analyst():
    """Amara with a session, and the desk she sits at."""
    from django.test import Client

    from tests.hotline.people import Hotline

    hotline = Hotline()
    user = _user(hotline)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return hotline, client


def _user(hotline):
    from copse.base.accounts.models import User

    return User.objects.get(pk=hotline.amara.user_id)


def timed(client, address):
    began = time.perf_counter()
    answer = client.get(address)
    spent = time.perf_counter() - began
    if answer.status_code != 200:
        sys.exit(f"{address} answered {answer.status_code}")
    return spent, answer.content.decode()


def measure(client):
    import re

    times = {"first": [], "deeper": []}
    timed(client, "/en/desk/hotline/")
    for _ in range(ROUNDS):
        address = "/en/desk/hotline/"
        for depth in range(PAGES):
            spent, page = timed(client, address)
            times["deeper" if depth else "first"].append(spent)
            found = re.search(r'href="\?after=([^"]+)"', page)
            address = f"/en/desk/hotline/?after={found[1]}"
    return {name: spread(one) for name, one in times.items()}


def spread(times):
    times = sorted(times)
    at = {"p50_ms": 0.5, "p95_ms": 0.95, "p99_ms": 0.99}
    figures = {name: round(times[int(len(times) * part)] * 1000, 1) for name, part in at.items()}
    return {**figures, "mean_ms": round(statistics.mean(times) * 1000, 1)}


def run(place, dsn):
    django.setup()
    prepare(place, dsn)
    hotline, client = analyst()
    done, figures = 0, {}
    for concerns, waiting in SIZES:
        began = time.perf_counter()
        fill(dsn, hotline.desk.pk, hotline.amara.user_id, done + 1, concerns)
        filled = round(time.perf_counter() - began, 1)
        done = concerns
        figures[f"{concerns} concerns, {waiting} open"] = {
            **measure(client), "filled_in_s": filled
        }  # fmt: skip
    small, large = figures.values()
    figures["p95, large to small"] = round(large["first"]["p95_ms"] / small["first"]["p95_ms"], 2)
    with psycopg.connect(dsn, autocommit=True) as admin:
        from django.db import connections

        connections.close_all()
        admin.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
    print(json.dumps(figures, indent=2))


def main():
    from copse.project.configuration import configuration

    if configuration.database_url:
        from copse.project.database import server_of

        run(server_of(configuration), configuration.database_url)
        return
    from copse.base.database import server as launcher

    with tempfile.TemporaryDirectory() as home, launcher.running(Path(home) / "server") as handle:
        run({"host": str(handle.host), "port": "5432", "options": {}}, handle.dsn("postgres"))


if __name__ == "__main__":
    main()
