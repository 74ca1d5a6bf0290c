"""Whatever the people and whatever the tables: nothing small or alike can be worked out of what is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskap.disclosure import Policy, Released, read_policy, release
from tests.disclosure.hand import crossed, worked_out

DIVISIONS = ([], ["sex"], ["role"], ["orgtype"], ["role", "sex"], ["orgtype", "sex"], ["role", "orgtype"])


@pytest.fixture(scope="module")
def policy(root: Path) -> Policy:
    return replace(read_policy(root / "survey"), groups=())


@st.composite
def populations(draw: st.DrawFn) -> pd.DataFrame:
    """Ten to ninety people, few or many of whom leave out their sex, with easy or hard questions."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    size = draw(st.integers(10, 90))
    unseen = draw(st.sampled_from([0.0, 0.02, 0.1]))
    easy = draw(st.sampled_from([0.4, 0.7, 0.9]))
    people = pd.DataFrame(
        {
            "sex": rng.choice(["k", "m", "x"], size, p=[0.5 - unseen / 2, 0.5 - unseen / 2, unseen]),
            "role": rng.choice(["pol", "tjm"], size, p=[0.3, 0.7]),
            "orgtype": rng.choice(["reg", "kom", "lst"], size, p=[0.5, 0.4, 0.1]),
            "answer": rng.choice(["right", "wrong", "dk"], size, p=[easy, 0.6 * (1 - easy), 0.4 * (1 - easy)]),
        }
    )
    return people.assign(score=(people["answer"] == "right").astype(float))


def tables_of(people: pd.DataFrame, chosen: list[list[str]], *, statistic: str = "share") -> dict[str, pd.DataFrame]:
    return {"_".join(by) or "total": crossed(people, by, statistic=statistic) for by in chosen}


def shown(released: Released) -> dict[str, pd.DataFrame]:
    return {name: released.table(name) for name in released.names}


divisions = st.lists(st.sampled_from(DIVISIONS), min_size=1, max_size=4, unique_by=tuple)


@settings(max_examples=40, deadline=None)
@given(people=populations(), chosen=divisions)
def test_nothing_small_or_alike_is_left_to_work_out(
    policy: Policy, people: pd.DataFrame, chosen: list[list[str]]
) -> None:
    released = release(tables_of(people, chosen), policy=policy)
    shown = {name: released.table(name) for name in released.names}
    assert worked_out(people, shown, base=policy.base) == []


def test_the_reader_with_pen_and_paper_finds_planted_faults(policy: Policy) -> None:
    """The same reader must find something when complementary suppression is off, or the test above proves nothing."""
    rng = np.random.default_rng(7)
    found = 0
    for _ in range(30):
        size = int(rng.integers(20, 80))
        people = pd.DataFrame(
            {"sex": rng.choice(["k", "m", "x"], size, p=[0.5, 0.45, 0.05]), "role": "pol"}
            | {"answer": rng.choice(["right", "wrong", "dk"], size)}
        )
        released = release(tables_of(people, [[], ["sex"]]), policy=replace(policy, complementary=False))
        found += bool(worked_out(people, shown(released), base=policy.base))
    assert found > 15


@settings(max_examples=12, deadline=None)
@given(people=populations(), chosen=divisions, seed=st.integers(0, 999))
def test_the_order_of_rows_and_tables_does_not_matter(
    policy: Policy, people: pd.DataFrame, chosen: list[list[str]], seed: int
) -> None:
    tables = tables_of(people, chosen)
    shuffled = {
        name: tables[name].sample(frac=1, random_state=seed).reset_index(drop=True)
        for name in sorted(tables, reverse=True)
    }
    logs = [release(given, policy=policy).log for given in (tables, shuffled)]
    one, other = (log.sort_values(["table", "key"]).reset_index(drop=True) for log in logs)
    pd.testing.assert_frame_equal(one, other)


@settings(max_examples=12, deadline=None)
@given(people=populations(), chosen=divisions)
def test_what_was_released_can_be_released_again_and_shows_no_more(
    policy: Policy, people: pd.DataFrame, chosen: list[list[str]]
) -> None:
    first = release(tables_of(people, chosen), policy=policy)
    again = {}
    for name in first.names:
        table = first.table(name)
        told = table[table["hidden"].isna()].drop(columns="hidden")
        again[name] = told.assign(inputs=[()] * len(told)).reset_index(drop=True)
    second = release(again, policy=policy)
    for name in first.names:
        before = first.table(name).query("hidden.isna()").drop(columns="hidden").reset_index(drop=True)
        after = second.table(name).query("hidden.isna()").drop(columns="hidden")
        merged = after.merge(before, how="left", indicator=True)
        assert (merged["_merge"] == "both").all()


@settings(max_examples=12, deadline=None)
@given(people=populations(), chosen=divisions, further=st.sampled_from(DIVISIONS))
def test_a_further_table_never_brings_back_what_is_hidden_for_its_own_sake(
    policy: Policy, people: pd.DataFrame, chosen: list[list[str]], further: list[str]
) -> None:
    """Complementary suppression itself is not monotone.

    A further table may give the search a cell that costs less, so that another comes back.  What a reader of both
    releases then knows is for the ledger of releases to judge, not for one release.
    """
    internal = {"policy": policy, "view": "internal"}
    fewer = release(tables_of(people, chosen), **internal).log
    more = release(tables_of(people, [*chosen, *([further] if further not in chosen else [])]), **internal).log
    own = ["base", "unanimity", "all_but_one", "extreme", "level"]
    before = fewer.loc[fewer["reason"].isin(own), ["table", "key"]].apply(tuple, axis=1)
    assert set(before) <= set(more[["table", "key"]].apply(tuple, axis=1))


@settings(max_examples=12, deadline=None)
@given(people=populations(), chosen=divisions)
def test_a_stricter_base_shows_no_small_group(policy: Policy, people: pd.DataFrame, chosen: list[list[str]]) -> None:
    released = release(tables_of(people, chosen), policy=replace(policy, base=12))
    for name in released.names:
        assert not (released.table(name)["n"] < 12).any()


@settings(max_examples=12, deadline=None)
@given(people=populations(), chosen=divisions)
def test_means_are_protected_as_counts_are(policy: Policy, people: pd.DataFrame, chosen: list[list[str]]) -> None:
    """A mean of right and wrong is a count, so the same reader must find nothing in means."""
    people = people.assign(answer=people["answer"].where(people["answer"] == "right", "not"))
    released = release(tables_of(people, chosen, statistic="mean"), policy=policy)
    assert worked_out(people, shown(released), base=policy.base) == []


@settings(max_examples=12, deadline=None)
@given(people=populations())
def test_what_one_statistic_hides_another_does_not_give(policy: Policy, people: pd.DataFrame) -> None:
    tables = {"total": crossed(people, []), "by_sex": crossed(people, ["sex"], statistic="mean")}
    released = release(tables, policy=policy)
    found = worked_out(people, shown(released), base=policy.base)
    assert [line for line in found if int(line.split()[0]) < policy.base] == []
