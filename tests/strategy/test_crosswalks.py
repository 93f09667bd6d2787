"""Crosswalks of a country's own: loaded, held against others, followed by answers, shown."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from copse.base import audit
from copse.base.access import Denied
from copse.kit.errors import InputError
from copse.kit.framework.coverage import Strength
from copse.kit.framework.lines import BadFramework
from copse.strategy.models import Crosswalk
from copse.strategy.queries import frameworks, law_counts
from copse.strategy.queries.answered import State
from copse.strategy.services import crosswalks as services
from copse.strategy.workflow import FrameworkAction
from tests.strategy.test_frameworks import URN, arbora, give, load, states

FILE = "arbora--icmec.yaml"
EQUAL = b"- {from: A-1, to: ICMEC-4, relation: equal}\n"
MAP = b"- {from_scale: yes, to_scale: criterion, values: {yes: yes, no: no}}\n"
TO_RETIRE = b"- {from: A-1, to: ICMEC-4, relation: equal, retired: yes}\n"


@pytest.fixture
def office(office):
    """An office with the shipped frameworks and one of the country's own."""
    office.load_frameworks()
    load(office, arbora())
    return office


def link(office, raw, file=FILE, who=None):
    who = who or office.ines
    with office.open(who):
        return services.load(actor=who, file=file, raw=raw)


def links(office):
    with office.open():
        return frameworks.steps().steps


def test_a_loaded_crosswalk_carries_answers_as_the_shipped_ones_do(office):
    assert link(office, EQUAL + scale_map(office))
    give(office, "arbora:A-1", "yes")
    found = states(office, "icmec")["ICMEC-4"]
    assert (found.state, found.inferred[0].value) == (State.FOLLOWS, "yes")
    assert found.inferred[0].path == (f"{URN}:A-1", "urn:copse:framework:icmec:ICMEC-4")
    law = states(office, "law")["LAW-7"]
    assert (law.state, law.inferred[0].value) == (State.FOLLOWS, "in_force"), "and onwards"


def scale_map(office):
    with office.open():
        scale = frameworks.loaded()["icmec"]["ICMEC-4"].scale
    return MAP.replace(b"criterion", scale.encode())


def test_nothing_inferred_overwrites_what_a_person_answered(office):
    link(office, EQUAL + scale_map(office))
    give(office, "icmec:ICMEC-4", "no")
    give(office, "arbora:A-1", "yes")
    mine = states(office, "icmec")["ICMEC-4"]
    assert (mine.state, mine.answer.value, mine.inferred) == (State.GIVEN, "no", ())


def test_a_way_over_a_countrys_own_link_is_as_strong_as_the_weakest(office):
    link(office, b"- {from: A-1, to: ICMEC-4, relation: subset}\n" + scale_map(office))
    give(office, "arbora:A-1", "yes")
    found = states(office, "icmec")["ICMEC-4"]
    assert (found.state, found.inferred[0].strength) == (State.PARTLY, Strength.PARTLY)


def test_a_criterion_that_follows_counts_from_the_day_of_its_crosswalk(office):
    link(office, EQUAL + scale_map(office))
    row = give(office, "arbora:A-1", "yes")
    today = timezone.localdate()
    with office.open():
        row.answered_on = today - timedelta(9)
        row.save()
        answers, loads = law_counts.answers(), frameworks.loads()
        met = [
            law_counts.criteria_met(day, answers, frameworks.steps(day, loads))["icmec"]
            for day in (today - timedelta(1), today)
        ]
    assert met == [0, 1]


def test_two_of_a_countrys_own_are_linked_and_the_text_is_kept(office):
    load(office, arbora().replace(b"framework:arbora", b"framework:coast"), file="coast.yaml")
    raw = b"- {from: A-1, to: A-1, relation: subset}\n"
    assert link(office, raw, file="arbora--coast.yaml")
    assert not link(office, raw, file="arbora--coast.yaml"), "the same text is here already"
    with office.open():
        row = Crosswalk.objects.get()
        assert (row.name, row.number, row.body.encode()) == ("arbora--coast", 1, raw)
        assert len(row.sha256) == 64
        assert audit.actions_on(row) == [FrameworkAction.LINK]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"- {from: Z, to: ICMEC-4, relation: equal}\n", f"{FILE}:1: Z is no id of arbora"),
        (b"- {from: A-1, to: Z, relation: equal}\n", f"{FILE}:1: Z is no id of icmec"),
        (b"- {from: A-1, to: ICMEC-4, relation: same}\n", "Use one of: equal, subset"),
        (EQUAL + EQUAL, f"{FILE}:2: Line 1 links these two already"),
        (
            EQUAL + b"- {from: A-1, to: ICMEC-5, relation: equal}\n",
            f"{FILE}:2: With {FILE}:1, ICMEC-4 and ICMEC-5 of icmec would both ask the same",
        ),
        (b"", f"{FILE}:1: The file is empty"),
        (b"\xff", "This is not UTF-8"),
    ],
)
def test_a_wrong_file_is_refused_with_line_and_what_to_do(office, raw, said):
    with pytest.raises(BadFramework) as refused:
        link(office, raw)
    assert said in str(refused.value)
    with office.open():
        assert not Crosswalk.objects.exists()


def test_what_contradicts_a_shipped_crosswalk_is_refused(office):
    """ICMEC-4 equals LAW-7 in what comes with Copse, so A-1 cannot equal one and be a part."""
    link(office, EQUAL)
    with pytest.raises(BadFramework, match=r"arbora--law.yaml:1: A-1 and LAW-7 ask the same by "):
        link(office, b"- {from: A-1, to: LAW-7, relation: subset}\n", file="arbora--law.yaml")
    with pytest.raises(BadFramework, match="LAW-7 and LAW-8 of law would both ask the same"):
        link(office, b"- {from: A-1, to: LAW-8, relation: equal}\n", file="arbora--law.yaml")


def test_a_pair_has_one_file(office):
    link(office, EQUAL)
    with pytest.raises(BadFramework, match=f"{FILE} links these two frameworks already"):
        link(office, b"- {from: ICMEC-4, to: A-1, relation: equal}\n", file="icmec--arbora.yaml")


def test_what_copse_says_of_its_own_frameworks_is_not_replaced(office):
    for file in ("icmec--law.yaml", "icmec--opsc.yaml"):
        with pytest.raises(InputError, match="links two frameworks that come with Copse"):
            link(office, b"[]\n", file=file)


def test_a_loaded_link_never_changes_and_may_retire(office):
    link(office, EQUAL)
    here = f"{URN}:A-1"
    assert here in links(office)
    changed = EQUAL.replace(b"equal", b"subset")
    with pytest.raises(BadFramework, match=f"{FILE}:1: A-1 → ICMEC-4 was loaded as equal and has"):
        link(office, changed)
    with pytest.raises(BadFramework, match=f"{FILE}: A-1 → ICMEC-4 was loaded as equal and is gon"):
        link(office, b"- {from: A-2, to: ICMEC-4, relation: subset}\n")
    assert link(office, TO_RETIRE + changed)
    assert [step.relation for step in links(office)[here]] == ["subset"]
    assert link(office, TO_RETIRE + changed.replace(b"subset", b"subset, retired: yes"))
    assert here not in links(office)
    with office.open():
        assert sorted(Crosswalk.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_lines_that_fit_a_newer_version_no_more_are_left_out_and_said(office, enter):
    link(office, EQUAL + scale_map(office))
    load(office, arbora(2, values=("never", "yes")))
    with office.open():
        (own,) = frameworks.own_crosswalks()
    assert [one.place for one in own.problems] == [f"{FILE}:2"]
    assert len(own.crosswalk.links) == 1
    page = enter(office.ines).get(reverse("strategy:crosswalk", args=["arbora--icmec"]))
    assert "These lines fit the frameworks no more" in page.content.decode()


def test_who_only_reads_links_nothing(office):
    for who in (office.jabari, office.leo, office.mwana):
        with pytest.raises(Denied):
            link(office, EQUAL, who=who)
    assert link(office, EQUAL, who=office.karima)


def send(client, raw, name=FILE, **more):
    file = SimpleUploadedFile(name, raw)
    there = reverse("strategy:framework-load")
    return client.post(there, {"file": file, **more}, follow=True).content.decode()


def test_a_crosswalk_is_looked_at_loaded_and_shown(office, enter):
    client = enter(office.ines)
    page = send(client, EQUAL, look="1")
    assert "A-1 → ICMEC-4" in page
    with office.open():
        assert not Crosswalk.objects.exists()
    page = send(client, EQUAL)
    assert "Loaded: arbora--icmec." in page
    assert "asks the same" in page
    assert "Our own: text 1, loaded on" in page
    assert "is here already" in send(client, EQUAL)
    for name in ("arbora", "icmec"):
        page = client.get(reverse("strategy:framework", args=[name])).content.decode()
        assert reverse("strategy:crosswalk", args=["arbora--icmec"]) in page
    assert "ICMEC-4 was loaded as equal" in send(client, EQUAL.replace(b"equal", b"subset"))
    assert "There is something to put right" in send(client, b"- {}", name="a--<b>.yaml")


@pytest.mark.parametrize("language", ["en", "fr", "ar", "sw"])
def test_a_shipped_crosswalk_is_read_in_every_language(office, enter, language):
    page = enter(office.mwana).get(f"/{language}/desk/strategy/crosswalks/icmec--law/")
    assert page.status_code == 200
    assert page.content.decode().count("<bdi>LAW-") == 18


def test_no_such_crosswalk_and_no_right_look_the_same(office, enter):
    assert enter(office.ines).get(reverse("strategy:crosswalk", args=["a--b"])).status_code == 404
    assert "Load it" not in send(enter(office.mwana), EQUAL)
    with office.open():
        assert not Crosswalk.objects.exists()
