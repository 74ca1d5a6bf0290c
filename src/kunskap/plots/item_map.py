"""Staff's own map of the items: how easy each is, and how well it tells those who know from those who do not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import pandas as pd
from matplotlib.axes import Axes

from kunskap.disclosure import Released
from kunskap.errors import KunskapError, fault
from kunskap.plots.canvas import (
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
from kunskap.plots.palette import GROUPS, INK, MUTED, PAPER, RULE
from kunskap.plots.rows import hidden, n_of, released_rows
from kunskap.plots.seaborn_calls import draw_points
from kunskap.words import Words

__all__ = ["EASIEST", "HARDEST", "LOWEST_DISCRIMINATION", "item_map"]

HARDEST, EASIEST, LOWEST_DISCRIMINATION = 0.2, 0.9, 0.2
HEIGHT = 3.6


@draws
def item_map(released: Released, *, words: Words, table: str = "item_statistics", universe: str = "all") -> Drawing:
    """Draw each item's facility against its discrimination, for staff's internal view only.

    Parameters
    ----------
    released : Released
        Made with ``view="internal"``; `table` has rows of facility and discrimination per item.
    words : Words
        Interface words.
    table : str
        The table's name.
    universe : str
        Which people the figures are about.

    Returns
    -------
    Drawing
        Items that are very easy, very hard or tell little apart have a marker of their own; the sheet is stamped.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-05`` if the view is not internal, ``REPORT-02`` or ``REPORT-03`` if there is nothing to draw.
    """
    if released.view != "internal":
        raise KunskapError([fault("REPORT-05", table)])
    rows = released_rows(released, table, statistics=["facility", "discrimination"], universe=universe)
    rows = rows[rows["item"].notna()].reset_index(drop=True)
    wide = rows.pivot_table(index="item", columns="statistic", values="estimate", aggfunc="first", sort=False)
    wide = wide.reindex(columns=["facility", "discrimination"]).rename(columns={"facility": "x", "discrimination": "y"})
    shown = wide.dropna().reset_index()
    missing = [item for item in rows["item"].unique() if item not in set(shown["item"])]
    weak = (shown["x"] < HARDEST) | (shown["x"] > EASIEST) | (shown["y"] < LOWEST_DISCRIMINATION)
    title = wrap(words("plots.item_map.title"), width=WIDTH, size=TITLE, bold=True)
    subtitle = wrap(words("plots.item_map.subtitle"), width=WIDTH, size=SMALL)
    notes = f"{words('plots.item_map.notes')} {n_of(rows[~hidden(rows)], words)}."
    told = released.table(table)
    of_some = [item for item in told["item"].dropna().unique() if item not in set(rows["item"])]
    if of_some:
        notes += " " + words("plots.item_map.of_some", items=", ".join(of_some))
    if missing:
        notes += " " + words("plots.item_map.missing", items=", ".join(missing))
    top = len(title) * line_height(TITLE) + len(subtitle) * line_height(SMALL) + 0.2
    figure = new_sheet(top + HEIGHT + 0.5 + footer_height(notes, released, words))
    next_top = write_lines(figure, title, x=0, top=0, size=TITLE, bold=True)
    write_lines(figure, subtitle, x=0, top=next_top, size=SMALL, color=MUTED)
    axes = axes_at(figure, left=0.55, top=top, width=WIDTH - 0.8, height=HEIGHT)
    draw_points(axes, shown[~weak], paint=GROUPS[0], marker="o")
    draw_points(axes, shown[weak], paint=GROUPS[1], marker="D")
    lowest = -1.0 if shown["y"].lt(-0.4).any() else -0.4
    axes.set(xlabel="", ylabel="", xlim=(0, 1), ylim=(lowest, 1))
    x_ticks = [0, 0.25, 0.5, 0.75, 1]
    y_ticks = [tick for tick in (-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1) if tick >= lowest]
    axes.set_xticks(x_ticks, labels=[words.share(tick) for tick in x_ticks])
    axes.set_yticks(y_ticks, labels=[words.number(tick, decimals=2) for tick in y_ticks])
    for tick in x_ticks:
        axes.axvline(tick, color=RULE, linewidth=0.7, zorder=0)
    for tick in y_ticks:
        axes.axhline(tick, color=MUTED if tick == 0 else RULE, linewidth=0.7, zorder=0)
    axes.axhline(LOWEST_DISCRIMINATION, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    _label_points(axes, shown)
    write(
        figure,
        words("plots.item_map.axis"),
        x=0.55 + (WIDTH - 0.8) / 2,
        y=top + HEIGHT + 0.38,
        size=SMALL,
        color=MUTED,
        align="center",
    )
    write_footer(figure, notes, released, words, top=top + HEIGHT + 0.5)
    named = [
        words(
            "plots.item_map.point",
            item=row.item,
            facility=words.share(row.x),
            discrimination=words.number(row.y, decimals=2),
        )
        for row in shown.itertuples()
    ]
    return Drawing(figure, words("plots.item_map.alt", items="; ".join(named)), rows)


def _label_points(axes: Axes, points: pd.DataFrame) -> None:
    """Write each id at the nearest place where it covers neither a point nor another id, with a line when far."""
    width = axes.get_position().width * axes.get_figure(root=True).get_size_inches()[0]  # type: ignore[union-attr]
    low, high = axes.get_ylim()
    per_inch = HEIGHT / (high - low)
    spots = [(float(x) * width, (float(y) - low) * per_inch) for x, y in zip(points["x"], points["y"], strict=True)]
    taken = [(x - 0.07, x + 0.07, y - 0.07, y + 0.07) for x, y in spots]
    for (x, y), item in zip(spots, points["item"], strict=True):
        reach = measure(item, size=SMALL)
        box = next(
            (box for box in _places(x, y, reach) if _is_free(box, taken, width)),
            (x + 0.1, x + 0.1 + reach, y - 0.08, y),
        )
        taken.append(box)
        middle = (box[2] + box[3]) / 2
        nearest = min(max(x, box[0]), box[1])
        if math.hypot(nearest - x, middle - y) > 0.2:
            ends = [x / width, nearest / width], [low + y / per_inch, low + middle / per_inch]
            axes.plot(*ends, color=MUTED, linewidth=0.6, zorder=2)
        axes.text(
            box[0] / width,
            low + (middle - 0.36 * SMALL / 72) / per_inch,
            item,
            fontsize=SMALL,
            color=INK,
            va="baseline",
            zorder=5,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 0.6},
        )


def _places(x: float, y: float, reach: float) -> Iterator[tuple[float, float, float, float]]:
    """Boxes round a point, nearest first: right, left, above, below, and slanting."""
    for distance in (0.1, 0.16, 0.24, 0.34, 0.46, 0.6, 0.76, 0.94, 1.14):
        for turn in (0, 6, 3, 9, 1, 11, 5, 7, 2, 10, 4, 8):
            across, up = math.cos(turn * math.pi / 6), math.sin(turn * math.pi / 6)
            left = x + distance * across - reach * (1 - across) / 2
            middle = y + (distance + 0.06) * up
            yield left, left + reach, middle - 0.08, middle + 0.08


def _is_free(box: tuple[float, ...], taken: Sequence[tuple[float, ...]], width: float) -> bool:
    is_inside = box[0] >= 0 and box[1] <= width and box[2] >= 0 and box[3] <= HEIGHT
    return is_inside and not any(_meet(box, other) for other in taken)


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]
