"""What leaves the observatory's desk is rounded and withheld; and how goals go, worked out from it."""

from decimal import Decimal

import pytest

from copse.base import database
from copse.kit.indicators import Status, catalogue
from copse.kit.parcels import IndicatorValues
from copse.observatory.models import Observation
from copse.observatory.queries.goals import Seen, goals
from copse.observatory.services import values
from tests.observatory.counting import DESK, GITA, SYSTEM, come, newest, number, opened, sheet


def observed(code, value=None, above=None, below=None, status=Status.KNOWN):
    return Observation(
        desk_id=DESK.id, indicator=code, period="2026-Q3", status=status, origin="computed",
        value=None if value is None else Decimal(value), numerator=above, denominator=below,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "observation", "told"),
    [
        ("REP-SENT", (4,), None),
        ("REP-SENT", (0,), 0),
        ("REP-SENT", (7,), 5),
        ("REP-SENT", (238,), 240),
        ("REP-GONE", (9,), None),
        ("REP-GONE", (11,), 10),
        # 58 of 64 would tell the counts; 60 of 65 does not.
        ("REP-DONE", ("90.6250", 58, 64), Decimal("92.3")),
        ("REP-DONE", ("5", 3, 60), None),
        ("REP-DONE", ("95", 57, 60), None),
        ("REP-ILLEGAL", ("50", 9, 18), None),
        ("REP-TTR", ("24", 9, 9), None),
        ("REP-TTR", ("24", 10, 10), 24),
        ("HEL-ONL", ("30", 9, 30), None),
        ("REP-AWARE", ("41.4444", None, 900), Decimal("41.4")),
        ("REP-AWARE", ("50", None, 4), None),
        ("EDU-LEAD", ("50", 2, 4), None),
        ("EDU-LEAD", ("25", 121, 484), Decimal("25.0")),
        ("LEGIS-GAP", (3,), 3),
        ("ME-FUND", ("12.3456", 1, 8), Decimal("12.3456")),
    ],
)
def test_small_numbers_are_withheld_and_shares_are_of_rounded_counts(code, observation, told):
    found = values.guarded(catalogue()[code], observed(code, *observation))
    assert found.value == told
    assert found.status == (Status.WITHHELD if told is None else Status.KNOWN)


def test_what_is_undefined_is_told_as_such():
    found = values.guarded(catalogue()["REP-DONE"], observed("REP-DONE", status="undefined"))
    assert (found.status, found.value) == (Status.UNDEFINED, None)


@pytest.fixture
def parcels(db, monkeypatch):
    """A country with a strategy room, and what was sent to it."""
    sent = []
    monkeypatch.setattr(values, "desks_in", lambda _room: [object()])
    monkeypatch.setattr(values.handover, "send", lambda room, parcel: sent.append((room, parcel)))
    with opened():
        yield sent


def test_a_breakdown_of_people_is_not_told_and_one_of_laws_is(parcels):
    come(
        sheet("portal.submitted", "2026-09", [(("en",), 80)], ("month", "language")),
        sheet("strategy.power_gaps_open", "2026-09", [(("HARM-1", "POWER-1"), 3)],
              ("month", "harm", "power")),
    )  # fmt: skip
    values.send(actor=SYSTEM)

    ((room, parcel),) = parcels
    assert (room, type(parcel)) == ("strategy", IndicatorValues)
    told = {(one.indicator, str(one.breakdown)): one.value for one in parcel.values}
    assert told["REP-SENT", "{}"] == "80"
    assert ("REP-SENT", "{'language': 'en'}") not in told
    assert told["LEGIS-GAP", "{'harm': 'HARM-1'}"] == "3.0000"


def test_each_value_is_told_once_and_a_new_vintage_again(parcels):
    come(number("portal.submitted", "2026-09", 80))
    assert values.send(actor=SYSTEM) == 1
    assert values.send(actor=SYSTEM) == 0
    come(number("portal.submitted", "2026-09", 90))
    assert values.send(actor=SYSTEM) == 1
    assert [one.vintage for _room, parcel in parcels for one in parcel.values] == [1, 2]


def test_what_is_not_approved_is_not_told(parcels):
    come(number("portal.submitted", "2026-07", 4), number("portal.submitted", "2026-09", 4))
    assert newest("REP-SENT", "2026-08").status == Status.ABSENT
    values.send(actor=SYSTEM)
    assert {one.period for _r, parcel in parcels for one in parcel.values} == {"2026-07", "2026-09"}


def test_without_a_strategy_room_values_wait(db):
    with opened():
        come(number("portal.submitted", "2026-09", 80))
        assert values.send(actor=SYSTEM) == 0
        assert Observation.objects.filter(sent=False).exists()


def test_telling_asks_who_may(db):
    from copse.base.access import Denied

    with database.as_desk(GITA.desk, GITA.user_id), pytest.raises(Denied):
        values.send(actor=GITA)


PLAN = {
    "goals": [
        {"code": "G-1", "indicator": "REP-TTR", "baseline": "78", "baseline_period": "2025",
         "targets": [{"period": "2028", "value": "24"}]},
        {"code": "G-2", "indicator": "", "baseline": None, "baseline_period": "", "targets": []},
        {"code": "G-3", "indicator": "LEGIS-GAP", "baseline": "14", "baseline_period": "2025",
         "targets": [{"period": "2028", "value": "0"}]},
    ]
}  # fmt: skip


def test_goals_go_as_their_values_say():
    seen = [
        Seen("REP-TTR", "2026-Q1", Decimal(70)),
        Seen("REP-TTR", "2026-Q2", Decimal(60)),
        Seen("REP-TTR", "2026-Q3", Decimal(48)),
        Seen("LEGIS-GAP", "2026-10", Decimal(15)),
    ]
    first, second, third = goals(PLAN, seen)

    assert (first["status"], first["latest"], first["latest_period"]) == (
        "on_track", "48", "2026-Q3",
    )  # fmt: skip
    assert Decimal(first["expected"]) < 78
    assert first["forecast_day"] == "2028-12-31"
    assert (second["status"], second["latest"]) == ("not_known", None)
    assert (third["status"], third["forecast"]) == ("off_track", None)
    assert goals({}, seen) == []
