"""Entries in one SQLite file: about 200 bytes each on disk, and none of them in memory.

The publisher keeps its current state in one, a subscriber has one in each segment. An entry's
number is its row's; indexes (`segment.py`) answer with numbers.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, Self

from copse.kit.errors import OursError
from copse.kit.exchange import own
from copse.kit.lists.entry import DIGESTS, Category, Entry, Opinion

BATCH = 2_000
MODULUS = 1 << 256
_SCHEMA = """
CREATE TABLE entries (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, pdq BLOB NOT NULL, md5 BLOB, sha1 BLOB,
    sha256 BLOB, labels INTEGER NOT NULL, updated INTEGER NOT NULL, opinions TEXT, harmless TEXT
);
CREATE TABLE labels (number INTEGER PRIMARY KEY, codes TEXT NOT NULL UNIQUE);
CREATE TABLE hidden (number INTEGER PRIMARY KEY);
CREATE TABLE also (kind TEXT NOT NULL, first INTEGER NOT NULL, number INTEGER NOT NULL);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
_FIELDS = "number, id, pdq, md5, sha1, sha256, labels, updated, opinions, harmless"


class BrokenTable(OursError):  # noqa: N818 - named for the state
    """The file of entries is damaged, or none of ours."""

    code = "broken-table"


class Table:
    """The entries of a list, or of one part of it.

    `hidden` holds numbers of *another* table, the base that this one's entries replace or
    withdraw; `also` names entries that share a digest with an earlier one; `harmless` is what the
    benign guard took out of an entry, as {"fingerprint": "reason"}.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self.sql = connection
        self._codes: dict[int, tuple[str, ...]] = {}
        self._numbers: dict[str, int] = {}

    @classmethod
    def create(cls, path: Path) -> Self:
        """A new, empty table, which is not safe from a loss of power until `close`."""
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # Written beside and switched to when whole: what breaks off is thrown away.
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN")
        return cls(path, connection)

    @classmethod
    def reopen(cls, path: Path) -> Self:
        """A copy of a table, to be written on as after `create`."""
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        connection.execute("DELETE FROM also")
        return cls(path, connection)

    @classmethod
    def edit(cls, path: Path) -> Self:
        """A table to write to inside `BEGIN` and `COMMIT`, safe from a loss of power."""
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            return cls(path, connection)
        except sqlite3.DatabaseError:
            connection.close()
            raise

    @classmethod
    def open(cls, path: Path) -> Self:
        """A table to read; several processes and threads may. Raises `BrokenTable`."""
        try:
            uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(
                uri, uri=True, isolation_level=None, check_same_thread=False
            )
            connection.execute("SELECT count(*) FROM labels").fetchone()
        except sqlite3.DatabaseError:
            raise BrokenTable(
                f"{path} is damaged. Pull the list anew into another folder."
            ) from None
        return cls(path, connection)

    def close(self) -> None:
        """End the reading or writing; what `create` began is then in the file."""
        if self.sql.in_transaction:
            self.sql.execute("COMMIT")
        self.sql.close()

    # Writing

    def put(self, entry: Entry, harmless: dict[str, str] | None = None) -> None:
        """Add an entry, or replace the one of the same id."""
        self.put_all([(entry, harmless or {})])

    def put_all(self, pairs: Iterable[tuple[Entry, dict[str, str]]]) -> None:
        """Add entries with what the benign guard took out of each."""
        self.sql.executemany(
            "INSERT INTO entries (id, pdq, md5, sha1, sha256, labels, updated, opinions, harmless) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET pdq = excluded.pdq, "
            "md5 = excluded.md5, sha1 = excluded.sha1, sha256 = excluded.sha256, "
            "labels = excluded.labels, updated = excluded.updated, opinions = excluded.opinions, "
            "harmless = excluded.harmless",
            (self._row(entry, harmless) for entry, harmless in pairs),
        )

    def _row(self, entry: Entry, harmless: dict[str, str]) -> tuple[Any, ...]:
        digests = [getattr(entry, kind) for kind in DIGESTS]
        held = [[one.by, one.category] for one in entry.opinions]
        return (
            entry.id,
            bytes.fromhex("".join(entry.pdq)),
            *(bytes.fromhex(value) if value else None for value in digests),
            self._number_of(entry.labels),
            int(entry.updated.timestamp()),
            own.dumps(held) if held else None,
            own.dumps(harmless) if harmless else None,
        )

    def _number_of(self, labels: tuple[str, ...]) -> int:
        codes = own.dumps(labels)
        if codes not in self._numbers:
            self.sql.execute("INSERT OR IGNORE INTO labels (codes) VALUES (?)", (codes,))
            found = self.sql.execute("SELECT number FROM labels WHERE codes = ?", (codes,))
            self._numbers[codes] = found.fetchone()[0]
        return self._numbers[codes]

    def take(self, id_: str) -> bool:
        """Remove the entry of this id; whether there was one."""
        return self.sql.execute("DELETE FROM entries WHERE id = ?", (id_,)).rowcount > 0

    def forget(self) -> None:
        """Read label sets anew: a rollback may have taken some away."""
        self._codes.clear()
        self._numbers.clear()

    def say(self, name: str, value: object) -> None:
        """Remember a fact about this table."""
        self.sql.execute(
            "INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, json.dumps(value, sort_keys=True))
        )

    # Reading

    def told(self, name: str, default: Any = None) -> Any:
        """A fact that `say` remembered."""
        row = self.sql.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else default

    def __len__(self) -> int:
        return int(self.sql.execute("SELECT count(*) FROM entries").fetchone()[0])

    def number(self, id_: str) -> int | None:
        """The number of the entry of this id."""
        row = self.sql.execute("SELECT number FROM entries WHERE id = ?", (id_,)).fetchone()
        return int(row[0]) if row else None

    def by_id(self, id_: str) -> Entry | None:
        """The entry of this id."""
        row = self.sql.execute(f"SELECT {_FIELDS} FROM entries WHERE id = ?", (id_,)).fetchone()  # noqa: S608 - our own names
        return self._entry(row) if row else None

    def by_number(self, number: int) -> Entry | None:
        """The entry with this number."""
        found = self.sql.execute(f"SELECT {_FIELDS} FROM entries WHERE number = ?", (number,))  # noqa: S608 - our own names
        row = found.fetchone()
        return self._entry(row) if row else None

    def rows(self) -> Iterator[tuple[int, Entry, dict[str, str]]]:
        """Number, entry, and what the benign guard took out, by id."""
        cursor = self.sql.execute(f"SELECT {_FIELDS} FROM entries ORDER BY id")  # noqa: S608 - our own names
        for row in cursor:
            yield row[0], self._entry(row), json.loads(row[9]) if row[9] else {}

    def entries(self) -> Iterator[Entry]:
        """Every entry, by id."""
        return (entry for _, entry, _ in self.rows())

    def hidden(self) -> set[int]:
        """The numbers of the base's entries that this table replaces or withdraws."""
        return {row[0] for row in self.sql.execute("SELECT number FROM hidden")}

    def guarded(self, hidden: set[int]) -> Iterator[str]:
        """The reason for each fingerprint that the benign guard took out of entries in sight."""
        rows = self.sql.execute("SELECT number, harmless FROM entries WHERE harmless IS NOT NULL")
        for number, out in rows:
            if number not in hidden:
                yield from json.loads(out).values()

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        _, id_, pdq, md5, sha1, sha256_, labels, updated, opinions, _ = row
        digits = pdq.hex()
        return Entry(
            id_,
            pdq=tuple(digits[start : start + 64] for start in range(0, len(digits), 64)),
            md5=md5.hex() if md5 else None,
            sha1=sha1.hex() if sha1 else None,
            sha256=sha256_.hex() if sha256_ else None,
            labels=self.labels(labels),
            updated=datetime.fromtimestamp(updated, UTC),
            opinions=tuple(Opinion(by, Category(c)) for by, c in json.loads(opinions or "[]")),
        )

    def opined(self) -> list[Entry]:
        """The entries on which others have opinions; few, in all lists we know."""
        rows = self.sql.execute(f"SELECT {_FIELDS} FROM entries WHERE opinions IS NOT NULL")  # noqa: S608 - our own names
        return [self._entry(row) for row in rows]

    def labels(self, number: int) -> tuple[str, ...]:
        """The labels that a row's number of them stands for."""
        if number not in self._codes:
            row = self.sql.execute("SELECT codes FROM labels WHERE number = ?", (number,))
            self._codes[number] = tuple(json.loads(row.fetchone()[0]))
        return self._codes[number]


def weight(entry: Entry) -> int:
    """What a live entry adds to the sum that a manifest signs."""
    return int.from_bytes(sha256(own.line(entry).encode()).digest())


def batches(entries: Iterable[Entry], size: int = BATCH) -> Iterator[list[Entry]]:
    """The entries in lists of at most `size`."""
    rest = iter(entries)
    while chunk := list(islice(rest, size)):
        yield chunk
