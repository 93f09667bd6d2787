"""The catalogue as shipped, and what becomes of one with a fault."""

import pytest

from copse.kit.framework.library import shipped
from copse.kit.framework.lines import BadFramework
from copse.kit.framework.model import NodeKind
from copse.kit.indicators import Nature, Statistic, catalogue, read_catalogue, unit

CALM = """\
urn: urn:copse:indicators
version: 1
source: {name: Copse, year: 2026, url_or_reference: ours}
licence: {note: free}
queries:
  - {name: goals, source: plan, over: stock, dimensions: [], about: Goals.}
indicators:
  - id: ME-GOALS
    actions: [ME-2]
    title: {en: Goals, fr: Buts, ar: أهداف, sw: Malengo}
    sentence: {en: "{value}", fr: "{value}", ar: "{value}", sw: "{value}"}
    formula: {en: goals, fr: buts, ar: أهداف, sw: malengo}
    numerator: {query: goals}
    statistic: last
    unit: count
    direction: none
    source: plan
    by: []
    cadence: monthly
    threshold: none
    nature: count
    caution: {en: None, fr: Rien, ar: لا شيء, sw: Hakuna}
"""


def read(tmp_path, text):
    file = tmp_path / "indicators.yaml"
    file.write_text(text, "utf-8")
    return read_catalogue(file)


def test_every_action_of_the_brief_has_an_indicator():
    actions = shipped()["itu-brief"].of_kind(NodeKind.ACTION)
    assert len(actions) == 44
    assert [one.id for one in actions if not catalogue().of_action(one.id)] == []


def test_about_sixty_and_at_least_eighteen_can_be_computed_now():
    assert 55 <= len(catalogue()) <= 90
    assert sum(not one.waiting for one in catalogue()) >= 18


def test_what_an_indicator_names_is_there():
    brief = shipped()["itu-brief"]
    for one in catalogue():
        assert [code for code in (*one.actions, *one.principles) if code not in brief] == []
        for place in one.crosswalk:
            framework, _colon, node = place.partition(":")
            assert node in shipped()[framework], (one.code, place)


def test_counts_and_rates_are_told_apart():
    natures = {one.code: one.nature for one in catalogue()}
    assert natures["REP-TTR"] == Nature.DURATION
    assert natures["REP-SENT"] == Nature.COUNT
    assert all(
        one.nature in (Nature.RATE, Nature.MONEY) or one.unit != "%" or one.nature == Nature.SURVEY
        for one in catalogue()
        if one.statistic == Statistic.RATIO
    )


def test_a_unit_is_said_in_the_readers_language():
    assert (unit("h", "fr"), unit("count", "fr"), unit("%", "ar")) == ("heures", "", "%")


def test_a_calm_file_is_read(tmp_path):
    one = read(tmp_path, CALM)["ME-GOALS"]
    assert (one.facts, one.factor, one.rising) == (("strategy.goals",), 1, False)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: ME-GOALS", "ident: ME-GOALS", "“id” is missing"),
        ("query: goals}", "query: aims}", "described under “queries” by nobody"),
        ("{query: goals}", "{query: goals, fact: portal.sent}", "one of a fact, a query or a name"),
        ("statistic: last", "statistic: ratio", "A ratio has a “denominator”"),
        ("cadence: monthly", "cadence: weekly", "no cadence"),
        ("unit: count", "unit: miles", "no unit here"),
        ('ar: "{value}"', 'ar: "x"', "does not hold {value} in “ar”"),
        ("    by: []", "    by: []\n    colour: red", "no key here"),
        ("fr: Buts, ", "", "no words in: fr"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path, old, new, said):
    assert old in CALM
    with pytest.raises(BadFramework) as caught:
        read(tmp_path, CALM.replace(old, new, 1))
    assert said in str(caught.value)
    assert "indicators.yaml:" in str(caught.value)


def test_the_same_code_twice_is_refused(tmp_path):
    again = CALM + CALM.partition("indicators:\n")[2]
    with pytest.raises(BadFramework, match="twice"):
        read(tmp_path, again)
