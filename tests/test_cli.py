"""The command line, run as users run it: its words, its exit code, its files; a few times as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pytest
from typer.testing import CliRunner

from kunskap.cli import app
from kunskap.codes import check_code

COMMANDS = (
    "demo",
    "new",
    "check",
    "read",
    "report",
    "mapping",
    "handout",
    "lab",
    "publish",
    "withdraw",
    "ledger",
    "audit",
    "gallery",
    "plan",
    "review",
)
BANK_COMMANDS = ("bank export", "bank import", "bank blind")
DEMO = Path(__file__).resolve().parents[1] / "data" / "demo" / "limesurvey_2016_simulerad.csv"
# the report that is made most quickly
PLAN = ("report", str(DEMO), "--wave", "2016", "--kind", "utbildningsplan", "--to", "xlsx")


def kunskap(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"COLUMNS": "100", "HOME": str(cwd), "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-c", "from kunskap.cli import main; main()", *map(str, arguments)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def invoke(*arguments: str) -> Any:
    """The same commands in this process: quicker, where a process of its own would show nothing more."""
    result = CliRunner().invoke(app, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def told(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout + done.stderr


@pytest.mark.parametrize("command", COMMANDS + BANK_COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = invoke(*command.split(), "--help")
    assert done.exit_code == 0
    assert f"kunskap {command}" in done.stdout
    assert "Exempel" in done.stdout


def test_the_demo_goes_all_the_way_and_running_it_twice_is_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = kunskap("demo", cwd=tmp_path)
    assert done.returncode == 0, told(done)
    page = (tmp_path / "kunskap-demo" / "report.html").read_text(encoding="utf-8")
    assert 'lang="sv"' in page
    assert "simulerade" in page.lower()
    for word in ("Rader som inte togs med", "report.html", "kunskap lab", "kunskap report", "kunskap new"):
        assert word in done.stdout, word
    files = sorted(path.name for path in (tmp_path / "kunskap-demo").rglob("*"))
    monkeypatch.chdir(tmp_path)
    assert invoke("demo").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "kunskap-demo").rglob("*")) == files


def test_a_report_in_english_of_a_users_own_file(tmp_path: Path) -> None:
    invoke("new", str(tmp_path / "p"))
    own = tmp_path / "p" / "answers" / "svar.csv"
    own.write_bytes(DEMO.read_bytes())
    done = invoke("report", str(own), "--lang", "en", "--wave", "2016")
    assert done.exit_code == 0, done.output
    page = (tmp_path / "p" / "reports" / "svar" / "report.html").read_text(encoding="utf-8")
    assert 'lang="en"' in page
    assert "The report lies here" in done.stdout


def test_reading_tells_what_was_refused_and_saves_it(tmp_path: Path) -> None:
    done = invoke("read", str(DEMO), "--wave", "2016", "--save-rejects", str(tmp_path / "rätta.csv"))
    assert done.exit_code == 0, done.output
    assert "READ-05" in done.stdout
    assert "READ-05" in (tmp_path / "rätta.csv").read_text(encoding="utf-8-sig")


def test_the_check_is_clean_and_tells_all_faults_of_a_broken_bank(tmp_path: Path) -> None:
    assert invoke("new", str(tmp_path / "p")).exit_code == 0
    for path in (tmp_path / "p" / "survey" / "items").rglob("*.toml"):  # a year after the last check, law items are due
        today = re.sub("checked_on = .*", f"checked_on = {date.today()}", path.read_text(encoding="utf-8"))
        path.write_text(today, encoding="utf-8")
    clean = invoke("check", "--project", str(tmp_path / "p"))
    assert clean.exit_code == 0, clean.output
    assert "Inga fel" in clean.stdout
    item = tmp_path / "p" / "survey" / "items" / "goals" / "goals01.toml"
    item.write_text(item.read_text(encoding="utf-8").replace('key = ["c"]', 'key = ["q"]'), encoding="utf-8")
    policy = tmp_path / "p" / "survey" / "policy.toml"
    policy.write_text(policy.read_text(encoding="utf-8").replace("base = 7", "base = -7"), encoding="utf-8")
    broken = invoke("check", "--project", str(tmp_path / "p"))
    assert broken.exit_code == 1
    assert "ITEM-02" in broken.stderr
    assert "GATE-" in broken.stderr


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("read", "finns-inte.csv"), "READ-"),
        (("read", "tom.csv"), "READ-"),
        (("read", "binär.csv"), "READ-"),
        (("read", "."), "READ-"),
        (("report", "tom.csv"), "READ-"),
        (("report", "tom.csv", "--date", "31/1 2027"), "'31/1 2027' är inget datum"),
        (("read", "tom.csv", "--project", "."), "PROJ-01"),
        (("mapping", "finns-inte.csv"), "READ-"),
        (("publish", "limesurvey", "--form", "finns-inte"), "PUB-02"),
        (("publish", "limsurvey", "--form", "baslinje"), "PUB-01"),
        (("bank", "import", "finns-inte.xlsx"), "EXPERT-"),
        (("demo", "--lang", "fi"), "WORDS-01"),
        ((*PLAN, "--output", "tom.csv"), "REPORT-06"),
        (("new", "tom.csv"), "CLI-01"),
        (("handout", "finns-inte.ipynb"), "CLI-01"),
        (("handout", "."), "CLI-01"),
        (("handout", "tom.csv"), "CLI-02"),
        (("handout", "binär.csv"), "CLI-02"),
        (("handout", "tabell.json"), "CLI-02"),
        (("handout", "bok.ipynb", "--output", "bok.ipynb"), "CLI-03"),
        (("handout", "bok.ipynb", "--output", "finns-inte/bok.ipynb"), "READ-43"),
    ],
)
def test_bad_input_is_told_in_words_with_an_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: str
) -> None:
    (tmp_path / "tom.csv").write_bytes(b"")
    (tmp_path / "binär.csv").write_bytes(bytes(range(256)) * 50)
    (tmp_path / "tabell.json").write_text('{"nbformat": 4, "cells": 3}', encoding="utf-8")
    nbformat.write(nbformat.v4.new_notebook(), tmp_path / "bok.ipynb")
    before = sorted(tmp_path.iterdir())
    monkeypatch.chdir(tmp_path)
    done = invoke(*arguments)
    assert done.exit_code == 1, done.output
    assert code in done.stderr
    assert "Traceback" not in done.output
    assert sorted(tmp_path.iterdir()) == before, "whole or not at all"


def test_a_fault_shows_no_traceback_in_a_process_of_its_own(tmp_path: Path) -> None:
    done = kunskap("read", "finns-inte.csv", cwd=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in told(done)


def test_the_system_speaks_swedish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "den finns inte" in invoke("handout", "finns-inte.ipynb").stderr
    assert "it does not exist" in invoke("handout", "finns-inte.ipynb", "--lang", "en").stderr


def test_the_participants_copy_lacks_what_is_the_trainers(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    module = root / "notebooks" / "moduler" / "3-4r.ipynb"
    before = module.read_bytes()
    for _ in range(2):
        done = invoke("handout", str(module))
        assert done.exit_code == 0, done.output
    copy = nbformat.read(tmp_path / "3-4r-deltagare.ipynb", as_version=4)
    nbformat.validate(copy)
    tags = {tag for cell in copy["cells"] for tag in cell["metadata"].get("tags", [])}
    assert not tags & {"solution", "trainer"}
    left_out = len(nbformat.read(module, as_version=4)["cells"]) - len(copy["cells"])
    assert left_out > 0
    assert f"ledaren: {left_out}" in done.stdout
    assert module.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["3-4r-deltagare.ipynb"]


def test_a_notebook_without_the_trainers_cells_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]), tmp_path / "bok.ipynb")
    assert "ingen är borttagen" in invoke("handout", "bok.ipynb").stdout


def test_the_next_step_can_be_typed_as_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "mina svar.csv"
    own.write_bytes(DEMO.read_bytes())
    done = invoke("read", own.name, "--wave", "2016")
    assert "kunskap report 'mina svar.csv' --wave 2016" in done.stdout
    made = invoke("new", "p")
    assert "kunskap report p/answers/DIN-FIL" in made.stdout


def test_the_notebooks_open_and_one_interruption_closes_them(tmp_path: Path) -> None:
    environment = os.environ | {"HOME": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime")}
    command = [sys.executable, "-c", "from kunskap.cli import main; main()", "lab", "--no-browser"]
    log = tmp_path / "log"
    with log.open("wb") as file:
        lab = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=file, stderr=file)
    try:
        end = time.monotonic() + 60
        while "token=" not in log.read_text(encoding="utf-8") and time.monotonic() < end and lab.poll() is None:
            time.sleep(0.2)
        assert "start.ipynb?token=" in log.read_text(encoding="utf-8")
        lab.send_signal(signal.SIGINT)
        assert lab.wait(30) == 0
    finally:
        lab.kill()
    text = log.read_text(encoding="utf-8")
    assert "Arbetsböckerna är stängda" in text
    assert "Traceback" not in text


def test_code_cards_are_printed_in_one_language_each_with_a_code_that_the_page_takes(tmp_path: Path) -> None:
    done = invoke("publish", "codecard", "--form", "baslinje", "--codes", "7", "--output", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert "anteckna aldrig vem" in done.output
    (made,) = tmp_path.iterdir()
    codes = re.findall(r'<p class="issued">([^<]+)</p>', made.read_text(encoding="utf-8"))
    assert len(codes) == 7 and [check_code(code) for code in codes] == codes
    assert not any(code in done.output for code in codes)
    assert invoke("publish", "word", "--form", "baslinje", "--codes", "7", "--output", str(tmp_path)).exit_code == 1


def test_both_means_every_language(tmp_path: Path) -> None:
    done = invoke("publish", "word", "--form", "namnd", "--lang", "both", "--output", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert {path.name for path in tmp_path.glob("*.xlsx")} == {"answers_namnd_sv.xlsx", "answers_namnd_en.xlsx"}


def test_what_is_published_has_the_projects_own_words(tmp_path: Path) -> None:
    project = tmp_path / "project"
    assert invoke("new", str(project)).exit_code == 0
    path = project / "survey" / "ui.sv.toml"
    text = path.read_text(encoding="utf-8")
    assert 'thanks = "Tack för dina svar!"' in text
    path.write_text(text.replace('thanks = "Tack för dina svar!"', 'thanks = "EGET TACK"'), encoding="utf-8")
    done = invoke("publish", "limesurvey", "--form", "namnd", "--project", str(project), "--output", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert "EGET TACK" in (tmp_path / "limesurvey_namnd.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("tool", ["limesurvey", "xlsform", "word", "codecard", "codebook", "moodle"])
def test_a_form_is_published_for_every_tool(tmp_path: Path, tool: str) -> None:
    form = [] if tool == "moodle" else ["--form", "baslinje"]
    done = invoke("publish", tool, *form, "--lang", "sv", "--output", str(tmp_path / "ut"))
    assert done.exit_code == 0, done.output
    files = list((tmp_path / "ut").iterdir())
    assert files
    assert all(str(path) in done.output for path in files)


def test_experts_changes_are_shown_asked_about_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert invoke("new", "p").exit_code == 0
    assert invoke("bank", "export", "g.xlsx", "--project", "p").exit_code == 0
    unchanged = invoke("bank", "import", "g.xlsx", "--project", "p")
    assert "frågorna är lika" in unchanged.output
    workbook = openpyxl.load_workbook("g.xlsx")
    cell = next(
        cell
        for sheet in workbook
        for row in sheet.iter_rows()
        for cell in row
        if str(cell.value).startswith("Vad sikt")
    )
    cell.value = "Vad siktar målet på?"
    workbook.save("g.xlsx")
    item = tmp_path / "p" / "survey" / "items" / "goals" / "goals01.toml"
    before = item.read_bytes()
    refused = CliRunner().invoke(app, ["bank", "import", "g.xlsx", "--project", "p"], input="n\n")
    assert "goals01" in refused.output
    assert item.read_bytes() == before
    assert invoke("bank", "import", "g.xlsx", "--project", "p", "--yes").exit_code == 0
    assert "Vad siktar målet på?" in item.read_text(encoding="utf-8")


def test_the_version(tmp_path: Path) -> None:
    import kunskap as package

    assert kunskap("--version", cwd=tmp_path).stdout.strip() == f"kunskap {package.__version__}"


def test_an_unknown_command_is_a_usage_fault(tmp_path: Path) -> None:
    done = kunskap("raport", cwd=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in told(done)


def test_plan_says_what_the_frame_can_find() -> None:
    done = invoke("plan", "--response", "60")
    assert done.exit_code == 0
    assert "frågor av tio" in done.stdout
    assert invoke("plan", "--response", "60", "--lang", "en").stdout != done.stdout
    assert invoke("plan", "--response", "0").exit_code == 2
