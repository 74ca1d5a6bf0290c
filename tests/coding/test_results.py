"""A folder of coders' files becomes tables for the gate, a section of the report, and nothing of any text."""

from __future__ import annotations

import csv
import datetime
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from kunskap.bank import Bank
from kunskap.cli import app
from kunskap.coding import Coding, CodingFrame, coded_tables, read_coding_frame, save_coder, text_keys
from kunskap.disclosure import Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.inventory import completed
from kunskap.project import new_project
from kunskap.readers import Import, read_responses
from kunskap.report import save_report
from kunskap.report.own_words import own_words
from kunskap.words import Words, read_words
from tests.page_lint import page_faults

KEY = bytes(range(32))
ITEM = "understanding01"


@pytest.fixture(scope="module")
def frame(root: Path) -> CodingFrame:
    return read_coding_frame(root / "survey")


@pytest.fixture(scope="module")
def imported(root: Path, bank: Bank) -> Import:
    """The demo, where a hundred women and men have written invented texts: so that nothing of all need be hidden."""
    read = read_responses(root / "data/demo/limesurvey_2016_simulerad.csv", bank=bank, wave="2016", key=KEY)
    people = completed(read).merge(read.respondents, on=["respondent_id", "wave"])
    sittings = people.loc[people["sex"].isin(["k", "m"]), "sitting_id"].head(100).reset_index(drop=True)
    texts = pd.DataFrame({"sitting_id": sittings, "item": ITEM, "text": [f"hemlig{i}text" for i in range(100)]})
    return replace(read, texts=texts)


def code(folder: Path, imported: Import, frame: CodingFrame) -> None:
    """Two coders who agree on power (40 of 100) and resources (30), and not at all on terms; nobody saw numbers."""
    keys = text_keys(imported.texts, key=KEY)
    settled: dict[str, tuple[str, ...]] = {}
    for coder in ("anna", "bo"):
        found = []
        for i, name in enumerate(keys):
            chosen = [*(["power"] if i % 5 < 2 else []), *(["resources"] if i % 10 < 3 else [])]
            settled[name] = tuple(chosen)
            if i % 2 == (coder == "anna"):
                chosen.append("terms")
            found.append(Coding(name, ITEM, tuple(chosen)))
        save_coder(folder / f"{coder}.csv", found)
    save_coder(folder / "gemensam.csv", [Coding(name, ITEM, chosen) for name, chosen in settled.items()])


@pytest.fixture
def folder(tmp_path: Path, imported: Import, frame: CodingFrame) -> Path:
    code(tmp_path, imported, frame)
    return tmp_path


def tables(imported: Import, folder: Path, frame: CodingFrame) -> dict[str, pd.DataFrame]:
    return coded_tables(imported, folder=folder, frame=frame, key=KEY, rng=np.random.default_rng(1))


def test_shares_by_role_and_sex_of_the_codes_that_coders_agree_on(
    imported: Import, folder: Path, frame: CodingFrame
) -> None:
    made = tables(imported, folder, frame)
    assert sorted(made) == ["own_words", "own_words_agreement", "own_words_by_role", "own_words_by_sex"]
    yes = made["own_words"].query("option == 'yes'").set_index("item")
    assert yes["count"].to_dict() == {f"{ITEM}.power": 40, f"{ITEM}.resources": 30}
    assert set(yes["n"]) == {100}
    assert made["own_words_agreement"]["estimate"].tolist() == [1, 1]
    people = imported.texts.merge(completed(imported)[["sitting_id", "respondent_id", "wave"]], on="sitting_id")
    people = people.merge(imported.respondents, on=["respondent_id", "wave"])
    for by, name in (("role", "own_words_by_role"), ("sex", "own_words_by_sex")):
        counted = made[name].query(f"option == 'yes' and item == '{ITEM}.power'").set_index(by)["count"]
        by_hand = people[people.index % 5 < 2][by].value_counts()
        assert counted.to_dict() == {level: by_hand[level] for level in counted.index}
    assert set(made["own_words_by_sex"]["sex"]) == {"k", "m"}


def test_who_has_withdrawn_counts_neither_in_shares_nor_in_agreement(
    imported: Import, folder: Path, frame: CodingFrame
) -> None:
    left = replace(imported, texts=imported.texts.iloc[10:])
    made = tables(left, folder, frame)
    assert set(made["own_words"]["n"]) == {90}
    assert set(made["own_words_agreement"]["n"]) == {90}


def test_what_is_not_ready_is_told(imported: Import, folder: Path, frame: CodingFrame) -> None:
    (folder / "gemensam.csv").unlink()
    with pytest.raises(KunskapError) as caught:
        tables(imported, folder, frame)
    assert caught.value.codes == ("CODE-14",)
    (folder / "bo.csv").unlink()
    with pytest.raises(KunskapError) as caught:
        tables(imported, folder, frame)
    assert caught.value.codes == ("CODE-15",)
    (folder / "anna.csv").unlink()
    with pytest.raises(KunskapError) as caught:
        tables(imported, folder, frame)
    assert caught.value.codes == ("CODE-25",)


def test_agreement_is_hidden_with_the_share_it_is_about(
    root: Path, imported: Import, folder: Path, frame: CodingFrame
) -> None:
    made = tables(imported, folder, frame)
    hidden = made["own_words"]["item"].eq(f"{ITEM}.power")
    made["own_words"].loc[hidden, "count"] = [99, 1]
    made["own_words"].loc[hidden, "estimate"] = [0.99, 0.01]
    only = {name: made[name] for name in ("own_words", "own_words_agreement")}
    alphas = release(only, policy=read_policy(root / "survey")).table("own_words_agreement").set_index("item")
    assert pd.isna(alphas.loc[f"{ITEM}.power", "estimate"])
    assert alphas.loc[f"{ITEM}.resources", "estimate"] == 1


def test_where_the_share_is_hidden_the_report_says_only_that_coders_agreed_enough(
    root: Path, imported: Import, folder: Path, frame: CodingFrame, bank: Bank
) -> None:
    made = tables(imported, folder, frame)
    made["own_words"].loc[made["own_words"]["item"].eq(f"{ITEM}.power"), ["count", "estimate"]] = [
        [99, 0.99],
        [1, 0.01],
    ]
    only = {name: made[name] for name in ("own_words", "own_words_agreement")}
    released = release(only, policy=read_policy(root / "survey"))
    section = own_words(released, frame=frame, bank=bank, words=read_words(root / "survey", "sv"))
    assert section is not None
    hidden, resources = section.tables[0].groups
    assert hidden.rows[0][1] == ("dolt", "dolt", "minst 0,67")
    assert resources.rows[0][1][2].startswith("1,00")


@pytest.fixture
def released(root: Path, imported: Import, folder: Path, frame: CodingFrame) -> Released:
    return release(tables(imported, folder, frame), policy=read_policy(root / "survey"), simulated=True)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_report_has_a_section_with_shares_and_agreement_and_no_text(
    root: Path, released: Released, frame: CodingFrame, bank: Bank, tmp_path: Path, language: str
) -> None:
    words: Words = read_words(root / "survey", language)
    today = datetime.date(2026, 11, 22)
    page = save_report(released, tmp_path / "r", bank=bank, words=words, date=today, frame=frame)
    html = page.read_text(encoding="utf-8")
    section = html[html.index('id="own-words"') : html.index('id="hidden"')]
    assert words("report.own_words.title") in section
    assert bank.items[ITEM].stem[language] in section
    label = {one.id: one.label[language] for one in frame.codes[ITEM]}
    assert f'colspan="4">{label["power"]}<' in section
    assert f'colspan="4">{label["terms"]}<' not in section, "the coders do not agree on it"
    assert label["terms"] in section[section.index('class="note"') :], "and that it is left out is told"
    cells = re.sub(r"</?span[^>]*>", "", section)  # an interval is kept on one line
    assert re.search(rf"40.?%[^<]*</td><td>100</td><td>{'1,00' if language == 'sv' else '1.00'}", cells)
    for group in ("sex_k", "sex_m", "role_pol", "role_tjm"):
        assert words(f"plots.groups.{group}") in section
    everything = html + "".join(path.read_text("utf-8-sig") for path in (tmp_path / "r" / "tables").iterdir())
    assert not re.search(r"hemlig\d+text", everything)
    assert page_faults(html) == {}


def test_without_coded_texts_there_is_no_section(root: Path, imported: Import, bank: Bank, tmp_path: Path) -> None:
    from kunskap.inventory import inventory

    made = {"ability": inventory(imported, bank=bank)["ability"]}
    words = read_words(root / "survey", "sv")
    released = release(made, policy=read_policy(root / "survey"))
    page = save_report(released, tmp_path, bank=bank, words=words, date=datetime.date(2026, 11, 22))
    assert "own-words" not in page.read_text(encoding="utf-8")


def run(*arguments: str | Path) -> Any:
    result = CliRunner().invoke(app, [str(part) for part in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_command_finds_the_projects_coding_and_says_when_it_is_unfinished(
    root: Path, bank: Bank, frame: CodingFrame, tmp_path: Path
) -> None:
    project = tmp_path / "p"
    new_project(project)
    (project / "hemlig.key").write_text(KEY.hex(), encoding="utf-8")
    own = project / "answers" / "svar.csv"
    with (root / "data/demo/limesurvey_2016_simulerad.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    place, done_on = rows[0].index(ITEM), rows[0].index("submitdate")
    wrote = [row for row in rows[1:] if row[done_on]]  # everyone: the gate is quicker in a large room
    for i, row in enumerate(wrote):
        row[place] = f"hemlig{i}text" if i < 100 else ""
    with own.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows([rows[0], *wrote])
    read = read_responses(own, bank=bank, key=KEY)
    read = replace(read, texts=read.texts[read.texts["item"].eq(ITEM)].reset_index(drop=True))
    assert len(read.texts) >= 80
    page = project / "reports" / "svar" / "report.html"
    code(project / "coding", read, frame)
    assert run("report", own).exit_code == 0
    assert 'id="own-words"' in page.read_text(encoding="utf-8")
    assert len(list(page.parent.glob("tables/own_words*"))) == 4
    (project / "coding" / "gemensam.csv").unlink()
    done = run("report", own, "--to", "xlsx")
    assert done.exit_code == 0
    assert "Fritexten är inte med i rapporten" in done.output and "CODE-14" in done.output
    assert not list(page.parent.glob("tables/own_words*"))
    assert run("report", own, "--coded", project / "coding").exit_code == 1
