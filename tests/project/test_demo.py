"""The demonstration fills an empty install once, and every chart then has a figure."""

import html
import json
import re
import time

import pytest
from django.db import connection

from copse.base import database
from copse.base.accounts.models import User
from copse.base.organisations import retention
from copse.base.organisations.directory import Country, Service
from copse.base.organisations.models import Desk
from copse.hotline.models import Concern, Material
from copse.kit.framework.library import shipped
from copse.kit.framework.model import NodeKind
from copse.kit.indicators import catalogue
from copse.observatory import queries
from copse.observatory.queries import naming
from copse.observatory.queries.opendata import FORMATS, Published, rows
from copse.observatory.services import printing
from copse.project.demo import fill, people
from tests.observatory.tagged import Tagged


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


def released():
    with database.as_room("public"):
        found = queries.latest_release()
        assert found.body  # read here, where it may be
        return found


PUBLIC = ("", "strategy/", "actions/", "indicators/", "law/", "council/", "reports/", "data/")


@pytest.mark.parametrize("lang", ["en", "fr", "ar", "sw"])
def test_every_public_page_of_arbora_opens(arbora, client, lang):
    for place in PUBLIC:
        answer = client.get(f"/{lang}/numbers/{place}")
        assert answer.status_code == 200, place
        assert len(answer.content) < 150_000
        assert not answer.cookies


def test_each_of_the_44_actions_tells_the_truth_about_arbora(arbora, client):
    brief = shipped()["itu-brief"]
    release = released()
    plan = json.loads(release.body)["plan"]
    standings = {one["code"]: one["standing"] for one in plan["actions"]}
    actions = brief.of_kind(NodeKind.ACTION)
    assert len(actions) == 44
    assert len(set(standings.values())) >= 3
    for node in actions:
        page = client.get(f"/en/numbers/actions/{node.id}/")
        assert page.status_code == 200
        tag = str(naming.STANDING[standings[node.id]].title)
        assert tag in page.text, node.id
    assert client.get("/en/numbers/actions/NOT-1/").status_code == 404


@pytest.mark.parametrize("lang", ["en", "fr", "ar", "sw"])
def test_arboras_papers_are_printed_to_the_standard(arbora, lang):
    """Every goal of the plan in the strategy; and no letter of Arbora that our font does not have."""
    release = released()
    made = {
        kind: Tagged(printing.document(kind, release, lang, code))
        for kind, code in (("strategy", ""), ("report", ""), ("action", "REP-1"))
    }
    for found in made.values():
        assert b"<pdfuaid:part>1</pdfuaid:part>" in found.root["/Metadata"].get_data()
    said = "".join("".join(said.split()) for _name, _e, said in made["strategy"].elements())
    for goal in json.loads(release.body)["plan"]["goals"]:
        assert "".join(goal["title"].split()) in said


def test_every_number_leads_to_its_formula_release_and_fact(arbora, client):
    """From a goal on the front page: indicator, formula, fact, release; and back to the action."""
    release = released()
    content = json.loads(release.body)
    front = client.get("/en/numbers/").text
    for goal in content["goals"]:
        place = f"/en/numbers/indicators/{goal['indicator']}/"
        assert place in front
        page = client.get(place).text
        indicator = catalogue()[goal["indicator"]]
        assert html.escape(indicator.formula["en"]) in page
        assert all(fact in page for fact in indicator.facts)
        assert f"/en/numbers/releases/{release.reference}/figures.json" in page
        assert f"/en/numbers/actions/{indicator.actions[0]}/" in page
    known = [one for one in content["indicators"] if one["status"] == "known"]
    assert len(known) >= 18
    waiting = [one for one in content["indicators"] if one["status"] == "waiting"]
    assert all(one["waiting_for"] for one in waiting)


def test_the_front_page_says_whether_arbora_is_on_track(arbora, client):
    front = client.get("/en/numbers/").text
    assert "Is the country on track?" in front
    assert re.search(r"\d of 6 goals are on track", front)
    content = json.loads(released().body)
    assert {one["status"] for one in content["goals"]} >= {"on_track", "off_track"}
    overdue = [one for one in content["plan"]["council"]["decisions"] if one["overdue"]]
    assert overdue
    assert all(html.escape(one["text"]) in front for one in overdue)


def test_nothing_public_holds_a_person_of_the_cast(arbora):
    body = released().body
    assert [person.name for person in people.PEOPLE if person.name in body] == []
    assert "people" not in json.loads(body)["plan"]["consultations"][0]


def test_arboras_release_becomes_every_file_of_open_data(arbora):
    with database.as_room("public"):
        found = Published.of(queries.latest_release(), site="https://numbers.example")
    told = {row["INDICATOR"] for row in rows(found)}
    assert {"REP-DONE", "hotline-concerns"} <= told
    made = {one.name: one.make(found) for one in FORMATS.values()}
    assert all(made.values())
    assert made["iati"].count(b"<iati-activity ") > 1
