"""The fieldwork: who was invited and what came of it, in counts that are never joined to anyone's answers."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from kunskap import tables
from kunskap.bank import Bank
from kunskap.bank.fields import closest
from kunskap.design import STRATUM, Design
from kunskap.errors import Fault, KunskapError, fault
from kunskap.readers.files import read_sheet

__all__ = ["LOG_COLUMNS", "RATES", "answered_by_day", "outcome_rates", "read_contact_log"]

NEEDED = ("invited", "not_reached", "reminded", "refused", "answered")
OPTIONAL = ("partial", "not_eligible")
LOG_COLUMNS = (*STRATUM, *NEEDED, *OPTIONAL)
OUTCOMES = ("not_reached", "refused", "partial", "answered", "not_eligible")
# Readers put this date on what was completed at an unknown time (LimeSurvey without date stamps does the same).
UNKNOWN_TIME = pd.Timestamp(1980, 1, 2)

RATES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "RR1": (("I",), ("I", "P", "R", "NC", "U")),
    "RR2": (("I", "P"), ("I", "P", "R", "NC", "U")),
    "RR3": (("I",), ("I", "P", "R", "NC", "eU")),
    "RR4": (("I", "P"), ("I", "P", "R", "NC", "eU")),
    "COOP3": (("I",), ("I", "P", "R")),
    "COOP4": (("I", "P"), ("I", "P", "R")),
    "REF1": (("R",), ("I", "P", "R", "NC", "U")),
    "REF2": (("R",), ("I", "P", "R", "NC", "eU")),
    "REF3": (("R",), ("I", "P", "R", "NC")),
}
"""Rate → what is summed above and below the line; see `outcome_rates` for the letters."""


def read_contact_log(path: Path, *, bank: Bank, design: Design | None = None) -> pd.DataFrame:
    """Read a contact log (CSV or Excel), strictly.

    Parameters
    ----------
    path : Path
        One row per stratum, with the headings of ``survey/fieldwork/kontaktlogg.csv``; ``partial`` and
        ``not_eligible`` can be left out and are then 0.
    bank : Bank
        Knows the levels; an id or a label will do.
    design : Design, optional
        The frame: then nobody can be invited who is not in it.

    Returns
    -------
    DataFrame
        Columns `LOG_COLUMNS`: level ids, then whole numbers of persons.

    Raises
    ------
    KunskapError
        ``FIELD-01`` … ``FIELD-08``, every fault at once; ``FIELD-13`` alone if no count is filled in at all;
        ``READ-…`` if the file cannot be read at all.
    """
    sheet = read_sheet(path)
    headings = [heading.strip() for heading in sheet.headings]
    expected = ", ".join(LOG_COLUMNS)
    faults = [
        fault("FIELD-01", sheet.file, column=name, expected=expected)
        for name in (*STRATUM, *NEEDED)
        if name not in headings
    ]
    faults += [
        fault("FIELD-02", sheet.file, column=name, expected=expected, closest=closest(name, list(LOG_COLUMNS)))
        for name in headings
        if name not in LOG_COLUMNS
    ]
    faults += [Fault(refusal.fault.code, sheet.file, refusal.fault.values) for refusal in sheet.refusals]
    if faults:
        raise KunskapError(faults)
    cells = {name: sheet.column(place) for place, name in enumerate(headings)}
    if not any(str(value or "").strip() for name in NEEDED for value in cells[name]):
        raise KunskapError([fault("FIELD-13", sheet.file)])
    columns: dict[str, list[object]] = {name: [] for name in LOG_COLUMNS}
    for place, row in enumerate(sheet.rows):
        where = f"{sheet.file}, row {row}"
        for name in STRATUM:
            columns[name].append(_level(str(cells[name][place] or ""), name, bank, f'{where}, "{name}"', faults))
        for name in (*NEEDED, *OPTIONAL):
            value = str(cells[name][place] or "").strip() if name in cells else "0"
            columns[name].append(_count(value, f'{where}, "{name}"', faults))
    if not faults:
        faults += _contradictions(pd.DataFrame(columns), sheet.rows, sheet.file, design)
    if faults:
        raise KunskapError(faults)
    log = pd.DataFrame(columns)
    return log.astype(dict.fromkeys(STRATUM, "str") | dict.fromkeys((*NEEDED, *OPTIONAL), "int64"))


def _level(value: str, variable: str, bank: Bank, where: str, faults: list[Fault]) -> str:
    levels = bank.variables[variable].levels
    wanted = value.strip().casefold()
    for level in levels:
        if wanted in {level.id, *(text.casefold() for text in level.text.values())}:
            return level.id
    ids = [level.id for level in levels]
    near = closest(value.strip(), ids)
    faults.append(fault("FIELD-04", where, value=value, variable=variable, expected=", ".join(ids), closest=near))
    return ""


def _count(value: str, where: str, faults: list[Fault]) -> int:
    if value.isascii() and value.removesuffix(".0").isdigit():  # Excel gives whole numbers a decimal
        return int(value.removesuffix(".0"))
    faults.append(fault("FIELD-03", where, value=value))
    return 0


def _contradictions(log: pd.DataFrame, rows: np.ndarray, file: str, design: Design | None) -> list[Fault]:
    faults = []
    doubled = log.duplicated(list(STRATUM)).tolist()
    for number, one, is_doubled in zip(rows, log.to_dict("records"), doubled, strict=True):
        where = f"{file}, row {number}"
        total = sum(one[name] for name in OUTCOMES)
        if is_doubled:
            faults.append(fault("FIELD-05", where, stratum=" / ".join(str(one[name]) for name in STRATUM)))
        if total > one["invited"]:
            faults.append(fault("FIELD-06", where, total=total, invited=one["invited"]))
        if one["reminded"] > one["invited"]:
            faults.append(fault("FIELD-07", where, reminded=one["reminded"], invited=one["invited"]))
        persons = design.size({name: str(one[name]) for name in STRATUM}) if design is not None else None
        if persons is not None and one["invited"] > persons:
            faults.append(fault("FIELD-08", where, invited=one["invited"], persons=persons))
    return faults


def outcome_rates(log: pd.DataFrame, *, by: Sequence[str] = (), eligible: float | None = None) -> pd.DataFrame:
    """Compute response, cooperation and refusal rates as the AAPOR defines them.

    Parameters
    ----------
    log : DataFrame
        As `read_contact_log` returns it.
    by : sequence of str
        Stratum variables; without any all together.
    eligible : float, optional
        e, the share of those not reached who are still in the role, 0–1.  Without it, the share among those of whom it
        is known, over the whole log (the AAPOR's proportional allocation).

    Returns
    -------
    DataFrame
        The columns of `by`, then rate, numerator, denominator, estimate (0–1; missing without anybody).  For staff: it
        is no estimates table, since e times a count is no count of persons.  What a report shows is
        `kunskap.inventory.response_rate`.

    Raises
    ------
    KunskapError
        ``FIELD-11`` for an impossible `eligible`, ``FIELD-12`` for an unknown variable.

    Notes
    -----
    AAPOR (2016), *Standard Definitions: Final Dispositions of Case Codes and Outcome Rates for Surveys*, 9th ed.,
    "Calculating outcome rates".  Here I = answered, P = partial, R = refused, U = not reached (unknown eligibility),
    and NC = those who were invited and of whom nothing was heard.  For surveys of named persons the AAPOR counts these
    too among the unknown; here they are eligible, because the frame lists persons who hold the role.  That makes no
    difference in RR1, RR2, REF1 and the cooperation rates; it lowers RR3, RR4, REF2 and REF3 where e < 1.
    Nothing is logged as *other* (O), so that COOP1 = COOP3 and COOP2 = COOP4.
    Checked against the R package *outcomerate* (its README's example).

    Examples
    --------
    >>> log = pd.DataFrame({"role": ["pol"], "orgtype": "reg", "sex": "k", "invited": [40], "not_reached": [4],
    ...                     "reminded": [20], "refused": [3], "partial": [1], "answered": [24], "not_eligible": [0]})
    >>> outcome_rates(log).set_index("rate")["estimate"].round(3).to_dict()["RR1"]
    0.6
    """
    if eligible is not None and not 0 <= eligible <= 1:
        raise KunskapError([fault("FIELD-11", "eligible", name="eligible", value=eligible, expected="0–1")])
    unknown = [name for name in by if name not in STRATUM]
    if unknown:
        raise KunskapError(
            fault("FIELD-12", "by", variable=name, expected=", ".join(STRATUM), closest=closest(name, list(STRATUM)))
            for name in unknown
        )
    counts = log[["answered", "partial", "refused", "not_reached", "not_eligible"]].set_axis(
        ["I", "P", "R", "U", "NE"], axis=1
    )
    counts = counts.assign(NC=log["invited"] - counts.sum(axis=1))
    known = counts[["I", "P", "R", "NC"]].to_numpy().sum()
    all_known = known + counts["NE"].sum()
    share = eligible if eligible is not None else (known / all_known if all_known else np.nan)
    groups = counts.groupby([log[name] for name in by], sort=False).sum() if by else counts.sum().to_frame().T
    groups = groups.assign(eU=share * groups["U"])
    parts = []
    for rate, (above, below) in RATES.items():
        part = pd.DataFrame({"rate": rate, "numerator": groups[list(above)].sum(axis=1)}, index=groups.index)
        part["denominator"] = groups[list(below)].sum(axis=1).astype("float64")
        part["estimate"] = part["numerator"] / part["denominator"].where(part["denominator"] > 0)
        parts.append(part)
    table = pd.concat(parts)
    return table.reset_index(drop=not by)


def answered_by_day(
    responses: pd.DataFrame,
    *,
    respondents: pd.DataFrame,
    design: Design,
    by: Sequence[str] = ("role",),
    step: int = 1,
) -> pd.DataFrame:
    """Count how many of the frame had answered by each day, group by group.

    Parameters
    ----------
    responses, respondents : DataFrame
        Of an import; completed sittings count, a person once (her first).
    design : Design
        The frame; a group whose size it does not know gets no rows.
    by : sequence of str
        Variables of the frame.  Release one grouping only: two of them have different days, and their difference says
        more of single days than each alone.
    step : int
        A day is a row only when at least so many more have answered than in the row before: who answered when is
        nobody's business.  Take the policy's base.  A group with fewer answers than that gets no rows.

    Returns
    -------
    DataFrame
        An estimates table: statistic ``response_rate``, scale ``answered 2016-02-03`` and option ``2016-02-03``;
        count = persons who had answered by the end of that day, n = persons in the frame.  The last row holds all
        answers: where fewer than `step` came after the row before, that row is left out.

    Raises
    ------
    KunskapError
        ``FIELD-09`` if answers have no time, ``FIELD-10`` if the frame knows no group, ``FIELD-11`` for a `step`
        below 1, ``EST-06`` if more have answered than there are.

    Examples
    --------
    >>> frame = pd.DataFrame({"role": ["pol"], "orgtype": "reg", "sex": "k", "persons": 10, "valid_from": "2014-11-01"})
    >>> people = pd.DataFrame({"respondent_id": list("abcd"), "wave": "2016", "role": "pol"})
    >>> days = pd.to_datetime(["2016-02-01 10:00", "2016-02-01 12:00", "2016-02-02 09:00", "2016-02-04 08:00"])
    >>> sittings = people[["respondent_id", "wave"]].assign(completed_at=days)
    >>> table = answered_by_day(sittings, respondents=people, design=Design(frame), step=2)
    >>> table[["option", "count", "n"]].values.tolist()
    [['2016-02-01', 2, 10], ['2016-02-04', 4, 10]]
    """
    if step < 1:
        raise KunskapError([fault("FIELD-11", "step", name="step", value=step, expected="≥ 1")])
    complete = responses[responses["completed_at"].notna()]
    timeless = int((complete["completed_at"] < UNKNOWN_TIME).sum())
    if timeless:
        raise KunskapError([fault("FIELD-09", "responses", count=timeless)])
    first = complete.sort_values("completed_at", kind="stable").drop_duplicates(["respondent_id", "wave"])
    people = first[["respondent_id", "wave", "completed_at"]].merge(respondents, on=["respondent_id", "wave"])
    people = people.assign(day=people["completed_at"].dt.date)
    grouped = people.groupby(list(by), observed=True) if by else [((), people)]
    rows, faults = [], []
    for levels, part in grouped:
        groups = dict(zip(by, map(str, levels), strict=True))
        size = design.size(groups)
        if size is None:
            continue
        if len(part) > size:
            where = tables.canonical_universe(groups)
            faults.append(fault("EST-06", where, n=len(part), population=size))
            continue
        about = {"universe": "all", "statistic": "response_rate", "unit": "share", "n": size}
        for day, count in _steps(part["day"], step=step):
            told = {"scale": f"answered {day.isoformat()}", "option": day.isoformat()}
            rows.append(groups | about | told | {"count": count, "estimate": count / size})
    if faults:
        raise KunskapError(faults)
    if not rows:
        raise KunskapError([fault("FIELD-10", "design", by=", ".join(by) or "–", expected=", ".join(STRATUM))])
    return tables.estimates(rows, by=by)


def _steps(days: pd.Series, *, step: int) -> list[tuple[datetime.date, int]]:
    """Day and persons so far, at least `step` persons apart; the last with all."""
    so_far = days.value_counts().sort_index().cumsum()
    shown: list[tuple[datetime.date, int]] = []
    for day, count in so_far.items():
        if count - (shown[-1][1] if shown else 0) >= step:
            shown.append((day, int(count)))  # type: ignore[arg-type]
    if shown and shown[-1][1] < so_far.iloc[-1]:
        shown[-1] = (so_far.index[-1], int(so_far.iloc[-1]))
    return shown
