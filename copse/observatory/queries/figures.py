"""A release as the tables, charts and rows that its readers see.

Everything here reads the frozen text of a release and nothing else, so page, CSV and JSON cannot
differ.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

TOTAL = "_T"
COLUMNS = (
    "fact", "month", "risk_class", "statistic", "value", "bound", "unit", "conf_status",
)  # fmt: skip
WITHHELD = "C"
FREE = "F"
AT_MOST, LONGER = "at_most", "over"
Observation = Mapping[str, Any]


@dataclass(frozen=True)
class Figures:
    """The content of one release."""

    body: str

    @cached_property
    def content(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self.body)
        return found

    @property
    def months(self) -> list[str]:
        return list(self.content["months"])

    @property
    def risk_classes(self) -> list[str]:
        return list(self.content["risk_classes"])

    @property
    def counts(self) -> list[str]:
        return list(self.content["counts"])

    @property
    def clocks(self) -> list[str]:
        return list(self.content["clocks"])

    @cached_property
    def _index(self) -> dict[tuple[str, str, str, str], Observation]:
        return {
            (one["fact"], one["month"], one["risk_class"], one["statistic"]): one
            for one in self.content["observations"]
        }

    def at(self, fact: str, month: str, risk_class: str, statistic: str = "count") -> Observation:
        """One published figure."""
        return self._index[fact, month, risk_class, statistic]

    def value(self, fact: str, month: str, risk_class: str) -> int | None:
        """A published count; None where it is withheld."""
        found: int | None = self.at(fact, month, risk_class)["value"]
        return found

    def csv(self) -> str:
        """Every figure as a row, withheld ones too."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows(_row(one) for one in self.content["observations"])
        return out.getvalue()


def _row(one: Observation) -> Iterable[str]:
    return ("" if one[name] is None else str(one[name]) for name in COLUMNS)


@lru_cache(maxsize=8)
def _parsed(_sha256: str, body: str) -> Figures:
    return Figures(body)


def figures_of(sha256: str, body: str) -> Figures:
    """The figures of a release, parsed once in each process."""
    return _parsed(sha256, body)
