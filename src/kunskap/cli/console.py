"""What all commands share: the program, its common options, and how it speaks."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Annotated, ParamSpec

import typer
from rich.console import Console

from kunskap.errors import KunskapError, fault
from kunskap.system_errors import problem

__all__ = [
    "FAULTS",
    "Answers",
    "FormOption",
    "Language",
    "MappingOption",
    "ProjectOption",
    "WaveOption",
    "app",
    "given_options",
    "say",
    "step",
    "told_in_words",
    "typed",
]

FAULTS = 1
Parameters = ParamSpec("Parameters")

app = typer.Typer(
    name="kunskap",
    help="Inventera, lär och redovisa kunskap om jämställd regional tillväxt.\n\nBörja med: kunskap demo",
    # Typer's own words stand fixed in its source: most of them cannot be given in another language.
    epilog="Engelska ord i hjälp och fel: Usage = så skriver du, Options = val, Arguments = det du anger, "
    "default = gäller om inget anges, Missing = saknas, Invalid value = värdet duger inte, No such = finns inte.",
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
MappingOption = Annotated[
    Path | None, typer.Option("--mapping", help="En ifylld kopplingsfil för andra verktyg.", show_default=False)
]


def say(text: str) -> None:
    """Print a text as it stands: no markup, no colours in numbers, no line breaks of our own."""
    Console(highlight=False).print(text, markup=False, soft_wrap=True)


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
            told = fault("CLI-01", str(error.filename or ""), problem=problem(error)).message(shown)
            errors.print(told, style="red", markup=False, soft_wrap=True)
            raise typer.Exit(FAULTS) from None

    return run


def typed(*parts: Path | str) -> str:
    """A command as this user has to type it: the program is on the path, or it is not."""
    program = Path(sys.argv[0])
    is_found = shutil.which("kunskap") or program.stem != "kunskap"
    return " ".join(shlex.quote(str(part)) for part in ("kunskap" if is_found else program, *parts))


def given_options(**given: Path | str | None) -> list[Path | str]:
    """The options that were given, to be typed again."""
    return [part for name, value in given.items() if value is not None for part in (f"--{name}", value)]


@contextmanager
def step(text: str) -> Iterator[Callable[[str], None]]:
    """Show that something is under way, and then that it is done; what is yielded tells which part is under way."""
    console = Console(highlight=False)
    with console.status(text) as status:
        yield lambda part: status.update(f"{text}: {part}")
    console.print(f"[green]✓[/green] {text}")
