"""The Wright map: people and items on one scale, for staff's internal view."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

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
from kunskap.plots.palette import EDGE, GROUPS, INK, MUTED, PAPER, RULE
from kunskap.plots.rows import hidden, released_rows
from kunskap.plots.seaborn_calls import draw_points
from kunskap.words import Words

__all__ = ["wright_map"]

STATISTICS = ("difficulty", "ability_mean", "ability_sd")
LEFT, PEOPLE_WIDTH, GAP = 0.4, 1.2, 0.25
LOWEST, HIGHEST = 3.6, 7.0
LINE, LABEL_GAP, ASIDE = 0.17, 0.22, 0.04
WHITE = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.4}
FARTHEST = 0.3  # that a label may stand from its mark before the map grows
Floats = NDArray[np.float64]


@draws
def wright_map(released: Released, *, words: Words, table: str = "item_parameters", universe: str = "all") -> Drawing:
    """Draw how difficult the items are beside how able the people are, on one scale.

    Parameters
    ----------
    released : Released
        Made with ``view="internal"``; `table` is the released figures of `kunskap.irt.table`.
    words : Words
        Interface words.
    table : str
        The table's name.
    universe : str
        Which people the figures are about.

    Returns
    -------
    Drawing
        The people are the model's normal curve, with the released mean and standard deviation: no person is drawn.
        Each item stands at its difficulty with its interval.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-05`` if the view is not internal, ``REPORT-02`` or ``REPORT-03`` if there is nothing to draw.
    """
    if released.view != "internal":
        raise KunskapError([fault("REPORT-05", table)])
    rows = released_rows(released, table, statistics=STATISTICS, universe=universe)
    is_item = rows["statistic"].eq("difficulty")
    items = rows[is_item & ~hidden(rows)].sort_values(["estimate", "item"], ignore_index=True)
    missing = [str(item) for item in rows.loc[is_item & hidden(rows), "item"]]
    people = rows[~is_item & ~hidden(rows)].set_index("statistic")
    if items.empty or set(people.index) != {"ability_mean", "ability_sd"}:
        raise KunskapError([fault("REPORT-03", table, expected=", ".join(STATISTICS), universe=universe)])
    mean, sd = people["estimate"][["ability_mean", "ability_sd"]].tolist()
    low = math.floor(min(items["estimate"].min(), mean - 2.5 * sd) - 0.25)
    high = math.ceil(max(items["estimate"].max(), mean + 2.5 * sd) + 0.25)
    height, labels = _labels(items, low=low, high=high)

    title = wrap(words("plots.wright_map.title"), width=WIDTH, size=TITLE, bold=True)
    subtitle = wrap(words("plots.wright_map.subtitle"), width=WIDTH, size=SMALL)
    notes = words("plots.wright_map.notes", n=words.count(int(people["n"].iloc[0])))
    if missing:
        notes += " " + words("plots.wright_map.missing", items=", ".join(missing))
    top = len(title) * line_height(TITLE) + len(subtitle) * line_height(SMALL) + 0.5
    figure = new_sheet(top + height + 0.3 + footer_height(notes, released, words))
    next_top = write_lines(figure, title, x=0, top=0, size=TITLE, bold=True)
    write_lines(figure, subtitle, x=0, top=next_top, size=SMALL, color=MUTED)
    write(figure, words("plots.wright_map.people"), x=LEFT, y=top - 0.12, size=SMALL, bold=True)
    items_left = LEFT + PEOPLE_WIDTH + GAP
    write(figure, words("plots.wright_map.items"), x=items_left, y=top - 0.12, size=SMALL, bold=True)
    write(figure, f"↑ {words('plots.wright_map.high')}", x=WIDTH, y=top - 0.12, size=SMALL, color=MUTED, align="right")
    write(
        figure,
        f"↓ {words('plots.wright_map.low')}",
        x=WIDTH,
        y=top + height + 0.14,
        size=SMALL,
        color=MUTED,
        align="right",
    )
    ticks = list(range(low, high + 1, max(1, (high - low) // 8)))
    side = axes_at(figure, left=LEFT, top=top, width=PEOPLE_WIDTH, height=height)
    _draw_people(side, mean, sd, low=low, high=high)
    side.set_yticks(ticks, labels=[words.number(tick, decimals=0) for tick in ticks])
    axes = axes_at(figure, left=items_left, top=top, width=WIDTH - items_left, height=height)
    axes.set(xlim=(0, WIDTH - items_left), ylim=(low, high), xticks=[], yticks=[])
    for tick in ticks:
        for one in (side, axes):
            one.axhline(tick, color=RULE, linewidth=0.7, zorder=0)
    axes.axhline(mean, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    side.axhline(mean, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    _draw_items(axes, items, labels)
    write_footer(figure, notes, released, words, top=top + height + 0.3)
    named = [
        words("plots.wright_map.point", item=row.item, difficulty=words.number(row.estimate, decimals=2))
        for row in items.itertuples()
    ]
    alt = words(
        "plots.wright_map.alt",
        mean=words.number(mean, decimals=2),
        sd=words.number(sd, decimals=2),
        items="; ".join(named),
    )
    return Drawing(figure, alt, rows)


def _labels(items: pd.DataFrame, *, low: float, high: float) -> tuple[float, pd.DataFrame]:
    """How high the map must be, and where each item's mark (x) and label (x, label_y) stand so that none meet."""
    reach = max(measure(str(item), size=SMALL) for item in items["item"]) + LABEL_GAP + 0.1
    room = WIDTH - (LEFT + PEOPLE_WIDTH + GAP)
    most = max(1, int(room / reach))
    values = items["estimate"].to_numpy(dtype=float)
    height = LOWEST
    while True:
        apart = LINE * (high - low) / height
        columns = _columns(values, apart=apart, most=most)
        places = np.empty(len(values))
        for column in set(columns):
            chosen = np.flatnonzero(np.array(columns) == column)
            places[chosen] = _spread(values[chosen], apart=apart, low=low, high=high)
        farthest = float(np.abs(places - values).max()) * height / (high - low)
        fullest = max(columns.count(column) for column in set(columns)) * LINE
        if fullest < height and (farthest <= FARTHEST or height >= HIGHEST):
            left = 0.1 + room / most * np.array(columns)
            # Neighbours stand a little aside of one another, so that their intervals can be told apart.
            turn = [columns[:place].count(column) % 3 for place, column in enumerate(columns)]
            return height, pd.DataFrame(
                {"x": left + ASIDE * np.array(turn), "y": values, "label_x": left + LABEL_GAP, "label_y": places}
            )
        height *= 1.2


def _columns(values: Floats, *, apart: float, most: int) -> list[int]:
    """A column for each item, from the easiest: the first with room beside it, else the emptiest."""
    last = [-np.inf] * most
    counts = [0] * most
    columns = []
    for value in values:
        free = [column for column in range(most) if value - last[column] >= apart]
        column = free[0] if free else counts.index(min(counts))
        last[column] = max(value, last[column] + apart)
        counts[column] += 1
        columns.append(column)
    return columns


def _spread(values: Floats, *, apart: float, low: float, high: float) -> Floats:
    """Places at least `apart` from one another, within the map, as near to rising values as can be."""
    steps = apart * np.arange(len(values))
    places = isotonic_regression(values - steps).x + steps
    return np.clip(places, low + apart / 2 + steps, high - apart / 2 - steps[::-1])


def _draw_people(axes: Axes, mean: float, sd: float, *, low: float, high: float) -> None:
    """The normal curve on its side, with its foot towards the items."""
    at = np.linspace(low, high, 241)
    density = np.exp(-0.5 * ((at - mean) / max(sd, 0.05)) ** 2)
    axes.set(xlim=(1.08, 0), ylim=(low, high), xticks=[])
    axes.fill_betweenx(at, 0, density, color=GROUPS[1].fill, edgecolor=EDGE, linewidth=0.7, zorder=2)


def _draw_items(axes: Axes, items: pd.DataFrame, labels: pd.DataFrame) -> None:
    """Marks at the difficulties with their intervals; a line leads to a label that had to move."""
    for x, low, high in zip(labels["x"], items["low"], items["high"], strict=True):
        if pd.notna(low) and pd.notna(high):
            axes.plot([x, x], [low, high], color=EDGE, linewidth=1.0, zorder=2)
    for x, y, label_x, label_y in labels.itertuples(index=False):
        axes.plot([x, label_x - 0.03], [y, label_y], color=MUTED, linewidth=0.5, zorder=2)
    draw_points(axes, labels, paint=GROUPS[0], marker="o", size=26.0)
    axes.set(xlabel="", ylabel="")
    for label_x, label_y, item in zip(labels["label_x"], labels["label_y"], items["item"], strict=True):
        axes.text(label_x, label_y, item, fontsize=SMALL, color=INK, va="center_baseline", zorder=5, bbox=WHITE)
