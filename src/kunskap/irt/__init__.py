"""Item response theory: where items and people stand on one scale, when there are people enough to tell.

`fit_rasch` and `fit_2pl` give a frozen `IrtFit`; `table`, `information` and `item_fit` make `estimates` tables of it
(pooled statistics, for staff's internal view); `ability` tells where each person stands, and stays on the secure side.
Items missing by design are missing values; `anchors` carry a scale from one wave to the next.  Under 50 people
(Rasch) or 500 (two parameters) the models refuse, with the reason and what can be done instead.
"""

from kunskap.irt.ability import ability
from kunskap.irt.figures import information, item_information, table
from kunskap.irt.fitting import fit_2pl, fit_rasch
from kunskap.irt.item_fit import item_fit
from kunskap.irt.model import IrtFit
from kunskap.irt.simulation import simulate_scores

__all__ = [
    "IrtFit",
    "ability",
    "fit_2pl",
    "fit_rasch",
    "information",
    "item_fit",
    "item_information",
    "simulate_scores",
    "table",
]
