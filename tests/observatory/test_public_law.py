"""What everybody reads of the law: a gap is what somebody found, and the rest is not known."""

import pytest

from copse.base import database
from copse.kit.framework.library import shipped
from copse.observatory.queries import naming
from tests.observatory import printed
from tests.observatory.test_views import DESK, HANA

GAP, UNKNOWN, HELD = ("HARM-1", "POWER-1"), ("HARM-2", "POWER-2"), ("HARM-3", "POWER-3")
UNLOOKED = {
    "en": "Nobody has looked into 166 of 168 pairs of a harm and a power.",
    "fr": "Personne n’a examiné 166 des 168 paires d’un danger et d’un pouvoir.",
    "ar": "لم ينظر أحد في 166 من أصل 168 زوجا من ضرر وصلاحية.",
    "sw": "Hakuna aliyechunguza jozi 166 kati ya 168 za dhara na mamlaka.",
}


def powers(*found):
    return [
        {"harm": harm, "power": power, "state": state, "gap_since": "2026-01-05"}
        for (harm, power), state in found
    ]


@pytest.fixture
def page(client, db):
    def read(found, language="en"):
        law = printed.plan()["law"] | {"powers": found}
        made = printed.release(plan=printed.plan() | {"law": law})
        with database.as_desk(DESK, HANA.user_id):
            made.save(force_insert=True)
        return client.get(f"/{language}/numbers/law/").content.decode()

    return read


def label(code):
    return naming.label(code, shipped()["harms-powers"].name)


@pytest.mark.parametrize("language", ["en", "fr", "ar", "sw"])
def test_what_nobody_looked_into_is_no_gap_and_is_counted_apart(page, language):
    found = page(powers((GAP, "absent"), (UNKNOWN, "unknown"), (HELD, "in_force")), language)
    assert UNLOOKED[language] in found
    assert found.count("<details") == 1


def test_a_gap_is_named_with_its_power(page):
    found = page(powers((GAP, "repealed"), (UNKNOWN, "unknown")))
    assert label("HARM-1") in found
    assert label("POWER-1") in found
    assert label("HARM-2") not in found


def test_where_all_was_looked_into_nothing_is_said_to_be_unknown(page):
    axes = {
        axis: [one.id for one in shipped()["harms-powers"].nodes.values()
               if one.about.get("axis") == axis]
        for axis in ("harm", "power")
    }  # fmt: skip
    every = [(harm, power) for harm in axes["harm"] for power in axes["power"]]
    assert "Nobody has looked into" not in page(powers(*((one, "in_force") for one in every)))


BOUND = {
    "en": "Ratified without reservations", "fr": "Ratifié sans réserve",
    "ar": "صودق عليه دون تحفظ", "sw": "Imeridhiwa bila hifadhi",
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr", "ar", "sw"])
def test_a_treaty_stands_in_words_and_not_in_codes(client, db, language):
    joined = {"treaty": "TR-CRC", "state": "bound", "on": "1991-09-02", "reservations": ""}
    law = printed.plan()["law"] | {"treaties": [joined, joined | {"state": "denounced"}]}
    made = printed.release(plan=printed.plan() | {"law": law})
    with database.as_desk(DESK, HANA.user_id):
        made.save(force_insert=True)
    page = client.get(f"/{language}/numbers/law/").content.decode()
    assert f"<strong>{BOUND[language]}</strong>" in page
    assert "<strong>bound</strong>" not in page
    assert "<strong>denounced</strong>" not in page


@pytest.mark.parametrize(
    ("dimension", "key", "said"),
    [
        ("harm", "HARM-2", "Grooming"),
        ("power", "POWER-1", "Investigate"),
        ("owner_group", "", "Not known"),
        ("room", "hotline", "Hotline"),
        ("framework", "law", None),
        ("region", "coast", "coast"),
    ],
)
def test_a_part_of_a_number_is_named(client, db, dimension, key, said):
    parts = [{"dimension": dimension, "key": key, "period": "2026-10", "value": "3",
              "conf_status": "F", "vintage": 1}]  # fmt: skip
    made = printed.release(indicators=[printed.indicator("LEGIS-GAP") | {"breakdowns": parts}])
    with database.as_desk(DESK, HANA.user_id):
        made.save(force_insert=True)
    page = client.get("/en/numbers/indicators/LEGIS-GAP/").content.decode()
    name = said or shipped()["law"].title["en"]
    assert f'<th scope="row" class="govuk-table__header">{name}</th>' in page
