"""The public numbers in a real browser: every language, both directions, with and without script."""

from uuid import uuid4

import pytest

from copse.base import access, database
from copse.base.access import Actor
from copse.base.database import DeskKey
from copse.kit.parcels import FactSheet
from copse.observatory import services
from tests.journeys.walk import LANGUAGES, WIDTHS
from tests.portal.browser import arbora

DESK = DeskKey(uuid4(), "observatory")
HANA = Actor(uuid4(), "Hana", DESK, frozenset({"observatory-publisher"}))
SHEETS = (
    ("hotline.concerns", (("2026-10", "contact"), 60), (("2026-10", "content"), 30),
     (("2026-10", "conduct"), 3)),
    ("hotline.concerns", (("2026-01", "content"), 25)),
    ("hotline.clock.removal", (("2026-10", "contact", "24"), 30)),
)  # fmt: skip


@pytest.fixture
def numbers(site):
    arbora()
    with database.as_desk(DESK, HANA.user_id):
        for fact, *cells in SHEETS:
            period, size = cells[0][0][0], len(cells[0][0])
            sheet = FactSheet(
                id=uuid4(), desk=uuid4(), room="hotline", fact=fact, period=period,
                dimensions=("month", "risk_class", "hours")[:size], cells=tuple(cells),
            )  # fmt: skip
            services.receive(actor=access.system(DESK), sheet=sheet)
        services.publish(actor=HANA, until="2026-10")
    return site


def test_the_numbers_read_well(numbers, browser_page, checked):
    page = browser_page()
    for language in LANGUAGES:
        page.goto(f"{numbers}/{language}/numbers/")
        checked(page, f"numbers-{language}", widths=WIDTHS)
    assert page.complaints == []
    assert page.context.cookies() == []


def test_a_chart_begins_where_its_readers_do_and_its_table_stands_beside(numbers, browser_page):
    page = browser_page(1280, script=False)
    page.goto(f"{numbers}/en/numbers/reports/")
    beside(page.locator(".copse-chart").first)
    # October is the last of the twelve months: on the right in English, on the left in Arabic.
    assert middle_of_the_highest_bar(page) > 0.8
    page.goto(f"{numbers}/ar/numbers/reports/")
    assert middle_of_the_highest_bar(page) < 0.2


def beside(chart):
    picture = chart.locator("svg.copse-chart__picture").bounding_box()
    table = chart.locator("table").bounding_box()
    frame = chart.locator(".copse-scroll").bounding_box()
    assert table["x"] >= picture["x"] + picture["width"], "beside, not below"
    assert table["width"] <= frame["width"] + 1, "every column is seen"


def middle_of_the_highest_bar(page):
    picture = page.locator(".copse-chart svg.copse-chart__picture").first
    frame = picture.bounding_box()
    bars = [one.bounding_box() for one in picture.locator("rect").all()]
    highest = max(bars, key=lambda bar: bar["height"])
    return (highest["x"] - frame["x"]) / frame["width"]
