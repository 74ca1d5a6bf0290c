"""What is looked at together: the questions and scales whose figures say something of each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from kunskap.disclosure.figures import Cell

__all__ = ["PARTLY", "RIGHT", "Focus", "Question", "Sum"]

RIGHT, PARTLY = "right", "partly"


@dataclass(frozen=True)
class Question:
    """Something that people divide into: the options of an item, or the bins of a scale.

    Attributes
    ----------
    subject : str
        With a cell, the unit that is shown or hidden.
    options : tuple of str
        Its categories; the empty one is what is not published.
    counts : mapping of cell to array
        People per option.
    overlapping : bool
        Whether it is one of several options that a person could choose together; the empty one is then no answer.
    """

    subject: str
    options: tuple[str, ...]
    counts: Mapping[Cell, np.ndarray]
    overlapping: bool = False

    @property
    def answers(self) -> np.ndarray:
        """Which options are answers, that not all, or all but one, may be known to share."""
        return np.array([bool(option) or not self.overlapping for option in self.options])


@dataclass(frozen=True)
class Sum:
    """A scale that is a mean over items of the share who gave one outcome; what is shown of n × mean and of squares."""

    subject: str
    outcome: str
    n: Mapping[Cell, float]
    spans: Mapping[Cell, tuple[float, float]]
    squares: Mapping[Cell, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Focus:
    """What is looked at together.

    Attributes
    ----------
    questions : tuple of Question
        With unknowns of their own.
    others : tuple of Question
        Items of the same scale, of which only the sum has unknowns.
    sums : tuple of Sum
        The scales that all these items make up.
    bins : tuple of Question
        How the people divide by points on the scale.
    """

    questions: tuple[Question, ...]
    others: tuple[Question, ...] = ()
    sums: tuple[Sum, ...] = ()
    bins: tuple[Question, ...] = ()

    @property
    def scale_subjects(self) -> list[str]:
        """The scales."""
        return [*(sum_.subject for sum_ in self.sums), *(question.subject for question in self.bins)]

    @property
    def subjects(self) -> list[str]:
        """All that is looked at, the others not."""
        return [*(question.subject for question in self.questions), *self.scale_subjects]

    @property
    def parts(self) -> int:
        """How many items the scale is a mean of; one that nothing is known of if none is here."""
        return max(1, len(self.questions) + len(self.others))
