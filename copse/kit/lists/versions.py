"""A subscriber's folder: the versions it holds, and which of them serves.

    arbora/current          the name of the version that serves, in one line
    arbora/base-4-1f0c…/    the whole list as it was at version 4: entries.sqlite and indexes
    arbora/v-9-77ab…/       version 9: manifest.note, list.json, and what changed since the base

Everything is written beside and made safe on disk; then `current` is replaced by a rename, so a
reader sees the last version or the new one, and what breaks off leaves the last one serving.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from copse.kit.checkpoint import Verifier
from copse.kit.errors import InputError, LaterError
from copse.kit.lists.manifest import Manifest

CURRENT = "current"
NOTE = "manifest.note"
ABOUT = "list.json"
SUMS = "sums.json"
LOCK = ".lock"  # what keeps an index's writers apart
INCOMING = "incoming-"
READ_AT_ONCE = 1 << 20


class NoList(InputError):  # noqa: N818 - named for the state
    """The folder holds no list, or a damaged one."""

    code = "no-list"


class Busy(LaterError):  # noqa: N818 - named for the state
    """Another process is changing this list."""

    code = "busy"


@dataclass(frozen=True)
class About:
    """What a version's folder says of it.

    Attributes:
        name: the list's name.
        version: its publisher's number; for a local list how often it was imported.
        base: the folder of the whole list that this version builds on.
        changes: whether this folder holds a second segment with what changed since.
        live: how many entries it has.
        total: the sum over them.
        key: the key that the manifest was opened with, or empty for a local list.
        source: for a local list, the format of the file it was imported from.
        left_out: how many fingerprints the benign guard took out, by reason.
    """

    name: str
    version: int
    base: str
    changes: bool
    live: int
    total: str
    key: str
    source: str
    left_out: dict[str, int]


@dataclass(frozen=True)
class Version:
    """One version in a subscriber's folder."""

    folder: Path
    about: About
    note: str

    @property
    def base(self) -> Path:
        """The folder of the segment it builds on."""
        return self.folder.parent / self.about.base

    def manifest(self) -> Manifest | None:
        """What its publisher signed, checked again; None for a local list."""
        if not self.about.key:
            return None
        return Manifest.open(self.note, Verifier.parse(self.about.key))


def current(folder: Path) -> Version | None:
    """The version that serves, or None in a folder without one. Raises `NoList` for a damaged one."""
    for _ in range(3):
        try:
            name = (folder / CURRENT).read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        try:
            return _read(folder / _plain(name))
        except FileNotFoundError:
            continue  # replaced and removed between the two looks
        except (ValueError, TypeError, OSError):
            break
    raise NoList(f"The list in {folder} is damaged. Pull it anew into another folder.")


def _plain(name: str) -> str:
    if not name or "/" in name or name.startswith("."):
        raise ValueError(name)
    return name


def _read(place: Path) -> Version:
    about = About(**json.loads((place / ABOUT).read_text("utf-8")))
    _plain(about.base)
    note = (place / NOTE).read_text("utf-8") if about.key else ""
    return Version(place, about, note)


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Keep other writers out of the folder, and remove what earlier ones left half-done."""
    # A list tells much to whoever may read it: only its owner does.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(f"Another process is changing the list in {folder}. Try again.") from None
        for left in folder.glob(f"{INCOMING}*"):
            shutil.rmtree(left)
        yield


def incoming(folder: Path) -> Path:
    """A new folder to write in, which `writing` removes if nothing becomes of it."""
    place = folder / f"{INCOMING}{token_hex(4)}"
    place.mkdir()
    return place


def settle(place: Path, name: str) -> Path:
    """Give a written folder its lasting name, once all in it is safe on disk."""
    sums = {path.name: digest_of(path) for path in place.iterdir() if path.suffix != LOCK}
    (place / SUMS).write_text(json.dumps(sums, sort_keys=True), "utf-8")
    for path in place.iterdir():
        sync(path)
    sync(place)
    target = place.parent / f"{name}-{token_hex(4)}"
    place.rename(target)
    return target


def switch(place: Path, about: About, note: str) -> Version:
    """Write down what the version in `place` is, and let it serve."""
    (place / ABOUT).write_text(json.dumps(asdict(about), sort_keys=True), "utf-8")
    (place / NOTE).write_text(note, "utf-8")
    kept = settle(place, f"v-{about.version}")
    folder = kept.parent
    sync(folder)
    last = current(folder)
    replace_text(folder / CURRENT, f"{kept.name}\n")
    made = Version(kept, about, note)
    _prune(folder, [made, last] if last else [made])
    return made


def _prune(folder: Path, kept: list[Version]) -> None:
    """Remove all but the current version and the one before, which a reader may just be opening."""
    names = {version.folder.name for version in kept} | {version.about.base for version in kept}
    for pattern in ("v-*", "base-*"):
        for path in folder.glob(pattern):
            if path.name not in names:
                shutil.rmtree(path)


def rotten(place: Path) -> list[str]:
    """The names of files in a settled folder that are not as they were written."""
    sums = json.loads((place / SUMS).read_text("utf-8"))
    return sorted(name for name, told in sums.items() if digest_of(place / name) != told)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    digest = sha256()
    with path.open("rb") as stream:
        while piece := stream.read(READ_AT_ONCE):
            digest.update(piece)
    return digest.hexdigest()


def replace_text(path: Path, text: str) -> None:
    """Replace a small file at once and for good."""
    beside = path.with_name(f".{path.name}-{token_hex(4)}")
    beside.write_text(text, "utf-8")
    sync(beside)
    beside.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Wait until a file, or a folder's names, are on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
