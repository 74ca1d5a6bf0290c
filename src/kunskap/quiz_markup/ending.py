"""What stands under a quiz's last heading: the person's own result, a diploma where it is earned, the next module."""

from __future__ import annotations

from collections.abc import Sequence

from kunskap.quiz import QuizState, next_module, own_result
from kunskap.quiz.advice import Teaches
from kunskap.quiz_markup.nodes import Markup, element, join, sign
from kunskap.words import Words

__all__ = ["ENDINGS", "advised", "earned", "has_result", "keepable", "result_lines"]

ENDINGS = ("html", "pdf")
"""The forms in which a person may keep the own result."""


def result_lines(state: QuizState, words: Words) -> list[str]:
    """The person's own result in words: totals, never by area.

    Of a survey nobody is told how many were right: two sittings that differ in one answer would show the key.
    """
    result = own_result(state)
    lines = [] if state.teaches else [words("quiz.summary_survey_text")]
    lines.append(words("quiz.summary_answered", answered=result.answered, total=result.questions))
    blank = [str(state.number(item.id)) for item in state.items if item.id not in state.replies]
    if blank:
        lines.append(words("quiz.summary_unanswered", numbers=", ".join(blank)))
    if result.scored and state.teaches:
        lines.append(words("quiz.summary_right", right=result.right, total=result.scored))
        if state.tries != 1:
            lines.append(words("quiz.summary_right_at_once", right=result.right_at_once))
    return lines


def has_result(state: QuizState) -> bool:
    """Whether there is a result that its holder may keep: of a finished quiz that has told what is right.

    Of a survey there is none, for the reason that `result_lines` gives.
    """
    return state.completed and state.teaches and own_result(state).scored > 0


def keepable(state: QuizState, words: Words, address: str | None) -> Markup:
    """The person's own page, to keep as a file; nothing where there is no page for it, or no result."""
    if address is None or not has_result(state):
        return join()
    links = [element("a", {"href": f"{address}.{ending}"}, words(f"quiz.keep_{ending}")) for ending in ENDINGS]
    return element("p", {"class": "kq-keep"}, words("quiz.keep_result"), " ", *links)


def earned(state: QuizState, words: Words, address: str | None) -> Markup:
    """Whether the result gives a diploma, or how many right answers it takes; nothing where there is none."""
    if state.diploma is None:
        return join()
    result = own_result(state)
    needed = result.needed(state.diploma)
    if not result.earns(state.diploma):
        return element("p", {}, words("quiz.diploma_needs", needed=needed, total=result.scored))
    text = element("p", {}, sign("✓"), words("quiz.diploma_earned"))
    link = element("p", {}, element("a", {"href": address}, words("quiz.diploma_show"))) if address else join()
    return element("div", {"class": "kq-feedback kq-right"}, text, link)


def advised(state: QuizState, words: Words, modules: Sequence[Teaches]) -> Markup:
    """The next module, and that the advice rests on the person's own words alone."""
    advice = next_module(state, modules=modules)
    if advice is None:
        return join()
    name = element("strong", {}, advice.module.title[state.language])
    lead = element("p", {}, words("quiz.next_module"), " ", name)
    if advice.reason == "need":
        tasks = [state.item(task).stem[state.language].rstrip("?") for task in advice.tasks]
        listed = element("ul", {}, *(element("li", {}, task) for task in tasks))
        why = join(element("p", {}, words("quiz.next_needs")), listed)
    else:
        why = element("p", {}, words("quiz.next_without_need"))
    heading = element("h3", {}, words("quiz.next_title"))
    return element("div", {"class": "kq-next"}, heading, lead, why, element("p", {}, words("quiz.next_ground")))
