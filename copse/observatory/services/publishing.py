"""The one function that makes every public figure, and the act of publishing.

`examine` makes the figures, withholds what must be withheld and attacks the result together with
every release before it (`copse.kit.stats`). Nothing else in Copse may turn counts into something
the public reads, and what the attack found narrow is not published.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from copse.base import access, audit, database
from copse.base.access import Actor
from copse.base.facts import HOURS
from copse.kit import stats
from copse.kit.errors import InputError, RefusedError
from copse.kit.stats import TOTAL, Minimum, Narrow, Protection
from copse.observatory import queries
from copse.observatory.models import Basis, Release
from copse.observatory.queries import opendata
from copse.observatory.queries.figures import AT_MOST, FREE, LONGER, WITHHELD
from copse.observatory.services import examining
from copse.observatory.services.figures import (
    BOUNDS,
    CLASSES,
    CLOCKS,
    COUNTED,
    COUNTS,
    Exact,
    histogram,
    subject,
)
from copse.observatory.services.question import Question
from copse.observatory.workflow import Action

FORMAT = "copse-numbers/3"
CODES = {
    TOTAL: "total",
    FREE: "published",
    WITHHELD: "withheld",
    AT_MOST: "at most this many hours",
    LONGER: "longer than this many hours",
}
RULES = {
    "minimum": {one.fact: int(one.minimum) for one in COUNTED},
    "minimum_of_victims": int(Minimum.VICTIMS),
    "minimum_otherwise": int(Minimum.OTHERWISE),
    "institutions": stats.INSTITUTIONS,
    "rounding": stats.ROUNDING,
    "percentile_items": {
        "median": stats.PERCENTILE_ITEMS[stats.MEDIAN],
        "p90": stats.PERCENTILE_ITEMS[stats.NINETIETH],
    },
    "totals": "rounded on their own, so the cells need not add up to them",
    "withheld": "too small, or withheld so that a small number cannot be worked out",
}


class NothingNew(InputError):  # noqa: N818 - named for the state
    """The release would be the same text as the one that everybody reads now."""

    code = "nothing-new"


class Blocked(RefusedError):  # noqa: N818 - named for the state
    """The attack found counts that readers could work out; `narrow` says which, for staff alone."""

    code = "release-blocked"

    def __init__(self, narrow: Sequence[Narrow]) -> None:
        super().__init__(
            f"{len(narrow)} small counts could be worked out from this release and the earlier "
            "ones, so nothing was published. Leave out the figures they belong to.",
            counts=len(narrow),
        )
        self.narrow = tuple(narrow)

    @property
    def facts_named(self) -> list[str]:
        """The facts to leave out of the release, so that the rest may be published."""
        return sorted({one.key[0] for one in self.narrow})


@dataclass(frozen=True)
class Examined:
    """The text of a release that may be published, and what was decided about it."""

    body: str
    months: tuple[str, ...]
    protection: Protection


def publish(
    *, actor: Actor, until: str = "", without: Sequence[str] = (), examined: bool = False
) -> Release:
    """Publish the twelve months up to `until` (the last full month when not said).

    A release of months that were published before is a new vintage; the old one stays as it is.
    Raises `Denied`, `NotOver` for a month that still runs, `Blocked` when the attack finds a count,
    `Unlisted` for a code that no list has, and `NothingNew` when these figures are already public;
    `examined` and `NotExamined` as for `examine`.
    """
    access.require(actor, Action.PUBLISH)
    # Two releases made at once would each be attacked without the other.
    queries.lock_releases()
    try:
        found = examine(actor=actor, until=until, without=without, examined=examined)
    except (Blocked, opendata.Unlisted) as stopped:
        audit.refused(actor, Action.PUBLISH, actor.desk.id, reason=stopped.code)
        raise
    digest = hashlib.sha256(found.body.encode()).hexdigest()
    latest = queries.latest_release()
    if latest is not None and latest.sha256 == digest:
        sentence = "These numbers are already public. Wait until new ones have come in."
        raise NothingNew(sentence, reference=latest.reference)
    return _freeze(actor, found, digest)


def _freeze(actor: Actor, found: Examined, digest: str) -> Release:
    first, last = found.months[0], found.months[-1]
    release = Release(
        reference=database.next_reference("R"),
        first_month=first,
        last_month=last,
        vintage=queries.vintages_of(last) + 1,
        body=found.body,
        sha256=digest,
    )
    release.save(force_insert=True)
    Basis(release=release, body=found.protection.release.to_json()).save(force_insert=True)
    examining.forget()
    audit.record(
        actor, Action.PUBLISH, release, reference=release.reference, sha256=digest,
        first=first, last=last, vintage=release.vintage,
        attacked=found.protection.attack.protected,
    )  # fmt: skip
    return release


def preview(
    *, actor: Actor, until: str = "", without: Sequence[str] = (), examined: bool = False
) -> str:
    """The text that `publish` would freeze: the same sheets always give the same text.

    Raises what `examine` raises.
    """
    return examine(actor=actor, until=until, without=without, examined=examined).body


def examine(
    *, actor: Actor, until: str = "", without: Sequence[str] = (), examined: bool = False
) -> Examined:
    """Make the figures, withhold what must be, and attack them with all earlier releases.

    Raises `NotOver` for a month that still runs, `Blocked` when the attack finds a count,
    `Unlisted` for a code that no list has, and `InputError` when everything is left out. With
    `examined`, nothing is attacked here: the worker's answer counts, and without one for these very
    figures it raises `NotExamined`.
    """
    access.require(actor, Action.VIEW)
    question = Question.of(until, without)
    protection = examining.answer(question) if examined else question.attack(queries.bases())
    if not protection.safe:
        raise Blocked(protection.attack.narrow)
    body = opendata.checked(_text(question, protection))
    return Examined(body, question.months, protection)


def _text(question: Question, protection: Protection) -> str:
    exact = question.exact
    content = {
        **question.telling.content(claim.subject for claim in protection.release.claims),
        "format": FORMAT,
        "caution": "Reports are not prevalence: they count what people told us.",
        "rules": RULES,
        "codes": CODES,
        "months": list(question.months),
        "risk_classes": list(CLASSES),
        "counts": [fact for fact in COUNTS if fact in exact.tables],
        "clocks": [fact for fact in CLOCKS if fact in exact.tables],
        "observations": list(_observations(exact, protection)),
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _observations(exact: Exact, protection: Protection) -> Iterator[dict[str, Any]]:
    kept = {claim.subject for claim in protection.release.claims}
    for fact, table in exact.tables.items():
        if fact in COUNTS:
            for month, risk_class in table.positions:
                shown = protection.release.numbers[table.key((month, risk_class))].shown
                yield _observation(fact, month, risk_class, "count", shown, "", "count")
            continue
        for month, risk_class, hours in table.positions:
            if hours == TOTAL:
                yield from _times(
                    fact, month, risk_class, histogram(table, month, risk_class), kept
                )


def _times(
    fact: str, month: str, risk_class: str, counted: dict[str, int], kept: set[str]
) -> Iterator[dict[str, Any]]:
    found = stats.percentiles(counted, BOUNDS)
    for statistic, bound in (("median", found.median), ("p90", found.ninetieth)):
        told = bound if subject(fact, month, risk_class, statistic) in kept else None
        yield _observation(fact, month, risk_class, statistic, *_hours(told), "hours")


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
