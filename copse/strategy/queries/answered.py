"""Where each node of a framework stands: what a person answered, what follows, what is open."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, auto

from copse.kit.framework.coverage import Answer as Given
from copse.kit.framework.coverage import Inferred, Strength, coverage
from copse.kit.framework.crosswalks import Links
from copse.kit.framework.model import Framework, Node
from copse.strategy.models import Answer
from copse.strategy.queries import frameworks, maturity

SHORT = "short"


class State(StrEnum):
    """Where one node stands."""

    GIVEN = auto()
    """A person answered it."""
    AGAIN = auto()
    """A person answered it, and something has changed since."""
    FOLLOWS = auto()
    """Nobody answered it; an answer elsewhere says the same."""
    PARTLY = auto()
    """Nobody answered it; answers elsewhere say a part."""
    OPEN = auto()
    """Nobody answered it."""
    LATER = auto()
    """It is not asked, as the question it hangs on was answered."""


@dataclass(frozen=True)
class Asked:
    """A node with the answer that stands, or with what follows from others, strongest first."""

    node: Node
    state: State
    answer: Answer | None = None
    inferred: tuple[Inferred, ...] = ()
    aged: bool = False
    """Whether the number that showed the answer has grown old."""


@dataclass(frozen=True)
class Progress:
    """How many nodes of a framework stand where."""

    framework: Framework
    counts: Counter[State]

    @property
    def asked(self) -> int:
        return self.counts.total() - self.counts[State.LATER]

    @property
    def answered(self) -> int:
        return self.counts[State.GIVEN] + self.counts[State.AGAIN]

    @property
    def inferred(self) -> int:
        return self.counts[State.FOLLOWS] + self.counts[State.PARTLY]


def nodes(framework: Framework, tier: str = "") -> list[Node]:
    """The nodes that are answered on a scale, or those of the short tier."""
    return [
        one for one in framework.nodes.values()
        if one.scale and not one.retired and tier in ("", one.tier)
    ]  # fmt: skip


def overview(today: date) -> list[Progress]:
    """How far the answers to each loaded framework go; those that ask nothing are left out."""
    standing = frameworks.standing()
    links = frameworks.steps()
    found = (progress(one, standing, today, links) for one in frameworks.loaded().values())
    return [one for one in found if one.counts]


def progress(
    framework: Framework, standing: Mapping[str, Answer], today: date, links: Links
) -> Progress:
    """How many of a framework's nodes stand where."""
    found = of(framework, standing, today, links=links)
    return Progress(framework, Counter(one.state for one in found))


def of(framework: Framework, standing: Mapping[str, Answer], today: date,
       tier: str = "", links: Links | None = None) -> list[Asked]:  # fmt: skip
    """Every node of a framework that is answered on a scale, in the order of its file."""
    given = [Given(one.node, one.value, str(one.answered_by)) for one in standing.values()]
    found = coverage(framework, given, (links or frameworks.steps()).steps)
    values = {id_: one.value for id_, one in found.given.items()}
    return [
        _asked(framework, node, standing.get(node.urn), found.inferred.get(node.id, ()),
               values, today)
        for node in nodes(framework, tier)
    ]  # fmt: skip


def one_of(framework: Framework, node: Node, today: date) -> Asked:
    """One node of a framework."""
    found = of(framework, frameworks.standing(), today)
    return next(one for one in found if one.node.id == node.id)


def _asked(
    framework: Framework, node: Node, answer: Answer | None, inferred: Iterable[Inferred],
    values: Mapping[str, str], today: date,
) -> Asked:  # fmt: skip
    if not framework.follows(node, values):
        return Asked(node, State.LATER, answer)
    if answer is None:
        found = tuple(inferred)
        return Asked(node, _state(found), None, found)
    aged = maturity.needs_computed(node, answer.value) and not maturity.shown(node, today)
    again = aged or answer.reopened_on is not None
    return Asked(node, State.AGAIN if again else State.GIVEN, answer, (), aged)


def _state(inferred: tuple[Inferred, ...]) -> State:
    if any(one.strength == Strength.FULLY and one.value is not None for one in inferred):
        return State.FOLLOWS
    if any(one.strength >= Strength.PARTLY for one in inferred):
        return State.PARTLY
    return State.OPEN
