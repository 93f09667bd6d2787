"""What the desk tells travels back to the receipt, and only the reporter opens the words."""

import uuid

import pytest

from copse.base import database, vault
from copse.base.access import Denied
from copse.base.vault import Erased
from copse.hotline.models import Message
from copse.hotline.services import concerns
from copse.kit import parcels
from tests.hotline.people import HOUR


def test_an_answer_is_sealed_to_the_receipt(hotline):
    concern, private = hotline.sealed_receive(journey="happened", addresses=())
    with hotline.open(hotline.amara):
        concern = concerns.claim(actor=hotline.amara, concern=concern)
        concern = concerns.answer(
            actor=hotline.amara, concern=concern, status="need_more", text="Where was it?"
        )
        envelope = Message.objects.get(status_code="need_more").envelope
        assert vault.open(hotline.amara, envelope) == {"text": "Where was it?"}
    assert (concern.stage, concern.status_code) == ("answered", "need_more")
    with database.as_room("portal"):
        told = vault.open_with(private, concern.receipt, envelope)
    assert told == {"text": "Where was it?"}


def test_the_reporter_writes_back_and_somebody_must_read_it(hotline):
    concern, _ = hotline.sealed_receive(journey="happened", addresses=())
    with hotline.open(hotline.amara):
        concern = concerns.claim(actor=hotline.amara, concern=concern)
        concerns.answer(actor=hotline.amara, concern=concern, status="need_more", text="Where?")
    parcel = parcels.ReporterMessage(
        id=uuid.uuid4(), concern=concern.pk, envelope=uuid.uuid4(), received_hour=HOUR
    )
    for _ in range(2):
        with hotline.open():
            concerns.hear(actor=hotline.system, parcel=parcel)
    assert hotline.fresh(concern).stage == "open"
    with hotline.open():
        assert Message.objects.filter(from_reporter=True).count() == 1


def test_only_the_holder_answers(hotline):
    concern = hotline.concern()
    with hotline.open(hotline.amara):
        concern = concerns.claim(actor=hotline.amara, concern=concern)
    with pytest.raises(Denied), hotline.open(hotline.ben):
        concerns.answer(actor=hotline.ben, concern=concern, status="closed", text="x")


def test_a_withdrawn_story_is_gone_and_the_address_stays(hotline):
    concern, _ = hotline.sealed_receive()
    envelope = concern.envelope
    with hotline.open():
        concerns.withdraw(
            actor=hotline.system, parcel=parcels.Withdrawal(id=uuid.uuid4(), concern=concern.pk)
        )
    concern = hotline.fresh(concern)
    assert (concern.stage, concern.envelope, concern.receipt) == ("withdrawn", None, None)
    with pytest.raises(Erased), hotline.open(hotline.amara):
        vault.open(hotline.amara, envelope)


def test_everybody_who_reported_is_told(hotline):
    first, _ = hotline.sealed_receive()
    second, _ = hotline.sealed_receive()
    material = hotline.material()
    hotline.read_as(hotline.amara, material, "not_illegal")
    hotline.read_as(hotline.ben, material, "not_illegal")
    assert [hotline.fresh(one).status_code for one in (first, second)] == ["closed", "closed"]
