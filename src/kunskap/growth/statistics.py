"""Make a table right: women and men side by side, mended where one sex was an exception, indexed, and by age.

Shares and the yardstick 40–60 are in `kunskap.growth.representation`, and work on what is made here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kunskap.errors import Fault, KunskapError, fault
from kunskap.growth.representation import shares_by_sex
from kunskap.tables import estimates

__all__ = ["by_sex_and_age", "developments", "index_of", "mend_of_which", "per_men", "ratio"]


def mend_of_which(
    table: pd.DataFrame, *, total: str, of_which: str, unknown: str | None = None, by: Sequence[str] = ()
) -> pd.DataFrame:
    """Mend a table that has a total and *of which women* (``därav kvinnor``): both sexes, side by side.

    "Därav" makes one sex the rule and the other an exception.  Men are what is left of the total when women and those
    whose sex is not known are taken away; say in the table's note if nobody has counted the unknown, for then they
    have become men.

    Parameters
    ----------
    table : DataFrame
        One row per thing counted.
    total, of_which : str
        The columns with the total and with the part that is women.
    unknown : str, optional
        The column with those whose sex is not known.
    by : sequence of str
        The columns that name the rows; the others are left out.

    Returns
    -------
    DataFrame
        Columns `by`, `women`, `men`, `unknown` (0 without the column), `women_share`, `men_share` (0–1, of women and
        men) and `is_even` (at least 40 per cent of each; missing where nobody is counted).

    Raises
    ------
    KunskapError
        ``GROWTH-05`` unknown column; ``GROWTH-50`` a part larger than the total, or no number; all at once.

    Examples
    --------
    >>> old = pd.DataFrame({"stöd": ["Såddlån", "Investeringsstöd"], "totalt": [20, 50], "därav kvinnor": [9, 10]})
    >>> mend_of_which(old, total="totalt", of_which="därav kvinnor", by=["stöd"])[
    ...     ["stöd", "women", "men", "women_share", "men_share", "is_even"]]
                   stöd  women   men  women_share  men_share  is_even
    0           Såddlån    9.0  11.0         0.45       0.55     True
    1  Investeringsstöd   10.0  40.0         0.20       0.80    False
    """
    columns = [total, of_which, *([unknown] if unknown else []), *by]
    expected = ", ".join(str(name) for name in table.columns)
    faults = [fault("GROWTH-05", name, measure=name, expected=expected) for name in columns if name not in table]
    if faults:
        raise KunskapError(faults)
    whole, women = (pd.to_numeric(table[name], errors="coerce").astype("float64") for name in (total, of_which))
    lost = pd.Series(0.0, index=table.index)
    if unknown:
        lost = pd.to_numeric(table[unknown], errors="coerce").astype("float64")
    wrong = ~((women >= 0) & (lost >= 0) & (women + lost <= whole))
    for place in np.flatnonzero(wrong.to_numpy()):
        name = ", ".join(str(table[column].iloc[place]) for column in by) or str(place + 1)
        parts = f"{women.iloc[place]:g} + {lost.iloc[place]:g}"
        faults.append(fault("GROWTH-50", name, parts=parts, total=f"{whole.iloc[place]:g}"))
    if faults:
        raise KunskapError(faults)
    mended = table.loc[:, list(by)].assign(women=women, men=whole - women - lost, unknown=lost)
    both = mended["women"] + mended["men"]
    mended["women_share"] = (mended["women"] / both).where(both > 0)
    mended["men_share"] = (mended["men"] / both).where(both > 0)
    smaller = mended[["women_share", "men_share"]].min(axis=1)
    mended["is_even"] = (smaller >= 0.4 - 1e-9).astype("boolean").where(both > 0)
    return mended.reset_index(drop=True)


def index_of(figures: pd.DataFrame, *, base: str, by: Sequence[str] = ("measure",)) -> pd.DataFrame:
    """Compute each sex's development, where its own figure in the base year is 100.

    Two curves that start at 100 show who has moved most, and hide who had most from the beginning: show the levels too.

    Parameters
    ----------
    figures : DataFrame
        Columns `by`, `sex`, `year`, `value`, as `kunskap.reference` reads them.
    base : str
        The base year.
    by : sequence of str
        What to keep apart.

    Returns
    -------
    DataFrame
        Columns `by`, `year`, `k`, `m` (base = 100) and `k_value`, `m_value` (the levels).

    Raises
    ------
    KunskapError
        ``GROWTH-51`` no figure, or nought, for a sex in the base year; ``GROWTH-52`` several figures for one sex and
        year; all at once.

    Examples
    --------
    >>> from kunskap.reference import read_reference
    >>> cars = read_reference("transport").query("measure == 'Körkort och bil i hushållet, 25–64 år'")
    >>> index_of(cars, base="1978")[["year", "k", "m"]].round(0)
            year      k      m
    0       1978  100.0  100.0
    1  1984–1985  115.0  104.0
    2  1994–1995  127.0  104.0
    """
    keys = [*by, "year"]
    both = figures[figures["sex"].isin(["k", "m"])]
    twice = both[both.duplicated([*keys, "sex"], keep=False)].drop_duplicates([*keys, "sex"])
    faults = [
        fault("GROWTH-52", ", ".join(str(row[name]) for name in (*keys, "sex"))) for row in twice.to_dict("records")
    ]
    wide = both.drop_duplicates([*keys, "sex"]).pivot(index=keys, columns="sex", values="value")
    wide = wide.reindex(columns=["k", "m"]).reset_index()
    start = wide[wide["year"].eq(base)].set_index(list(by))[["k", "m"]]
    for name in dict.fromkeys(wide[list(by)].itertuples(index=False, name=None)):
        key = name if len(by) > 1 else name[0]
        faults += _base_faults(start, key, ", ".join(str(part) for part in name), base)
    if faults:
        raise KunskapError(faults)
    joined = wide.merge(start.reset_index(), on=list(by), suffixes=("_value", "_base"))
    for sex in ("k", "m"):
        joined[sex] = 100 * joined[f"{sex}_value"] / joined[f"{sex}_base"]
    joined.columns.name = None
    return joined.loc[:, [*keys, "k", "m", "k_value", "m_value"]]


def developments(figures: pd.DataFrame, *, base: str, by: Sequence[str] = ("measure",)) -> pd.DataFrame:
    """Make a releasable table of index and level, side by side.

    Parameters
    ----------
    figures : DataFrame
        Columns `by`, `sex`, `year`, `value` and `unit`.
    base : str
        The year that is a hundred.
    by : sequence of str
        What to keep apart.

    Returns
    -------
    DataFrame
        An estimates table: statistic ``mean``, scales ``index`` and ``level``, by `by`, ``year`` and ``sex``.

    Raises
    ------
    KunskapError
        As `index_of`.

    Examples
    --------
    >>> from kunskap.reference import read_reference
    >>> cars = read_reference("transport").query("measure == 'Körkort och bil i hushållet, 25–64 år'")
    >>> table = developments(cars, base="1978")
    >>> table.query("year == '1994–1995'")[["scale", "sex", "estimate"]].round(0).values.tolist()
    [['index', 'k', 127.0], ['index', 'm', 104.0], ['level', 'k', 76.0], ['level', 'm', 87.0]]
    """
    units = figures.drop_duplicates(list(by)).set_index(list(by))["unit"].to_dict()
    rows = []
    for row in index_of(figures, base=base, by=by).to_dict("records"):
        named = {name: row[name] for name in (*by, "year")} | {"universe": "all", "statistic": "mean"}
        unit = units[row[by[0]] if len(by) == 1 else tuple(row[name] for name in by)]
        rows += [named | {"sex": sex, "scale": "index", "unit": "index", "estimate": row[sex]} for sex in ("k", "m")]
        rows += [named | {"sex": sex, "scale": "level", "unit": unit, "estimate": row[f"{sex}_value"]} for sex in "km"]
    return estimates(rows, by=[*by, "year", "sex"])


def _base_faults(start: pd.DataFrame, key: object, where: str, base: str) -> list[Fault]:
    known = {sex: dict(start[sex].items()) for sex in ("k", "m")}
    lacking = [sex for sex, values in known.items() if not values.get(key, 0.0) > 0]
    return [fault("GROWTH-51", f"{where}, {sex}", base=base) for sex in lacking]


def ratio(figures: pd.DataFrame, *, by: Sequence[str] = ("measure", "year")) -> pd.DataFrame:
    """Compute women's figure in per cent of men's, with both figures beside it.

    Parameters
    ----------
    figures : DataFrame
        Columns `by`, `sex`, `value`.

    Returns
    -------
    DataFrame
        Columns `by`, `k`, `m` and `k_per_m` (per cent); missing where men's figure is nought or either is missing.

    Examples
    --------
    >>> from kunskap.reference import read_reference
    >>> new = read_reference("firms").query("unit == 'per 1000'")
    >>> ratio(new)[["k", "m", "k_per_m"]].round(1)
         k     m  k_per_m
    0  5.3  11.9     44.5
    """
    both = figures[figures["sex"].isin(["k", "m"])]
    twice = both[both.duplicated([*by, "sex"])]
    if len(twice):
        places = [", ".join(str(row[name]) for name in (*by, "sex")) for row in twice.to_dict("records")]
        raise KunskapError([fault("GROWTH-52", place) for place in places])
    wide = both.pivot(index=list(by), columns="sex", values="value").reindex(columns=["k", "m"])
    wide["k_per_m"] = (100 * wide["k"] / wide["m"]).where(wide["m"] > 0)
    wide.columns.name = None
    return wide.reset_index()


def per_men(figures: pd.DataFrame, *, by: Sequence[str] = ("measure",)) -> pd.DataFrame:
    """Make a releasable table of women's figure in per cent of men's.

    Parameters
    ----------
    figures : DataFrame
        Columns `by`, `sex` and `value`.  Rows without sex are taken as printed: they are per cent of men's already.

    Returns
    -------
    DataFrame
        An estimates table: statistic ``mean``, scale ``k_per_m``, in the order of `figures`; missing as in `ratio`.

    Raises
    ------
    KunskapError
        ``GROWTH-52`` as in `ratio`.

    Examples
    --------
    >>> from kunskap.reference import read_reference
    >>> printed = read_reference("labour").query("measure.str.startswith('Kvinnors')")
    >>> per_men(printed)[["measure", "estimate"]]
                                  measure  estimate
    0  Kvinnors inkomst i procent av mäns      77.0
    1      Kvinnors lön i procent av mäns      90.0
    2  Kvinnors pension i procent av mäns      74.0
    """
    printed = figures[figures["sex"].eq("")].assign(k_per_m=lambda rows: rows["value"])
    counted = figures[figures["sex"].ne("")]
    both = pd.concat([printed, ratio(counted, by=by)] if len(counted) else [printed])
    place = {name: at for at, name in enumerate(figures[list(by)].itertuples(index=False, name=None))}
    fixed = {"universe": "all", "scale": "k_per_m", "statistic": "mean", "unit": "percent"}
    rows = [
        dict(zip(by, name, strict=True), **fixed, estimate=value)
        for *name, value in both[[*by, "k_per_m"]].itertuples(index=False, name=None)
    ]
    rows.sort(key=lambda row: place[tuple(row[name] for name in by)])
    return estimates(rows, by=list(by))


def by_sex_and_age(figures: pd.DataFrame, *, age: str = "age", by: Sequence[str] = ("measure",)) -> pd.DataFrame:
    """Compute women's and men's share in every age group, and in all: sex in every table and every combination.

    Other variables that registers have (foreign background, municipality) go in the same way.

    Parameters
    ----------
    figures : DataFrame
        Columns `by`, `age`, `sex`, `value` and `unit`; counts, not percentages.
    age : str
        The column with age groups.
    by : sequence of str
        What to keep apart.

    Returns
    -------
    DataFrame
        An estimates table as `shares_by_sex` gives it, with the column `age`; missing there = all ages.

    Examples
    --------
    >>> counted = pd.DataFrame({"measure": "Chefer", "age": ["–44", "–44", "45–", "45–"], "sex": ["k", "m"] * 2,
    ...                         "value": [6.0, 4, 2, 8], "unit": "personer"})
    >>> by_sex_and_age(counted)[["age", "sex", "count", "n"]]
       age sex  count   n
    0  –44   k      6  10
    1  –44   m      4  10
    2  45–   k      2  10
    3  45–   m      8  10
    4  NaN   k      8  20
    5  NaN   m     12  20
    """
    parts = shares_by_sex(figures, by=[*by, age])
    return pd.concat([parts, shares_by_sex(figures, by=by)], ignore_index=True).loc[:, list(parts.columns)]
