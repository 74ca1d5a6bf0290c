"""What an attack found, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from kunskap.audit.attacker import filters
from kunskap.audit.breaches import Breach
from kunskap.audit.known import IN_BINS, REST
from kunskap.audit.reader import MISSING
from kunskap.audit.rows import BINNED, CHOSEN, ROUNDS, LeftOut
from kunskap.audit.run import EVERYTHING, Result
from kunskap.bank import Bank
from kunskap.words import Words

__all__ = ["found_in_words", "group_in_words", "left_out_in_words", "question_in_words", "result_in_words"]

KINDS = {"pinned": "pinned", "unanimous": "unanimous", "all but one": "all_but_one", "mean": "mean"}
MOST_NAMES = 8


def group_in_words(label: str, *, bank: Bank, words: Words) -> str:
    """Tell which people a group is.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> from kunskap.words import read_words
    >>> bank, words = read_bank(), read_words(language="sv")
    >>> [group_in_words(label, bank=bank, words=words) for label in ("sex=(rest)", "wave=2028&linked=yes")]
    ['övriga (sex)', 'omgång 2028; svarat båda gångerna: ja']
    """
    for sign, key in ((" without ", "without"), ("all but ", "all_but")):
        whole, found, part = label.partition(sign)
        if found:
            said = {"part": group_in_words(part, bank=bank, words=words)}
            return words(f"cli.audit.{key}", whole=group_in_words(whole, bank=bank, words=words), **said)
    if "=" not in label:
        return words("cli.audit.everyone" if label == "all" else "cli.audit.rest_of_table")
    return "; ".join(
        words("cli.audit.or").join(_level(name, level, bank=bank, words=words) for level in levels.split("+"))
        for name, levels in filters(label).items()
    )


def _level(name: str, level: str, *, bank: Bank, words: Words) -> str:
    if name in ROUNDS and level not in (REST, MISSING):
        return words(f"cli.audit.rounds.{name}", level=words.said(f"report.option.{level}", "").lower() or level)
    if level in (REST, MISSING) or name not in bank.variables or level not in bank.variables[name].level_ids:
        variable = bank.variables[name].id if name in bank.variables else name
        return words("cli.audit.other", variable=variable) if level in (REST, MISSING) else f"{name}={level}"
    text = bank.label(name, level, words.language)
    return text[:1].lower() + text[1:]


def question_in_words(name: str, words: Words) -> str:
    """What a question is called where people look for it: by its id in the tables."""
    for ending in (IN_BINS, BINNED):
        if name.endswith(ending):
            return words("cli.audit.distribution", scale=name.removesuffix(ending))
    return words("cli.audit.all_questions") if name == EVERYTHING else name


def option_in_words(item: str, option: str, *, bank: Bank, words: Words) -> str:
    """What an answer is called."""
    asked, _, chosen = item.partition(".")
    if option == CHOSEN:
        option = chosen
    if asked in bank.items and not bank.items[asked].is_knowledge and option in bank.items[asked].option_ids:
        return bank.label(asked, option, words.language)
    return words.said(f"plots.outcome.{option}", "").lower() or option.replace("-", "–")


def _one(breach: Breach, *, bank: Bank, words: Words) -> str:
    said = {
        "question": question_in_words(breach.question, words),
        "group": group_in_words(breach.group, bank=bank, words=words),
        "option": option_in_words(breach.question, breach.option, bank=bank, words=words),
        "n": words.count(breach.n),
    }
    if breach.kind == "mean":
        ends = [words.number(end, decimals=2) for end in (breach.low, breach.high)]
        return words("cli.audit.mean", span=_span(*ends), **said)
    if breach.kind == "extreme":
        return words("cli.audit.all_right" if breach.option == "all right" else "cli.audit.none_right", **said)
    if breach.kind == "insider":
        *levels, own = breach.insider.split("&")
        me = "; ".join(_level(_variable(level, bank), level, bank=bank, words=words) for level in levels)
        own_option = option_in_words(breach.question, own, bank=bank, words=words)
        return words("cli.audit.insider", me=me, own=own_option, span=words.count(round(breach.low)), **said)
    ends = [words.count(round(end)) for end in (breach.low, breach.high)]
    return words(f"cli.audit.{KINDS[breach.kind]}", span=_span(*ends), **said)


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low}–{high}"


def _variable(level: str, bank: Bank) -> str:
    return next((name for name, variable in bank.variables.items() if level in variable.level_ids), level)


def found_in_words(breaches: Iterable[Breach], *, bank: Bank, words: Words) -> list[str]:
    """Every find as a line."""
    return list(dict.fromkeys(_one(breach, bank=bank, words=words) for breach in breaches))


def left_out_in_words(left_out: Sequence[LeftOut], words: Words) -> Iterator[str]:
    """What the attacker could not use: a line per reason and what it was, with its tables."""
    told: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for one in left_out:
        told[one.reason, one.what][one.table] = told[one.reason, one.what].get(one.table, 0) + one.rows
    for (reason, what), tables in told.items():
        rows = words.count(sum(tables.values()))
        yield words(f"cli.audit.left.{reason}", what=what, rows=rows, tables=", ".join(tables))


def result_in_words(result: Result, *, hidden: int, words: Words) -> Iterator[str]:
    """How much was attacked, and what was not."""
    listed = len(result.checked) + len(result.left) + len(result.unsettled) + len(result.contrary)
    yield words(
        "cli.audit.checked",
        checked=words.count(len(result.checked)),
        questions=words.count(listed),
        hidden=words.count(result.hidden),
        all_hidden=words.count(hidden),
    )
    for key in ("left", "unsettled", "contrary", "loose"):
        names = [question_in_words(name, words) for name in getattr(result, key)]
        if names:
            more = ["…"] if len(names) > MOST_NAMES else []
            yield words(
                f"cli.audit.{key}_over", count=words.count(len(names)), names=", ".join(names[:MOST_NAMES] + more)
            )
