"""The demonstration fills an empty install once, and every chart then has a figure."""

import json
import time

import pytest
from django.db import connection

from copse.base import database
from copse.base.organisations.directory import Country, Service
from copse.hotline.models import Concern, Material
from copse.observatory import queries
from copse.project.demo import fill, people


@pytest.fixture
def arbora(committed_db):
    began = time.monotonic()
    assert fill()
    return time.monotonic() - began


def test_filling_once_shows_something_everywhere(arbora):
    from copse.base.organisations.models import Desk

    assert arbora < 60
    assert not fill()
    assert Country.objects.get().name == "Arbora"
    assert 8 <= Service.objects.count() <= 12
    desk = Desk.objects.get(room="hotline")
    with database.as_desk(desk):
        stages = set(Material.objects.values_list("stage", flat=True))
        assert {"queued", "read", "noticed", "gone", "dismissed"} <= stages
        told = set(Concern.objects.values_list("stage", flat=True))
        assert {"open", "claimed", "answered", "closed", "following"} <= told
        assert {"en", "fr", "ar", "sw"} <= set(Concern.objects.values_list("language", flat=True))
    with database.as_room("public"):
        body = json.loads(queries.latest_release().body)
    for fact in (*body["counts"], *body["clocks"]):
        mine = [one for one in body["observations"] if one["fact"] == fact]
        assert any(one["value"] for one in mine if one["month"] == "_T"), fact
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
        assert cursor.fetchone() == (0,)


def test_the_cast_can_open_what_was_told(arbora):
    from copse.base import vault
    from copse.base.accounts.models import User
    from copse.base.organisations.models import Desk

    cast = people.Cast(
        {desk.room: desk for desk in Desk.objects.all()},
        {user.name.lower(): user for user in User.objects.all()},
    )
    amara = cast.actor("amara", unlocked=True)
    with database.as_desk(amara.desk, amara.user_id):
        for envelope in Concern.objects.values_list("envelope", flat=True)[:20]:
            assert vault.open(amara, envelope)["story"]


def test_the_cast_of_the_tests(cast):
    assert cast.amara.keyring
    assert cast.desks["hotline"].key == cast.amara.desk
