"""Rated items as bars around a middle: what is hard to the left, what is in place to the right, don't know apart."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from kunskap.bank import DONT_KNOW, SKIP, Bank, Item
from kunskap.disclosure import Released
from kunskap.errors import KunskapError, fault
from kunskap.plots.canvas import SMALL, WIDTH, axes_at, measure
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.knowledge import bar_in_words, bar_of
from kunskap.plots.palette import MUTED, OUTCOMES, RULE, Paint, diverging
from kunskap.plots.rows import group_label, hidden, levels_in_order, listed, of_whom, released_rows, whose
from kunskap.plots.stacked import (
    THICKNESS,
    Bar,
    Block,
    Placed,
    Segment,
    block_sheet,
    draw_segments,
    help_lines,
    mark_hidden,
    stack,
    stand_on_a_line,
)
from kunskap.words import Words

__all__ = ["centred_bars", "shared_lead"]

APART, GAP = 1.35, 0.45


@draws
def centred_bars(
    released: Released,
    *,
    bank: Bank,
    words: Words,
    table: str = "ability",
    by: str | None = None,
    items: Sequence[str] | None = None,
    universe: str = "all",
) -> Drawing:
    """Draw the option shares of rated items around the scale's middle, with *don't know* and unanswered apart.

    Parameters
    ----------
    released : Released
        With `table`: shares per item and option; ``<table>_by_<by>`` is drawn when `by` is given.
    bank, words : Bank, Words
        Questions, labels and interface words.
    table : str
        A scale of the bank: ``"ability"``, ``"conditions"`` or ``"practice"``.
    by : str, optional
        A grouping variable for one bar per group; all together when not given.
    items : sequence of str, optional
        Which items; all rated ones of the table when not given.
    universe : str
        Which people the figures are about.

    Returns
    -------
    Drawing
        A question that only one role was asked has that role's bar.  The middle of the scale is at 0 for every item, so
        that bars compare; where two answers share the middle the note says that their order means nothing.  A bar with
        a hidden part cannot be placed around the middle and says so instead.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there, ``REPORT-04`` if the items do not share
        one set of rated options, or have more of them than grey print can tell apart.
    """
    rows = released_rows(released, f"{table}_by_{by}" if by else table, statistics=["share"], universe=universe)
    wanted = set(rows["item"].dropna()) if items is None else set(items)
    drawn = [item for item in bank.items.values() if item.id in wanted and item.is_rated]
    rows = whose(rows[rows["item"].isin([item.id for item in drawn])].reset_index(drop=True), released, table)
    low, middle, high = _options_by_side(drawn, table)
    ordered = [*low, *middle, *high]
    paints = dict(zip(ordered, diverging(len(low), len(middle), len(high)), strict=True))
    language = words.language
    labels = {name: drawn[0].option(name).text[language] for name in ordered}
    apart = {name: words(f"plots.outcome.{name}") for name in (DONT_KNOW, SKIP) if rows["option"].eq(name).any()}
    if DONT_KNOW in apart and DONT_KNOW in drawn[0].option_ids:
        apart[DONT_KNOW] = drawn[0].option(DONT_KNOW).text[language]
    unordered = _without_order(drawn[0], middle, words)
    lead = shared_lead(drawn, bank, language)
    scale = bank.scales[drawn[0].scale or table].name[language]
    blocks = [
        Block(
            "",
            f"{'… ' if lead.endswith('…') else ''}{item.stem[language]}" if lead else bank.stem(item.id, language),
            _bars(rows[rows["item"].eq(item.id)], by=by, bank=bank, words=words),
        )
        for item in drawn
    ]
    figure, axes, placed = block_sheet(
        released,
        words,
        title=scale,
        subtitle=f"{lead}\n{words('plots.centred.subtitle')}".strip(),
        labels=[*labels.values(), *apart.values()],
        paints=[*paints.values(), *(OUTCOMES[name] for name in apart)],
        blocks=blocks,
        notes=f"{words('plots.notes.hidden' if hidden(rows).any() else 'plots.notes.n')} {unordered}".strip(),
    )
    main, side = _split(figure, axes, has_side=bool(apart))
    _draw_main(main, placed, low=low, middle=middle, high=high, paints=paints, words=words)
    if side is not None:
        _draw_apart(side, placed, apart=list(apart), words=words)
    spoken = {name: words("plots.quoted", text=label) for name, label in {**labels, **apart}.items()}
    sentences = [words("plots.centred.alt", scale=scale), *([unordered] if unordered else [])]
    for block in blocks:
        groups = "; ".join(bar_in_words(bar, spoken, words) for bar in block.bars)
        sentences.append(words("plots.alt_item", item=block.heading, groups=groups))
    return Drawing(figure, " ".join(sentences), rows)


def shared_lead(items: Sequence[Item], bank: Bank, language: str) -> str:
    """The battery's common lead where all items have the same; otherwise empty, and each stem stands whole."""
    batteries = {item.battery for item in items}
    battery = batteries.pop() if len(batteries) == 1 else None
    return bank.batteries[battery][language] if battery else ""


def _options_by_side(items: Sequence[Item], table: str) -> tuple[list[str], list[str], list[str]]:
    """The items' common options below, in and above the middle, each from the low end to the high."""
    sets = {tuple((option.id, option.value) for option in item.options if option.id != DONT_KNOW) for item in items}
    options = sets.pop() if len(sets) == 1 else ()
    values = [value for _, value in options if value is not None]
    if values and values[0] > values[-1]:
        options, values = options[::-1], values[::-1]
    sides: tuple[list[str], list[str], list[str]] = ([], [], [])
    for name, value in sorted(options, key=lambda option: option[1] or 0.0):
        sides[0 if (value or 0) < 0.5 else 1 if value == 0.5 else 2].append(name)
    try:
        diverging(*(len(side) for side in sides))
    except ValueError:
        values = []
    if not values or sets or len(values) != len(options):
        raise KunskapError([fault("REPORT-04", table, items=", ".join(item.id for item in items) or "–")])
    return sides


def _without_order(item: Item, middle: Sequence[str], words: Words) -> str:
    """Say that answers which count the same stand beside each other without one being better than the other."""
    if len(middle) < 2:
        return ""
    quoted = [words("plots.quoted", text=item.option(name).text[words.language]) for name in middle]
    return words("plots.centred.unordered", options=listed(quoted, words))


def _bars(rows: pd.DataFrame, *, by: str | None, bank: Bank, words: Words) -> tuple[Bar, ...]:
    if by is None:
        return (bar_of(rows, label=of_whom(rows, bank=bank, words=words), words=words),)
    return tuple(
        bar_of(rows[rows[by].eq(level)], label=group_label(by, level, bank=bank, words=words), words=words)
        for level in levels_in_order(rows, by, bank)
    )


def _split(figure: Figure, axes: Axes, *, has_side: bool) -> tuple[Axes, Axes | None]:
    if not has_side:
        return axes, None
    box, limits = axes.get_position(), axes.get_ylim()
    inch = 1 / figure.get_size_inches()[0]
    axes.set_position((box.x0, box.y0, box.width - APART * inch, box.height))
    side = axes_at(figure, left=0, top=0, width=1, height=1)
    side.set_position((box.x1 - (APART - GAP) * inch, box.y0, (APART - GAP) * inch, box.height))
    side.set_ylim(limits)
    side.set_yticks([])
    return axes, side


def _draw_main(
    axes: Axes,
    placed: Sequence[Placed],
    *,
    low: Sequence[str],
    middle: Sequence[str],
    high: Sequence[str],
    paints: dict[str, Paint],
    words: Words,
) -> None:
    axes.set_xlim(-1, 1)
    ordered = [*low, *middle, *high]
    inches = axes.get_position().width * WIDTH / 2
    segments: list[Segment] = []
    for place in placed:
        bar, y = place
        if set(bar.hidden) & set(ordered):
            mark_hidden(axes, start=-1, end=1, middle=y, text=_hidden_text(bar, ordered, words), inches_per_unit=inches)
            continue
        left = sum(bar.shares.get(name, 0.0) for name in low) + sum(bar.shares.get(name, 0.0) for name in middle) / 2
        segments += stack(place, ordered, start=-left)
    draw_segments(axes, segments, paints=paints, words=words, inches_per_unit=inches, with_sign=False)
    ticks = [-1, -0.5, 0, 0.5, 1]
    help_lines(axes, ticks, [words.share(abs(tick)) for tick in ticks], placed=placed, strong=0)


def _hidden_text(bar: Bar, ordered: Sequence[str], words: Words) -> str:
    return words("plots.partly_hidden" if set(bar.shares) & set(ordered) else "plots.hidden")


def _draw_apart(axes: Axes, placed: Sequence[Placed], *, apart: Sequence[str], words: Words) -> None:
    """Don't know and unanswered on a track of their own, 0–100 %, with their sum written beside it."""
    axes.set_xlim(0, 1)
    inches = axes.get_position().width * WIDTH
    segments: list[Segment] = []
    for place in placed:
        bar, y = place
        if set(bar.hidden) & set(apart):
            mark_hidden(axes, start=0, end=1, middle=y, text=words("plots.hidden_short"), inches_per_unit=inches)
            continue
        axes.add_patch(
            Rectangle(
                (0, y - THICKNESS / 2), 1, THICKNESS, facecolor="none", edgecolor=RULE, linewidth=0.7, clip_on=False
            )
        )
        own = stack(place, apart)
        segments += own
        end = own[-1].start + own[-1].width if own else 0.0
        text = words.share(end)
        if end + (measure(text, size=SMALL) + 0.06) / inches <= 1:
            axes.text(end + 0.05 / inches, y, text, fontsize=SMALL, color=MUTED, ha="left", va="center_baseline")
        else:
            axes.text(
                0.5,
                y,
                text,
                fontsize=SMALL,
                ha="center",
                va="center_baseline",
                zorder=6,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2},
            )
    paints = {name: OUTCOMES[name] for name in apart}
    draw_segments(axes, segments, paints=paints, words=words, inches_per_unit=0.0)
    axes.set_xticks([0.5], labels=[words("plots.centred.apart")])
    stand_on_a_line(axes)
