"""The attack against an oracle: the same question put to scipy, one count at a time, from nothing.

The oracle builds its own equations from the release, whole and unreduced, and knows no short cut.
"""

import numpy as np
import pytest
from scipy.optimize import linprog

from copse.kit.stats import (
    WINDOW,
    AttackFailed,
    Claim,
    Dimension,
    Minimum,
    Number,
    Release,
    Table,
    attack,
    protect,
    reader_knows,
    rounded,
    small,
)
from copse.kit.stats.solver import Method, Solver
from copse.kit.stats.system import Told


def table(chance, months, classes, mean=5.0):
    sides = (
        Dimension("month", tuple(f"2026-{at + 1:02d}" for at in range(months)), telling=False),
        Dimension("risk_class", tuple(f"c{at}" for at in range(classes))),
    )
    counts = chance.poisson(mean * chance.gamma(1, 1, (months, classes)))
    named = {
        (sides[0].categories[i], sides[1].categories[j]): int(n)
        for (i, j), n in np.ndenumerate(counts)
    }
    return Table("cases", sides, named, Minimum.OTHERWISE)


def as_told(made, hidden, claims=()):
    """A release of a table in which these positions are withheld beside all small ones."""
    numbers = {}
    for at, count in made.numbers.items():
        withheld = small(count, made.minimum) or at in hidden
        numbers[made.key(at)] = Number(
            count, None if withheld else rounded(count), made.minimum, small(count, made.minimum)
        )
    lines = tuple((made.key(t), tuple(map(made.key, parts))) for t, parts in made.lines())
    return Release("R1", numbers, lines, tuple(claims))


def oracle(release, *, whole=False):
    """Low and high of every protected count, in fractions or in whole numbers alone."""
    keys = list(release.numbers)
    at = {key: index for index, key in enumerate(keys)}
    bounds = [reader_knows(one.shown, one.minimum) for one in release.numbers.values()]
    equal, less, limit = [], [], []
    for total, parts in release.lines:
        row = np.zeros(len(keys))
        row[at[total]] = -1
        row[[at[part] for part in parts]] = 1
        equal.append(row)
    for claim in release.claims:
        row = np.zeros(len(keys))
        for key, weight in claim.terms:
            row[at[key]] += weight
        for bound, sign in ((claim.high, 1), (claim.low, -1)):
            if bound is not None:
                less.append(sign * row)
                limit.append(sign * bound)
    found = {}
    for key, one in release.numbers.items():
        if one.protected:
            ends = [
                _end(at[key], sign, equal, less, limit, bounds, whole=whole) for sign in (1, -1)
            ]
            found[key] = (np.ceil(ends[0] - 1e-6), np.floor(ends[1] + 1e-6))
    return found


def _end(place, sign, equal, less, limit, bounds, *, whole):
    goal = np.zeros(len(bounds))
    goal[place] = sign
    answer = linprog(
        goal, A_ub=less or None, b_ub=limit or None, A_eq=equal, b_eq=np.zeros(len(equal)),
        bounds=[(low, None if np.isinf(high) else high) for low, high in bounds],
        integrality=int(whole),
    )  # fmt: skip
    if answer.status == 3 or (whole and answer.status == 4):
        return sign * -np.inf
    assert answer.status == 0
    return answer.x[place]


@pytest.mark.parametrize("seed", range(12))
def test_the_attack_finds_what_the_oracle_finds(seed):
    """Whatever the oracle pins within two, the attack finds as well, and bounds as tightly."""
    chance = np.random.default_rng(seed)
    made = table(chance, 6, 4)
    places = list(made.positions)
    hidden = {places[at] for at in chance.choice(len(places), 5, replace=False)}
    claimed = [places[at] for at in chance.choice(len(places), 3, replace=False)]
    claims = [
        Claim("about", ((made.key(at), 1),), max(made.numbers[at] - 3, 0), made.numbers[at] + 3)
        for at in claimed
    ]
    release = as_told(made, hidden, claims)
    truth = {key: ends for key, ends in oracle(release).items() if ends[1] - ends[0] <= WINDOW}
    found = {one.key: one for one in attack([release]).narrow}
    assert truth.keys() <= found.keys()
    for key, (low, high) in truth.items():
        assert low <= found[key].low <= found[key].true <= found[key].high <= high
    # It finds more than fractions do, where a bound moved to the next whole number; never wrongly.
    whole = oracle(release, whole=True)
    for key, one in found.items():
        low, high = whole[key]
        assert one.low <= low <= high <= one.high


def test_what_no_equation_gives_away_alone_is_found_by_the_solver():
    """Three sums of two: each leaves both its counts wide, and together they pin all three."""
    true = {
        ("cases", (("place", name),)): count
        for name, count in zip("abc", (20, 30, 20), strict=True)
    }
    a, b, c = true
    sums = [
        Claim("sum", ((x, 1), (y, 1)), n, n) for x, y, n in ((a, b, 50), (b, c, 50), (a, c, 40))
    ]
    hidden = {key: Number(count, None, 5, protected=True) for key, count in true.items()}
    release = Release("R1", hidden, (), tuple(sums))
    system = Told([release]).system()
    system.narrow_bounds()
    assert (system.high - system.low)[system.protected].min() > WINDOW
    found = {one.key: (one.low, one.high) for one in attack([release]).narrow}
    assert found == {key: (count, count) for key, count in true.items()}
    assert attack([Release("R1", hidden, (), tuple(sums[:2]))]).narrow == ()


@pytest.mark.parametrize("seed", range(4))
def test_the_oracle_finds_nothing_in_what_was_protected(seed):
    made = table(np.random.default_rng(100 + seed), 6, 4)
    found = protect([made], name="R1")
    assert found.safe
    assert found.attack.protected
    assert all(high - low > WINDOW for low, high in oracle(found.release).values())


def a_solver(method):
    system = Told([as_told(table(np.random.default_rng(1), 4, 3), set())]).system()
    return system, Solver(system, system.high, method)


@pytest.mark.parametrize("method", Method)
def test_a_point_that_does_not_fit_is_not_believed(method, monkeypatch):
    """A solver that errs must never make a count look wide: it is asked anew, then given up."""
    system, solver = a_solver(method)
    place, down = np.array([int(system.protected[0])]), np.array([1.0])
    good = solver.least(place, down)
    true_run, runs = solver._run, []

    def wrong():
        runs.append(1)
        return true_run() + 0.01

    monkeypatch.setattr(solver, "_run", wrong)
    with pytest.raises(AttackFailed, match="did not finish"):
        solver.least(place, down)
    assert len(runs) == 2
    monkeypatch.setattr(solver, "_run", true_run)
    assert solver.least(place, down)[place] == pytest.approx(good[place], abs=1e-6)


def test_a_solver_without_an_answer_is_a_failure_and_not_a_pass():
    system, solver = a_solver(Method.CORNERS)
    at = int(system.protected[0])
    solver.bound(at, 50.0, 60.0)  # no point fits: everything small lies far below
    for other in range(len(system.true)):
        if other != at:
            solver.bound(other, 0.0, 1.0)
    with pytest.raises(AttackFailed):
        solver.least(np.array([at]), np.array([1.0]))
