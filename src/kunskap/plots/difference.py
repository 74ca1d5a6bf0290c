"""Means of groups with their intervals, and the difference between them in words."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.plots.canvas import WIDTH
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import GROUPS, INK, MUTED
from kunskap.plots.rows import group_label, hidden, in_sentence, levels_in_order, released_rows
from kunskap.plots.seaborn_calls import draw_points
from kunskap.plots.stacked import Bar, Block, block_sheet, help_lines, make_room_beside, mark_hidden, write_beside
from kunskap.words import Words

__all__ = ["difference_in_words", "differences", "interval_in_words"]

MARKERS = ("o", "D", "s", "^")


@draws
def differences(
    released: Released,
    *,
    bank: Bank,
    words: Words,
    by: Sequence[str] = ("sex", "role"),
    scale: str = "total",
    universe: str = "all",
) -> Drawing:
    """Draw the mean share right of each group with its interval, one block per grouping variable.

    Parameters
    ----------
    released : Released
        With the tables ``total_by_<by>``: means per group, and differences between groups.
    bank, words : Bank, Words
        Labels and interface words.
    by : sequence of str
        The grouping variables; one whose table is not released is left out as long as another is there.
    scale : str
        Which scale's mean.
    universe : str
        Which people the figures are about.

    Returns
    -------
    Drawing
        The axis is always 0–100 % right; each group has its own marker, its figures written out, and n.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the tables or their rows are not there.
    """
    there = [name for name in by if f"total_by_{name}" in released.names] or list(by)
    blocks, parts, alt = [], [], [words("plots.differences.alt")]
    for name in there:
        rows = released_rows(released, f"total_by_{name}", statistics=["mean", "difference"], universe=universe)
        rows = rows[rows["scale"].eq(scale)].reset_index(drop=True)
        means = rows[rows["statistic"].eq("mean") & rows[name].notna()]
        bars = tuple(
            _bar(means[means[name].eq(level)], name, level, bank, words) for level in levels_in_order(means, name, bank)
        )
        contrasts = [
            difference_in_words(row, by=name, bank=bank, words=words)
            for _, row in rows[rows["statistic"].eq("difference")].iterrows()
        ]
        blocks.append(Block("", words(f"plots.differences.by_{name}"), bars))
        blocks.append(Block(" ".join(contrasts), "", ()))
        alt += [f"{bar.label}: {_in_words(bar, words)}." for bar in bars] + contrasts
        parts.append(rows)
    any_hidden = any(bar.hidden for block in blocks for bar in block.bars)
    figure, axes, placed = block_sheet(
        released,
        words,
        title=words("plots.differences.title"),
        subtitle=words("plots.differences.subtitle"),
        labels=[],
        paints=[],
        blocks=blocks,
        notes=f"{words('plots.notes.interval')} {words('plots.notes.frame') if any_hidden else ''}".strip(),
    )
    make_room_beside(axes, [_figures(bar, words) for bar, _ in placed])
    inches = axes.get_position().width * WIDTH
    axes.set_xlim(0, 1)
    limits = axes.get_ylim()
    place_in_block = [place for block in blocks for place, _ in enumerate(block.bars)]
    for (bar, middle), place in zip(placed, place_in_block, strict=True):
        if bar.hidden:
            mark_hidden(axes, start=0, end=1, middle=middle, text=words("plots.hidden"), inches_per_unit=inches)
            continue
        paint = GROUPS[place % len(GROUPS)]
        if "low" in bar.shares:
            axes.hlines(middle, bar.shares["low"], bar.shares["high"], color=INK, linewidth=1.4, zorder=3)
        point = pd.DataFrame({"x": [bar.shares["estimate"]], "y": [middle]})
        draw_points(axes, point, paint=paint, marker=MARKERS[place % len(MARKERS)])
        write_beside(axes, _figures(bar, words), (1, middle))
    axes.set(xlabel="", ylabel="", xlim=(0, 1), ylim=limits, yticks=[])
    ticks = [0, 0.25, 0.5, 0.75, 1]
    help_lines(axes, ticks, [words.share(tick) for tick in ticks], placed=placed)
    axes.tick_params(axis="x", labelcolor=MUTED)
    return Drawing(figure, " ".join(alt), pd.concat(parts, ignore_index=True))


def _bar(rows: pd.DataFrame, by: str, level: str, bank: Bank, words: Words) -> Bar:
    row = rows.iloc[0]
    label = group_label(by, level, bank=bank, words=words)
    if bool(hidden(rows).iloc[0]):
        return Bar(label, "", {}, ("estimate",))
    shares = {name: float(row[name]) for name in ("estimate", "low", "high") if pd.notna(row[name])}
    return Bar(label, words("plots.n", n=words.count(row["n"])), shares)


def _figures(bar: Bar, words: Words) -> str:
    if bar.hidden:
        return ""
    return interval_in_words(bar.shares["estimate"], bar.shares.get("low"), bar.shares.get("high"), words)


def _in_words(bar: Bar, words: Words) -> str:
    return words("plots.hidden") if bar.hidden else f"{_figures(bar, words)}, {bar.n}"


def interval_in_words(estimate: float, low: float | None, high: float | None, words: Words) -> str:
    """A share and its interval: ``53 % (47–59)``."""
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return words.share(estimate)
    return f"{words.share(estimate)} ({words.count(100 * low)}–{words.count(100 * high)})"


def difference_in_words(row: pd.Series, *, by: str, bank: Bank, words: Words) -> str:
    """A difference row as a sentence, in percentage points with its interval; says so where it is hidden."""
    first, second = str(row["option"]).split("-", 1)
    names = {
        "first": in_sentence(group_label(by, first, bank=bank, words=words)),
        "second": in_sentence(group_label(by, second, bank=bank, words=words)),
    }
    if pd.isna(row["estimate"]):
        return words("plots.differences.contrast_hidden", **names)
    number = words.count(100 * row["estimate"])
    unit = "plots.differences.point" if number.lstrip("\N{MINUS SIGN}") == "1" else "plots.differences.points"
    points = words(unit, points=number)
    if pd.isna(row["low"]) or pd.isna(row["high"]):
        return words("plots.differences.contrast_bare", points=points, **names)
    low, high = words.count(100 * row["low"]), words.count(100 * row["high"])
    return words("plots.differences.contrast", points=points, low=low, high=high, **names)
