"""The sheet that is handed in as a whole, the diploma, and what stands under the result."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from kunskap.bank import read_bank
from kunskap.errors import KunskapError
from kunskap.needs import read_modules
from kunskap.quiz import QuizState, answer, finish, start
from kunskap.quiz_markup import diploma, focus_after, read_form, render, step
from kunskap.widgets import Quiz
from kunskap.words import read_words
from tests.markup_lint import lint
from tests.quiz_bank import TEACHING, quiz_bank, quiz_words

BANK = quiz_bank()
SHEET = ("svy01", "num01", "text01", "abil01")


def sheet() -> QuizState:
    return start([BANK.items[item_id] for item_id in SHEET], seed=5, feedback="never", shown="all")


def sent(do: str, **chosen: str) -> dict[str, list[str]]:
    return {"do": [do], "question": ["1"], **{f"chosen-{key[1:]}": [value] for key, value in chosen.items()}}


class TestSheet:
    def test_all_questions_are_one_form_and_each_has_its_own_name(self) -> None:
        html = render(sheet(), words=quiz_words("sv"))
        assert html.count("<form") == 1 and html.count("<fieldset") == len(SHEET)
        assert all(f'name="chosen-{number}"' in html for number in range(1, len(SHEET) + 1))
        assert 'name="chosen"' not in html and html.count('role="status"') == 1
        assert lint(html) == {}

    def test_one_posting_hands_everything_in(self) -> None:
        state, notices = step(sheet(), read_form(sheet(), sent("finish", n1="1", n2="12,5", n3="Mer tid")))
        assert notices == {} and state.completed
        assert set(state.replies) == {"svy01", "num01", "text01"}

    def test_one_fault_keeps_the_others_and_hands_nothing_in(self) -> None:
        before = sheet()
        state, notices = step(before, read_form(before, sent("finish", n1="1", n2="tolv", n3="Mer tid")))
        assert not state.completed and set(notices) == {"num01"}
        assert set(state.replies) == {"svy01", "text01"}
        assert focus_after(before, state, notices=notices) == "kq-q2-stem"
        html = render(state, words=quiz_words("sv"), notices=notices)
        assert "fråga 2" in html and "”tolv”" in html and "Mer tid" in html
        assert lint(html) == {}

    def test_what_is_taken_away_is_taken_back(self) -> None:
        state, _ = step(sheet(), read_form(sheet(), sent("answer", n1="1", n2="3")))
        state, _ = step(state, read_form(state, sent("answer", n2="3")))
        assert set(state.replies) == {"num01"} and not state.completed

    def test_a_page_with_other_questions_is_told_from_this_one(self) -> None:
        mark = 'name="item" value="'
        one = render(sheet(), words=quiz_words("sv")).split(mark)[1][:16]
        other = start([BANK.items[item_id] for item_id in SHEET[:3]], seed=5, feedback="never", shown="all")
        assert one != render(other, words=quiz_words("sv")).split(mark)[1][:16]


def taken(right: int, *, share: float | None = 0.75) -> QuizState:
    """A finished quiz of four questions with this many right at the first try."""
    real = read_bank()
    items = [item for item in real.items.values() if item.pool == "teaching" and item.type == "single"][:4]
    state = start(items, seed=1, diploma=share)
    for number, item in enumerate(items):
        if number >= right:
            state = answer(state, item.id, ["dk"])
        state = answer(state, item.id, item.key)
    return finish(state)


class TestDiploma:
    @pytest.mark.parametrize(("right", "is_earned"), [(2, False), (3, True), (4, True)])
    def test_only_the_first_try_counts(self, right: int, is_earned: bool) -> None:
        html = render(taken(right), words=read_words(), diploma="/intyg")
        assert ("/intyg" in html) is is_earned
        assert ("minst 3 av 4" in html) is not is_earned
        assert lint(html) == {}

    def test_where_no_share_is_set_nothing_is_said_of_it(self) -> None:
        assert "intyg" not in render(taken(4, share=None), words=read_words(), diploma="/intyg").lower()

    def test_it_says_what_and_when_and_leaves_the_name_open(self) -> None:
        html = diploma(taken(3), words=read_words(), title="4R <b>", day=dt.date(2026, 11, 22))
        assert "4R &lt;b&gt;" in html and "2026-11-22" in html and "3 av 4" in html
        assert "<input" not in html and "Namn:" in html

    @pytest.mark.parametrize("state", [taken(2), taken(4, share=None)], ids=["too few", "no share"])
    def test_there_is_none_that_is_not_earned(self, state: QuizState) -> None:
        with pytest.raises(KunskapError, match="QUIZ-07"):
            diploma(state, words=read_words(), title="x", day=dt.date(2026, 1, 1))

    @pytest.mark.parametrize("share", [0, 1.5, True, "0.5"])
    def test_a_share_is_a_share(self, share: object) -> None:
        with pytest.raises(KunskapError, match="QUIZ-05"):
            start([BANK.items["one01"]], seed=1, diploma=share)  # type: ignore[arg-type]

    def test_a_survey_gives_none(self) -> None:
        with pytest.raises(KunskapError, match="QUIZ-05"):
            start([BANK.items["svy01"]], seed=1, feedback="never", diploma=0.5)

    def test_the_notebook_writes_it_as_a_page(self, tmp_path: Path) -> None:
        quiz = Quiz(["goals51"], diploma=1.0)
        with pytest.raises(KunskapError, match="QUIZ-07"):
            quiz.save_diploma(tmp_path / "intyg.html", title="Mål")
        quiz._state = finish(answer(quiz.state, "goals51", quiz.state.items[0].key))
        page = quiz.save_diploma(tmp_path / "intyg.html", title="Mål").read_text(encoding="utf-8")
        assert page.startswith("<!doctype html>") and "Intyg" in page and "<script" not in page

    def test_the_notebook_writes_ones_own_page(self, tmp_path: Path) -> None:
        quiz = Quiz(["goals51"])
        with pytest.raises(KunskapError, match="QUIZ-21"):
            quiz.save_result(tmp_path / "eget.html", title="Mål")
        quiz._state = finish(answer(quiz.state, "goals51", quiz.state.items[0].key))
        page = quiz.save_result(tmp_path / "eget.html", title="Mål").read_text(encoding="utf-8")
        assert "1 av 1 rätt" in page and quiz.state.items[0].stem["sv"] not in page


class TestAdvice:
    def test_a_handed_in_inventory_advises_from_needs_and_says_so(self) -> None:
        real = read_bank()
        modules = read_modules(bank=real)
        state = start([real.items["ability03"], real.items["ability04"]], seed=1, feedback="never")
        state = finish(answer(state, "ability04", ["hard"]))
        html = render(state, words=read_words(), modules=modules)
        title = next(module.title["sv"] for module in modules if "ability04" in module.tasks)
        assert "Nästa modul för dig" in html and title in html
        assert "inte på om du svarade rätt" in html and lint(html) == {}

    def test_without_modules_nothing_is_said(self) -> None:
        state = finish(answer(start([BANK.items["abil01"]], seed=1, feedback="never"), "abil01", ["can"]))
        assert "modul" not in render(state, words=quiz_words("sv"))


def test_a_questions_own_hint_is_shown_in_teaching_only() -> None:
    from dataclasses import replace

    item = replace(BANK.items[TEACHING[0]], hint={"sv": "Tänk på <ordet>.", "en": "Think."})
    html = render(start([item], seed=1), words=quiz_words("sv"))
    assert "Tänk på &lt;ordet&gt;." in html and lint(html) == {}
    assert "Tänk" not in render(start([item], seed=1, feedback="never"), words=quiz_words("sv"))
