"""How many questions people got right, in bins, group by group."""

from __future__ import annotations

import re

import pandas as pd

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.plots.canvas import (
    BODY,
    SMALL,
    TITLE,
    WIDTH,
    axes_at,
    footer_height,
    key_height,
    line_height,
    new_sheet,
    wrap,
    write,
    write_footer,
    write_key,
    write_lines,
)
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.knowledge import bar_in_words, bar_of
from kunskap.plots.palette import GROUPS, INK, MUTED, RULE
from kunskap.plots.rows import group_label, hidden, levels_in_order, released_rows
from kunskap.plots.seaborn_calls import draw_columns
from kunskap.words import Words

__all__ = ["distribution"]

HEIGHT = 2.3


@draws
def distribution(
    released: Released,
    *,
    bank: Bank,
    words: Words,
    by: str = "role",
    table: str | None = None,
    universe: str = "all",
) -> Drawing:
    """Draw the shares of people in each bin of the total, groups side by side.

    Parameters
    ----------
    released : Released
        With `table`: shares of the scale ``total`` whose options are bins such as ``"4-7"``.
    bank, words : Bank, Words
        Labels and interface words.
    by : str
        The grouping variable, ``"sex"`` or ``"role"``.
    table : str, optional
        The released table's name; ``distribution`` by role and ``distribution_by_sex`` by sex when not given.
    universe : str
        Which people the figures are about.

    Returns
    -------
    Drawing
        The y axis is always 0–100 % of the group.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.
    """
    table = table or ("distribution" if by == "role" else f"distribution_by_{by}")
    rows = released_rows(released, table, statistics=["share"], universe=universe)
    rows = rows[rows[by].notna()].reset_index(drop=True)
    bins = sorted(rows["option"].dropna().unique(), key=_first_number)
    levels = levels_in_order(rows, by, bank)[: len(GROUPS)]
    bars = [
        bar_of(rows[rows[by].eq(level)], label=group_label(by, level, bank=bank, words=words), words=words)
        for level in levels
    ]
    labels = [f"{bar.label} ({bar.n})" if bar.n else bar.label for bar in bars]
    title = wrap(words(f"plots.distribution.title_{by}"), width=WIDTH, size=TITLE, bold=True)
    subtitle = wrap(words("plots.distribution.subtitle"), width=WIDTH, size=SMALL)
    notes = words("plots.notes.hidden_columns") if hidden(rows).any() else words("plots.notes.people")
    top = len(title) * line_height(TITLE) + len(subtitle) * line_height(SMALL) + 0.1 + key_height(labels) + 0.16
    below = 0.5
    figure = new_sheet(top + HEIGHT + below + footer_height(notes, released, words))
    next_top = write_lines(figure, title, x=0, top=0, size=TITLE, bold=True)
    next_top = write_lines(figure, subtitle, x=0, top=next_top, size=SMALL, color=MUTED)
    write_key(figure, labels, GROUPS[: len(labels)], top=next_top + 0.1)
    axes = axes_at(figure, left=0.55, top=top, width=WIDTH - 0.6, height=HEIGHT)
    names = [_bin_label(name) for name in bins]
    frame = pd.DataFrame(
        [
            {"bin": names[position], "group": level, "share": bar.shares.get(name)}
            for level, bar in zip(levels, bars, strict=True)
            for position, name in enumerate(bins)
        ]
    ).astype({"share": "float64"})
    draw_columns(axes, frame, order=names, groups=levels, paints=GROUPS[: len(levels)])
    axes.set(xlabel="", ylabel="", ylim=(0, 1), xlim=(-0.5, len(bins) - 0.5))
    ticks = [0, 0.25, 0.5, 0.75, 1]
    axes.set_yticks(ticks, labels=[words.share(tick) for tick in ticks])
    for tick in ticks:
        axes.axhline(tick, color=RULE, linewidth=0.7, zorder=0)
    axes.tick_params(axis="x", labelsize=BODY, labelcolor=INK)
    write(
        figure,
        words("plots.distribution.axis"),
        x=0.55 + (WIDTH - 0.6) / 2,
        y=top + HEIGHT + 0.38,
        size=SMALL,
        color=MUTED,
        align="center",
    )
    slot = 0.76 / len(levels)
    for place, bar in enumerate(bars):
        for position, name in enumerate(bins):
            x = position - 0.38 + (place + 0.5) * slot
            if name in bar.hidden:
                axes.text(
                    x, 0.02, words("plots.hidden"), fontsize=SMALL, color=MUTED, rotation=90, ha="center", va="bottom"
                )
            elif name in bar.shares:
                axes.text(
                    x,
                    bar.shares[name] + 0.02,
                    words.share(bar.shares[name]),
                    fontsize=SMALL,
                    color=INK,
                    ha="center",
                    va="bottom",
                )
    write_footer(figure, notes, released, words, top=top + HEIGHT + below)
    spoken = {name: words("plots.distribution.bin", bin=_bin_label(name)) for name in bins}
    sentences = "; ".join(bar_in_words(bar, spoken, words, verb="had") for bar in bars)
    return Drawing(figure, words("plots.distribution.alt", groups=sentences), rows)


def _first_number(name: str) -> int:
    found = re.match(r"\d+", name)
    return int(found[0]) if found else 0


def _bin_label(name: str) -> str:
    """A bin with an en dash, as numbers are written.

    Examples
    --------
    >>> _bin_label("4-7")
    '4–7'
    """
    first, _, last = name.partition("-")
    return f"{first}–{last}" if last and last != first else first
