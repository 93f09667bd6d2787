"""A label follows from two readings that agree, each made alone."""

import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from copse.base import audit, vault
from copse.base.access import Denied
from copse.hotline.models import Reading
from copse.hotline.workflow import Action
from copse.kit.errors import InputError, StepNotAllowed


def test_two_that_agree_decide(hotline):
    material = hotline.material()
    assert hotline.read_as(hotline.amara, material).stage == "read"
    decided = hotline.read_as(hotline.ben, material, age_band="6-8", severity="level_1")
    assert (decided.stage, decided.label) == ("to_notice", "national_child")
    assert (decided.label_age_band, decided.severity) == ("6-8", "level_1")
    assert decided.decided_at is not None
    with hotline.open():
        assert audit.actions_on(material)[-2:] == [Action.READ, Action.LABEL]


def test_one_person_never_decides_alone(hotline):
    material = hotline.material()
    hotline.read_as(hotline.amara, material)
    with pytest.raises(Denied, match="another analyst"):
        hotline.claim(hotline.amara, material)


def test_a_dismissal_needs_two_as_well(hotline):
    material = hotline.material()
    assert hotline.read_as(hotline.amara, material, "not_illegal").stage == "read"
    assert hotline.read_as(hotline.ben, material, "not_illegal").stage == "dismissed"


def test_a_third_breaks_a_disagreement(hotline):
    material = hotline.material()
    hotline.read_as(hotline.amara, material)
    assert hotline.read_as(hotline.ben, material, "not_illegal").stage == "read"
    assert hotline.read_as(hotline.esi, material).label == "national_child"


def test_three_labels_go_to_a_lead(hotline):
    material = hotline.material()
    hotline.read_as(hotline.amara, material)
    hotline.read_as(hotline.ben, material, "not_illegal")
    assert hotline.read_as(hotline.esi, material, "baseline_act").stage == "escalated"
    with pytest.raises(Denied):
        hotline.read(hotline.amara, material)
    decided = hotline.read(hotline.gita, material, "baseline_act")
    assert (decided.stage, decided.label) == ("to_notice", "baseline_act")


def test_who_does_not_hold_it_cannot_read(hotline):
    material = hotline.claim(hotline.amara, hotline.material())
    with pytest.raises(Denied):
        hotline.read(hotline.ben, material)


def test_decided_is_decided(hotline):
    material = hotline.material()
    hotline.read_as(hotline.amara, material)
    hotline.read_as(hotline.ben, material)
    with pytest.raises(StepNotAllowed):
        hotline.claim(hotline.esi, material)


@pytest.mark.parametrize("bad", [{"label": "porn"}, {"age_band": "ten"}, {"severity": ""}])
def test_codes_outside_the_lists_are_refused(hotline, bad):
    material = hotline.claim(hotline.amara, hotline.material())
    with pytest.raises(InputError):
        hotline.read(hotline.amara, material, **bad)


def test_the_note_is_sealed(hotline):
    material = hotline.material()
    hotline.read_as(hotline.amara, material, note="CANARY")
    with hotline.open(hotline.amara):
        reading = Reading.objects.get()
        assert vault.open(hotline.amara, reading.note) == {"note": "CANARY"}


def test_the_database_refuses_a_second_reading_and_any_change(hotline):
    material = hotline.material()
    hotline.read_as(hotline.amara, material)
    with hotline.open():
        made = Reading.objects.get()
        again = Reading(
            material=material, analyst_id=made.analyst_id, label="x", label_version="1",
            age_band="x", severity="x", made_at=timezone.now(),
        )  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            again.save(force_insert=True)


def test_the_database_refuses_a_decision_without_a_label(hotline):
    material = hotline.material()
    with hotline.open():
        material.stage = "to_notice"
        with pytest.raises(IntegrityError), transaction.atomic():
            material.save()


def copied(material, stage):
    """A second row like this one, at another stage."""
    material.pk, material.reference, material.digest = uuid.uuid4(), "H-26-900000", "d" * 64
    material.stage, material.label, material.decided_at = stage, "national_child", timezone.now()
    return material


def at_the_commit():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("stage", ["to_notice", "dismissed", "noticed", "gone", "closed"])
def test_the_database_refuses_material_that_is_written_decided(hotline, stage):
    born = copied(hotline.material(), stage)
    with hotline.open(), pytest.raises(IntegrityError, match="two readings"), transaction.atomic():
        _write_and_commit(born)


def test_material_may_be_written_together_with_its_two_readings(hotline):
    """As the demonstration's year is; one reading, or two that differ, are not enough."""
    born = copied(hotline.material(), "gone")
    with hotline.open():
        born.save(force_insert=True)
        for who, label in ((hotline.amara, "national_child"), (hotline.ben, "not_illegal")):
            _read(born, who, label)
        with pytest.raises(IntegrityError, match="two readings"), transaction.atomic():
            at_the_commit()
        _read(born, hotline.esi, "national_child")
        at_the_commit()


def _write_and_commit(material):
    material.save(force_insert=True)
    at_the_commit()


def _read(material, who, label):
    Reading(
        material=material, analyst_id=who.user_id, label=label, label_version="1",
        age_band="9-12", severity="level_1", made_at=timezone.now(),
    ).save(force_insert=True)  # fmt: skip


@pytest.mark.parametrize("stage", ["to_notice", "closed"])
def test_the_database_refuses_to_decide_or_close_what_was_not_read(hotline, stage):
    material = hotline.material()
    material.stage, material.label, material.decided_at = stage, "not_illegal", timezone.now()
    with hotline.open(), pytest.raises(IntegrityError, match="two readings"), transaction.atomic():
        material.save()
