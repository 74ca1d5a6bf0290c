"""Several reports on the same people, attacked as one: who has the old one can subtract it from the new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from kunskap.audit.attacker import filters
from kunskap.audit.folder import Published
from kunskap.audit.reader import Reading

__all__ = ["of_some", "persons_of", "together"]

AMONG = "among{place}"
YES, NO = "yes", "no"


def persons_of(published: Published) -> int:
    """How many people a report is about, as far as it tells."""
    shown = [table["n"][table["statistic"].isin(["share", "mean"])].max() for table in published.tables.values()]
    return int(pd.Series(shown, dtype=float).max()) if pd.Series(shown, dtype=float).notna().any() else 0


def together(readings: Sequence[Reading], persons: Sequence[int]) -> Reading:
    """Put reports together: each smaller crowd is taken to be a part of the next, the same number the same people.

    Parameters
    ----------
    readings : sequence of Reading
        One per report.
    persons : sequence of int
        How many each is about.

    Returns
    -------
    Reading
        One report, in which a smaller crowd is a group of its own.  A group that is there is not taken to be known of,
        and the frame is not used, where the crowds differ: a report cannot take back what another one told.
    """
    sizes = sorted(set(persons))
    tables: dict[str, pd.DataFrame] = {}
    for place, (reading, size) in enumerate(zip(readings, persons, strict=True), start=1):
        among = {AMONG.format(place=later): YES for later, most in enumerate(sizes[:-1], start=1) if size <= most}
        for name, table in reading.tables.items():
            tables[f"{place}: {name}"] = of_some(table, among)
    first, known = readings[0], readings[0].known
    options = dict(known.options)
    for reading in readings[1:]:
        for item, own in reading.known.options.items():
            options[item] = tuple(dict.fromkeys((*options.get(item, ()), *own)))
    levels = {name: own for reading in readings for name, own in reading.known.levels.items()}
    levels |= {AMONG.format(place=later): (YES, NO) for later, _ in enumerate(sizes[:-1], start=1)}
    is_one_crowd = len(sizes) == 1
    return replace(
        first,
        tables=tables,
        known=replace(
            known,
            levels=levels,
            options=options,
            points={item: own for reading in readings for item, own in reading.known.points.items()},
            scales={scale: own for reading in readings for scale, own in reading.known.scales.items()},
            asked={item: own for reading in readings for item, own in reading.known.asked.items()},
            partial=frozenset().union(*(reading.known.partial for reading in readings)),
            frame=known.frame if is_one_crowd else None,
            occupied=is_one_crowd,
            apart=any(reading.known.apart for reading in readings),
        ),
        left_out=tuple(out for reading in readings for out in reading.left_out),
        sums=first.sums,
    )


def of_some(table: pd.DataFrame, group: Mapping[str, str]) -> pd.DataFrame:
    """The same table, known to be about a group."""
    if not group:
        return table
    told = [{**filters(universe), **group} for universe in table["universe"]]
    return table.assign(universe=["&".join(f"{name}={pairs[name]}" for name in sorted(pairs)) for pairs in told])
