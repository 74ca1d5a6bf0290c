"""Before and again in the work itself: an open point for the first round, a filled one for the second."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kunskap.disclosure import Released
from kunskap.growth.result import chosen_lines, figure_in_words, is_of_few
from kunskap.plots.canvas import WIDTH
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import GROUPS, INK, MUTED, PAPER, Paint, diverging
from kunskap.plots.rows import in_sentence, released_rows
from kunskap.plots.seaborn_calls import draw_points
from kunskap.plots.stacked import Bar, Block, block_sheet, help_lines, make_room_beside, mark_hidden, write_beside
from kunskap.words import Words

__all__ = ["before_and_after"]

OPEN = Paint(PAPER, INK)
TEXT = diverging(0, 0, 1)[0]
LOOKS: Mapping[str, tuple[Paint, str]] = {"k": (GROUPS[0], "o"), "m": (GROUPS[1], "D"), "": (TEXT, "s")}
APART, CAP = 0.06, 0.04
"""Inches between the middle of a row and each of its two ranges, and half an end of the first one."""


@draws
def before_and_after(
    released: Released,
    *,
    words: Words,
    table: str = "result",
    title: str,
    subtitle: str,
    parts: Sequence[str] | None = None,
    names: Mapping[str, str] | None = None,
) -> Drawing:
    """Draw the shares of two rounds of the work, each on a line of its own with the change written out.

    Parameters
    ----------
    released : Released
        With a table of `kunskap.growth.difference`.
    words : Words
        Interface words.
    table, title, subtitle : str
        The table's name in the release, what the figure is called, and what it shows.
    parts : sequence of str, optional
        Which parts, in the order shown; all of them when not given.
    names : mapping of str to str, optional
        Option → what it is called, as for `kunskap.growth.result.chosen_lines`.

    Returns
    -------
    Drawing
        One heading per part and figure, women and men under it.  Where only a range is known it is a line without a
        point.  Levels in other units than shares are left to the table.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.
    """
    rows = released_rows(released, table, statistics=["share", "amount_share", "difference"])
    wanted = list(parts or dict.fromkeys(rows["part"]))
    rows = rows[rows["part"].isin(wanted)].reset_index(drop=True)
    lines = chosen_lines(rows, words=words, names=names)
    lines = lines[lines["unit"].eq("share") & lines["statistic"].ne("mean")]
    lines = lines.sort_values("part", key=lambda part: part.map(wanted.index), kind="stable").reset_index(drop=True)
    blocks, drawn = _blocks(lines, is_one_part=len(wanted) == 1)
    notes = " ".join(words(f"plots.before_after.{name}") for name in _notes(drawn))
    notes += f" {words('plots.by_sex.source', source=released.source)}" if released.source else ""
    figure, axes, placed = block_sheet(
        released, words, title=title, subtitle=subtitle, labels=[], paints=[], blocks=blocks, notes=notes
    )
    told = [_told(line, words) for line in drawn]
    make_room_beside(axes, told)
    axes.set_xlim(*_ends(drawn))
    limits, inches = (axes.get_xlim(), axes.get_ylim()), axes.get_position().width * WIDTH
    for place, line, text in zip(placed, drawn, told, strict=True):
        if line["hidden"]:
            mark_hidden(axes, start=0, end=1, middle=place.middle, text=text, inches_per_unit=inches)
            continue
        _draw(axes, place.middle, line)
        write_beside(axes, text, (limits[0][1], place.middle))
    axes.set(xlabel="", ylabel="", xlim=limits[0], ylim=limits[1], yticks=[])
    ticks = [0, 0.25, 0.5, 0.75, 1]
    help_lines(axes, ticks, [words.share(tick) for tick in ticks], placed=placed)
    alt = [words("plots.before_after.alt", title=title)]
    texts = iter(told)
    for block in blocks:
        parts_told = "; ".join(f"{in_sentence(bar.label)} {next(texts)}" for bar in block.bars)
        heading = f"{block.note}: {in_sentence(block.heading)}" if block.note else block.heading
        told_of = words("plots.counted.sentence", heading=heading, parts=parts_told)
        alt.append(told_of if heading else f"{parts_told}.")
    return Drawing(figure, " ".join(alt), rows)


def _notes(drawn: Sequence[Mapping[Hashable, Any]]) -> list[str]:
    """What must be said of these lines: how a change is told, and what the marks are."""
    shown = [line for line in drawn if not line["hidden"]]
    said = ["change_in_words" if any(is_of_few(line) for line in shown) else "change", "marks"]
    return [*said, *(["ranges"] if any(_is_range(line) for line in shown) else []), "no_effect"]


def _blocks(lines: pd.DataFrame, *, is_one_part: bool = False) -> tuple[list[Block], list[Mapping[Hashable, Any]]]:
    """A heading for each figure with women and men under it; what has no sex stands together under its part.

    The figure's own title names a part that is alone.
    """
    blocks: list[Block] = []
    drawn: list[Mapping[Hashable, Any]] = []
    has_sex = pd.Series(["sex" in levels for levels in lines["levels"]], index=lines.index, dtype=bool)
    named = lines.assign(of=lines["what"].where(has_sex, ""))
    for (heading, what), own in named.groupby(["heading", "of"], sort=False):
        listed = own.to_dict("records")
        drawn += listed
        labels = "who" if what else "what"
        bars = tuple(Bar(str(line[labels]), "", {}) for line in listed)
        part = "" if is_one_part else str(heading)
        blocks.append(Block(part, str(what), bars) if what else Block("", part, bars))
    return blocks, drawn


def _ends(drawn: Sequence[Mapping[Hashable, Any]]) -> tuple[float, float]:
    """From 0 to 100 per cent, and a little further where a strategy has gone backwards or past its target."""
    known = [line[which] for line in drawn for which in ("before", "after") if pd.notna(line[which])]
    return (-0.1 if min(known, default=0) < 0 else 0.0), (1.1 if max(known, default=1) > 1 else 1.0)


def _told(line: Mapping[Hashable, Any], words: Words) -> str:
    if line["hidden"]:
        return words("plots.hidden")
    named = {str(name): value for name, value in line.items()}
    figures = {which: figure_in_words(named, which, words=words) for which in ("before", "after")}
    figures["change"] = figure_in_words(named, "change", words=words, with_unit=False)
    return words("plots.before_after.figures", **figures)


def _is_range(line: Mapping[Hashable, Any]) -> bool:
    return bool(pd.isna(line["n_before"]) and pd.notna(line["before_low"]))


def _draw(axes: Axes, middle: float, line: Mapping[Hashable, Any]) -> None:
    paint, marker = LOOKS[str(line["levels"].get("sex", ""))]
    if _is_range(line):
        low, high = line["before_low"], line["before_high"]
        axes.hlines(middle - APART, low, high, color=INK, linewidth=1.2, zorder=3)
        axes.vlines([low, high], middle - APART - CAP, middle - APART + CAP, color=INK, linewidth=1.2, zorder=3)
        axes.hlines(middle + APART, line["after_low"], line["after_high"], color=paint.fill, linewidth=5, zorder=3)
        return
    axes.plot([line["before"], line["after"]], [middle, middle], color=MUTED, linewidth=1.2, zorder=2)
    for which, own in (("before", OPEN), ("after", paint)):
        draw_points(axes, pd.DataFrame({"x": [line[which]], "y": [middle]}), paint=own, marker=marker, size=36.0)
        axes.collections[-1].set_clip_on(False)
