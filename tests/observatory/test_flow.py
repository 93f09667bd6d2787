"""From a hotline row to a public number, through facts, parcels and a release."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from copse.base import access, database, facts
from copse.base.access import Actor
from copse.base.database import DeskKey
from copse.base.facts import collecting
from copse.hotline.models import Concern, Material
from copse.observatory import queries, services

HOTLINE = DeskKey(uuid4(), "hotline")
OBSERVATORY = DeskKey(uuid4(), "observatory")
HANA = Actor(uuid4(), "Hana", OBSERVATORY, frozenset({"observatory-publisher"}))
START = datetime(2026, 10, 3, 9, tzinfo=UTC)
OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))


@pytest.fixture
def october(db):
    """Twelve concerns, each with a material that was gone two days after its notice."""
    with database.as_desk(HOTLINE):
        for at in range(12):
            number = f"{at:06d}"
            Concern(
                reference=f"C-26-{number}", origin="portal", journey="saw", risk_class="contact",
                age_band="unknown", language="en", received_hour=START, priority=1,
            ).save(force_insert=True)  # fmt: skip
            Material(
                reference=f"H-26-{number}", address=f"https://host.example/{at}",
                host="host.example", digest=number * 10, risk_class="contact", age_band="unknown",
                priority=1, received_hour=START, label="national_youth", label_version="1",
                intake_stopped=START + timedelta(hours=1), decided_at=START + timedelta(hours=4),
                noticed_at=START + timedelta(hours=5), gone_at=START + timedelta(hours=53),
            ).save(force_insert=True)  # fmt: skip


def test_the_hotline_counts_each_event_in_its_month(october):
    with database.as_desk(HOTLINE):
        for name in services.COUNTS:
            expected = {} if name == "hotline.notices" else {("2026-10", "contact"): 12}
            assert facts.fact(name).cells(*OCTOBER) == expected
            assert facts.fact(name).cells(date(2026, 11, 1), date(2026, 12, 1)) == {}


@pytest.mark.parametrize(
    ("clock", "bucket"), [("intake", "1"), ("decision", "4"), ("notice", "1"), ("removal", "48")]
)
def test_the_four_clocks_fall_into_buckets(october, clock, bucket):
    with database.as_desk(HOTLINE):
        found = facts.fact(f"hotline.clock.{clock}").cells(*OCTOBER)
    assert found == {("2026-10", "contact", bucket): 12}


def test_every_published_figure_is_a_fact_of_a_room():
    assert {one.name for one in facts.registered()} >= {*services.COUNTS, *services.CLOCKS}


def test_a_hotline_row_becomes_a_public_number(october):
    with database.as_desk(HOTLINE):
        sheets = [
            collecting.sheet(fact, HOTLINE.id, *OCTOBER) for fact in facts.registered("hotline")
        ]
    with database.as_desk(OBSERVATORY, HANA.user_id):
        for sheet in sheets:
            services.receive(actor=access.system(OBSERVATORY), sheet=sheet)
        release = services.publish(actor=HANA, until="2026-10")
        page = queries.page_of(release.sha256, release.body)
    assert page.totals[1] == ("Material decided", ["0", "10", "0", "0", "0", "10"])
    assert page.medians[3] == (
        "From notice to removal",
        ["too few", "within 48 hours", *["too few"] * 3, "within 48 hours"],
    )
