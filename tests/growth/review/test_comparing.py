"""Before and after as one table, and the shares through the gate."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.growth.review import (
    Review,
    Rules,
    difference,
    read_checklist,
    read_draft,
    review,
    review_estimates,
    told_difference,
)
from kunskap.words import read_words


@pytest.fixture(scope="module")
def adopted(root: Path, rules: Rules) -> Review:
    path = root / "data" / "review" / "antagen_simulerad.docx"
    return review(read_draft(path), rules=rules, name=path.name)


def test_the_draft_and_the_adopted_text(found: Review, adopted: Review) -> None:
    table = difference(found, adopted, checklist=read_checklist()).set_index("id")
    assert table.loc["goals_with_indicator_by_sex", ["before", "before_of", "after", "after_of"]].tolist() == [
        0,
        4,
        3,
        5,
    ]
    assert table.loc["people_no_sex", ["before", "after", "change"]].tolist() == [4, 1, -3]
    assert table.loc["chain_break", ["before", "after"]].tolist() == [4, 2]
    assert table.loc["own_chapter", ["before", "after"]].tolist() == [1, 0]
    assert table.loc["present_state", ["before", "before_of"]].tolist() == [7, 12]
    assert table.loc[["industries", "process"], "before"].isna().all()
    assert (table["change"].dropna() == (table["after"] - table["before"]).dropna()).all()
    assert (table["before"].dropna() <= table["before_of"].dropna()).all()


def test_a_text_compared_with_itself_has_no_change(found: Review) -> None:
    assert (difference(found, found, checklist=read_checklist())["change"].dropna() == 0).all()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_table_in_words(found: Review, adopted: Review, rules: Rules, language: str) -> None:
    checklist = read_checklist()
    table = difference(found, adopted, checklist=checklist)
    words = read_words(language=language)
    text = told_difference(table, rules=rules, words=words, checklist=checklist, names=("a", "b"))
    assert len([line for line in text.splitlines() if line.startswith("  ")]) == len(table)
    assert "{" not in text and "<NA>" not in text


def test_the_shares_pass_the_gate_as_a_public_document(found: Review, adopted: Review) -> None:
    tables = {"before": review_estimates(found, run="before"), "after": review_estimates(adopted, run="after")}
    released = release(tables, policy=read_policy(), basis="public", source="Påhittat utkast, 2026", simulated=True)
    row = released.table("before").set_index("option").loc["people_no_sex"]
    assert (row["count"], row["n"], row["estimate"]) == (4, 4, 1.0)
    assert released.log.empty
    with pytest.raises(KunskapError):
        release(tables, policy=read_policy(), basis="public", simulated=True)


def test_a_share_without_a_base_is_left_out(rules: Rules) -> None:
    from kunskap.growth.review import split_text

    table = review_estimates(review(split_text("Hamnen byggs ut."), rules=rules), run="before")
    assert isinstance(table, pd.DataFrame) and table.empty
