"""What of the people's side of the plan becomes public, and what never does."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from copse.strategy.models import Opinion
from copse.strategy.queries import public_council
from copse.strategy.services import consultations, council, opinions
from copse.strategy.workflow import OpinionStage

TODAY = timezone.localdate()
SAID = "Only three of us are deaf in this town."


def part(office):
    with office.open():
        found = public_council.part()
    # What goes into a parcel and a release must be plain.
    assert json.loads(json.dumps(found)) == found
    return found


def act(office, who, module, verb, **more):
    actor = getattr(office, who)
    with office.open(actor):
        return getattr(module, verb)(actor=actor, **more)


def consultation(office, *, people=3, ago=70):
    row = act(office, "ines", consultations, "design", strategy=office.strategy(), title="What helps?",
              question="What helps you?", groups=["S6"], children=True, safeguarding="Two adults.")  # fmt: skip
    act(office, "leo", consultations, "safeguard", consultation=row)
    heard_on = TODAY - timedelta(ago)
    act(office, "ines", consultations, "open_", consultation=row, on=heard_on)
    return act(office, "ines", consultations, "hear", consultation=row, people=people, groups=["S6"],
               age_bands=["9-12"], heard=SAID, on=heard_on)  # fmt: skip


@pytest.mark.parametrize("people", [1, 3, 4, 64])
def test_how_many_came_and_what_they_said_never_leave_the_room(office, people):
    consultation(office, people=people)
    found = part(office)
    assert found["consultations"][0]["title"] == "What helps?"
    assert SAID not in json.dumps(found)
    numbers = [
        key for one in found["consultations"] for key, value in one.items()
        if isinstance(value, int) and not isinstance(value, bool)
    ]  # fmt: skip
    assert numbers == []
    assert "9-12" not in json.dumps(found["consultations"])


def test_who_waits_too_long_is_seen_by_everybody_and_then_the_answer(office):
    row = consultation(office)
    (found,) = part(office)["consultations"]
    assert (found["late"], found["answer"]) == (True, "")
    assert found["answer_due"] == (TODAY - timedelta(10)).isoformat()
    act(office, "jabari", consultations, "answer", consultation=row, answer="We sign at the desk.")
    (found,) = part(office)["consultations"]
    assert (found["late"], found["answer"]) == (False, "We sign at the desk.")


def test_a_design_is_not_public_before_it_opens(office):
    act(office, "ines", consultations, "design", strategy=office.strategy(), title="x", question="x",
        groups=["S1"], children=False, safeguarding="x")  # fmt: skip
    assert part(office)["consultations"] == []


def test_the_council_is_public_with_its_empty_seats_and_what_it_owes(office):
    since = TODAY - timedelta(300)
    seat = act(office, "leo", council, "seat", group="S1", since=since, chair=True,
               organisation_id=office.bodies["ministry"])  # fmt: skip
    act(office, "leo", council, "seat", group="S4", since=since)
    meeting = act(office, "leo", council, "call", title="First", held_on=since, quorum=1)
    act(office, "leo", council, "hold", meeting=meeting, present={seat.pk}, minutes="Not for all.")
    for due in (TODAY + timedelta(1), TODAY - timedelta(1)):
        act(office, "leo", council, "decide", meeting=meeting, text=f"By {due}", due=due,
            owner_id=office.bodies["telecom"])  # fmt: skip
    found = part(office)["council"]
    assert [(one["group"], one["organisation"], one["chair"]) for one in found["seats"]] == [
        ("S1", "The ministry", True), ("S4", "", False),
    ]  # fmt: skip
    assert [(one["quorum"], one["present"]) for one in found["meetings"]] == [(1, 1)]
    assert [one["overdue"] for one in found["decisions"]] == [True, False]
    assert found["decisions"][0]["owner"] == "The telecom"
    assert "Not for all." not in json.dumps(found)


def test_an_opinion_is_public_once_published_and_a_late_reply_stays_late(office):
    draft = act(office, "mwana", opinions, "write", title="Draft", body="x")
    day = TODAY - timedelta(61)
    with office.open(office.mwana):
        Opinion(
            reference="O-1", title="Old", body="They wait.", author_id=office.mwana.user_id,
            stage=OpinionStage.PUBLISHED, published_on=day, reply_due=day + timedelta(60),
        ).save(force_insert=True)  # fmt: skip
    (found,) = part(office)["opinions"]
    assert (found["title"], found["late"], found["reply"]) == ("Old", True, "")
    with office.open(office.jabari):
        opinions.reply(
            actor=office.jabari, opinion=Opinion.objects.get(reference="O-1"), reply="Yes."
        )
    act(office, "mwana", opinions, "publish", opinion=draft)
    waiting, replied = part(office)["opinions"]
    assert (waiting["title"], waiting["late"]) == ("Draft", False)
    assert (replied["reply"], replied["late"]) == ("Yes.", True)


def test_no_person_of_the_office_is_named(office):
    row = consultation(office)
    act(office, "jabari", consultations, "answer", consultation=row, answer="Yes.")
    act(office, "mwana", opinions, "publish",
        opinion=act(office, "mwana", opinions, "write", title="x", body="x"))  # fmt: skip
    told = json.dumps(part(office))
    for name in ("ines", "jabari", "karima", "leo", "mwana"):
        actor = getattr(office, name)
        assert str(actor.user_id) not in told
        assert actor.name not in told
