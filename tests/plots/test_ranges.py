"""Ranges of women and men, and shares of kronor: what is drawn is what was released."""

from __future__ import annotations

import pandas as pd
import pytest

from kunskap.content import data_folder
from kunskap.disclosure import read_policy, release
from kunskap.growth.applications import read_applications
from kunskap.growth.industries import gather
from kunskap.growth.resources import amounts, approval_rates
from kunskap.growth.transport import benefit, read_objects, read_use
from kunskap.growth.what_if import what_if
from kunskap.plots import ranges_by_sex, women_and_men
from kunskap.words import read_words

WORDS = read_words(language="sv")
FOLDER = data_folder() / "growth"
HEADING = {"title": "Vems resor?", "subtitle": "Andel av kronorna", "by": "kind", "whole": "Hela planen"}


def test_a_range_is_a_line_between_its_ends_and_the_whole_stands_first() -> None:
    plan = pd.DataFrame({"kind": ["Väg", "Buss"], "million_kronor": [100.0, 100]})
    use = pd.DataFrame({"kind": ["Väg", "Buss"], "women_low_percent": [30.0, 50], "women_high_percent": [40.0, 70]})
    tables = {"benefit": benefit(plan, use)}
    released = release(tables, policy=read_policy(), basis="public", source="påhittat", simulated=True)
    drawing = ranges_by_sex(released, words=WORDS, table="benefit", **HEADING)
    told = drawing.alt.replace("\xa0", " ")
    assert "Hela planen: kvinnor 40–55 %, män 45–60 %." in told
    assert told.index("Hela planen") < told.index("Väg: kvinnor 30–40 %")
    (axes,) = drawing.figure.axes
    ends = {
        tuple(round(float(x), 3) for x in path.vertices[:, 0]) for dots in axes.collections for path in dots.get_paths()
    }
    assert {(0.4, 0.55), (0.45, 0.6), (0.3, 0.4), (0.5, 0.7)} <= ends


def test_the_simulated_plan_is_marked() -> None:
    objects = read_objects(FOLDER / "planobjekt_simulerad.csv").table
    tables = {"benefit": benefit(objects, read_use(FOLDER / "resande_simulerad.csv").table)}
    released = release(tables, policy=read_policy(), basis="public", source="påhittat", simulated=True)
    drawing = ranges_by_sex(released, words=WORDS, table="benefit", **HEADING)
    assert len(drawing.table) == 12


def test_only_what_has_passed_the_gate_is_drawn() -> None:
    with pytest.raises(TypeError):
        ranges_by_sex(pd.DataFrame(), words=WORDS, table="benefit", **HEADING)  # type: ignore[arg-type]


def test_a_what_if_can_be_drawn_as_women_and_men() -> None:
    table = read_applications(FOLDER / "ansokningar_simulerad.csv").table
    register = gather(table[table["year"].eq(2016)], smallest=7)
    scenario = what_if(register, approval={"Handel": 0.5})
    tables = {"what_if": scenario[scenario["scale"].eq("granted_kronor")]}
    tables |= {"rates": approval_rates(register, by=["industry"]), "kronor": amounts(register, by=["industry"])}
    released = release(tables, policy=read_policy(), basis="register", simulated=True)
    drawing = women_and_men(released, words=WORDS, table="what_if", title="Om fler branscher", by="rule")
    assert drawing.table["rule"].nunique() == 3
    assert drawing.table["estimate"].notna().all()
    assert set(
        women_and_men(released, words=WORDS, table="kronor", title="Kronor", by="industry").table["statistic"]
    ) == {"amount_share"}
