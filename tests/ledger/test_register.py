"""A register that has grown between two reports: what the second less the first tells of firms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import pytest

from kunskap.disclosure import Policy, Released
from kunskap.errors import KunskapError
from kunskap.growth.comparison import difference
from kunskap.growth.resources import amounts, approval_rates
from kunskap.ledger import REGISTER, read_ledger, register_beside
from kunskap.project import Project

from .conftest import DAY

Case = tuple[str, str, float]


def cases(women: int, men: int, kronor: float = 100_000.0) -> list[Case]:
    """Half of them are granted; amounts differ a little."""
    return [
        (sex, ("granted", "refused")[place % 2], (kronor + 1000 * place) * (place % 2 == 0))
        for sex, people in (("k", women), ("m", men)) for place in range(people)
    ]  # fmt: skip


BEFORE, MID_YEAR = cases(40, 60), cases(30, 40)


def round_of(listed: Sequence[Case]) -> dict[str, pd.DataFrame]:
    register = pd.DataFrame(listed, columns=["sex", "decision", "granted_kronor"])
    return {"resources": pd.concat([approval_rates(register), amounts(register)], ignore_index=True)}


@pytest.fixture
def told(project: Project, policy: Policy):  # type: ignore[no-untyped-def]
    def tell(now: Sequence[Case], *, years: Sequence[str] = ("2025", "2026"), **other: bool) -> Released:
        table = difference(round_of(BEFORE), round_of(now))
        return register_beside(
            table, years=years, project=replace(project, simulated=other.pop("simulated", False)), policy=policy,
            name="rapport", date=DAY, **other,
        )  # fmt: skip

    return tell


GROWN = {
    "two more": ([("k", "granted", 90_000.0), ("m", "refused", 0.0)], False),
    "one who was corrected": (None, False),
    "eight women who were all granted": ([("k", "granted", 90_000.0 + place) for place in range(8)], False),
    "sixteen of whom one got nearly all": (
        [*cases(16, 16, 1000.0), ("k", "granted", 2_000_000.0), ("k", "refused", 0.0)], False),
    "forty women and forty men": (cases(40, 40), True),
    "nobody": ([], True),
}  # fmt: skip


@pytest.mark.parametrize("grown", GROWN)
def test_a_year_is_told_again_only_if_those_since_may_be_told_of(grown: str, told, project: Project) -> None:  # type: ignore[no-untyped-def]
    told(MID_YEAR)
    more, may = GROWN[grown]
    now = [*MID_YEAR, *more] if more is not None else [("k", "granted", 160_000.0), *MID_YEAR[1:]]
    told(now, simulated=True)  # by itself it may leave
    if may:
        told(now)
        assert len(read_ledger(project).of(REGISTER)) == (2 if more else 1)
        return
    with pytest.raises(KunskapError) as caught:
        told(now)
    assert {(one.code, one.where) for one in caught.value.faults} == {("LEDGER-06", f"rapport {DAY}, 2026")}
    assert "ansokningar_ar" in caught.value.message("sv") and len(read_ledger(project).entries) == 1
    told(now, years=("2027", "2028"))  # of other years


def test_no_hidden_figure_is_written_down_and_a_draft_not_at_all(told, project: Project) -> None:  # type: ignore[no-untyped-def]
    few = cases(2, 40)
    told(few, is_draft=True)
    assert read_ledger(project).entries == ()
    assert told(few).table("result")["hidden"].notna().any()
    (out,) = read_ledger(project).of(REGISTER)
    women = out.tables["2026"].query("sex == 'k'")
    assert women["hidden"].notna().all() and women[["count", "n", "estimate"]].isna().all(axis=None)
    assert not {"largest", "second"} & set(out.tables["2026"])
    told(cases(30, 40))  # twenty-eight women more: how many there were is not known
