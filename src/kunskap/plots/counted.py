"""Shares of things that have been counted: passages, goals, finds; a bar each, with the count written beside."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from kunskap.disclosure import Released
from kunskap.plots.bars import draw_bars
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import INK, diverging
from kunskap.plots.rows import hidden, in_sentence, released_rows
from kunskap.plots.stacked import THICKNESS, Bar, Block, Placed, block_sheet, help_lines, make_room_beside, write_beside
from kunskap.words import Words

__all__ = ["counted_shares"]

PAINTS = tuple(reversed(diverging(0, 0, 2)))
"""Dark and light; where there are intervals all bars are light, so that the lines show."""
FIGURES = ("estimate", "low", "high")
CAP = 0.06


@draws
def counted_shares(
    released: Released,
    *,
    words: Words,
    table: str,
    title: str,
    subtitle: str,
    headings: Mapping[str, str],
    bars: Mapping[str, str],
) -> Drawing:
    """Draw shares of counts: under each heading one bar per kind, with its count beside it.

    Parameters
    ----------
    released : Released
        With a table of shares by ``option`` and ``scale``: `kunskap.growth.review.review_estimates`,
        `kunskap.growth.review.accuracy_estimates` or `kunskap.growth.strategy.parts_in_place`.
    words : Words
        Interface words.
    table, title, subtitle : str
        The table's name in the release, what the figure is called, and of what the shares are.
    headings : mapping of str to str
        Option → what it is called, in the order shown; other options are left out.
    bars : mapping of str to str
        Scale → what it is called, at most two, in the order shown.  With one scale the headings name the bars.

    Returns
    -------
    Drawing
        Bars from 0 to 100 per cent, each with *count of n*, and a line for the interval where the row has one.  Where
        nothing could be counted there is no bar, and the words say so.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.
    """
    rows = released_rows(released, table, statistics=["share"])
    rows = rows[rows["option"].isin(list(headings)) & rows["scale"].isin(list(bars))].reset_index(drop=True)
    known = rows[~hidden(rows)].to_dict("records")
    found = {(str(row["option"]), str(row["scale"])): row for row in known}
    made = {
        option: tuple(_bar(found.get((option, scale)), name) for scale, name in bars.items()) for option in headings
    }
    told = {option: [_told(found.get((option, scale)), words) for scale in bars] for option in headings}
    if len(bars) == 1:
        blocks = [Block("", "", tuple(own[0]._replace(label=headings[option]) for option, own in made.items()))]
    else:
        blocks = [Block("", headings[option], own) for option, own in made.items()]
    notes = words("plots.by_sex.source", source=released.source) if released.source else ""
    figure, axes, placed = block_sheet(
        released, words, title=title, subtitle=subtitle, labels=[], paints=[], blocks=blocks, notes=notes
    )
    beside = [text for texts in told.values() for text in texts]
    make_room_beside(axes, beside)
    axes.set_xlim(0, 1)
    _draw(axes, placed, len(bars))
    for place, text in zip(placed, beside, strict=True):
        write_beside(axes, text, (1, place.middle))
    places = (0, 0.25, 0.5, 0.75, 1)
    help_lines(axes, places, [words.share(place) for place in places], placed=placed)
    sentences = [words("plots.counted.alt", title=title)]
    for option, heading in headings.items():
        named = zip(bars.values(), told[option], strict=True)
        parts = told[option] if len(bars) == 1 else [f"{in_sentence(name)} {text}" for name, text in named]
        sentences.append(words("plots.counted.sentence", heading=heading, parts="; ".join(parts)))
    return Drawing(figure, " ".join(sentences), rows)


def _bar(row: Mapping[Hashable, Any] | None, label: str) -> Bar:
    if row is None:
        return Bar(label, "", {})
    return Bar(label, "", {name: float(row[name]) for name in FIGURES if pd.notna(row[name])})


def _told(row: Mapping[Hashable, Any] | None, words: Words) -> str:
    if row is None:
        return words("plots.counted.none")
    return words("plots.counted.of", count=words.count(row["count"]), n=words.count(row["n"]))


def _draw(axes: Axes, placed: Sequence[Placed], kinds: int) -> None:
    """The bars of each kind in its own paint, and the intervals over them."""
    limits = axes.get_ylim()
    has_intervals = any(set(FIGURES) <= set(place.bar.shares) for place in placed)
    for kind in range(kinds):
        own = [place for place in placed[kind::kinds] if place.bar.shares.get("estimate")]
        segments = pd.DataFrame(
            {
                "middle": [place.middle for place in own],
                "start": 0.0,
                "width": [place.bar.shares["estimate"] for place in own],
            }
        )
        draw_bars(axes, segments, paint=PAINTS[-1 if has_intervals else kind], thickness=THICKNESS)
    for place in placed:
        if set(FIGURES) <= set(place.bar.shares):
            low, high = place.bar.shares["low"], place.bar.shares["high"]
            axes.hlines(place.middle, low, high, color=INK, linewidth=1.1, zorder=5)
            axes.vlines([low, high], place.middle - CAP, place.middle + CAP, color=INK, linewidth=1.1, zorder=5)
    axes.set(xlabel="", ylabel="", xlim=(0, 1), ylim=limits, yticks=[])
