"""The law under a label, as whoever reads material sees it."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from copse.base import database, handover, jobs
from copse.base.access import Denied
from copse.base.accounts.models import User
from copse.base.organisations.models import Desk, Organisation
from copse.hotline.models import LegalBasis, Reading
from copse.hotline.queries import labels
from copse.hotline.services import labels as services
from copse.kit.parcels import LegalGround, LegalGrounds

ACT = LegalGround(law="Cybercrime Act 2019", provision="12(3)", in_force=True)
OLD = LegalGround(law="Penal Code", provision="88", in_force=False)


@pytest.fixture
def strategy(hotline):
    with database.as_room("administration"):
        desk = Desk(organisation=Organisation.objects.first(), room="strategy", name="strategy")
        desk.save(force_insert=True)
    return desk


@pytest.fixture
def browser(hotline, monkeypatch):
    class Door:
        def actor_for(self, _request, _room):
            return hotline.amara

        def is_fresh(self, _request):
            return True

    monkeypatch.setattr("copse.base.access.views._door", Door)
    client = Client()
    client.force_login(User.objects.get(pk=hotline.amara.user_id))
    return client


def tell(desk, **grounds):
    with database.as_desk(desk.key):
        handover.send("hotline", LegalGrounds(id=uuid.uuid4(), labels=grounds))
    jobs.drain()


def test_a_parcel_replaces_all_that_was_known(hotline, strategy):
    tell(strategy, national_child=[ACT, OLD], national_youth=[OLD])
    tell(strategy, national_child=[OLD], baseline_act=[])
    with hotline.open():
        assert {one.label for one in LegalBasis.objects.all()} == {"national_child", "baseline_act"}
        assert not labels.basis_of("national_child").in_force
        assert "Penal Code, 88" in labels.basis_of("national_child").sentence
        assert "has not said" in labels.basis_of("national_youth").sentence
        assert labels.basis_of("not_illegal") is None
        assert labels.basis_of("") is None


def test_another_hotline_does_not_see_it(hotline, strategy):
    tell(strategy, national_child=[ACT])
    with hotline.open(hotline.stranger):
        assert not LegalBasis.objects.exists()


def test_people_do_not_receive_the_law(hotline):
    parcel = LegalGrounds(id=uuid.uuid4(), labels={"national_child": [ACT]})
    with hotline.open(hotline.gita), pytest.raises(Denied):
        services.receive(actor=hotline.gita, parcel=parcel)


def test_under_each_label_stands_its_law_and_none_in_force_does_not_block_reading(
    hotline, strategy, browser
):
    tell(strategy, national_child=[ACT], national_youth=[OLD])
    material = hotline.material()
    hotline.claim(hotline.amara, material)
    there = reverse("hotline:read", args=[material.reference])
    page = browser.get(there).content.decode()
    assert "Rests on Cybercrime Act 2019, 12(3)." in page
    assert "No provision in force: this cannot be called illegal here. Not in force: Penal" in page
    read = {"label": "national_youth", "age_band": "13-15", "severity": "level_1"}
    assert browser.post(there, read).status_code == 303
    with hotline.open():
        assert Reading.objects.get().label == "national_youth"


@pytest.mark.parametrize(
    ("ground", "said"), [(ACT, "Rests on Cybercrime Act"), (OLD, "cannot be called illegal")]
)
def test_a_decided_material_shows_the_law_under_its_label(hotline, strategy, browser, ground, said):
    tell(strategy, national_child=[ground])
    material = hotline.material()
    hotline.read_as(hotline.amara, material)
    hotline.read_as(hotline.ben, material)
    page = browser.get(reverse("hotline:material", args=[material.reference])).content.decode()
    assert said in page
