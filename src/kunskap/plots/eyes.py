"""A drawing as others see it: in grey print, and with an eye that does not tell red from green.

Both are worked out in linear light, from the picture as it is shown: what the palette promises is seen here.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kunskap.plots.drawing import Drawing, in_few_colours

__all__ = ["DOTS_PER_INCH", "EYES", "Seen", "as_seen", "seen"]

DOTS_PER_INCH = 150
EYES: Mapping[str, NDArray[np.float64]] = MappingProxyType(
    {
        "grey": np.array([[0.2126, 0.7152, 0.0722]] * 3),
        "deuteranopia": np.array(
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
        ),
    }
)
"""What becomes of linear red, green and blue.

``grey`` keeps the relative luminance (ITU-R BT.709, as WCAG 2.2 counts contrast); ``deuteranopia`` is by Machado,
Oliveira and Fernandes (2009), severity 1.
"""
Pixels = NDArray[np.uint8]


class Seen(NamedTuple):
    """A drawing as PNG pictures of one size: in grey, and with deuteranopia."""

    grey: bytes
    deuteranopia: bytes


def seen(drawing: Drawing, *, dots_per_inch: int = DOTS_PER_INCH) -> Seen:
    """The drawing as a black-and-white printer and a colour-blind eye show it.

    Parameters
    ----------
    drawing : Drawing
        What to show.
    dots_per_inch : int
        Of the pictures.

    Returns
    -------
    Seen
        PNG pictures without any name, date or program in them; the same drawing gives the same bytes.
    """
    picture = in_few_colours(drawing, dots_per_inch=dots_per_inch)
    colours = np.array(picture.getpalette(), dtype=np.uint8).reshape(-1, 3)
    return Seen(**{eye: _written(picture, as_seen(colours, eye)) for eye in EYES})


def as_seen(colours: Pixels, eye: str) -> Pixels:
    """Colours as another eye sees them, or as a black-and-white printer prints them.

    Parameters
    ----------
    colours : array of uint8, shape (…, 3)
        sRGB.
    eye : str
        One of `EYES`.

    Returns
    -------
    array of uint8, shape (…, 3)
        sRGB.

    Examples
    --------
    >>> as_seen(np.array([[255, 255, 255], [255, 0, 0]], dtype=np.uint8), "grey").tolist()
    [[255, 255, 255], [127, 127, 127]]
    >>> as_seen(np.array([255, 0, 0], dtype=np.uint8), "deuteranopia").tolist()
    [163, 144, 0]
    """
    return _shown(_light(colours) @ EYES[eye].T)


def _light(pixels: Pixels) -> NDArray[np.float64]:
    """Linear light, 0-1, of sRGB levels."""
    levels = np.arange(256) / 255
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return light[pixels]


def _shown(light: NDArray[np.float64]) -> Pixels:
    """The sRGB levels of linear light."""
    light = np.clip(light, 0, 1)
    levels = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.round(255 * levels).astype(np.uint8)


def _written(picture: Image.Image, colours: Pixels) -> bytes:
    """The picture with other colours in its palette."""
    other, content = picture.copy(), io.BytesIO()
    other.putpalette(colours.ravel().tolist())
    other.save(content, "png")
    return content.getvalue()
