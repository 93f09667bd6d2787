"""What a publisher signs: which version of a list there is, of what files, until when.

A manifest is a signed note (`copse.kit.checkpoint`) over lines of canonical JSON: the first says
everything about the version, each further line names one file.

    {"copse_manifest":1,"count":12,"created":"…Z","expires":"…Z","hasher":"…","kinds":["pdq"],
     "licence":{"text":"…","url":"…"},"name":"arbora","previous":"hex","publisher":"…",
     "sum":"hex","version":4}
    {"kind":"snapshot","name":"3.snapshot.jsonl","sha256":"hex","size":9120,"to":3}
    {"from":3,"kind":"delta","name":"4.delta.jsonl","sha256":"hex","size":310,"to":4}

`previous` is the SHA-256 of the previous version's signed text, so versions form a chain. `sum` is
the sum modulo 2**256 of the SHA-256 of each entry's canonical line: whoever applied every delta
rightly comes to the same one, in whatever order the entries are kept.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Self

from copse.kit.checkpoint import BadCheckpoint, Signer, Verifier, open_note
from copse.kit.errors import InputError
from copse.kit.exchange.own import dumps
from copse.kit.exchange.reading import moment, stamp
from copse.kit.lists.entry import KINDS, BadEntry

VERSION = 1
FORMAT = "copse_manifest"
LATEST = "manifest.note"
# Some hundred files and a licence's text.
LONGEST = 1 << 20
MOST_FILES = 1_000
LARGEST_FILE = 1 << 40
SAFE_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}(\.[a-z0-9]{1,16}){0,3}")
LIST_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
NO_PREVIOUS = ""
MOST = 1 << 53  # the largest number that every JSON reader keeps exactly


class BadManifest(InputError):  # noqa: N818 - named for the state
    """A manifest that cannot be read, or that no trusted key signed."""

    code = "bad-manifest"


@dataclass(frozen=True)
class Licence:
    """On what terms a list may be used: one paragraph, and where the whole text stands."""

    text: str
    url: str


@dataclass(frozen=True)
class File:
    """One file of a list. A delta leads from one version to the next; a snapshot comes from none.

    Attributes:
        name: a plain file name; never a path.
        size: in bytes.
        sha256: lowercase hexadecimal.
        to: the version that somebody has who applied it.
        start: the version a delta needs; None for a snapshot.
    """

    name: str
    size: int
    sha256: str
    to: int
    start: int | None = None

    def fields(self) -> dict[str, object]:
        """The file as its line in a manifest."""
        kind = "snapshot" if self.start is None else "delta"
        start = {} if self.start is None else {"from": self.start}
        return {
            "kind": kind, "name": self.name, "size": self.size,
            "sha256": self.sha256, "to": self.to, **start,
        }  # fmt: skip


@dataclass(frozen=True)
class Manifest:
    """One version of a list.

    Attributes:
        name: the list's name, lower-case letters, digits and dashes.
        version: 1 for the first, then one more each time.
        previous: SHA-256 of the previous version's signed text; empty for the first.
        count: how many entries the version holds.
        total: the sum over its entries, 64 hexadecimal digits (`sum` in the text).
        kinds: which fingerprints occur.
        hasher: what made the fingerprints, as `Fingerprint.hasher` says it.
        next_key: when the key changes: the new one, which signs this manifest, too.
    """

    name: str
    publisher: str
    version: int
    previous: str
    created: datetime
    expires: datetime
    count: int
    total: str
    licence: Licence
    kinds: tuple[str, ...]
    hasher: str
    files: tuple[File, ...]
    next_key: str = ""

    def text(self) -> str:
        """What is signed."""
        head = {
            FORMAT: VERSION, "name": self.name, "publisher": self.publisher,
            "version": self.version, "previous": self.previous, "created": stamp(self.created),
            "expires": stamp(self.expires), "count": self.count, "sum": self.total,
            "licence": {"text": self.licence.text, "url": self.licence.url},
            "kinds": list(self.kinds), "hasher": self.hasher,
            **({"next_key": self.next_key} if self.next_key else {}),
        }  # fmt: skip
        return "".join(f"{dumps(line)}\n" for line in (head, *(f.fields() for f in self.files)))

    @property
    def digest(self) -> str:
        """What the next version names as `previous`."""
        return sha256(self.text().encode()).hexdigest()

    def sign(self, signers: Iterable[Signer]) -> str:
        """The note, signed by each."""
        text = self.text()
        tails = [signer.sign(text).removeprefix(f"{text}\n") for signer in signers]
        return f"{text}\n{''.join(tails)}"

    @classmethod
    def open(cls, note: str, key: Verifier) -> Self:
        """The manifest in a note that `key` signed. Raises `BadManifest`.

        A manifest that names a next key must be signed by that key, too, or it is refused: it
        would hand the list to a key that nobody holds.
        """
        try:
            manifest = cls.parse(open_note(note, key))
            if manifest.next_key:
                open_note(note, Verifier.parse(manifest.next_key))
        except BadCheckpoint as bad:
            sentence = bad.sentence.replace("This checkpoint", "This manifest").replace(
                "this checkpoint", "this manifest"
            )
            raise BadManifest(f"{sentence} Ask the publisher which key is theirs.") from None
        return manifest

    @classmethod
    def parse(cls, text: str) -> Self:
        """The manifest of a text that was signed. Raises `BadManifest`."""
        try:
            head, *files = [json.loads(line) for line in text.splitlines()]
            if head[FORMAT] != VERSION:
                raise BadManifest("This manifest is of a newer version. Install a newer Copse.")
            made = cls._of(head, tuple(_file(fields) for fields in files))
            # One meaning, one text: what is signed must be what we would have written.
            canonical = made.text() == text and made.is_sound()
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, BadEntry):
            raise BadManifest("This note is signed, but it is no manifest of a list.") from None
        if not canonical:
            raise BadManifest("This manifest is not in canonical form, or contradicts itself.")
        return made

    @classmethod
    def _of(cls, head: dict[str, Any], files: tuple[File, ...]) -> Self:
        return cls(
            name=head["name"],
            publisher=head["publisher"],
            version=head["version"],
            previous=head["previous"],
            created=moment(head["created"]),
            expires=moment(head["expires"]),
            count=head["count"],
            total=head["sum"],
            licence=Licence(head["licence"]["text"], head["licence"]["url"]),
            kinds=tuple(head["kinds"]),
            hasher=head["hasher"],
            files=files,
            next_key=head.get("next_key", ""),
        )

    def is_sound(self) -> bool:
        """Whether its parts can be true together."""
        texts = (self.publisher, self.licence.text, self.licence.url, self.hasher, self.next_key)
        return (
            all(isinstance(text, str) for text in texts)
            and LIST_NAME.fullmatch(self.name) is not None
            and _is_count(self.version, least=1)
            and _is_count(self.count)
            and bool(_SHA256.fullmatch(self.total))
            and (self.previous == NO_PREVIOUS) == (self.version == 1)
            and (self.version == 1 or bool(_SHA256.fullmatch(self.previous)))
            and set(self.kinds) <= set(KINDS)
            and self.created < self.expires
            and len(self.files) <= MOST_FILES
            and len({file.name for file in self.files}) == len(self.files)
            and all(_is_sound(file, self.version) for file in self.files)
        )

    def way(self, start: int | None) -> list[File] | None:
        """The files that lead from a version, or from nothing, to this one; None if none do."""
        deltas = {file.start: file for file in self.files if file.start is not None}
        snapshots = [file for file in self.files if file.start is None]
        if start is not None:
            return _along(deltas, start, self.version)
        ways = [
            [snapshot, *rest]
            for snapshot in sorted(snapshots, key=lambda file: -file.to)
            if (rest := _along(deltas, snapshot.to, self.version)) is not None
        ]
        return ways[0] if ways else None


def claimed_version(note: str) -> int:
    """The version a note claims, not yet believed. Raises `BadManifest`."""
    try:
        version = json.loads(note.partition("\n")[0])["version"]
    except (ValueError, TypeError, KeyError, RecursionError):
        version = None
    if not _is_count(version, least=1):
        raise BadManifest("This is no manifest of a list. Is the address right?")
    return int(version)


def _along(deltas: dict[int, File], start: int, end: int) -> list[File] | None:
    way: list[File] = []
    while start < end:
        if (step := deltas.get(start)) is None:
            return None
        way.append(step)
        start = step.to
    return way


def _file(fields: dict[str, Any]) -> File:
    start = fields["from"] if fields["kind"] == "delta" else None
    return File(fields["name"], fields["size"], fields["sha256"], fields["to"], start)


def _is_sound(file: File, version: int) -> bool:
    return (
        SAFE_NAME.fullmatch(file.name) is not None
        and _is_count(file.size, least=1)
        and file.size <= LARGEST_FILE
        and bool(_SHA256.fullmatch(file.sha256))
        and _is_count(file.to, least=1)
        and file.to <= version
        and (file.start is None or (_is_count(file.start, least=1) and file.start == file.to - 1))
    )


def _is_count(value: object, *, least: int = 0) -> bool:
    # bool is an int in Python, and "version":true must not pass for 1.
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= MOST
