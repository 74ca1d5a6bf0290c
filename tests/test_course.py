"""Who took the course is told by what people answered, and stands in the follow-up as any other group."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskap.bank import Bank, read_bank
from kunskap.change import rounds, who_took_course
from kunskap.change.course import course_tables
from kunskap.cli import materials
from kunskap.cli.materials import Given, material_of
from kunskap.cli.reporting import make_report
from kunskap.disclosure import Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.project import open_project
from kunskap.readers import Import
from kunskap.report.document import Paragraph, TableBlock, plain, walk
from kunskap.report.kinds import KINDS
from kunskap.report.kinds.followup import follow_up_readings
from kunskap.report.readings import Reading, change_readings
from kunskap.words import Words, read_words

ITEMS = ("goals01", "influence02", "influence05", "resources01", "resources02", "resources05")
COURSE = ("compared", "compared_linking")


@pytest.fixture(scope="module")
def bank(root: Path) -> Bank:
    return read_bank(root / "survey")


@pytest.fixture(scope="module")
def words(root: Path) -> Words:
    return read_words(root / "survey", "sv")


def wave(name: str, training: Mapping[str, str] | None, rights: Mapping[str, int], bank: Bank) -> Import:
    """People with so many of six questions right, and what they say of training; None where it was not asked."""
    keys = {item: bank.items[item].key[0] for item in ITEMS}
    rows = [
        {item: keys[item] if place < right else "dk" for place, item in enumerate(ITEMS)} for right in rights.values()
    ]
    answers = pd.DataFrame(rows).assign(
        sitting_id=[f"{name}-{who}" for who in rights], respondent_id=list(rights), wave=name,
        completed_at=pd.Timestamp("2016-02-01"),
    )  # fmt: skip
    people = pd.DataFrame({"respondent_id": list(rights), "wave": name, "role": "pol", "orgtype": "kom", "sex": "k"})
    if training is not None:
        people["training"] = [training.get(who) for who in rights]
    return Import(answers, people, pd.DataFrame(), pd.DataFrame(), "table")


def county(bank: Bank, *, gained: tuple[int, int], people: int = 40) -> tuple[Import, Import]:
    """As many with the course as without it, who gain so much; a tenth are lost, and five had it before."""
    rng = np.random.default_rng(5)
    had, others, before = ([f"{group}{number}" for number in range(people)] for group in "hob")
    everyone = [*had, *others, *before[:5]]
    first = {who: int(right) for who, right in zip(everyone, rng.integers(1, 4, len(everyone)), strict=True)}
    more = dict.fromkeys(had, gained[0]) | dict.fromkeys(others, gained[1])
    again = [who for who in everyone if int(who[1:]) >= people // 10]
    noise = dict(zip(again, rng.integers(-1, 2, len(again)), strict=True))
    second = {who: int(np.clip(first[who] + more.get(who, 0) + noise[who], 0, 6)) for who in again}
    at_first = dict.fromkeys(everyone, "none") | dict.fromkeys(before, "long")
    later = at_first | dict.fromkeys(had, "short")
    return wave("2016", at_first, first, bank), wave("2018", later, second, bank)


def read(waves: tuple[Import, Import], bank: Bank, words: Words, *, by_lot: bool = False) -> Reading:
    """What is said beside the comparison group, of what the gate lets out."""
    course = who_took_course(*waves, compared_with="training=none", bank=bank)
    tables = {name: make() for name, make in course_tables(rounds(*waves, bank=bank), course).items()}
    released = release(tables, policy=read_policy())
    (reading,) = change_readings(released, waves=("2016", "2018"), bank=bank, words=words, by_lot=by_lot)
    return reading


@pytest.mark.parametrize(
    ("gained", "people", "verdict"),
    [((3, 0), 40, "clear"), ((0, 0), 40, "unclear"), ((3, 0), 6, "hidden"), ((-1, 2), 40, "contrary")],
)
def test_a_group_is_compared_in_each_of_the_four_cases(
    gained: tuple[int, int], people: int, verdict: str, bank: Bank, words: Words
) -> None:
    reading = read(county(bank, gained=gained, people=people), bank, words)
    assert (reading.id, reading.verdict) == ("compared", verdict)
    assert "bidragit" not in reading.text and "ledde till" not in reading.text, "who was lost is not known"
    if verdict == "clear":
        assert words("report.readings.compared.unknown_again") in reading.text


def test_told_before_it_may_have_contributed_and_by_lot_it_led_to_it(bank: Bank, words: Words) -> None:
    first, second = county(bank, gained=(3, 0))
    told = {who: "short" if who[0] == "h" else "none" for who in first.respondents["respondent_id"] if who[0] != "b"}
    asked_first = (
        Import(first.responses, first.respondents.assign(training=first.respondents["respondent_id"].map(told)),
               first.texts, first.rejects, "table"),
        Import(second.responses, second.respondents.drop(columns="training"), second.texts, second.rejects, "table"),
    )  # fmt: skip
    course = who_took_course(*asked_first, compared_with="training=none", bank=bank)
    assert course.told_in == "first" and course.took.value_counts().to_dict() == {"yes": 40, "no": 40}
    assert "kan ha bidragit" in read(asked_first, bank, words).text
    assert "ledde till" in read(asked_first, bank, words, by_lot=True).text


def test_who_had_taken_it_before_is_in_neither_group(bank: Bank) -> None:
    first, second = county(bank, gained=(1, 0))
    course = who_took_course(first, second, compared_with="training=none", bank=bank)
    assert course.told_in == "both" and not any(who.startswith("b") for who in course.took.index)
    later = who_took_course(
        Import(first.responses, first.respondents.drop(columns="training"), first.texts, first.rejects, "table"),
        second, compared_with="training=none", bank=bank,
    )  # fmt: skip
    assert later.told_in == "second" and later.took.filter(like="b").eq("yes").all(), "they say that they have had it"


@pytest.mark.parametrize(
    ("asked", "code"),
    [("kurs=nej", "CHANGE-08"), ("training", "CHANGE-08"), ("training=nej", "CHANGE-08"), ("role=tjm", "CHANGE-09"),
     ("training=long", "CHANGE-11")],
)  # fmt: skip
def test_what_tells_no_groups_is_refused_in_words(asked: str, code: str, bank: Bank) -> None:
    with pytest.raises(KunskapError, match=code) as error:
        who_took_course(*county(bank, gained=(1, 0)), compared_with=asked, bank=bank)
    assert "{" not in error.value.message("sv")


def test_a_question_that_nobody_was_asked_is_refused(bank: Bank) -> None:
    waves = [wave(name, None, {"a": 3, "b": 2}, bank) for name in ("2016", "2018")]
    with pytest.raises(KunskapError, match="CHANGE-10"):
        who_took_course(waves[0], waves[1], compared_with="training=none", bank=bank)


@pytest.mark.parametrize(
    ("files", "options", "code"),
    [(1, {"compared_with": "training=none"}, "REPORT-26"), (2, {"by_lot": True}, "REPORT-27")],
)
def test_the_command_refuses_what_it_cannot_compare(
    files: int, options: dict[str, object], code: str, tmp_path: Path
) -> None:
    with pytest.raises(KunskapError, match=code):
        make_report([tmp_path / "a.csv", tmp_path / "b.csv"][:files], kind="slutrapport", **options)  # type: ignore[arg-type]


def test_the_report_says_who_is_compared_with_whom(
    root: Path, bank: Bank, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the command's own makers; the gate is given the course's tables alone, to be quick."""
    plain_release = Given.released

    def of_course(given: Given, tables: Mapping[str, pd.DataFrame], *, name: str) -> Released:
        return plain_release(given, {each: tables[each] for each in COURSE if each in tables}, name=name)

    monkeypatch.setattr(Given, "released", of_course)
    monkeypatch.setattr(materials, "say", lambda _: None)
    project, day = open_project(root / "data" / "demo"), pd.Timestamp("2027-03-01").date()
    imports, asked = county(bank, gained=(3, 0)), "training=none"
    given = Given(imports=imports, bank=bank, project=project, words=words, date=day, compared_with=asked)
    material = material_of("uppfoljning", given)
    assert [each.id for each in follow_up_readings(material)] == ["compared"]
    blocks = list(walk(KINDS["uppfoljning"].make(material).blocks))
    told = "\n".join(plain(block.text) for block in blocks if isinstance(block, Paragraph))
    assert "Det finns en jämförelsegrupp" in told and "svarade ”Nej” på frågan ”Har du någon gång gått" in told
    (table,) = [block.view for block in blocks if isinstance(block, TableBlock) and block.id == "table-compared"]
    assert [label for group in table.groups for label, _ in group.rows] == ["Jämförelsegruppen", "De som gick kursen"]


def test_what_could_not_be_computed_tells_the_page_nothing_of_how_many_were_linked(
    bank: Bank, words: Words, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody, one or all of twenty: the page says the same, and the console says why; one is for the gate to hide."""
    pages, consoles, made = [], [], {}
    empty = release({}, policy=read_policy(root / "survey"))
    monkeypatch.setattr(Given, "released", lambda _, tables, *, name: made.update({linked: tables}) or empty)
    for linked in (0, 1, 20):
        said: list[str] = []
        monkeypatch.setattr(materials, "say", said.append)
        first = {f"p{number}": number % 7 for number in range(20)}
        second = {f"p{number + 20 - linked}": number % 5 for number in range(20)}
        project, day = open_project(root / "data" / "demo"), pd.Timestamp("2027-03-01").date()
        imports = wave("2016", None, first, bank), wave("2018", None, second, bank)
        material = material_of("uppfoljning", Given(imports=imports, bank=bank, project=project, words=words, date=day))
        blocks = walk(KINDS["uppfoljning"].make(material).blocks)
        pages.append("\n".join(plain(block.text) for block in blocks if isinstance(block, Paragraph)))
        consoles.append("\n".join(said))
    assert pages[0] == pages[1] == pages[2] and "En del går inte att räkna" in pages[0]
    assert [[code in told for code in ("CHANGE-05", "CHANGE-07")] for told in consoles] == [
        [True, True], [False, False], [False, True]
    ]  # fmt: skip
    assert "paired" in made[1]
