"""Answers without any net: raised cards or paper, counted by the trainer, into the same figure as the phones'.

Only counts are written down, never who raised what.  They pass the gate under the room's rules like any other answers.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from kunskap.bank import Item
from kunskap.disclosure import Policy, Released, release
from kunskap.errors import Fault, KunskapError, fault
from kunskap.estimates import proportion
from kunskap.room.steps import is_taught
from kunskap.whole_files import write_whole

__all__ = ["COLUMNS", "TABLE_NAME", "keep_tally", "read_counts", "tally"]

COLUMNS = ("date", "occasion", "item", "option", "count")
TABLE_NAME = "rakning.csv"
MOST = 2000
TABLE = "room"


def read_counts(typed: str, *, item: Item) -> dict[str, int]:
    """What the trainer typed: a count per option, in the order of the cards or with the option's letter.

    Parameters
    ----------
    typed : str
        ``"5 7 2 1"`` or ``"a=5 b=7 dk=1"``; options without a count are 0.
    item : Item
        The question.

    Raises
    ------
    KunskapError
        ``TALLY-01`` a question that no room may see or that several answers can be given to, ``TALLY-02`` something
        that is no count of an option.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> item = read_bank().items["goals51"]
    >>> read_counts("5 7", item=item) == read_counts("b=7, a=5", item=item)
    True
    """
    if not is_taught(item) or item.type == "multiple":
        raise KunskapError([fault("TALLY-01", item.id)])
    counts = dict.fromkeys(item.option_ids, 0)
    faults: list[Fault] = []
    parts = typed.replace(",", " ").replace(";", " ").split()
    expected = " ".join(f"{option_id}=0" for option_id in item.option_ids)
    for place, part in enumerate(parts):
        name, sign, number = part.rpartition("=")
        option_id = name.strip().casefold() if sign else (item.option_ids[place] if place < len(counts) else "")
        is_count = number.isascii() and number.isdigit() and int(number) <= MOST
        if option_id not in counts or not is_count:
            faults.append(fault("TALLY-02", item.id, value=part, expected=expected))
        else:
            counts[option_id] = int(number)
    if not parts or len({"=" in part for part in parts}) > 1:
        faults.append(fault("TALLY-02", item.id, value=typed, expected=expected))
    if faults:
        raise KunskapError(faults)
    return counts


def tally(counts: Mapping[str, int], *, item: Item, policy: Policy, simulated: bool = False) -> Released:
    """The shares of each option as the room may see them: the same table as when phones had answered.

    Parameters
    ----------
    counts : mapping of str to int
        Option id → how many; from `read_counts`.
    item : Item
        The question.
    policy : Policy
        The project's; the room's rules are taken from it.

    Raises
    ------
    KunskapError
        ``EST-05`` if nobody answered.

    Returns
    -------
    Released
        With the table ``room``; every row is hidden where the group is too small or too alike.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.disclosure import read_policy
    >>> item = read_bank().items["goals51"]
    >>> released = tally(read_counts("5 7", item=item), item=item, policy=read_policy())
    >>> int(released.table("room")["n"].max())
    12
    """
    given = [option_id for option_id, count in counts.items() for _ in range(count)]
    frame = pd.DataFrame({item.id: pd.Categorical(given, categories=[*item.option_ids, "skip"])})
    shares = proportion(frame, items=[item.id])
    shares = shares[shares["option"] != "skip"].reset_index(drop=True)
    return release({TABLE: shares}, policy=policy.for_room(), view="room", simulated=simulated)


def keep_tally(counts: Mapping[str, int], *, item: Item, occasion: str, folder: Path, day: dt.date) -> Path:
    """Write the counts down in a small table; the same question on the same day and occasion is written over.

    Returns
    -------
    Path
        ``rakning.csv``, with the columns `COLUMNS`: counts and nothing else.

    Examples
    --------
    >>> import tempfile
    >>> from kunskap.bank import read_bank
    >>> item = read_bank().items["goals51"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = keep_tally({"a": 5}, item=item, occasion="before", folder=Path(folder), day=dt.date(2026, 11, 22))
    ...     path.read_text(encoding="utf-8").splitlines()
    ['date,occasion,item,option,count', '2026-11-22,before,goals51,a,5']
    """
    path = folder / TABLE_NAME
    earlier: list[list[str]] = []
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            earlier = [row for row in csv.reader(file)][1:]
    here = [day.isoformat(), occasion, item.id]
    rows = [row for row in earlier if row[:3] != here]
    rows += [[*here, option_id, str(count)] for option_id, count in counts.items()]
    folder.mkdir(parents=True, exist_ok=True)
    lines = [",".join(row) for row in [list(COLUMNS), *rows]]
    write_whole(path, ("\n".join(lines) + "\n").encode())
    return path
