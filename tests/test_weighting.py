"""Weights against svy, weighted figures against R's survey and svy, and what weighting must never do in silence."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kunskap.design import Design
from kunskap.errors import KunskapError
from kunskap.estimates import mean, proportion
from kunskap.tables import row_keys
from kunskap.weighted import svy_sample, weighted_means
from kunskap.weighting import Weighting, poststratify, rake, response_rates, told
from kunskap.words import read_words

REFERENCE = Path(__file__).parent / "reference"
# What R's survey 4.5 prints for the school sample: figure → (estimate, standard error).
R_SURVEY = {
    "api00": (662.287363577655, 9.408940879434),
    "api00, no frame": (662.287363159321, 9.53613229692516),
    "award": (0.638936067161769, 0.0344059182016133),
    "award, no frame": (0.638936064050579, 0.0348975177769063),
    "api00 without award": (633.734912337968, 15.3347711842501),
    "api00 with award": (678.422405668124, 11.8566310509714),
}


def frame(**persons: int) -> Design:
    """A frame of role_sex = persons."""
    rows = [
        {"role": key.split("_")[0], "orgtype": "reg", "sex": key.split("_")[1], "persons": n}
        for key, n in persons.items()
    ]
    return Design(pd.DataFrame(rows).assign(valid_from="2014-11-01"))


def people(**answered: int) -> pd.DataFrame:
    rows = [tuple(key.split("_")) for key, n in answered.items() for _ in range(n)]
    return pd.DataFrame(rows, columns=["role", "sex"]).assign(respondent_id=range(len(rows)), wave="1")


SCHOOLS = {("E", "No"): 1400, ("E", "Yes"): 3021, ("H", "No"): 352, ("H", "Yes"): 403, ("M", "No"): 320,
           ("M", "Yes"): 698}  # fmt: skip


@pytest.fixture(scope="module")
def schools() -> pd.DataFrame:
    data = pd.read_csv(REFERENCE / "apistrat.csv")
    data = data.rename(columns={"stype": "role", "awards": "sex"})
    return data.assign(respondent_id=range(len(data)), api00=data["api00"].astype(float))


def crossed() -> Design:
    return frame(**{f"{role}_{sex}": n for (role, sex), n in SCHOOLS.items()})


# ---------------------------------------------------------------- weighted figures against R


def test_weighted_means_and_shares_are_those_of_rs_survey(schools: pd.DataFrame) -> None:
    persons = schools.groupby("role")["schools"].first()
    design = frame(**{f"{role}_k": int(n) for role, n in persons.items()})
    data = schools.assign(weight=schools["schools"] / schools.groupby("role")["role"].transform("size"))
    data["award"] = pd.Categorical(data["sex"], categories=["No", "Yes", "skip"])
    for known, suffix in ((design, ""), (None, ", no frame")):
        # Not api99 or enrol: only what was printed in full is compared.
        row = mean(data, columns=["api00"], weights="weight", strata=["role"], design=known).iloc[0]
        assert (row["estimate"], row["se"]) == pytest.approx(R_SURVEY[f"api00{suffix}"], rel=1e-8)
        assert (row["statistic"], row["n"]) == ("weighted_mean", 200)
        share = proportion(data, items=["award"], weights="weight", strata=["role"], design=known).set_index("option")
        assert tuple(share.loc["Yes", ["estimate", "se"]]) == pytest.approx(R_SURVEY[f"award{suffix}"], rel=1e-8)
    domains = mean(data, by=["sex"], columns=["api00"], weights="weight", strata=["role"], design=design)
    for row, name in zip(domains.itertuples(), ("without", "with"), strict=True):
        assert (row.estimate, row.se) == pytest.approx(R_SURVEY[f"api00 {name} award"], rel=1e-8)


def test_the_published_example_of_rs_survey_with_a_frame() -> None:
    data = pd.read_csv(REFERENCE / "survey_fpc.csv")
    design = frame(**{f"{row.stratum}_k": row.population for row in data.drop_duplicates("stratum").itertuples()})
    weight = data["population"] / data.groupby("stratum")["x"].transform("size")
    scores = pd.DataFrame({"role": data["stratum"].astype(str), "weight": weight, "x": data["x"].astype(float)})
    row = mean(scores, weights="weight", strata=["role"], design=design).iloc[0]
    assert (row["estimate"], row["se"]) == pytest.approx((5.4481, 0.616), abs=5e-4)


# ---------------------------------------------------------------- weights, and figures with them, against svy


@pytest.mark.parametrize("method", ["poststratified", "raked"])
def test_weights_and_weighted_figures_are_those_of_svy(schools: pd.DataFrame, method: str) -> None:
    figures = pd.read_csv(REFERENCE / "weighting.csv", keep_default_na=False).query("method == @method")
    make = {"poststratified": poststratify, "raked": rake}[method]
    weighting = make(schools, design=crossed(), by=["role", "sex"])
    data = weighting.respondents
    # svy's weights sum to the frame's persons, ours to the people who answered.
    scale = len(data) / sum(SCHOOLS.values())
    for row in figures.query("figure == 'weight'").itertuples():
        own = data.query("role == @row.role and sex == @row.sex")["weight"]
        np.testing.assert_allclose(own, row.value * scale, rtol=1e-7)
    data["high"] = (data["api00"] >= 700).astype(float)
    compared = 0
    for name, design in (("fpc", crossed()), ("no_fpc", None)):
        for by in ([], ["role"]):
            table = mean(
                data, by=by, columns=["api00", "high"], weights="weight", strata=["role", "sex"], design=design
            )
            for row in table.itertuples():
                role = row.role if by else ""
                for figure, value in (("est", row.estimate), ("se", row.se)):
                    same = (figures["figure"] == f"{row.scale} {figure} {name}") & (figures["role"] == role)
                    assert value == pytest.approx(figures.loc[same, "value"].item(), rel=1e-7)
                    compared += 1
    assert compared == 32


# ---------------------------------------------------------------- what weights are


def test_weights_have_mean_one_and_restore_the_frame() -> None:
    answered = people(pol_k=10, pol_m=4, tjm_k=8, tjm_m=9)
    design = frame(pol_k=36, pol_m=41, tjm_k=20, tjm_m=30)
    for make in (poststratify, rake):
        weighting = make(answered, design=design, by=["role", "sex"])
        weights = weighting.respondents["weight"]
        assert weights.mean() == pytest.approx(1)
        for name in ("role", "sex"):
            share = weights.groupby(weighting.respondents[name]).sum() / weights.sum()
            expected = design.population.groupby(name)["persons"].sum() / 127
            pd.testing.assert_series_equal(share, expected, check_names=False, check_index_type=False)
        assert weighting.converged
    cells = poststratify(answered, design=design, by=["role", "sex"]).respondents.groupby(["role", "sex"])["weight"]
    assert cells.sum().to_numpy() * 127 / 31 == pytest.approx([36, 41, 20, 30])


def test_who_cannot_be_placed_has_weight_one_and_is_told_of() -> None:
    answered = pd.concat(
        [people(pol_k=10, pol_m=5, pol_x=2, pol_u=1), pd.DataFrame({"role": ["pol", None], "sex": [None, "k"]})],
        ignore_index=True,
    ).assign(respondent_id=range(20))
    for make in (poststratify, rake):
        weighting = make(answered, design=frame(pol_k=20, pol_m=40), by=["role", "sex"])
        unplaced = weighting.respondents["weight"].iloc[15:]
        assert unplaced.tolist() == [1] * 5
        assert weighting.unplaced == 5
        for language in ("sv", "en"):
            words = read_words(language=language)
            assert words("weighting.unplaced", count="5") in told(weighting, words=words).splitlines()


def test_design_effect_is_kishs() -> None:
    weights = np.array([0.5] * 6 + [2.0] * 3)
    weighting = Weighting(pd.DataFrame({"weight": weights}), ("sex",), "raked", 0, 1, 0.0, True)
    assert weighting.design_effect == pytest.approx(1 + weights.var() / weights.mean() ** 2)
    assert weighting.effective_n == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    assert (weighting.lowest, weighting.highest) == (0.5, 2.0)


def test_raking_that_cannot_work_out_is_told_first_and_warned_of() -> None:
    """Only pol women and tjm men answered: no weights give both margins."""
    with pytest.warns(UserWarning, match="did not converge"):
        weighting = rake(
            people(pol_k=5, tjm_m=5), design=frame(pol_k=10, pol_m=30, tjm_k=10, tjm_m=10), by=["role", "sex"]
        )
    assert not weighting.converged
    assert told(weighting, words=read_words(language="sv")).startswith("OBS!")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rake(people(pol_k=5, tjm_m=5, tjm_k=1), design=frame(pol_k=10, tjm_k=10, tjm_m=10), by=["role", "sex"])


def test_raking_works_where_cells_are_empty_and_poststratification_refuses() -> None:
    answered = people(pol_k=5, pol_m=6, tjm_k=5)
    design = frame(pol_k=20, pol_m=20, tjm_k=15, tjm_m=5)
    with pytest.raises(KunskapError) as caught:
        poststratify(answered, design=design, by=["role", "sex"])
    assert caught.value.codes == ("WEIGHT-02",)
    assert "role=tjm&sex=m" in str(caught.value)
    weighting = rake(answered, design=design, by=["role", "sex"])
    weights = weighting.respondents.groupby("sex")["weight"].sum()
    assert weights["k"] / weights.sum() == pytest.approx(35 / 60)


def test_weights_follow_the_universe() -> None:
    weighting = poststratify(
        people(pol_k=5, pol_m=5), design=frame(pol_k=30, pol_m=10, tjm_k=99), by=["sex"], universe="role=pol"
    )
    assert weighting.respondents["weight"].tolist() == pytest.approx([1.5] * 5 + [0.5] * 5)


@pytest.mark.parametrize(
    ("call", "codes"),
    [
        (lambda: rake(people(pol_k=1), design=frame(pol_k=5), by=["age"]), ("WEIGHT-01",)),
        (lambda: rake(people(pol_k=1), design=frame(pol_k=5), by=["orgtype"]), ("WEIGHT-01",)),
        (lambda: rake(people(pol_k=1), design=frame(pol_k=5), by=[]), ("WEIGHT-01",)),
        (lambda: poststratify(people(pol_k=1), design=frame(pol_k=5, pol_m=5, tjm_k=2)), ("WEIGHT-02",) * 2),
        (lambda: poststratify(people(pol_k=6), design=frame(pol_k=5)), ("EST-06",)),
        (
            lambda: poststratify(people(pol_k=2).assign(respondent_id="a"), design=frame(pol_k=5)),
            ("WEIGHT-03",),
        ),
        (lambda: poststratify(people(pol_x=2), design=frame(pol_k=5)), ("EST-05",)),
        (lambda: rake(people(pol_k=2), design=frame(pol_k=1), by=["role", "sex"]), ("EST-06",)),
    ],
)
def test_refusals_have_codes(call: Any, codes: tuple[str, ...]) -> None:
    with pytest.raises(KunskapError) as caught:
        call()
    assert caught.value.codes == codes
    assert caught.value.message("sv")


def test_a_stratum_that_the_frame_holds_to_be_empty_needs_no_answers() -> None:
    weighting = rake(people(pol_k=3, pol_m=3), design=frame(pol_k=10, pol_m=10, tjm_k=0), by=["role", "sex"])
    assert weighting.respondents["weight"].tolist() == pytest.approx([1] * 6)


# ---------------------------------------------------------------- response rates


def test_response_rates_of_every_stratum() -> None:
    table = response_rates(
        people(pol_k=3, pol_x=1, tjm_m=2), design=frame(pol_k=6, pol_m=5, tjm_m=4), by=["role", "sex"]
    )
    assert table[["role", "sex", "count", "n"]].values.tolist() == [
        ["pol", "k", 3, 6], ["pol", "m", 0, 5], ["tjm", "m", 2, 4]]  # fmt: skip
    assert table["estimate"].tolist() == [0.5, 0, 0.5]
    assert table[["low", "high"]].isna().all(axis=None)
    assert row_keys(table).is_unique


# ---------------------------------------------------------------- weighted estimates


def test_equal_weights_without_strata_give_the_plain_mean() -> None:
    scores = pd.DataFrame({"sex": list("kkkmmm"), "weight": 2.5, "total": [0.1, 0.4, 0.8, 0.3, 0.3, 0.9]})
    plain = mean(scores, columns=["total"], by=[]).iloc[0]
    weighted = mean(scores, weights="weight").iloc[0]
    for name in ("estimate", "se", "low", "high"):
        assert weighted[name] == pytest.approx(plain[name])


def test_a_weight_column_is_no_scale_and_weights_are_scale_free() -> None:
    scores = pd.DataFrame({"sex": list("kkmm"), "weight": [0.5, 0.5, 1.5, 1.5], "total": [0.1, 0.4, 0.8, 0.3]})
    table = mean(scores, weights="weight", strata=["sex"])
    assert table["scale"].tolist() == ["total"]
    again = mean(scores.assign(weight=scores["weight"] * 7), weights="weight", strata=["sex"])
    pd.testing.assert_frame_equal(table, again)


def test_everyone_in_the_frame_leaves_nothing_to_be_unsure_of() -> None:
    scores = pd.DataFrame({"role": "pol", "sex": list("kkmm"), "weight": 1.0, "total": [0.1, 0.4, 0.8, 0.3]})
    scores["q1"] = pd.Categorical(["right", "dk", "right", "dk"], categories=["right", "dk", "skip"])
    options = {"weights": "weight", "strata": ["sex"], "design": frame(pol_k=2, pol_m=2)}
    row = mean(scores, columns=["total"], **options).iloc[0]  # type: ignore[arg-type]
    assert (row["se"], row["low"], row["high"]) == pytest.approx((0, 0.4, 0.4))
    share = proportion(scores, items=["q1"], **options).iloc[0]  # type: ignore[arg-type]
    assert (share["low"], share["high"]) == pytest.approx((0.5, 0.5))


def test_a_share_that_is_the_same_in_each_stratum_does_not_get_a_point_for_an_interval() -> None:
    """All women right, all men wrong: within the strata nothing varies, yet few have answered."""
    answers = pd.DataFrame({"sex": list("kkkmmm"), "weight": 1.0})
    answers["q1"] = pd.Categorical(["right"] * 3 + ["wrong"] * 3, categories=["right", "wrong", "skip"])
    row = proportion(answers, items=["q1"], weights="weight", strata=["sex"], design=frame(pol_k=30, pol_m=30)).iloc[0]
    assert row["se"] == pytest.approx(0)
    assert row["high"] - row["low"] > 0.5


def test_shares_of_several_choices_and_of_those_not_asked() -> None:
    answers = pd.DataFrame({"sex": list("kkmm"), "weight": [1.0, 1.0, 2.0, 2.0]})
    answers["q7.a"] = pd.array([True, False, True, None], dtype="boolean")
    answers["q2"] = pd.Categorical(["a", "a", None, None], categories=["a", "b", "skip"])
    table = proportion(answers, by=["sex"], weights="weight")
    rows = table.set_index(["sex", "item", "option"])["estimate"]
    assert rows["k", "q7", "a"] == pytest.approx(0.5)
    assert rows["m", "q7", "a"] == 1
    assert "q2" not in table.query("sex == 'm'")["item"].tolist(), "no rows for a group that was never asked"
    whole = proportion(answers, weights="weight").set_index(["item", "option"])["estimate"]
    assert whole["q7", "a"] == pytest.approx(0.75)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.floats(0.2, 5), st.floats(0, 1), st.booleans()), min_size=2, max_size=25)
)
def test_weighted_means_by_hand(rows: list[tuple[int, float, float, bool]]) -> None:
    """Against the textbook's formula, written out person by person."""
    strata = np.array([row[0] for row in rows])
    weights = np.array([row[1] for row in rows])
    values = np.array([row[2] for row in rows])
    inside = np.array([row[3] for row in rows])
    persons = np.array([30.0, 60.0, np.inf])
    n, mean_, se, _, _ = weighted_means(
        values[:, None], weights, codes=np.where(inside, 0, -1), groups=1, strata=strata, persons=persons
    )
    assert n.item() == inside.sum()
    if inside.sum() < 2:
        return
    own = (weights * values * inside).sum() / (weights * inside).sum()
    z = weights * inside * (values - own) / (weights * inside).sum()
    variance = 0.0
    for stratum in set(strata):
        part = z[strata == stratum]
        left = 1 - len(part) / persons[stratum]
        variance += left * (part[0] ** 2 if len(part) == 1 else len(part) * part.var(ddof=1))
    assert mean_.item() == pytest.approx(own)
    assert se.item() == pytest.approx(np.sqrt(variance), abs=1e-12)


@pytest.mark.parametrize(
    ("scores", "options", "code"),
    [
        ({"total": [0.5, 0.2]}, {"weights": "weight"}, "WEIGHT-04"),
        ({"total": [0.5, 0.2], "weight": [1.0, None]}, {"weights": "weight"}, "WEIGHT-04"),
        ({"total": [0.5, 0.2], "weight": [1.0, 0.0]}, {"weights": "weight"}, "WEIGHT-04"),
        ({"total": [0.5, 0.2], "weight": ["1", "x"]}, {"weights": "weight"}, "WEIGHT-04"),
        ({"total": [0.5, 0.2], "sex": ["k", "m"]}, {"strata": ["sex"]}, "WEIGHT-06"),
        ({"total": [0.5, 0.2], "weight": 1.0}, {"weights": "weight", "strata": ["sex"]}, "EST-01"),
        (
            {"total": [0.5, 0.2], "weight": 1.0, "sex": "k"},
            {"weights": "weight", "strata": ["sex"], "design": frame(pol_k=1)},
            "EST-06",
        ),
    ],
)
def test_weighted_estimates_refuse(scores: dict[str, object], options: dict[str, Any], code: str) -> None:
    with pytest.raises(KunskapError) as caught:
        mean(pd.DataFrame(scores), **options)
    assert caught.value.codes == (code,)


# ---------------------------------------------------------------- the package svy


def test_without_svy_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    # What stands as None among the modules cannot be imported.
    monkeypatch.setitem(sys.modules, "svy", None)
    with pytest.raises(KunskapError) as caught:
        svy_sample(pd.DataFrame({"weight": [1.0]}), weights="weight")
    assert caught.value.codes == ("WEIGHT-05",)
    assert "kunskap[complex]" in str(caught.value)


def test_svy_itself_takes_the_sample(need: Callable[[bool, str], None]) -> None:
    """Strata as ours have them, and rooms of people by the linearised variance written out by hand."""
    need(importlib.util.find_spec("svy") is not None, 'svy is not installed: pip install "kunskap[complex]"')
    rng = np.random.default_rng(1)
    scores = pd.DataFrame({"sex": rng.choice(["k", "m"], 60), "total": rng.random(60)})
    scores = scores.assign(room=rng.integers(0, 12, 60).astype(str), weight=np.where(scores["sex"] == "k", 1.3, 0.8))
    (found,) = svy_sample(scores, weights="weight", strata=["sex"]).estimation.mean(y="total").estimates
    own = mean(scores, columns=["total"], weights="weight", strata=["sex"]).iloc[0]
    assert (found.est, found.se) == pytest.approx((own["estimate"], own["se"]), rel=1e-9)
    (rooms,) = svy_sample(scores, weights="weight", clusters="room").estimation.mean(y="total").estimates
    weight = scores["weight"]
    of_room = (weight * (scores["total"] - np.average(scores["total"], weights=weight))).groupby(scores["room"]).sum()
    assert rooms.se == pytest.approx(float(np.sqrt(len(of_room) * of_room.var())) / weight.sum(), rel=1e-9)


def test_what_svy_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the package; the real one made tests/reference/weighting.csv through this function."""
    fake_polars, fake_svy = types.ModuleType("polars"), types.ModuleType("svy")
    fake_polars.DataFrame = dict  # type: ignore[attr-defined]
    fake_svy.Sample = lambda data, design: (data, design)  # type: ignore[attr-defined]
    fake_svy.Design = lambda **settings: settings  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "polars", fake_polars)
    monkeypatch.setitem(sys.modules, "svy", fake_svy)
    scores = pd.DataFrame({"sex": ["k", "m", None], "weight": 1.0, "total": [0.5, None, 0.2]})
    data, design = svy_sample(scores, weights="weight", strata=["sex"], design=frame(pol_k=5, pol_m=6))
    assert data["total"] == [0.5, None, 0.2]
    assert data["stratum"] == ["0", "1", "2"]
    assert data["persons"].tolist() == [5, 6, 1e15]
    assert design == {"wgt": "weight", "stratum": "stratum", "psu": None, "pop_size": "persons"}


def test_the_limits_of_a_weighted_share_are_whole_persons_of_the_frame() -> None:
    """Nobody of 26 is right; of the four who did not answer one may be."""
    answered = people(pol_k=13, pol_m=13)
    design = frame(pol_k=14, pol_m=16)
    answers = poststratify(answered, design=design, by=["sex"]).respondents
    answers["q1"] = pd.Categorical(["wrong"] * 26, categories=["right", "wrong", "skip"])
    row = proportion(answers, items=["q1"], weights="weight", strata=["sex"], design=design).iloc[0]
    assert (row["low"], row["high"]) == (0, pytest.approx(np.ceil(row["high"] * 30 - 1e-9) / 30))
    assert row["high"] >= 1 / 30
    free = proportion(answers, items=["q1"], weights="weight", strata=["sex"]).iloc[0]
    assert free["high"] * 30 % 1 > 1e-6, "without a frame nothing is moved"
