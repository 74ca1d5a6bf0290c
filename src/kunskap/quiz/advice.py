"""Advice on the next module, from what a person has said of their own needs and role: never from right and wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from kunskap.quiz.state import QuizState

__all__ = ["Advice", "Teaches", "next_module"]

ROLE = "role"


class Teaches(Protocol):
    """What must be known of a module; `kunskap.needs.Module` is one."""

    @property
    def id(self) -> str:
        """Its name in the list of modules."""

    @property
    def title(self) -> Mapping[str, str]:
        """Language → title."""

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks that it helps with: ids of questions in which people rate themselves."""

    @property
    def first_for(self) -> tuple[str, ...]:
        """The roles that it is closest to."""


@dataclass(frozen=True)
class Advice:
    """The module to take next, and why.

    Attributes
    ----------
    module : Teaches
        The module.
    reason : str
        ``need`` (the person has said that a task is not easy alone) or ``role`` (no such need: what is closest to the
        role).
    tasks : tuple of str
        The tasks that it helps with and that the person would need support for, the hardest first.
    """

    module: Teaches
    reason: str
    tasks: tuple[str, ...] = ()


def next_module(state: QuizState, *, modules: Sequence[Teaches], role: str | None = None) -> Advice | None:
    """Advise one module.

    Parameters
    ----------
    state : QuizState
        With answers to questions in which people rate themselves on tasks.
    modules : sequence of Teaches
        In their own order.
    role : str, optional
        The person's role; what was answered to the question about it when not given.

    Returns
    -------
    Advice or None
        None where no task has been rated: then there is nothing to advise from.

    Notes
    -----
    The need of a module is that of its hardest task, 1 less the value of the answer given (0: can do it, 1: hard).
    What is not part of one's assignment is no need.  Where needs are alike the module that is closest to the role comes
    first, then the one that comes first in the list.  Answers that can be right or wrong are never used: advice from
    them would tell a result by area.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.needs import read_modules
    >>> from kunskap.quiz import answer, start
    >>> bank = read_bank()
    >>> state = start([bank.items["ability03"], bank.items["ability04"]], seed=1, feedback="never")
    >>> next_module(state, modules=read_modules(bank=bank)) is None
    True
    >>> state = answer(answer(state, "ability03", ["meth"]), "ability04", ["hard"])
    >>> advice = next_module(state, modules=read_modules(bank=bank))
    >>> advice.module.id, advice.reason, advice.tasks
    ('transport', 'need', ('ability04',))
    """
    rated = _needs(state)
    if not rated:
        return None
    if role is None:
        role = next(iter(state.replies[ROLE].chosen), None) if ROLE in state.replies else None

    def need(module: Teaches) -> float:
        return max((rated[task] or 0.0 for task in module.tasks if task in rated), default=0.0)

    # sorted is stable: what is alike in need and role keeps the list's order
    ranked = sorted(modules, key=lambda module: (-need(module), role not in module.first_for))
    if not ranked:
        return None
    best = ranked[0]
    hard = sorted((task for task in best.tasks if rated.get(task)), key=lambda task: -(rated[task] or 0.0))
    return Advice(best, "need" if hard else "role", tuple(hard))


def _needs(state: QuizState) -> dict[str, float | None]:
    """Each rated task that has been answered → how hard it is, 0–1; None where it is not part of the assignment."""
    found: dict[str, float | None] = {}
    for item in state.items:
        if item.type == "ability" and item.id in state.replies:
            value = item.option(state.replies[item.id].chosen[0]).value
            found[item.id] = None if value is None else 1 - value
    return found
