import json

import pytest

from copse.base import database
from copse.base.organisations.directory import Country
from copse.observatory import services
from copse.observatory.queries import opendata
from copse.kit.indicators import catalogue
from copse.observatory.queries.opendata import FORMATS, Published, Unlisted, api, lists
from copse.observatory.queries.opendata.table import CODED, COLUMNS, DIMENSIONS
from tests.observatory.counting import DESK, HANA, come, opened, sheet
from tests.observatory.opendata import SITE, body, observation, published

LANGUAGES = {"en", "fr", "ar", "sw"}


def rows_of(indicator, text=None):
    return [one for one in opendata.rows(published(text)) if one["INDICATOR"] == indicator]


def test_a_withheld_number_keeps_its_row_without_a_value():
    found = [one for one in rows_of("hotline-concerns") if one["RISK"] == "conduct"]

    assert [(one["OBS_VALUE"], one["OBS_STATUS"], one["CONF_STATUS"]) for one in found] == [
        ("", "Q", "C")
    ]


def test_a_zero_is_a_number_and_not_a_gap():
    found = next(one for one in rows_of("hotline-concerns") if one["RISK"] == "_U")

    assert (found["OBS_VALUE"], found["OBS_STATUS"]) == ("0", "A")


def test_a_sum_of_months_names_the_months_it_is_of():
    found = next(one for one in rows_of("hotline-concerns") if one["RISK"] == "_T")

    assert found["TIME_PERIOD"] == "2026-09-01/P2M"


def test_a_time_says_that_it_is_a_bound():
    half, most = rows_of("hotline-clock-removal-median"), rows_of("hotline-clock-removal-p90")

    assert [(one["OBS_VALUE"], one["UNIT"], one["BOUND"]) for one in (*half, *most)] == [
        ("24", "hours", "at_most"), ("672", "hours", "over"),
    ]  # fmt: skip


@pytest.mark.parametrize(("value", "bound"), [("48", "at_most"), ("672", "last_bound")])
def test_a_median_of_buckets_is_a_bound_too(value, bound):
    text = indicator(code="REP-TTR", value=value, series=[], breakdowns=[])

    assert [one["BOUND"] for one in rows_of("REP-TTR", text)] == [bound]


def test_of_several_vintages_the_last_is_told():
    found = {one["TIME_PERIOD"]: one for one in rows_of("REP-DONE") if one["BREAKDOWN"] == "_T"}

    assert (found["2026-10"]["OBS_VALUE"], found["2026-10"]["VINTAGE"]) == ("62.5", "2")
    assert set(found) == {"2026-09", "2026-10"}


def test_a_typed_number_says_so():
    assert {one["ORIGIN"] for one in rows_of("REP-AWARE")} == {"typed"}


def test_every_breakdown_stands_in_its_own_dimension():
    found = {
        (one["SEX"], one["AGE"], one["DISABILITY"]): one["OBS_VALUE"]
        for one in rows_of("REP-AWARE")
    }

    assert found == {
        ("_T", "_T", "_T"): "44.1", ("F", "_T", "_T"): "46.2", ("_T", "Y13T15", "_T"): "40.0",
        ("_T", "_T", "PD"): "",
    }  # fmt: skip


def test_an_indicator_that_waits_has_no_row_but_is_named():
    assert rows_of("HEL-ANS") == []
    told = json.loads(FORMATS["json"].make(published()))["indicators"]
    assert {one["code"]: one["waiting_for"] for one in told}["HEL-ANS"] == "helpline"


def test_a_release_made_before_there_were_indicators_still_has_its_facts():
    text = json.dumps(
        {key: value for key, value in json.loads(body()).items()
         if key not in {"indicators", "goals", "plan"}}
    )  # fmt: skip

    assert {one["INDICATOR"].partition("-")[0] for one in opendata.rows(published(text))} == {
        "hotline"
    }
    for one in FORMATS.values():
        assert one.make(published(text))


def indicator(**changes):
    made = json.loads(body())["indicators"][0]
    return body(observations=[], indicators=[{**made, **changes}])


def broken(code="REP-DONE", **changes):
    row = {"dimension": "language", "key": "sw", "period": "2026-10", "value": "1",
           "conf_status": "F", **changes}  # fmt: skip
    return indicator(code=code, series=[], breakdowns=[row])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (indicator(code="REP-NONE"), "INDICATOR"),
        (indicator(origin="guessed"), "ORIGIN"),
        (broken(dimension="shoe_size", key="42"), "BREAKDOWN"),
        (broken(dimension="age", key="4", code="REP-AWARE"), "AGE"),
        (broken(period="2026-13"), "period"),
        (broken(code="LEGIS-GAP", dimension="harm", key="POWER-1"), "BREAKDOWN"),
        (broken(period="last year"), "period"),
        (broken(key="two words"), "BREAKDOWN"),
        (broken(value="12", conf_status="C"), "withheld"),
        (broken(value=None, conf_status="X"), "CONF_STATUS"),
        (broken(value="NaN"), "no number"),
        (broken(value="a few"), "no number"),
        (body(observations=[observation("hotline.concerns", "2026-10", "weather", 5)]), "RISK"),
        (body(observations=[observation("hotline.unheard", "2026-10", "_T", 5)]), "hotline.unheard"),
        (body(observations=[observation("hotline.concerns", "2026-10", "_T", 5)] * 2), "twice"),
    ],
)  # fmt: skip
def test_what_no_code_list_has_is_written_to_no_file(text, words):
    for name in ("csv", "json", "sdmx-csv", "sdmx-xml", "sdmx-json", "data-package"):
        with pytest.raises(Unlisted, match=words):
            FORMATS[name].make(published(text))


def test_a_countrys_own_framework_is_told_by_its_code_in_every_format():
    code = next(one.code for one in catalogue() if "framework" in one.by)
    row = {"dimension": "framework", "period": "2026", "value": "1", "conf_status": "F"}
    rows = [{**row, "key": key} for key in ("arbora", "icmec")]
    made = published(indicator(code=code, series=[], breakdowns=rows))
    for name, one in FORMATS.items():
        assert one.make(made), name
    named = json.loads(FORMATS["json"].make(made))["codes"]["BREAKDOWN"]
    assert set(named["framework@arbora"].values()) == {"arbora"}
    assert named["framework@icmec"]["en"] == "ICMEC criteria and model provisions"


def test_every_code_and_column_has_a_name_in_four_languages():
    for column in COLUMNS:
        assert set(lists.columns()[column]) == LANGUAGES
    found = json.loads(FORMATS["json"].make(published()))["codes"]
    assert set(found) == CODED
    for column, codes in found.items():
        for code, text in codes.items():
            assert set(text) == LANGUAGES, (column, code)
            assert all(text.values()), (column, code)
    assert len(set(found["INDICATOR"]["hotline-concerns"].values())) == 4


def test_the_api_says_the_same_numbers_and_nothing_more():
    listed = json.loads(api.listing(published()))["indicators"]
    assert [one["code"] for one in listed] == ["REP-DONE", "REP-AWARE", "LEGIS-34", "HEL-ANS"]
    assert listed[0]["href"] == f"{SITE}/numbers/api/indicators/REP-DONE.json"
    for code in ("REP-DONE", "REP-AWARE", "HEL-ANS"):
        found = json.loads(api.one(published(), code))
        kept = [name for name in COLUMNS if name not in {"INDICATOR", "CAUTION"}]
        assert [[one[name] or "" for name in kept] for one in found["observations"]] == [
            [one[name] for name in kept] for one in rows_of(code)
        ]
        assert set(found["caution"]) == LANGUAGES
    assert api.one(published(), "REP-TTR") is None


def test_a_file_is_found_by_its_name_and_always_the_same():
    names = [one.file_name for one in FORMATS.values()]
    assert len(set(names)) == len(names)
    for name in names:
        assert opendata.file_of(published(), name) == opendata.by_file(name).make(published())
    assert opendata.file_of(published(), "../secrets") is None


@pytest.mark.django_db
def test_a_release_as_it_is_published_today_becomes_every_file():
    with database.as_room("administration"):
        Country(code="XA", name="Arbora").save(force_insert=True)
    with opened():
        cells = [(("contact",), 40), (("content",), 20), (("conduct",), 3)]
        come(sheet("hotline.concerns", "2026-10", cells, ("month", "risk_class")))
    with database.as_desk(DESK, HANA.user_id):
        release = services.publish(actor=HANA, until="2026-10")

    found = Published.of(release, site=SITE + "/")

    assert (found.area, found.country, found.site) == ("XA", "Arbora", SITE)
    table = opendata.rows(found)
    content = json.loads(release.body)["observations"]
    assert len(table) >= len(content)
    assert (
        sum(not one["OBS_VALUE"] for one in table)
        >= sum(one["value"] is None for one in content)
        > 0
    )
    assert len({tuple(one[name] for name in DIMENSIONS) for one in table}) == len(table)
    for one in FORMATS.values():
        assert one.make(found)
