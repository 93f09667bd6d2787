"""What is in a list: how many entries of which kind, label, standing and age."""

from collections import Counter
from dataclasses import dataclass, field

from copse.kit.lists.entry import DIGESTS, KINDS, Entry, Standing
from copse.kit.lists.known import KnownList
from copse.kit.lists.table import Table


@dataclass
class Stats:
    """Counts over the entries of a list.

    Attributes:
        entries: how many there are.
        kinds: entries with at least one fingerprint of a kind.
        labels: entries with a label; one entry may have several, or none.
        standing: entries by what opinions on them come to.
        years: entries by the year of their last change.
    """

    entries: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    standing: Counter[str] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)


def stats(known: KnownList) -> Stats:
    """Count a list; the tables count, so ten million entries take seconds."""
    found = Stats()
    hidden: set[int] = set()
    for table in known.tables():
        _count(found, table)
        for number in hidden:
            if (entry := table.by_number(number)) is not None:
                _take_away(found, entry)
        hidden = table.hidden()
    for counter in (found.kinds, found.labels, found.standing, found.years):
        for name in [name for name, count in counter.items() if not count]:
            del counter[name]
    return found


def _count(found: Stats, table: Table) -> None:
    entries = len(table)
    found.entries += entries
    columns = ", ".join(
        ["coalesce(sum(pdq != x''), 0)", *(f"count({kind})" for kind in DIGESTS)],
    )
    totals = table.sql.execute(f"SELECT {columns} FROM entries").fetchone()  # noqa: S608 - our own names
    found.kinds.update(dict(zip(KINDS, totals, strict=True)))
    for number, count in table.sql.execute("SELECT labels, count(*) FROM entries GROUP BY labels"):
        found.labels.update(dict.fromkeys(table.labels(number), count))
    years = "SELECT strftime('%Y', updated, 'unixepoch'), count(*) FROM entries GROUP BY 1"
    found.years.update(dict(table.sql.execute(years).fetchall()))
    opined = table.opined()
    found.standing.update(entry.standing.value for entry in opined)
    found.standing[Standing.POSITIVE.value] += entries - len(opined)


def _take_away(found: Stats, entry: Entry) -> None:
    found.entries -= 1
    found.kinds.subtract({kind for kind, _ in entry.values()})
    found.labels.subtract(set(entry.labels))
    found.standing[entry.standing.value] -= 1
    found.years[f"{entry.updated:%Y}"] -= 1
