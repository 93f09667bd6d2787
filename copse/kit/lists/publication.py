"""The publisher's side: changes become a signed version that any static file server can serve.

    folder/public/manifest.note       the latest manifest: what subscribers ask for first
    folder/public/manifest-4.note     each earlier one, so that subscribers can walk the chain
    folder/public/3.snapshot.jsonl    the whole list as it was at version 3
    folder/public/4.delta.jsonl       what changed from 3 to 4
    folder/state.sqlite               the publisher's own: current entries, notes; not served

Only `public` is served. The state's transaction decides what a version is: the note is stored with
it and shown afterwards, so a publisher that dies midway never signs one version twice.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Self

from copse.kit.checkpoint import Signer
from copse.kit.errors import InputError, RefusedError
from copse.kit.exchange import own
from copse.kit.lists import benign
from copse.kit.lists.entry import KINDS, Entry
from copse.kit.lists.manifest import (
    LATEST,
    LIST_NAME,
    NO_PREVIOUS,
    File,
    Licence,
    Manifest,
)  # fmt: skip
from copse.kit.lists.table import MODULUS, Table, batches, weight
from copse.kit.lists.versions import Busy, digest_of, replace_text, sync

STATE = "state.sqlite"
PUBLIC = "public"
# A subscriber that is more versions behind takes the snapshot instead.
MOST_DELTAS = 200
# When deltas together are this part of the snapshot, a new one saves newcomers time.
SNAPSHOT_WHEN = 0.5
MOST_NAMED = 10


class BenignRefused(RefusedError):  # noqa: N818 - named for the state
    """Entries that would match harmless pictures or empty files are not published."""

    code = "benign-refused"


class BadChange(InputError):  # noqa: N818 - named for the state
    """A change that does not fit the list as it is."""

    code = "bad-change"


@dataclass(frozen=True)
class Terms:
    """What stays the same from version to version.

    Attributes:
        name: the list's name: lower-case letters, digits, dashes.
        publisher: the body that answers for it.
        licence: on what terms it may be used.
        hasher: what makes its PDQ hashes, as `Fingerprint.hasher` says it.
        valid: how long a version may be used before subscribers are told that it is stale.
    """

    name: str
    publisher: str
    licence: Licence
    hasher: str = "unknown"
    valid: timedelta = timedelta(days=14)


class Publication:
    """A list that we publish. One process publishes at a time; another waits or is refused."""

    def __init__(self, folder: Path, state: Table) -> None:
        self.folder = folder
        self.public = folder / PUBLIC
        self._state = state

    @classmethod
    def create(cls, folder: Path, terms: Terms) -> Self:
        """Begin a list in a new folder. Raises `BadChange` for a bad name or a used folder."""
        if not LIST_NAME.fullmatch(terms.name):
            raise BadChange("A list's name has lower-case letters, digits and dashes only.")
        if (folder / STATE).exists():
            raise BadChange(f"{folder} already holds a list. Open it, or choose another folder.")
        (folder / PUBLIC).mkdir(parents=True, exist_ok=True)
        state = Table.create(folder / STATE)
        state.sql.execute("CREATE TABLE notes (version INTEGER PRIMARY KEY, note TEXT NOT NULL)")
        state.say("terms", _plain(terms))
        state.close()
        sync(folder / STATE)
        sync(folder)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Go on with a list, and finish showing a version if that broke off."""
        if not (folder / STATE).exists():
            raise BadChange(f"{folder} holds no list of ours. Create it first.")
        try:
            made = cls(folder, Table.edit(folder / STATE))
            made._show()
        except sqlite3.DatabaseError:
            raise BadChange(f"{folder / STATE} is damaged. Bring it back from a copy.") from None
        return made

    @property
    def terms(self) -> Terms:
        """What stays the same from version to version."""
        told = self._state.told("terms")
        days = timedelta(seconds=told.pop("valid"))
        return Terms(**{**told, "licence": Licence(**told["licence"]), "valid": days})

    @property
    def version(self) -> int:
        """The latest version; 0 before the first."""
        return int(self._state.told("version", 0))

    def manifest(self) -> Manifest | None:
        """The latest manifest."""
        note = self._note(self.version)
        return Manifest.parse(note.partition("\n\n")[0] + "\n") if note else None

    def entries(self) -> Iterator[Entry]:
        """The list as it is, by id."""
        return self._state.entries()

    def holds(self, entry: Entry) -> bool:
        """Whether the list says the same already; the time of change alone is no difference."""
        last = self._state.by_id(entry.id)
        return last is not None and replace(entry, updated=last.updated) == last

    def close(self) -> None:
        """Let go of the state."""
        self._state.close()

    def publish(
        self,
        changes: Iterable[Entry],
        signer: Signer,
        *,
        snapshot: bool | None = None,
        next_signer: Signer | None = None,
        now: datetime | None = None,
    ) -> Manifest:
        """Make the next version.

        Args:
            changes: entries to add or replace; withdrawn ones to take out. May be empty: a new
                version with a new expiry.
            signer: the key that signed the version before.
            snapshot: whether to write the whole list again; by default when deltas grew long.
            next_signer: hand the list to a new key: it signs, too, and alone from then on.
            now: the time of signing, for tests.

        Raises:
            BenignRefused: naming entries that would match what is harmless; nothing is published.
            BadChange: an unknown entry is withdrawn, or the key is not this list's.
        """
        with self._change():
            version = self.version + 1
            self._check_key(signer)
            files = self._write(changes, version, snapshot)
            created = now or datetime.now(UTC)
            manifest = self._manifest(version, files, created, next_signer)
            signers = [signer, next_signer] if next_signer else [signer]
            self._remember(manifest, manifest.sign(signers), signers[-1])
        self._show()
        return manifest

    @contextmanager
    def _change(self) -> Iterator[None]:
        try:
            self._state.sql.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            raise Busy(f"Another process publishes in {self.folder}. Try again.") from None
        try:
            yield
        except BaseException:
            self._state.sql.execute("ROLLBACK")
            self._state.forget()
            raise
        self._state.sql.execute("COMMIT")

    def _check_key(self, signer: Signer) -> None:
        key = self._state.told("key")
        if key and key != str(signer.verifier):
            raise BadChange(
                "This list was signed with another key. Sign with that one, and name the new one "
                "as next_signer: subscribers trust a new key only when the old one hands over."
            )

    def _write(self, changes: Iterable[Entry], version: int, snapshot: bool | None) -> list[File]:
        last = [File(**fields) for fields in self._state.told("files", [])]
        delta = self._write_delta(changes, version)
        # The first version has nothing to lead from.
        deltas = [file for file in [*last, delta] if file.start]
        whole = [file for file in last if file.start is None]
        since = sum(file.size for file in deltas if whole and file.to > whole[0].to)
        if snapshot or not whole or (snapshot is None and since > SNAPSHOT_WHEN * whole[0].size):
            whole = [self._write_snapshot(version)]
        if version == 1:
            (self.public / delta.name).unlink()
        oldest = min(whole[0].to, version - MOST_DELTAS)
        return whole + [file for file in deltas if file.to > oldest]

    def _write_delta(self, changes: Iterable[Entry], version: int) -> File:
        head = {"kind": "delta", "name": self.terms.name, "from": version - 1, "to": version}
        with self._file(f"{version}.delta.jsonl") as stream:
            own.write(self._applied(changes), stream, header=head)
        return self._filed(f"{version}.delta.jsonl", version, version - 1)

    def _write_snapshot(self, version: int) -> File:
        head = {"kind": "snapshot", "name": self.terms.name, "to": version}
        with self._file(f"{version}.snapshot.jsonl") as stream:
            own.write(self.entries(), stream, header=head)
        return self._filed(f"{version}.snapshot.jsonl", version, None)

    def _applied(self, changes: Iterable[Entry]) -> Iterator[Entry]:
        """Apply changes to the state, and hand on those that change something."""
        total = int(self._state.told("sum", "0"), 16)
        refused: list[str] = []
        for chunk in batches(changes):
            for entry, reasons in zip(chunk, benign.harmless(chunk), strict=True):
                if reasons and not entry.withdrawn:
                    refused.append(f"{entry.id} ({', '.join(sorted(set(reasons.values())))})")
                last = self._state.by_id(entry.id)
                if last == entry:
                    continue
                total += self._apply(entry, last)
                yield entry
        if refused:
            raise _refusal(refused)
        self._state.say("sum", f"{total % MODULUS:064x}")

    def _apply(self, entry: Entry, last: Entry | None) -> int:
        gone = weight(last) if last else 0
        if not entry.withdrawn:
            self._state.put(entry)
            return weight(entry) - gone
        if not self._state.take(entry.id):
            raise BadChange(f"{entry.id} is withdrawn, but it is not in the list.", id=entry.id)
        return -gone

    def _manifest(
        self, version: int, files: list[File], created: datetime, next_signer: Signer | None
    ) -> Manifest:
        terms = self.terms
        last = self.manifest()
        return Manifest(
            name=terms.name,
            publisher=terms.publisher,
            version=version,
            previous=last.digest if last else NO_PREVIOUS,
            created=created.astimezone(UTC).replace(microsecond=0),
            expires=(created + terms.valid).astimezone(UTC).replace(microsecond=0),
            count=len(self._state),
            total=self._state.told("sum"),
            licence=terms.licence,
            kinds=tuple(kind for kind in KINDS if self._holds(kind)),
            hasher=terms.hasher,
            files=tuple(files),
            next_key=str(next_signer.verifier) if next_signer else "",
        )

    def _holds(self, kind: str) -> bool:
        none = "x''" if kind == "pdq" else "NULL"
        found = self._state.sql.execute(
            f"SELECT EXISTS (SELECT 1 FROM entries WHERE {kind} IS NOT {none})"  # noqa: S608 - our own names
        )
        return bool(found.fetchone()[0])

    def _remember(self, manifest: Manifest, note: str, key: Signer) -> None:
        # What we would refuse as a subscriber is never shown.
        Manifest.open(note, key.verifier)
        self._state.sql.execute("INSERT INTO notes VALUES (?, ?)", (manifest.version, note))
        self._state.say("version", manifest.version)
        self._state.say("key", str(key.verifier))
        self._state.say("files", [asdict(file) for file in manifest.files])

    def _note(self, version: int) -> str:
        found = self._state.sql.execute("SELECT note FROM notes WHERE version = ?", (version,))
        row = found.fetchone()
        return str(row[0]) if row else ""

    def _show(self) -> None:
        """Let subscribers see the latest version; done again after a crash, it changes nothing."""
        if not (note := self._note(self.version)):
            return
        latest = self.public / LATEST
        if not latest.exists() or latest.read_text("utf-8") != note:
            replace_text(self.public / f"manifest-{self.version}.note", note)
            self._tidy()
            replace_text(latest, note)

    def _tidy(self) -> None:
        """Remove files that neither this version nor the one before names."""
        named: set[str] = set()
        for version in (self.version, self.version - 1):
            if note := self._note(version):
                text = note.partition("\n\n")[0] + "\n"
                named |= {file.name for file in Manifest.parse(text).files}
        for path in self.public.glob("*.jsonl"):
            if path.name not in named:
                path.unlink()

    @contextmanager
    def _file(self, name: str) -> Iterator[BinaryIO]:
        path = self.public / name
        with path.open("wb") as stream:
            yield stream
        sync(path)

    def _filed(self, name: str, to: int, start: int | None) -> File:
        path = self.public / name
        return File(name, path.stat().st_size, digest_of(path), to, start)


def _refusal(refused: list[str]) -> BenignRefused:
    named = ", ".join(refused[:MOST_NAMED]) + (" and others" if refused[MOST_NAMED:] else "")
    return BenignRefused(
        f"{len(refused)} entries would match what is harmless: {named}. Leave them out.",
        count=len(refused),
    )


def _plain(terms: Terms) -> dict[str, Any]:
    return {
        "name": terms.name, "publisher": terms.publisher, "hasher": terms.hasher,
        "licence": {"text": terms.licence.text, "url": terms.licence.url},
        "valid": terms.valid.total_seconds(),
    }  # fmt: skip
