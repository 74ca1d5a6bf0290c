"""The notebooks for own words, fieldwork and pilot, in a project of its own with two waves, with one line changed.

Each must use the project's own questions, frame and codes, not those that came with the installation.
"""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from kunskap.bank import read_bank
from kunskap.coding import Coding, coder_files, read_coding_frame, read_codings, save_coder, text_keys, unsettled
from kunskap.project import new_project, open_project
from kunskap.publish.limesurvey import limesurvey
from kunskap.readers import read_responses
from kunskap.words import read_words
from tests.notebook_rules import CHANGE
from tests.publish import structure

LABEL, STEM = "Makt och inflytande", "var det någon som du inte kunde svara på"


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose content differs from the kit's, with LimeSurvey's answers to the forms that it publishes."""
    folder = tmp_path_factory.mktemp("own") / "project"
    new_project(folder)
    (folder / "waves.toml").write_text("[waves.2026]\n[waves.2028]\n", encoding="utf-8")
    survey = folder / "survey"
    change(survey / "population.csv", "pol,kom,k,180", "pol,kom,k,380")
    change(survey / "coding" / "understanding.toml", LABEL, "Egen kod")
    change(survey / "items" / "pilot" / "pilot01.toml", STEM, "EGEN FRÅGA")
    bank, words = read_bank(survey), {"sv": read_words(survey, "sv")}
    for form, name, n in (("baslinje", "svar", 60), ("pilot", "pilot", 45)):
        made = limesurvey(form, bank=bank, words=words)[f"limesurvey_{form}.txt"]
        questions = structure.questions_of(structure.rows_of(made), "sv")
        persons = structure.people(questions, n=n, rng=np.random.default_rng(3))
        (folder / "answers" / f"{name}.csv").write_bytes(structure.export(questions, persons))
    return folder


def shown(project: Path, notebook: str, file: str) -> str:
    """Everything that the notebook showed, run where it lies with one line changed."""
    (path,) = (project / "notebooks" / "analys").glob(f"*{notebook}.ipynb")
    asked = nbformat.read(path, as_version=4)
    setup = next(cell for cell in asked["cells"] if "setup" in cell["metadata"].get("tags", []))
    lines = setup["source"].split("\n")
    told = re.search(r"`((?:file, name|own) = .*?)`", "\n".join(cell["source"] for cell in asked["cells"]))
    assert told is not None and f'Path("../../answers/{file}")' in told[1]  # the line as the text says
    (place,) = (number for number, line in enumerate(lines) if line.endswith(CHANGE))
    lines[place] = told[1]
    setup["source"] = "\n".join(lines)
    done = NotebookClient(asked, timeout=120, kernel_name="python3").execute(cwd=str(path.parent))
    return "\n".join(
        str(output.get("text", "")) + str(output.get("data", {}).get("text/plain", ""))
        for cell in done["cells"]
        if cell["cell_type"] == "code"
        for output in cell["outputs"]
    )


def code_texts(project: Path) -> None:
    """Two coders who differ at times, and what they settled."""
    opened = open_project(project)
    bank = read_bank(opened.survey)
    frame = read_coding_frame(opened.survey, bank=bank)
    texts = read_responses(project / "answers" / "svar.csv", bank=bank, wave="2026", key=opened.key).texts
    texts = texts[texts["item"].isin(frame.items)]
    named = list(zip(text_keys(texts, key=opened.key), texts["item"], strict=True))
    rng = np.random.default_rng(4)
    truth = {key: tuple(code for code in frame.ids(item) if rng.random() < 0.3) for key, item in named}
    for coder in ("anna", "bo"):
        found = []
        for key, item in named:
            seen = tuple(code for code in frame.ids(item) if (code in truth[key]) != (rng.random() < 0.02))
            found.append(Coding(key, item, seen))
        save_coder(project / "coding" / f"{coder}.csv", found)
    items = dict(named)
    waiting = unsettled(read_codings(coder_files(project / "coding"), frame=frame))
    save_coder(project / "coding" / "gemensam.csv", [Coding(key, items[key], truth[key]) for key in waiting])


def test_own_words_are_coded_by_the_projects_own_frame(project: Path) -> None:
    with pytest.raises(CellExecutionError, match="CODE-15"):  # nobody has coded: told in words
        shown(project, "fritext", "svar.csv")
    code_texts(project)
    text = shown(project, "fritext", "svar.csv")
    assert "Egen kod" in text and LABEL not in text
    assert "påhittade" not in text and "Påhittad text" not in text


def test_fieldwork_is_laid_against_the_projects_own_frame_and_log(project: Path) -> None:
    with pytest.raises(CellExecutionError, match="FIELD-13"):  # the template is still empty
        shown(project, "faltarbete", "svar.csv")
    log = project / "survey" / "fieldwork" / "kontaktlogg.csv"
    log.write_text(log.read_text(encoding="utf-8").replace(";;;;;;;\n", ";7;1;5;1;0;2;0\n"), encoding="utf-8")
    text = shown(project, "faltarbete", "svar.csv")
    assert "24 av 84 inbjudna" in text  # twelve strata, two answers of seven persons in each
    assert " 687 " in text  # the frame's politicians: 487 in the kit, 200 more here
    assert "påhittad" not in text


def test_the_pilot_reads_the_projects_own_questions(project: Path) -> None:
    text = shown(project, "pilot", "pilot.csv")
    assert "EGEN FRÅGA" in text
    assert "simulerade" not in text
