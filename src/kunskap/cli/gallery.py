"""The gallery of figures."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kunskap.cli.console import Language, app, say, step, told_in_words
from kunskap.words import read_words


@app.command(
    help="Skriv en sida med varje figur i färg och i grått: vad den svarar på, när du väljer den och koden som ritar "
    "den. Svaren är påhittade.\n\nExempel: kunskap gallery --output galleri.html"
)
@told_in_words
def gallery(
    output: Annotated[Path, typer.Option("--output", help="Sidan som ska skrivas.")] = Path("galleri.html"),
    language: Language = "sv",
) -> None:
    """Write the gallery page."""
    from kunskap.gallery import gallery_document, read_material, shown
    from kunskap.report.html import html_page
    from kunskap.whole_files import save_file

    words = read_words(language=language)
    with step(words("gallery.step_read")):
        material = read_material(words)
    with step(words("gallery.step_draw")) as under_way:
        made = gallery_document(shown(material), material=material, date=date.today(), progress=under_way)
        page = html_page(made, words=words)
    save_file(output, page)
    say(words("gallery.made", path=output.resolve()))
