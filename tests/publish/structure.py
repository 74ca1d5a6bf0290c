"""LimeSurvey's structure file as plain tab-separated text, and what LimeSurvey would export from such a survey.

Written from real files (``structure.txt`` and the exports among the readers' tests) and LimeSurvey's manual;
it takes nothing from the library.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

SYSTEM = ("id", "submitdate", "lastpage", "startlanguage", "seed", "startdate", "datestamp")
SYSTEM_TEXTS = ("Svars-ID", "Datum inskickad", "Sista sidan", "Startspråk", "Frö", "Datum påbörjad")
SYSTEM_TEXTS = (*SYSTEM_TEXTS, "Datum senaste åtgärd")
Row = dict[str, str]


def rows_of(content: bytes) -> list[Row]:
    """The rows; a file whose rows are longer or shorter than its heading is broken."""
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter="\t"))
    assert all(len(line) == len(lines[0]) for line in lines)
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def shown(text: str) -> str:
    """What a person reads of LimeSurvey's HTML."""
    return html.unescape(re.sub(r"<br ?/?>", "\n", re.sub(r"<script.*?</script>", "", text)))


@dataclass
class Question:
    code: str
    type: str
    page: int
    relevance: str
    other: bool
    text: str
    subquestions: dict[str, tuple[str, str]] = field(default_factory=dict)  # code → text, relevance
    answers: dict[str, str] = field(default_factory=dict)
    alone: tuple[str, ...] = ()  # of several choices, those that the tool lets nobody choose beside others

    def columns(self) -> Iterator[tuple[str, str, str]]:
        """Each export column: code, text, relevance."""
        if self.type in ("M", "F"):
            for code, (text, relevance) in self.subquestions.items():
                joined = relevance if self.relevance == "1" else f"({self.relevance} and {relevance})"
                yield f"{self.code}[{code}]", f"{self.text} [{text}]", joined
        else:
            yield self.code, self.text, self.relevance
        if self.other:
            yield f"{self.code}[other]", f"{self.text} [Annat]", self.relevance


def questions_of(rows: Sequence[Row], language: str) -> list[Question]:
    found: list[Question] = []
    page = 0
    for row in rows:
        if row["language"] != language:
            continue
        if row["class"] == "G":
            page += 1
        elif row["class"] == "Q":
            other = row["other"] == "Y"
            found.append(Question(row["name"], row["type/scale"], page, row["relevance"], other, shown(row["text"])))
            found[-1].alone = tuple(filter(None, row["exclude_all_others"].split(";")))
        elif row["class"] == "SQ":
            found[-1].subquestions[row["name"]] = (shown(row["text"]), row["relevance"])
        elif row["class"] == "A":
            found[-1].answers[row["name"]] = shown(row["text"])
    return found


def is_relevant(expression: str, answers: Mapping[str, str]) -> bool:
    """LimeSurvey's expression for a filter, as far as these files use it."""
    known = re.sub(
        r'(\w+)\.NAOK == "(\w+)"', lambda found: str(answers.get(found[1], "") == found[2]), expression
    ).replace("1", "True")
    if not re.fullmatch(r"(?:[() ]|and|or|True|False)+", known):
        raise ValueError(expression)
    return bool(eval(known))  # only brackets, and, or, True and False are left


@dataclass(frozen=True)
class Person:
    """What one person did: column → what they answered; a column that is missing was not shown or not reached."""

    number: int
    answers: dict[str, str]
    complete: bool
    reached: int  # the last page


TEXTS = (
    "Ett svar",
    'Hon sa "nej"; sedan\ttyst',
    "Rad ett\nrad två åäö é –",
    "=1+1",
    "-Streck, komma; semikolon",
    "{x}",
)


def people(questions: Sequence[Question], *, n: int, rng: np.random.Generator, code: str = "code") -> list[Person]:
    """Random people: skips, filters, a few who stop halfway."""
    last = questions[-1].page
    found = []
    for number in range(1, n + 1):
        complete = bool(rng.random() < 0.8)
        reached = last if complete else int(rng.integers(2, last + 1))
        answers: dict[str, str] = {}
        for question in questions:
            if question.page > reached:
                continue
            ticked = bool(rng.random() < 0.8)
            alone = str(rng.choice(np.array(question.alone))) if question.alone and rng.random() < 0.3 else ""
            for column, _, relevance in question.columns():
                if not is_relevant(relevance, answers):
                    continue
                part = column.partition("[")[2].rstrip("]")
                if question.code == code:
                    answers[column] = f"lind-sten-{number}"
                elif question.type == "M":
                    tick = part == alone if alone else part not in question.alone and bool(rng.random() < 0.6)
                    answers[column] = "Y" if ticked and tick else ""
                elif rng.random() < 0.15 and question.page > 1:
                    answers[column] = ""
                elif question.type == "N":
                    answers[column] = str(rng.choice(["0", "7.5", "12", "40"]))
                elif question.type in ("T", "S"):
                    answers[column] = str(rng.choice(np.array(TEXTS)))
                else:
                    answers[column] = str(rng.choice(list(question.answers)))
        found.append(Person(number, answers, complete, reached))
    return found


def export(
    questions: Sequence[Question],
    persons: Sequence[Person],
    *,
    headings: str = "code",
    answers: str = "codes",
    separator: str = ";",
) -> bytes:
    """The response CSV of LimeSurvey 6.4.2: mark, everything quoted, CRLF, an empty record at the end.

    `headings` is code, codetext or full; `answers` is codes or long.
    """
    columns = [(question, *column) for question in questions for column in question.columns()]
    names = {"code": [name for _, name, _, _ in columns], "full": [text for _, _, text, _ in columns]}
    names["codetext"] = [f"{name}. {text}" for _, name, text, _ in columns]
    system = SYSTEM_TEXTS if headings == "full" else SYSTEM
    lines = [[*system, *names[headings]]]
    for person in persons:
        moment = f"2026-10-{person.number % 28 + 1:02d} 08:{person.number % 60:02d}:00"
        fixed = [str(person.number), moment if person.complete else "", str(person.reached), "sv", "1", moment, moment]
        cells = [
            _cell(question, person.answers.get(name, ""), answers, name in person.answers)
            for question, name, _, _ in columns
        ]
        lines.append([*fixed, *cells])
    quoted = [separator.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
    return b"\xef\xbb\xbf" + "".join(f"{line}\r\n" for line in [*quoted, ""]).encode("utf-8")


def _cell(question: Question, value: str, answers: str, is_shown: bool) -> str:
    if answers == "codes" or not is_shown:
        return value
    if question.type == "M":
        return "Ja" if value == "Y" else "Nej"
    return question.answers.get(value, value)
