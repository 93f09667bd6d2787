"""`copse doctor`: what is unsafe or missing, and what to do about each."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from rich.console import Console
from rich.markup import escape

from copse.cli import failing
from copse.cli.starting import django_ready
from copse.project import install, parts
from copse.project.configuration import configuration

OLDEST_BACKUP = timedelta(days=2)


class Verdict(StrEnum):
    FINE = "fine"
    WARN = "look"
    BAD = "bad"


COLOURS = {Verdict.FINE: "green", Verdict.WARN: "yellow", Verdict.BAD: "bold red"}


@dataclass(frozen=True)
class Finding:
    """One line: how it stands, what was looked at, what to do."""

    verdict: Verdict
    what: str
    todo: str = ""


Findings = Iterator[Finding]


def run(console: Console) -> int:
    """Print every finding; the exit status is 1 when one of them is bad."""
    findings = list(_outside_the_database())
    try:
        with install.database_server(configuration):
            django_ready()
            for look in INSIDE if configuration.process in OFFICE else EVERYWHERE:
                findings += look()
    except Exception as error:
        said = failing.sentence(error)
        if said is None:
            raise
        findings.append(Finding(Verdict.BAD, "What is in the database could not be seen", said))
    for finding in findings:
        todo = escape(f"  → {finding.todo}" if finding.todo else "")
        mark = f"[{COLOURS[finding.verdict]}]{finding.verdict:<5}[/]"
        console.print(f"{mark} {escape(finding.what)}{todo}", soft_wrap=True)
    return int(any(finding.verdict == Verdict.BAD for finding in findings))


def _outside_the_database() -> Findings:
    yield from _secrets()
    yield from _mode()
    yield from _settings()
    yield from _backup()


def _secrets() -> Findings:
    folder = configuration.home / "secrets"
    for name in parts.needed(configuration.process):
        if not (folder / name).exists():
            todo = "Run `copse init`, or on one part's host copy it with `copse hand-out`."
            yield Finding(Verdict.BAD, f"The secret {name} is missing", todo)
    if extra := parts.surplus(configuration):
        yield Finding(
            Verdict.BAD,
            f"The {configuration.process} does not need {', '.join(extra)}",
            f"Remove them from {folder}: whoever takes this host must not find them.",
        )
    loose = [p.name for p in folder.glob("*") if stat.S_IMODE(p.stat().st_mode) & 0o077]
    if loose:
        names = ", ".join(sorted(loose))
        yield Finding(Verdict.BAD, f"Others can read {names}", f"Run `chmod 600 {folder}/*`.")
    else:
        yield Finding(Verdict.FINE, "Secrets are readable by their owner only")


def _mode() -> Findings:
    if configuration.mode == "demo":
        yield Finding(
            Verdict.WARN,
            "This is the demonstration: anybody on this machine enters as anybody",
            "Never put a real report in. A real install begins with `copse init`.",
        )
    else:
        yield Finding(Verdict.FINE, "One-press entry is off: it exists in the demonstration only")


def _settings() -> Findings:
    # The worker alone sends mail and checkpoints; a host of another part is not told of either.
    sends = configuration.process in {"all", "worker", "owner"}
    if sends and not configuration.smtp_url and configuration.mode == "real":
        yield Finding(Verdict.BAD, "No mail can be sent", "Set COPSE_SMTP_URL.")
    if sends and not configuration.witness:
        yield Finding(
            Verdict.WARN,
            "Nobody outside keeps the audit log's checkpoints",
            "Set COPSE_WITNESS to an address of a body you do not control.",
        )
    if configuration.mode == "real" and not configuration.origin.startswith("https://"):
        yield Finding(Verdict.BAD, "Pages are not served over https", "Set COPSE_ORIGIN=https://…")


def _backup() -> Findings:
    if configuration.process not in {"all", "owner"}:
        return
    stamp = configuration.home / "backups" / "verified"
    if not stamp.exists():
        yield Finding(
            Verdict.WARN, "No backup was ever verified by restoring it", "See docs/operate.md."
        )
        return
    age = datetime.now(UTC) - datetime.fromtimestamp(stamp.stat().st_mtime, UTC)
    if age > OLDEST_BACKUP:
        yield Finding(Verdict.WARN, f"The last verified backup is {age.days} days old")
    else:
        yield Finding(Verdict.FINE, "A backup was verified lately")


def _checks() -> Findings:
    from django.core.checks import run_checks

    for message in run_checks(tags=["copse"]):
        yield Finding(Verdict.BAD, str(message.msg), str(message.hint or ""))
    yield Finding(Verdict.FINE, "Every view was looked at: guarded or public")


def _roles() -> Findings:
    from django.db import connection

    from copse.base.database.roles import COMPARTMENTS, LOGINS, OWNER

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls"
            " OR rolcreaterole OR rolreplication"
            " OR (rolinherit AND rolcanlogin AND rolname <> %s))",
            [[*LOGINS, *COMPARTMENTS], OWNER],
        )
        strong = [row[0] for row in cursor.fetchall()]
    if strong:
        names = ", ".join(strong)
        yield Finding(
            Verdict.BAD, f"{names} may do too much in the database", "Run `copse migrate`."
        )
    else:
        yield Finding(Verdict.FINE, "No database role of ours passes row-level security")


def _row_security() -> Findings:
    from django.db import connection

    from copse.base.database.protection import tables

    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
        forced = {row[0] for row in cursor.fetchall()}
    bare = [table.name for table in tables() if table.policy and table.name not in forced]
    if bare:
        yield Finding(Verdict.BAD, f"No row security on {', '.join(bare)}", "Run `copse migrate`.")
    else:
        yield Finding(Verdict.FINE, "Row-level security is forced on every desk's table")


def _migrations() -> Findings:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(install.READ_MARK)
        mark = cursor.fetchone()[0]
    if mark == install.MARK + install.migrations_digest():
        yield Finding(Verdict.FINE, "The tables are up to date")
    else:
        yield Finding(Verdict.BAD, "The tables are not up to date", "Run `copse migrate`.")


def _troubles() -> Findings:
    from copse.base import database, handover
    from copse.base.outbox import troubles

    # Whoever may become the administration may ask, and the owner as such; others see no queue.
    if configuration.process not in {"all", "desks", "worker", "owner"}:
        return
    own = nullcontext() if configuration.process == "owner" else None
    with own or database.as_room("administration"):
        jobs, parcels = len(troubles.lost_jobs()), len(handover.stuck())
    if jobs or parcels:
        yield Finding(
            Verdict.WARN,
            f"{jobs} jobs were given up, and {parcels} parcels nobody took",
            "An administrator has them tried again under “What did not work”.",
        )
    else:
        yield Finding(Verdict.FINE, "No job was given up, and every parcel was taken")


def _duty() -> Findings:
    from copse.base.organisations.country import duty_desk

    desk = duty_desk()
    if desk is None:
        yield Finding(Verdict.BAD, "No hotline is set up to take reports", "Run `copse init`.")
    elif not desk.duty_email:
        yield Finding(
            Verdict.BAD,
            "Nobody is told when a child is in danger: the hotline has no duty address",
            "An administrator sets it at /desk/administration/country/.",
        )
    else:
        yield Finding(Verdict.FINE, "The hotline's duty address hears of danger")


def _country() -> Findings:
    from copse.base.organisations import directory, retention
    from copse.base.organisations.directory import Country, Region

    here = Country.objects.first()
    if here is None:
        yield Finding(Verdict.BAD, "No country is set up", "Run `copse init`.")
        return
    gaps = {
        "emergency number": here.emergency_number,
        "helpline number": here.helpline_number,
        "region": Region.objects.exists(),
    }
    for what, known in gaps.items():
        if not known:
            yield Finding(Verdict.WARN, f"The country has no {what}", "See docs/operate.md.")
    yield from _duty()
    for kept in retention.unset():
        yield Finding(
            Verdict.WARN,
            f"No clock is set for {kept.code}; the usual {kept.days} days are kept to",
            "Set it at /desk/administration/retention/.",
        )
    languages = ", ".join(directory.offered_languages(here))
    stored = "may" if here.storage_allowed else "may not"
    police = "hear before" if here.police_first else "do not hear before"
    yield Finding(Verdict.FINE, f"The portal speaks {languages}")
    yield Finding(Verdict.FINE, f"Suspected material {stored} be stored; the police {police} "
                                "a provider does")  # fmt: skip
    if "COPSE_STORAGE_ALLOWED" in os.environ:
        yield Finding(
            Verdict.WARN,
            "COPSE_STORAGE_ALLOWED is not read any more: the country's row alone says it",
            "Remove it from the environment.",
        )


EVERYWHERE: tuple[Callable[[], Findings], ...] = (_checks, _roles, _row_security, _migrations)
# These read the country's rows, which a part's own role may not.
OFFICE = frozenset({"all"})
INSIDE = (_country, *EVERYWHERE, _troubles)
