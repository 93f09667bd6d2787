"""What shows an action, and how old it may be."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from copse.base.access import Denied
from copse.kit.framework.model import NodeKind
from copse.kit.parcels import IndicatorValue, IndicatorValues
from copse.strategy.models import Value
from copse.strategy.queries import evidence, progress
from copse.strategy.queries import plan as queries
from copse.strategy.queries.evidence import Standing
from copse.strategy.services import plan, steps, values

TODAY = date(2026, 11, 25)


def value(office, indicator="IND-NONE", period="2026-Q3", number="30", vintage=1):
    one = IndicatorValue(
        indicator=indicator, period=period, value=number, origin="computed", vintage=vintage,
        taken_on="2026-10-05",
    )  # fmt: skip
    with office.open():
        return values.receive(
            actor=office.system, parcel=IndicatorValues(id=uuid.uuid4(), values=(one,))
        )


def standing(office, code, today=TODAY):
    with office.open():
        return evidence.of(code, today).standing


def document(office, code, dated, months=12):
    with office.open(office.ines):
        plan.attach(actor=office.ines, brief_action=code, title="Report", dated=dated,
                    fresh_months=months)  # fmt: skip


def test_every_action_of_the_brief_says_something(office):
    with office.open():
        found = [one for _area, rows in evidence.by_area() for one in rows]
    assert sum(one.node.kind == NodeKind.ACTION for one in found) == 44
    assert {one.standing for one in found} <= set(Standing)


def test_green_needs_evidence_younger_than_its_cadence(office):
    assert standing(office, "IND-4") == Standing.UNSHOWN
    value(office, "REP-TTR", "2025-Q3")
    assert standing(office, "IND-4") == Standing.OLD
    value(office, "REP-TTR", "2026-Q3")
    assert standing(office, "IND-4") == Standing.SHOWN
    assert standing(office, "IND-4", date(2027, 6, 1)) == Standing.OLD


def test_a_document_grows_old(office):
    assert standing(office, "IND-7") == Standing.NOTHING
    document(office, "IND-7", date(2025, 11, 24))
    assert standing(office, "IND-7") == Standing.OLD
    document(office, "IND-7", date(2025, 11, 25))
    assert standing(office, "IND-7") == Standing.SHOWN


def test_what_is_late_is_not_green_whatever_shows_it(office):
    value(office, "REP-TTR", "2026-Q3")
    measure = office.measure(due=TODAY - timedelta(1))
    assert standing(office, "IND-4") == Standing.LATE
    with office.open(office.ines):
        steps.stop(actor=office.ines, measure=measure, because="Done elsewhere.")
    assert standing(office, "IND-4") == Standing.SHOWN


def test_a_plan_counts_as_not_shown_yet(office):
    office.measure(brief_action="IND-7", due=TODAY + timedelta(10))
    assert standing(office, "IND-7") == Standing.UNSHOWN


def test_an_old_vintage_does_not_bury_a_correction(office):
    value(office, "REP-TTR", number="30", vintage=2)
    assert value(office, "REP-TTR", number="99", vintage=1) == 0
    with office.open():
        assert Value.objects.get().value == Decimal(30)


def test_only_the_observatorys_parcel_brings_values(office):
    with office.open(office.ines), pytest.raises(Denied):
        values.receive(actor=office.ines, parcel=IndicatorValues(id=uuid.uuid4(), values=()))


def test_a_goal_reads_its_indicator(office):
    goal = office.goal()
    year = goal.strategy.first_day.year
    with office.open(office.ines):
        plan.set_targets(actor=office.ines, goal=goal, targets=[(str(year + 2), Decimal(20))])
    value(office, "REP-TTR", f"{year}-Q3", "50")
    with office.open():
        found = progress.of_goal(queries.goals_of(goal.strategy)[0])
    assert (found.status, found.latest.value) == ("on_track", 50.0)
    assert timezone.localdate() > found.latest.day
