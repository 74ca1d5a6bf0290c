"""How far each indicator has come, women and men on a line of their own from baseline to target."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from kunskap.disclosure import Released
from kunskap.plots.canvas import SMALL
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import GROUPS, MUTED, PAPER
from kunskap.plots.rows import in_sentence, released_rows
from kunskap.plots.seaborn_calls import draw_points
from kunskap.plots.stacked import PITCH, Bar, Block, Placed, block_sheet, help_lines, make_room_beside, write_beside
from kunskap.words import Words

__all__ = ["progress_to_targets"]

PAINTS = {"k": GROUPS[0], "m": GROUPS[1]}
MARKERS = {"k": "o", "m": "D"}
BEYOND = 0.2
"""How far outside baseline and target the axis reaches, where anything is there; what is further stops at its end."""


@draws
def progress_to_targets(
    released: Released, *, words: Words, table: str = "progress", title: str = "", year: str | None = None
) -> Drawing:
    """Draw how large a part of the way from baseline to target has been gone, women and men under each indicator.

    Parameters
    ----------
    released : Released
        With a table of `kunskap.growth.progress.progress`.
    words : Words
        Interface words.
    table, title : str
        The table's name in the release, and what the figure is called.
    year : str, optional
        Which year; each indicator's latest when not given.

    Returns
    -------
    Drawing
        0 is the baseline and 1 the target; a dashed line in each block is the part of the time that has gone.  The
        levels are written beside.  Where a target is the same as the baseline there is no way to draw, and the level
        stands alone.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.
    """
    rows = released_rows(released, table, statistics=["share", "mean"])
    rows = rows[rows["year"].eq(year)] if year else _latest(rows)
    blocks = [_block(rows[rows["indicator"].eq(name)], words) for name in dict.fromkeys(rows["indicator"])]
    gone = [_gone(rows[rows["indicator"].eq(block.heading)]) for block in blocks]
    ways = [way for block in blocks for bar in block.bars for way in bar.shares.values()]
    low = -BEYOND if any(way < 0 for way in ways) else 0.0
    high = 1 + BEYOND if any(way > 1 for way in ways) else 1.0
    figures = [_figures(rows, block.heading, sex, words) for block in blocks for sex in PAINTS]
    figure, axes, placed = block_sheet(
        released,
        words,
        title=title or words("plots.progress.title"),
        subtitle=words("plots.progress.subtitle"),
        labels=[],
        paints=[],
        blocks=blocks,
        notes=_notes(released, words),
    )
    make_room_beside(axes, figures)
    axes.set_xlim(low, high)
    limits = axes.get_ylim()
    for place, sex, text in zip(placed, list(PAINTS) * len(blocks), figures, strict=True):
        _draw_bar(axes, place, sex, words)
        write_beside(axes, text, (high, place.middle))
    for number, share in enumerate(gone):
        if share is not None:
            own = placed[2 * number : 2 * number + 2]
            ends = own[0].middle - PITCH / 2, own[1].middle + PITCH / 2
            axes.vlines(share, *ends, color=MUTED, linewidth=1.1, linestyle=(0, (3, 2)), zorder=2)
    axes.set(xlabel="", ylabel="", xlim=(low, high), ylim=limits, yticks=[])
    places = (0, 0.25, 0.5, 0.75, 1)
    ticks = [
        words("plots.progress.start"),
        *(words.share(place) for place in places[1:-1]),
        words("plots.progress.end"),
    ]
    help_lines(axes, places, ticks, placed=placed)
    return Drawing(figure, _alt(blocks, gone, rows, words), rows.reset_index(drop=True))


def _latest(rows: pd.DataFrame) -> pd.DataFrame:
    latest = rows.groupby("indicator")["year"].transform("max")
    return rows[rows["year"].eq(latest)]


def _block(rows: pd.DataFrame, words: Words) -> Block:
    ways = rows[rows["scale"].eq("way")].set_index("sex")["estimate"]
    bars = []
    for sex in PAINTS:
        way = ways.get(sex)
        known = {} if way is None or pd.isna(way) else {sex: float(way)}
        bars.append(Bar(words(f"plots.groups.sex_{sex}"), "", known))
    return Block("", str(rows["indicator"].iloc[0]), tuple(bars))


def _gone(rows: pd.DataFrame) -> float | None:
    shares = rows.loc[rows["scale"].eq("time_gone"), "estimate"].dropna()
    return float(shares.iloc[0]) if len(shares) else None


def _levels(rows: pd.DataFrame, indicator: str, sex: str, words: Words) -> tuple[dict[str, str], str]:
    own = rows[rows["indicator"].eq(indicator) & rows["sex"].eq(sex) & rows["scale"].eq("level")]
    levels = dict(zip(own["option"], own["estimate"], strict=True))
    unit = str(own["unit"].iloc[0]) if len(own) and pd.notna(own["unit"].iloc[0]) else ""
    return {name: _number(levels.get(name), words) for name in ("baseline", "now", "target")}, unit


def _number(value: float | None, words: Words) -> str:
    if value is None or pd.isna(value):
        return words.count(None)
    return words.count(value) if float(value).is_integer() else words.number(value, decimals=1)


def _figures(rows: pd.DataFrame, indicator: str, sex: str, words: Words) -> str:
    levels, unit = _levels(rows, indicator, sex, words)
    key = "hold" if levels["baseline"] == levels["target"] else "figures"
    return words(f"plots.progress.{key}", unit=unit, **levels).removesuffix(" ()")


def _draw_bar(axes: Axes, place: Placed, sex: str, words: Words) -> None:
    way = place.bar.shares.get(sex)
    if way is None:
        axes.text(
            0.02,
            place.middle,
            words("plots.progress.no_way"),
            fontsize=SMALL,
            color=MUTED,
            va="center_baseline",
            zorder=5,
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.2},
        )
        return
    low, high = axes.get_xlim()
    end = min(max(way, low), high)
    axes.hlines(place.middle, 0, end, color=PAINTS[sex].fill, linewidth=3.2, zorder=3)
    beyond = "<" if way < low else ">" if way > high else MARKERS[sex]
    draw_points(axes, pd.DataFrame({"x": [end], "y": [place.middle]}), paint=PAINTS[sex], marker=beyond)


def _alt(blocks: Sequence[Block], gone: Sequence[float | None], rows: pd.DataFrame, words: Words) -> str:
    sentences = [words("plots.progress.alt")]
    for block, share in zip(blocks, gone, strict=True):
        years = rows.loc[rows["indicator"].eq(block.heading), "year"]
        told = []
        for sex, bar in zip(PAINTS, block.bars, strict=True):
            figures = _figures(rows, block.heading, sex, words)
            name = in_sentence(bar.label)
            way = bar.shares.get(sex)
            key = "no_way_of" if way is None else "backwards" if way < 0 else "way"
            told.append(words(f"plots.progress.{key}", sex=name, way=words.share(way), figures=figures))
        sentences.append(
            words(
                "plots.progress.sentence",
                indicator=block.heading,
                year=str(years.iloc[0]),
                k=told[0],
                m=told[1],
                time=words.share(share),
            )
        )
    return " ".join(sentences)


def _notes(released: Released, words: Words) -> str:
    source = [words("plots.by_sex.source", source=released.source)] if released.source else []
    return " ".join([words("plots.progress.note"), *source])
