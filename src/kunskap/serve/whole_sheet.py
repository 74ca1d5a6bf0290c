"""All questions of a survey on one page: what is posted is kept question by question, and handed in together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from kunskap.errors import KunskapError, fault
from kunskap.quiz import QuizState
from kunskap.quiz_markup import focus_after, read_form, sheet_mark, step
from kunskap.serve.settings import Settings
from kunskap.serve.sittings import PREFIX, Taken, fresh_state, note_shown, receipt_of
from kunskap.store import complete, is_replayed, load, save_answer

__all__ = ["post_sheet"]


def post_sheet(settings: Settings, sitting_id: str, fields: Mapping[str, Sequence[str]]) -> Taken:
    """Keep what is right on a sheet, tell what is not, and hand in when all is well and it was asked for.

    Raises
    ------
    KunskapError
        ``STORE-…`` if it could not be saved: the page must say that it was not.
    """
    store = settings.store
    before = fresh_state(settings, load(store, sitting_id))
    receipt = receipt_of(fields)
    if before.completed or is_replayed(store, sitting_id, receipt):
        return Taken(before)
    first = before.items[0].id
    if list(fields.get("item", ())) != [sheet_mark(before)]:
        # another tab has changed which questions there are: what was meant is not known
        return Taken(before, is_taken=False, notices={first: [fault("SERVE-04", "")]})
    try:
        after, notices = step(before, read_form(before, fields))
    except KunskapError as error:
        return Taken(before, is_taken=False, notices={first: error.faults})
    told: dict[str, Sequence] = dict(notices)
    _save(settings, sitting_id, before, after, receipt)
    now = fresh_state(settings, load(store, sitting_id))
    fresh = [item.id for item in now.items if item not in before.items]
    if fresh and after.completed:
        told[fresh[0]] = [fault("SERVE-08", "")]
    elif after.completed:
        now = fresh_state(settings, complete(store, sitting_id))
    note_shown(settings, now, load(store, sitting_id))
    focus = focus_after(before, now, prefix=PREFIX, notices=told)
    return Taken(now, is_taken=not told, notices=told, focus=focus)


def _save(settings: Settings, sitting_id: str, before: QuizState, after: QuizState, receipt: str) -> None:
    changed = [item.id for item in before.items if before.replies.get(item.id) != after.replies.get(item.id)]
    for number, item_id in enumerate(changed):
        reply = after.replies.get(item_id)
        # the first carries the posting's own name, by which a replay is known; a name is one answer's only
        name = receipt if number == 0 else hashlib.sha256(f"{receipt} {item_id}".encode()).hexdigest()
        save_answer(settings.store, sitting_id, item_id, reply.chosen if reply else (), receipt=name)
