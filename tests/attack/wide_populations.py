"""Seeded counties of four background variables, crossed two, three and four at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from populations import (
    LEVELS,
    OUTCOMES,
    Population,
    answers_of,
    frame_of_people,
    response_rates,
    shares,
    totals,
    with_difference,
)

from kunskap.audit.known import Known

CROSSED = LEVELS | {"agegroup": ("u40", "u60", "o60")}
CHANCE = {1: 0.6, 2: 0.4, 3: 0.25, 4: 0.1}
"""Of each table of so many variables, that the report has it."""


def wide_population(seed: int) -> Population:
    """Draw one county: 60–400 respondents, one question or two, tables of up to four variables."""
    rng = np.random.default_rng([seed, 4])
    people = _respondents(rng, size=int(rng.integers(60, 401)))
    items = [f"goals{place:02d}" for place in range(1, int(rng.choice([1, 2], p=[0.7, 0.3])) + 1)]
    options = {item: OUTCOMES[: int(rng.integers(2, 5))] for item in items}
    for item, named in options.items():
        people[item] = answers_of(rng, people, named)
    frame = frame_of_people(rng, people, list(CROSSED))
    secret = ["sex"] if rng.random() < 0.5 else ["sex", "agegroup"]
    outer = [name for name in CROSSED if name not in secret]
    known = Known(
        levels=CROSSED,
        options=options,
        points={item: {option: float(option == "right") for option in named} for item, named in options.items()},
        scales={"total": tuple(items)},
        frame=frame.drop(columns=secret).groupby(outer, as_index=False).sum(),
        complete=True,
    )
    return Population(people, _plan(rng, people, options, frame), known)


def _respondents(rng: np.random.Generator, *, size: int) -> pd.DataFrame:
    other = float(rng.choice([0.0, 0.02]))
    people = {
        name: rng.choice(levels, size=size, p=rng.dirichlet(np.full(len(levels), rng.choice([1.0, 5.0]))))
        for name, levels in CROSSED.items()
    }
    people["sex"] = rng.choice(CROSSED["sex"], size=size, p=[0.5 - other, 0.5 - other, other, other])
    return pd.DataFrame(people).astype("str")


def _plan(
    rng: np.random.Generator, people: pd.DataFrame, options: Mapping[str, Sequence[str]], frame: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    named = people[people["sex"].isin(["k", "m"])]
    items = list(options)
    tables = {"knowledge": shares(people, options)}
    for depth, chance in CHANCE.items():
        for crossed in combinations(CROSSED, depth):
            if rng.random() < chance:
                whose = named if "sex" in crossed else people
                tables[f"knowledge_by_{'_'.join(crossed)}"] = shares(whose, options, by=crossed)
    if rng.random() < 0.5:
        tables["response_rate"] = response_rates(people, frame, by=["role", "orgtype"])
    if rng.random() < 0.5:
        tables["knowledge_pol"] = shares(named, options, by=["sex", "agegroup"], universe="role=pol")
    if rng.random() < 0.5:
        tables["total_by_sex"] = with_difference(totals(named, items, by=["sex"]), "sex", ("k", "m"))
        tables["total_by_role_agegroup"] = totals(people, items, by=["role", "agegroup"])
    return tables
