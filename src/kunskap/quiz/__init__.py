"""The quiz engine: a pure state machine, the same for the notebook, the participants' page and the tests.

No interface, no storage, no clock.  A state is frozen and every step returns a new one.
"""

from kunskap.quiz.advice import Advice, next_module
from kunskap.quiz.checks import parse_number
from kunskap.quiz.questionnaire import questions_of
from kunskap.quiz.restoring import restore
from kunskap.quiz.state import OwnResult, QuizState, Remark, Reply
from kunskap.quiz.steps import answer, finish, next_question, own_result, previous_question, remarks, start

__all__ = [
    "Advice",
    "OwnResult",
    "QuizState",
    "Remark",
    "Reply",
    "answer",
    "finish",
    "next_module",
    "next_question",
    "own_result",
    "parse_number",
    "previous_question",
    "questions_of",
    "remarks",
    "restore",
    "start",
]
