"""Indicators are worked out from sheets: what is known, what is missing, and every vintage."""

from decimal import Decimal

import pytest

from copse.base import audit
from copse.base.access import Denied
from copse.kit.indicators import Status, catalogue
from copse.observatory.models import Observation, Sheet
from copse.observatory.services import indicators
from copse.observatory.workflow import ObservationAction, ObservationStage
from tests.observatory.counting import DESK, HANA, SYSTEM, come, newest, number, opened, sheet

BEGUN, SENT = "portal.started", "portal.submitted"
REMOVAL = "hotline.clock.removal"
CLOCK = ("month", "risk_class", "hours")


@pytest.fixture(autouse=True)
def observatory(db):
    with opened():
        yield


def quarter(fact, cells_of_a_month, months=("2026-07", "2026-08", "2026-09")):
    return [sheet(fact, month, cells_of_a_month, CLOCK) for month in months]


def test_a_share_is_worked_out_for_each_month_and_for_each_key():
    both = ("month", "language")
    come(
        sheet(BEGUN, "2026-09", [(("en",), 80), (("sw",), 20)], both),
        sheet(SENT, "2026-09", [(("en",), 40), (("sw",), 19)], both),
    )

    assert newest("REP-DONE", "2026-09").value == 59
    assert newest("REP-DONE", "2026-09", language="en").value == 50
    assert newest("REP-DONE", "2026-09", language="sw").value == 95
    assert newest("REP-SENT", "2026-09").value == 59
    found = newest("REP-DONE", "2026-09")
    assert (found.numerator, found.denominator, found.stage) == (59, 100, "approved")


def test_desks_of_one_room_are_added_up():
    from uuid import uuid4

    come(number(SENT, "2026-09", 40), number(SENT, "2026-09", 2, desk=uuid4()))

    assert newest("REP-SENT", "2026-09").value == 42


def test_nothing_to_divide_by_is_undefined_and_no_error():
    come(number(BEGUN, "2026-09", 0), number(SENT, "2026-09", 0))

    found = newest("REP-DONE", "2026-09")
    assert (found.status, found.value, found.stage) == (Status.UNDEFINED, None, "approved")


def test_an_absent_fact_is_named():
    come(number(SENT, "2026-09", 4))

    found = newest("REP-DONE", "2026-09")
    assert (found.status, found.value) == (Status.ABSENT, None)
    assert found.note == "portal.started 2026-09"
    assert found.stage == ObservationStage.DRAFT, "a gap is not approved by anybody"


def test_a_gap_between_two_months_says_which_month():
    come(number(SENT, "2026-07", 4), number(SENT, "2026-09", 4))
    assert newest("REP-SENT", "2026-08").note == "portal.submitted 2026-08"

    come(*quarter(REMOVAL, [(("contact", "24"), 30)], ("2026-07", "2026-09")))
    assert newest("REP-TTR", "2026-Q3").note == "hotline.clock.removal 2026-08"


def test_a_gap_that_is_filled_becomes_known_in_its_place():
    come(number(SENT, "2026-07", 4), number(SENT, "2026-09", 4))
    come(number(SENT, "2026-08", 6))

    found = newest("REP-SENT", "2026-08")
    assert (found.vintage, found.status, found.value) == (1, Status.KNOWN, 6)
    assert found.stage == ObservationStage.APPROVED


def test_before_counting_began_nothing_is_missing():
    come(*quarter(REMOVAL, [(("contact", "24"), 30)], ("2026-06", "2026-07", "2026-08", "2026-09")))

    assert newest("REP-TTR", "2026-Q2") is None
    assert newest("REP-TTR", "2026-Q3").value == 24


def test_a_median_is_the_bound_of_the_bucket_in_the_middle():
    come(
        *quarter(REMOVAL, [(("contact", "4"), 4), (("contact", "48"), 5), (("content", "over"), 1)])
    )

    assert newest("REP-TTR", "2026-Q3").value == 48
    assert newest("REP-TTR", "2026-Q3").denominator == 30
    assert newest("REP-TTR", "2026-Q3", risk_class="content").value == 672, "the last bound"
    assert newest("REP-TTR24", "2026-Q3").value == 40


def test_a_stock_is_known_each_month_and_is_its_last_day():
    cells = [(("HARM-1", "POWER-1"), 1), (("HARM-1", "POWER-2"), 1), (("HARM-2", "POWER-1"), 1)]
    by = ("month", "harm", "power")
    come(sheet("strategy.power_gaps_open", "2026-08", cells, by))
    come(sheet("strategy.power_gaps_open", "2026-09", cells[:2], by))

    assert newest("LEGIS-GAP", "2026-08").value == 3
    assert newest("LEGIS-GAP", "2026-09").value == 2
    assert newest("LEGIS-GAP", "2026-09", harm="HARM-1").value == 2
    assert newest("LEGIS-GAP", "2026-Q3") is None


def test_money_is_that_of_the_periods_own_year():
    by = ("month", "action", "year")
    planned = [(("REP-1", "2026"), 100), (("REP-1", "2027"), 900), (("LE-2", "2026"), 100)]
    come(
        sheet("strategy.budget_planned", "2026-09", planned, by),
        sheet("strategy.budget_spent", "2026-09", [(("REP-1", "2026"), 50)], by),
    )

    assert newest("ME-FUND", "2026-09").value == 25
    assert newest("ME-FUND", "2026-09", action="REP-1").value == 50
    assert newest("ME-FUND", "2026-09", year="2027").value == 0


def test_a_running_period_has_no_value():
    come(*quarter(REMOVAL, [(("contact", "24"), 30)], ("2026-10",)))

    assert not Observation.objects.filter(indicator="REP-TTR").exists()


def test_what_changes_after_approval_is_a_new_vintage_and_the_old_one_stays():
    come(number(SENT, "2026-09", 40))
    old = newest("REP-SENT", "2026-09")
    Observation.objects.filter(pk=old.pk).update(stage=ObservationStage.LOCKED)
    made = come(number(SENT, "2026-09", 41))

    assert (made.new, made.revised) == (0, 1)
    found = newest("REP-SENT", "2026-09")
    assert (found.vintage, found.value, found.stage) == (2, 41, ObservationStage.APPROVED)
    old.refresh_from_db()
    assert (old.value, old.stage) == (40, ObservationStage.REVISED)


def test_only_what_new_sheets_touch_is_worked_out(django_assert_max_num_queries):
    come(number(SENT, "2026-08", 40), number(SENT, "2026-09", 40))
    first = newest("REP-SENT", "2026-08")

    assert not come(number(SENT, "2026-08", 40)), "the same sheet again is nothing new"
    assert not Sheet.objects.filter(counted=False).exists()
    with django_assert_max_num_queries(2):
        indicators.recompute(actor=SYSTEM)
    come(number(SENT, "2026-09", 41))
    assert newest("REP-SENT", "2026-08") == first


def test_everything_worked_out_again_is_the_same():
    come(number(SENT, "2026-08", 40), number(BEGUN, "2026-08", 80))
    before = Observation.objects.count()

    assert not indicators.recompute(actor=SYSTEM, everything=True)
    assert Observation.objects.count() == before


def test_a_key_that_vanished_is_said_to_be_nothing():
    both = ("month", "language")
    come(sheet(SENT, "2026-09", [(("en",), 8), (("sw",), 2)], both))
    come(sheet(SENT, "2026-09", [(("en",), 10)], both))

    assert newest("REP-SENT", "2026-09", language="sw").value == 0


def test_of_what_is_only_known_today_the_first_sheet_stands():
    name = "strategy.measures"
    come(number(name, "2026-09", 4), first_stands=[name])
    come(number(name, "2026-09", 9), first_stands=[name])

    assert Sheet.objects.get().cells == [[["2026-09"], 4]]


def test_nobody_computes_by_hand_and_each_run_is_written_down():
    with pytest.raises(Denied):
        indicators.recompute(actor=HANA)
    come(number(SENT, "2026-09", 40))
    assert audit.actions_on(DESK.id) == [ObservationAction.COMPUTE]


def test_every_indicator_that_does_not_wait_reads_facts_that_a_room_declares():
    from copse.base import facts

    declared = {one.name for one in facts.registered()}
    missing = {
        fact for one in catalogue() if not one.waiting for fact in one.facts if fact not in declared
    }
    assert missing == set()
    assert Decimal(sum(not one.waiting for one in catalogue())) >= 18
