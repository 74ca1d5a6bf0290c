"""Where the participants' page keeps answers: a database file beside the project, or a database server.

No names, no addresses and no codes: a sitting is linked by its pseudonym alone, and what is withdrawn is left out of
everything that is read.
"""

from kunskap.store.holders import Holding, erase, is_issued, issue, own_sittings, withdraw
from kunskap.store.polls import POLL, Poll, polls_alike, put_poll, read_poll, save_vote, vote_of, votes_in_poll
from kunskap.store.postings import Posting, keep_posting, save_answer
from kunskap.store.reading import answer_table, times_per_item
from kunskap.store.rooms import (
    Figure,
    Room,
    Seat,
    change_room,
    counts_in_room,
    enter_room,
    given_in_room,
    keep_figure,
    kept_figure,
    others_shown,
    people_of,
    read_room,
    ready,
    save_in_room,
    seat_of,
    take_seat,
)
from kunskap.store.schema import Store, open_store
from kunskap.store.sittings import (
    Sitting,
    begin,
    complete,
    counts,
    is_replayed,
    load,
    mark_shown,
    unfinished,
)

__all__ = [
    "POLL",
    "Figure",
    "Holding",
    "Poll",
    "Posting",
    "Room",
    "Seat",
    "Sitting",
    "Store",
    "answer_table",
    "begin",
    "change_room",
    "complete",
    "counts",
    "counts_in_room",
    "enter_room",
    "erase",
    "given_in_room",
    "is_issued",
    "is_replayed",
    "issue",
    "keep_figure",
    "keep_posting",
    "kept_figure",
    "load",
    "mark_shown",
    "open_store",
    "others_shown",
    "own_sittings",
    "people_of",
    "polls_alike",
    "put_poll",
    "read_poll",
    "read_room",
    "ready",
    "save_answer",
    "save_in_room",
    "save_vote",
    "seat_of",
    "take_seat",
    "times_per_item",
    "unfinished",
    "vote_of",
    "votes_in_poll",
    "withdraw",
]
