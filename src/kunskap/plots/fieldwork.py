"""How the answers came in: the share of the frame that had answered, day by day."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.plots.canvas import (
    SMALL,
    TITLE,
    WIDTH,
    axes_at,
    footer_height,
    line_height,
    measure,
    new_sheet,
    wrap,
    write,
    write_footer,
    write_lines,
)
from kunskap.plots.drawing import Drawing, draws
from kunskap.plots.palette import GROUPS, INK, MUTED, RULE
from kunskap.plots.rows import group_label, hidden, in_sentence, levels_in_order, listed, released_rows
from kunskap.plots.seaborn_calls import draw_points
from kunskap.words import Words

__all__ = ["answered_by_day"]

HEIGHT = 2.6
LEFT = 0.55
GAP = 0.1
# What is left free at both ends, as a share of the days, so that no marker is cut.
EDGE = 0.02
MARKERS = ("o", "D", "s", "^")
LINES = ("solid", (0, (5, 2)), (0, (1.5, 1.5)), (0, (6, 2, 1.5, 2)))
WEEK = 7


@draws
def answered_by_day(
    released: Released,
    *,
    bank: Bank,
    words: Words,
    table: str = "answered_by_day",
    by: str = "role",
    reminders: Sequence[datetime.date] = (),
) -> Drawing:
    """Draw a line per group that rises to the share of the frame that has answered.

    Parameters
    ----------
    released : Released
        With a table of `kunskap.fieldwork.answered_by_day`, grouped by `by`.
    bank : Bank
        Names the groups.
    words : Words
        Interface words.
    table, by : str
        The table's name, and its grouping variable.
    reminders : sequence of date
        Days that are marked.

    Returns
    -------
    Drawing
        Each line ends in its group's name, and has a marker of its own; a group that is hidden is told of in the notes.

    Raises
    ------
    TypeError
        If `released` has not passed the gate.
    KunskapError
        ``REPORT-02`` or ``REPORT-03`` if the table or its rows are not there.
    """
    rows = released_rows(released, table, statistics=["response_rate"])
    days = pd.to_datetime(rows["option"]).dt.date
    start, end = min(days, default=datetime.date.min), max(days, default=datetime.date.min)
    shown = rows[~hidden(rows)].assign(x=[(day - start).days for day in days[~hidden(rows)]])
    shown = shown.assign(y=shown["estimate"])
    levels = levels_in_order(rows, by, bank)
    labels = {level: group_label(by, level, bank=bank, words=words) for level in levels}
    few = [labels[level] for level in levels if level not in set(shown[by])]
    notes = words("plots.fieldwork.notes")
    if few:
        notes += " " + words("plots.fieldwork.few", groups=listed(few, words))
    ends = _ends(shown, levels, labels, by, words)
    room = max((measure(text, size=SMALL) for _, text, _ in ends), default=0.0) + 0.2
    title = wrap(words("plots.fieldwork.title"), width=WIDTH, size=TITLE, bold=True)
    subtitle = wrap(words("plots.fieldwork.subtitle"), width=WIDTH, size=SMALL)
    top = len(title) * line_height(TITLE) + len(subtitle) * line_height(SMALL) + 0.3
    figure = new_sheet(top + HEIGHT + 0.45 + footer_height(notes, released, words))
    next_top = write_lines(figure, title, x=0, top=0, size=TITLE, bold=True)
    write_lines(figure, subtitle, x=0, top=next_top, size=SMALL, color=MUTED)
    width = WIDTH - LEFT - room
    axes = axes_at(figure, left=LEFT, top=top, width=width, height=HEIGHT)
    last = max((end - start).days, 1)
    _frame(axes, start, last, width=width, words=words)
    for number, level in enumerate(levels):
        own = shown[shown[by].eq(level)]
        if len(own):
            paint, marker = GROUPS[number % len(GROUPS)], MARKERS[number % len(MARKERS)]
            line = LINES[number % len(LINES)]
            axes.step(own["x"], own["y"], where="post", color=INK, linewidth=1.0, linestyle=line, zorder=3)
            draw_points(axes, own, paint=paint, marker=marker)
    axes.set(xlabel="", ylabel="")
    for x in [(day - start).days for day in reminders if start <= day <= end]:
        axes.axvline(x, color=MUTED, linewidth=0.9, linestyle=(0, (3, 2)), zorder=1)
        across = LEFT + width * (x / last + EDGE) / (1 + 2 * EDGE)
        text = words("plots.fieldwork.reminder")
        write(figure, text, x=across, y=top - 0.1, size=SMALL, color=MUTED, align="center")
    for y, text, _ in _apart(ends):
        write(figure, text, x=LEFT + width + GAP, y=top + HEIGHT * (1 - y), size=SMALL)
    write_footer(figure, notes, released, words, top=top + HEIGHT + 0.45)
    sentences = [words("plots.fieldwork.alt"), *(sentence for _, _, sentence in ends)]
    if few:
        sentences.append(words("plots.fieldwork.few", groups=listed(few, words)))
    if reminders:
        told = listed([_day(day, words) for day in reminders], words)
        sentences.append(words("plots.fieldwork.alt_reminders", days=told))
    return Drawing(figure, " ".join(sentences), rows)


def _frame(axes: Axes, start: datetime.date, last: int, *, width: float, words: Words) -> None:
    """The axes: the whole share from 0 to 100 per cent, and a date for as many weeks as there is room for."""
    shares = (0, 0.25, 0.5, 0.75, 1)
    axes.set(xlim=(-EDGE * last, (1 + EDGE) * last), ylim=(0, 1))
    axes.tick_params(axis="x", pad=7)
    for share in shares:
        axes.axhline(share, color=RULE, linewidth=0.7, zorder=0)
    widest = max(measure(_day(start + datetime.timedelta(days=x), words), size=SMALL) for x in range(0, last + 1, WEEK))
    every = next(every for every in range(WEEK, 100 * WEEK, WEEK) if width * every / last > 1.4 * widest)
    ticks = list(range(0, last + 1, every))
    axes.set_xticks(ticks, labels=[_day(start + datetime.timedelta(days=x), words) for x in ticks])
    axes.set_yticks(shares, labels=[words.share(share) for share in shares])


def _ends(
    shown: pd.DataFrame, levels: Sequence[str], labels: dict[str, str], by: str, words: Words
) -> list[tuple[float, str, str]]:
    """Where each group's line ends, its name there, and its sentence."""
    ends = []
    for level in levels:
        own = shown[shown[by].eq(level)].sort_values("x")
        if own.empty:
            continue
        first, last = own.iloc[0], own.iloc[-1]
        told = {
            "group": in_sentence(labels[level]),
            "first": words.share(first["estimate"]),
            "day": _day(datetime.date.fromisoformat(first["option"]), words),
            "last": words.share(last["estimate"]),
            "last_day": _day(datetime.date.fromisoformat(last["option"]), words),
            "count": words.count(last["count"]),
            "n": words.count(last["n"]),
        }
        sentence = words("plots.fieldwork.alt_first" if len(own) > 1 else "plots.fieldwork.alt_one", **told)
        label = words("plots.fieldwork.end", group=labels[level], share=told["last"], n=told["n"])
        ends.append((float(last["estimate"]), label, sentence))
    return ends


def _apart(ends: Sequence[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    """The ends from below upwards, moved so far that no name covers another."""
    least = line_height(SMALL) / HEIGHT
    placed: list[tuple[float, str, str]] = []
    for y, text, sentence in sorted(ends):
        lowest = placed[-1][0] + least if placed else 0.0
        placed.append((max(y, lowest), text, sentence))
    return placed


def _day(day: datetime.date, words: Words) -> str:
    return words("plots.fieldwork.day", day=day.day, month=words("plots.fieldwork.months").split()[day.month - 1])
