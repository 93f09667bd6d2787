"""Every indicator worked out over millions of rows: from nothing, and in the night after one day.

    python benchmarks/indicators.py [--rows 5000000] [--home FOLDER] [--keep]

Makes an install of its own (fsync on) in a folder under `var/` with Arbora's people and plan, and adds
rows that facts are counted from: concerns, material, notices, of the last thirteen months. Then,
under each desk's own role and its row-level security, rooms collect, parcels travel, the observatory
computes and tells the strategy room. “A day” adds the rows of the last day of the newest full month,
which is the night that has most to do: that month is over and is counted for the first time.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
MONTHS = 13
# Concerns, material and notices out of ten rows.
SHARES = {"concerns": 4, "material": 4, "notices": 2}

# A share of the material is still open, as at a desk that is behind.
CONCERNS = """
INSERT INTO hotline_concern (id, desk_id, reference, stage, origin, journey, risk_class, risk_code,
    age_band, danger_now, language, region, received_hour, priority, odd_addresses, receipt_key,
    status_code)
SELECT gen_random_uuid(), %(desk)s, 'CB' || %(first)s + i, 'closed', 'demo', 'saw',
    (ARRAY['contact', 'content', 'conduct', 'contract', ''])[1 + i %% 5], '', 'unknown', false, 'en',
    '', date_trunc('hour', %(since)s + random() * (%(until)s - %(since)s)), 5, '[]', '', 'closed'
FROM generate_series(1, %(rows)s) AS i
"""
MATERIAL = """
INSERT INTO hotline_material (id, desk_id, reference, stage, address, host, digest, risk_class,
    age_band, danger_now, spread, priority, received_hour, label, label_version, label_age_band,
    severity, removal_owner, intake_stopped, decided_at, noticed_at, gone_at)
SELECT gen_random_uuid(), %(desk)s, 'HB' || %(first)s + i, 'gone',
    'https://host.example/' || %(first)s + i, 'host.example', md5((%(first)s + i)::text) || 'b',
    (ARRAY['contact', 'content', 'conduct', 'contract', ''])[1 + i %% 5], 'unknown', false, 1, 5,
    at, 'national_youth', '1', 'unknown', '', '', at + random() * interval '9 hours',
    at + interval '9 hours' + random() * interval '9 hours', at + interval '1 day',
    at + interval '1 day' + random() * interval '20 days'
FROM (SELECT i, date_trunc('hour', %(since)s + random() * (%(until)s - %(since)s)) AS at
      FROM generate_series(1, %(rows)s) AS i) AS made
"""
NOTICES = """
WITH chosen AS (
    SELECT id, noticed_at FROM hotline_material WHERE reference LIKE 'HB%%'
    AND received_hour >= %(since)s AND received_hour < %(until)s LIMIT %(rows)s
), traces AS (
    INSERT INTO hotline_trace (id, desk_id, material_id, host, address, network, asn, country,
        contacts, at)
    SELECT gen_random_uuid(), %(desk)s, id, 'host.example', '', '', '', '', '[]', noticed_at
    FROM chosen RETURNING id, material_id, at
)
INSERT INTO hotline_notice (id, desk_id, reference, material_id, trace_id, stage, level, kind, email,
    organisation, language, opened_at, sent_at, reminders, outcome)
SELECT gen_random_uuid(), %(desk)s, 'NB' || %(first)s + row_number() OVER (), material_id, id,
    'closed', 0, 'host', 'abuse@host.example', '', 'en', at, at, 0, 'removed' FROM traces
"""
LOAD = {"concerns": CONCERNS, "material": MATERIAL, "notices": NOTICES}
TABLES = ("hotline_concern", "hotline_material", "hotline_trace", "hotline_notice")
TRIGGER = ("hotline_material", "hotline_material_born_decided")


def load(rows, since, until, first):
    """Add rows between two moments, as the owner, with row-level security forced again at the end."""
    from django.db import connection, transaction

    from copse.base.organisations.queries import desk_for

    desk = desk_for("hotline").pk
    with transaction.atomic(), connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        cursor.execute(f"ALTER TABLE {TRIGGER[0]} DISABLE TRIGGER {TRIGGER[1]}")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name, statement in LOAD.items():
            share = rows * SHARES[name] // sum(SHARES.values())
            values = {"desk": desk, "rows": share, "first": first, "since": since, "until": until}
            cursor.execute(statement, values)
        cursor.execute(f"ALTER TABLE {TRIGGER[0]} ENABLE TRIGGER {TRIGGER[1]}")
        for table in TABLES:
            cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE " + ", ".join(TABLES))


def span(whole):
    """Thirteen months up to the last day of the newest full one, or that day."""
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    until = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last = until - timedelta(days=1)
    if not whole:
        return last, until
    back = until.year * 12 + until.month - 1 - MONTHS
    return until.replace(year=back // 12, month=back % 12 + 1), last


def found():
    """Arbora's people, its plan and its council; of reports there are only the ones added here."""
    import django

    django.setup()
    from copse.project.demo import council, country, people, plan

    cast = people.make()
    country.directory(cast)
    country.bodies()
    plan.fill(cast)
    council.fill(cast)
    plan.sign(cast)


def as_owner(rows, what):
    import django

    django.setup()
    if what == "all":
        load(rows, *span(whole=True), 0)
    else:
        load(rows, *span(whole=False), 50_000_000)


def work_out(months):
    """One night; says how long each part took. Run in a process that serves, not the owner's."""
    import django

    django.setup()
    from copse.base import access, database, facts, jobs
    from copse.base.organisations.queries import desk_for
    from copse.observatory.models import Observation
    from copse.observatory.services import indicators, values

    jobs.drain()
    desk = desk_for("observatory").key
    times, begun = {}, time.perf_counter()

    def lap(name):
        times[name] = round(time.perf_counter() - begun - sum(times.values()), 2)

    # The night before that day, and the night after it.
    today = span(whole=months > 1)[1].date()
    sheets = facts.collect_all(months=months, today=today)
    lap("collect")
    jobs.drain()
    lap("receive")
    with database.as_desk(desk):
        made = indicators.recompute(actor=access.system(desk))
        lap("compute")
        told = values.send(actor=access.system(desk))
    jobs.drain()
    lap("tell")
    with database.as_desk(desk):
        known = Observation.objects.filter(status="known", breakdown={})
        computed = known.values("indicator").distinct().count()
    return {
        "seconds": round(sum(times.values()), 2), **times, "sheets": sheets, "new": made.new,
        "revised": made.revised, "told": told, "indicators_known": computed,
    }  # fmt: skip


def measure(chosen):
    from copse.base.database import server
    from copse.project import install
    from copse.project.configuration import configuration

    def again(process, *words):
        done = subprocess.run(
            [sys.executable, __file__, "--home", str(chosen.home), *words], check=True,
            stdout=subprocess.PIPE, env={**install.environment(configuration, process)},
        )  # fmt: skip
        return json.loads(done.stdout or "null")

    install.make_secrets(configuration.home)
    report = {"rows": chosen.rows}
    with install.database_server(configuration) as admin:
        install.make_database(configuration, admin)
        install.migrate(configuration)
        again("all", "--found")
        begun = time.perf_counter()
        again("owner", "--load", "all", "--rows", str(chosen.rows))
        report["load_seconds"] = round(time.perf_counter() - begun, 1)
        report["from_nothing"] = again("all", "--work", str(MONTHS))
        a_day = max(10, chosen.rows // 365)
        again("owner", "--load", "day", "--rows", str(a_day))
        report["rows_of_a_day"] = a_day
        report["a_day"] = again("all", "--work", "1")
    print(json.dumps(report, indent=2))
    if not chosen.keep:
        server.remove(configuration.home)
        shutil.rmtree(configuration.home)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=5_000_000)
    options.add_argument("--home", type=Path, default=ROOT / "var" / "benchmark-indicators")
    options.add_argument("--keep", action="store_true", help="Leave the install for a look.")
    options.add_argument("--found", action="store_true", help=argparse.SUPPRESS)
    options.add_argument("--load", choices=("all", "day"), help=argparse.SUPPRESS)
    options.add_argument("--work", type=int, default=0, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    os.environ.update(
        COPSE_MODE="demo", COPSE_HOME=str(chosen.home), COPSE_BIND="127.0.0.1",
        DJANGO_SETTINGS_MODULE="copse.project.settings",
    )  # fmt: skip
    os.environ.setdefault("COPSE_PROCESS", "all")
    os.environ.pop("COPSE_DATABASE_URL", None)
    if chosen.found:
        found()
    elif chosen.load:
        as_owner(chosen.rows, chosen.load)
    elif chosen.work:
        print(json.dumps(work_out(chosen.work)))
    else:
        shutil.rmtree(chosen.home, ignore_errors=True)
        measure(chosen)


if __name__ == "__main__":
    main()
