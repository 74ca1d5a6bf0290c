"""The table of fetched figures: what came is put in, what did not is kept, and nothing is taken for checked."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kunskap.errors import Fault, KunskapError, fault
from kunskap.fetching.layouts import from_json_stat, from_kolada, next_page
from kunskap.fetching.queries import Query
from kunskap.reference import REFERENCE_COLUMNS
from kunskap.whole_files import save_file

__all__ = ["FETCHED_COLUMNS", "TABLE", "Update", "update"]

TABLE = "hamtat.csv"
FETCHED_COLUMNS = (*REFERENCE_COLUMNS, "query", "fetched_on")
CHECKED, UNCHECKED = "S", "U"
NOTE = "hämtat {day}; frågan är inte kontrollerad av en människa, så talen är oprövade"
NOTE_CHECKED = "hämtat {day}; frågan kontrollerades {checked}"
MOST_PAGES = 20
Get = Callable[[str], bytes]


@dataclass(frozen=True)
class Update:
    """How it went.

    Attributes
    ----------
    path : Path
        The table; `kunskap.reference.read_reference` reads it.
    fetched, kept, absent : tuple of str
        The queries that gave figures, those whose earlier figures are kept, and those that have none.
    faults : tuple of Fault
        What went wrong, one or more per query that gave none.
    """

    path: Path
    fetched: tuple[str, ...]
    kept: tuple[str, ...]
    absent: tuple[str, ...]
    faults: tuple[Fault, ...]


def update(queries: Sequence[Query], *, folder: Path, get: Get, today: datetime.date) -> Update:
    """Ask every query, and write down what came; the table is not touched where nothing did.

    Parameters
    ----------
    queries : sequence of Query
        From `read_queries`.
    folder : Path
        Where ``hamtat.csv`` is, or will be.
    get : callable
        What an address answers: `fetch_with_cache`, with its client.
    today : date
        Written beside the figures.

    Raises
    ------
    KunskapError
        ``FETCH-06`` if the table that is there cannot be read; it is left alone.
    """
    path = folder / TABLE
    earlier = _earlier(path)
    came: list[pd.DataFrame] = []
    faults: list[Fault] = []
    for query in queries:
        try:
            came.append(_figures(query, get, today))
        except KunskapError as error:
            # One source that is out of reach is told once, whatever was asked of it.
            told = {(each.code, each.where) for each in faults}
            faults += [each for each in error.faults if (each.code, each.where) not in told]
    fetched = [str(table["query"].iloc[0]) for table in came]
    others = [query.id for query in queries if query.id not in fetched]
    if came:
        left = earlier[~earlier["query"].isin(fetched)]
        whole = pd.concat([left, *came], ignore_index=True) if len(left) else pd.concat(came, ignore_index=True)
        folder.mkdir(parents=True, exist_ok=True)
        save_file(path, whole.loc[:, list(FETCHED_COLUMNS)].to_csv(index=False, lineterminator="\n").encode("utf-8"))
    kept = [name for name in others if name in set(earlier["query"])]
    absent = [name for name in others if name not in kept]
    return Update(path, tuple(fetched), tuple(kept), tuple(absent), tuple(faults))


def _earlier(path: Path) -> pd.DataFrame:
    if not path.is_file():
        return pd.DataFrame(columns=list(FETCHED_COLUMNS), dtype="str")
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
        return table.loc[:, list(FETCHED_COLUMNS)]
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, KeyError) as error:
        raise KunskapError([fault("FETCH-06", str(path), error=error)]) from error


def _figures(query: Query, get: Get, today: datetime.date) -> pd.DataFrame:
    """A query's figures as rows of the table."""
    where = f"{query.id} ({query.cited})"
    if query.source.kind == "kolada3":
        figures = from_kolada(_pages(query, get), where=where)
        years = sorted(set(figures["year"]))[-query.latest :]
        figures = figures[figures["year"].isin(years) & figures["sex"].ne("")]
    else:
        table = from_json_stat(get(query.address), where=where)
        missing = [name for name in (query.sex["variable"], "Tid") if name not in table.columns]
        if missing:
            raise KunskapError([fault("FETCH-05", where, layout="JSON-stat 2.0", error=", ".join(missing))])
        sexes = {query.sex[sex]: sex for sex in ("k", "m")}
        figures = pd.DataFrame(
            {"year": table["Tid"].str[:4], "sex": table[query.sex["variable"]].map(sexes), "value": table["value"]}
        ).dropna()
    figures = figures.sort_values(["year", "sex"]).reset_index(drop=True)
    if set(figures["sex"]) != {"k", "m"} or figures.duplicated(["year", "sex"]).any():
        raise KunskapError([fault("FETCH-07", where, found=", ".join(sorted(figures["sex"])) or "–")])
    checked = query.checked_on
    note = NOTE.format(day=today) if checked is None else NOTE_CHECKED.format(day=today, checked=checked)
    return figures.assign(
        measure=query.measure,
        area=query.area,
        unit=query.unit,
        value=figures["value"].map(lambda value: f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}"),
        source=query.cited,
        publisher=query.source.publisher,
        certainty=CHECKED if checked else UNCHECKED,
        note=note,
        query=query.id,
        fetched_on=today.isoformat(),
    )


def _pages(query: Query, get: Get) -> Iterator[bytes]:
    """Kolada's pages, one after another, all from the same host."""
    address: str | None = query.address
    for _ in range(MOST_PAGES):
        if address is None or not address.startswith(query.source.base):
            return
        content = get(address)
        yield content
        address = next_page(content)
