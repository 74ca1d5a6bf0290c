"""What a trainer hands out and shows: copies of a module for participants and for the screen, and sheets to print."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from subprocess import DEVNULL

from markdown_it import MarkdownIt
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from kunskap.errors import KunskapError, fault
from kunskap.publish.pages import page
from kunskap.teaching import BLANK, participant_copy
from kunskap.words import Words

__all__ = ["modules_in", "presentation_copy", "printed_sheets", "sheet_page"]

NUMBERED = re.compile(r"\d+-.+")
SECONDS_PER_CELL = 120
# On paper nobody writes between quotation marks or runs a cell.
SCREEN_ONLY = re.compile(r"[^.!?\n]*(?:citattecken|citattecknen|kör rutan|rutan nedan)[^.!?\n]*[.!?]", re.I)
ITEM_CODES = re.compile(r" ?\((`[a-z]+\d+`(, )?)+\)")


def modules_in(notebooks: Path) -> list[Path]:
    """The teaching modules of a folder of notebooks, in their order: ``moduler/1-….ipynb`` and on.

    Examples
    --------
    >>> from kunskap.content import notebooks_folder
    >>> "3-4r" in [path.stem for path in modules_in(notebooks_folder())]
    True
    """
    return sorted(path for path in (notebooks / "moduler").glob("*.ipynb") if NUMBERED.fullmatch(path.stem))


def presentation_copy(notebook: NotebookNode, *, words: Words) -> NotebookNode:
    r"""The notebook for the projector: no notes to the trainer, code folded away, solutions shown when they are run.

    Parameters
    ----------
    notebook : NotebookNode
        As `nbformat.read` returns it; it is left as it is.
    words : Words
        Interface words.

    Notes
    -----
    JupyterLab shows the first line of a cell that is folded away, so each begins with a line on how to run it.

    Examples
    --------
    >>> from kunskap.words import read_words
    >>> from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
    >>> cells = [new_code_cell("1 + 1"), new_markdown_cell("Tidsmärke", metadata={"tags": ["trainer"]})]
    >>> made = presentation_copy(new_notebook(cells=cells), words=read_words(language="sv"))
    >>> [(cell["source"], cell["metadata"]) for cell in made["cells"]]
    [('# Kör rutan: Skift + Retur\n1 + 1', {'jupyter': {'source_hidden': True}})]
    """
    made = copy.deepcopy(notebook)
    made["cells"] = [cell for cell in made["cells"] if "trainer" not in cell["metadata"].get("tags", [])]
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
            cell["metadata"].setdefault("jupyter", {})["source_hidden"] = True
            cell["source"] = f"# {words('teaching.screen.run')}\n{cell['source']}"
    return made


def printed_sheets(notebook: NotebookNode, *, words: Words, folder: Path) -> bytes:
    """A page to print on A4, of a module: its participants' copy is run in a kernel, so that the sheets are its own.

    Parameters
    ----------
    notebook : NotebookNode
        A teaching module.
    words : Words
        Interface words; the module's own texts are in its language.
    folder : Path
        Where it is run, for files that it names.

    Returns
    -------
    bytes
        See `sheet_page`.

    Raises
    ------
    KunskapError
        ``TEACH-02`` if the module does not run, ``TEACH-03`` if it has nothing to fill in.
    """
    made = participant_copy(notebook)
    client = NotebookClient(made, timeout=SECONDS_PER_CELL, kernel_name="python3")
    try:
        # The kernel's own remarks about its ports are nothing to a trainer.
        client.execute(cwd=str(folder), stderr=DEVNULL)
    except CellExecutionError as error:
        raise KunskapError([fault("TEACH-02", _title(made), error=f"{error.ename}: {error.evalue}")]) from error
    return sheet_page(made, words=words)


def sheet_page(done: NotebookNode, *, words: Words) -> bytes:
    """The goals, the empty worksheets, the key points and the commitment card twice: one to keep and one to give away.

    Parameters
    ----------
    done : NotebookNode
        A participants' copy that has been run.
    words : Words
        Interface words.

    Returns
    -------
    bytes
        One HTML file that asks for nothing else.

    Raises
    ------
    KunskapError
        ``TEACH-03`` if it has nothing to fill in.
    """
    sheets = _sheets(done)
    if not sheets:
        raise KunskapError([fault("TEACH-03", _title(done))])
    return page(
        "handout.html",
        words=words,
        module_language=done["metadata"].get("lang", words.language),
        title=_title(done),
        goals=_rendered(ITEM_CODES.sub("", _tagged(done, "objectives"))),
        points=_rendered(_tagged(done, "summary")),
        sheets=[sheet for sheet in sheets if not sheet["is_card"]],
        cards=[sheet["table"] for sheet in sheets if sheet["is_card"]][-1:] * 2,
    )


def _title(notebook: NotebookNode) -> str:
    first = notebook["cells"][0]["source"] if notebook["cells"] else ""
    return first.splitlines()[0].lstrip("# ") if first else "–"


def _tagged(notebook: NotebookNode, tag: str) -> str:
    """The first text with the tag; without its timetable line and the note on item codes, which are the trainer's."""
    found = [cell["source"] for cell in notebook["cells"] if tag in cell["metadata"].get("tags", [])]
    lines = found[0].splitlines() if found else []
    return "\n".join(line for line in lines if not line.startswith(("*Hela modulen", "Koderna pekar")))


def _rendered(text: str) -> str:
    """Markdown as HTML, its heading on the second level; markup in it is escaped."""
    return MarkdownIt("commonmark", {"html": False}).render(re.sub(r"^#+ ", "## ", text, flags=re.M))


def _sheets(notebook: NotebookNode) -> list[dict[str, object]]:
    """The tables that exercises show, each with the exercise's own text above it."""
    found: list[dict[str, object]] = []
    text = ""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and re.match(r"#+ Övning", cell["source"]):
            text = SCREEN_ONLY.sub("", cell["source"])
        elif "exercise" in cell["metadata"].get("tags", []):
            for output in cell.get("outputs", []):
                shown = str(output.get("data", {}).get("text/html", ""))
                if shown.startswith("<table"):
                    is_card = "commitment_card" in cell["source"]
                    found.append({"text": _rendered(text), "table": _to_write_on(shown), "is_card": is_card})
    return found


def _to_write_on(table: str) -> str:
    """The dotted fields become empty space, with a word for who listens; the styles are left to the page."""
    plain = re.sub(r' style="[^"]*"', "", table)
    return plain.replace(BLANK, '<span class="blank">…</span>')
