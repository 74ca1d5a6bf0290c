"""What the rules find in a draft: each find with the words that triggered it, why, and a proposal to consider."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import pandas as pd

from kunskap.growth.review.rules import CODES, LINKS, Rules

__all__ = ["FIND_COLUMNS", "Review", "review"]

FIND_COLUMNS = ("find", "code", "passage", "heading", "paragraph", "place", "words", "quote", "missing", "start", "end")
COUNTED = ("goals", "goals_with_indicator", "goals_with_indicator_by_sex")
ABBREVIATIONS = (
    "t.ex.",
    "bl.a.",
    "m.m.",
    "m.fl.",
    "dvs.",
    "ca.",
    "kl.",
    "nr.",
    "resp.",
    "jfr.",
    "dnr.",
    "s.k.",
    "inkl.",
)
FEWEST_CHAPTERS = 3
SAYS_SHALL = re.compile(r"(?<!\w)(?:ska|skall|bör|måste)(?!\w)", re.IGNORECASE)
LISTED = re.compile(r"\W*(?:andel|antal|medel|median)", re.IGNORECASE)


@dataclass(frozen=True)
class Review:
    """What the rules found in one draft.

    Attributes
    ----------
    name : str
        The draft's file name.
    finds : DataFrame
        Columns `FIND_COLUMNS`: `words` triggered the find, `quote` is the sentence, `start` and `end` its place in the
        paragraph, `missing` the links or chapters that were not found (ids of links; headings).
    bases : mapping
        Code → in how many places the find could have been made; and ``goals``, ``goals_with_indicator``,
        ``goals_with_indicator_by_sex``: passages.
    paragraphs : DataFrame
        The draft, as `read_draft` returns it.
    """

    name: str
    finds: pd.DataFrame
    bases: Mapping[str, int]
    paragraphs: pd.DataFrame = field(repr=False)

    def __repr__(self) -> str:
        return f"Review({self.name!r}, passages={self.paragraphs['passage'].nunique()}, finds={len(self.finds)})"


@dataclass(frozen=True)
class _Sentence:
    """A sentence of a passage, and what its words say."""

    text: str
    start: int
    row: int
    says: Mapping[str, tuple[str, ...]]
    is_goal: bool
    is_indicator: bool

    def __contains__(self, name: str) -> bool:
        return bool(self.says[name])


def review(paragraphs: pd.DataFrame, *, rules: Rules, name: str = "") -> Review:
    r"""Run the rules over a draft.

    Parameters
    ----------
    paragraphs : DataFrame
        As `read_draft` returns it.
    rules : Rules
        From `read_rules`.
    name : str
        What to call the draft.

    Returns
    -------
    Review
        Every find is a proposal to consider: the rules see words, not meaning, and `accuracy` says how often they
        agree with a reader.

    Notes
    -----
    A *passage* is what stands under one heading, a *section* the passages about one matter (see `laid_out`), a
    *chapter* all under the same heading of level one.

    - ``people_no_sex``: a sentence with people and a claim, without a goal; no word for women or men in its paragraph
      or the next of the passage.
    - ``goal_no_indicator``: a goal; no measurable level in a goal of the passage, no indicator in the passage or in a
      passage of the section with an indicator in its heading.
    - ``indicator_no_sex``: an indicator, or a goal with a level, about people; no word for women or men in the passage.
    - ``chain_break``: a goal in the section, and a link of measure, money, follow-up that the section does not have.
    - ``mention_only``: sex or gender equality is named, and no sentence that names it has a goal, a link, a
      responsibility, an indicator or a figure for women and men.
    - ``own_chapter``: in three chapters or more, such words stand only in opening chapters or chapters about it.

    Examples
    --------
    >>> from kunskap.growth.review import read_rules, split_text
    >>> draft = split_text("# Arbete\n\nArbetslösheten är högre än i riket.\n")
    >>> review(draft, rules=read_rules()).finds[["code", "words"]].values.tolist()
    [['people_no_sex', 'Arbetslösheten, högre']]
    """
    sentences = {str(passage): _sentences(part, rules) for passage, part in paragraphs.groupby("passage", sort=False)}
    headings = paragraphs.drop_duplicates("passage").set_index("passage")
    listing = {passage for passage, heading in headings["heading"].items() if rules.has("indicator", str(heading))}
    found: list[dict[str, object]] = []
    bases = dict.fromkeys((*CODES, *COUNTED), 0)
    for passage, said in sentences.items():
        section = headings.index[headings["section"] == headings.at[passage, "section"]]
        beside = [
            sentence for other in section if other == passage or other in listing for sentence in sentences[str(other)]
        ]
        found += _people(said, bases)
        found += _goals(said, beside, bases)
        found += _indicators(said, bases)
        found += _mentions(said, bases)
    for _, section_passages in headings.groupby("section", sort=False):
        found += _chain([sentence for passage in section_passages.index for sentence in sentences[str(passage)]], bases)
    found += _own_chapter(paragraphs, sentences, rules, bases)
    return Review(name, _table(found, paragraphs), bases, paragraphs)


def _people(said: Sequence[_Sentence], bases: dict[str, int]) -> Iterator[dict[str, object]]:
    by_sex = {sentence.row for sentence in said if "sex" in sentence}
    claims = [
        sentence
        for sentence in said
        if "people" in sentence
        and set(sentence.says["claim"]) - set(sentence.says["people"])
        and not sentence.is_goal
        and not sentence.is_indicator
        and not SAYS_SHALL.search(sentence.text)
    ]
    bases["people_no_sex"] += bool(claims)
    rows = list(dict.fromkeys(sentence.row for sentence in said))
    following = dict(pairwise(rows))
    for row in dict.fromkeys(sentence.row for sentence in claims):
        if not {row, following.get(row)} & by_sex:
            first = next(sentence for sentence in claims if sentence.row == row)
            yield _find("people_no_sex", first, [*first.says["people"], *first.says["claim"]])


def _goals(
    said: Sequence[_Sentence], beside: Sequence[_Sentence], bases: dict[str, int]
) -> Iterator[dict[str, object]]:
    goals = [sentence for sentence in said if sentence.is_goal]
    if not goals:
        return
    bases["goals"] += 1
    bases["goal_no_indicator"] += 1
    measured = [sentence for sentence in goals if "level" in sentence]
    measured += [sentence for sentence in beside if sentence.is_indicator]
    if measured:
        bases["goals_with_indicator"] += 1
        bases["goals_with_indicator_by_sex"] += any("sex" in sentence for sentence in measured)
    else:
        yield _find("goal_no_indicator", goals[0], goals[0].says["goal"])


def _indicators(said: Sequence[_Sentence], bases: dict[str, int]) -> Iterator[dict[str, object]]:
    about_people = [
        sentence
        for sentence in said
        if "people" in sentence and (sentence.is_indicator or (sentence.is_goal and "level" in sentence))
    ]
    bases["indicator_no_sex"] += bool(about_people)
    if about_people and not any("sex" in sentence for sentence in said):
        first = about_people[0]
        yield _find("indicator_no_sex", first, [*first.says["indicator"], *first.says["people"]])


def _chain(said: Sequence[_Sentence], bases: dict[str, int]) -> Iterator[dict[str, object]]:
    goals = [sentence for sentence in said if sentence.is_goal]
    if not goals:
        return
    bases["chain_break"] += 1
    missing = [link for link in LINKS if not any(link in sentence for sentence in said)]
    if missing:
        yield _find("chain_break", goals[0], goals[0].says["goal"]) | {"missing": ", ".join(missing)}


def _mentions(said: Sequence[_Sentence], bases: dict[str, int]) -> Iterator[dict[str, object]]:
    naming = [sentence for sentence in said if "gender" in sentence]
    bases["mention_only"] += bool(naming)
    if naming and not any(_steers(sentence) for sentence in naming):
        yield _find("mention_only", naming[0], naming[0].says["gender"])


def _steers(sentence: _Sentence) -> bool:
    says_by_sex = "sex" in sentence and "claim" in sentence
    return (
        sentence.is_goal
        or sentence.is_indicator
        or says_by_sex
        or any(name in sentence for name in (*LINKS, "responsible"))
    )


def _own_chapter(
    paragraphs: pd.DataFrame, sentences: Mapping[str, Sequence[_Sentence]], rules: Rules, bases: dict[str, int]
) -> Iterator[dict[str, object]]:
    chapters = list(paragraphs["chapter"].unique())
    naming: dict[str, _Sentence] = {}
    for passage, chapter in paragraphs.drop_duplicates("passage")[["passage", "chapter"]].itertuples(index=False):
        for sentence in sentences[passage]:
            if "gender" in sentence:
                naming.setdefault(chapter, sentence)
    if len(chapters) < FEWEST_CHAPTERS or not naming:
        return
    bases["own_chapter"] = 1
    apart = [chapter for chapter in chapters if rules.has("opening", chapter) or rules.has("gender", chapter)]
    silent = [chapter for chapter in chapters if chapter and chapter not in naming and chapter not in apart]
    if silent and set(naming) <= set(apart):
        first = next(iter(naming.values()))
        yield _find("own_chapter", first, first.says["gender"]) | {"missing": "; ".join(silent)}


def _find(code: str, sentence: _Sentence, words: Sequence[str]) -> dict[str, object]:
    place = {"start": sentence.start, "end": sentence.start + len(sentence.text)}
    listed = ", ".join(dict.fromkeys(words))
    return {"code": code, "row": sentence.row, "words": listed, "quote": sentence.text, "missing": ""} | place


def _table(found: Sequence[dict[str, object]], paragraphs: pd.DataFrame) -> pd.DataFrame:
    table = pd.DataFrame(found, columns=["code", "row", "words", "quote", "missing", "start", "end"])
    order = {code: place for place, code in enumerate(CODES)}
    table = table.assign(order=table["code"].map(order)).sort_values(["row", "order"], kind="stable")
    about = paragraphs.loc[table["row"], ["passage", "heading", "paragraph", "place"]].reset_index(drop=True)
    table = pd.concat([table.reset_index(drop=True), about], axis=1)
    table["find"] = [f"f{number:03}" for number in range(1, len(table) + 1)]
    return table[list(FIND_COLUMNS)].astype({"start": "int64", "end": "int64"})


def _sentences(part: pd.DataFrame, rules: Rules) -> list[_Sentence]:
    said = []
    heading = str(part["heading"].iloc[0]) if len(part) else ""
    is_listing = rules.has("indicator", heading)
    for row, paragraph in zip(part.index, part["text"], strict=True):
        for start, text in split_sentences(paragraph):
            matches = rules.all_matches(text)
            says = {name: _words(found, text) for name, found in matches.items()}
            seeming = {match.start() for match in matches["no_goal"]}
            goals = [match for match in matches["goal"] if match.start() not in seeming]
            is_indicator = bool(says["indicator"]) or (is_listing and bool(LISTED.match(text)))
            says["goal"] = _words(goals, text)
            said.append(_Sentence(text, start, row, says, bool(goals), is_indicator))
            introduces = text.rstrip().endswith(":") or " | " in text
            is_listing = is_listing or (bool(says["indicator"]) and introduces)
    return said


def _words(found: Iterable[re.Match[str]], text: str) -> tuple[str, ...]:
    """The words as they stand in the text, where look-alikes are not blanked."""
    return tuple(text[match.start() : match.end()] for match in found)


def split_sentences(text: str) -> list[tuple[int, str]]:
    """Split a paragraph into sentences, each with its place; abbreviations do not end one.

    Examples
    --------
    >>> split_sentences("Det gäller t.ex. Ånge. Andra delar växer.")
    [(0, 'Det gäller t.ex. Ånge.'), (23, 'Andra delar växer.')]
    """
    found, start = [], 0
    for match in re.finditer(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ0-9–-])|\n+", text):
        if "\n" not in match.group() and text[: match.start()].lower().endswith(ABBREVIATIONS):
            continue
        found.append((start, text[start : match.start()]))
        start = match.end()
    found.append((start, text[start:]))
    return [(place, sentence) for place, sentence in found if sentence.strip()]
