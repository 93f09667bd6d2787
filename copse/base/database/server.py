"""The embedded PostgreSQL: started beside the install, reached through a closed socket only.

`ensure` starts the server of a data folder, or joins the one that runs; the last one to leave
stops it. Where the programs come from, and under which user they run, is `programs.py`.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psycopg
from psycopg.conninfo import make_conninfo

from copse.base.database import programs
from copse.base.database.programs import Account, Programs
from copse.kit.errors import OursError

SUPERUSER = "copse_superuser"
PORT = "5432"
# A server that was killed needs a moment to be reaped, and then to recover.
START_SECONDS = 60
STOP_SECONDS = 30
LONGEST_LOG = 5_000_000
# A Unix socket's path may be this long; ours ends in /.s.PGSQL.5432.
LONGEST_RUN = 107 - len("/.s.PGSQL.5432")

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": PORT,
    "max_connections": "120",
    "shared_buffers": "256MB",
    "synchronous_commit": "on",
    "fsync": "on",
    "full_page_writes": "on",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # No typed text may reach a log. An error's own sentence may quote a value, so that errors are
    # not logged at all: what starts, stops and breaks still is.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_connections": "off",
    "log_disconnections": "off",
}


_LEFT: "list[subprocess.Popen[bytes] | None]" = []


class ServerError(OursError):
    """The embedded PostgreSQL cannot be started; the sentence says what to do."""

    code = "server"


@dataclass
class ServerHandle:
    """A running server. While it is held, no other process stops it."""

    home: Path
    _held: IO[bytes]
    _process: "subprocess.Popen[bytes] | None" = field(default=None)

    @property
    def host(self) -> Path:
        """The folder of the socket."""
        return socket_folder(self.home)

    @property
    def pid(self) -> int | None:
        """The server's process, if one runs."""
        return _pid(self.home)

    def dsn(self, database: str = "postgres", role: str = SUPERUSER) -> str:
        """How to connect as `role`, whose password is among the secrets."""
        password = (self.home / "secrets" / _secret_of(role)).read_text("ascii").strip()
        return make_conninfo(
            host=str(self.host), port=PORT, user=role, password=password, dbname=database
        )

    def mend(self) -> None:
        """Start the server again if it died."""
        if self._process is not None:
            # Reaped before we wait for our turn: whoever has it cannot start while the dead one's
            # number is taken.
            self._process.poll()
        with _starting(self.home):
            if self.pid is None:
                if self._process is not None:
                    self._process.wait(STOP_SECONDS)  # reaps it; it may be dying still
                self._process = _start(self, programs.account())

    def stop(self) -> None:
        """Let go; the last one to do so stops the server."""
        if self._held.closed:
            return
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._held.close()
            # Somebody else uses it still; our object for the process must outlive this handle.
            _LEFT.append(self._process)
            return
        with _starting(self.home):
            _stop(self.home, self._process)
            self._held.close()


def ensure(home: Path) -> ServerHandle:
    """A running server for this data folder, made first when there is none."""
    home = home.absolute()
    account = programs.account()
    _make_home(home, account)
    with _starting(home):
        # Under the lock: of two that start at once, one must not move the other's folder away.
        _make_place(home, account)
        held = (home / "postgres" / "held").open("ab")
        fcntl.flock(held, fcntl.LOCK_SH)
        handle = ServerHandle(home, held)
        try:
            if not _answers(handle):
                handle._process = _start(handle, account)  # noqa: SLF001 - made here
        except BaseException:
            held.close()
            raise
    return handle


@contextlib.contextmanager
def running(home: Path) -> Iterator[ServerHandle]:
    """A server for the length of a block."""
    handle = ensure(home)
    try:
        yield handle
    finally:
        handle.stop()


def socket_folder(home: Path) -> Path:
    """The folder of this data folder's socket, whether or not a server runs."""
    return (home / "postgres" / "run").resolve()


def made(home: Path) -> bool:
    """Whether this data folder already holds a database."""
    return (home / "postgres" / "data" / "PG_VERSION").exists()


def remove(home: Path) -> None:
    """Delete the database of a data folder that nobody uses. There is no way back."""
    place = home / "postgres"
    if not place.exists():
        place.unlink(missing_ok=True)
        return
    with (place / "held").open("ab") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServerError(
                f"The database in {home} is in use. Stop what uses it (Ctrl-C where `copse` "
                "runs), then try again."
            ) from None
        _stop(home, None)
    shutil.rmtree(place.resolve())
    place.unlink(missing_ok=True)


# Folders -----------------------------------------------------------------------------------------


def _make_home(home: Path, account: Account) -> None:
    # Another user must be able to pass through, and to look at nothing.
    home.mkdir(parents=True, exist_ok=True, mode=0o711 if account.other else 0o700)
    (home / "secrets").mkdir(exist_ok=True, mode=0o700)


def _make_place(home: Path, account: Account) -> None:
    place = home / "postgres"
    if not place.exists():
        target = _place_for(home, account)
        if target != place:
            place.unlink(missing_ok=True)
            place.symlink_to(target, target_is_directory=True)
    for folder in (place, place / "run"):
        folder.mkdir(exist_ok=True, mode=0o700)
        account.give(folder)


def _place_for(home: Path, account: Account) -> Path:
    """The folder of the database: in the data folder, unless its user could not reach it there.

    Then a folder of its own elsewhere, named after the data folder, which points to it. Opening
    the folders above (a root's home, say) would be the other way, and is never done.
    """
    place = home / "postgres"
    short = len(os.fsencode(place / "run")) <= LONGEST_RUN
    if short and account.reaches(home):
        return place
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    base = Path("/var/lib/copse") if os.geteuid() == 0 else Path(f"/tmp/copse-{os.getuid()}")  # noqa: S108 - made 0700 and checked
    base.mkdir(exist_ok=True, mode=0o711 if account.other else 0o700)
    if base.lstat().st_uid != os.geteuid() or base.is_symlink():
        raise ServerError(f"{base} belongs to somebody else. Remove it, or choose a shorter home.")
    target = base / digest
    target.mkdir(exist_ok=True, mode=0o700)
    return target


@contextlib.contextmanager
def _starting(home: Path) -> Iterator[None]:
    path = home / "secrets" / ".starting"
    path.touch(mode=0o600)
    with path.open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# Starting and stopping ---------------------------------------------------------------------------


def _start(handle: ServerHandle, account: Account) -> "subprocess.Popen[bytes]":
    home = handle.home
    place = (home / "postgres").resolve()
    data = place / "data"
    found = programs.for_data(data)
    found = programs.runnable(found, account, place)
    if not made(home):
        _initialise(home, found, account)
    _reap(data)
    until = time.monotonic() + START_SECONDS
    while True:
        process = _launch(place, found, account)
        while process.poll() is None and time.monotonic() < until:
            if _answers(handle):
                return process
            time.sleep(0.05)
        if time.monotonic() >= until:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            raise ServerError(
                f"PostgreSQL did not start within {START_SECONDS} seconds. Its own words are in "
                f"{place / 'server.log'}."
            )
        time.sleep(0.3)


def _reap(data: Path) -> None:
    """Let go of a killed server that was our child: as a zombie it would keep its lock file."""
    with contextlib.suppress(FileNotFoundError, ValueError, ChildProcessError):
        os.waitpid(int((data / "postmaster.pid").read_text().split("\n", 1)[0]), os.WNOHANG)


def _initialise(home: Path, found: Programs, account: Account) -> None:
    place = (home / "postgres").resolve()
    shutil.rmtree(place / "making", ignore_errors=True)
    password = secrets.token_hex(24)
    _write_secret(home / "secrets" / _secret_of(SUPERUSER), password)
    shown = place / "password"
    _write_secret(shown, password)
    account.give(shown)
    # The builtin collation is the same on every machine; C libraries change theirs.
    locale = ["--locale=C.UTF-8"]
    if found.major >= 17:  # noqa: PLR2004 - the first with a builtin one
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    try:
        done = subprocess.run(  # noqa: S603 - our own list
            [
                found.bin / "initdb", "-D", place / "making", "-U", SUPERUSER,
                "--pwfile", shown, "--auth=scram-sha-256", "--data-checksums",
                "--encoding=UTF8", *locale,
            ],
            **account.process(place), check=False, capture_output=True,
        )  # fmt: skip
    finally:
        shown.unlink(missing_ok=True)
    if done.returncode:
        raise ServerError(f"initdb failed: {done.stderr.decode('utf-8', 'replace').strip()}")
    # Renamed when whole, so that an interrupted first start is simply done again.
    (place / "making").rename(place / "data")


def _launch(place: Path, found: Programs, account: Account) -> "subprocess.Popen[bytes]":
    log = place / "server.log"
    settings = {**SETTINGS, "unix_socket_directories": str(place / "run")}
    if log.exists() and log.stat().st_size > LONGEST_LOG:
        log.replace(place / "server.log.1")
    arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(  # noqa: S603 - our own list
            [found.bin / "postgres", "-D", place / "data", *arguments],
            stdin=subprocess.DEVNULL, stdout=descriptor, stderr=descriptor,
            # Ctrl-C in the terminal is for us: the database goes last.
            start_new_session=True,
            **account.process(place),
        )  # fmt: skip
    finally:
        os.close(descriptor)


def _stop(home: Path, process: "subprocess.Popen[bytes] | None") -> None:
    pid = _pid(home)
    if pid is None:
        return
    for sign in (signal.SIGINT, signal.SIGQUIT):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        until = time.monotonic() + STOP_SECONDS
        while time.monotonic() < until:
            ours = process if process is not None and process.pid == pid else None
            if ours is not None:
                ours.poll()  # reaps it
            if not _alive(pid):
                if ours is not None:
                    # It may have died since the last look, and would stay a zombie.
                    ours.wait()
                return
            time.sleep(0.03)


def _pid(home: Path) -> int | None:
    try:
        pid = int((home / "postgres" / "data" / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    # The number in a left-over file may belong to anybody by now.
    return pid if _alive(pid) and _is_postgres(pid) else None


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state[0] != "Z"


def _is_postgres(pid: int) -> bool:
    try:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, PermissionError):
        return False


def _answers(handle: ServerHandle) -> bool:
    if _pid(handle.home) is None:
        return False
    try:
        psycopg.connect(handle.dsn(), connect_timeout=2).close()
    except (psycopg.OperationalError, FileNotFoundError):
        return False
    return True


# Secrets -----------------------------------------------------------------------------------------


def _secret_of(role: str) -> str:
    return "database-superuser" if role == SUPERUSER else f"database-{role}"


def _write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
