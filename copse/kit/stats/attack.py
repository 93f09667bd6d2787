"""Attacks releases the way a patient reader would, by linear programming.

For every protected count the attack asks how small and how large it can be, given all that the
release and the earlier ones tell. A count is *narrow* when its interval holds no more than five
whole numbers (high − low ≤ 4): somebody would then know it within two. Nothing is published while
one is narrow.

Three steps, the cheap ones first. Bounds are drawn together by each equation alone. Then points
that fit everything are looked for, near the truth and with many counts pushed at once: a count
seen at two values more than four apart is wide, and needs no further question. What is left is
asked for exactly, one count at a time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from copse.kit.errors import OursError
from copse.kit.stats.release import Release
from copse.kit.stats.tables import Key

if TYPE_CHECKING:
    from copse.kit.stats.solver import Solver
    from copse.kit.stats.system import Floats, Ints, System

WITHIN = 2
WINDOW = 2 * WITHIN
# How far from the truth is looked: just outside the window, so that one count leaves room to others.
NEAR = WINDOW + 1
# To push many at once takes as long as to push so many one at a time.
MANY = 12
SEED = 20261125


class AttackFailed(OursError):  # noqa: N818 - named for the state
    """The solver gave no answer, so nobody may say that a release is safe."""

    code = "attack-failed"


@dataclass(frozen=True)
class Narrow:
    """A protected count that a reader can know within two."""

    key: Key
    true: int
    low: int
    high: int


@dataclass(frozen=True)
class Attack:
    """What an attack found, how many counts it went for and how many programs it solved."""

    narrow: tuple[Narrow, ...]
    protected: int
    programs: int


@dataclass
class _Part:
    """One system under attack, and how far each of its protected counts was seen to reach."""

    system: "System"
    programs: int = 0
    seen_low: "Floats" = field(init=False)
    seen_high: "Floats" = field(init=False)

    def __post_init__(self) -> None:
        # The truth itself fits everything.
        self.seen_low = self.system.true.copy()
        self.seen_high = self.system.true.copy()

    def open(self) -> "Ints":
        import numpy as np

        found: Ints = np.array(
            [at for at in self.system.protected if self.asks(at)], dtype=np.int64
        )
        return found

    def asks(self, at: int) -> bool:
        """Whether nobody knows yet if this count is narrow or wide."""
        known = self.system.high[at] - self.system.low[at] <= WINDOW
        return not known and bool(self.seen_high[at] - self.seen_low[at] <= WINDOW)

    def solve(self, solver: "Solver", places: "Ints", weights: "Floats") -> "Floats":
        """The point at which these are least, which is remembered."""
        self.programs += 1
        point = solver.least(places, weights)
        self.saw(point)
        return point

    def saw(self, point: "Floats") -> None:
        """Remember how far each count reached at a point, towards the truth when in between."""
        import numpy as np

        np.minimum(self.seen_low, np.ceil(point - 1e-6), out=self.seen_low)
        np.maximum(self.seen_high, np.floor(point + 1e-6), out=self.seen_high)


class Attacker:
    """Attacks the drafts of one release, each together with all releases before it.

    A draft may tell no more than the draft before it: what was seen wide then is wide still, and
    is not asked for again.
    """

    def __init__(self, earlier: Iterable[Release] = ()) -> None:
        from copse.kit.stats.system import Told

        self.earlier = Told(earlier)
        self.wide: frozenset[int] = frozenset()

    def attack(self, draft: Release) -> Attack:
        """Attack every protected count. Raises `AttackFailed` without an answer."""
        told = self.earlier.copy()
        told.add(draft)
        # Numbers get their places before the claims, so they keep them from draft to draft.
        found, narrow = _attack(told.system(), self.wide)
        self.wide = frozenset(told.protected - narrow)
        return found


def attack(releases: Iterable[Release]) -> Attack:
    """Attack every protected count of these releases together, the newest and all before it.

    Raises `AttackFailed` when the solver gives no answer.
    """
    from copse.kit.stats.system import Told

    return _attack(Told(releases).system(), frozenset())[0]


def _attack(whole: "System", wide: frozenset[int]) -> tuple[Attack, set[int]]:
    """What was found, and the places of the narrow counts."""
    import numpy as np

    protected = len(whole.protected)
    asked = [at for at in whole.protected.tolist() if at not in wide]
    whole.protected = guarded = np.array(asked, dtype=np.int64)
    whole.narrow_bounds()
    programs = 0
    for places, system in whole.parts():
        part = _Part(system)
        _push_many(part)
        _ask_exactly(part)
        programs += part.programs
        whole.low[places], whole.high[places] = part.system.low, part.system.high
    narrow = guarded[whole.high[guarded] - whole.low[guarded] <= WINDOW].tolist()
    found = tuple(_narrow(whole, at) for at in narrow)
    return Attack(found, protected, programs), set(narrow)


def _narrow(whole: "System", at: int) -> Narrow:
    name = whole.names[at]
    assert name is not None
    return Narrow(name[0], name[1], int(whole.low[at]), int(whole.high[at]))


def _push_many(part: _Part) -> None:
    """Push many counts up at once, as long as that settles many.

    First all that are open; then, because counts in one line take each other's room, only one of
    each line at a time.
    """
    import numpy as np

    from copse.kit.stats.solver import Method, Solver

    pushed = wanted = part.open()
    if len(wanted) <= MANY:
        return
    # No further than matters, or one would take all the room there is.
    high = part.system.high.copy()
    high[wanted] = np.minimum(high[wanted], part.system.true[wanted] + NEAR)
    solver = Solver(part.system, high, Method.MIDDLE)
    chance = np.random.default_rng(SEED)
    while len(wanted) > MANY:
        part.solve(solver, pushed, -chance.uniform(0.5, 1.5, len(pushed)))
        left = part.open()
        if part.programs > 1 and len(wanted) - len(left) < MANY:
            return
        wanted = left
        pushed = _apart(part.system, chance.permutation(wanted))


def _apart(system: "System", wanted: "Ints") -> "Ints":
    """As many of these as stand in no line together, the first ones first."""
    import numpy as np

    order = np.argsort(system.columns, kind="stable")
    rows = system.rows[order]
    begins = np.searchsorted(system.columns[order], np.arange(len(system.true) + 1))
    used = np.zeros(system.height, dtype=bool)
    found = []
    for at in wanted:
        mine = rows[begins[at] : begins[at + 1]]
        if not used[mine].any():
            used[mine] = True
            found.append(int(at))
    return np.array(found, dtype=np.int64)


def _ask_exactly(part: _Part) -> None:
    """The exact interval of each count that is still open, the upper end first."""
    import numpy as np

    from copse.kit.stats.solver import Method, Solver

    system, asked = part.system, part.open()
    if not len(asked):
        return
    solver = Solver(system, system.high, Method.CORNERS)
    for at in asked:
        # As far as matters: an end beyond the window need not be known.
        high = min(system.high[at], system.true[at] + NEAR)
        low = max(system.low[at], system.true[at] - NEAR)
        solver.bound(at, low, high)
        for sign in (-1.0, 1.0):
            if not part.asks(at):
                break
            point = part.solve(solver, np.array([at]), np.array([sign]))
            if sign < 0 and point[at] < high - 1e-6:
                system.high[at] = np.floor(point[at] + 1e-6)
            if sign > 0 and point[at] > low + 1e-6:
                system.low[at] = np.ceil(point[at] - 1e-6)
        solver.bound(at, system.low[at], system.high[at])
