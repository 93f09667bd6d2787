"""One system of equations loaded into HiGHS, which is then asked again and again.

The solver is believed only where it can be checked: a point that it gives must fit every equation
and every bound, or it counts for nothing. So no count is taken for wide by a fault of the solver.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

import highspy
import numpy as np

from copse.kit.stats.attack import AttackFailed

if TYPE_CHECKING:
    from copse.kit.stats.system import Floats, Ints, System

OPTIONS: dict[str, bool | int | str] = {
    "output_flag": False,
    "log_to_console": False,
    "threads": 1,
    "run_crossover": "off",
}
# How far off an equation may be, in counts of people.
EXACT = 1e-6


class Method(StrEnum):
    """How the solver goes about it; each names HiGHS's own.

    CORNERS keeps the corner where it found the last answer and walks on from there, so a question
    that differs little takes a tenth of the time. MIDDLE starts anew each time, and on a question
    about many counts is the quicker one for it.
    """

    CORNERS = "simplex"
    MIDDLE = "ipx"


DUAL, PRIMAL = 1, 4


class Solver:
    """Points that fit a system, within bounds that may be changed one at a time."""

    def __init__(self, system: "System", high: "Floats", method: Method) -> None:
        self.system, self.method = system, method
        self.low, self.high = system.low.copy(), high.copy()
        self.every = np.arange(len(high), dtype=np.int32)
        # Its public child says a line of its own on the console before it can be told not to.
        self.highs = highspy._core._Highs()  # noqa: SLF001
        for name, value in {**OPTIONS, "solver": str(method)}.items():
            self.highs.setOptionValue(name, value)
        self.highs.setOptionValue("presolve", "on" if method == Method.MIDDLE else "off")
        self.highs.passModel(_program(system, high))

    def bound(self, at: int, low: float, high: float) -> None:
        """Let one unknown lie between these from now on."""
        self.low[at], self.high[at] = low, high
        self.highs.changeColBounds(at, low, high)

    def least(self, places: "Ints", weights: "Floats") -> "Floats":
        """The point at which the weighted sum of these unknowns is least. Raises `AttackFailed`."""
        goal = np.zeros(len(self.every))
        goal[places] = weights
        self.highs.changeColsCost(len(goal), self.every, goal)
        for attempt in (self._run, self._run_anew):
            point = attempt()
            if point is not None and self._fits(point):
                return point
        raise AttackFailed(
            "The attack did not finish, so the release is not published. "
            "Try again; if it happens twice, tell whoever runs this install.",
            status=self.highs.getModelStatus().name,
        )

    def _run(self) -> "Floats | None":
        # From a corner the primal method goes on; without one the dual is the quicker.
        corner = self.highs.getBasis().valid
        self.highs.setOptionValue("simplex_strategy", PRIMAL if corner else DUAL)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return self._with_sums(np.array(self.highs.getSolution().col_value))

    def _run_anew(self) -> "Floats | None":
        """From nothing and with all preparation: the slow way, which is the patient one."""
        self.highs.clearSolver()
        self.highs.setOptionValue("solver", "simplex")
        self.highs.setOptionValue("presolve", "on")
        try:
            return self._run()
        finally:
            self.highs.setOptionValue("solver", str(self.method))
            self.highs.setOptionValue("presolve", "on" if self.method == Method.MIDDLE else "off")

    def _with_sums(self, point: "Floats") -> "Floats":
        """With the unknowns that stand for a sum, which the solver knows as bounds of a row."""
        system = self.system
        own = system.sums[system.columns]
        rest = np.where(own, 0.0, system.weights * point[system.columns])
        sums = np.bincount(system.rows, rest, system.height)
        point[system.columns[own]] = sums[system.rows[own]]
        return point

    def _fits(self, point: "Floats") -> bool:
        system = self.system
        off = np.bincount(system.rows, system.weights * point[system.columns], system.height)
        inside = (point >= self.low - EXACT) & (point <= self.high + EXACT)
        return bool((np.abs(off) <= EXACT).all() and inside.all())


def _program(system: "System", high: "Floats") -> highspy.HighsLp:
    """The equations with bounds; an unknown that stands for a sum is left out for its bounds."""
    own = system.sums[system.columns]
    row_low, row_high = np.zeros(system.height), np.zeros(system.height)
    row_low[system.rows[own]] = system.low[system.columns[own]]
    row_high[system.rows[own]] = high[system.columns[own]]
    rows, columns, weights = system.rows[~own], system.columns[~own], system.weights[~own]
    order = np.lexsort((rows, columns))
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = len(high), system.height
    program.col_cost_ = np.zeros(len(high))
    program.col_lower_ = np.where(system.sums, 0.0, system.low)
    program.col_upper_ = np.where(system.sums, 0.0, high)
    program.row_lower_, program.row_upper_ = row_low, row_high
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kColwise
    matrix.start_ = np.searchsorted(columns[order], np.arange(len(high) + 1))
    matrix.index_, matrix.value_ = rows[order], weights[order]
    return program
