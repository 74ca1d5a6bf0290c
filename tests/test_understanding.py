"""Own rating beside the test: rank correlations, quadrants, and what cannot be computed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy import stats

from kunskap import tables
from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.understanding import QUADRANTS, quadrants, rank_correlation, together

ROOT = Path(__file__).resolve().parents[1]


def scores(n: int = 60, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    total = rng.integers(0, 13, n) / 12
    ability = np.clip(np.round((total + rng.normal(0, 0.3, n)) * 6) / 6, 0, 1)
    return pd.DataFrame({"sex": rng.choice(["k", "m"], n), "ability": ability, "total": total})


def test_the_rank_correlation_agrees_with_scipy_and_pingouin_with_ties() -> None:
    data = scores()
    r, low, high = rank_correlation(data["ability"], data["total"])
    assert r == pytest.approx(stats.spearmanr(data["ability"], data["total"]).statistic, abs=1e-12)
    theirs = pingouin.corr(data["ability"], data["total"], method="spearman")
    assert r == pytest.approx(theirs["r"].iloc[0], abs=1e-6)
    z = stats.norm.isf(0.025) * np.sqrt((1 + r**2 / 2) / (len(data) - 3))
    assert (np.arctanh(low), np.arctanh(high)) == pytest.approx((np.arctanh(r) - z, np.arctanh(r) + z))


@pytest.mark.parametrize(("rho", "n"), [(0.0, 20), (0.5, 40), (0.7, 25)])
def test_its_intervals_keep_their_promise(rho: float, n: int) -> None:
    """For two normal variables the rank correlation is 6/π · asin(ρ/2)."""
    rng = np.random.default_rng(n)
    truth = 6 / np.pi * np.arcsin(rho / 2)
    held = 0
    for pairs in rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], (1500, n)):
        _, low, high = rank_correlation(pairs[:, 0], pairs[:, 1])
        held += low <= truth <= high
    assert held / 1500 >= 0.93


def test_correlations_rest_on_the_means_beside_them_and_on_those_with_both() -> None:
    data = scores()
    data.loc[:4, "ability"] = np.nan
    table = together(data, by=["sex"])
    keys = set(tables.row_keys(table))
    found = table[table["statistic"] == "rank_correlation"]
    assert found["n"].sum() == 55
    assert table.loc[(table["statistic"] == "mean") & (table["scale"] == "total"), "n"].sum() == 60
    assert all(len(inputs) == 2 and set(inputs) <= keys for inputs in found["inputs"])


def test_quadrants_count_everyone_with_both_once() -> None:
    data = scores()
    table = quadrants(data, by=["sex"])
    assert table["option"].unique().tolist() == list(QUADRANTS)
    own = table[table["sex"] == "k"].set_index("option")["count"]
    women = data[data["sex"] == "k"]
    assert own["sure_not"] == ((women["ability"] >= 0.5) & (women["total"] < 0.5)).sum()
    assert table["count"].sum() == len(data)


def test_what_cannot_be_computed_is_missing_or_refused() -> None:
    assert np.isnan(rank_correlation([1, 2, 3], [1, 2, 3])[0])
    assert np.isnan(rank_correlation([1, 1, 1, 1], [1, 2, 3, 4])[0])
    assert rank_correlation([1, 2, 3, 4], [1, 2, 3, 4])[0] == 1
    assert np.isnan(rank_correlation([1, 2, 3, 4], [1, 2, 3, 4])[1])
    for function in (together, quadrants):
        with pytest.raises(KunskapError, match="EST-04"):
            function(pd.DataFrame({"total": [0.5]}))
    with pytest.raises(KunskapError, match="EST-05"):
        quadrants(pd.DataFrame({"ability": [np.nan], "total": [0.5]}))


def test_the_tables_pass_the_gate_and_small_groups_do_not() -> None:
    data = scores(90)
    made = {"together": together(data, by=["sex"]), "quadrants": quadrants(data, by=["sex"])}
    assert release(made, policy=read_policy(ROOT / "survey")).log.empty
    few = data.drop(index=data.index[data["sex"] == "m"][5:])
    shown = release({"together": together(few, by=["sex"])}, policy=read_policy(ROOT / "survey")).table("together")
    assert shown.loc[shown["sex"] == "m", "estimate"].isna().all()
