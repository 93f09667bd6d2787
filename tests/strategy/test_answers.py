"""What people answer to the frameworks."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from copse.base import audit
from copse.base.access import Denied
from copse.kit.errors import InputError
from copse.kit.framework.model import UnknownNode
from copse.kit.parcels import IndicatorValue, IndicatorValues
from copse.strategy.models import Accession, Answer
from copse.strategy.queries import answered, frameworks
from copse.strategy.queries.answered import State
from copse.strategy.services import answers, values
from copse.strategy.workflow import FrameworkAction
from tests.strategy.office import Office

TREATIES = "urn:copse:framework:treaties"


@pytest.fixture
def office(office):
    """An office whose frameworks are loaded."""
    office.load_frameworks()
    return office


def give(office, node, value, note="", who=None):
    who = who or office.ines
    with office.open(who):
        return answers.answer(
            actor=who, node_urn=f"urn:copse:framework:{node}", value=value, note=note
        )


def value(office, indicator, period, origin="computed"):
    one = IndicatorValue(
        indicator=indicator, period=period, value="30", origin=origin, vintage=1,
        taken_on="2026-10-05",
    )  # fmt: skip
    with office.open():
        values.receive(actor=office.system, parcel=IndicatorValues(id=uuid.uuid4(), values=(one,)))


def this_quarter():
    today = timezone.localdate()
    return f"{today.year}-Q{(today.month + 2) // 3}"


def test_a_newer_answer_stands_and_the_one_before_is_kept(office):
    first = give(office, "itu-brief:REP-1", "1", "A desk was named.")
    second = give(office, "itu-brief:REP-1", "2")
    with office.open():
        assert Answer.objects.get(replaced_on=None).pk == second.pk
        assert Answer.objects.exclude(replaced_on=None).get().pk == first.pk
        assert audit.actions_on(second) == [FrameworkAction.ANSWER]


def test_above_on_paper_only_a_fresh_computed_number_counts(office):
    with pytest.raises(answers.NotShown, match=r"REP-TTR .*Until then choose a level up to"):
        give(office, "itu-brief:IND-4", "3")
    value(office, "REP-TTR", "2023-Q1")
    with pytest.raises(answers.NotShown):
        give(office, "itu-brief:IND-4", "3")
    value(office, "REP-TTR", this_quarter(), origin="typed")
    with pytest.raises(answers.NotShown):
        give(office, "itu-brief:IND-4", "3")
    value(office, "REP-GONE", this_quarter())
    assert give(office, "itu-brief:IND-4", "4").value == "4"


def test_a_level_is_asked_for_again_when_its_number_grows_old(office):
    value(office, "REP-TTR", this_quarter())
    give(office, "itu-brief:IND-4", "3")
    today = timezone.localdate()
    for day, state in ((today, State.GIVEN), (today + timedelta(400), State.AGAIN)):
        with office.open():
            found, node = frameworks.node("urn:copse:framework:itu-brief:IND-4")
            one = answered.one_of(found, node, day)
        assert (one.state, one.answer.value) == (state, "3")


def test_what_no_indicator_is_about_stays_on_paper(office):
    with pytest.raises(answers.NotShown, match="No indicator is about P-1"):
        give(office, "itu-brief:P-1", "3")
    assert give(office, "itu-brief:P-1", "2").value == "2"


def test_a_question_is_asked_only_after_the_answer_it_hangs_on(office):
    with pytest.raises(InputError, match="only after another answer"):
        give(office, "due-diligence:DD-2", "yes")
    give(office, "due-diligence:DD-1", "no")
    with pytest.raises(InputError, match="only after another answer"):
        give(office, "due-diligence:DD-2", "yes")
    give(office, "due-diligence:DD-1", "unsure")
    assert give(office, "due-diligence:DD-2", "yes").value == "yes"


@pytest.mark.parametrize(
    ("node", "chosen", "said"),
    [
        ("itu-brief:REP-1", "5", "Choose one of the answers"),
        ("itu-brief:REP-1", "", "Choose one of the answers"),
        ("itu-brief:S1", "1", "Nobody is asked this"),
        ("law:LAW-1", "absent", "on the pages of the law"),
        ("treaties:TR-CRC", "bound", "on the pages of the law"),
    ],
)
def test_what_is_not_asked_is_not_taken(office, node, chosen, said):
    with pytest.raises(InputError, match=said):
        give(office, node, chosen)


@pytest.mark.parametrize("node", ["itu-brief:REP-999", "atlantis:A-1", "x"])
def test_an_unknown_node_is_said(office, node):
    with pytest.raises(UnknownNode):
        give(office, node, "1")


def test_a_note_has_an_end(office):
    with pytest.raises(InputError, match="Keep the note under"):
        give(office, "itu-brief:REP-1", "1", "x" * 5001)


def test_who_signs_or_inspects_answers_nothing(office):
    for who in (office.jabari, office.leo, office.mwana, office.system):
        with pytest.raises(Denied):
            give(office, "itu-brief:REP-1", "1", who=who)
    with office.open():
        assert not Answer.objects.exists()


def test_where_the_country_stands_with_a_treaty_is_an_answer_too(office):
    with office.open(office.karima):
        Accession(treaty="TR-OPSC", state="bound", on=timezone.localdate()).save(force_insert=True)
        found = frameworks.loaded()
        rows = {
            name: {one.node.id: one for one in answered.of(
                found[name], frameworks.standing(), timezone.localdate()
            )} for name in ("treaties", "itu-brief")
        }  # fmt: skip
        assert rows["treaties"]["TR-OPSC"].state is State.GIVEN
        assert "TR-OPSC" in rows["itu-brief"]["LEGIS-3"].inferred[0].origin.node
        Accession.objects.update(state="denounced")
        assert frameworks.standing()[f"{TREATIES}:TR-OPSC"].value == "none"


def test_two_answers_at_one_moment_leave_one_standing(committed_db):
    office = Office()
    office.load_frameworks()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda value: _alone(office, value), ["0", "1", "2", "1"]))
    with office.open():
        assert Answer.objects.filter(replaced_on=None).count() == 1
        assert Answer.objects.count() == 4


def _alone(office, value):
    try:
        give(office, "itu-brief:REP-1", value)
    finally:
        connection.close()
