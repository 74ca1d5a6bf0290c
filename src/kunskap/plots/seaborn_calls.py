"""The one place that calls seaborn, and therefore the one that keeps its deprecation warnings out of users' sight.

seaborn 0.13.2 is the last release and warns with newer matplotlib and pandas; versions are pinned in pyproject.toml.
It gets computed tables only: no aggregation, no error bars.  It brings all of scipy's statistics with it, half a second
that a report without such a figure does not pay: it is imported when something is drawn.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes

from kunskap.plots.palette import INK, Paint

__all__ = ["draw_columns", "draw_points"]


def draw_columns(
    axes: Axes, shares: pd.DataFrame, *, order: Sequence[str], groups: Sequence[str], paints: Sequence[Paint]
) -> None:
    """Draw upright bars of groups side by side.

    Parameters
    ----------
    axes : Axes
        Where.
    shares : DataFrame
        Columns `bin`, `group` and `share`; a missing share draws nothing.
    order, groups : sequence of str
        The bins from left to right, and the groups within each.
    paints : sequence of Paint
        One per group.
    """
    import seaborn as sns

    with _quiet():
        sns.barplot(
            data=shares,
            x="bin",
            y="share",
            hue="group",
            order=list(order),
            hue_order=list(groups),
            palette=[paint.fill for paint in paints],
            saturation=1,
            errorbar=None,
            legend=False,
            width=0.76,
            gap=0.06,
            ax=axes,
        )


def draw_points(axes: Axes, points: pd.DataFrame, *, paint: Paint, marker: str, size: float = 46.0) -> None:
    """Draw points at columns `x` and `y`; rows with a missing figure draw nothing."""
    import seaborn as sns

    with _quiet():
        sns.scatterplot(
            data=points,
            x="x",
            y="y",
            color=paint.fill,
            marker=marker,
            s=size,
            edgecolor=INK,
            linewidth=0.7,
            legend=False,
            zorder=4,
            ax=axes,
        )


@contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        for category in (
            DeprecationWarning,
            PendingDeprecationWarning,
            FutureWarning,
            mpl.MatplotlibDeprecationWarning,
        ):
            warnings.simplefilter("ignore", category)
        yield
