"""Odd files of a user's own in the analysis notebooks: they say what cannot be told, in words, and nothing crashes."""

from __future__ import annotations

import ast
import contextlib
import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import pytest

from kunskap.content import data_folder
from kunskap.project import new_project
from tests.notebook_rules import CHANGE, SEE
from tests.test_analysis_notebooks import ONE_FILE, TWO_FILES, WAVES

Row = dict[str, str]
ODD: dict[str, Callable[[list[Row]], list[Row]]] = {
    "three people": lambda rows: rows[8:11],
    "women only": lambda rows: [row for row in rows if row["sex"] == "k"][:50],
    "politicians only": lambda rows: [row for row in rows if row["role"] == "pol"][:60],
    "nobody has a code": lambda rows: [row | {"code": ""} for row in rows[:120]],
    "all don't know": lambda rows: [{name: "dk" if name[-2:].isdigit() and told else told
                                     for name, told in row.items()} for row in rows[:120]],
}  # fmt: skip
TRIED = [
    ("three people", "1-kvalitet"), ("three people", "2-fragor"), ("three people", "6-forandring"),
    ("women only", "5-grupper"), ("politicians only", "6-forandring"),
    ("nobody has a code", "3-tillforlitlighet"), ("nobody has a code", "6-forandring"),
    ("all don't know", "2-fragor"), ("all don't know", "3-tillforlitlighet"),
]  # fmt: skip


def changed(source: Path, target: Path, odd: Callable[[list[Row]], list[Row]]) -> None:
    with source.open(encoding="utf-8-sig", newline="") as file:
        titles, *rows = csv.reader(file, delimiter=";")
    names = [title.split(". ")[0] for title in titles]
    made = odd([dict(zip(names, row, strict=True)) for row in rows])
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL)
        writer.writerows([names, *(list(row.values()) for row in made)])


def said(notebook: nbformat.NotebookNode) -> list[str]:
    """What stands after each "Vad ser vi?", when the cells are run one by one in this process."""
    names: dict[str, Any] = {"display": lambda *shown: None}
    told = []
    for place, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code":
            continue
        lines = cell["source"].split("\n")
        for number, line in enumerate(lines):
            if line.endswith(CHANGE):
                lines[number] = TWO_FILES if line.startswith("files") else ONE_FILE
        tree = ast.parse("\n".join(lines))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(tree, cell["id"], "exec"), names)
            names["display"] = lambda *shown: None
            value = eval(compile(ast.Expression(last.value), cell["id"], "eval"), names) if last else None  # type: ignore[attr-defined]
        if notebook["cells"][place - 1]["source"].startswith(SEE):
            told.append(value.data)
    plt.close("all")
    return told


@pytest.mark.parametrize(("world", "name"), TRIED, ids=["-".join(case) for case in TRIED])
def test_an_odd_file_is_told_in_words(world: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new_project(tmp_path / "p")
    (tmp_path / "p" / "waves.toml").write_text(WAVES, encoding="utf-8")
    for wave, file in (("2016", "svar"), ("2018", "svar2")):
        source = data_folder() / "demo" / f"limesurvey_{wave}_simulerad.csv"
        changed(source, tmp_path / "p" / "answers" / f"{file}.csv", ODD[world])
    path = tmp_path / "p" / "notebooks" / "analys" / f"{name}.ipynb"
    monkeypatch.chdir(path.parent)
    told = said(nbformat.read(path, as_version=4))
    assert told
    for text in told:
        assert text.strip() and not {"nan", "None"} & set(re.split(r"\W", text)), text
