"""The coding frame: what staff's own frame keeps, and every fault that a frame can have."""

from __future__ import annotations

from pathlib import Path

import pytest

from kunskap.bank import Bank
from kunskap.coding import read_coding_frame
from kunskap.errors import KunskapError

SOUND = """
[[questions.understanding01]]
id = "power"
label = { sv = "Makt", en = "Power" }
definition = "Vem som bestämmer."
include = "Inflytande."
exclude = "Antal."
example = "Fler får bestämma."
"""


def write(folder: Path, text: str) -> Path:
    (folder / "coding").mkdir(exist_ok=True)
    (folder / "coding" / "understanding.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_own_frame_fits_the_bank(bank: Bank, root: Path) -> None:
    frame = read_coding_frame(root / "survey", bank=bank)
    open_items = {item.id for item in bank.items.values() if item.type == "text" and item.scale == "understanding"}
    assert set(frame.items) == open_items
    for item in frame.items:
        labels = [code.label["sv"] for code in frame.codes[item]]
        assert len(set(labels)) == len(labels)
        examples = {code.example for code in frame.codes[item]}
        assert len(examples) == len(labels)


def test_what_a_definition_refers_to_is_the_label_of_a_code(root: Path) -> None:
    frame = read_coding_frame(root / "survey")
    for item, codes in frame.codes.items():
        labels = {code.label["sv"] for code in codes}
        for code in codes:
            if "använd " in code.exclude and "den kod som passar" not in code.exclude:
                told = code.exclude.split("använd ")[1].rstrip(".")
                assert any(label.startswith(told) for label in labels), (item, code.id, told)


def test_a_sound_frame_is_read(tmp_path: Path, bank: Bank) -> None:
    frame = read_coding_frame(write(tmp_path, SOUND), bank=bank)
    assert frame.columns("understanding01") == ("understanding01.power",)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('definition = "Vem som bestämmer."', "", "CODE-03"),
        ('include = "Inflytande."', 'include = " "', "CODE-03"),
        ('example = "Fler får bestämma."', "example = 3", "CODE-03"),
        ('sv = "Makt", ', "", "CODE-03"),
        ("exclude =", "utesluter =", "CODE-04"),
        ('en = "Power"', 'en = "Power", de = "Macht"', "CODE-04"),
        ('id = "power"', 'id = "Makt"', "CODE-05"),
        ('id = "power"', 'id = "none"', "CODE-05"),
        ("understanding01", "goals01", "CODE-07"),
        ("understanding01", "understanding99", "CODE-07"),
        ("[[questions.understanding01]]", "[questions.understanding01]", "CODE-08"),
        ("[[questions.understanding01]]", "[[fragor.understanding01]]", "CODE-08"),
        ("[[questions", "[[[questions", "CODE-02"),
    ],
)
def test_a_planted_fault_is_told(tmp_path: Path, bank: Bank, old: str, new: str, code: str) -> None:
    assert old in SOUND
    with pytest.raises(KunskapError) as caught:
        read_coding_frame(write(tmp_path, SOUND.replace(old, new)), bank=bank)
    assert code in caught.value.codes


def test_all_faults_are_told_at_once(tmp_path: Path, bank: Bank) -> None:
    faulty = SOUND.replace('definition = "Vem som bestämmer."', "") + SOUND.replace('exclude = "Antal."', "")
    with pytest.raises(KunskapError) as caught:
        read_coding_frame(write(tmp_path, faulty), bank=bank)
    assert caught.value.codes == ("CODE-03", "CODE-06", "CODE-03")


def test_a_missing_frame_is_told(tmp_path: Path) -> None:
    with pytest.raises(KunskapError) as caught:
        read_coding_frame(tmp_path)
    assert caught.value.codes == ("CODE-01",)
