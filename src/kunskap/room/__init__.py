"""The trainer's room: one question at a time for everyone, and what the room may see of its own answers.

`steps` is the pure engine, `figures` the only way from answers to the screen: through the gate, with the room's policy.
"""

from kunskap.room.figures import Result, before_and_after, question_result, released_again
from kunskap.room.steps import ACTIONS, first_room, questions_in_room, step

__all__ = [
    "ACTIONS",
    "Result",
    "before_and_after",
    "first_room",
    "question_result",
    "questions_in_room",
    "released_again",
    "step",
]
