"""What a trainer hands out: participants' copies, copies for the projector, sheets to print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kunskap.cli.console import Language, app, say, step, told_in_words
from kunskap.errors import Fault, KunskapError, fault
from kunskap.words import read_words

if TYPE_CHECKING:  # a second of its own, which every command would pay
    from nbformat import NotebookNode

FOLDER = "kursmaterial"


@app.command(
    help="Gör det som kursledaren delar ut: deltagarnas exemplar utan lösningar och anteckningar, ett exemplar "
    "för projektorn utan kod, och arbetsblad med åtagandekort att skriva ut på A4.\n\n"
    "Exempel: kunskap handout --all --output kursmaterial"
)
@told_in_words
def handout(
    notebook: Annotated[
        Path | None, typer.Argument(help="Ledarens arbetsbok (.ipynb). Den ändras inte.", show_default=False)
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Alla moduler, var och en i tre filer.")] = False,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            help="En mapp får alla tre filerna. En .ipynb får deltagarnas; annars arbetsbokens namn med -deltagare.",
            show_default=False,
        ),
    ] = None,
    language: Language = "sv",
) -> None:
    """Write the participants' copy of one notebook, or everything for one or all; each file whole or not at all."""
    from kunskap.content import notebooks_folder
    from kunskap.handout import modules_in
    from kunskap.teaching import participant_copy

    words = read_words(language=language)
    if every == (notebook is not None) or (every and output is not None and output.suffix == ".ipynb"):
        raise KunskapError([fault("CLI-04", "handout")])
    if every or (notebook is not None and output is not None and output.suffix != ".ipynb"):
        books = modules_in(notebooks_folder()) if notebook is None else [notebook]
        folder = output or Path(FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        faults: list[Fault] = []
        for book in books:
            try:
                with step(words("cli.handout_step", name=book.stem)):
                    _write_three(book, folder, language)
            except KunskapError as error:
                faults += error.faults
        if faults:
            raise KunskapError(faults)
        say(words("cli.handout_all", folder=folder.resolve(), count=words.count(len(books))))
        return
    assert notebook is not None
    target = output or Path(f"{notebook.stem}-deltagare.ipynb")
    given = _read(notebook)
    made = participant_copy(given)
    _write(made, target, beside=notebook)
    removed = len(given["cells"]) - len(made["cells"])
    key = "cli.handout_made" if removed else "cli.handout_whole"
    say(words(key, path=target.resolve(), count=words.count(removed)))


def _write_three(book: Path, folder: Path, language: str) -> None:
    """The participants' copy, the screen's, and the sheets to print."""
    from kunskap.handout import presentation_copy, printed_sheets
    from kunskap.teaching import participant_copy
    from kunskap.whole_files import save_file

    given = _read(book)
    words = read_words(language=given["metadata"].get("lang", language))
    sheets = printed_sheets(given, words=words, folder=book.parent)
    _write(participant_copy(given), folder / f"{book.stem}-deltagare.ipynb", beside=book)
    _write(presentation_copy(given, words=words), folder / f"{book.stem}-visning.ipynb", beside=book)
    save_file(folder / f"{book.stem}-utskrift.html", sheets)


def _read(path: Path) -> NotebookNode:
    import nbformat

    text = path.read_bytes()
    try:
        given = nbformat.reads(text.decode("utf-8"), as_version=4)
        nbformat.validate(given)
    except (ValueError, nbformat.ValidationError, AttributeError, LookupError, TypeError) as error:
        raise KunskapError([fault("CLI-02", str(path))]) from error
    return given


def _write(made: NotebookNode, target: Path, *, beside: Path) -> None:
    import nbformat

    from kunskap.whole_files import save_file

    if target.resolve() == beside.resolve():
        raise KunskapError([fault("CLI-03", str(target))])
    save_file(target, (nbformat.writes(made) + "\n").encode("utf-8"))
