"""Who leads the firms that applied, and those that were granted: all four answers of the register in one bar each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from kunskap.disclosure import Released
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import GROUPS, OUTCOMES
from kunskap.plots.rows import hidden, in_sentence, released_rows
from kunskap.plots.stacked import Bar, Block, block_sheet, draw_segments, help_lines, mark_hidden, stack
from kunskap.words import Words

__all__ = ["firms_led_by"]

PAINTS = dict(zip(("k", "m", "gemensam", "okänd"), (*GROUPS[:3], OUTCOMES["dk"]), strict=True))
TOLD = ("k", "m", "both", "unknown")
NARROW = 0.07  # a part without room for its figure


@draws
def firms_led_by(released: Released, *, words: Words, table: str, title: str) -> Drawing:
    """Draw who leads the firms: one bar for what was sought, and one for what was granted.

    Parameters
    ----------
    released : Released
        With a table of `kunskap.growth.resources.leaders`, without further groups.
    words : Words
        Interface words.
    table, title : str
        The table's name in the release, and what the figure is called.

    Returns
    -------
    Drawing
        What the register does not know is hatched, and never left out: it may be larger than the difference.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.
    """
    rows = released_rows(released, table, statistics=["share"])
    labels = [words(f"plots.led_by.{name}") for name in TOLD]
    bars = tuple(_bar(rows[rows["scale"].eq(scale)], str(scale), words) for scale in dict.fromkeys(rows["scale"]))
    figure, axes, placed = block_sheet(
        released,
        words,
        title=title,
        subtitle=words("plots.led_by.subtitle"),
        labels=labels,
        paints=list(PAINTS.values()),
        blocks=[Block("", "", bars)],
        notes=" ".join([*_narrow(bars, words), *([words("plots.by_sex.hidden")] if hidden(rows).any() else [])]),
    )
    axes.set_xlim(0, 1)
    inches = axes.get_position().width * figure.get_size_inches()[0]
    for place in placed:
        if place.bar.hidden:
            text = words("plots.hidden")
            mark_hidden(axes, start=0, end=1, middle=place.middle, text=text, inches_per_unit=inches)
    segments = [segment for place in placed for segment in stack(place, PAINTS)]
    draw_segments(axes, segments, paints=PAINTS, words=words, inches_per_unit=inches)
    places = (0, 0.25, 0.5, 0.75, 1)
    help_lines(axes, places, [words.share(place) for place in places], placed=placed)
    sentences = [words("plots.led_by.alt", title=title), *(_in_words(bar, words) for bar in bars)]
    return Drawing(figure, " ".join(sentences), rows)


def _bar(rows: pd.DataFrame, scale: str, words: Words) -> Bar:
    label = words(f"plots.led_by.{scale}")
    if hidden(rows).any():
        return Bar(label, "", {}, tuple(PAINTS))
    shares = {str(option): float(share) for option, share in zip(rows["option"], rows["estimate"], strict=True)}
    return Bar(label, words("plots.n", n=words.count(rows["n"].iloc[0])), shares)


def _narrow(bars: Sequence[Bar], words: Words) -> Iterator[str]:
    """The figures that do not fit in their parts, as a sentence for each bar that has some."""
    for bar in bars:
        parts = [
            f"{in_sentence(words(f'plots.led_by.{name}'))} {words.share(bar.shares[option])}"
            for name, option in zip(TOLD, PAINTS, strict=True)
            if 0 < bar.shares.get(option, 0) < NARROW
        ]
        if parts:
            yield words("plots.counted.sentence", heading=bar.label, parts=", ".join(parts))


def _in_words(bar: Bar, words: Words) -> str:
    if bar.hidden:
        return words("plots.led_by.hidden", heading=bar.label)
    told = {name: words.share(bar.shares[option]) for name, option in zip(TOLD, PAINTS, strict=True)}
    return words("plots.led_by.sentence", heading=bar.label, n=bar.n, **told)
