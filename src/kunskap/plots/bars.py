"""Horizontal bars from a computed place to a computed length.

Drawn with matplotlib itself: seaborn has no bars that begin elsewhere than at zero, and it groups, averages and labels
what is one figure a bar already, which is ten times the work.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from kunskap.plots.palette import Paint

__all__ = ["draw_bars"]


def draw_bars(axes: Axes, segments: pd.DataFrame, *, paint: Paint, thickness: float) -> None:
    """Draw one category's horizontal segments.

    Parameters
    ----------
    axes : Axes
        Where; its y axis is in the unit of `thickness`.
    segments : DataFrame
        Columns `middle` (y), `start` and `width` (x), one row per bar, none missing.
    paint : Paint
        Fill and pattern.
    thickness : float
        Of a bar, in y units.
    """
    if segments.empty:
        return
    ordered = segments.sort_values("middle")
    axes.barh(
        ordered["middle"].to_numpy(),
        ordered["width"].to_numpy(),
        thickness,
        ordered["start"].to_numpy(),
        color=paint.fill,
        edgecolor=paint.edge,
        linewidth=0.6,
        hatch=paint.hatch or None,
        clip_on=False,
    )
