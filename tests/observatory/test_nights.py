"""What the clock does each night, from the portal's tallies to a value of an indicator."""

from datetime import date

import pytest

from copse.base import database, facts, jobs
from copse.base.facts import collecting
from copse.base.facts import tasks as collection
from copse.base.jobs.registry import SCHEDULES
from copse.base.jobs.running import run
from copse.observatory.models import Observation, PlanText, Sheet
from copse.portal.models import Tally
from tests.observatory.test_indicator_pages import House

TODAY = date(2026, 11, 25)


@pytest.fixture
def house(db):
    return House()


def tally(month, event, count):
    with database.as_room("portal"):
        Tally(month=month, language="en", event=event, shard=0, count=count).save(force_insert=True)


def test_the_portal_has_no_desk_and_is_counted_all_the_same(house):
    tally("2026-10", "started", 80)
    tally("2026-10", "submitted", 60)
    tally("2026-11", "submitted", 5)
    with database.as_room("portal"):
        assert collecting.collect(today=TODAY, months=1) == 2
    jobs.drain()
    with house.open():
        assert {row.fact: row.cells for row in Sheet.objects.all()} == {
            "portal.started": [[["2026-10", "en"], 80]],
            "portal.submitted": [[["2026-10", "en"], 60]],
        }


def test_the_nightly_work_computes_and_tells(house):
    tally("2026-10", "started", 80)
    tally("2026-10", "submitted", 60)
    assert facts.collect_all(today=TODAY, months=1) > 2
    jobs.drain()
    run("observatory.recompute", room="observatory", desk=str(house.desk.pk), arguments={})
    with house.open():
        found = Observation.objects.get(indicator="REP-DONE", period="2026-10", breakdown={})
        assert (found.value, found.stage) == (75, "approved")


def test_each_room_with_facts_has_its_nights_and_the_observatory_computes_after_them():
    for room in facts.rooms():
        assert SCHEDULES[f"facts.collect.{room}"].cron == collection.NIGHTLY
        assert SCHEDULES[f"facts.collect-year.{room}"].cron == collection.WEEKLY
    assert set(facts.rooms()) == {"portal", "hotline", "strategy", "observatory"}
    minute, hour, *_days = SCHEDULES["observatory.recompute"].cron.split()
    collected = collection.NIGHTLY.split()
    assert (int(hour), int(minute)) > (int(collected[1]), int(collected[0]))


def test_the_plan_that_comes_is_kept_and_an_older_one_buries_nothing(house):
    from uuid import uuid4

    from copse.base import audit
    from copse.base.access import Denied
    from copse.kit.parcels import PublishedPlan
    from copse.observatory.services import receiving
    from copse.observatory.workflow import Action

    sender = uuid4()

    def come(day, title, actor=house.system):
        parcel = PublishedPlan(
            id=uuid4(), desk=sender, taken_on=day, body={"strategy": {"title": title}}
        )
        return receiving.receive_plan(actor=actor, parcel=parcel)

    with house.open():
        come("2026-11-02", "New")
        kept = come("2026-11-01", "Old")
        assert PlanText.objects.get().body["strategy"]["title"] == "New"
        come("2026-11-02", "Newer of the day")
        assert PlanText.objects.get().body["strategy"]["title"] == "Newer of the day"
        assert audit.actions_on(kept) == [Action.RECEIVE_PLAN] * 3
        with pytest.raises(Denied):
            come("2026-11-03", "Mine", actor=house.hana)


def test_one_sheet_that_does_not_fit_refuses_the_parcel_whole(house):
    from copse.observatory.services import BadSheet
    from tests.observatory.counting import number

    bad = number("portal.submitted", "2026-10", -1)
    with pytest.raises(BadSheet):
        house.come(number("portal.started", "2026-10", 5), bad)
    with house.open():
        assert not Sheet.objects.exists()
