"""The command line: each command is a few calls that the notebooks make too."""

from __future__ import annotations

import errno
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec, TypeVar

import typer
from rich.console import Console

from kunskap import __version__
from kunskap.content import data_folder
from kunskap.errors import Fault, KunskapError, fault
from kunskap.words import read_words

__all__ = ["app", "main"]

FAULTS = 1
INTERRUPTED = 130
Parameters = ParamSpec("Parameters")
Content = TypeVar("Content")

app = typer.Typer(
    name="kunskap",
    help="Inventera, lär och redovisa kunskap om jämställd regional tillväxt.\n\nBörja med: kunskap demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

Language = Annotated[str, typer.Option("--lang", help="Språk: sv eller en.")]
ProjectOption = Annotated[
    Path | None, typer.Option("--project", help="Projektets mapp, gjord med `kunskap new`.", show_default=False)
]
Answers = Annotated[Path, typer.Argument(help="Filen med svar: LimeSurvey, Forms, SPSS, CSV eller Excel.")]
FormOption = Annotated[str | None, typer.Option("--form", help="Formuläret; annars omgångens.", show_default=False)]
WaveOption = Annotated[str | None, typer.Option("--wave", help="Enkätomgången i waves.toml.", show_default=False)]
Mapping = Annotated[
    Path | None, typer.Option("--mapping", help="En ifylld kopplingsfil för andra verktyg.", show_default=False)
]


def told_in_words(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Make a command tell its faults in words and an exit code, never as a traceback."""

    @wraps(command)
    def run(*arguments: Parameters.args, **options: Parameters.kwargs) -> None:
        language = str(options.get("language", "sv"))
        errors = Console(stderr=True, highlight=False)
        try:
            command(*arguments, **options)
        except KunskapError as error:
            shown = language if language in ("sv", "en") else "sv"
            errors.print(error.message(shown), style="red", markup=False, soft_wrap=True)
            raise typer.Exit(FAULTS) from None
        except OSError as error:
            shown = language if language in ("sv", "en") else "sv"
            problem = _problem(error, shown)
            told = fault("CLI-01", str(error.filename or ""), problem=problem).message(shown)
            errors.print(told, style="red", markup=False, soft_wrap=True)
            raise typer.Exit(FAULTS) from None

    return run


def _problem(error: OSError, language: str) -> str:
    """What the operating system says, in the reader's language where we have the words."""
    try:
        return read_words(language=language)(f"cli.problem.{errno.errorcode[error.errno or 0]}")
    except (KeyError, KunskapError):
        return error.strerror or str(error)


def _typed(*parts: Path | str) -> str:
    """A command as this user has to type it: the program is on the path, or it is not."""
    program = Path(sys.argv[0])
    is_found = shutil.which("kunskap") or program.stem != "kunskap"
    return " ".join(shlex.quote(str(part)) for part in ("kunskap" if is_found else program, *parts))


def _options(**given: Path | str | None) -> list[Path | str]:
    """The options that were given, to be typed again."""
    return [part for name, value in given.items() if value is not None for part in (f"--{name}", value)]


@contextmanager
def step(console: Console, text: str) -> Iterator[None]:
    """Show that something is under way, and then that it is done."""
    with console.status(text):
        yield
    console.print(f"[green]✓[/green] {text}")


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[bool, typer.Option("--version", help="Visa versionen.", is_eager=True)] = False,
) -> None:
    """Show the version."""
    if version:
        typer.echo(f"kunskap {__version__}")
        raise typer.Exit


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
    console = Console(highlight=False)
    console.print()
    console.print(words("cli.demo_next", page=page.resolve(), program=_typed()), markup=False, soft_wrap=True)


@app.command(
    help="Gör ett eget projekt: en mapp utanför git för frågor, nyckel, svar och rapporter.\n\n"
    "Exempel: kunskap new vårt-projekt"
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
    then = _typed("report", folder / "answers" / words("cli.your_file"))
    Console(highlight=False).print(
        words(key, folder=folder.resolve(), count=words.count(len(made)), then=then), markup=False, soft_wrap=True
    )


@app.command(
    help="Kontrollera frågor, formulär, ram och regler; alla fel visas på en gång.\n\n"
    "Exempel: kunskap check --project vårt-projekt"
)
@told_in_words
def check(project: ProjectOption = None, language: Language = "sv") -> None:
    """Check the survey folder."""
    from kunskap.bank import read_bank
    from kunskap.design import read_design
    from kunskap.disclosure import read_policy
    from kunskap.lint import lint, told
    from kunskap.project import open_project

    survey = open_project(project).survey
    faults: list[Fault] = []
    bank, design = _tried(read_bank, survey, faults), _tried(read_design, survey, faults)
    _tried(read_policy, survey, faults)
    _tried(read_words, survey, faults)
    if bank is None or faults:
        raise KunskapError(faults)
    words = read_words(survey, language)
    findings = lint(bank, today=date.today(), design=design)
    console = Console(highlight=False)
    console.print(told(findings, bank=bank, words=words, survey=survey), markup=False, soft_wrap=True)
    if findings.faults:
        raise typer.Exit(FAULTS)


def _tried(read: Callable[[Path], Content], survey: Path, faults: list[Fault]) -> Content | None:
    """What a reader makes of the folder; its faults are added to those that were found before."""
    try:
        return read(survey)
    except KunskapError as error:
        faults += error.faults
        return None


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
    mapping: Mapping = None,
    save_rejects: Annotated[
        Path | None,
        typer.Option("--save-rejects", help="Spara det som inte gick att läsa i en CSV-fil.", show_default=False),
    ] = None,
    language: Language = "sv",
) -> None:
    """Read answers and tell what was read and refused."""
    console = Console(highlight=False)
    imported, _, _ = _read(file, console, project=project, form=form, wave=wave, mapping=mapping, language=language)
    words = read_words(language=language)
    if save_rejects is not None:
        imported.save_rejects(save_rejects)
        console.print(words("cli.rejects_saved", path=save_rejects.resolve()), markup=False, soft_wrap=True)
    then = _typed("report", file, *_options(project=project, form=form, wave=wave, mapping=mapping))
    console.print(words("cli.read_next", then=then), markup=False, soft_wrap=True)


@app.command(
    help="Gör en skyddad rapport av en fil med svar.\n\n"
    "Exempel: kunskap report svar.csv --project vårt-projekt --output rapport"
)
@told_in_words
def report(
    file: Answers,
    project: ProjectOption = None,
    form: FormOption = None,
    wave: WaveOption = None,
    mapping: Mapping = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Rapportens mapp; annars projektets reports.", show_default=False)
    ] = None,
    language: Language = "sv",
) -> None:
    """Read, score, protect and report."""
    page = _report(file, project=project, form=form, wave=wave, mapping=mapping, output=output, language=language)
    words = read_words(language=language)
    Console(highlight=False).print(words("cli.report_next", page=page.resolve()), markup=False, soft_wrap=True)


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
    then = _typed("read", file, *_options(project=project, form=form if form != "baslinje" else None, mapping=path))
    Console(highlight=False).print(words("cli.mapping_next", path=path, then=then), markup=False, soft_wrap=True)


@app.command(
    help="Gör deltagarnas exemplar av en arbetsbok: utan ledarens anteckningar, lösningar och resultat.\n\n"
    "Exempel: kunskap handout notebooks/moduler/4r.ipynb --output 4r-deltagare.ipynb"
)
@told_in_words
def handout(
    notebook: Annotated[Path, typer.Argument(help="Ledarens arbetsbok (.ipynb). Den ändras inte.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Deltagarnas fil; annars arbetsbokens namn med -deltagare.", show_default=False),
    ] = None,
    language: Language = "sv",
) -> None:
    """Write the participants' copy of a teaching notebook, whole or not at all."""
    import nbformat

    from kunskap.readers.result import write_whole
    from kunskap.teaching import participant_copy

    words = read_words(language=language)
    target = output or Path(f"{notebook.stem}-deltagare.ipynb")
    if target.resolve() == notebook.resolve():
        raise KunskapError([fault("CLI-03", str(target))])
    text = notebook.read_bytes()
    try:
        given = nbformat.reads(text.decode("utf-8"), as_version=4)
        nbformat.validate(given)
        made = participant_copy(given)
    except (ValueError, nbformat.ValidationError, AttributeError, LookupError, TypeError) as error:
        raise KunskapError([fault("CLI-02", str(notebook))]) from error
    write_whole(target, (nbformat.writes(made) + "\n").encode("utf-8"))
    removed = len(given["cells"]) - len(made["cells"])
    key = "cli.handout_made" if removed else "cli.handout_whole"
    Console(highlight=False).print(
        words(key, path=target.resolve(), count=words.count(removed)), markup=False, soft_wrap=True
    )


@app.command(help="Öppna arbetsböckerna i JupyterLab.\n\nExempel: kunskap lab --project vårt-projekt")
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
    console = Console(highlight=False)
    notebooks = own_notebooks(open_project(project).folder)
    key = "cli.lab_opens" if browser else "cli.lab_serves"
    console.print(words(key, folder=notebooks.resolve()), markup=False, soft_wrap=True)
    sys.stdout.flush()
    code = serve_notebooks(notebooks, browser=browser)
    console.print(words("cli.lab_closed" if code == 0 else "cli.lab_failed"), markup=False, soft_wrap=True)
    raise typer.Exit(FAULTS if code else 0)


def _read(  # type: ignore[no-untyped-def]
    file: Path,
    console: Console,
    *,
    project: Path | None,
    form: str | None,
    wave: str | None,
    mapping: Path | None,
    language: str,
):
    from kunskap.bank import read_bank
    from kunskap.project import open_project
    from kunskap.readers import read_responses

    opened = open_project(project, beside=file)
    words = read_words(opened.survey, language)
    chosen = opened.wave(wave)
    with step(console, words("cli.step_read", file=file.name)):
        bank = read_bank(opened.survey)
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
    console.print(imported.summary(language), markup=False, soft_wrap=True)
    return imported, bank, opened


def _report(
    file: Path,
    *,
    project: Path | None = None,
    form: str | None = None,
    wave: str | None = None,
    mapping: Path | None = None,
    output: Path | None = None,
    language: str = "sv",
) -> Path:
    from kunskap.design import read_design
    from kunskap.disclosure import read_policy, release
    from kunskap.inventory import inventory
    from kunskap.report import save_report

    console = Console(highlight=False)
    imported, bank, opened = _read(
        file, console, project=project, form=form, wave=wave, mapping=mapping, language=language
    )
    words = read_words(opened.survey, language)
    with step(console, words("cli.step_score")):
        tables = inventory(imported, bank=bank, design=read_design(opened.survey))
    with step(console, words("cli.step_protect")):
        released = release(tables, policy=read_policy(opened.survey), simulated=opened.simulated)
    folder = output or ((opened.folder or Path.cwd()) / "reports" / file.stem)
    with step(console, words("cli.step_report")):
        return save_report(
            released, folder, bank=bank, words=words, date=date.today(), summary=imported.public_summary(language)
        )


def main() -> None:
    """Run the command line; an interruption ends it quietly."""
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
