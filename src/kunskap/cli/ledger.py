"""What a project has published."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from kunskap.cli.console import Language, ProjectOption, app, say, told_in_words
from kunskap.errors import KunskapError, fault
from kunskap.words import Words, read_words


@app.command(
    help="Visa vad som är publicerat ur projektet. Varje ny rapport prövas tillsammans med det.\n\n"
    "Exempel: kunskap ledger --project ../vårt-projekt"
)
@told_in_words
def ledger(project: ProjectOption = None, language: Language = "sv") -> None:
    """List the releases."""
    from kunskap.ledger import FOLDER, read_ledger
    from kunskap.project import open_project

    opened = open_project(project)
    if opened.folder is None:
        raise KunskapError([fault("PROJ-01", str(Path.cwd()))])
    words = read_words(opened.survey, language)
    entries = read_ledger(opened).entries
    if not entries:
        say(words("cli.ledger.nothing"))
        return
    say(words("cli.ledger.head"))
    for entry in entries:
        say(
            words(
                "cli.ledger.line",
                date=entry.date,
                name=entry.name,
                people=", ".join(_people(entry.release.persons, words)),
                rows=words.count(entry.rows),
                tables=len(entry.release.tables),
                hidden=words.count(entry.hidden),
            )
        )
    say(words("cli.ledger.remove", folder=opened.folder / FOLDER))


def _people(persons: Mapping[str, int], words: Words) -> list[str]:
    return [words("cli.ledger.people", count=words.count(count), wave=wave).rstrip() for wave, count in persons.items()]
