"""What a plan lacks, as the principles of the brief see it. A warning never blocks; it is shown.

Codes begin with the principle they come from; `sentence` says them in the reader's language.
"""

from collections.abc import Iterator
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from copse.kit import indicators
from copse.strategy.models import Consultation, Goal, Measure, Strategy
from copse.strategy.workflow import ActionStage, ConsultationStage

SENTENCES: dict[str, str | Promise] = {
    "P-1.sides": _("Government, industry and society do not all carry a part of it."),
    "P-2.authority": _("No authority owns the plan."),
    "P-2.owner": _("It has no owner."),
    "P-2.money": _("It has no money."),
    "P-2.unfunded": _("Money is planned, and none was given."),
    "P-3.finding": _("It cites no finding."),
    "P-3.baseline": _("It has no dated baseline."),
    "P-3.indicator": _("No indicator says whether it is reached."),
    "P-3.target": _("It has no target."),
    "P-4.article": _("It names no article of a treaty."),
    "P-5.policy": _("No other law or plan is named that this one builds on."),
    "P-6.children": _("No child was heard and answered."),
    "P-6.group": _("Groups of the brief were not consulted."),
    "P-7.tag": _("It is tied to no economic or social plan."),
    "P-8.options": _("It does not say which other instruments were weighed."),
    "P-9.access": _("No goal measures access."),
    "P-9.literacy": _("No goal measures digital literacy."),
    "P-10.outcome": _("No goal measures how safe children are or feel."),
    "late": _("Its day has passed."),
}
GROUPS = ("S1", "S2", "S3", "S4", "S5", "S6", "S7")
# The three sides of P-1: government, industry, society.
SIDES = ({"S1", "S2", "S3"}, {"S4"}, {"S5", "S6", "S7"})
ANSWERED = (ConsultationStage.ANSWERED, ConsultationStage.CLOSED)
HEARD = (ConsultationStage.HEARD, *ANSWERED)
# What P-9 and P-10 ask about, as actions of the brief that an indicator of a goal belongs to.
ACCESS, LITERACY = {"REP-1", "REP-3", "IND-5"}, {"EDU-2", "EDU-3"}
OUTCOME = {"VIC-4", "VIC-5", "REP-3", "DATA-2", "IND-4", "REG-3"}
OVER = (ActionStage.DONE, ActionStage.STOPPED)


def sentence(code: str) -> str | Promise:
    """A warning in the reader's language."""
    return SENTENCES[code]


def children_answered(strategy: Strategy) -> bool:
    """Whether children were heard about the plan, and had their answer."""
    answered = Consultation.objects.filter(strategy=strategy, children=True, stage__in=ANSWERED)
    return answered.exists()


def of_strategy(strategy: Strategy, goals: list[Goal]) -> list[str]:
    """What the plan as a whole lacks."""
    return list(_of_strategy(strategy, goals))


def _of_strategy(strategy: Strategy, goals: list[Goal]) -> Iterator[str]:
    if strategy.authority_id is None:
        yield "P-2.authority"
    if not strategy.policies.exists():
        yield "P-5.policy"
    if not children_answered(strategy):
        yield "P-6.children"
    if groups_not_heard(strategy):
        yield "P-6.group"
    known = indicators.catalogue()
    measured = {
        code for goal in goals if goal.indicator in known for code in known[goal.indicator].actions
    }
    for code, wanted in (
        ("P-9.access", ACCESS), ("P-9.literacy", LITERACY), ("P-10.outcome", OUTCOME),
    ):  # fmt: skip
        if not measured & wanted:
            yield code


def groups_not_heard(strategy: Strategy) -> list[str]:
    """The groups of the brief that no consultation about the plan has heard."""
    heard = strategy.consultations.filter(stage__in=HEARD).values_list("groups", flat=True)
    return sorted(set(GROUPS) - {group for groups in heard for group in groups})


def of_goal(goal: Goal) -> list[str]:
    """What a goal lacks."""
    return list(_of_goal(goal))


def _of_goal(goal: Goal) -> Iterator[str]:
    groups = {owner.group for one in goal.measures.all() for owner in one.owners.all()}
    if not all(groups & side for side in SIDES):
        yield "P-1.sides"
    if goal.owner_id is None:
        yield "P-2.owner"
    if not (goal.finding and goal.finding_source):
        yield "P-3.finding"
    if goal.baseline is None or not goal.baseline_period:
        yield "P-3.baseline"
    if not goal.indicator:
        yield "P-3.indicator"
    if not goal.targets.all():
        yield "P-3.target"
    if not goal.plan_tags:
        yield "P-7.tag"


def of_measure(measure: Measure, today: date) -> list[str]:
    """What a measure lacks."""
    return list(_of_measure(measure, today))


def _of_measure(measure: Measure, today: date) -> Iterator[str]:
    lines = list(measure.budget.all())
    if not any(owner.part == "lead" for owner in measure.owners.all()):
        yield "P-2.owner"
    if not any(line.planned for line in lines):
        yield "P-2.money"
    elif not any(line.funded for line in lines):
        yield "P-2.unfunded"
    if not measure.articles:
        yield "P-4.article"
    if not (measure.instrument and measure.options_rejected):
        yield "P-8.options"
    if measure.due < today and measure.stage not in OVER:
        yield "late"
