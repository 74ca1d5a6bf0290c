"""Every kind of report of a small county in which each kind has something to hide: five officials, fifty politicians.

`swapped` is another county with the same answers in all that may be told: each official has changed answers with a
politician of the same sex, and what officials and politicians answered is hidden in both.
"""

from __future__ import annotations

import contextlib
import datetime
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

from kunskap.bank import read_bank
from kunskap.cli import materials
from kunskap.cli.materials import TWO_WAVES, Given, material_of
from kunskap.disclosure import Released, read_policy, release
from kunskap.project import open_project
from kunskap.quiz.state import OwnResult
from kunskap.readers import Import, read_responses
from kunskap.report import write_document
from kunskap.report.kinds import KINDS, Material, OwnPage, RoomPage, own_document
from kunskap.report.readings import OwnTexts, keep_readings
from kunskap.tables import estimates
from kunskap.words import read_words

DATE = datetime.date(2027, 3, 1)
POLITICIANS, OFFICIALS = {"k": 25, "m": 25}, {"k": 3, "m": 2}
FIRST_ITEM = 8  # of the columns of responses
KEPT = ("goals01", "influence02", "influence05", "resources01", "resources02", "resources05", "ability01")
OF_ANSWERS = ("inventering", "uppfoljning", "utbildningsplan", "beslutsunderlag", "lagesrapport", "slutrapport",
              "bilaga")  # fmt: skip


class Passed(NamedTuple):
    """What has been passed through the gate, and what came out."""

    tables: Mapping[str, pd.DataFrame]
    released: Released


@contextlib.contextmanager
def noted_at_the_gate() -> Iterator[list[Passed]]:
    """What the command's makers pass through the gate; the inventory and the follow-up are made once."""
    passed: list[Passed] = []
    plain = Given.released

    def noted(given: Given, tables: Mapping[str, pd.DataFrame], *, name: str) -> Released:
        passed.append(Passed(dict(tables), plain(given, tables, name=name)))
        return passed[-1].released

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Given, "released", noted)
        for name in ("inventory_material", "follow_up_material"):
            patch.setattr(materials, name, _once(getattr(materials, name)))
        yield passed


def _once(make: Callable[..., Material]) -> Callable[..., Material]:
    made: list[Material] = []

    def kept(given: Given, **named: str) -> Material:
        if not made:
            made.append(make(given, **named))
        return made[0]

    return kept


def small_county(root: Path, language: str = "sv") -> Given:
    """Two waves of the example, with few people and few questions."""
    bank, project = read_bank(root / "survey"), open_project(root / "data" / "demo")
    words, read = read_words(root / "survey", language), []
    for year, wave in project.waves.items():
        path = root / "data" / "demo" / f"limesurvey_{year}_simulerad.csv"
        read.append(read_responses(path, bank=bank, wave=year, opens=wave.opens, closes=wave.closes, key=project.key))
    again = set(read[0].respondents["respondent_id"]) & set(read[1].respondents["respondent_id"])
    return Given(imports=tuple(_few(one, again) for one in read), bank=bank, project=project, words=words, date=DATE)


def _few(imported: Import, again: set[str]) -> Import:
    """Those who answered both times first."""
    people = imported.respondents.assign(again=imported.respondents["respondent_id"].isin(again))
    people = people.sort_values(["again", "respondent_id"], ascending=[False, True])
    kept = [
        people[people["role"].eq(role) & people["sex"].eq(sex)].head(number)["respondent_id"]
        for role, numbers in (("pol", POLITICIANS), ("tjm", OFFICIALS))
        for sex, number in numbers.items()
    ]
    is_kept = imported.respondents["respondent_id"].isin(pd.concat(kept))
    responses = imported.responses[imported.responses["respondent_id"].isin(pd.concat(kept))]
    columns = [name for name in responses.columns[FIRST_ITEM:] if name.split(".")[0] in KEPT]
    return replace(
        imported,
        respondents=imported.respondents[is_kept].reset_index(drop=True),
        responses=responses[[*responses.columns[:FIRST_ITEM], *columns]].reset_index(drop=True),
    )


def swapped(given: Given) -> Given:
    """The same county, in which each official has changed answers with a politician of the same sex, both times."""
    first, second = given.imports
    again = set(first.respondents["respondent_id"]) & set(second.respondents["respondent_id"])
    partner = {}
    for sex in OFFICIALS:
        people = first.respondents[first.respondents["sex"].eq(sex) & first.respondents["respondent_id"].isin(again)]
        officials, politicians = (people.loc[people["role"].eq(role), "respondent_id"] for role in ("tjm", "pol"))
        for official, politician in zip(officials, politicians, strict=False):
            partner |= {official: politician, politician: official}
    return replace(given, imports=tuple(_exchanged(one, partner) for one in given.imports))


def otherwise(given: Given) -> Given:
    """The same county, in which all officials answered as the first of them did, the first time."""
    first = given.imports[0]
    officials = list(first.respondents.loc[first.respondents["role"].eq("tjm"), "respondent_id"])
    return replace(given, imports=(_exchanged(first, dict.fromkeys(officials, officials[0])), *given.imports[1:]))


def _exchanged(imported: Import, partner: Mapping[str, str]) -> Import:
    """Each of these has the answers of another, and all else their own."""
    responses = imported.responses
    place = {person: row for row, person in enumerate(responses["respondent_id"])}
    taken = [place[partner.get(person, person)] for person in responses["respondent_id"]]
    own, others = responses.iloc[:, :FIRST_ITEM], responses.iloc[taken, FIRST_ITEM:].reset_index(drop=True)
    return replace(imported, responses=pd.concat([own, others], axis="columns"))


def write_kind(kind: str, given: Given, folder: Path, *, to: str) -> str:
    """A report as the command writes it, with the file of staff's own texts; what the command says meanwhile."""
    if TWO_WAVES.get(kind, (1, 1))[1] == 1:
        given = replace(given, imports=given.imports[:1])
    with contextlib.redirect_stdout(io.StringIO()) as said, contextlib.redirect_stderr(said):
        material = material_of(kind, given)
        write_document(KINDS[kind].make(material), folder, bank=given.bank, words=given.words, to=to)
        keep_readings(folder, KINDS[kind].readings(material), OwnTexts(), words=given.words)
    return said.getvalue()


def write_room(given: Given, folder: Path, *, to: str) -> Passed:
    """The page of a room where one question was answered by thirty and one by three; what was passed and what came."""
    asked = [item for item in given.bank.items.values() if item.pool == "teaching" and item.type == "single"][:2]
    rows = []
    for item, people in zip(asked, (30, 3), strict=True):
        counts = [
            people // 3 + (place == 0) * (people % 3) if place < 3 else 0 for place in range(len(item.option_ids))
        ]
        rows += [
            {"universe": "all", "item": item.id, "option": option, "statistic": "share", "unit": "share",
             "count": count, "n": people, "estimate": count / people}
            for option, count in zip(item.option_ids, counts, strict=True)
        ]  # fmt: skip
    tables = {"room": estimates(rows)}
    released = release(tables, policy=read_policy(given.project.survey).for_room(), view="room")
    page = RoomPage(released=released, bank=given.bank, words=given.words, date=DATE, name="Sal 1")
    write_document(KINDS["workshop"].make(page), folder, bank=given.bank, words=given.words, to=to)
    return Passed(tables, released)


def write_own(given: Given, folder: Path, *, to: str) -> None:
    """A participant's own page."""
    result = OwnResult(questions=4, answered=4, scored=4, right=3, right_at_once=2)
    page = OwnPage(result=result, name="4R", bank=given.bank, words=given.words, date=DATE)
    write_document(own_document(page), folder, bank=given.bank, words=given.words, to=to)
