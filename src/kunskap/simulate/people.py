"""Who is there and who answers: the persons of a frame, their traits and their participation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kunskap.bank import Bank

if TYPE_CHECKING:
    from kunskap.design import Design

__all__ = ["TRAITS", "respondents_of", "simulate_gain", "simulate_participation", "simulate_people"]

TRAITS = ("knowledge", "engagement")
ROLE_SHIFT = {"tjm": 0.25}
TRAINING_SHIFT = {"short": 0.25, "long": 0.6}

# Shares of the levels of each background variable, per role; a variable that is not named is drawn evenly.
BACKGROUND_SHARES: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "age": {
        "pol": {"u35": 0.10, "a35": 0.24, "a50": 0.38, "o65": 0.26, "u": 0.02},
        "tjm": {"u35": 0.20, "a35": 0.44, "a50": 0.32, "o65": 0.02, "u": 0.02},
    },
    "agegroup": {
        "pol": {"u50": 0.34, "o50": 0.64, "u": 0.02},
        "tjm": {"u50": 0.64, "o50": 0.34, "u": 0.02},
    },
    "years": {
        "pol": {"y0": 0.34, "y4": 0.26, "y8": 0.20, "y12": 0.20},
        "tjm": {"y0": 0.38, "y4": 0.28, "y8": 0.16, "y12": 0.18},
    },
    "training": {
        "pol": {"none": 0.52, "short": 0.38, "long": 0.10},
        "tjm": {"none": 0.34, "short": 0.46, "long": 0.20},
    },
}


def simulate_people(
    design: Design,
    *,
    bank: Bank,
    other_sex: Mapping[str, Mapping[str, float]],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Draw every person of the frame, whether they will answer or not.

    Parameters
    ----------
    design : Design
        The frame; its `population` has the columns role, orgtype, sex and persons.
    other_sex : mapping
        Role → level of `sex` → the share who give that answer instead of the register's.

    Returns
    -------
    DataFrame
        Index `person`; the bank's background variables as categoricals of level ids; `TRAITS` as floats.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.design import read_design
    >>> design = read_design()
    >>> people = simulate_people(design, bank=read_bank(), other_sex={}, rng=np.random.default_rng(1))
    >>> int((people["role"] == "pol").sum()) == design.size({"role": "pol"})
    True
    """
    frame = design.population.reset_index(drop=True)
    people = frame.loc[frame.index.repeat(frame["persons"]), ["role", "orgtype", "sex"]].reset_index(drop=True)
    people.index = pd.Index([f"p{number:04d}" for number in range(1, len(people) + 1)], name="person")
    people = people.astype("object")
    role = people["role"].to_numpy()
    for role_id, shares in other_sex.items():
        members = np.flatnonzero(role == role_id)
        chosen = people.index[rng.permutation(members)]
        start = 0
        for level, share in shares.items():
            stop = start + round(share * len(members))
            people.loc[chosen[start:stop], "sex"] = level
            start = stop
    for name, variable in bank.variables.items():
        if name in people.columns or not variable.levels:
            continue
        people[name] = _draw_background(name, role, level_ids=variable.level_ids, rng=rng)
    training = people["training"].map(TRAINING_SHIFT) if "training" in people else pd.Series(0.0, index=people.index)
    shift = people["role"].map(ROLE_SHIFT).astype("float64").fillna(0) + training.astype("float64").fillna(0)
    traits = rng.multivariate_normal([0, 0], [[1, 0.35], [0.35, 1]], size=len(people))
    for name in people.columns:
        people[name] = pd.Categorical(people[name], categories=list(bank.variables[name].level_ids))
    people["knowledge"] = traits[:, 0] + shift - float(shift.mean())
    people["engagement"] = traits[:, 1] + 0.2 * (people["orgtype"] == "reg").to_numpy()
    return people


def _draw_background(name: str, role: np.ndarray, *, level_ids: Sequence[str], rng: np.random.Generator) -> np.ndarray:
    """Draw a background variable by the role's shares; evenly where no shares are stated for its levels."""
    drawn = np.empty(len(role), dtype=object)
    for role_id in sorted(set(role)):
        members = np.flatnonzero(role == role_id)
        shares = BACKGROUND_SHARES.get(name, {}).get(role_id, {})
        weights = np.array([shares.get(level, 0.0) for level in level_ids])
        weights = weights / weights.sum() if weights.sum() > 0 else np.full(len(level_ids), 1 / len(level_ids))
        drawn[members] = rng.choice(np.array(level_ids, dtype=object), size=len(members), p=weights)
    return drawn


def simulate_participation(
    people: pd.DataFrame,
    *,
    rates: Mapping[tuple[str, str], float],
    rng: np.random.Generator,
    earlier: pd.Index | None = None,
    earlier_odds: float = 4.0,
) -> pd.Index:
    """Draw who answers.

    Parameters
    ----------
    people : DataFrame
        As `simulate_people` makes it.
    rates : mapping
        (role, orgtype) → response rate, 0–1; women answer a little more often than men around it.
    earlier : Index, optional
        Those who answered the wave before.
    earlier_odds : float
        How many times the odds of answering are for them, compared with the others; the rates stay what they are.

    Returns
    -------
    Index
        Those who answer, in the order of `people`.
    """
    chosen = np.zeros(len(people), dtype=bool)
    for (role, orgtype), rate in rates.items():
        members = np.flatnonzero((people["role"] == role) & (people["orgtype"] == orgtype))
        weight = np.where(people["sex"].iloc[members] == "m", 0.85, 1.15)
        if earlier is not None:
            weight = weight * np.where(people.index[members].isin(earlier), earlier_odds, 1.0)
        # Efraimidis & Spirakis (2006): the largest u^(1/w) are a weighted sample without replacement.
        rank = rng.random(len(members)) ** (1 / weight)
        chosen[members[np.argsort(-rank, kind="stable")[: round(rate * len(members))]]] = True
    return people.index[chosen]


def simulate_gain(people: pd.DataFrame, *, gain: float, rng: np.random.Generator) -> pd.DataFrame:
    """The same people some years later: knowledge and engagement drift and rise a little.

    Parameters
    ----------
    gain : float
        The mean rise in knowledge, in trait units; engagement rises half as much.
    """
    later = people.copy()
    later["knowledge"] = people["knowledge"] + rng.normal(gain, 0.3, size=len(people))
    later["engagement"] = people["engagement"] + rng.normal(gain / 2, 0.3, size=len(people))
    if "training" in later:
        trained = (later["training"] == "none") & (rng.random(len(later)) < 0.4)
        later.loc[trained, "training"] = "short"
    return later


def respondents_of(people: pd.DataFrame, *, wave: str) -> pd.DataFrame:
    """The `respondents` table of those people: `respondent_id`, `wave` and the background variables.

    The person's number in the simulation is the `respondent_id`; a reader makes its own from the linking code.
    """
    table = people.drop(columns=[name for name in TRAITS if name in people.columns]).reset_index(names="respondent_id")
    table["respondent_id"] = table["respondent_id"].astype("str")
    table.insert(1, "wave", pd.Series(wave, index=table.index, dtype="str"))
    return table
