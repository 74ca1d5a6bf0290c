"""What all were asked and what one role was asked, and that totals keep to the first."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from kunskap.asked import common_items, item_universes
from kunskap.bank import Bank, Form, Section, Variable
from kunskap.compare import dont_know_rules
from kunskap.inventory import inventory, item_statistics
from kunskap.readers import Import
from tests.small_bank import options, small_bank

COMMON = tuple(f"q{number}" for number in range(1, 7))
OF_ROLE = {"q7": {"role": ("pol",)}, "q8": {"role": ("tjm",)}}


def form(form_id: str, *items: str, **shown_to: dict[str, tuple[str, ...]]) -> Form:
    return Form(form_id, {}, {}, ("role", "orgtype", "sex"), (Section("all", {}, items),), shown_to)


def bank_of(*forms: Form) -> Bank:
    """Eight single-choice items, of which 'a' is right, and these forms."""
    bank = small_bank(singles=8)
    levels = {"role": ("pol", "tjm"), "orgtype": ("reg", "kom")}
    added = {name: Variable(name, "single", "quasi_identifier", {}, options(*ids)) for name, ids in levels.items()}
    return replace(bank, variables={**bank.variables, **added}, forms={one.id: one for one in forms})


BANK = bank_of(form("both", *COMMON, *OF_ROLE, **OF_ROLE))


def survey(people: list[tuple[str, str, str]], *, bank: Bank = BANK) -> Import:
    """(role, sex, answers): one letter per item of the form in order, a blank where it is not shown."""
    ids = bank.forms["both"].item_ids
    names = [f"p{number}" for number in range(len(people))]
    moment = pd.Timestamp("2016-02-01")
    fixed = {"wave": "1", "form": "both", "occasion": "inventory", "attempt": 1, "started_at": moment}
    responses = pd.DataFrame({"sitting_id": names, "respondent_id": names, **fixed, "completed_at": moment})
    for place, item_id in enumerate(ids):
        chosen = [answers[place].replace("?", "dk").replace(" ", "") or None for *_, answers in people]
        responses[item_id] = pd.Categorical(chosen, categories=[*bank.items[item_id].option_ids, "skip"])
    respondents = pd.DataFrame({"respondent_id": names, "wave": "1", "orgtype": "kom"})
    for name, column in (("role", [role for role, *_ in people]), ("sex", [sex for _, sex, _ in people])):
        respondents[name] = pd.Categorical(column, categories=list(bank.variables[name].level_ids))
    return Import(responses, respondents, pd.DataFrame(), pd.DataFrame(), kind="test")


PEOPLE = [
    *[("pol", sex, "aaabbb" + "a ") for sex in "kmkm"],
    *[("pol", sex, "aaabb?" + "b ") for sex in "kmkm"],
    *[("tjm", sex, "aaaabb" + " a") for sex in "kmkmkm"],
    ("tjm", "k", "aaaabb" + " b"),
]


def test_an_item_of_one_role_has_that_role_as_its_universe() -> None:
    expected = dict.fromkeys(COMMON, "all") | {"q7": "role=pol", "q8": "role=tjm"}
    assert item_universes(survey(PEOPLE).responses, bank=BANK) == expected
    assert common_items(survey(PEOPLE).responses, bank=BANK) == list(COMMON)


def test_what_another_form_of_the_table_does_not_ask_is_not_common() -> None:
    bank = bank_of(form("both", *COMMON, *OF_ROLE, **OF_ROLE), form("short", *COMMON[:2]))
    table = survey(PEOPLE).responses
    table.loc[0, "form"] = "short"
    assert common_items(table, bank=bank) == list(COMMON[:2])


def test_without_a_form_all_are_taken_to_be_asked_everything() -> None:
    table = survey(PEOPLE).responses.drop(columns="form")
    assert set(item_universes(table, bank=BANK).values()) == {"all"}


def test_an_item_for_several_of_three_levels_has_no_universe() -> None:
    bank = bank_of(form("both", *COMMON, *OF_ROLE, q7={"sex": ("k", "m")}, q8={"role": ("tjm",)}))
    assert "q7" not in item_universes(survey(PEOPLE).responses, bank=bank)


def test_an_item_of_one_role_is_reported_for_that_role_alone() -> None:
    made = inventory(survey(PEOPLE), bank=BANK)
    for name, by in (("knowledge", None), ("knowledge_by_role", "role"), ("knowledge_by_sex", "sex")):
        rows = made[name][made[name]["item"] == "q7"]
        assert set(rows["universe"]) == {"role=pol"}, name
        assert rows.groupby(by)["n"].max().sum() == 8 if by else set(rows["n"]) == {8}
        everyone = made[name][made[name]["item"] == "q1"]
        assert set(everyone["universe"]) == {"all"}
    right = made["knowledge"].query("item == 'q7' and option == 'right'").iloc[0]
    assert (right["count"], right["estimate"]) == (4, 0.5)


def test_totals_are_made_of_what_all_were_asked() -> None:
    made = inventory(survey(PEOPLE), bank=BANK)
    means = made["total_by_role"].query("statistic == 'mean'").set_index("role")["estimate"]
    assert (means["pol"], means["tjm"]) == (pytest.approx(3 / 6), pytest.approx(4 / 6))
    assert set(made["distribution"]["n"]) == {8, 7}
    assert made["distribution"]["option"].drop_duplicates().tolist() == ["0-0", "1-1", "2-2", "3-6"]


def test_the_rules_for_dont_know_keep_to_what_all_were_asked() -> None:
    source = survey(PEOPLE)
    with_role_items = dont_know_rules(source.responses, bank=BANK, respondents=source.respondents)
    without = dont_know_rules(source.responses[["sitting_id", "respondent_id", "wave", *COMMON]], bank=BANK,
                              respondents=source.respondents)  # fmt: skip
    pd.testing.assert_frame_equal(with_role_items, without)


def test_staff_see_how_the_items_of_one_role_worked_within_it() -> None:
    table = item_statistics(survey(PEOPLE), bank=BANK)
    facility = table[table["statistic"] == "facility"].set_index("item")
    assert facility.loc["q8", ["universe", "n"]].tolist() == ["role=tjm", 7]
    assert facility.loc["q8", "estimate"] == pytest.approx(6 / 7)
    told = table[table["statistic"].isin(["discrimination", "alpha"])]
    assert set(told["item"].dropna()) == set(COMMON)
    assert set(told["n"]) == {15}
