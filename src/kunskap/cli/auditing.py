"""Attack published reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kunskap.cli.console import (
    FormOption,
    Language,
    MappingOption,
    ProjectOption,
    WaveOption,
    app,
    say,
    step,
    told_in_words,
)
from kunskap.errors import KunskapError, fault
from kunskap.words import Words, read_words

if TYPE_CHECKING:
    from kunskap.audit.folder import Published
    from kunskap.audit.reader import Reading
    from kunskap.audit.run import Result
    from kunskap.bank import Bank

FOUND = 1


@app.command(
    help="Pröva om det som är dolt i en rapport går att räkna ut ändå, av den som har alla tabeller.\n\n"
    "Flera mappar prövas tillsammans: gäller de olika många tas de färre som en del av de fler, och bredvid en "
    "uppföljning tas en rapport om en omgång som den omgång där lika många svarat. Slutar med 1 om något går att "
    "räkna ut.\n\n"
    "Exempel: kunskap audit ../vårt-projekt/reports/svar"
)
@told_in_words
def audit(
    folders: Annotated[list[Path], typer.Argument(help="Rapportens mapp, en eller flera.", show_default=False)],
    seconds: Annotated[float, typer.Option("--seconds", min=0.1, help="Så lång tid får det ta.")] = 120.0,
    first: Annotated[bool, typer.Option("--first", help="Sluta när något är hittat.")] = False,
    answers: Annotated[
        Path | None,
        typer.Option("--answers", help="Svarsfilen: går fortare och prövar bara svar som finns.", show_default=False),
    ] = None,
    project: ProjectOption = None,
    form: FormOption = None,
    wave: WaveOption = None,
    mapping: MappingOption = None,
    language: Language = "sv",
) -> None:
    """Tell what can be worked out of what is hidden."""
    from kunskap.audit.answers import people_of_answers
    from kunskap.audit.run import attack
    from kunskap.audit.telling import question_in_words
    from kunskap.decided import read_decided_bank
    from kunskap.inventory import completed
    from kunskap.project import Wave, open_project
    from kunskap.readers import read_responses

    if answers is not None and len(folders) > 1:
        raise KunskapError([fault("AUDIT-06", "--answers", count=len(folders))])
    opened = open_project(project, beside=folders[0])
    words, bank = read_words(opened.survey, language), read_decided_bank(opened.survey)
    published, reading = _taken_up(folders, opened.survey, bank=bank, words=words)
    people = None
    if answers is not None:
        asked = opened.wave(wave) or Wave("")
        with step(words("cli.step_read", file=answers.name)):
            imported = read_responses(
                answers,
                bank=bank,
                form=form or asked.form,
                wave=asked.id or None,
                opens=asked.opens,
                closes=asked.closes,
                key=opened.key,
                mapping=mapping,
            )
            people = people_of_answers(completed(imported), imported.respondents, bank=bank, reading=reading)
    with step(words("cli.audit.step_attack")) as under_way:
        result = attack(
            reading,
            people=people,
            seconds=seconds,
            first=first,
            progress=lambda done, of, name: under_way(
                words("cli.audit.question", done=done + 1, of=of, question=question_in_words(name, words))
            ),
        )
    for line in _report(published, reading, result, bank=bank, words=words):
        say(line)
    if result.found or result.contrary or any(one.in_the_open for one in published):
        raise typer.Exit(FOUND)


def _taken_up(folders: Sequence[Path], survey: Path, *, bank: Bank, words: Words) -> tuple[list[Published], Reading]:
    """Read the folders as any reader would, and put them together."""
    from kunskap.audit.folder import read_published
    from kunskap.audit.reader import read_report
    from kunskap.audit.thresholds import read_thresholds
    from kunskap.audit.together import persons_of, together
    from kunskap.audit.waves import in_waves
    from kunskap.design import read_design

    frame = read_design(survey).population if (survey / "population.csv").is_file() else None
    published, readings = [], []
    for place in folders:
        with step(words("cli.audit.step_read", folder=place)):
            published.append(read_published(place))
            rules = read_thresholds(published[-1].manifest, survey=survey)
            readings.append(read_report(published[-1].tables, bank=bank, thresholds=rules, frame=frame))
    if len(folders) == 1:
        return published, readings[0]
    made = in_waves(readings, [persons_of(one) for one in published])
    for number, wave in made.matched.items():
        say(words("cli.audit.of_wave", folder=folders[number], wave=wave))
    for number in made.left_out:
        say(words("cli.audit.of_no_wave", folder=folders[number]))
    persons = made.persons
    counts = ", ".join(words.count(count) for count in persons)
    if not made.matched:
        key = "one_crowd" if len(set(persons)) == 1 else "several_crowds"
        say(words(f"cli.audit.{key}", count=words.count(persons[0]), counts=counts))
    return published, together(made.readings, persons)


def _report(
    published: Sequence[Published], reading: Reading, result: Result, *, bank: Bank, words: Words
) -> Iterator[str]:
    """What was found, what was tried and what was not, line by line."""
    from kunskap.audit.run import MOST
    from kunskap.audit.telling import found_in_words, left_out_in_words, result_in_words

    found = [words("cli.audit.open", table=table, figure=key) for one in published for table, key in one.in_the_open]
    found += found_in_words(result.found, bank=bank, words=words)
    yield ""
    yield words("cli.audit.found" if found else "cli.audit.found_none")
    yield from found
    if result.found:
        yield words("cli.audit.more", most=MOST)
    yield from result_in_words(result, hidden=sum(one.hidden for one in published), words=words)
    left_out = list(left_out_in_words(reading.left_out, words))
    if left_out:
        yield words("cli.audit.not_used")
        yield from left_out
    yield words("cli.audit.limits")
