"""Making an install: its secrets, its roles and database, its tables.

Every step may be run again. Nothing here needs Django but `migrate`, which runs in a process of
its own under the owner's role.
"""

import hashlib
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from copse.base.database import roles, server
from copse.kit.errors import OursError
from copse.project.configuration import Configuration
from copse.project.database import settings_for

SECRETS = (
    "django-key",
    "receipt-pepper",
    "receipt-selector-key",
    "audit-signing-key",
    "blind-index-key",
    "notice-key",
    "token-key",
    "second-step-key",
)
# An install that was made before these existed gets them by `copse migrate`. A lost older one must
# be found in a backup, never made anew: codes that were given out would stop working.
LATER = ("notice-key", "second-step-key")
BYTES = 32
ROOT = Path(__file__).parents[1]


# What checks find is found by our tests, and would load every page first.
QUIETLY = ("--verbosity", "0", "--no-input", "--skip-checks")


class NotInstalled(OursError):  # noqa: N818 - named for the state
    """A step of making the install failed; the sentence says which."""

    code = "not-installed"


def make_secrets(home: Path) -> None:
    """Make every secret that is not there yet, readable by its owner only."""
    folder = home / "secrets"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    for name in SECRETS:
        _keep(folder / name, secrets.token_hex(BYTES))
    for login, password in roles.new_passwords().items():
        _keep(folder / f"database-{login}", password)


def make_later_secrets(home: Path) -> None:
    """Make what an older install lacks."""
    for name in LATER:
        _keep(home / "secrets" / name, secrets.token_hex(BYTES))


def _keep(path: Path, value: str) -> None:
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(value)


@contextmanager
def database_server(configuration: Configuration) -> Iterator[str]:
    """A connection string of somebody who may make roles and databases, while the block runs."""
    if configuration.database_url:
        yield configuration.database_url
        return
    with server.running(configuration.home) as handle:
        _running[configuration.home] = handle
        yield handle.dsn()


_running: dict[Path, server.ServerHandle] = {}


def mend_database(configuration: Configuration) -> None:
    """Start the embedded server of this process again if it died; a configured one is its own."""
    handle = _running.get(configuration.home)
    if handle is not None and not configuration.database_url:
        handle.mend()


def make_database(configuration: Configuration, admin: str) -> None:
    """Create the roles, with this install's passwords, and the database."""
    folder = configuration.home / "secrets"
    passwords = {name: (folder / f"database-{name}").read_text().strip() for name in roles.LOGINS}
    with psycopg.connect(admin, autocommit=True) as connection:
        roles.create(connection, passwords)
        roles.create_database(connection, configuration.database_name)


def environment(configuration: Configuration, process: str) -> Mapping[str, str]:
    """The environment in which another process of this install runs."""
    ours = {
        "COPSE_MODE": configuration.mode,
        "COPSE_PROCESS": process,
        "COPSE_HOME": str(configuration.home),
        "COPSE_PORT": str(configuration.port),
        "COPSE_DATABASE_NAME": configuration.database_name,
        "DJANGO_SETTINGS_MODULE": "copse.project.settings",
    }
    return {**os.environ, **ours}


def migrate(configuration: Configuration, *, always: bool = False) -> bool:
    """Bring the tables up to date, as the owner; says whether there was anything to do.

    `always` sets the rights anew even where the database says that it is up to date.
    """
    digest = migrations_digest()
    if not always and migrated_to(configuration) == digest:
        return False
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "django", "migrate", *QUIETLY],
        env=environment(configuration, "owner"),
        check=False,
    )
    if done.returncode != 0:
        raise NotInstalled("The tables could not be brought up to date; the words above say why.")
    with _as_owner(configuration) as connection:
        connection.execute(
            sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(sql.Literal(MARK + digest))
        )
    return True


# The mark lies in the database, on a table that every dump carries: one that was restored or
# swapped brings the mark of its own time with it. A file beside it would not know.
MARK = "copse "
READ_MARK = "SELECT obj_description(to_regclass('django_migrations'), 'pg_class')"


def migrated_to(configuration: Configuration) -> str:
    """The digest this database was last migrated to; empty for one without tables."""
    with _as_owner(configuration) as connection:
        row = connection.execute(READ_MARK).fetchone()
    return str(row[0] or "").removeprefix(MARK) if row else ""


def _as_owner(configuration: Configuration) -> psycopg.Connection:
    place = settings_for(configuration.model_copy(update={"process": "owner"}))
    return psycopg.connect(
        host=place["HOST"], port=place["PORT"], user=place["USER"], password=place["PASSWORD"],
        dbname=place["NAME"], **place["OPTIONS"],
    )  # fmt: skip


def migrations_digest() -> str:
    """A digest of everything that decides what tables and rights there are."""
    digest = hashlib.sha256()
    sources = {*ROOT.glob("**/migrations/*.py"), *ROOT.glob("**/models/*.py")}
    sources |= {*ROOT.glob("**/models.py"), *ROOT.glob("base/database/*.py")}
    sources |= {*ROOT.glob("base/jobs/rights.py"), *ROOT.glob("base/organisations/directory.py")}
    sources |= {*ROOT.glob("base/organisations/periods.py")}
    for path in sorted(sources):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def run_module(configuration: Configuration, module: str, process: str, *arguments: str) -> None:
    """Run a module of ours in a process of its own. Raises `NotInstalled` when it fails."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(  # noqa: S603 - our own words
        command, env=environment(configuration, process), check=False
    )
    if done.returncode != 0:
        raise NotInstalled(f"{module} failed; its words are above.")
