"""A parcel becomes a concern, and each address one material."""

import threading

import pytest
from django.db import connections

from copse.base import audit, database
from copse.base.access import Denied
from copse.hotline.models import Concern, Material, Sighting
from copse.hotline.services import concerns
from copse.hotline.workflow import ConcernAction


def test_a_concern_about_an_address_follows_its_material(hotline):
    concern = hotline.receive()
    with hotline.open():
        material = Material.objects.get()
        assert concern.stage == "following"
        assert (material.stage, material.host, material.spread) == ("queued", "bad.example", 1)
        assert audit.actions_on(concern) == [ConcernAction.RECEIVE]


def test_the_same_address_twice_is_one_material(hotline):
    hotline.receive(addresses=("https://BÜCHER.example:443/a#x", "https://bücher.example/a"))
    hotline.receive(addresses=("https://xn--bcher-kva.example/b/../a",))
    with hotline.open():
        assert Material.objects.get().spread == 2
        assert Sighting.objects.count() == 2


def test_a_parcel_twice_is_one_concern(hotline):
    parcel = hotline.parcel()
    for _ in range(2):
        with hotline.open():
            concerns.receive(actor=hotline.system, parcel=parcel)
    with hotline.open():
        assert Concern.objects.count() == Material.objects.get().spread == 1


@pytest.mark.parametrize("typed", ["my brother's phone", "https://", "\0", "x" * 5000])
def test_what_is_no_address_comes_to_a_person(hotline, typed):
    concern = hotline.receive(addresses=(typed,))
    assert concern.stage == "open"
    assert len(concern.odd_addresses) == 1


def test_what_happened_to_a_child_comes_to_a_person_and_its_address_to_the_queue(hotline):
    concern = hotline.receive(journey="happened")
    assert concern.stage == "open"
    with hotline.open():
        assert Material.objects.count() == 1


def test_unknown_codes_are_kept_out(hotline):
    concern = hotline.receive(risk_code="<b>", risk_class="?", age_band="ten")
    assert (concern.risk_code, concern.risk_class, concern.age_band) == ("", "", "unknown")


def test_nobody_but_the_system_receives(hotline):
    with pytest.raises(Denied), hotline.open(hotline.amara):
        concerns.receive(actor=hotline.amara, parcel=hotline.parcel())


def test_another_desk_sees_none_of_it(hotline):
    hotline.receive()
    with database.as_desk(hotline.other_desk):
        assert not Concern.objects.exists()
        assert not Material.objects.exists()
        assert not Sighting.objects.exists()


def test_twelve_workers_with_one_address_make_one_material(committed_hotline):
    failed = []

    def work():
        try:
            committed_hotline.receive(addresses=("https://one.example/", "https://two.example/"))
        except Exception as error:  # noqa: BLE001 - shown below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with committed_hotline.open():
        assert sorted(Material.objects.values_list("host", "spread")) == [
            ("one.example", 12), ("two.example", 12)]  # fmt: skip
