"""What a scan knows of each file, in one SQLite file that outlives a kill.

A row is a path as bytes, its size and time of change, the way it was hashed, and its fingerprint
once there is one. The rows without a fingerprint are the work that is left. Each fingerprint is
committed alone: what was done is done, whatever happens next.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from copse.kit.errors import InputError, LaterError
from copse.kit.hashing import Fingerprint
from copse.kit.scanning import records
from copse.kit.scanning.walking import Place

APPLICATION = 0x436F7073  # "Cops", in the header of the file: we write into no other database
VERSION = 1
PAGE = 512
TABLES = """
CREATE TABLE IF NOT EXISTS files (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    way TEXT NOT NULL,
    run INTEGER NOT NULL,
    fingerprint TEXT
);
CREATE INDEX IF NOT EXISTS to_do ON files (run, id) WHERE fingerprint IS NULL;
CREATE TABLE IF NOT EXISTS troubles (
    path BLOB PRIMARY KEY, code TEXT NOT NULL, sentence TEXT NOT NULL, fault INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS runs (run INTEGER PRIMARY KEY AUTOINCREMENT, root BLOB NOT NULL);
"""
SEEN = """
INSERT INTO files (path, size, mtime_ns, way, run) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (path) DO UPDATE SET
    fingerprint = CASE WHEN size = excluded.size AND mtime_ns = excluded.mtime_ns
                        AND way = excluded.way THEN fingerprint END,
    size = excluded.size, mtime_ns = excluded.mtime_ns, way = excluded.way, run = excluded.run
"""


class NotALedger(InputError):  # noqa: N818 - named for the state
    """The state file is something else, damaged, or of a newer Copse."""

    code = "not-a-ledger"


class InUse(LaterError):  # noqa: N818 - named for the state
    """Another scan is writing into this ledger."""

    code = "in-use"


class Ledger:
    """The ledger of one folder's scans; one process writes into it at a time."""

    def __init__(self, path: Path) -> None:
        """Open or make the ledger, readable by its owner only.

        Raises `InUse` while another scan has it, `NotALedger` for any other file.
        """
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = _locked(path)
        try:
            self._rows = _opened(path)
        except BaseException:
            os.close(self._lock)
            raise
        self.run = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; a kill does the same."""
        self._rows.close()
        os.close(self._lock)

    def begin(self, root: bytes) -> int:
        """Start a run: what it does not see again is not part of its result."""
        self._rows.execute("DELETE FROM troubles")
        self.run = int(
            self._rows.execute("INSERT INTO runs (root) VALUES (?)", [root]).lastrowid or 0
        )
        return self.run

    def see(self, places: Iterable[Place], way: str) -> None:
        """Note files of this run; a fingerprint stays if size, time and way are the same."""
        rows = [(one.path, one.size, one.mtime_ns, way, self.run) for one in places]
        self._rows.execute("BEGIN")
        self._rows.executemany(SEEN, rows)
        self._rows.execute("COMMIT")

    def to_do(self) -> Iterator[Place]:
        """The files of this run that have no fingerprint yet, page by page."""
        last = 0
        while page := self._rows.execute(
            "SELECT id, path, size, mtime_ns FROM files"
            " WHERE run = ? AND fingerprint IS NULL AND id > ? ORDER BY id LIMIT ?",
            [self.run, last, PAGE],
        ).fetchall():
            for row in page:
                yield Place(*row[1:])
            last = page[-1][0]

    def record(self, place: Place, fingerprint: Fingerprint) -> None:
        """Keep a fingerprint for good; twice the same is once."""
        self._rows.execute(
            "UPDATE files SET fingerprint = ?, size = ?, mtime_ns = ? WHERE path = ?",
            [records.dumped(fingerprint), place.size, place.mtime_ns, place.path],
        )

    def trouble(self, path: bytes, code: str, sentence: str, *, fault: bool) -> None:
        """Note what stood in the way of a path in this run; the next run tries it again."""
        self._rows.execute(
            "INSERT OR REPLACE INTO troubles VALUES (?, ?, ?, ?)", [path, code, sentence, fault]
        )

    def counts(self) -> tuple[int, int]:
        """How many files this run has seen, and how many of them have a fingerprint."""
        seen, done = self._rows.execute(
            "SELECT count(*), count(fingerprint) FROM files WHERE run = ?", [self.run]
        ).fetchone()
        return seen, done

    def fingerprints(self) -> Iterator[tuple[Place, Fingerprint]]:
        """Every fingerprint of this run, by path."""
        found = self._rows.execute(
            "SELECT path, size, mtime_ns, fingerprint FROM files"
            " WHERE run = ? AND fingerprint IS NOT NULL ORDER BY path",
            [self.run],
        )
        for path, size, mtime_ns, text in found:
            yield Place(path, size, mtime_ns), records.loaded(text)

    def troubles(self) -> Iterator[tuple[bytes, str, str, bool]]:
        """What stood in the way: path, code, sentence, and whether somebody should mend it."""
        for path, code, sentence, fault in self._rows.execute(
            "SELECT path, code, sentence, fault FROM troubles ORDER BY path"
        ):
            yield path, code, sentence, bool(fault)


def _locked(path: Path) -> int:
    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise InUse(
            f"Another scan is writing into {path}. Wait for it, or name another file with --state."
        ) from None
    return lock


def _opened(path: Path) -> sqlite3.Connection:
    # Paths and fingerprints of what may be material: nobody else may read them.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    rows = sqlite3.connect(path, isolation_level=None)
    try:
        _check(rows, path)
        rows.execute("PRAGMA journal_mode = WAL")
        # Safe against a kill; a power cut may cost the last moments, never the ledger.
        rows.execute("PRAGMA synchronous = NORMAL")
        rows.executescript(TABLES)
    except sqlite3.DatabaseError:
        rows.close()
        raise _other(path) from None
    except BaseException:
        rows.close()
        raise
    return rows


def _check(rows: sqlite3.Connection, path: Path) -> None:
    (application,) = rows.execute("PRAGMA application_id").fetchone()
    (version,) = rows.execute("PRAGMA user_version").fetchone()
    (tables,) = rows.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if (application, version, tables) == (0, 0, 0):
        rows.execute(f"PRAGMA application_id = {APPLICATION}")
        rows.execute(f"PRAGMA user_version = {VERSION}")
    elif (application, version) != (APPLICATION, VERSION):
        raise _other(path)


def _other(path: Path) -> NotALedger:
    return NotALedger(
        f"{path} is no ledger of this version of Copse. Name another file with --state, or move "
        "this one away to start afresh."
    )


def default_path(root: bytes, home: Path | None = None) -> Path:
    """Where a folder's ledger lies unless told otherwise: in the user's own state folder.

    Never in the scanned folder: evidence is not written to.
    """
    from hashlib import sha256

    if home is None:
        told = os.environ.get("XDG_STATE_HOME", "")
        home = Path(told) if told else Path.home() / ".local" / "state"
    name = sha256(os.path.realpath(root)).hexdigest()[:20]
    return home / "copse" / "scans" / f"{name}.sqlite3"


def forget(path: Path) -> None:
    """Remove a ledger and what SQLite keeps beside it."""
    for end in ("", "-wal", "-shm", ".lock"):
        with suppress(FileNotFoundError):
            os.unlink(f"{path}{end}")  # noqa: PTH108 - a name made of text
