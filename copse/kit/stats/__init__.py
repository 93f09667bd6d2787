"""Counting without telling on anybody: what may be published of a table of people."""

from copse.kit.stats.disclosure import (
    MINIMUM,
    OVER,
    PERCENTILE_ITEMS,
    ROUNDING,
    Cell,
    Percentiles,
    Table,
    percentiles,
    safe_count,
    safe_table,
)

__all__ = [
    "MINIMUM",
    "OVER",
    "PERCENTILE_ITEMS",
    "ROUNDING",
    "Cell",
    "Percentiles",
    "Table",
    "percentiles",
    "safe_count",
    "safe_table",
]
