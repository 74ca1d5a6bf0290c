"""What cannot be told is refused by name, and what went badly is said."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from kunskap import irt
from kunskap.bank import Bank
from kunskap.errors import KunskapError
from kunskap.scoring import score
from tests.irt.answers import drawn, items_of, real_answers


def refused(call: Callable[[], object]) -> KunskapError:
    with pytest.raises(KunskapError) as caught:
        call()
    for language in ("sv", "en"):
        assert caught.value.message(language)
    return caught.value


LSAT = real_answers("lsat7")
FEW = drawn(8, 49, seed=60, equal_slopes=True)


def everyone_right() -> pd.DataFrame:
    return LSAT * 0 + 1


@pytest.mark.parametrize(
    ("scores", "fit", "codes"),
    [
        (LSAT.iloc[:1], irt.fit_rasch, {"IRT-03"}),
        (FEW, irt.fit_rasch, {"IRT-03"}),
        (LSAT.iloc[:499], irt.fit_2pl, {"IRT-09"}),
        (LSAT[["item1"]], irt.fit_rasch, {"IRT-06"}),
        (LSAT[["item1", "item2"]], irt.fit_2pl, {"IRT-06"}),
        (everyone_right(), irt.fit_rasch, {"IRT-05"}),
        (everyone_right() - 1, irt.fit_2pl, {"IRT-05"}),
        (LSAT * np.nan, irt.fit_rasch, {"IRT-03"}),
        (LSAT.assign(item1=0.5), irt.fit_rasch, {"IRT-01"}),
        (LSAT.assign(item1=-0.25), irt.fit_2pl, {"IRT-01"}),
        (LSAT.assign(item1=np.inf), irt.fit_2pl, {"IRT-01"}),
        (pd.DataFrame({"sex": ["k"] * 60}), irt.fit_rasch, {"EST-03"}),
        (LSAT.to_numpy(), irt.fit_rasch, {"EST-03"}),
        (LSAT.iloc[:0], irt.fit_rasch, {"IRT-03"}),
        (pd.concat([LSAT, LSAT], axis=1), irt.fit_rasch, {"IRT-02"}),
    ],
)
def test_degenerate_answers_are_refused_by_name(
    scores: pd.DataFrame, fit: Callable[[pd.DataFrame], irt.IrtFit], codes: set[str]
) -> None:
    assert set(refused(lambda: fit(scores)).codes) == codes


def test_all_items_without_variance_are_named_at_once() -> None:
    error = refused(lambda: irt.fit_rasch(LSAT.assign(item1=1.0, item4=0.0)))
    assert [(fault.code, fault.where) for fault in error.faults] == [("IRT-05", "item1"), ("IRT-05", "item4")]
    assert "right" in error.faults[0].message() and "fel" in error.faults[1].message("sv")


def test_the_limits_are_the_promised_ones() -> None:
    assert irt.fit_rasch(drawn(8, 50, seed=61, equal_slopes=True)).n == 50
    assert irt.fit_2pl(drawn(8, 500, seed=62)).n == 500
    # people who met nothing are not people
    padded = pd.concat([FEW, pd.DataFrame(np.nan, index=range(30), columns=FEW.columns)])
    assert refused(lambda: irt.fit_rasch(padded)).codes == ("IRT-03",)


def test_a_refusal_says_what_can_be_done_instead() -> None:
    message = refused(lambda: irt.fit_2pl(LSAT.iloc[:100])).message("en")
    assert "fit_rasch" in message and "irt.ability" in message


def test_an_item_that_too_few_met_is_refused() -> None:
    scores = LSAT.copy()
    scores.loc[240:, "item3"] = np.nan
    error = refused(lambda: irt.fit_2pl(scores))
    assert [(fault.code, fault.where) for fault in error.faults] == [("IRT-04", "item3")]
    assert irt.fit_rasch(scores).n_of_items[2] == 240


def test_items_that_nobody_links_are_refused_until_anchored() -> None:
    truth = items_of(6, seed=63)
    whole = irt.simulate_scores(truth, n=4000, rng=np.random.default_rng(64))
    whole.iloc[:2000, :3] = np.nan
    whole.iloc[2000:, 3:] = np.nan
    error = refused(lambda: irt.fit_rasch(whole))
    assert error.codes == ("IRT-07",)
    assert "q00, q01, q02 | q03, q04, q05" in error.message()
    fit = irt.fit_2pl(whole, anchors=truth.iloc[[0, 1, 4, 5]])
    assert fit.converged
    # one anchor in one of the two does not link them
    assert refused(lambda: irt.fit_2pl(whole, anchors=truth.iloc[[0]])).codes == ("IRT-07",)


@pytest.mark.parametrize(
    ("anchors", "where"),
    [
        (pd.DataFrame(), "anchors"),
        ({"item1": 0.0}, "anchors"),
        (pd.DataFrame({"slope": [1.0]}, index=["item1"]), "anchors"),
        (pd.DataFrame({"difficulty": [0.0]}, index=["unknown"]), "anchors, unknown"),
        (pd.DataFrame({"difficulty": [np.nan]}, index=["item1"]), "anchors, item1"),
        (pd.DataFrame({"difficulty": [0.0, 1.0]}, index=["item1", "item1"]), "anchors, item1"),
        (pd.DataFrame({"difficulty": [0.0], "slope": [1.4]}, index=["item1"]), "anchors, item1"),
    ],
)
def test_bad_anchors_are_refused(anchors: pd.DataFrame, where: str) -> None:
    error = refused(lambda: irt.fit_rasch(LSAT, anchors=anchors))
    assert set(error.codes) == {"IRT-08"}
    assert error.faults[0].where == where


def test_no_convergence_is_told_and_goes_no_further() -> None:
    twin = LSAT.assign(copy=LSAT["item3"])
    with pytest.warns(UserWarning, match="IRT-1") as told:
        fit = irt.fit_2pl(twin)
    assert any("IRT-10" in str(warning.message) for warning in told)
    assert not fit.converged
    assert {"IRT-10", "IRT-11"} <= {problem.code for problem in fit.problems}
    assert "NOT CONVERGED" in repr(fit) and "IRT-11" in repr(fit)
    for call in (
        lambda: irt.table(fit),
        lambda: irt.information(fit),
        lambda: irt.ability(twin, fit=fit),
        lambda: irt.item_fit(twin, fit=fit),
    ):
        assert refused(call).codes == ("IRT-14",)


def test_a_turned_key_is_told_and_chance_is_not() -> None:
    scores = drawn(10, 3000, seed=65)
    with pytest.warns(UserWarning, match=r"IRT-12.*q04"):
        fit = irt.fit_2pl(scores.assign(q04=1 - scores["q04"]))
    assert [(problem.code, problem.where) for problem in fit.problems] == [("IRT-12", "q04")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        irt.fit_2pl(scores)
        noise = np.random.default_rng(66).random(3000) < 0.5
        irt.fit_2pl(scores.assign(noise=noise.astype(float)))


def test_answers_with_nothing_in_common_have_no_spread_and_that_is_told() -> None:
    coins = pd.DataFrame((np.random.default_rng(3).random((800, 6)) < 0.5).astype(float), columns=list("abcdef"))
    # a draw in which items agree even less than by chance: the likelihood is highest without any spread
    assert coins.corr().to_numpy().sum() < 6
    with pytest.warns(UserWarning, match="IRT-13"):
        fit = irt.fit_rasch(coins)
    assert fit.sd < 0.05
    expected = np.log((1 - coins.mean()) / coins.mean())
    np.testing.assert_allclose(fit.parameters["difficulty"], expected, atol=1e-3)


def test_abilities_have_defined_answers_at_the_ends() -> None:
    fit = irt.fit_rasch(LSAT)
    ends = pd.DataFrame([[1.0] * 5, [0.0] * 5, [np.nan] * 5], columns=LSAT.columns, index=["all", "none", "unmet"])
    told = irt.ability(ends, fit=fit)
    assert told.loc["all", "ability"] > 0 > told.loc["none", "ability"]
    assert np.isfinite(told.loc[["all", "none"]]).all(axis=None)
    assert told.loc["unmet", ["ability", "se"]].isna().all() and told.loc["unmet", "answered"] == 0
    assert refused(lambda: irt.ability(pd.DataFrame({"other": [1.0]}), fit=fit)).codes == ("IRT-15",)
    assert refused(lambda: irt.ability(ends.fillna(0.5), fit=fit)).codes == ("IRT-01",) * 5
    one_item = irt.ability(ends[["item2"]], fit=fit)
    assert one_item.loc["all", "se"] > told.loc["all", "se"]


def test_item_fit_is_refused_where_no_sums_can_be_compared() -> None:
    fit = irt.fit_rasch(LSAT)
    assert refused(lambda: irt.item_fit(LSAT.iloc[:40], fit=fit)).codes == ("IRT-16",)
    assert refused(lambda: irt.item_fit(LSAT, fit=fit, columns=["item1", "item2", "item3"])).codes == ("IRT-16",)
    assert refused(lambda: irt.item_fit(LSAT, fit=fit, columns=["other"])).codes == ("IRT-15",)
    holes = LSAT.mask(np.random.default_rng(67).random(LSAT.shape) < 0.1)
    told = irt.item_fit(holes, fit=irt.fit_rasch(holes))
    assert (told["n"] == holes.notna().all(axis=1).sum()).all()


def test_made_up_items_need_parameters_and_people() -> None:
    items = items_of(3, seed=68)
    rng = np.random.default_rng(69)
    assert refused(lambda: irt.simulate_scores(items, n=0, rng=rng)).codes == ("IRT-17",)
    assert refused(lambda: irt.simulate_scores(items * np.nan, n=5, rng=rng)).codes == ("IRT-17",)


def test_a_fit_holds_nobodys_answers() -> None:
    """What may be kept and shown must not grow with the people."""
    small, large = irt.fit_rasch(LSAT), irt.fit_rasch(pd.concat([LSAT] * 5))

    def sizes(fit: irt.IrtFit) -> int:
        return sum(np.size(value) for value in (*vars(fit).values(), *vars(fit.estimates).values()))

    assert sizes(small) == sizes(large)


def test_it_takes_the_houses_own_scores(bank: Bank) -> None:
    items = [item for item in bank.items.values() if item.is_knowledge and item.type == "single"][:6]
    rng = np.random.default_rng(70)
    right = irt.simulate_scores(items_of(6, seed=71), n=300, rng=rng).to_numpy() == 1
    columns = {
        item.id: pd.Categorical(
            np.where(right[:, place], item.key[0], rng.choice(["dk", "skip"], size=300)),
            categories=[*item.option_ids, "skip"],
        )
        for place, item in enumerate(items)
    }
    responses = pd.DataFrame({"sitting_id": [f"s{i}" for i in range(300)]} | columns)
    scores = score(responses, bank=bank)
    fit = irt.fit_rasch(scores)
    assert fit.items == tuple(item.id for item in items)
    assert irt.ability(scores, fit=fit).index.equals(scores.index)
    by_chance = score(responses, bank=bank, dont_know="chance")
    assert set(refused(lambda: irt.fit_rasch(by_chance)).codes) == {"IRT-01"}
