"""The children's rights institution opens every page of the room, and changes nothing there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from copse.base.audit.models import Entry
from copse.strategy.policies import rights_body
from copse.strategy.services import consultations, council, law, opinions
from copse.strategy.urls import desk_urlpatterns
from copse.strategy.workflow import OpinionAction

TODAY = timezone.localdate()


@pytest.fixture
def filled(office, register):
    """One of everything that lies under the plan, by the name of its address."""
    office.load_frameworks()
    measure = office.measure()
    strategy = measure.goal.strategy
    with office.open(office.ines):
        asked = consultations.design(
            actor=office.ines, strategy=strategy, title="x", question="x", groups=["S1"],
            children=False, safeguarding="x",
        )  # fmt: skip
    with office.open(office.leo):
        leo, since = office.leo, TODAY - timedelta(9)
        seat = council.seat(actor=leo, group="S1", since=since,
                            organisation_id=office.bodies["ministry"])  # fmt: skip
        meeting = council.call(actor=leo, title="x", held_on=since, quorum=1)
        council.hold(actor=leo, meeting=meeting, present={seat.pk}, minutes="")
        decision = council.decide(actor=leo, meeting=meeting, text="x", due=TODAY,
                                  owner_id=office.bodies["ministry"])  # fmt: skip
    with office.open(office.mwana):
        opinion = opinions.write(actor=office.mwana, title="x", body="x")
    act, article = register.act.reference, str(register.valid.pk)
    text = register.as_karima(
        law.add_text, work=register.act, language="en", as_of=TODAY, text="1 A child is safe."
    )
    return {
        "law-work": [act], "law-provision": [act, article], "law-text": [act, str(text.pk)],
        "law-question": ["LAW-13"], "law-power": ["HARM-1", "POWER-2"], "treaty": ["TR-CRC"],
        "framework": ["itu-brief"], "framework-node": ["itu-brief", "REP-1"],
        "crosswalk": ["icmec--law"],
        "step": [measure.reference, "agree"],
        "strategy": [strategy.reference], "measure": [measure.reference], "action": ["REP-1"],
        "consultation": [asked.reference], "meeting": [meeting.reference],
        "seat": [str(seat.pk)], "decision": [decision.reference], "opinion": [opinion.reference],
        "rewrite-opinion": [opinion.reference], "publish-opinion": [opinion.reference],
    }  # fmt: skip


def guard_of(pattern):
    return str(pattern.callback.copse_guard)


def test_every_page_to_read_opens_and_every_look_is_written_down(office, enter, filled):
    client, opened = enter(office.mwana), set()
    readable = [one for one in desk_urlpatterns if may_read(one)]
    for one in readable:
        # A page that nobody thought of here has no keys, and cannot be opened.
        page = client.get(reverse(f"strategy:{one.name}", args=filled.get(one.name, [])))
        # 405: a button, to which only posting leads.
        assert page.status_code in {200, 405}, one.name
        if page.status_code == 200:
            opened.add(one.name)
    with office.open():
        looks = Entry.objects.filter(action=OpinionAction.INSPECT)
        assert {one.codes["page"] for one in looks} == opened
    assert len(opened) > 25


def may_read(pattern):
    """Whether the door of this page opens to the institution."""
    from copse.base import access

    return bool(access.declared()[guard_of(pattern)].at_door(_Somebody()))


class _Somebody:
    roles = frozenset({rights_body.code})

    class desk:  # noqa: N801 - stands for a desk
        room = "strategy"


def test_no_page_to_read_is_closed_to_the_institution():
    """Whoever may look at a page in this room without writing, the institution may too."""
    for one in desk_urlpatterns:
        guard = guard_of(one)
        if guard.endswith((".view", ".inspect")):
            assert may_read(one), one.name


def test_it_writes_nothing_but_its_own_opinions(office, enter, filled):
    client = enter(office.mwana)
    own = {"new-opinion", "rewrite-opinion", "publish-opinion"}
    closed = 0
    for one in desk_urlpatterns:
        if may_read(one) or one.name in own or one.pattern.regex.groups > 1:
            continue
        args = [ANY[kind] for kind in _kinds(one)]
        assert client.post(reverse(f"strategy:{one.name}", args=args)).status_code == 404, one.name
        closed += 1
    assert closed > 20


ANY = {"SlugConverter": "X-1", "UUIDConverter": "00000000-0000-4000-8000-000000000000",
       "StringConverter": "X-1"}  # fmt: skip


def _kinds(pattern):
    return [type(one).__name__ for one in pattern.pattern.converters.values()]
