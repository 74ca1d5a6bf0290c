"""What people answered, question by question: right, wrong and don't know side by side for each group."""

from __future__ import annotations

import pandas as pd

from kunskap.bank import Bank, Item
from kunskap.disclosure import Released
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import OUTCOMES
from kunskap.plots.rows import (
    asked_rows,
    asked_stem,
    group_label,
    hidden,
    in_sentence,
    levels_in_order,
    listed,
    released_rows,
    universe_label,
)
from kunskap.plots.stacked import Bar, Block, Segment, block_sheet, draw_segments, help_lines, mark_hidden, stack
from kunskap.words import Words

__all__ = ["areas_with_figures", "bar_in_words", "bar_of", "knowledge_by_area"]


def areas_with_figures(released: Released, *, bank: Bank, table: str = "knowledge_by_sex") -> list[str]:
    """The areas that have an item in a released table, in the bank's order."""
    items = set(released.table(table)["item"].dropna()) if table in released.names else set()
    return [area for area in bank.areas if any(bank.items[item].area == area for item in items if item in bank.items)]


@draws
def knowledge_by_area(
    released: Released, *, bank: Bank, words: Words, area: str, by: str = "sex", universe: str = "all"
) -> Drawing:
    """Draw the outcome shares of each item in an area, groups side by side.

    Parameters
    ----------
    released : Released
        With the table ``knowledge_by_<by>``: shares of right, partly, wrong, dk and skip per item and group.
    bank, words : Bank, Words
        Questions, labels and interface words.
    area : str
        One of the bank's areas.
    by : str
        The grouping variable, ``"sex"`` or ``"role"``.
    universe : str
        Which people the figures are about.  An item that only a part of them was asked is drawn for that part, which
        the item's note names.

    Returns
    -------
    Drawing
        Bars reach from 0 to 100 % of those who met the question; hidden shares are framed, never drawn as zero.

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
    ...     dict(sex=sex, universe="all", item="goals01", option=option, statistic="share", unit="share",
    ...          count=count, n=40, estimate=count / 40)
    ...     for sex, right in (("k", 22), ("m", 25)) for option, count in (("right", right), ("wrong", 40 - right))
    ... ]
    >>> released = release({"knowledge_by_sex": estimates(rows, by=["sex"])}, policy=read_policy())
    >>> drawing = knowledge_by_area(released, bank=read_bank(), words=read_words(language="en"), area="goals")
    >>> drawing.alt.split("; ")[1]
    'among men the answers were 62% right and 38% wrong (n = 40).'
    """
    name = f"knowledge_by_{by}"
    released_rows(released, name, statistics=["share"], universe=universe)  # says so if there are none
    table = released.table(name)
    rows = asked_rows(table[table["statistic"].eq("share")], universe=universe)
    rows = rows[rows["item"].isin([item.id for item in bank.items.values() if item.area == area])]
    rows = rows.reset_index(drop=True)
    levels = levels_in_order(rows, by, bank)
    present = [outcome for outcome in OUTCOMES if rows.loc[~rows["estimate"].eq(0), "option"].eq(outcome).any()]
    labels = {outcome: words(f"plots.outcome.{outcome}") for outcome in present}
    paints = {outcome: OUTCOMES[outcome] for outcome in present}
    there = set(rows["item"])
    items = [item for item in bank.items.values() if item.id in there]
    blocks = [
        _block(rows[rows["item"].eq(item.id)], item, by=by, universe=universe, levels=levels, bank=bank, words=words)
        for item in items
    ]
    area_name = bank.areas[area].name[words.language]
    figure, axes, placed = block_sheet(
        released,
        words,
        title=words(f"plots.knowledge.title_{by}", area=area_name),
        subtitle=words("plots.knowledge.subtitle"),
        labels=list(labels.values()),
        paints=list(paints.values()),
        blocks=blocks,
        notes=words("plots.notes.hidden") if hidden(rows).any() else words("plots.notes.n"),
    )
    axes.set_xlim(0, 1)
    inches = axes.get_position().width * figure.get_size_inches()[0]
    segments: list[Segment] = []
    for place in placed:
        own = stack(place, present)
        segments += own
        if place.bar.hidden:
            end = own[-1].start + own[-1].width if own else 0.0
            text = words("plots.hidden")
            mark_hidden(axes, start=min(end, 0.98), end=1, middle=place.middle, text=text, inches_per_unit=inches)
    draw_segments(axes, segments, paints=paints, words=words, inches_per_unit=inches)
    help_lines(axes, [0, 0.25, 0.5, 0.75, 1], [words.share(place) for place in (0, 0.25, 0.5, 0.75, 1)], placed=placed)
    stems = [asked_stem(rows[rows["item"].eq(item.id)], bank=bank, words=words, universe=universe) for item in items]
    return Drawing(figure, _alt(stems, blocks, labels, area_name, words), rows)


def _block(
    rows: pd.DataFrame, item: Item, *, by: str, universe: str, levels: list[str], bank: Bank, words: Words
) -> Block:
    bars = tuple(
        bar_of(rows[rows[by].eq(level)], label=group_label(by, level, bank=bank, words=words), words=words)
        for level in levels
        if rows[by].eq(level).any()
    )
    note = words("plots.item_note_trial" if item.status == "trial" else "plots.item_note", item=item.id)
    asked = str(rows["universe"].iloc[0])
    if asked != universe:
        note = words("plots.only", text=note, group=universe_label(asked, bank=bank, words=words))
    return Block(note, bank.stem(item.id, words.language), bars)


def bar_of(rows: pd.DataFrame, *, label: str, words: Words) -> Bar:
    """One group's bar: the visible shares, the hidden categories and n."""
    is_hidden = hidden(rows)
    visible = rows[~is_hidden]
    n = visible["n"].dropna()
    return Bar(
        label,
        words("plots.n", n=words.count(n.max())) if len(n) else "",
        dict(zip(visible["option"], visible["estimate"], strict=True)),
        tuple(rows.loc[is_hidden, "option"]),
    )


def _alt(stems: list[str], blocks: list[Block], labels: dict[str, str], area: str, words: Words) -> str:
    sentences = [words("plots.knowledge.alt", area=area)]
    labels = {name: in_sentence(label) for name, label in labels.items()}
    for stem, block in zip(stems, blocks, strict=True):
        parts = [bar_in_words(bar, labels, words) for bar in block.bars]
        sentences.append(words("plots.alt_item", item=stem, groups="; ".join(parts)))
    return " ".join(sentences)


def bar_in_words(bar: Bar, labels: dict[str, str], words: Words, *, verb: str = "answered") -> str:
    """A bar as part of a sentence, from the figures that it shows; `labels` as they stand in a sentence."""
    group, verb = in_sentence(bar.label or words("plots.groups.all")), words(f"plots.verb.{verb}")
    shares = [f"{words.share(bar.shares[name])} {label}" for name, label in labels.items() if bar.shares.get(name)]
    if not bar.shares:
        return words("plots.alt_hidden", group=group)
    if bar.hidden:
        names = listed([labels.get(name, name) for name in bar.hidden], words)
        return words("plots.alt_partly_hidden", group=group, verb=verb, shares=", ".join(shares), hidden=names, n=bar.n)
    return words("plots.alt_group", group=group, verb=verb, shares=listed(shares, words), n=bar.n)
