"""The pages of consultations, council and opinions, as their people open and post them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from copse.base.audit.models import Entry
from copse.strategy.models import Consultation, Decision, Meeting, Opinion, Seat, Strategy
from copse.strategy.services import steps
from copse.strategy.workflow import OpinionAction

TODAY = timezone.localdate()
DESIGN = {"title": "What helps?", "question": "What helps you?", "groups": ["S6"], "children": "on",
          "safeguarding": "Two adults, never one."}  # fmt: skip
HEARD = {"heard-on": TODAY.isoformat(), "heard-people": "3", "heard-groups": ["S6"],
         "heard-age_bands": ["9-12"], "heard-heard": "Tell us what became of it."}  # fmt: skip


def text(response):
    return response.content.decode()


def only(office, kind):
    with office.open(office.mwana):
        return kind.objects.get()


def post(client, name, *args, **fields):
    return client.post(reverse(f"strategy:{name}", args=args), fields)


@pytest.fixture
def consultation(office, enter):
    """Designed on the page by Ines."""
    plan = office.strategy().reference
    assert post(enter(office.ines), "new-consultation", plan=plan, **DESIGN).status_code == 303
    return only(office, Consultation)


def test_children_are_heard_and_answered_on_the_pages(office, enter, consultation):
    ref, client = consultation.reference, enter(office.ines)
    page = text(client.get(reverse("strategy:consultation", args=[ref])))
    assert "This needs another role than yours." in page
    assert post(client, "safeguard", ref).status_code == 404
    assert post(enter(office.leo), "safeguard", ref).status_code == 303
    client = enter(office.ines)
    assert post(client, "open-consultation", ref).status_code == 303
    assert post(client, "hear", ref, **HEARD).status_code == 303
    page = text(client.get(reverse("strategy:consultation", args=[ref])))
    assert "9 to 12" in page
    assert "Days left, until" in page
    assert ">60<" in page
    followed = client.post(reverse("strategy:close-consultation", args=[ref]), follow=True)
    assert "Answer those you heard first." in text(followed)
    assert post(client, "answer-consultation", ref, **{"answer-answer": "Yes."}).status_code == 303
    post(client, "close-consultation", ref)
    assert "Closed" in text(client.get(reverse("strategy:consultations")))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"heard-people": "none"}, "whole number"),
        ({"heard-people": "-2"}, "greater than or equal to 1"),
        ({"heard-on": "soon"}, "such as 2026-11-25"),
        ({"heard-on": (TODAY + timedelta(1)).isoformat()}, "over, or today"),
        ({"heard-groups": ["S1"]}, "children and families"),
        ({"heard-age_bands": ["18+"]}, "not one of the available choices"),
        ({"heard-heard": "x" * 10_001}, "at most 10000 characters"),
    ],
)
def test_what_does_not_fit_is_shown_again_as_typed(office, enter, consultation, wrong, said):
    ref = consultation.reference
    post(enter(office.leo), "safeguard", ref)
    client = enter(office.ines)
    post(client, "open-consultation", ref)
    page = post(client, "hear", ref, **{"heard-heard": "What we were told", **HEARD, **wrong})
    assert page.status_code == 200
    assert said in text(page)
    if "heard-heard" not in wrong:
        assert "Tell us what became of it." in text(page)
    assert only(office, Consultation).stage == "open"


def test_children_are_asked_about_the_next_plan_while_one_is_running(office, enter, consultation):
    """Or the next one could never be signed."""
    with office.open():
        running = Strategy.objects.get(consultations=consultation)
    office.heard(running)
    with office.open(office.jabari):
        steps.approve(actor=office.jabari, strategy=running)
    client, later = enter(office.ines), office.strategy(title="The next plan")
    page = text(client.get(reverse("strategy:new-consultation")))
    assert page.index("The next plan") < page.index("The plan</option>")
    assert post(client, "new-consultation", plan=later.reference, **DESIGN).status_code == 303
    assert "not one of the available" in text(
        post(client, "new-consultation", plan="P-99-000000", **DESIGN)
    )
    with office.open():
        assert Consultation.objects.get(strategy=later).stage == "designed"


def test_a_design_that_was_approved_is_not_changed_on_the_page(office, enter, consultation):
    ref = consultation.reference
    client = enter(office.ines)
    changed = {**DESIGN, "title": "What else helps?"}
    assert post(client, "redesign", ref, **changed).status_code == 303
    post(enter(office.leo), "safeguard", ref)
    page = post(enter(office.ines), "redesign", ref, **DESIGN)
    assert "approved as it stands" in text(page)
    assert only(office, Consultation).title == "What else helps?"


@pytest.fixture
def council(office, enter):
    """Two seats and a meeting, made on the pages by Leo; his browser."""
    client = enter(office.leo)
    for name, group in (("ministry", "S1"), ("telecom", "S4")):
        seat = {"group": group, "organisation_id": office.bodies[name], "since": "2025-01-01",
                "voting": "on"}  # fmt: skip
        assert post(client, "new-seat", **seat).status_code == 303
    meeting = {"title": "First", "held_on": TODAY.isoformat(), "quorum": "2"}
    assert post(client, "new-meeting", **meeting).status_code == 303
    return client


def seat_of(office, name):
    with office.open(office.leo):
        return Seat.objects.get(organisation_id=office.bodies[name])


def decision(office, **more):
    return {"decision-text": "Open a line.", "decision-owner_id": office.bodies["telecom"],
            "decision-due": TODAY.isoformat(), **more}  # fmt: skip


def test_a_meeting_is_held_and_decides_on_its_page(office, enter, council):
    ref, key = only(office, Meeting).reference, str(seat_of(office, "telecom").pk)
    paper = {"paper-title": "Budget", "paper-sent_on": "2026-01-01", "paper-url": "example.org/b"}
    assert post(council, "paper", ref, **paper).status_code == 303
    said = {"conflict-seat": key, "conflict-conflict": "It would be paid."}
    assert post(council, "conflict", ref, **said).status_code == 303
    everybody = {
        "hold-present": [key, str(seat_of(office, "ministry").pk)],
        "hold-minutes": "Short.",
    }
    assert post(council, "hold", ref, **everybody).status_code == 303
    page = text(council.get(reverse("strategy:meeting", args=[ref])))
    assert "It would be paid." in page
    assert "Voting seats present: 2. Quorum: 2." in page
    refused = post(council, "decide", ref, **decision(office, **{"decision-recused": [key]}))
    assert "No quorum: 1 voting seats took part, and 2 are needed." in text(refused)
    assert "Open a line." in text(refused)
    assert post(council, "decide", ref, **decision(office)).status_code == 303
    made = only(office, Decision).reference
    dropped = post(council, "drop-decision", made, **{"drop-outcome": " "})
    assert "This field is required." in text(dropped)
    done = {"done-on": TODAY.isoformat(), "done-outcome": "Twenty answer."}
    assert post(enter(office.ines), "carry-out", made, **done).status_code == 303
    page = text(council.get(reverse("strategy:decision", args=[made])))
    assert "Twenty answer." in page


def test_what_is_overdue_stands_first_and_on_the_plans_page(office, enter, council):
    ref = only(office, Meeting).reference
    keys = [str(seat_of(office, name).pk) for name in ("ministry", "telecom")]
    with office.open(office.leo):
        Meeting.objects.update(held_on=TODAY - timedelta(20))
    post(council, "hold", ref, **{"hold-present": keys})
    old = (TODAY - timedelta(3)).isoformat()
    assert (
        post(council, "decide", ref, **decision(office, **{"decision-due": old})).status_code == 303
    )
    page = text(council.get(reverse("strategy:council")))
    assert page.index("Overdue") < page.index("Meetings</h2>")
    office.strategy()
    assert "Decisions of the council are overdue." in text(council.get(reverse("strategy:plan")))


def test_a_seat_falls_vacant_and_is_filled_on_its_page(office, council):
    seat = seat_of(office, "telecom")
    left = {"leave-on": TODAY.isoformat(), "leave-keep": "on"}
    assert post(council, "leave-seat", seat.pk, **left).status_code == 303
    with office.open(office.leo):
        vacant = Seat.objects.get(organisation_id=None)
        Seat.objects.filter(pk=vacant.pk).update(since=TODAY)
    assert "Vacant" in text(council.get(reverse("strategy:council")))
    there = reverse("strategy:seat", args=[vacant.pk])
    assert "Fill the seat" in text(council.get(there))
    taken = {"fill-organisation_id": office.bodies["ministry"], "fill-since": TODAY.isoformat()}
    assert "has a seat already" in text(post(council, "fill-seat", vacant.pk, **taken))
    filled = {**taken, "fill-organisation_id": office.bodies["telecom"]}
    assert post(council, "fill-seat", vacant.pk, **filled).status_code == 303


def test_a_meeting_is_called_off(office, council):
    ref = only(office, Meeting).reference
    assert post(council, "cancel-meeting", ref).status_code == 303
    page = text(council.get(reverse("strategy:meeting", args=[ref])))
    assert "Called off" in page
    assert "Write down a decision" not in page


def test_the_institution_publishes_and_the_office_replies(office, enter):
    client = enter(office.mwana)
    opinion = {"title": "Answer them", "body": "They wait.", "brief_action": "RIGHTS-3"}
    assert post(client, "new-opinion", **opinion).status_code == 303
    ref = only(office, Opinion).reference
    assert enter(office.jabari).get(reverse("strategy:opinion", args=[ref])).status_code == 404
    client = enter(office.mwana)
    opinion["body"] = "They still wait."
    assert post(client, "rewrite-opinion", ref, **opinion).status_code == 303
    assert post(client, "publish-opinion", ref).status_code == 303
    again = post(client, "rewrite-opinion", ref, **opinion)
    assert "stays as it is" in text(again)
    client = enter(office.jabari)
    assert post(client, "publish-opinion", ref).status_code == 404
    assert "required" in text(post(client, "reply", ref, **{"reply-reply": ""}))
    assert post(client, "reply", ref, **{"reply-reply": "We answer them."}).status_code == 303
    page = text(client.get(reverse("strategy:opinion", args=[ref])))
    assert "They still wait." in page
    assert "We answer them." in page
    twice = post(client, "reply", ref, **{"reply-reply": "Or not."})
    assert "cannot be done" in text(twice)
    assert "We answer them." in text(client.get(reverse("strategy:opinion", args=[ref])))


def test_who_may_not_finds_nothing(office, enter, consultation, council):
    ref, meeting = consultation.reference, only(office, Meeting).reference
    seat = seat_of(office, "telecom").pk
    client = enter(office.mwana)
    for name in ("new-consultation", "new-seat", "new-meeting"):
        assert client.get(reverse(f"strategy:{name}")).status_code == 404
    for name, args in (
        ("safeguard", [ref]), ("open-consultation", [ref]), ("hear", [ref]),
        ("answer-consultation", [ref]), ("close-consultation", [ref]), ("redesign", [ref]),
        ("fill-seat", [seat]), ("leave-seat", [seat]), ("paper", [meeting]),
        ("conflict", [meeting]), ("hold", [meeting]), ("cancel-meeting", [meeting]),
        ("decide", [meeting]),
    ):  # fmt: skip
        assert post(client, name, *args).status_code == 404, name
    assert enter(office.ines).get(reverse("strategy:new-opinion")).status_code == 404
    for name in ("consultation", "meeting", "decision", "opinion"):
        assert client.get(reverse(f"strategy:{name}", args=["X-99-000000"])).status_code == 404


@pytest.mark.parametrize("language", ["en", "fr", "ar", "sw"])
def test_the_first_pages_open_in_every_language(office, enter, consultation, council, language):
    client = enter(office.leo)
    for place in ("consultations", "council", "opinions"):
        assert client.get(f"/{language}/desk/strategy/{place}/").status_code == 200


def test_every_look_of_the_institution_is_written_down_and_nobody_elses(
    office, enter, consultation
):
    there = reverse("strategy:consultation", args=[consultation.reference])
    enter(office.jabari).get(there)
    client = enter(office.mwana)
    assert client.get(there).status_code == 200
    assert client.get(reverse("strategy:plan")).status_code == 200
    assert client.get(reverse("strategy:meeting", args=["X-99-000000"])).status_code == 404
    with office.open():
        looks = Entry.objects.filter(action=OpinionAction.INSPECT, member=office.mwana.user_id)
        found = [one.codes for one in looks]
        assert Entry.objects.filter(action=OpinionAction.INSPECT).count() == len(found)
    assert {"page": "consultation", "reference": consultation.reference} in found
    assert {"page": "plan"} in found
    assert len(found) == 2
