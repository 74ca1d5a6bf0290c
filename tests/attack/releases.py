"""One seeded county through the gate and under attack: what the tests and the long run have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from large_populations import large_population
from populations import Population, population, under

from kunskap.audit.breaches import Breach, audit
from kunskap.audit.known import Known
from kunskap.disclosure import Policy, release


@dataclass(frozen=True)
class Outcome:
    """How one county's release fared."""

    seed: int
    breaches: tuple[Breach, ...]
    unresolved: tuple[str, ...]
    rows: int
    shown: int
    hidden_by: Mapping[str, int]

    @property
    def share_shown(self) -> float:
        return self.shown / self.rows


def reader_of(policy: Policy, known: Known, *, linked: bool = True) -> Known:
    """Everybody can read the policy: its thresholds and its steps."""
    return under(
        known,
        base=policy.base,
        bases=tuple((dict(group.where), group.base) for group in policy.groups),
        width=policy.width,
        mean_step=policy.statistics["mean"].step,
        share_step=policy.statistics["share"].step,
        se_step=policy.se_step,
        interval_step=policy.interval_step,
        linked=linked,
    )


def released(county: Population, policy: Policy) -> dict[str, pd.DataFrame]:
    """The county's tables as the gate lets them out."""
    made = release(county.tables, policy=policy)
    return {name: made.table(name) for name in made.names}


def attack(seed: int, policy: Policy, *, linked: bool = True, most: int = 3, large: bool = False) -> Outcome:
    """Draw a county, release it, attack it."""
    county = large_population(seed) if large else population(seed)
    tables = released(county, policy)
    breaches, unresolved = audit(tables, reader_of(policy, county.known, linked=linked), county.people, most=most)
    hidden = pd.concat([table["hidden"] for table in tables.values()])
    return Outcome(
        seed,
        tuple(breaches),
        tuple(unresolved),
        len(hidden),
        int(hidden.isna().sum()),
        {str(reason): int(times) for reason, times in hidden.value_counts().items()},
    )
