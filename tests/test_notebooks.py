"""Every notebook keeps its rules, each rule sees a planted fault, and the participants' copy runs by itself."""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from kunskap.bank import Bank
from kunskap.handout import sheet_page
from kunskap.needs import Module, read_modules
from kunskap.teaching import participant_copy
from kunskap.words import read_words
from tests.markup_lint import parse
from tests.module_rules import MODULES, schedule
from tests.notebook_rules import ANALYSES, EVERYWHERE, Rule, code
from tests.page_lint import headings_in_order, tables_have_caption_and_scope
from tests.sampling import sampled

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
ALL = sorted(path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
TAUGHT = sorted(path for path in ALL if path.parent.name == "moduler")
NUMBERED = sorted(path for path in ALL if path.parent.name == "analys" and path.stem[0].isdigit())


def read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def name(path: Path) -> str:
    return path.stem


def rule_name(rule: Rule) -> str:
    return rule.__name__


def test_there_are_notebooks_and_modules() -> None:
    assert TAUGHT
    assert [path.stem for path in NUMBERED] == ["1-kvalitet", "2-fragor", "3-tillforlitlighet", "4-skala", "5-grupper",
                                                "6-forandring", "7-behov", "8-rapport"]  # fmt: skip


@pytest.mark.parametrize("rule", EVERYWHERE, ids=rule_name)
@pytest.mark.parametrize("path", ALL, ids=name)
def test_every_notebook_keeps_the_rule(path: Path, rule: Rule, bank: Bank) -> None:
    assert rule(read(path), bank) == []


@pytest.mark.parametrize("rule", MODULES, ids=rule_name)
@pytest.mark.parametrize("path", TAUGHT, ids=name)
def test_every_module_keeps_the_rule(path: Path, rule: Rule, bank: Bank) -> None:
    assert rule(read(path), bank) == []


@pytest.mark.parametrize("rule", ANALYSES, ids=rule_name)
@pytest.mark.parametrize("path", NUMBERED, ids=name)
def test_every_numbered_analysis_keeps_the_rule(path: Path, rule: Rule, bank: Bank) -> None:
    assert rule(read(path), bank) == []


def test_notebooks_lead_only_to_what_is_there() -> None:
    """Links between notebooks, from the start and from the README; each of the eight leads to the next."""
    pages = [FOLDER.parent / "README.md", *ALL]
    for page in pages:
        text = page.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+\.ipynb)\)", text):
            assert (page.parent / target).is_file(), f"{page.name}: {target}"
    for one, other in itertools.pairwise(NUMBERED):
        assert f"({other.name})" in one.read_text(encoding="utf-8")
    for page in (pages[0], FOLDER / "start.ipynb"):
        assert all(
            f"analys/{path.name})" in page.read_text(encoding="utf-8") for path in ALL if path.parent.name == "analys"
        )


def unlisted(notebooks: Mapping[str, NotebookNode], modules: Sequence[Module]) -> list[str]:
    """What survey/modules.toml, whose order numbers the modules, and the notebooks do not agree about."""
    broken = []
    for stem, notebook in notebooks.items():
        module = modules[int(stem.split("-")[0]) - 1]
        title = notebook["cells"][0]["source"].splitlines()[0]
        if not re.match(rf"# {re.escape(module.title['sv'])}\b", title):
            broken.append(f"{stem}: {title}, not {module.title['sv']}")
        if schedule(notebook)["Summa"][0] != module.minutes:
            broken.append(f"{stem}: {schedule(notebook)['Summa'][0]} minutes, not {module.minutes}")
    return broken


def test_the_list_of_modules_agrees_with_the_notebooks(bank: Bank) -> None:
    modules = read_modules(FOLDER.parent / "survey", bank=bank)
    notebooks = {path.stem: read(path) for path in TAUGHT}
    assert unlisted(notebooks, modules) == []
    longer, named = copy.deepcopy(notebooks["3-4r"]), copy.deepcopy(notebooks["3-4r"])
    replaced("schedule", "| **58** |", "| **59** |")(longer)
    replaced("title", "# 4R", "# Fyra R")(named)
    assert len(unlisted({"3-4r": longer}, modules)) == len(unlisted({"3-4r": named}, modules)) == 1


def test_every_module_can_be_reached_from_the_readme() -> None:
    text = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in TAUGHT if f"](notebooks/moduler/{path.name})" not in text] == []


# --- planted faults: what each rule must see, in the module on 4R ---


def replaced(cell_id: str, old: str, new: str) -> Callable[[NotebookNode], None]:
    """Change a text that must be there."""

    def plant(notebook: NotebookNode) -> None:
        cell = next(cell for cell in notebook["cells"] if cell["id"] == cell_id)
        assert old in cell["source"]
        cell["source"] = cell["source"].replace(old, new, 1)

    return plant


def removed(*cell_ids: str) -> Callable[[NotebookNode], None]:
    """Take cells away."""

    def plant(notebook: NotebookNode) -> None:
        before = len(notebook["cells"])
        notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] not in cell_ids]
        assert len(notebook["cells"]) == before - len(cell_ids)

    return plant


def changed(cell_id: str, **values: object) -> Callable[[NotebookNode], None]:
    """Set fields of a cell."""
    return lambda notebook: next(cell for cell in notebook["cells"] if cell["id"] == cell_id).update(values)


def declared(**values: object) -> Callable[[NotebookNode], None]:
    """Set fields of the notebook's metadata."""
    return lambda notebook: notebook["metadata"].update(values)


def retagged(cell_id: str, tag: str) -> Callable[[NotebookNode], None]:
    """Give a cell another tag."""
    return changed(cell_id, metadata={"tags": [tag]})


ENGLISH = "This is what the table shows, and it is for you to read with the others of the group."
FAULTS: list[tuple[str, Callable[[NotebookNode], None]]] = [
    ("outputs_left", changed("r1-figure", outputs=[new_output("stream", text="1")])),
    ("outputs_left", changed("r1-figure", execution_count=3)),
    ("unknown_tags", retagged("r1-figure", "hide-input")),
    ("long_cells", replaced("r1-figure", "show(", "# mer\n" * 9 + "show(")),
    ("unnamed_cells", changed("r1-figure", id="0c4f2a9e-11")),
    ("not_swedish", changed("r1-see", source=ENGLISH)),
    ("wrong_kernel", declared(kernelspec={"name": "kunskap"})),
    ("times_wrong", replaced("schedule", "| R2 Resurser | 8 |", "| R2 Resurser | 9 |")),
    ("times_wrong", replaced("schedule", "| **20** |", "| **25** |")),
    ("times_wrong", replaced("r2-text", "Hela modulen 8 min", "Hela modulen 9 min")),
    ("times_wrong", replaced("schedule", "| Test före | 5 | – |", "| Test före | 5 | 5 |")),
    ("times_wrong", replaced("r2-see", "Vilken resurs", "*Hela modulen 3 min · korta vägen: hoppa över.*\n\nVilken")),
    ("signs_wrong", replaced("r2-trainer", "25 minuter", "17 minuter")),
    ("signs_wrong", replaced("r2-trainer", "25 minuter efter start", "När det är dags")),
    ("no_forms", replaced("quiz-after", '"mainstreaming52", "statistics52"', '"statistics52", "mainstreaming52"')),
    ("no_forms", replaced("quiz-after", "resources52", "resources53")),
    ("out_of_order", retagged("objectives", "summary")),
    ("out_of_order", removed("schedule")),
    ("figures_typed", replaced("r2-text", "Nästa fråga", "Kvinnor får 18 procent. Nästa fråga")),
    ("figures_typed", replaced("r3-trainer", "en ursäkt", "en ursäkt för 1200 personer")),
    ("figures_typed", replaced("r3-solution", "Bland dem", "Bland de 120 kronor")),
    ("commitment_missing", replaced("commitment-text", "tre månader", "ett tag")),
    ("commitment_missing", replaced("commitment-exercise", 'what=""', 'what="Be om siffror"')),
    ("commitment_missing", removed("commitment-solution")),
    ("own_file_missing", removed("r3-own-file")),
    ("own_file_missing", replaced("r3-own-file", 'file = "4r_simulerad"', 'file = name = "4r_simulerad"')),
    ("own_file_missing", replaced("r3-own-file", "egen fil", "fil")),
    ("opening_missing", replaced("title", "**Målgrupp:**", "**Alla:**")),
    ("opening_missing", declared(lang="en")),
    ("objectives_untested", replaced("objectives", "`resources52`", "`resources02`")),
    ("objectives_untested", replaced("objectives", "`resources52`", "`resources99`")),
    ("objectives_untested", replaced("objectives", "(`resources51`, `resources52`)", "")),
    ("setup_elsewhere", replaced("r1-figure", "public =", "import json\npublic =")),
    ("setup_elsewhere", retagged("r1-figure", "setup")),
    ("halves_unlike", replaced("quiz-after", "resources52", "resources51")),
    ("halves_unlike", replaced("quiz-after", "resources52", "resources02")),
    ("halves_unlike", replaced("quiz-after", "resources52", "goals51")),
    ("halves_unlike", removed("quiz-before")),
    ("readings_missing", removed("r2-reading")),
    ("readings_missing", changed("r2-reading", source='Markdown("Kvinnor får mindre än män.")')),
    ("readings_missing", removed("r1-see", "r2-see")),
    ("wide_lines", replaced("r2-figure", "words=words)", "words=words)" + " " * 60 + "# mer")),
    ("typed_numbers", replaced("r2-see", "Vilken resurs", "Män får 82 procent. Vilken resurs")),
    ("typed_numbers", replaced("r2-text", "Nästa fråga", "Kvinnor får 18 %. Nästa fråga")),
    ("typed_numbers", replaced("r2-reading", "Där är", "Det är 82 %. Där är")),
    ("silent_figures", removed("r2-see")),
    ("silent_figures", removed("r3-see")),
    ("silent_figures", replaced("r2-figure", "show(women_and_men(", "print(women_and_men(")),
    ("exercises_unsolved", removed("r2-solution")),
    ("exercises_unsolved", removed("commitment-solution")),
    ("exercises_unsolved", changed("r2-solution", cell_type="markdown")),
    ("names_lost", replaced("r4-plan", "leaders = ", "print(kronor)\nleaders = ")),
    ("trainers_alone", removed("r4-trainer", "worksheet-trainer")),
    ("trainers_alone", replaced("r2-trainer", "**Hoppa över:**", "**Kan utgå:**")),
    ("unchecked", retagged("r3-check", "exercise")),
    ("unchecked", replaced("r3-check", "abs(total[\"points\"]), hint", "abs(total[\"points\"])")),
    ("unsourced", replaced("sources", "SCB, 21 juni 2022", "SCB")),
    ("unsourced", removed("summary")),
    ("unsourced", removed("sources")),
]  # fmt: skip
# The same in the analysis of quality.
ANALYSIS_FAULTS: list[tuple[str, Callable[[NotebookNode], None]]] = [
    ("question_missing", replaced("title", "# 1. Kvalitet", "# Kvalitet")),
    ("question_missing", replaced("title", "**Frågan:**", "**Ämnet:**")),
    ("question_missing", declared(lang="en")),
    ("several_lines_to_change", replaced("setup", "# BYT RADEN", "")),
    ("several_lines_to_change", replaced("setup", "demo =", "x = 1  # BYT RADEN\ndemo =")),
    ("several_lines_to_change", replaced("read", "project.wave(name)", "project.wave(name)  # byt omgång")),
    ("several_lines_to_change", retagged("setup", "check")),
    ("parts_out_of_order", removed("limits")),
    ("parts_out_of_order", removed("release")),
    ("parts_out_of_order", retagged("check", "exercise")),
    ("unread", removed("figure-say")),
    ("unread", removed("figure-see")),
    ("unread", changed("figure-say", source='Markdown("Bortfallet är stort.")')),
    ("let_out_twice", replaced("figure", "drawing =", "release({}, policy=read_policy())\ndrawing =")),
    ("typed_numbers", replaced("limits", "Vikter jämnar", "Vikter på 1,06 jämnar")),
    ("typed_numbers", replaced("figure-say", "procentenheter breda", "procentenheter breda, 40 %")),
    ("wide_analysis", replaced("figure", "words=words)", "words=words)" + " " * 90 + "# mer")),
    ("unchecked", replaced("check", ', "Figuren ska ha märkning och text."', "")),
]  # fmt: skip
RULES = {rule.__name__: rule for rule in (*EVERYWHERE, *MODULES, *ANALYSES)}


@pytest.fixture(scope="module")
def sound() -> NotebookNode:
    """The module on 4R as it is."""
    return read(FOLDER / "moduler" / "3-4r.ipynb")


@pytest.mark.parametrize(("rule", "plant"), FAULTS, ids=[f"{rule}-{place}" for place, (rule, _) in enumerate(FAULTS)])
def test_the_rule_sees_a_planted_fault(
    rule: str, plant: Callable[[NotebookNode], None], sound: NotebookNode, bank: Bank
) -> None:
    faulty = copy.deepcopy(sound)
    plant(faulty)
    assert RULES[rule](faulty, bank) != []


@pytest.mark.parametrize(
    ("rule", "plant"), ANALYSIS_FAULTS, ids=[f"{rule}-{place}" for place, (rule, _) in enumerate(ANALYSIS_FAULTS)]
)
def test_the_rule_sees_a_planted_fault_in_an_analysis(
    rule: str, plant: Callable[[NotebookNode], None], bank: Bank
) -> None:
    faulty = read(NUMBERED[0])
    assert RULES[rule](faulty, bank) == []
    plant(faulty)
    assert RULES[rule](faulty, bank) != []


def test_every_rule_has_a_planted_fault() -> None:
    assert set(RULES) == {rule for rule, _ in (*FAULTS, *ANALYSIS_FAULTS)}
    assert {rule.__name__ for rule in ANALYSES} == {rule for rule, _ in ANALYSIS_FAULTS}


# --- the participants' copy ---


def run(notebook: NotebookNode) -> NotebookNode:
    return NotebookClient(notebook, timeout=60, kernel_name="python3").execute(cwd=str(FOLDER / "moduler"))


@pytest.mark.parametrize("path", sampled(TAUGHT, ["3-4r.ipynb", "6-transportplan.ipynb"]))
def test_the_participants_copy_runs_and_a_bad_file_of_ones_own_gives_words(path: Path) -> None:
    copied = participant_copy(read(path))
    own = next(cell for cell in code(read(path)) if cell["id"].endswith("own-file"))
    wrong = re.sub(r'^(\w+) = ".+"$', r'\1 = "finns-inte.csv"', own["source"], count=1, flags=re.M)
    assert wrong != own["source"]
    copied["cells"].append(new_code_cell(wrong, metadata={"tags": ["raises-exception"]}))
    done = run(copied)
    (told,) = done["cells"].pop()["outputs"]
    assert told["ename"] == "KunskapError" and "finns-inte" in told["evalue"] and len(told["traceback"]) == 1
    printed = parse(sheet_page(done, words=read_words(language="sv")).decode("utf-8"))
    assert len(printed.find("table")) >= 3, "a worksheet, and two commitment cards"
    assert headings_in_order(printed) + tables_have_caption_and_scope(printed) == []
    shown = [str(output["data"]) for cell in done["cells"] if cell["cell_type"] == "code" for output in cell["outputs"]]
    assert sum("<figure lang=" in output for output in shown) >= 3
    assert not any({"solution", "trainer"} & set(cell["metadata"].get("tags", [])) for cell in done["cells"])


def test_a_check_that_does_not_hold_tells_its_hint(sound: NotebookNode) -> None:
    """With the sexes exchanged in the table the readings are false, and the check says so in Swedish."""
    faulty = participant_copy(sound)
    replaced("setup", 'read_activity("4r_simulerad")', 'read_activity("4r_simulerad")\nactivity["sex"] = '
             'activity["sex"].map({"k": "m", "m": "k"})')(faulty)  # fmt: skip
    with pytest.raises(CellExecutionError, match="Läs figurerna själv"):
        run(faulty)


def test_a_fault_in_a_notebook_is_told_in_swedish_and_without_a_traceback(sound: NotebookNode) -> None:
    faulty = copy.deepcopy(sound)
    faulty["cells"] = [cell for cell in faulty["cells"] if "setup" in cell["metadata"].get("tags", [])]
    replaced("setup", "4r_simulerad", "fyr")(faulty)
    with pytest.raises(CellExecutionError) as caught:
        run(faulty)
    assert "tabellen 'fyr' finns inte" in str(caught.value)
    assert "Traceback" not in str(caught.value)
