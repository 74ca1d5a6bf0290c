"""The coders' screen, driven as its buttons drive it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets
import pandas as pd
import pytest

from kunskap.bank import Bank
from kunskap.coding import CodingFrame, read_coder, read_coding_frame, text_keys
from kunskap.coding_panel import CodingPanel
from kunskap.errors import KunskapError

Make = Callable[..., CodingPanel]
KEY = b"k" * 32
TEXTS = pd.DataFrame(
    {
        "sitting_id": [f"2016-{i}" for i in range(12)] + ["2016-0", "2016-3"],
        "item": ["understanding01"] * 12 + ["understanding02", "sex"],
        "text": [f"Svar nummer {i} om makt" for i in range(12)] + ["<b>Bussen</b>\noch tåget", "Icke-binär"],
    }
)


@pytest.fixture(scope="module")
def frame(root: Path) -> CodingFrame:
    return read_coding_frame(root / "survey")


@pytest.fixture
def make(frame: CodingFrame, bank: Bank, tmp_path: Path) -> Make:
    def panel(coder: str = "åsa", **more: Any) -> CodingPanel:
        known: dict[str, Any] = {"frame": frame, "bank": bank, "folder": tmp_path / "kodning", "seed": 7, "key": KEY}
        return CodingPanel(more.pop("texts", TEXTS), coder=coder, **(known | more))

    return panel


def everything_shown(panel: CodingPanel) -> str:
    """All that the screen says."""

    def texts(widget: ipywidgets.Widget) -> list[str]:
        own = [str(getattr(widget, name, "")) for name in ("value", "description", "tooltip", "placeholder")]
        return own + [text for child in getattr(widget, "children", ()) for text in texts(child)]

    return "\n".join(texts(panel))


def in_order(panel: CodingPanel) -> list[str]:
    seen = [panel.text.value]
    while not panel.skip_button.disabled:
        panel.skip_button.click()
        seen.append(panel.text.value)
    return seen


def test_a_text_is_shown_without_anything_of_who_wrote_it(make: Make) -> None:
    panel = make()
    for _ in range(13):
        shown = everything_shown(panel)
        assert "2016-" not in shown
        assert not any(key in shown for key in text_keys(TEXTS, key=KEY))
        panel.skip_button.click()


def test_only_the_open_questions_are_coded(make: Make) -> None:
    seen = in_order(make())
    assert len(seen) == 13
    assert not any("Icke-binär" in text for text in seen)


def test_what_people_wrote_is_shown_as_text(make: Make) -> None:
    (bus,) = [text for text in in_order(make()) if "Bussen" in text]
    assert "&lt;b&gt;Bussen&lt;/b&gt;<br>och tåget" in bus


def test_each_coder_has_an_order_of_her_own_and_keeps_it(make: Make) -> None:
    asa, bo = in_order(make("åsa")), in_order(make("bo"))
    assert sorted(asa) == sorted(bo)
    assert asa != bo
    assert in_order(make("åsa")) == asa
    assert in_order(make("åsa", seed=8)) != asa
    assert asa != sorted(asa)


def test_codes_are_saved_and_the_coder_goes_on_where_she_was(make: Make, frame: CodingFrame, tmp_path: Path) -> None:
    panel = make()
    first = panel.text.value
    next(iter(panel.checks.values())).value = True
    panel.save_button.click()
    assert "Sparat" in panel.told.value
    assert "1 är kodade och 12 återstår" in panel.progress.value
    assert panel.text.value != first
    panel.no_code.value = True
    panel.save_button.click()
    third = panel.text.value
    saved = read_coder(tmp_path / "kodning" / "åsa.csv", frame=frame)
    assert [bool(one.codes) for one in saved] == [True, False]

    again = make()
    assert again.text.value == third
    again.back_button.click()
    again.back_button.click()
    assert again.text.value == first
    assert next(iter(again.checks.values())).value, "what was chosen is shown again"


def test_when_all_is_coded_it_is_said(make: Make) -> None:
    panel = make()
    for _ in range(13):
        panel.no_code.value = True
        panel.save_button.click()
    assert "Alla 13 texter är kodade" in panel.progress.value


@pytest.mark.parametrize(
    ("codes", "none", "told"), [(False, False, "Inget är valt"), (True, True, "både koder och att ingen")]
)
def test_an_unclear_choice_is_not_saved(make: Make, tmp_path: Path, codes: bool, none: bool, told: str) -> None:
    panel = make()
    next(iter(panel.checks.values())).value = codes
    panel.no_code.value = none
    panel.save_button.click()
    assert told in panel.told.value
    assert 'role="alert"' in panel.told.value
    assert not (tmp_path / "kodning" / "åsa.csv").exists()


def test_a_quotation_is_ticked_word_for_word(make: Make) -> None:
    panel = make()
    panel.no_code.value = True
    panel.passage.value = "om makt"
    panel.save_button.click()
    assert "Kryssa för att du har läst det" in panel.told.value
    panel.may_quote.value = True
    panel.passage.value = "om inflytande"
    panel.save_button.click()
    assert "CODE-21" in panel.told.value
    panel.passage.value = "om makt"
    panel.save_button.click()
    (chosen,) = make().quotations
    assert (chosen.passage, chosen.ticked_by) == ("om makt", "åsa")


def test_a_tick_without_a_passage_is_not_saved(make: Make) -> None:
    panel = make()
    panel.no_code.value = True
    panel.may_quote.value = True
    panel.save_button.click()
    assert "inget citat att godkänna" in panel.told.value


def test_a_withdrawn_text_takes_its_quotation_with_it(make: Make) -> None:
    panel = make()
    panel.no_code.value = True
    panel.passage.value = "om makt"
    panel.may_quote.value = True
    shown = panel.text.value
    panel.save_button.click()
    left = TEXTS[[text not in shown for text in TEXTS["text"]]]
    assert make(texts=left).quotations == ()


def test_a_file_that_cannot_be_replaced_leaves_the_earlier_codes(
    make: Make, frame: CodingFrame, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    panel = make()
    panel.no_code.value = True
    panel.save_button.click()
    before = (tmp_path / "kodning" / "åsa.csv").read_bytes()

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    shown = panel.text.value
    panel.no_code.value = True
    panel.save_button.click()
    assert "READ-43" in panel.told.value
    assert panel.text.value == shown, "what is not saved is not passed"
    assert (tmp_path / "kodning" / "åsa.csv").read_bytes() == before
    assert [path.name for path in (tmp_path / "kodning").iterdir()] == ["åsa.csv"]


@pytest.mark.parametrize("coder", ["", "../åsa", "a b", "-", "x" * 31, "åsa.csv"])
def test_a_name_that_is_no_file_is_refused(make: Make, coder: str) -> None:
    with pytest.raises(KunskapError) as caught:
        make(coder)
    assert caught.value.codes == ("CODE-13",)


def test_nothing_to_code_is_told(make: Make) -> None:
    with pytest.raises(KunskapError) as caught:
        make(texts=TEXTS[TEXTS["item"] == "sex"])
    assert caught.value.codes == ("CODE-18",)


def test_only_what_is_not_settled(make: Make) -> None:
    keys = text_keys(TEXTS, key=KEY)
    assert len(in_order(make("gemensam", only=keys[:3].tolist()))) == 3


def test_the_screen_speaks_english_too(make: Make) -> None:
    panel = make(language="en")
    assert panel.save_button.description == "Save and go on"
    assert "Use your own words" in panel.question.value or "decision" in panel.question.value
