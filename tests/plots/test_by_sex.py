"""Women and men side by side: what is drawn is the table, and nothing passes by the gate."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from kunskap.disclosure import Released, read_policy, release
from kunskap.growth.representation import shares_by_sex
from kunskap.growth.resources import approval
from kunskap.plots import Drawing, rates_by_sex, women_and_men
from kunskap.reference import read_activity
from kunskap.words import Words, read_words

WORDS = read_words(language="sv")


@pytest.fixture
def released() -> Released:
    activity = read_activity("4r_simulerad")
    tables = {"parts": shares_by_sex(activity), "approval": approval(activity, by=["industry"])}
    return release(tables, policy=read_policy(), basis="public", source="påhittat exempel", simulated=True)


def widths(drawing: Drawing) -> list[float]:
    return sorted(
        round(patch.get_width(), 6)
        for axes in drawing.figure.axes
        for patch in axes.patches
        if isinstance(patch, Rectangle)
    )


def test_the_bars_are_the_tables_shares(released: Released) -> None:
    drawing = women_and_men(released, words=WORDS, table="parts", title="Exempel")
    assert widths(drawing) == sorted(round(share, 6) for share in released.table("parts")["estimate"])


def test_each_sex_has_a_bar_of_its_own_for_rates(released: Released) -> None:
    drawing = rates_by_sex(released, words=WORDS, table="approval", title="Exempel", subtitle="Beviljat", by="industry")
    assert widths(drawing) == sorted(round(share, 6) for share in released.table("approval")["estimate"])
    assert "Handel och besöksnäring: kvinnor 40\u00a0% (n = 15) och män 43\u00a0% (n = 30)." in drawing.alt


def test_the_words_name_both_sexes_for_every_bar(released: Released) -> None:
    drawing = women_and_men(released, words=WORDS, table="parts", title="Exempel")
    assert drawing.alt.count("kvinnor och") == drawing.table["measure"].nunique() + 1
    assert "Handläggare: 75\u00a0% kvinnor och 25\u00a0% män." in drawing.alt


@pytest.mark.parametrize("wanted", ["Källa: påhittat exempel", "Simulerade data"])
def test_the_source_and_the_stamp_stand_on_the_sheet(released: Released, wanted: str) -> None:
    drawing = women_and_men(released, words=WORDS, table="parts", title="Exempel")
    assert wanted in [text.get_text() for text in drawing.figure.texts]


def test_english_words_too(released: Released) -> None:
    words: Words = read_words(language="en")
    assert "women and" in women_and_men(released, words=words, table="parts", title="Example").alt


@pytest.mark.parametrize("bare", [pd.DataFrame(), None])
def test_only_what_has_passed_the_gate_is_drawn(bare: object) -> None:
    with pytest.raises(TypeError):
        women_and_men(bare, words=WORDS, table="parts", title="Exempel")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        rates_by_sex(bare, words=WORDS, table="a", title="b", subtitle="c", by="industry")  # type: ignore[arg-type]


def test_a_share_that_is_missing_is_framed_and_said(released: Released) -> None:
    """A register passes the gate by its own rules; small groups are hidden, and never drawn as zero."""
    activity = read_activity("4r_simulerad").query("industry != ''")
    table = approval(activity, by=["industry"])
    register = release({"approval": table}, policy=read_policy(), basis="register", simulated=True)
    assert register.table("approval")["hidden"].notna().any()
    drawing = rates_by_sex(register, words=WORDS, table="approval", title="a", subtitle="b", by="industry")
    assert "Tillverkning och bygg: kvinnor dolt (för få) och män 61\u00a0% (n = 56)." in drawing.alt
    assert any("Streckad ram" in text.get_text() for text in drawing.figure.texts)
    assert len(widths(drawing)) == len(drawing.table)


def test_a_printed_percentage_is_told_without_an_empty_n() -> None:
    printed = pd.DataFrame({"year": "1978", "sex": ["k", "m"], "value": [60.0, 84.0], "unit": "percent"})
    told = release({"t": shares_by_sex(printed, by=["year"])}, policy=read_policy(), basis="public", source="påhittat")
    drawing = rates_by_sex(told, words=WORDS, table="t", title="Körkort", subtitle="Andel", by="year")
    assert drawing.alt.endswith("1978: kvinnor 60\u00a0% och män 84\u00a0%.")
