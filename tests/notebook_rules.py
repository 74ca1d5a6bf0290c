"""The rules that notebooks keep; test_notebooks.py applies each to the notebooks and to a planted fault.

Those of teaching modules only are in module_rules.py.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from nbformat import NotebookNode

from kunskap.bank import Bank

TAGS = {"objectives", "setup", "quiz", "exercise", "solution", "check", "trainer", "summary", "sources"}
LONGEST_CELL = 12
WIDEST_LINE = 105
WIDEST_IN_ANALYSIS = 115
SEE = "### Vad ser vi?"
CHANGE = "# BYT RADEN"
TYPED = re.compile(r"\d\s*%|\d,\d|\d\.\d")
TYPED_READING = re.compile(r"\d\s*%|\d,\d|\d\.\d|\d+ procent")
ENGLISH = {"the", "and", "of", "is", "are", "you", "this", "with", "what", "from"}
SWEDISH = {
    "och",
    "är",
    "att",
    "som",
    "det",
    "en",
    "för",
    "på",
    "inte",
    "du",
    "ni",
    "vi",
    "av",
    "med",
    "den",
    "vad",
    "här",
}

Rule = Callable[[NotebookNode, Bank], list[str]]


def tags(cell: NotebookNode) -> set[str]:
    return set(cell["metadata"].get("tags", []))


def tagged(notebook: NotebookNode, tag: str) -> list[NotebookNode]:
    return [cell for cell in notebook["cells"] if tag in tags(cell)]


def markdown(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "markdown"]


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def bullets(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("- ")]


def calls(source: str) -> set[str]:
    """The names of the functions that a cell calls."""
    return {
        node.func.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def texts(source: str) -> list[str]:
    """The pieces of text in a cell's code; what is computed within an f-string is no text."""
    tree = ast.parse(source)
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.FormattedValue) for part in ast.walk(node)}
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside
    ]


# --- rules of every notebook: each returns what breaks it, so that an empty list means kept ---


def outputs_left(notebook: NotebookNode, bank: Bank) -> list[str]:
    """Notebooks are committed as nobody had run them."""
    return [cell["id"] for cell in code(notebook) if cell["outputs"] or cell["execution_count"] is not None]


def unknown_tags(notebook: NotebookNode, bank: Bank) -> list[str]:
    """Tags are those of the design and no others."""
    return [f"{cell['id']}: {tag}" for cell in notebook["cells"] for tag in sorted(tags(cell) - TAGS)]


def long_cells(notebook: NotebookNode, bank: Bank) -> list[str]:
    """A code cell is at most a dozen lines."""
    return [cell["id"] for cell in code(notebook) if len(cell["source"].splitlines()) > LONGEST_CELL]


def unnamed_cells(notebook: NotebookNode, bank: Bank) -> list[str]:
    """A cell's id is a name that stays: a diff then shows what changed."""
    return [cell["id"] for cell in notebook["cells"] if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", cell["id"])]


def not_swedish(notebook: NotebookNode, bank: Bank) -> list[str]:
    """What people read is Swedish."""
    broken = []
    for cell in markdown(notebook):
        words = re.findall(r"[a-zåäö]+", re.sub(r"`[^`]*`|\([^)]*\)", "", cell["source"].lower()))
        english, swedish = (sum(word in known for word in words) for known in (ENGLISH, SWEDISH))
        if english > swedish:
            broken.append(cell["id"])
    return broken


def wrong_kernel(notebook: NotebookNode, bank: Bank) -> list[str]:
    """The kernel is the one that every installation has."""
    name = notebook["metadata"].get("kernelspec", {}).get("name")
    return [] if name == "python3" else [str(name)]


# --- rules of modules and analyses ---


def computed(source: str) -> Iterator[bool]:
    """Whether each Markdown of a cell is a text with computed values in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Markdown":
            yield any(isinstance(part, ast.FormattedValue) for part in ast.walk(node))


def typed_numbers(notebook: NotebookNode, bank: Bank) -> list[str]:
    """No share and no decimal is typed: texts take them from the tables."""
    broken = []
    for cell in notebook["cells"]:
        if "sources" in tags(cell):
            continue
        if cell["cell_type"] == "code":
            is_typed = any(TYPED_READING.search(text) for text in texts(cell["source"]))
        else:
            pattern = TYPED_READING if cell["source"].startswith(SEE) else TYPED
            is_typed = bool(pattern.search(cell["source"]))
        broken += [cell["id"]] if is_typed else []
    return broken


def wide_lines(notebook: NotebookNode, bank: Bank) -> list[str]:
    """Code that is not folded away can be read without scrolling sideways."""
    return wider(notebook, WIDEST_LINE)


def wide_analysis(notebook: NotebookNode, bank: Bank) -> list[str]:
    """The same where trainers do not show the room."""
    return wider(notebook, WIDEST_IN_ANALYSIS)


def wider(notebook: NotebookNode, widest: int) -> list[str]:
    """The code cells with a line that is wider."""
    return [
        cell["id"]
        for cell in code(notebook)
        if not cell["metadata"].get("jupyter", {}).get("source_hidden")
        and any(len(line) > widest for line in cell["source"].splitlines())
    ]


def unchecked(notebook: NotebookNode, bank: Bank) -> list[str]:
    """What must hold is asserted, each time with a hint."""
    cells = tagged(notebook, "check")
    asserts = [node for cell in cells for node in ast.walk(ast.parse(cell["source"])) if isinstance(node, ast.Assert)]
    return [] if asserts and all(node.msg is not None for node in asserts) else ["check"]


# --- rules of the numbered analyses: question → table → release → figure → reading → limits ---


def question_missing(notebook: NotebookNode, bank: Bank) -> list[str]:
    """The first cell has a number, a name and a question; the language is declared."""
    first = notebook["cells"][0]["source"]
    broken = [] if re.match(r"# [1-8]\. \w", first) else ["title"]
    broken += [] if re.search(r"\*\*Frågan:\*\* [^\n]*\?", first) else ["question"]
    return broken + ([] if notebook["metadata"].get("lang") == "sv" else ["lang"])


def several_lines_to_change(notebook: NotebookNode, bank: Bank) -> list[str]:
    """Exactly one line is changed for another file: it is marked, in the set-up cell, which comes first."""
    cells = code(notebook)
    marked = [line for line in cells[0]["source"].splitlines() if line.endswith(CHANGE)]
    broken = [] if len(marked) == 1 and "setup" in tags(cells[0]) else ["marked lines"]
    return broken + [
        cell["id"]
        for cell in cells
        if re.search(r"#\s*(byt|BYT)", cell["source"].replace(CHANGE, "", cell is cells[0]))
    ]


def parts_out_of_order(notebook: NotebookNode, bank: Bank) -> list[str]:
    """Tables are released before the first figure, a reading follows it, and limits and a check come last."""
    cells = notebook["cells"]
    drawn = [
        place for place, cell in enumerate(cells) if cell["cell_type"] == "code" and "show" in calls(cell["source"])
    ]
    let_out = [
        place
        for place, cell in enumerate(cells)
        if cell["cell_type"] == "code" and {"release", "release_beside"} & calls(cell["source"])
    ]
    read = [place for place, cell in enumerate(cells) if cell["source"].startswith(SEE)]
    ends = [place for place, cell in enumerate(cells) if cell["source"].startswith("## Gränser\n\n- ")]
    if not (drawn and let_out and read and ends):
        return ["a part is missing"]
    is_ordered = let_out[0] < drawn[0] < max(read) < ends[0] == len(cells) - 2
    return [] if is_ordered and "check" in tags(cells[-1]) else ["order"]


def unread(notebook: NotebookNode, bank: Bank) -> list[str]:
    """Every "Vad ser vi?" is answered by a cell that takes its numbers from the tables, and every figure has one."""
    cells = notebook["cells"]
    broken = []
    for place, cell in enumerate(cells):
        answer = cells[place + 1] if place + 1 < len(cells) else None
        if cell["source"].startswith(SEE) and not (
            answer is not None and answer["cell_type"] == "code" and any(computed(answer["source"]))
        ):
            broken.append(cell["id"])
        is_figure = cell["cell_type"] == "code" and "show" in calls(cell["source"])
        if is_figure and not (answer is not None and answer["source"].startswith(SEE)):
            broken.append(cell["id"])
    return broken


def let_out_twice(notebook: NotebookNode, bank: Bank) -> list[str]:
    """What is public leaves through one release; several are for the internal view only."""
    broken = []
    public = 0
    for cell in code(notebook):
        for node in ast.walk(ast.parse(cell["source"])):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "release":
                given = {keyword.arg for keyword in node.keywords}
                # `**internal` holds the view; a comparison group of one's own is judged by itself
                if None not in given and "view" not in given and "compared" not in ast.unparse(node):
                    public += 1
                    broken += [cell["id"]] if public > 1 else []
    return broken


EVERYWHERE: tuple[Rule, ...] = (outputs_left, unknown_tags, long_cells, unnamed_cells, not_swedish, wrong_kernel)
ANALYSES: tuple[Rule, ...] = (
    question_missing,
    several_lines_to_change,
    parts_out_of_order,
    unread,
    let_out_twice,
    typed_numbers,
    wide_analysis,
    unchecked,
)
