"""The command line: each command is a few calls that the notebooks make too."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from kunskap import __version__
from kunskap.cli import (
    answers,
    auditing,
    content,
    gallery,
    handing_out,
    ledger,
    reporting,
    reviewing,
    serving,
    statistics,
    withdrawal,
    workplace,
    workshop,
)
from kunskap.cli.console import app

__all__ = [
    "answers",
    "app",
    "auditing",
    "content",
    "gallery",
    "handing_out",
    "ledger",
    "main",
    "reporting",
    "reviewing",
    "serving",
    "statistics",
    "withdrawal",
    "workplace",
    "workshop",
]

INTERRUPTED = 130


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[bool, typer.Option("--version", help="Visa versionen.", is_eager=True)] = False,
) -> None:
    """Show the version."""
    if version:
        typer.echo(f"kunskap {__version__}")
        raise typer.Exit


def main() -> None:
    """Run the command line; an interruption ends it quietly."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
