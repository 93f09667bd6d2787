"""What the attack is asked: exact tables, what is said beside them, and all earlier releases.

Its digest names it: where nothing of it has changed, the answer has not either.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Self

from copse.kit import stats
from copse.kit.errors import InputError
from copse.kit.stats import Claim, Protection
from copse.observatory import queries
from copse.observatory.models import Basis
from copse.observatory.queries.months import last_full_month, months_to
from copse.observatory.services.figures import CLOCKS, COUNTS, Exact
from copse.observatory.services.telling import Telling


class NotOver(InputError):  # noqa: N818 - named for the state
    """A release ends with a month that is over: a running one would date its single reports."""

    code = "month-not-over"


@dataclass(frozen=True)
class Question:
    """The figures of twelve months, before anything was withheld of them."""

    months: tuple[str, ...]
    exact: Exact
    telling: Telling

    @classmethod
    def of(cls, until: str, without: Sequence[str]) -> Self:
        """The question as the sheets are now.

        Raises `NotOver` for a month that still runs and `InputError` when everything is left out.
        """
        months = tuple(months_to(until or last_full_month()))
        if months[-1] > last_full_month():
            raise NotOver(f"{until} is not over yet. The last full month is {last_full_month()}.")
        if {*COUNTS, *CLOCKS} <= {*without}:
            raise InputError("Nothing would be left to publish. Leave fewer figures out.")
        sheets = queries.sheets_between(months[0], months[-1], (*COUNTS, *CLOCKS))
        exact = Exact.of(sheets, months, without)
        return cls(months, exact, Telling.of(exact, months))

    def claims(self) -> Iterator[Claim]:
        """All that the release would say beside its tables."""
        yield from self.exact.claims
        yield from self.telling.claims()

    def digest(self, earlier: Iterable[str]) -> str:
        """The SHA-256 of all that is attacked; `earlier` names the releases before it."""
        content = {
            "months": self.months,
            "tables": [_content(table) for table in self.exact.tables.values()],
            "claims": [(one.subject, one.terms, one.low, one.high) for one in self.claims()],
            "earlier": list(earlier),
        }
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def attack(self, bases: Iterable[Basis]) -> Protection:
        """Withhold what must be, and attack it with all earlier releases. Raises `AttackFailed`."""
        earlier = [read(one.body) for one in bases]
        tables, claims = self.exact.tables.values(), self.claims()
        return stats.protect(tables, name=self.months[-1], claims=claims, earlier=earlier)


@lru_cache(maxsize=512)
def read(body: str) -> stats.Release:
    """A release as the attack sees it; the text of one never changes."""
    return stats.Release.from_json(body)


def _content(table: stats.Table) -> list[Any]:
    return [
        table.measure,
        [(one.name, one.categories, one.total, one.telling) for one in table.dimensions],
        sorted((at, count) for at, count in table.counts.items() if count),
        [int(table.minimum), table.institutions, table.shown],
        sorted(table.sources.items()),
        sorted(table.structural),
    ]
