"""The attacker's own questions to HiGHS: one model that is kept, parts of people first.

Written apart from the gate's, so that a mistake there cannot blind both; a test holds it to scipy's programmes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

__all__ = ["Kept", "NoWorldError", "OutOfTimeError", "UnresolvedError"]

try:
    from scipy.optimize._highspy import _core as highs
except ImportError:  # a scipy that keeps HiGHS elsewhere: slower
    highs = None


class UnresolvedError(RuntimeError):
    """The solver gave up: neither a breach nor its absence is proved."""


class NoWorldError(UnresolvedError):
    """What was published contradicts itself, or what is thought to be known of it."""


class OutOfTimeError(RuntimeError):
    """The time that was given is over."""


class Kept:
    """A model that is asked for the largest value of one form after another."""

    def __init__(
        self,
        matrix: csr_matrix,
        low: np.ndarray,
        high: np.ndarray,
        upper: np.ndarray,
        whole: np.ndarray | None,
        seconds: float,
    ) -> None:
        self.matrix, self.low, self.high, self.upper, self.whole = matrix, low, high, upper, whole
        self.seconds = seconds
        self.changed: list[int] = []
        self.model = None if highs is None else self._build()

    def _build(self) -> Any:
        given = highs.HighsLp()
        given.num_row_, given.num_col_ = self.matrix.shape
        given.row_lower_, given.row_upper_ = self.low, self.high
        given.col_lower_ = given.col_cost_ = np.zeros(len(self.upper))
        given.col_upper_ = self.upper
        given.a_matrix_.format_ = highs.MatrixFormat.kRowwise
        given.a_matrix_.num_row_, given.a_matrix_.num_col_ = self.matrix.shape
        given.a_matrix_.start_, given.a_matrix_.index_ = self.matrix.indptr, self.matrix.indices
        given.a_matrix_.value_ = self.matrix.data
        model = highs._Highs()
        model.setOptionValue("output_flag", False)
        if self.whole is not None:
            kind = highs.HighsVarType
            given.integrality_ = [kind.kInteger if one else kind.kContinuous for one in self.whole]
            model.setOptionValue("mip_rel_gap", 0.0)
            model.setOptionValue("mip_detect_symmetry", False)
            model.setOptionValue("mip_heuristic_run_feasibility_jump", False)
            model.setOptionValue("time_limit", self.seconds)
        model.passModel(given)
        return model

    def most(self, form: np.ndarray, at_least: Mapping[int, float]) -> tuple[float, np.ndarray | None]:
        """Return the largest value, and a world that has it unless there is no end."""
        if self.model is None:
            return self._anew(form, at_least)
        for column in self.changed:
            self.model.changeColBounds(column, 0.0, self.upper[column])
        for column, least in at_least.items():
            self.model.changeColBounds(column, least, self.upper[column])
        self.changed = list(at_least)
        self.model.changeColsCost(len(form), np.arange(len(form), dtype=np.int32), -form)
        for presolve in ("choose", "choose", "off"):  # now and then presolve finds no world where the truth is one
            self.model.setOptionValue("presolve", presolve)
            self.model.run()
            status = self.model.getModelStatus()
            if status == highs.HighsModelStatus.kOptimal:
                world = np.array(self.model.getSolution().col_value)
                return float(world @ form), world
            if status == highs.HighsModelStatus.kUnbounded:
                return np.inf, None
            self.model.clearSolver()
        if status == highs.HighsModelStatus.kInfeasible:
            raise NoWorldError
        raise UnresolvedError(f"status {status}")

    def _anew(self, form: np.ndarray, at_least: Mapping[int, float]) -> tuple[float, np.ndarray | None]:
        lower = np.zeros(len(form))
        lower[list(at_least)] = list(at_least.values())
        answer = milp(
            -form,
            integrality=self.whole,
            bounds=Bounds(lower, self.upper),
            constraints=LinearConstraint(self.matrix, self.low, self.high),
            options={"time_limit": self.seconds, "mip_rel_gap": 0.0},
        )
        if answer.status == 3:
            return np.inf, None
        if answer.status == 2:
            raise NoWorldError
        if answer.x is None or answer.status != 0:
            raise UnresolvedError(f"status {answer.status}: {answer.message}")
        return float(answer.x @ form), answer.x
