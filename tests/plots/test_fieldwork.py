"""The figure of how answers came in: released figures only, every group named, nothing hidden drawn."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from kunskap import plots
from kunskap.bank import Bank
from kunskap.disclosure import Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.tables import estimates
from kunskap.words import Words, read_words

ROOT = Path(__file__).resolve().parents[2]
REMINDERS = [datetime.date(2026, 2, 15)]


def days(counts: dict[str, dict[str, int]], sizes: dict[str, int]) -> Released:
    rows = [
        {"role": role, "universe": "all", "scale": f"answered {day}", "option": day, "statistic": "response_rate"}
        | {"unit": "share", "count": count, "n": sizes[role], "estimate": count / sizes[role]}
        for role, told in counts.items()
        for day, count in told.items()
    ]
    return release({"answered_by_day": estimates(rows, by=["role"])}, policy=read_policy(ROOT / "survey"))


@pytest.fixture(scope="module")
def words() -> Words:
    return read_words(ROOT / "survey", "sv")


@pytest.fixture(scope="module")
def released() -> Released:
    told = {"pol": {"2026-02-01": 20, "2026-02-16": 45, "2026-03-10": 60}, "tjm": {"2026-02-01": 10, "2026-02-20": 61}}
    return days(told, {"pol": 100, "tjm": 102})


@pytest.fixture(scope="module")
def few() -> Released:
    return days({"pol": {"2026-02-01": 3, "2026-02-05": 4}, "tjm": {"2026-02-01": 10}}, {"pol": 6, "tjm": 100})


def test_only_released_is_drawn(bank: Bank, words: Words, released: Released) -> None:
    candidates: list[Any] = [{}, released.table("answered_by_day"), None]
    for candidate in candidates:
        with pytest.raises(TypeError, match="release"):
            plots.answered_by_day(candidate, bank=bank, words=words)
    with pytest.raises(KunskapError) as caught:
        plots.answered_by_day(released, bank=bank, words=words, table="days")
    assert caught.value.codes == ("REPORT-02",)


def test_the_alt_text_says_what_is_drawn(bank: Bank, words: Words, released: Released) -> None:
    drawing = plots.answered_by_day(released, bank=bank, words=words, reminders=REMINDERS)
    assert "Bland politiker hade 20\u00a0% svarat den 1 feb och 60\u00a0% den 10 mars (60 av 100)." in drawing.alt
    assert "Bland tjänstepersoner hade 10\u00a0% svarat" in drawing.alt
    assert "Påminnelser gick ut den 15 feb." in drawing.alt
    (axes,) = drawing.figure.axes
    drawn = {(float(x), round(float(y), 2)) for dots in axes.collections for x, y in np.asarray(dots.get_offsets())}
    assert drawn == {(0, 0.2), (15, 0.45), (37, 0.6), (0, 0.1), (19, 0.6)}
    assert len(drawing.table) == 5


def test_groups_are_told_apart_without_colour(bank: Bank, words: Words, released: Released) -> None:
    drawing = plots.answered_by_day(released, bank=bank, words=words)
    (axes,) = drawing.figure.axes
    shapes = {np.asarray(dots.get_paths()[0].vertices).round(3).tobytes() for dots in axes.collections}
    assert len(shapes) == 2
    svg = plots.svg(drawing)
    assert "Politiker, 60" in svg
    assert "Tjänstepersoner, 60" in svg


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_text_covers_another_or_leaves_the_sheet(bank: Bank, released: Released, language: str) -> None:
    """Two lines that end at the same height, too."""
    words = read_words(ROOT / "survey", language)
    figure = plots.answered_by_day(released, bank=bank, words=words, reminders=REMINDERS).figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    sheet = figure.bbox
    texts = [text for text in (*figure.texts, *figure.axes[0].get_xticklabels(), *figure.axes[0].get_yticklabels())]
    boxes = [(text.get_text(), text.get_window_extent(canvas.get_renderer())) for text in texts if text.get_text()]
    for place, (text, box) in enumerate(boxes):
        assert sheet.x0 <= box.x0, text
        assert box.x1 <= sheet.x1, text
        for other, beside in boxes[place + 1 :]:
            assert not box.shrunk(0.98, 0.8).overlaps(beside.shrunk(0.98, 0.8)), (text, other)


def test_a_hidden_group_is_told_and_not_drawn(bank: Bank, words: Words, few: Released) -> None:
    drawing = plots.answered_by_day(few, bank=bank, words=words)
    assert drawing.table.loc[drawing.table["role"].eq("pol"), "count"].isna().all()
    assert "Politiker: siffran visas inte, för få personer." in drawing.alt
    assert "Politiker: siffran visas inte" in plots.svg(drawing)
    (axes,) = drawing.figure.axes
    assert sum(len(np.asarray(dots.get_offsets())) for dots in axes.collections) == 1


def test_the_pandas_dates_of_a_long_survey_fit(bank: Bank, words: Words) -> None:
    many = pd.date_range("2026-01-01", periods=30, freq="7D").strftime("%Y-%m-%d")
    drawing = plots.answered_by_day(
        days({"pol": {day: 10 + 2 * i for i, day in enumerate(many)}}, {"pol": 100}), bank=bank, words=words
    )
    labels = [label.get_text() for label in drawing.figure.axes[0].get_xticklabels()]
    assert 3 <= len(labels) <= 12
