"""The lint of the content: rules that a machine can hold, each with a code, a reason and an example that breaks it.

A rule is a function Bank → list of `Fault`.  What breaks a rule of `FAULT_RULES` is a fault when the item may be asked
(trial, active), and advice while it is a draft; what breaks a rule of `ADVICE_RULES` is advice always.  Retired items
are left in peace: old data need them as they were.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from kunskap.bank import Bank
from kunskap.design import Design
from kunskap.errors import Fault
from kunskap.lint import coverage, options, wording
from kunskap.lint.findings import Findings
from kunskap.lint.singled_out import persons_singled_out, singled_out, variables_to_drop
from kunskap.lint.telling import grouped, told
from kunskap.lint.texts import lix

__all__ = [
    "ADVICE_RULES",
    "FAULT_RULES",
    "Findings",
    "grouped",
    "lint",
    "lix",
    "singled_out",
    "told",
    "variables_to_drop",
]

Rule = Callable[[Bank], list[Fault]]

FAULT_RULES: tuple[Rule, ...] = (
    options.explanations_missing,
    options.dont_know_missing,
    options.keys_unbalanced,
    options.keys_longest,
    options.keys_mostly_shortest,
    options.clue_words,
    options.options_catch_all,
    wording.negations_unmarked,
    wording.translations_missing,
    wording.left_unfilled,
    wording.choose_all_unsaid,
    wording.unanswerable,
    wording.sources_missing,
    wording.very_hard_to_read,
    coverage.blueprint_unmet,
    coverage.stems_alike,
    coverage.ids_misnumbered,
    coverage.forms_too_long,
)
# A machine sees only that something may be wrong here: a person decides.
ADVICE_RULES: tuple[Rule, ...] = (
    options.options_uneven,
    options.options_open_differently,
    wording.hard_to_read,
    wording.scopes_doubtful,
    coverage.facts_alike,
)


def lint(bank: Bank, *, today: datetime.date, design: Design | None = None) -> Findings:
    """Apply every rule to the bank.

    Parameters
    ----------
    bank : Bank
        The bank.
    today : date
        The day against which dates are held; the caller's clock, never this function's.
    design : Design, optional
        The frame; with it, the forms' background questions are tried for persons that they point at.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> lint(read_bank(), today=datetime.date(2026, 11, 22)).faults
    ()
    """
    strict: list[Rule] = [*FAULT_RULES]
    dated = (coverage.law_unchecked, coverage.checked_in_the_future, coverage.items_expired)
    strict += [partial(rule, today=today) for rule in dated]
    mild: list[Rule] = [*ADVICE_RULES, partial(coverage.sources_unchecked, today=today)]
    if design is not None:
        mild.append(partial(persons_singled_out, design=design))
    asked, written = _with_status(bank, ("trial", "active")), _with_status(bank, ("draft", "trial", "active"))
    faults = _broken(strict, asked)
    advice = [found for found in _broken(strict, written) if found not in faults] + _broken(mild, written)
    return Findings(tuple(faults), tuple(advice))


def _broken(rules: Sequence[Rule], bank: Bank) -> list[Fault]:
    return [found for rule in rules for found in rule(bank)]


def _with_status(bank: Bank, statuses: Sequence[str]) -> Bank:
    return replace(bank, items={name: item for name, item in bank.items.items() if item.status in statuses})
