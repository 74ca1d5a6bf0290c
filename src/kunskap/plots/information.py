"""Where on the scale the test measures well: its information at each ability, for staff's internal view."""

from __future__ import annotations

import math

import pandas as pd

from kunskap.disclosure import Released
from kunskap.errors import KunskapError, fault
from kunskap.plots.canvas import (
    SMALL,
    TITLE,
    WIDTH,
    axes_at,
    footer_height,
    line_height,
    new_sheet,
    wrap,
    write,
    write_footer,
    write_lines,
)
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import EDGE, GROUPS, MUTED, RULE
from kunskap.plots.rows import hidden, n_of, released_rows
from kunskap.words import Words

__all__ = ["information_curve"]

HEIGHT, LEFT = 3.2, 0.5
MIDDLE = 1.959964


@draws
def information_curve(
    released: Released,
    *,
    words: Words,
    table: str = "item_information",
    parameters: str = "item_parameters",
    universe: str = "all",
) -> Drawing:
    """Draw the test's information at each ability, with each item's contribution, and where the people are.

    Parameters
    ----------
    released : Released
        Made with ``view="internal"``; `table` is the released figures of `kunskap.irt.information`.
    words : Words
        Interface words.
    table : str
        The table's name.
    parameters : str
        The table of `kunskap.irt.table`: where it is released, the middle 95 % of the people are marked.
    universe : str
        Which people the figures are about.

    Returns
    -------
    Drawing

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-05`` if the view is not internal, ``REPORT-02`` or ``REPORT-03`` if there is nothing to draw.
    """
    if released.view != "internal":
        raise KunskapError([fault("REPORT-05", table)])
    rows = released_rows(released, table, statistics=["information"], universe=universe)
    shown = rows[~hidden(rows)].assign(ability=lambda frame: frame["option"].astype(float)).sort_values("ability")
    whole = shown[shown["scale"].eq("total")]
    if whole.empty:
        raise KunskapError([fault("REPORT-03", table, expected="information", universe=universe)])
    missing = sorted(set(rows["item"].dropna()) - set(shown["item"].dropna()))
    title = wrap(words("plots.information.title"), width=WIDTH, size=TITLE, bold=True)
    subtitle = wrap(words("plots.information.subtitle"), width=WIDTH, size=SMALL)
    notes = f"{words('plots.information.notes')} {n_of(shown, words)}."
    if missing:
        notes += " " + words("plots.information.missing", items=", ".join(missing))
    top = len(title) * line_height(TITLE) + len(subtitle) * line_height(SMALL) + 0.2
    figure = new_sheet(top + HEIGHT + 0.55 + footer_height(notes, released, words))
    next_top = write_lines(figure, title, x=0, top=0, size=TITLE, bold=True)
    write_lines(figure, subtitle, x=0, top=next_top, size=SMALL, color=MUTED)
    width = WIDTH - LEFT - 0.1
    axes = axes_at(figure, left=LEFT, top=top, width=width, height=HEIGHT)
    low, high = float(whole["ability"].min()), float(whole["ability"].max())
    highest = max(1, math.ceil(1.1 * float(whole["estimate"].max())))
    axes.set(xlim=(low, high), ylim=(0, highest))
    x_ticks = list(range(math.ceil(low), math.floor(high) + 1))
    y_ticks = list(range(0, highest + 1, max(1, math.ceil(highest / 6))))
    axes.set_xticks(x_ticks, labels=[words.number(tick, decimals=0) for tick in x_ticks])
    axes.set_yticks(y_ticks, labels=[words.number(tick, decimals=0) for tick in y_ticks])
    for tick in y_ticks:
        axes.axhline(tick, color=RULE, linewidth=0.7, zorder=0)
    best = []
    for item, curve in shown[shown["item"].notna()].groupby("item", sort=False):
        axes.plot(curve["ability"], curve["estimate"], color=EDGE, linewidth=0.9, zorder=2)
        at = float(curve["ability"].iloc[int(curve["estimate"].to_numpy().argmax())])
        best.append(words("plots.information.best", item=item, ability=words.number(at, decimals=2)))
    axes.plot(whole["ability"], whole["estimate"], color=GROUPS[0].fill, linewidth=2.4, zorder=3)
    people = _middle(released, parameters, universe)
    if people is not None:
        left, right = (LEFT + width * (min(max(end, low), high) - low) / (high - low) for end in people)
        axes.axvspan(max(people[0], low), min(people[1], high), color=GROUPS[3].fill, alpha=0.45, zorder=-1)
        label = words("plots.information.people")
        write(figure, label, x=(left + right) / 2, y=top + 0.12, size=SMALL, color=MUTED, align="center")
    write(
        figure,
        words("plots.information.axis"),
        x=LEFT + width / 2,
        y=top + HEIGHT + 0.4,
        size=SMALL,
        color=MUTED,
        align="center",
    )
    write_footer(figure, notes, released, words, top=top + HEIGHT + 0.55)
    peak = whole.iloc[int(whole["estimate"].to_numpy().argmax())]
    alt = words(
        "plots.information.alt",
        information=words.number(float(peak["estimate"]), decimals=2),
        ability=words.number(float(peak["ability"]), decimals=2),
        items="; ".join(best),
    )
    return Drawing(figure, alt, rows)


def _middle(released: Released, parameters: str, universe: str) -> tuple[float, float] | None:
    """Between which abilities the middle 95 % of the people are, if that was released."""
    if parameters not in released.names:
        return None
    table = released.table(parameters)
    of = table[table["universe"].eq(universe) & table["statistic"].isin(["ability_mean", "ability_sd"])]
    figures = pd.Series(of["estimate"].to_numpy(), index=of["statistic"]).dropna()
    if set(figures.index) != {"ability_mean", "ability_sd"}:
        return None
    half = MIDDLE * float(figures["ability_sd"])
    return float(figures["ability_mean"]) - half, float(figures["ability_mean"]) + half
