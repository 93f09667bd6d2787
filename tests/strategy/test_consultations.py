"""Asking people, keeping them safe, hearing them, and answering."""

from datetime import timedelta

import pytest
from django.utils import timezone

from copse.base import audit
from copse.base.access import Denied
from copse.kit.errors import InputError, StepNotAllowed
from copse.strategy.queries import consultations as queries
from copse.strategy.queries import warnings
from copse.strategy.services import consultations
from copse.strategy.services.consultations import NotAnswered, NotMadeSafe, PlanIsOver
from copse.strategy.workflow import ConsultationAction, ConsultationStage, StrategyStage

TODAY = timezone.localdate()
CAME = {"people": 12, "groups": ["S6"], "age_bands": ["9-12"], "heard": "We want an answer."}


def designed(office, strategy=None, **more):
    strategy = strategy or office.strategy()
    fields = {"title": "What helps?", "question": "What helps you?", "groups": ["S6"],
              "children": True, "safeguarding": "Two adults, never one.", **more}  # fmt: skip
    with office.open(office.ines):
        return consultations.design(actor=office.ines, strategy=strategy, **fields)


def step(office, who, verb, row, **more):
    actor = getattr(office, who)
    with office.open(actor):
        return getattr(consultations, verb)(actor=actor, consultation=row, **more)


def opened(office, **more):
    row = step(office, "leo", "safeguard", designed(office, **more))
    return step(office, "ines", "open_", row, on=TODAY - timedelta(30))


def heard(office, **more):
    return step(office, "ines", "hear", opened(office), **{**CAME, **more})


def test_children_are_designed_for_kept_safe_heard_and_answered(office):
    row = heard(office)
    assert (row.stage, row.children, row.heard_on) == (ConsultationStage.HEARD, True, TODAY)
    with office.open():
        assert not warnings.children_answered(row.strategy)
    row = step(office, "jabari", "answer", row, answer=" This is what we do. ")
    assert (row.answer, row.answered_on) == ("This is what we do.", TODAY)
    row = step(office, "ines", "close", row)
    assert row.stage == ConsultationStage.CLOSED
    with office.open():
        assert warnings.children_answered(row.strategy)
        assert audit.actions_on(row) == [
            ConsultationAction.DESIGN, ConsultationAction.SAFEGUARD, ConsultationAction.OPEN,
            ConsultationAction.HEAR, ConsultationAction.ANSWER, ConsultationAction.CLOSE,
        ]  # fmt: skip


def test_who_designed_it_does_not_approve_how_children_are_kept_safe(office):
    row = designed(office)
    office.ines = office.with_role(office.ines, "strategy-safeguarding")
    with pytest.raises(Denied, match="somebody else"):
        step(office, "ines", "safeguard", row)
    assert step(office, "leo", "safeguard", row).safeguarded_by == office.leo.user_id


def test_nobody_is_asked_before_they_are_kept_safe(office):
    row = designed(office, safeguarding="  ")
    with pytest.raises(StepNotAllowed):
        step(office, "ines", "open_", row)
    with pytest.raises(NotMadeSafe, match="kept safe"):
        step(office, "leo", "safeguard", row)
    row = step(office, "ines", "redesign", row, safeguarding="Two adults.")
    row = step(office, "leo", "safeguard", row)
    with pytest.raises(NotMadeSafe, match="approved as it stands"):
        step(office, "ines", "redesign", row, safeguarding="One adult.")


def test_children_do_not_come_to_what_was_approved_for_grown_ups(office):
    row = opened(office, children=False, groups=["S4"])
    with pytest.raises(NotMadeSafe, match="grown-ups only"):
        step(office, "ines", "hear", row, **CAME)


def test_what_was_meant_for_children_and_heard_none_does_not_count_as_hearing_them(office):
    row = heard(office, age_bands=[])
    assert not row.children
    row = step(office, "ines", "answer", row, answer="So it is.")
    with office.open():
        assert not warnings.children_answered(row.strategy)


@pytest.mark.parametrize("stage", ["designed", "safeguarded", "open", "heard"])
def test_nothing_is_closed_without_an_answer(office, stage):
    row = office.heard(office.strategy(), stage=stage, answer="", answered_on=None)
    wrong = NotAnswered if stage == "heard" else StepNotAllowed
    with pytest.raises(wrong):
        step(office, "ines", "close", row)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"people": 0}, "how many"),
        ({"people": -3}, "how many"),
        ({"age_bands": ["18+"]}, "from the list"),
        ({"age_bands": ["all"]}, "from the list"),
        ({"groups": []}, "at least one"),
        ({"groups": ["S9"]}, "at least one"),
        ({"groups": ["S1"]}, "children and families"),
        ({"heard": " \n"}, "what they said"),
        ({"on": TODAY + timedelta(1)}, "over, or today"),
        ({"on": TODAY - timedelta(40)}, "before it opened"),
    ],
)
def test_what_was_heard_must_fit(office, wrong, said):
    row = opened(office)
    with pytest.raises(InputError, match=said):
        step(office, "ines", "hear", row, **{**CAME, **wrong})
    assert office.fresh(row).stage == ConsultationStage.OPEN


def test_an_empty_answer_is_none(office):
    row = heard(office)
    with pytest.raises(InputError, match="what you answer"):
        step(office, "ines", "answer", row, answer="  ")


def test_nobody_is_asked_about_a_plan_that_has_ended(office):
    strategy = office.strategy()
    strategy.stage = StrategyStage.CLOSED
    with pytest.raises(PlanIsOver):
        designed(office, strategy)


@pytest.mark.parametrize("who", ["karima", "leo", "mwana", "jabari"])
def test_only_a_planner_designs_and_hears(office, who):
    with pytest.raises(Denied):
        step(office, who, "hear", opened(office), **CAME)
    with pytest.raises(Denied):
        step(office, who, "redesign", designed(office), title="x")


def test_the_clock_runs_from_the_day_they_were_heard(office):
    row = opened(office)
    assert queries.days_left(row) is None
    row = step(office, "ines", "hear", row, **CAME, on=TODAY - timedelta(30))
    assert queries.days_left(row) == 30
    assert queries.answer_due(row) == TODAY + timedelta(30)
    row.heard_on = TODAY - timedelta(61)
    assert queries.days_left(row) == -1
    row = step(office, "ines", "answer", row, answer="Yes.")
    assert queries.days_left(row) is None


def test_those_who_wait_for_an_answer_come_first(office):
    strategy = office.strategy()
    waiting = office.heard(strategy, stage="heard", answer="", answered_on=None)
    office.heard(strategy)
    with office.open():
        found = queries.consultations_for(office.mwana)
    assert found[0] == waiting
    assert len(found) == 2
