"""Public figures: fetch fresh ones."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from kunskap.cli.console import Language, ProjectOption, app, say, step, told_in_words
from kunskap.errors import KunskapError
from kunskap.words import read_words

statistics_app = typer.Typer(help="Hämta färska offentliga tal från SCB och Kolada.", no_args_is_help=True)
app.add_typer(statistics_app, name="statistics")
FOLDER = "statistics"


@statistics_app.command(
    "update",
    help="Ställ frågorna i data/reference/queries.toml till SCB och Kolada, och spara svaren som en tabell. "
    "Utan nät behålls det som fanns.\n\nFrågorna är inte prövade mot nätet: talen märks som oprövade.\n\n"
    "Exempel: kunskap statistics update --project ../vårt-projekt",
)
@told_in_words
def update_statistics(
    project: ProjectOption = None,
    queries: Annotated[
        Path | None, typer.Option("--queries", help="En egen tabell med frågor.", show_default=False)
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Fråga på nytt även om svaret hämtades i dag.")] = False,
    language: Language = "sv",
) -> None:
    """Ask, write down what came, and say what did not."""
    from kunskap.fetching import fetch_with_cache, polite_client, read_queries, update
    from kunskap.project import open_project

    opened = open_project(project)
    words = read_words(opened.survey, language)
    folder = (opened.folder or Path.cwd()) / FOLDER
    asked = read_queries(queries)
    with polite_client() as client, step(words("fetching.under_way", count=words.count(len(asked)))):
        get = partial(fetch_with_cache, client=client, cache=folder / "cache", fresh=fresh)
        done = update(asked, folder=folder, get=get, today=dt.date.today())
    for name in ("fetched", "kept", "absent"):
        found = getattr(done, name)
        if found:
            say(words(f"fetching.{name}", queries=", ".join(found)))
    if done.fetched:
        unchecked = [query.id for query in asked if query.id in done.fetched and query.checked_on is None]
        say(words("fetching.saved", path=done.path.resolve()))
        if unchecked:
            say(words("fetching.unchecked", queries=", ".join(unchecked)))
    if done.faults:
        raise KunskapError(list(done.faults))
