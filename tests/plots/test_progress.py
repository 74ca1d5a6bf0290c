"""The way to the target as a figure: what is drawn is what the table says, backwards and beyond too."""

from __future__ import annotations

import pandas as pd
import pytest

from kunskap.disclosure import Released, read_policy, release
from kunskap.growth.progress import progress
from kunskap.plots import progress_to_targets, svg
from kunskap.words import read_words

WORDS = read_words(language="sv")


def released(*values: tuple[int, float, float]) -> Released:
    """One indicator: women from 30 to 40, men from 45 to 45, between 2016 and 2020; (year, k, m) as followed."""
    strategy = pd.DataFrame(
        {"indicator": ["Beviljade"], "unit": "procent", "baseline_year": [2016], "target_year": [2020]}
        | {"baseline_k": [30.0], "target_k": [40.0], "baseline_m": [45.0], "target_m": [45.0]}
    )
    followed = pd.DataFrame(values, columns=["year", "k", "m"]).assign(indicator="Beviljade")
    tables = {"progress": progress(strategy, followed)}
    return release(tables, policy=read_policy(), basis="public", source="påhittat", simulated=True)


def points(drawing: object) -> list[float]:
    (axes,) = drawing.figure.axes  # type: ignore[attr-defined]
    return [
        round(float(x), 3) for dots in axes.collections for x, _ in dots.get_offsets() if len(dots.get_offsets()) == 1
    ]


def test_the_latest_year_is_drawn_and_told() -> None:
    drawing = progress_to_targets(released((2017, 31, 45), (2018, 33, 44)), words=WORDS)
    assert 0.3 in points(drawing)
    assert "kvinnor 30 % av vägen: 30 → 33, mål 40 (procent)" in drawing.alt.replace("\xa0", " ")
    assert "för män är målet detsamma som startläget: 44, ska vara 45" in drawing.alt
    assert set(drawing.table["year"]) == {"2018"}


def test_an_earlier_year_can_be_chosen() -> None:
    drawing = progress_to_targets(released((2017, 31, 45), (2018, 33, 44)), words=WORDS, year="2017")
    assert 0.1 in points(drawing)


def test_backwards_is_drawn_and_told_as_backwards() -> None:
    drawing = progress_to_targets(released((2018, 29, 45)), words=WORDS)
    assert -0.1 in points(drawing)
    assert "längre från målet än vid starten" in drawing.alt


@pytest.mark.parametrize(("women", "end"), [(60.0, 1.2), (10.0, -0.2)])
def test_what_is_far_outside_stops_at_the_edge_and_the_figures_say_where(women: float, end: float) -> None:
    drawing = progress_to_targets(released((2018, women, 45)), words=WORDS)
    assert end in points(drawing)
    assert f"30 → {women:.0f}" in drawing.alt


def test_it_is_marked_simulated_and_names_its_source() -> None:
    text = svg(progress_to_targets(released((2018, 33, 45)), words=WORDS))
    assert WORDS("plots.simulated") in text
    assert "påhittat" in text


def test_only_what_has_passed_the_gate_is_drawn() -> None:
    with pytest.raises(TypeError):
        progress_to_targets(pd.DataFrame(), words=WORDS)  # type: ignore[arg-type]
