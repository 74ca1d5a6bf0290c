"""Women against men, and developments: what is drawn is what was released, and a base is no level."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from kunskap.disclosure import read_policy, release
from kunskap.growth.statistics import developments, per_men
from kunskap.plots import index_and_level, women_against_men
from kunskap.reference import read_reference
from kunskap.words import read_words

WORDS = read_words(language="sv")
PUBLIC = {"policy": read_policy(), "basis": "public", "source": "SCB"}


def test_the_bars_are_the_table_and_men_are_the_line_at_a_hundred() -> None:
    money = read_reference("labour").query("measure.str.startswith('Kvinnors ')")
    drawing = women_against_men(release({"money": per_men(money)}, **PUBLIC), words=WORDS, table="money", title="Lön")
    (axes,) = drawing.figure.axes
    widths = [patch.get_width() for patch in axes.patches if isinstance(patch, Rectangle)]
    assert sorted(widths) == pytest.approx([0.74, 0.77, 0.90])
    assert axes.get_xlim()[1] > 1 and axes.get_xticklabels()[-1].get_text() == "män"
    assert "Kvinnors lön i procent av mäns: 90 % av mäns." in drawing.alt.replace("\xa0", " ")


def test_more_than_men_fits_and_a_missing_figure_is_told() -> None:
    figures = pd.DataFrame({"measure": ["A", "A", "B", "B"], "sex": ["k", "m"] * 2, "value": [30.0, 20, 5, 0]})
    drawing = women_against_men(release({"t": per_men(figures)}, **PUBLIC), words=WORDS, table="t", title="Prov")
    (axes,) = drawing.figure.axes
    assert axes.get_xlim()[1] > 1.5
    assert "B: visas inte" in drawing.alt


def test_a_table_that_has_not_passed_the_gate_is_not_drawn() -> None:
    with pytest.raises(TypeError):
        women_against_men(pd.DataFrame(), words=WORDS, table="t", title="Prov")  # type: ignore[arg-type]


def test_index_and_level_tell_the_same_development_in_two_ways() -> None:
    cars = read_reference("transport").query("measure == 'Körkort och bil i hushållet, 25–64 år'")
    released = release({"cars": developments(cars, base="1978")}, **PUBLIC)
    drawing = index_and_level(released, words=WORDS, table="cars", title="Bil")
    index, level = drawing.figure.axes
    drawn = {
        axes: [list(line.get_ydata()) for line in axes.lines if len(line.get_ydata()) == 3] for axes in (index, level)
    }
    assert drawn[level] == [[60, 69, 76], [84, 87, 87]]
    assert [line[0] for line in drawn[index]] == [100, 100]
    assert [line[-1] for line in drawn[index]] == pytest.approx([100 * 76 / 60, 100 * 87 / 84])
    # A level is read from nought, so that a small difference looks small.
    assert level.get_ylim()[0] < 0 < index.get_ylim()[0]
    assert "från 60 till 76, index 127" in drawing.alt and "från 84 till 87, index 104" in drawing.alt


def test_an_index_needs_to_have_passed_the_gate() -> None:
    with pytest.raises(TypeError):
        index_and_level(pd.DataFrame(), words=WORDS, table="t", title="Prov")  # type: ignore[arg-type]
