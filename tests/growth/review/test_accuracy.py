"""Precision and recall: counted by hand, and on the passages that the rules were not made from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kunskap.errors import KunskapError
from kunskap.growth.review import PASSAGE_CODES, Rules, accuracy, accuracy_estimates, read_marked


def marked(rows: list[tuple[str, set[str]]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"passage": f"p{n}", "set": "held_out", "heading": "", "text": text}
            | {code: code in codes for code in PASSAGE_CODES}
            for n, (text, codes) in enumerate(rows)
        ]
    )


def test_counted_by_hand(rules: Rules) -> None:
    table = accuracy(
        marked(
            [
                ("Arbetslösheten är högre än i riket.", {"people_no_sex"}),  # both
                ("Många unga flyttar.", set()),  # the rule alone
                ("De som bor här trivs.", {"people_no_sex"}),  # the reader alone
                ("Hamnen byggs ut.", set()),  # neither
            ]
        ),
        rules=rules,
    ).set_index("code")
    row = table.loc["people_no_sex"]
    assert row[["passages", "marked", "found", "agreed"]].tolist() == [4, 2, 2, 1]
    assert row[["precision", "recall"]].tolist() == [0.5, 0.5]
    assert row[["precision_low", "precision_high"]].tolist() == pytest.approx(
        [0.0945, 0.9055], abs=1e-4
    )  # Wilson, 1 of 2
    assert pd.isna(table.at["mention_only", "precision"]) and pd.isna(table.at["mention_only", "recall"])


def test_the_passages_held_out(root: Path, rules: Rules) -> None:
    """The figures that are printed beside the finds; they change only when the rules or the passages do."""
    table = read_marked(root / "data" / "review" / "passages.csv")
    assert table["set"].value_counts().to_dict() == {"development": 60, "held_out": 60}
    held_out = accuracy(table[table["set"] == "held_out"], rules=rules).set_index("code")
    assert held_out[["marked", "found", "agreed"]].to_dict("index") == {
        "people_no_sex": {"marked": 9, "found": 9, "agreed": 9},
        "goal_no_indicator": {"marked": 13, "found": 14, "agreed": 13},
        "indicator_no_sex": {"marked": 6, "found": 6, "agreed": 6},
        "chain_break": {"marked": 21, "found": 23, "agreed": 21},
        "mention_only": {"marked": 10, "found": 9, "agreed": 9},
    }


def test_the_readme_tells_the_same_figures(root: Path, rules: Rules) -> None:
    folder = root / "data" / "review"
    table = read_marked(folder / "passages.csv")
    held_out = accuracy(table[table["set"] == "held_out"], rules=rules)[["marked", "found", "agreed"]].sum()
    told = (folder / "README.md").read_text(encoding="utf-8")
    assert f"var {held_out['agreed']} av {held_out['found']} fynd rätt" in told
    assert f"hittade {held_out['agreed']} av {held_out['marked']} märkta" in told


def test_no_passage_stands_in_both_sets(root: Path) -> None:
    table = read_marked(root / "data" / "review" / "passages.csv")
    assert not table["text"].duplicated().any()
    draft = (root / "data" / "review" / "utkast_simulerad.md").read_text(encoding="utf-8")
    held_out = table.loc[table["set"] == "held_out", "text"]
    assert not [text for text in held_out if text in draft]


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("passage,set", "id,set", {"REVIEW-17"}),
        ("p001,", "p002,", {"REVIEW-18"}),
        ("p001,development", "p001,kept", {"REVIEW-18"}),
        (",1,0,0,0,0\n", ",ja,0,0,0,0\n", {"REVIEW-18"}),
    ],
)
def test_a_wrong_file_is_refused(root: Path, tmp_path: Path, old: str, new: str, codes: set[str]) -> None:
    text = (root / "data" / "review" / "passages.csv").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "passages.csv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KunskapError) as raised:
        read_marked(path)
    assert set(raised.value.codes) == codes


def test_the_gate_takes_the_same_counts(rules: Rules) -> None:
    measured = accuracy(read_marked().query("set == 'held_out'"), rules=rules)
    table = accuracy_estimates(measured).set_index(["scale", "option"])
    for row in measured.to_dict("records"):
        right, seen = table.loc[("precision", row["code"])], table.loc[("recall", row["code"])]
        assert (right["count"], right["n"], seen["n"]) == (row["agreed"], row["found"], row["marked"])
        assert right["low"] == row["precision_low"]
