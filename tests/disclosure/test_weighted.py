"""Weighted shares: what they would tell of hidden groups, and that those shown tell nothing that is not shown."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskap import estimates, weighting
from kunskap.design import Design
from kunskap.disclosure import Policy, Released, read_policy, release
from kunskap.errors import KunskapError

PERSONS = pd.DataFrame(
    {"role": ["pol", "pol", "tjm", "tjm"], "orgtype": "kom", "sex": ["k", "m"] * 2, "persons": [60, 140, 90, 30]}
).assign(valid_from="2014-11-01")
DESIGN = Design(PERSONS)
OPTIONS = ["right", "wrong", "dk", "skip"]


@pytest.fixture(scope="module")
def policy(root: Path) -> Policy:
    return read_policy(root / "survey")


def answers(sexes: str, right: dict[str, int], *, seed: int = 1) -> pd.DataFrame:
    """Women (k), men (m) and others (x), so many of each right and the rest with other answers."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"sex": list(sexes), "respondent_id": range(len(sexes))})
    told = np.array(rng.choice(["wrong", "dk"], len(sexes)), dtype=object)
    for sex, count in right.items():
        told[np.flatnonzero(frame["sex"] == sex)[:count]] = "right"
    return frame.assign(goals01=pd.Categorical(told, categories=OPTIONS))


def raked(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    return weighting.rake(frame, design=DESIGN, by=by).respondents


def tables_of(frame: pd.DataFrame, by: list[str]) -> dict[str, pd.DataFrame]:
    people = raked(frame, by)
    return {
        "all": estimates.proportion(people),
        "strata": estimates.proportion(people, by=by),
        "weighted": estimates.proportion(people, weights="weight", strata=by, design=DESIGN),
    }


def codes(tables: dict[str, pd.DataFrame], policy: Policy) -> set[str]:
    with pytest.raises(KunskapError) as caught:
        release(tables, policy=policy)
    assert caught.value.message("sv")
    return set(caught.value.codes)


def test_a_weighted_share_would_tell_what_six_men_answered_and_is_hidden(policy: Policy) -> None:
    frame = answers("k" * 20 + "m" * 6, {"k": 9, "m": 2})
    tables = tables_of(frame, ["sex"])
    shown = release(tables, policy=policy)
    (row,) = tables["weighted"].query("option == 'right'").to_dict("records")
    weights = raked(frame, ["sex"]).groupby("sex")["weight"].first()
    worlds = [
        (women, men)
        for women, men in product(range(21), range(7))
        if women + men == 11  # the share of all, which is shown without its weights
        and abs((weights["k"] * women + weights["m"] * men) / 26 - round(row["estimate"], 2)) <= 0.005
    ]
    assert worlds == [(9, 2)]  # so it must go, as the six do
    assert shown.table("all")["hidden"].isna().all()
    assert set(shown.table("weighted")["hidden"]) == {"input"}
    assert set(shown.table("strata").query("sex == 'm'")["hidden"]) == {"base"}


def recomputed(released: Released, weights: pd.Series, by: list[str]) -> pd.DataFrame:
    """Each weighted share again, from nothing but what is shown and the weights; who is unplaced weighs 1."""
    strata = released.table("strata")
    strata = strata[strata["sex"].isin(["k", "m"])] if "sex" in by else strata
    of = strata[by].astype(str).agg("&".join, axis=1)
    strata = strata.assign(weight=weights.reindex(of).to_numpy())
    whole = released.table("all").set_index("option")
    sums = strata.groupby("option", observed=True)[["count", "n"]].sum(min_count=len(weights))
    told = strata.assign(count=strata["count"] * strata["weight"], n=strata["n"] * strata["weight"])
    heavy = told.groupby("option", observed=True)[["count", "n"]].sum(min_count=len(weights))
    left = whole[["count", "n"]].astype(float) - sums
    return (heavy["count"] + left["count"]) / (heavy["n"] + left["n"])


def test_every_weighted_share_that_is_shown_follows_from_what_is_shown(policy: Policy) -> None:
    rng, told = np.random.default_rng(4), {"shown": 0, "hidden": 0}
    for _ in range(20):
        size = int(rng.integers(20, 110))
        sexes = rng.choice(["k", "m", "x"], size, p=[0.45, 0.4, 0.15])
        roles = rng.choice(["pol", "tjm"], size, p=[0.6, 0.4])
        frame = pd.DataFrame({"respondent_id": range(size), "role": roles, "sex": sexes})
        known = frame.groupby(["role", "sex"]).size().reindex(pd.MultiIndex.from_product([["pol", "tjm"], ["k", "m"]]))
        if known.isna().any() or (known.to_numpy() > PERSONS["persons"].to_numpy()).any():
            continue
        chance = rng.dirichlet([2, 1, 1, 0.5])
        frame["goals01"] = pd.Categorical(rng.choice(OPTIONS, size, p=chance), categories=OPTIONS)
        by = [["sex"], ["role", "sex"], ["role"]][int(rng.integers(3))]
        released = release(tables_of(frame, by), policy=policy)
        people = raked(frame, by)
        placed = people[people["sex"].isin(["k", "m"])] if "sex" in by else people
        weights = placed.groupby(placed[by].astype(str).agg("&".join, axis=1))["weight"].first()
        table = released.table("weighted").set_index("option")
        again = recomputed(released, weights, by).reindex(table.index).astype(float)
        is_shown = table["hidden"].isna()
        assert (abs(again - table["estimate"])[is_shown] <= 0.005 + 1e-9).all()
        told["shown"] += int(is_shown.sum())
        told["hidden"] += int((~is_shown).sum())
    assert min(told.values()) >= 8, told


def test_different_weights_in_one_group_cannot_be_judged(policy: Policy) -> None:
    frame = answers("k" * 20 + "m" * 20, {"k": 9, "m": 8})
    people = raked(frame, ["sex"]).assign(weight=lambda one: one["weight"] + 0.1 * (one["respondent_id"] % 2))
    tables = tables_of(frame, ["sex"])
    tables["weighted"] = estimates.proportion(people, weights="weight", strata=["sex"], design=DESIGN)
    assert codes(tables, policy) == {"GATE-13"}


def test_a_weighted_share_of_other_groups_than_it_names_is_refused(policy: Policy) -> None:
    frame = answers("k" * 20 + "m" * 20, {"k": 9, "m": 8})
    tables = tables_of(frame, ["sex"])
    outside = tables["weighted"].assign(estimate=0.9)
    assert codes(tables | {"weighted": outside}, policy) == {"GATE-18"}
    # only the whole group is named: then the weights would have to be alike, and the share its own
    bare = tables["weighted"].assign(inputs=[row[:1] for row in tables["weighted"]["inputs"]])
    assert codes(tables | {"weighted": bare}, policy) == {"GATE-18"}


def test_a_weighted_mean_is_refused(policy: Policy) -> None:
    frame = raked(answers("k" * 20 + "m" * 20, {"k": 9, "m": 8}), ["sex"]).assign(total=0.5)
    table = estimates.mean(frame, columns=["total"], weights="weight", strata=["sex"], design=DESIGN)
    assert codes({"weighted": table}, policy) == {"GATE-02"}
