"""Which levels of maturity need evidence computed from use, and whether an action has it.

A level above “on paper” says that something works. Nobody can write that up by hand: an indicator
of the action must have a fresh value that was computed from what the desks do.
"""

from datetime import date
from functools import cache

from copse.kit.framework.library import shipped
from copse.kit.framework.model import Node, NodeKind
from copse.kit.indicators import Indicator, catalogue
from copse.strategy.queries import evidence

LEVELS, SCALE, COMPUTED = "maturity", "maturity", "computed"


@cache
def computed_levels() -> frozenset[str]:
    """The levels that need computed evidence, as the framework of levels says."""
    levels = shipped()[LEVELS].of_kind(NodeKind.LEVEL)
    return frozenset(one.about["value"] for one in levels if one.about["needs"] == COMPUTED)


def needs_computed(node: Node, value: str) -> bool:
    """Whether an answer to a node claims a level that only a number can show."""
    brief = shipped()[evidence.BRIEF].urn
    return node.urn == f"{brief}:{node.id}" and node.scale == SCALE and value in computed_levels()


def indicators_of(node: Node) -> tuple[Indicator, ...]:
    """The indicators that could show it."""
    return catalogue().of_action(node.id)


def shown(node: Node, today: date) -> tuple[Indicator, ...]:
    """The indicators whose fresh computed value shows that the action works."""
    return tuple(
        one.indicator
        for one in evidence.computed_of(node.id, today)
        if one.fresh and one.value is not None and one.value.origin == COMPUTED
    )
