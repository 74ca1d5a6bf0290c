"""Item analysis from answers: the same figures by other arithmetic, numpy and pandas as oracles, planted faults."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskap import dif, estimates, items, reliability, scoring
from kunskap.asked import common_items
from kunskap.bank import read_bank
from kunskap.content import data_folder
from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.items.options import THIRDS
from kunskap.readers import read_responses
from kunskap.words import Words, read_words
from tests.small_bank import small_bank
from tests.test_pilot import pilot

BANK = small_bank(12)
SINGLES = [f"q{i}" for i in range(1, 13)]
EVERYTHING = [*SINGLES, "tf1", "all1", "per1", "part1"]


def mixed(n: int, *, seed: int = 3, missing: float = 0.0) -> pd.DataFrame:
    """Singles that know an ability, a true/false, and three items with several right options."""
    rng = np.random.default_rng(seed)
    responses = pilot(n, seed=seed).astype({name: "str" for name in SINGLES})
    responses.loc[rng.random(n) < 0.1, "q1"] = "skip"
    responses["tf1"] = rng.choice(["true", "false", "dk", "skip"], size=n)
    for name in ("all1", "per1", "part1"):
        for option in ("a", "b", "c", "d", "dk"):
            responses[f"{name}.{option}"] = pd.array(rng.random(n) < 0.4, dtype="boolean")
        lost = rng.random(n) < missing
        responses.loc[lost, [f"{name}.{option}" for option in ("a", "b", "c", "d", "dk")]] = pd.NA
    for name in SINGLES[:3]:
        responses.loc[rng.random(n) < missing, name] = np.nan
    return responses


def figures(table: pd.DataFrame, statistic: str) -> pd.DataFrame:
    return table[table["statistic"] == statistic].set_index(["item", "option"] if "share" in statistic else "item")


# ---------------------------------------------------------------- the same figures another way


@pytest.mark.parametrize("missing", [0.0, 0.1])
@pytest.mark.parametrize("chosen", [SINGLES, EVERYTHING])
def test_one_pass_gives_what_the_scores_give(chosen: list[str], missing: float) -> None:
    responses = mixed(300, missing=missing)
    scores = scoring.score(responses, bank=BANK, items=chosen)
    table = items.analysis(responses, bank=BANK, items=chosen)
    by_scores = [
        items.facility(scores),
        items.discrimination(scores),
        items.upper_lower(scores),
        items.alpha_if_deleted(scores),
        reliability.alpha(scores),
        items.floor_ceiling(scores),
    ]
    expected = pd.concat(by_scores, ignore_index=True)
    keys = ["item", "scale", "statistic", "unit"]
    both = expected.merge(
        table[table["option"].isna()], on=keys, how="left", validate="one_to_one", suffixes=("", "_other")
    )
    assert (both["n"] == both["n_other"]).all()
    for name in ("estimate", "se", "low", "high"):
        np.testing.assert_allclose(both[name], both[f"{name}_other"], atol=1e-10, err_msg=name)


def test_shares_are_those_of_proportion() -> None:
    responses = mixed(200, missing=0.1)
    shares = items.distractors(responses, bank=BANK).query("statistic == 'share'")
    answers = scoring.answers(responses, bank=BANK, items=[*SINGLES, "tf1"])
    expected = estimates.proportion(answers)
    both = expected.merge(shares, on=["item", "option"], how="left", suffixes=("", "_other"))
    for name in ("count", "n", "estimate", "se", "low", "high"):
        np.testing.assert_allclose(
            both[name].astype(float), both[f"{name}_other"].astype(float), atol=1e-12, err_msg=name
        )


def test_options_go_with_the_rest_as_numpy_says() -> None:
    responses = mixed(250)
    scores = scoring.score(responses, bank=BANK, items=EVERYTHING)
    table = items.distractors(responses, bank=BANK, items=EVERYTHING).query("statistic == 'option_rest'")
    assert len(table) == 12 * 5 + 4 + 3 * 6
    for row in table.itertuples():
        if row.item in ("all1", "per1", "part1"):
            real = responses[[f"{row.item}.{option}" for option in "abcd"]].to_numpy(dtype=bool)
            know = responses[f"{row.item}.dk"].to_numpy(dtype=bool) & ~real.any(axis=1)
            none = ~real.any(axis=1) & ~know
            taken = {"dk": know, "skip": none}.get(
                str(row.option), responses.get(f"{row.item}.{row.option}", pd.Series(none)).to_numpy(dtype=bool)
            )
        else:
            taken = (responses[row.item] == row.option).to_numpy()
        rest = scores.drop(columns=row.item).sum(axis=1)
        if taken.any():
            assert row.estimate == pytest.approx(np.corrcoef(taken, rest)[0, 1], abs=1e-10)
        else:
            assert np.isnan(row.estimate)


def test_thirds_are_those_of_a_crosstab() -> None:
    responses = mixed(400)
    table = items.distractors(responses, bank=BANK, items=SINGLES)
    total = scoring.score(responses, bank=BANK, items=SINGLES).sum(axis=1).reset_index(drop=True)
    third = (3 * (total.rank(method="average") - 0.5) / len(total)).astype(int).clip(upper=2)
    for item in SINGLES:
        expected = pd.crosstab(responses[item], third, normalize="columns")
        for place, statistic in enumerate(THIRDS):
            rows = figures(table, statistic).loc[item]
            assert rows["n"].unique().tolist() == [int((third == place).sum())]
            for option, share in expected[place].items():
                assert rows.loc[option, "estimate"] == pytest.approx(share, abs=1e-12)
    key = figures(table, "share_upper_third")["estimate"].xs("a", level="option")
    assert (key > figures(table, "share_lower_third")["estimate"].xs("a", level="option")).all()


def test_ties_at_the_cut_count_as_the_mean_over_all_orders() -> None:
    scores = scoring.score(mixed(60), bank=BANK, items=SINGLES)
    values, rng, size = scores.to_numpy(), np.random.default_rng(8), 0.25
    by_order = []
    for _ in range(4000):
        mixed_up = values[rng.permutation(60)]
        ordered = mixed_up[np.argsort(mixed_up.sum(axis=1), kind="stable")]
        by_order.append(ordered[-15:].mean(axis=0) - ordered[:15].mean(axis=0))
    found = items.upper_lower(scores, share=size)["estimate"].to_numpy()
    np.testing.assert_allclose(found, np.mean(by_order, axis=0), atol=0.01)


def test_ties_can_be_included() -> None:
    scores = pd.DataFrame({"a": [1.0, 1, 1, 0, 0, 0], "b": [1.0, 0, 0, 1, 0, 0]})
    # sums 2 1 1 1 0 0: a third is two people; with ties the upper part is the one with 2 and the three with 1
    found = items.upper_lower(scores, share=1 / 3, ties="included")["estimate"].tolist()
    assert found == pytest.approx([3 / 4, 2 / 4])
    assert items.upper_lower(scores, share=1 / 3)["estimate"].tolist() == pytest.approx(
        [(1 + 2 / 3) / 2, (1 + 1 / 3) / 2]
    )


@pytest.mark.parametrize(("share", "ties"), [(0.0, "shared"), (0.6, "shared"), (0.27, "by file")])
def test_parts_that_are_none_are_refused(share: float, ties: str) -> None:
    with pytest.raises(KunskapError) as caught:
        items.upper_lower(pd.DataFrame({"a": [1.0, 0.0], "b": [0.0, 1.0]}), share=share, ties=ties)
    assert caught.value.codes == ("ITEMS-01",)


# ---------------------------------------------------------------- invariances


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(one, other, check_exact=False, atol=1e-10, rtol=0)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**31))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    responses = mixed(40, missing=0.1)
    shuffled = responses.sample(frac=1, random_state=np.random.default_rng(seed))
    same(items.analysis(shuffled, bank=BANK), items.analysis(responses, bank=BANK))


def test_a_file_in_two_parts_is_the_same_file() -> None:
    responses = mixed(80)
    joined = pd.concat([responses.iloc[50:], responses.iloc[:50]], ignore_index=True)
    same(items.analysis(joined, bank=BANK), items.analysis(responses, bank=BANK))


def test_an_export_cut_in_two_and_joined_is_the_same_file(tmp_path: Path) -> None:
    bank, demo = read_bank(), data_folder() / "demo" / "limesurvey_2016_simulerad.csv"
    heading, *lines = demo.read_bytes().decode("utf-8").splitlines(keepends=True)
    parts = []
    for name, part in (("first", lines[: len(lines) // 2]), ("second", lines[len(lines) // 2 :])):
        path = tmp_path / f"results-survey{name}.csv"
        path.write_bytes((heading + "".join(part)).encode("utf-8"))
        parts.append(read_responses(path, bank=bank, wave="2016").responses)
    whole = read_responses(demo, bank=bank, wave="2016").responses
    assert len(parts[0]) + len(parts[1]) == len(whole)
    names = common_items(whole, bank=bank)
    joined = pd.concat(parts, ignore_index=True)
    same(items.analysis(joined, bank=bank, items=names), items.analysis(whole, bank=bank, items=names))


def test_the_order_of_categories_and_their_kind_do_not_matter() -> None:
    responses = mixed(80)
    coded = responses.assign(
        **{name: pd.Categorical(responses[name], categories=["skip", "dk", "c", "b", "a"]) for name in SINGLES}
    )
    same(items.analysis(coded, bank=BANK), items.analysis(responses, bank=BANK))


def test_relabelled_options_give_the_same_figures_under_the_new_names() -> None:
    """b and c change places everywhere: every figure follows its option, and no item's own figure moves."""
    responses = mixed(120)
    other = responses.assign(**{name: responses[name].replace({"b": "c", "c": "b"}) for name in SINGLES})
    table, moved = (items.analysis(one, bank=BANK, items=SINGLES) for one in (responses, other))
    moved["option"] = moved["option"].replace({"b": "c", "c": "b"})
    keys = ["item", "scale", "option", "statistic"]
    both = table.merge(moved, on=keys, validate="one_to_one", suffixes=("", "_other"))
    assert len(both) == len(table)
    np.testing.assert_allclose(both["estimate"], both["estimate_other"], atol=1e-12)


# ---------------------------------------------------------------- degenerate input


def answers_of(rows: list[dict[str, str | None]]) -> pd.DataFrame:
    return pd.DataFrame(rows).assign(sitting_id=range(len(rows)))


@pytest.mark.parametrize(
    ("rows", "n", "facility"),
    [
        ([dict.fromkeys(SINGLES, "a")], 1, 1.0),
        ([dict.fromkeys(SINGLES, "a")] * 30, 30, 1.0),
        ([dict.fromkeys(SINGLES, "dk")] * 3, 3, 0.0),
        ([dict.fromkeys(SINGLES, "skip")] * 3, 3, 0.0),
        ([dict.fromkeys(SINGLES)] * 3, 0, np.nan),
    ],
    ids=["one person", "everyone right", "nobody knows", "all skipped", "all missing"],
)
def test_what_has_no_answer_is_missing_and_says_how_many(
    rows: list[dict[str, str | None]], n: int, facility: float
) -> None:
    table = items.analysis(answers_of(rows), bank=BANK)
    found = table[table["statistic"] == "facility"]
    np.testing.assert_array_equal(found["estimate"], [facility] * 12)
    for statistic in ("discrimination", "alpha_if_deleted", "alpha", "option_rest"):
        part = table[table["statistic"] == statistic]
        assert part["estimate"].isna().all(), statistic
        assert (part["n"] == n).all()


def test_a_single_item_is_refused() -> None:
    for call in (items.analysis, items.distractors):
        with pytest.raises(KunskapError) as caught:
            call(mixed(10), bank=BANK, items=["q1"])
        assert caught.value.codes == ("EST-08",)


def test_floor_and_ceiling() -> None:
    rows = (
        [dict.fromkeys(SINGLES, "a")] * 3
        + [dict.fromkeys(SINGLES, "dk")] * 2
        + [{**dict.fromkeys(SINGLES, "a"), "q1": "b"}]
    )
    table = items.analysis(answers_of(rows), bank=BANK).set_index("statistic")
    assert table.loc[["floor", "ceiling"], ["count", "n"]].to_numpy().tolist() == [[2, 6], [3, 6]]


# ---------------------------------------------------------------- suspects


@pytest.fixture(scope="module")
def words(root: Path) -> Words:
    return read_words(root / "survey", "sv")


def test_sound_items_are_not_suspected(words: Words) -> None:
    assert items.suspects(pilot(400), bank=BANK, words=words).empty


def test_each_planted_fault_is_named(words: Words) -> None:
    responses = pilot(400)
    rng = np.random.default_rng(2)
    kinds = {"a": "b", "b": "a"}
    responses["q3"] = responses["q3"].cat.rename_categories(kinds)
    responses["q5"] = rng.choice(["a", "b", "c"], size=400)
    responses["q7"] = responses["q7"].replace("c", "b")
    responses["q8"] = "a"
    rare = responses["q9"].replace("c", "b").astype("str")
    rare.iloc[:3] = "c"
    responses["q9"] = rare
    responses["q11"] = pd.Series(np.where(responses[["q1", "q2", "q4"]].eq("a").sum(axis=1) >= 2, "b", "a"))
    table = items.suspects(responses, bank=BANK, words=words)
    found = set(table[["item", "fault", "option"]].itertuples(index=False, name=None))
    assert {("q3", "rival", "b"), ("q5", "weak", ""), ("q7", "nobody", "c"), ("q8", "unknown", "")} <= found
    assert {("q9", "dead", "c"), ("q11", "negative", ""), ("q11", "rival", "b")} <= found
    assert set(table["fault"]) <= set(items.FAULTS)
    assert not found & {(name, fault, "") for name in ("q1", "q2", "q4", "q6", "q10", "q12") for fault in items.FAULTS}
    assert "Är nyckeln rätt?" in table.set_index(["item", "fault"]).loc[("q3", "rival"), "reason"]


def test_too_few_to_say_anything_is_said(words: Words, root: Path) -> None:
    table = items.suspects(pilot(29), bank=BANK, words=words)
    assert table["fault"].eq("too_few").all()
    assert table["reason"].str.contains("Bara 29 har fått alla frågor. Det behövs minst 30").all()
    english = items.suspects(pilot(3), bank=BANK, words=read_words(root / "survey", "en"))
    assert english["reason"].str.contains("Only 3").all()


# ---------------------------------------------------------------- through the gate


def test_pooled_statistics_are_for_the_internal_view_only(root: Path) -> None:
    policy = read_policy(root / "survey")
    scores = scoring.score(mixed(250), bank=BANK, items=SINGLES)
    grouped = scores.assign(sex=np.where(np.arange(250) % 2, "k", "m"))
    parts = [
        items.analysis(mixed(250), bank=BANK),
        reliability.omega(scores),
        reliability.standard_error(scores),
        reliability.retest(scores, scores, columns=["q1"]),
        dif.mantel_haenszel(grouped),
        dif.logistic(grouped),
    ]
    for table in parts:
        for statistic in set(table["statistic"]) - {"share", "facility"}:
            assert policy.statistics[statistic].kind == "pooled", statistic
        release({"items": table}, policy=policy, view="internal", simulated=True)
        with pytest.raises(KunskapError):
            release({"items": table}, policy=policy, simulated=True)
