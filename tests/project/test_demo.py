"""The demonstration fills an empty install once, and every chart then has a figure."""

import json
import time

import pytest
from django.db import connection

from copse.base import database
from copse.base.accounts.models import User
from copse.base.organisations import retention
from copse.base.organisations.directory import Country, Service
from copse.base.organisations.models import Desk
from copse.hotline.models import Concern, Material
from copse.observatory import queries
from copse.project.demo import fill, people


@pytest.fixture(scope="module")
def arbora(module_db):
    """Filled once for this module, whose tests only look."""
    began = time.monotonic()
    assert fill()
    return time.monotonic() - began


def test_filling_once_shows_something_everywhere(arbora):
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
    assert body["months"][-1] == queries.last_full_month(), "the running month stays in the house"
    for fact in (*body["counts"], *body["clocks"]):
        mine = [one for one in body["observations"] if one["fact"] == fact]
        assert any(one["value"] for one in mine if one["month"] == "_T"), fact
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
        assert cursor.fetchone() == (0,)


def test_the_cast_can_open_what_was_told(arbora):
    from copse.base import vault

    cast = people.Cast(
        {desk.room: desk for desk in Desk.objects.all()},
        {user.name.lower(): user for user in User.objects.all()},
    )
    amara = cast.actor("amara", unlocked=True)
    with database.as_desk(amara.desk, amara.user_id):
        told = Concern.objects.filter(erased_on=None)
        for envelope in told.values_list("envelope", flat=True)[:20]:
            assert vault.open(amara, envelope)["story"]


def test_the_clocks_of_arbora_have_figures(arbora):
    cast = people.Cast(
        {desk.room: desk for desk in Desk.objects.all()},
        {user.name.lower(): user for user in User.objects.all()},
    )
    farid = cast.actor("farid")
    with database.as_desk(farid.desk, farid.user_id):
        clocks = {one.kept.code: one for one in retention.clocks(farid)}
    assert clocks["hotline.story"].erased > 0
    assert clocks["hotline.dismissed"].erased > 0
    assert clocks["hotline.story"].held == clocks["hotline.evidence"].held == 1
    assert all(clock.due == 0 for clock in clocks.values())
    with database.as_desk(cast.desks["hotline"]):
        assert Concern.objects.filter(hold="held").count() == 1
        assert Material.objects.filter(hold="held").count() == 1
