"""The main result in words: each line by hand, women and men next to each other, and what is hidden says so."""

from __future__ import annotations

import pandas as pd
import pytest

from kunskap import growth
from kunskap.content import data_folder
from kunskap.disclosure import Released, read_policy, release
from kunskap.growth.applications import read_applications
from kunskap.growth.representation import shares_by_sex
from kunskap.growth.resources import approval_rates
from kunskap.growth.result import told_result
from kunskap.growth.review import read_rules, review, review_rounds, split_text
from kunskap.growth.strategy import STRATEGY_COLUMNS, parts_in_place
from kunskap.growth.transport import benefit, moved
from kunskap.plots import before_and_after, svg
from kunskap.words import read_words

WORDS = read_words(language="sv")
LOOK = {"title": "Arbetet", "subtitle": "Före och efter"}


def told(table: pd.DataFrame, **names: str) -> list[list[str]]:
    shown = told_result(table, words=WORDS, names=names)
    return [[text.replace("\xa0", " ") for text in row] for row in shown.to_numpy().tolist()]


@pytest.fixture(scope="module")
def work() -> Released:
    """Chairs, a plan of two kinds, a text and a strategy's goals, each worked by hand."""
    seats = [pd.DataFrame({"post": "Ordförande", "sex": ["k", "m"], "value": pair, "unit": "platser"})
             for pair in ([1.0, 3.0], [2.0, 2.0])]  # fmt: skip
    plans = [pd.DataFrame({"kind": ["Väg", "Buss"], "million_kronor": kronor}) for kronor in ([80.0, 20], [60.0, 40])]
    use = pd.DataFrame({"kind": ["Väg", "Buss"], "women_low_percent": [30.0, 50], "women_high_percent": [40.0, 70]})
    texts = ("Arbetslösheten är hög.", "Arbetslösheten är hög: 8 procent bland kvinnor och 9 bland män.")
    read = review_rounds(*(review(split_text(text), rules=read_rules()) for text in texts))
    goals = [pd.DataFrame([dict.fromkeys(STRATEGY_COLUMNS) | {"goal": "Fler", "owner": owner}])
             for owner in (None, "Chefen")]  # fmt: skip
    rounds = [
        {"representation": shares_by_sex(seat, by=["post"]), "review": text, "goals": parts_in_place(goal)}
        | {"transport": benefit(plan, use).query("kind.isna()").reset_index(drop=True)}
        for seat, plan, text, goal in zip(seats, plans, read, goals, strict=True)
    ]
    table = growth.difference(*rounds, better={"transport": moved(*plans, use)})
    return release({"result": table}, policy=read_policy(), basis="public", source="påhittat", simulated=True)


def test_each_line_by_hand(work: Released) -> None:
    lines = told(work.table("result"), people_no_sex="Påståenden utan kön")
    assert lines[:2] == [
        ["Uppdrag", "Ordförande: andel av platserna", "Kvinnor", "25 %", "50 %", "+25 procentenheter", "4 → 4"],
        ["Uppdrag", "Ordförande: andel av platserna", "Män", "75 %", "50 %", "−25 procentenheter", "4 → 4"],
    ]
    by_what = {(line[1], line[2]): line[3:6] for line in lines}
    assert by_what["Påståenden utan kön", "Hela texten"] == ["1 av 1", "0 av 1", "mindre andel"]
    assert by_what["Ansvarig", "Alla mål"] == ["0 av 1", "1 av 1", "större andel"]
    # 0,8·30+0,2·50 to 0,8·40+0,2·70, then 0,6 and 0,4; a fifth moves from 30–40 to 50–70
    plan = by_what["Andel av planens pengar, fördelade efter vilka som reser", "Kvinnor"]
    assert plan == ["34 till 46 %", "38 till 52 %", "+2 till +8 procentenheter"]


def test_what_the_gate_has_hidden_stays_hidden_in_words_and_in_the_figure() -> None:
    table = read_applications(data_folder() / "growth" / "ansokningar_simulerad.csv").table
    own = table[table["year"].eq(2016)]
    few = pd.concat([own[own["sex"].eq("k")].head(6), own[own["sex"].eq("m")]])
    rounds = [{"resources": approval_rates(few)}, {"resources": approval_rates(table[table["year"].eq(2018)])}]
    released = release({"result": growth.difference(*rounds)}, policy=read_policy(), basis="register", simulated=True)
    women = next(line for line in told(released.table("result")) if line[2] == "Kvinnor")
    assert women[3:6] == [WORDS("plots.hidden_short")] * 3
    assert f"kvinnor {WORDS('plots.hidden')}" in before_and_after(released, words=WORDS, **LOOK).alt


def test_the_figure_draws_both_rounds_and_a_range_as_two_lines(work: Released) -> None:
    drawing = before_and_after(work, words=WORDS, parts=["representation", "transport"], **LOOK)
    (axes,) = drawing.figure.axes
    points = {round(float(x), 3) for dots in axes.collections for x, _ in dots.get_offsets()}
    assert {0.25, 0.5, 0.75} <= points
    lines = {
        tuple(round(float(x), 3) for x in path.vertices[:, 0]) for dots in axes.collections for path in dots.get_paths()
    }
    assert {(0.34, 0.46), (0.38, 0.52)} <= lines
    assert "Uppdrag: ordförande: andel av platserna: kvinnor 25 % → 50 % (+25)" in drawing.alt.replace("\xa0", " ")
    assert "Källa: påhittat" in svg(drawing)
    ranges = WORDS("plots.before_after.ranges")[:10]
    assert ranges in svg(drawing)
    assert ranges not in svg(before_and_after(work, words=WORDS, parts=["representation"], **LOOK)), "none is drawn"


def test_only_what_has_passed_the_gate_is_drawn() -> None:
    with pytest.raises(TypeError):
        before_and_after(pd.DataFrame(), words=WORDS, **LOOK)  # type: ignore[arg-type]
