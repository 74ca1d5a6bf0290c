"""A sheet measured in inches from its upper left corner, with text that is wrapped and never cut."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import accumulate

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import TextToPath

from kunskap.disclosure import Released
from kunskap.plots.palette import EDGE, INK, MUTED, PAPER, Paint
from kunskap.words import Words

__all__ = [
    "BODY",
    "MARGIN",
    "SMALL",
    "TITLE",
    "WIDTH",
    "axes_at",
    "footer_height",
    "key_height",
    "line_height",
    "measure",
    "new_sheet",
    "wrap",
    "write",
    "write_footer",
    "write_key",
    "write_lines",
]

WIDTH = 6.7
MARGIN = 0.08
TITLE, BODY, SMALL = 12.0, 10.0, 9.0
POINTS = 72.0
SWATCH = 0.15
LETTER = (0.58, 0.66)  # the width of a letter in its size, light and bold: where to begin, not what is measured


def new_sheet(height: float) -> Figure:
    """An empty sheet, unknown to pyplot: `WIDTH` by `height` inches inside a margin."""
    return Figure(figsize=(WIDTH + 2 * MARGIN, height + 2 * MARGIN), facecolor=PAPER)


def axes_at(figure: Figure, *, left: float, top: float, width: float, height: float) -> Axes:
    """Bare axes at a place in inches from the upper left corner."""
    sheet_width, sheet_height = figure.get_size_inches()
    x, y = _place(figure, left, top + height)
    axes = figure.add_axes((x, y, width / sheet_width, height / sheet_height))
    axes.set_facecolor("none")
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=SMALL, labelcolor=MUTED)
    return axes


def _place(figure: Figure, x: float, y: float) -> tuple[float, float]:
    """Inches from the inner upper left corner as the figure's own fractions."""
    sheet_width, sheet_height = figure.get_size_inches()
    return (x + MARGIN) / sheet_width, 1 - (y + MARGIN) / sheet_height


def measure(text: str, *, size: float, bold: bool = False) -> float:
    """The width of a line of text, in inches, with some to spare for a screen's rounding of letters."""
    return 1.04 * _width(text, size, bold)


@cache
def _width(text: str, size: float, bold: bool) -> float:
    face = FontProperties(family="DejaVu Sans", size=size, weight="bold" if bold else "normal")
    width, _, _ = TextToPath().get_text_width_height_descent(text, face, False)
    return float(width) / POINTS


def wrap(text: str, *, width: float, size: float, bold: bool = False) -> list[str]:
    """Break a text into lines that fit `width` inches; a word that is longer than a line is divided, not cut.

    Examples
    --------
    >>> wrap("kvinnor och män", width=0.9, size=9.5)
    ['kvinnor och', 'män']
    """
    if "\n" in text:
        return [line for part in text.split("\n") for line in wrap(part, width=width, size=size, bold=bold)]
    lines: list[str] = []
    words = [word for word in text.split(" ") if word]
    while words:
        count = _fitting(words, width=width, size=size, bold=bold)
        if count or len(words[0]) == 1:
            count = max(count, 1)
            lines.append(" ".join(words[:count]))
            words = words[count:]
            continue
        word = words[0]
        fits = next(
            (
                count
                for count in range(len(word) - 1, 1, -1)
                if measure(word[:count] + "-", size=size, bold=bold) <= width
            ),
            1,
        )
        lines.append(word[:fits] + "-")
        words[0] = word[fits:]
    return lines


def _fitting(words: Sequence[str], *, width: float, size: float, bold: bool) -> int:
    """How many of the words a line holds: guessed by their letters, so that a line is measured two or three times."""

    def fits(count: int) -> bool:
        return measure(" ".join(words[:count]), size=size, bold=bold) <= width

    letters = width * POINTS / (size * LETTER[bold])
    count = max(1, bisect_right([*accumulate(len(word) + 1 for word in words)], letters + 1))
    if fits(count):
        while count < len(words) and fits(count + 1):
            count += 1
        return count
    while count and not fits(count):
        count -= 1
    return count


def line_height(size: float) -> float:
    """The distance between two lines, in inches."""
    return 1.36 * size / POINTS


def write(
    figure: Figure,
    text: str,
    *,
    x: float,
    y: float,
    size: float = BODY,
    bold: bool = False,
    color: str = INK,
    align: str = "left",
) -> None:
    """Write one line whose middle lies `y` inches from the top."""
    figure.text(
        # An own baseline, so that words with and without Å stand on one line.
        *_place(figure, x, y + 0.36 * size / POINTS),
        text,
        fontsize=size,
        fontweight="bold" if bold else "normal",
        color=color,
        ha=align,
        va="baseline",
    )


def write_lines(
    figure: Figure,
    lines: Sequence[str],
    *,
    x: float,
    top: float,
    size: float = BODY,
    bold: bool = False,
    color: str = INK,
) -> float:
    """Write lines from `top` downwards; returns where the next thing can begin."""
    for number, line in enumerate(lines):
        write(figure, line, x=x, y=top + (number + 0.5) * line_height(size), size=size, bold=bold, color=color)
    return top + len(lines) * line_height(size)


def key_height(labels: Sequence[str]) -> float:
    """How high the key of these labels is."""
    return len(_key_rows(labels)) * 1.25 * line_height(SMALL)


def write_key(figure: Figure, labels: Sequence[str], paints: Sequence[Paint], *, top: float) -> float:
    """Write the key, in the order of the bars, in as many rows as it needs; returns where it ends."""
    sheet_width, sheet_height = figure.get_size_inches()
    row_height = 1.25 * line_height(SMALL)
    for row, entries in enumerate(_key_rows(labels)):
        middle = top + (row + 0.5) * row_height
        for position, x in entries:
            paint = paints[position]
            figure.add_artist(
                Rectangle(
                    _place(figure, x, middle + SWATCH / 2),
                    SWATCH / sheet_width,
                    SWATCH / sheet_height,
                    facecolor=paint.fill,
                    edgecolor=EDGE,
                    linewidth=0.6,
                    hatch=paint.hatch or None,
                    transform=figure.transFigure,
                )
            )
            write(figure, labels[position], x=x + SWATCH + 0.06, y=middle, size=SMALL)
    return top + key_height(labels)


def _key_rows(labels: Sequence[str]) -> list[list[tuple[int, float]]]:
    rows: list[list[tuple[int, float]]] = [[]]
    x = 0.0
    for position, label in enumerate(labels):
        width = SWATCH + 0.06 + measure(label, size=SMALL)
        if rows[-1] and x + width > WIDTH:
            rows.append([])
            x = 0.0
        rows[-1].append((position, x))
        x += width + 0.2
    return rows


def footer_height(notes: str, released: Released, words: Words) -> float:
    """How high the footer of `write_footer` is."""
    lines, beside = _footer(notes, released, words)
    stamps = 0.26 if _stamps(released, words) and not beside else 0.0
    return 0.14 + max(len(lines) * line_height(SMALL), 0.24 if beside else 0.0) + stamps


def write_footer(figure: Figure, notes: str, released: Released, words: Words, *, top: float) -> None:
    """Write the notes, and stamp the sheet when the data are simulated or the view is staff's own."""
    sheet_width, sheet_height = figure.get_size_inches()
    lines, beside = _footer(notes, released, words)
    end = write_lines(figure, lines, x=0, top=top + 0.14 + (0.04 if beside else 0.0), size=SMALL, color=MUTED)
    stamp_top = top + 0.14 if beside else end + 0.04
    x = WIDTH
    for stamp in _stamps(released, words):
        width = measure(stamp, size=SMALL, bold=True) + 0.16
        x -= width
        figure.add_artist(
            Rectangle(
                _place(figure, x, stamp_top + 0.22),
                width / sheet_width,
                0.22 / sheet_height,
                facecolor="#fff4d6",
                edgecolor="#8a5a00",
                linewidth=0.8,
                transform=figure.transFigure,
            )
        )
        write(
            figure, stamp, x=x + width / 2, y=stamp_top + 0.11, size=SMALL, bold=True, color="#6b4500", align="center"
        )
        x -= 0.1


def _footer(notes: str, released: Released, words: Words) -> tuple[list[str], bool]:
    """The notes' lines, and whether the stamps have room beside them."""
    stamps = _stamps(released, words)
    needed = sum(measure(stamp, size=SMALL, bold=True) + 0.26 for stamp in stamps)
    beside = bool(stamps) and measure(notes, size=SMALL) <= WIDTH - needed
    return wrap(notes, width=WIDTH, size=SMALL), beside


def _stamps(released: Released, words: Words) -> list[str]:
    stamps = [words("plots.simulated")] if released.simulated else []
    return [*stamps, words("plots.internal")] if released.view == "internal" else stamps
