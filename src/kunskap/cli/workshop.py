"""Before a workshop, and when its net fails: preflight, rehearsal, and counting raised cards."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kunskap.cli.console import FormOption, Language, ProjectOption, app, say, step, told_in_words, typed
from kunskap.words import Words, read_words

if TYPE_CHECKING:
    from kunskap.serve import Settings

REPORTS = "reports"


@app.command(
    help="Pröva datorn, nätet och projektorn före en kurs, och få veta vilken väg ni ska använda.\n\n"
    "Exempel: kunskap preflight --project vårt-projekt"
)
@told_in_words
def preflight(
    project: ProjectOption = None,
    host: Annotated[str, typer.Option("--host", help="Adress att lyssna på.")] = "0.0.0.0",
    port: Annotated[int, typer.Option("--port", help="Port.", min=0, max=65535)] = 8765,
    address: Annotated[
        str | None, typer.Option("--address", help="Den https-adress som IT har satt upp.", show_default=False)
    ] = None,
    wait: Annotated[int, typer.Option("--wait", help="Så många sekunder väntar vi på en telefon.", min=0)] = 60,
    ask: Annotated[bool, typer.Option("--ask/--no-ask", help="Fråga om projektorn.")] = True,
    language: Language = "sv",
) -> None:
    """Look at everything, then say which way to use."""
    from kunskap import preflight as look
    from kunskap.project import open_project
    from kunskap.serve.running import address_of, qr_code

    opened = open_project(project)
    words = read_words(opened.survey, language)
    beside = opened.folder / "answers" if opened.folder else Path.cwd()
    checks = [look.port(host, port), look.disk(beside), look.store_folder(beside), look.clock(beside), look.power()]
    for check in checks:
        _tell(check, words)
    if address is not None:
        checks.append(look.hosted(address))
        _tell(checks[-1], words)
    if wait and checks[0].state == look.GOOD:

        def started(at: int, path: str) -> None:
            shown = address_of(host, at).rstrip("/") + path
            say(qr_code(shown))
            say(words("preflight.open_on_phone", address=shown, seconds=wait))

        checks.append(look.visit(host, port, seconds=wait, started=started))
        _tell(checks[-1], words)
    if ask:
        is_seen = typer.confirm(words("preflight.ask_projector"), default=True)
        checks.append(look.Check("projector", look.GOOD if is_seen else look.BAD))
        _tell(checks[-1], words)
    say(words(f"preflight.way.{look.way_to_use(checks)}"))


def _tell(check: object, words: Words) -> None:
    from kunskap.preflight import Check

    assert isinstance(check, Check)
    say(f"{words(f'preflight.sign.{check.state}')} {words(f'preflight.{check.name}.{check.state}', **check.values)}")


@app.command(
    help="Räkna upp kort eller papper när nätet inte håller: samma figur som telefonernas.\n\n"
    'Exempel: kunskap tally goals51 "5 7 2 1" --project vårt-projekt'
)
@told_in_words
def tally(
    item: Annotated[str, typer.Argument(help="Frågans namn, till exempel goals51.")],
    counts: Annotated[
        str | None,
        typer.Argument(help="Antalen i kortens ordning, eller a=5 b=7. Utan dem frågas det.", show_default=False),
    ] = None,
    project: ProjectOption = None,
    occasion: Annotated[str, typer.Option("--occasion", help="before eller after.")] = "before",
    reveal: Annotated[bool, typer.Option("--reveal", help="Märk ut rätt svar i figuren.")] = False,
    language: Language = "sv",
) -> None:
    """Count, keep the counts, and draw what the room may see."""
    from kunskap.decided import read_decided_bank
    from kunskap.disclosure import read_policy
    from kunskap.errors import KunskapError, fault
    from kunskap.plots import svg
    from kunskap.plots.room import room_shares
    from kunskap.project import open_project
    from kunskap.tally import keep_tally, read_counts
    from kunskap.tally import tally as counted
    from kunskap.whole_files import save_file

    opened = open_project(project)
    words = read_words(opened.survey, language)
    bank = read_decided_bank(opened.survey)
    if item not in bank.items:
        raise KunskapError([fault("TALLY-01", item)])
    question = bank.items[item]
    read_counts("0", item=question)  # a question that cannot be counted is told before anything is asked
    if counts is None:
        say(question.stem[language])
        for option in question.options:
            say(f"  {option.id}  {option.text[language]}")
        counts = str(typer.prompt(words("tally.ask")))
    given = read_counts(counts, item=question)
    folder = opened.folder or Path.cwd()
    keep_tally(given, item=question, occasion=occasion, folder=folder / "answers", day=dt.date.today())
    policy = read_policy(opened.survey)
    answered = sum(given.values())
    released = counted(given, item=question, policy=policy, simulated=opened.simulated) if answered else None
    if released is None or released.table("room")["hidden"].notna().any():
        say(words("tally.hidden", answered=answered, needed=policy.for_room().base))
        return
    drawing = room_shares(released, bank=bank, words=words, item=item, revealed=reveal)
    path = save_file(folder / REPORTS / f"rakning-{item}-{occasion}.svg", svg(drawing).encode())
    say(drawing.alt)
    say(words("tally.saved", path=path, next=typed("tally", item, "--occasion", "after")))


@app.command(
    help="Genrep: låt påhittade deltagare svara på den egna datorn, i ett eget lager som sedan tas bort.\n\n"
    "Exempel: kunskap rehearse --project vårt-projekt --form namnd --people 30"
)
@told_in_words
def rehearse(
    project: ProjectOption = None,
    form: FormOption = None,
    people: Annotated[int, typer.Option("--people", help="Så många.", min=1, max=2000)] = 30,
    seconds: Annotated[float, typer.Option("--seconds", help="Så länge svarar var och en.", min=1)] = 30,
    url: Annotated[
        str | None,
        typer.Option("--url", help="En sida på den egna datorn som säger att svaren är påhittade.", show_default=False),
    ] = None,
    language: Language = "sv",
) -> None:
    """Walk a form with simulated people, and say how it went."""
    import numpy as np

    from kunskap.decided import read_decided_bank
    from kunskap.project import open_project
    from kunskap.rehearsal import loopback_place, run, summary
    from kunskap.rehearsal import rehearse as walk
    from kunskap.serve import settings_for

    opened = open_project(project)
    words = read_words(opened.survey, language)
    with tempfile.TemporaryDirectory(prefix="kunskap-genrep-", ignore_cleanup_errors=True) as folder:
        settings: Settings | None = None
        if url is None:
            bank = read_decided_bank(opened.survey)
            settings = settings_for(
                opened,
                store=f"sqlite:///{(Path(folder) / 'genrep.sqlite').as_posix()}",
                bank=bank,
                words={each: read_words(opened.survey, each) for each in bank.languages},
                form=form,
                paced="self",
            )
        else:
            loopback_place(url)

        async def rehearsed() -> dict[str, float]:
            address = url or _opened(settings)
            return dict(summary(await walk(address, people=people, seconds=seconds, rng=np.random.default_rng())))

        with step(words("rehearsal.under_way", people=people)):
            found = run(rehearsed())
        if settings is not None:
            settings.store.engine.dispose()
    say(
        words(
            "rehearsal.done",
            completed=words.count(found["completed"]),
            people=words.count(found["people"]),
            answers=words.count(found["answers"]),
            p95=words.number(found["p95"], decimals=2),
        )
    )
    say(words("rehearsal.slow" if found["p95"] > 1 else "rehearsal.quick"))


def _opened(settings: Settings | None) -> str:
    """The page in this process, with every page saying that its answers are invented."""
    from dataclasses import replace

    from tornado.netutil import bind_sockets

    from kunskap.serve import make_app, make_server

    assert settings is not None
    server = make_server(make_app(replace(settings, simulated=True, opens=None, closes=None)))
    sockets = bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    return f"http://127.0.0.1:{sockets[0].getsockname()[1]}/"
