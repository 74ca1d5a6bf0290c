"""The words that the rules look for, and what each find means: ``data/review/rules.toml``, read strictly."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kunskap.bank.fields import closest
from kunskap.content import data_folder
from kunskap.errors import Fault, KunskapError, fault

__all__ = ["CODES", "DOCUMENT_CODES", "LINKS", "PASSAGE_CODES", "Find", "Rules", "read_rules"]

PASSAGE_CODES = ("people_no_sex", "goal_no_indicator", "indicator_no_sex", "chain_break", "mention_only")
DOCUMENT_CODES = ("own_chapter",)
CODES = PASSAGE_CODES + DOCUMENT_CODES
LINKS = ("measure", "money", "followup")
LISTS = (
    *("people", "claim", "sex", "gender", "goal", "no_goal", "level", "indicator"),
    *(*LINKS, "responsible", "opening", "not_words"),
)
LANGUAGES = ("sv", "en")
TEXTS = ("label", "why", "proposal")
# A number that is not a year and not the number of a goal or chapter; thousands stand apart with a space.
NUMBER = r"(?<![\d.,])(?<!mål )(?<!kapitel )(?!(?:19|20)\d\d(?![\d,]))\d+(?:[ \u00a0]\d{3})*(?:,\d+)?"
WITHIN = r"(?:[^\s.!?;:]+\s+){0,6}?"
YEAR = r"(?:19|20)\d\d"
UNREADABLE = re.compile(r"[^\w\s*#@~:–-]")
YEAR_FOLLOWS = r"(?!\s+(?:19|20)\d\d(?!\d))"


@dataclass(frozen=True)
class Find:
    """What a kind of find is called, why it is shown, and the proposal to consider.

    Attributes
    ----------
    label, why, proposal : mapping
        Language → text; `why` may name what is missing.
    """

    label: Mapping[str, str]
    why: Mapping[str, str]
    proposal: Mapping[str, str]


@dataclass(frozen=True)
class Rules:
    """The rules' words, compiled, and the texts of the finds.

    Attributes
    ----------
    patterns : mapping
        List → one pattern for all its words.
    finds : mapping
        Code → its `Find`, for every one of `CODES`.
    links : mapping
        Link of the chain → language → word.
    """

    patterns: Mapping[str, re.Pattern[str]]
    finds: Mapping[str, Find]
    links: Mapping[str, Mapping[str, str]]

    def matches(self, name: str, text: str) -> list[re.Match[str]]:
        """Where the words of a list stand in `text`; look-alikes (``not_words``) do not count.

        Examples
        --------
        >>> [match.group() for match in read_rules().matches("money", "Livsmedel får 3 miljoner kronor i medel.")]
        ['3 miljoner', 'kronor', 'medel']
        """
        return list(self.patterns[name].finditer(self.unmistaken(text)))

    def all_matches(self, text: str) -> dict[str, list[re.Match[str]]]:
        """Where the words of every list stand in a sentence."""
        unmistaken = self.unmistaken(text)
        return {
            name: list(pattern.finditer(unmistaken))
            for name, pattern in self.patterns.items()
            if name not in ("not_words", "opening")
        }

    def has(self, name: str, text: str) -> bool:
        """Whether a word of the list stands in `text`."""
        return bool(self.matches(name, text))

    def unmistaken(self, text: str) -> str:
        """The text with its look-alikes blanked, every place kept."""
        return self.patterns["not_words"].sub(lambda match: "\u2000" * len(match.group()), text)


@cache
def compiled(words: tuple[str, ...], *, before_year: bool = True) -> re.Pattern[str]:
    """One pattern for a list of words: ``*`` more letters, ``#`` a number, ``@`` a year, ``~`` up to six words between.

    Examples
    --------
    >>> compiled(("ska ~ öka",)).search("Andelen ska till 2030 öka").group()
    'ska till 2030 öka'
    """
    parts = []
    for words_of_one in words:
        piece = r"\s+".join(re.escape(word) for word in words_of_one.split())
        piece = piece.replace(r"\~\s+", WITHIN).replace(r"\*", r"[\w-]*").replace(r"\#", NUMBER).replace("@", YEAR)
        piece = re.sub(r"(?<!\w)ska(?!\w)", "ska(?:ll)?", piece)
        parts.append(piece if words_of_one.endswith(":") else rf"{piece}(?!\w)")
    after = "" if before_year else YEAR_FOLLOWS
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)}){after}", re.IGNORECASE)


def read_rules(folder: Path | None = None) -> Rules:
    """Read ``rules.toml``, strictly.

    Parameters
    ----------
    folder : Path, optional
        Another folder than ``data/review``.

    Returns
    -------
    Rules

    Raises
    ------
    KunskapError
        ``REVIEW-01`` … ``REVIEW-05``: every fault of the file at once.

    Examples
    --------
    >>> rules = read_rules()
    >>> rules.has("sex", "Av kvinnorna pendlar 19 procent"), rules.has("goal", "Målgruppen är 20–64 år")
    (True, False)
    """
    path = (folder or data_folder() / "review") / "rules.toml"
    tree = read_toml(path)
    faults = list(unknown_names(path.name, tree, ("words", "finds", "links")))
    words, finds, links = (_table(tree, name) for name in ("words", "finds", "links"))
    faults += unknown_names(f"{path.name}, words", words, LISTS)
    faults += unknown_names(f"{path.name}, finds", finds, CODES)
    faults += unknown_names(f"{path.name}, links", links, LINKS)
    patterns = {}
    for name in LISTS:
        listed = words.get(name)
        place = f"{path.name}, {name}"
        if not isinstance(listed, list) or not listed or not all(isinstance(word, str) for word in listed):
            faults.append(fault("REVIEW-03", place, field=f"words.{name}"))
            continue
        wrong = [word for word in listed if UNREADABLE.search(word) or (not word.strip("*#@~ ") and word != "#")]
        faults += [fault("REVIEW-05", place, word=word) for word in wrong]
        if not wrong:
            patterns[name] = compiled(tuple(listed), before_year=name != "not_words")
    texts = {
        code: Find(*(bilingual(_table(finds, code), name, f"{path.name}, finds.{code}", faults) for name in TEXTS))
        for code in CODES
    }
    named = {link: bilingual(links, link, f"{path.name}, links", faults) for link in LINKS}
    if faults:
        raise KunskapError(faults)
    return Rules(patterns, texts, named)


def read_toml(path: Path) -> dict[str, object]:
    """A TOML file as a tree; what stops it is told in words (``REVIEW-01``, ``REVIEW-02``)."""
    if not path.is_file():
        raise KunskapError([fault("REVIEW-01", str(path))])
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KunskapError([fault("REVIEW-02", str(path), problem=error)]) from error


def unknown_names(place: str, tree: Mapping[str, object], known: tuple[str, ...]) -> Iterator[Fault]:
    """A fault for each name that the file should not have."""
    for name in tree:
        if name not in known:
            yield fault("REVIEW-04", place, field=name, expected=", ".join(known), closest=closest(name, known))


def _table(tree: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = tree.get(name)
    return value if isinstance(value, dict) else {}


def bilingual(tree: Mapping[str, object], name: str, place: str, faults: list[Fault]) -> Mapping[str, str]:
    """A text in each language; what lacks is added to `faults`."""
    texts = _table(tree, name)
    faults += unknown_names(f"{place}.{name}", texts, LANGUAGES)
    found = {}
    for language in LANGUAGES:
        value = texts.get(language)
        if isinstance(value, str) and value.strip():
            found[language] = value.strip()
        else:
            faults.append(fault("REVIEW-03", place, field=f"{name}.{language}"))
    return found
