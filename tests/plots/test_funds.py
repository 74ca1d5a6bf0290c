"""Who leads the firms, and the parts of a gap: what is drawn is what was released, and what is hidden stays so."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from kunskap.content import data_folder
from kunskap.disclosure import Released, read_policy, release
from kunskap.growth.applications import read_applications
from kunskap.growth.decomposition import kitagawa, oaxaca_blinder
from kunskap.growth.industries import gather
from kunskap.growth.resources import amounts, approval_rates, leaders
from kunskap.plots import Drawing, firms_led_by, parts_of_gap, svg
from kunskap.words import read_words

WORDS = read_words(language="sv")


@pytest.fixture(scope="module")
def released() -> Released:
    table = read_applications(data_folder() / "growth" / "ansokningar_simulerad.csv").table
    first = table[table["year"].eq(2016)]
    register = gather(first, smallest=7)
    rates = approval_rates(register, by=["industry"])
    tables = {"leaders": leaders(first), "rates": rates, "mix": kitagawa(rates)}
    tables |= {"kronor": amounts(register), "explained": oaxaca_blinder(register)}
    return release(tables, policy=read_policy(), basis="register", simulated=True)


def widths(drawing: Drawing) -> list[float]:
    (axes,) = drawing.figure.axes
    return [round(patch.get_width(), 6) for patch in axes.patches if isinstance(patch, Rectangle)]


def test_all_four_answers_are_in_the_bar_and_what_is_hidden_is_not(released: Released) -> None:
    drawing = firms_led_by(released, words=WORDS, table="leaders", title="Vem söker?")
    rows = released.table("leaders")
    applications = rows[rows["scale"].eq("applications")]
    assert applications["estimate"].sum() == pytest.approx(1)
    assert set(applications["estimate"].astype(float).round(6)) <= set(widths(drawing))
    # five granted with an unknown leader are too few, and the gate hides the bar: nothing of it may be told
    assert rows.loc[rows["scale"].eq("granted"), "estimate"].isna().all()
    assert drawing.alt.endswith("Beviljade: visas inte, för få.")
    # what is too narrow for its figure has it in the notes
    notes = svg(drawing).replace("\xa0", " ")
    assert "gemensamt 2 %, okänt 2 %." in notes and "Beviljade: kvinnor" not in notes


@pytest.mark.parametrize(("table", "unit"), [("mix", 100.0), ("explained", 0.001)])
def test_the_parts_are_the_tables_and_point_the_right_way(released: Released, table: str, unit: float) -> None:
    drawing = parts_of_gap(released, words=WORDS, table=table, title="Var finns skillnaden?")
    rows = released.table(table)
    if "industry" in rows:
        rows = rows[rows["industry"].isna()]
    assert widths(drawing) == [round(float(size)) for size in rows["estimate"] * unit]
    assert widths(drawing)[0] < 0
    assert "lägre för kvinnor" in drawing.alt.split(": ")[1]


def test_the_alt_text_names_each_part(released: Released) -> None:
    alt = parts_of_gap(released, words=WORDS, table="mix", title="Skillnaden").alt
    assert "Mellan branscher: 7 procentenheter lägre för kvinnor." in alt
    assert "Inom branscher: 2 procentenheter lägre för kvinnor." in alt


@pytest.mark.parametrize("plot", [firms_led_by, parts_of_gap])
def test_only_what_has_passed_the_gate_is_drawn(plot) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TypeError):
        plot(pd.DataFrame(), words=WORDS, table="mix", title="Nej")


def test_a_hidden_gap_is_told_without_its_size() -> None:
    few = pd.DataFrame({"sex": list("kkmm") * 2, "decision": "granted", "industry": ["A", "B"] * 4})
    few["granted_kronor"] = 100.0
    tables = {"kronor": amounts(few), "explained": oaxaca_blinder(few)}
    hidden = release(tables, policy=read_policy(), basis="register", simulated=True)
    drawing = parts_of_gap(hidden, words=WORDS, table="explained", title="För få")
    assert drawing.alt.count("visas inte, för få") == 3
