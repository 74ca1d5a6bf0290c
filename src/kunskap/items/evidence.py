"""What makes an item suspect, told once: the pilot's verdicts and `kunskap.items.suspects` rest on the same rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from scipy.special import ndtri

from kunskap.estimates import wilson

__all__ = ["FEWEST_PEOPLE", "LOWEST_DISCRIMINATION", "RAREST_OPTION", "dead_options", "margins", "rival_option"]

FEWEST_PEOPLE = 30
LOWEST_DISCRIMINATION = 0.20
RAREST_OPTION = 0.05


def dead_options(
    takers: Mapping[str, int], *, key: Collection[str], choosing: int, wrong: int, level: float = 0.95
) -> list[str]:
    """Find the distractors that hardly anyone takes, and that surely draw less than their part of those who are wrong.

    Parameters
    ----------
    takers : mapping
        Real option (all but don't know) → how many took it.
    key : collection of str
        The right options.
    choosing, wrong : int
        How many took any real option, and any distractor.
    level : float
        Coverage of the interval that "surely" rests on.

    Notes
    -----
    Fewer than one in twenty of those who chose: Haladyna & Downing (1993), Educational and Psychological Measurement
    53, 999–1010.  In an easy item few are wrong, and that one of the distractors got none of them says nothing of it.

    Examples
    --------
    >>> dead_options({"a": 60, "b": 39, "c": 1}, key=["a"], choosing=100, wrong=40)
    ['c']
    """
    distractors = [option for option in takers if option not in key]
    if not wrong:
        return []
    counts = np.array([takers[option] for option in distractors])
    _, most = wilson(counts, wrong, level=level)
    is_rare = counts / choosing < RAREST_OPTION
    return [
        option
        for option, rare, high in zip(distractors, is_rare, most, strict=True)
        if rare and high < 1 / len(distractors)
    ]


def rival_option(with_rest: Mapping[str, float], *, key: Collection[str], n: int, level: float = 0.95) -> str:
    """Find the distractor that goes with the rest of the test, and better than any of the key does.

    Parameters
    ----------
    with_rest : mapping
        Real option → its correlation with the rest; missing where it does not vary.
    key : collection of str
        The right options.
    n : int
        People behind the correlations.
    level : float
        How sure it must be that the correlation is above 0: among options that go with nothing one is always the
        best, and what chance can do is no suspicion.

    Returns
    -------
    str
        The option, or an empty text.

    Examples
    --------
    >>> rival_option({"a": 0.1, "b": 0.4, "c": -0.3}, key=["a"], n=100)
    'b'
    """
    of_key = max((with_rest[option] for option in key if not np.isnan(with_rest[option])), default=0.0)
    by_chance = float(np.tanh(-ndtri((1 - level) / 2) / np.sqrt(max(n - 3, 1))))
    rivals = {option: r for option, r in with_rest.items() if option not in key and r > max(of_key, by_chance)}
    return max(rivals, key=lambda option: rivals[option], default="")


def margins(n: int, *, level: float = 0.95) -> tuple[float, float]:
    """What so many people can carry: how far a facility of .5 and a discrimination of .3 reach to each side.

    Parameters
    ----------
    n : int
        People, at least 4.
    level : float
        Coverage.

    Returns
    -------
    tuple of float
        Half the width of Wilson's interval, and of Fisher's.

    Examples
    --------
    >>> [round(half, 2) for half in margins(30)]
    [0.17, 0.33]
    """
    low, high = wilson(n / 2, n, level=level)
    around = -ndtri((1 - level) / 2) / np.sqrt(n - 3)
    wide = np.tanh(np.arctanh(0.3) + around) - np.tanh(np.arctanh(0.3) - around)
    return float(high - low) / 2, float(wide) / 2
