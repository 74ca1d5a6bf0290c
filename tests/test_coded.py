"""Codes: totals and crossings are those of the scores, whatever the size, the missing and the rules."""

import numpy as np
import pandas as pd
import pytest

from kunskap import coded, scoring
from kunskap.coded import coded_items, crossed, number_right, totals
from kunskap.errors import KunskapError
from tests.small_bank import small_bank
from tests.test_item_options import EVERYTHING, SINGLES, mixed

BANK = small_bank(12)


@pytest.mark.parametrize("dont_know", scoring.DONT_KNOW_RULES)
@pytest.mark.parametrize("wrong_costs", [0.0, 0.25, "chance"])
@pytest.mark.parametrize("chosen", [SINGLES, EVERYTHING])
def test_totals_are_the_sums_of_the_scores(chosen: list[str], wrong_costs: float | str, dont_know: str) -> None:
    responses = mixed(150, missing=0.05)
    rules = {"dont_know": dont_know, "wrong_costs": wrong_costs}
    scores = scoring.score(responses, bank=BANK, items=chosen, **rules)  # type: ignore[arg-type]
    found = totals(coded_items(responses, bank=BANK, items=chosen, **rules))  # type: ignore[arg-type]
    complete = scores.notna().all(axis=1).to_numpy()
    assert found.n == complete.sum()
    assert found.complete is None or (found.complete == complete).all()
    expected = scores.to_numpy().sum(axis=1)[complete]
    np.testing.assert_allclose(found.values[found.place[complete]], expected, atol=1e-8)
    assert (np.diff(found.values) > 0).all()


def test_sums_do_not_depend_on_the_order_of_items() -> None:
    responses = mixed(300)
    one, other = (totals(coded_items(responses, bank=BANK, items=names)) for names in (EVERYTHING, EVERYTHING[::-1]))
    np.testing.assert_array_equal(one.values, other.values)
    np.testing.assert_array_equal(one.place, other.place)


def test_many_people_are_taken_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    items = coded_items(mixed(501, missing=0.1), bank=BANK, items=SINGLES)
    whole = totals(items)
    place = np.where(whole.complete, whole.place, -1) if whole.complete is not None else whole.place
    expected = number_right(items), [crossed(item, place, 13) for item in items]
    monkeypatch.setattr(coded, "PEOPLE", 100)
    monkeypatch.setattr(coded, "CELLS", 64)
    np.testing.assert_array_equal(number_right(items), expected[0])
    for item, counts in zip(items, expected[1], strict=True):
        np.testing.assert_array_equal(crossed(item, place, 13), counts)
        assert counts.sum() == whole.n


def test_a_crossing_is_a_crosstab() -> None:
    responses = mixed(200)
    items = coded_items(responses, bank=BANK, items=SINGLES)
    whole = totals(items)
    table = pd.crosstab(responses["q4"], whole.place)
    counts = crossed(items[3], whole.place, 13)
    for place, option in enumerate(items[3].answers.options):
        for total in range(13):
            expected = table.loc[option, total] if option in table.index and total in table.columns else 0
            assert counts[place, total] == expected


def test_nobody_and_no_items() -> None:
    nobody = mixed(1).head(0)
    assert totals(coded_items(nobody, bank=BANK, items=SINGLES)).n == 0
    assert coded_items(nobody[["sitting_id"]], bank=BANK) == []


def test_all_faults_are_told_at_once() -> None:
    responses = mixed(20).assign(q1="x", q2="y")
    with pytest.raises(KunskapError) as caught:
        coded_items(responses, bank=BANK)
    assert caught.value.codes == ("SCORE-06", "SCORE-06")
