"""A file that somebody sent becomes a local list: matched against like any other, but unsigned.

Nobody vouches for it but its sender, nothing tells when it runs out, and no delta will ever reach
it: import it again to replace it. Whatever shows it says that it is a local list.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from copse.kit.errors import InputError
from copse.kit.exchange.formats import open_list
from copse.kit.exchange.reading import BadList, Problem
from copse.kit.lists import benign
from copse.kit.lists.entry import Entry
from copse.kit.lists.manifest import LIST_NAME
from copse.kit.lists.pulling import RolledBack
from copse.kit.lists.segment import ENTRIES, Segment
from copse.kit.lists.table import MODULUS, Table, batches, weight
from copse.kit.lists.versions import About, Version, current, incoming, settle, switch, writing


class NothingRead(InputError):  # noqa: N818 - named for the state
    """No row of the file is an entry."""

    code = "nothing-read"


@dataclass(frozen=True)
class Imported:
    """What an import came to.

    Attributes:
        name: the local list's name.
        version: how often it was imported.
        format: which format the file had.
        entries: how many entries the list now has.
        withdrawn: rows that say an entry is gone; it is then not in the list.
        repeated: rows that replaced an earlier one of the same id.
        wrong: rows that could not be taken, the first of them in `problems`.
        left_out: fingerprints that the benign guard took out, by reason.
    """

    name: str
    version: int
    format: str
    entries: int
    withdrawn: int
    repeated: int
    wrong: int
    problems: tuple[Problem, ...]
    left_out: dict[str, int]


def import_file(
    file: Path,
    folder: Path,
    *,
    name: str | None = None,
    form: str | None = None,
    strict: bool = False,
    now: datetime | None = None,
) -> Imported:
    """Make the local list in `folder` of the entries in a file, instead of what was there.

    Args:
        file: in one of `copse.kit.exchange.formats.FORMATS`.
        folder: where the list is kept; made when it is not there.
        name: the list's name; of the file without.
        form: the format's name; guessed without.
        strict: refuse the whole file at the first row that cannot be taken.
        now: the time of change for rows that tell none.

    Raises:
        BadList: the file is no list; what was there serves on.
        NothingRead: none of its rows could be taken.
        RolledBack: the folder holds a signed list.
    """
    with writing(folder), file.open("rb") as stream:
        held = current(folder)
        if held is not None and held.about.key:
            raise RolledBack(
                "This folder holds a signed list. Import the file into another folder.",
                code="signed-list",
            )
        found, reading = open_list(stream, form, strict=strict, now=now)
        place = incoming(folder)
        table = Table.create(place / ENTRIES)
        withdrawn, repeated = put(table, reading)
        entries = len(table)
        left_out = Counter(table.guarded(set()))
        if not entries:
            raise NothingRead(_nothing(file, reading.problems))
        version = held.about.version + 1 if held else 1
        _serve(table, place, _name(name, file, held), version, found.name, left_out)
    return Imported(
        name=_name(name, file, held), version=version, format=found.name, entries=entries,
        withdrawn=withdrawn, repeated=repeated,
        wrong=reading.wrong, problems=tuple(reading.problems), left_out=dict(left_out),
    )  # fmt: skip


def put(table: Table, reading: Iterable[Entry]) -> tuple[int, int]:
    """Put entries in the order of the file, where a later row replaces an earlier one."""
    withdrawn = repeated = 0
    for chunk in batches(reading):
        for entry, reasons in zip(chunk, benign.harmless(chunk), strict=True):
            if entry.withdrawn:
                withdrawn += 1
                table.take(entry.id)
            else:
                repeated += table.number(entry.id) is not None
                table.put(entry, reasons)
    return withdrawn, repeated


def _nothing(file: Path, problems: list[Problem]) -> str:
    first = f" The first problem: {problems[0]}" if problems else ""
    return f"{file.name} holds no entry that could be taken.{first}"


def _name(name: str | None, file: Path, held: Version | None) -> str:
    if name is None and held is not None:
        return held.about.name
    made = name or "".join(c if c.isascii() and c.isalnum() else "-" for c in file.stem.lower())
    made = made[:64].strip("-") if name is None else made
    if not LIST_NAME.fullmatch(made):
        raise BadList("Give the list a name of lower-case letters, digits and dashes: --name.")
    return made


def _serve(
    table: Table, place: Path, name: str, version: int, source: str, left_out: Counter[str]
) -> None:
    live = len(table)
    total = sum(weight(entry) for entry in table.entries()) % MODULUS
    Segment.build(table).table.close()
    base = settle(place, f"base-{version}")
    about = About(
        name=name, version=version, base=base.name, changes=False, live=live,
        total=f"{total:064x}", key="", source=source, left_out=dict(left_out),
    )  # fmt: skip
    switch(incoming(base.parent), about, "")
