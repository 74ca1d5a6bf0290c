"""The store's answers as one neutral sheet, that the readers take further like any survey tool's export."""

from __future__ import annotations

import datetime as dt
import json
from zoneinfo import ZoneInfo

import pandas as pd
from sqlalchemy import select

from kunskap.bank import Bank
from kunskap.store.schema import Store, answers, sittings, withdrawn
from kunskap.store.transactions import reading

__all__ = ["HEADINGS", "answer_table", "times_per_item"]

HEADINGS = ("id", "startdate", "submitdate", "startlanguage")
HERE = ZoneInfo("Europe/Stockholm")
TICKED = "Y"


def answer_table(
    store: Store, *, bank: Bank, form: str, wave: str | None = None, occasion: str | None = None
) -> pd.DataFrame:
    """One row per sitting with texts as a survey tool writes them.

    Parameters
    ----------
    store : Store
        From `open_store`.
    bank : Bank
        The questions.
    form : str
        Which form's sittings.
    wave, occasion : str, optional
        Only this wave's, and only what was answered then.

    Returns
    -------
    DataFrame
        Columns `HEADINGS`, the background variables, the item columns (``goals07[a]`` for several choices), ``code``
        (the pseudonym).  ``""`` = shown and left blank, None = never shown.  Of several tries the first is the answer:
        the others were given after feedback.  Those who have withdrawn are not in it.  Times are Swedish.
    """
    chosen = (sittings.c.form == form) & sittings.c.pseudonym.not_in(select(withdrawn.c.pseudonym))
    chosen |= (sittings.c.form == form) & sittings.c.pseudonym.is_(None)
    if wave is not None:
        chosen &= sittings.c.wave == wave
    if occasion is not None:
        chosen &= sittings.c.occasion == occasion
    with reading(store) as connection:
        rows = connection.execute(select(sittings).where(chosen).order_by(sittings.c.started_at)).all()
        kept = connection.execute(
            select(answers.c.sitting_id, answers.c.item, answers.c.tries)
            .select_from(answers.join(sittings))
            .where(chosen)
        ).all()
    given: dict[str, dict[str, list[list[str]]]] = {}
    for sitting_id, item, tries in kept:
        given.setdefault(sitting_id, {})[item] = json.loads(tries)
    records = [
        {
            "id": row.sitting_id,
            "startdate": _local(row.started_at),
            "submitdate": _local(row.completed_at),
            "startlanguage": row.language,
            **_cells(given.get(row.sitting_id, {}), bank=bank, form=form),
            "code": row.pseudonym or "",
        }
        for row in rows
    ]
    columns = [*HEADINGS, *_cells({}, bank=bank, form=form), "code"]
    return pd.DataFrame(records, columns=columns, dtype=object)


def _cells(given: dict[str, list[list[str]]], *, bank: Bank, form: str) -> dict[str, str | None]:
    cells: dict[str, str | None] = {}
    for name in (*bank.forms[form].background, *bank.forms[form].item_ids):
        tries = given.get(name)
        answer = tries[0] if tries else []
        if name in bank.items and bank.items[name].type == "multiple":
            for option_id in bank.items[name].option_ids:
                ticked = TICKED if option_id in answer else ""
                cells[f"{name}[{option_id}]"] = None if tries is None else ticked
        else:
            cells[name] = None if tries is None else "\n".join(answer)
    return cells


def _local(moment: dt.datetime | None) -> str:
    return "" if moment is None else f"{moment.replace(tzinfo=dt.UTC).astimezone(HERE):%Y-%m-%d %H:%M:%S}"


def times_per_item(store: Store, *, form: str, wave: str | None = None) -> pd.DataFrame:
    """Seconds from when a question was shown to when its answer was last saved.

    Returns
    -------
    DataFrame
        Columns sitting_id, item, seconds (Float64; missing where one of the two is not known).
    """
    chosen = sittings.c.form == form
    if wave is not None:
        chosen &= sittings.c.wave == wave
    query = select(answers.c.sitting_id, answers.c.item, answers.c.shown_at, answers.c.saved_at)
    with reading(store) as connection:
        rows = connection.execute(query.select_from(answers.join(sittings)).where(chosen)).all()
    table = pd.DataFrame(rows, columns=["sitting_id", "item", "shown_at", "saved_at"])
    seconds = (pd.to_datetime(table["saved_at"]) - pd.to_datetime(table["shown_at"])).dt.total_seconds()
    return table[["sitting_id", "item"]].astype("str").assign(seconds=seconds.astype("Float64"))
