"""Each fault in a survey folder is found, coded and placed; a sound folder is read whole."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from kunskap.bank import read_bank
from kunskap.errors import KunskapError

from .conftest import BANK, ITEM, RATED

Survey = Callable[..., Path]
GOALS = "items/goals/goals01.toml"
ABILITY = "items/ability/abil01.toml"


def test_a_sound_folder_is_read_whole(survey: Survey) -> None:
    bank = read_bank(survey())
    item = bank.items["goals01"]
    assert (item.key, item.option_ids, item.columns) == (("a",), ("a", "b", "dk"), ("goals01",))
    assert item.option("b").explanation["en"] == "Numbers are not all."
    assert bank.items["abil01"].option("can").value == 1.0
    assert [item.id for item in bank.form_items("kort")] == ["goals01", "abil01"]
    assert bank.forms["kort"].shown_to == {"abil01": {"role": ("tjm",)}}
    assert bank.label("role", "pol", "sv") == "Politiker"
    assert bank.label("goals01", "a", "en") == "The same power"
    assert bank.stem("abil01", "sv") == "Hur gör du när du ska läsa en tabell"
    assert bank.variables["role"].other == "tjm"


CHOICES = """
id = "ability02"
scale = "ability"
type = "multiple"
status = "trial"
stem = { sv = "Vilket stöd?", en = "Which support?" }
options = [
  { id = "a", sv = "Tid", en = "Time" },
  { id = "b", sv = "Metod", en = "Method" },
  { id = "none", sv = "Inget", en = "None", exclusive = true },
  { id = "dk", sv = "Vet ej", en = "Don't know" },
]
"""
CHOICES_FILE = "items/ability/ability02.toml"


def test_several_choices_without_right_or_wrong_need_neither_key_nor_rule(survey: Survey) -> None:
    bank = read_bank(survey(extra={CHOICES_FILE: CHOICES}))
    item = bank.items["ability02"]
    assert (item.key, item.is_knowledge, item.is_rated) == ((), False, False)
    assert item.columns == ("ability02.a", "ability02.b", "ability02.none", "ability02.dk")
    assert item.exclusive_ids == ("none", "dk")
    assert bank.items["goals01"].exclusive_ids == ()


def test_one_choice_without_right_or_wrong_takes_shared_options_and_lead(survey: Survey) -> None:
    sorting = RATED.replace("abil01", "abil02").replace('type = "ability"', 'type = "single"')
    plain = BANK.replace("value = 1.0", "").replace("value = 0.0", "")
    extra = {"items/ability/abil02.toml": sorting.replace("graded", "plain")}
    both = BANK + plain[plain.index("[[option_sets") : plain.index("[blueprint")].replace("graded", "plain")
    item = read_bank(survey(extra=extra | {"bank.toml": both})).items["abil02"]
    assert (item.type, item.key, item.battery, item.option_ids) == ("single", (), "abil", ("can", "hard", "dk"))


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("ITEM-14", 'type = "multiple"', 'type = "multiple"\nkey = ["a"]'),
        ("ITEM-14", 'type = "multiple"', 'type = "multiple"\nscoring = "partial"'),
        ("ITEM-14", 'type = "multiple"', 'type = "multiple"\nfact = "some-other"'),
        ("ITEM-15", "en = \"Don't know\"", "en = \"Don't know\", exclusive = false"),
        ("ITEM-16", 'type = "multiple"', 'type = "single"'),
        ("ITEM-17", 'en = "Time"', 'en = "Time", exclusive = true'),
        ("ITEM-18", 'en = "Time"', 'en = "Time", value = 1.0'),
        ("BANK-02", "exclusive = true", 'exclusive = "ja"'),
    ],
)  # fmt: skip
def test_each_fault_of_an_item_without_right_or_wrong_is_told(survey: Survey, code: str, old: str, new: str) -> None:
    folder = survey(CHOICES_FILE, old, new, extra={CHOICES_FILE: CHOICES})
    with pytest.raises(KunskapError) as caught:
        read_bank(folder)
    assert [fault.code for fault in caught.value.faults] == [code]
    assert CHOICES_FILE in caught.value.faults[0].where


def test_all_faults_of_an_item_without_right_or_wrong_are_told_at_once(survey: Survey) -> None:
    text = CHOICES.replace('type = "multiple"', 'type = "multiple"\nkey = ["a"]\nlevel = "recall"')
    text = text.replace('en = "Time"', 'en = "Time", value = 1.0, exclusive = true')
    with pytest.raises(KunskapError) as caught:
        read_bank(survey(extra={CHOICES_FILE: text}))
    assert sorted(fault.code for fault in caught.value.faults) == ["ITEM-14", "ITEM-14", "ITEM-17", "ITEM-18"]


OPINIONS = BANK.replace(
    "[batteries",
    """[scales.views]
sv = "Syn"
en = "Views"
sensitivity = "special"
[batteries""",
)
VIEW = """
id = "views01"
scale = "views"
type = "single"
status = "trial"
stem = { sv = "Hur viktigt?", en = "How important?" }
options = [{ id = "a", sv = "Lite", en = "A little" }, { id = "b", sv = "Mycket", en = "Very" }]
"""
OWN_FORM = """
id = "syn"
title = { sv = "Syn", en = "Views" }
background = ["role"]
[[sections]]
id = "s"
title = { sv = "S", en = "S" }
items = ["views01"]
[shown_to.views01]
role = ["tjm"]
"""
SPECIAL = {"bank.toml": OPINIONS, "items/views/views01.toml": VIEW, "forms/syn.toml": OWN_FORM}


def test_a_special_scale_has_a_form_of_its_own_for_officials(survey: Survey) -> None:
    bank = read_bank(survey(extra=SPECIAL))
    assert bank.scales["views"].is_special and not bank.scales["ability"].is_special
    assert bank.is_special("views01") and not bank.is_special("abil01") and not bank.is_special("goals01")


@pytest.mark.parametrize(
    ("codes", "old", "new"),
    [
        (("FORM-08",), 'role = ["tjm"]', 'role = ["tjm", "pol"]'),
        (("FORM-08",), 'role = ["tjm"]', 'role = ["pol"]'),
        (("FORM-08",), '[shown_to.views01]\nrole = ["tjm"]', ""),
        (("FORM-07",), '"views01"]', '"views01", "abil01"]'),
        (("FORM-07", "FORM-08"), '"views01"]\n[shown_to.views01]\nrole = ["tjm"]', '"views01", "goals01"]'),
    ],
)
def test_politicians_are_never_asked_what_is_special_by_mistake(
    survey: Survey, codes: tuple[str, ...], old: str, new: str
) -> None:
    folder = survey("forms/syn.toml", old, new, extra=SPECIAL)
    with pytest.raises(KunskapError) as caught:
        read_bank(folder)
    assert caught.value.codes == codes
    assert "[decisions.attitudes]" in caught.value.message("sv") or codes == ("FORM-07",)


def test_a_sensitivity_that_is_not_known_is_told(survey: Survey) -> None:
    with pytest.raises(KunskapError) as caught:
        read_bank(survey(extra=SPECIAL | {"bank.toml": OPINIONS.replace('"special"', '"speciell"')}))
    assert caught.value.codes == ("BANK-04",)


def test_the_bank_cannot_be_changed(survey: Survey) -> None:
    bank = read_bank(survey())
    with pytest.raises(FrozenInstanceError):
        bank.items["goals01"].key = ("b",)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("code", "name", "old", "new"),
    [
        ("BANK-01", "bank.toml", 'version = "1"', ""),
        ("BANK-01", GOALS, 'sv = "Vad är målet?"', ""),
        ("BANK-01", GOALS, 'sv = "Vad är målet?"', 'sv = "  "'),
        ("BANK-01", GOALS, '[source]\ntext = "Prop. 2005/06:155"', ""),
        ("BANK-01", GOALS, "checked_on = 2026-11-22", ""),
        ("BANK-02", GOALS, "checked_on = 2026-11-22", 'checked_on = "igår"'),
        ("BANK-02", GOALS, "checked_on = 2026-11-22", "checked_on = 2026-11-22T10:00:00"),
        ("BANK-02", "bank.toml", "recall_understand = 1", "recall_understand = true"),
        ("BANK-02", GOALS, 'key = ["a"]', "key = [1]"),
        ("BANK-03", GOALS, 'status = "trial"', 'status = "trial"\nstatuss = "x"'),
        ("BANK-03", "bank.toml", "[blueprint.goals]", "[blueprint.gaols]"),
        ("BANK-04", GOALS, 'type = "single"', 'type = "singel"'),
        ("BANK-04", ABILITY, 'option_set = "graded"', 'option_set = "gradde"'),
        ("BANK-04", "background.toml", 'other = "tjm"', 'other = "x"'),
        ("BANK-05", GOALS, "[stem]", "[stem"),
        ("BANK-07", GOALS, 'id = "b"', 'id = "toolong"'),
        ("BANK-07", GOALS, 'id = "goals01"', 'id = "Goals_01"'),
        ("BANK-08", GOALS, 'id = "goals01"', 'id = "goals02"'),
        ("BANK-08", "forms/kort.toml", 'id = "kort"', 'id = "kart"'),
        ("ITEM-01", GOALS, 'key = ["a"]', "key = []"),
        ("ITEM-02", GOALS, 'key = ["a"]', 'key = ["e"]'),
        ("ITEM-02", GOALS, 'key = ["a"]', 'key = ["dk"]'),
        ("ITEM-03", GOALS, 'key = ["a"]', 'key = ["a", "b"]'),
        ("ITEM-05", GOALS, 'id = "b"', 'id = "a"'),
        ("ITEM-06", "bank.toml", 'id = "hard"', 'id = "dk"'),
        ("ITEM-07", GOALS, 'id = "b"', 'id = "skip"'),
        ("ITEM-07", GOALS, 'id = "b"', 'id = "other"'),
        ("ITEM-08", "bank.toml", "value = 0.0", ""),
        ("ITEM-08", "bank.toml", "value = 1.0", "value = 1.5"),
        ("ITEM-09", GOALS, 'explanation = { sv = "Ärligt.", en = "Honest." }', ""),
        ("ITEM-11", ABILITY, 'battery = "abil"', "minimum = 3\nmaximum = 2"),
        ("ITEM-12", GOALS, 'area = "goals"', 'area = "goals"\nscale = "ability"'),
        ("ITEM-13", GOALS, 'type = "single"', 'type = "likert"'),
        ("ITEM-13", GOALS, 'type = "single"', 'type = "true_false"'),
        ("FORM-01", "forms/kort.toml", '"goals01"', '"gaols01"'),
        ("FORM-01", "forms/kort.toml", 'background = ["role"]', 'background = ["rol"]'),
        ("FORM-02", "forms/kort.toml", '"abil01"', '"goals01"'),
        ("FORM-03", "forms/kort.toml", '["tjm"]', '["chef"]'),
        ("FORM-04", GOALS, 'status = "trial"', 'status = "retired"'),
    ],
)
def test_a_fault_is_found(survey: Survey, code: str, name: str, old: str, new: str) -> None:
    with pytest.raises(KunskapError) as caught:
        read_bank(survey(name, old, new))
    assert code in caught.value.codes
    assert f"[{code}]" in caught.value.message("sv")


def test_too_few_options(survey: Survey) -> None:
    middle = ITEM[ITEM.index('[[options]]\nid = "b"') : ITEM.index('[[options]]\nid = "dk"')]
    with pytest.raises(KunskapError) as caught:
        read_bank(survey(GOALS, middle, ""))
    assert caught.value.codes == ("ITEM-04",)


def test_a_missing_file(survey: Survey) -> None:
    folder = survey()
    (folder / "background.toml").unlink()
    with pytest.raises(KunskapError) as caught:
        read_bank(folder)
    assert "BANK-06" in caught.value.codes


def test_an_id_is_unique_whatever_the_folder(survey: Survey) -> None:
    twin = ITEM.replace('area = "goals"', 'area = "goals"').replace("same-power", "other-fact")
    extra = {"bank.toml": "", "items/other/goals01.toml": twin}
    extra["bank.toml"] = (
        (survey() / "bank.toml")
        .read_text()
        .replace("[scales.ability]", '[areas.other]\nsv = "Annat"\nen = "Other"\n[scales.ability]')
    )
    with pytest.raises(KunskapError) as caught:
        read_bank(survey(extra=extra))
    assert "BANK-09" in caught.value.codes


def test_a_fact_stands_in_one_pool_and_a_form_has_one_pool(survey: Survey) -> None:
    twin = ITEM.replace("goals01", "goals51").replace('pool = "survey"', 'pool = "teaching"')
    with pytest.raises(KunskapError) as caught:
        read_bank(
            survey("forms/kort.toml", '"goals01"', '"goals01", "goals51"', extra={"items/goals/goals51.toml": twin})
        )
    assert set(caught.value.codes) == {"ITEM-10", "FORM-05"}


def test_all_faults_are_told_at_once_with_file_field_and_remedy(survey: Survey) -> None:
    folder = survey(GOALS, 'key = ["a"]', 'key = ["e"]\nkye = 1')
    background = folder / "background.toml"
    background.write_text(background.read_text().replace("quasi_identifier", "secret"))
    with pytest.raises(KunskapError) as caught:
        read_bank(folder)
    assert sorted(caught.value.codes) == ["BANK-03", "BANK-04", "ITEM-02"]
    text = caught.value.message("en")
    assert "goals01.toml" in text
    assert "Closest: key" in text
    assert "Expected one of a, b" in text
    assert pickle.loads(pickle.dumps(caught.value)).codes == caught.value.codes


def test_secret_items_lie_beside_and_take_the_open_ones_place(survey: Survey, tmp_path: Path) -> None:
    folder = survey()
    own = folder.rename(tmp_path.parent / f"{tmp_path.name}-survey")
    secret = own.with_name(f"{own.name}.local") / "items" / "goals"
    secret.mkdir(parents=True)
    (secret / "goals01.toml").write_text(ITEM.replace("Vad är målet?", "En hemlig fråga?"), encoding="utf-8")
    twin = ITEM.replace("goals01", "goals02").replace("same-power", "another-fact")
    (secret / "goals02.toml").write_text(twin, encoding="utf-8")
    bank = read_bank(own)
    assert bank.items["goals01"].stem["sv"] == "En hemlig fråga?"
    assert "goals02" in bank.items


def test_a_fault_in_a_secret_item_is_told_with_its_own_place(survey: Survey, tmp_path: Path) -> None:
    own = survey().rename(tmp_path.parent / f"{tmp_path.name}-survey")
    secret = own.with_name(f"{own.name}.local") / "items" / "goals"
    secret.mkdir(parents=True)
    (secret / "goals01.toml").write_text(ITEM.replace('key = ["a"]', 'key = ["e"]'), encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        read_bank(own)
    assert caught.value.codes == ("ITEM-02",)
    assert ".local" in caught.value.message()
