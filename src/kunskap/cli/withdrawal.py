"""When somebody takes their answers back."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kunskap.cli.console import Language, ProjectOption, app, say, told_in_words, typed
from kunskap.errors import KunskapError, fault
from kunskap.words import Words, read_words

UNDECIDED = ("ej fattat", "not taken")


@app.command(
    help="Ta ur någons svar, när personen lämnar sin kod. Koden skrivs utan att synas och sparas inte.\n\n"
    "Exempel: kunskap withdraw --project ../vårt-projekt"
)
@told_in_words
def withdraw(
    project: ProjectOption = None,
    code_file: Annotated[
        str | None,
        typer.Option("--code-file", help="En fil med koden, en per rad, eller - för en pipa.", show_default=False),
    ] = None,
    list_only: Annotated[bool, typer.Option("--list", help="Visa hur många och när, inget annat.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Häv ett återtagande; kräver --decision.")] = False,
    decision: Annotated[str, typer.Option("--decision", help="Beslutets nummer och datum, för --undo.")] = "",
    language: Language = "sv",
) -> None:
    """Withdraw a person's answers; safe to run twice."""
    from kunskap.disclosure import read_policy
    from kunskap.project import open_project
    from kunskap.withdrawal import restore, withdraw

    opened = open_project(project)
    if opened.folder is None:
        raise KunskapError([fault("PROJ-01", str(Path.cwd()))])
    words = read_words(opened.survey, language)
    if list_only:
        say(_listed(opened.folder, words))
        return
    if opened.key is None:
        raise KunskapError([fault("DRAW-01", str(opened.folder))])
    if undo and not decision.strip():
        raise KunskapError([fault("DRAW-05", "")])
    for code in _codes(code_file, words):
        if undo:
            restore(code, folder=opened.folder, key=opened.key, today=date.today(), decision=decision)
            say(words("cli.withdraw.undone", date=date.today()))
        else:
            is_new = withdraw(code, folder=opened.folder, key=opened.key, today=date.today())
            say(words("cli.withdraw.done" if is_new else "cli.withdraw.already", date=date.today()))
    if not undo:
        read = typed("read", opened.folder / "answers" / words("cli.your_file"))
        say(words("cli.withdraw.then", read=read, base=read_policy(opened.survey).base))
        say(_erasure(opened.folder, opened.survey, words))


def _codes(code_file: str | None, words: Words) -> Sequence[str]:
    """The codes, typed twice without being shown, or a line each in a file or in what is piped in."""
    if code_file is None:
        first = typer.prompt(words("cli.withdraw.ask"), hide_input=True)
        if typer.prompt(words("cli.withdraw.again"), hide_input=True) != first:
            raise KunskapError([fault("DRAW-08", "")])
        return [first]
    content = sys.stdin.buffer.read() if code_file == "-" else Path(code_file).read_bytes()
    try:
        lines = [line.strip() for line in content.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError as error:
        raise KunskapError([fault("DRAW-09", "" if code_file == "-" else code_file)]) from error
    return [line for line in lines if line] or [""]


def _listed(folder: Path, words: Words) -> str:
    """How many, and when: nothing that could say who."""
    from kunskap.withdrawal import read_withdrawals, withdrawn

    days = Counter(withdrawn(read_withdrawals(folder)).values())
    lines = [words("cli.withdraw.count", count=words.count(days.total()))]
    return "\n".join([*lines, *(f"  {day}: {words.count(count)}" for day, count in sorted(days.items()))])


def _erasure(folder: Path, survey: Path, words: Words) -> str:
    """Which decision holds for the raw files, and which files they are: this command erases nothing itself."""
    from kunskap.disclosure import read_policy

    decided = read_policy(survey).decisions["erasure"]
    if not decided.decision or decided.decision in UNDECIDED or not decided.number:
        return words("cli.withdraw.undecided")
    files = [
        f"  {path.relative_to(folder)}"
        for place in ("answers", "coding")
        for path in sorted((folder / place).rglob("*"))
        if path.is_file()
    ]
    told = {"decision": decided.decision, "number": decided.number, "date": decided.date or "–"}
    return words("cli.withdraw.erase", **told, files="\n".join(files) or "  –")
