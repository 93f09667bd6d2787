from datetime import date
from uuid import UUID

import pytest

from copse.base.facts import collecting, registry
from copse.base.facts.registry import BadFact, UnknownFact

DESK = UUID("00000000-0000-4000-8000-0000000000d1")
JANUARY = (date(2026, 1, 1), date(2026, 2, 1))


def nothing(since, until):
    return []


@pytest.fixture(autouse=True)
def no_other_facts(monkeypatch):
    monkeypatch.setattr(registry, "_FACTS", {})


def test_a_count_adds_up_what_comes_in_parts():
    @registry.count("desk.things", dimensions=("month",), label="Things")
    def things(since, until):
        return [(("2026-01",), 2), (("2026-01",), 3)]

    assert registry.fact("desk.things").cells(*JANUARY) == {("2026-01",): 5}


def test_a_histogram_keeps_buckets_and_no_durations():
    @registry.histogram("desk.clock", dimensions=("month",), label="Clock", buckets=(1, 4))
    def clock(since, until):
        return [(("2026-01",), hours) for hours in (0, 1, 1.5, 4, 4.01)]

    found = registry.fact("desk.clock")
    assert found.cells(*JANUARY) == {
        ("2026-01", "1"): 2,
        ("2026-01", "4"): 2,
        ("2026-01", "over"): 1,
    }
    assert found.cell_dimensions == ("month", "hours")
    assert found.bounds == ("1", "4")


def test_a_fact_whose_keys_do_not_fit_is_stopped():
    @registry.count("desk.things", dimensions=("month", "risk_class"), label="Things")
    def things(since, until):
        return [(("2026-01",), 2)]

    with pytest.raises(BadFact, match="1 keys, not 2"):
        registry.fact("desk.things").cells(*JANUARY)


def test_names_are_taken_once_and_begin_with_their_room():
    declare = registry.count("desk.things", dimensions=(), label="Things")
    declare(nothing)
    with pytest.raises(ValueError, match="two facts"):
        declare(nothing)
    with pytest.raises(ValueError, match="begin with its room"):
        registry.count("things", dimensions=(), label="Things")(nothing)
    with pytest.raises(ValueError, match="do not rise"):
        registry.histogram("desk.clock", dimensions=(), label="Clock", buckets=(4, 1))
    with pytest.raises(UnknownFact):
        registry.fact("desk.other")
    assert registry.rooms() == ("desk",)


def test_a_sheet_is_frozen_json_without_a_person():
    @registry.count("desk.things", dimensions=("month",), label="Things")
    def things(since, until):
        return [((f"{since:%Y-%m}",), 7)]

    sheet = collecting.sheet(registry.fact("desk.things"), DESK, *JANUARY)

    body = sheet.to_json()
    assert type(sheet).read(body) == sheet
    assert (body["period"], body["cells"]) == ("2026-01", [[["2026-01"], 7]])


@pytest.mark.parametrize("today", [date(2026, 2, 1), date(2026, 2, 17), date(2026, 2, 28)])
def test_only_full_months_are_counted_across_the_new_year_too(today):
    """A running month, counted every night, would tell on which day its single reports came."""
    assert list(collecting.months_until(today, 3)) == [
        (date(2025, 11, 1), date(2025, 12, 1)),
        (date(2025, 12, 1), date(2026, 1, 1)),
        (date(2026, 1, 1), date(2026, 2, 1)),
    ]


def test_the_database_may_have_counted_the_items_of_a_duration():
    @registry.histogram("desk.clock", dimensions=("month",), label="Clock", buckets=(1, 4))
    def clock(since, until):
        return [(("2026-01",), 1, 7), (("2026-01",), 5, 2), (("2026-01",), 1)]

    assert registry.fact("desk.clock").cells(*JANUARY) == {
        ("2026-01", "1"): 8,
        ("2026-01", "over"): 2,
    }


def test_months_are_asked_for_at_once_and_each_has_a_sheet_even_an_empty_one():
    asked = []

    @registry.count("desk.things", dimensions=("month",), label="Things")
    def things(since, until):
        asked.append((since, until))
        return [(("2026-01",), 7)]

    spans = list(collecting.months_until(date(2026, 3, 9), 2))
    sheets = collecting.sheets_of(registry.fact("desk.things"), DESK, spans, today=date(2026, 3, 9))

    assert [(one.period, one.cells) for one in sheets] == [
        ("2026-01", ((("2026-01",), 7),)),
        ("2026-02", ()),
    ]
    assert asked == [(date(2026, 1, 1), date(2026, 3, 1))]


def test_of_what_is_only_known_today_the_newest_month_alone_is_told():
    @registry.count("desk.now", dimensions=("month",), label="Now", over=registry.Over.NOW)
    def now(since, until):
        return [((f"{since:%Y-%m}",), 7)]

    spans = list(collecting.months_until(date(2026, 3, 9), 13))
    sheets = collecting.sheets_of(registry.fact("desk.now"), DESK, spans, today=date(2026, 3, 9))

    assert [one.period for one in sheets] == ["2026-02"]
