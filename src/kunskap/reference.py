"""Tables for teaching: public figures with their sources, and worked examples; one row is one figure about one sex."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from kunskap.content import data_folder
from kunskap.errors import Fault, KunskapError, fault

__all__ = ["ACTIVITY_COLUMNS", "REFERENCE_COLUMNS", "cite", "read_activity", "read_reference", "worked_file"]

REFERENCE_COLUMNS = ("measure", "area", "year", "sex", "value", "unit", "source", "publisher", "certainty", "note")
ACTIVITY_COLUMNS = ("step", "measure", "unit", "industry", "sex", "value")
SEXES = ("k", "m", "gemensam", "okänd", "")


def read_reference(name: str, *, folder: Path | None = None) -> pd.DataFrame:
    """Read a table of public figures.

    Parameters
    ----------
    name : str
        A file of ``data/reference``, without its ending: ``"representation"``, ``"firms"`` …
    folder : Path, optional
        Another folder than the one in force.

    Returns
    -------
    DataFrame
        Columns `REFERENCE_COLUMNS`; all text but `value`, which is a float in the unit that its row names.

    Raises
    ------
    KunskapError
        ``REF-01`` to ``REF-05``, all at once.

    Examples
    --------
    >>> firms = read_reference("firms")
    >>> firms.loc[firms["measure"].str.startswith("Nystartade företag per"), ["area", "year", "sex", "value"]]
                 area  year sex  value
    2  Västernorrland  2018   k    5.3
    3  Västernorrland  2018   m   11.9
    """
    folder = folder or data_folder() / "reference"
    return _read(_known(name, folder), REFERENCE_COLUMNS)


def read_activity(name: str, *, folder: Path | None = None) -> pd.DataFrame:
    """Read what has been counted in the activity of a worked example: who takes part (R1) and who gets what (R2).

    A file of your own is read by `kunskap.growth.activity.read_own_activity`, which takes it as people keep it.

    Parameters
    ----------
    name : str
        A file of ``data/teaching``, without its ending.
    folder : Path, optional
        Another folder than the one in force.

    Returns
    -------
    DataFrame
        Columns `ACTIVITY_COLUMNS`: `step` is R1 or R2, `industry` may be empty, `value` is a float in `unit`.

    Raises
    ------
    KunskapError
        ``REF-01`` to ``REF-05``, all at once.

    Examples
    --------
    >>> activity = read_activity("4r_simulerad")
    >>> activity.groupby("step")["measure"].nunique().to_dict()
    {'R1': 5, 'R2': 5}
    """
    folder = folder or data_folder() / "teaching"
    return _read(_known(name, folder), ACTIVITY_COLUMNS)


def worked_file(name: str, *, folder: str = "growth") -> Path:
    """Where a worked example is, or a file of one's own: what a module's one line names.

    Parameters
    ----------
    name : str
        An example without its ending (``"strategi_simulerad"``), or the path of a file, with its ending.
    folder : str
        The folder of ``data`` that holds the examples.

    Returns
    -------
    Path
        An own file is not looked for here: whoever reads it says what is wrong with it.

    Raises
    ------
    KunskapError
        ``REF-01`` for an example that is not there.

    Examples
    --------
    >>> worked_file("strategi_simulerad").name, worked_file("vår strategi.xlsx").name
    ('strategi_simulerad.csv', 'vår strategi.xlsx')
    """
    if Path(name).suffix:
        return Path(name)
    place = data_folder() / folder
    order = (".docx", ".csv", ".md")  # a draft is there as Word and as text: Word can take comments
    found = sorted((path for path in place.glob(f"{name}.*") if path.suffix in order),
                   key=lambda path: order.index(path.suffix))  # fmt: skip
    if not found:
        expected = ", ".join(sorted({path.stem for path in place.glob("*_simulerad.*")}))
        raise KunskapError([fault("REF-01", str(place), name=name, expected=expected)])
    return found[0]


def cite(figures: pd.DataFrame) -> str:
    """The sources of the rows, each once, with the years that the figures are about.

    Examples
    --------
    >>> cite(read_reference("transport").head(6))
    'Krantz 1997 via VTI (1978, 1984–1985, 1994–1995)'
    """
    years = figures.groupby("source", sort=False)["year"].unique()
    return "; ".join(f"{source} ({', '.join(sorted(found))})" for source, found in years.items())


def _known(name: str, folder: Path) -> Path:
    path = folder / f"{name}.csv"
    if not path.is_file():
        expected = ", ".join(sorted(other.stem for other in folder.glob("*.csv")))
        raise KunskapError([fault("REF-01", str(folder), name=name, expected=expected)])
    return path


def _read(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8")
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise KunskapError([fault("REF-05", str(path), error=error)]) from error
    absent = [column for column in columns if column not in table.columns]
    if absent:
        raise KunskapError(
            [fault("REF-02", str(path), column=column, expected=", ".join(columns)) for column in absent]
        )
    table = table.loc[:, list(columns)]
    values = pd.to_numeric(table["value"], errors="coerce")
    faults = list(_faults(path, table, values))
    if faults:
        raise KunskapError(faults)
    return table.assign(value=values.astype("float64"))


def _faults(path: Path, table: pd.DataFrame, values: pd.Series) -> Iterator[Fault]:
    # The first row of figures is row 2 of the file, as a spreadsheet shows it.
    for row in table.index[~(values >= 0)]:
        yield fault("REF-03", f"{path}, rad {row + 2}", value=table.at[row, "value"])
    for row in table.index[~table["sex"].isin(SEXES)]:
        yield fault("REF-04", f"{path}, rad {row + 2}", value=table.at[row, "sex"])
