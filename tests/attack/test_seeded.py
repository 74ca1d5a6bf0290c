"""What seeded releases show and hide; `test_seeded_*.py` attack them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from populations import population
from releases import released

from kunskap.audit.attacker import FIGURES
from kunskap.disclosure import Policy, read_policy

DRAWN = 12
LEAST_MEDIAN_SHOWN = 0.35  # of the rows of counties made to be difficult; see README.md


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy()


def share_shown(tables: dict[str, pd.DataFrame]) -> float:
    return float(pd.concat([table["hidden"] for table in tables.values()]).isna().mean())


def test_the_gate_does_not_simply_hide_everything(policy: Policy) -> None:
    shown = [share_shown(released(population(seed), policy)) for seed in range(DRAWN)]
    assert np.median(shown) >= LEAST_MEDIAN_SHOWN


def test_what_is_derived_from_hidden_rows_is_hidden(policy: Policy) -> None:
    # hedges_g and p values are no linear forms: the attacker cannot use them, so that the rule itself is tested.
    for seed in range(DRAWN):
        drawn = population(seed)
        if "total_by_sex" not in drawn.tables:
            continue
        table = released(drawn, policy)["total_by_sex"]
        means = table[table["statistic"] == "mean"]
        derived = table[table["statistic"].isin(["difference", "hedges_g"])]
        if means["hidden"].notna().any():
            assert derived[list(FIGURES)].isna().all(axis=None), f"seed {seed}"


def test_reasons_do_not_tell_unanimity(policy: Policy) -> None:
    # A reason that stood only beside nearly unanimous groups would say what it hides.
    alike: dict[str, list[bool]] = {}
    for seed in range(DRAWN):
        drawn = population(seed)
        for name, table in released(drawn, policy).items():
            raw = drawn.tables[name]
            hidden = table[
                table["hidden"].notna() & table["statistic"].eq("share") & raw["n"].ge(policy.base).to_numpy()
            ]
            by = [column for column in table.columns if column in ("role", "sex", "orgtype")]
            keys = [raw[column] for column in [*by, "universe"]] + [raw["item"].fillna(raw["scale"])]
            near = (raw["n"] - raw["count"]).le(1).groupby(keys, dropna=False).transform("any")
            for index, reason in hidden["hidden"].items():
                alike.setdefault(str(reason), []).append(bool(near[index]))
    telling = {reason for reason, values in alike.items() if len(values) >= 10 and np.mean(values) > 0.95}
    assert telling == set()
