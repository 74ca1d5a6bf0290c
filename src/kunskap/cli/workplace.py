"""A place to work in: the project, and the notebooks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kunskap.cli.console import FAULTS, Language, ProjectOption, app, say, told_in_words, typed
from kunskap.words import read_words


@app.command(
    help="Gör ett eget projekt: en mapp utanför git för frågor, nyckel, svar och rapporter.\n\n"
    "Exempel: kunskap new ../vårt-projekt"
)
@told_in_words
def new(
    folder: Annotated[Path, typer.Argument(help="Den nya mappen.")],
    language: Language = "sv",
) -> None:
    """Make a project; safe to run twice."""
    from kunskap.project import new_project

    words = read_words(language=language)
    made = new_project(folder)
    key = "cli.new_made" if made else "cli.new_nothing"
    then = typed("report", folder / "answers" / words("cli.your_file"))
    say(words(key, folder=folder.resolve(), count=words.count(len(made)), then=then))


@app.command(help="Öppna arbetsböckerna i JupyterLab.\n\nExempel: kunskap lab --project ../vårt-projekt")
@told_in_words
def lab(
    project: ProjectOption = None,
    browser: Annotated[bool, typer.Option(help="Öppna webbläsaren.")] = True,
    language: Language = "sv",
) -> None:
    """Open the notebooks; one Ctrl+C closes them."""
    from kunskap.lab import own_notebooks, serve_notebooks
    from kunskap.project import open_project

    words = read_words(language=language)
    notebooks = own_notebooks(open_project(project).folder)
    key = "cli.lab_opens" if browser else "cli.lab_serves"
    say(words(key, folder=notebooks.resolve()))
    sys.stdout.flush()
    code = serve_notebooks(notebooks, browser=browser)
    say(words("cli.lab_closed" if code == 0 else "cli.lab_failed"))
    raise typer.Exit(FAULTS if code else 0)
