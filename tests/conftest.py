"""One real PostgreSQL for every test: a migrated template, cloned for each worker.

`COPSE_DATABASE_URL` names a server, PostgreSQL 15 or newer (a superuser: some tests cheat as one);
without it our own launcher starts the embedded one in a temporary folder.
"""

import contextlib
import fcntl
import gc
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

os.environ["COPSE_MODE"] = "test"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "copse.project.settings")

import django
import psycopg
import pytest
from django.core.management import call_command
from django.db import connections
from django.utils import translation
from hypothesis import settings as chance
from psycopg import sql

from tests.chromium import FLAGS, SHELL

django.setup()

ROOT = Path(__file__).parent.parent
# Every run throws new dice, and `--hypothesis-profile=thorough` fifty times as many. A machine that
# does much else is no reason to fail, so nothing thrown has a deadline.
chance.register_profile("suite", max_examples=40, deadline=None)
chance.register_profile("thorough", max_examples=2_000, deadline=None)
chance.load_profile("suite")
# Folders whose files take longest.
LONG = ("journeys", "faults", "project", "cli")
# What the tests write need not outlive the machine's power.
MEMORY = Path("/dev/shm")
IN_HASTE = {"fsync": "off", "synchronous_commit": "off"}


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The address of a server and a connection string of somebody who may make databases."""
    from copse.project.configuration import configuration
    from copse.project.database import server_of

    if configuration.database_url:
        yield server_of(configuration), configuration.database_url
        return
    from copse.base.database import server as launcher

    shared = tmp_path_factory.getbasetemp()
    home = (shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared) / "server"
    with pytest.MonkeyPatch.context() as patch, _in_memory(home):
        patch.setattr(launcher, "SETTINGS", launcher.SETTINGS | IN_HASTE)
        handle = launcher.ensure(home)
    try:
        yield {"host": str(handle.host), "port": "5432", "options": {}}, handle.dsn("postgres")
    finally:
        handle.stop()
        with contextlib.suppress(launcher.ServerError):  # the last worker takes it away
            launcher.remove(home)


@contextlib.contextmanager
def _in_memory(home):
    """What is started here finds its place in memory, where there is room.

    A clone is a thousand small files. What a run that was killed left there goes first.
    """
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < 4 << 30:
        yield
        return
    with (MEMORY / "copse-tests").open("ab") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        for left in MEMORY.glob("copse-tests-*"):
            with (left / "held").open("ab") as held, contextlib.suppress(BlockingIOError):
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left)
        if not (home / "postgres").is_symlink():
            home.mkdir(parents=True, mode=0o711)
            (home / "postgres").symlink_to(tempfile.mkdtemp(prefix="copse-tests-", dir=MEMORY))
        yield


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Nothing that is imported or collected is garbage: a sixth of the time went to look for some.

    Afterwards only what tests make is looked through, and not all of Django every time.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items):
    """Long files begin first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.path.relative_to(ROOT / "tests").parts[0] not in LONG)


def _password(login):
    return hashlib.sha256(f"copse-test-database-{login}".encode()).hexdigest()


def _migrations_digest():
    digest = hashlib.sha256()
    sources = [*ROOT.glob("copse/**/migrations/*.py"), *ROOT.glob("copse/**/models*/*.py")]
    sources += [*ROOT.glob("copse/**/models.py"), *ROOT.glob("copse/base/database/*.py")]
    sources += [*ROOT.glob("copse/base/*/*.py"), ROOT / "copse/project/settings.py"]
    for path in sorted(set(sources)):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _connect_as(login, name):
    settings = connections["default"].settings_dict
    connections["default"].close()
    settings.update(USER=login, PASSWORD=_password(login), NAME=name)


def _make_template(admin, name):
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
    admin.execute(
        sql.SQL("CREATE DATABASE {} OWNER copse_owner TEMPLATE template0").format(
            sql.Identifier(name)
        )
    )
    _connect_as("copse_owner", name)
    call_command("migrate", verbosity=0, interactive=False)
    connections["default"].close()


def _template(admin, prefix):
    name = f"{prefix}_template_{_migrations_digest()}"
    stale = admin.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{prefix}_template_%"]
    ).fetchall()
    for (old,) in stale:
        if old not in (name, f"{name}_making"):
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
    if (name,) not in stale:
        _make_template(admin, f"{name}_making")
        admin.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(f"{name}_making"), sql.Identifier(name)
            )
        )
    return name


_NAMES: dict[str, str] = {}


def _clone(admin, template=None):
    clone = sql.Identifier(_NAMES["clone"])
    template = sql.Identifier(template or _NAMES["template"])
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(clone))
    admin.execute(
        sql.SQL("CREATE DATABASE {} OWNER copse_owner TEMPLATE {}").format(clone, template)
    )


@pytest.fixture(scope="session")
def django_db_setup(server, django_db_blocker):
    from copse.base.database import roles

    place, dsn = server
    prefix = f"copse_{os.environ.get('COPSE_TEST_NAME', 'test')}"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "one")
    clone = f"{prefix}_{worker}"
    connections["default"].settings_dict.update(
        HOST=place["host"], PORT=place["port"], OPTIONS={"connect_timeout": 5, **place["options"]}
    )
    with django_db_blocker.unblock(), psycopg.connect(dsn, autocommit=True) as admin:
        # Two workers must not make the same template at once.
        admin.execute("SELECT pg_advisory_lock(728001)")
        roles.create(admin, {login: _password(login) for login in roles.LOGINS})
        template = _template(admin, prefix)
        _NAMES.update(clone=clone, template=template)
        _clone(admin)
        admin.execute("SELECT pg_advisory_unlock(728001)")
    _connect_as("copse_all", clone)
    yield
    with django_db_blocker.unblock():
        connections["default"].close()
    with psycopg.connect(dsn, autocommit=True) as admin:
        admin.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(clone))
        )


@pytest.fixture(scope="session")
def filled(django_db_setup, server):
    """`filled("arbora", fill)` fills this worker's database, or clones what another one filled.

    Only from the database to the database: what `fill` keeps in its process is not cloned.
    """
    _, dsn = server

    def make(name, fill):
        template = f"{_NAMES['template']}_{name}"
        with psycopg.connect(dsn, autocommit=True) as admin:
            admin.execute("SELECT pg_advisory_lock(728001)")
            made = "SELECT 1 FROM pg_database WHERE datname = %s"
            connections["default"].close()
            if admin.execute(made, [template]).fetchone():
                _clone(admin, template)
                return
            fill()
            connections["default"].close()
            # Whoever an earlier module left there would be in the way, as with DROP … (FORCE).
            leave = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            admin.execute(leave, [_NAMES["clone"]])
            words = sql.SQL("CREATE DATABASE {} OWNER copse_owner TEMPLATE {}")
            admin.execute(words.format(sql.Identifier(template), sql.Identifier(_NAMES["clone"])))

    return make


@pytest.fixture
def cast(db):
    """The people of the tests, each at a desk, in one rolled-back transaction."""
    from tests.cast import Cast

    return Cast()


def _really_committed(blocker, server):
    with blocker.unblock():
        yield connections["default"].settings_dict
        connections.close_all()
        _, dsn = server
        with psycopg.connect(dsn, autocommit=True) as admin:
            _clone(admin)


@pytest.fixture
def committed_db(django_db_setup, django_db_blocker, server):
    """A database of one's own with real commits; afterwards it is cloned anew.

    For tests with threads, processes or a browser. (Emptying tables would not do: the audit log
    refuses to be emptied, which is the point of it.)
    """
    yield from _really_committed(django_db_blocker, server)


@pytest.fixture(scope="module")
def module_db(django_db_setup, django_db_blocker, server):
    """The same for a whole module, whose tests change nothing that another one looks at."""
    yield from _really_committed(django_db_blocker, server)


@pytest.fixture
def committed_cast(committed_db):
    """The same people, really committed."""
    from tests.cast import Cast

    return Cast()


@pytest.fixture(autouse=True)
def _in_english():
    """Each test begins in English, whatever the one before it read."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def chromium():
    """One browser for the session; each test opens contexts of its own."""
    from playwright.sync_api import sync_playwright

    # Playwright's own loop stands in this thread for the rest of the session.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    if not Path(SHELL).exists():
        pytest.fail("No Chromium. Install Debian's package `chromium`, as `make test` does.")
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=SHELL, args=FLAGS)
        yield browser
        browser.close()
