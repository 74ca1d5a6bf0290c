"""What the participants' page has kept, as a sheet like any survey tool's export."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from kunskap.bank import Bank
from kunskap.errors import KunskapError, fault
from kunskap.readers.sheet import Sheet

__all__ = ["read_store_sheet", "store_address"]

ADDRESS = re.compile(r"((?:sqlite|postgresql)(?:\+[a-z0-9]+)?):/(/?)(.*)", re.DOTALL)
SQLITE_MAGIC = b"SQLite format 3\x00"


def store_address(path: Path | str) -> str | None:
    """The address of a store, if that is what is meant: the address itself, or a SQLite file.

    Parameters
    ----------
    path : Path or str
        What staff named.  A `Path` has lost one of the address's two slashes; it is put back.

    Returns
    -------
    str or None
        None if it is a file of another kind, or none at all.

    Examples
    --------
    >>> store_address(Path("postgresql+psycopg://kunskap@127.0.0.1/svar")), store_address("svar.csv")
    ('postgresql+psycopg://kunskap@127.0.0.1/svar', None)
    """
    found = ADDRESS.fullmatch(str(path))
    if found:
        scheme, _, rest = found.groups()
        return str(path) if "://" in str(path) else f"{scheme}://{rest}"
    try:
        with Path(path).open("rb") as file:
            is_store = file.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC
    except (OSError, ValueError):
        return None
    return f"sqlite:///{Path(path).as_posix()}" if is_store else None


def read_store_sheet(url: str, *, bank: Bank, form: str, wave: str | None, occasion: str) -> Sheet:
    """Read one form's sittings from a store.

    Parameters
    ----------
    url : str
        As for `kunskap.store.open_store`.
    bank : Bank
        The questions.
    form : str
        Which form's sittings.
    wave : str or None
        Only this wave's; all where None.
    occasion : str
        Only what was answered then.

    Raises
    ------
    KunskapError
        ``STORE-01`` … ``STORE-03`` if the store cannot be opened, ``READ-07`` if nobody has answered.
    """
    # SQLAlchemy takes a tenth of a second to load; who reads a file should not wait for it
    from kunskap.store import answer_table, open_store

    store = open_store(url, create=False)
    table = answer_table(store, bank=bank, form=form, wave=wave, occasion=occasion)
    if table.empty:
        raise KunskapError([fault("READ-07", store.name)])
    headings = tuple(str(name) for name in table.columns)
    rows = np.arange(2, len(table) + 2, dtype=np.int64)
    cells = table.set_axis(range(len(headings)), axis="columns")
    return Sheet(store.name, headings, cells, rows, kind="store", holds_pseudonyms=True)
