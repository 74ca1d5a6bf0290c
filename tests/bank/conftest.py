"""A small valid survey folder that each test breaks in one way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

BANK = """
version = "1"
languages = ["sv", "en"]
[areas.goals]
sv = "Mål"
en = "Goals"
[scales.ability]
sv = "Förmåga"
en = "Ability"
minimum_answered = 0.5
[batteries.abil]
sv = "Hur gör du när du ska"
en = "What about"
[[option_sets.graded.options]]
id = "can"
sv = "Kan"
en = "Can"
value = 1.0
[[option_sets.graded.options]]
id = "hard"
sv = "Svårt"
en = "Hard"
value = 0.0
[[option_sets.graded.options]]
id = "dk"
sv = "Vet ej"
en = "Don't know"
[blueprint.goals]
recall_understand = 1
apply = 0
"""
ITEM = """
id = "goals01"
area = "goals"
type = "single"
level = "recall"
pool = "survey"
status = "trial"
fact = "same-power"
key = ["a"]
checked_on = 2026-11-22
[stem]
sv = "Vad är målet?"
en = "What is the goal?"
[source]
text = "Prop. 2005/06:155"
[[options]]
id = "a"
sv = "Samma makt"
en = "The same power"
explanation = { sv = "Rätt.", en = "Right." }
[[options]]
id = "b"
sv = "Lika många"
en = "As many"
explanation = { sv = "Antal är inte allt.", en = "Numbers are not all." }
[[options]]
id = "dk"
sv = "Vet ej"
en = "Don't know"
explanation = { sv = "Ärligt.", en = "Honest." }
"""
RATED = """
id = "abil01"
scale = "ability"
type = "ability"
status = "trial"
option_set = "graded"
battery = "abil"
[stem]
sv = "läsa en tabell"
en = "reading a table"
"""
BACKGROUND = """
[[variables]]
id = "role"
type = "single"
sensitivity = "quasi_identifier"
other = "tjm"
stem = { sv = "Roll?", en = "Role?" }
levels = [{ id = "pol", sv = "Politiker", en = "Politician" }, { id = "tjm", sv = "Tjänsteperson", en = "Official" }]
"""
FORM = """
id = "kort"
title = { sv = "Kort", en = "Short" }
background = ["role"]
link_code = true
[[sections]]
id = "k"
title = { sv = "Kunskap", en = "Knowledge" }
items = ["goals01", "abil01"]
[shown_to.abil01]
role = ["tjm"]
"""
FILES = {
    "bank.toml": BANK,
    "items/goals/goals01.toml": ITEM,
    "items/ability/abil01.toml": RATED,
    "background.toml": BACKGROUND,
    "forms/kort.toml": FORM,
}


@pytest.fixture
def survey(tmp_path: Path) -> Callable[..., Path]:
    """Write the small survey folder; ``old=new`` replacements break one file of it."""

    def write(name: str = "bank.toml", old: str = "", new: str = "", extra: dict[str, str] | None = None) -> Path:
        for path, text in {**FILES, **(extra or {})}.items():
            if path == name and old:
                assert old in text, f"the test's own text has no {old!r}"
                text = text.replace(old, new, 1)
            target = tmp_path / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return tmp_path

    return write
