"""What people chose where nothing is right or wrong: one bar per option and group, women and men side by side."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from kunskap.bank import SKIP, Bank, Item
from kunskap.disclosure import Released
from kunskap.plots.canvas import SMALL, measure
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import GROUPS, INK, Paint
from kunskap.plots.rows import group_label, hidden, in_sentence, levels_in_order, listed, released_rows
from kunskap.plots.stacked import Bar, Block, Placed, Segment, block_sheet, draw_segments, help_lines, mark_hidden
from kunskap.words import Words

__all__ = ["chosen_options", "options_in_order"]

ALL = "all"


@draws
def chosen_options(
    released: Released, *, bank: Bank, words: Words, item: str, table: str, by: str | None = "sex"
) -> Drawing:
    """Draw how many chose each option of an item without right or wrong.

    Parameters
    ----------
    released : Released
        With `table`, and for ``by`` the table ``<table>_by_<by>``: shares of the item's options.
    bank, words : Bank, Words
        Labels and interface words.
    item : str
        A single or multiple choice.
    table : str
        The table of everyone's answers, by whose shares several choices are sorted.
    by : str, optional
        The grouping variable; everyone together when not given.

    Returns
    -------
    Drawing
        Where several can be chosen, the option that most chose comes first; what can only be chosen alone and blanks
        come last.  One choice keeps the options' own order.  Hidden shares are framed, never drawn as zero.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.disclosure import read_policy, release
    >>> from kunskap.tables import estimates
    >>> from kunskap.words import read_words
    >>> rows = [
    ...     dict(universe="all", item="support01", option=option, statistic="share", unit="share",
    ...          count=count, n=40, estimate=count / 40) for option, count in (("cases", 12), ("ask", 25))
    ... ]
    >>> released = release({"support": estimates(rows, by=[])}, policy=read_policy())
    >>> drawing = chosen_options(
    ...     released, bank=read_bank(), words=read_words(language="en"), item="support01", table="support", by=None)
    >>> drawing.alt.split(". ")[-1]
    'Examples from other counties: all 30%.'
    """
    rows = released_rows(released, f"{table}_by_{by}" if by else table, statistics=["share"])
    rows = rows[rows["item"].eq(item)].reset_index(drop=True)
    asked = bank.items[item]
    levels = levels_in_order(rows, by, bank) if by else [ALL]
    groups = rows[by] if by else pd.Series(ALL, index=rows.index)
    names = {
        level: group_label(by, level, bank=bank, words=words) if by else words("plots.groups.all") for level in levels
    }
    options = options_in_order(released, asked, table=table)
    blocks = [
        block
        for option in options
        if (block := _block(rows, groups, option, asked, levels=levels, names=names, words=words)).bars
    ]
    paints = dict(zip(levels, GROUPS, strict=False))
    kind, language = "multiple" if asked.type == "multiple" else "single", words.language
    lead = bank.batteries[asked.battery][language] if asked.battery else bank.stem(item, language)
    figure, axes, placed = block_sheet(
        released,
        words,
        title=asked.stem[language] if asked.battery else bank.scales[str(asked.scale)].name[language],
        subtitle=f"{lead}\n{words(f'plots.chosen.subtitle_{kind}')}",
        labels=[_with_n(names[level], rows[groups.eq(level)], words) for level in levels],
        paints=list(paints.values()),
        blocks=blocks,
        notes=words("plots.by_sex.hidden") if hidden(rows).any() else "",
    )
    axes.set_xlim(0, 1)
    inches = axes.get_position().width * figure.get_size_inches()[0]
    _draw(axes, placed, paints, words=words, inches_per_unit=inches)
    places = (0, 0.25, 0.5, 0.75, 1)
    help_lines(axes, places, [words.share(place) for place in places], placed=placed)
    return Drawing(figure, _alt(asked, blocks, names, rows, groups, bank=bank, words=words), rows)


def own_stem(item: Item, *, bank: Bank, language: str) -> str:
    """A question without what leads in all of its battery: what tells its figure from the others."""
    return item.stem[language] if item.battery else bank.stem(item.id, language)


def options_in_order(released: Released, item: Item, *, table: str) -> list[str]:
    """The item's options as figures and tables show them, by what was released about everyone."""
    if item.type != "multiple":
        return [*item.option_ids, SKIP]
    shares: dict[str, float] = {}
    if table in released.names:
        rows = released.table(table)
        rows = rows[rows["item"].eq(item.id) & rows["statistic"].eq("share") & rows["universe"].eq("all")]
        shares = {
            option: share for option, share in zip(rows["option"], rows["estimate"], strict=True) if share == share
        }
    free = [option for option in item.option_ids if option not in item.exclusive_ids]
    return [*sorted(free, key=lambda option: -shares.get(option, 0.0)), *item.exclusive_ids, SKIP]


def _block(
    rows: pd.DataFrame,
    groups: pd.Series,
    option: str,
    item: Item,
    *,
    levels: Sequence[str],
    names: dict[str, str],
    words: Words,
) -> Block:
    """One option's bars, one per group; none for blanks where nobody left the question blank."""
    own = rows[rows["option"].eq(option)]
    if option == SKIP and own["estimate"].fillna(0).eq(0).all():
        own = own.iloc[:0]
    text = words("plots.outcome.skip") if option == SKIP else item.option(option).text[words.language]
    bars: list[Bar] = []
    for level in levels:
        for share in own.loc[groups[own.index].eq(level), "estimate"]:
            known = {} if pd.isna(share) else {level: float(share)}
            group = names[level] if len(levels) > 1 else ""
            bars.append(Bar(text if not bars else "", group, known, () if known else (level,)))
    return Block("", "", tuple(bars))


def _with_n(name: str, rows: pd.DataFrame, words: Words) -> str:
    n = rows["n"].dropna()
    return f"{name} ({words('plots.n', n=words.count(n.max()))})" if len(n) else name


def _draw(
    axes: Axes, placed: Sequence[Placed], paints: dict[str, Paint], *, words: Words, inches_per_unit: float
) -> None:
    """The bars; a share that does not fit in its bar stands after it, so that each can be read."""
    segments = [
        Segment(group, place.middle, 0.0, share) for place in placed for group, share in place.bar.shares.items()
    ]
    draw_segments(
        axes, [one for one in segments if one.width > 0], paints=paints, words=words, inches_per_unit=inches_per_unit
    )
    for _, middle, _, share in segments:
        text = words.share(share)
        if measure(text, size=SMALL) + 0.06 > share * inches_per_unit:
            axes.text(share + 0.06 / inches_per_unit, middle, text, fontsize=SMALL, color=INK, va="center_baseline")
    for place in placed:
        if place.bar.hidden:
            text = words("plots.hidden")
            mark_hidden(axes, start=0, end=1, middle=place.middle, text=text, inches_per_unit=inches_per_unit)


def _alt(
    item: Item,
    blocks: Sequence[Block],
    names: dict[str, str],
    rows: pd.DataFrame,
    groups: pd.Series,
    *,
    bank: Bank,
    words: Words,
) -> str:
    counted = listed(
        [in_sentence(_with_n(name, rows[groups.eq(level)], words)) for level, name in names.items()], words
    )
    sentences = [words("plots.chosen.alt", question=bank.stem(item.id, words.language), groups=counted)]
    for block in blocks:
        parts = []
        for level, bar in zip(names, block.bars, strict=False):
            share = words.share(bar.shares[level]) if level in bar.shares else words("plots.hidden")
            parts.append(f"{in_sentence(names[level])} {share}")
        sentences.append(words("plots.chosen.option", option=block.bars[0].label, shares=listed(parts, words)))
    return " ".join(sentences)
