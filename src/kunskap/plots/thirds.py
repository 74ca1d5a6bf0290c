"""Who takes which option: the lowest, middle and highest third of the total, for staff's internal view."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from kunskap.bank import SKIP, Bank, Item
from kunskap.disclosure import Released
from kunskap.errors import KunskapError, fault
from kunskap.plots.canvas import SMALL, measure
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import GROUPS, INK
from kunskap.plots.rows import hidden, in_sentence, released_rows
from kunskap.plots.stacked import Bar, Block, Segment, block_sheet, draw_segments, help_lines, mark_hidden
from kunskap.words import Words

__all__ = ["options_by_thirds"]

PARTS = ("lower", "middle", "upper")
STATISTICS = tuple(f"share_{part}_third" for part in PARTS)
# From light to dark, as the totals rise.
PAINTS = dict(zip(PARTS, (GROUPS[3], GROUPS[1], GROUPS[0]), strict=True))


@draws
def options_by_thirds(
    released: Released, *, bank: Bank, words: Words, item: str, table: str = "item_analysis", universe: str = "all"
) -> Drawing:
    """Draw how many in each third of the total took each option of a knowledge item.

    Parameters
    ----------
    released : Released
        Made with ``view="internal"``; `table` is the released figures of `kunskap.items.distractors` or
        `kunskap.items.analysis`.
    bank, words : Bank, Words
        Labels and interface words.
    item : str
        A knowledge item.
    table : str
        The table's name.
    universe : str
        Which people the figures are about.

    Returns
    -------
    Drawing
        The key comes first and says so in words: its bars should rise, and those of the others fall.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-05`` if the view is not internal, ``REPORT-02`` or ``REPORT-03`` if there is nothing to draw.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.disclosure import read_policy, release
    >>> from kunskap.tables import estimates
    >>> from kunskap.words import read_words
    >>> bank = read_bank()
    >>> key = bank.items["goals01"].key[0]
    >>> rows = [
    ...     dict(universe="all", item="goals01", option=option, statistic=f"share_{part}_third", unit="share",
    ...          count=count, n=20, estimate=count / 20)
    ...     for option, counts in ((key, (4, 10, 16)), ("dk", (16, 10, 4)))
    ...     for part, count in zip(("lower", "middle", "upper"), counts)
    ... ]
    >>> released = release({"item_analysis": estimates(rows)}, policy=read_policy(), view="internal")
    >>> drawing = options_by_thirds(released, bank=bank, words=read_words(language="en"), item="goals01")
    >>> drawing.alt.split(". ")[-1]
    "Don't know: lowest third 80%, middle third 50%, highest third 20%."
    """
    if released.view != "internal":
        raise KunskapError([fault("REPORT-05", table)])
    rows = released_rows(released, table, statistics=STATISTICS, universe=universe)
    rows = rows[rows["item"].eq(item)].reset_index(drop=True)
    asked = bank.items[item]
    names = {part: words(f"plots.thirds.{part}") for part in PARTS}
    blocks = [
        block
        for option in [*asked.key, *(one for one in [*asked.option_ids, SKIP] if one not in asked.key)]
        if (block := _block(rows, option, asked, names=names, words=words)).bars
    ]
    if not blocks:
        raise KunskapError([fault("REPORT-03", table, expected=", ".join(STATISTICS), universe=universe)])
    notes = words("plots.thirds.notes")
    figure, axes, placed = block_sheet(
        released,
        words,
        title=words("plots.thirds.title", item=item),
        subtitle=f"{bank.stem(item, words.language)}\n{words('plots.thirds.subtitle')}",
        labels=[_with_n(names[part], rows, part, words) for part in PARTS],
        paints=list(PAINTS.values()),
        blocks=blocks,
        notes=f"{notes} {words('plots.notes.frame')}" if hidden(rows).any() else notes,
    )
    axes.set_xlim(0, 1)
    inches = axes.get_position().width * figure.get_size_inches()[0]
    segments = [Segment(part, place.middle, 0.0, share) for place in placed for part, share in place.bar.shares.items()]
    drawn = [one for one in segments if one.width > 0]
    draw_segments(axes, drawn, paints=PAINTS, words=words, inches_per_unit=inches)
    for _, middle, _, share in segments:
        text = words.share(share)
        if measure(text, size=SMALL) + 0.06 > share * inches:
            axes.text(share + 0.06 / inches, middle, text, fontsize=SMALL, color=INK, va="center_baseline")
    for place in placed:
        if place.bar.hidden:
            text = words("plots.hidden")
            mark_hidden(axes, start=0, end=1, middle=place.middle, text=text, inches_per_unit=inches)
    places = (0, 0.25, 0.5, 0.75, 1)
    help_lines(axes, places, [words.share(place) for place in places], placed=placed)
    return Drawing(figure, _alt(item, blocks, names, words), rows)


def _block(rows: pd.DataFrame, option: str, item: Item, *, names: Mapping[str, str], words: Words) -> Block:
    """One option's three bars; none for blanks where nobody left the question blank."""
    own = rows[rows["option"].eq(option)]
    if option == SKIP and own["estimate"].fillna(0).eq(0).all():
        own = own.iloc[:0]
    label = words("plots.outcome.skip") if option == SKIP else item.option(option).text[words.language]
    if option in item.key:
        label = words("plots.thirds.right", option=label)
    bars: list[Bar] = []
    for part, statistic in zip(PARTS, STATISTICS, strict=True):
        for share in own.loc[own["statistic"].eq(statistic), "estimate"]:
            shares = {} if pd.isna(share) else {part: float(share)}
            bars.append(Bar("", names[part], shares, () if shares else (part,)))
    return Block("", label if bars else "", tuple(bars))


def _with_n(name: str, rows: pd.DataFrame, part: str, words: Words) -> str:
    n = rows.loc[rows["statistic"].eq(f"share_{part}_third"), "n"].dropna()
    return f"{name} ({words('plots.n', n=words.count(n.max()))})" if len(n) else name


def _alt(item: str, blocks: Sequence[Block], names: Mapping[str, str], words: Words) -> str:
    sentences = [words("plots.thirds.alt", item=item)]
    for block in blocks:
        parts = []
        for bar in block.bars:
            share = next(iter(bar.shares.values()), None)
            parts.append(f"{in_sentence(bar.n)} {words('plots.hidden') if share is None else words.share(share)}")
        sentences.append(words("plots.thirds.option", option=block.heading, shares=", ".join(parts)))
    return " ".join(sentences)
