"""Review a draft strategy: finds to consider, comments in a copy, before and after, participants' judgements."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kunskap.cli.console import Language, app, say, told_in_words
from kunskap.errors import KunskapError, fault
from kunskap.words import read_words

JUDGING_SEED = 2026


@app.command(
    name="review",
    help="Granska ett utkast till strategi: styr det, eller nämner det bara? Varje fynd är ett förslag att granska, "
    "och hur ofta reglerna har rätt står bredvid. Din egen fil ändras aldrig.\n\n"
    "Exempel: kunskap review utkast.docx --comments utkast-kommentarer.docx",
)
@told_in_words
def review_draft(
    file: Annotated[Path, typer.Argument(help="Utkastet: .docx, .md, .txt eller .pdf.")],
    comments: Annotated[
        Path | None, typer.Option("--comments", help="Skriv en kopia (.docx) med kommentarer.", show_default=False)
    ] = None,
    after: Annotated[
        Path | None, typer.Option("--after", help="Den antagna texten, att jämföra med.", show_default=False)
    ] = None,
    table: Annotated[Path | None, typer.Option("--table", help="Skriv fynden som CSV.", show_default=False)] = None,
    sheet: Annotated[
        Path | None,
        typer.Option("--sheet", help="Skriv en tom tabell för deltagarnas bedömningar.", show_default=False),
    ] = None,
    judgements: Annotated[
        Path | None, typer.Option("--judgements", help="Den ifyllda tabellen.", show_default=False)
    ] = None,
    language: Language = "sv",
) -> None:
    """Review a draft and say what was found."""
    import numpy as np

    from kunskap.growth import review as growth_review
    from kunskap.growth.review.spreadsheets import save_table
    from kunskap.growth.review.telling import legend

    words = read_words(language=language)
    rules, checklist = growth_review.read_rules(), growth_review.read_checklist()
    marked = growth_review.read_marked()
    measured = growth_review.accuracy(marked[marked["set"] == "held_out"], rules=rules)
    found = growth_review.review(growth_review.read_draft(file), rules=rules, name=file.name)
    targets = [path for path in (comments, table, sheet) if path is not None]
    faults = [fault("REVIEW-22", str(path)) for path in targets if path.exists() or targets.count(path) > 1]
    if faults:
        raise KunskapError(faults)
    say(growth_review.told(found, rules=rules, words=words, checklist=checklist, measured=measured))
    if after is not None:
        later = growth_review.review(growth_review.read_draft(after), rules=rules, name=after.name)
        changed = growth_review.difference(found, later, checklist=checklist)
        names = (found.name, later.name)
        say("\n" + growth_review.told_difference(changed, rules=rules, words=words, checklist=checklist, names=names))
    if judgements is not None:
        said = growth_review.read_judgements(judgements, found)
        compared = growth_review.judged(said, found, rng=np.random.default_rng(JUDGING_SEED))
        say("\n" + growth_review.told_judged(compared, rules=rules, words=words))
    if comments is not None:
        written = growth_review.save_commented(
            file, found, output=comments, rules=rules, words=words, measured=measured
        )
        say("\n" + words("draft.commented", path=written.resolve()))
    if table is not None:
        explained = growth_review.explained(found, rules=rules, language=language)
        written = save_table(table, explained)
        say("\n" + words("draft.table_written", path=written.resolve()))
    if sheet is not None:
        written = growth_review.save_judgement_sheet(sheet, found)
        say("\n" + words("draft.sheet_written", path=written.resolve()))
        say(legend(rules=rules, words=words))
