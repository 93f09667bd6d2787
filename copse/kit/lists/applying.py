"""Apply a snapshot or deltas to a subscriber's list: all of it, or nothing.

Deltas go into the changes segment, whose table says what it hides of the base. When that grew to a
part of the base, or a snapshot came, the whole list is written as a new base.
"""

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from copse.kit.checkpoint import Verifier
from copse.kit.errors import InputError
from copse.kit.exchange import own
from copse.kit.lists import benign
from copse.kit.lists.entry import Entry
from copse.kit.lists.manifest import File, Manifest
from copse.kit.lists.segment import ENTRIES, Segment
from copse.kit.lists.table import MODULUS, Table, batches, weight
from copse.kit.lists.versions import About, Version, incoming, settle, switch

# Changes beyond this many, and this part of the base, are worth writing the base anew.
FEWEST_CHANGES = 20_000
CHANGES_PART = 0.05


class BrokenDelta(InputError):  # noqa: N818 - named for the state
    """What was signed does not lead to the version it was signed for."""

    code = "broken-delta"


@dataclass
class Outcome:
    """What applying came to."""

    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    live: int = 0
    total: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def apply(
    manifest: Manifest,
    way: list[File],
    place: Path,
    start: Version | None,
    *,
    note: str,
    key: Verifier,
    replaced: Version | None,
) -> Outcome:
    """Build the manifest's version out of downloaded files in `place`, and switch to it.

    Args:
        manifest: what was signed, already opened.
        way: its files in order; the first is a snapshot unless `start` is given.
        place: a folder of `versions.incoming`, which becomes the version's own.
        start: the version that deltas apply to.
        note: the manifest as signed.
        key: the key that opened it.
        replaced: the version that served, for counting what changed against.

    Raises:
        BrokenDelta: the result is not what was signed; nothing was switched.
        BadList: a file is no list.
    """
    outcome = Outcome()
    if start is None:
        base = _whole(manifest, way, place, outcome)
        _compare(base, replaced, outcome)
    else:
        base = _changed(manifest, way, place, start, outcome)
    about = About(
        name=manifest.name, version=manifest.version, base=base.name,
        changes=(place / ENTRIES).exists(), live=manifest.count, total=manifest.total,
        key=str(key), source="", left_out=_guarded(base, place),
    )  # fmt: skip
    switch(place, about, note)
    return outcome


def _whole(manifest: Manifest, way: list[File], place: Path, outcome: Outcome) -> Path:
    """A new base out of a snapshot and the deltas after it."""
    snapshot, *deltas = way
    folder = incoming(place.parent)
    table = Table.create(folder / ENTRIES)
    fill(table, _entries(manifest, snapshot, place), outcome)
    for file in deltas:
        for entry, reasons in _guard(_entries(manifest, file, place)):
            _step(table, entry, reasons, table.by_id(entry.id), outcome)
    # A newcomer's deltas are part of what is new to it.
    outcome.added, outcome.changed, outcome.withdrawn = len(table), 0, 0
    _check(manifest, outcome)
    Segment.build(table).table.close()
    return settle(folder, f"base-{manifest.version}")


def fill(table: Table, entries: Iterable[Entry], outcome: Outcome) -> None:
    """Put the entries of a snapshot into an empty table, and count them."""
    for chunk in batches(entries):
        reasons = benign.harmless(chunk)
        table.put_all(zip(chunk, reasons, strict=True))
        outcome.live += len(chunk)
        outcome.total += sum(weight(entry) for entry in chunk)
        outcome.left_out.update(reason for one in reasons for reason in one.values())
    outcome.added = len(table)
    if outcome.live != outcome.added:
        raise BrokenDelta("The snapshot names an entry twice. Tell the publisher.")


def _changed(
    manifest: Manifest, way: list[File], place: Path, start: Version, outcome: Outcome
) -> Path:
    """Changes since the base, written into `place`; or a new base when they grew too many."""
    base = Table.open(start.base / ENTRIES)
    table = _copy_of_changes(start, place)
    hidden = table.hidden()
    outcome.live, outcome.total = start.about.live, int(start.about.total, 16)
    for file in way:
        for entry, reasons in _guard(_entries(manifest, file, place)):
            last = table.by_id(entry.id)
            number = None if last else base.number(entry.id)
            if number is not None and number not in hidden:
                last = base.by_number(number)
                hidden.add(number)
                table.sql.execute("INSERT INTO hidden VALUES (?)", (number,))
            _step(table, entry, reasons, last, outcome)
    _check(manifest, outcome)
    if len(table) + len(hidden) <= max(FEWEST_CHANGES, CHANGES_PART * len(base)):
        Segment.build(table).table.close()
        return start.base
    folder = incoming(place.parent)
    whole = Table.create(folder / ENTRIES)
    fill(whole, (entry for entry in merged(base, table)), Outcome())
    table.close()
    (place / ENTRIES).unlink()
    Segment.build(whole).table.close()
    return settle(folder, f"base-{manifest.version}")


def _copy_of_changes(start: Version, place: Path) -> Table:
    if not start.about.changes:
        return Table.create(place / ENTRIES)
    shutil.copyfile(start.folder / ENTRIES, place / ENTRIES)
    return Table.reopen(place / ENTRIES)


def merged(base: Table, changes: Table | None) -> Iterator[Entry]:
    """The entries of both, by id, without what the changes hide."""
    if changes is None:
        yield from base.entries()
        return
    hidden = changes.hidden()
    kept = (entry for number, entry, _ in base.rows() if number not in hidden)
    newer = changes.entries()
    left, right = next(kept, None), next(newer, None)
    while left or right:
        if right is None or (left is not None and left.id < right.id):
            assert left is not None
            yield left
            left = next(kept, None)
        else:
            yield right
            right = next(newer, None)


def _entries(manifest: Manifest, file: File, place: Path) -> Iterator[Entry]:
    """The entries of a downloaded file, which is then removed."""
    path = place / file.name
    with path.open("rb") as stream:
        reading = own.read(stream, strict=True)
        seen = False
        for entry in reading:
            seen = seen or _check_header(manifest, file, reading.header)
            yield entry
        _check_header(manifest, file, reading.header)
    path.unlink()


def _check_header(manifest: Manifest, file: File, header: dict[str, object]) -> bool:
    told = (header.get("name"), header.get("to"), header.get("from"))
    if told != (manifest.name, file.to, file.start):
        raise BrokenDelta(f"{file.name} says that it is for another version. Tell the publisher.")
    return True


def _guard(entries: Iterator[Entry]) -> Iterator[tuple[Entry, dict[str, str]]]:
    for chunk in batches(entries):
        yield from zip(chunk, benign.harmless(chunk), strict=True)


def _step(
    table: Table, entry: Entry, reasons: dict[str, str], last: Entry | None, outcome: Outcome
) -> None:
    """Apply one change, given the entry as it was."""
    if entry.withdrawn:
        if last is None:
            raise BrokenDelta(f"{entry.id} is withdrawn, but it is not here. Tell the publisher.")
        table.take(entry.id)
        outcome.withdrawn += 1
        outcome.live -= 1
    else:
        table.put(entry, reasons)
        outcome.left_out.update(reasons.values())
        outcome.total += weight(entry)
        outcome.added += last is None
        outcome.changed += last is not None
        outcome.live += last is None
    outcome.total -= weight(last) if last else 0


def _check(manifest: Manifest, outcome: Outcome) -> None:
    if (outcome.live, f"{outcome.total % MODULUS:064x}") != (manifest.count, manifest.total):
        raise BrokenDelta(
            f"Version {manifest.version} of {manifest.name} does not come to the count and sum "
            "that were signed. Nothing was changed. Tell the publisher."
        )


def _compare(base: Path, replaced: Version | None, outcome: Outcome) -> None:
    """Count what a new snapshot changed against the version that served."""
    if replaced is None:
        return
    from copse.kit.lists.comparing import count

    table = Table.open(base / ENTRIES)
    old = Table.open(replaced.base / ENTRIES)
    changes = Table.open(replaced.folder / ENTRIES) if replaced.about.changes else None
    found = count(merged(old, changes), table.entries())
    outcome.added, outcome.changed, outcome.withdrawn = found


def _guarded(base: Path, place: Path) -> dict[str, int]:
    """What the guard took out of the version, by reason."""
    found: Counter[str] = Counter()
    hidden: set[int] = set()
    for path in (place / ENTRIES, base / ENTRIES):
        if path.exists():
            table = Table.open(path)
            found.update(table.guarded(hidden))
            hidden = table.hidden()
            table.close()
    return dict(found)
