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
from typing import TYPE_CHECKING, Any

from copse.kit.errors import OursError
from copse.kit.stats.release import Release
from copse.kit.stats.tables import Key

if TYPE_CHECKING:
    from copse.kit.stats.system import Floats, Ints, System

WITHIN = 2
WINDOW = 2 * WITHIN
# How far from the truth is looked: just outside the window, so that one count leaves room to others.
NEAR = WINDOW + 1
# Rounds of the second step that settle nothing before it is given up.
IDLE = 2
# The part of what is open that a round must settle, or its way of pushing is changed.
FEW = 0.2
SEED = 20261125
SOLVED = 0


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
    matrix: Any = None
    seen_low: "Floats" = field(init=False)
    seen_high: "Floats" = field(init=False)

    def __post_init__(self) -> None:
        self.matrix = self.system.matrix()
        # The truth itself fits everything.
        self.seen_low = self.system.true.copy()
        self.seen_high = self.system.true.copy()

    def open(self) -> "Ints":
        import numpy as np

        guarded = self.system.protected
        known = self.system.high[guarded] - self.system.low[guarded] <= WINDOW
        wide = self.seen_high[guarded] - self.seen_low[guarded] > WINDOW
        found: Ints = guarded[np.logical_not(known | wide)]
        return found

    def solve(self, goal: "Floats", low: "Floats", high: "Floats") -> "Floats":
        """The point that makes the goal smallest. Raises `AttackFailed`."""
        import numpy as np
        from scipy.optimize import linprog

        self.programs += 1
        bounds = np.column_stack((low, high))
        right = np.zeros(self.matrix.shape[0])
        # Without its own preparation the solver is twice as fast on such equations; with it, it
        # is the more patient one.
        for method, prepare in (("highs-ds", False), ("highs", True)):
            found = linprog(
                goal, A_eq=self.matrix, b_eq=right, bounds=bounds, method=method,
                options={"presolve": prepare},
            )  # fmt: skip
            if found.status == SOLVED:
                break
        else:
            raise AttackFailed(
                "The attack did not finish, so the release is not published. "
                "Try again; if it happens twice, tell whoever runs this install.",
                status=int(found.status),
            )
        point: Floats = found.x
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
        _look_near(part)
        _ask_each(part)
        programs += part.programs
        whole.low[places], whole.high[places] = part.system.low, part.system.high
    narrow = guarded[whole.high[guarded] - whole.low[guarded] <= WINDOW].tolist()
    found = tuple(_narrow(whole, at) for at in narrow)
    return Attack(found, protected, programs), set(narrow)


def _narrow(whole: "System", at: int) -> Narrow:
    name = whole.names[at]
    assert name is not None
    return Narrow(name[0], name[1], int(whole.low[at]), int(whole.high[at]))


def _look_near(part: _Part) -> None:
    """Push many counts up at once, until pushing settles no more.

    First all that are open. When that settles few, because counts in one line take each other's
    room, only one of each line at a time.
    """
    import numpy as np

    chance = np.random.default_rng(SEED)
    system = part.system
    idle, apart, left = 0, False, len(part.open())
    while left and idle < IDLE:
        wanted = chance.permutation(part.open())
        pushed = _apart(part, wanted) if apart else wanted
        goal, high = np.zeros(len(system.true)), system.high.copy()
        goal[pushed] = -chance.uniform(0.5, 1.5, len(pushed))
        # No further than matters, or one would take all the room there is.
        high[pushed] = np.minimum(high[pushed], system.true[pushed] + NEAR)
        part.saw(part.solve(goal, system.low, high))
        now = len(part.open())
        idle = 0 if now < left else idle + 1
        apart = apart or left - now < left * FEW
        left = now


def _apart(part: _Part, wanted: "Ints") -> "Ints":
    """As many of these as stand in no line together, the first ones first."""
    import numpy as np

    by_column = part.matrix.tocsc()
    used = np.zeros(part.matrix.shape[0], dtype=bool)
    found = []
    for at in wanted:
        rows = by_column.indices[by_column.indptr[at] : by_column.indptr[at + 1]]
        if not used[rows].any():
            used[rows] = True
            found.append(int(at))
    return np.array(found, dtype=np.int64)


def _ask_each(part: _Part) -> None:
    """The exact interval of each count that is still open, the upper end first."""
    import numpy as np

    system = part.system
    for at in part.open():
        for sign in (-1, 1):
            if system.high[at] - system.low[at] <= WINDOW or (
                part.seen_high[at] - part.seen_low[at] > WINDOW
            ):
                break
            goal = np.zeros(len(system.true))
            goal[at] = sign
            # As far as matters: an end beyond the window need not be known.
            low, high = system.low.copy(), system.high.copy()
            high[at] = min(high[at], system.true[at] + NEAR)
            low[at] = max(low[at], system.true[at] - NEAR)
            point = part.solve(goal, low, high)
            part.saw(point)
            if sign < 0 and point[at] < high[at] - 1e-6:
                system.high[at] = np.floor(point[at] + 1e-6)
            if sign > 0 and point[at] > low[at] + 1e-6:
                system.low[at] = np.ceil(point[at] - 1e-6)
