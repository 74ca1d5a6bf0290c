"""An inventory beside a follow-up: the follow-up tells of waves, and the inventory does not say which it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from kunskap.audit.attacker import grouping, people_of
from kunskap.audit.reader import Reading
from kunskap.audit.together import of_some

__all__ = ["InWaves", "in_waves"]

WAVE = "wave"


class InWaves(NamedTuple):
    """Reports of which those of one wave say so.

    Attributes
    ----------
    readings, persons
        For `kunskap.audit.together.together`.
    matched : dict of int to str
        Place of a report among all → the wave that it is taken to be about.
    left_out : tuple of int
        Places of those that could not be matched: they are attacked by themselves or not at all.
    """

    readings: list[Reading]
    persons: list[int]
    matched: dict[int, str]
    left_out: tuple[int, ...]


def in_waves(readings: Sequence[Reading], persons: Sequence[int]) -> InWaves:
    """Match each report that knows of no waves with the wave of as many people; without a follow-up nothing is done.

    Parameters
    ----------
    readings : sequence of Reading
        One per report.
    persons : sequence of int
        How many each is about.
    """
    told = [_persons_by_wave(reading) for reading in readings]
    sizes: dict[str, int] = {}
    for waves in told:
        sizes |= {wave: max(count, sizes.get(wave, 0)) for wave, count in waves.items()}
    if not sizes:
        return InWaves([*readings], [*persons], {}, ())
    as_many = [[wave for wave, size in sizes.items() if size == count] for count in persons]
    matched = {place: waves[0] for place, waves in enumerate(as_many) if len(waves) == 1 and not told[place]}
    kept = [place for place in range(len(readings)) if told[place] or place in matched]
    return InWaves(
        [_of_wave(readings[place], matched[place]) if place in matched else readings[place] for place in kept],
        [sum(sizes.values())] * len(kept),
        matched,
        tuple(place for place in range(len(readings)) if place not in kept),
    )


def _persons_by_wave(reading: Reading) -> dict[str, int]:
    found: dict[str, int] = {}
    for table in reading.tables.values():
        by = grouping(table)
        for record in table[table["n"].notna() & table["statistic"].isin(["share", "mean"])].to_dict("records"):
            wave = people_of({str(name): value for name, value in record.items()}, by).get(WAVE)
            if wave is not None:
                found[wave] = max(found.get(wave, 0), int(record["n"]))
    return found


def _of_wave(reading: Reading, wave: str) -> Reading:
    """The frame counts people once, and who has answered in two waves is there twice."""
    tables = {name: of_some(table, {WAVE: wave}) for name, table in reading.tables.items()}
    return replace(reading, tables=tables, known=replace(reading.known, frame=None))
