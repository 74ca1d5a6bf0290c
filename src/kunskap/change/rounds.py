"""Two waves side by side: one row per person and wave, and who is the same person."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import numpy as np
import pandas as pd

from kunskap import scoring
from kunskap.asked import common_items
from kunskap.bank import Bank
from kunskap.design import STRATUM, Design
from kunskap.errors import Fault, KunskapError, fault
from kunskap.readers import Import

__all__ = ["LINKS", "frame_changes", "rounds"]

LINKS = ("linked", "moved", "once")
FEWEST_ITEMS = 6


def rounds(first: Import, second: Import, *, bank: Bank, by: Sequence[str] = ()) -> pd.DataFrame:
    """Put the completed sittings of two waves in one table and find who answered both times.

    Parameters
    ----------
    first, second : Import
        The earlier wave and the later, read with the same project key.
    bank : Bank
        The keys.
    by : sequence of str
        Further background variables to carry along.

    Returns
    -------
    DataFrame
        Index ``sitting_id``; ``respondent_id``, ``wave``, role, organisation type and sex (those that were asked), the
        variables of `by`; ``link`` and ``linked``; a categorical of outcomes per knowledge item that both waves asked;
        last ``total`` (mean of those that everybody was asked; absent with fewer than six) and ``total_chance`` (the
        same with don't know as a blind guess: whoever compares women's change with men's gives both as `columns`).

        ``link`` is ``linked`` for the same code with the same role, organisation type and sex both times, ``moved`` for
        the same code but another of these, ``once`` for the rest; ``linked`` is "yes" for the first and else "no".  Who
        has moved is not paired: after an election or a new post it is another task, and another sex under one code is
        most likely another person.  So nobody is paired across an election unless still in the same part of the frame.
        A linked person stands in the same groups both times, those of the first wave.

    Raises
    ------
    KunskapError
        ``CHANGE-01`` … ``CHANGE-04``, and as `kunskap.scoring.outcomes`.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> bank = read_bank()
    >>> key = bank.items["goals01"].key[0]
    >>> def wave(name, codes, answers):
    ...     responses = pd.DataFrame({"sitting_id": [name + code for code in codes], "respondent_id": list(codes),
    ...         "wave": name, "completed_at": pd.Timestamp("2016-02-01"), "goals01": answers})
    ...     people = pd.DataFrame({"respondent_id": list(codes), "wave": name, "sex": "k"})
    ...     return Import(responses, people, pd.DataFrame(), pd.DataFrame(), "table")
    >>> rounds(wave("1", "ab", [key, "dk"]), wave("2", "bc", [key, "dk"]), bank=bank)[["wave", "linked", "goals01"]]
               wave linked goals01
    sitting_id
    1a            1     no   right
    1b            1    yes      dk
    2b            2    yes   right
    2c            2     no      dk
    """
    # those who broke off are not analysed, as in the inventory
    waves = [imported.responses[imported.responses["completed_at"].notna()] for imported in (first, second)]
    _check(first, second, waves)
    asked = [dict.fromkeys(str(name).split(".")[0] for name in wave.columns) for wave in waves]
    items = [name for name in asked[0] if name in asked[1] and name in bank.items and bank.items[name].is_knowledge]
    if not items:
        raise KunskapError([fault("CHANGE-04", "")])
    shared = set.intersection(*(set(common_items(wave, bank=bank)) for wave in waves))
    parts = [
        _one(imported, responses, bank=bank, by=by, items=items, summed=[name for name in items if name in shared])
        for imported, responses in zip((first, second), waves, strict=True)
    ]
    return _linked(pd.concat(parts), by)


def _check(first: Import, second: Import, waves: Sequence[pd.DataFrame]) -> None:
    faults: list[Fault] = []
    named = [sorted(set(imported.responses["wave"].dropna().astype("str"))) for imported in (first, second)]
    if [len(names) for names in named] != [1, 1] or named[0] == named[1]:
        found = " / ".join(", ".join(names) or "–" for names in named)
        raise KunskapError([fault("CHANGE-01", "", found=found)])
    for (name,), responses in zip(named, waves, strict=True):
        if responses.empty:
            faults.append(fault("CHANGE-02", name, wave=name))
        doubled = responses.loc[responses["respondent_id"].duplicated(), "respondent_id"].nunique()
        if doubled:
            faults.append(fault("CHANGE-03", name, wave=name, count=doubled))
    if faults:
        raise KunskapError(faults)


def _one(
    imported: Import,
    responses: pd.DataFrame,
    *,
    bank: Bank,
    by: Sequence[str],
    items: Sequence[str],
    summed: Sequence[str],
) -> pd.DataFrame:
    """One wave: who, which groups, every item's outcome and the total."""
    groups = [*(name for name in STRATUM if name in imported.respondents.columns), *by]
    groups = list(dict.fromkeys(groups))
    told = scoring.outcomes(responses, bank=bank, respondents=imported.respondents, by=groups, items=items)
    for name in groups:
        told[name] = told[name].astype("str")
    told.insert(0, "respondent_id", responses["respondent_id"].astype("str").to_numpy())
    told.insert(1, "wave", responses["wave"].astype("str").to_numpy())
    if len(summed) >= FEWEST_ITEMS:
        for column, rule in (("total", "wrong"), ("total_chance", "chance")):
            scores = scoring.score(responses, bank=bank, items=summed, dont_know=rule)
            told[column] = scoring.total(scores, bank=bank)["total"].array
    return told


def _linked(people: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Tell who is the same person, and let each stand in the groups of the first wave."""
    first, second = dict.fromkeys(people["wave"])
    before = people[people["wave"] == first].set_index("respondent_id")
    after = people[people["wave"] == second].set_index("respondent_id")
    again = before.index.intersection(after.index)
    same = [name for name in STRATUM if name in people.columns]
    old, new = (wave.loc[again, same].astype("object").fillna("") for wave in (before, after))
    stays = set(again[(old == new).all(axis=1).to_numpy()])
    link = np.where(people["respondent_id"].isin(stays), "linked", "once")
    link = np.where(people["respondent_id"].isin(set(again) - stays), "moved", link)
    place = 2 + len(dict.fromkeys([*same, *by]))
    people.insert(place, "link", pd.Series(pd.Categorical(link, categories=list(LINKS)), index=people.index))
    people.insert(place + 1, "linked", np.where(link == "linked", "yes", "no"))
    kept = (people["linked"] == "yes") & (people["wave"] == second)
    for name in by:
        people.loc[kept, name] = people.loc[kept, "respondent_id"].map(before[name])
    return people


def frame_changes(design: Design, *, since: datetime.date, until: datetime.date) -> pd.DataFrame:
    """Tell which parts of the frame were new between two waves, as after an election.

    Parameters
    ----------
    design : Design
        The frame at the later wave: ``read_design(on=until)``.
    since, until : date
        When the first wave closed and the second opened.

    Returns
    -------
    DataFrame
        Columns role, orgtype, sex, persons, valid_from of the strata that began after `since` and by `until`; empty
        where the frame is the same.  Across such a change everyone's figures compare two assemblies, and only those who
        stayed are compared with themselves.

    Examples
    --------
    >>> frame = pd.DataFrame({"role": "pol", "orgtype": ["reg", "kom"], "sex": "k", "persons": [36, 200],
    ...                       "valid_from": ["2018-10-15", "2014-10-15"]})
    >>> between = {"since": datetime.date(2016, 3, 15), "until": datetime.date(2019, 2, 1)}
    >>> frame_changes(Design(frame), **between)["orgtype"].tolist()
    ['reg']
    """
    began = design.population["valid_from"].astype("str")
    renewed = (began > since.isoformat()) & (began <= until.isoformat())
    return design.population.loc[renewed, [*STRATUM, "persons", "valid_from"]].reset_index(drop=True)
