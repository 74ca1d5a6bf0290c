"""Tables that staff open in Excel: semicolons, and no cell that runs as a formula."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from kunskap.whole_files import save_file

__all__ = ["save_table"]

# A spreadsheet runs a cell that begins so; a leading apostrophe makes it text.
RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t")


def save_table(path: str | Path, table: pd.DataFrame) -> Path:
    """Write a table as CSV, whole or not at all.

    Raises
    ------
    KunskapError
        ``READ-43`` if it cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = save_table(Path(folder) / "t.csv", pd.DataFrame({"text": ["=1+1"]}))
    ...     path.read_text(encoding="utf-8-sig").split()
    ['text', "'=1+1"]
    """
    safe = table.copy()
    for name in safe.columns[~safe.dtypes.map(pd.api.types.is_numeric_dtype).astype(bool)]:
        safe[name] = [
            "'" + text if isinstance(text, str) and text.startswith(RUNS_AS_FORMULA) else text for text in safe[name]
        ]
    return save_file(Path(path), safe.to_csv(sep=";", index=False).encode("utf-8-sig"))
