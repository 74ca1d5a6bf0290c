"""Who takes the answers back is in no table and no text from the next reading on, and the list says nothing of who."""

from __future__ import annotations

import csv
import datetime
import io
import stat
from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from kunskap.bank import Bank
from kunskap.cli import app
from kunskap.errors import KunskapError
from kunskap.project import new_project, open_project
from kunskap.pseudonym import ProjectKey, pseudonym
from kunskap.readers import Import, read_responses
from kunskap.store import begin, complete, open_store, save_answer
from kunskap.withdrawal import FILE_NAME, read_withdrawals, restore, withdraw, withdraw_person, withdrawn

KEY = bytes(range(32))
TODAY = datetime.date(2026, 11, 22)
DEMO = Path(__file__).resolve().parents[1] / "data" / "demo" / "limesurvey_2016_simulerad.csv"
RAW = list(csv.reader(io.StringIO(DEMO.read_text(encoding="utf-8-sig"), newline=""), delimiter=";"))


def chosen_codes() -> list[str]:
    """Who stands twice in the demo, and two who wrote in their own words; one is typed in another way than there."""
    place, words, done_on = (RAW[0].index(name) for name in ("code", "understanding01", "submitdate"))
    rows = [row for row in RAW[1:] if row[place] and row[done_on] and not row[place].startswith(("test", "prov"))]
    times = Counter(row[place] for row in RAW[1:])
    twice = next(row[place] for row in rows if times[row[place]] == 2)
    wrote = [row[place] for row in rows if row[words] and times[row[place]] == 1][:2]
    return [twice, wrote[0].upper().replace("-", " "), wrote[1]]


CODES = chosen_codes()


@pytest.fixture(scope="module")
def demo() -> Path:
    return DEMO


@pytest.fixture(scope="module")
def raw() -> list[list[str]]:
    return RAW


@pytest.fixture
def project(tmp_path: Path, demo: Path) -> Path:
    folder = tmp_path / "p"
    new_project(folder)
    (folder / "hemlig.key").write_text(KEY.hex(), encoding="utf-8")
    (folder / "waves.toml").write_text('[waves.2016]\nform = "baslinje"\n', encoding="utf-8")
    (folder / "answers" / "svar.csv").write_bytes(demo.read_bytes())
    return folder


def plain_code(code: str) -> str:
    return code.casefold().replace("-", "").replace(" ", "")


def rows_of(codes: list[str], raw: list[list[str]]) -> list[list[str]]:
    place = raw[0].index("code")
    wanted = {plain_code(code) for code in codes}
    return [row for row in raw[1:] if plain_code(row[place]) in wanted]


def traces(read: Import, people: list[str], rows: list[list[str]], heads: list[str]) -> list[str]:
    """What of these people is left anywhere in what was read."""
    tables = {
        "responses": read.responses,
        "respondents": read.respondents,
        "texts": read.texts,
        "rejects": read.rejects,
    }
    found = [
        f"{name}: {person}"
        for name, table in tables.items()
        for person in [*people, *(row[heads.index("id")] for row in rows)]
        for column in table.columns.intersection(["respondent_id", "sitting_id"])
        if table[column].astype("str").str.endswith(person if len(person) > 10 else f"-{person}").any()
    ]
    own_words = [row[heads.index(item)] for row in rows for item in ("understanding01", "understanding02")]
    found += [text for text in own_words if text and read.texts["text"].eq(text).any()]
    return found


def read_with(key: bytes, path: Path, bank: Bank) -> Import:
    return read_responses(path, bank=bank, wave="2016", key=key)


def test_a_withdrawn_person_is_in_no_table_and_no_text(demo: Path, raw: list[list[str]], bank: Bank) -> None:
    people, rows = [pseudonym(code, key=KEY) for code in CODES], rows_of(CODES, raw)
    assert len(rows) == 4
    planted = read_with(KEY, demo, bank)
    assert len(traces(planted, people, rows, raw[0])) >= 8, "the test must see them where they are"
    read = read_with(ProjectKey(KEY, withdrawn=people), demo, bank)
    assert traces(read, people, rows, raw[0]) == []
    assert "4 svar är återtagna" in read.summary("sv")
    assert "4 sittings have been withdrawn" in read.summary("en")
    assert not any(person in read.summary("sv") + repr(read) for person in people)
    assert "återtag" not in read.public_summary("sv", bank=bank)


def test_it_is_as_if_the_rows_had_never_been_in_the_file(
    demo: Path, raw: list[list[str]], bank: Bank, tmp_path: Path
) -> None:
    gone = rows_of(CODES, raw)
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL).writerows(row for row in raw if row not in gone)
    cut = tmp_path / demo.name
    cut.write_text(buffer.getvalue(), encoding="utf-8-sig")
    by_hand = read_with(KEY, cut, bank)
    read = read_with(ProjectKey(KEY, withdrawn=[pseudonym(code, key=KEY) for code in CODES]), demo, bank)
    for name in ("responses", "respondents", "texts"):
        pd.testing.assert_frame_equal(getattr(read, name), getattr(by_hand, name))
    pd.testing.assert_frame_equal(read.rejects.drop(columns="row"), by_hand.rejects.drop(columns="row"))
    assert read.public_summary("sv", bank=bank) == by_hand.public_summary("sv", bank=bank)


def test_what_was_refused_of_a_withdrawn_person_is_not_shown_either(
    raw: list[list[str]], bank: Bank, tmp_path: Path
) -> None:
    """Their odd values would stand in the rejects, with a row number."""
    heads, own = raw[0], [list(row) for row in raw[1:40] if row[raw[0].index("code")]]
    own[-1][heads.index("goals01")] = "ovanligt värde"
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL).writerows([heads, *own])
    path = tmp_path / "svar.csv"
    path.write_text(buffer.getvalue(), encoding="utf-8-sig")
    person = pseudonym(own[-1][heads.index("code")], key=KEY)
    assert "ovanligt värde" in read_with(KEY, path, bank).rejects.to_csv()
    read = read_with(ProjectKey(KEY, withdrawn=[person]), path, bank)
    assert "ovanligt värde" not in read.rejects.to_csv() + read.summary("sv")


def test_when_everybody_has_withdrawn_the_tables_are_empty(raw: list[list[str]], bank: Bank, tmp_path: Path) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_ALL).writerows([raw[0], *rows_of(CODES, raw)])
    path = tmp_path / "svar.csv"
    path.write_text(buffer.getvalue(), encoding="utf-8-sig")
    read = read_with(ProjectKey(KEY, withdrawn=[pseudonym(code, key=KEY) for code in CODES]), path, bank)
    assert (len(read.responses), len(read.respondents), len(read.texts), len(read.rejects)) == (0, 0, 0, 0)


def test_the_project_leaves_them_out_without_being_asked(project: Path, bank: Bank) -> None:
    path = project / "answers" / "svar.csv"
    opened = open_project(project)
    assert opened.key is not None
    before = read_with(opened.key, path, bank)
    assert withdraw(CODES[1], folder=project, key=opened.key, today=TODAY)
    again = open_project(beside=path)
    assert again.key is not None
    after = read_with(again.key, path, bank)
    assert len(before.responses) - len(after.responses) == 1


def test_what_the_participants_page_has_kept_is_left_out_too(project: Path, bank: Bank, tmp_path: Path) -> None:
    """The page knows pseudonyms only; who withdrew by code is left out there as well."""
    url, person = f"sqlite:///{tmp_path}/svar.db", pseudonym(CODES[0], key=KEY)
    store = open_store(url)
    for who in (person, "f" * 32):
        sitting = begin(store, form="baslinje", wave="2026", pseudonym=who).sitting_id
        save_answer(store, sitting, "role", ["pol"], receipt="role")
        complete(store, sitting)
    withdraw(CODES[0], folder=project, key=KEY, today=TODAY)
    key = open_project(project).key
    assert set(read_responses(url, bank=bank, key=KEY).responses["respondent_id"]) == {person, "f" * 32}
    assert set(read_responses(url, bank=bank, key=key).responses["respondent_id"]) == {"f" * 32}


def test_a_pseudonym_is_enough_and_nothing_else_passes_for_one(project: Path) -> None:
    assert withdraw_person("f" * 32, folder=project, today=TODAY)
    assert not withdraw_person("f" * 32, folder=project, today=TODAY)
    with pytest.raises(ValueError, match="pseudonym"):
        withdraw_person(CODES[0], folder=project, today=TODAY)


def test_twice_is_safe_and_the_list_says_nothing_of_who(project: Path) -> None:
    assert withdraw(CODES[0], folder=project, key=KEY, today=TODAY)
    content = (project / FILE_NAME).read_bytes()
    assert not withdraw(
        CODES[0].upper().replace("-", " "), folder=project, key=KEY, today=TODAY + datetime.timedelta(9)
    )
    assert (project / FILE_NAME).read_bytes() == content
    assert content.decode().splitlines() == [
        "pseudonym;date;restored_by",
        f"{pseudonym(CODES[0], key=KEY)};2026-11-22;",
    ]
    assert stat.S_IMODE((project / FILE_NAME).stat().st_mode) == 0o600


def test_only_a_decision_lifts_it_and_the_trace_stays(project: Path) -> None:
    withdraw(CODES[0], folder=project, key=KEY, today=TODAY)
    with pytest.raises(KunskapError) as caught:
        restore(CODES[0], folder=project, key=KEY, today=TODAY, decision=" ")
    assert caught.value.codes == ("DRAW-05",)
    with pytest.raises(KunskapError) as caught:
        restore("okänd-kod", folder=project, key=KEY, today=TODAY, decision="beslut 7")
    assert caught.value.codes == ("DRAW-04",)
    restore(CODES[0], folder=project, key=KEY, today=TODAY, decision="beslut 7,\n2026-11-22")
    events = read_withdrawals(project)
    assert withdrawn(events) == {}
    assert [event.restored_by for event in events] == ["", "beslut 7, 2026-11-22"]
    assert withdraw(CODES[0], folder=project, key=KEY, today=TODAY)


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "pseudonym;date\n",
        "pseudonym;date;restored_by\nabc;2026-11-22;\n",
        f"pseudonym;date;restored_by\n{'a' * 32};i går;\n",
        f"pseudonym;date;restored_by\n{'a' * 32};2026-11-22\n",
        "pseudonym;date;restored_by\n\n",
    ],
)
def test_a_damaged_list_stops_every_reading(project: Path, damaged: str) -> None:
    (project / FILE_NAME).write_text(damaged, encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        open_project(project)
    assert set(caught.value.codes) == {"DRAW-03"}
    with pytest.raises(KunskapError):
        withdraw(CODES[0], folder=project, key=KEY, today=TODAY)
    assert (project / FILE_NAME).read_text(encoding="utf-8") == damaged


def test_without_the_key_nobody_can_be_found_so_nothing_is_read(project: Path) -> None:
    withdraw(CODES[0], folder=project, key=KEY, today=TODAY)
    (project / "hemlig.key").unlink()
    with pytest.raises(KunskapError) as caught:
        open_project(project)
    assert caught.value.codes == ("DRAW-07",)


@pytest.mark.parametrize(("code", "key", "expected"), [("  - ", KEY, "DRAW-02"), ("ås12", None, "DRAW-01")])
def test_a_code_or_key_that_is_none_is_refused(project: Path, code: str, key: bytes | None, expected: str) -> None:
    with pytest.raises(KunskapError) as caught:
        withdraw(code, folder=project, key=key, today=TODAY)
    assert caught.value.codes == (expected,)
    assert "ås12" not in str(caught.value)
    assert not (project / FILE_NAME).exists()


def test_a_key_shows_neither_itself_nor_the_people() -> None:
    key = ProjectKey(KEY, withdrawn=["a" * 32])
    assert key.hex() not in repr(key) + str(key)
    assert "aaa" not in repr(key) + f"{key}"


def run(*arguments: str, typed: str | None = None) -> Any:
    result = CliRunner().invoke(app, ["withdraw", *arguments], input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_staff_withdraw_by_the_code_which_is_shown_nowhere(project: Path) -> None:
    done = run("--project", str(project), typed=f"{CODES[0]}\n{CODES[0]}\n")
    assert done.exit_code == 0, done.output
    assert "återtagna från och med" in done.output
    assert "Radera ingenting" in done.output
    everywhere = "".join(path.read_text("utf-8") for path in project.glob("*.*") if path.is_file())
    assert plain_code(CODES[0]) not in plain_code(done.output + everywhere)
    assert "redan återtagna" in run("--project", str(project), typed=f"{CODES[0]}\n{CODES[0]}\n").output


def test_codes_come_from_a_file_or_a_pipe_too(project: Path, tmp_path: Path) -> None:
    codes = tmp_path / "koder.txt"
    codes.write_text(f"{CODES[0]}\n\n{CODES[1]}\n", encoding="utf-8-sig")
    assert run("--project", str(project), "--code-file", str(codes)).exit_code == 0
    assert run("--project", str(project), "--code-file", "-", typed=CODES[2]).exit_code == 0
    listed = run("--project", str(project), "--list").output
    assert "tagit tillbaka sina svar: 3." in listed
    assert f"{datetime.date.today()}: 3" in listed
    assert not any(pseudonym(code, key=KEY) in listed for code in CODES)


@pytest.mark.parametrize(
    ("arguments", "typed", "code"),
    [
        ((), "ett\ntvå\n", "DRAW-08"),
        (("--code-file", "-"), "", "DRAW-02"),
        (("--undo", "--code-file", "-"), "ås12", "DRAW-05"),
        (("--undo", "--decision", "beslut 7", "--code-file", "-"), "ås12", "DRAW-04"),
        (("--code-file", "finns-inte.txt"), None, "CLI-01"),
    ],
)
def test_what_goes_wrong_is_told_without_the_code(
    project: Path, arguments: tuple[str, ...], typed: str | None, code: str
) -> None:
    done = run("--project", str(project), *arguments, typed=typed)
    assert done.exit_code == 1
    assert code in done.stderr
    assert "ås12" not in done.output
    assert not (project / FILE_NAME).exists()


def test_outside_a_project_there_is_nothing_to_withdraw_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "PROJ-01" in run(typed="ås12\nås12\n").stderr


def test_the_decision_in_force_says_what_staff_erase_and_where(project: Path) -> None:
    policy = project / "survey" / "policy.toml"
    text = policy.read_text(encoding="utf-8")
    head, erasure = text.split("[decisions.erasure]")
    erasure = erasure.replace("ej fattat", "gallras vid återtagande", 1)
    erasure = erasure.replace('number = ""', 'number = "RS 2026/12"', 1)
    policy.write_text(f"{head}[decisions.erasure]{erasure}", encoding="utf-8")
    done = run("--project", str(project), "--code-file", "-", typed=CODES[0])
    for word in ("gallras vid återtagande", "RS 2026/12", "answers/svar.csv", "enkätverktyget"):
        assert word in done.output, word
    assert (project / "answers" / "svar.csv").read_bytes(), "the command itself erases nothing"
