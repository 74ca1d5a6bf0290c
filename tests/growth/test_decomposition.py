"""The gap divided: by hand, against statsmodels and against Stata, and after the gate."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.datasets import ccard
from statsmodels.stats.oaxaca import OaxacaBlinder

from kunskap.content import data_folder
from kunskap.errors import KunskapError
from kunskap.growth.applications import read_applications
from kunskap.growth.decomposition import kitagawa, oaxaca_blinder, threefold
from kunskap.growth.resources import amounts, approval, approval_rates
from kunskap.reference import read_activity
from kunskap.tables import estimates

STATA = 5e-4  # Stata prints seven digits of kronor; statsmodels' own test uses three decimals


def rates(cells: dict[str, tuple[tuple[int, float], tuple[int, float]]]) -> pd.DataFrame:
    """Group → (n, rate) of women and of men."""
    rows = [
        dict(industry=name, sex=sex, universe="all", scale="approval", statistic="share", unit="share")
        | dict(n=n, count=round(n * rate) if n else 0, estimate=rate)
        for name, pair in cells.items()
        for sex, (n, rate) in zip("km", pair, strict=True)
    ]
    return estimates(rows, by=["industry", "sex"])


def parts_of(table: pd.DataFrame) -> dict[str, float]:
    whole = table[table["industry"].isna()] if "industry" in table else table
    return dict(zip(whole["scale"], whole["estimate"], strict=True))


@pytest.fixture(scope="module")
def berkeley(root: Path) -> pd.DataFrame:
    """Admissions 1973: department, sex, admitted; 4 526 applications (Bickel, Hammel & O'Connell 1975)."""
    counts = pd.read_csv(root / "tests" / "reference" / "mantelhaen.csv")
    counts = counts[counts["source"].eq("berkeley")]
    rows = [
        (row["stratum"], {"first": "m", "second": "k"}[row["group"]], decision)
        for row in counts.to_dict("records")
        for column, decision in (("right", "granted"), ("wrong", "refused"))
        for _ in range(row[column])
    ]
    return pd.DataFrame(rows, columns=["industry", "sex", "decision"])


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    table = read_applications(data_folder() / "growth" / "ansokningar_simulerad.csv").table
    return table[table["year"].eq(2016)]


def test_a_case_worked_by_hand() -> None:
    """Women 60 of 100 in A (rate 0,2) and 40 in B (0,5); men 30 of 100 in A (0,3) and 70 in B (0,6).

    Gap: (0,12 + 0,20) - (0,09 + 0,42) = -0,19.  Mix: 0,3 · 0,25 + (-0,3) · 0,55 = -0,09.
    Within: 0,45 · (-0,1) + 0,55 · (-0,1) = -0,10.
    """
    found = parts_of(kitagawa(rates({"A": ((60, 0.2), (30, 0.3)), "B": ((40, 0.5), (70, 0.6))})))
    assert found == pytest.approx({"approval": -0.19, "approval_mix": -0.09, "approval_within": -0.10})


def test_the_groups_parts_add_up_to_the_whole(register: pd.DataFrame) -> None:
    table = kitagawa(approval_rates(register, by=["industry"]))
    whole = parts_of(table)
    groups = table[table["industry"].notna()].groupby("scale")["estimate"].sum()
    assert groups["approval_mix"] == pytest.approx(whole["approval_mix"])
    assert groups["approval_within"] == pytest.approx(whole["approval_within"])
    assert whole["approval_mix"] + whole["approval_within"] == pytest.approx(whole["approval"])


def test_the_gap_is_the_gap_of_the_rates(register: pd.DataFrame) -> None:
    gap = approval_rates(register).query("statistic == 'difference'")["estimate"].item()
    assert parts_of(kitagawa(approval_rates(register, by=["industry"])))["approval"] == pytest.approx(gap)


def test_berkeley_agrees_with_statsmodels(berkeley: pd.DataFrame) -> None:
    """Kitagawa is Oaxaca–Blinder with dummies for departments and the mean of both sexes' coefficients."""
    found = parts_of(kitagawa(approval_rates(berkeley, by=["industry"])))
    x = pd.get_dummies(berkeley["industry"], drop_first=True).astype(float)
    x.insert(0, "k", berkeley["sex"].eq("k").astype(float))
    y = berkeley["decision"].eq("granted").astype(float)
    model = OaxacaBlinder(y, x, "k", hasconst=False, swap=False)
    unexplained, explained, gap = model.two_fold(two_fold_type="self_submitted", submitted_weight=0.5).params
    assert abs(gap) == pytest.approx(abs(found["approval"]), abs=1e-9)
    sign = np.sign(gap) * np.sign(found["approval"])
    assert sign * explained == pytest.approx(found["approval_mix"], abs=1e-9)
    assert sign * unexplained == pytest.approx(found["approval_within"], abs=1e-9)


def test_berkeley_tells_what_is_known_of_it(berkeley: pd.DataFrame) -> None:
    """Women 30,4 % and men 44,5 % admitted; within departments women were admitted slightly more often."""
    found = parts_of(kitagawa(approval_rates(berkeley, by=["industry"])))
    assert found["approval"] == pytest.approx(557 / 1835 - 1198 / 2691)
    assert found["approval_mix"] < found["approval"] < 0 < found["approval_within"]


def test_the_module_4r_can_be_divided_too() -> None:
    found = parts_of(kitagawa(approval(read_activity("4r_simulerad"), by=["industry"])))
    assert found["approval"] == pytest.approx(16 / 48 - 51 / 106)
    assert abs(found["approval_mix"]) > abs(found["approval_within"])


def test_a_group_with_one_sex_only_is_refused_and_all_are_named() -> None:
    cells = {"A": ((10, 0.5), (10, 0.5)), "B": ((0, float("nan")), (4, 0.5)), "C": ((4, 0.5), (0, float("nan")))}
    with pytest.raises(KunskapError) as caught:
        kitagawa(rates(cells))
    assert [(fault.code, fault.where) for fault in caught.value.faults] == [("GROWTH-40", "B"), ("GROWTH-40", "C")]


def test_a_table_without_the_groups_is_refused(register: pd.DataFrame) -> None:
    with pytest.raises(KunskapError) as caught:
        kitagawa(approval_rates(register))
    assert caught.value.codes == ("GROWTH-05",)


@pytest.fixture(scope="module")
def cards() -> pd.DataFrame:
    """Greene's credit cards (public domain, in statsmodels); owners are "k", so that the gap is owners minus others."""
    data = ccard.load_pandas().data
    sex = data["OWNRENT"].map({1.0: "k", 0.0: "m"})
    return data.assign(sex=sex, decision="granted", granted_kronor=data["AVGEXP"])


EXPLAINED_BY = ["AGE", "INCOME", "INCOMESQ"]


@pytest.mark.parametrize(("fold", "divided"), [("two", oaxaca_blinder), ("three", threefold)])
def test_credit_cards_agree_with_stata(
    root: Path, cards: pd.DataFrame, fold: str, divided: Callable[..., pd.DataFrame]
) -> None:
    printed = pd.read_csv(root / "tests" / "reference" / "oaxaca.csv").query("fold == @fold")["estimate"]
    assert divided(cards, explained_by=EXPLAINED_BY)["estimate"].tolist() == pytest.approx(printed.tolist(), abs=STATA)


@pytest.mark.parametrize(("reference", "weight"), [("k", 1.0), ("m", 0.0), ("average", 0.5)])
def test_the_other_references_agree_with_statsmodels(register: pd.DataFrame, reference: str, weight: float) -> None:
    chosen = register[register["sex"].isin(["k", "m"]) & register["decision"].eq("granted")]
    x = pd.get_dummies(chosen["industry"], drop_first=True).astype(float)
    x["sought"] = chosen["sought_kronor"] / 1e5
    x.insert(0, "k", chosen["sex"].eq("k").astype(float))
    model = OaxacaBlinder(chosen["granted_kronor"], x, "k", hasconst=False, swap=False)
    # Without swap the first group is 0 = men: the gap is men's minus women's, and the weight is of men's coefficients.
    unexplained, explained, gap = model.two_fold(two_fold_type="self_submitted", submitted_weight=1 - weight).params
    found = oaxaca_blinder(register, explained_by=["industry", "sought_kronor"], reference=reference)["estimate"]
    assert found.tolist() == pytest.approx([-gap, -explained, -unexplained], rel=1e-6)


def test_dummies_alone_and_the_mean_of_coefficients_are_kitagawa(register: pd.DataFrame) -> None:
    blinder = oaxaca_blinder(register, reference="average")["estimate"].tolist()
    kita = parts_of(kitagawa(amounts(register, by=["industry"])))
    assert blinder == pytest.approx(list(kita.values()))


def test_units_do_not_change_the_parts(register: pd.DataFrame) -> None:
    """Kronor beside dummies differ by a factor of a million; the parts must not."""
    small = register.assign(sought_kronor=register["sought_kronor"] / 1e6)
    explained_by = ["industry", "sought_kronor"]
    large = oaxaca_blinder(register, explained_by=explained_by)["estimate"].tolist()
    assert oaxaca_blinder(small, explained_by=explained_by)["estimate"].tolist() == pytest.approx(large)


def test_what_the_data_do_not_carry_is_refused(register: pd.DataFrame) -> None:
    one_sided = register[~(register["industry"].eq("Handel") & register["sex"].eq("k"))]
    for faulty, changes, code in (
        (register[register["sex"].eq("m")], {}, "GROWTH-41"),
        (one_sided, {"reference": "k"}, "GROWTH-41"),
        (register, {"reference": "bästa"}, "GROWTH-05"),
        (register, {"explained_by": ["ålder"]}, "GROWTH-05"),
    ):
        with pytest.raises(KunskapError) as caught:
            oaxaca_blinder(faulty, **changes)
        assert caught.value.codes == (code,)
    assert len(oaxaca_blinder(one_sided)) == 3  # the pooled coefficients exist all the same
