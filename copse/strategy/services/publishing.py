"""The plan as the public reads it, put together and sent to the observatory.

What leaves holds organisations, dates, money and words that were written to be read. It holds no
person, and no count of people small enough to point at one.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from copse.base import access, audit, handover
from copse.base.access import Actor
from copse.kit.parcels import PublishedPlan
from copse.strategy.models import Goal, Measure, Strategy
from copse.strategy.queries import (
    evidence,
    plan,
    public_council,
    public_frameworks,
    public_law,
    warnings,
)
from copse.strategy.workflow import PlanAction

OBSERVATORY = "observatory"
PARTS = (public_law, public_council, public_frameworks)


def publish(*, actor: Actor) -> PublishedPlan:
    """Send the running plan and what lies under it; it becomes public with the next release."""
    access.require(actor, PlanAction.PUBLISH)
    parcel = PublishedPlan(
        id=uuid.uuid4(), desk=actor.desk.id, taken_on=timezone.localdate().isoformat(), body=body()
    )
    handover.send(OBSERVATORY, parcel)
    audit.record(actor, PlanAction.PUBLISH, parcel.id)
    return parcel


def body() -> dict[str, Any]:
    """The public text of the running plan, its law, its council and its frameworks."""
    made: dict[str, Any] = {"strategy": None, "goals": [], "measures": [], "policies": []}
    strategy = plan.running()
    if strategy is not None:
        made |= _plan(strategy)
    made["actions"] = [_action(node.id) for node in evidence.actions()]
    for part in PARTS:
        made |= part.part()
    return made


def _plan(strategy: Strategy) -> dict[str, Any]:
    goals, names = plan.goals_of(strategy), plan.names()
    return {
        "strategy": {
            "reference": strategy.reference, "stage": strategy.stage, "title": strategy.title,
            "vision": strategy.vision, "authority": names.get(str(strategy.authority_id), ""),
            "first_day": _day(strategy.first_day), "last_day": _day(strategy.last_day),
            "signed_on": _day(strategy.signed_on),
            "warnings": warnings.of_strategy(strategy, goals),
        },
        "goals": [_goal(goal, names) for goal in goals],
        "measures": [_measure(one, names) for goal in goals for one in goal.measures.all()],
        "policies": [
            {"title": one.title, "kind": one.kind, "url": one.url, "overlap": one.overlap}
            for one in strategy.policies.order_by("title")
        ],
    }  # fmt: skip


def _goal(goal: Goal, names: dict[str, str]) -> dict[str, Any]:
    targets = sorted(goal.targets.all(), key=lambda one: one.period)
    return {
        "code": goal.code, "title": goal.title, "finding": goal.finding,
        "finding_source": goal.finding_source, "indicator": goal.indicator,
        "baseline": _number(goal.baseline), "baseline_period": goal.baseline_period,
        "owner": names.get(str(goal.owner_id), ""), "due": _day(goal.due),
        "targets": [{"period": one.period, "value": _number(one.value)} for one in targets],
        "plan_tags": goal.plan_tags, "warnings": warnings.of_goal(goal),
        "measures": [one.reference for one in goal.measures.all()],
    }  # fmt: skip


def _measure(measure: Measure, names: dict[str, str]) -> dict[str, Any]:
    owners = list(measure.owners.all())
    lead = next((one for one in owners if one.part == "lead"), None)
    return {
        "reference": measure.reference, "brief_action": measure.brief_action,
        "goal": measure.goal.code, "title": measure.title, "what": measure.what,
        "stage": measure.stage, "stopped_because": measure.stopped_because,
        "instrument": measure.instrument, "options_rejected": measure.options_rejected,
        "risks": measure.risks, "articles": measure.articles, "starts": _day(measure.starts),
        "due": _day(measure.due), "lead": names.get(str(lead.organisation_id), "") if lead else "",
        "partners": [
            {"name": names.get(str(one.organisation_id), ""), "group": one.group}
            for one in owners if one is not lead
        ],
        "milestones": [
            {"title": one.title, "due": _day(one.due), "done_on": _day(one.done_on)}
            for one in sorted(measure.milestones.all(), key=lambda one: one.due)
        ],
        "money": list(_money(measure)),
        "warnings": warnings.of_measure(measure, timezone.localdate()),
    }  # fmt: skip


def _money(measure: Measure) -> Iterable[dict[str, Any]]:
    """A row a year and currency; who gave it stays in the room."""
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for line in sorted(measure.budget.all(), key=lambda one: (one.year, one.currency)):
        empty = {
            "year": line.year,
            "currency": line.currency,
            "planned": 0,
            "funded": 0,
            "spent": 0,
        }
        row = rows.setdefault((line.year, line.currency), empty)
        for name in ("planned", "funded", "spent"):
            row[name] += getattr(line, name)
    return rows.values()


def _action(code: str) -> dict[str, Any]:
    found = evidence.of(code)
    return {
        "code": code, "standing": str(found.standing),
        "operational": {"rooms": list(found.rooms), "working": list(found.working)},
        "tracked": [
            {"title": one.document.title, "url": one.document.url,
             "dated": _day(one.document.dated), "fresh_until": _day(one.until)}
            for one in found.tracked
        ],
        "measures": [one.reference for one in found.measures],
    }  # fmt: skip


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def _number(value: Any) -> str | None:
    return None if value is None else f"{value.normalize():f}"
