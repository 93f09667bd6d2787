"""From an article in the register to the label an analyst chooses, through the real parcels."""

from datetime import timedelta

import pytest

from copse.base import audit, database, jobs
from copse.base.access import Denied
from copse.hotline.models import LegalBasis
from copse.hotline.queries import labels
from copse.kit.errors import InputError
from copse.strategy.models import Provision
from copse.strategy.services import grounds, law
from copse.strategy.tasks import law_day
from copse.strategy.workflow import LawAction
from tests.strategy.register import TODAY

LABEL = "national_child"


def at_the_hotline(office):
    """The law under each label as the hotline knows it, once its worker has done its work."""
    jobs.drain()
    with database.as_desk(office.hotline.key):
        return labels.bases()


def test_a_label_rests_on_what_the_legal_officer_laid_under_it(office, register):
    assert "has not said" in at_the_hotline(office)[LABEL].sentence
    register.lay(LABEL, register.valid)
    found = at_the_hotline(office)
    assert found[LABEL] == (True, "Rests on Cybercrime Act 2019, 12(3).")
    # The others were looked at, and nothing is under them.
    assert found["national_youth"].in_force is False
    assert "No provision in force" in found["national_youth"].sentence
    assert "not_illegal" not in found


def test_a_label_whose_law_is_no_longer_in_force_says_so(office, register):
    register.lay(LABEL, register.valid)
    register.set_article(register.valid, repealed_on=TODAY)
    basis = at_the_hotline(office)[LABEL]
    assert not basis.in_force
    assert basis.sentence == (
        "No provision in force: this cannot be called illegal here. "
        "Not in force: Cybercrime Act 2019, 12(3)."
    )


def test_what_is_not_in_force_is_left_out_beside_what_is(office, register):
    register.lay(LABEL, register.waiting)
    register.lay(LABEL, register.valid)
    assert at_the_hotline(office)[LABEL].sentence == "Rests on Cybercrime Act 2019, 12(3)."


def test_on_the_day_of_commencement_the_night_tells_the_hotline(office, register):
    register.set_article(register.waiting, commenced_on=TODAY + timedelta(1))
    register.lay(LABEL, register.waiting)
    assert not at_the_hotline(office)[LABEL].in_force
    with office.open():
        Provision.objects.filter(pk=register.waiting.pk).update(commenced_on=TODAY)
        law_day(office.system)
    assert at_the_hotline(office)[LABEL].in_force


def test_what_is_taken_away_is_gone_at_the_hotline(office, register):
    ground = register.lay(LABEL, register.valid)
    register.as_karima(grounds.take_away, ground=ground)
    assert not at_the_hotline(office)[LABEL].in_force


def test_a_law_that_is_renamed_is_renamed_at_the_hotline(office, register):
    register.lay(LABEL, register.valid)
    register.as_karima(
        law.revise, work=register.act, title="Computer Crimes Act", kind="act", number="",
        passed_on=register.act.passed_on,
    )  # fmt: skip
    assert "Computer Crimes Act" in at_the_hotline(office)[LABEL].sentence


def test_nothing_is_sent_when_no_label_rests_on_what_changed(office, register):
    register.lay(LABEL, register.valid)
    at_the_hotline(office)
    with database.as_desk(office.hotline.key):
        LegalBasis.objects.all().delete()
    register.set_article(register.waiting, heading="Distribution")
    assert "has not said" in at_the_hotline(office)[LABEL].sentence


def test_both_desks_write_it_down(office, register):
    parcel = register.as_karima(grounds.tell)
    jobs.drain()
    with office.open():
        assert str(LawAction.TELL) in audit.actions_on(parcel.id)
    with database.as_desk(office.hotline.key):
        assert "hotline.label.receive" in audit.actions_on(parcel.id)


@pytest.mark.parametrize("label", ["not_illegal", "no-such-label"])
def test_only_labels_for_illegal_material_rest_on_a_law(register, label):
    with pytest.raises(InputError, match="no such label"):
        register.lay(label, register.valid)


def test_a_provision_lies_under_a_label_once(register):
    register.lay(LABEL, register.valid)
    with pytest.raises(InputError, match="already"):
        register.lay(LABEL, register.valid)


def test_nobody_but_the_legal_officer_lays_a_ground(office, register):
    for who in (office.ines, office.mwana):
        with office.open(who), pytest.raises(Denied):
            grounds.lay(actor=who, label=LABEL, provision=register.valid)
