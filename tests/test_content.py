"""The content of survey/: rules that every item, form and frame keeps, each with a planted fault that breaks it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from kunskap.bank import Bank, Item
from tests.content_rules import RULES, keys_shown_by_length, knowledge

FOLDER = Path(__file__).resolve().parents[1]
# A shorter text ("Kommunerna", "Inte alls") may stand elsewhere by chance; a longer one has been copied.
COPY_LENGTH = 30


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_bank_keeps_the_rule(bank: Bank, rule: Callable[[Bank], list[str]]) -> None:
    assert rule(bank) == []


# --- planted faults: what each rule must see ---


def with_items(bank: Bank, *items: Item) -> Bank:
    """The bank with these items in place of those of the same id."""
    return replace(bank, items={**bank.items, **{item.id: item for item in items}})


def with_option(item: Item, option_id: str, **changes: object) -> Item:
    """The item with one option changed."""
    options = (replace(o, **changes) if o.id == option_id else o for o in item.options)  # type: ignore[arg-type]
    return replace(item, options=tuple(options))


def with_stem(item: Item, sv: str) -> Item:
    """The item with another Swedish stem."""
    return replace(item, stem={**item.stem, "sv": sv})


def shortened_keys(bank: Bank) -> Bank:
    """Every key cut down to one word: the pattern that test-wise people find."""
    items = (i for i in knowledge(bank) if i.type == "single")
    return with_items(bank, *(with_option(i, i.key[0], text={"sv": "Ja", "en": "Yes"}) for i in items))


FAULTS: dict[str, Callable[[Bank, Item], Bank]] = {
    "explanations_missing": lambda bank, item: with_items(bank, with_option(item, "dk", explanation={"sv": "Ja."})),
    "dont_know_missing": lambda bank, item: with_items(bank, replace(item, options=item.options[:-1])),
    "keys_unbalanced": lambda bank, _: with_items(
        bank, *(replace(i, key=("a",)) for i in knowledge(bank) if i.type == "single")
    ),
    "keys_shown_by_length": lambda bank, item: with_items(
        bank, with_option(item, item.key[0], text={"sv": "lång " * 40, "en": "long " * 40})
    ),
    "clue_words": lambda bank, item: with_items(
        bank, with_option(item, item.key[0], text={"sv": "Det övergripande", "en": "The overall goal"})
    ),
    "catch_alls": lambda bank, item: with_items(
        bank, with_option(item, "d", text={"sv": "Alla ovanstående", "en": "All of the above"})
    ),
    "unmarked_negations": lambda bank, item: with_items(
        bank, with_stem(item, "Här är ett mål. Vad gäller inte för det?")
    ),
    "unsourced": lambda bank, item: with_items(bank, replace(item, source=None)),
    "facts_in_both_pools": lambda bank, item: with_items(bank, replace(bank.items["goals51"], fact=item.fact)),
    "blueprint_unmet": lambda bank, item: with_items(
        bank, *(replace(i, status="retired") for i in knowledge(bank) if (i.area, i.level) == (item.area, item.level))
    ),
    "similar_stems": lambda bank, item: with_items(bank, with_stem(bank.items["rds01"], f"{item.stem['sv']} Alltså?")),
    "misnumbered": lambda bank, item: with_items(bank, replace(item, pool="teaching")),
    "untranslated": lambda bank, item: with_items(
        bank, replace(item, stem={"sv": item.stem["sv"], "en": item.stem["sv"]})
    ),
    "several_not_said": lambda bank, _: with_items(bank, with_stem(bank.items["transport02"], "Vilka brister finns?")),
    "unscorable_claims": lambda bank, item: with_items(bank, with_stem(item, "Hur många delmål finns det?")),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_sees_a_planted_fault(bank: Bank, rule: Callable[[Bank], list[str]]) -> None:
    assert rule(FAULTS[rule.__name__](bank, bank.items["goals01"])) != []


def test_the_length_rule_sees_short_keys_too(bank: Bank) -> None:
    assert any("shortest" in fault for fault in keys_shown_by_length(shortened_keys(bank)))


# --- the types that scoring and quiz must meet ---


def test_the_bank_has_every_knowledge_type_and_both_answers_to_true_or_false(bank: Bank) -> None:
    types = Counter(item.type for item in knowledge(bank))
    assert set(types) == {"single", "multiple", "true_false"}
    assert {item.scoring for item in knowledge(bank) if item.type == "multiple"} >= {"all_or_nothing", "per_option"}
    assert {item.key[0] for item in knowledge(bank) if item.type == "true_false"} == {"true", "false"}


def test_opinions_are_never_scored(bank: Bank) -> None:
    assert not any(item.key or item.fact for item in bank.items.values() if not item.is_knowledge)


# --- the form ---


def test_baslinje_asks_one_recall_or_understand_and_one_apply_item_of_each_area(bank: Bank) -> None:
    asked = [item for item in bank.form_items("baslinje") if item.is_knowledge]
    assert {item.pool for item in asked} == {"survey"}
    kinds = sorted((item.area, item.level == "apply") for item in asked)
    assert kinds == sorted((area, applies) for area in bank.areas for applies in (False, True))


def test_baslinje_hides_an_item_from_those_without_the_task(bank: Bank) -> None:
    hidden = bank.forms["baslinje"].shown_to
    assert set(hidden["practice02"]["role"]) & set(hidden["practice03"]["role"]) == set()


def test_comparisons_between_roles_have_common_items_only(bank: Bank) -> None:
    assert not any(bank.items[item_id].is_knowledge for item_id in bank.forms["baslinje"].shown_to)


def test_background_has_the_fixed_ids_and_never_party(bank: Bank) -> None:
    levels = {name: list(variable.level_ids) for name, variable in bank.variables.items()}
    assert levels == {
        "role": ["pol", "tjm"],
        "orgtype": ["reg", "kom", "lst", "ovr"],
        "sex": ["k", "m", "x", "u"],
        "age": ["u35", "a35", "a50", "o65", "u"],
        "years": ["y0", "y4", "y8", "y12"],
        "training": ["none", "short", "long"],
    }
    assert bank.variables["sex"].other == "x"
    assert [name for name, variable in bank.variables.items() if variable.sensitivity == "plain"] == ["training"]


# --- the frame ---


def frame_faults(frame: pd.DataFrame, bank: Bank) -> list[str]:
    """Known levels only, each stratum once, whole persons, marked as invented."""
    faults = [
        name for name in ("role", "orgtype", "sex") if not set(frame[name]) <= set(bank.variables[name].level_ids)
    ]
    if frame.duplicated(["role", "orgtype", "sex"]).any():
        faults.append("stratum twice")
    if not (frame["persons"] > 0).all():
        faults.append("persons")
    if not (frame["note"] == "simulerad").all():
        faults.append("note")
    return faults


def test_the_frame_fits_the_background_variables(bank: Bank) -> None:
    frame = pd.read_csv(FOLDER / "survey" / "population.csv")
    assert frame_faults(frame, bank) == []
    assert frame_faults(pd.concat([frame, frame.head(1).assign(sex="kvinna")]), bank) == ["sex"]
    assert frame_faults(pd.concat([frame, frame.head(1)]), bank) == ["stratum twice"]
    assert frame_faults(frame.assign(note=""), bank) == ["note"]


def test_the_frame_has_the_regional_council_of_the_period() -> None:
    frame = pd.read_csv(FOLDER / "survey" / "population.csv")
    council = frame[(frame["role"] == "pol") & (frame["orgtype"] == "reg")]
    assert council["persons"].sum() == 77
    assert 0.48 < council.loc[council["sex"] == "k", "persons"].sum() / 77 < 0.50


# --- one source ---


def copies(texts: Iterable[str], folder: Path) -> list[str]:
    """The files of the house, outside survey/ and data/, that hold one of the texts."""
    wanted = sorted({text for text in texts if len(text) >= COPY_LENGTH})
    kinds = {".py", ".md", ".ipynb", ".toml", ".js", ".html", ".css"}
    places = [folder / name for name in ("src", "notebooks", "tests", "benchmarks")]
    files = [path for place in places for path in place.rglob("*") if path.suffix in kinds] + list(folder.glob("*.md"))
    found = []
    for path in files:
        content = path.read_text(encoding="utf-8")
        found += [f"{path.relative_to(folder)}: {text}" for text in wanted if text in content]
    return found


def texts_of(bank: Bank) -> list[str]:
    """Every stem, option and explanation."""
    texts = [text for item in bank.items.values() for text in item.stem.values()]
    for item in bank.items.values():
        for option in item.options:
            texts += [*option.text.values(), *option.explanation.values()]
    return texts


def test_no_text_of_the_bank_stands_anywhere_else(bank: Bank) -> None:
    assert copies(texts_of(bank), FOLDER) == []


def test_a_planted_copy_is_found(bank: Bank, tmp_path: Path) -> None:
    (tmp_path / "notebooks").mkdir()
    copied = bank.items["goals01"].stem["sv"]
    (tmp_path / "notebooks" / "modul.md").write_text(f"# Quiz\n{copied}\n", encoding="utf-8")
    assert copies(texts_of(bank), tmp_path) == [f"notebooks/modul.md: {copied}"]


# --- the guide ---


def test_the_readme_explains_every_field_that_items_use(bank: Bank) -> None:
    readme = (FOLDER / "survey" / "README.md").read_text(encoding="utf-8")
    used = {
        match[1]
        for path in (FOLDER / "survey" / "items").rglob("*.toml")
        for match in re.finditer(r"^\[*([a-z_.]+)\]* *=?", path.read_text(encoding="utf-8"), re.M)
    }
    assert len(used) > 15
    assert sorted(field for field in used if f"`{field}`" not in readme) == []
