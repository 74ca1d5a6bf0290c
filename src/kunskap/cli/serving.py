"""The participants' page from the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kunskap.cli.console import FormOption, Language, ProjectOption, WaveOption, app, say, told_in_words
from kunskap.errors import KunskapError
from kunskap.words import read_words

STORE_NAME = "svar.sqlite"


@app.command(
    help="Öppna enkäten eller ett quiz för deltagarnas telefoner.\n\n"
    "Exempel: kunskap serve --project ../vårt-projekt --form baslinje --wave 2026 --host 0.0.0.0"
)
@told_in_words
def serve(
    project: ProjectOption = None,
    form: FormOption = None,
    wave: WaveOption = None,
    occasion: Annotated[
        str | None,
        typer.Option("--occasion", help="Tillfälle: inventory, before, after eller later.", show_default=False),
    ] = None,
    paced: Annotated[
        str | None,
        typer.Option(
            "--paced",
            help="trainer: kursledaren öppnar en fråga i taget (vanligast i kurser); self: var och en i sin takt.",
            show_default=False,
        ),
    ] = None,
    room: Annotated[
        str | None, typer.Option("--room", help="Rummets namn, när flera kurser har samma databas.", show_default=False)
    ] = None,
    form_after: Annotated[
        str | None,
        typer.Option("--form-after", help="Formulär efter modulen, om det är ett annat.", show_default=False),
    ] = None,
    shown: Annotated[str, typer.Option("--shown", help="one: en fråga i taget; all: alla frågor på en sida.")] = "one",
    tries: Annotated[
        int | None,
        typer.Option("--tries", help="Försök per fråga i ett quiz; annars hur många som helst.", show_default=False),
    ] = None,
    store: Annotated[
        str | None,
        typer.Option("--store", help="Databasens adress; annars svar.sqlite i projektets answers.", show_default=False),
    ] = None,
    host: Annotated[str, typer.Option("--host", help="Adress att lyssna på; 0.0.0.0 för hela nätet.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port.", min=0, max=65535)] = 8765,
    address: Annotated[
        str | None,
        typer.Option("--address", help="Den https-adress som deltagarna når sidan på.", show_default=False),
    ] = None,
    contact: Annotated[str, typer.Option("--contact", help="Vem man säger till om något inte fungerar.")] = "",
    language: Language = "sv",
) -> None:
    """Serve a form until Ctrl+C."""
    from kunskap.decided import read_decided_bank
    from kunskap.disclosure import read_policy
    from kunskap.instrument import keep_instrument
    from kunskap.project import open_project
    from kunskap.serve import make_app, settings_for
    from kunskap.serve.room_file import leave_room, open_room
    from kunskap.serve.running import address_of, is_loopback, qr_code, run

    opened = open_project(project)
    words = read_words(opened.survey, language)
    bank = read_decided_bank(opened.survey)
    beside = opened.folder / "answers" if opened.folder else Path.cwd()
    settings = settings_for(
        opened,
        store=store or f"sqlite:///{(beside / STORE_NAME).as_posix()}",
        bank=bank,
        words={each: read_words(opened.survey, each) for each in bank.languages},
        form=form,
        wave=wave,
        occasion=occasion,
        contact=contact,
        tls=(address or "").startswith("https://"),
        policy=read_policy(opened.survey),
        paced=paced,
        room=room,
        form_after=form_after,
        shown=shown,
        tries=tries,
    )
    served = opened.waves.get(settings.wave)
    try:
        if served is not None and served.form == settings.form.id:
            keep_instrument(opened, served, bank=bank, on=date.today())
    except KunskapError as error:  # a hosted page may have no right to write there, and is opened all the same
        say(error.message(language))
    told_of: list[Path] = []

    def started(at: int) -> None:
        shown = address_of(host, at, public=address)
        say(qr_code(shown))
        say(words("serve.started", form=settings.form.id, address=shown))
        if opened.key is None:
            say(words("serve.no_key"))
        if opened.folder and wave and served is None and settings.paced == "self":
            say(words("serve.wave_unnamed", wave=wave, path=opened.folder / "waves.toml"))
        if address is None:
            say(words("serve.local_only") if is_loopback(host) else words("serve.no_tls"))
        if settings.paced == "trainer":
            told_of.append(open_room(opened.folder or Path.cwd(), at, settings))
            say(words("room.started", room=settings.room, path=told_of[0], token=settings.token))
        say(words("serve.stop"))

    try:
        run(make_app(settings), host=host, port=port, started=started)
    finally:
        leave_room(told_of[0] if told_of else None)
    say(words("serve.stopped", store=settings.store.name))
