"""What a project has published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kunskap.cli.console import Language, ProjectOption, app, say, told_in_words
from kunskap.errors import KunskapError, fault
from kunskap.words import Words, read_words

if TYPE_CHECKING:
    from kunskap.ledger import Entry


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
                people=_of_whom(entry, words),
                rows=words.count(entry.rows),
                tables=len(entry.release.tables),
                hidden=words.count(entry.hidden),
                file=entry.file,
            )
        )
    say(words("cli.ledger.remove", folder=opened.folder / FOLDER))


def _of_whom(entry: Entry, words: Words) -> str:
    """Whose figures they are, and how many."""
    persons = entry.release.persons
    if entry.basis == "register":
        return words("cli.ledger.people_register", waves=", ".join(entry.release.tables))
    if entry.basis == "activities":
        count = words.count(sum(persons.values()))
        return words("cli.ledger.people_activities", count=count, activities=words.count(len(persons)))
    return ", ".join(
        words("cli.ledger.people", count=words.count(count), wave=wave).rstrip() for wave, count in persons.items()
    )
