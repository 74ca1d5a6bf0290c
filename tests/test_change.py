"""Two waves: who is the same person, what changed, who is missing, and that the gate judges all of it."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kunskap import change, tables
from kunskap.bank import read_bank
from kunskap.content import data_folder
from kunskap.design import Design
from kunskap.disclosure import Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.project import open_project
from kunskap.readers import Import, read_responses
from kunskap.scoring import score, total
from tests.small_bank import small_bank

ROOT = Path(__file__).resolve().parents[1]
SMALL = small_bank()
ITEMS = [f"q{number}" for number in range(1, 8)]


def wave(name: str, people: pd.DataFrame, answers: pd.DataFrame, *, completed: bool = True) -> Import:
    """An import of these people (respondent_id and background) with these answers, in the same order."""
    responses = answers.reset_index(drop=True).assign(
        sitting_id=[f"{name}-{place}" for place in range(len(people))],
        respondent_id=people["respondent_id"].to_numpy(),
        wave=name,
        completed_at=pd.Timestamp("2016-02-01") if completed else pd.NaT,
    )
    return Import(responses, people.assign(wave=name).reset_index(drop=True), pd.DataFrame(), pd.DataFrame(), "table")


def persons(ids: str, **background: object) -> pd.DataFrame:
    return pd.DataFrame({"respondent_id": list(ids)}).assign(
        **({"role": "pol", "orgtype": "reg", "sex": "k"} | background)
    )


def answers(rights: list[int]) -> pd.DataFrame:
    """The first so many of seven items right, the rest don't know."""
    return pd.DataFrame([["a"] * right + ["dk"] * (7 - right) for right in rights], columns=ITEMS)


def two_waves(**second: object) -> pd.DataFrame:
    first = wave("2016", persons("abcd"), answers([2, 3, 4, 5]))
    return change.rounds(first, wave("2018", persons("bcde", **second), answers([4, 4, 6, 7])), bank=SMALL)


def row(table: pd.DataFrame, statistic: str) -> pd.Series:
    found = table[table["statistic"] == statistic]
    assert len(found) == 1, found
    return found.iloc[0]


# ---------------------------------------------------------------- who is who


def test_the_same_code_is_the_same_person_and_the_total_is_the_scorings_own() -> None:
    people = two_waves()
    assert people["linked"].tolist() == ["no", "yes", "yes", "yes", "yes", "yes", "yes", "no"]
    first = wave("2016", persons("abcd"), answers([2, 3, 4, 5]))
    own = total(score(first.responses, bank=SMALL, items=ITEMS), bank=SMALL)["total"]
    assert people["total"].tolist()[:4] == own.tolist()


def test_the_change_has_both_rules_for_dont_know() -> None:
    """Three of seven right and four don't know: 3/7, and 3/7 + 4/7 of a blind guess."""
    people = two_waves()
    right = np.array([2, 3, 4, 5, 4, 4, 6, 7])
    assert people["total_chance"].tolist() == pytest.approx((right + (7 - right) / 3) / 7)
    table = change.paired(people, columns=["total", "total_chance"], by=["sex"])
    assert set(table.loc[table["statistic"] == "difference", "scale"]) == {"total", "total_chance"}


@pytest.mark.parametrize(("variable", "level"), [("role", "tjm"), ("orgtype", "kom"), ("sex", "m")])
def test_who_has_moved_is_not_paired(variable: str, level: str) -> None:
    """Another role or body is another task, and another sex under one code is another person."""
    people = two_waves(**{variable: ["k" if variable == "sex" else persons("b")[variable][0], level, level, level]})
    assert people.groupby("respondent_id")["link"].first().astype(str).to_dict() == {
        "a": "once", "b": "linked", "c": "moved", "d": "moved", "e": "once"}  # fmt: skip


def test_a_linked_person_stands_in_the_groups_of_the_first_wave() -> None:
    first = wave("2016", persons("abc", age="u35"), answers([2, 3, 4]))
    second = wave("2018", persons("abd", age="a35"), answers([2, 3, 4]))
    people = change.rounds(first, second, bank=SMALL, by=["age"])
    after = people[people["wave"] == "2018"].set_index("respondent_id")["age"]
    assert after.to_dict() == {"a": "u35", "b": "u35", "d": "a35"}


def test_only_items_that_both_waves_asked_are_compared_and_who_broke_off_is_left_out() -> None:
    first = wave("2016", persons("abc"), answers([2, 3, 4]))
    second = wave("2018", persons("abc"), answers([2, 3, 4]).drop(columns="q7"))
    people = change.rounds(first, second, bank=SMALL)
    assert "q7" not in people.columns
    assert people.loc["2016-0", "total"] == pytest.approx(2 / 6)
    with pytest.raises(KunskapError, match="CHANGE-02"):
        change.rounds(first, wave("2018", persons("abc"), answers([2, 3, 4]), completed=False), bank=SMALL)


def test_what_cannot_be_compared_is_refused_with_the_reason() -> None:
    first = wave("2016", persons("ab"), answers([2, 3]))
    with pytest.raises(KunskapError, match="CHANGE-01"):
        change.rounds(first, wave("2016", persons("ab"), answers([2, 3])), bank=SMALL)
    with pytest.raises(KunskapError, match="CHANGE-03"):
        change.rounds(first, wave("2018", persons("aa"), answers([2, 3])), bank=SMALL)
    with pytest.raises(KunskapError, match="CHANGE-04"):
        change.rounds(first, wave("2018", persons("ab"), pd.DataFrame({"num1": [1, 2]})), bank=SMALL)
    people = two_waves().assign(linked="no")
    with pytest.raises(KunskapError, match="CHANGE-05"):
        change.paired(people)
    for table in (change.paired, change.everyone, change.linking, change.attrition):
        with pytest.raises(KunskapError, match="CHANGE-06"):
            table(pd.DataFrame({"total": [0.5]}))


def test_an_election_between_the_waves_is_told() -> None:
    frame = pd.DataFrame({"role": ["pol", "tjm"], "orgtype": "reg", "sex": "k", "persons": [36, 40],
                          "valid_from": ["2018-10-15", "2014-10-15"]})  # fmt: skip
    dates = {"since": datetime.date(2016, 3, 15), "until": datetime.date(2019, 2, 1)}
    assert change.frame_changes(Design(frame), **dates)["role"].tolist() == ["pol"]
    assert change.frame_changes(Design(frame), **dates | {"until": datetime.date(2018, 2, 1)}).empty


# ---------------------------------------------------------------- tables


@pytest.fixture(scope="module")
def crowd() -> pd.DataFrame:
    """Sixty at first, of whom forty come back with twenty new; women gain more."""
    rng = np.random.default_rng(1)
    ids = [f"p{number:02}" for number in range(80)]
    sexes = pd.Series(np.where(np.arange(80) % 2, "m", "k"), index=ids)
    rights = pd.Series(rng.integers(1, 6, 80), index=ids)

    def taken(name: str, chosen: list[str], gain: int) -> Import:
        right = [min(7, rights[one] + rng.integers(0, 2 + gain * (sexes[one] == "k"))) for one in chosen]
        people = pd.DataFrame(
            {"respondent_id": chosen, "role": "pol", "orgtype": "kom", "sex": sexes[chosen].to_numpy()}
        )
        return wave(name, people, answers([int(one) for one in right]))

    return change.rounds(taken("2016", ids[:60], 0), taken("2018", ids[20:], 2), bank=SMALL)


def test_the_paired_change_is_scipys_on_the_linked(crowd: pd.DataFrame) -> None:
    table = change.paired(crowd, by=["sex"])
    linked = crowd[(crowd["linked"] == "yes") & (crowd["sex"] == "k")]
    wide = linked.pivot(index="respondent_id", columns="wave", values="total")
    theirs = stats.ttest_rel(wide["2018"], wide["2016"])
    own = table[table["sex"] == "k"]
    found = row(own, "difference")
    assert (found["n"], found["option"], found["linked"]) == (20, "2018-2016", "yes")
    assert found["estimate"] == pytest.approx(float((wide["2018"] - wide["2016"]).mean()))
    assert (found["low"], found["high"]) == pytest.approx(tuple(theirs.confidence_interval()))
    assert row(own, "p_paired")["estimate"] == pytest.approx(theirs.pvalue)
    means = own[own["statistic"] == "mean"].set_index("wave")["estimate"]
    assert found["estimate"] == pytest.approx(means["2018"] - means["2016"])


def test_everyones_change_has_one_estimate_and_two_standard_errors(crowd: pd.DataFrame) -> None:
    table = change.everyone(crowd)
    unpaired, overlap = row(table, "difference"), row(table, "difference_overlap")
    assert unpaired["estimate"] == overlap["estimate"]
    assert overlap["se"] < unpaired["se"]
    means = table[table["statistic"] == "mean"].set_index("wave")["estimate"]
    assert unpaired["estimate"] == pytest.approx(means["2018"] - means["2016"])


def test_one_code_with_two_sexes_does_not_count_as_one_person_for_everyone() -> None:
    moved = two_waves(sex="m")
    found = row(change.everyone(moved), "difference_overlap")
    assert found["se"] == pytest.approx(row(change.everyone(moved), "difference")["se"])


def test_the_change_of_an_item_is_of_those_who_were_right(crowd: pd.DataFrame) -> None:
    table = change.paired(crowd, columns=["q4"])
    linked = crowd[crowd["linked"] == "yes"]
    wide = linked.assign(right=linked["q4"] == "right").pivot(index="respondent_id", columns="wave", values="right")
    gained = int((~wide["2016"] & wide["2018"]).sum())
    lost = int((wide["2016"] & ~wide["2018"]).sum())
    assert row(table, "difference")["estimate"] == pytest.approx((gained - lost) / 40)
    assert row(table, "p_mcnemar")["estimate"] == pytest.approx(change.mcnemar(lost, gained)[0])
    shares = table[(table["statistic"] == "share") & (table["option"] == "right")].set_index("wave")
    assert shares["count"].tolist() == [int(wide[name].sum()) for name in ("2016", "2018")]


def test_who_did_not_come_back_is_compared_at_the_first_wave(crowd: pd.DataFrame) -> None:
    found = row(change.attrition(crowd), "difference")
    first = crowd[crowd["wave"] == "2016"].groupby("linked")["total"].mean()
    assert found["estimate"] == pytest.approx(first["no"] - first["yes"])
    assert found["universe"] == "wave=2016"
    linked = change.linking(crowd).set_index(["wave", "option"])["count"]
    assert (linked[("2016", "linked")], linked[("2016", "once")], linked[("2018", "linked")]) == (40, 20, 40)


def test_holms_p_is_over_the_whole_table(crowd: pd.DataFrame) -> None:
    table = change.paired(crowd, columns=["total", *ITEMS])
    raw = table[table["statistic"].isin(["p_paired", "p_mcnemar"])]["estimate"].to_numpy()
    adjusted = table[table["statistic"] == "p_holm"]["estimate"].to_numpy()
    assert len(raw) == len(adjusted) == 8
    assert adjusted[raw.argmin()] == pytest.approx(min(1, 8 * raw.min()))


def test_where_all_changed_alike_the_change_is_not_told() -> None:
    first = wave("2016", persons("abc"), answers([2, 3, 4]))
    people = change.rounds(first, wave("2018", persons("abc"), answers([3, 4, 5])), bank=SMALL)
    table = change.paired(people)
    for statistic in ("difference", "d_z", "gain_share", "p_paired"):
        assert np.isnan(row(table, statistic)["estimate"]), statistic


def test_shuffled_rows_and_split_groups_change_nothing(crowd: pd.DataFrame) -> None:
    table = change.paired(crowd, by=["sex"])
    for name in ("k", "m"):
        alone = change.paired(crowd[crowd["sex"] == name].sample(frac=1, random_state=1).sort_values("wave"))
        assert row(alone, "difference")["estimate"] == pytest.approx(
            row(table[table["sex"] == name], "difference")["estimate"]
        )


# ---------------------------------------------------------------- a comparison group


def test_difference_in_differences_is_the_difference_of_the_changes(crowd: pd.DataFrame) -> None:
    course = crowd["respondent_id"].str[1:].astype(int) % 3
    people = crowd.assign(course=np.where(course == 0, "yes", "no"))
    table = change.compared_change(people, between="course", levels=("yes", "no"))
    changes = table[table["statistic"] == "difference"].set_index("course")["estimate"]
    found = row(table, "difference_in_differences")
    assert found["estimate"] == pytest.approx(changes["yes"] - changes["no"])
    wide = people[people["linked"] == "yes"].pivot(index=["respondent_id", "course"], columns="wave", values="total")
    moved = (wide["2018"] - wide["2016"]).reset_index("course")
    theirs = stats.ttest_ind(*(moved.loc[moved["course"] == name, 0] for name in ("yes", "no")), equal_var=False)
    assert row(table, "p_did")["estimate"] == pytest.approx(theirs.pvalue)
    assert np.isfinite(row(table, "adjusted_difference")["se"])
    with pytest.raises(KunskapError, match="EST-09"):
        change.compared_change(people, between="course", levels=("yes", "perhaps"))


def test_a_planted_effect_is_found_and_where_there_is_none_it_is_rarely_claimed() -> None:
    rng = np.random.default_rng(8)
    claimed = {effect: np.zeros(2) for effect in (0.0, 0.25)}
    ids, had, times = [f"p{number}" for number in range(60)], np.repeat(["yes", "no"], 30), 40
    for effect in claimed:
        for _ in range(times):
            before = rng.uniform(0.2, 0.6, 60)
            after = before + 0.1 + effect * (had == "yes") + rng.normal(0, 0.08, 60)
            people = pd.DataFrame({"respondent_id": ids * 2, "wave": ["1"] * 60 + ["2"] * 60, "linked": "yes",
                                   "course": [*had, *had], "total": [*before, *after]})  # fmt: skip
            table = change.compared_change(people, between="course", levels=("yes", "no"))
            names = ("difference_in_differences", "adjusted_difference")
            claimed[effect] += [row(table, name)["low"] > 0 for name in names]
    assert (claimed[0.25] == times).all()
    assert (claimed[0.0] <= 5).all(), "nominally 2.5 of 100 on each side"


# ---------------------------------------------------------------- the gate


def released(made: dict[str, pd.DataFrame], **more: object) -> Released:
    return release(made, policy=read_policy(ROOT / "survey"), **more)  # type: ignore[arg-type]


def test_every_derived_row_names_rows_that_are_there(crowd: pd.DataFrame) -> None:
    people = crowd.assign(course=np.where(crowd["respondent_id"].str[1:].astype(int) % 3 == 0, "yes", "no"))
    for table in (
        change.everyone(people, columns=["total", *ITEMS], by=["sex"]),
        change.paired(people, columns=["total", *ITEMS], by=["sex"]),
        change.attrition(people),
        change.compared_change(people, between="course", levels=("yes", "no")),
    ):
        keys = set(tables.row_keys(table))
        direct = table["statistic"].isin(["mean", "share"])
        assert all(not inputs for inputs in table.loc[direct, "inputs"])
        assert all(inputs and set(inputs) <= keys for inputs in table.loc[~direct, "inputs"])


def test_the_gate_lets_large_groups_through_and_hides_small_ones_with_all_that_follows(crowd: pd.DataFrame) -> None:
    made = {"everyone": change.everyone(crowd, by=["sex"]), "paired": change.paired(crowd, by=["sex"])}
    assert released(made).log.empty
    men = crowd.index[(crowd["sex"] == "m") & (crowd["linked"] == "yes")]
    few = crowd.drop(index=crowd.index[crowd["respondent_id"].isin(crowd.loc[men, "respondent_id"].unique()[4:])])
    shown = released({"paired": change.paired(few, by=["sex"])}).table("paired")
    assert shown.loc[shown["sex"] == "m", "estimate"].isna().all()
    assert shown.loc[shown["sex"] == "k", "estimate"].notna().any()


@pytest.mark.parametrize("others", [0, 11])
def test_means_that_would_tell_a_change_that_all_share_are_hidden(others: int) -> None:
    """Without them a blank says that nine changed alike, and the two means by how much, each of them."""
    before = pd.DataFrame({"respondent_id": list("abcdefghi"), "linked": "yes",
                           "total": [3, 4, 5, 6, 7, 8, 9, 10, 6]}).assign(wave="1")  # fmt: skip
    after = before.assign(total=before["total"] + 2, wave="2")
    once = pd.DataFrame({"respondent_id": [f"x{n}" for n in range(2 * others)], "linked": "no",
                         "total": np.arange(2 * others) % 11, "wave": np.repeat(["1", "2"], others)})  # fmt: skip
    people = pd.concat([before, after, once], ignore_index=True).assign(total=lambda frame: frame["total"] / 16)
    made = {"paired": change.paired(people), "everyone": change.everyone(people)}
    if others:
        made["attrition"] = change.attrition(people)
    shown = released(made)
    linked = [table[table["linked"].eq("yes")] for name in made if "linked" in (table := shown.table(name))]
    assert all(each["estimate"].isna().all() and each["hidden"].notna().all() for each in linked)
    assert shown.table("paired")["hidden"].notna().all(), "no row is blank without being hidden"
    everyone = shown.table("everyone")
    assert others or everyone["estimate"].isna().all(), "everyone is then the same nine"


def test_a_change_whose_wave_is_not_released_is_hidden(crowd: pd.DataFrame) -> None:
    table = change.paired(crowd)
    cut = table[~(table["statistic"].eq("mean") & table["wave"].eq("2016"))].reset_index(drop=True)
    shown = released({"paired": cut}).table("paired")
    assert shown.loc[shown["wave"].isna(), "estimate"].isna().all()


def test_the_demos_two_waves_pass_the_gate_whole() -> None:
    folder = data_folder() / "demo"
    project = open_project(folder)
    bank = read_bank(project.survey)
    read = []
    for name in ("2016", "2018"):
        own = project.wave(name)
        assert own is not None
        read.append(
            read_responses(folder / f"limesurvey_{name}_simulerad.csv", bank=bank, form=own.form, wave=own.id,
                           opens=own.opens, closes=own.closes, key=project.key)
        )  # fmt: skip
    people = change.rounds(*read, bank=bank)
    assert 0.4 < (people["linked"] == "yes").mean() < 0.7
    sexes = people[people["sex"].isin(["k", "m"])]
    items = [name for name in people.columns if name in bank.items]
    made = {
        "linking": change.linking(people),
        "attrition": change.attrition(people),
        "everyone": change.everyone(sexes, by=["sex"]),
        "paired": change.paired(sexes, columns=["total", *items], by=["sex"]),
    }
    result = released(made, simulated=True)
    shown = result.table("paired")
    assert shown.loc[shown["scale"] == "total", "estimate"].notna().all()


def test_an_item_of_one_role_can_say_whose_it_is(crowd: pd.DataFrame) -> None:
    table = change.paired(crowd, columns=["q4"], by=["sex"], universe="role=pol")
    assert set(table["universe"]) == {"role=pol"}
    assert released({"paired": table}).log.empty


def test_a_change_that_is_only_fewer_dont_knows_is_not_claimed() -> None:
    """Women dare to answer and are right no oftener than a guess would be: points rise only where dk is wrong."""
    rng = np.random.default_rng(6)
    before = rng.uniform(0.3, 0.5, 60)
    later = before + rng.normal(0, 0.02, 60)
    women = np.arange(60) < 30
    people = pd.DataFrame(
        {
            "respondent_id": [f"p{i}" for i in range(60)] * 2,
            "wave": ["1"] * 60 + ["2"] * 60,
            "linked": "yes",
            "sex": np.where(women, "k", "m").tolist() * 2,
            "total": [*before, *(later + 0.1 * women)],
            "total_chance": [*(before + 0.1), *(later + 0.1)],
        }
    )
    told = change.by_rule(people)
    claims = told[told["statistic"] == "claimed"].set_index("option")
    assert claims["estimate"].tolist() == [0.0, 0.0, 0.0]
    wrong = told[told["scale"].eq("total") & told["statistic"].eq("difference_in_differences")]
    assert wrong["low"].item() > 0.05  # under the first rule alone it would have been claimed
    sure = change.by_rule(people.assign(total_chance=people["total"]))
    assert sure.loc[sure["statistic"] == "claimed", "estimate"].tolist() == [1.0, 0.0, 1.0]
