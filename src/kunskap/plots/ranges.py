"""What is known as a range only: women and men under each heading, from the lowest share to the highest."""

from __future__ import annotations

import pandas as pd

from kunskap.disclosure import Released
from kunskap.plots.canvas import WIDTH
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import GROUPS, INK
from kunskap.plots.rows import hidden, released_rows
from kunskap.plots.stacked import Bar, Block, block_sheet, help_lines, make_room_beside, mark_hidden, write_beside
from kunskap.words import Words

__all__ = ["ranges_by_sex"]

PAINTS = {"k": GROUPS[0], "m": GROUPS[1]}
CAP = 0.06


@draws
def ranges_by_sex(
    released: Released, *, words: Words, table: str, title: str, subtitle: str, by: str, whole: str = ""
) -> Drawing:
    """Draw each sex's share as the range that is known, without any point in it.

    Parameters
    ----------
    released : Released
        With a table that has ``low`` and ``high`` by `by` and ``sex``, as `kunskap.growth.transport.benefit`.
    words : Words
        Interface words.
    table, title, subtitle : str
        The table's name in the release, what the figure is called, and of what the shares are.
    by : str
        The column that gives the headings.
    whole : str
        The heading of rows where `by` is missing; they stand first.

    Returns
    -------
    Drawing
        A line from the lowest to the highest share on an axis from 0 to 100 per cent, with the two ends written beside.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.
    """
    rows = released_rows(released, table, statistics=["share"])
    headings = rows[by].fillna(whole)
    names = sorted(dict.fromkeys(headings), key=lambda name: name != whole)
    blocks = [Block("", str(name), _pair(rows[headings.eq(name)], words)) for name in names]
    notes = [words("plots.ranges.note")]
    notes += [words("plots.by_sex.source", source=released.source)] if released.source else []
    figure, axes, placed = block_sheet(
        released, words, title=title, subtitle=subtitle, labels=[], paints=[], blocks=blocks, notes=" ".join(notes)
    )
    figures = [_ends(place.bar, words) for place in placed]
    make_room_beside(axes, figures)
    axes.set_xlim(0, 1)
    inches = axes.get_position().width * WIDTH
    sexes = [sex for block in blocks for sex in PAINTS if block.bars]
    for place, sex, text in zip(placed, sexes, figures, strict=True):
        if place.bar.hidden:
            mark_hidden(axes, start=0, end=1, middle=place.middle, text=text, inches_per_unit=inches)
            continue
        low, high = place.bar.shares["low"], place.bar.shares["high"]
        axes.hlines(place.middle, low, high, color=PAINTS[sex].fill, linewidth=7, zorder=3)
        axes.vlines([low, high], place.middle - CAP, place.middle + CAP, color=INK, linewidth=1.2, zorder=4)
        write_beside(axes, text, (1, place.middle))
    places = (0, 0.25, 0.5, 0.75, 1)
    help_lines(axes, places, [words.share(place) for place in places], placed=placed)
    axes.set(xlabel="", ylabel="", yticks=[])
    sentences = [words("plots.by_sex.alt", title=title)]
    for block in blocks:
        told = dict(zip(PAINTS, (_ends(bar, words) for bar in block.bars), strict=True))
        sentences.append(words("plots.ranges.sentence", heading=block.heading, **told))
    return Drawing(figure, " ".join(sentences), rows)


def _pair(rows: pd.DataFrame, words: Words) -> tuple[Bar, ...]:
    bars = []
    for sex in PAINTS:
        own = rows[rows["sex"].eq(sex)]
        is_known = len(own) == 1 and not hidden(own).any() and bool(own[["low", "high"]].notna().all(axis=None))
        ends = {end: float(own[end].iloc[0]) for end in ("low", "high")} if is_known else {}
        bars.append(Bar(words(f"plots.groups.sex_{sex}"), "", ends, () if is_known else (sex,)))
    return tuple(bars)


def _ends(bar: Bar, words: Words) -> str:
    if bar.hidden:
        return words("plots.hidden")
    low, high = (words.count(100 * bar.shares[end]) for end in ("low", "high"))
    return words("plots.ranges.ends", low=low, high=high)
