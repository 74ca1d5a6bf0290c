"""A report's folder as its readers have it: the tables, what is said to be hidden, and what the manifest tells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from kunskap.audit.attacker import FIGURES
from kunskap.errors import Fault, KunskapError, fault
from kunskap.system_errors import problem
from kunskap.tables import TEXT_COLUMNS, row_keys

__all__ = ["Published", "read_published"]

INDEX = "index.csv"
LISTED = ("dolda-uppgifter.csv", "hidden-figures.csv")
MANIFEST = "manifest.json"
COLUMNS = (*TEXT_COLUMNS, *FIGURES, "hidden")
RISKY = ("=", "+", "-", "@")
"""What a text that begins with an apostrophe was kept from doing in a spreadsheet."""


@dataclass(frozen=True)
class Published:
    """What a report's folder holds.

    Attributes
    ----------
    folder : Path
        Where it lies.
    tables : mapping of str to DataFrame
        As they were released, with the column `hidden`.
    listed : frozenset of (table, key)
        What the report itself says that it hides.
    manifest : mapping
        What it says that it was made of; empty where there is none.
    """

    folder: Path
    tables: Mapping[str, pd.DataFrame]
    listed: frozenset[tuple[str, str]] = frozenset()
    manifest: Mapping[str, Any] | None = None

    @property
    def hidden(self) -> int:
        """How many figures are hidden."""
        return sum(int(table["hidden"].notna().sum()) for table in self.tables.values())

    @property
    def in_the_open(self) -> list[tuple[str, str]]:
        """Figures that are said to be hidden and yet stand in their table."""
        found = []
        for name, table in self.tables.items():
            shown = table[list(FIGURES)].notna().any(axis=1)
            for key, row_is_hidden in zip(row_keys(table[shown]), table.loc[shown, "hidden"].notna(), strict=True):
                if row_is_hidden or (name, key) in self.listed:
                    found.append((name, key))
        return found


def read_published(folder: Path) -> Published:
    """Read what a report has published.

    Parameters
    ----------
    folder : Path
        As ``kunskap report`` wrote it, with ``tables/*.csv`` in it.

    Raises
    ------
    KunskapError
        ``AUDIT-01`` where there are no tables, ``AUDIT-07`` where there is a workbook only, ``AUDIT-02`` for a file
        that is no table of a report, ``AUDIT-03`` for figures of others than respondents; all faults at once.

    Examples
    --------
    >>> read_published(Path("nowhere"))
    Traceback (most recent call last):
      ...
    kunskap.errors.KunskapError: [AUDIT-01] nowhere: there are no tables here. ...
    """
    paths = [path for path in sorted((folder / "tables").glob("*.csv")) if path.name != INDEX]
    if not paths:
        books = sorted(folder.glob("*.xlsx"))
        raise KunskapError([fault("AUDIT-07", str(books[0])) if books else fault("AUDIT-01", str(folder))])
    faults: list[Fault] = []
    tables = {path.stem: table for path in paths for table in _read(path, faults)}
    manifest = _manifest(folder / MANIFEST, faults)
    if manifest.get("basis", "respondents") != "respondents":
        faults.append(fault("AUDIT-03", str(folder), basis=manifest["basis"]))
    listed = frozenset().union(*(_listed(folder / name, faults) for name in LISTED))
    if faults:
        raise KunskapError(faults)
    return Published(folder, tables, listed, manifest)


def _texts(path: Path, faults: list[Fault]) -> pd.DataFrame | None:
    """A file's cells as they stand: Swedish files have semicolons, English ones commas."""
    try:
        lines = path.read_text(encoding="utf-8-sig")
        separator = ";" if ";" in lines.partition("\n")[0] else ","
        table = pd.read_csv(
            path, sep=separator, dtype="str", keep_default_na=False, na_values=[""], encoding="utf-8-sig"
        )
    except OSError as error:
        faults.append(fault("AUDIT-02", str(path), problem=problem(error)))
    except ValueError:
        faults.append(fault("AUDIT-02", str(path), problem="CSV"))
    else:
        return table.apply(_without_apostrophes)
    return None


def _without_apostrophes(column: pd.Series) -> pd.Series:
    is_guarded = column.str.startswith(tuple("'" + sign for sign in RISKY)).fillna(False).astype(bool)
    return column.mask(is_guarded, column.str.slice(1))


def _read(path: Path, faults: list[Fault]) -> Iterator[pd.DataFrame]:
    table = _texts(path, faults)
    if table is None:
        return
    missing = [name for name in COLUMNS if name not in table.columns]
    if missing:
        faults.append(fault("AUDIT-02", str(path), problem=", ".join(missing)))
        return
    for name in FIGURES:
        numbers = table[name].str.replace(",", ".", regex=False)
        try:
            table[name] = [float("nan") if pd.isna(value) else float(value) for value in numbers]
        except ValueError as error:
            faults.append(fault("AUDIT-02", str(path), problem=f"{name}: {error}"))
            return
    table["universe"] = table["universe"].fillna("all")
    yield table


def _manifest(path: Path, faults: list[Fault]) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return dict(told)
    except FileNotFoundError:
        return {}
    except OSError as error:
        faults.append(fault("AUDIT-02", str(path), problem=problem(error)))
    except (ValueError, TypeError):
        faults.append(fault("AUDIT-02", str(path), problem="JSON"))
    return {}


def _listed(path: Path, faults: list[Fault]) -> frozenset[tuple[str, str]]:
    if not path.is_file():
        return frozenset()
    table = _texts(path, faults)
    if table is None or not {"table", "key"} <= set(table.columns):
        return frozenset()
    return frozenset(zip(table["table"], table["key"].fillna(""), strict=True))
