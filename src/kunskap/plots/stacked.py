"""Sheets of stacked bars: a heading, and under it one bar per group with its shares written in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kunskap.disclosure import Released
from kunskap.plots.bars import draw_bars
from kunskap.plots.canvas import (
    BODY,
    SMALL,
    TITLE,
    WIDTH,
    axes_at,
    footer_height,
    key_height,
    line_height,
    measure,
    new_sheet,
    wrap,
    write_footer,
    write_key,
    write_lines,
)
from kunskap.plots.palette import INK, MUTED, PAPER, RULE, Paint
from kunskap.words import Words

__all__ = [
    "THICKNESS",
    "Bar",
    "Block",
    "Placed",
    "Segment",
    "block_sheet",
    "draw_segments",
    "help_lines",
    "make_room_beside",
    "mark_hidden",
    "stack",
    "stand_on_a_line",
    "write_beside",
]

PITCH, CLOSE, THICKNESS = 0.31, 0.27, 0.235  # bars that share a label stand close
ABOVE, BELOW = 0.12, 0.1  # a block, in inches; half as much where it has no heading to stand apart
LONGEST_LABEL = 1.9


class Bar(NamedTuple):
    """One group's shares (category → 0–1); categories that the gate hid stand in `hidden`."""

    label: str
    n: str
    shares: Mapping[str, float]
    hidden: tuple[str, ...] = ()


class Block(NamedTuple):
    """A question and the bars under it."""

    note: str
    heading: str
    bars: tuple[Bar, ...]


class Segment(NamedTuple):
    """A part of a bar: its category, the bar's middle in inches from the axes' top, and its place along the bar."""

    category: str
    middle: float
    start: float
    width: float


class Placed(NamedTuple):
    """A bar and the place of its middle, in inches from the axes' top."""

    bar: Bar
    middle: float


def block_sheet(
    released: Released,
    words: Words,
    *,
    title: str,
    subtitle: str,
    labels: Sequence[str],
    paints: Sequence[Paint],
    blocks: Sequence[Block],
    notes: str,
) -> tuple[Figure, Axes, list[Placed]]:
    """Lay out headings, bar labels, key and footer; the caller draws the bars.

    Returns
    -------
    tuple of Figure, Axes, list of Placed
        The axes reach from the bar labels to the right edge; their y axis is in inches downwards.
    """
    title_lines = wrap(title, width=WIDTH, size=TITLE, bold=True)
    subtitle_lines = wrap(subtitle, width=WIDTH, size=SMALL)
    head = len(title_lines) * line_height(TITLE) + len(subtitle_lines) * line_height(SMALL) + 0.1
    body_top = head + (key_height(labels) if labels else 0.0) + 0.08
    has_n = any(bar.n for block in blocks for bar in block.bars)
    n_width = max((measure(bar.n, size=SMALL) for block in blocks for bar in block.bars), default=0.0)
    label_width = min(
        max((measure(bar.label, size=BODY) for block in blocks for bar in block.bars), default=0.0), LONGEST_LABEL
    )
    left = label_width + (0.14 + n_width if has_n else 0.0) + (0.12 if label_width or has_n else 0.0)

    texts: list[tuple[list[str], float, float, float, bool, str]] = []
    placed: list[Placed] = []
    y = body_top
    for block in blocks:
        air = 1.0 if block.note or block.heading else 0.5
        y += air * ABOVE
        note = wrap(block.note, width=WIDTH, size=SMALL)
        texts.append((note, 0.0, y, SMALL, False, MUTED))
        y += len(note) * line_height(SMALL)
        heading = wrap(block.heading, width=WIDTH, size=BODY, bold=True)
        texts.append((heading, 0.0, y, BODY, True, INK))
        y += len(heading) * line_height(BODY) + (0.06 if heading else 0.0)
        for number, bar in enumerate(block.bars):
            lines = wrap(bar.label, width=LONGEST_LABEL, size=BODY)
            below = _unlabelled(block.bars[number + 1 :])
            pitch = CLOSE if below or not bar.label else PITCH
            height = max(pitch, len(lines) * line_height(BODY) + 0.06 - below * pitch)
            above = (height - (1 if below else len(lines)) * line_height(BODY)) / 2
            texts.append((lines, 0.0, y + above, BODY, False, INK))
            n_left = left - 0.12 - measure(bar.n, size=SMALL)
            texts.append(([bar.n], n_left, y + (height - line_height(SMALL)) / 2, SMALL, False, MUTED))
            placed.append(Placed(bar, y + height / 2 - body_top))
            y += height
        y += air * BELOW
    body_height = y - body_top
    axis_height = 0.3

    figure = new_sheet(y + axis_height + footer_height(notes, released, words))
    next_top = write_lines(figure, title_lines, x=0, top=0, size=TITLE, bold=True)
    next_top = write_lines(figure, subtitle_lines, x=0, top=next_top, size=SMALL, color=MUTED)
    if labels:
        write_key(figure, labels, paints, top=next_top + 0.1)
    for lines, x, top, size, bold, color in texts:
        write_lines(figure, lines, x=x, top=top, size=size, bold=bold, color=color)
    axes = axes_at(figure, left=left, top=body_top, width=WIDTH - left - 0.22, height=body_height)
    axes.set_ylim(body_height, 0)
    axes.set_yticks([])
    write_footer(figure, notes, released, words, top=y + axis_height)
    return figure, axes, placed


def _unlabelled(bars: Sequence[Bar]) -> int:
    """How many bars come first that have no label of their own, so that the label above can go on beside them."""
    return next((number for number, bar in enumerate(bars) if bar.label), len(bars))


def stack(placed: Placed, categories: Iterable[str], *, start: float = 0.0) -> list[Segment]:
    """The visible segments of a bar, one after the other in the order given."""
    segments = []
    for category in categories:
        share = placed.bar.shares.get(category, 0.0)
        if share > 0:
            segments.append(Segment(category, placed.middle, start, share))
            start += share
    return segments


def draw_segments(
    axes: Axes,
    segments: Sequence[Segment],
    *,
    paints: Mapping[str, Paint],
    words: Words,
    inches_per_unit: float,
    with_sign: bool = True,
) -> None:
    """Draw all segments and write each share that fits, as per cent."""
    limits = axes.get_xlim(), axes.get_ylim()
    for category, paint in paints.items():
        own = [segment for segment in segments if segment.category == category]
        draw_bars(axes, pd.DataFrame(own, columns=list(Segment._fields)), paint=paint, thickness=THICKNESS)
        for _, middle, start, width in own:
            text = words.share(width) if with_sign else words.count(100 * width)
            if measure(text, size=SMALL) + 0.06 > width * inches_per_unit:
                continue
            axes.text(
                start + width / 2,
                middle,
                text,
                fontsize=SMALL,
                color=paint.text,
                ha="center",
                va="center_baseline",
                zorder=5,
                bbox={"facecolor": paint.fill, "edgecolor": "none", "pad": 1.2} if paint.hatch else None,
            )
    # The limits come from the scale; matplotlib would set them from what is drawn.
    axes.set(xlabel="", ylabel="", xlim=limits[0], ylim=limits[1], yticks=[])


def mark_hidden(axes: Axes, *, start: float, end: float, middle: float, text: str, inches_per_unit: float) -> None:
    """Show that something is hidden between two places: a dashed frame and, where it fits, the words."""
    axes.add_patch(
        Rectangle(
            (start, middle - THICKNESS / 2),
            end - start,
            THICKNESS,
            facecolor="none",
            edgecolor=MUTED,
            linewidth=0.8,
            linestyle=(0, (3, 2)),
            clip_on=False,
        )
    )
    if measure(text, size=SMALL) + 0.08 <= (end - start) * inches_per_unit:
        axes.text(
            (start + end) / 2,
            middle,
            text,
            fontsize=SMALL,
            color=MUTED,
            ha="center",
            va="center_baseline",
            zorder=5,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.2},
        )


def make_room_beside(axes: Axes, texts: Iterable[str]) -> None:
    """Make the axes narrower by what is to be written at their right end."""
    box, longest = axes.get_position(), max((measure(text, size=SMALL) for text in texts), default=0.0)
    axes.set_position((box.x0, box.y0, box.width - (longest + 0.15) / WIDTH, box.height))


def write_beside(axes: Axes, text: str, at: tuple[float, float]) -> None:
    """Write a figure just to the right of a place, outside the axes where that is their end."""
    axes.annotate(
        text,
        at,
        xytext=(8, 0),
        textcoords="offset points",
        fontsize=SMALL,
        color=INK,
        va="center_baseline",
        annotation_clip=False,
    )


def help_lines(
    axes: Axes, places: Sequence[float], labels: Sequence[str], *, placed: Sequence[Placed], strong: float | None = None
) -> None:
    """Thin upright lines behind the bars, never through a heading, with a figure under each; one may be stronger."""
    axes.set_xticks(list(places), labels=list(labels))
    stand_on_a_line(axes)
    runs = _runs([middle for _, middle in placed])
    for own, colour, width in (
        ([place for place in places if place != strong], RULE, 0.7),
        ([place for place in places if place == strong], MUTED, 0.9),
    ):
        x = [place for place in own for _ in runs]
        tops, bottoms = ([run[end] for _ in own for run in runs] for end in (0, 1))
        if x:
            axes.vlines(x, tops, bottoms, color=colour, linewidth=width, zorder=0, clip_on=False)


def stand_on_a_line(axes: Axes) -> None:
    """Let what is written under an axis share a baseline: *mål* is higher than *start*."""
    axes.tick_params(axis="x", pad=SMALL + 3)
    for label in axes.get_xticklabels():
        label.set_verticalalignment("baseline")


def _runs(middles: Sequence[float]) -> list[tuple[float, float]]:
    """Top and bottom of each run of bars that follow one another without a heading between."""
    runs: list[tuple[float, float]] = []
    for middle in middles:
        if runs and middle - PITCH / 2 - runs[-1][1] < PITCH / 2:
            runs[-1] = runs[-1][0], middle + PITCH / 2
        else:
            runs.append((middle - PITCH / 2, middle + PITCH / 2))
    return runs
