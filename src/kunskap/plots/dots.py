"""A dot with its interval for every item: alpha without it, how differently it works, what silence could change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from kunskap.disclosure import Released
from kunskap.errors import KunskapError, fault
from kunskap.plots.canvas import WIDTH
from kunskap.plots.difference import interval_in_words
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import GROUPS, INK, MUTED
from kunskap.plots.rows import hidden, released_rows
from kunskap.plots.seaborn_calls import draw_points
from kunskap.plots.stacked import Bar, Block, block_sheet, help_lines, make_room_beside, mark_hidden, write_beside
from kunskap.words import Words

__all__ = ["dot_sheet", "ends_of", "item_intervals", "nonresponse_bounds"]

ITEM_STATISTICS = ("alpha_if_deleted", "mh_delta")
# Within one delta either way an item works alike in both groups (class A of the Educational Testing Service).
NEGLIGIBLE = 1.0
Told = Callable[[Bar], str]
MARKERS = ("o", "D", "s", "^")


@draws
def item_intervals(
    released: Released,
    *,
    words: Words,
    statistic: str,
    table: str = "item_analysis",
    groups: str = "",
    universe: str = "all",
) -> Drawing:
    """Draw one figure per item with its interval, for staff's internal view.

    Parameters
    ----------
    released : Released
        Made with ``view="internal"``.
    words : Words
        Interface words.
    statistic : {"alpha_if_deleted", "mh_delta"}
        ``alpha_if_deleted`` (`kunskap.items.analysis`; the scale's alpha is the dashed line) or ``mh_delta``
        (`kunskap.dif.mantel_haenszel`; the dashed lines hold what is negligible).
    table : str
        The table's name.
    groups : str
        Whom ``mh_delta`` compares, as words: *kvinnor och män*.
    universe : str
        Which people the figures are about.

    Returns
    -------
    Drawing
        Items in the table's order; the axis follows the figures, as coefficients have no common scale.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-05`` if the view is not internal, ``REPORT-02`` or ``REPORT-03`` if there is nothing to draw.

    Examples
    --------
    >>> from kunskap.disclosure import read_policy, release
    >>> from kunskap.tables import estimates
    >>> from kunskap.words import read_words
    >>> rows = [dict(universe="all", item="goals01", statistic="mh_delta", unit="delta", option="k-m", n=220,
    ...              estimate=0.4, low=-0.5, high=1.3)]
    >>> released = release({"dif": estimates(rows)}, policy=read_policy(), view="internal")
    >>> words = read_words(language="en")
    >>> item_intervals(released, words=words, statistic="mh_delta", table="dif", groups="women and men").alt[-29:]
    'goals01 0.40 (−0.50 to 1.30).'
    """
    if released.view != "internal":
        raise KunskapError([fault("REPORT-05", table)])
    if statistic not in ITEM_STATISTICS:
        raise KunskapError([fault("REPORT-03", table, expected=", ".join(ITEM_STATISTICS), universe=universe)])
    rows = released_rows(released, table, statistics=[statistic], universe=universe)
    dots = [_dot(row, words) for _, row in rows.iterrows()]
    lines = _lines(released, statistic, table, universe)
    numbers = [value for dot in dots for value in dot.shares.values()] + lines
    if not numbers:
        numbers = [0.0, 1.0]
    ticks = _ticks(min(numbers), max(numbers))
    key = f"plots.{statistic}"

    def figures(dot: Bar) -> str:
        ends = [words.number(dot.shares[end], decimals=2) for end in ("low", "high") if end in dot.shares]
        middle = words.number(dot.shares["estimate"], decimals=2)
        return words("plots.dots.figure", estimate=middle, low=ends[0], high=ends[1]) if len(ends) == 2 else middle

    return dot_sheet(
        released,
        words,
        rows=rows,
        blocks=[_block(dots)],
        title=words(f"{key}.title", groups=groups),
        subtitle=words(f"{key}.subtitle"),
        notes=words(f"{key}.notes"),
        alt=words(f"{key}.alt", groups=groups),
        ticks=ticks,
        labels=[words.number(tick, decimals=1) for tick in ticks],
        lines=lines,
        figures=figures,
    )


@draws
def nonresponse_bounds(released: Released, *, words: Words, table: str = "knowledge", universe: str = "all") -> Drawing:
    """Draw the share right of each item, and between what it could lie whatever those who did not answer would say.

    Parameters
    ----------
    released : Released
        `table` has rows of ``share``, ``bound_low`` and ``bound_high`` for the outcome *right*.
    words : Words
        Interface words.
    table : str
        The table's name.
    universe : str
        Which people the figures are about.

    Returns
    -------
    Drawing
        The axis is always 0–100 %.  Items that a part of the people were asked are not drawn here.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if there is nothing to draw.

    Examples
    --------
    >>> from kunskap.disclosure import read_policy, release
    >>> from kunskap.tables import estimates
    >>> from kunskap.words import read_words
    >>> start = dict(universe="all", item="goals01", option="right", unit="share", count=30, n=60)
    >>> rows = [start | dict(statistic="share", estimate=0.5)]
    >>> key = "share|all|goals01|right|"
    >>> rows += [start | dict(statistic=name, estimate=value, inputs=(key,))
    ...          for name, value in (("bound_low", 0.3), ("bound_high", 0.7))]
    >>> released = release({"knowledge": estimates(rows)}, policy=read_policy())
    >>> nonresponse_bounds(released, words=read_words(language="en")).alt[-20:]
    'goals01 50% (30–70).'
    """
    rows = released_rows(released, table, statistics=["share", "bound_low", "bound_high"], universe=universe)
    rows = rows[rows["option"].eq("right")].reset_index(drop=True)
    ends = {
        name: rows[rows["statistic"].eq(name)].set_index("item")["estimate"] for name in ("bound_low", "bound_high")
    }
    of = rows[rows["statistic"].eq("share")]
    if of.empty or ends["bound_low"].empty:
        raise KunskapError([fault("REPORT-03", table, expected="bound_low, bound_high", universe=universe)])
    of = of.assign(low=of["item"].map(ends["bound_low"]), high=of["item"].map(ends["bound_high"]))
    ticks = (0.0, 0.25, 0.5, 0.75, 1.0)
    return dot_sheet(
        released,
        words,
        rows=rows,
        blocks=[_block(_dot(row, words) for _, row in of.iterrows())],
        title=words("plots.bounds.title"),
        subtitle=words("plots.bounds.subtitle"),
        notes=words("plots.bounds.notes"),
        alt=words("plots.bounds.alt"),
        ticks=ticks,
        labels=[words.share(tick) for tick in ticks],
        lines=[],
        figures=lambda dot: interval_in_words(*ends_of(dot), words),
    )


def _dot(row: pd.Series, words: Words) -> Bar:
    if bool(hidden(row.to_frame().T).iloc[0]):
        return Bar(str(row["item"]), "", {}, ("estimate",))
    shares = {name: float(row[name]) for name in ("estimate", "low", "high") if pd.notna(row[name])}
    return Bar(str(row["item"]), words("plots.n", n=words.count(row["n"])), shares)


def _block(dots: Iterable[Bar]) -> Block:
    return Block("", "", tuple(dots))


def ends_of(dot: Bar) -> tuple[float, float | None, float | None]:
    """The estimate and the ends of its interval, where it has one."""
    return dot.shares["estimate"], dot.shares.get("low"), dot.shares.get("high")


def _lines(released: Released, statistic: str, table: str, universe: str) -> list[float]:
    """What the figures are to be seen against."""
    if statistic == "mh_delta":
        return [-NEGLIGIBLE, NEGLIGIBLE]
    whole = released.table(table)
    alpha = whole.loc[whole["statistic"].eq("alpha") & whole["universe"].eq(universe), "estimate"].dropna()
    return [float(alpha.iloc[0])] if len(alpha) else []


def _ticks(low: float, high: float) -> tuple[float, ...]:
    """Even places around the figures, at most seven of them."""
    step = next(one for one in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 50.0) if (high - low) / one <= 5)
    first, last = np.floor(low / step), np.ceil(high / step)
    # no negative zero
    return tuple(float(round(place * step, 6)) + 0.0 for place in np.arange(first, last + 1))


def dot_sheet(
    released: Released,
    words: Words,
    *,
    rows: pd.DataFrame,
    blocks: Sequence[Block],
    title: str,
    subtitle: str,
    notes: str,
    alt: str,
    ticks: Sequence[float],
    labels: Sequence[str],
    lines: Sequence[float],
    figures: Told,
    markers: Mapping[str, int] | None = None,
) -> Drawing:
    """Draw dots with intervals under one another, with the figures written at the right edge.

    Parameters
    ----------
    released, words : Released, Words
        For the stamps and the notes.
    rows : DataFrame
        The table behind the drawing.
    blocks : sequence of Block
        Dots: bars whose shares are ``estimate`` and, where they have an interval, ``low`` and ``high``.
    title, subtitle, notes, alt : str
        Texts; the dots' own words are added to `alt`.
    ticks, labels : sequence
        The axis from its first tick to its last, and what is written under it.
    lines : sequence of float
        Dashed lines to see the dots against.
    figures : callable
        A dot in words.
    markers : mapping of str to int, optional
        A dot's label → which marker and paint it has; all are alike without it.
    """
    any_hidden = any(dot.hidden for block in blocks for dot in block.bars)
    figure, axes, placed = block_sheet(
        released,
        words,
        title=title,
        subtitle=subtitle,
        labels=[],
        paints=[],
        blocks=blocks,
        notes=f"{notes} {words('plots.notes.frame') if any_hidden else ''}".strip(),
    )
    written = ["" if dot.hidden else figures(dot) for dot, _ in placed]
    make_room_beside(axes, written)
    inches = axes.get_position().width * WIDTH / (ticks[-1] - ticks[0])
    limits = axes.get_ylim()
    for (dot, middle), text in zip(placed, written, strict=True):
        if dot.hidden:
            hidden_text = words("plots.hidden")
            mark_hidden(axes, start=ticks[0], end=ticks[-1], middle=middle, text=hidden_text, inches_per_unit=inches)
            continue
        estimate, low, high = ends_of(dot)
        if low is not None and high is not None:
            axes.hlines(middle, low, high, color=INK, linewidth=1.4, zorder=3)
        which = 0 if markers is None else markers[dot.label] % len(MARKERS)
        paint = GROUPS[1] if markers is None else GROUPS[which]
        draw_points(axes, pd.DataFrame({"x": [estimate], "y": [middle]}), paint=paint, marker=MARKERS[which])
        write_beside(axes, text, (ticks[-1], middle))
    for at in lines:
        axes.axvline(at, color=MUTED, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
    axes.set(xlabel="", ylabel="", xlim=(ticks[0], ticks[-1]), ylim=limits, yticks=[])
    help_lines(axes, ticks, labels, placed=placed)
    axes.tick_params(axis="x", labelcolor=MUTED)
    told = "; ".join(
        f"{dot.label} {text or words('plots.hidden')}" for (dot, _), text in zip(placed, written, strict=True)
    )
    return Drawing(figure, f"{alt} {told}.", rows)
