"""One material is with one analyst."""

import threading

import pytest
from django.db import connections

from copse.base.access import Denied
from copse.hotline.models import Material
from copse.hotline.services import materials
from copse.kit.errors import StepNotAllowed


def test_a_claim_stops_the_intake_clock(hotline):
    material = hotline.claim(hotline.amara, hotline.material())
    assert material.stage == "claimed"
    assert material.holder_id == hotline.amara.user_id
    assert material.intake_stopped is not None


def test_what_somebody_holds_cannot_be_claimed(hotline):
    material = hotline.claim(hotline.amara, hotline.material())
    with pytest.raises(StepNotAllowed):
        hotline.claim(hotline.ben, material)


def test_only_the_holder_or_a_lead_releases(hotline):
    material = hotline.claim(hotline.amara, hotline.material())
    with pytest.raises(Denied, match=r"Somebody else|another role"), hotline.open(hotline.ben):
        materials.release(actor=hotline.ben, material=material)
    with hotline.open(hotline.gita):
        material = materials.release(actor=hotline.gita, material=material)
    assert (material.stage, material.holder_id) == ("queued", None)


def test_danger_then_the_youngest_then_the_most_reported_comes_next(hotline):
    hotline.receive(addresses=("https://old.example/",), age_band="16-17")
    hotline.receive(addresses=("https://spread.example/",))
    hotline.receive(addresses=("https://spread.example/",))
    hotline.receive(addresses=("https://plain.example/",))
    hotline.receive(addresses=("https://young.example/",), age_band="0-5")
    hotline.receive(addresses=("https://danger.example/",), age_band="18+", danger_now=True)
    taken = []
    with hotline.open(hotline.amara):
        while (material := materials.take_next(actor=hotline.amara)) is not None:
            taken.append(material.host.partition(".")[0])
    assert taken == ["danger", "young", "spread", "plain", "old"]


def test_take_next_leaves_out_what_one_has_read(hotline):
    hotline.read_as(hotline.amara, hotline.material())
    with hotline.open(hotline.amara):
        assert materials.take_next(actor=hotline.amara) is None


def _at_once(*acts):
    barrier, outcomes = threading.Barrier(len(acts)), []

    def work(act):
        barrier.wait()
        try:
            outcomes.append(act())
        except StepNotAllowed:
            outcomes.append(None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_two_who_press_at_once_never_get_the_same(committed_hotline):
    hotline = committed_hotline
    hotline.receive(addresses=("https://one.example/", "https://two.example/"))

    def take(who):
        def act():
            with hotline.open(who):
                return materials.take_next(actor=who)

        return act

    taken = _at_once(take(hotline.amara), take(hotline.ben))
    assert len({material.pk for material in taken}) == 2

    third = hotline.material(addresses=("https://three.example/",))
    claims = _at_once(lambda: hotline.claim(hotline.amara, third),
                      lambda: hotline.claim(hotline.ben, third))  # fmt: skip
    assert sum(outcome is not None for outcome in claims) == 1
    with hotline.open():
        assert Material.objects.filter(stage="claimed").count() == 3
