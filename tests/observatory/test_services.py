import csv
import hashlib
import io
import json
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import Error
from django.utils import timezone

from copse.base import access, audit, database
from copse.base.access import Actor, Denied
from copse.base.database import DeskKey
from copse.kit.errors import InputError
from copse.kit.parcels import FactSheet
from copse.observatory import queries, services
from copse.observatory.models import Release, Sheet
from copse.observatory.workflow import Action

OBSERVATORY = DeskKey(uuid4(), "observatory")
HOTLINE = uuid4()
HANA = Actor(uuid4(), "Hana", OBSERVATORY, frozenset({"observatory-publisher"}))
GITA = Actor(uuid4(), "Gita", OBSERVATORY, frozenset())
SYSTEM = access.system(OBSERVATORY)
MONTH = "2026-10"


@pytest.fixture
def observatory(db):
    with database.as_desk(OBSERVATORY, HANA.user_id):
        yield


def send(fact="hotline.concerns", cells=((("2026-10", "contact"), 12),), **changes):
    dimensions = ("month", "risk_class", "hours")[: len(cells[0][0]) if cells else 2]
    values = {
        "id": uuid4(),
        "desk": HOTLINE,
        "room": "hotline",
        "fact": fact,
        "dimensions": dimensions,
        "period": MONTH,
        "cells": tuple(cells),
    }
    return services.receive(actor=SYSTEM, sheet=FactSheet(**{**values, **changes}))


def published():
    return json.loads(services.publish(actor=HANA, until=MONTH).body)


def value(content, fact, month, risk_class, statistic="count"):
    return next(
        (one["value"], one["conf_status"], one["bound"])
        for one in content["observations"]
        if (one["fact"], one["month"], one["risk_class"], one["statistic"])
        == (fact, month, risk_class, statistic)
    )


def test_a_later_sheet_replaces_the_earlier_one(observatory):
    send()
    send(cells=((("2026-10", "contact"), 20),))

    assert Sheet.objects.count() == 1
    assert value(published(), "hotline.concerns", MONTH, "contact") == (20, "F", "")


def test_desks_of_the_same_room_are_added_up(observatory):
    send()
    send(desk=uuid4())

    assert value(published(), "hotline.concerns", MONTH, "contact")[0] == 25


def test_small_cells_are_withheld_under_the_minimum_of_their_class(observatory):
    cells = ((("2026-10", "contact"), 42), (("2026-10", "content"), 8), (("2026-10", ""), 31))
    for fact in ("hotline.concerns", "hotline.decided"):
        send(fact=fact, cells=cells)

    content = published()

    assert value(content, "hotline.concerns", MONTH, "content") == (None, "C", "")
    assert value(content, "hotline.concerns", MONTH, "contact")[0] == 40
    assert value(content, "hotline.concerns", MONTH, "_T")[0] == 80
    assert value(content, "hotline.decided", MONTH, "content")[0] == 10
    assert value(content, "hotline.decided", MONTH, "not_known")[0] == 30


def test_a_small_cell_never_stands_alone(observatory):
    """What covers it is withheld under the same status, so that nobody knows which is small."""
    send(cells=((("2026-10", "contact"), 42), (("2026-10", "content"), 8), (("2026-10", ""), 31)))

    content = published()

    assert value(content, "hotline.concerns", MONTH, "not_known") == (None, "C", "")
    counts = [o["value"] for o in content["observations"] if o["statistic"] == "count"]
    assert not [n for n in counts if n is not None and 0 < n < 10]


def test_times_are_bounds_of_buckets_and_need_enough_items_on_either_side(observatory):
    send(
        fact="hotline.clock.removal",
        cells=(
            (("2026-10", "contact", "4"), 6),
            (("2026-10", "contact", "over"), 3),
            (("2026-10", "content", "24"), 1),
        ),
    )

    content = published()

    fact = "hotline.clock.removal"
    assert value(content, fact, MONTH, "contact", "median") == (None, "C", "")
    assert value(content, fact, MONTH, "_T", "median") == (4, "F", "at_most")
    assert value(content, fact, "_T", "_T", "p90") == (None, "C", "")
    send(fact=fact, cells=((("2026-10", "contact", "4"), 40), (("2026-10", "contact", "over"), 13)))
    assert value(published(), fact, "_T", "_T", "p90") == (672, "F", "over")


def test_csv_and_json_and_page_say_the_same(observatory):
    send(cells=((("2026-10", "contact"), 234), (("2026-10", "content"), 61), (("2026-10", ""), 3)))
    release = services.publish(actor=HANA, until=MONTH)
    figures = queries.figures_of(release.sha256, release.body)

    rows = list(csv.DictReader(io.StringIO(figures.csv())))
    written = json.loads(release.body)["observations"]

    assert len(rows) == len(written)
    for row, one in zip(rows, written, strict=True):
        assert row == {name: "" if one[name] is None else str(one[name]) for name in row}
    page = queries.page_of(release.sha256, release.body)
    assert page.totals[0] == (
        "Reports received",
        ["not shown", "235", "0", "0", "not shown", "300"],
    )
    assert "not shown" in page.pictures[0]
    assert "235" in page.pictures[0]


def test_a_release_is_frozen_under_its_digest_and_audited(observatory):
    send()
    release = services.publish(actor=HANA, until=MONTH)

    assert release.sha256 == hashlib.sha256(release.body.encode()).hexdigest()
    assert audit.actions_on(release) == [Action.PUBLISH]
    assert (release.first_month, release.last_month) == ("2025-11", MONTH)
    for verb in ("update observatory_release set body = ''", "delete from observatory_release"):
        with pytest.raises(Error, match="permission denied"), transaction.atomic():
            connection.cursor().execute(verb)


def test_the_same_numbers_are_not_published_twice(observatory):
    send()
    services.publish(actor=HANA, until=MONTH)

    with pytest.raises(services.NothingNew):
        services.publish(actor=HANA, until=MONTH)


def test_only_a_publisher_publishes(observatory):
    with pytest.raises(Denied):
        services.publish(actor=GITA, until=MONTH)
    with pytest.raises(Denied):
        services.preview(actor=GITA, until=MONTH)
    with pytest.raises(Denied):
        queries.releases_for(GITA)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"period": "October"}, "not a month"),
        ({"period": "2026-09"}, "another month"),
        ({"room": "helpline"}, "no fact of"),
        ({"dimensions": ("month",)}, "does not fit"),
    ],
)
def test_a_sheet_that_does_not_fit_is_refused(observatory, changes, says):
    with pytest.raises(services.BadSheet, match=says):
        send(**changes)


def test_a_month_must_be_one(observatory):
    with pytest.raises(InputError, match="2026-10"):
        services.preview(actor=HANA, until="soon")


def test_a_month_that_still_runs_is_neither_offered_nor_published(observatory):
    """Published today and again tomorrow, it would tell on which day a single report came."""
    today = timezone.now().date()
    running, last = f"{today:%Y-%m}", queries.last_full_month()
    offered = [month for month, _name in queries.months_offered()]
    assert offered[0] == last < running
    assert offered == sorted(offered, reverse=True)
    assert len(set(offered)) == 6
    for act in (services.preview, services.publish):
        for month in (running, "2999-01"):
            with pytest.raises(services.NotOver, match=last):
                act(actor=HANA, until=month)
    assert not Release.objects.exists()
    assert services.publish(actor=HANA).last_month == last


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 1, 1), "2025-12"),
        (date(2026, 3, 31), "2026-02"),
        (date(2026, 12, 31), "2026-11"),
    ],
)
def test_the_last_full_month_is_the_one_before(today, last):
    assert queries.last_full_month(today) == last


def test_the_public_reads_releases_and_no_sheet(db):
    with database.as_desk(OBSERVATORY, HANA.user_id):
        send()
        services.publish(actor=HANA, until=MONTH)
    with database.as_room("public"):
        assert Release.objects.count() == 1
        with pytest.raises(Error, match="permission denied"), transaction.atomic():
            Sheet.objects.count()


@pytest.mark.parametrize("room", ["portal", "hotline", "helpline", "strategy", "public"])
def test_no_other_room_reads_a_sheet(db, room):
    with (
        database.as_room(room),
        pytest.raises(Error, match="permission denied"),
        transaction.atomic(),
    ):
        Sheet.objects.count()
