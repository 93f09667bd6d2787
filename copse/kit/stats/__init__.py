"""Counting without telling on anybody: what may be published of a table of people.

Declare tables (`Table`), `protect` them together with all earlier releases, and publish only what
comes back `safe`. `attack` is the same question asked of any releases. The solver, highspy, is
needed by whoever calls these two, and by nobody else.
"""

from copse.kit.stats.attack import WINDOW, Attack, AttackFailed, Narrow, attack
from copse.kit.stats.disclosure import (
    INSTITUTIONS,
    MEDIAN,
    MINIMUM,
    NINETIETH,
    OVER,
    PERCENTILE_ITEMS,
    ROUNDING,
    Minimum,
    Percentiles,
    percentiles,
    reader_knows,
    rounded,
    small,
)
from copse.kit.stats.release import Claim, Number, Release
from copse.kit.stats.suppression import Protection, Why, protect
from copse.kit.stats.tables import TOTAL, Dimension, Key, Table

__all__ = [
    "INSTITUTIONS",
    "MEDIAN",
    "MINIMUM",
    "NINETIETH",
    "OVER",
    "PERCENTILE_ITEMS",
    "ROUNDING",
    "TOTAL",
    "WINDOW",
    "Attack",
    "AttackFailed",
    "Claim",
    "Dimension",
    "Key",
    "Minimum",
    "Narrow",
    "Number",
    "Percentiles",
    "Protection",
    "Release",
    "Table",
    "Why",
    "attack",
    "percentiles",
    "protect",
    "reader_knows",
    "rounded",
    "small",
]
