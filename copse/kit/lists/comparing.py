"""What differs between two lists: two folders, two versions, or files that others sent."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from copse.kit.lists.entry import Entry

What = Literal["added", "changed", "withdrawn"]


@dataclass(frozen=True)
class Comparison:
    """One entry that differs: what became of it, and how it is now (before, when withdrawn)."""

    what: What
    entry: Entry


def compare(old: Iterator[Entry], new: Iterator[Entry]) -> Iterator[Comparison]:
    """What leads from `old` to `new`, both sorted by id; the time of change alone is none."""
    left, right = next(old, None), next(new, None)
    while left or right:
        if right is None or (left is not None and left.id < right.id):
            assert left is not None
            yield Comparison("withdrawn", left)
            left = next(old, None)
        elif left is None or right.id < left.id:
            yield Comparison("added", right)
            right = next(new, None)
        else:
            if replace(left, updated=right.updated) != right:
                yield Comparison("changed", right)
            left, right = next(old, None), next(new, None)


def count(old: Iterator[Entry], new: Iterator[Entry]) -> tuple[int, int, int]:
    """How many entries were added, changed and withdrawn."""
    found = {"added": 0, "changed": 0, "withdrawn": 0}
    for one in compare(old, new):
        found[one.what] += 1
    return found["added"], found["changed"], found["withdrawn"]
