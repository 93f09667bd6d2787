"""What is withheld, and that nobody can work it out: small tables are tried in full."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copse.kit.stats import (
    TOTAL,
    WINDOW,
    Claim,
    Dimension,
    Minimum,
    Number,
    Release,
    Table,
    Why,
    attack,
    protect,
    reader_knows,
    rounded,
    small,
)

VICTIMS, OTHERWISE = Minimum.VICTIMS, Minimum.OTHERWISE


def grid(rows, minimum=OTHERWISE, *, measure="cases", months=None, **more):
    """A table of months × classes from a list of rows."""
    months = months or tuple(f"2026-{at + 1:02d}" for at in range(len(rows)))
    classes = tuple(f"c{at}" for at in range(len(rows[0])))
    return Table(
        measure,
        (
            Dimension("month", tuple(months), f"{months[0]}/{months[-1]}", telling=False),
            Dimension("risk_class", classes),
        ),
        {
            (month, name): count
            for month, row in zip(months, rows, strict=True)
            for name, count in zip(classes, row, strict=True)
        },
        minimum,
        **more,
    )


def naive(table, name="R1", *, exact=False):
    """What many publish: small cells withheld, and nothing else; not even rounded if asked."""
    numbers = {}
    for at, count in table.numbers.items():
        shown = None if small(count, table.minimum) else rounded(count)
        numbers[table.key(at)] = Number(count, shown, table.minimum, shown is None)
    lines = tuple((table.key(t), tuple(map(table.key, parts))) for t, parts in table.lines())
    exact = [
        Claim("exact", ((table.key(at), 1),), count, count)
        for at, count in table.numbers.items()
        if exact and not small(count, table.minimum)
    ]
    return Release(name, numbers, lines, tuple(exact))


def shown(protection, *place):
    return protection.release.numbers["cases", tuple(place)].shown


small_tables = st.tuples(st.integers(1, 3), st.integers(2, 3)).flatmap(
    lambda size: st.lists(
        st.lists(
            st.one_of(st.integers(0, 6), st.integers(0, 14)), min_size=size[1], max_size=size[1]
        ),
        min_size=size[0],
        max_size=size[0],
    )
)


# Enough for what is withheld between margins that are told; and so many tables are tried at once.
MOST = 24
TABLES = 300_000


def everything_possible(release, table):
    """Every table of whole numbers up to `MOST` that fits all that the release tells.

    Cell by cell; what a margin refuses goes at once. None: there are too many to try.
    """
    cells = list(itertools.product(*(d.categories for d in table.dimensions)))
    margins = []
    for position in table.positions:
        parts = [
            at
            for at, cell in enumerate(cells)
            if all(p in (TOTAL, c) for p, c in zip(position, cell, strict=True))
        ]
        margins.append((parts, *told(release, table, position)))
    points = np.empty((1, 0), np.int16)
    for at, cell in enumerate(cells):
        low, high = told(release, table, cell)
        values = np.arange(low, min(high, MOST) + 1, dtype=np.int16)
        if len(points) * len(values) > TABLES:
            return None
        points = np.column_stack(
            [np.repeat(points, len(values), axis=0), np.tile(values, len(points))]
        )
        for parts, least, most in margins:
            if at in parts:
                sums = points[:, [part for part in parts if part <= at]].sum(axis=1)
                fits = (sums <= most) & ((sums >= least) | (at < parts[-1]))
                points = points[fits]
    return dict(zip(cells, points.T, strict=True))


def told(release, table, position):
    one = release.numbers[table.key(position)]
    return reader_knows(one.shown, one.minimum)


class Tried:
    """How many tables were tried in full, and how many could not be."""

    def __init__(self):
        self.done = self.passed_over = 0

    def over(self, none):
        self.done += not none
        self.passed_over += none
        return none

    def enough(self):
        """Two of three are tried, give or take the dice."""
        return 2 * self.done > self.passed_over


def test_trying_every_possible_table_pins_nothing_that_is_protected():
    tried = Tried()

    @settings(max_examples=120, deadline=None)
    @given(small_tables, st.sampled_from(Minimum))
    def each(rows, minimum):
        table = grid(rows, minimum)
        found = protect([table], name="R1")
        possible = everything_possible(found.release, table)
        if tried.over(possible is None):
            return
        for cell, values in possible.items():
            assert table.numbers[cell] in values, "the truth always fits"
            if found.release.numbers[table.key(cell)].protected and found.safe:
                assert values.max() - values.min() > WINDOW

    each()
    assert tried.enough()


def test_the_attack_finds_what_trying_everything_finds():
    """On the naive release, where much is given away, the solver misses none of it."""
    tried = Tried()

    @settings(max_examples=60, deadline=None)
    @given(small_tables, st.sampled_from(Minimum))
    def each(rows, minimum):
        table = grid(rows, minimum)
        release = naive(table)
        possible = everything_possible(release, table)
        # A bound that only `MOST` made is none, nor is what follows from it.
        if tried.over(possible is None or any(v.max() == MOST for v in possible.values())):
            return
        found = {one.key for one in attack([release]).narrow}
        for cell, values in possible.items():
            if release.numbers[table.key(cell)].protected and values.max() - values.min() <= WINDOW:
                assert table.key(cell) in found

    each()
    assert tried.enough()


@settings(max_examples=60, deadline=None)
@given(small_tables, st.sampled_from(Minimum))
def test_the_published_is_rounded_and_never_small(rows, minimum):
    for one in protect([grid(rows, minimum)], name="R1").release.numbers.values():
        assert one.shown is None or one.shown == 0 or one.shown >= minimum
        assert one.shown is None or (one.shown % 5 == 0 and abs(one.shown - one.true) <= 2)
        assert not (one.protected and one.shown is not None)


@settings(max_examples=40, deadline=None)
@given(small_tables, st.sampled_from(Minimum))
def test_what_is_protected_is_safe(rows, minimum):
    found = protect([grid(rows, minimum)], name="R1")
    assert found.safe


@pytest.mark.parametrize("seed", range(5))
def test_hiding_small_cells_alone_is_found_out(seed):
    """Twelve months by five classes as they are: subtraction gives hidden cells away."""
    chance = np.random.default_rng(seed)
    table = grid(chance.poisson(8 * chance.gamma(1, 1, (12, 5))).tolist())
    pinned = [one for one in attack([naive(table, exact=True)]).narrow if one.true]
    assert pinned
    assert all(one.low <= one.true <= one.high for one in pinned)
    assert protect([table], name="R1").safe


def test_a_lone_small_cell_is_covered():
    found = protect([grid([[3, 40, 60], [25, 30, 80]])], name="R1")
    assert shown(found, ("month", "2026-01"), ("risk_class", "c0")) is None
    assert sorted(found.why.values()) == [Why.COVER, Why.SMALL]
    assert found.safe


def test_a_table_of_zeros_is_shown_as_what_it_is():
    found = protect([grid([[0, 0], [0, 0]], VICTIMS)], name="R1")
    assert {one.shown for one in found.release.numbers.values()} == {0}
    assert found.safe


def test_a_single_row_and_a_single_cell_are_safe():
    assert protect([grid([[3, 12, 0]])], name="R1").safe
    alone = protect([grid([[4]])], name="R1")
    assert {one.shown for one in alone.release.numbers.values()} == {None}
    assert alone.safe


def test_zeros_that_tell_on_everybody_are_withheld_for_victims():
    """All twelve children are in one class: who knows one of them would know the class."""
    rows = [[12, 0, 0], [20, 30, 0], [40, 50, 60]]
    for minimum, told in ((VICTIMS, None), (OTHERWISE, 0)):
        found = protect([grid(rows, minimum)], name="R1")
        assert shown(found, ("month", "2026-01"), ("risk_class", "c1")) == told
        assert shown(found, ("month", "2026-02"), ("risk_class", "c2")) == 0
        assert found.safe


def test_a_zero_that_can_only_be_zero_tells_nothing():
    structural = frozenset({("2026-01", "c1")})
    found = protect([grid([[12, 0], [20, 30]], VICTIMS, structural=structural)], name="R1")
    assert shown(found, ("month", "2026-01"), ("risk_class", "c1")) == 0


def test_fewer_than_three_institutions_withhold_even_a_large_number():
    cells = {("2026-01", "c0"): {"a", "b"}, ("2026-01", "c1"): {"a", "b", "d"},
             ("2026-02", "c0"): {"a", "b", "d"}, ("2026-02", "c1"): {"b", "d", "e"}}  # fmt: skip
    table = grid([[50, 60], [70, 80]], institutions=3, contributors=cells)
    found = protect([table], name="R1")
    assert shown(found, ("month", "2026-01"), ("risk_class", "c0")) is None
    assert Why.FEW_INSTITUTIONS in found.why.values()
    assert shown(found, ("month", "2026-01"), ("risk_class", "c1")) in {None, 60}
    assert found.safe


def test_two_tables_that_share_a_margin_are_attacked_as_one():
    """Reports by class and reports by language: what one hides the other must not give."""
    by_class = Table("cases", (Dimension("risk_class", ("c0", "c1")),), {("c0",): 2, ("c1",): 5})
    by_language = Table("cases", (Dimension("language", ("en", "fr")),), {("en",): 7, ("fr",): 0})
    apart = [naive(by_class), naive(by_language, "R2")]
    assert {one.true for one in attack(apart).narrow} == {2}
    assert protect([by_class, by_language], name="R1").safe
    with pytest.raises(ValueError, match="differently"):
        protect([by_class, Table("cases", by_language.dimensions, {("en",): 9})], name="R1")


def test_a_correction_that_would_reveal_an_earlier_hidden_cell_is_found_and_mended():
    """The cover of a small cell is shown in the next vintage, and the total is known."""
    months = ("2026-01",)
    first = protect([grid([[2, 5]], months=months)], name="R1")
    second = naive(grid([[2, 5]], months=months), "R2")
    assert first.safe
    assert {one.true for one in attack([first.release, second]).narrow} == {2}
    mended = protect([grid([[2, 5]], months=months)], name="R2", earlier=[first.release])
    assert mended.safe
    assert {key: n.shown for key, n in mended.release.numbers.items()} == {
        key: n.shown for key, n in first.release.numbers.items()
    }


def test_what_an_earlier_release_already_tells_blocks():
    """Seven was shown as 5 while it counted as harmless; as victims' data it is known within 2."""
    rows = [[7, 40], [50, 60]]
    earlier = [protect([grid(rows)], name="R1").release]
    found = protect([grid(rows, VICTIMS)], name="R2", earlier=earlier)
    assert not found.safe
    (narrow,) = found.attack.narrow
    assert (narrow.true, narrow.low, narrow.high) == (7, 5, 7)


def test_overlapping_years_do_not_give_away_the_month_between():
    """Two windows of twelve months differ by two months, one of them with three cases."""
    chance = np.random.default_rng(3)
    rows = chance.poisson(20, (13, 3)).tolist()
    rows[12][0] = 3
    months = [f"{2025 + at // 12}-{at % 12 + 1:02d}" for at in range(13)]
    first = protect([grid(rows[:12], VICTIMS, months=months[:12])], name="R1")
    second = protect(
        [grid(rows[1:], VICTIMS, months=months[1:])], name="R2", earlier=[first.release]
    )
    assert first.safe
    assert second.safe
    assert attack([first.release, second.release]).narrow == ()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_monthly_releases_with_corrections_stay_safe(seed):
    chance = np.random.default_rng(seed)
    rows = chance.poisson(4 * chance.gamma(1, 1, (8, 3)))
    earlier = []
    for at in range(5):
        months = [f"2026-{month + 1:02d}" for month in range(at, at + 4)]
        table = grid(rows[at : at + 4].tolist(), VICTIMS, months=months)
        found = protect([table], name=f"R{at}", earlier=earlier)
        if found.safe:  # what is blocked does not go out
            earlier.append(found.release)
        rows += chance.poisson(0.1, rows.shape)
    assert attack(earlier).narrow == ()


def test_a_zero_told_while_its_line_was_empty_is_not_taken_back():
    """A late report fills the line; the zeros beside it are public, and the report is withheld."""
    months = ("2026-01", "2026-02")
    first = protect([grid([[0, 0, 0], [40, 30, 20]], VICTIMS, months=months)], name="R1")
    second = protect(
        [grid([[0, 0, 2], [40, 30, 20]], VICTIMS, months=months)], name="R2",
        earlier=[first.release],
    )  # fmt: skip
    assert shown(first, ("month", "2026-01"), ("risk_class", "c0")) == 0
    assert shown(second, ("month", "2026-01"), ("risk_class", "c2")) is None
    assert second.safe


def test_a_claim_is_part_of_the_attack_and_is_withdrawn_when_it_tells():
    table = grid([[3, 40]], months=("2026-01",), shown=False)
    three = table.key(("2026-01", "c0"))
    told = Claim("share", ((three, 1),), 2, 4)
    found = protect([table], name="R1", claims=[told])
    assert found.safe
    assert found.release.claims == ()
    assert protect([table], name="R1", claims=[Claim("share", ((three, 1),), 0, 9)]).safe


def test_a_release_is_kept_and_read_again_whole():
    table = grid([[3, 12, 0], [20, 30, 4]], VICTIMS)
    told = Claim(
        "median",
        ((table.key(("2026-01", "c0")), 100), ((table.key(("2026-01", TOTAL)), -50))),
        None,
        0,
    )
    release = protect([table], name="R-26-000001", claims=[told]).release
    assert Release.from_json(release.to_json()) == release


def test_counts_that_do_not_fit_are_an_error_and_never_lost():
    with pytest.raises(ValueError, match="outside"):
        Table("cases", (Dimension("month", ("2026-01",)),), {("2025-01",): 9})
    with pytest.raises(ValueError, match="outside"):
        Table("cases", (Dimension("month", ("2026-01",)),), {("2026-01", "c0"): 9})
    with pytest.raises(ValueError, match="cannot be -1"):
        Table("cases", (Dimension("month", ("2026-01",)),), {("2026-01",): -1})


def test_the_interval_of_a_reader_by_hand():
    assert reader_knows(5, 5) == (5, 7)
    assert reader_knows(10, 10) == (10, 12)
    assert reader_knows(25, 10) == (23, 27)
    assert reader_knows(0, 5) == (0, 0)
    assert reader_knows(None, 5) == (0, float("inf"))
