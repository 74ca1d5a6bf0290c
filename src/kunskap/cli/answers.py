"""From a file of answers to a report."""

from __future__ import annotations

from datetime import date, datetime
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
from kunskap.errors import KunskapError
from kunskap.words import Words, read_words

# The same file gives the same report: the interval of the coders' agreement is drawn.
DRAWS_SEED = 2026


@app.command(help="Visa hela vägen med simulerade svar.\n\nExempel: kunskap demo")
@told_in_words
def demo(
    folder: Annotated[Path, typer.Option("--folder", help="Var rapporten läggs.")] = Path("kunskap-demo"),
    language: Language = "sv",
) -> None:
    """Read, score, protect and report the demo answers."""
    words = read_words(language=language)
    answers = data_folder() / "demo" / "limesurvey_2016_simulerad.csv"
    page = _report(answers, wave="2016", output=folder, language=language)
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
    imported, _, _ = _read(file, project=project, form=form, wave=wave, mapping=mapping, language=language)
    words = read_words(language=language)
    if save_rejects is not None:
        imported.save_rejects(save_rejects)
        say(words("cli.rejects_saved", path=save_rejects.resolve()))
    then = typed("report", file, *given_options(project=project, form=form, wave=wave, mapping=mapping))
    say(words("cli.read_next", then=then))


@app.command(
    help="Gör en skyddad rapport av en fil med svar.\n\nExempel: kunskap report ../vårt-projekt/answers/svar.csv"
    " --to html,docx"
)
@told_in_words
def report(
    file: Answers,
    project: ProjectOption = None,
    form: FormOption = None,
    wave: WaveOption = None,
    mapping: MappingOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Rapportens mapp; annars projektets reports.", show_default=False)
    ] = None,
    coded: Annotated[
        Path | None,
        typer.Option("--coded", help="Kodarnas filer för fritexten; annars projektets coding.", show_default=False),
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help="Vilken rapport.")] = "inventering",
    to: Annotated[str, typer.Option("--to", help="Formaten, med komma emellan: html,docx,pdf,xlsx.")] = "html",
    template: Annotated[
        Path | None,
        typer.Option("--template", help="Er egen Word-mall (.docx eller .dotx) för docx.", show_default=False),
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option("--date", formats=["%Y-%m-%d"], help="Rapportens datum; annars i dag.", show_default=False),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Ett utkast för er själva: skrivs inte upp som publicerat.")
    ] = False,
    language: Language = "sv",
) -> None:
    """Read, score, protect and report."""
    from kunskap.report.formats import known_formats
    from kunskap.report.kinds import find_kind

    formats, chosen = known_formats(to), find_kind(kind)
    page = _report(
        file,
        project=project,
        form=form,
        wave=wave,
        mapping=mapping,
        output=output,
        coded=coded,
        kind=chosen.name,
        formats=formats,
        template=template,
        day=day.date() if day else None,
        draft=draft,
        language=language,
    )
    words = read_words(language=language)
    pages = [page.with_suffix(f".{ending}").resolve() for ending in formats]
    listed = str(pages[0]) if len(pages) == 1 else "".join(f"\n  {each}" for each in pages)
    say(words("cli.report_next", page=listed))


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


def _read(  # type: ignore[no-untyped-def]
    file: Path,
    *,
    project: Path | None,
    form: str | None,
    wave: str | None,
    mapping: Path | None,
    language: str,
):
    from kunskap.decided import read_decided_bank
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
    return imported, bank, opened


def _report(
    file: Path,
    *,
    project: Path | None = None,
    form: str | None = None,
    wave: str | None = None,
    mapping: Path | None = None,
    output: Path | None = None,
    coded: Path | None = None,
    kind: str = "inventering",
    formats: tuple[str, ...] = ("html",),
    template: Path | None = None,
    day: date | None = None,
    draft: bool = False,
    language: str = "sv",
) -> Path:
    from kunskap.design import read_design
    from kunskap.disclosure import read_policy
    from kunskap.inventory import inventory
    from kunskap.ledger import release_beside
    from kunskap.report import hashed_inputs, save_report

    imported, bank, opened = _read(file, project=project, form=form, wave=wave, mapping=mapping, language=language)
    words = read_words(opened.survey, language)
    with step(words("cli.step_score")):
        tables = inventory(imported, bank=bank, design=read_design(opened.survey))
        own_words, frame = _coded(imported, coded, bank=bank, opened=opened, words=words)
    with step(words("cli.step_protect")):
        released = release_beside(
            tables | own_words,
            [imported],
            project=opened,
            policy=read_policy(opened.survey),
            name=kind,
            date=day or date.today(),
            is_draft=draft,
        )
    folder = output or ((opened.folder or Path.cwd()) / "reports" / _report_name(file))
    with step(words("cli.step_report")) as under_way:
        return save_report(
            released,
            folder,
            bank=bank,
            words=words,
            date=day or date.today(),
            kind=kind,
            title=words("cli.draft_title") if draft else None,
            to=formats,
            template=template,
            inputs=hashed_inputs(opened.survey, [file]),
            progress=under_way,
            summary=imported.public_summary(language, bank=bank),
            frame=frame,
        )


def _coded(  # type: ignore[no-untyped-def]
    imported, folder: Path | None, *, bank, opened, words: Words
):
    """The tables of coded free text, and the codes' names; a folder that nobody named may be unfinished."""
    import numpy as np

    from kunskap.coding import coded_tables, coder_files, read_coding_frame

    place = folder or (opened.folder or Path.cwd()) / "coding"
    if folder is None and (opened.folder is None or not coder_files(place)):
        return {}, None
    try:
        frame = read_coding_frame(opened.survey, bank=bank)
        rng = np.random.default_rng(DRAWS_SEED)
        return coded_tables(imported, folder=place, frame=frame, key=opened.key, rng=rng), frame
    except KunskapError as error:
        if folder is not None:
            raise
        say(words("cli.coded_left_out", problem=error.message(words.language)))
        return {}, None


def _report_name(file: Path) -> str:
    """The report's folder: of a file and a database with the same name, neither writes over the other's."""
    return f"{file.stem}-{file.suffix[1:]}" if file.suffix.casefold() == ".sqlite" else file.stem
