"""Participants' judgements: the empty table, the filled one, and how well they agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskap.coding.agreement import krippendorff_alpha
from kunskap.errors import KunskapError
from kunskap.growth.review import Review, judged, read_judgements, said_judgements, save_judgement_sheet


def filled(path: Path, found: Review, marks: dict[str, list[str]]) -> Path:
    save_judgement_sheet(path, found, persons=list(marks))
    table = pd.read_csv(path, sep=";", dtype="str", keep_default_na=False)
    for person, given in marks.items():
        table[person] = [*given, *[""] * (len(table) - len(given))]
    table.to_csv(path, sep=";", index=False)
    return path


def test_the_empty_table_leads_nobody(found: Review, tmp_path: Path) -> None:
    path = save_judgement_sheet(tmp_path / "tabell.csv", found)
    table = pd.read_csv(path, sep=";", keep_default_na=False)
    assert list(table.columns) == ["passage", "heading", "text", "A", "B", "C"]
    assert len(table) == found.paragraphs["passage"].nunique()
    assert "people_no_sex" not in path.read_text(encoding="utf-8")
    assert read_judgements(path, found).empty


def test_agreement_is_krippendorffs(found: Review, tmp_path: Path) -> None:
    marks = {"A": ["5", "1", "1 4", "0", "2,4", "1"], "B": ["5", "1", "4", "1", "2 4", ""]}
    said = read_judgements(filled(tmp_path / "tabell.csv", found, marks), found)
    table = judged(said, found, rng=np.random.default_rng(1), draws=200).set_index("code")
    by_hand = pd.DataFrame({"A": [0, 1, 1, 0, 0], "B": [0, 1, 0, 1, 0]})  # code 1 in the five that both judged
    assert table.at["people_no_sex", "alpha"] == pytest.approx(krippendorff_alpha(by_hand))
    assert table.at["people_no_sex", "passages"] == 5
    assert table.at["chain_break", "alpha"] == 1.0
    # Most: passage 2 (both) and passage 6 (the only one who judged); passage 3 and 4 are ties.
    assert table.loc["people_no_sex", ["most_say", "rules_say", "both_say"]].tolist() == [2, 3, 1]


def test_a_workbook_is_read_too(found: Review, tmp_path: Path) -> None:
    path = filled(tmp_path / "tabell.csv", found, {"A": ["5"], "B": ["5"]})
    pd.read_csv(path, sep=";", dtype="str").to_excel(tmp_path / "tabell.xlsx", index=False)
    assert read_judgements(tmp_path / "tabell.xlsx", found).equals(read_judgements(path, found))
    (tmp_path / "excel.csv").write_bytes(path.read_text(encoding="utf-8-sig").encode("cp1252"))
    assert read_judgements(tmp_path / "excel.csv", found).equals(read_judgements(path, found))


@pytest.mark.parametrize("mark", ["6", "ja", "0 1", "1;x"])
def test_a_mark_that_is_none_is_refused(found: Review, tmp_path: Path, mark: str) -> None:
    path = filled(tmp_path / "tabell.csv", found, {"A": ["1", mark], "B": ["1", mark]})
    with pytest.raises(KunskapError) as raised:
        read_judgements(path, found)
    assert raised.value.codes == ("REVIEW-20", "REVIEW-20")
    assert "rad 3, kolumn A" in raised.value.message("sv")


def test_wrong_files_are_refused(found: Review, tmp_path: Path) -> None:
    for name, content, code in (
        ("annat.csv", "a;b\n1;2\n", "REVIEW-19"),
        ("ingen.csv", "passage;heading;text\np001;x;y\n", "REVIEW-19"),
        ("okand.csv", "passage;A;B\np999;1;1\n", "REVIEW-21"),
        ("dubbel.csv", "passage;A;B\np001;1;1\np001;1;1\n", "REVIEW-21"),
        ("bok.xlsx", "inte en arbetsbok", "REVIEW-19"),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8")
        with pytest.raises(KunskapError) as raised:
            read_judgements(tmp_path / name, found)
        assert raised.value.codes == (code,), name
    with pytest.raises(KunskapError) as raised:
        read_judgements(tmp_path / "saknas.csv", found)
    assert raised.value.codes == ("REVIEW-06",)


def test_one_person_is_not_enough(found: Review, tmp_path: Path) -> None:
    said = read_judgements(filled(tmp_path / "tabell.csv", found, {"A": ["1", "5"]}), found)
    with pytest.raises(KunskapError) as raised:
        judged(said, found, rng=np.random.default_rng(1))
    assert raised.value.codes == ("CODE-15",)


def test_a_cell_cannot_run_in_a_spreadsheet(rules: object, tmp_path: Path) -> None:
    from kunskap.growth.review import Rules, review, split_text

    assert isinstance(rules, Rules)
    found = review(split_text("=hyperlink(1)\n"), rules=rules)
    assert "\np001;;'=hyperlink(1)" in save_judgement_sheet(tmp_path / "t.csv", found).read_text(encoding="utf-8-sig")


def test_what_is_said_aloud_is_what_the_sheet_would_hold() -> None:
    table = said_judgements({"A": "5 14 0", "B": "5 - 0"}, passages=["p001", "p002", "p003"])
    marks = table[table["coded"]].groupby(["coder", "text"])["code"].agg(list).to_dict()
    assert marks == {
        ("A", "p001"): ["mention_only"], ("A", "p002"): ["people_no_sex", "chain_break"], 
        ("B", "p001"): ["mention_only"],
    }  # fmt: skip
    assert len(table) == 5 * 5  # five codes for each of three and two passages


def test_what_is_said_wrongly_is_told_at_once_and_where() -> None:
    with pytest.raises(KunskapError) as caught:
        said_judgements({"A": "5 1", "B": "7 01 0"}, passages=["p001", "p002", "p003"])
    assert caught.value.codes == ("REVIEW-24", "REVIEW-25", "REVIEW-25")
    assert "B, p002" in str(caught.value)
