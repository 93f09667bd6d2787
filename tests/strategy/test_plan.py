"""Writing a plan, signing it, and carrying it out."""

from datetime import date
from decimal import Decimal

import pytest

from copse.base import audit
from copse.base.access import Denied
from copse.kit.errors import InputError, StepNotAllowed
from copse.strategy.models import BudgetLine, Strategy
from copse.strategy.queries import warnings
from copse.strategy.queries import plan as queries
from copse.strategy.services import plan, steps
from copse.strategy.workflow import (
    ActionStage,
    ConsultationStage,
    PlanAction,
    StrategyStage,
)


def funded(office, measure, amount=100):
    with office.open(office.ines):
        return plan.set_money(
            actor=office.ines, measure=measure, year=2026, source="Treasury", currency="XAR",
            planned=100, funded=amount, spent=0,
        )  # fmt: skip


def approved(office, strategy):
    office.heard(strategy)
    with office.open(office.jabari):
        return steps.approve(actor=office.jabari, strategy=strategy)


def test_a_plan_is_not_approved_before_children_were_heard_and_answered(office):
    strategy = office.strategy()
    with office.open(office.jabari), pytest.raises(steps.ChildrenNotHeard, match="Hear children"):
        steps.approve(actor=office.jabari, strategy=strategy)
    office.heard(strategy, stage=ConsultationStage.HEARD)
    office.heard(strategy, children=False)
    with office.open(office.jabari), pytest.raises(steps.ChildrenNotHeard):
        steps.approve(actor=office.jabari, strategy=strategy)
    assert office.fresh(strategy).stage == StrategyStage.DRAFT
    signed = approved(office, strategy)
    assert signed.stage == StrategyStage.APPROVED
    with office.open():
        assert audit.actions_on(signed)[-1] == PlanAction.APPROVE


def test_who_wrote_a_plan_does_not_sign_it(office):
    strategy = office.strategy()
    office.heard(strategy)
    with office.open(office.ines), pytest.raises(Denied):
        steps.approve(actor=office.ines, strategy=strategy)


def test_an_approved_plan_keeps_its_promise(office):
    goal = office.goal()
    measure = office.measure(goal)
    funded(office, measure)
    approved(office, goal.strategy)
    with office.open(office.ines):
        acts = (
            lambda: plan.revise(actor=office.ines, strategy=goal.strategy, title="Another"),
            lambda: plan.set_goal(actor=office.ines, strategy=goal.strategy, code="G-1",
                                  title="Less", due=goal.due),
            lambda: plan.set_targets(actor=office.ines, goal=goal, targets=[("2026", Decimal(1))]),
            lambda: plan.rewrite(actor=office.ines, measure=measure, title="Less"),
            lambda: plan.set_money(actor=office.ines, measure=measure, year=2026,
                                   source="Treasury", planned=50),
        )  # fmt: skip
        for act in acts:
            with pytest.raises(plan.PlanIsFixed, match="Draft the next one"):
                act()
        plan.set_money(actor=office.ines, measure=measure, year=2026, source="Treasury", spent=40)
        assert BudgetLine.objects.get().spent == 40


def test_a_plan_ends_after_it_begins(office):
    with pytest.raises(InputError, match="last day"):
        office.strategy(first_day=date(2026, 1, 1), last_day=date(2025, 1, 1))
    with pytest.raises(InputError, match="within the years"):
        office.goal(due=date(2050, 1, 1))


def test_a_period_has_one_target(office):
    goal = office.goal()
    with office.open(office.ines), pytest.raises(InputError, match="one target"):
        plan.set_targets(
            actor=office.ines, goal=goal, targets=[("2026", Decimal(1)), ("2026", Decimal(2))]
        )


def test_a_measure_goes_its_way_and_is_funded_only_with_money(office):
    measure = office.measure()
    with office.open(office.ines):
        with pytest.raises(StepNotAllowed):
            steps.start(actor=office.ines, measure=measure)
        steps.agree(actor=office.ines, measure=measure)
        with pytest.raises(steps.NotFunded):
            steps.fund(actor=office.ines, measure=measure)
    funded(office, measure)
    with office.open(office.ines):
        steps.fund(actor=office.ines, measure=measure)
        started = steps.start(actor=office.ines, measure=measure)
        assert started.starts is not None
        with pytest.raises(InputError, match="Say why"):
            steps.stop(actor=office.ines, measure=measure, because="  ")
        stopped = steps.stop(actor=office.ines, measure=measure, because="The money is gone.")
        assert stopped.stage == ActionStage.STOPPED
        # What was stopped waits for its money anew.
        assert steps.resume(actor=office.ines, measure=measure).stage == ActionStage.AGREED


@pytest.mark.parametrize("name", ["karima", "leo", "mwana", "jabari"])
def test_only_a_planner_writes(office, name):
    strategy = office.strategy()
    who = getattr(office, name)
    with office.open(who), pytest.raises(Denied):
        plan.set_goal(actor=who, strategy=strategy, code="G-1", title="x", due=strategy.last_day)


def test_warnings_follow_from_the_principles(office):
    strategy = office.strategy()
    goal = office.goal(strategy, indicator="", baseline=None, baseline_period="")
    measure = office.measure(goal)
    with office.open():
        found = queries.goals_of(Strategy.objects.get())
        whole = warnings.of_strategy(strategy, found)
        assert {"P-2.authority", "P-5.policy", "P-6.children", "P-9.literacy"} <= set(whole)
        assert {"P-1.sides", "P-2.owner", "P-3.baseline", "P-3.indicator", "P-3.target"} <= set(
            warnings.of_goal(found[0])
        )
        lacking = warnings.of_measure(found[0].measures.all()[0], measure.due)
        assert lacking == ["P-2.owner", "P-2.money", "P-4.article", "P-8.options"]


def test_what_is_put_right_is_warned_of_no_more(office):
    measure = office.measure(articles=["CRC 19"], instrument="law", options_rejected="A leaflet.")
    funded(office, measure)
    with office.open(office.ines):
        owners = [(office.bodies["ministry"], "lead", "S1"), (office.bodies["telecom"], "partner", "S4"),
                  (office.bodies["parents"], "partner", "S6")]  # fmt: skip
        plan.name_owners(actor=office.ines, measure=measure, owners=owners)
        found = queries.measure_for(office.ines, measure.reference)
        assert warnings.of_measure(found, measure.due) == []
        goals = queries.goals_of(found.goal.strategy)
        assert "P-1.sides" not in warnings.of_goal(goals[0])
        with pytest.raises(InputError, match="One organisation leads"):
            plan.name_owners(
                actor=office.ines, measure=measure,
                owners=[(one, "lead", "S1") for one in list(office.bodies.values())[:2]],
            )  # fmt: skip


def test_every_warning_has_its_sentence(office):
    goal = office.goal(indicator="", baseline=None, baseline_period="")
    measure = office.measure(goal)
    with office.open():
        goals = queries.goals_of(goal.strategy)
        codes = [
            *warnings.of_strategy(goal.strategy, goals), *warnings.of_goal(goals[0]),
            *warnings.of_measure(queries.measure_for(office.ines, measure.reference), date.max),
        ]  # fmt: skip
        assert "late" in codes
        assert all(str(warnings.sentence(one)) for one in codes)
