"""The trainer's room: one question at a time for everyone, and what the room may see of its own answers.

`steps` is the pure engine, `figures` the only way from answers to the screen: through the gate, with the room's policy.
"""

from kunskap.room.figures import Result, before_and_after, question_result, released_again
from kunskap.room.kept import BOTH, RoomShown, Shown, shown_in_room
from kunskap.room.polls import ask_poll, is_poll, leave_poll, poll_item, poll_result, ready_made, typed
from kunskap.room.steps import ACTIONS, first_room, questions_in_room, step

__all__ = [
    "ACTIONS",
    "BOTH",
    "Result",
    "RoomShown",
    "Shown",
    "ask_poll",
    "before_and_after",
    "first_room",
    "is_poll",
    "leave_poll",
    "poll_item",
    "poll_result",
    "question_result",
    "questions_in_room",
    "ready_made",
    "released_again",
    "shown_in_room",
    "step",
    "typed",
]
