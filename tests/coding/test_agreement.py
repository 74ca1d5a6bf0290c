"""Krippendorff's alpha against its author's worked examples and another program."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskap.coding import agreement, krippendorff_alpha, reliable
from kunskap.errors import KunskapError

REFERENCE = pd.read_csv(Path(__file__).resolve().parents[1] / "reference" / "krippendorff.csv", dtype="str")


def matrix(ratings: str) -> pd.DataFrame:
    """Units × coders of the reference table's notation."""
    coders = [[None if sign == "." else sign for sign in row] for row in ratings.split("/")]
    return pd.DataFrame(dict(enumerate(coders)), dtype="object")


def long(ratings: pd.DataFrame, *, item: str = "understanding01", code: str = "power") -> pd.DataFrame:
    """Codings of one code."""
    table = ratings.rename_axis("text").reset_index().melt("text", var_name="coder", value_name="coded").dropna()
    return table.assign(item=item, code=code, coded=table["coded"].astype(bool))


@pytest.mark.parametrize("told", REFERENCE.to_dict("records"), ids=REFERENCE["case"])
def test_alpha_is_what_others_compute(told: dict[str, str]) -> None:
    half_a_step = 0.5 * 10.0 ** -int(told["decimals"])
    assert krippendorff_alpha(matrix(told["ratings"])) == pytest.approx(float(told["alpha"]), abs=1.001 * half_a_step)


def test_units_that_one_coder_judged_do_not_count() -> None:
    ratings = matrix("0110100/011000.")
    more = pd.concat([ratings, pd.DataFrame({0: ["1"] * 50, 1: [None] * 50})], ignore_index=True)
    assert krippendorff_alpha(more) == pytest.approx(krippendorff_alpha(ratings))


@pytest.mark.parametrize("ratings", ["1111/1111", "1.1./.1.1", "1/1"])
def test_alpha_is_missing_where_nothing_can_be_told_apart(ratings: str) -> None:
    assert np.isnan(krippendorff_alpha(matrix(ratings)))


def test_the_interval_covers_what_many_texts_would_give() -> None:
    """Two coders who each see the truth with probability .9: over 120 samples the 90 % interval holds the limit."""
    rng = np.random.default_rng(5)

    def judged(n: int) -> pd.DataFrame:
        truth = rng.random(n) < 0.4
        return pd.DataFrame({name: np.where(rng.random(n) < 0.9, truth, ~truth) for name in "AB"})

    limit = krippendorff_alpha(judged(200_000))
    held = 0
    for _ in range(120):
        table = agreement(long(judged(80)), level=0.9, rng=rng, draws=300)
        held += bool(table["low"].iloc[0] <= limit <= table["high"].iloc[0])
    assert 0.82 <= held / 120 <= 0.97


def test_each_code_has_a_row_and_the_seed_gives_the_interval() -> None:
    one = matrix("0110100110/0110000110").astype(float).astype(bool)
    codings = pd.concat([long(one), long(~one, code="staff"), long(one, item="understanding02")])
    table = agreement(codings, rng=np.random.default_rng(1))
    assert table["item"].tolist() == ["understanding01.power", "understanding01.staff", "understanding02.power"]
    assert table["n"].tolist() == [10, 10, 10]
    assert (table["low"] < table["estimate"]).all()
    pd.testing.assert_frame_equal(table, agreement(codings, rng=np.random.default_rng(1)))


def test_too_rare_a_code_has_no_interval_and_is_not_reliable() -> None:
    rare = pd.DataFrame({"A": [True] + [False] * 9, "B": [True] + [False] * 9})
    table = agreement(long(rare), rng=np.random.default_rng(1))
    assert table["estimate"].iloc[0] == 1
    assert table["low"].isna().all(), "a third of the samples have no text with the code"
    never = agreement(long(rare & False), rng=np.random.default_rng(1))
    assert reliable(never) == []


def test_one_coder_is_told() -> None:
    with pytest.raises(KunskapError) as caught:
        agreement(long(pd.DataFrame({"A": [True, False]})), rng=np.random.default_rng(1))
    assert caught.value.codes == ("CODE-15",)
