"""Every group's mean under one another: women and men, roles, organisations, and women and men within each role."""

from __future__ import annotations

import pandas as pd

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.errors import KunskapError, fault
from kunskap.plots.difference import interval_in_words
from kunskap.plots.dots import dot_sheet, ends_of
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.rows import group_label, hidden, levels_in_order, released_rows
from kunskap.plots.stacked import Bar, Block
from kunskap.tables import grouping_columns
from kunskap.words import Words

__all__ = ["group_means"]


@draws
def group_means(
    released: Released, *, bank: Bank, words: Words, table: str = "groups", scale: str = "total", universe: str = "all"
) -> Drawing:
    """Draw the mean share right of every group, one block for each way of dividing people.

    Parameters
    ----------
    released : Released
        `table` is the released figures of `kunskap.groups.side_by_side`.
    bank, words : Bank, Words
        Labels and interface words.
    table : str
        The table's name.
    scale : str
        Whose mean.
    universe : str
        Which people the figures are about.

    Returns
    -------
    Drawing
        The axis is always 0–100 %; within a block the groups stand in the bank's order, women and men beside one
        another, each with the same marker everywhere.  Hidden means are framed, never drawn.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if there is nothing to draw.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.disclosure import read_policy, release
    >>> from kunskap.tables import estimates
    >>> from kunskap.words import read_words
    >>> rows = [dict(sex=sex, universe="all", scale="total", statistic="mean", unit="share", n=40, estimate=mean,
    ...              se=0.03, low=mean - 0.06, high=mean + 0.06) for sex, mean in (("k", 0.52), ("m", 0.55))]
    >>> released = release({"groups": estimates(rows, by=["sex"])}, policy=read_policy())
    >>> group_means(released, bank=read_bank(), words=read_words(language="en")).alt[-35:]
    'Women 52% (46–58); Men 55% (49–61).'
    """
    rows = released_rows(released, table, statistics=["mean"], universe=universe)
    rows = rows[rows["scale"].eq(scale)].reset_index(drop=True)
    names = grouping_columns(rows)
    divided = rows[names].notna()
    blocks: list[Block] = []
    markers: dict[str, int] = {}
    for kind in dict.fromkeys(tuple(name for name in names if row[name]) for _, row in divided.iterrows()):
        if kind:
            own = rows[(divided == pd.Series({name: name in kind for name in names})).all(axis=1)]
            block, own_markers = _block(own, kind, bank=bank, words=words)
            blocks.append(block)
            markers |= own_markers
    if not blocks:
        raise KunskapError([fault("REPORT-03", table, expected="mean", universe=universe)])
    ticks = (0.0, 0.25, 0.5, 0.75, 1.0)
    return dot_sheet(
        released,
        words,
        rows=rows,
        blocks=blocks,
        title=words("plots.differences.title"),
        subtitle=words("plots.differences.subtitle"),
        notes=words("plots.notes.interval"),
        alt=words("plots.differences.alt"),
        ticks=ticks,
        labels=[words.share(tick) for tick in ticks],
        lines=[],
        figures=lambda dot: interval_in_words(*ends_of(dot), words),
        markers=markers,
    )


def _block(rows: pd.DataFrame, kind: tuple[str, ...], *, bank: Bank, words: Words) -> tuple[Block, dict[str, int]]:
    """The groups of one way of dividing, sex last and therefore side by side; a marker for each level of the last."""
    order = sorted(kind, key=lambda name: (name == "sex", list(bank.variables).index(name)))
    for name in reversed(order):
        levels = levels_in_order(rows, name, bank)
        rows = rows.assign(place=[levels.index(level) for level in rows[name]]).sort_values("place", kind="stable")
    last = levels_in_order(rows, order[-1], bank)
    bars, markers = [], {}
    for _, row in rows.iterrows():
        labels = [group_label(name, str(row[name]), bank=bank, words=words) for name in order]
        label = ", ".join([labels[0], *(one.lower() for one in labels[1:])])
        markers[label] = last.index(str(row[order[-1]]))
        if bool(hidden(row.to_frame().T).iloc[0]):
            bars.append(Bar(label, "", {}, ("estimate",)))
            continue
        shares = {end: float(row[end]) for end in ("estimate", "low", "high") if pd.notna(row[end])}
        bars.append(Bar(label, words("plots.n", n=words.count(row["n"])), shares))
    return Block("", words("plots.group_means.by_" + "_".join(order)), tuple(bars)), markers
