"""From answers to a report of any kind."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kunskap.cli.answers import read_answers
from kunskap.cli.console import (
    Answers,
    FormOption,
    Language,
    MappingOption,
    ProjectOption,
    app,
    say,
    step,
    told_in_words,
)
from kunskap.errors import KunskapError, fault
from kunskap.words import Words, read_words

if TYPE_CHECKING:
    from kunskap.report.readings import OwnTexts, Reading

__all__ = ["make_report"]

KIND_HELP = "Vilken rapport: se listan ovan."
HELP = """Gör en skyddad rapport av en fil med svar, eller av två omgångar.

Exempel: kunskap report ../vårt-projekt/answers/svar.csv --to html,docx

Rapporterna (--kind), med ett exempel för varje:

\b
inventering      vad politiker och tjänstepersoner kan, kvinnor och män
                 kunskap report svar.csv
uppfoljning      två omgångar: alla, och samma personer båda gångerna
                 kunskap report svar2026.csv svar2028.csv --kind uppfoljning
utbildningsplan  vad varje roll behöver, och modulerna som möter det
                 kunskap report svar.csv --kind utbildningsplan
beslutsunderlag  bakgrund, fynd, konsekvenser och förslag, för ett ärende
                 kunskap report svar.csv --kind beslutsunderlag --to docx
lagesrapport     halvårsrapport till finansiären, en eller två omgångar
                 kunskap report svar.csv --kind lagesrapport --to docx
slutrapport      slutrapport till finansiären, en eller två omgångar
                 kunskap report a.csv b.csv --kind slutrapport --to docx,pdf
bilaga           teknisk bilaga: ram, kontakter, bortfall, frågor, ändringar
                 kunskap report svar.csv --kind bilaga --to pdf
workshop         ett blad om vad rummet svarade, klart när rummet går
                 kunskap report svar.sqlite --kind workshop --to pdf
                 (eller databasens adress, som till kunskap serve --store)
eget             deltagarens eget resultat: sparas på den egna telefonen
                 i slutet av quizet, aldrig här

Formaten (--to, med komma emellan):

\b
html             en webbsida som är en enda fil
docx             Word, i er egen mall med --template mall.dotx
pdf              PDF/UA för diariet (pip install 'kunskap\\[pdf]' först)
xlsx             Excel: varje tabell, och en kodbok

Det ni skriver själva i underlag och rapporter till finansiären står i projektets rapport.toml; en mall läggs där.
Där står också valdagar som lagen inte ger ([val]): till Europaparlamentet, extra val.
"""


@app.command(help=HELP)
@told_in_words
def report(
    file: Answers,
    later: Annotated[
        Path | None, typer.Argument(help="Den senare omgångens fil, för uppföljning.", show_default=False)
    ] = None,
    project: ProjectOption = None,
    form: FormOption = None,
    wave: Annotated[
        str | None,
        typer.Option("--wave", help="Enkätomgången i waves.toml; två med komma emellan.", show_default=False),
    ] = None,
    mapping: MappingOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Rapportens mapp; annars projektets reports.", show_default=False)
    ] = None,
    coded: Annotated[
        Path | None,
        typer.Option("--coded", help="Kodarnas filer för fritexten; annars projektets coding.", show_default=False),
    ] = None,
    kind: Annotated[str, typer.Option("--kind", help=KIND_HELP)] = "inventering",
    to: Annotated[str, typer.Option("--to", help="Formaten, med komma emellan: html,docx,pdf,xlsx.")] = "html",
    template: Annotated[
        Path | None,
        typer.Option("--template", help="Er egen Word-mall (.docx eller .dotx) för docx.", show_default=False),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option("--date", help="Rapportens datum, ÅÅÅÅ-MM-DD; annars i dag.", show_default=False),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Ett utkast för er själva: skrivs inte upp som publicerat.")
    ] = False,
    compared_with: Annotated[
        str | None,
        typer.Option(
            "--compared-with",
            help="Två omgångar: bakgrundsfrågan och svaret från dem som inte gick kursen, till exempel training=none.",
            show_default=False,
        ),
    ] = None,
    by_lot: Annotated[
        bool, typer.Option("--by-lot", help="Lotten avgjorde vem som fick gå kursen; med --compared-with.")
    ] = False,
    room: Annotated[
        str | None, typer.Option("--room", help="Rummet, för workshop; annars det enda som finns.", show_default=False)
    ] = None,
    language: Language = "sv",
) -> None:
    """Read, score, protect and report."""
    from kunskap.report.formats import known_formats

    formats, dated = known_formats(to), _day(day) if day else None
    if kind == "workshop":
        page = make_room_page(
            file, room=room, project=project, output=output, formats=formats, day=dated, language=language
        )
        _tell_pages(page, formats, language)
        return
    page = make_report(
        [file, later] if later else [file],
        project=project,
        form=form,
        waves=wave.split(",") if wave else [],
        mapping=mapping,
        output=output,
        coded=coded,
        kind=kind,
        formats=formats,
        template=template,
        day=dated,
        draft=draft,
        compared_with=compared_with,
        by_lot=by_lot,
        language=language,
    )
    _tell_pages(page, formats, language)


def _day(text: str) -> date:
    """The day after --date: Typer would tell of a wrong one in English."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise KunskapError([fault("REPORT-28", "--date", value=text)]) from None


def _tell_pages(page: Path, formats: Sequence[str], language: str) -> None:
    words = read_words(language=language)
    pages = [page.with_suffix(f".{ending}").resolve() for ending in formats]
    listed = str(pages[0]) if len(pages) == 1 else "".join(f"\n  {each}" for each in pages)
    say(words("cli.report_next", page=listed))


def make_report(
    files: Sequence[Path],
    *,
    project: Path | None = None,
    form: str | None = None,
    waves: Sequence[str] = (),
    mapping: Path | None = None,
    output: Path | None = None,
    coded: Path | None = None,
    kind: str = "inventering",
    formats: tuple[str, ...] = ("html",),
    template: Path | None = None,
    day: date | None = None,
    draft: bool = False,
    compared_with: str | None = None,
    by_lot: bool = False,
    language: str = "sv",
) -> Path:
    """Read the files, make the kind's material of what the gate releases, and write the report and its readings."""
    from kunskap.cli.inputs import inputs_told
    from kunskap.cli.materials import Given, material_of, typed_file
    from kunskap.project import open_project
    from kunskap.report import write_document
    from kunskap.report.elections import near_election
    from kunskap.report.kinds import find_kind
    from kunskap.report.readings import read_own_texts
    from kunskap.report.typed import read_typed

    chosen = find_kind(kind)
    _check_files(files, kind)
    _check_comparison(files, compared_with, by_lot=by_lot)
    opened = open_project(project, beside=files[0])
    told = _waves_of(files, waves, [*opened.waves])
    read = [
        read_answers(file, project=project, form=form, wave=wave, mapping=mapping, language=language)
        for file, wave in zip(files, told, strict=True)
    ]
    words = read_words(opened.survey, language)
    today = day or date.today()
    folder = output or ((opened.folder or Path.cwd()) / "reports" / _report_name(files, kind))
    with ExitStack() as undo:  # what fails before a file has left is not out, and stands as out nowhere
        given = Given(
            imports=tuple(imported for imported, _, _ in read),
            bank=read[0][1],
            project=opened,
            words=words,
            date=today,
            draft=draft,
            coded=coded,
            compared_with=compared_with,
            by_lot=by_lot,
            undo=undo,
        )
        material = material_of(kind, given)
        elections = read_typed(typed_file(given), kind="").dates("val", "dagar")
        material = replace(material, own=read_own_texts(folder, language=language), elections=elections)
        named = [*files, *(path for path in (mapping, template) if path)]
        with step(words("cli.step_report")) as under_way:
            document = chosen.make(material)
            if draft and kind != "inventering":
                document = replace(document, title=words("report.kinds.draft", title=document.title))
            page = write_document(
                document,
                folder,
                bank=given.bank,
                words=words,
                to=formats,
                template=template,
                inputs=inputs_told(kind, given, named, dict(zip(files, given.imports, strict=True)), material),
                progress=under_way,
                before_leaving=undo.pop_all,
            )
    if opened.folder is None:
        say(words("report.outside_project"))
    readings = chosen.readings(material)
    if readings:
        _keep(readings, material.own, page.parent, words)
    election = near_election(today, elections)
    if election is not None:
        say(words("report.kinds.election_staff", date=election.date.isoformat()))
    return page


def make_room_page(
    store: Path,
    *,
    room: str | None = None,
    project: Path | None = None,
    output: Path | None = None,
    formats: tuple[str, ...] = ("html",),
    day: date | None = None,
    language: str = "sv",
) -> Path:
    """Write the page of what a served room has been shown, from the file or the server that its answers lie in."""
    from kunskap.cli.materials import room_material
    from kunskap.project import open_project
    from kunskap.report import hashed_inputs, write_document
    from kunskap.report.kinds import find_kind

    opened = open_project(project, beside=store)
    words = read_words(opened.survey, language)
    with step(words("cli.step_report")) as under_way:
        material = room_material(store, opened, room=room, words=words, date=day or date.today())
        is_file = store.is_file()  # an address may hold a password, and is no name of a folder
        named = _report_name([store if is_file else Path(material.name)], "workshop")
        return write_document(
            find_kind("workshop").make(material),
            output or ((opened.folder or Path.cwd()) / "reports" / named),
            bank=material.bank,
            words=words,
            to=formats,
            inputs=hashed_inputs(
                opened.survey, [store, *([opened.folder / "waves.toml"] if opened.folder else [])], key=opened.key
            ),
            progress=under_way,
        )


def _keep(readings: Sequence[Reading], own: OwnTexts, folder: Path, words: Words) -> None:
    """Keep the readings where staff can write them anew, and tell what staff must know of their own texts."""
    from kunskap.report.readings import file_name, keep_readings

    path = folder / file_name(words.language)
    is_new = not path.exists()
    kept = keep_readings(folder, readings, own, words=words)
    for name, ids in kept._asdict().items():
        if ids:
            say(words(f"report.readings.file.told_{name}", readings=", ".join(ids), path=path))
    if is_new:
        say(words("report.readings.file.told_where", path=path))


def _check_files(files: Sequence[Path], kind: str) -> None:
    from kunskap.cli.materials import TWO_WAVES

    fewest, most = TWO_WAVES.get(kind, (1, 1))
    if not fewest <= len(files) <= most:
        expected = str(fewest) if fewest == most else f"{fewest}–{most}"
        raise KunskapError([fault("REPORT-14", kind, found=len(files), expected=expected)])


def _check_comparison(files: Sequence[Path], compared_with: str | None, *, by_lot: bool) -> None:
    from kunskap.cli.materials import TWO_WAVES

    if compared_with is not None and len(files) < 2:
        raise KunskapError([fault("REPORT-26", compared_with, expected=", ".join(TWO_WAVES))])
    if by_lot and compared_with is None:
        raise KunskapError([fault("REPORT-27", "--by-lot")])


def _waves_of(files: Sequence[Path], waves: Sequence[str], known: Sequence[str]) -> list[str | None]:
    """Which wave each file is: as told, or, of two files, the one that each file is named after."""
    if waves:
        named = [wave.strip() for wave in waves]
        return [*named, *[None] * (len(files) - len(named))][: len(files)] if len(files) > 1 else [named[0]]
    if len(files) == 1:
        return [None]
    found = [[wave for wave in known if wave in file.stem] for file in files]
    return [own[0] if len(own) == 1 else None for own in found]


def _report_name(files: Sequence[Path], kind: str) -> str:
    """The report's folder: of a file and a database with the same name, neither writes over the other's."""
    first, *rest = files
    own = f"{first.stem}-{first.suffix[1:]}" if first.suffix.casefold() == ".sqlite" else first.stem
    named = "-".join([own, *(file.stem for file in rest)])
    return named if kind == "inventering" else f"{named}-{kind}"
