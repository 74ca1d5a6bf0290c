"""A gap between women and men, and the parts that it is made of, as bars from nought."""

from __future__ import annotations

import pandas as pd

from kunskap.disclosure import Released
from kunskap.plots.bars import draw_bars
from kunskap.plots.canvas import SMALL, measure
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import EDGE, INK, MUTED, PAPER, Paint
from kunskap.plots.rows import hidden, released_rows
from kunskap.plots.stacked import THICKNESS, Bar, Block, block_sheet, help_lines, mark_hidden
from kunskap.tables import grouping_columns
from kunskap.words import Words

__all__ = ["parts_of_gap"]

# Not the colours of women and men: a bar here is a difference, and belongs to neither.
PAINTS = {"whole": Paint(MUTED, PAPER), "part": Paint(EDGE, INK)}
UNITS = {"share": 100.0, "kronor": 0.001}
SMALLEST_REACH = 1.0


@draws
def parts_of_gap(released: Released, *, words: Words, table: str, title: str) -> Drawing:
    """Draw the gap of `kitagawa`, `oaxaca_blinder` or `threefold` and its parts, each from nought.

    Parameters
    ----------
    released : Released
        With a table of one of them; the whole stands first, and rows about single industries are left aside.
    words : Words
        Interface words.
    table, title : str
        The table's name in the release, and what the figure is called.

    Returns
    -------
    Drawing
        Bars to the left of nought where women have less.  Percentage points, or thousands of kronor, written beside.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.
    """
    rows = released_rows(released, table, statistics=["difference"])
    groups = grouping_columns(rows)
    rows = rows[rows[groups].isna().all(axis=1)].reset_index(drop=True)
    unit, whole = str(rows["unit"].iloc[0]), str(rows["scale"].iloc[0])
    sizes = (rows["estimate"] * UNITS[unit]).round() + 0.0
    names = [words(f"plots.parts_of_gap.{str(scale).removeprefix(whole) or '_whole'}") for scale in rows["scale"]]
    bars = tuple(
        Bar(name, "", {} if gone else {"size": size}, ("size",) if gone else ())
        for name, size, gone in zip(names, sizes, hidden(rows), strict=True)
    )
    figure, axes, placed = block_sheet(
        released,
        words,
        title=title,
        subtitle=words(f"plots.parts_of_gap.subtitle_{unit}"),
        labels=[],
        paints=[],
        blocks=[Block("", "", bars)],
        notes=words("plots.by_sex.hidden") if hidden(rows).any() else words("plots.parts_of_gap.note"),
    )
    reach = max(float(sizes.abs().max()), SMALLEST_REACH) if sizes.notna().any() else SMALLEST_REACH
    inches = axes.get_position().width * figure.get_size_inches()[0]
    texts = ["" if bar.hidden else words.count(bar.shares["size"]) for bar in bars]
    # The figure beside a bar needs room of its own, on the side where the bar ends.
    room = (max(measure(text, size=SMALL) for text in texts) + 0.2) / inches * 2 * reach
    limits = (-reach - room, reach + room)
    axes.set_xlim(*limits)
    for kind, own in (("whole", placed[:1]), ("part", placed[1:])):
        shown = [(place.middle, 0.0, place.bar.shares["size"]) for place in own if not place.bar.hidden]
        draw_bars(
            axes, pd.DataFrame(shown, columns=["middle", "start", "width"]), paint=PAINTS[kind], thickness=THICKNESS
        )
    axes.set(xlim=limits, ylim=(axes.get_ylim()), xlabel="", ylabel="", yticks=[])
    for place, text in zip(placed, texts, strict=True):
        if place.bar.hidden:
            told, per_unit = words("plots.hidden"), inches / (limits[1] - limits[0])
            mark_hidden(axes, start=-reach, end=reach, middle=place.middle, text=told, inches_per_unit=per_unit)
            continue
        size = place.bar.shares["size"]
        axes.annotate(
            text,
            (size, place.middle),
            xytext=(-6 if size < 0 else 6, 0),
            textcoords="offset points",
            fontsize=SMALL,
            color=INK,
            ha="right" if size < 0 else "left",
            va="center_baseline",
        )
    ends = [-reach, 0.0, reach]
    help_lines(axes, ends, [words.count(end) for end in ends], placed=placed, strong=0.0)
    sentences = [words("plots.parts_of_gap.alt", title=title), *(_in_words(bar, unit, words) for bar in bars)]
    return Drawing(figure, " ".join(sentences), rows)


def _in_words(bar: Bar, unit: str, words: Words) -> str:
    if bar.hidden:
        return words("plots.led_by.hidden", heading=bar.label)
    size = bar.shares["size"]
    direction = "none" if size == 0 else ("less" if size < 0 else "more")
    amount = words(f"plots.parts_of_gap.amount_{unit}", size=words.count(abs(size)))
    return words(f"plots.parts_of_gap.{direction}", heading=bar.label, amount=amount)
