"""SPSS files: values with their labels, and the values that the file itself declares missing."""

from __future__ import annotations

import datetime
import math
import re
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from kunskap.errors import KunskapError, fault
from kunskap.readers.sheet import MISSING_MARK, Sheet
from kunskap.readers.spss_structure import is_sound

__all__ = ["SPSS_MAGIC", "read_spss"]

SPSS_MAGIC = (b"$FL2", b"$FL3")


def read_spss(path: Path) -> Sheet:
    """Read a .sav or .zsav file.

    Returns
    -------
    Sheet
        Kind ``spss``.  A system-missing number and an empty text are blank.  A user-missing value is blank unless its
        label says *don't know* (it is then that answer, where the item has it) or that the question was not asked.

    Raises
    ------
    KunskapError
        ``READ-12`` damaged, ``READ-07`` no rows.
    """
    import pyreadstat

    if not is_sound(path.read_bytes()):
        raise KunskapError([fault("READ-12", path.name)])
    frame = meta = None
    for encoding in (None, "windows-1252"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                frame, meta = pyreadstat.read_sav(str(path), user_missing=True, encoding=encoding)
            break
        except Exception as error:  # pyreadstat has its own error, and Python's on encodings and memory
            if encoding is not None:
                raise KunskapError([fault("READ-12", path.name)]) from error
    if frame is None or meta is None or not len(frame.columns):
        raise KunskapError([fault("READ-12", path.name)])
    if not len(frame):
        raise KunskapError([fault("READ-07", path.name)])
    # The library renames a second variable of one name; then nobody could see that there are two.
    names = [re.sub(r"_duplicated\d+$", "", str(name or "")) for name in meta.column_names]
    cells: dict[int, pd.Series] = {}
    labels: dict[int, dict[str, str]] = {}
    for position, name in enumerate(names):
        own = {_text(value): str(label) for value, label in (meta.variable_value_labels.get(name) or {}).items()}
        missing = meta.missing_ranges.get(name, []) if meta.missing_ranges else []
        cells[position] = _cells(frame.iloc[:, position], [dict(limits) for limits in missing])  # type: ignore[arg-type]
        labels[position] = own
    return Sheet(
        file=path.name,
        headings=tuple(names),
        cells=pd.DataFrame(cells, dtype=object),
        # A data editor numbers the cases from 1: there is no heading row.
        rows=np.arange(1, len(frame) + 1, dtype=np.int64),
        kind="spss",
        questions={position: str(label) for position, label in enumerate(meta.column_labels or []) if label},
        labels=labels,
    )


def _cells(column: pd.Series, missing: list[dict[str, object]]) -> pd.Series:
    codes, uniques = pd.factorize(column.to_numpy(dtype=object))
    texts = [_marked(value, missing) for value in uniques]
    return pd.Series(np.array([*texts, ""], dtype=object)[codes], dtype=object)


def _marked(value: object, missing: list[dict[str, object]]) -> str:
    text = _text(value)
    if not any(_within(value, limits) for limits in missing):
        return text
    return MISSING_MARK + text


def _within(value: object, limits: dict[str, object]) -> bool:
    low, high = limits.get("lo"), limits.get("hi")
    try:
        return bool(low <= value <= high)  # type: ignore[operator]
    except TypeError:
        return False


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value).replace("\r\n", "\n")
