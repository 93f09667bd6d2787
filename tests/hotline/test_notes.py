"""A note for the evidence is sealed; who may open it, when, and that it is written down."""

import pytest
from django.test import Client
from django.urls import reverse

from copse.base import audit, vault
from copse.base.access import Denied
from copse.base.accounts.models import User
from copse.hotline.models import Material, Reading
from copse.hotline.queries import material as queries
from copse.hotline.workflow import Action
from tests.hotline.test_views import Door


@pytest.fixture
def come_in(monkeypatch):
    def enter(who):
        monkeypatch.setattr("copse.base.access.views._door", lambda: Door(who))
        client = Client()
        client.force_login(User.objects.get(pk=who.user_id))
        return client

    return enter


def notes(hotline, who, material):
    """The words that somebody can open about a material."""
    with hotline.open(who):
        found = Material.objects.get(pk=material.pk)
        return [queries.note_of(who, one) for one in queries.notes_about(who, found)]


def reading_of(hotline, who):
    with hotline.open(who):
        return Reading.objects.select_related("material").get(analyst_id=who.user_id)


def test_ones_own_note_opens_at_any_time(hotline):
    material = hotline.material()
    hotline.read_as(hotline.amara, material, note="Amara’s words")
    assert notes(hotline, hotline.amara, material) == ["Amara’s words"]
    hotline.read_as(hotline.ben, material)
    assert notes(hotline, hotline.amara, material) == ["Amara’s words"]


def test_a_colleagues_note_stays_closed_until_the_material_is_decided(hotline):
    material = hotline.material()
    hotline.read_as(hotline.amara, material, note="Amara’s words")
    reading = reading_of(hotline, hotline.amara)
    for who in (hotline.ben, hotline.gita):
        assert notes(hotline, who, material) == []
        with hotline.open(who), pytest.raises(Denied, match=r"decided|lead"):
            queries.note_of(who, reading)
    hotline.read_as(hotline.ben, material)
    assert notes(hotline, hotline.esi, material) == ["Amara’s words"]
    assert notes(hotline, hotline.gita, material) == ["Amara’s words"]


def test_a_lead_opens_what_three_read_differently(hotline):
    material = hotline.material()
    hotline.read_as(hotline.amara, material, note="one")
    hotline.read_as(hotline.ben, material, "not_illegal", note="two")
    hotline.read_as(hotline.esi, material, "baseline_act")
    assert notes(hotline, hotline.gita, material) == ["one", "two"]
    assert notes(hotline, hotline.ben, material) == ["two"]
    assert notes(hotline, hotline.esi, material) == []


def test_opening_is_written_down_and_listing_is_not(hotline):
    material = hotline.material()
    hotline.read_as(hotline.amara, material, note="Amara’s words")
    reading = reading_of(hotline, hotline.amara)
    with hotline.open(hotline.amara):
        queries.notes_about(hotline.amara, reading.material)
        assert audit.actions_on(reading) == []
    notes(hotline, hotline.amara, material)
    with hotline.open(hotline.amara):
        assert audit.actions_on(reading) == [Action.NOTE]


def test_the_page_opens_them_and_is_not_stored(hotline, come_in):
    material = hotline.material()
    hotline.read_as(hotline.amara, material, note="CANARY <b>")
    amara, address = come_in(hotline.amara), reverse("hotline:notes", args=[material.reference])
    page = amara.get(reverse("hotline:material", args=[material.reference])).content.decode()
    assert address in page
    assert "CANARY" not in page
    answer = amara.get(address)
    assert "CANARY &lt;b&gt;" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert amara.post(address).status_code == 405


def test_a_page_without_a_note_that_one_may_open_says_so(hotline, come_in):
    material = hotline.material()
    hotline.read_as(hotline.amara, material, note="CANARY")
    ben, address = come_in(hotline.ben), reverse("hotline:notes", args=[material.reference])
    page = ben.get(reverse("hotline:material", args=[material.reference])).content.decode()
    assert address not in page
    answer = ben.get(address).content.decode()
    assert "There is no note that you may open." in answer
    assert "CANARY" not in answer


def test_the_desk_of_another_body_finds_no_page(hotline, come_in):
    material = hotline.material()
    hotline.read_as(hotline.amara, material, note="CANARY")
    stranger = come_in(hotline.stranger)
    assert stranger.get(reverse("hotline:notes", args=[material.reference])).status_code == 404


def test_an_erased_note_says_so_plainly_beside_the_others(hotline, come_in):
    material = hotline.material()
    hotline.read_as(hotline.amara, material, note="first")
    hotline.read_as(hotline.ben, material, note="second")
    reading = reading_of(hotline, hotline.amara)
    with hotline.open(hotline.ben):
        vault.erase(reading.note, hotline.ben)
    page = come_in(hotline.ben).get(reverse("hotline:notes", args=[material.reference]))
    assert page.status_code == 200
    assert "This record was erased. Nobody can open it again." in page.content.decode()
    assert "second" in page.content.decode()


def test_without_the_desks_key_the_page_says_whom_to_ask(hotline, come_in):
    import dataclasses

    material = hotline.material()
    hotline.read_as(hotline.amara, material, note="CANARY")
    keyless = dataclasses.replace(hotline.amara, keyring=None)
    reading = reading_of(hotline, hotline.amara)
    answer = come_in(keyless).get(reverse("hotline:notes", args=[material.reference]))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "CANARY" not in page
    assert "govuk-inset-text" in page
    with hotline.open(hotline.amara):
        assert audit.actions_on(reading) == [], "what stayed closed was not looked at"
