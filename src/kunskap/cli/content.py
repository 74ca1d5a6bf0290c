"""The survey's content: check it, publish it, send it to experts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from kunskap.cli.console import FAULTS, Language, ProjectOption, app, say, told_in_words
from kunskap.errors import Fault, KunskapError
from kunskap.words import read_words

Content = TypeVar("Content")
EVERY_LANGUAGE = "both"
MOST_CARDS = 2000
bank_app = typer.Typer(help="Låt ämnesexperter arbeta med frågorna i Excel.", no_args_is_help=True)
app.add_typer(bank_app, name="bank")


@app.command(
    help="Kontrollera frågor, formulär, ram och regler; alla fel visas på en gång.\n\n"
    "Exempel: kunskap check --project ../vårt-projekt"
)
@told_in_words
def check(project: ProjectOption = None, language: Language = "sv") -> None:
    """Check the survey folder."""
    from kunskap.bank import read_bank
    from kunskap.design import read_design
    from kunskap.disclosure import read_policy
    from kunskap.lint import lint, told
    from kunskap.needs import read_modules
    from kunskap.project import open_project

    survey = open_project(project).survey
    faults: list[Fault] = []
    bank, design = _tried(read_bank, survey, faults), _tried(read_design, survey, faults)
    _tried(read_policy, survey, faults)
    _tried(read_words, survey, faults)
    if bank is not None and (survey / "modules.toml").is_file():  # older projects have none
        _tried(partial(read_modules, bank=bank), survey, faults)
    if bank is None or faults:
        raise KunskapError(faults)
    words = read_words(survey, language)
    findings = lint(bank, today=date.today(), design=design)
    say(told(findings, bank=bank, words=words, survey=survey))
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
    help="Säg före utskicket vad enkäten kan och inte kan hitta: skillnader, intervall, och vad som döljs.\n\n"
    "Exempel: kunskap plan --project ../vårt-projekt --response 60"
)
@told_in_words
def plan(
    response: Annotated[
        int, typer.Option("--response", min=1, max=100, help="Hur många procent som väntas svara.")
    ] = 60,
    project: ProjectOption = None,
    language: Language = "sv",
) -> None:
    """Say what the frame and the response can find."""
    from kunskap.design import read_design
    from kunskap.disclosure import read_policy
    from kunskap.planning import plan as plan_survey
    from kunskap.planning import told
    from kunskap.project import open_project

    survey = open_project(project).survey
    found = plan_survey(read_design(survey), response=response / 100, base=read_policy(survey).base_for)
    say(told(found, words=read_words(survey, language)))


@app.command(
    help="Publicera ett formulär för ett enkätverktyg, för papper eller för en kurs. Inget som deltagare får "
    "innehåller rätt svar.\n\nVerktyg: limesurvey, xlsform, word, codecard, codebook, moodle.\n\n"
    "Exempel: kunskap publish limesurvey --form baslinje --project ../vårt-projekt\n\n"
    "Kodkort att dela ut: kunskap publish codecard --form baslinje --codes 40"
)
@told_in_words
def publish(
    tool: Annotated[str, typer.Argument(help="Verktyget som filerna är till för.")],
    form: Annotated[
        str | None, typer.Option("--form", help="Formuläret; moodle och codecard klarar sig utan.", show_default=False)
    ] = None,
    output: Annotated[Path, typer.Option("--output", help="Mappen för filerna.")] = Path("publicerat"),
    publish_language: Annotated[
        str | None, typer.Option("--lang", help="Språk: sv, en eller both (alla, som utan valet).", show_default=False)
    ] = None,
    codes: Annotated[
        int,
        typer.Option("--codes", min=0, max=MOST_CARDS, help="Antal kodkort med färdiga koder; bara för codecard."),
    ] = 0,
    project: ProjectOption = None,
) -> None:
    """Write a form as files for another system."""
    from kunskap.codes import issue_codes, read_code_words
    from kunskap.decided import read_decided_bank
    from kunskap.instrument import keep_instrument
    from kunskap.project import open_project
    from kunskap.publish import publish as publish_form

    words = read_words(language="en" if publish_language == "en" else "sv")
    opened = open_project(project)
    survey, bank = opened.survey, read_decided_bank(opened.survey)
    chosen = None if publish_language == EVERY_LANGUAGE else publish_language
    if codes and chosen is None:  # a code stands on one card only, in one language
        chosen = bank.languages[0]
    drawn = issue_codes(codes, words=read_code_words(survey)) if codes else []
    made = publish_form(form, tool=tool, folder=output, bank=bank, language=chosen, survey=survey, codes=drawn)
    today = date.today()
    for wave in opened.waves.values():
        if wave.form == form and (wave.closes is None or today <= wave.closes):
            keep_instrument(opened, wave, bank=bank, on=today)
    listed = "\n".join(f"  {path.resolve()}" for path in made)
    say(words("cli.published", files=listed))
    if form is not None and any(bank.is_special(item) for item in bank.forms[form].shown_to):
        say(words("cli.publish_officials_only"))
    note = f"cli.publish_note.{'issued' if codes else tool}"
    if note in words.texts:
        say(words(note))


@bank_app.command(
    name="export",
    help="Skriv alla frågor till en Excelfil för granskning.\n\nExempel: kunskap bank export granskning.xlsx",
)
@told_in_words
def export_bank(
    file: Annotated[Path, typer.Argument(help="Excelfilen som ska skrivas.")],
    project: ProjectOption = None,
    language: Language = "sv",
) -> None:
    """Write the bank for experts: one row per item, marked internal because it holds the keys."""
    from kunskap.bank import read_bank
    from kunskap.project import open_project
    from kunskap.publish.review import export_review

    words = read_words(language=language)
    path = export_review(file, bank=read_bank(open_project(project).survey), language=language)
    say(words("cli.bank_exported", path=path.resolve()))


@bank_app.command(
    name="import",
    help="Läs en granskad Excelfil: visa ändringarna, fråga, och skriv bara det som har ändrats.\n\n"
    "Exempel: kunskap bank import granskning.xlsx",
)
@told_in_words
def import_bank(
    file: Annotated[Path, typer.Argument(help="Den granskade Excelfilen.")],
    project: ProjectOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Skriv utan att fråga.")] = False,
    language: Language = "sv",
) -> None:
    """Show what experts changed, and write it when the user agrees."""
    from kunskap.bank import read_bank
    from kunskap.project import open_project
    from kunskap.publish.review import import_review
    from kunskap.publish.review_writing import write_review

    words = read_words(language=language)
    survey = open_project(project).survey
    differences = import_review(file, bank=read_bank(survey), survey=survey)
    for row in differences.itertuples(index=False):
        say(words("cli.bank_difference", item=row.item, field=row.field, before=row.before, after=row.after))
    changes = differences[differences["field"] != "comment"]
    if changes.empty:
        say(words("cli.bank_unchanged"))
        return
    if yes or typer.confirm(words("cli.bank_ask", count=words.count(len(changes)), survey=survey)):
        written = write_review(differences, survey=survey)
        say(words("cli.bank_written", count=words.count(len(written))))
    else:
        say(words("cli.bank_unwritten"))


@bank_app.command(
    name="blind",
    help="Skriv frågor att svara på utan nyckel, och nyckeln i en fil för sig.\n\n"
    "Exempel: kunskap bank blind svara.md --item goals06",
)
@told_in_words
def blind_bank(
    file: Annotated[Path, typer.Argument(help="Filen med frågorna (Markdown).")],
    item: Annotated[
        list[str] | None,
        typer.Option("--item", help="En frågas id; flera går bra. Annars alla utkast.", show_default=False),
    ] = None,
    project: ProjectOption = None,
    language: Language = "sv",
) -> None:
    """Write drafts for a second reader, in random order."""
    import numpy as np

    from kunskap.bank import read_bank
    from kunskap.project import open_project
    from kunskap.publish.blind import save_blind

    survey = open_project(project).survey
    bank, words = read_bank(survey), read_words(survey, language)
    sheet, key = save_blind(file, bank=bank, words=words, rng=np.random.default_rng(), items=item or None)
    say(words("cli.bank_blind", sheet=sheet.resolve(), beside=key.resolve()))
