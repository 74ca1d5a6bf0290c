"""The eight analyses in a project of one's own: a file that is not the demo, and one line changed in each."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from kunskap.content import data_folder
from kunskap.project import new_project
from tests.notebook_rules import CHANGE, SEE
from tests.sampling import sampled

FOLDER = Path(__file__).resolve().parents[1] / "notebooks" / "analys"
NUMBERED = sorted(path.name for path in FOLDER.glob("[1-8]-*.ipynb"))
WAVES = """\
[waves.2016]
opens = 2016-02-01
closes = 2016-03-15

[waves.2018]
opens = 2018-02-01
closes = 2018-03-15
"""
ONE_FILE = 'file, name = Path("../../answers/svar.csv"), "2016"'
TWO_FILES = 'files = {"2016": Path("../../answers/svar.csv"), "2018": Path("../../answers/svar2.csv")}'
FEW = 'files = {"2016": Path("../../answers/fa.csv")}'


def some_of(source: Path, target: Path, *, people: int) -> None:
    """The first people of a demo file, as another file."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows[: people + 1])


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two waves of its own, which nothing calls simulated, and a file of few."""
    folder = tmp_path_factory.mktemp("own") / "projekt"
    new_project(folder)
    (folder / "waves.toml").write_text(WAVES, encoding="utf-8")
    demo = data_folder() / "demo"
    for wave, name, people in (("2016", "svar", 240), ("2018", "svar2", 240), ("2016", "fa", 75)):
        some_of(demo / f"limesurvey_{wave}_simulerad.csv", folder / "answers" / f"{name}.csv", people=people)
    return folder


def run(project: Path, name: str, *, line: str = "") -> tuple[str, nbformat.NotebookNode]:
    """What the notebook showed, run where it lies in the project with its one line changed."""
    path = project / "notebooks" / "analys" / name
    notebook = nbformat.read(path, as_version=4)
    lines = notebook["cells"][2]["source"].split("\n")
    (place,) = (number for number, text in enumerate(lines) if text.endswith(CHANGE))
    lines[place] = line or (TWO_FILES if lines[place].startswith("files") else ONE_FILE)
    notebook["cells"][2]["source"] = "\n".join(lines)
    done = NotebookClient(notebook, timeout=120, kernel_name="python3").execute(cwd=str(path.parent))
    outputs = [output for cell in done["cells"] if cell["cell_type"] == "code" for output in cell["outputs"]]
    parts = [str(output.get("text", "")) + str(output.get("data", "")) for output in outputs]
    return "\n".join(parts), done


@pytest.mark.parametrize("name", sampled(NUMBERED, ["2-fragor.ipynb", "6-forandring.ipynb", "8-rapport.ipynb"]))
def test_runs_on_ones_own_file_with_one_line_changed(project: Path, name: str) -> None:
    text, done = run(project, name)
    assert "limesurvey_2016" not in text  # nothing is read from the demo
    assert "Simulerade data" not in text  # and nothing of one's own is called invented
    assert len(re.findall("<figure lang=", text)) >= 1
    for place, cell in enumerate(done["cells"]):
        if cell["source"].startswith(SEE):
            (answer,) = (output for output in done["cells"][place + 1]["outputs"] if "text/markdown" in output["data"])
            said = answer["data"]["text/markdown"]
            assert "nan" not in re.split(r"\W", said) and said.strip(), f"{name}, {cell['id']}: {said}"
    if name == "8-rapport.ipynb":
        page = (project / "reports" / "2016" / "report.html").read_text(encoding="utf-8")
        assert "imulera" not in page.split("<body")[1]
        told = json.loads((project / "reports" / "2016" / "manifest.json").read_text(encoding="utf-8"))["inputs"]
        keyed = {place for place, digest in told.items() if digest.startswith("hmac-sha256:")}
        assert keyed >= {"survey/fieldwork", "waves.toml", "ledger"} and len(keyed) == 4, "and the answers"


def test_one_wave_of_few_says_what_it_cannot_tell(project: Path) -> None:
    """Fifty people are enough for the scale, not for comparing groups, and one wave has nothing to compare with."""
    text, _ = run(project, "4-skala.ipynb", line=FEW)
    assert "Kvinnor och män går inte att jämföra" in text and "DIF-01" in text and "IRT-09" in text
    assert "Bara en omgång" in text
    text, _ = run(project, "3-tillforlitlighet.ipynb", line=FEW)
    assert "Läs in två omgångar" in text
