"""What a fit gives: item parameters with standard errors, and how well the search went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kunskap.errors import Fault, KunskapError, fault
from kunskap.irt.structure import ScaleParameters

__all__ = ["MODELS", "IrtFit", "converged"]

MODELS: Mapping[str, Mapping[str, str]] = {
    "rasch": {"sv": "Raschmodellen", "en": "the Rasch model"},
    "2pl": {"sv": "tvåparametermodellen (2PL)", "en": "the two-parameter model (2PL)"},
}


@dataclass(frozen=True, eq=False)
class IrtFit:
    """A fitted model.  It holds no person's answers.

    Attributes
    ----------
    model : str
        ``"rasch"`` or ``"2pl"``.
    items : tuple of str
        In the order of the scores table.
    estimates : ScaleParameters
        Arrays in the order of `items`, and the mean and standard deviation of ability among the people.
    anchored : tuple of bool
        Which items had their parameters given.
    n : int
        People who met at least one item.
    n_of_items : tuple of int
        People who met each item.
    log_likelihood : float
        Marginal.
    free : int
        ScaleParameters estimated.
    gap : float
        Estimated log-likelihood that the last step had to gain; missing when it could not be told.
    converged : bool
        Whether the maximum was found.  A fit that has not converged cannot be tabled or used for abilities.
    problems : tuple of Fault
        What to know before using the figures; empty when all is well.
    """

    model: str
    items: tuple[str, ...]
    estimates: ScaleParameters
    anchored: tuple[bool, ...]
    n: int
    n_of_items: tuple[int, ...]
    log_likelihood: float
    free: int
    gap: float
    converged: bool
    problems: tuple[Fault, ...]

    @property
    def parameters(self) -> pd.DataFrame:
        """The items' parameters as a table; rows of it serve as `anchors` of another fit.

        Returns
        -------
        DataFrame
            Indexed by item: difficulty, difficulty_se, slope, slope_se (logits; missing where fixed), n, anchored.
        """
        return pd.DataFrame(
            {
                "difficulty": self.estimates.difficulty,
                "difficulty_se": self.estimates.difficulty_se,
                "slope": self.estimates.slope,
                "slope_se": self.estimates.slope_se,
                "n": list(self.n_of_items),
                "anchored": list(self.anchored),
            },
            index=pd.Index(self.items, name="item"),
        )

    @property
    def mean(self) -> float:
        """The mean ability of the people; 0 by definition without anchors."""
        return self.estimates.mean

    @property
    def sd(self) -> float:
        """The standard deviation of the people's ability; 1 by definition for two parameters without anchors."""
        return self.estimates.sd

    def standard(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Each item's slope and intercept on the scale where these people are standard normal."""
        slope, difficulty = self.estimates.slope, self.estimates.difficulty
        return slope * self.sd, slope * (self.mean - difficulty)

    def __repr__(self) -> str:
        state = "converged" if self.converged else "NOT CONVERGED"
        told = "".join(f"\n  {problem.message()}" for problem in self.problems)
        return (
            f"IrtFit({self.model}, {len(self.items)} items, n = {self.n}, "
            f"log-likelihood {self.log_likelihood:.3f}, {state}){told}"
        )


def converged(fit: IrtFit) -> IrtFit:
    """Let a fit that found its maximum through.

    Raises
    ------
    KunskapError
        ``IRT-14`` for one that did not.
    """
    if not fit.converged:
        raise KunskapError([fault("IRT-14", fit.model, model=MODELS[fit.model])])
    return fit
