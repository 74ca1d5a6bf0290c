"""What teaching modules keep besides the rules of all notebooks; test_notebooks.py applies each to a planted fault."""

from __future__ import annotations

import ast
import re
from itertools import accumulate

from nbformat import NotebookNode

from kunskap.bank import Bank
from kunskap.teaching import TRAINERS_TAGS
from tests.notebook_rules import (
    SEE,
    Rule,
    bullets,
    calls,
    code,
    computed,
    markdown,
    tagged,
    tags,
    texts,
    typed_numbers,
    unchecked,
    wide_lines,
)  # fmt: skip

TRAINERS_NOTE = ("**Vanlig missuppfattning:**", "**Tidsmärke:**", "**Hoppa över:**")
YEAR = re.compile(r"\b(19|20)\d\d")
TIME_LINE = re.compile(r"^\*Hela modulen (\d+) min · korta vägen(?: (\d+) min)?:", re.M)
SIGN = re.compile(r"\*\*Tidsmärke:\*\* (\d+) minuter")
# What may stand in a text: years and dates, times, acts and reports, the 40–60 yardstick, codes, numbered lists.
NO_FIGURE = re.compile(
    r"`[^`]*`|\]\([^)]*\)|\b(19|20)\d\d(-\d\d){0,2}\b|\b\d{4}/\d\d:\d+|\b\d{4}:\d+"
    r"|\b\d+(–\d+)? ?(min|minuter|sekunder|timmar|år)\b|\b40–60\b|\b40 procent av vartdera\b|\bnära 40\b|^\d+\. ",
    re.M,
)
FIGURE = re.compile(r"(?<![\w:/])\d{2,}(?![\w:/])|\b\d+ (procent|kronor|miljoner|miljarder|tusen|kilometer|km)\b")
UNIT = re.compile(r"\d[\d  ]* (procent|procentenheter|kronor|miljoner|miljarder|kilometer|km)\b")


def schedule(notebook: NotebookNode) -> dict[str, tuple[int, int]]:
    """Part → minutes in the whole module and on the short path."""
    rows = {}
    for cell in markdown(notebook):
        if cell["source"].startswith("## Tidsplan"):
            for line in cell["source"].splitlines():
                fields = [field.strip(" *") for field in line.strip("|").split("|")]
                if len(fields) == 3 and re.fullmatch(r"\d+", fields[1]):
                    rows[fields[0]] = (int(fields[1]), int(fields[2]) if fields[2].isdigit() else 0)
    return rows


def times_wrong(notebook: NotebookNode, bank: Bank) -> list[str]:
    """The times add up: 45-60 minutes, and 20 on the short path, which has no test; headings agree with the table."""
    rows = schedule(notebook)
    told = rows.pop("Summa", (0, 0))
    sums = tuple(sum(minutes[path] for minutes in rows.values()) for path in (0, 1))
    broken = [] if told == sums else [f"told {told}, summed {sums}"]
    broken += [] if 45 <= sums[0] <= 60 else [f"{sums[0]} minutes"]
    broken += [] if sums[1] == 20 else [f"{sums[1]} minutes on the short path"]
    tests = [minutes for part, minutes in rows.items() if part.startswith("Test ")]
    broken += [] if len(tests) == 2 and not any(short for _, short in tests) else ["tests on the short path"]
    for part, (minutes, short) in rows.items():
        line = f"*Hela modulen {minutes} min · korta vägen" + (f" {short} min:" if short else ": hoppa över")
        if not any(cell["source"].startswith(f"## {part}\n\n{line}") for cell in markdown(notebook)):
            broken.append(f"{part}: {line}")
    lines = sum(len(TIME_LINE.findall(cell["source"])) for cell in markdown(notebook))
    return broken + ([] if lines == len(rows) else [f"{lines} time lines, {len(rows)} parts"])


def signs_wrong(notebook: NotebookNode, bank: Bank) -> list[str]:
    """Each of the trainer's time signs is the minute at which its own part ends."""
    rows = schedule(notebook)
    rows.pop("Summa", None)
    ends = dict(zip(rows, accumulate(minutes for minutes, _ in rows.values()), strict=True))
    broken, part = [], ""
    for cell in notebook["cells"]:
        heading = re.match(r"## (.+)", cell["source"])
        part = heading[1] if heading and heading[1] in ends else part
        if "trainer" in tags(cell) and "**Tidsmärke:**" in cell["source"]:
            signs = [int(sign) for sign in SIGN.findall(cell["source"])]
            broken += [] if signs == [ends.get(part)] else [f"{cell['id']}: {signs}, ends at {ends.get(part)}"]
    return broken


def out_of_order(notebook: NotebookNode, bank: Bank) -> list[str]:
    """Title, timetable, goals, set-up, quiz, readings, commitment, key points, quiz, sources: in this order."""

    def first(name: str, *, is_last: bool = False) -> int:
        found = [place for place, cell in enumerate(notebook["cells"]) if name in tags(cell)]
        return found[-1 if is_last else 0] if found else -1

    def starts(text: str) -> int:
        return next((at for at, cell in enumerate(notebook["cells"]) if cell["source"].startswith(text)), -1)

    def called(name: str) -> int:
        return next((at for at, cell in enumerate(notebook["cells"])
                     if cell["cell_type"] == "code" and name in calls(cell["source"])), -1)  # fmt: skip

    places = [starts("# "), starts("## Tidsplan"), first("objectives"), first("setup"), first("quiz"), starts(SEE),
              called("commitment_card"), first("summary"), first("quiz", is_last=True), first("sources")]  # fmt: skip
    return [] if places[0] == 0 and places == sorted(places) else [str(places)]


def opening_missing(notebook: NotebookNode, bank: Bank) -> list[str]:
    """The first cell says what it is, for whom, and what should have been done before; the language is declared."""
    first = notebook["cells"][0]["source"]
    wanted = ("# ", "**Målgrupp:**", "**Tidigare moduler:**")
    return [text for text in wanted if text not in first] + (
        [] if notebook["metadata"].get("lang") == "sv" else ["lang"]
    )


def objectives_untested(notebook: NotebookNode, bank: Bank) -> list[str]:
    """Each goal names items that test it, from the teaching pool, and no quiz asks what is no goal."""
    cells = tagged(notebook, "objectives")
    if len(cells) != 1 or not cells[0]["source"].startswith("## Efter modulen kan du"):
        return ["objectives"]
    broken, named = [], set()
    for line in bullets(cells[0]["source"]):
        items = re.findall(r"`([a-z0-9]+)`", line)
        named |= set(items)
        broken += [line] if not items else []
        broken += [item for item in items if item not in bank.items or bank.items[item].pool != "teaching"]
    asked = {item for half in quizzes(notebook) for item in half}
    return broken + sorted(asked ^ named) + ([] if bullets(cells[0]["source"]) else ["no goals"])


def setup_elsewhere(notebook: NotebookNode, bank: Bank) -> list[str]:
    """There is one set-up cell, it comes first, and only it imports."""
    cells = code(notebook)
    is_first = [cell["id"] for cell in tagged(notebook, "setup")] == [cells[0]["id"]]
    imports = (ast.Import, ast.ImportFrom)
    others = [
        cell["id"]
        for cell in cells[1:]
        if any(isinstance(node, imports) for node in ast.walk(ast.parse(cell["source"])))
    ]
    return ([] if is_first else ["setup"]) + others


def quizzes(notebook: NotebookNode) -> list[list[str]]:
    """The item ids of each quiz, in order."""
    found = []
    for cell in tagged(notebook, "quiz"):
        for node in ast.walk(ast.parse(cell["source"])):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Quiz":
                found.append([str(item) for item in ast.literal_eval(node.args[0])])
    return found


def halves_unlike(notebook: NotebookNode, bank: Bank) -> list[str]:
    """A quiz before and one after: other items from the teaching pool, the same areas, in their places."""
    halves = quizzes(notebook)
    if len(halves) != 2:
        return [f"{len(halves)} quizzes"]
    broken = [item for half in halves for item in half if item not in bank.items or bank.items[item].pool != "teaching"]
    if broken:
        return broken
    before, after = halves
    broken += sorted(set(before) & set(after))
    if sorted(str(bank.items[item].area) for item in before) != sorted(str(bank.items[item].area) for item in after):
        broken.append("areas differ")
    places = [place for place, cell in enumerate(notebook["cells"]) if "quiz" in tags(cell)]
    seen = [place for place, cell in enumerate(notebook["cells"]) if cell["source"].startswith(SEE)]
    summary = [place for place, cell in enumerate(notebook["cells"]) if "summary" in tags(cell)]
    if not (seen and summary and places[0] < seen[0] and places[1] > summary[0]):
        broken.append("places")
    return broken


def no_forms(notebook: NotebookNode, bank: Bank) -> list[str]:
    """The quizzes are the two forms of the module, so that a room can be asked the same."""
    forms = {form.item_ids: form for form in bank.forms.values()}
    found = [forms.get(tuple(half)) for half in quizzes(notebook)]
    if None in found or len(found) != 2:
        return ["a quiz is no form"]
    before, after = (form for form in found if form is not None)
    are_halves = (before.id[:-1], before.id[-1], after.id[-1]) == (after.id[:-1], "a", "b")
    return [] if are_halves and before.background == after.background else [f"{before.id}, {after.id}"]


def readings_missing(notebook: NotebookNode, bank: Bank) -> list[str]:
    """Three to five sections end in "Vad ser vi?", answered by a cell that takes its numbers from the tables."""
    broken = []
    places = [place for place, cell in enumerate(notebook["cells"]) if cell["source"].startswith(SEE)]
    for place in places:
        answer = notebook["cells"][place + 1] if place + 1 < len(notebook["cells"]) else None
        if answer is None or answer["cell_type"] != "code" or not any(computed(answer["source"])):
            broken.append(notebook["cells"][place]["id"])
    return broken + ([] if 3 <= len(places) <= 5 else [f"{len(places)} sections"])


def plots(notebook: NotebookNode) -> set[str]:
    """The plots that the notebook imports."""
    nodes = [node for cell in code(notebook) for node in ast.walk(ast.parse(cell["source"]))]
    return {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kunskap.plots")
        for alias in node.names
    }


def silent_figures(notebook: NotebookNode, bank: Bank) -> list[str]:
    """A figure stands with its words under it, and a text follows."""
    broken = []
    drawn = plots(notebook)
    for place, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code" or not drawn & calls(cell["source"]):
            continue
        following = notebook["cells"][place + 1]["cell_type"] if place + 1 < len(notebook["cells"]) else ""
        if following != "markdown" or "show" not in calls(cell["source"]):
            broken.append(cell["id"])
    return broken


def exercises_unsolved(notebook: NotebookNode, bank: Bank) -> list[str]:
    """Each exercise has a solution that runs, before the next exercise."""
    broken = []
    waiting = None
    for cell in code(notebook):
        if "exercise" in tags(cell):
            broken += [waiting] if waiting else []
            waiting = cell["id"]
        elif "solution" in tags(cell):
            waiting = None
    broken += [waiting] if waiting else []
    return broken + ([] if tagged(notebook, "exercise") else ["no exercise"])


def names_lost(notebook: NotebookNode, bank: Bank) -> list[str]:
    """Nothing that participants run needs what only a solution or a trainer's cell has made."""
    kept: set[str] = set()
    dropped: set[str] = set()
    broken = []
    for cell in code(notebook):
        names = [node for node in ast.walk(ast.parse(cell["source"])) if isinstance(node, ast.Name)]
        made = {node.id for node in names if isinstance(node.ctx, ast.Store)}
        if TRAINERS_TAGS & tags(cell):
            dropped |= made
            continue
        broken += [f"{cell['id']}: {n.id}" for n in names if n.id in dropped - kept - made]
        kept |= made
    return broken


def trainers_alone(notebook: NotebookNode, bank: Bank) -> list[str]:
    """Each section has a note with the usual misconception, a time sign and what to skip."""
    broken: list[str] = []
    waiting = None
    for cell in notebook["cells"]:
        if cell["source"].startswith(SEE):
            broken += [waiting] if waiting else []
            waiting = cell["id"]
        elif "trainer" in tags(cell) and all(text in cell["source"] for text in TRAINERS_NOTE):
            waiting = None
    return broken + ([waiting] if waiting else [])


def unsourced(notebook: NotebookNode, bank: Bank) -> list[str]:
    """It ends in sources, each with a year, after key points."""
    cells = tagged(notebook, "sources")
    if len(cells) != 1 or notebook["cells"][-1] is not cells[0] or not bullets(cells[0]["source"]):
        return ["sources"]
    broken = [line for line in bullets(cells[0]["source"]) if not YEAR.search(line)]
    return broken + ([] if tagged(notebook, "summary") else ["summary"])


def figures_typed(notebook: NotebookNode, bank: Bank) -> list[str]:
    """No figure about the world stands typed in a text; and no number with a unit in the code's texts."""
    broken = []
    for cell in notebook["cells"]:
        source = cell["source"]
        if cell["cell_type"] == "code":
            is_typed = any(UNIT.search(text) for text in texts(source))
        elif {"sources"} & tags(cell) or source.startswith("## Tidsplan"):
            continue
        else:
            is_typed = bool(FIGURE.search(NO_FIGURE.sub(" ", source)))
        broken += [cell["id"]] if is_typed else []
    return broken


def commitment_missing(notebook: NotebookNode, bank: Bank) -> list[str]:
    """It ends in a card to fill and one filled, and says that the question comes back after three months."""
    empty = [
        cell["id"]
        for cell in tagged(notebook, "exercise")
        for node in ast.walk(ast.parse(cell["source"]))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "commitment_card"
        and all(getattr(word.value, "value", "") == "" for word in node.keywords if word.arg != "words")
    ]  # fmt: skip
    filled = [cell["id"] for cell in tagged(notebook, "solution") if cell["cell_type"] == "code"
              and "commitment_card" in calls(cell["source"])]  # fmt: skip
    broken = [] if len(empty) == 1 else ["an empty card"]
    broken += [] if filled else ["a filled card"]
    said = any("tre månader" in cell["source"] for cell in markdown(notebook) if not TRAINERS_TAGS & tags(cell))
    return broken + ([] if said else ["three months"])


def own_file_missing(notebook: NotebookNode, bank: Bank) -> list[str]:
    """A marked cell takes the user's own file: a comment says which line, and that line only names the file."""
    cells = [cell for cell in code(notebook) if cell["id"].endswith("own-file")]
    broken = [] if cells else ["no own-file"]
    for cell in cells:
        comment, *lines = cell["source"].splitlines()
        named = [line for line in lines if re.fullmatch(r'\w+ = "[^"]+"', line)]
        is_marked = comment.startswith("#") and "egen fil" in comment.lower()
        broken += [] if is_marked and named and named[0] == lines[0] else [cell["id"]]
    return broken


MODULES: tuple[Rule, ...] = (
    times_wrong, signs_wrong, opening_missing, objectives_untested, setup_elsewhere, halves_unlike, no_forms,
    out_of_order, readings_missing, typed_numbers, figures_typed, wide_lines, silent_figures, exercises_unsolved,
    names_lost, trainers_alone, commitment_missing, own_file_missing, unchecked, unsourced,
)  # fmt: skip
