"""The finds in words: a summary to read, and comments in a copy of the user's own Word file."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from kunskap.errors import KunskapError, fault
from kunskap.growth.review.checklist import Point
from kunskap.growth.review.finding import Review
from kunskap.growth.review.passages import laid_out
from kunskap.growth.review.rules import CODES, LINKS, PASSAGE_CODES, Rules
from kunskap.growth.review.word import with_comments, word_blocks
from kunskap.system_errors import problem
from kunskap.whole_files import save_file
from kunskap.words import Words

__all__ = ["explained", "legend", "save_commented", "told", "told_accuracy", "told_difference", "told_judged"]

AUTHOR = "kunskap"
PLACES = {"rad": "line", "stycke": "paragraph", "sida": "page"}


def explained(found: Review, *, rules: Rules, language: str) -> pd.DataFrame:
    """The finds with label, why and proposal in words.

    Returns
    -------
    DataFrame
        The columns of `Review.finds` up to `missing`, and `label`, `why`, `proposal`.
    """
    table = found.finds.drop(columns=["start", "end"])
    why = [
        rules.finds[code].why[language].format(missing=_missing(missing, rules, language))
        for code, missing in zip(table["code"], table["missing"], strict=True)
    ]
    table["place"] = [_place(place, language) for place in table["place"]]
    texts = {
        name: [getattr(rules.finds[code], name)[language] for code in table["code"]] for name in ("label", "proposal")
    }
    return table.assign(label=texts["label"], why=why, proposal=texts["proposal"])


def _place(place: str, language: str) -> str:
    """The place in the reader's language; the readers write it in Swedish."""
    word, _, number = place.partition(" ")
    return f"{PLACES.get(word, word)} {number}" if language == "en" else place


def _missing(missing: str, rules: Rules, language: str) -> str:
    parts = missing.split(", ")
    return ", ".join(rules.links[part][language] for part in parts) if set(parts) <= set(LINKS) else missing


def save_commented(
    path: str | Path, found: Review, *, output: str | Path, rules: Rules, words: Words, measured: pd.DataFrame
) -> Path:
    """Write a copy of a Word file with each find as a comment, whole or not at all.

    Parameters
    ----------
    path : str or Path
        The user's own ``.docx``; it is only read.
    found : Review
        What was found in it.
    output : str or Path
        The copy; there must be no file there, so that neither the draft nor somebody's own comments are lost.
    rules : Rules
        From `read_rules`.
    words : Words
        The language of the comments.
    measured : DataFrame
        From `accuracy`: how often the rule was right stands in each comment.

    Returns
    -------
    Path
        The copy.

    Raises
    ------
    KunskapError
        ``REVIEW-16`` for another kind of file, ``REVIEW-22`` where the copy would replace something, ``REVIEW-23`` if
        the draft is not the one that was reviewed, ``READ-43`` if it cannot be written.
    """
    path, output = Path(path), Path(output)
    for one in (path, output):
        if one.suffix.lower() != ".docx":
            raise KunskapError([fault("REVIEW-16", str(one), ending=one.suffix or "–")])
    if output.exists():
        raise KunskapError([fault("REVIEW-22", str(output))])
    try:
        content = path.read_bytes()
    except OSError as error:
        raise KunskapError([fault("REVIEW-06", str(path), problem=problem(error))]) from error
    now = laid_out(word_blocks(content, where=str(path)))
    if now["text"].tolist() != found.paragraphs["text"].tolist():
        pairs = zip(now["text"], found.paragraphs["text"], strict=False)
        number = next((place for place, (a, b) in enumerate(pairs, start=1) if a != b), len(now))
        raise KunskapError([fault("REVIEW-23", str(path), number=number)])
    table = explained(found, rules=rules, language=words.language)
    places = zip(found.finds["paragraph"], found.finds["start"], found.finds["end"], strict=True)
    comments = [
        (int(number), int(start), int(end), _comment(row, words, measured))
        for (number, start, end), row in zip(places, table.to_dict("records"), strict=True)
    ]
    return save_file(output, with_comments(content, comments, where=str(path), author=AUTHOR))


def _comment(row: Mapping[Hashable, Any], words: Words, measured: pd.DataFrame) -> str:
    lines = [words("draft.comment_head", label=row["label"]), str(row["why"])]
    lines += [words("draft.comment_words", words=row["words"]), words("draft.comment_proposal", text=row["proposal"])]
    right = measured.set_index("code")
    if row["code"] in right.index and right.at[row["code"], "found"]:
        counts = {name: words.count(right.at[row["code"], name]) for name in ("agreed", "found", "passages")}
        lines.append(words("draft.comment_accuracy", **counts))
    return "\n".join(lines)


def told(found: Review, *, rules: Rules, words: Words, checklist: Sequence[Point], measured: pd.DataFrame) -> str:
    """The finds, how often such finds are right, and the questions that are left to people."""
    table = explained(found, rules=rules, language=words.language)
    passages = found.paragraphs["passage"].nunique()
    lines = [words("draft.head", name=found.name, passages=words.count(passages), finds=words.count(len(table)))]
    for code in CODES:
        rows = table[table["code"] == code]
        if rows.empty:
            continue
        lines += ["", f"{rules.finds[code].label[words.language]} ({words.count(len(rows))})"]
        for row in rows.to_dict("records"):
            lines.append("  " + words("draft.find", **{name: row[name] for name in ("place", "heading", "words")}))
            lines.append(f"    ”{row['quote']}”")
            if row["missing"]:
                lines.append(f"    {row['why']}")
        if not rows["missing"].any():
            lines.append("  " + str(rows["why"].iloc[0]))
        lines.append("  " + words("draft.comment_proposal", text=rows["proposal"].iloc[0]))
    goals = {
        name: words.count(found.bases[name])
        for name in ("goals", "goals_with_indicator", "goals_with_indicator_by_sex")
    }
    lines += ["", words("draft.goals", **goals), "", *told_accuracy(measured, rules=rules, words=words), ""]
    lines.append(words("draft.by_people"))
    lines += [f"  - {point.question[words.language]} ({point.source})" for point in checklist if not point.finds]
    return "\n".join(lines)


def told_accuracy(measured: pd.DataFrame, *, rules: Rules, words: Words) -> Iterator[str]:
    """How often the rules were right on the passages held out, with intervals, and what that does not say."""
    yield words("draft.accuracy_head", passages=words.count(measured["passages"].max()))
    for row in measured.to_dict("records"):
        values = {name: words.count(row[name]) for name in ("marked", "found", "agreed")}
        values |= {name: words.share(row[name]) for name in map(str, row) if name.startswith(("precision", "recall"))}
        yield "  " + words("draft.accuracy", label=rules.finds[row["code"]].label[words.language], **values)
    yield "  " + words("draft.accuracy_note")


def told_difference(
    table: pd.DataFrame, *, rules: Rules, words: Words, checklist: Sequence[Point], names: tuple[str, str]
) -> str:
    """The table of `difference` in words, a line per row."""
    questions = {point.id: point.question[words.language] for point in checklist}
    labels = {code: find.label[words.language] for code, find in rules.finds.items()}
    lines = [words("draft.difference_head", before=names[0], after=names[1])]
    for kind, rows in table.groupby("kind", sort=False):
        lines += ["", words(f"draft.difference_{kind}")]
        for row in rows.to_dict("records"):
            label = questions.get(row["id"]) or labels.get(row["id"]) or words(f"draft.{row['id']}")
            if pd.isna(row["before"]):
                lines.append("  " + words("draft.difference_people", label=label))
                continue
            values = {name: words.count(row[name]) for name in ("before", "before_of", "after", "after_of")}
            lines.append("  " + words("draft.difference", label=label, **values))
    lines += ["", words("draft.difference_note")]
    return "\n".join(lines)


def told_judged(table: pd.DataFrame, *, rules: Rules, words: Words) -> str:
    """The table of `judged` in words, a line per code."""
    lines = [words("draft.judged_head")]
    for row in table.to_dict("records"):
        values = {name: words.count(row[name]) for name in ("passages", "most_say", "rules_say", "both_say")}
        values |= {name: words.number(row[name], decimals=2) for name in ("alpha", "low", "high")}
        lines.append("  " + words("draft.judged", label=rules.finds[row["code"]].label[words.language], **values))
    lines.append("  " + words("draft.judged_note"))
    return "\n".join(lines)


def legend(*, rules: Rules, words: Words) -> str:
    """What the numbers in the table of judgements stand for."""
    listed = enumerate(PASSAGE_CODES, start=1)
    return "\n".join(f"  {number}  {rules.finds[code].label[words.language]}" for number, code in listed)
