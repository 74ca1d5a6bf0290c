"""A development twice: each sex against its own start, and the levels that the index hides."""

from __future__ import annotations

import re

import pandas as pd

from kunskap.disclosure import Released
from kunskap.plots.canvas import (
    BODY,
    SMALL,
    TITLE,
    WIDTH,
    axes_at,
    footer_height,
    line_height,
    measure,
    new_sheet,
    wrap,
    write,
    write_footer,
    write_lines,
)
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import GROUPS, MUTED, RULE
from kunskap.plots.rows import hidden, in_sentence, released_rows
from kunskap.plots.seaborn_calls import draw_points
from kunskap.words import Words

__all__ = ["index_and_level"]

PAINTS = {"k": GROUPS[0], "m": GROUPS[1]}
MARKERS = {"k": "o", "m": "D"}
PANELS = ("index", "level")
HEIGHT, BETWEEN, LEFT = 1.9, 0.55, 0.42
YEAR = re.compile(r"\d{4}")


@draws
def index_and_level(released: Released, *, words: Words, table: str, title: str) -> Drawing:
    """Draw women's and men's development as an index, and beside it their levels.

    Parameters
    ----------
    released : Released
        With a table of `kunskap.growth.statistics.developments` about one measure.
    words : Words
        Interface words.
    table, title : str
        The table's name in the release, and what the figure is called.

    Returns
    -------
    Drawing
        Two panels with the same years.  Levels begin at nought and the index does not; the figures stand at the ends.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.
    """
    rows = released_rows(released, table, statistics=["mean"])
    rows = rows[rows["scale"].isin(PANELS)].reset_index(drop=True)
    shown = rows[~hidden(rows)].assign(x=_places(rows[~hidden(rows)]["year"]), y=lambda kept: kept["estimate"])
    base = next(iter(shown.loc[shown["scale"].eq("index") & shown["y"].eq(100), "year"]), "")
    unit = _unit(rows)
    headings = {
        "index": words("plots.indexed.index", base=base),
        "level": words("plots.indexed.level", unit=words(f"plots.indexed.{unit}") if unit == "percent" else unit),
    }
    titles = wrap(title, width=WIDTH, size=TITLE, bold=True)
    room = max(measure(_end(words, sex, 100.0), size=SMALL) for sex in PAINTS) + 0.2
    width = (WIDTH - 2 * (LEFT + room) - BETWEEN) / 2
    lines = {name: wrap(text, width=width + room + LEFT, size=BODY, bold=True) for name, text in headings.items()}
    deepest = max(len(own) for own in lines.values())
    head = len(titles) * line_height(TITLE) + deepest * line_height(BODY) + 0.35
    notes = _notes(released, rows, words)
    figure = new_sheet(head + HEIGHT + 0.45 + footer_height(notes, released, words))
    top = write_lines(figure, titles, x=0, top=0, size=TITLE, bold=True) + 0.12
    for number, name in enumerate(PANELS):
        start = number * (width + LEFT + room + BETWEEN)
        write_lines(figure, lines[name], x=start, top=top, size=BODY, bold=True)
        axes = axes_at(figure, left=start + LEFT, top=head, width=width, height=HEIGHT)
        own = shown[shown["scale"].eq(name)]
        # A level is read from nought; a hundred is no nought.
        low, high = own["y"].min() if name == "index" else min(0.0, own["y"].min()), own["y"].max()
        pad = 0.1 * (high - low) or 1.0
        axes.set(xlim=(-0.04, 1.04), ylim=(low - pad, high + pad))
        if name == "index":
            axes.axhline(100, color=MUTED, linewidth=0.9, linestyle=(0, (3, 2)), zorder=0)
        years = own.drop_duplicates("year")
        for x in years["x"]:
            axes.axvline(x, color=RULE, linewidth=0.7, zorder=0)
        ends = []
        for sex, paint in PAINTS.items():
            line = own[own["sex"].eq(sex)].sort_values("x")
            axes.plot(line["x"], line["y"], color=paint.fill, linewidth=1.8, zorder=3)
            draw_points(axes, line, paint=paint, marker=MARKERS[sex])
            if len(line):
                ends.append(((float(line["y"].iloc[-1]) - low + pad) / (high - low + 2 * pad), sex, line["y"].iloc[-1]))
        axes.set(xlabel="", ylabel="", xlim=(-0.04, 1.04), ylim=(low - pad, high + pad))
        axes.set_xticks(
            [years["x"].iloc[0], years["x"].iloc[-1]], labels=[years["year"].iloc[0], years["year"].iloc[-1]]
        )
        axes.set_yticks([])
        if name == "level":
            axes.axhline(0, color=MUTED, linewidth=0.9, zorder=0)
            nought = head + HEIGHT * (1 - (pad - low) / (high - low + 2 * pad))
            write(figure, "0", x=start + LEFT - 0.08, y=nought, size=SMALL, color=MUTED, align="right")
        for sex in PAINTS:
            first = own[own["sex"].eq(sex)].sort_values("x").head(1)
            for value in first["y"] if name == "level" or sex == "k" else ():
                place = head + HEIGHT * (1 - (value - low + pad) / (high - low + 2 * pad))
                write(figure, words.count(value), x=start + LEFT - 0.08, y=place, size=SMALL, align="right")
        least, before = line_height(SMALL) / HEIGHT, -1.0
        for y, sex, value in sorted(ends):
            y = max(y, before + least)
            before = y
            write(figure, _end(words, sex, value), x=start + LEFT + width + 0.1, y=head + HEIGHT * (1 - y), size=SMALL)
    write_footer(figure, notes, released, words, top=head + HEIGHT + 0.45)
    return Drawing(figure, " ".join([words("plots.indexed.alt", title=title), *_told(shown, base, words)]), rows)


def _places(years: pd.Series) -> pd.Series:
    """Years, or the first of a span of years, from 0 to 1."""
    first = years.map(lambda year: int(YEAR.findall(year)[0])).astype("float64")
    span = first.max() - first.min()
    return (first - first.min()) / (span or 1.0)


def _end(words: Words, sex: str, value: float) -> str:
    return words("plots.indexed.end", group=words(f"plots.groups.sex_{sex}"), value=words.count(value))


def _unit(rows: pd.DataFrame) -> str:
    units = rows.loc[rows["scale"].eq("level"), "unit"].dropna()
    return str(units.iloc[0]) if len(units) else ""


def _told(shown: pd.DataFrame, base: str, words: Words) -> list[str]:
    sentences = []
    for sex in PAINTS:
        own = shown[shown["sex"].eq(sex)].sort_values("x")
        index, level = (own[own["scale"].eq(name)] for name in PANELS)
        if index.empty or level.empty:
            continue
        told = {"index": words.count(index["y"].iloc[-1]), "base": base, "year": str(index["year"].iloc[-1])}
        told |= {"first": words.count(level["y"].iloc[0]), "last": words.count(level["y"].iloc[-1])}
        sentences.append(words("plots.indexed.sentence", group=in_sentence(words(f"plots.groups.sex_{sex}")), **told))
    return sentences


def _notes(released: Released, rows: pd.DataFrame, words: Words) -> str:
    parts = [words("plots.indexed.note")]
    parts += [words("plots.by_sex.source", source=released.source)] if released.source else []
    parts += [words("plots.indexed.hidden")] if hidden(rows).any() else []
    return " ".join(parts)
