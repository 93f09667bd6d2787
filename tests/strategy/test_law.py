"""The register of laws: what can be entered, and what reopens an answer."""

from datetime import date, timedelta

import pytest

from copse.base import audit
from copse.base.access import Denied
from copse.kit.errors import InputError
from copse.strategy.models import Answer, Provision
from copse.strategy.queries import law as queries
from copse.strategy.services import law, law_answers, reopening
from copse.strategy.workflow import LawAction
from tests.strategy.register import LONG_AGO, SOON, TODAY

DAY = timedelta(1)


def test_an_article_is_in_force_from_its_first_day_until_the_day_of_its_repeal(office, register):
    with office.open():
        states = {
            one: queries.state_of(one, TODAY)
            for one in (register.valid, register.waiting, register.gone, register.proposed)
        }
        assert list(states.values()) == ["in_force", "passed", "repealed", "draft"]
        assert queries.state_of(register.valid, LONG_AGO) == "in_force"
        assert queries.state_of(register.valid, LONG_AGO - DAY) == "draft"
        assert queries.state_of(register.gone, TODAY - DAY) == "in_force"


@pytest.mark.parametrize(
    ("value", "names", "sentence"),
    [
        ("in_force", (), "Name the article"),
        ("in_force", ("waiting",), "No article you named is in force"),
        ("in_force", ("gone", "proposed"), "No article you named is in force"),
        ("passed", ("valid",), "is in force today"),
        ("draft", ("waiting",), "has passed and is not in force"),
        ("passed", ("proposed",), "is a bill"),
        ("draft", ("gone",), "is repealed"),
        ("absent", ("valid",), "Name no article"),
        ("perhaps", (), "Choose one of the states"),
    ],
)
def test_a_state_that_its_articles_do_not_bear_is_refused(register, value, names, sentence):
    provisions = [getattr(register, name) for name in names]
    with pytest.raises(InputError, match=sentence):
        register.answer("LAW-9", value, *provisions)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("unknown", ()), ("absent", ()), ("in_force", ("valid", "waiting")),
        ("passed", ("waiting",)), ("draft", ("proposed",)), ("repealed", ("gone",)),
    ],
)  # fmt: skip
def test_a_state_that_follows_is_kept_with_its_articles(office, register, value, names):
    provisions = [getattr(register, name) for name in names]
    made = register.answer("LAW-9", value, *provisions, note="As the court reads it.")
    with office.open():
        answer = queries.standing_answers()["LAW-9"]
        assert answer == made
        assert {one.provision for one in answer.grounds.all()} == set(provisions)
        assert audit.actions_on(made.pk) == [str(LawAction.EDIT)]


def test_a_newer_answer_replaces_and_none_is_lost(office, register):
    first = register.answer("LAW-9", "absent")
    second = register.answer("LAW-9", "in_force", register.valid)
    with office.open():
        assert queries.question_for(office.mwana, "LAW-9")[1] == [second, first]
        assert Answer.objects.get(pk=first.pk).replaced_on == TODAY


def test_an_amendment_reopens_what_rests_on_what_it_touched_and_nothing_else(office, register):
    touched = register.answer("LAW-9", "in_force", register.valid)
    other = register.answer("LAW-10", "passed", register.waiting)
    free = register.answer("LAW-11", "absent")
    by = register.enter("Amendment Act 2026", "act", TODAY)
    register.as_karima(law.amend, amended=register.act, by=by, on=TODAY, provisions=["12(3)"])
    touched, other, free = (office.fresh(one) for one in (touched, other, free))
    assert touched.reopened_on == TODAY
    assert touched.reopened_because.startswith("Amendment Act 2026 amends Cybercrime Act 2019")
    assert touched.value == "in_force"
    assert other.reopened_on is free.reopened_on is None
    with office.open():
        assert str(LawAction.REOPEN) in audit.actions_on(touched.pk)
        assert queries.reopened_for(office.karima) == [touched]
    register.answer("LAW-9", "in_force", register.valid)
    with office.open():
        assert queries.reopened_for(office.karima) == []


def test_an_amendment_that_names_no_article_touches_them_all(office, register):
    answers = [register.answer("LAW-9", "in_force", register.valid),
               register.answer("LAW-10", "passed", register.waiting)]  # fmt: skip
    by = register.enter("Amendment Act 2026", "act", TODAY)
    register.as_karima(law.amend, amended=register.act, by=by, on=TODAY)
    assert [office.fresh(one).reopened_on for one in answers] == [TODAY, TODAY]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"provisions": ["99"]}, "no article 99"),
        ({"on": TODAY - DAY}, "from the day it passed"),
    ],
)
def test_an_amendment_that_cannot_be_is_refused(register, fields, sentence):
    by = register.enter("Amendment Act 2026", "act", TODAY)
    with pytest.raises(InputError, match=sentence):
        register.as_karima(law.amend, **{"amended": register.act, "by": by, "on": TODAY, **fields})


def test_no_law_amends_itself_and_no_bill_amends_anything(register):
    for by in (register.act, register.bill):
        with pytest.raises(InputError, match="amend"):
            register.as_karima(law.amend, amended=register.act, by=by, on=TODAY)


def test_a_commencement_and_a_repeal_reopen_and_say_so(office, register):
    waiting = register.answer("LAW-10", "passed", register.waiting)
    valid = register.answer("LAW-9", "in_force", register.valid)
    register.set_article(register.waiting, commenced_on=SOON)
    register.set_article(register.valid, repealed_on=TODAY)
    assert "13 commences on" in office.fresh(waiting).reopened_because
    valid = office.fresh(valid)
    assert "12(3) is repealed from" in valid.reopened_because
    with office.open():
        answer = queries.standing_answers()["LAW-9"]
        assert (answer.value, queries.standing(answer, TODAY)) == ("in_force", "repealed")


def test_a_corrected_heading_reopens_nothing(office, register):
    answer = register.answer("LAW-9", "in_force", register.valid)
    register.set_article(register.valid, heading="Possession")
    assert office.fresh(answer).reopened_on is None


def test_a_repealed_law_takes_its_articles_with_it(office, register):
    answer = register.answer("LAW-9", "in_force", register.valid)
    with pytest.raises(InputError, match="after it passed"):
        register.as_karima(law.repeal_work, work=register.act, on=LONG_AGO - DAY)
    with pytest.raises(InputError, match="after it passed"):
        register.as_karima(law.repeal_work, work=register.bill, on=TODAY)
    register.as_karima(law.repeal_work, work=register.act, on=TODAY)
    assert office.fresh(answer).reopened_because.startswith("Cybercrime Act 2019 is repealed")
    with office.open():
        rows = Provision.objects.filter(work=register.act).select_related("work")
        assert {queries.state_of(one, TODAY) for one in rows} == {"repealed"}


def test_a_law_is_not_repealed_before_an_article_of_it_commences(register):
    register.set_article(register.waiting, commenced_on=SOON)
    with pytest.raises(InputError, match="13 commences later"):
        register.as_karima(law.repeal_work, work=register.act, on=TODAY)


def test_a_bill_that_passes_reopens_the_answers_that_called_it_a_draft(office, register):
    answer = register.answer("LAW-19", "draft", register.proposed)
    register.as_karima(
        law.revise, work=register.bill, title="Online Safety Act", kind="act", number="7",
        passed_on=TODAY,
    )  # fmt: skip
    assert "Online Safety Act passed on" in office.fresh(answer).reopened_because


def test_the_night_reopens_what_the_calendar_changed_once(office, register):
    answer = register.answer("LAW-10", "passed", register.waiting)
    with office.open():
        # As a day of commencement that was written down long ago would have come today.
        Provision.objects.filter(pk=register.waiting.pk).update(commenced_on=TODAY)
        assert reopening.by_the_clock(actor=office.system) == 1
        assert reopening.by_the_clock(actor=office.system) == 0
    assert "Cybercrime Act 2019, 13" in office.fresh(answer).reopened_because


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "act", "passed_on": None}, "Say when it passed"),
        ({"kind": "bill", "passed_on": LONG_AGO}, "A bill has not passed"),
        ({"kind": "act", "passed_on": TODAY + DAY}, "still to come"),
    ],
)
def test_a_law_has_a_day_and_a_bill_has_none(register, fields, sentence):
    with pytest.raises(InputError, match=sentence):
        register.as_karima(law.register, title="A law", **fields)


def test_days_of_an_article_that_cannot_be_are_refused(register):
    with pytest.raises(InputError, match="bill’s article cannot commence"):
        register.set_article(register.proposed, commenced_on=TODAY)
    with pytest.raises(InputError, match="before it commenced"):
        register.article(register.act, "15", commenced_on=TODAY, repealed_on=LONG_AGO)
    with pytest.raises(InputError, match="is here already"):
        register.article(register.act, "13")
    with pytest.raises(InputError, match="A bill has none"):
        register.as_karima(
            law.revise, work=register.act, title="x", kind="bill", number="", passed_on=None
        )


def test_a_text_is_kept_once_a_day_and_language_and_no_longer_than_any_law(office, register):
    text = {"work": register.act, "language": "en", "as_of": date(2019, 5, 2)}
    with pytest.raises(InputError, match="Paste the text"):
        register.as_karima(law.add_text, **text)
    with pytest.raises(InputError, match=r"10\.0 MB"):
        register.as_karima(law.add_text, **text, text="x" * 10_000_000)
    # Counted as it is stored: two bytes for a letter of Arabic.
    with pytest.raises(InputError, match=r"1\.6 MB"):
        register.as_karima(law.add_text, **text, text="م" * 800_000)
    made = register.as_karima(law.add_text, **text, text="Article 1 …")
    with pytest.raises(InputError, match="is here for this day"):
        register.as_karima(law.add_text, **text, text="another")
    assert office.fresh(made).text == "Article 1 …"


def test_nobody_but_the_legal_officer_writes_and_the_system_reopens(office, register):
    for who in (office.ines, office.jabari, office.leo, office.mwana, office.system):
        with office.open(who):
            with pytest.raises(Denied):
                law.register(actor=who, title="x", kind="bill")
            with pytest.raises(Denied):
                law_answers.answer(actor=who, node=queries.law()["LAW-9"], value="absent")
    with office.open(office.ines), pytest.raises(Denied):
        reopening.reopen(office.ines, [register.valid], "No.")
