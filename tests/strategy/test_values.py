"""From rows at the strategy desk to a value that its goals read, through the observatory."""

from datetime import date
from decimal import Decimal

from copse.base import database, facts, jobs
from copse.observatory.models import Observation
from copse.observatory.services import indicators, values
from copse.strategy.models import Power, Value
from copse.strategy.workflow import PlanAction
from tests.observatory.counting import access

TODAY = date(2026, 11, 25)


def night(office):
    """What happens each night: rooms count, the observatory computes and tells."""
    with office.open():
        facts.collect(today=TODAY)
    jobs.drain()
    system = access.system(office.observatory.key)
    with database.as_desk(office.observatory.key):
        indicators.recompute(actor=system)
        values.send(actor=system)
    jobs.drain()


def test_a_gap_in_the_law_becomes_a_value_of_the_goal_that_reads_it(office):
    from copse.strategy.queries.law_counts import pairs

    with office.open():
        for (harm, power), state in zip(pairs(), ("in_force", "absent", "absent"), strict=False):
            Power(harm=harm, power=power, state=state).save(force_insert=True)
    night(office)

    with office.open():
        found = Value.objects.get(indicator="LEGIS-GAP", period="2026-10", breakdown={})
        assert found.value == Decimal(2)
        assert (found.origin, found.vintage) == ("computed", 1)
    with database.as_desk(office.observatory.key):
        assert not Observation.objects.filter(stage="approved", sent=False).exists()


def test_a_night_that_brings_nothing_new_sends_nothing(office):
    """The second night learns from the first one's values which evidence is fresh."""
    night(office)
    night(office)
    with office.open():
        before = {one.pk: one.vintage for one in Value.objects.all()}
    night(office)
    with office.open():
        assert {one.pk: one.vintage for one in Value.objects.all()} == before


def test_values_are_received_by_the_system_alone(office):
    from copse.base.access import may

    assert not may(office.ines, PlanAction.RECEIVE)
