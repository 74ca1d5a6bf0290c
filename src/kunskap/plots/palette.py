"""The colours: told apart by colour-blind eyes and in grey print.

Neighbours in a bar differ in lightness by at least `SMALLEST_STEP` of CIE L*, so that a photocopy still shows where
one ends.  Colour is never alone: shares are written in the bars, *don't know* is hatched, what was left out is
dotted, and the key is in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["EDGE", "GROUPS", "INK", "MUTED", "OUTCOMES", "PAPER", "RULE", "SMALLEST_STEP", "Paint", "diverging"]

SMALLEST_STEP = 11.0
INK = "#1d2529"
MUTED = "#58646b"
RULE = "#d5dadd"
EDGE = "#8b969c"
LIGHT_EDGE = "#bcc3c7"
PAPER = "#ffffff"


@dataclass(frozen=True)
class Paint:
    """How one category looks: its fill, the colour of text on it, its edge, and its pattern if it has one."""

    fill: str
    text: str
    edge: str = PAPER
    hatch: str = ""


OUTCOMES: Mapping[str, Paint] = {
    "right": Paint("#0f4c5c", PAPER),
    "partly": Paint("#3b7a87", PAPER),
    "wrong": Paint("#e8a33d", INK),
    "dk": Paint("#d3d7dc", INK, EDGE, "////"),
    "skip": Paint("#ffffff", INK, EDGE, "...."),
}
# Groups of people have hues of their own, so that none of them looks like a right or a wrong answer.
GROUPS = (Paint("#4b2e6f", PAPER), Paint("#b894d6", INK), Paint("#7d4f9e", PAPER), Paint("#dccbe9", INK, EDGE))
LOW: Mapping[int, tuple[Paint, ...]] = {
    0: (),
    1: (Paint("#b4541a", PAPER),),
    2: (Paint("#b4541a", PAPER), Paint("#f3c58b", INK)),
    3: (Paint("#9c4310", PAPER), Paint("#d9853b", INK), Paint("#f2c993", INK)),
}
MIDDLE: Mapping[int, tuple[Paint, ...]] = {
    0: (),
    1: (Paint("#f1f1ef", INK, LIGHT_EDGE),),
    2: (Paint("#f7f7f5", INK, LIGHT_EDGE), Paint("#d5d0be", INK, LIGHT_EDGE)),
}
HIGH: Mapping[int, tuple[Paint, ...]] = {
    0: (),
    1: (Paint("#15505f", PAPER),),
    2: (Paint("#7fb0bb", INK), Paint("#15505f", PAPER)),
    3: (Paint("#82b1bc", INK), Paint("#3b7682", PAPER), Paint("#0f4c5c", PAPER)),
}


def diverging(low: int, middle: int, high: int) -> tuple[Paint, ...]:
    """Paints for an ordered scale, from its low end to its high end.

    Parameters
    ----------
    low, middle, high : int
        How many options lie below, in and above the middle: at most three, two and three.

    Returns
    -------
    tuple of Paint
        ``low + middle + high`` of them; neighbours differ in lightness by at least `SMALLEST_STEP`.

    Raises
    ------
    ValueError
        If the scale has more options than grey print can tell apart.

    Examples
    --------
    >>> [paint.fill for paint in diverging(1, 1, 1)]
    ['#b4541a', '#f1f1ef', '#15505f']
    """
    if low not in LOW or high not in HIGH or middle not in MIDDLE:
        raise ValueError(f"at most 3 options below, 2 in and 3 above the middle, not {low}, {middle} and {high}")
    return (*LOW[low], *MIDDLE[middle], *HIGH[high])
