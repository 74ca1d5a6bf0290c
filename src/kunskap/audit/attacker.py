"""Turn published tables into constraints on what was not published.

The attacker imports nothing of the library. It sees what any reader of a report sees — the released frames, hidden
rows with their reason, the policy's thresholds and rounding steps, the frame of the population — and writes each
published number down as a linear constraint:

========================  =====================================================================================
published                 constraint
========================  =====================================================================================
count, n                  equal to the sum over the group's atoms
share                     count − share × n = 0, within rounding (also when n is not published)
mean                      sum of scores − mean × n = 0, within rounding: n × mean gives the sum
low, high                 of a share: the share lies between them; of a mean: their middle is the mean
se of a scale's mean      Σ s² = n (n − 1) se² + n mean², within rounding, in the numbers with s right answers
bound_low, bound_high     count = N × low; count + N − n = N × high, N from the frame
response_rate             count of respondents
difference                one side's mean known gives the other's, whatever its n
hidden row                tells that the group is not empty
========================  =====================================================================================

Not used: hedges_g, p values, alpha and discrimination (not linear in the unknowns).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd

from kunskap.audit.known import EXACT, IN_BINS, Group, Known, within
from kunskap.audit.worlds import Worlds

__all__ = ["FIGURES", "FIXED_COLUMNS", "Attacker", "blur", "filters", "grouping", "number", "people_of", "question_of"]

FIGURES = ("count", "n", "estimate", "se", "low", "high")
FIXED_COLUMNS = ("universe", "item", "scale", "option", "statistic", "unit", *FIGURES, "inputs", "hidden")
NEAR = 1e-6
ENOUGH_SUBSETS = 4  # a variable with more parts than this is cut in single levels and pairs only


def grouping(table: pd.DataFrame) -> list[str]:
    """Return the columns of a published table that name groups of people."""
    return [str(column) for column in table.columns if column not in FIXED_COLUMNS]


def filters(universe: object) -> dict[str, str]:
    """Read a universe such as ``orgtype=reg&role=pol``."""
    if not isinstance(universe, str) or universe in ("", "all"):
        return {}
    return dict(part.split("=", 1) for part in universe.split("&"))


def people_of(row: Mapping[str, Any], by: Sequence[str]) -> dict[str, str]:
    """Return which people a row is about: its universe and its grouping columns."""
    return filters(row["universe"]) | {name: str(row[name]) for name in by if not pd.isna(row[name])}


def question_of(row: Mapping[str, Any]) -> str:
    """Return the item or scale of a row."""
    return str(row["scale"] if pd.isna(row["item"]) else row["item"])


def number(value: Any) -> float | None:
    """Return a published number, or None where nothing was published."""
    return None if pd.isna(value) else float(value)


def blur(published: float | None, step: float) -> float:
    """Return how far from the truth a published number may be: half a step, or half its last decimal.

    A number between the policy's steps was not rounded to them.

    Examples
    --------
    >>> blur(0.25, 0.01) < 0.00501, blur(0.2537, 0.01) < 0.0000502, blur(1 / 3, 0.01) < 2e-7
    (True, True, True)
    """
    if published is None or step == 0 or abs(published / step - round(published / step)) < NEAR:
        return step / 2 + EXACT
    decimals = len(f"{published:.15g}".partition(".")[2])
    return 10.0**-decimals / 2 + EXACT


class Attacker(Worlds):
    """All worlds that agree with what was published.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Published tables, as ``released.table(name)`` gives them.
    known : Known
    only : str, optional
        One item or scale; of the others' rows only the bases are read.  Faster, and as good where `alone` names it.
    seconds, until : float
        Limits for one optimisation, and for all; see `Worlds`.
    """

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        known: Known,
        *,
        only: str | None = None,
        seconds: float = 20.0,
        until: float = np.inf,
    ) -> None:
        mentioned = self._levels_mentioned(tables, known)
        items, scales = self._questions(tables, known, only)
        super().__init__(mentioned, items, scales, known, seconds=seconds, until=until)
        self.published: dict[frozenset[int], list[str]] = {}
        self.listed: dict[tuple[str, str, frozenset[int]], frozenset[int]] = {}  # whom a table's shown rows are about
        self._means: dict[tuple[frozenset[int], str], tuple[float, float]] = {}
        self._read_bins(tables)
        in_bins = only is not None and only.endswith(IN_BINS)
        self.counted = list(self.bins) if in_bins else self.items
        self.measured = [] if in_bins else self.scales
        differences = []
        for name, table in tables.items():
            for record in table.to_dict("records"):
                row = {str(column): value for column, value in record.items()}
                if in_bins and row["statistic"] != "share":
                    row |= {"estimate": None, "se": None, "low": None, "high": None}
                if row["statistic"] == "difference":
                    differences.append((name, row, grouping(table)))
                else:
                    self._read(name, row, grouping(table))
        for name, row, by in differences:  # after the means that they lean on
            self._read_difference(name, row, by)
        if known.apart and not in_bins:
            self._read_others(tables)
            self.measured = [] if only in self.items else self.scales

    @staticmethod
    def _levels_mentioned(tables: Mapping[str, pd.DataFrame], known: Known) -> dict[str, set[str]]:
        """Which levels of which variables have a row, a universe or a difference of their own."""
        seen: dict[str, set[str]] = {}
        for table in tables.values():
            for column in grouping(table):
                seen.setdefault(column, set()).update(str(value) for value in table[column].dropna())
            for universe in table["universe"].unique():
                for name, level in filters(universe).items():
                    seen.setdefault(name, set()).add(level)
            for option in table.loc[table["statistic"] == "difference", "option"].dropna():
                first = option.split("-")[0]
                for name, levels in known.levels.items():
                    if first in levels:
                        seen.setdefault(name, set()).update(option.split("-"))
        return {name: seen[name] for name in known.levels if name in seen}

    @staticmethod
    def _questions(tables: Mapping[str, pd.DataFrame], known: Known, only: str | None) -> tuple[list[str], list[str]]:
        items: set[str] = set()
        scales: set[str] = set()
        for table in tables.values():
            items.update(str(item) for item in table["item"].dropna())
            shown = table[list(FIGURES)].notna().any(axis=1)
            scales.update(str(scale) for scale in table.loc[shown, "scale"].dropna())
        scales &= set(known.scales)
        if known.complete and known.linked:
            for scale in scales:
                items |= set(known.scales[scale])
        if only is not None:
            beside = {scale for scale in scales if known.apart and only in known.scales[scale]}
            items, scales = items & {only}, scales & {only.removesuffix(IN_BINS)} | beside
        return [item for item in known.options if item in items], sorted(scales)

    @staticmethod
    def alone(tables: Mapping[str, pd.DataFrame], known: Known) -> list[str | None]:
        """Return the questions to attack one by one: all, unless a shown scale ties the items together (None).

        A scale's bins are attacked without its mean: a mean near 0 says by itself that nobody is in the highest bin.
        """
        items, scales = Attacker._questions(tables, known, None)
        together: list[str | None] = [None]
        tied = scales and known.complete and known.linked and not known.apart
        apart: list[str | None] = [*items, *scales]
        return (together if tied else apart) + [scale + IN_BINS for scale in scales]

    def groups(self) -> list[Group]:
        """Return every group that can be named: products of sets of levels, and differences of published groups."""
        choices = []
        for name in self.variables:
            parts = self.parts[name]
            largest = len(parts) if len(parts) <= ENOUGH_SUBSETS else 2
            subsets = [set(chosen) for size in range(1, largest + 1) for chosen in combinations(parts, size)]
            choices.append([(name, chosen) for chosen in subsets if len(chosen) < len(parts)] + [(name, None)])
        found: dict[frozenset[int], Group] = {}
        for cell in product(*choices):
            group = self.group({name: chosen for name, chosen in cell if chosen})
            found.setdefault(group.atoms, group)
        published = [found.get(atoms) or Group("?", atoms) for atoms in self.published]
        for whole in published:
            for part in published:
                if part.atoms < whole.atoms:
                    difference = whole.atoms - part.atoms
                    found.setdefault(difference, Group(f"{whole.label} without {part.label}", difference))
        return list(found.values())

    def _persons(self, chosen: Mapping[str, str]) -> float | None:
        """Persons of the frame in a group, where the frame tells."""
        frame = self.known.frame
        if frame is None or not set(chosen) <= set(frame.columns):
            return None
        return float(frame.loc[within(frame, chosen), "persons"].sum())

    def _read(self, name: str, row: Mapping[str, Any], by: Sequence[str]) -> None:
        """Turn one published row into constraints; a number not published says nothing."""
        chosen = people_of(row, by)
        atoms = self.group(chosen).atoms
        value = {figure: number(row[figure]) for figure in FIGURES}
        statistic = row["statistic"]
        question = question_of(row)
        shown = any(figure is not None for figure in value.values())
        if shown:
            self.published.setdefault(atoms, []).append(name)
            asked = name, question, self.group(filters(row["universe"])).atoms
            self.listed[asked] = self.listed.get(asked, frozenset()) | atoms
        if statistic == "response_rate":
            people = self.people(atoms)
            if value["count"] is not None:
                self.say(people, value["count"], value["count"])
            elif value["estimate"] is not None and (persons := value["n"] or self._persons(chosen)):
                half = blur(value["estimate"], self.known.share_step)
                self.say(people, persons * (value["estimate"] - half), persons * (value["estimate"] + half))
        elif question not in self.items and question not in self.scales:
            if statistic in ("share", "mean", "facility", "bound_low", "bound_high"):
                self._read_base(atoms, value, question)
        else:
            if not shown:
                if self.known.occupied and statistic in ("share", "mean", "facility"):
                    self.say(self.base_of(atoms, question), 1, np.inf)
            elif statistic == "share":
                self._read_share(atoms, question, str(row["option"]), value)
            elif statistic in ("mean", "facility"):
                self._read_mean(atoms, question, value)
            elif statistic in ("bound_low", "bound_high"):
                self._read_bound(atoms, question, str(row["option"]), str(statistic), value, self._persons(chosen))

    def _read_others(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """The items of a scale that are not looked at by themselves: what is shown of them, in one sum per group."""
        right: dict[frozenset[int], dict[str, float]] = {}
        for table in tables.values():
            rows = table[(table["statistic"] == "share") & table["item"].notna() & table["count"].notna()]
            for record in rows.to_dict("records"):
                row = {str(column): value for column, value in record.items()}
                if self.known.points.get(str(row["item"]), {}).get(str(row["option"])) != 1:
                    continue
                group = right.setdefault(self.group(people_of(row, grouping(table))).atoms, {})
                group[str(row["item"])] = float(row["count"])
        for scale in set(self.scales) - self.known.partial:
            others = [item for item in self.known.scales[scale] if item not in self.items]
            for atoms, told in right.items():
                shown = [told[item] for item in others if item in told]
                if not shown:
                    continue
                own = [self.score(atoms, item) for item in self.items if item in self.known.scales[scale]]
                size, people = len(self.known.scales[scale]), self.people(atoms)
                rest = size * self.score(atoms, scale) - np.sum([np.zeros(self.size), *own], axis=0)
                self.say(rest, sum(shown), np.inf)
                self.say(rest - (len(others) - len(shown)) * people, -np.inf, sum(shown))

    def _read_base(self, atoms: frozenset[int], value: Mapping[str, float | None], question: str) -> None:
        """What a row about another question tells: how many there are at least."""
        if value["n"] is not None:
            is_full = self.known.complete and question not in self.known.partial
            self.say(self.people(atoms), value["n"], value["n"] if is_full else np.inf)

    def _counted(self, atoms: frozenset[int], question: str, option: str) -> np.ndarray | None:
        if question in self.items:
            return self.count(atoms, question, option)
        binned = self.bins.get(question + IN_BINS, {})
        return self.count(atoms, question + IN_BINS, option) if option in binned else None

    def _read_bins(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Bins such as ``0-3`` of right answers, where they cover the whole scale once."""
        for scale in self.scales:
            options = {
                str(option)
                for table in tables.values()
                for option in table.loc[(table["scale"] == scale) & (table["statistic"] == "share"), "option"].dropna()
            }
            ends = {option: [int(end) for end in option.split("-")] for option in options}
            bins = {option: tuple(range(ends[option][0], ends[option][-1] + 1)) for option in sorted(options)}
            rights = sorted(right for inside in bins.values() for right in inside)
            if (scale, 0) in self._y and rights == list(range(len(self.known.scales[scale]) + 1)):
                self.bins[scale + IN_BINS] = bins

    def _read_share(self, atoms: frozenset[int], question: str, option: str, value: Mapping[str, float | None]) -> None:
        base = self.base_of(atoms, question)
        counted = self._counted(atoms, question, option)
        if value["n"] is not None:
            self.say(base, value["n"], value["n"])
        if counted is None:
            return
        if value["count"] is not None:
            self.say(counted, value["count"], value["count"])
        if value["estimate"] is not None:
            half = blur(value["estimate"], self.known.share_step)
            self._ratio(counted, base, value["estimate"] - half, value["estimate"] + half)
        if value["low"] is not None and value["high"] is not None:
            below, above = (blur(value[end], self.known.interval_step) for end in ("low", "high"))
            self._ratio(counted, base, value["low"] - below, value["high"] + above)

    def _ratio(self, part: np.ndarray, whole: np.ndarray, low: float, high: float) -> None:
        """Part / whole within [low, high], also where the whole is not published."""
        self.say(part - low * whole, 0, np.inf)
        self.say(part - high * whole, -np.inf, 0)

    def _read_mean(self, atoms: frozenset[int], question: str, value: Mapping[str, float | None]) -> None:
        base, total = self.base_of(atoms, question), self.score(atoms, question)
        if value["n"] is not None:
            self.say(base, value["n"], value["n"])
        low, high = -np.inf, np.inf
        if value["estimate"] is not None:
            half = blur(value["estimate"], self.known.mean_step)
            low, high = value["estimate"] - half, value["estimate"] + half
        if value["low"] is not None and value["high"] is not None and value["low"] > 0 and value["high"] < 1:
            middle = (value["low"] + value["high"]) / 2  # the interval of a mean is symmetric: its middle is the mean
            about = max(blur(value[end], self.known.interval_step) for end in ("low", "high"))
            low, high = max(low, middle - about), min(high, middle + about)
        if low > -np.inf:
            self._ratio(total, base, low, high)
            self._means[atoms, question] = (low, high)
            if value["se"] is not None and value["n"] is not None and value["n"] > 1:
                self._read_spread(atoms, question, value["n"], value["se"], low, high)

    def _read_spread(self, atoms: frozenset[int], question: str, n: float, se: float, low: float, high: float) -> None:
        """A standard error ties the sum of squares: Σ s² = n (n − 1) se² + (Σ s)² / n, linear in patterns.

        A finite-population correction only shrinks a standard error: then the lower end still holds.
        """
        if (question, 0) not in self._y:
            return
        size = len(self.known.scales[question])
        squares = np.sum(
            [(right / size) ** 2 * self._form(self._y[question, right], atoms) for right in range(size + 1)], axis=0
        )
        half = blur(se, self.known.se_step)
        least = n * (n - 1) * max(se - half, 0) ** 2 + n * max(low, 0) ** 2
        most = np.inf if self.known.corrected else n * (n - 1) * (se + half) ** 2 + n * high**2
        self.say(squares, least - EXACT * n, most + EXACT * n)

    def _read_bound(
        self,
        atoms: frozenset[int],
        item: str,
        option: str,
        statistic: str,
        value: Mapping[str, float | None],
        persons: float | None,
    ) -> None:
        """Worst-case bounds: all who did not answer the item gave another option, or this one."""
        base, counted = self.base_of(atoms, item), self._counted(atoms, item, option)
        if value["n"] is not None:
            self.say(base, value["n"], value["n"])
        if counted is None:
            return
        if value["count"] is not None:
            self.say(counted, value["count"], value["count"])
        if persons is None or value["estimate"] is None:
            return
        half = blur(value["estimate"], self.known.share_step)
        low, high = persons * (value["estimate"] - half), persons * (value["estimate"] + half)
        if statistic == "bound_low":
            self.say(counted, low, high)
        else:
            self.say(counted - base, low - persons, high - persons)

    def _read_difference(self, name: str, row: Mapping[str, Any], by: Sequence[str]) -> None:
        """Mean of one level minus mean of another; one side known gives the other, whatever its n."""
        estimate = number(row["estimate"])
        if estimate is None:
            return
        question = question_of(row)
        first, second = str(row["option"]).split("-")
        between = next((v for v in self.variables if first in self.parts[v] and second in self.parts[v]), None)
        if between is None or question not in (*self.items, *self.scales):
            return
        chosen = people_of(row, by)
        one, other = (self.group(chosen | {between: level}).atoms for level in (first, second))
        n = number(row["n"])
        if n is not None:
            self.say(self.base_of(one, question) + self.base_of(other, question), n, n)
        half = 2 * blur(estimate, self.known.mean_step)  # it is told of the two means as they are shown, each rounded
        low, high = estimate - half, estimate + half
        for known, unknown, sign in ((other, one, 1), (one, other, -1)):
            if (known, question) in self._means:
                least, most = self._means[known, question]
                ends = (least + low, most + high) if sign == 1 else (least - high, most - low)
                self._ratio(self.score(unknown, question), self.base_of(unknown, question), *ends)
        self.published.setdefault(one | other, []).append(name)
