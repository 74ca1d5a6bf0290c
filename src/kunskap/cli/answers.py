"""From a file of answers to a report."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kunskap.cli.console import (
    Answers,
    FormOption,
    Language,
    MappingOption,
    ProjectOption,
    WaveOption,
    app,
    given_options,
    say,
    step,
    told_in_words,
    typed,
)
from kunskap.content import data_folder
from kunskap.words import read_words

__all__ = ["read_answers"]


@app.command(help="Visa hela vägen med simulerade svar.\n\nExempel: kunskap demo")
@told_in_words
def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Var rapporten läggs.")] = Path("kunskap-demo"),
    language: Language = "sv",
) -> None:
    """Read, score, protect and report the demo answers."""
    from kunskap.cli.reporting import make_report

    words = read_words(language=language)
    answers = data_folder() / "demo" / "limesurvey_2016_simulerad.csv"
    page = make_report([answers], waves=["2016"], output=folder, language=language)
    say("")
    say(words("cli.demo_next", page=page.resolve(), program=typed()))


@app.command(
    help="Läs en fil med svar och berätta vad som lästes och vad som inte gick att läsa.\n\n"
    "Exempel: kunskap read svar.csv --save-rejects rätta.csv"
)
@told_in_words
def read(
    file: Answers,
    project: ProjectOption = None,
    form: FormOption = None,
    wave: WaveOption = None,
    mapping: MappingOption = None,
    save_rejects: Annotated[
        Path | None,
        typer.Option("--save-rejects", help="Spara det som inte gick att läsa i en CSV-fil.", show_default=False),
    ] = None,
    language: Language = "sv",
) -> None:
    """Read answers and tell what was read and refused."""
    imported, _, _ = read_answers(file, project=project, form=form, wave=wave, mapping=mapping, language=language)
    words = read_words(language=language)
    if save_rejects is not None:
        imported.save_rejects(save_rejects)
        say(words("cli.rejects_saved", path=save_rejects.resolve()))
    then = typed("report", file, *given_options(project=project, form=form, wave=wave, mapping=mapping))
    say(words("cli.read_next", then=then))


@app.command(
    help="Gör ett utkast till kopplingsfil för en fil från ett annat verktyg.\n\nExempel: kunskap mapping svar.xlsx"
)
@told_in_words
def mapping(
    file: Answers,
    project: ProjectOption = None,
    form: Annotated[str, typer.Option("--form", help="Formuläret som svaren gäller.")] = "baslinje",
    language: Language = "sv",
) -> None:
    """Draft a mapping file for the user to finish."""
    from kunskap.bank import read_bank
    from kunskap.project import open_project
    from kunskap.readers import draft_mapping

    words = read_words(language=language)
    bank = read_bank(open_project(project, beside=file).survey)
    path = draft_mapping(file, bank=bank, form=form)
    then = typed("read", file, *given_options(project=project, form=form if form != "baslinje" else None, mapping=path))
    say(words("cli.mapping_next", path=path, then=then))


def read_answers(  # type: ignore[no-untyped-def]
    file: Path,
    *,
    project: Path | None,
    form: str | None,
    wave: str | None,
    mapping: Path | None,
    language: str,
):
    """Read a file of answers as its project says, and tell what was read: the import, the bank and the project."""
    from kunskap.decided import read_decided_bank
    from kunskap.instrument import keep_instrument
    from kunskap.project import open_project
    from kunskap.readers import read_responses

    opened = open_project(project, beside=file)
    words = read_words(opened.survey, language)
    chosen = opened.wave(wave)
    with step(words("cli.step_read", file=file.name)):
        bank = read_decided_bank(opened.survey)
        imported = read_responses(
            file,
            bank=bank,
            form=form or (chosen.form if chosen else "baslinje"),
            wave=chosen.id if chosen else None,
            opens=chosen.opens if chosen else None,
            closes=chosen.closes if chosen else None,
            key=opened.key,
            mapping=mapping,
        )
    say(imported.summary(language))
    if chosen is not None and form in (None, chosen.form):
        keep_instrument(opened, chosen, bank=bank, on=date.today())
    return imported, bank, opened
