"""Counted shares: what is drawn and told is what was counted, and what could not be counted is said."""

from __future__ import annotations

import pandas as pd
import pytest

from kunskap.disclosure import Released, read_policy, release
from kunskap.plots import counted_shares, svg
from kunskap.tables import estimates
from kunskap.words import read_words

WORDS = read_words(language="sv")
ABOUT = {"universe": "all", "statistic": "share", "unit": "share"}
TEXTS = {
    "table": "goals",
    "title": "Mål",
    "subtitle": "Av alla mål",
    "headings": {"owner": "Ansvarig", "money": "Pengar"},
}


def released(*rows: tuple[str, str, int, int, float, float]) -> Released:
    """(scale, option, count, n, low, high)"""
    names = ("scale", "option", "count", "n", "low", "high")
    table = estimates(
        ABOUT | dict(zip(names, row, strict=True)) | {"estimate": row[2] / row[3]} for row in rows
    )  # fmt: skip
    return release({"goals": table}, policy=read_policy(), basis="public", source="påhittat", simulated=True)


NONE = float("nan")


def test_one_kind_is_one_bar_for_each_heading_with_its_count() -> None:
    made = released(("before", "owner", 3, 4, NONE, NONE), ("before", "money", 1, 4, NONE, NONE))
    drawing = counted_shares(made, words=WORDS, bars={"before": "Utkastet"}, **TEXTS)
    assert "Ansvarig: 3 av 4. Pengar: 1 av 4." in drawing.alt
    (axes,) = drawing.figure.axes
    assert sorted(round(patch.get_width(), 3) for patch in axes.patches) == [0.25, 0.75]


def test_two_kinds_stand_under_each_heading_and_what_was_not_there_is_said() -> None:
    made = released(("before", "owner", 1, 2, NONE, NONE), ("after", "owner", 2, 2, NONE, NONE),
                    ("before", "money", 0, 2, NONE, NONE))  # fmt: skip
    drawing = counted_shares(made, words=WORDS, bars={"before": "Utkastet", "after": "Den antagna"}, **TEXTS)
    assert "Ansvarig: utkastet 1 av 2; den antagna 2 av 2." in drawing.alt
    assert "Pengar: utkastet 0 av 2; den antagna fanns inget att räkna." in drawing.alt


def test_an_interval_is_drawn_from_its_low_to_its_high_end() -> None:
    made = released(("before", "owner", 3, 4, 0.3, 0.95), ("before", "money", 1, 4, NONE, NONE))
    (axes,) = counted_shares(made, words=WORDS, bars={"before": "Utkastet"}, **TEXTS).figure.axes
    lines = {
        tuple(round(float(x), 3) for x in path.vertices[:, 0]) for dots in axes.collections for path in dots.get_paths()
    }
    assert (0.3, 0.95) in lines


def test_it_is_marked_and_sourced_and_refuses_what_has_not_passed_the_gate() -> None:
    drawing = counted_shares(
        released(("before", "owner", 3, 4, NONE, NONE)), words=WORDS, bars={"before": "Utkastet"}, **TEXTS
    )
    assert "Källa: påhittat" in svg(drawing)
    assert "Simulerade data" in svg(drawing)
    with pytest.raises(TypeError):
        counted_shares(pd.DataFrame(), words=WORDS, bars={}, **TEXTS)  # type: ignore[arg-type]
