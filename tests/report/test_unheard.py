"""How few did not answer is attacked: by subtraction from the frame, from every shown margin, in whole persons."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from kunskap.bank import Bank, read_bank
from kunskap.design import Design
from kunskap.disclosure import Policy, Released, read_policy, release
from kunskap.inventory import inventory
from kunskap.readers import Import, read_responses
from kunskap.report.kinds import KINDS, Technical, technical
from kunskap.report.unheard import CONTACTS, nearly_all, parts_to_hide, without_few_unheard
from kunskap.words import Words
from tests.report.every_kind import FIRST_ITEM, KEPT
from tests.report.unheard_attack import CAME, STRATUM, Found, attack, worlds

# Of each stratum that did not answer, as it came to be; the rest of the frame answered.
CAME_OF = {
    ("pol", "kom", "k"): {"unheard": 9, "not_reached": 4, "refused": 1},
    ("pol", "kom", "m"): {"unheard": 11, "not_reached": 5, "refused": 1},
    ("pol", "reg", "k"): {"unheard": 8, "partial": 2, "refused": 8},
    ("pol", "reg", "m"): {"unheard": 6, "partial": 1, "uninvited": 4},
    ("tjm", "kom", "k"): {"unheard": 8, "refused": 3},
    ("tjm", "kom", "m"): {"unheard": 3, "not_eligible": 2},
    ("tjm", "reg", "k"): {"unheard": 1, "refused": 1},
    ("tjm", "reg", "m"): {"unheard": 1},
}


CROSSED = "total_by_role_and_sex"


class World(NamedTuple):
    """A small county: what was answered, who there is, and what came of those who did not answer."""

    imported: Import
    design: Design
    truth: pd.DataFrame
    policy: Policy
    tables: Mapping[str, pd.DataFrame]
    bank: Bank


@pytest.fixture(scope="module")
def world(root: Path) -> World:
    bank = read_bank(root / "survey")
    whole = read_responses(root / "data" / "demo" / "limesurvey_2016_simulerad.csv", bank=bank, wave="2016")
    is_done = whole.responses[["completed_at", *KEPT]].notna().all(axis=1)  # then n is all who answered
    finished = whole.responses.loc[is_done, "respondent_id"]
    people = whole.respondents[whole.respondents["respondent_id"].isin(finished)]
    strata = people.groupby(list(STRATUM), observed=True)
    kept = pd.concat([strata.get_group(stratum).head(16) for stratum in CAME_OF])
    columns = [name for name in whole.responses.columns[FIRST_ITEM:] if name.split(".")[0] in KEPT]
    answers = whole.responses[whole.responses["respondent_id"].isin(kept["respondent_id"])]
    imported = replace(
        whole, respondents=kept, responses=answers[[*answers.columns[:FIRST_ITEM], *columns]].reset_index(drop=True)
    )
    answered = kept.groupby(list(STRATUM), observed=True).size()
    truth = pd.DataFrame(
        [dict(zip(STRATUM, key, strict=True)) | dict.fromkeys(CAME, 0) | {"answered": int(answered[key])} | came
         for key, came in CAME_OF.items()]
    )  # fmt: skip
    design = Design(truth[list(STRATUM)].assign(persons=truth[list(CAME)].sum(axis=1), valid_from="2014-10-15"))
    made = inventory(imported, bank=bank, design=design)
    tables = {name: made[name] for name in ("response_rate", "total", "total_by_role", "total_by_body", CROSSED)}
    return World(imported, design, truth, read_policy(root / "survey"), tables, bank)


@pytest.fixture(scope="module")
def told(world: World) -> Released:
    kept = without_few_unheard(world.tables, world.imported, design=world.design, policy=world.policy)
    return release(kept, policy=world.policy)


def log_of(truth: pd.DataFrame) -> pd.DataFrame:
    """The contact log that staff would have written."""
    return truth.assign(invited=truth[[name for name in CAME if name != "uninvited"]].sum(axis=1), reminded=0)


def found(world: World, released: Released, words: Words, summary: str | None = None) -> list[Found]:
    """What an attack on the printed appendix and the released tables finds."""
    material = Technical(
        released=released,
        bank=world.bank,
        words=words,
        date=datetime.date(2027, 3, 1),
        summary=world.imported.public_summary("sv") if summary is None else summary,
        design=world.design,
        contacts=log_of(world.truth),
    )
    names = {name: words(f"report.kinds.technical.{name}") for name in CONTACTS}
    open_worlds = worlds(
        KINDS["bilaga"].make(material), released, names=names, roles=("pol", "tjm"), frame=world.design.population
    )
    return attack(open_worlds, world.truth, few=world.policy.base, width=world.policy.width)


def test_nothing_tells_how_few_of_a_part_did_not_answer(world: World, told: Released, words: Words) -> None:
    assert found(world, told, words) == []


def test_an_organisation_in_which_few_did_not_answer_is_found_by_subtraction(world: World, words: Words) -> None:
    leaks = found(world, release(world.tables, policy=world.policy), words)
    assert Found("tjm&reg", "all", 3, 3) in leaks, "persons of the frame less n"


def test_a_count_hidden_alone_and_a_sum_over_the_roles_are_found(
    world: World, told: Released, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    def alone(log: pd.DataFrame, *, design: Design | None, policy: Policy) -> pd.DataFrame:
        """As it was: a small count is hidden, and nothing else."""
        sums = log.groupby("role")[list(CAME)].sum().assign(invited=log.groupby("role")["invited"].sum(), reminded=0)
        return sums[list(CONTACTS)].where(sums.eq(0) | sums.ge(policy.base)).T.astype("Int64")

    summary = "Svar som används: 131 (avslutade: 128, påbörjade men inte avslutade: 3)."
    assert Found("pol", "partial", 3, 3) in found(world, told, words, summary), "no official has begun"
    monkeypatch.setattr(technical, "told_contacts", alone)
    leaks = found(world, told, words)
    assert {Found("pol", "partial", 3, 3), Found("pol", "uninvited", 4, 4)} & set(leaks), leaks


def test_women_and_men_of_a_role_go_where_few_of_either_did_not_answer(world: World) -> None:
    few = world.truth.assign(persons=world.truth["answered"] + 9)
    few.loc[few["role"].eq("tjm") & few["sex"].eq("m"), "persons"] -= 6  # six in two organisations
    kept = without_few_unheard(world.tables, world.imported, design=_design(few), policy=world.policy)
    assert set(world.tables) - set(kept) == {CROSSED}
    assert kept["response_rate"]["sex"].isna().all() and len(kept["response_rate"]) == 2
    enough = few.assign(persons=few["persons"] + 6)
    whole = without_few_unheard(world.tables, world.imported, design=_design(enough), policy=world.policy)
    assert all(len(whole[name]) == len(table) for name, table in world.tables.items()), "nothing goes for nothing"


def test_staff_are_told_where_a_whole_role_has_nearly_answered(world: World) -> None:
    few = world.truth.assign(persons=world.truth["answered"] + 9)
    few.loc[few["role"].eq("tjm"), "persons"] -= 8
    assert nearly_all(world.imported, design=_design(few), policy=world.policy) == ["role=tjm"]


def _design(few: pd.DataFrame) -> Design:
    return Design(few[[*STRATUM, "persons"]].assign(valid_from="2014-10-15"))


MOST = 22


def test_no_log_says_how_few_there_are_not_even_to_who_knows_the_rule() -> None:
    """All logs that give the same page are what a reader can think of: every count that may be few moves among them."""
    base, width = 7, 3
    pages: dict[tuple[int | None, ...], list[tuple[int, ...]]] = {}
    for log in (log for log in product(range(MOST + 1), repeat=4) if sum(log) <= MOST):
        parts = dict(zip(("not_reached", "unheard", "refused", "partial"), log, strict=True))
        hidden = parts_to_hide(parts, [name for name in parts if 0 < parts[name] < base], base=base, width=width)
        page = tuple(None if name in hidden else persons for name, persons in parts.items())
        pages.setdefault((*page, sum(log)), []).append(log)
    for (*shown, together), alike in pages.items():
        for place in (place for place, count in enumerate(shown) if count is None):
            likely = {log[place] for log in alike}
            if min(likely) < base:
                assert max(likely) - min(likely) >= min(width, together or 0), (shown, together)
