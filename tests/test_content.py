"""The content of survey/: rules that every item, form and frame keeps, each with a planted fault that breaks it."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from kunskap.bank import Bank, Item
from kunskap.design import read_design
from kunskap.lint import lint
from kunskap.lint.texts import knowledge

FOLDER = Path(__file__).resolve().parents[1]
# A shorter text ("Kommunerna", "Inte alls") may stand elsewhere by chance; a longer one has been copied.
COPY_LENGTH = 30
# The day on which the sources were compared; `kunskap check` holds dates to its own day.
DAY = datetime.date(2026, 11, 22)


# --- the rules that a machine can hold: tests/lint shows that each one sees a planted fault ---


def test_what_may_be_asked_keeps_every_rule(bank: Bank) -> None:
    findings = lint(bank, today=DAY, design=read_design(FOLDER / "survey"))
    assert [found.message() for found in findings.faults] == []


def test_no_form_points_at_single_persons(bank: Bank) -> None:
    design = read_design(FOLDER / "survey")
    assert [found.where for found in lint(bank, today=DAY, design=design).advice if found.code == "LINT-27"] == []
    planted = replace(bank.forms["baslinje"], background=(*bank.forms["baslinje"].background, "years"))
    finer = replace(bank, forms={**bank.forms, "baslinje": planted})
    assert [found.where for found in lint(finer, today=DAY, design=design).advice if found.code == "LINT-27"] == [
        "baslinje"
    ]


# --- the types that scoring and quiz must meet ---


def test_the_bank_has_every_knowledge_type_and_both_answers_to_true_or_false(bank: Bank) -> None:
    types = Counter(item.type for item in knowledge(bank))
    assert set(types) == {"single", "multiple", "true_false"}
    assert {item.scoring for item in knowledge(bank) if item.type == "multiple"} >= {"all_or_nothing", "per_option"}
    assert {item.key[0] for item in knowledge(bank) if item.type == "true_false"} == {"true", "false"}


def test_opinions_are_never_scored(bank: Bank) -> None:
    assert not any(item.key or item.fact for item in bank.items.values() if not item.is_knowledge)


# --- the form ---


ROLES = ("pol", "tjm")


def asked_of(bank: Bank, form_id: str, role: str) -> list[Item]:
    """The items of a form that this role is shown."""
    form = bank.forms[form_id]
    return [item for item in bank.form_items(form_id) if role in form.shown_to.get(item.id, {}).get("role", ROLES)]


def test_baslinje_asks_sixteen_knowledge_items_of_each_role_and_twelve_of_all(bank: Bank) -> None:
    asked = {role: [item for item in asked_of(bank, "baslinje", role) if item.is_knowledge] for role in ROLES}
    common = [item for item in asked["pol"] if item in asked["tjm"]]
    assert [len(asked["pol"]), len(asked["tjm"]), len(common)] == [16, 16, 12]
    assert {str(item.area) for item in common} == set(bank.areas)
    for items in asked.values():
        assert {item.pool for item in items} == {"survey"}
        assert sum(item.level == "apply" for item in items) == 8


def test_baslinje_asks_twelve_other_questions_and_five_about_the_person(bank: Bank) -> None:
    for role in ROLES:
        others = [item for item in asked_of(bank, "baslinje", role) if not item.is_knowledge]
        sorting = [item for item in others if item.battery == "sorting"]
        assert len(sorting) == 4  # four lines of one question
        assert len(others) - len(sorting) + 1 == 12
        assert sum(item.type == "text" for item in others) == 2
    assert len(bank.forms["baslinje"].background) == 5


def test_baslinje_hides_an_item_from_those_without_the_task(bank: Bank) -> None:
    hidden = bank.forms["baslinje"].shown_to
    assert set(hidden["practice02"]["role"]) & set(hidden["practice03"]["role"]) == set()


def test_an_item_of_one_role_is_kept_for_one_role_by_all_forms(bank: Bank) -> None:
    """Comparisons of roles are made of the common items; both measurements keep the same ones."""
    own = {name: shown for name, shown in bank.forms["baslinje"].shown_to.items() if bank.items[name].is_knowledge}
    assert len(own) == 8 and all(list(shown) == ["role"] and len(shown["role"]) == 1 for shown in own.values())
    again = bank.forms["uppfoljning"].shown_to
    assert {name: shown for name, shown in again.items() if bank.items[name].is_knowledge} == own


def test_background_has_the_fixed_ids_and_never_party(bank: Bank) -> None:
    levels = {name: list(variable.level_ids) for name, variable in bank.variables.items()}
    assert levels == {
        "role": ["pol", "tjm"],
        "orgtype": ["reg", "kom", "lst", "ovr"],
        "sex": ["k", "m", "x", "u"],
        "age": ["u35", "a35", "a50", "o65", "u"],
        "agegroup": ["u50", "o50", "u"],
        "years": ["y0", "y4", "y8", "y12"],
        "training": ["none", "short", "long"],
    }
    assert bank.variables["sex"].other == "x"
    assert [name for name, variable in bank.variables.items() if variable.sensitivity == "plain"] == ["training"]


def test_the_follow_up_repeats_the_knowledge_items_unchanged_and_asks_ability_twice(bank: Bank) -> None:
    first, again = bank.form_items("baslinje"), bank.form_items("uppfoljning")
    assert [item.id for item in again if item.is_knowledge] == [item.id for item in first if item.is_knowledge]
    now = [item for item in again if item.scale == "ability"]
    before = [item for item in again if item.scale == "abilitybefore"]
    assert len(now) == len(before) == 3
    for one, other in zip(now, before, strict=True):
        assert [(o.id, o.value) for o in one.options] == [(o.id, o.value) for o in other.options]
        for language in bank.languages:
            assert other.stem[language].startswith(one.stem[language].rstrip("?"))
    shown = bank.forms["uppfoljning"].shown_to
    assert {name for name, conditions in shown.items() if "training" in conditions} == {item.id for item in before}


def test_the_committees_form_asks_what_the_inventory_asks_of_everyone(bank: Bank) -> None:
    asked = [item.id for item in bank.form_items("namnd") if item.is_knowledge]
    first = bank.forms["baslinje"]
    common = [item.id for item in bank.form_items("baslinje") if item.is_knowledge and item.id not in first.shown_to]
    assert asked == common
    assert not bank.forms["namnd"].shown_to
    assert len(bank.forms["namnd"].background) == 3


def halves_of(bank: Bank) -> list[str]:
    """The names of the modules' halves without their last letter: `r4` for `r4a` and `r4b`."""
    return sorted(name[:-1] for name in bank.forms if name.endswith("a") and f"{name[:-1]}b" in bank.forms)


def test_the_halves_of_a_module_are_alike_and_share_no_item(bank: Bank) -> None:
    assert {"mal", "r4", "stat"} <= set(halves_of(bank))
    asked: Counter[str] = Counter()
    for name in halves_of(bank):
        forms = [bank.forms[f"{name}{half}"] for half in "ab"]
        one, other = (bank.form_items(form.id) for form in forms)
        assert [item.area for item in one] == [item.area for item in other], name
        assert {item.pool for item in (*one, *other)} == {"teaching"}, name
        assert forms[0].background == forms[1].background and forms[0].minutes == forms[1].minutes, name
        assert len(one) == 4, name
        asked.update(item.id for item in (*one, *other))
    # Those who take two modules are asked nothing twice.
    assert {item: times for item, times in asked.items() if times > 1} == {}


def test_every_form_ends_with_the_linking_question(bank: Bank) -> None:
    assert all(form.link_code for form in bank.forms.values())


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
