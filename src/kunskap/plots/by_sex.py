"""Women and men side by side: their parts of a whole, or each sex's own share."""

from __future__ import annotations

import pandas as pd

from kunskap.disclosure import Released
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import GROUPS, MUTED
from kunskap.plots.rows import hidden, released_rows
from kunskap.plots.stacked import (
    Bar,
    Block,
    Placed,
    Segment,
    block_sheet,
    draw_segments,
    help_lines,
    mark_hidden,
    stack,
)
from kunskap.words import Words

__all__ = ["rates_by_sex", "women_and_men"]

PAINTS = {"k": GROUPS[0], "m": GROUPS[1]}


@draws
def women_and_men(released: Released, *, words: Words, table: str, title: str, by: str = "measure") -> Drawing:
    """Draw women's and men's parts of each measure as one bar, with lines at 40 and 60 per cent.

    Parameters
    ----------
    released : Released
        With a table of `kunskap.growth.representation.shares_by_sex`, or of shares of kronor
        (`kunskap.growth.resources.amounts`, one scale of `kunskap.growth.what_if.what_if`).
    words : Words
        Interface words.
    table, title : str
        The table's name in the release, and what the figure is called.
    by : str
        The column that names each bar.

    Returns
    -------
    Drawing
        What is neither led by women nor by men leaves the end of its bar empty.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.
    """
    rows = released_rows(released, table, statistics=["share", "amount_share"])
    bars = tuple(_bar(rows[rows[by].eq(name)], str(name), words) for name in dict.fromkeys(rows[by]))
    figure, axes, placed = block_sheet(
        released,
        words,
        title=title,
        subtitle=words("plots.by_sex.subtitle"),
        labels=[words("plots.groups.sex_k"), words("plots.groups.sex_m")],
        paints=list(PAINTS.values()),
        blocks=[Block("", "", bars)],
        notes=_notes(released, rows, words),
    )
    axes.set_xlim(0, 1)
    inches = axes.get_position().width * figure.get_size_inches()[0]
    segments: list[Segment] = []
    for place in placed:
        own = stack(place, PAINTS)
        segments += own
        if place.bar.hidden:
            end = own[-1].start + own[-1].width if own else 0.0
            mark_hidden(axes, start=end, end=1, middle=place.middle, text=words("plots.hidden"), inches_per_unit=inches)
    draw_segments(axes, segments, paints=PAINTS, words=words, inches_per_unit=inches)
    places = (0, 0.4, 0.6, 1)
    help_lines(axes, places, [words.share(place) for place in places], placed=placed)
    for line in (0.4, 0.6):
        axes.axvline(line, color=MUTED, linewidth=0.9, linestyle=(0, (3, 2)), zorder=0)
    parts = [_in_words(bar, words) for bar in bars]
    return Drawing(figure, " ".join([words("plots.by_sex.alt", title=title), *parts]), rows)


@draws
def rates_by_sex(
    released: Released, *, words: Words, table: str, title: str, subtitle: str, by: str, whole: str = ""
) -> Drawing:
    """Draw each sex's own share as a bar of its own, women and men under each heading.

    Parameters
    ----------
    released : Released
        With a table of shares by `by` and ``sex``, for example of `kunskap.growth.resources.approval`.
    words : Words
        Interface words.
    table, title, subtitle : str
        The table's name in the release, what the figure is called, and of what the shares are.
    by : str
        The column that gives the headings.
    whole : str
        The heading of rows where `by` is missing.

    Returns
    -------
    Drawing
        Bars from 0 to 100 per cent, with n beside each.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.
    """
    rows = released_rows(released, table, statistics=["share"])
    headings = rows[by].fillna(whole)
    blocks = [Block("", str(name), _pair(rows[headings.eq(name)], words)) for name in dict.fromkeys(headings)]
    figure, axes, placed = block_sheet(
        released,
        words,
        title=title,
        subtitle=subtitle,
        labels=[],
        paints=[],
        blocks=blocks,
        notes=_notes(released, rows, words),
    )
    axes.set_xlim(0, 1)
    inches = axes.get_position().width * figure.get_size_inches()[0]
    draw_segments(axes, _segments(placed), paints=PAINTS, words=words, inches_per_unit=inches)
    for place in placed:
        if place.bar.hidden:
            text = words("plots.hidden")
            mark_hidden(axes, start=0, end=1, middle=place.middle, text=text, inches_per_unit=inches)
    places = (0, 0.25, 0.5, 0.75, 1)
    help_lines(axes, places, [words.share(place) for place in places], placed=placed)
    sentences = [words("plots.by_sex.alt", title=title)]
    for block in blocks:
        told = {sex: words("plots.hidden") for sex in PAINTS}
        for bar in block.bars:
            told |= {sex: _of(words.share(share), bar.n, words) for sex, share in bar.shares.items()}
        sentences.append(words("plots.by_sex.rate", heading=block.heading, **told))
    return Drawing(figure, " ".join(sentences), rows)


def _bar(rows: pd.DataFrame, label: str, words: Words) -> Bar:
    shares = dict(zip(rows["sex"], rows["estimate"], strict=True))
    known = {sex: float(share) for sex, share in shares.items() if pd.notna(share)}
    whole = rows["n"].dropna()
    # Kronor are not a part *of* so many applications.
    key = "plots.n" if rows["statistic"].eq("amount_share").all() else "plots.by_sex.whole"
    n = words(key, n=words.count(whole.iloc[0])) if len(whole) else ""
    return Bar(label, n, known, tuple(sex for sex in PAINTS if sex not in known))


def _pair(rows: pd.DataFrame, words: Words) -> tuple[Bar, ...]:
    bars = []
    for sex in PAINTS:
        own = rows[rows["sex"].eq(sex)]
        for share, n in zip(own["estimate"], own["n"], strict=True):
            size = "" if pd.isna(n) else words("plots.n", n=words.count(n))
            known = {} if pd.isna(share) else {sex: float(share)}
            bars.append(Bar(words(f"plots.groups.sex_{sex}"), size, known, () if known else (sex,)))
    return tuple(bars)


def _of(share: str, n: str, words: Words) -> str:
    """A share with its n; a printed percentage has none."""
    return words("plots.by_sex.of", share=share, n=n) if n else share


def _segments(placed: list[Placed]) -> list[Segment]:
    return [
        Segment(sex, place.middle, 0.0, share) for place in placed for sex, share in place.bar.shares.items() if share
    ]


def _in_words(bar: Bar, words: Words) -> str:
    shares = {sex: words.share(bar.shares.get(sex)) for sex in PAINTS}
    return words("plots.by_sex.part", measure=bar.label, **shares)


def _notes(released: Released, rows: pd.DataFrame, words: Words) -> str:
    parts = [words("plots.by_sex.source", source=released.source)] if released.source else []
    parts += [words("plots.by_sex.hidden")] if hidden(rows).any() else []
    return " ".join(parts)
