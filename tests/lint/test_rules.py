"""Every rule of the lint: kept by a good bank, and broken by a planted fault that it names with its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from kunskap.bank import Bank, Source
from kunskap.errors import Fault, message_catalogue
from kunskap.lint import ADVICE_RULES, FAULT_RULES, coverage, options, wording
from tests.lint.examples import DONT_KNOW, TODAY, good_bank, with_items, with_option, with_stem, with_texts

GOOD = good_bank()
FIRST = GOOD.items["goals01"]
DATED = tuple(
    partial(rule, today=TODAY)
    for rule in (
        coverage.law_unchecked,
        coverage.sources_unchecked,
        coverage.checked_in_the_future,
        coverage.items_expired,
    )
)
RULES = (*FAULT_RULES, *ADVICE_RULES, *DATED)
# Several things to choose among, none of them right.
UNSCORED = replace(FIRST, id="trust02", area=None, scale="trust", level=None, pool=None, fact=None, key=(), source=None)
LONG_AGO = date(2025, 11, 21)
HARD = "Jämställdhetsintegreringsarbetets organisationsförändringar förutsätter verksamhetsutvecklingsperspektiv"


def first(**changes: object) -> Bank:
    """The good bank with a field of the first item changed."""
    return with_items(GOOD, replace(FIRST, **changes))  # type: ignore[arg-type]


# rule's name → (how to break it, the code, a part of the place)
PLANTED: dict[str, list[tuple[Bank, str, str]]] = {
    "explanations_missing": [
        (with_items(GOOD, with_option(FIRST, "dk", explanation={})), "LINT-01", "goals01 (sv)"),
        (with_items(GOOD, with_option(FIRST, "b", explanation=DONT_KNOW.explanation)), "LINT-01", "goals01 (en)"),
    ],
    "dont_know_missing": [
        (first(options=FIRST.options[:-1]), "LINT-02", "goals01"),
        (first(options=(DONT_KNOW, *FIRST.options[:-1])), "LINT-02", "goals01"),
        (first(options=(*FIRST.options[:2], DONT_KNOW)), "LINT-02", "goals01"),
    ],
    "keys_unbalanced": [(first(key=("b",)), "LINT-03", "survey")],
    "keys_longest": [
        (with_items(GOOD, with_texts(FIRST, a=("Ett mycket långt svar", "Yellow apple"))), "LINT-04", "goals01 (sv)")
    ],
    "keys_mostly_shortest": [
        (
            with_items(GOOD, with_texts(FIRST, a=("Ja", "Yes")), with_texts(GOOD.items["goals02"], b=("Ja", "Yes"))),
            "LINT-05",
            "sv",
        )
    ],
    "clue_words": [(with_items(GOOD, with_stem(FIRST, "Vilket äpple åt hon, av alla äpplen?")), "LINT-06", "goals01")],
    "options_catch_all": [
        (with_items(GOOD, with_texts(FIRST, d=("Alla ovanstående", "Fruit"))), "LINT-07", "goals01.d"),
        (with_items(GOOD, with_texts(FIRST, d=("Inget av ovanstående", "Fruit"))), "LINT-07", "goals01.d"),
        (with_items(GOOD, with_texts(FIRST, d=("Frukt", "None of the above"))), "LINT-07", "goals01.d"),
    ],
    "options_uneven": [
        (
            with_items(GOOD, with_texts(FIRST, c=("Blå druvor från Spanien", "Grape"), d=("Bananer " * 6, "Banana"))),
            "LINT-08",
            "goals01 (sv)",
        )
    ],
    "options_open_differently": [
        (with_items(GOOD, with_texts(FIRST, d=("Att äta bananer", "White banana"))), "LINT-09", "goals01 (sv)"),
        (with_items(GOOD, with_texts(FIRST, d=("Vit bananer", "white banana"))), "LINT-09", "goals01 (en)"),
    ],
    "negations_unmarked": [
        (with_items(GOOD, with_stem(FIRST, "Hon gick till torget. Vad köpte hon inte?")), "LINT-10", "goals01 (sv)")
    ],
    "translations_missing": [
        (first(stem={"sv": "Vad köpte hon?", "en": "Vad köpte hon?"}), "LINT-11", "goals01 (en)"),
        (
            with_items(GOOD, with_option(FIRST, "b", explanation={"sv": "Nej.", "en": "Nej."})),
            "LINT-11",
            "goals01 (en)",
        ),
        (with_items(GOOD, with_stem(FIRST, "Vad kostar 2.5 kilo?")), "LINT-12", "goals01 (sv)"),
    ],
    "left_unfilled": [
        (first(stem={"sv": "Vad köpte hon?", "en": "<The question in English?>"}), "LINT-29", "goals01"),
        (first(source=Source("Myndigheten, Rapport, 2020", "<https://…>")), "LINT-29", "goals01"),
        (with_items(GOOD, with_option(FIRST, "dk", explanation={"sv": "<Kort>", "en": "Short"})), "LINT-29", "goals01"),
    ],
    "choose_all_unsaid": [
        (first(type="multiple"), "LINT-13", "goals01 (sv)"),
        (with_items(GOOD, replace(UNSCORED, type="multiple")), "LINT-13", "trust02 (sv)"),
        (with_items(GOOD, with_stem(UNSCORED, "Vad saknas? Välj alla som stämmer.")), "LINT-13", "trust02 (sv)"),
        (with_items(GOOD, with_stem(FIRST, "Vad köpte hon? Välj alla som stämmer.")), "LINT-13", "goals01 (sv)"),
    ],
    "unanswerable": [(with_items(GOOD, with_stem(FIRST, "Hur många delmål finns det?")), "LINT-14", "goals01")],
    "sources_missing": [
        (first(source=None), "LINT-15", "goals01"),
        (first(source=Source("SCB")), "LINT-15", "goals01"),
        (first(checked_on=None), "LINT-15", "goals01"),
        (first(fact="fact"), "LINT-15", "goals01"),
    ],
    "very_hard_to_read": [
        (with_items(GOOD, replace(with_stem(FIRST, f"{HARD}?"), options=(DONT_KNOW,))), "LINT-16", "goals01"),
        (with_items(GOOD, replace(with_stem(UNSCORED, f"{HARD}?"), options=(DONT_KNOW,))), "LINT-16", "trust02"),
    ],
    "hard_to_read": [
        (
            with_items(
                GOOD,
                replace(
                    with_stem(FIRST, "Regionfullmäktige beslutade enhälligt om transportplanens inriktning, varför?"),
                    options=FIRST.options[:2],
                ),
            ),
            "LINT-17",
            "goals01",
        )
    ],
    "scopes_doubtful": [
        (with_items(GOOD, with_stem(FIRST, "Vad köpte Region Gävleborg?")), "LINT-18", "goals01"),
        (with_items(GOOD, with_texts(FIRST, c=("I Jämtlands län", "In Jämtland"))), "LINT-18", "goals01"),
    ],
    "blueprint_unmet": [
        (first(level="apply"), "LINT-19", "goals"),
        (replace(GOOD, items={k: item for k, item in GOOD.items.items() if k != "goals51"}), "LINT-19", "goals"),
    ],
    "stems_alike": [
        (with_items(GOOD, with_stem(FIRST, "Vilken frukt växer här nu?")), "LINT-20", "goals01, goals02"),
        (
            with_items(GOOD, with_stem(GOOD.items["goals51"], "Vilken frukt växer här nu?")),
            "LINT-20",
            "goals02, goals51",
        ),
    ],
    "facts_alike": [(first(fact="bright-is-sun"), "LINT-21", "goals01, goals51")],
    "ids_misnumbered": [
        (first(pool="teaching"), "LINT-22", "goals01"),
        (first(id="trust99"), "LINT-22", "trust99"),
    ],
    "law_unchecked": [(first(checked_on=LONG_AGO), "LINT-23", "goals01")],
    "checked_in_the_future": [(first(checked_on=date(2126, 11, 22)), "LINT-28", "goals01")],
    "items_expired": [
        (first(valid_to=date(2026, 11, 21)), "LINT-25", "prov: goals01"),
        (first(valid_from=date(2026, 11, 23)), "LINT-25", "prov: goals01"),
    ],
    "forms_too_long": [
        (replace(GOOD, forms={"prov": replace(GOOD.forms["prov"], minutes=1, intro={"sv": "Ord " * 400, "en": ""})}),
         "LINT-26", "prov (sv)")
    ],
    "sources_unchecked": [
        (replace(first(area="trust", checked_on=LONG_AGO), areas={**GOOD.areas}), "LINT-24", "goals01"),
    ],
}  # fmt: skip


def name_of(rule: Callable[[Bank], list[Fault]]) -> str:
    """The rule's name, that of a partial too."""
    return getattr(rule, "func", rule).__name__


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_a_good_bank_keeps_the_rule(rule: Callable[[Bank], list[Fault]]) -> None:
    assert rule(GOOD) == []


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_the_rule_names_each_planted_fault_and_its_place(rule: Callable[[Bank], list[Fault]]) -> None:
    for bank, code, place in PLANTED[name_of(rule)]:
        found = [fault for fault in rule(bank) if fault.code == code]
        assert any(place in fault.where for fault in found), (code, place, rule(bank))


@pytest.mark.parametrize("rule", RULES, ids=name_of)
def test_the_rule_states_its_reason(rule: Callable[[Bank], list[Fault]]) -> None:
    text = getattr(rule, "func", rule).__doc__ or ""
    assert len(text.split()) > 10


def test_every_code_of_the_catalogue_is_planted() -> None:
    codes = {code for cases in PLANTED.values() for _, code, _ in cases}
    # LINT-27, persons singled out, needs a frame: test_singled_out.py
    assert codes | {"LINT-27"} == {code for code in message_catalogue() if code.startswith("LINT-")}


def test_a_law_is_told_by_its_source_and_other_words_in_lag_are_not() -> None:
    base = replace(FIRST, area="trust", checked_on=LONG_AGO)
    for text, is_law in (
        ("Prop. 2005/06:155 Makt att forma samhället", True),
        ("Lag (2010:630) om regionalt utvecklingsansvar", True),
        ("Förordning (1997:263) om länsplaner", True),
        ("Myndigheten, Underlag och förslag om företag, 2020", False),
    ):
        bank = with_items(GOOD, replace(base, source=Source(text)))
        assert bool(coverage.law_unchecked(bank, today=TODAY)) == is_law, text
        assert bool(coverage.sources_unchecked(bank, today=TODAY)) != is_law, text


def test_the_twelfth_month_is_still_in_time() -> None:
    assert coverage.law_unchecked(first(checked_on=date(2025, 11, 22)), today=TODAY) == []


def test_a_check_made_today_is_no_check_to_come() -> None:
    assert coverage.checked_in_the_future(first(checked_on=TODAY), today=TODAY) == []


def test_a_name_may_be_the_same_in_two_languages() -> None:
    named = with_items(GOOD, with_texts(FIRST, a=("MUMS", "MUMS")))
    assert wording.translations_missing(named) == []


def test_a_marked_negation_and_one_outside_the_question_are_let_be() -> None:
    for stem in ("Vad köpte hon INTE?", "Hon har inte tid. Vad köper hon?"):
        assert wording.negations_unmarked(with_items(GOOD, with_stem(FIRST, stem))) == []


def test_short_lists_of_figures_may_differ_in_length() -> None:
    item = with_texts(FIRST, a=("9", "9"), b=("20", "20"), c=("100", "100"), d=("ungefär tusen", "a thousand or so"))
    assert options.options_uneven(with_items(GOOD, item)) == []


def test_rated_items_of_two_scales_may_share_their_words() -> None:
    trust = GOOD.items["trust01"]
    again = replace(trust, id="after01", scale="after")
    assert coverage.stems_alike(with_items(GOOD, again)) == []
    assert coverage.stems_alike(with_items(GOOD, replace(again, scale="trust"))) != []


def test_a_bank_without_swedish_is_not_measured_by_lix() -> None:
    english = replace(GOOD, languages=("en",))
    assert wording.very_hard_to_read(english) == wording.hard_to_read(english) == []
