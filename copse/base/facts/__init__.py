"""Counts that a room offers to the observatory; nobody else reads them.

A room declares its facts in `facts.py`:

    @facts.count("hotline.concerns", dimensions=("month", "risk_class"), label=_("Concerns"))
    def concerns(since: date, until: date) -> Iterable[tuple[tuple[str, ...], int]]: ...

    @facts.histogram("hotline.clock.notice", buckets=HOURS, dimensions=("month", "risk_class"),
                     label=_("From decision to notice"))
    def notice(since: date, until: date) -> Iterable[tuple[tuple[str, ...], float]]: ...

A count yields (dimensions, number), as often for the same dimensions as is handy: they are added
up. A histogram yields (dimensions, hours) once for every item, or (dimensions, hours, how many)
where the database counted them, and the registry puts each into a bucket, so that no exact duration
leaves the room. `until` is the first day that is left out; the days between may hold many months,
and “month” among the dimensions says which. `Over` says what a month of the fact means.
"""

from copse.base.facts.collecting import NEWEST, collect, collect_all
from copse.base.facts.registry import (
    HOURS,
    Fact,
    Keys,
    Kind,
    Over,
    UnknownFact,
    count,
    fact,
    histogram,
    registered,
    rooms,
)
from copse.kit.stats import OVER

__all__ = [
    "HOURS",
    "NEWEST",
    "OVER",
    "Fact",
    "Keys",
    "Kind",
    "Over",
    "UnknownFact",
    "collect",
    "collect_all",
    "count",
    "fact",
    "histogram",
    "registered",
    "rooms",
]
