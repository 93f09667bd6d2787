"""The plan's pages, as its people open and post them."""

import pytest
from django.urls import reverse

from copse.strategy.models import Measure, Milestone, Strategy
from copse.strategy.services import steps
from copse.strategy.workflow import StrategyStage

PLAN = {"title": "Safe and able", "first_day": "2026-01-01", "last_day": "2028-12-31"}
GOAL = {"code": "G-1", "title": "Gone in a day", "due": "2028-12-31", "indicator": "REP-TTR",
        "baseline": "80", "baseline_period": "2025", "targets": "2026-Q4 48\n2028 24",
        "plan_tags": "SDG 16.2, Digital Plan"}  # fmt: skip
MEASURE = {"brief_action": "IND-4", "title": "A direct line", "due": "2027-06-30",
           "articles": "CRC 19, OPSC 3", "instrument": "co_regulation"}  # fmt: skip


def text(response):
    return response.content.decode()


def test_a_planner_writes_a_plan_from_nothing(office, enter):
    client = enter(office.ines)
    assert "There is no plan yet." in text(client.get(reverse("strategy:plan")))
    made = client.post(reverse("strategy:new"), PLAN)
    assert made.status_code == 303
    with office.open():
        ref = Strategy.objects.get().reference
    assert client.post(reverse("strategy:new-goal", args=[ref]), GOAL).status_code == 303
    page = text(client.get(reverse("strategy:goal", args=[ref, "G-1"])))
    assert "2028 24" in page
    new = reverse("strategy:new-measure", args=[ref, "G-1"])
    assert client.post(new, MEASURE).status_code == 303
    with office.open():
        measure = Measure.objects.get()
        assert measure.articles == ["CRC 19", "OPSC 3"]
    home = text(client.get(reverse("strategy:plan")))
    assert "Gone in a day" in home
    assert measure.title in home
    assert "No child was heard and answered." in home


def test_owners_money_and_milestones_are_written_on_the_page(office, enter):
    measure, client = office.measure(), enter(office.ines)
    ref = [measure.reference]
    owner = {"owner-organisation": office.bodies["telecom"], "owner-part": "lead",
             "owner-group": "S4"}  # fmt: skip
    money = {"money-year": "2026", "money-source": "Treasury", "money-currency": "XAR",
             "money-planned": "1000", "money-funded": "600", "money-spent": "10"}  # fmt: skip
    step = {"milestone-title": "First calls", "milestone-due": "2026-12-31"}
    for name, posted in (("owner", owner), ("money", money), ("milestone", step)):
        assert client.post(reverse(f"strategy:{name}", args=ref), posted).status_code == 303
    page = text(client.get(reverse("strategy:measure", args=ref)))
    assert "The telecom" in page
    assert "1,000 XAR" in page
    assert "First calls" in page
    with office.open():
        key = Milestone.objects.get().pk
    assert client.post(reverse("strategy:reach", args=[*ref, key])).status_code == 303
    assert client.post(reverse("strategy:step", args=[*ref, "agree"])).status_code == 303
    assert "Agreed" in text(client.get(reverse("strategy:measure", args=ref)))


@pytest.mark.parametrize(
    ("field", "wrong", "said"),
    [
        ("code", "one", "such as G-1"),
        ("targets", "2026-Q9 12", "is not a period and a number"),
        ("targets", "2026 twelve", "is not a period and a number"),
        ("targets", "2026 1\n2026 2", "one target only"),
        ("due", "2050-01-01", "within the years of the plan"),
        ("baseline_period", "last year", "2026-Q3"),
    ],
)
def test_a_goal_that_does_not_fit_is_shown_again_as_typed(office, enter, field, wrong, said):
    strategy, client = office.strategy(), enter(office.ines)
    there = reverse("strategy:new-goal", args=[strategy.reference])
    page = client.post(there, {**GOAL, field: wrong, "finding": "What children told us"})
    assert page.status_code == 200
    assert said in text(page)
    assert "What children told us" in text(page)


def test_a_signatory_signs_on_the_page_and_not_before_children_were_heard(office, enter):
    strategy, client = office.strategy(), enter(office.jabari)
    approve = reverse("strategy:approve", args=[strategy.reference])
    followed = client.post(approve, follow=True)
    assert "Hear children about this plan" in text(followed)
    office.heard(strategy)
    client.post(approve)
    assert office.fresh(strategy).stage == StrategyStage.APPROVED


def test_who_may_not_finds_nothing(office, enter):
    measure, client = office.measure(), enter(office.mwana)
    strategy = measure.goal.strategy
    assert client.get(reverse("strategy:plan")).status_code == 200
    assert client.get(reverse("strategy:new")).status_code == 404
    for name, args in (
        ("approve", [strategy.reference]), ("money", [measure.reference]),
        ("stop", [measure.reference]), ("document", ["IND-4"]), ("publish", []),
    ):  # fmt: skip
        assert client.post(reverse(f"strategy:{name}", args=args)).status_code == 404
    assert client.get(reverse("strategy:measure", args=["A-99-000000"])).status_code == 404
    assert client.get(reverse("strategy:action", args=["NOT-1"])).status_code == 404


def test_a_step_that_is_not_open_is_said(office, enter):
    measure, client = office.measure(), enter(office.ines)
    with office.open(office.ines):
        steps.stop(actor=office.ines, measure=measure, because="No.")
    there = reverse("strategy:step", args=[measure.reference, "finish"])
    assert "cannot be done" in text(client.post(there, follow=True))
    unknown = reverse("strategy:step", args=[measure.reference, "burn"])
    assert client.post(unknown).status_code == 404


@pytest.mark.parametrize("language", ["en", "fr", "ar", "sw"])
def test_every_action_has_a_page_in_every_language(office, enter, language):
    client = enter(office.ines)
    listed = client.get(f"/{language}/desk/strategy/actions/")
    assert listed.status_code == 200
    for code in ("RIGHTS-1", "REP-1", "AWARE-3", "X-1"):
        assert f"/actions/{code}/" in text(listed)
        assert client.get(f"/{language}/desk/strategy/actions/{code}/").status_code == 200
