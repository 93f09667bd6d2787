"""Loading frameworks, and how far the answers to them go."""

import pytest
from django.urls import reverse
from django.utils import timezone

from copse.base import audit
from copse.base.access import Denied
from copse.kit.errors import InputError
from copse.kit.framework.coverage import Strength
from copse.kit.framework.library import shipped, shipped_home
from copse.kit.framework.lines import BadFramework
from copse.strategy.models import Answer
from copse.strategy.models import Framework as Loaded
from copse.strategy.queries import answered, frameworks, public_frameworks
from copse.strategy.queries.answered import State
from copse.strategy.services import answers
from copse.strategy.services import frameworks as services
from copse.strategy.services.frameworks import Answers, ChoiceNeeded
from copse.strategy.workflow import FrameworkAction

URN = "urn:copse:framework:arbora"


def text(en):
    return f'{{en: "{en}", fr: "{en} (fr)", ar: "{en} (ar)", sw: "{en} (sw)"}}'


def arbora(version=1, *, second="Is there a second?", values=("no", "yes"), retired="",
           gone=False, third=False):  # fmt: skip
    """A framework of the country's own, as its file."""
    scale = "\n".join(f"    - {{value: {one}, label: {text(one)}}}" for one in values)
    nodes = [f"  - {{id: A-1, kind: question, label: {text('Is there one?')}, scale: yes}}"]
    if not gone:
        more = f", retired: {retired}" if retired else ""
        asked = "depends: {question: A-1, answers: [yes]}"
        nodes.append(
            f"  - {{id: A-2, kind: question, label: {text(second)}, scale: yes, {asked}{more}}}"
        )
    if third:
        nodes.append(f"  - {{id: A-3, kind: question, label: {text('A third?')}, scale: yes}}")
    return "\n".join([
        f"urn: {URN}", f"version: {version}", "kind: questions", f"title: {text('Ours')}",
        "source: {name: Arbora, year: 2026, url_or_reference: here}", "licence: {note: ours}",
        "scales:", "  yes:", scale, "nodes:", *nodes, "",
    ]).encode()  # fmt: skip


def load(office, raw, who=None, file="arbora.yaml", **more):
    who = who or office.ines
    with office.open(who):
        return services.load(actor=who, file=file, raw=raw, **more)


def give(office, node, value):
    with office.open(office.ines):
        return answers.answer(
            actor=office.ines, node_urn=f"urn:copse:framework:{node}", value=value
        )


def states(office, name):
    with office.open():
        found = frameworks.loaded()[name]
        rows = answered.of(found, frameworks.standing(), timezone.localdate())
    return {one.node.id: one for one in rows}


def test_what_comes_with_copse_is_loaded_once(office):
    with office.open():
        assert services.load_shipped(actor=office.system) == len(shipped().own)
        assert services.load_shipped(actor=office.system) == 0
        assert set(frameworks.loaded()) == set(shipped().frameworks)
        row = Loaded.objects.get(urn="urn:copse:framework:lundy")
        assert row.body == (shipped_home() / "lundy.yaml").read_text("utf-8")
        assert audit.actions_on(row) == [FrameworkAction.LOAD]


def test_a_country_loads_its_own(office):
    assert load(office, arbora())
    assert not load(office, arbora())
    with office.open():
        assert frameworks.node(f"{URN}:A-2")[1].depends.question == "A-1"


def test_a_file_with_problems_says_all_of_them_with_their_lines(office):
    with pytest.raises(BadFramework, match=r"arbora.yaml:\d+: A-1: The scale “maybe”"):
        load(office, arbora().replace(b"scale: yes", b"scale: maybe"))
    with office.open():
        assert not Loaded.objects.exists()


def test_what_the_tables_cannot_hold_is_said(office):
    with pytest.raises(InputError, match="longer than 20 letters"):
        load(office, arbora(values=("no", "yes", "neither-this-nor-that")))
    with pytest.raises(InputError, match="longer than 40 letters"):
        load(office, arbora().replace(b"A-1", b"A-" + b"1" * 60))


def test_a_version_never_has_two_texts(office):
    load(office, arbora())
    with pytest.raises(InputError, match="Version 1 of arbora is here with another text"):
        load(office, arbora(third=True))


def test_a_published_id_never_vanishes(office):
    load(office, arbora())
    with pytest.raises(InputError, match="A-2 vanished, moved or changed kind since version 1"):
        load(office, arbora(2, gone=True))
    assert load(office, arbora(2, retired="2"))
    with pytest.raises(InputError, match="An older one is not loaded"):
        load(office, arbora(third=True))


def test_the_text_of_what_comes_with_copse_is_that_of_copse(office):
    raw = (shipped_home() / "lundy.yaml").read_bytes()
    with pytest.raises(InputError, match="lundy comes with Copse"):
        load(office, raw.replace(b"version: 1", b"version: 2"), file="lundy.yaml")


def test_a_new_version_asks_what_becomes_of_the_answers(office):
    load(office, arbora())
    give(office, "arbora:A-1", "yes")
    give(office, "arbora:A-2", "no")
    new = arbora(2, values=("no", "partly", "yes"))
    with pytest.raises(ChoiceNeeded, match=r"version 2 changed: A-1, A-2\."):
        load(office, new)
    assert load(office, new, answers=Answers.KEEP)
    found = states(office, "arbora")
    assert {one.state for one in found.values()} == {State.AGAIN}
    assert found["A-1"].answer.value == "yes"
    assert found["A-1"].answer.reopened_because == "Version 2 asks this in another way."
    give(office, "arbora:A-1", "yes")
    assert states(office, "arbora")["A-1"].state is State.GIVEN


def test_cleared_answers_are_set_aside_and_not_lost(office):
    load(office, arbora())
    first = give(office, "arbora:A-1", "yes")
    second = give(office, "arbora:A-2", "no")
    load(office, arbora(2, second="Are there two?"), answers=Answers.CLEAR)
    assert office.fresh(first).replaced_on is None, "nothing changed for it"
    assert office.fresh(second).replaced_on == timezone.localdate()
    assert states(office, "arbora")["A-2"].state is State.OPEN
    with office.open():
        assert audit.actions_on(second) == [FrameworkAction.ANSWER, FrameworkAction.LOAD]


def test_new_words_alone_leave_a_kept_answer_as_it_is(office):
    load(office, arbora())
    give(office, "arbora:A-1", "yes")
    give(office, "arbora:A-2", "no")
    load(office, arbora(2, second="Are there two?", third=True), answers=Answers.KEEP)
    found = states(office, "arbora")
    assert [found[one].state for one in ("A-1", "A-2", "A-3")] == [
        State.GIVEN, State.GIVEN, State.OPEN,
    ]  # fmt: skip


def test_a_value_that_the_scale_has_lost_is_set_aside_even_if_kept(office):
    load(office, arbora())
    row = give(office, "arbora:A-1", "no")
    load(office, arbora(2, values=("never", "yes")), answers=Answers.KEEP)
    assert office.fresh(row).replaced_on is not None


def test_who_only_reads_loads_nothing(office):
    for who in (office.jabari, office.leo, office.mwana):
        with pytest.raises(Denied):
            load(office, arbora(), who=who)
    assert load(office, arbora(), who=office.karima)


def test_one_answer_serves_every_framework_that_maps_to_it(office):
    office.load_frameworks()
    give(office, "icmec:ICMEC-4", "yes")
    law, brief = states(office, "law")["LAW-7"], states(office, "itu-brief")["CSAM-2"]
    assert (law.state, law.inferred[0].value) == (State.FOLLOWS, "in_force")
    assert (brief.state, brief.inferred[0].strength) == (State.PARTLY, Strength.PARTLY)
    assert brief.inferred[0].path == (
        "urn:copse:framework:icmec:ICMEC-4", "urn:copse:framework:itu-brief:CSAM-2",
    )  # fmt: skip


def test_nothing_inferred_stands_where_a_person_answered(office):
    office.load_frameworks()
    give(office, "mnr:MNR-12", "2")
    assert states(office, "itu-brief")["REP-1"].inferred[0].value == "2"
    give(office, "itu-brief:REP-1", "1")
    mine = states(office, "itu-brief")["REP-1"]
    assert (mine.state, mine.answer.value, mine.inferred) == (State.GIVEN, "1", ())
    give(office, "mnr:MNR-12", "4")
    assert states(office, "itu-brief")["REP-1"].answer.value == "1"
    with office.open():
        assert Answer.objects.filter(node__contains="itu-brief").count() == 1, "none is written"


def test_a_question_waits_for_the_one_it_hangs_on(office):
    load(office, arbora())
    assert states(office, "arbora")["A-2"].state is State.LATER
    give(office, "arbora:A-1", "yes")
    assert states(office, "arbora")["A-2"].state is State.OPEN
    give(office, "arbora:A-2", "yes")
    give(office, "arbora:A-1", "no")
    assert states(office, "arbora")["A-2"].state is State.LATER, "its answer waits, too"


def test_the_short_tier_has_twelve(office):
    office.load_frameworks()
    with office.open():
        found = frameworks.loaded()["due-diligence"]
        short = answered.of(found, {}, timezone.localdate(), answered.SHORT)
    assert (len(short), len(answered.nodes(found))) == (12, 40)


def test_the_public_reads_counts_and_nothing_else(office):
    office.load_frameworks()
    give(office, "itu-brief:REP-1", "2")
    give(office, "icmec:ICMEC-4", "yes")
    with office.open():
        rows = {
            one["urn"].rpartition(":")[2]: one for one in public_frameworks.part()["frameworks"]
        }
    brief = rows["itu-brief"]
    assert (brief["nodes"], brief["answered"], brief["stale"]) == (56, 1, 0)
    assert brief["inferred"] >= 1
    assert "maturity" not in rows, "it asks nothing"
    assert rows["mnr"]["title"]["en"] == "WeProtect Model National Response"
    counts = {"nodes", "asked", "answered", "inferred", "stale"}
    assert all(row.keys() == {"urn", "title", "version", *counts} for row in rows.values())


def test_before_anything_is_loaded_the_page_says_what_to_do(office, enter):
    page = enter(office.ines).get(reverse("strategy:frameworks"))
    assert "copse framework load" in page.content.decode()
