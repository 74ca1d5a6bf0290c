"""Plots: only what was released, nothing hidden, readable without colour, no text outside the sheet or over another."""

from __future__ import annotations

import itertools
import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from kunskap import plots
from kunskap.bank import Bank
from kunskap.disclosure import Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.plots.canvas import measure, wrap
from kunskap.plots.seaborn_calls import _quiet
from kunskap.tables import estimates
from kunskap.words import Words, read_words
from tests import report_example as example
from tests.markup_lint import parse

ROOT = Path(__file__).resolve().parents[1]
HIDDEN_MEN = 5
DRAWERS: dict[str, Callable[..., plots.Drawing]] = {
    "by sex": lambda released, **known: plots.knowledge_by_area(released, area="goals", **known),
    "by role": lambda released, **known: plots.knowledge_by_area(released, area="influence", by="role", **known),
    "ability": lambda released, **known: plots.centred_bars(released, table="ability", **known),
    "practice by role": lambda released, **known: plots.centred_bars(released, table="practice", by="role", **known),
    "distribution": plots.distribution,
    "distribution by sex": lambda released, **known: plots.distribution(released, by="sex", **known),
    "differences": plots.differences,
}


@pytest.fixture(scope="module")
def bank() -> Bank:
    return example.make_bank()


@pytest.fixture(scope="module")
def words() -> Words:
    return read_words(ROOT / "survey", "sv")


@pytest.fixture(scope="module")
def released(bank: Bank) -> Released:
    return release(example.make_tables(bank, example.make_answers(bank)), policy=read_policy(ROOT / "survey"))


@pytest.fixture(scope="module")
def with_hidden(bank: Bank) -> Released:
    """Five men only: their figures are hidden."""
    answers = example.make_answers(bank)
    men = answers.index[answers["sex"].eq("m")][HIDDEN_MEN:]
    officials = answers.index[answers["role"].eq("tjm")][HIDDEN_MEN:]
    few = answers.drop(men.union(officials))
    return release(example.make_tables(bank, few), policy=read_policy(ROOT / "survey"), simulated=True)


@pytest.fixture(scope="module")
def internal(bank: Bank) -> Released:
    tables = example.make_item_statistics(bank, example.make_answers(bank))
    return release(tables, policy=read_policy(ROOT / "survey"), view="internal")


# --- what may be drawn


@pytest.mark.parametrize("name", DRAWERS)
def test_only_released_is_drawn(name: str, bank: Bank, words: Words) -> None:
    tables = example.make_tables(bank, example.make_answers(bank))
    lookalike = type("Released", (), {"names": tuple(tables), "table": lambda self, n: tables[n], "view": "public"})()
    for candidate in (tables, tables["knowledge_by_sex"], lookalike, None):
        with pytest.raises(TypeError, match="release"):
            DRAWERS[name](candidate, bank=bank, words=words)


def test_item_map_is_internal_and_says_so(released: Released, internal: Released, words: Words) -> None:
    with pytest.raises(KunskapError) as refused:
        plots.item_map(released, words=words)
    assert refused.value.codes == ("REPORT-05",)
    drawing = plots.item_map(internal, words=words)
    assert "INTERN" in plots.svg(drawing)
    assert all(item in drawing.alt for item in ("goals01", "infl02"))


def test_missing_table_and_rows_are_told(released: Released, bank: Bank, words: Words) -> None:
    with pytest.raises(KunskapError) as no_table:
        plots.centred_bars(released, bank=bank, words=words, table="conditions")
    assert no_table.value.codes == ("REPORT-02",)
    with pytest.raises(KunskapError) as no_rows:
        plots.distribution(released, bank=bank, words=words, universe="role=pol")
    assert no_rows.value.codes == ("REPORT-03",)


def test_items_with_different_options_do_not_share_a_figure(bank: Bank, words: Words) -> None:
    answers = example.make_answers(bank)
    other = replace(bank.items["abil02"], options=bank.items["prac01"].options)
    mixed = replace(bank, items={**bank.items, "abil02": other})
    released = release(example.make_tables(bank, answers), policy=read_policy(ROOT / "survey"))
    with pytest.raises(KunskapError) as refused:
        plots.centred_bars(released, bank=mixed, words=words, table="ability")
    assert refused.value.codes == ("REPORT-04",)


# --- hidden is never drawn and never zero


def test_hidden_group_is_framed_in_words_and_not_drawn(bank: Bank, words: Words) -> None:
    answers = example.make_answers(bank)
    few = answers.drop(answers.index[answers["sex"].eq("m")][HIDDEN_MEN:])
    # Alone: beside the pooled table the women would have to go too.
    tables = {"knowledge_by_sex": example.make_tables(bank, few)["knowledge_by_sex"]}
    drawing = plots.knowledge_by_area(
        release(tables, policy=read_policy(ROOT / "survey")), bank=bank, words=words, area="goals"
    )
    men = drawing.table[drawing.table["sex"].eq("m")]
    assert len(men)
    assert men[["count", "n", "estimate", "low", "high"]].isna().all(axis=None)
    assert "bland män är siffrorna dolda" in drawing.alt
    assert "0 % rätt" not in drawing.alt
    svg = plots.svg(drawing)
    assert svg.count("dolt (för få)") == 2
    (axes,) = drawing.figure.axes
    solid = [patch for patch in axes.patches if patch.get_facecolor()[3] > 0]
    women = drawing.table[drawing.table["sex"].eq("k") & drawing.table["estimate"].gt(0)]
    assert len(solid) == len(women)


@pytest.mark.parametrize("name", ["practice by role", "distribution", "differences", "by role"])
def test_hidden_says_hidden_in_every_figure(name: str, with_hidden: Released, bank: Bank, words: Words) -> None:
    drawing = DRAWERS[name](with_hidden, bank=bank, words=words)
    assert drawing.table["estimate"].isna().any(), "the example must hide something here"
    assert "dolt" in plots.svg(drawing)
    assert re.search(r"dol[td]|visas inte", drawing.alt)


def test_hidden_means_are_explained_beside_the_interval(with_hidden: Released, bank: Bank, words: Words) -> None:
    drawing = plots.differences(with_hidden, bank=bank, words=words)
    notes = re.sub(r"\s+", " ", " ".join(text.get_text() for text in texts_of(drawing.figure)))
    assert "95 % konfidensintervall. n = antal personer. Streckad ram" in notes
    assert "fått frågan" not in notes


@pytest.mark.parametrize("name", DRAWERS)
def test_limits_come_from_the_scale(name: str, released: Released, with_hidden: Released, bank: Bank, words: Words):
    limits = [
        [(axes.get_xlim(), axes.get_ylim()) for axes in DRAWERS[name](one, bank=bank, words=words).figure.axes]
        for one in (released, with_hidden)
    ]
    x_limits = [[x for x, _ in axes] for axes in limits]
    assert x_limits[0] == x_limits[1]
    if name.startswith("distribution"):
        assert limits[0][0][1] == (0.0, 1.0)


# --- what a figure says


def test_alt_text_has_the_released_figures(released: Released, bank: Bank, words: Words) -> None:
    drawing = plots.knowledge_by_area(released, bank=bank, words=words, area="goals")
    for row in drawing.table.itertuples():
        if row.estimate:
            assert words.share(row.estimate) in drawing.alt
        assert f"n = {row.n}" in drawing.alt
    assert bank.stem("goals02", "sv") in drawing.alt


def test_bars_are_as_long_as_the_shares(released: Released, bank: Bank, words: Words) -> None:
    drawing = plots.knowledge_by_area(released, bank=bank, words=words, area="goals")
    (axes,) = drawing.figure.axes
    drawn = sorted(round(patch.get_width(), 9) for patch in axes.patches)
    told = sorted(round(value, 9) for value in drawing.table["estimate"] if value > 0)
    assert drawn == told


def test_centred_bars_are_centred(released: Released, bank: Bank, words: Words) -> None:
    drawing = plots.centred_bars(released, bank=bank, words=words, table="practice")
    axes = drawing.figure.axes[0]
    low, some = (
        drawing.table.query("item == 'prac01' and option in @names")["estimate"].sum()
        for names in (["nev", "seld"], ["some"])
    )
    left = min(patch.get_x() for patch in axes.patches if patch.get_y() < 0.9)
    assert left == pytest.approx(-(low + some / 2))


def test_a_bar_says_whose_answers_it_shows(bank: Bank, words: Words) -> None:
    answers = example.make_answers(bank)
    tables = example.make_tables(bank, answers)
    by_role = tables["practice_by_role"]
    asked = tables | {"practice_by_role": by_role[by_role["item"].ne("prac01") | by_role["role"].eq("pol")]}
    for given, label in ((tables, "Alla"), (asked, "Politiker")):
        released = release(given, policy=read_policy(ROOT / "survey"))
        drawing = plots.centred_bars(released, bank=bank, words=words, table="practice", items=["prac01"])
        assert label in {text.get_text() for text in texts_of(drawing.figure)}


def test_answers_that_count_alike_are_not_put_in_order(released: Released, bank: Bank, words: Words) -> None:
    said = "olika slag och inte olika grad"
    ability = plots.centred_bars(released, bank=bank, words=words, table="ability")
    assert said in re.sub(r"\s+", " ", " ".join(text.get_text() for text in texts_of(ability.figure)))
    assert f"”Kan med metodstöd” och ”Kan om jag får könsuppdelade data”, är {said}" in ability.alt
    assert said not in plots.centred_bars(released, bank=bank, words=words, table="practice").alt


def test_stamps(released: Released, with_hidden: Released, bank: Bank, words: Words) -> None:
    for draw in DRAWERS.values():
        assert "Simulerade data" in plots.svg(draw(with_hidden, bank=bank, words=words))
        assert "Simulerade data" not in plots.svg(draw(released, bank=bank, words=words))


def test_swedish_and_english_numbers(released: Released, internal: Released, bank: Bank, words: Words) -> None:
    english = read_words(ROOT / "survey", "en")
    assert re.search(r"\d,\d\d", plots.item_map(internal, words=words).alt)
    assert re.search(r"\d\.\d\d", plots.item_map(internal, words=english).alt)
    drawing = plots.differences(released, bank=bank, words=english)
    assert "Women" in drawing.alt
    assert not re.search("[åäö]", drawing.alt)


# --- how it looks


def texts_of(figure: Figure) -> list[Text]:
    FigureCanvasAgg(figure).draw()
    found = [artist for artist in figure.findobj(Text) if artist.get_visible() and artist.get_text().strip()]
    # matplotlib keeps tick labels outside the limits without drawing them
    return [text for text in found if text.get_window_extent().width > 1]


def text_faults(figure: Figure) -> list[str]:
    """Texts that leave the sheet or cover one another."""
    texts = texts_of(figure)
    sheet = figure.bbox
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts]
    faults = [
        f"outside: {words}"
        for words, box in boxes
        if box.x0 < -1 or box.y0 < -1 or box.x1 > sheet.x1 + 1 or box.y1 > sheet.y1 + 1
    ]
    for (one, first), (other, second) in itertools.combinations(boxes, 2):
        across = min(first.x1, second.x1) - max(first.x0, second.x0)
        down = min(first.y1, second.y1) - max(first.y0, second.y0)
        if across > 1.5 and down > 0.35 * min(first.height, second.height):
            faults.append(f"{one!r} covers {other!r}")
    return faults


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", DRAWERS)
def test_no_text_is_cut_or_covered(
    name: str, language: str, released: Released, with_hidden: Released, bank: Bank
) -> None:
    words = read_words(ROOT / "survey", language)
    for one in (released, with_hidden):
        assert text_faults(DRAWERS[name](one, bank=bank, words=words).figure) == []


def test_text_faults_are_found() -> None:
    figure = Figure(figsize=(4, 2))
    figure.text(0.1, 0.5, "ett")
    figure.text(0.11, 0.5, "två")
    figure.text(0.9, 0.8, "utanför arket till höger")
    assert len(text_faults(figure)) == 2


def test_item_map_labels_do_not_meet(words: Words) -> None:
    """Sixteen items close together, as real ones are."""
    rng = np.random.default_rng(5)
    rows = [
        {"universe": "all", "item": f"mainstreaming{number:02}", "statistic": statistic, "unit": "share", "n": 400,
         "estimate": rng.uniform(low, low + 0.15)}
        for number in range(16)
        for statistic, low in (("facility", 0.55), ("discrimination", 0.2))
    ]  # fmt: skip
    crowded = release({"item_statistics": estimates(rows)}, policy=read_policy(ROOT / "survey"), view="internal")
    assert text_faults(plots.item_map(crowded, words=words).figure) == []


def test_long_labels_are_wrapped_and_never_cut() -> None:
    lines = wrap(example.LONG_STEM, width=3, size=10, bold=True)
    assert " ".join(lines) == example.LONG_STEM
    assert all(measure(line, size=10, bold=True) <= 3 for line in lines)
    whole = "jämställdhetsintegreringsarbetsgruppsmötesprotokoll" * 3
    assert "".join(line.removesuffix("-") for line in wrap(whole, width=2, size=10)) == whole


# --- what it leaves behind


@pytest.mark.parametrize("name", DRAWERS)
def test_no_warnings_and_nothing_in_pyplot(name: str, with_hidden: Released, bank: Bank, words: Words) -> None:
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    before = {name: value for name, value in mpl.rcParams.items() if name != "backend"}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawing = DRAWERS[name](with_hidden, bank=bank, words=words)
        plots.svg(drawing)
    assert plt.get_fignums() == []
    # the backend is chosen by matplotlib itself when first asked
    assert {name: mpl.rcParams[name] for name in before} == before


def test_deprecations_are_kept_where_seaborn_is_called() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with _quiet():
            warnings.warn("old", DeprecationWarning, stacklevel=1)
            warnings.warn("older", PendingDeprecationWarning, stacklevel=1)
        with pytest.raises(UserWarning), _quiet():
            warnings.warn("a real one is heard", UserWarning, stacklevel=1)
    callers = [
        path.name for path in (ROOT / "src/kunskap").rglob("*.py") if "import seaborn" in path.read_text("utf-8")
    ]
    assert callers == ["seaborn_calls.py"]


def test_svg_is_text_with_own_ids_and_repeats(with_hidden: Released, bank: Bank, words: Words) -> None:
    drawing = plots.knowledge_by_area(with_hidden, bank=bank, words=words, area="goals")
    one, again, other = plots.svg(drawing, prefix="a"), plots.svg(drawing, prefix="a"), plots.svg(drawing, prefix="b")
    assert one == again
    assert "<text" in one
    assert "Kvinnor" in one
    ids = [set(re.findall(r' id="([^"]+)"', text)) for text in (one, other)]
    assert ids[0]
    assert not ids[0] & ids[1]
    used = set(re.findall(r"(?:href=\"#|url\(#)([^\")]+)", one))
    assert used <= ids[0]
    assert "http" not in one


def test_hostile_labels_are_text(words: Words) -> None:
    hostile = '</svg><script>alert("x")</script> $\\frac{1}{ & "citat" <b>'
    bank = example.make_bank(stem=hostile)
    released = release(example.make_tables(bank, example.make_answers(bank)), policy=read_policy(ROOT / "survey"))
    svg = plots.svg(plots.knowledge_by_area(released, bank=bank, words=words, area="goals"))
    assert "<script" not in svg
    tags = {node.tag for node in parse(svg).walk()}
    assert "script" not in tags
    assert "b" not in tags


def test_a_label_that_looks_like_markup_is_whole(words: Words) -> None:
    stem = 'Vad betyder id="mål" och xlink:href="#a" i en text?'
    bank = example.make_bank(stem=stem)
    released = release(example.make_tables(bank, example.make_answers(bank)), policy=read_policy(ROOT / "survey"))
    svg = plots.svg(plots.knowledge_by_area(released, bank=bank, words=words, area="goals"))
    assert stem in svg


def test_notebook_and_picture(released: Released, bank: Bank, words: Words) -> None:
    drawing = plots.distribution(released, bank=bank, words=words)
    assert 'role="img"' in drawing._repr_html_()
    assert plots.png(drawing).startswith(b"\x89PNG")
    assert repr(drawing) == f"Drawing({drawing.alt!r})"
    assert isinstance(drawing.table, pd.DataFrame)
