"""Writing the plan: strategies, goals, targets, measures, their owners, money and dates.

What a plan promises is written while it is a draft. What happens under it (money, milestones,
documents) is kept up to date for as long as it runs.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model
from django.utils.translation import gettext as _

from copse.base import access, audit, database
from copse.base.access import Actor
from copse.kit.errors import InputError, RefusedError
from copse.strategy.models import (
    BudgetLine,
    Document,
    Goal,
    LinkedPolicy,
    Measure,
    Milestone,
    Owner,
    Strategy,
    Target,
)
from copse.strategy.workflow import PlanAction, StrategyStage

Kept = TypeVar("Kept", bound=Model)


class PlanIsFixed(RefusedError):  # noqa: N818 - named for the state
    """What an approved plan promises cannot be changed; a next plan is drafted instead."""

    code = "plan-is-fixed"


def draft(
    *, actor: Actor, title: str, first_day: date, last_day: date, vision: str = "",
    authority_id: UUID | None = None,
) -> Strategy:  # fmt: skip
    """Begin a plan. Raises `InputError` when it would end before it begins."""
    access.require(actor, PlanAction.EDIT)
    _check_days(first_day, last_day)
    strategy = Strategy(
        reference=database.next_reference("P"), title=title, vision=vision,
        first_day=first_day, last_day=last_day, authority_id=authority_id, author_id=actor.user_id,
    )  # fmt: skip
    return _kept(actor, strategy)


def revise(*, actor: Actor, strategy: Strategy, **fields: Any) -> Strategy:
    """Change a draft's own words and days. Raises `PlanIsFixed`, `InputError`."""
    strategy = _open(actor, strategy)
    for name, value in fields.items():
        setattr(strategy, name, value)
    _check_days(strategy.first_day, strategy.last_day)
    strategy.save(update_fields=list(fields))
    audit.record(actor, PlanAction.EDIT, strategy)
    return strategy


def set_goal(*, actor: Actor, strategy: Strategy, code: str, **fields: Any) -> Goal:
    """Write a goal of a draft, a new one or the one of this code. Raises `PlanIsFixed`."""
    strategy = _open(actor, strategy)
    if not strategy.first_day <= fields["due"] <= strategy.last_day:
        raise InputError(_("Choose a day within the years of the plan."), field="due")
    goal, _made = Goal.objects.update_or_create(strategy=strategy, code=code, defaults=fields)
    audit.record(actor, PlanAction.EDIT, goal, code=code)
    return goal


def set_targets(*, actor: Actor, goal: Goal, targets: Iterable[tuple[str, Decimal]]) -> None:
    """Replace a goal's targets by these periods and values. Raises `PlanIsFixed`, `InputError`."""
    _open(actor, goal.strategy)
    wanted = list(targets)
    periods = [period for period, _value in wanted]
    if len(set(periods)) != len(periods):
        raise InputError(_("A period can have one target only."), field="targets")
    goal.targets.all().delete()
    Target.objects.bulk_create(
        Target(goal=goal, period=period, value=value) for period, value in wanted
    )
    audit.record(actor, PlanAction.EDIT, goal, targets=len(wanted))


def propose(
    *, actor: Actor, goal: Goal, brief_action: str, title: str, due: date, **fields: Any
) -> Measure:
    """Add a measure to a goal of a draft. Raises `PlanIsFixed`."""
    _open(actor, goal.strategy)
    measure = Measure(
        goal=goal, reference=database.next_reference("A"), brief_action=brief_action,
        title=title, due=due, author_id=actor.user_id, **fields,
    )  # fmt: skip
    return _kept(actor, measure, brief=brief_action)


def rewrite(*, actor: Actor, measure: Measure, **fields: Any) -> Measure:
    """Change what a measure of a draft says. Raises `PlanIsFixed`."""
    _open(actor, measure.goal.strategy)
    for name, value in fields.items():
        setattr(measure, name, value)
    measure.save(update_fields=list(fields))
    audit.record(actor, PlanAction.EDIT, measure)
    return measure


def name_owners(*, actor: Actor, measure: Measure, owners: Iterable[tuple[UUID, str, str]]) -> None:
    """Replace the owners of a measure: organisation, part (lead, partner, oversight), group.

    Owners may change while a plan runs: bodies merge and ministries are renamed.
    Raises `InputError` for two leads.
    """
    access.require(actor, PlanAction.EDIT, measure)
    wanted = list(owners)
    if sum(part == "lead" for _id, part, _group in wanted) > 1:
        raise InputError(_("One organisation leads; the others are partners."), field="owners")
    measure.owners.all().delete()
    Owner.objects.bulk_create(
        Owner(measure=measure, organisation_id=organisation, part=part, group=group)
        for organisation, part, group in wanted
    )
    audit.record(actor, PlanAction.EDIT, measure, owners=len(wanted))


def set_money(
    *, actor: Actor, measure: Measure, year: int, source: str, **fields: Any
) -> BudgetLine:
    """Write one year's money from one source. Raises `InputError` below nothing.

    What was planned is part of the promise; what is funded and spent moves while the plan runs.
    """
    access.require(actor, PlanAction.EDIT, measure)
    amounts = [value for name, value in fields.items() if name != "currency"]
    if any(amount < 0 for amount in amounts):
        raise InputError(_("Money cannot be less than nothing."), field="planned")
    found = BudgetLine.objects.filter(measure=measure, year=year, source=source).first()
    if found is not None and fields.get("planned", found.planned) != found.planned:
        _open(actor, measure.goal.strategy)
    line, _made = BudgetLine.objects.update_or_create(
        measure=measure, year=year, source=source, defaults=fields
    )
    audit.record(actor, PlanAction.EDIT, line, year=year)
    return line


def add_milestone(*, actor: Actor, measure: Measure, title: str, due: date) -> Milestone:
    """Add a dated step to a measure."""
    access.require(actor, PlanAction.EDIT, measure)
    return _kept(actor, Milestone(measure=measure, title=title, due=due))


def reach(*, actor: Actor, milestone: Milestone, on: date) -> Milestone:
    """Say that a milestone was reached, on a day that is over or today."""
    access.require(actor, PlanAction.EDIT, milestone)
    milestone.done_on = on
    milestone.save(update_fields=["done_on"])
    audit.record(actor, PlanAction.EDIT, milestone)
    return milestone


def link_policy(*, actor: Actor, strategy: Strategy, title: str, **fields: Any) -> LinkedPolicy:
    """Name another plan that this one builds on or may collide with."""
    access.require(actor, PlanAction.EDIT, strategy)
    return _kept(actor, LinkedPolicy(strategy=strategy, title=title, **fields))


def attach(
    *, actor: Actor, brief_action: str, title: str, dated: date, url: str = "",
    fresh_months: int = 12,
) -> Document:  # fmt: skip
    """Add a document as tracked evidence of an action of the brief."""
    access.require(actor, PlanAction.EDIT)
    document = Document(
        brief_action=brief_action, title=title, dated=dated, url=url, fresh_months=fresh_months,
        added_by=actor.user_id,
    )  # fmt: skip
    return _kept(actor, document, brief=brief_action)


def _open(actor: Actor, strategy: Strategy) -> Strategy:
    # Locked: nobody edits what somebody else is signing at this moment.
    strategy = Strategy.objects.select_for_update().get(pk=strategy.pk)
    access.require(actor, PlanAction.EDIT, strategy)
    if strategy.stage != StrategyStage.DRAFT:
        sentence = _("This plan is approved. Draft the next one to promise something else.")
        raise PlanIsFixed(sentence, stage=strategy.stage)
    return strategy


def _check_days(first_day: date, last_day: date) -> None:
    if last_day <= first_day:
        raise InputError(_("The last day must come after the first."), field="last_day")


def _kept(actor: Actor, record: Kept, **codes: str) -> Kept:
    record.save(force_insert=True)
    audit.record(actor, PlanAction.EDIT, record, **codes)
    return record
