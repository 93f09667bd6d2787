"""Is a list whole? Everything that was checked when it was pulled, checked again on the disk."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from copse.kit.checkpoint import BadCheckpoint, Verifier
from copse.kit.errors import CopseError
from copse.kit.lists.benign import harmless
from copse.kit.lists.entry import Entry
from copse.kit.lists.known import KnownList, Plain
from copse.kit.lists.manifest import LATEST, BadManifest, Manifest
from copse.kit.lists.pulling import pull
from copse.kit.lists.table import MODULUS, weight
from copse.kit.lists.versions import NoList, current, digest_of, rotten

# One entry in this many is looked up, so that a broken index is seen.
LOOK_UP_EVERY = 997
AT_ONCE = 500


@dataclass
class Verdict:
    """What a check found.

    Attributes:
        name, version, entries: of the list.
        signed: whether a publisher's key signed it.
        stale: whether it ran out.
        problems: what is wrong; a list with any is not to be relied on.
        remarks: what is worth knowing.
    """

    name: str = ""
    version: int = 0
    entries: int = 0
    signed: bool = False
    stale: bool = False
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify(folder: Path, key: str | None = None, *, now: datetime | None = None) -> Verdict:
    """Check a subscriber's list, or the folder that a publisher serves.

    Args:
        folder: either.
        key: the publisher's key; for a publisher's folder it is needed.
        now: the time to judge expiry by, for tests.

    Raises:
        NoList: there is neither.
    """
    at = now or datetime.now(UTC)
    if (folder / LATEST).exists():
        return _published(folder, key, at)
    if current(folder) is None:
        raise NoList(f"There is no list in {folder}: neither `current` nor {LATEST} is there.")
    return _held(folder, key, at)


def _held(folder: Path, key: str | None, now: datetime) -> Verdict:
    verdict = Verdict()
    try:
        known = KnownList.open(folder)
        for place in known.folders():
            verdict.problems += [f"{name} is damaged." for name in rotten(place)]
        _about(verdict, known, key, now)
        _compare(verdict, known)
    except CopseError as error:
        verdict.problems.append(error.sentence)
    except (OSError, ValueError, KeyError, sqlite3.DatabaseError) as error:
        verdict.problems.append(f"The files are damaged ({type(error).__name__}).")
    if verdict.problems:
        verdict.remarks.append("Pull the list anew into another folder, and use that one.")
    return verdict


def _about(verdict: Verdict, known: KnownList, key: str | None, now: datetime) -> None:
    about = known.about
    verdict.name, verdict.version, verdict.entries = about.name, about.version, about.live
    verdict.signed = known.signed
    if not known.signed:
        verdict.remarks.append(f"A local list, imported from {about.source}: nobody signed it.")
        return
    if key and key.strip() != about.key:
        verdict.problems.append("It was not signed by the key that was given.")
    manifest = known.manifest()
    if manifest is None or (manifest.name, manifest.version, manifest.count, manifest.total) != (
        about.name, about.version, about.live, about.total,
    ):  # fmt: skip
        verdict.problems.append("The manifest is not the one of this version.")
    verdict.stale = known.stale(now)
    if verdict.stale:
        verdict.remarks.append(f"It ran out on {known.expires:%Y-%m-%d}. Pull a newer version.")


def _compare(verdict: Verdict, known: KnownList) -> None:
    """Add up every entry, and look some of them up in the indexes."""
    total = count = 0
    sample: list[Entry] = []
    for number, entry in enumerate(known.entries()):
        total += weight(entry)
        count += 1
        if number % LOOK_UP_EVERY == 0:
            sample.append(entry)
    if (count, f"{total % MODULUS:064x}") != (known.about.live, known.about.total):
        verdict.problems.append("The entries are not those of this version.")
    lost = sum(_lost(known, sample[at : at + AT_ONCE]) for at in range(0, len(sample), AT_ONCE))
    if lost:
        verdict.problems.append(f"{lost} of {len(sample)} entries are not found by the indexes.")


def _lost(known: KnownList, sample: list[Entry]) -> int:
    """How many entries none of whose fingerprints leads back to them, harmless ones apart."""
    asked = [
        Plain(entry.pdq[0] if entry.pdq else None, entry.md5, entry.sha1, entry.sha256)
        for entry in sample
    ]
    guarded = harmless(sample)
    answers = known.match_many(asked, 0, 1_000)
    return sum(
        not out and not matches.more and entry.id not in {match.entry for match in matches}
        for entry, out, matches in zip(sample, guarded, answers, strict=True)
    )


def _published(folder: Path, key: str | None, now: datetime) -> Verdict:
    if not key:
        raise BadManifest("Give the publisher's key: --key. Without it nothing can be checked.")
    verdict = Verdict(signed=True)
    try:
        verifier = Verifier.parse(key)
    except BadCheckpoint as bad:
        raise BadManifest(bad.sentence) from None
    try:
        manifest = Manifest.open((folder / LATEST).read_text("utf-8"), verifier)
    except (BadManifest, UnicodeDecodeError) as error:
        verdict.problems.append(getattr(error, "sentence", "The manifest is not text."))
        return verdict
    verdict.name, verdict.version, verdict.entries = manifest.name, manifest.version, manifest.count
    verdict.problems += _bad_files(folder, manifest)
    verdict.stale = manifest.expires <= now
    if verdict.stale:
        verdict.remarks.append(f"It ran out on {manifest.expires:%Y-%m-%d}. Publish a new version.")
    if not verdict.problems:
        verdict.problems += _bad_sum(folder, manifest, key)
    return verdict


def _bad_files(folder: Path, manifest: Manifest) -> Iterator[str]:
    for file in manifest.files:
        path = folder / file.name
        if not path.is_file():
            yield f"{file.name} is missing."
        elif path.stat().st_size != file.size or digest_of(path) != file.sha256:
            yield f"{file.name} is not what the manifest names."


def _bad_sum(folder: Path, manifest: Manifest, key: str) -> Iterator[str]:
    """Pull it as a newcomer would, into a folder that is thrown away."""
    with TemporaryDirectory() as beside:
        try:
            pull(folder, Path(beside), key, now=manifest.created)
        except CopseError as error:
            yield error.sentence
