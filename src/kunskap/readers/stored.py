"""What the participants' page has kept, as a sheet like any survey tool's export."""

from __future__ import annotations

import numpy as np

from kunskap.bank import Bank
from kunskap.errors import KunskapError, fault
from kunskap.readers.sheet import Sheet

__all__ = ["read_store_sheet"]


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
