"""The frameworks that come with Copse are whole, in four languages, and keep what they published."""

import re
from collections import Counter

import pytest

from copse.kit import taxonomy
from copse.kit.framework.coverage import Answer, Strength, coverage
from copse.kit.framework.library import shipped
from copse.kit.framework.model import EvidenceKind, NodeKind, Relation

LIBRARY = shipped()
BRIEF = LIBRARY["itu-brief"]
ARABIC = re.compile(r"[\u0621-\u064a]")
NODES = [node for framework in LIBRARY.frameworks.values() for node in framework.nodes.values()]
ROOMS = set(
    "portal hotline helpline industry enforcement regulator strategy observatory participation "
    "learn".split()
)


def urn(framework, id_):
    return LIBRARY[framework][id_].urn


def test_the_brief_has_what_the_brief_has():
    counted = Counter(node.kind for node in BRIEF.nodes.values())
    assert counted[NodeKind.PRINCIPLE] == 10
    assert counted[NodeKind.ACTION] == 44
    assert counted[NodeKind.GROUP] == 7
    assert counted[NodeKind.TRAIT] == 10
    assert counted[NodeKind.RISK] == 32
    assert counted[NodeKind.FIGURE] == 10
    assert [node.id for node in BRIEF.of_kind(NodeKind.ADDITION)] == ["X-1", "X-2"]


def test_the_actions_stand_under_their_twelve_areas():
    areas = Counter(node.parent for node in BRIEF.of_kind(NodeKind.ACTION))
    assert areas == {
        "RIGHTS": 3, "LEGIS": 4, "CSAM": 2, "LE": 3, "REG": 4, "ME": 2, "IND": 7, "REP": 3,
        "VIC": 5, "DATA": 2, "EDU": 6, "AWARE": 3,
    }  # fmt: skip


def test_every_action_says_how_and_by_which_evidence_it_is_shown():
    for node in BRIEF.of_kind(NodeKind.ACTION, NodeKind.ADDITION):
        assert node.how, node.id
        assert node.evidence, node.id
        assert node.scale == "maturity"
        assert set(node.rooms) <= ROOMS
        assert node.rooms, node.id
    shown = {node.id: node.evidence for node in BRIEF.of_kind(NodeKind.ACTION)}
    assert shown["REP-1"] == (EvidenceKind.OPERATIONAL, EvidenceKind.COMPUTED)
    assert shown["LEGIS-3"] == (EvidenceKind.TRACKED,)
    assert all(node.check for node in BRIEF.of_kind(NodeKind.PRINCIPLE))


def test_the_risks_are_those_of_the_code_list_in_the_same_words():
    risks = taxonomy.scheme("risk")
    told = {node.about["code"]: node for node in BRIEF.of_kind(NodeKind.RISK, NodeKind.RISK_CLASS)}
    assert set(told) == set(risks.codes())
    for code, node in told.items():
        assert node.about["role"] == risks[code]["role"]
        assert node.about.get("class", "") == risks[code].parent
        for lang in taxonomy.LANGUAGES:
            assert node.label[lang] == risks.label(code, lang)


def test_every_reference_figure_has_its_date_place_source_and_caution():
    for node in BRIEF.of_kind(NodeKind.FIGURE):
        assert {"value", "unit", "period", "place", "citation"} <= set(node.about), node.id
        assert re.fullmatch(r"\d{4}(-\d\d|/\d{4})?", node.about["period"])
        assert "nothing of this country" in node.hint["en"]


def test_the_levels_are_called_the_same_in_the_brief_and_in_their_own_file():
    levels = LIBRARY["maturity"]
    assert BRIEF.scales["maturity"] == levels.scales["maturity"]
    named = {node.about["value"]: node.label for node in levels.of_kind(NodeKind.LEVEL)}
    assert named == {one.value: one.label for one in BRIEF.scales["maturity"].levels}


@pytest.mark.parametrize(
    ("name", "kind", "count"),
    [
        ("mnr", NodeKind.CAPABILITY, 21),
        ("mnr", NodeKind.CELL, 84),
        ("mnr", NodeKind.DOMAIN, 6),
        ("icmec", NodeKind.CRITERION, 5),
        ("icmec", NodeKind.PROVISION, 13),
        ("law", NodeKind.QUESTION, 34),
        ("maturity", NodeKind.LEVEL, 5),
        ("due-diligence", NodeKind.QUESTION, 40),
        ("lundy", NodeKind.ELEMENT, 4),
        ("nine-requirements", NodeKind.REQUIREMENT, 9),
        ("opsc", NodeKind.REQUIREMENT, 7),
    ],
)
def test_the_others_are_whole(name, kind, count):
    assert len(LIBRARY[name].of_kind(kind)) == count


def test_small_firms_are_asked_twelve_questions():
    short = [node for node in LIBRARY["due-diligence"].nodes.values() if node.tier == "short"]
    assert len(short) == 12


def test_every_capability_has_a_cell_for_each_phase():
    mnr = LIBRARY["mnr"]
    for capability in mnr.of_kind(NodeKind.CAPABILITY):
        cells = [cell.id for cell in mnr.children(capability.id)]
        assert cells == [f"{capability.id}.{phase}" for phase in mnr.scales["phase"].values]


def in_a_wrong_language(text):
    if set(text) != set(taxonomy.LANGUAGES):
        return True
    arabic = [lang for lang in taxonomy.LANGUAGES if ARABIC.search(text[lang])]
    # A name may be the same in two languages; a sentence never is.
    sentence = len(text["en"].split()) > 3
    return arabic != ["ar"] or (sentence and len(set(text.values())) < 4)


def test_every_text_is_in_the_language_it_says():
    texts = [
        (node.urn, text)
        for node in NODES
        for text in (node.label, node.hint, node.how, node.check)
        if text
    ]
    assert len(texts) > 500
    assert [(urn, text) for urn, text in texts if in_a_wrong_language(text)] == []


def test_the_rule_sees_a_text_in_a_wrong_language():
    good = {"en": "We ask a child.", "fr": "On demande.", "ar": "نسأل", "sw": "Tunauliza."}
    assert not in_a_wrong_language(good)
    for bad in ({"sw": good["ar"]}, {"ar": "We ask."}, {"fr": good["en"]}, {"es": "Preguntamos."}):
        assert in_a_wrong_language(good | bad)


def test_labels_tell_the_nodes_of_a_kind_apart():
    counted = Counter(
        (framework.name, lang, node.kind, node.label[lang])
        for framework in LIBRARY.own
        for lang in taxonomy.LANGUAGES
        for node in framework.nodes.values()
    )
    assert [label for label, count in counted.items() if count > 1] == []


def test_every_id_is_published():
    assert [node.urn for node in LIBRARY.unpublished()] == []


def test_every_capability_leads_to_the_brief_or_to_an_addition():
    starts = {
        link.start for one in LIBRARY.crosswalks for link in one.links if one.end == BRIEF.urn
    }
    missing = [
        one.id for one in LIBRARY["mnr"].of_kind(NodeKind.CAPABILITY) if one.urn not in starts
    ]
    assert missing == []


def test_one_answer_serves_the_brief_the_model_and_the_criteria():
    steps = LIBRARY.steps()
    answers = [Answer(urn("law", "LAW-7"), "in_force", "Amara")]
    criteria = coverage(LIBRARY["icmec"], answers, steps)
    assert (criteria.best("ICMEC-4").value, criteria.best("ICMEC-4").strength) == (
        "yes",
        Strength.FULLY,
    )
    brief = coverage(BRIEF, answers, steps)
    # One act of nine: a part of the action, and a law alone is never more than level 2.
    assert (brief.best("CSAM-1").value, brief.best("CSAM-1").strength) == ("2", Strength.PARTLY)
    assert brief.best("CSAM-2").relation is Relation.SUBSET
    model = coverage(LIBRARY["mnr"], answers, steps)
    assert model.best("MNR-3").origin == answers[0]
    assert model.best("MNR-3").value == "2"
    assert len(model.best("MNR-3").path) == 4


def test_a_helpline_answered_in_the_model_is_answered_in_the_brief():
    answers = [Answer(urn("mnr", "MNR-11"), "3", "Amara")]
    best = coverage(BRIEF, answers, LIBRARY.steps()).best("REP-2")
    assert (best.value, best.strength) == ("3", Strength.FULLY)


def test_answers_about_one_service_or_one_consultation_say_nothing_of_the_country():
    steps = LIBRARY.steps()
    about_one = ("due-diligence", "safety-by-design", "lundy", "nine-requirements")
    answers = [
        Answer(node.urn, LIBRARY[name].scale_of(node).values[-1], "Amara")
        for name in about_one
        for node in LIBRARY[name].nodes.values()
        if node.scale
    ]
    assert coverage(BRIEF, answers, steps).inferred == {}
