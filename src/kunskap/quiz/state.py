"""The nouns of a quiz: a frozen state, replies, remarks, the own result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from kunskap.bank import Item, Option
from kunskap.errors import KunskapError, fault

__all__ = ["OwnResult", "QuizState", "Remark", "Reply"]


@dataclass(frozen=True)
class Reply:
    """What one person has answered to one question, try by try.

    Attributes
    ----------
    attempts : tuple of tuple of str
        The option ids of each try; the text as it was written where the question is a number or free text.
    outcomes : tuple of str or None
        right, partly, wrong or dk of each try; None where nothing is right or wrong.
    """

    attempts: tuple[tuple[str, ...], ...]
    outcomes: tuple[str | None, ...]

    @property
    def chosen(self) -> tuple[str, ...]:
        """The latest answer."""
        return self.attempts[-1]

    @property
    def outcome(self) -> str | None:
        """How the latest answer was judged."""
        return self.outcomes[-1]

    @property
    def tries(self) -> int:
        """How many times the question has been answered."""
        return len(self.attempts)


@dataclass(frozen=True)
class Remark:
    """What may be said about one option once its question is answered."""

    option: Option
    chosen: bool
    right: bool
    explanation: str


@dataclass(frozen=True)
class OwnResult:
    """A person's own result: totals only, never by area.

    Attributes
    ----------
    questions, answered : int
        How many questions there are, and how many have an answer.
    scored : int
        How many of them can be right or wrong.
    right, right_at_once : int
        How many of the scored ones are right in the end, and how many were right at the first try.
    """

    questions: int
    answered: int
    scored: int
    right: int
    right_at_once: int

    def earns(self, share: float | None) -> bool:
        """Whether at least this share of the questions that can be right were right at the first try.

        Examples
        --------
        >>> result = OwnResult(questions=4, answered=4, scored=4, right=4, right_at_once=3)
        >>> result.earns(0.75), result.earns(0.8), result.earns(None)
        (True, False, False)
        """
        # whole answers are compared, so that three of four is three quarters and never a rounding less
        return share is not None and self.scored > 0 and self.right_at_once >= self.needed(share)

    def needed(self, share: float) -> int:
        """How many right answers at the first try that share is."""
        return max(1, ceil(round(share * self.scored, 9)))


@dataclass(frozen=True)
class QuizState:
    """Where one person is in one quiz.  Made by `start`; every other function returns a new state.

    Attributes
    ----------
    items : tuple of Item
        The questions, in order.
    orders : mapping
        Item id → option ids in the order shown.
    feedback : str
        ``"at_once"`` (teaching) or ``"never"`` (survey: answers can be changed until the end).
    tries : int, optional
        How many tries each question gives; None = as many as wanted.
    shown : str
        ``"one"`` question at a time or ``"all"``.
    diploma : float, optional
        The share of right answers at the first try that gives a diploma; None = there is none.
    position, reached : int
        The question now shown, and the last one shown so far (from 0): a question beyond it was never reached.
    replies : mapping
        Item id → `Reply`.
    completed : bool
        Whether the person has finished.
    """

    items: tuple[Item, ...]
    language: str
    seed: int
    orders: Mapping[str, tuple[str, ...]]
    feedback: str = "at_once"
    tries: int | None = None
    shown: str = "one"
    batteries: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    diploma: float | None = None
    position: int = 0
    reached: int = 0
    replies: Mapping[str, Reply] = field(default_factory=dict)
    completed: bool = False

    @property
    def teaches(self) -> bool:
        """Whether feedback is given at once."""
        return self.feedback == "at_once"

    @property
    def is_sheet(self) -> bool:
        """Whether all questions are answered on one sheet and handed in together, as on paper."""
        return self.shown == "all" and not self.teaches

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return len(self.replies)

    @property
    def seen(self) -> tuple[str, ...]:
        """The questions shown so far: unanswered ones among them are skipped, the others were not reached."""
        return tuple(item.id for item in self.items[: self.reached + 1])

    def item(self, item_id: str) -> Item:
        """The question with this id; ``QUIZ-11`` if it is not in the quiz."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise KunskapError([fault("QUIZ-11", item_id)])

    def number(self, item_id: str) -> int:
        """The question's number, from 1."""
        return self.items.index(self.item(item_id)) + 1

    def options(self, item_id: str) -> tuple[Option, ...]:
        """The options in the order shown to this person."""
        item = self.item(item_id)
        return tuple(item.option(option_id) for option_id in self.orders[item_id])

    def stem(self, item_id: str) -> str:
        """The question's text, led in by its battery where it has one."""
        item = self.item(item_id)
        lead = self.batteries.get(item.battery or "", {}).get(self.language)
        return f"{lead} {item.stem[self.language]}" if lead else item.stem[self.language]

    def is_closed(self, item_id: str) -> bool:
        """Whether the question takes no more answers."""
        if not self.teaches:
            return self.completed
        reply = self.replies.get(item_id)
        if reply is None or reply.outcome is None:
            return False
        return reply.outcome == "right" or (self.tries is not None and reply.tries >= self.tries)
