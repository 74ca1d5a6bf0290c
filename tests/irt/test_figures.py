"""Tables of a fit, through the gate, to the Wright map and the information curve."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskap import irt
from kunskap.disclosure import Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.plots.drawing import svg
from kunskap.plots.information import information_curve
from kunskap.plots.wright_map import wright_map
from kunskap.tables import ESTIMATE_COLUMNS
from kunskap.words import Words, read_words
from tests.irt.answers import drawn, items_of
from tests.test_plots import text_faults

ROOT = Path(__file__).resolve().parents[2]


def tables_of(scores: pd.DataFrame) -> dict[str, pd.DataFrame]:
    fit = irt.fit_2pl(scores)
    return {
        "item_parameters": irt.table(fit),
        "item_information": irt.information(fit),
        "item_fit": irt.item_fit(scores, fit=fit),
    }


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return tables_of(drawn(16, 1500, seed=80))


@pytest.fixture(scope="module")
def internal(tables: dict[str, pd.DataFrame]) -> Released:
    return release(tables, policy=read_policy(ROOT / "survey"), view="internal")


@pytest.fixture(params=["sv", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    return read_words(ROOT / "survey", request.param)


def test_the_table_is_an_estimates_table(tables: dict[str, pd.DataFrame]) -> None:
    for table in tables.values():
        assert tuple(table.columns) == ESTIMATE_COLUMNS
        assert table["n"].eq(1500).all()
        assert (table["item"].isna() ^ table["scale"].isna()).all()
    told = tables["item_parameters"]
    of_items = told[told["item"].notna()]
    assert set(of_items["statistic"]) == {"difficulty", "slope"}
    np.testing.assert_allclose(of_items["high"] - of_items["estimate"], 1.959964 * of_items["se"], rtol=1e-6)
    # mean 0 and standard deviation 1 are definitions and have no error
    assert told.loc[told["scale"].notna(), ["se", "low", "high"]].isna().all(axis=None)


def test_rasch_has_no_slopes_to_tell_but_a_spread_with_its_error() -> None:
    told = irt.table(irt.fit_rasch(drawn(10, 400, seed=81, equal_slopes=True)), level=0.9)
    assert set(told["statistic"]) == {"difficulty", "ability_mean", "ability_sd"}
    spread = told.set_index("statistic").loc["ability_sd"]
    assert spread["high"] - spread["estimate"] == pytest.approx(1.644854 * spread["se"])


def test_a_bad_level_is_refused() -> None:
    fit = irt.fit_rasch(drawn(6, 200, seed=82, equal_slopes=True))
    with pytest.raises(KunskapError) as caught:
        irt.table(fit, level=95)
    assert caught.value.codes == ("EST-02",)


def test_information_is_the_curvature_of_the_likelihood() -> None:
    fit = irt.fit_2pl(drawn(6, 800, seed=83))
    slope, difficulty = fit.estimates.slope, fit.estimates.difficulty

    def expected_log_likelihood(at: float, true: float) -> np.ndarray:
        chance = 1 / (1 + np.exp(-slope * (true - difficulty)))
        logit = slope * (at - difficulty)
        return chance * logit - np.logaddexp(0, logit)

    step = 1e-3
    for theta in (-1.5, 0.0, 2.0):
        three = [expected_log_likelihood(theta + move * step, theta) for move in (-1, 0, 1)]
        curved = -(three[0] - 2 * three[1] + three[2]) / step**2
        np.testing.assert_allclose(irt.item_information(fit, np.array([theta]))[:, 0], curved, rtol=1e-4)
    told = irt.information(fit, abilities=[-1.5, 0.0])
    of_items = told[told["item"].notna()].groupby("option")["estimate"].sum()
    whole = told[told["scale"].notna()].pivot(index="option", columns="statistic", values="estimate")
    np.testing.assert_allclose(whole["information"], of_items)
    np.testing.assert_allclose(whole["information_se"], 1 / np.sqrt(of_items))


def test_only_the_internal_view_shows_them(tables: dict[str, pd.DataFrame], internal: Released) -> None:
    policy = read_policy(ROOT / "survey")
    for view in ("public", "room"):
        with pytest.raises(KunskapError):
            release(tables, policy=policy, view=view)
    assert internal.table("item_parameters")["hidden"].isna().all()


def test_figures_of_groups_are_not_pooled_and_are_refused(tables: dict[str, pd.DataFrame]) -> None:
    of_women = tables["item_parameters"].copy()
    of_women.insert(0, "sex", "k")
    with pytest.raises(KunskapError) as caught:
        release({"item_parameters": of_women}, policy=read_policy(ROOT / "survey"), view="internal")
    assert "GATE-15" in caught.value.codes


def test_the_wright_map_tells_in_words_what_it_draws(internal: Released, words: Words) -> None:
    drawing = wright_map(internal, words=words)
    assert "INTERN" in svg(drawing)
    order = re.findall(r"q\d\d", drawing.alt)
    told = internal.table("item_parameters")
    difficulty = told[told["statistic"].eq("difficulty")].set_index("item")["estimate"]
    assert sorted(order) == sorted(difficulty.index)
    assert difficulty[order].is_monotonic_increasing
    assert text_faults(drawing.figure) == []


def test_the_information_curve_tells_its_peak(internal: Released, words: Words) -> None:
    drawing = information_curve(internal, words=words)
    told = internal.table("item_information")
    whole = told[told["scale"].eq("total") & told["statistic"].eq("information")]
    assert words.number(whole["estimate"].max(), decimals=2) in drawing.alt
    assert text_faults(drawing.figure) == []


def test_many_items_of_equal_difficulty_do_not_cover_one_another(words: Words) -> None:
    items = items_of(40, seed=84).assign(difficulty=np.repeat([0.0, 0.4], 20))
    items.index = pd.Index([f"mainstreaming{number:02}" for number in range(40)], name="item")
    crowded = tables_of(irt.simulate_scores(items, n=700, rng=np.random.default_rng(85)))
    released = release(crowded, policy=read_policy(ROOT / "survey"), view="internal")
    drawing = wright_map(released, words=words)
    assert text_faults(drawing.figure) == []
    assert drawing.figure.get_size_inches()[1] < 11
    assert text_faults(information_curve(released, words=words).figure) == []


@pytest.mark.parametrize("plot", [wright_map, information_curve])
def test_only_what_was_released_internally_is_drawn(
    plot: object, tables: dict[str, pd.DataFrame], words: Words
) -> None:
    with pytest.raises(TypeError):
        plot(tables, words=words)  # type: ignore[operator]
    empty = release({}, policy=read_policy(ROOT / "survey"), view="internal")
    with pytest.raises(KunskapError) as caught:
        plot(empty, words=words)  # type: ignore[operator]
    assert caught.value.codes == ("REPORT-02",)
    public = release({}, policy=read_policy(ROOT / "survey"))
    with pytest.raises(KunskapError) as caught:
        plot(public, words=words)  # type: ignore[operator]
    assert caught.value.codes == ("REPORT-05",)
