"""The gallery: no plot is missing, the code draws what is shown, and every series is told apart in grey."""

from __future__ import annotations

import importlib
import io
import itertools
import json
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image
from typer.testing import CliRunner

import kunskap.gallery
import kunskap.plots
from kunskap.cli import app
from kunskap.gallery import ENTRIES, Material, Shown, gallery_document, read_material, shown
from kunskap.plots.eyes import as_seen, seen
from kunskap.plots.palette import GROUPS, INK, MUTED, RULE, SMALLEST_STEP
from kunskap.report.html import html_page
from kunskap.words import Words, read_words
from tests.page_lint import page_faults

FEW = ("women_and_men", "item_intervals", "room_comparison")
STAMP = "#fff4d6"
HELP = {colour.lower() for colour in (INK, MUTED, RULE, STAMP)}
"""Colours of axes, intervals and stamps: they are no series."""
FAINTEST = 95.0
SMALLEST_TYPE = 9.0


@pytest.fixture(scope="module")
def words() -> Words:
    return read_words(language="sv")


@pytest.fixture(scope="module")
def material(words: Words) -> Material:
    return read_material(words)


@pytest.fixture(scope="module")
def drawn(material: Material) -> dict[str, Shown]:
    return {one.entry.name: one for one in shown(material)}


# --- all of them, and as they are called


def plots() -> set[str]:
    """Every public function of the package that takes a `Released` and draws."""
    modules = [
        importlib.import_module(f"kunskap.plots.{one.name}") for one in pkgutil.iter_modules(kunskap.plots.__path__)
    ]
    public = [getattr(module, name) for module in modules for name in module.__all__]
    return {one.__name__ for one in public if hasattr(one, "__wrapped__")}


def test_no_plot_is_missing() -> None:
    assert len(plots()) >= 27 and {"wright_map", "room_shares"} <= plots()
    assert plots() == {entry.name for entry in ENTRIES}


def test_the_code_draws_what_is_shown(drawn: dict[str, Shown], material: Material) -> None:
    for name in (*FEW, "needs_table"):
        one = drawn[name]
        space: dict[str, Any] = {"released": one.example.released, "bank": material.bank, "words": material.words}
        exec(one.entry.call(material.words), space | one.example.values, space)
        assert space["drawing"].alt == one.drawing.alt


def test_every_entry_says_where_it_comes_from_and_where_it_is_used(root: Path) -> None:
    for entry in ENTRIES:
        module, function = entry.tables_from.rsplit(".", 1)
        assert callable(getattr(importlib.import_module(module), function)), entry.name
        if entry.used_in.endswith(".ipynb"):
            cells = json.loads((root / "notebooks" / entry.used_in).read_text(encoding="utf-8"))["cells"]
            assert any(f"{entry.name}(" in "".join(cell["source"]) for cell in cells), entry.name
        else:
            assert entry.used_in.startswith("kunskap ")


# --- colour is never alone


class Mark(NamedTuple):
    """What a series looks like: its colour, and what else it is known by."""

    kind: str
    colour: str
    form: tuple[object, ...]


def marks(figure: Figure) -> Iterator[Mark]:
    """The bars, points and lines of a figure."""
    for patch in [*figure.artists, *(patch for axes in figure.axes for patch in axes.patches)]:
        if isinstance(patch, Rectangle) and patch.get_facecolor()[3] > 0:
            yield Mark("bar", to_hex(patch.get_facecolor()), (patch.get_hatch(),))
    for axes in figure.axes:
        for line in axes.lines:
            yield Mark("line", to_hex(line.get_color()), (str(line.get_linestyle()), line.get_linewidth()))
        for collection in axes.collections:
            if isinstance(collection, PathCollection):
                shape = collection.get_paths()[0].vertices.round(3).tobytes()
                for colour in collection.get_facecolor():
                    yield Mark("point", to_hex(colour), (shape,))
            elif isinstance(collection, LineCollection):
                for colour in collection.get_color():
                    yield Mark("range", to_hex(colour), (float(collection.get_linewidth()[0]),))


def lightness(colour: str) -> float:
    """CIE L* of the colour as grey, 0-100."""
    grey = as_seen(np.round(255 * np.array(to_rgb(colour))).astype(np.uint8), "grey")[0] / 255
    light = grey / 12.92 if grey <= 0.04045 else ((grey + 0.055) / 1.055) ** 2.4
    return float(116 * light ** (1 / 3) - 16 if light > 216 / 24389 else light * 24389 / 27)


def alike_in_grey(figure: Figure) -> list[str]:
    """Series of one kind that have neither another lightness nor another form, and bars that paper swallows."""
    series = sorted({mark for mark in marks(figure) if mark.colour not in HELP}, key=str)
    faults = [
        f"{one.kind}: {one.colour} and {other.colour}"
        for one, other in itertools.combinations(series, 2)
        if one.kind == other.kind
        and one.form == other.form
        and abs(lightness(one.colour) - lightness(other.colour)) < SMALLEST_STEP
    ]
    return faults + [
        f"faint: {mark.kind} {mark.colour}"
        for mark in series
        if mark.kind in ("line", "range") and lightness(mark.colour) > FAINTEST
    ]


@pytest.mark.parametrize("name", [entry.name for entry in ENTRIES])
def test_every_series_is_told_apart_in_grey(name: str, drawn: dict[str, Shown]) -> None:
    figure = drawn[name].drawing.figure
    assert any(True for _ in marks(figure)), "nothing was looked at"
    assert alike_in_grey(figure) == []


def test_series_that_grey_makes_alike_are_found() -> None:
    red, green = "#c03020", "#5f7020"
    figure = Figure()
    axes = figure.add_subplot()
    axes.bar([1], [1], color=red)
    axes.bar([2], [1], color=green)
    axes.bar([3], [1], color=green, hatch="//")
    axes.scatter([1], [1], color=red, marker="o")
    axes.scatter([1], [2], color=green, marker="D")
    axes.plot([1, 2], [1, 2], color="#fcfcfc")
    assert alike_in_grey(figure) == [f"bar: {green} and {red}", "faint: line #fcfcfc"]


def test_what_is_printed_is_the_palettes_grey(drawn: dict[str, Shown]) -> None:
    """On the pixels: no colour is left, the paper is white, and women's bars are far darker than men's."""
    made = seen(drawn["women_and_men"].drawing, dots_per_inch=60)
    pixels = np.asarray(Image.open(io.BytesIO(made.grey)).convert("RGB"))
    assert (pixels == pixels[..., :1]).all()
    shades = dict(zip(*np.unique(pixels[..., 0], return_counts=True), strict=True))
    paper, *bars = sorted(shades, key=lambda shade: -shades[shade])[:3]
    assert paper == 255
    printed = sorted(lightness(f"#{shade:02x}{shade:02x}{shade:02x}") for shade in bars)
    # The picture has few colours: a step of its palette is less than two of lightness.
    assert printed == pytest.approx(sorted(lightness(paint.fill) for paint in GROUPS[:2]), abs=2)
    blind = np.asarray(Image.open(io.BytesIO(made.deuteranopia)).convert("RGB"))
    assert blind.shape == pixels.shape and (blind[0, 0] == 255).all()
    assert not (blind == blind[..., :1]).all()


def test_type_is_large_enough_and_numbers_are_swedish(drawn: dict[str, Shown]) -> None:
    for name, one in drawn.items():
        texts = one.drawing.figure.findobj(lambda artist: hasattr(artist, "get_fontsize"))
        written = [text for text in texts if text.get_text().strip() and text.get_visible()]
        assert min(text.get_fontsize() for text in written) >= SMALLEST_TYPE, name
        assert not [text.get_text() for text in written if re.search(r"\d\.\d", text.get_text())], name


# --- the page


def test_the_page_is_sound_and_says_what_is_made_up_and_what_is_internal(
    drawn: dict[str, Shown], material: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = [drawn[name] for name in FEW]
    monkeypatch.setattr(kunskap.gallery, "read_material", lambda words: material)
    monkeypatch.setattr(kunskap.gallery, "shown", lambda given: few)
    done = CliRunner().invoke(app, ["gallery", "--output", str(tmp_path / "galleri.html")])
    assert done.exit_code == 0, done.output
    page = (tmp_path / "galleri.html").read_text(encoding="utf-8")
    assert page_faults(page) == {}
    words = material.words
    assert page.count('alt="Samma figur i grått."') == page.count("data:image/png;base64,") / 2 == len(few)
    assert page.count(words("gallery.internal_title")) == 1
    assert all(f'href="#plot-{one.entry.name.replace("_", "-")}"' in page for one in few)
    assert page.count("<caption") == page.count("<pre>") == len(few)
    assert page.index("Simulerade data") < page.index("<main")
    document = gallery_document(few, material=material, date=pd.Timestamp("2026-11-23").date())
    assert html_page(document, words=words) == html_page(document, words=words)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_entry_has_its_words(language: str) -> None:
    own = read_words(language=language)
    for entry in ENTRIES:
        told = {word: own(f"gallery.plots.{entry.name}.{word}") for word in ("name", "question", "choose")}
        assert told["name"] and told["question"].endswith("?") and told["choose"].endswith(".")
