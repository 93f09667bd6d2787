"""The one function that makes every public figure, and the act of publishing.

Disclosure rules: `copse.kit.stats.disclosure`. Nothing else in Copse may turn counts into
something the public reads.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from copse.base import access, audit, database
from copse.base.access import Actor
from copse.base.facts import HOURS
from copse.kit import stats, taxonomy
from copse.kit.errors import InputError
from copse.observatory import queries
from copse.observatory.models import Release, Sheet
from copse.observatory.queries.figures import AT_MOST, FREE, LONGER, TOTAL, WITHHELD
from copse.observatory.queries.months import last_full_month, months_to
from copse.observatory.workflow import Action

COUNTS = ("hotline.concerns", "hotline.decided", "hotline.labelled", "hotline.notices",
          "hotline.removed")  # fmt: skip
CLOCKS = ("hotline.clock.intake", "hotline.clock.decision", "hotline.clock.notice",
          "hotline.clock.removal")  # fmt: skip
NOT_KNOWN = "not_known"
CLASSES = (*taxonomy.scheme("risk").codes(parent=""), NOT_KNOWN)
BOUNDS = tuple(str(bound) for bound in HOURS)
CODES = {
    TOTAL: "total",
    FREE: "published",
    WITHHELD: "withheld",
    AT_MOST: "at most this many hours",
    LONGER: "longer than this many hours",
}
Key = tuple[str, str]
# Cells of a table, and of each of its margins: (month or total, risk class or total).
MARGINS = ((False, False), (False, True), (True, False), (True, True))


class NothingNew(InputError):  # noqa: N818 - named for the state
    """The release would be the same text as the one that everybody reads now."""

    code = "nothing-new"


class NotOver(InputError):  # noqa: N818 - named for the state
    """A release ends with a month that is over: a running one would date its single reports."""

    code = "month-not-over"


def publish(*, actor: Actor, until: str = "") -> Release:
    """Publish the twelve months up to `until` (the last full month when not said).

    Raises `Denied`, `NotOver` for a month that still runs, and `NothingNew` when the figures are those already public.
    """
    access.require(actor, Action.PUBLISH)
    body = preview(actor=actor, until=until)
    digest = hashlib.sha256(body.encode()).hexdigest()
    latest = queries.latest_release()
    if latest is not None and latest.sha256 == digest:
        sentence = "These numbers are already public. Wait until new ones have come in."
        raise NothingNew(sentence, reference=latest.reference)
    months = json.loads(body)["months"]
    release = Release(
        reference=database.next_reference("R"),
        first_month=months[0],
        last_month=months[-1],
        body=body,
        sha256=digest,
    )
    release.save(force_insert=True)
    audit.record(
        actor, Action.PUBLISH, release,
        reference=release.reference, sha256=digest, first=months[0], last=months[-1],
    )  # fmt: skip
    return release


def preview(*, actor: Actor, until: str = "") -> str:
    """The text that `publish` would freeze: the same sheets always give the same text.

    Raises `NotOver` for a month that still runs.
    """
    access.require(actor, Action.VIEW)
    until = until or last_full_month()
    months = months_to(until)
    if months[-1] > last_full_month():
        raise NotOver(f"{until} is not over yet. The last full month is {last_full_month()}.")
    sheets = queries.sheets_between(months[0], months[-1], (*COUNTS, *CLOCKS))
    content = {
        "format": "copse-numbers/1",
        "caution": "Reports are not prevalence: they count what people told us.",
        "rules": {
            "minimum": stats.MINIMUM,
            "rounding": stats.ROUNDING,
            "percentile_items": stats.PERCENTILE_ITEMS,
            "totals": "sums of the published cells",
        },
        "codes": CODES,
        "months": months,
        "risk_classes": list(CLASSES),
        "counts": list(COUNTS),
        "clocks": list(CLOCKS),
        "observations": list(_observations(sheets, months)),
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _observations(sheets: Iterable[Sheet], months: list[str]) -> Iterator[dict[str, Any]]:
    by_fact: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        by_fact.setdefault(sheet.fact, []).append(sheet)
    for fact in COUNTS:
        yield from _counts(fact, by_fact.get(fact, []), months)
    for fact in CLOCKS:
        yield from _percentiles(fact, by_fact.get(fact, []), months)


def _counts(fact: str, sheets: Iterable[Sheet], months: list[str]) -> Iterator[dict[str, Any]]:
    counted: Counter[Key] = Counter()
    for month, risk_class, _bucket, number in _cells(sheets):
        counted[month, risk_class] += number
    table = stats.safe_table(counted, rows=months, columns=CLASSES)
    shown: list[tuple[str, str, int | None]] = [(c.row, c.column, c.value) for c in table.cells]
    shown += [(month, TOTAL, number) for month, number in table.rows.items()]
    shown += [(TOTAL, name, number) for name, number in table.columns.items()]
    shown.append((TOTAL, TOTAL, table.total))
    for month, risk_class, value in shown:
        yield _observation(fact, month, risk_class, "count", value, "", "count")


def _percentiles(fact: str, sheets: Iterable[Sheet], months: list[str]) -> Iterator[dict[str, Any]]:
    histograms: dict[Key, Counter[str]] = {}
    for month, risk_class, bucket, number in _cells(sheets):
        for all_months, all_classes in MARGINS:
            key = (TOTAL if all_months else month, TOTAL if all_classes else risk_class)
            histograms.setdefault(key, Counter())[bucket] += number
    for month in (*months, TOTAL):
        for risk_class in (*CLASSES, TOTAL):
            found = stats.percentiles(histograms.get((month, risk_class), {}), BOUNDS)
            for statistic, bound in (("median", found.median), ("p90", found.ninetieth)):
                yield _observation(fact, month, risk_class, statistic, *_hours(bound), "hours")


def _hours(bound: str | None) -> tuple[int | None, str]:
    if bound is None:
        return None, ""
    if bound == stats.OVER:
        return HOURS[-1], LONGER
    return int(bound), AT_MOST


def _observation(
    fact: str, month: str, risk_class: str, statistic: str,
    value: int | None, bound: str, unit: str,
) -> dict[str, Any]:  # fmt: skip
    return {
        "fact": fact,
        "month": month,
        "risk_class": risk_class,
        "statistic": statistic,
        "value": value,
        "bound": bound,
        "unit": unit,
        "conf_status": WITHHELD if value is None else FREE,
    }


def _cells(sheets: Iterable[Sheet]) -> Iterator[tuple[str, str, str, int]]:
    """Month, risk class, bucket and number of every cell; further dimensions are added up."""
    for sheet in sheets:
        for keys, number in sheet.cells:
            named: Mapping[str, str] = dict(zip(sheet.dimensions, keys, strict=True))
            found = named.get("risk_class", "")
            risk_class = found if found in CLASSES else NOT_KNOWN
            yield sheet.period, risk_class, named.get("hours", ""), number
