"""The frame: how many persons there are to describe, so that an interval knows the population's size."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kunskap.content import survey_folder
from kunskap.errors import KunskapError, fault
from kunskap.project import Project
from kunskap.readers.dates import COMPLETED_TIME_UNKNOWN
from kunskap.tables import universe_filter

__all__ = ["STRATUM", "Design", "design_of_wave", "read_design"]

STRATUM = ("role", "orgtype", "sex")


@dataclass(frozen=True)
class Design:
    """Persons per stratum; each person stands in one stratum.

    Attributes
    ----------
    population : DataFrame
        Columns role, orgtype, sex, persons (whole numbers, at least 0), valid_from; one row per stratum.

    Raises
    ------
    KunskapError
        ``DESIGN-01`` missing columns, ``DESIGN-02`` persons that are no count, ``DESIGN-03`` a stratum twice.

    Examples
    --------
    >>> population = pd.DataFrame({"role": ["pol", "pol"], "orgtype": "reg", "sex": ["k", "m"], "persons": [36, 41],
    ...                            "valid_from": "2014-11-01"})
    >>> design = Design(population)
    >>> design.size({"role": "pol"}), design.size({"sex": "k"}, universe="role=pol"), design.size({"age": "u35"})
    (77, 36, None)
    """

    population: pd.DataFrame

    def __post_init__(self) -> None:
        """Hold the invariant: whole persons, each stratum once."""
        table = self.population
        missing = [name for name in (*STRATUM, "persons", "valid_from") if name not in table.columns]
        if missing:
            raise KunskapError([fault("DESIGN-01", "population", missing=", ".join(missing))])
        persons = pd.to_numeric(table["persons"], errors="coerce")
        wrong = table.loc[~((persons >= 0) & (persons % 1 == 0)), "persons"]
        faults = [fault("DESIGN-02", f"population, row {row}", value=value) for row, value in wrong.items()]
        for row in table.index[table.duplicated(list(STRATUM))]:
            stratum = " / ".join(str(table.loc[row, name]) for name in STRATUM)
            faults.append(fault("DESIGN-03", f"population, row {row}", stratum=stratum))
        if faults:
            raise KunskapError(faults)
        own = table.assign(persons=persons.astype("int64")).reset_index(drop=True)
        object.__setattr__(self, "population", own)

    def size(self, groups: Mapping[str, str], universe: str = "all") -> int | None:
        """The number of persons in a group.

        Parameters
        ----------
        groups : mapping
            Variable → level; empty for all.
        universe : str
            ``"all"`` or a filter such as ``"role=pol"``.

        Returns
        -------
        int or None
            None when the frame cannot say: a variable it does not have (age), or a level it does not list
            (*annat*, *vill inte uppge*, an organisation type without officials in the frame).
        """
        wanted = universe_filter(universe) | dict(groups)
        chosen = self.population
        for variable, level in wanted.items():
            if variable not in STRATUM:
                return None
            chosen = chosen[chosen[variable].astype("str") == level]
        return int(chosen["persons"].sum()) if len(chosen) else None


def read_design(folder: Path | None = None, *, on: datetime.date | None = None) -> Design:
    """Read the frame from ``population.csv``.

    Parameters
    ----------
    folder : Path, optional
        The folder with the file; without it the project's, the working folder's or the installation's ``survey/``.
    on : date, optional
        The day to describe: each stratum's latest row that is not after it (frames change at elections).  Without it
        the latest row.

    Raises
    ------
    KunskapError
        ``DESIGN-01`` … ``DESIGN-04``.

    Examples
    --------
    >>> read_design().size({"role": "pol", "orgtype": "reg"}, universe="all") > 0
    True
    """
    path = (folder or survey_folder()) / "population.csv"
    if not path.is_file():
        raise KunskapError([fault("DESIGN-04", str(path))])
    table = pd.read_csv(path, comment="#", skipinitialspace=True)
    missing = [name for name in (*STRATUM, "persons", "valid_from") if name not in table.columns]
    if missing:
        raise KunskapError([fault("DESIGN-01", str(path), missing=", ".join(missing))])
    table["valid_from"] = table["valid_from"].astype("str")
    if on is not None:
        table = table[table["valid_from"] <= on.isoformat()]
    doubled = table.duplicated([*STRATUM, "valid_from"])
    if doubled.any():
        raise KunskapError(
            fault(
                "DESIGN-03", f"{path}, row {row + 2}", stratum=" / ".join(str(table.loc[row, name]) for name in STRATUM)
            )
            for row in table.index[doubled]
        )
    latest = table.sort_values("valid_from", kind="stable").drop_duplicates(list(STRATUM), keep="last")
    return Design(latest.sort_index())


def design_of_wave(responses: pd.DataFrame, project: Project, *, today: datetime.date) -> Design:
    """Read the frame that was in force when a wave opened, however late its report is made.

    Parameters
    ----------
    responses : DataFrame
        The answers of one wave.
    project : Project
        Its survey folder, and when each wave opened.
    today : date
        The day to describe where nothing tells when the wave opened.

    Returns
    -------
    Design
        On the day the wave opened; without that, on the day the first answer was begun.

    Raises
    ------
    KunskapError
        As `read_design`.

    Examples
    --------
    >>> from kunskap.project import open_project
    >>> asked = pd.DataFrame({"wave": ["2016"], "started_at": [pd.Timestamp("2016-02-03 10:00")]})
    >>> design_of_wave(asked, open_project(), today=datetime.date(2027, 3, 1)).size({}) > 0
    True
    """
    known = [project.waves[name] for name in responses["wave"].dropna().unique() if name in project.waves]
    opened = [wave.opens for wave in known if wave.opens]
    if not opened:
        begun = responses.loc[responses["started_at"] > COMPLETED_TIME_UNKNOWN, "started_at"]
        opened = [each.date() for each in begun]
    return read_design(project.survey, on=min(opened, default=today))
