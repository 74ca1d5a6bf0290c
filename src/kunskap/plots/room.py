"""What a room answered, for a projector: large letters, few words, and a bar for each option.

Drawn ten inches wide: shown across a screen of 1 280 pixels the letters are some 24 points high.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.plots.bars import draw_bars
from kunskap.plots.canvas import line_height, wrap
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import GROUPS, INK, MUTED, OUTCOMES, PAPER, Paint
from kunskap.plots.rows import listed
from kunskap.words import Words

__all__ = ["room_comparison", "room_shares"]

WIDTH, MARGIN = 10.0, 0.15
BODY, SMALL = 21.0, 17.0
THICKNESS, GAP, BETWEEN = 0.24, 0.13, 0.2
LONGEST_BAR = WIDTH - 2 * MARGIN - 3.2  # room for the share and the sign after it
TABLE = "room"
BEFORE_AND_AFTER = ("before", "after")


class Row(NamedTuple):
    """A bar with what stands above it and after it."""

    label: str
    share: float
    after: str
    paint: Paint


@draws
def room_shares(
    released: Released, *, bank: Bank, words: Words, item: str, revealed: bool = False, table: str = TABLE
) -> Drawing:
    """Draw how many chose each option of a question, and the right one once it has been revealed.

    Parameters
    ----------
    released : Released
        With `table`: shares of the item's options.
    bank, words : Bank, Words
        Labels and interface words.
    item : str
        The question.
    revealed : bool
        Whether the right answer is marked; otherwise nothing in the drawing says which it is.

    Returns
    -------
    Drawing
        The options in the bank's own order, *don't know* last.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.disclosure import read_policy, release
    >>> from kunskap.tables import estimates
    >>> from kunskap.words import read_words
    >>> bank = read_bank()
    >>> rows = [
    ...     dict(universe="all", item="goals51", option=option, statistic="share", unit="share",
    ...          count=count, n=12, estimate=count / 12)
    ...     for option, count in zip(bank.items["goals51"].option_ids, (6, 2, 2, 2, 0))
    ... ]
    >>> released = release({"room": estimates(rows)}, policy=read_policy().for_room(), view="room")
    >>> room_shares(released, bank=bank, words=read_words(), item="goals51").alt.split(":")[0]
    'Av 12 svar'
    """
    rows = released.table(table)
    rows = rows[rows["item"].eq(item) & rows["statistic"].eq("share")].reset_index(drop=True)
    shares = dict(zip(rows["option"], rows["estimate"], strict=True))
    asked = bank.items[item]
    options = [option for option in asked.options if option.id in shares]
    bars = []
    for option in options:
        is_right = revealed and option.id in asked.key
        paint = OUTCOMES["right"] if is_right else OUTCOMES["dk"] if option.id == "dk" else _quiet(revealed)
        after = words.share(shares[option.id])
        bars.append(
            Row(
                option.text[words.language],
                float(shares[option.id]),
                f"{after}  ✓ {words('trainer.right')}" if is_right else after,
                paint,
            )
        )
    n = words.count(rows["n"].max())
    told = [
        words("trainer.alt_share", share=words.share(shares[option.id]), option=option.text[words.language])
        for option in options
    ]
    alt = words("trainer.alt", n=n, shares=listed(told, words))
    if revealed and asked.key:
        right = [option.text[words.language] for option in options if option.id in asked.key]
        alt += " " + words("trainer.alt_right", options=listed(right, words))
    figure = _sheet([([], bars)], footer=_footer(words("trainer.of_answers", n=n), released, words))
    return Drawing(figure, alt, rows)


@draws
def room_comparison(released: Released, *, bank: Bank, words: Words, kind: str, table: str = TABLE) -> Drawing:
    """Draw the share of right answers before and after, question by question or for all of them.

    Parameters
    ----------
    released : Released
        With `table`: shares of ``right`` by item, or the mean of the total, by `occasion`.
    kind : str
        ``paired`` or ``rounds``, as the room told it.
    """
    rows = released.table(table)
    names = {"before": words("trainer.before"), "after": words("trainer.after_short")}
    paints = dict(zip(BEFORE_AND_AFTER, (GROUPS[1], GROUPS[0]), strict=True))
    blocks, sentences = [], []
    for item in [*dict.fromkeys(rows["item"].dropna()), *dict.fromkeys(rows["scale"].dropna())]:
        own = rows[rows["item"].eq(item) | rows["scale"].eq(item)]
        shares: Mapping[str, float] = dict(zip(own["occasion"], own["estimate"], strict=True))
        title = bank.stem(item, words.language) if item in bank.items else words("trainer.all_questions")
        bars = [
            Row("", shares[each], f"{words.share(shares[each])}  {names[each]}", paints[each])
            for each in BEFORE_AND_AFTER
            if each in shares
        ]
        blocks.append((wrap(title, width=WIDTH - 2 * MARGIN, size=SMALL), bars))
        told = {each: words.share(shares.get(each, float("nan"))) for each in BEFORE_AND_AFTER}
        sentences.append(words("trainer.alt_comparison", question=title, **told))
    key = "trainer.paired" if kind == "paired" else "trainer.rounds"
    footer = words(key, n=words.count(rows["n"].min()))
    return Drawing(_sheet(blocks, footer=_footer(footer, released, words)), f"{footer}. {' '.join(sentences)}", rows)


def _quiet(revealed: bool) -> Paint:
    """What has not been revealed looks alike; beside the right answer the others step back."""
    return GROUPS[3] if revealed else GROUPS[0]


def _footer(text: str, released: Released, words: Words) -> str:
    return f"{text} · {words('trainer.simulated')}" if released.simulated else text


def _sheet(blocks: Sequence[tuple[Sequence[str], Sequence[Row]]], *, footer: str) -> Figure:
    """Lay out headings, labels and bars from the top; all places are in inches."""
    texts: list[tuple[float, float, str, float, str]] = []
    placed: list[tuple[Row, float]] = []
    y = MARGIN
    for number, (heading, rows) in enumerate(blocks):
        y += BETWEEN if number else 0.0
        for line in heading:
            texts.append((MARGIN, y + line_height(SMALL) / 2, line, SMALL, INK))
            y += line_height(SMALL)
        y += 0.08 if heading else 0.0
        for row in rows:
            for line in wrap(row.label, width=WIDTH - 2 * MARGIN, size=BODY) if row.label else []:
                texts.append((MARGIN, y + line_height(BODY) / 2, line, BODY, INK))
                y += line_height(BODY)
            placed.append((row, y + THICKNESS / 2 + 0.03))
            texts.append((MARGIN + row.share * LONGEST_BAR + 0.12, y + THICKNESS / 2 + 0.03, row.after, BODY, INK))
            y += THICKNESS + GAP
    texts.append((MARGIN, y + line_height(SMALL) / 2, footer, SMALL, MUTED))
    y += line_height(SMALL) + MARGIN
    figure = Figure(figsize=(WIDTH, y), facecolor=PAPER)
    axes: Axes = figure.add_axes((0, 0, 1, 1))
    for paint in {row.paint for row, _ in placed}:
        own = [(middle, MARGIN, row.share * LONGEST_BAR) for row, middle in placed if row.paint == paint]
        draw_bars(axes, pd.DataFrame(own, columns=["middle", "start", "width"]), paint=paint, thickness=THICKNESS)
    for x, middle, text, size, colour in texts:
        axes.text(x, middle, text, fontsize=size, color=colour, ha="left", va="center_baseline")
    axes.set(xlim=(0, WIDTH), ylim=(y, 0), xlabel="", ylabel="")
    axes.axis("off")
    return figure
