"""Change and needs: drawn from what was released, told in words, readable without colour, no text over another."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from kunskap import change
from kunskap.bank import Bank
from kunskap.disclosure import Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.needs import needs, read_modules
from kunskap.plots import Drawing, changes, needs_table
from kunskap.plots.needs import STEPS
from kunskap.words import Words, read_words
from tests.test_plots import text_faults, texts_of

ROOT = Path(__file__).resolve().parents[2]
WORDS = read_words(ROOT / "survey", "sv")
POLICY = read_policy(ROOT / "survey")
ITEMS = ["goals01", "resources01"]


def people(men: int = 30) -> pd.DataFrame:
    """Thirty women and so many men, both times; women gain."""
    rng = np.random.default_rng(1)
    parts = []
    for wave, share in (("2016", 0.45), ("2018", 0.7)):
        sex = ["k"] * 30 + ["m"] * men
        right = rng.uniform(size=(30 + men, 2)) < np.where(np.array(sex) == "k", share, 0.5)[:, None]
        told = {name: pd.Categorical(np.where(right[:, place], "right", "wrong"), ["right", "wrong", "dk", "skip"])
                for place, name in enumerate(ITEMS)}  # fmt: skip
        ids = [f"p{number}" for number in range(30 + men)]
        parts.append(pd.DataFrame({"respondent_id": ids, "wave": wave, "linked": "yes", "sex": sex, **told}))
    return pd.concat(parts, ignore_index=True)


def released(men: int = 30) -> Released:
    made = {"paired": change.paired(people(men), columns=ITEMS, by=["sex"]),
            "everyone": change.everyone(people(men), columns=ITEMS, by=["sex"])}  # fmt: skip
    return release(made, policy=POLICY, simulated=True)


def released_needs(bank: Bank, officials: int = 20) -> Released:
    n = 40 + officials
    key = bank.items["goals01"].key[0]
    ids = [f"p{number}" for number in range(n)]
    responses = pd.DataFrame({"sitting_id": ids, "respondent_id": ids, "wave": "1",
                              "goals01": [key, "dk", "dk", "dk"] * (n // 4) + ["dk"] * (n % 4),
                              "ability01": ["can", "meth"] * (n // 2) + ["can"] * (n % 2)})  # fmt: skip
    respondents = pd.DataFrame({"respondent_id": ids, "wave": "1", "role": ["pol"] * 40 + ["tjm"] * officials})
    table = needs(responses, bank=bank, respondents=respondents, modules=read_modules(ROOT / "survey", bank=bank))
    return release({"needs": table}, policy=POLICY, simulated=True)


def titles(bank: Bank, language: str = "sv") -> dict[str, str]:
    return {module.id: module.title[language] for module in read_modules(ROOT / "survey", bank=bank)}


def draw_needs(shown: Released, bank: Bank, *, words: Words = WORDS, detailed: bool = False) -> Drawing:
    own = titles(bank, words.language)
    return needs_table(shown, bank=bank, words=words, titles=own, detailed=detailed)


def points_of(drawing: Drawing) -> list[tuple[float, float]]:
    dots = [one for axes in drawing.figure.axes for one in axes.collections if isinstance(one, PathCollection)]
    return [(float(x), float(y)) for one in dots for x, y in np.asarray(one.get_offsets())]


def test_only_released_is_drawn(bank: Bank) -> None:
    with pytest.raises(TypeError):
        changes(change.paired(people(), columns=ITEMS, by=["sex"]), bank=bank, words=WORDS, table="paired")
    with pytest.raises(TypeError):
        needs_table({}, bank=bank, words=WORDS, titles={})
    with pytest.raises(KunskapError, match="REPORT-02"):
        changes(released(), bank=bank, words=WORDS, table="other")


@pytest.mark.parametrize("table", ["paired", "everyone"])
def test_the_points_are_the_released_shares(bank: Bank, table: str) -> None:
    shown = released()
    drawing = changes(shown, bank=bank, words=WORDS, table=table)
    rows = shown.table(table)
    rows = rows[rows["statistic"].eq("share") & rows["option"].eq("right")]
    drawn = sorted(round(float(x), 6) for x, _ in points_of(drawing))
    assert drawn == sorted(round(float(share), 6) for share in rows["estimate"])


def test_the_words_have_before_after_and_change_for_both_sexes(bank: Bank) -> None:
    shown = released()
    drawing = changes(shown, bank=bank, words=WORDS, table="paired", subjects=["goals01"])
    rows = shown.table("paired").query("item == 'goals01' and sex == 'k'")
    shares = rows[rows["statistic"].eq("share") & rows["option"].eq("right")].set_index("wave")["estimate"]
    points = rows.loc[rows["statistic"].eq("difference"), "estimate"].iloc[0]
    told = f"bland kvinnor {WORDS.share(shares['2016'])} och sedan {WORDS.share(shares['2018'])}"
    assert told in drawing.alt
    assert f"förändring {WORDS.count(100 * points)}" in drawing.alt
    assert "bland män" in drawing.alt
    assert drawing.alt.startswith("Diagrammet visar andelen rätt 2016 och 2018 bland dem som svarade båda gångerna.")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_no_figure_of_change_says_why(language: str) -> None:
    """Without a comparison group no causal word: not in the figure's words, nor in those of the needs."""
    words = (ROOT / "survey" / f"ui.{language}.toml").read_text(encoding="utf-8")
    section = words[words.index("[plots.change]") : words.index("[plots.needs]")].replace("inte vad den beror på", "")
    section = section.replace("does not say what caused it", "").lower()
    causal = r"effekt|beror|tack vare|ledde|påverka|effect|caus|thanks to|led to|impact"
    assert re.search(causal, section) is None
    assert re.search(causal, "kursens effekt") is not None


def test_a_hidden_group_is_framed_and_told(bank: Bank) -> None:
    shown = released(men=4)
    drawing = changes(shown, bank=bank, words=WORDS, table="paired")
    assert "bland män är siffrorna dolda" in drawing.alt
    assert len(points_of(drawing)) == 4
    assert WORDS("plots.hidden") in {text.get_text() for text in texts_of(drawing.figure)}


@pytest.mark.parametrize("detailed", [False, True])
def test_every_shown_cell_is_text_too(bank: Bank, detailed: bool) -> None:
    drawing = draw_needs(released_needs(bank), bank, detailed=detailed)
    written = " ".join(text.get_text() for text in texts_of(drawing.figure))
    shown = drawing.table[drawing.table["role"].eq("pol")]
    for _, row in shown.iterrows():
        assert WORDS.share(row["estimate"]) in written
        assert WORDS.share(row["estimate"]) in drawing.alt


def test_a_module_shows_its_greatest_need(bank: Bank) -> None:
    shown = released_needs(bank)
    rows = shown.table("needs").query("statistic == 'need' and role == 'pol'").set_index("item")["estimate"]
    drawing = draw_needs(shown, bank)
    assert f"Politiker {WORDS.share(rows['goals01'])}" in drawing.alt
    assert "svarade inte rätt" in {text.get_text() for text in texts_of(drawing.figure)}


def test_what_is_surely_more_than_half_is_bold_and_framed(bank: Bank) -> None:
    """Not by colour alone: 75 per cent of 40 is sure, 50 is not."""
    drawing = draw_needs(released_needs(bank), bank, detailed=True)
    weights = {text.get_text(): text.get_fontweight() for text in texts_of(drawing.figure)}
    assert weights[WORDS.share(0.75)] == "bold"
    assert weights[WORDS.share(0.5)] == "normal"
    frames = [one for one in drawing.figure.artists if isinstance(one, Rectangle) and one.get_linewidth() > 1.5]
    assert len(frames) == 2


def test_a_hidden_cell_says_so(bank: Bank) -> None:
    drawing = draw_needs(released_needs(bank, officials=4), bank)
    assert WORDS("plots.hidden_short") in {text.get_text() for text in texts_of(drawing.figure)}
    assert f"Tjänstepersoner {WORDS('plots.hidden')}" in drawing.alt


def luminance(colour: str) -> float:
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_the_shades_are_told_apart_in_grey_and_carry_their_text() -> None:
    lights = [luminance(paint.fill) for *_, paint in STEPS]
    assert lights == sorted(lights, reverse=True)
    grey = [116 * light ** (1 / 3) - 16 for light in lights]
    assert min(np.abs(np.diff(grey))) >= 11
    for *_, paint in STEPS:
        light, dark = sorted((luminance(paint.fill), luminance(paint.text)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("few", [False, True])
def test_no_text_is_cut_or_covered(bank: Bank, language: str, few: bool) -> None:
    words = read_words(ROOT / "survey", language)
    shown, own = released(4 if few else 30), released_needs(bank, 4 if few else 20)
    assert text_faults(changes(shown, bank=bank, words=words, table="paired").figure) == []
    assert text_faults(changes(shown, bank=bank, words=words, table="everyone").figure) == []
    for detailed in (False, True):
        assert text_faults(draw_needs(own, bank, words=words, detailed=detailed).figure) == []
