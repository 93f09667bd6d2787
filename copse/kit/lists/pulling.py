"""The subscriber's side: take what is new, after checking all of it, or keep what there is.

Refused are a manifest that no trusted key signed, one older than ours, one that does not continue
our chain, an expired one, and any file that is not byte for byte what the manifest names. Only when
everything has been read, applied and compared with the signed count and sum is the new version
switched to; until then, and after any failure, the last good list serves.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from copse.kit.checkpoint import BadCheckpoint, Verifier
from copse.kit.errors import InputError, LaterError, RefusedError
from copse.kit.lists.applying import Outcome, apply
from copse.kit.lists.manifest import LATEST, LONGEST, BadManifest, File, Manifest, claimed_version
from copse.kit.lists.versions import Version, current, incoming, writing

# A year of hourly versions.
MOST_BEHIND = 10_000
# A subscriber's clock may be a little behind its publisher's.
READ_AT_ONCE = 1 << 20

Fetch = Callable[[str, int], Iterator[bytes]]
"""Given a file's name and the most bytes to take: its bytes, in pieces. Raises `LaterError`."""


class RolledBack(RefusedError):  # noqa: N818 - named for the state
    """The source offers an older version than ours, or another history of the list."""

    code = "rolled-back"


class Expired(RefusedError):  # noqa: N818 - named for the state
    """The latest version that the source offers has run out."""

    code = "expired"


class BadFile(InputError):  # noqa: N818 - named for the state
    """A file is not what the manifest says it is."""

    code = "bad-file"


@dataclass(frozen=True)
class Pulled:
    """What a pull came to.

    Attributes:
        name, version: of the list that now serves.
        before: the version that served before, or None.
        added, changed, withdrawn: entries.
        left_out: fingerprints that the benign guard took out of what was new, by reason.
        expires: until when this version may be used.
    """

    name: str
    version: int
    before: int | None
    added: int
    changed: int
    withdrawn: int
    left_out: dict[str, int]
    expires: datetime

    @property
    def new(self) -> bool:
        """Whether there was anything to apply."""
        return self.version != self.before


def pull(
    source: Path | Fetch, folder: Path, key: str | None = None, *, now: datetime | None = None
) -> Pulled:
    """Bring the list in `folder` up to its publisher's latest version.

    Args:
        source: the publisher's public folder, or a function that fetches a file by name.
        folder: where the list is kept; made when it is not there.
        key: the publisher's public key, `name+id+base64`; needed the first time only.
        now: the time to judge expiry by, for tests.

    Raises:
        BadManifest, RolledBack, Expired, BadFile: as their names say; the last good list serves on.
        LaterError: the source cannot be reached, or another process is pulling.
    """
    fetch = from_folder(source) if isinstance(source, Path) else source
    with writing(folder):
        held = current(folder)
        note = _text(fetch, LATEST)
        if held is None:
            manifest, trusted = Manifest.open(note, _key(key)), _key(key)
        else:
            manifest, trusted = _continue(fetch, note, held, key)
        if manifest.expires <= (now or datetime.now(UTC)):
            raise Expired(
                f"Version {manifest.version} of {manifest.name} ran out on "
                f"{manifest.expires:%Y-%m-%d}. Ask {manifest.publisher} for a newer one.",
                version=manifest.version,
            )
        if held and manifest.version == held.about.version:
            return _pulled(manifest, held, Outcome())
        outcome = _take(fetch, manifest, held, folder, note, trusted)
        return _pulled(manifest, held, outcome)


def _pulled(manifest: Manifest, held: Version | None, outcome: Outcome) -> Pulled:
    return Pulled(
        manifest.name, manifest.version, held.about.version if held else None,
        outcome.added, outcome.changed, outcome.withdrawn, dict(outcome.left_out), manifest.expires,
    )  # fmt: skip


def _key(key: str | None) -> Verifier:
    if not key:
        raise BadManifest("Give the publisher's key the first time a list is pulled.")
    try:
        return Verifier.parse(key)
    except BadCheckpoint as bad:
        raise BadManifest(f"{bad.sentence} Ask the publisher for it again.") from None


def _continue(fetch: Fetch, note: str, held: Version, key: str | None) -> tuple[Manifest, Verifier]:
    """The latest manifest, once each version between ours and it has been checked."""
    if not held.about.key:
        raise RolledBack("This folder holds a local list. Pull a signed list into another one.")
    trusted = Verifier.parse(held.about.key)
    last = Manifest.open(held.note, trusted)
    if last.next_key:
        trusted = Verifier.parse(last.next_key)
    claimed = claimed_version(note)
    if claimed < last.version or claimed > last.version + MOST_BEHIND:
        raise _rolled_back(last, claimed)
    if claimed == last.version:
        latest = Manifest.open(note, Verifier.parse(held.about.key))
        if latest.digest != last.digest:
            raise _forked(last, claimed)
        return latest, _as_asked(trusted, held, key)
    for version in range(last.version + 1, claimed + 1):
        step = note if version == claimed else _text(fetch, f"manifest-{version}.note")
        following = Manifest.open(step, trusted)
        if (following.version, following.previous, following.name) != (
            version, last.digest, last.name,
        ):  # fmt: skip
            raise _forked(last, version)
        # The key that opened the last note is kept with it; a next one is for what follows.
        opened, last = trusted, following
        trusted = Verifier.parse(last.next_key) if last.next_key else trusted
    return last, _as_asked(opened, held, key, trusted)


def _as_asked(
    opened: Verifier, held: Version, key: str | None, following: Verifier | None = None
) -> Verifier:
    """The key that opened the note, unless another one was asked for that nobody handed over to."""
    known = {held.about.key, str(opened), str(following or opened)}
    if key and key.strip() not in known:
        raise BadManifest(
            "This is not the key that this list was pulled with, and that key did not hand over "
            "to it. Ask the publisher; if the key was lost, pull into another folder."
        )
    return opened


def _rolled_back(last: Manifest, claimed: int) -> RolledBack:
    return RolledBack(
        f"The source offers version {claimed} of {last.name}, but version {last.version} is here. "
        "Nothing was changed. Tell the publisher: somebody may hold newer entries back.",
        here=last.version,
        offered=claimed,
    )


def _forked(last: Manifest, version: int) -> RolledBack:
    return RolledBack(
        f"Version {version} of the source does not continue the {last.name} that is here. Nothing "
        "was changed. Tell the publisher: there are two histories of this list.",
        here=last.version,
        offered=version,
    )


def _take(
    fetch: Fetch, manifest: Manifest, held: Version | None, folder: Path, note: str, key: Verifier
) -> Outcome:
    way = manifest.way(held.about.version) if held else None
    start = held if way is not None else None
    way = manifest.way(None) if way is None else way
    if way is None:
        raise BadManifest("No files of this manifest lead to its version. Tell the publisher.")
    place = incoming(folder)
    for file in way:
        _download(fetch, file, place / file.name)
    return apply(manifest, way, place, start, note=note, key=key, replaced=held)


def _download(fetch: Fetch, file: File, target: Path) -> None:
    digest, size = sha256(), 0
    with target.open("wb") as stream:
        for piece in fetch(file.name, file.size):
            size += len(piece)
            if size > file.size:
                break
            digest.update(piece)
            stream.write(piece)
    if size != file.size or digest.hexdigest() != file.sha256:
        raise BadFile(
            f"{file.name} is not what the manifest names: it was cut off or changed on the way. "
            "Nothing was changed here. Try again; if it stays so, tell the publisher.",
            file=file.name,
        )


def _text(fetch: Fetch, name: str) -> str:
    raw = b""
    for piece in fetch(name, LONGEST):
        raw += piece
        if len(raw) > LONGEST:
            raise BadManifest(f"{name} is longer than any manifest.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise BadManifest(f"{name} is no manifest: it is not text.") from None


def from_folder(source: Path) -> Fetch:
    """Fetch from a folder on this machine, such as a mounted share or a copied medium."""

    def fetch(name: str, most: int) -> Iterator[bytes]:
        try:
            with (source / name).open("rb") as stream:
                left = most + 1
                while left and (piece := stream.read(min(READ_AT_ONCE, left))):
                    left -= len(piece)
                    yield piece
        except OSError as error:
            raise LaterError(
                f"{source / name} cannot be read: {error.strerror}. Name the folder that the "
                "publisher serves.",
                code="unreachable",
            ) from None

    return fetch
