"""One answer serves every framework that maps to it, and says how well it does.

A path leads from an answered node over links, in either direction, to a node that nobody answered.
It is as strong as its weakest link:

    equal               fully: both ask the same
    subset, superset    partly: one of them asks more
    intersects          touches: they share something

and never stronger than what the path as a whole can mean. Relations are composed as those of sets:
a part of a part is a part; two parts of one whole need have nothing in common, so that the path
ends there, however strong its links are.

An inferred answer never stands where a person answered, no path leads on through such a node (that
person knew better), and each carries whose answer it was, where it was given and over which nodes
it came. Its value is the answer as it reads on the node's own scale; it is None where no crosswalk
says how. Whether “partly, and yes” is good enough, a person decides.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from copse.kit.framework.crosswalks import Step
from copse.kit.framework.model import Framework, Relation


class Strength(IntEnum):
    """How far an answer given elsewhere answers a node."""

    TOUCHES = 1
    PARTLY = 2
    FULLY = 3


STRENGTH = {
    Relation.EQUAL: Strength.FULLY,
    Relation.SUBSET: Strength.PARTLY,
    Relation.SUPERSET: Strength.PARTLY,
    Relation.INTERSECTS: Strength.TOUCHES,
}
_COMPOSED = {
    (Relation.SUBSET, Relation.SUBSET): Relation.SUBSET,
    (Relation.SUPERSET, Relation.SUPERSET): Relation.SUPERSET,
    (Relation.SUPERSET, Relation.SUBSET): Relation.INTERSECTS,
    (Relation.SUPERSET, Relation.INTERSECTS): Relation.INTERSECTS,
    (Relation.INTERSECTS, Relation.SUBSET): Relation.INTERSECTS,
}


@dataclass(frozen=True)
class Answer:
    """What a person answered: the node's URN, a value of its scale, and who."""

    node: str
    value: str
    by: str = ""


@dataclass(frozen=True)
class Inferred:
    """What somebody's answer elsewhere says of a node that nobody answered.

    Attributes:
        node: the URN of the node.
        value: the answer on the node's own scale, or None when no crosswalk says how it reads.
        strength: that of the weakest link, at most that of `relation`.
        relation: how the answered node stands to this one.
        origin: the person's answer.
        path: the URNs from the answered node to this one.
    """

    node: str
    value: str | None
    strength: Strength
    relation: Relation
    origin: Answer
    path: tuple[str, ...]


@dataclass(frozen=True)
class Coverage:
    """A framework's nodes by id: answered by a person, inferred (strongest first), or open."""

    given: Mapping[str, Answer]
    inferred: Mapping[str, tuple[Inferred, ...]]
    open: tuple[str, ...]

    def best(self, id_: str) -> Inferred | None:
        """The strongest of what is inferred of a node, or None."""
        found = self.inferred.get(id_, ())
        return found[0] if found else None


def compose(first: Relation, second: Relation) -> Relation | None:
    """How a stands to c, where a stands to b as `first` and b to c as `second`; None: unknown."""
    if first is Relation.EQUAL:
        return second
    if second is Relation.EQUAL:
        return first
    return _COMPOSED.get((first, second))


def coverage(
    framework: Framework, answers: Iterable[Answer], steps: Mapping[str, tuple[Step, ...]]
) -> Coverage:
    """What answers, given anywhere, say of one framework; `steps` are those of the library.

    Counted are the nodes in use that are answered on a scale.
    """
    given = {answer.node: answer for answer in answers}
    asked = {
        node.urn: node.id for node in framework.nodes.values() if node.scale and not node.retired
    }
    found: dict[str, list[Inferred]] = {}
    for answer in given.values():
        for one in _reached(answer, given, steps):
            if one.node in asked:
                found.setdefault(asked[one.node], []).append(one)
    return Coverage(
        given={id_: given[urn] for urn, id_ in asked.items() if urn in given},
        inferred={id_: tuple(sorted(made, key=_order)) for id_, made in found.items()},
        open=tuple(id_ for urn, id_ in asked.items() if urn not in given and id_ not in found),
    )


def _order(one: Inferred) -> tuple[int, int, tuple[str, ...]]:
    return -one.strength, len(one.path), one.path


def _reached(
    answer: Answer, given: Mapping[str, Answer], steps: Mapping[str, tuple[Step, ...]]
) -> Iterator[Inferred]:
    """The strongest, then shortest way from an answer to each node, by looking at all nodes once.

    A node is entered once for each relation in which it can be reached, so that circles end.
    """
    entered: dict[tuple[str, Relation], Inferred] = {}
    at = [
        Inferred(answer.node, answer.value, Strength.FULLY, Relation.EQUAL, answer, (answer.node,))
    ]
    while at:
        further = (two for one in at for two in _onwards(one, given, steps))
        at = []
        for one in sorted(further, key=_order):
            if (one.node, one.relation) not in entered:
                entered[one.node, one.relation] = one
                at.append(one)
    best: dict[str, Inferred] = {}
    for one in sorted(entered.values(), key=_order):
        best.setdefault(one.node, one)
    yield from best.values()


def _onwards(
    one: Inferred, given: Mapping[str, Answer], steps: Mapping[str, tuple[Step, ...]]
) -> Iterator[Inferred]:
    for step in steps.get(one.node, ()):
        relation = compose(one.relation, step.relation)
        if relation is None or step.end in given:
            continue
        yield Inferred(
            node=step.end,
            value=step.values.get(one.value) if one.value is not None else None,
            strength=min(one.strength, STRENGTH[relation]),
            relation=relation,
            origin=one.origin,
            path=(*one.path, step.end),
        )
