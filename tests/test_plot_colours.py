"""Colours: told apart in grey print and by colour-blind eyes, and text on them can be read."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from kunskap.plots.palette import GROUPS, OUTCOMES, SMALLEST_STEP, Paint, diverging


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175],
                   [0.0193339, 0.119192, 0.9503041]])  # fmt: skip
# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB
BLINDNESS = {
    "protan": np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                        [-0.003882, -0.048116, 1.051998]]),
    "deutan": np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                        [-0.01182, 0.04294, 0.968881]]),
    "tritan": np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                        [0.004733, 0.691367, 0.3039]]),
}  # fmt: skip


def lab(light: np.ndarray) -> np.ndarray:
    ratio = TO_XYZ @ np.clip(light, 0, 1) / TO_XYZ.sum(axis=1)
    f = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def colour_faults(paints: list[Paint]) -> list[str]:
    """Neighbours that grey print or colour-blind eyes cannot tell apart, and text that cannot be read on its fill."""
    faults = []
    for one, other in itertools.pairwise(paints):
        step = abs(lab(linear(one.fill))[0] - lab(linear(other.fill))[0])
        if step < SMALLEST_STEP:
            faults.append(f"grey: {one.fill} {other.fill} {step:.1f}")
        for name, matrix in BLINDNESS.items():
            apart = np.linalg.norm(lab(matrix @ linear(one.fill)) - lab(matrix @ linear(other.fill)))
            if apart < 12:
                faults.append(f"{name}: {one.fill} {other.fill} {apart:.1f}")
    for paint in paints:
        light, dark = sorted((TO_XYZ[1] @ linear(paint.fill), TO_XYZ[1] @ linear(paint.text)), reverse=True)
        if (light + 0.05) / (dark + 0.05) < 4.5:
            faults.append(f"text: {paint.text} on {paint.fill}")
    return faults


def test_outcomes_are_told_apart_whichever_are_there() -> None:
    for size in (2, 3, 4, 5):
        for chosen in itertools.combinations(OUTCOMES.values(), size):
            assert colour_faults(list(chosen)) == []
    assert colour_faults(list(GROUPS)) == []


@pytest.mark.parametrize("sides", list(itertools.product(range(4), range(3), range(4))))
def test_scales_are_told_apart(sides: tuple[int, int, int]) -> None:
    paints = list(diverging(*sides))
    assert len(paints) == sum(sides)
    assert colour_faults(paints) == []


def test_a_scale_too_long_for_grey_is_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        diverging(4, 0, 3)


def test_colour_faults_are_found() -> None:
    red_and_green = [Paint("#c03020", "#ffffff"), Paint("#2f7a20", "#ffffff")]
    assert any(fault.startswith("grey") for fault in colour_faults(red_and_green))
    assert any(
        fault.startswith("deutan")
        for fault in colour_faults([Paint("#b0a040", "#000000"), Paint("#c09a30", "#000000")])
    )
    assert any(fault.startswith("text") for fault in colour_faults([Paint("#888888", "#999999")]))


def looks_alike(groups: list[Paint], others: list[Paint]) -> list[str]:
    """Groups of people whose colour could be taken for another meaning's, by any of these eyes."""
    eyes = {"any": np.eye(3), **BLINDNESS}
    return [
        f"{name}: {group.fill} {other.fill}"
        for group, other in itertools.product(groups, others)
        for name, matrix in eyes.items()
        if np.linalg.norm(lab(matrix @ linear(group.fill)) - lab(matrix @ linear(other.fill))) < 12
    ]


def test_no_group_looks_like_an_answer() -> None:
    assert looks_alike(list(GROUPS), [OUTCOMES["right"], OUTCOMES["partly"], OUTCOMES["wrong"]]) == []
    assert looks_alike(list(GROUPS[:2]), list(OUTCOMES.values())) == []
    assert looks_alike([Paint("#0f4c5c", "#ffffff")], [OUTCOMES["right"]]), "the same colour must be found"


def test_colour_is_not_alone() -> None:
    assert OUTCOMES["dk"].hatch
    assert OUTCOMES["skip"].edge != OUTCOMES["skip"].fill
