"""The audit log outside the database: what a leaf is made of, and checking an exported log.

A leaf of the tree (`merkle`) is the SHA-256 of an entry as canonical JSON; the entry holds a
random nonce, so that nobody can guess it from its digest once it is erased. An export is lines of
JSON: a header, the signed checkpoints, the leaves in thousands, then any details:

    {"copse_audit_export": 1, "key": "name+id+base64", "size": 3}
    {"checkpoint": "the note"}
    {"leaves": ["hex", …]}
    {"entries": [{…}, …]}
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from copse.kit.checkpoint import BadCheckpoint, Checkpoint, Verifier, notes, read_checkpoint
from copse.kit.merkle import Roots

VERSION = 1
CHUNK = 1000
FIELDS = ("id", "desk_id", "room", "at", "member", "action", "subject", "outcome", "codes", "nonce")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value


def plain(entry: Mapping[str, object]) -> dict[str, object]:
    """The fields of an entry as JSON holds them."""
    return {name: _plain(entry[name]) for name in FIELDS}


def digest(entry: Mapping[str, object]) -> bytes:
    """The leaf of an entry: SHA-256 of its fields as canonical JSON (sorted, no spaces, UTF-8)."""
    text = json.dumps(plain(entry), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).digest()


@dataclass
class Report:
    """What a check found: the log's length and root, what is wrong, and what is worth knowing."""

    size: int = 0
    root: bytes = b""
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def write_export(
    out: TextIO,
    *,
    key: Verifier,
    size: int,
    checkpoints: Iterable[str],
    leaves: Iterable[bytes],
    entries: Iterable[Mapping[str, object]] = (),
) -> None:
    """Write a log that can be checked without its database."""

    def line(content: Mapping[str, object]) -> None:
        out.write(json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n")

    line({"copse_audit_export": VERSION, "key": str(key), "size": size})
    for note in checkpoints:
        line({"checkpoint": note})
    for chunk in _chunks(leaf.hex() for leaf in leaves):
        line({"leaves": chunk})
    for details in _chunks(plain(entry) for entry in entries):
        line({"entries": details})


def _chunks(items: Iterable[object]) -> Iterator[list[object]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


class Check:
    """Walks a log leaf by leaf and compares it with signed checkpoints on the way."""

    def __init__(self, key: Verifier) -> None:
        self.key = key
        self.report = Report()
        self._roots = Roots()
        self._seen: set[bytes] = set()
        self._expected: dict[int, list[tuple[str, Checkpoint]]] = {}
        self._latest = 0
        self._fits: dict[str, int] = {}
        self._broken: list[tuple[str, int]] = []

    def expect_all(self, text: str, *, name: str) -> None:
        """Compare with every checkpoint in a witness's file."""
        for note in notes(text):
            self.expect(note, name=name)

    def expect(self, note: str, *, name: str) -> None:
        """Compare with this checkpoint once the walk has come to its length."""
        try:
            found = read_checkpoint(note, self.key)
        except BadCheckpoint as bad:
            self.report.problems.append(f"{name}: {bad.sentence}")
            return
        self._latest = max(self._latest, found.size)
        self._expected.setdefault(found.size, []).append((name, found))

    def leaf(self, leaf: bytes) -> None:
        """Take the next leaf."""
        if not self._roots.size:
            self._compare()
        if leaf in self._seen:
            self.report.problems.append(f"Entry {self._roots.size + 1} is there twice.")
        self._seen.add(leaf)
        self._roots.append(leaf)
        self._compare()

    def entry(self, entry: Mapping[str, object]) -> None:
        """Compare the detail of an act with the leaves; to be called after the last leaf."""
        if digest(entry) not in self._seen:
            sentence = f"The detail of entry {entry.get('id')} is not what was logged."
            self.report.problems.append(sentence)

    def finish(self) -> Report:
        """What was found."""
        if not self._roots.size:
            self._compare()
        report = self.report
        report.size, report.root = self._roots.size, self._roots.root()
        for size, points in sorted(self._expected.items()):
            for name, _ in points:
                report.problems.append(
                    f"{name}: the log has {report.size} entries, but {size} were signed for. "
                    f"At least {size - report.size} were cut off or it was set back."
                )
        self._signed_anew()
        if report.ok and self._latest < report.size:
            later = report.size - self._latest
            report.remarks.append(f"{later} entries are later than any checkpoint.")
        return report

    def _signed_anew(self) -> None:
        """An own checkpoint that fits what another's does not: the key was used to hide it."""
        for name, size in self._broken:
            later = [fits for own, fits in self._fits.items() if own != name and fits >= size]
            if later:
                self.report.problems.append(
                    f"It was signed anew: a checkpoint of {max(later)} entries in the log itself "
                    "fits what stands here. Whoever holds the log's signing key took part."
                )
                return

    def _compare(self) -> None:
        for name, point in self._expected.pop(self._roots.size, ()):
            if point.root == self._roots.root():
                self._fits[name] = max(point.size, self._fits.get(name, 0))
            else:
                self._broken.append((name, point.size))
                self.report.problems.append(
                    f"{name}: the first {point.size} entries are not those that were signed for. "
                    "Something in them was altered, moved, added or taken away."
                )


def verify_export(
    path: Path | str, against: Path | str | None = None, key: str | None = None
) -> Report:
    """Check an exported log, without its database.

    `against` is a checkpoint (its file or its text) that the witness kept, `key` the public key
    that the log is known by; without it the key in the file is believed.
    """
    try:
        with Path(path).open(encoding="utf-8") as lines:
            return _verify(lines, _note(against), key)
    except BadCheckpoint as bad:
        return Report(problems=[bad.sentence])
    except OSError as error:
        return Report(problems=[f"The file cannot be read: {error.strerror}."])
    except (ValueError, KeyError, TypeError, AttributeError):
        return Report(problems=["This is not an exported audit log, or it was damaged."])


def _note(against: Path | str | None) -> str | None:
    if against is None or (isinstance(against, str) and "\n" in against):
        return against
    return Path(against).read_text(encoding="utf-8")


def _verify(lines: Iterable[str], against: str | None, key: str | None) -> Report:
    rows = (json.loads(line) for line in lines)
    header: dict[str, Any] = next(rows, {})
    if header["copse_audit_export"] != VERSION:
        return Report(problems=["This export is of a version that this program cannot read."])
    check = Check(Verifier.parse(key or header["key"]))
    if key and header["key"] != key:
        check.report.problems.append("The export names another key than the one you gave.")
    if against is not None:
        check.expect_all(against, name="The witness's checkpoint")
    for row in rows:
        _take(check, row)
    report = check.finish()
    if report.size != header["size"]:
        report.problems.append(f"The file holds {report.size} of {header['size']} entries.")
    return report


def _take(check: Check, row: dict[str, Any]) -> None:
    if "checkpoint" in row:
        check.expect(str(row["checkpoint"]), name="A checkpoint in the export")
    for leaf in row.get("leaves", ()):
        check.leaf(bytes.fromhex(leaf))
    for entry in row.get("entries", ()):
        check.entry(entry)
