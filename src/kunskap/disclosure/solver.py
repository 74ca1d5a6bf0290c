"""The largest value of a linear form between limits: one HiGHS model, asked again and again.

The gate asks thousands of small questions about the same equations.  Kept in HiGHS from one question to the next, parts
of people first, each takes a fraction of the time that it takes scipy to build the model anew.  scipy has HiGHS inside,
but not as a part that it promises to keep: where it is not found, scipy's own programmes answer, more slowly.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import optimize, sparse

try:
    from scipy.optimize._highspy import _core as highs
except ImportError:  # another scipy
    highs = None

__all__ = ["Programme"]

SECONDS = 2.0
PRICE = 1e-5
WHOLE = {"mip_rel_gap": 0.0, "mip_detect_symmetry": False, "mip_heuristic_effort": 0.0, "time_limit": SECONDS}
"""No search for luck: such small programmes are solved before it would pay."""

Own = Mapping[int, float]


class Programme:
    """Unknowns of at least 0 whose sums lie between limits.

    Parameters
    ----------
    matrix : sparse matrix, sums × unknowns
        The weights.
    low, high : array
        The limits, infinite where there is none.
    whole : array
        1 for unknowns that are whole numbers.
    """

    def __init__(self, matrix: sparse.csr_matrix, low: np.ndarray, high: np.ndarray, whole: np.ndarray) -> None:
        self.matrix, self.low, self.high, self.whole = matrix, low, high, whole
        self._models: dict[bool, Any] = {}
        self.asked = 0
        self._raised: dict[bool, list[int]] = {False: [], True: []}

    def limit(self, low: np.ndarray, high: np.ndarray) -> None:
        """Set the limits anew."""
        for place in np.flatnonzero((self.low != low) | (self.high != high)).tolist():
            for model in self._models.values():
                model.changeRowBounds(place, low[place], high[place])
        self.low, self.high = low, high

    def parts(self, form: np.ndarray, *, own: Own | None = None) -> tuple[float, np.ndarray | None, np.ndarray | None]:
        """The largest value where parts of people count, never less than with whole people.

        Parameters
        ----------
        form : array
            A weight per unknown.
        own : mapping, optional
            Least values of single unknowns.

        Returns
        -------
        tuple of float, array or None, array or None
            The value (-inf where nothing is possible, inf where nothing holds it), an answer, and whether each limit
            keeps it from being larger.
        """
        self.asked += 1
        if highs is None:
            return self._parts_anew(form, own or {})
        status, answer, prices = self._run(form, own or {}, whole=False)
        if status == highs.HighsModelStatus.kOptimal:
            return float(answer @ form), answer, np.abs(prices) > PRICE
        return (-np.inf if status == highs.HighsModelStatus.kInfeasible else np.inf), None, None

    def wholes(self, form: np.ndarray, *, own: Own | None = None) -> tuple[float | None, np.ndarray | None]:
        """The largest value with whole people and an answer; None for a value that was not found in time."""
        if highs is None:
            solved = optimize.milp(
                -form,
                integrality=self.whole,
                bounds=optimize.Bounds(self._lower(own or {}), np.inf),
                constraints=optimize.LinearConstraint(self.matrix, self.low, self.high),
                options={"time_limit": SECONDS, "mip_rel_gap": 0.0},
            )
            value = {0: None if solved.x is None else float(solved.x @ form), 2: -np.inf, 3: np.inf}
            return value.get(solved.status), solved.x
        status, answer, _ = self._run(form, own or {}, whole=True)
        known = {highs.HighsModelStatus.kInfeasible: -np.inf, highs.HighsModelStatus.kUnbounded: np.inf}
        if status == highs.HighsModelStatus.kOptimal:
            return float(answer @ form), answer
        is_answer = len(answer) > 0 and self._fits(answer)
        return known.get(status), answer if is_answer else None

    def _fits(self, answer: np.ndarray) -> bool:
        sums = self.matrix @ answer
        return bool((sums > self.low - PRICE).all() and (sums < self.high + PRICE).all())

    def _lower(self, own: Own) -> np.ndarray:
        lower = np.zeros(self.matrix.shape[1])
        lower[list(own)] = list(own.values())
        return lower

    def _run(self, form: np.ndarray, own: Own, *, whole: bool) -> tuple[Any, np.ndarray, np.ndarray]:
        if whole not in self._models:
            self._models[whole] = self._model(whole)
        model = self._models[whole]
        for column in self._raised[whole]:
            model.changeColBounds(column, 0.0, highs.kHighsInf)
        for column, least in own.items():
            model.changeColBounds(column, least, highs.kHighsInf)
        self._raised[whole] = list(own)
        model.changeColsCost(len(form), np.arange(len(form), dtype=np.int32), -form)
        model.run()
        if model.getModelStatus() != highs.HighsModelStatus.kOptimal and not whole:
            model.clearSolver()  # not from where the last question ended
            model.run()
        solution = model.getSolution()
        return model.getModelStatus(), np.array(solution.col_value), np.array(solution.row_dual)

    def _model(self, whole: bool) -> Any:
        model, programme = highs._Highs(), highs.HighsLp()
        model.setOptionValue("output_flag", False)
        if not whole:
            model.setOptionValue("simplex_strategy", 4)
        sums, unknowns = self.matrix.shape
        programme.num_col_, programme.num_row_ = unknowns, sums
        programme.col_cost_ = programme.col_lower_ = np.zeros(unknowns)
        programme.col_upper_ = np.full(unknowns, highs.kHighsInf)
        programme.row_lower_, programme.row_upper_ = self.low, self.high
        programme.a_matrix_.format_ = highs.MatrixFormat.kRowwise
        programme.a_matrix_.num_col_, programme.a_matrix_.num_row_ = unknowns, sums
        programme.a_matrix_.start_, programme.a_matrix_.index_ = self.matrix.indptr, self.matrix.indices
        programme.a_matrix_.value_ = self.matrix.data
        if whole:
            kinds = (highs.HighsVarType.kContinuous, highs.HighsVarType.kInteger)
            programme.integrality_ = [kinds[int(is_whole)] for is_whole in self.whole]
            for option, value in WHOLE.items():
                model.setOptionValue(option, value)
            model.setOptionValue("mip_heuristic_run_feasibility_jump", False)
        model.passModel(programme)
        return model

    def _parts_anew(self, form: np.ndarray, own: Own) -> tuple[float, np.ndarray | None, np.ndarray | None]:
        same = self.high - self.low < PRICE / 20
        upper, under = ~same & np.isfinite(self.high), ~same & np.isfinite(self.low)
        solved = optimize.linprog(
            -form,
            A_ub=sparse.vstack([self.matrix[upper], -self.matrix[under]]),
            b_ub=np.concatenate([self.high[upper], -self.low[under]]),
            A_eq=self.matrix[same],
            b_eq=self.low[same],
            bounds=np.column_stack([self._lower(own), np.full(len(form), np.inf)]),
        )
        if solved.status != 0:
            return (-np.inf if solved.status == 2 else np.inf), None, None
        held = np.zeros(len(self.low), dtype=bool)
        held[same] = np.abs(solved.eqlin.marginals) > PRICE
        either = np.abs(solved.ineqlin.marginals) > PRICE
        held[upper] |= either[: upper.sum()]
        held[under] |= either[upper.sum() :]
        return float(-solved.fun), solved.x, held
