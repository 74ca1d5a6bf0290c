"""Pictures with texts laid out once: as matplotlib draws them, but for a part of a pixel."""

from __future__ import annotations

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kunskap.plots.lettering import LetteredCanvas


def darkness(canvas: FigureCanvasAgg, *, dots_per_inch: int) -> np.ndarray:
    canvas.figure.set_dpi(dots_per_inch)
    canvas.draw()
    return 1 - np.asarray(canvas.buffer_rgba())[..., :3].mean(axis=-1) / 255


def test_texts_stand_where_matplotlib_puts_them_at_every_size() -> None:
    figure = Figure(figsize=(3, 1.5))
    for y, text, size, angle in ((0.7, "Kvinnor, män: 50 %", 10, 0), (0.4, "Överhoppad", 12, 0), (0.2, "brant", 9, 30)):
        figure.text(0.1, y, text, fontsize=size, rotation=angle)
    for dots_per_inch in (150, 80, 150):
        own = darkness(LetteredCanvas(figure), dots_per_inch=dots_per_inch)
        theirs = darkness(FigureCanvasAgg(figure), dots_per_inch=dots_per_inch)
        assert own.shape == theirs.shape
        assert abs(own.sum() / theirs.sum() - 1) < 0.03
        # blurred over a pixel each way they are much the same; two pixels aside make it 0.7
        blurred = [sum(np.roll(each, (x, y), (0, 1)) for x in (-1, 0, 1) for y in (-1, 0, 1)) for each in (own, theirs)]
        assert np.abs(blurred[0] - blurred[1]).sum() < 0.4 * blurred[1].sum()
