"""DIF: statsmodels and R as oracles, planted items found, sound ones left alone, and refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.multitest import multipletests

from kunskap import dif
from kunskap.bank import read_bank
from kunskap.dif import FEWEST_PEOPLE, logistic, logistic_of, mantel_haenszel, mantel_haenszel_of, matching
from kunskap.dif.matching import Compared, compared, crossed_with_total, purified
from kunskap.errors import KunskapError
from kunskap.scoring import score

REFERENCE = Path(__file__).parent / "reference"
ITEMS = [f"q{i}" for i in range(1, 13)]


def simulated(n: int, *, seed: int = 1, harder: dict[str, float] | None = None, gap: float = 0.0) -> pd.DataFrame:
    """Rasch answers of n women and n men; `harder` makes items harder for women, `gap` makes women know less."""
    rng = np.random.default_rng(seed)
    sex = np.repeat(["k", "m"], n)
    ability = rng.normal(size=2 * n) - gap * (sex == "k")
    columns: dict[str, object] = {"sex": sex}
    for place, name in enumerate(ITEMS):
        difficulty = np.linspace(-1.5, 1.5, len(ITEMS))[place] + (harder or {}).get(name, 0.0) * (sex == "k")
        columns[name] = (rng.random(2 * n) < 1 / (1 + np.exp(difficulty - ability))).astype(float)
    return pd.DataFrame(columns)


def figure(table: pd.DataFrame, statistic: str) -> pd.Series:
    return table[table["statistic"] == statistic].set_index("item")["estimate"]


def strata(frame: pd.DataFrame, item: str, total: pd.Series) -> list[np.ndarray]:
    """2 × 2 tables by total as statsmodels wants them: women and men × right and wrong."""
    return [
        np.array([[(part[item][part["sex"] == one] == right).sum() for right in (1, 0)] for one in ("k", "m")])
        for _, part in frame.groupby(total)
    ]


# ---------------------------------------------------------------- oracles


@pytest.mark.parametrize("source", ["rabbits", "berkeley"])
def test_published_tables_give_what_r_prints(source: str) -> None:
    counts = pd.read_csv(REFERENCE / "mantelhaen.csv").query("source == @source")
    printed = pd.read_csv(REFERENCE / "mantelhaen_r.csv").set_index("source").loc[source]
    found = mantel_haenszel_of(counts[["wrong", "right"]].to_numpy().reshape(-1, 2, 2))
    limits = np.exp(found.log_odds + np.array([-1, 1]) * 1.9599639845 * found.se)
    assert np.exp(found.log_odds) == pytest.approx(printed["odds"], abs=5e-8)
    np.testing.assert_allclose(limits, printed[["low", "high"]].astype(float), atol=5e-7)
    assert found.chi2 == pytest.approx(printed["chi2"], abs=5e-5)
    assert found.p == pytest.approx(printed["p"], abs=5e-5)


@pytest.mark.parametrize("continuity", [True, False])
def test_mantel_haenszel_agrees_with_statsmodels(continuity: bool) -> None:
    frame = simulated(400, harder={"q3": 0.8}, gap=0.4)
    table = mantel_haenszel(frame, purify=False, continuity=continuity)
    total = frame[ITEMS].sum(axis=1)
    for item in ITEMS:
        oracle = StratifiedTable(strata(frame, item, total))
        test = oracle.test_null_odds(correction=continuity)
        row = table[(table["item"] == item) & (table["statistic"] == "mh_delta")].iloc[0]
        assert row["estimate"] == pytest.approx(2.35 * oracle.logodds_pooled, abs=1e-10)
        assert row["se"] == pytest.approx(2.35 * oracle.logodds_pooled_se, abs=1e-10)
        assert figure(table, "mh_chi2")[item] == pytest.approx(test.statistic, abs=1e-6)
        assert figure(table, "p_mh")[item] == pytest.approx(test.pvalue, abs=1e-9)
    expected = multipletests(figure(table, "p_mh"), method="holm")[1]
    np.testing.assert_allclose(figure(table, "p_mh_holm"), expected, atol=1e-12)


def test_logistic_agrees_with_statsmodels() -> None:
    frame = simulated(300, harder={"q3": 0.8}, gap=0.3)
    table = logistic(frame, purify=False)
    total = frame[ITEMS].sum(axis=1).to_numpy()
    standard, group = (total - total.mean()) / total.std(), (frame["sex"] == "k").to_numpy(dtype=float)
    ones = np.ones(len(frame))
    for item in ITEMS[:6]:
        models = [
            sm.Logit(frame[item].to_numpy(), np.column_stack(columns)).fit(disp=0, tol=1e-12)
            for columns in (
                [ones, standard],
                [ones, standard, group],
                [ones, standard, group, group * standard],
            )
        ]
        alone, uniform, full = models
        rows = table[table["item"] == item].set_index("statistic")
        assert rows.loc["dif_uniform", "estimate"] == pytest.approx(uniform.params[2], abs=1e-7)
        assert rows.loc["dif_uniform", "se"] == pytest.approx(uniform.bse[2], abs=1e-7)
        assert rows.loc["dif_nonuniform", "estimate"] == pytest.approx(full.params[3], abs=1e-7)
        assert rows.loc["dif_nonuniform", "se"] == pytest.approx(full.bse[3], abs=1e-7)
        assert rows.loc["lr_uniform", "estimate"] == pytest.approx(2 * (uniform.llf - alone.llf), abs=1e-7)
        assert rows.loc["lr_nonuniform", "estimate"] == pytest.approx(2 * (full.llf - uniform.llf), abs=1e-7)
        n = len(frame)
        nagelkerke = [
            (1 - np.exp(2 * (one.llnull - one.llf) / n)) / (1 - np.exp(2 * one.llnull / n)) for one in (alone, full)
        ]
        assert rows.loc["delta_r2", "estimate"] == pytest.approx(nagelkerke[1] - nagelkerke[0], abs=1e-9)


# ---------------------------------------------------------------- what is found


def test_a_planted_item_is_found_and_sound_ones_are_not() -> None:
    frame = simulated(1000, harder={"q6": 1.0}, gap=0.5)
    table = mantel_haenszel(frame)
    classes = figure(table, "ets_class")
    assert classes["q6"] == 2
    assert classes.drop("q6").eq(0).all()
    assert figure(table, "mh_delta")["q6"] == pytest.approx(-2.35, abs=0.5)
    assert figure(table, "dif_anchor").loc[["q6", "q1"]].tolist() == [0, 1]
    regression = logistic(simulated(1000, harder={"q6": 1.0}))
    assert figure(regression, "p_dif_holm")["q6"] < 1e-6
    assert figure(regression, "lr_uniform")["q6"] > 10 * figure(regression, "lr_nonuniform")["q6"]
    assert figure(regression, "p_dif_holm").drop("q6").gt(0.05).all()


def test_an_item_that_turns_is_found_by_the_regression_only() -> None:
    """Harder for the women who know little, easier for those who know much."""
    frame = simulated(1500)
    rng = np.random.default_rng(5)
    rest = frame[ITEMS].sum(axis=1) - frame["q6"]
    slope = np.where(frame["sex"] == "k", 0.9, 0.1)
    frame["q6"] = (rng.random(3000) < 1 / (1 + np.exp(-slope * (rest - rest.mean())))).astype(float)
    assert figure(logistic(frame), "p_nonuniform")["q6"] < 1e-6
    assert abs(figure(mantel_haenszel(frame), "mh_delta")["q6"]) < 1


def test_purification_takes_the_planted_items_out_of_the_yardstick() -> None:
    """Three items harder for women make the others look easier for them; matched on the sound ones they do not."""
    frame = simulated(2000, harder={"q4": 1.2, "q6": 1.2, "q8": 1.2})
    sound = [name for name in ITEMS if name not in ("q4", "q6", "q8")]
    with_all, pure = (figure(mantel_haenszel(frame, purify=one), "mh_delta") for one in (False, True))
    assert with_all[sound].mean() > 0.5
    assert abs(pure[sound].mean()) < 0.2
    assert set(figure(mantel_haenszel(frame), "dif_anchor").loc[lambda flag: flag == 0].index) == {"q4", "q6", "q8"}


def test_the_item_is_always_part_of_its_own_total() -> None:
    frame = simulated(200)
    people = compared(frame, between="sex", levels=("k", "m"))
    anchors = np.array([name not in ("q1", "q2") for name in ITEMS])
    counts = crossed_with_total(people, anchors)
    total = frame[ITEMS[2:]].sum(axis=1) + frame["q1"]
    for stratum in range(13):
        for g, one in enumerate(("k", "m")):
            part = frame[(total == stratum) & (frame["sex"] == one)]["q1"]
            assert counts[0, stratum, g].tolist() == [int((part == 0).sum()), int((part == 1).sum())]
    assert (counts.sum(axis=(1, 2, 3)) == 400).all()


def test_purification_that_goes_in_a_circle_ends() -> None:
    people = Compared(tuple("abcde"), np.eye(5, dtype=np.uint8), np.array([0, 1, 0, 1, 0], dtype=np.uint8))
    turns = iter([[1, 0, 0, 0, 0], [0, 1, 0, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    _, anchors = purified(
        lambda anchors: crossed_with_total(people, anchors),
        lambda counts: (None, np.array(next(turns), dtype=bool)),
        items=5,
        purify=True,
    )
    assert anchors.tolist() == [False, False, True, True, True]


def test_few_sound_items_are_flagged_by_chance() -> None:
    flags = [figure(mantel_haenszel(simulated(150, seed=seed)), "ets_class") for seed in range(40)]
    assert pd.concat(flags).eq(2).mean() < 0.02
    p = pd.concat([figure(mantel_haenszel(simulated(150, seed=seed), purify=False), "p_mh") for seed in range(40)])
    assert p.lt(0.05).mean() < 0.06


# ---------------------------------------------------------------- invariances and refusals


def test_shuffled_rows_and_exchanged_groups() -> None:
    frame = simulated(150, harder={"q5": 1.0})
    shuffled = frame.sample(frac=1, random_state=3)
    for call in (mantel_haenszel, logistic):
        pd.testing.assert_frame_equal(call(shuffled), call(frame))
    other = mantel_haenszel(frame, levels=("m", "k"))
    np.testing.assert_allclose(figure(other, "mh_delta"), -figure(mantel_haenszel(frame), "mh_delta"), atol=1e-12)
    assert other["option"].unique().tolist() == ["m-k"]


def test_who_did_not_reach_everything_and_other_groups_are_left_out() -> None:
    frame = simulated(200)
    more = pd.concat([frame, frame.head(5).assign(sex="x"), frame.head(7).assign(q2=np.nan)], ignore_index=True)
    pd.testing.assert_frame_equal(mantel_haenszel(more), mantel_haenszel(frame))


def test_under_a_hundred_in_a_group_is_refused_with_what_to_do() -> None:
    frame = pd.concat([simulated(FEWEST_PEOPLE - 1), simulated(300).query("sex == 'm'")])
    for call in (mantel_haenszel, logistic):
        with pytest.raises(KunskapError) as caught:
            call(frame)
        assert caught.value.codes == ("DIF-01",)
        assert "sex=k" in str(caught.value)
        assert "items.facility" in caught.value.message("sv")
    assert len(mantel_haenszel(simulated(FEWEST_PEOPLE))) == 12 * 6


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"q1": 0.5}, "DIF-02"),
        ({"sex": "k"}, "EST-09"),
    ],
)
def test_what_cannot_be_compared_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(KunskapError) as caught:
        mantel_haenszel(simulated(150).assign(**change))
    assert caught.value.codes == (code,)


def test_too_few_items_and_unknown_groups_are_refused() -> None:
    for call in (mantel_haenszel, logistic):
        with pytest.raises(KunskapError) as caught:
            call(simulated(150), columns=ITEMS[:5])
        assert caught.value.codes == ("EST-08",)
        with pytest.raises(KunskapError) as caught:
            call(simulated(150), between="role")
        assert caught.value.codes == ("EST-01",)


def test_a_test_that_is_wholly_different_has_no_yardstick() -> None:
    """Half the items harder for women, half for men: all are flagged."""
    planted = {name: 3.0 * (-1) ** place for place, name in enumerate(ITEMS)}
    with pytest.raises(KunskapError) as caught:
        mantel_haenszel(simulated(1000, harder=planted))
    assert caught.value.codes == ("DIF-03",)


def test_everyone_right_is_missing_and_no_flag() -> None:
    frame = simulated(150).assign(q1=1.0)
    table = mantel_haenszel(frame)
    for statistic in ("mh_delta", "mh_chi2", "p_mh", "ets_class"):
        assert np.isnan(figure(table, statistic)["q1"]), statistic
    assert figure(table, "dif_anchor")["q1"] == 1
    regression = logistic(frame)
    for statistic in ("dif_uniform", "lr_uniform", "p_dif", "delta_r2"):
        assert np.isnan(figure(regression, statistic)["q1"]), statistic
    assert regression.loc[regression["item"] == "q2", "estimate"].notna().all()


def test_a_group_that_is_all_right_has_no_finite_solution() -> None:
    counts = np.array([[[[4, 6], [0, 10]], [[3, 7], [0, 10]], [[1, 9], [0, 10]]]])
    assert np.isnan(logistic_of(counts).uniform).all()


def test_many_people_are_taken_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    people = compared(simulated(150), between="sex", levels=("k", "m"))
    anchors = np.arange(12) % 3 > 0
    whole = crossed_with_total(people, anchors)
    monkeypatch.setattr(matching, "CELLS", 64)
    np.testing.assert_array_equal(crossed_with_total(people, anchors), whole)


# ---------------------------------------------------------------- don't know


def test_an_item_that_women_only_guess_less_of_is_flagged_under_one_rule_and_a_harder_one_under_both() -> None:
    """Men guess what they do not know; women say don't know of one item, and find another one harder."""
    bank, rng, n = read_bank(), np.random.default_rng(3), 1500
    named = [item for item in bank.items.values() if item.type == "single" and item.is_knowledge][:10]
    unsaid, harder = named[8].id, named[3].id
    woman, ability = np.arange(2 * n) % 2 == 0, rng.normal(size=2 * n)
    answers: dict[str, object] = {"sitting_id": range(2 * n), "respondent_id": range(2 * n), "wave": "1"}
    for place, item in enumerate(named):
        difficulty = np.linspace(-1, 1, len(named))[place] + 0.9 * (woman & (item.id == harder))
        knows = rng.random(2 * n) < 1 / (1 + np.exp(difficulty - ability))
        guess = rng.choice([option for option in item.option_ids if option != "dk"], 2 * n)
        otherwise = np.where(woman & (item.id == unsaid), "dk", guess)
        answers[item.id] = np.where(knows, item.key[0], otherwise)
    people = pd.DataFrame({"respondent_id": range(2 * n), "wave": "1", "sex": np.where(woman, "k", "m")})
    table = dif.by_rule(pd.DataFrame(answers), bank=bank, respondents=people, rng=rng, draws=10)
    classes = table[table["statistic"] == "ets_class"].pivot(index="item", columns="rule", values="estimate")
    assert classes.loc[unsaid].tolist() == [0.0, pytest.approx(1.5, abs=0.5)]  # chance, wrong
    assert (classes.loc[harder] >= 1).all() and classes.drop(index=[unsaid, harder]).eq(0).all(axis=None)
    claimed = figure(table, "claimed")
    assert claimed[claimed == 1].index.tolist() == [harder]
    # and by hand, from the same guesses: Rubin's rules on the figures of each draw
    by = {"bank": bank, "respondents": people, "by": ["sex"], "items": [item.id for item in named]}
    wrong, chance = (score(pd.DataFrame(answers), dont_know=rule, **by) for rule in ("wrong", "chance"))
    same = [np.random.default_rng(5), np.random.default_rng(5)]
    found = dif.by_rule(pd.DataFrame(answers), bank=bank, respondents=people, rng=same[0], draws=3, purify=False)
    row = found[found["item"].eq(unsaid) & found["statistic"].eq("mh_delta") & found["rule"].eq("chance")].iloc[0]
    drawn = [dif.guessed(wrong, chance, columns=by["items"], rng=same[1]) for _ in range(3)]
    told = pd.concat([mantel_haenszel(one, purify=False) for one in drawn])
    deltas = told[told["item"].eq(unsaid) & told["statistic"].eq("mh_delta")]
    assert row["estimate"] == pytest.approx(deltas["estimate"].mean())
    variance = (deltas["se"] ** 2).mean() + (1 + 1 / 3) * deltas["estimate"].var(ddof=1)
    assert row["se"] == pytest.approx(np.sqrt(variance))


def test_without_dont_knows_both_rules_are_one() -> None:
    bank, rng = read_bank(), np.random.default_rng(4)
    named = [item for item in bank.items.values() if item.type == "single" and item.is_knowledge][:6]
    answers = {item.id: np.where(rng.random(300) < 0.6, item.key[0], item.option_ids[0]) for item in named}
    responses = pd.DataFrame({"sitting_id": range(300), "respondent_id": range(300), "wave": "1"} | answers)
    people = pd.DataFrame({"respondent_id": range(300), "wave": "1", "sex": ["k", "m"] * 150})
    table = dif.by_rule(responses, bank=bank, respondents=people, rng=rng, draws=2)
    delta = table[table["statistic"] == "mh_delta"]
    for column in ("estimate", "se"):
        wide = delta.pivot(index="item", columns="rule", values=column)
        np.testing.assert_allclose(wide["chance"], wide["wrong"], atol=1e-12)
