"""A quiz state as HTML: the only markup of the quiz, wherever it is shown.

It is whole without a script: each question is a form that can be posted.  It knows neither key nor explanation but
through `kunskap.quiz.remarks`.  Options are sent as their place in the order shown: an option's id would tell the place
it has in the bank.
"""

from kunskap.quiz_markup.diploma import diploma
from kunskap.quiz_markup.ending import ENDINGS, has_result, keepable
from kunskap.quiz_markup.forms import Request, focus_after, read_form, sheet_mark, step, take
from kunskap.quiz_markup.view import render

__all__ = [
    "ENDINGS",
    "Request",
    "diploma",
    "focus_after",
    "has_result",
    "keepable",
    "read_form",
    "render",
    "sheet_mark",
    "step",
    "take",
]
