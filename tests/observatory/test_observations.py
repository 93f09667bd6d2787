"""Numbers that people type: one types, another checks, a period closes, a correction is a vintage."""

from decimal import Decimal

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from django.utils import timezone

from copse.base import audit
from copse.base.access import Denied
from copse.kit.errors import InputError, RefusedError, StepNotAllowed
from copse.kit.indicators import Status, UnknownIndicator
from copse.kit.periods import BadPeriod
from copse.observatory.models import Observation
from copse.observatory.services import observations
from copse.observatory.services.observations import Counted, Locked, Overlaps, Typed
from copse.observatory.workflow import ObservationAction, ObservationStage
from tests.observatory.counting import GITA, HANA, OLU, come, newest, number, opened

SURVEY, SCHOOLS = "REP-AWARE", "VIC-CERTIFIED"
ASKED = Typed("Survey of 900 children, May 2025.", value=Decimal("41.5"), denominator=900)
COUNTED = Typed("Register of schools, 31 December 2025.", numerator=120, denominator=480)


@pytest.fixture(autouse=True)
def observatory(db):
    with opened(OLU):
        yield


def typed(code=SURVEY, period="2025", what=ASKED, **more):
    return observations.type_in(actor=OLU, code=code, period=period, typed=what, **more)


def approved(**more):
    row = typed(**more)
    observations.submit(actor=OLU, observation=row)
    return observations.approve(actor=HANA, observation=row)


def test_a_number_is_typed_handed_in_and_approved_by_somebody_else():
    row = approved()

    assert (row.stage, row.value, row.typed_by) == ("approved", Decimal("41.5"), OLU.user_id)
    assert row.approved_by == HANA.user_id
    assert audit.actions_on(row) == [
        ObservationAction.TYPE, ObservationAction.SUBMIT, ObservationAction.APPROVE,
    ]  # fmt: skip


def test_a_share_of_two_counts_is_worked_out():
    assert typed(SCHOOLS, what=COUNTED).value == 25
    nothing = Typed("Register.", numerator=0, denominator=0)
    row = typed(SCHOOLS, "2024", nothing)
    assert (row.status, row.value) == (Status.UNDEFINED, None)


def test_who_typed_a_number_does_not_approve_it():
    from dataclasses import replace

    row = typed()
    observations.submit(actor=OLU, observation=row)
    both = replace(OLU, roles=OLU.roles | HANA.roles)
    with pytest.raises(Denied, match="somebody else"):
        observations.approve(actor=both, observation=row)
    with pytest.raises(Denied):
        observations.approve(actor=OLU, observation=row)


def test_the_database_refuses_one_person_as_both(db):
    row = typed()
    with pytest.raises(IntegrityError, match="approved_by_somebody_else"), transaction.atomic():
        Observation.objects.filter(pk=row.pk).update(approved_by=row.typed_by)
    with pytest.raises(IntegrityError, match="typed_is_approved"), transaction.atomic():
        Observation.objects.filter(pk=row.pk).update(stage="approved")
    with pytest.raises(IntegrityError, match="observation_stage"), transaction.atomic():
        Observation.objects.filter(pk=row.pk).update(stage="published")


def test_a_returned_number_says_why_and_is_typed_again():
    row = typed()
    observations.submit(actor=OLU, observation=row)
    with pytest.raises(InputError, match="put right"):
        observations.send_back(actor=HANA, observation=row, because=" ")
    sent = observations.send_back(actor=HANA, observation=row, because="Which children?")
    assert (sent.stage, sent.returned_because) == (ObservationStage.RETURNED, "Which children?")

    again = typed(what=Typed("Survey of 900 children of 10 to 17.", Decimal(40), None, 900))
    assert (again.pk, again.stage, again.returned_because) == (row.pk, "draft", "")


@pytest.mark.parametrize("stage", ["submitted", "approved", "locked"])
def test_what_was_handed_in_is_not_edited_and_the_sentence_says_what_to_do(stage):
    row = typed()
    observations.submit(actor=OLU, observation=row)
    if stage != "submitted":
        observations.approve(actor=HANA, observation=row)
    if stage == "locked":
        observations.lock(actor=HANA, code=SURVEY, period="2025")
    said = {"submitted": "returned", "approved": "new vintage", "locked": "is closed"}[stage]
    with pytest.raises(Locked, match=said):
        typed(what=Typed("Better.", Decimal(99), None, 900))
    assert newest(SURVEY, "2025").value == Decimal("41.5")


def test_a_locked_period_takes_no_step_back():
    row = approved()
    assert observations.lock(actor=HANA, code=SURVEY, period="2025") == 1
    for act in (
        lambda: observations.submit(actor=OLU, observation=row),
        lambda: observations.send_back(actor=HANA, observation=row, because="No."),
        lambda: observations.approve(actor=HANA, observation=row),
    ):
        with pytest.raises(StepNotAllowed):
            act()
    with pytest.raises(RefusedError, match="nothing to close"):
        observations.lock(actor=HANA, code=SURVEY, period="2025")


def test_a_correction_is_a_new_vintage_and_both_stay():
    old = approved()
    observations.lock(actor=HANA, code=SURVEY, period="2025")
    new = observations.revise(
        actor=OLU, observation=old, typed=Typed("Weights put right.", Decimal(43), None, 900)
    )
    old.refresh_from_db()
    assert old.stage == ObservationStage.LOCKED, "it stands until the new one is approved"

    observations.submit(actor=OLU, observation=new)
    observations.approve(actor=HANA, observation=new)
    old.refresh_from_db()
    assert (old.stage, old.value) == (ObservationStage.REVISED, Decimal("41.5"))
    assert (new.vintage, newest(SURVEY, "2025").value) == (2, 43)
    assert ObservationAction.REVISE in audit.actions_on(new)


def test_only_one_correction_is_under_way_and_a_draft_needs_none():
    row = typed()
    with pytest.raises(StepNotAllowed):
        observations.revise(actor=OLU, observation=row, typed=ASKED)
    old = approved(period="2024")
    observations.revise(actor=OLU, observation=old, typed=ASKED)
    with pytest.raises(Locked):
        observations.revise(actor=OLU, observation=old, typed=ASKED)


def test_what_a_desk_counts_is_typed_by_nobody():
    with pytest.raises(Counted, match="A desk counts"):
        typed("REP-SENT", "2026-09", Typed("I think.", value=Decimal(5)))
    come(number("portal.submitted", "2026-09", 4))
    row = newest("REP-SENT", "2026-09")
    with pytest.raises(Counted):
        observations.revise(actor=OLU, observation=row, typed=ASKED)


@pytest.mark.parametrize("period", ["2025-Q3", "2025-09"])
def test_a_period_of_another_length_is_refused_and_the_right_one_named(period):
    with pytest.raises(Overlaps, match="such as 2025"):
        typed(period=period)


def test_periods_that_hold_the_same_months_are_refused(monkeypatch):
    """The catalogue may ask for years where it asked for quarters before."""
    from dataclasses import replace

    from copse.kit.indicators import catalogue

    typed()
    quarterly = {**catalogue().indicators}
    quarterly[SURVEY] = replace(quarterly[SURVEY], cadence="quarterly")
    changed = replace(catalogue(), indicators=quarterly)
    monkeypatch.setattr(observations, "catalogue", lambda: changed)
    with pytest.raises(Overlaps, match="value for 2025"):
        typed(period="2025-Q3")
    assert typed(period="2024-Q3").period == "2024-Q3"


@pytest.mark.parametrize(
    ("field", "what", "code"),
    [
        ("note", Typed(" ", Decimal(4), None, 10), SURVEY),
        ("value", Typed("From.", None, None, 10), SURVEY),
        ("value", Typed("From.", Decimal(101), None, 10), SURVEY),
        ("value", Typed("From.", Decimal(-1), None, 10), SURVEY),
        ("denominator", Typed("From.", Decimal(4)), SURVEY),
        ("numerator", Typed("From.", None, 6, 5), SCHOOLS),
        ("numerator", Typed("From.", Decimal(5)), SCHOOLS),
        ("denominator", Typed("From.", None, 6, None), SCHOOLS),
        ("denominator", Typed("From.", None, 6, 10**20), SCHOOLS),
    ],
)
def test_what_does_not_fit_names_its_field(field, what, code):
    with pytest.raises(InputError) as refused:
        typed(code, what=what)
    assert refused.value.facts["field"] == field


def test_periods_and_codes_that_are_none_are_refused():
    with pytest.raises(UnknownIndicator):
        typed("NO-SUCH")
    with pytest.raises(BadPeriod):
        typed(period="last year")
    with pytest.raises(InputError, match="not over"):
        typed(period=str(timezone.localdate().year))
    with pytest.raises(InputError, match="broken down"):
        typed(breakdown={"planet": "mars"})
    with pytest.raises(InputError, match="broken down"):
        typed(breakdown={"age": "<script>"})
    assert typed(breakdown={"age": "13-15"}).breakdown == {"age": "13-15"}


def test_each_verb_asks_who_may():
    row = typed()
    for who in (GITA, HANA):
        with pytest.raises(Denied):
            observations.type_in(actor=who, code=SURVEY, period="2024", typed=ASKED)
    with pytest.raises(Denied):
        observations.submit(actor=GITA, observation=row)
    observations.submit(actor=OLU, observation=row)
    for act in (
        lambda: observations.send_back(actor=OLU, observation=row, because="Mine."),
        lambda: observations.lock(actor=OLU, code=SURVEY, period="2025"),
        lambda: observations.revise(actor=GITA, observation=row, typed=ASKED),
    ):
        with pytest.raises(Denied):
            act()
