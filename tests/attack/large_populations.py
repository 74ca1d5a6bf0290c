"""Seeded counties as large as the real form makes them: many items, some asked of one role only, up to 400 people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from populations import (
    LEVELS,
    OUTCOMES,
    Population,
    answers_of,
    bounds,
    distribution,
    frame_of_people,
    response_rates,
    shares,
    totals,
    with_difference,
)

from kunskap.audit.known import Known

SMALL_ROOM = 0.4  # of the counties are rooms of 12 to 60


def large_population(seed: int) -> Population:
    """Draw one county: 5–12 common items, up to 2 more of each role, 12–400 people, now and then three variables."""
    rng = np.random.default_rng([seed, 16])
    variables = ["role", "sex"] if rng.random() < 0.8 else ["role", "orgtype", "sex"]
    size = int(rng.integers(12, 61) if rng.random() < SMALL_ROOM else rng.integers(61, 401))
    people = _respondents(rng, variables, size)
    common = [f"goals{place:02d}" for place in range(1, int(rng.integers(5, 13)) + 1)]
    own = {role: [f"{role}{place:02d}" for place in range(1, int(rng.integers(0, 3)) + 1)] for role in ("pol", "tjm")}
    asked = {item: {"role": role} for role, items in own.items() for item in items}
    options = {item: OUTCOMES[: int(rng.integers(3, 5))] for item in [*common, *asked]}
    for item, named in options.items():
        people[item] = answers_of(rng, people, named)
        if item in asked:
            people[item] = people[item].where(people["role"] == asked[item]["role"])
    frame = frame_of_people(rng, people, variables)
    known = Known(
        levels={name: LEVELS[name] for name in variables},
        options=options,
        points={item: {option: float(option == "right") for option in named} for item, named in options.items()},
        scales={"total": tuple(common)},
        frame=frame.drop(columns="sex").groupby([name for name in variables if name != "sex"], as_index=False).sum(),
        asked=asked,
        apart=True,
    )
    everyones = {item: options[item] for item in common}
    owns = {role: {item: options[item] for item in items} for role, items in own.items()}
    return Population(people, _plan(rng, people, everyones, owns, frame), known)


def _respondents(rng: np.random.Generator, variables: Sequence[str], size: int) -> pd.DataFrame:
    """Politicians and officials; some say another sex or none."""
    other = float(rng.choice([0.0, 0.01, 0.04]))
    officials = float(rng.uniform(0.15, 0.85))
    weights = {
        "role": [1 - officials, officials],
        "sex": [0.5 - other, 0.5 - other, other, other],
        "orgtype": rng.dirichlet([3.0, 3.0, 0.5, 0.5]),
    }
    return pd.DataFrame({name: rng.choice(LEVELS[name], size=size, p=weights[name]) for name in variables}).astype(
        "str"
    )


def _plan(
    rng: np.random.Generator,
    people: pd.DataFrame,
    common: Mapping[str, Sequence[str]],
    own: Mapping[str, Mapping[str, Sequence[str]]],
    frame: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """The tables of a report: everyone, by sex, by role; what one role was asked; totals and four bins."""
    named = people[people["sex"].isin(["k", "m"])]
    items, quarter = list(common), len(common) / 4
    ends = [round(quarter * place) for place in range(1, 4)]
    bins = list(zip([0, *(end + 1 for end in ends)], [*ends, len(items)], strict=True))
    makers = {
        "knowledge": lambda: pd.concat([shares(people, common), bounds(people, common, frame)], ignore_index=True),
        "knowledge_by_sex": lambda: shares(named, common, by=["sex"]),
        "knowledge_by_role": lambda: shares(people, common, by=["role"]),
        "total": lambda: totals(people, items),
        "total_by_sex": lambda: with_difference(totals(named, items, by=["sex"]), "sex", ("k", "m")),
        "total_by_role": lambda: with_difference(totals(people, items, by=["role"]), "role", ("pol", "tjm")),
        "distribution": lambda: distribution(people, items, by=["role"], bins=bins),
        "distribution_by_sex": lambda: distribution(named, items, by=["sex"], bins=bins),
        "response_rate": lambda: response_rates(people, frame, by=["role"]),
        "response_rate_by_sex": lambda: response_rates(people, frame, by=["role", "sex"]),
    }
    if "orgtype" in people:
        makers["total_by_body"] = lambda: totals(people, items, by=["role", "orgtype"])
    for role, options in own.items():
        if options and (people["role"] == role).any():
            universe = f"role={role}"
            makers[f"knowledge_{role}"] = lambda options=options, universe=universe: shares(
                people, options, universe=universe
            )
            makers[f"knowledge_{role}_by_sex"] = lambda options=options, universe=universe: shares(
                named, options, by=["sex"], universe=universe
            )
    kept = {name: make() for name, make in makers.items() if name == "knowledge" or rng.random() < 0.8}
    return {name: table for name, table in kept.items() if len(table)}
