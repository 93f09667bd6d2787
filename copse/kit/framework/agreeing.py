"""Whether crosswalks agree with each other: what is equal to one thing is not two things.

`equal` is told of two nodes that ask the same, so that a chain of it says the same of its ends. Two
nodes of one framework never ask the same, and what is equal is no part of itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from copse.kit.framework.lines import Report
from copse.kit.framework.model import Crosswalk, Framework, Link, Relation, name_of, node_of


@dataclass(frozen=True)
class _Said:
    """A link, and where it stands."""

    link: Link
    place: str

    def other(self, urn: str) -> str:
        return self.link.end if urn == self.link.start else self.link.start


def check_agreement(
    crosswalks: Iterable[Crosswalk], frameworks: Mapping[str, Framework], report: Report
) -> None:
    """Report what crosswalks contradict. The newest file comes last: it is the one that is told."""
    by_urn = {one.urn: one for one in frameworks.values()}
    said = list(_in_use(crosswalks, by_urn))
    equal: dict[str, list[_Said]] = {}
    for one in said:
        if one.link.relation is Relation.EQUAL:
            for urn in _ends(one.link):
                equal.setdefault(urn, []).append(one)
    order = {one: number for number, one in enumerate(said)}
    for urns in _classes(equal):
        for first, second in combinations(urns, 2):
            if name_of(first) == name_of(second):
                _tell_twice(first, second, _way(first, second, equal), order, report)
    for one in said:
        if one.link.relation is not Relation.EQUAL:
            _tell_other(one, _way(*_ends(one.link), equal), report)


def check_pairs(made: Crosswalk, others: Iterable[Crosswalk], report: Report) -> None:
    """Report where another file links the same two frameworks, in either direction."""
    for other in others:
        if other.ends == made.ends and other.place != made.place:
            report.add(
                made.place,
                f"{other.place} links these two frameworks already. "
                "Write the links there: one file says all of a pair.",
            )


def _in_use(
    crosswalks: Iterable[Crosswalk], frameworks: Mapping[str, Framework]
) -> Iterator[_Said]:
    for crosswalk in crosswalks:
        ends = frameworks[crosswalk.start], frameworks[crosswalk.end]
        for link in crosswalk.links:
            # A node that is gone is reported where its framework is held against the register.
            nodes = [
                one.nodes.get(node_of(urn)) for one, urn in zip(ends, _ends(link), strict=True)
            ]
            if not link.retired and all(one is not None and not one.retired for one in nodes):
                yield _Said(link, f"{crosswalk.place}:{link.line}")


def _ends(link: Link) -> tuple[str, str]:
    return link.start, link.end


def _classes(equal: Mapping[str, list[_Said]]) -> Iterator[list[str]]:
    """The nodes that ask the same, as the links say."""
    done: set[str] = set()
    for urn in equal:
        if urn in done:
            continue
        found = {urn: None}
        at = [urn]
        while at:
            here = at.pop()
            for other in (one.other(here) for one in equal[here]):
                if other not in found:
                    found[other] = None
                    at.append(other)
        done.update(found)
        yield sorted(found)


def _way(start: str, end: str, equal: Mapping[str, list[_Said]]) -> list[_Said]:
    """The shortest chain of equals between two nodes; nothing where there is none."""
    ways: dict[str, list[_Said]] = {start: []}
    at = [start]
    while at and end not in ways:
        here, *at = at
        for one in equal.get(here, ()):
            other = one.other(here)
            if other not in ways:
                ways[other] = [*ways[here], one]
                at.append(other)
    return ways.get(end, [])


def _tell_twice(
    first: str, second: str, way: list[_Said], order: Mapping[_Said, int], report: Report
) -> None:
    last = max(way, key=order.__getitem__)
    rest = ", ".join(one.place for one in way if one is not last)
    report.add(
        last.place,
        f"With {rest}, {node_of(first)} and {node_of(second)} of {name_of(first)} would both ask the "
        "same. Make one of these lines subset, superset or intersects.",
    )


def _tell_other(one: _Said, way: list[_Said], report: Report) -> None:
    if not way:
        return
    rest = ", ".join(step.place for step in way)
    report.add(
        one.place,
        f"{node_of(one.link.start)} and {node_of(one.link.end)} ask the same by {rest}, and here one is "
        f"{one.link.relation} of the other. Correct one of them.",
    )
