"""The catalogue of indicators: what a plan can be followed by, and how each number is made.

Read in this order: model.py (what an indicator is), reading.py (its file, every fault with its
line), computing.py (how facts become its value). How the file is written stands in `copse/taxonomies/indicators/README.md`.

    catalogue()["REP-TTR"].numerator.name          # "hotline.clock.removal"
    catalogue().of_action("REP-1")
"""

from copse.kit.indicators.computing import Counted, Result, Status, compute
from copse.kit.indicators.model import (
    Catalogue,
    Direction,
    Indicator,
    Measured,
    Nature,
    Over,
    Query,
    Statistic,
    Threshold,
    UnknownIndicator,
    unit,
)
from copse.kit.indicators.reading import catalogue, read_catalogue

__all__ = [
    "Catalogue",
    "Counted",
    "Direction",
    "Indicator",
    "Measured",
    "Nature",
    "Over",
    "Query",
    "Result",
    "Statistic",
    "Status",
    "Threshold",
    "UnknownIndicator",
    "catalogue",
    "compute",
    "read_catalogue",
    "unit",
]
