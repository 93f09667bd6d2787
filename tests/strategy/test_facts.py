"""Every fact of the strategy room, against rows made by hand."""

from datetime import date

import pytest

from copse.base import database, facts
from copse.kit.framework.library import shipped
from copse.kit.framework.model import NodeKind
from copse.kit.indicators import catalogue
from copse.strategy.models import (
    Accession,
    Answer,
    Attendance,
    BudgetLine,
    Consultation,
    Decision,
    Document,
    Expression,
    Ground,
    LabelGround,
    Meeting,
    Milestone,
    Opinion,
    Owner,
    Power,
    Provision,
    Seat,
    Strategy,
    Target,
    Value,
    Work,
)
from copse.strategy.queries.law_counts import labels, pairs

OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))
AUTUMN = (date(2026, 9, 1), date(2026, 11, 1))
LAW = "urn:copse:framework:law:"


def cells(name, span=OCTOBER):
    """The cells of a fact, without the zeros."""
    found = facts.fact(f"strategy.{name}").cells(*span)
    return {keys: number for keys, number in found.items() if number}


def made(model, **fields):
    row = model(**fields)
    row.save(force_insert=True)
    return row


@pytest.fixture
def desk(office):
    with office.open():
        yield office


@pytest.fixture
def plan(office):
    """A plan that was signed in February, with one goal and one measure."""
    strategy = office.strategy(first_day=date(2026, 1, 1), last_day=date(2028, 12, 31))
    goal = office.goal(
        strategy, indicator="LEGIS-GAP", baseline=20, baseline_period="2025",
        owner_id=office.bodies["ministry"],
    )  # fmt: skip
    measure = office.measure(goal, brief_action="LEGIS-1")
    with office.open():
        Strategy.objects.update(stage="approved", signed_on=date(2026, 2, 1))
    return measure


def test_every_query_of_the_catalogue_is_a_fact_with_its_dimensions():
    for query in catalogue().queries.values():
        room = "observatory" if query.source == "observatory" else "strategy"
        fact = facts.fact(f"{room}.{query.name}")
        assert fact.dimensions == ("month", *query.dimensions), query.name
        assert (fact.over == facts.Over.FLOW) == (query.over == "flow"), query.name


def test_questions_are_in_force_from_the_answer_until_it_is_replaced(desk):
    total = sum(cells("law_questions").values())
    assert total == len(shipped()["law"].of_kind(NodeKind.QUESTION))
    given = {"version": 1, "answered_by": desk.karima.user_id}
    made(Answer, node=f"{LAW}LAW-1", value="in_force", answered_on=date(2026, 9, 10),
         replaced_on=date(2026, 10, 5), **given)  # fmt: skip
    made(Answer, node=f"{LAW}LAW-1", value="repealed", answered_on=date(2026, 10, 5), **given)
    made(Answer, node=f"{LAW}LAW-2", value="passed", answered_on=date(2026, 9, 10), **given)
    made(Answer, node=f"{LAW}LAW-4", value="in_force", answered_on=date(2026, 10, 31), **given)

    section = shipped()["law"]["LAW-4"].parent
    assert cells("law_questions_in_force", AUTUMN) == {
        ("2026-09", "LAW-A"): 1,
        ("2026-10", section): 1,
    }


def law(desk, **fields):
    work = made(Work, reference=database.next_reference("W"), title="Act", kind="act")
    return made(Provision, work=work, number="12", **fields)


def test_an_answer_that_rests_on_an_article_is_in_force_as_long_as_the_article(desk):
    provision = law(desk, commenced_on=date(2026, 9, 1), repealed_on=date(2026, 10, 4))
    coming = law(desk, commenced_on=date(2026, 10, 20))
    for code, value, one in (("LAW-1", "in_force", provision), ("LAW-4", "passed", coming)):
        answer = made(Answer, node=f"{LAW}{code}", value=value, answered_on=date(2026, 9, 10),
                      version=1, answered_by=desk.karima.user_id)  # fmt: skip
        made(Ground, answer=answer, provision=one)

    first, second = (shipped()["law"][code].parent for code in ("LAW-1", "LAW-4"))
    assert cells("law_questions_in_force", AUTUMN) == {
        ("2026-09", first): 1,
        ("2026-10", second): 1,
    }


def test_a_power_is_a_gap_until_its_provision_commences(desk):
    (harm, power), (other_harm, other) = pairs()[0], pairs()[-1]
    provision = law(desk, commenced_on=date(2026, 10, 2))
    made(Power, harm=harm, power=power, state="in_force", provision=provision)
    made(Power, harm=other_harm, power=other, state="absent", gap_since=date(2026, 7, 3))

    assert cells("power_gaps_open", AUTUMN) == {
        ("2026-09", harm, power): 1,
        ("2026-09", other_harm, other): 1,
        ("2026-10", other_harm, other): 1,
    }
    assert cells("power_gap_age_days", AUTUMN) == {
        ("2026-09", other_harm, "90"): 1,
        ("2026-10", other_harm, "180"): 1,
    }
    assert facts.fact("strategy.power_gap_age_days").cell_dimensions == ("month", "harm", "days")


def test_a_power_is_counted_by_what_its_provision_says_that_day(desk):
    """What a person chose when the cell was filled was true then; the law went on."""
    repealed = law(desk, commenced_on=date(2020, 1, 1), repealed_on=date(2026, 10, 4))
    begun = law(desk, commenced_on=date(2026, 10, 2))
    for at, (state, provision) in enumerate([("in_force", repealed), ("passed", begun)]):
        harm, power = pairs()[at]
        made(Power, harm=harm, power=power, state=state, provision=provision)

    assert cells("power_gaps_open", AUTUMN) == {
        ("2026-09", *pairs()[1]): 1,
        ("2026-10", *pairs()[0]): 1,
    }


def test_what_nobody_knows_is_no_gap(desk):
    harm, power = pairs()[0]
    made(Power, harm=harm, power=power, state="unknown", gap_since=date(2026, 1, 1))
    assert cells("power_gaps_open") == cells("power_gap_age_days") == {}


def test_a_treaty_binds_from_its_day(desk):
    made(Accession, treaty="TR-CRC", state="ratified", on=date(2026, 10, 9), reservations="Yes.")
    made(Accession, treaty="TR-OPSC", state="signed", on=date(2020, 1, 1))

    assert cells("treaties_bound", AUTUMN) == {("2026-10",): 1}
    assert cells("treaties") == {("2026-10",): len(shipped()["treaties"].children("TR-TREATY"))}


def test_words_and_terms_are_those_of_the_newest_text_in_each_language(desk):
    work = made(Work, reference="W-26-1", title="Act", kind="act")
    said = "Whoever possesses child pornography is punished."
    made(Expression, work=work, language="en", as_of=date(2020, 1, 1), text=said)
    row = made(Expression, work=work, language="en", as_of=date(2026, 10, 1), text="one two")
    made(Expression, work=work, language="sw", as_of=date(2020, 1, 1), text="moja")
    made(Expression, work=work, language="fr", as_of=date(2020, 1, 1), text="")
    made(Expression, work=work, language="de", as_of=date(2020, 1, 1), text="eins zwei")

    assert cells("words_checked", AUTUMN) == {("2026-09",): 7, ("2026-10",): 3}
    assert cells("terms_flagged", AUTUMN) == {("2026-09",): 1}
    row.text = f"one two {said}"
    row.save()
    assert cells("terms_flagged") == {("2026-10",): 1}, "a changed text is read again"


def test_a_label_is_grounded_while_its_provision_is_in_force(desk):
    first, second = labels()[:2]
    made(LabelGround, label=first, provision=law(desk, commenced_on=date(2020, 1, 1),
                                                 repealed_on=date(2026, 10, 4)))  # fmt: skip
    made(LabelGround, label=second, provision=law(desk))

    assert cells("labels_grounded", AUTUMN) == {("2026-09",): 1}
    assert cells("labels_in_use") == {("2026-10",): len(labels())}


def test_criteria_are_met_by_an_answer_and_not_by_half_a_path(desk):
    assert cells("criteria")[("2026-10", "icmec")] == sum(
        bool(one.scale) for one in shipped()["icmec"].of_kind(NodeKind.CRITERION)
    )
    assert cells("criteria_met") == {}
    node = next(one for one in shipped()["icmec"].of_kind(NodeKind.CRITERION) if one.scale)
    made(Answer, node=node.urn, version=1, value="yes", answered_on=date(2026, 10, 1),
         answered_by=desk.karima.user_id)  # fmt: skip
    assert cells("criteria_met")[("2026-10", "icmec")] == 1


def test_opinions_are_due_on_their_day_and_replied_to_in_time_or_not(office):
    shared = {"body": "…", "author_id": office.mwana.user_id, "published_on": date(2026, 8, 1)}
    for number, (due, replied, stage) in enumerate(
        [
            (date(2026, 10, 1), date(2026, 10, 1), "answered"),
            (date(2026, 10, 9), date(2026, 10, 10), "answered"),
            (date(2026, 10, 31), None, "published"),
            (date(2026, 11, 1), date(2026, 10, 1), "answered"),
            (date(2026, 10, 1), None, "draft"),
        ]
    ):
        with office.open(office.mwana):
            made(Opinion, reference=f"O-26-{number}", reply="…", title="On", stage=stage,
                 reply_due=due, replied_on=replied, **shared)  # fmt: skip

    with office.open():
        assert cells("opinions_due") == {("2026-10",): 3}
        assert cells("opinions_replied_in_time") == {("2026-10",): 1}


def meeting(reference, held_on, stage="held", *, quorum=1, present=()):
    row = made(Meeting, reference=reference, title="M", held_on=held_on, quorum=quorum, stage=stage)
    for seat, came in present:
        made(Attendance, meeting=row, seat=seat, present=came)
    return row


def test_seats_are_counted_at_meetings_that_were_held(desk):
    seats = [
        made(Seat, group="S1", since=date(2026, 1, 1)),
        made(Seat, group="S4", since=date(2026, 1, 1), voting=False),
    ]
    meeting("T-1", date(2026, 10, 6), present=[(seats[0], True), (seats[1], True)])
    meeting("T-2", date(2026, 10, 20), present=[(seats[0], False), (seats[1], True)])
    meeting("T-3", date(2026, 10, 22), "cancelled", present=[(seats[0], True)])

    assert cells("seats_called") == {("2026-10", "S1"): 2, ("2026-10", "S4"): 2}
    assert cells("seats_present") == {("2026-10", "S1"): 1, ("2026-10", "S4"): 2}
    assert cells("meetings_held") == {("2026-10",): 2}
    assert cells("meetings_with_quorum") == {("2026-10",): 1}, "a seat without a vote is no quorum"


def test_decisions_are_due_done_or_overdue_by_the_owners_group(desk):
    made(Seat, group="S1", since=date(2026, 1, 1), organisation_id=desk.bodies["ministry"])
    held = meeting("T-1", date(2026, 8, 1))
    for number, (due, done, stage) in enumerate(
        [
            (date(2026, 9, 15), date(2026, 10, 2), "done"),
            (date(2026, 10, 15), date(2026, 10, 15), "done"),
            (date(2026, 10, 16), None, "open"),
            (date(2026, 10, 16), None, "dropped"),
        ]
    ):
        made(Decision, reference=f"D-{number}", meeting=held, text="Do", due=due, done_on=done,
             stage=stage, owner_id=desk.bodies["ministry"])  # fmt: skip
    made(Decision, reference="D-9", meeting=held, text="Do", due=date(2026, 10, 30),
         owner_id=desk.bodies["parents"])  # fmt: skip

    assert cells("decisions_due") == {("2026-10", "S1"): 2, ("2026-10", ""): 1}
    assert cells("decisions_done_in_time", AUTUMN) == {("2026-10", "S1"): 1}
    assert cells("decisions_overdue", AUTUMN) == {
        ("2026-09", "S1"): 1,
        ("2026-10", "S1"): 1,
        ("2026-10", ""): 1,
    }


def heard(plan, **fields):
    values = {
        "strategy": plan.goal.strategy, "reference": database.next_reference("K"), "title": "T",
        "question": "Q", "author_id": plan.author_id, "answer": "A", "stage": "answered",
        "heard_on": date(2026, 10, 1), "answered_on": date(2026, 10, 2), **fields,
    }  # fmt: skip
    return made(Consultation, **values)


def test_consultations_are_heard_closed_and_answered_within_sixty_days(plan, desk):
    heard(plan, groups=["S4", "S6"])
    heard(plan, groups=["S6"], stage="heard", answered_on=None, answer="")
    heard(plan, stage="closed", heard_on=date(2026, 8, 3), answered_on=date(2026, 10, 2),
          closed_on=date(2026, 10, 9))  # fmt: skip
    heard(plan, stage="closed", heard_on=date(2026, 8, 2), answered_on=date(2026, 10, 2),
          closed_on=date(2026, 10, 9))  # fmt: skip

    assert cells("consultations") == {("2026-10",): 2}
    assert cells("consultations_with_industry") == {("2026-10",): 1}
    assert cells("consultations_closed") == {("2026-10",): 2}
    assert cells("consultations_answered_in_60_days") == {("2026-10",): 1}


def test_children_heard_about_a_plan_were_heard_about_its_actions(plan, desk):
    assert cells("actions_in_plan") == {("2026-10", "LEGIS"): 1}
    assert cells("actions_with_children_heard") == {}
    heard(plan, children=False)
    heard(plan, children=True, heard_on=date(2026, 11, 2))
    assert cells("actions_with_children_heard") == {}
    heard(plan, children=True)
    assert cells("actions_with_children_heard") == {("2026-10", "LEGIS"): 1}


def test_measures_are_those_of_the_signed_plan_that_go_on(plan, desk):
    assert cells("measures") == {("2026-10", "LEGIS"): 1}
    assert cells("measures_owned") == cells("measures_with_options") == {}
    made(Owner, measure=plan, organisation_id=desk.bodies["ministry"], part="lead", group="S1")
    plan.instrument, plan.options_rejected = "law", "A decree."
    plan.save()
    assert cells("measures_owned") == {("2026-10", "LEGIS"): 1}
    assert cells("measures_with_options") == {("2026-10", "LEGIS"): 1}
    plan.stage = "stopped"
    plan.save()
    assert cells("measures") == {}


def test_only_todays_state_of_measures_is_known_so_older_months_are_not_told(plan, desk):
    from copse.base.facts import collecting

    spans = list(collecting.months_until(date(2026, 11, 25), 13))
    sheets = list(
        collecting.sheets_of(
            facts.fact("strategy.measures"), desk.desk.pk, spans, today=date(2026, 11, 25)
        )
    )
    assert [one.period for one in sheets] == ["2026-10"]


def test_milestones_are_due_and_reached_in_time(plan, desk):
    for due, done in [(3, 3), (4, 9), (5, None)]:
        made(Milestone, measure=plan, title="M", due=date(2026, 10, due),
             done_on=date(2026, 10, done) if done else None)  # fmt: skip

    assert cells("milestones_due") == {("2026-10", "LEGIS"): 3}
    assert cells("milestones_done_in_time") == {("2026-10", "LEGIS"): 1}


def test_goals_count_from_the_day_the_plan_was_signed(plan, desk):
    spring = (date(2026, 1, 1), date(2026, 3, 1))
    assert cells("goals", spring) == {("2026-02",): 1}
    assert cells("goals_with_baseline") == {("2026-10",): 1}
    assert cells("goals_with_finding") == {}
    plan.goal.finding, plan.goal.finding_source = "So it is.", "Survey"
    plan.goal.save()
    assert cells("goals_with_finding") == {("2026-10",): 1}


def test_a_goal_is_on_track_by_the_values_there_were(plan, desk):
    made(Seat, group="S1", since=date(2026, 1, 1), organisation_id=desk.bodies["ministry"])
    assert cells("goals_due", AUTUMN) == {}
    made(Target, goal=plan.goal, period="2026-08", value=9)
    assert cells("goals_due", AUTUMN) == {}, "its last target is behind"
    made(Target, goal=plan.goal, period="2028", value=0)
    assert cells("goals_due", AUTUMN) == {("2026-09", "S1"): 1, ("2026-10", "S1"): 1}
    assert cells("goals_on_track", AUTUMN) == {}
    made(Value, indicator="LEGIS-GAP", period="2026-10", value=2, origin="computed", vintage=1,
         taken_on=date(2026, 11, 1))  # fmt: skip
    assert cells("goals_on_track", AUTUMN) == {("2026-10", "S1"): 1}


def test_an_action_is_shown_by_a_fresh_number_or_document(desk):
    assert sum(cells("actions").values()) == 44
    assert cells("actions_with_fresh_evidence") == {}
    made(Document, brief_action="IND-7", title="D", dated=date(2026, 9, 20), fresh_months=1,
         added_by=desk.ines.user_id)  # fmt: skip
    made(Value, indicator="LEGIS-GAP", period="2026-06", value=2, origin="computed", vintage=1,
         taken_on=date(2026, 7, 1))  # fmt: skip
    found = cells("actions_with_fresh_evidence", AUTUMN)
    assert (found["2026-09", "IND"], found["2026-09", "LEGIS"]) == (1, 1)
    assert ("2026-10", "IND") not in found
    assert ("2026-10", "LEGIS") in found


def test_money_is_counted_in_the_plans_main_currency(plan, desk):
    for year, currency, planned in [(2026, "XAR", 100), (2027, "XAR", 50), (2028, "EUR", 7)]:
        made(BudgetLine, measure=plan, year=year, source="Treasury", currency=currency,
             planned=planned, funded=40, spent=10)  # fmt: skip

    assert cells("budget_planned") == {
        ("2026-10", "LEGIS-1", "2026"): 100, ("2026-10", "LEGIS-1", "2027"): 50,
    }  # fmt: skip
    assert cells("budget_funded") == dict.fromkeys(cells("budget_planned"), 40)
    assert cells("budget_spent") == dict.fromkeys(cells("budget_planned"), 10)


def test_a_draft_counts_nothing(office):
    office.measure()
    with office.open():
        for name in ("measures", "goals", "actions_in_plan", "budget_planned", "milestones_due"):
            assert cells(name) == {}


def test_a_year_is_asked_for_in_few_questions(plan, desk, django_assert_max_num_queries):
    from copse.base.facts import collecting

    with django_assert_max_num_queries(160):
        assert collecting.collect(today=date(2026, 11, 25)) > 300
