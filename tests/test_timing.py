"""The time that a form takes: the rule by hand, the forms' promises, and the order of sizes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kunskap.bank import Bank, Section
from kunskap.timing import LETTERS_PER_MINUTE, SECONDS, estimated_minutes
from tests.lint.examples import good_bank

PROMISED = {"baslinje": 10, "uppfoljning": 10, "namnd": 6, "pilot": 15, "attityder": 2, "r4a": 3, "r4b": 3}
# What became of the commitment, three months after a course.
PROMISED |= {"atagande": 2}
# What a room talks about.
PROMISED |= {"samtal": 2}
# Each module on goals, statistics, … has two halves of four questions.
PROMISED |= dict.fromkeys(["mala", "malb", "stata", "statb", "rdsa", "rdsb", "strata", "stratb"], 3)
PROMISED |= dict.fromkeys(["resa", "resb", "traa", "trab"], 3)


def part(form: str, bank: Bank, name: str, column: str) -> float:
    """One figure of the estimate."""
    times = estimated_minutes(form, bank=bank, language="sv")
    return float(times.loc[times["part"] == name, column].iloc[0])


def test_a_section_is_what_the_hand_finds() -> None:
    # "Frågor" 6; four stems 11, 19, 15, 21; four times the options 10 + 10 + 9 + 10 letters, Vet ej not read
    letters = 6 + (11 + 19 + 15 + 21) + 4 * (10 + 10 + 9 + 10)
    assert part("prov", good_bank(), "all", "letters") == letters
    seconds = 3 * SECONDS["recall"] + SECONDS["apply"]
    expected = letters / LETTERS_PER_MINUTE + seconds / 60
    assert part("prov", good_bank(), "all", "minutes") == pytest.approx(expected)


def test_a_list_in_which_one_looks_for_oneself_is_read_half_way() -> None:
    # stems role 4, orgtype 7, sex 3, age 3; levels 6, 6, 3 and 5 letters
    assert part("prov", good_bank(), "background", "letters") == 17 + (6 + 6 + 3 + 5) / 2


def test_a_battery_is_led_in_and_labelled_once() -> None:
    bank = good_bank()
    one = replace(bank.items["trust01"], battery="lead")
    two = replace(one, id="trust02")
    form = replace(bank.forms["prov"], sections=(Section("all", {"sv": "F", "en": "Q"}, ("trust01", "trust02")),))
    both = replace(
        bank, items={"trust01": one, "trust02": two}, batteries={"lead": {"sv": "Tänk efter.", "en": "Think."}},
        forms={"prov": form},
    )  # fmt: skip
    assert part("prov", both, "all", "letters") == 1 + 9 + 2 * 14 + (6 + 4) / 2
    assert part("prov", both, "all", "answering") == pytest.approx(2 * SECONDS["rated"] / 60)


def test_the_longest_way_through_a_form_is_what_is_told() -> None:
    """One role is asked a long item, the other two short ones; each person's own way is told too."""
    bank = good_bank()
    long, short = replace(bank.items["goals01"], stem={"sv": "ord " * 200, "en": "word"}), bank.items["goals02"]
    form = replace(bank.forms["prov"], sections=(Section("all", {"sv": "F", "en": "Q"}, ("goals01", "goals02")),))
    asked = {"goals01": {"role": ("pol",)}, "goals02": {"role": ("tjm",)}}
    bank = replace(bank, items={"goals01": long, "goals02": short}, forms={"prov": replace(form, shown_to=asked)})
    own = {
        role: estimated_minutes("prov", bank=bank, language="sv", person={"role": role}).set_index("part")
        for role in ("pol", "tjm")
    }
    assert own["pol"].loc["all", ["questions", "letters"]].tolist() == [1, 1 + 600 + 10 + 10 + 9 + 10]
    assert own["tjm"].loc["all", ["questions", "letters"]].tolist() == [1, 1 + 19 + 10 + 10 + 9 + 10]
    longest = estimated_minutes("prov", bank=bank, language="sv").set_index("part")
    assert longest.loc["total", "minutes"] == own["pol"].loc["total", "minutes"]


def test_the_total_is_the_sum_and_the_code_is_counted(bank: Bank) -> None:
    for form in bank.forms:
        times = estimated_minutes(form, bank=bank, language="en").set_index("part")
        assert times.loc["total", "minutes"] == pytest.approx(times["minutes"].iloc[:-1].sum())
        assert times.loc["code", "minutes"] == pytest.approx(SECONDS["code"] / 60)


@pytest.mark.parametrize(("form", "promised"), PROMISED.items())
def test_every_form_keeps_its_promise_in_whole_minutes(bank: Bank, form: str, promised: int) -> None:
    assert bank.forms[form].minutes == promised
    for language in bank.languages:
        minutes = estimated_minutes(form, bank=bank, language=language)["minutes"].iloc[-1]
        assert 0.5 < minutes < promised + 0.5, language


def test_the_inventory_takes_ten_minutes_at_most_for_either_role_in_any_language(bank: Bank) -> None:
    for language in bank.languages:
        for role in ("pol", "tjm"):
            times = estimated_minutes("baslinje", bank=bank, language=language, person={"role": role})
            assert times["minutes"].iloc[-1] <= 10, (language, role)


def test_every_form_promises_a_time(bank: Bank) -> None:
    assert set(bank.forms) == set(PROMISED)


def test_a_case_takes_longer_than_a_fact(bank: Bank) -> None:
    assert part("baslinje", bank, "cases", "minutes") > part("baslinje", bank, "knowledge", "minutes")
