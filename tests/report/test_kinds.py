"""Every kind of report, made as the command makes it, in all formats; and what staff type for them."""

from __future__ import annotations

import csv
import datetime
import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pikepdf
import pytest

from kunskap.bank import Bank, Item, read_bank
from kunskap.cli import materials
from kunskap.cli.inputs import input_files
from kunskap.cli.materials import Given, material_of
from kunskap.cli.reporting import make_room_page
from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.project import open_project
from kunskap.quiz.state import OwnResult
from kunskap.readers import Import, read_responses
from kunskap.report import hashed_inputs, write_document
from kunskap.report.activity_log import COLUMNS, activities, of_period, reached, read_activity_log
from kunskap.report.document import Bullets, Document, FigureBlock, Paragraph, TableBlock, plain, walk
from kunskap.report.kinds import KINDS, Material, OwnPage, RoomPage, Technical, Training, own_document
from kunskap.report.typed import FILE, TYPED_KINDS, read_typed
from kunskap.room import poll_item
from kunskap.room.figures import Rows
from kunskap.store import Figure, Poll, Room, enter_room, keep_figure, open_store, put_poll
from kunskap.tables import estimates
from kunskap.trainer.attendance import COLUMNS as WRITTEN_COLUMNS
from kunskap.words import Words
from tests.report.opened import opened_files
from tests.report.ranking import sorted_by_value

DATE = datetime.date(2027, 3, 1)
OF_ONE = ("utbildningsplan", "beslutsunderlag", "bilaga", "lagesrapport")
OF_TWO = ("uppfoljning", "slutrapport")
FUNDED = ("lagesrapport", "slutrapport")
CONTACTS = pd.DataFrame(
    {"role": ["pol", "tjm"], "orgtype": "reg", "sex": "k", "invited": 60, "not_reached": 8, "reminded": 20,
     "refused": [9, 2], "partial": 0, "answered": 30, "not_eligible": 0}
)  # fmt: skip


@pytest.fixture(scope="module")
def bank(root: Path) -> Bank:
    return read_bank(root / "survey")


@pytest.fixture(scope="module")
def imports(root: Path, bank: Bank) -> tuple[Import, Import]:
    project = open_project(root / "data" / "demo")
    read = []
    for year, wave in project.waves.items():
        path = root / "data" / "demo" / f"limesurvey_{year}_simulerad.csv"
        read.append(read_responses(path, bank=bank, wave=year, opens=wave.opens, closes=wave.closes, key=project.key))
    return read[0], read[1]


@pytest.fixture(scope="module")
def given(root: Path, bank: Bank, words: Words, imports: tuple[Import, Import]) -> Given:
    project = open_project(root / "data" / "demo")
    return Given(imports=imports, bank=bank, project=project, words=words, date=DATE)


class Made(NamedTuple):
    material: Material
    document: Document
    opened: set[Path]


@pytest.fixture(scope="module")
def made(given: Given) -> Iterator[dict[str, Made]]:
    """Every kind by the command's own makers; the inventory and the follow-up pass the gate once each."""
    one = replace(given, imports=given.imports[:1])
    with opened_files() as shared:
        first, both = materials.inventory_material(one), materials.follow_up_material(given)
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(materials, "inventory_material", lambda *_, **__: first)
        patch.setattr(materials, "follow_up_material", lambda *_, **__: both)
        for kind in (*OF_ONE, *OF_TWO):
            with opened_files() as opened:
                material = material_of(kind, given if kind in OF_TWO else one)
                if kind == "bilaga":
                    material = replace(material, contacts=CONTACTS)
                found[kind] = Made(material, KINDS[kind].make(material), opened | shared)
    yield found


@pytest.fixture(scope="module")
def documents(made: dict[str, Made]) -> dict[str, Document]:
    return {kind: each.document for kind, each in made.items()}


def told(document: Document) -> str:
    """All that a document says in words, but for its figures."""
    parts = [document.title]
    for block in walk(document.blocks):
        if isinstance(block, Paragraph):
            parts.append(plain(block.text))
        elif isinstance(block, Bullets):
            parts += [plain(item.text) for item in block.items]
        elif isinstance(block, TableBlock):
            parts += [" ".join((label, *cells)) for group in block.view.groups for label, cells in group.rows]
    return "\n".join(parts)


@pytest.mark.parametrize("kind", [*OF_ONE, *OF_TWO])
def test_what_a_report_has_read_is_in_its_manifest(kind: str, made: dict[str, Made], given: Given, root: Path) -> None:
    places = {
        *input_files(kind, given, [], made[kind].material),
        *(root / name for name in hashed_inputs(root / "survey")),
    }

    def untold(opened: set[Path]) -> set[Path]:
        content = [path for path in opened if {root / "survey", root / "data"} & set(path.parents) and path.is_file()]
        return {path for path in content if not {path, *path.parents} & places}

    assert untold(made[kind].opened) == set()
    assert (root / "data" / "growth" / "organ_simulerad.csv" in made[kind].opened) == (kind in FUNDED)
    with opened_files() as opened:
        (root / "data" / "demo" / "planted.json").read_bytes()
    assert untold(opened) == {root / "data" / "demo" / "planted.json"}, "what is read and not told is caught"


def headings(document: Document) -> list[str]:
    return [block.id for block in walk(document.blocks) if getattr(block, "level", 0) == 2]


@pytest.mark.parametrize("kind", [*OF_ONE, *OF_TWO])
def test_each_kind_says_its_chapters_and_no_placeholder(kind: str, documents: dict[str, Document], bank: Bank) -> None:
    document = documents[kind]
    assert sorted_by_value(document, bank) == [], "no body is ranked"
    text = told(document)
    assert document.kind == kind and document.is_simulated
    assert len(headings(document)) >= 5
    assert text.count("inget skydd mot en begäran") == 1, "what the gate is not, where it says what it is"
    assert not re.search(r"\bnan\b|<NA>|None|{\w+}|_share", text), text
    assert all(block.drawing.alt for block in walk(document.blocks) if isinstance(block, FigureBlock))


def test_the_work_comes_before_the_test_and_all_that_a_funder_asks_is_there(documents: dict[str, Document]) -> None:
    order = headings(documents["slutrapport"])
    assert order.index("work") < order.index("test")
    assert {"project", "logic", "indicators", "activities", "avvikelser", "lardomar", "spridning", "money"} <= set(
        order
    )
    text = told(documents["slutrapport"])
    for typed in ("EX 2026/001", "EXF 2026-0001", "Projektet finansieras av", "Ordförande: andel av platserna"):
        assert typed in text
    assert "inte mätt än" in text and "4 aktiviteter, 4 timmar" in text
    assert {"lardomar", "spridning"}.isdisjoint(headings(documents["lagesrapport"]))


def test_the_plan_is_made_of_what_is_shown(documents: dict[str, Document]) -> None:
    text = told(documents["utbildningsplan"])
    assert re.search(r"Könsuppdelad statistik: tjänstepersoner tydligt 230 10 60", text), "in round figures"


def test_the_followup_claims_no_more_than_its_readings(documents: dict[str, Document], words: Words) -> None:
    text = told(documents["uppfoljning"])
    assert "Det finns ingen jämförelsegrupp" in text and "Hävda den inte" in text
    assert words("report.kinds.followup.taught") in text, "goals01 and statistics01 are told in the modules"


def test_the_appendix_tells_who_was_reached_and_of_how_many_not_when_they_are_few(
    documents: dict[str, Document],
) -> None:
    text = told(documents["bilaga"])
    assert re.search(r"Ej nådda 8 dolt", text) and re.search(r"Avböjde 9 dolt", text), "not alone: all know the sum"
    assert re.search(r"Hördes inte av 13 dolt", text) and re.search(r"Inte inbjudna 427 170", text)
    assert re.search(r"COOP3\D+77.% dolt", text), "30 of 39; of 32 would tell that two refused"
    assert re.search(r"RR1\D+50.% 50.%", text), "what does not hang on the few is told"


@pytest.mark.parametrize("count", ["not_reached", "refused", "partial", "answered", "not_eligible"])
def test_the_appendix_is_the_same_whatever_the_few_contacts_were(count: str, made: dict[str, Made]) -> None:
    def page(few: int) -> str:
        beside = {} if count == "not_reached" else {"not_reached": 30 - few}  # the same sum
        log = CONTACTS.assign(**({"invited": 100, "refused": 9} | beside | {count: few}))
        return told(KINDS["bilaga"].make(replace(made["bilaga"].material, contacts=log)))

    assert page(1) == page(6) != page(7), "no rate tells what the table does not"


def test_every_kind_can_be_written(documents: dict[str, Document], bank: Bank, words: Words, tmp_path: Path) -> None:
    for kind, to in (("beslutsunderlag", "html"), ("slutrapport", "xlsx")):
        page = write_document(documents[kind], tmp_path / kind, bank=bank, words=words, to=to)
        assert page.stat().st_size > 10_000
        assert json.loads((tmp_path / kind / "manifest.json").read_text("utf-8"))["kind"] == kind


def test_a_workshops_page_shows_no_key_that_the_room_has_not_seen(bank: Bank, words: Words, tmp_path: Path) -> None:
    asked = [item for item in bank.items.values() if item.pool == "teaching" and item.type == "single"][:2]
    rows = [
        {"universe": "all", "item": item.id, "option": option, "statistic": "share", "unit": "share",
         "count": 4, "n": 4 * len(item.option_ids), "estimate": 1 / len(item.option_ids)}
        for item in asked for option in item.option_ids
    ]  # fmt: skip
    released = release({"room": estimates(rows)}, policy=read_policy().for_room(), view="room")
    page = RoomPage(released=released, bank=bank, words=words, date=DATE, name="Sal 1", revealed=(asked[0].id,))
    document = KINDS["workshop"].make(page)
    views = [block.tables[0] for block in walk(document.blocks) if isinstance(block, FigureBlock)]
    marked = ["✓" in str(view.groups) for view in views]
    assert marked == [True, False]
    made = write_document(document, tmp_path, bank=bank, words=words)
    assert made.name == "workshop.html"


def test_a_workshop_of_a_few_says_so_instead_of_showing_an_empty_table(bank: Bank, words: Words) -> None:
    item = next(item for item in bank.items.values() if item.pool == "teaching" and item.type == "single")
    few = release({"room": estimates(shares(item, [2, 1]))}, policy=read_policy().for_room(), view="room")
    page = RoomPage(released=few, polls=few, bank=bank, words=words, date=DATE, name="Sal 1")
    document = KINDS["workshop"].make(page)
    assert headings(document) == ["home"] and not any(isinstance(block, TableBlock) for block in walk(document.blocks))
    assert "visas inte här" in told(document)


def test_a_participants_own_page_has_sums_only(bank: Bank, words: Words, tmp_path: Path) -> None:
    result = OwnResult(questions=4, answered=4, scored=4, right=3, right_at_once=2)
    document = own_document(OwnPage(result=result, name="4R", bank=bank, words=words, date=DATE))
    made = write_document(document, tmp_path, bank=bank, words=words)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["eget.html", "manifest.json"]
    assert "3 av 4 rätt" in made.read_text("utf-8")


@pytest.mark.parametrize("kind", [*OF_ONE, *OF_TWO, "workshop", "eget"])
def test_a_kind_refuses_what_is_not_its_own(kind: str, given: Given, released: object, words: Words) -> None:
    with pytest.raises(TypeError):
        KINDS[kind].make(Material(released=released, bank=given.bank, words=words, date=DATE))  # type: ignore[arg-type]


def test_the_template_is_written_once_and_then_asked_for_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / FILE
    with pytest.raises(KunskapError, match="REPORT-15"):
        read_typed(path, kind="slutrapport")
    for kind, needed in TYPED_KINDS.items():
        with pytest.raises(KunskapError) as error:
            read_typed(path, kind=kind)
        assert {each.code for each in error.value.faults} == {"REPORT-19"}
        assert len(error.value.faults) >= sum(map(len, needed.values())) - 1, "all at once"
    draft = read_typed(path, kind="slutrapport", draft_text="[att skriva]")
    assert draft.text("projekt", "namn") == "[att skriva]"


def test_wrong_names_and_kinds_are_told_all_at_once(root: Path, tmp_path: Path) -> None:
    text = (root / "data" / "demo" / FILE).read_text("utf-8")
    text = text.replace("finansiar =", "finasiar =").replace("budget = 900000", 'budget = "mycket"')
    text = text.replace("till = 2018-12-31", "till = 2015-12-31").replace("[utfall]", "[utfal]")
    (tmp_path / FILE).write_text(text, "utf-8")
    with pytest.raises(KunskapError) as error:
        read_typed(tmp_path / FILE, kind="slutrapport")
    codes = [each.code for each in error.value.faults]
    assert codes.count("REPORT-17") == 2 and codes.count("REPORT-18") == 2
    assert "finansiar" in error.value.message("sv")
    (tmp_path / FILE).write_text('[[money]]\npost = "x"\n', "utf-8")
    with pytest.raises(KunskapError) as error:
        read_typed(tmp_path / FILE, kind="slutrapport")
    assert "Closest: pengar" in error.value.message("en"), "an English name finds its Swedish one"
    assert "(in English: funding line)" in error.value.message("en")
    (tmp_path / FILE).write_text("[projekt\n", "utf-8")
    with pytest.raises(KunskapError, match="REPORT-16"):
        read_typed(tmp_path / FILE, kind="slutrapport")


def test_the_log_is_summed_within_the_period_and_small_groups_are_hidden(root: Path, bank: Bank) -> None:
    assert COLUMNS == WRITTEN_COLUMNS
    path = root / "data" / "demo" / "aktivitetslogg.csv"
    whole = activities(read_activity_log(path, bank=bank))
    assert (whole.number, whole.hours, whole.taken_part, whole.person_hours) == (4, 4.0, 104, 104.0)
    last = of_period(read_activity_log(path, bank=bank), since=datetime.date(2018, 1, 1), until=None)
    assert activities(last).taken_part == 5
    shown = release(reached(last), policy=read_policy())
    assert all(shown.table(name)["estimate"].isna().all() for name in shown.names), "five people are too few"


def test_a_division_that_is_kept_at_home_for_an_earlier_report_is_said_so(made: dict[str, Made]) -> None:
    own = made["slutrapport"].material
    page = KINDS["slutrapport"].make(replace(own, reached=None, withheld=("reached_sex",)))  # type: ignore[call-arg]
    assert "kvinnor och män visas inte: bredvid en tidigare rapport" in told(page)
    assert "visas inte: bredvid" not in told(made["slutrapport"].document)
    assert not [block for block in walk(page.blocks) if isinstance(block, TableBlock) and "reached" in block.id]


def test_a_bad_log_is_told_all_at_once(root: Path, bank: Bank, tmp_path: Path) -> None:
    path = tmp_path / "logg.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows(
            [COLUMNS, ["i maj", "4R", "60", "pol", "reg", "k", "sju"], ["2027-01-01", "4R", "60", "x", "reg", "k", "7"]]
        )
    with pytest.raises(KunskapError) as error:
        read_activity_log(path, bank=bank)
    assert [each.code for each in error.value.faults] == ["REPORT-21"] * 3
    path.write_text("date;activity\n2027-01-01;4R\n", "utf-8")
    with pytest.raises(KunskapError, match="REPORT-20"):
        read_activity_log(path, bank=bank)


def test_a_project_gets_its_template_first(tmp_path: Path, given: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(materials, "inventory_material", lambda *_, **__: pytest.fail("typed first"))
    own = replace(given, imports=given.imports[:1], project=replace(given.project, folder=tmp_path))
    with pytest.raises(KunskapError, match="REPORT-15"):
        material_of("beslutsunderlag", own)
    assert (tmp_path / FILE).is_file()
    with pytest.raises(KunskapError, match="REPORT-24"):
        material_of("eget", own)


def test_a_new_mandate_leaves_an_older_waves_frame_as_it_was(
    tmp_path: Path, given: Given, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was elected afterwards was never asked: every kind counts by the frame of the wave's own opening."""
    survey = shutil.copytree(given.project.survey, tmp_path / "survey")
    first = pd.read_csv(survey / "population.csv")
    renewed = first.assign(persons=3 * first["persons"], valid_from="2026-10-15")
    pd.concat([first, renewed]).to_csv(survey / "population.csv", index=False)
    asked: dict[str, pd.DataFrame] = {}
    empty = release({}, policy=read_policy(survey))
    monkeypatch.setattr(Given, "released", lambda _, tables, *, name: asked.update(tables) or empty)
    few = replace(given.imports[0], responses=given.imports[0].responses.head(60))
    own = replace(given, imports=(few,), project=replace(given.project, survey=survey))
    training, technical = (material_of(kind, own) for kind in ("utbildningsplan", "bilaga"))
    persons = first["persons"].sum()
    assert isinstance(training, Training) and isinstance(technical, Technical)
    assert training.design.size({}) == technical.design.size({}) == persons
    rates = asked["response_rate"].dropna(subset=["role"])
    assert rates[rates["sex"].isna()].groupby("role")["n"].max().sum() == persons


POLLS = {"Spridda svar?": [8, 7, 5], "Alla lika?": [20], "Få svar?": [3, 3], "Aldrig visad?": []}


@pytest.mark.parametrize("kept_in", ["file", "server"])
def test_a_served_room_takes_its_page_home(
    kept_in: str, bank: Bank, words: Words, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """From the file or the address that the server takes; polls by the rules of what is published; one sheet."""
    path = tmp_path / "svar.sqlite"
    address = f"sqlite:///{path}" if kept_in == "file" else str(request.getfixturevalue("postgres")("rum"))
    store = open_store(address)
    place = path if kept_in == "file" else Path(address)
    asked = [bank.items[name] for name in bank.forms["r4a"].item_ids]
    room = enter_room(store, Room("sal", "r4a", "after", asked[0].id, "ended", revealed=(asked[0].id,)))
    project = open_project(beside=path)
    with pytest.raises(KunskapError, match="REPORT-23"):
        materials.room_material(place, project, room=None, words=words, date=DATE)
    behind = frozenset("abcdefgh")
    for item in asked:
        keep_figure(store, replace(room, occasion="before"), item.id, Figure(shares(item, [1, 9, 9, 1]), behind))
        keep_figure(store, room, item.id, Figure(shares(item, [9, 6, 5]), behind))
        right = [{**shares(item, [9, 11])[0], "option": "right", "occasion": when} for when in ("before", "after")]
        keep_figure(store, room, f"both {item.id}", Figure(tuple(right), behind))
    for number, (stem, counts) in enumerate(POLLS.items()):
        options = tuple({"sv": f"{stem} {each}"} for each in "ABC")
        poll = Poll(f"poll-{number}", {"sv": stem}, options, asked[0].id, "closed")
        put_poll(store, "sal", poll)
        if counts:
            keep_figure(store, room, poll.name, Figure(shares(poll_item(poll), counts), frozenset()))
    with pytest.raises(KunskapError, match="REPORT-22"):
        materials.room_material(place, project, room="annan", words=words, date=DATE)
    formats = ("html", "pdf") if kept_in == "file" else ("html",)
    page = make_room_page(place, output=tmp_path / "ut", formats=formats, language="sv")
    text = page.read_text("utf-8")
    assert "Ta med hem" in text and "Rummet sal" in text and "Spridda svar? A" in text
    assert "30\xa0%" in text and "✓ Rätt svar" in text, "the later round, and the key that has been seen"
    for hidden in ("Alla lika?", "Få svar?"):
        assert f"”{hidden}” visas inte här" in text and f"{hidden} A" not in text
    assert "Aldrig visad?" not in text
    if kept_in == "file":
        with pikepdf.open(page.with_suffix(".pdf")) as sheet:
            assert len(sheet.pages) == 1
    manifest = json.loads((page.parent / "manifest.json").read_text("utf-8"))
    assert ("svar.sqlite" in manifest["inputs"]) == (kept_in == "file") and address not in json.dumps(manifest)


def shares(item: Item, counts: Sequence[int]) -> Rows:
    """What the room keeps of one question: how many chose its first options, and nobody the others."""
    told_of = counts[: len(item.option_ids)]
    padded = [*told_of, *[0] * (len(item.option_ids) - len(told_of))]
    return tuple(
        {"universe": "all", "item": item.id, "option": option, "statistic": "share", "unit": "share",
         "count": count, "n": sum(padded), "estimate": count / sum(padded)}
        for option, count in zip(item.option_ids, padded, strict=True)
    )  # fmt: skip
