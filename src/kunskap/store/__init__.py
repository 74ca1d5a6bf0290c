"""Where the participants' page keeps answers: a database file beside the project, or a database server.

No names, no addresses and no codes: a sitting is linked by its pseudonym alone, and what is withdrawn is left out of
everything that is read.
"""

from kunskap.store.holders import Holding, erase, is_issued, issue, own_sittings, withdraw
from kunskap.store.reading import answer_table, times_per_item
from kunskap.store.schema import Store, open_store
from kunskap.store.sittings import (
    Sitting,
    begin,
    complete,
    counts,
    is_replayed,
    load,
    mark_shown,
    save_answer,
    unfinished,
)

__all__ = [
    "Holding",
    "Sitting",
    "Store",
    "answer_table",
    "begin",
    "complete",
    "counts",
    "erase",
    "is_issued",
    "is_replayed",
    "issue",
    "load",
    "mark_shown",
    "open_store",
    "own_sittings",
    "save_answer",
    "times_per_item",
    "unfinished",
    "withdraw",
]
