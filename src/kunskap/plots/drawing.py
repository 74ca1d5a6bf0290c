"""What a plot gives back, and the guard that every plot has in common."""

from __future__ import annotations

import functools
import html
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Concatenate, ParamSpec

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from PIL import Image

from kunskap.disclosure import Released, require_released
from kunskap.plots.lettering import LetteredCanvas

__all__ = ["Drawing", "draws", "in_few_colours", "png", "svg"]

COLOURS = 128
FONTS = "system-ui, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
STYLE = {
    # Letters are measured in a wide face and shown in the reader's own, narrower one: nothing can collide.
    "font.family": "DejaVu Sans",
    # A dollar sign in a label is a dollar sign, not mathematics.
    "text.parse_math": False,
    # Text stays text: searchable, and sharp at any zoom.
    "svg.fonttype": "none",
    # The same table gives the same bytes.
    "svg.hashsalt": "kunskap",
    "hatch.linewidth": 0.6,
    "hatch.color": "#8b969c",
}
Parameters = ParamSpec("Parameters")


@dataclass(frozen=True)
class Drawing:
    """A figure, what it says in words, and the table behind it.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        Not known to pyplot: nothing needs closing.
    alt : str
        The figure in sentences, built from released figures only.
    table : DataFrame
        The rows of the released table that are drawn.
    """

    figure: Figure
    alt: str
    table: pd.DataFrame

    @cached_property
    def markup(self) -> str:
        """The figure as matplotlib writes SVG, written once for all pages that show it; `svg` makes it fit for one."""
        buffer = io.StringIO()
        with _style():
            self.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
        text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", buffer.getvalue(), flags=re.DOTALL)
        return text[text.index("<svg") :]

    def __repr__(self) -> str:
        return f"Drawing({self.alt!r})"

    def _repr_html_(self) -> str:
        """The figure in a notebook, with its alt text."""
        return f'<div style="max-width:52rem">{svg(self)}</div>'


def draws(
    plot: Callable[Concatenate[Released, Parameters], Drawing],
) -> Callable[Concatenate[Released, Parameters], Drawing]:
    """Let a plot take nothing but `Released`, and draw in the house's style without changing anyone else's.

    Raises
    ------
    TypeError
        When called with anything that has not passed the gate.
    """

    @functools.wraps(plot)
    def guarded(released: Released, *args: Parameters.args, **kwargs: Parameters.kwargs) -> Drawing:
        with _style():
            return plot(require_released(released), *args, **kwargs)

    return guarded


def svg(drawing: Drawing, *, prefix: str = "figure", typeface: str = FONTS) -> str:
    """The drawing as an inline ``<svg role="img">`` with its alt text.

    Parameters
    ----------
    drawing : Drawing
        What to write.
    prefix : str
        Stands first in each id within, so that several drawings can share a page.
    typeface : str
        The letters' families, as in CSS; the reader's own when not given.

    Returns
    -------
    str
        Self-contained markup: no scripts, no addresses, text as text in the reader's own typeface.
    """
    opening, body = drawing.markup.split(">", 1)
    box = re.search(r'viewBox="([^"]+)"', opening)
    size = box.group(1) if box else ""
    used = set(re.findall(r"(?:href=\"#|url\(#)([^\")]+)", body))
    # Inside tags only: a question's own text is never touched.
    body = re.sub(r"<[^>]+>", lambda tag: _own_tag(tag[0], prefix=prefix, used=used, typeface=typeface), body)
    label = html.escape(drawing.alt, quote=True)
    opening = f'<svg role="img" aria-label="{label}" viewBox="{size}" class="drawing" style="font-family: {typeface}">'
    return opening + body.strip()


def _own_tag(tag: str, *, prefix: str, used: set[str], typeface: str) -> str:
    """A tag of matplotlib's with the given typeface, and with only the ids that something points at."""
    tag = re.sub(r"font-family: '?DejaVu Sans'?; ?", "", tag.replace("xlink:href", "href"))
    tag = re.sub(r"font: ([^;\"]*?) ?'?DejaVu Sans'?(?=[;\"])", rf"font: \1 {typeface}", tag)
    tag = re.sub(r' id="([^"]+)"', lambda found: f' id="{prefix}-{found[1]}"' if found[1] in used else "", tag)
    return re.sub(r"(href=\"#|url\(#)([^\")]+)", rf"\g<1>{prefix}-\g<2>", tag)


def png(drawing: Drawing, *, dots_per_inch: int = 160) -> bytes:
    """The drawing as a PNG picture on white, for a document that takes no SVG.

    Parameters
    ----------
    drawing : Drawing
        What to write.
    dots_per_inch : int
        150 is sharp on paper.

    Returns
    -------
    bytes
        A picture in at most 128 colours, a third of the size that it has in all of them, and nothing but the picture:
        no name of a program, and no date.
    """
    written = io.BytesIO()
    in_few_colours(drawing, dots_per_inch=dots_per_inch).save(written, "png", dpi=(dots_per_inch, dots_per_inch))
    return written.getvalue()


def in_few_colours(drawing: Drawing, *, dots_per_inch: int) -> Image.Image:
    """The drawing as pixels on white, each the number of a colour in a palette."""
    raw = io.BytesIO()
    with _style():
        LetteredCanvas(drawing.figure)
        drawing.figure.savefig(raw, format="rgba", dpi=dots_per_inch, facecolor="white")
    width, height = (int(side * dots_per_inch) for side in drawing.figure.get_size_inches())
    picture = Image.frombytes("RGBA", (width, height), raw.getvalue()).convert("RGB")
    few = picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    # The method rounds down, and white must be the paper's white.
    few.putpalette([level + (level == 254) for level in few.getpalette() or []])
    return few


@contextmanager
def _style() -> Iterator[None]:
    with mpl.rc_context(STYLE):  # type: ignore[arg-type]
        yield
