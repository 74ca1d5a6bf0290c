"""Women's figure in per cent of men's, as bars against a line at a hundred."""

from __future__ import annotations

import pandas as pd

from kunskap.disclosure import Released
from kunskap.plots.canvas import SMALL
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import GROUPS, INK
from kunskap.plots.rows import hidden, released_rows
from kunskap.plots.stacked import (
    Bar,
    Block,
    Segment,
    block_sheet,
    draw_segments,
    help_lines,
    mark_hidden,
    stand_on_a_line,
)
from kunskap.words import Words

__all__ = ["women_against_men"]

PAINTS = {"k": GROUPS[0]}


@draws
def women_against_men(released: Released, *, words: Words, table: str, title: str, by: str = "measure") -> Drawing:
    """Draw women's figure in per cent of men's, one bar per measure; men are the line at a hundred.

    Parameters
    ----------
    released : Released
        With a table of `kunskap.growth.statistics.per_men`.
    words : Words
        Interface words.
    table, title : str
        The table's name in the release, and what the figure is called.
    by : str
        The column that names each bar.

    Returns
    -------
    Drawing
        Bars from 0; the axis goes beyond a hundred where a figure does.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.
    """
    rows = released_rows(released, table, statistics=["mean"])
    rows = rows[rows["scale"].eq("k_per_m")].reset_index(drop=True)
    is_hidden = hidden(rows)
    bars = tuple(
        Bar(str(name), "", {} if gone else {"k": float(value) / 100}, ("k",) if gone else ())
        for name, value, gone in zip(rows[by], rows["estimate"], is_hidden, strict=True)
    )
    figure, axes, placed = block_sheet(
        released,
        words,
        title=title,
        subtitle=words("plots.compared.subtitle"),
        labels=[],
        paints=[],
        blocks=[Block("", "", bars)],
        notes=_notes(released, is_hidden, words),
    )
    end = max([1.0, *(share for bar in bars for share in bar.shares.values())])
    axes.set_xlim(0, 1.06 * end)
    inches = axes.get_position().width * figure.get_size_inches()[0] / (1.06 * end)
    segments = [Segment("k", place.middle, 0.0, share) for place in placed for share in place.bar.shares.values()]
    draw_segments(axes, segments, paints=PAINTS, words=words, inches_per_unit=inches)
    for place in placed:
        if place.bar.hidden:
            text = words("plots.hidden")
            mark_hidden(axes, start=0, end=1, middle=place.middle, text=text, inches_per_unit=inches)
    help_lines(axes, (0, 0.5), [words.share(part) for part in (0, 0.5)], placed=placed)
    axes.axvline(1, color=INK, linewidth=1.4, zorder=6)
    axes.set_xticks([0, 0.5, 1], labels=[words.share(0), words.share(0.5), words("plots.compared.men")])
    stand_on_a_line(axes)
    axes.get_xticklabels()[-1].set(color=INK, fontsize=SMALL)
    told = [
        words("plots.compared.part", measure=bar.label, share=words.share(bar.shares["k"]))
        if bar.shares
        else words("plots.compared.part_hidden", measure=bar.label)
        for bar in bars
    ]
    return Drawing(figure, " ".join([words("plots.compared.alt", title=title), *told]), rows)


def _notes(released: Released, is_hidden: pd.Series, words: Words) -> str:
    parts = [words("plots.by_sex.source", source=released.source)] if released.source else []
    return " ".join([*parts, *([words("plots.by_sex.hidden")] if is_hidden.any() else [])])
