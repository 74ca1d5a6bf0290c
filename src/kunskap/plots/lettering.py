"""Pictures whose texts are laid out once each: *Kvinnor* and *50 %* stand in every figure of a report.

Matplotlib shapes and draws a text anew, sign by sign, each time it stands somewhere, which is most of what a picture
takes. Here it is placed on whole pixels, as matplotlib did until 3.10.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg, get_hinting_flag
from matplotlib.font_manager import findfont, get_font
from numpy.typing import NDArray

__all__ = ["LetteredCanvas"]

SUBPIXELS = 64


class Lettering(NamedTuple):
    """A text as it is drawn: its size and how far it goes below the line, in pixels, and the picture with its place."""

    width: float
    height: float
    descent: float
    left: float
    rise: float
    picture: NDArray[np.uint8]


class LetteredCanvas(FigureCanvasAgg):
    """A canvas for a figure's pixels, at any size."""

    def get_renderer(self) -> RendererAgg:
        """What draws the figure in its size of now."""
        width, height = self.figure.bbox.size
        size = (width, height, self.figure.dpi)
        if getattr(self, "_size", None) != size:
            self.renderer, self._size = _Renderer(*size), size
        return self.renderer


class _Renderer(RendererAgg):
    def get_text_width_height_descent(self, s: str, prop: Any, ismath: Any) -> tuple[float, float, float]:
        if ismath:
            return super().get_text_width_height_descent(s, prop, ismath)
        return self._lettering(s, prop)[:3]

    def draw_text(
        self, gc: Any, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False, mtext: Any = None
    ) -> None:
        if ismath or angle:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        drawn = self._lettering(s, prop)
        left, low = round(x + drawn.left), round(y + drawn.rise + drawn.descent)
        self._renderer.draw_text_image(drawn.picture, left, low + 1, angle, gc)

    def _lettering(self, text: str, prop: Any) -> Lettering:
        return _lettering(text, findfont(prop), prop.get_size_in_points(), self.dpi, get_hinting_flag())


@lru_cache(maxsize=4096)
def _lettering(text: str, file: str, points: float, dots_per_inch: float, hinting: Any) -> Lettering:
    font = get_font(file)
    font.clear()
    font.set_size(points, dots_per_inch)
    font.set_text(text, 0.0, flags=hinting)
    size, descent = font.get_width_height(), font.get_descent()
    font.draw_glyphs_to_bitmap(antialiased=True)
    width, height, low, left, rise = (each / SUBPIXELS for each in (*size, descent, *font.get_bitmap_offset()))
    return Lettering(width, height, low, left, rise, np.array(font.get_image()))
