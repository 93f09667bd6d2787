"""The steps of a plan and of its measures, one verb each."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from copse.base import access, audit
from copse.base.access import Actor
from copse.kit.errors import InputError, RefusedError
from copse.strategy.models import BudgetLine, Measure, Strategy
from copse.strategy.queries import warnings
from copse.strategy.workflow import ACTION, STRATEGY, ActionAction, PlanAction


class ChildrenNotHeard(RefusedError):  # noqa: N818 - named for the state
    """No child was consulted about the plan, or those heard have no answer yet."""

    code = "children-not-heard"


class NotFunded(RefusedError):  # noqa: N818 - named for the state
    """No money has been given to the measure."""

    code = "not-funded"


def approve(*, actor: Actor, strategy: Strategy) -> Strategy:
    """Sign a plan. From here on what it promises cannot be changed.

    Raises `Denied` for its author, `ChildrenNotHeard` until a consultation with children has been
    answered, `StepNotAllowed` unless it is a draft.
    """
    strategy = _locked(strategy)
    access.require(actor, PlanAction.APPROVE, strategy)
    strategy.stage = STRATEGY.after(strategy.stage, PlanAction.APPROVE)
    if not warnings.children_answered(strategy):
        raise ChildrenNotHeard(
            _("Hear children about this plan and answer them first. Then it can be approved.")
        )
    strategy.signed_by, strategy.signed_on = actor.user_id, timezone.localdate()
    strategy.save(update_fields=["stage", "signed_by", "signed_on"])
    audit.record(actor, PlanAction.APPROVE, strategy)
    return strategy


def close(*, actor: Actor, strategy: Strategy) -> Strategy:
    """End a plan. Raises `StepNotAllowed` unless it is approved."""
    strategy = _locked(strategy)
    access.require(actor, PlanAction.CLOSE, strategy)
    strategy.stage = STRATEGY.after(strategy.stage, PlanAction.CLOSE)
    strategy.save(update_fields=["stage"])
    audit.record(actor, PlanAction.CLOSE, strategy)
    return strategy


def agree(*, actor: Actor, measure: Measure) -> Measure:
    """Its owners agree to carry the measure out."""
    return _step(actor, measure, ActionAction.AGREE)


def fund(*, actor: Actor, measure: Measure) -> Measure:
    """Its money is given. Raises `NotFunded` while no budget line says so."""
    if not BudgetLine.objects.filter(measure=measure, funded__gt=0).exists():
        raise NotFunded(_("Write down first how much money was given, and by whom."))
    return _step(actor, measure, ActionAction.FUND)


def start(*, actor: Actor, measure: Measure) -> Measure:
    """The work begins."""
    return _step(actor, measure, ActionAction.START, starts=measure.starts or timezone.localdate())


def finish(*, actor: Actor, measure: Measure) -> Measure:
    """The work is done."""
    return _step(actor, measure, ActionAction.FINISH)


def stop(*, actor: Actor, measure: Measure, because: str) -> Measure:
    """Give a measure up, and say why. Raises `InputError` without a reason."""
    if not because.strip():
        raise InputError(_("Say why it stops. The public reads this."), field="because")
    return _step(actor, measure, ActionAction.STOP, stopped_because=because.strip())


def resume(*, actor: Actor, measure: Measure) -> Measure:
    """Take up a measure again. It waits for its money anew."""
    return _step(actor, measure, ActionAction.RESUME, stopped_because="")


def _step(actor: Actor, measure: Measure, action: ActionAction, **fields: Any) -> Measure:
    measure = Measure.objects.select_for_update().get(pk=measure.pk)
    access.require(actor, action, measure)
    measure.stage = ACTION.after(measure.stage, action)
    for name, value in fields.items():
        setattr(measure, name, value)
    measure.save(update_fields=["stage", *fields])
    audit.record(actor, action, measure)
    return measure


def _locked(strategy: Strategy) -> Strategy:
    return Strategy.objects.select_for_update().get(pk=strategy.pk)
