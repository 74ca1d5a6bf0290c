"""What a trainer hands out: the screen's copy hides code and notes, the printed sheets are whole and accessible."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from typer.testing import CliRunner

from kunskap.cli import app
from kunskap.errors import KunskapError
from kunskap.handout import modules_in, presentation_copy, printed_sheets, sheet_page
from kunskap.teaching import commitment_card, worksheet
from kunskap.words import read_words
from tests.markup_lint import Node, parse
from tests.page_lint import ADDRESS, has_language, headings_in_order, tables_have_caption_and_scope

WORDS = read_words(language="sv")


def shown(sheet: object) -> list[nbformat.NotebookNode]:
    return [new_output("display_data", data={"text/html": sheet.html, "text/plain": "Sheet(…)"})]  # type: ignore[attr-defined]


def run_module() -> nbformat.NotebookNode:
    """A participants' copy as it is after a run."""
    form = worksheet(pd.DataFrame({"Steg": ["R1"], "Vi vet": [""]}), caption="4R", words=WORDS)
    tagged = {"tags": ["exercise"]}
    cells = [
        new_markdown_cell("# Mål: varför då?\n\nText."),
        new_markdown_cell("## Efter modulen kan du …\n\n- räkna (`goals51`, `goals52`)\n\nKoderna pekar på frågor.",
                          metadata={"tags": ["objectives"]}),
        new_markdown_cell("#### Övning: räkna <själv>\n\nVälj en grupp. Skriv i citattecknen och kör rutan. Fyll i."),
        new_code_cell("worksheet(form)", metadata=tagged, outputs=shown(form)),
        new_markdown_cell("#### Övning: ditt åtagande"),
        new_code_cell("commitment_card()", metadata=tagged, outputs=shown(commitment_card(words=WORDS))),
        new_markdown_cell("## Nyckelpunkter\n\n*Hela modulen 2 min · korta vägen: hoppa över.*\n\n- **Räkna.**",
                          metadata={"tags": ["summary"]}),
    ]  # fmt: skip
    return new_notebook(cells=cells, metadata={"lang": "sv"})


@pytest.fixture(scope="module")
def printed() -> Node:
    return parse(sheet_page(run_module(), words=WORDS).decode("utf-8"))


def test_the_sheets_have_goals_worksheets_key_points_and_two_cards(printed: Node) -> None:
    assert [table.find("caption")[0].text() for table in printed.find("table")] == ["4R", *["Mitt åtagande"] * 2]
    assert [heading.text() for heading in printed.find("h1")] == ["Mål: varför då?"]
    told = printed.text()
    assert "räkna <själv>" in told and "Välj en grupp. Fyll i." in told and "tre månader" in told
    for gone in ("goals51", "Koderna pekar", "Hela modulen", "citattecknen", "…………"):
        assert gone not in told


def test_the_sheets_can_be_read_by_everyone_and_ask_for_nothing(printed: Node) -> None:
    assert has_language(printed) + headings_in_order(printed) + tables_have_caption_and_scope(printed) == []
    assert not ADDRESS.search(sheet_page(run_module(), words=WORDS).decode("utf-8"))


def test_a_module_without_anything_to_fill_in_is_told_so() -> None:
    bare = run_module()
    bare["cells"] = bare["cells"][:2]
    with pytest.raises(KunskapError, match="TEACH-03"):
        sheet_page(bare, words=WORDS)


def test_a_module_that_stops_is_told_with_its_name(tmp_path: Path) -> None:
    broken = new_notebook(cells=[new_markdown_cell("# Stannar"), new_code_cell("1 / 0")])
    with pytest.raises(KunskapError, match=r"Stannar.*ZeroDivisionError"):
        printed_sheets(broken, words=WORDS, folder=tmp_path)


def test_the_screens_copy_hides_code_and_notes_and_keeps_solutions(root: Path) -> None:
    module = nbformat.read(root / "notebooks" / "moduler" / "3-4r.ipynb", as_version=4)
    before = copy.deepcopy(module)
    made = presentation_copy(module, words=WORDS)
    nbformat.validate(made)
    assert module == before
    tags = [set(cell["metadata"].get("tags", [])) for cell in made["cells"]]
    assert not any("trainer" in each for each in tags) and any("solution" in each for each in tags)
    code = [cell for cell in made["cells"] if cell["cell_type"] == "code"]
    assert code and all(cell["metadata"]["jupyter"]["source_hidden"] and not cell["outputs"] for cell in code)
    assert {cell["source"].splitlines()[0] for cell in code} == {"# Kör rutan: Skift + Retur"}


def test_one_command_writes_the_three_files_of_every_module(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "notebooks" / "moduler"
    folder.mkdir(parents=True)
    (tmp_path / "notebooks" / "start.ipynb").write_text("{}", encoding="utf-8")
    table = "from kunskap.teaching import commitment_card as card\nfrom kunskap.words import read_words\n"
    cells = [
        new_markdown_cell("# Mål"),
        new_code_cell(table + "card(words=read_words())", metadata={"tags": ["exercise"]}),
    ]
    nbformat.write(new_notebook(cells=cells), folder / "1-mal.ipynb")
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), folder / "2-fel.ipynb")
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0")]), folder / "utkast.ipynb")
    monkeypatch.chdir(tmp_path)
    assert [path.stem for path in modules_in(Path("notebooks"))] == ["1-mal", "2-fel"]
    done = CliRunner().invoke(app, ["handout", "--all", "--output", "mapp"])
    assert done.exit_code == 1 and "TEACH-02" in done.stderr, "the others are written, and what stopped is told"
    kinds = ("deltagare.ipynb", "utskrift.html", "visning.ipynb")
    assert sorted(path.name for path in Path("mapp").iterdir()) == [f"1-mal-{kind}" for kind in kinds]


@pytest.mark.parametrize("arguments", [(), ("--all", "bok.ipynb"), ("--all", "--output", "bok.ipynb")])
def test_one_notebook_or_all_not_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["handout", *arguments])
    assert done.exit_code == 1 and "CLI-04" in done.stderr
    assert list(tmp_path.iterdir()) == []
