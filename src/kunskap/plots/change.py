"""Before and after, group by group: two points per row, with the change written out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.plots.canvas import WIDTH
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import GROUPS, INK, MUTED, PAPER, Paint
from kunskap.plots.rows import group_label, hidden, in_sentence, levels_in_order, released_rows
from kunskap.plots.seaborn_calls import draw_points
from kunskap.plots.stacked import (
    Bar,
    Block,
    Placed,
    block_sheet,
    help_lines,
    make_room_beside,
    mark_hidden,
    write_beside,
)
from kunskap.words import Words

__all__ = ["changes"]

MARKERS = ("o", "D", "s", "^")
OPEN = Paint(PAPER, INK)
APART = 0.055
"""Inches between the middle of a row and each of its two points, so that their intervals do not cover each other."""
OVERLAP = "difference_overlap"
FIGURES = ("estimate", "low", "high")


@draws
def changes(
    released: Released,
    *,
    bank: Bank,
    words: Words,
    table: str,
    by: str = "sex",
    subjects: Sequence[str] | None = None,
    title: str | None = None,
) -> Drawing:
    """Draw the share right in two waves, one block per item or scale and one row per group.

    Parameters
    ----------
    released : Released
        With a table of `kunskap.change.paired` or `kunskap.change.everyone`, by one variable.
    bank, words : Bank, Words
        Labels and interface words.
    table : str
        The table's name in the release.
    by : str
        The grouping variable.
    subjects : sequence of str, optional
        Items and scales, in the order shown; without it all of the table.
    title : str, optional
        Another heading than the usual one.

    Returns
    -------
    Drawing
        An open point for the first wave, a filled one for the second, thin intervals, and the change with its interval
        at the right edge; a dashed frame where the gate hid a group.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.
    """
    statistics = ["mean", "share", "difference", OVERLAP]
    rows = released_rows(released, table, statistics=statistics)
    rows = rows[rows["statistic"].ne("share") | rows["option"].eq("right")]
    is_everyone = rows["statistic"].eq(OVERLAP).any()
    rows = rows[rows["statistic"].ne("difference")] if is_everyone else rows
    subject = rows["item"].where(rows["item"].notna(), rows["scale"])
    chosen = [name for name in (subjects or dict.fromkeys(subject)) if subject.eq(name).any()]
    rows = rows[subject.isin(chosen)].reset_index(drop=True)
    subject = rows["item"].where(rows["item"].notna(), rows["scale"])
    first, second = list(dict.fromkeys(rows["wave"].dropna()))[:2]
    levels = levels_in_order(rows, by, bank)
    kind = "everyone" if is_everyone else "paired"
    blocks = [_block(rows[subject.eq(name)], name, by, levels, (first, second), bank, words) for name in chosen]
    notes = words("plots.change.notes")
    if hidden(rows).any():
        notes += " " + words("plots.notes.frame")
    figure, axes, placed = block_sheet(
        released,
        words,
        title=title or words("plots.change.title", first=first, second=second),
        subtitle=words(f"plots.change.subtitle_{kind}", first=first, second=second),
        labels=[],
        paints=[],
        blocks=blocks,
        notes=notes,
    )
    make_room_beside(axes, [_change(bar, words) for bar, _ in placed])
    inches = axes.get_position().width * WIDTH
    axes.set_xlim(0, 1)
    limits = axes.get_ylim()
    styles = [place for block in blocks for place, _ in enumerate(block.bars)]
    for place, style in zip(placed, styles, strict=True):
        if place.bar.hidden:
            text = words("plots.hidden")
            mark_hidden(axes, start=0, end=1, middle=place.middle, text=text, inches_per_unit=inches)
            continue
        _draw(axes, place, GROUPS[style % len(GROUPS)], MARKERS[style % len(MARKERS)])
        write_beside(axes, _change(place.bar, words), (1, place.middle))
    axes.set(xlabel="", ylabel="", xlim=(0, 1), ylim=limits, yticks=[])
    ticks = [0, 0.25, 0.5, 0.75, 1]
    help_lines(axes, ticks, [words.share(tick) for tick in ticks], placed=placed)
    axes.tick_params(axis="x", labelcolor=MUTED)
    alt = [words(f"plots.change.alt_{kind}", first=first, second=second)]
    for block in blocks:
        groups = "; ".join(_in_words(bar, words) for bar in block.bars)
        alt.append(words("plots.alt_item", item=block.heading, groups=groups))
    return Drawing(figure, " ".join(alt), rows)


def _block(
    rows: pd.DataFrame, name: str, by: str, levels: Sequence[str], waves: tuple[str, str], bank: Bank, words: Words
) -> Block:
    """One item or scale: a row per group."""
    bars = []
    for level in levels:
        own = rows[rows[by].eq(level)]
        told = {wave: own[own["wave"].eq(wave)] for wave in waves}
        change = own[own["wave"].isna()]
        if own.empty or any(part.empty for part in told.values()):
            continue
        label = group_label(by, level, bank=bank, words=words)
        if hidden(pd.concat(told.values())).any():
            bars.append(Bar(label, "", {}, ("estimate",)))
            continue
        shares = {f"{wave} {figure}": float(part[figure].iloc[0]) for wave, part in told.items() for figure in FIGURES}
        if len(change) and not hidden(change).any():
            shares |= {figure: float(change[figure].iloc[0]) for figure in FIGURES}
        sizes = [int(part["n"].iloc[0]) for part in told.values()]
        one = words("plots.change.n_paired", n=words.count(sizes[0]))
        two = words("plots.change.n_everyone", first=words.count(sizes[0]), second=words.count(sizes[1]))
        bars.append(Bar(label, one if sizes[0] == sizes[1] else two, shares))
    if name not in bank.items:
        return Block("", words(f"plots.change.{name}") if name == "total" else name, tuple(bars))
    item = bank.items[name]
    note = words("plots.item_note_trial" if item.status == "trial" else "plots.item_note", item=name)
    return Block(note, bank.stem(name, words.language), tuple(bars))


def _draw(axes: Axes, place: Placed, paint: Paint, marker: str) -> None:
    """Both points of a row, each with its interval, and a line between them."""
    shares = place.bar.shares
    first, second = dict.fromkeys(name.split(" ")[0] for name in shares if " " in name)
    heights = {first: place.middle - APART, second: place.middle + APART}
    axes.plot(
        [shares[f"{wave} estimate"] for wave in heights], list(heights.values()), color=MUTED, linewidth=0.8, zorder=2
    )
    for wave, height in heights.items():
        axes.hlines(height, shares[f"{wave} low"], shares[f"{wave} high"], color=INK, linewidth=0.8, zorder=3)
        point = pd.DataFrame({"x": [shares[f"{wave} estimate"]], "y": [height]})
        draw_points(axes, point, paint=paint if wave == second else OPEN, marker=marker, size=30.0)


def _change(bar: Bar, words: Words) -> str:
    if "estimate" not in bar.shares:
        return "" if bar.hidden else words("plots.hidden_short")
    points, low, high = (words.count(100 * bar.shares[name]) for name in FIGURES)
    if bar.shares["low"] != bar.shares["low"]:
        return points
    return words("plots.change.figures", points=points, low=low, high=high)


def _in_words(bar: Bar, words: Words) -> str:
    group = in_sentence(bar.label)
    if bar.hidden:
        return words("plots.alt_hidden", group=group)
    before, after = (share for name, share in bar.shares.items() if name.endswith(" estimate"))
    told = {"before": words.share(before), "after": words.share(after), "change": _change(bar, words), "n": bar.n}
    return words("plots.change.alt_group", group=group, **told)
