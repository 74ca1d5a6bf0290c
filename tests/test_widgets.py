"""The notebook's quiz without a browser: every message is answered, and nothing that is synced tells the key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kunskap.bank import Item
from kunskap.errors import KunskapError
from kunskap.quiz import OwnResult
from kunskap.widgets import Quiz
from tests.markup_lint import lint
from tests.quiz_bank import TEACHING, quiz_bank

BANK = quiz_bank()


class Browser:
    """Sends what the script sends, and keeps what comes back."""

    def __init__(self, quiz: Quiz) -> None:
        self.quiz = quiz
        self.replies: list[dict[str, object]] = []
        quiz.send = lambda content, buffers=None: self.replies.append(content)  # type: ignore[method-assign]

    def post(self, do: str, question: int = 1, *chosen: str, request: str = "v1-1") -> dict[str, object]:
        fields = {"do": [do], "question": [str(question)], "chosen": list(chosen)}
        return self.raw({"kind": "form", "fields": fields, "request": request})

    def raw(self, content: object) -> dict[str, object]:
        self.quiz._handle_custom_msg(content, [])
        return self.replies[-1]


@pytest.fixture
def browser() -> Browser:
    return Browser(Quiz(TEACHING, bank=BANK, seed=5))


def place(quiz: Quiz, item_id: str, option_id: str) -> str:
    return str(quiz.state.orders[item_id].index(option_id) + 1)


def synced(quiz: Quiz) -> str:
    """Everything that the browser is given, without the names made anew for each quiz."""
    state = {name: str(value) for name, value in quiz.get_state().items() if name != "layout"}
    return json.dumps(state, sort_keys=True).replace(quiz.prefix, "kq")


def versions(item: Item) -> Iterator[Item]:
    for key in item.option_ids[:-1]:
        options = tuple(replace(option, explanation={"sv": f"annan {key}"}) for option in item.options)
        yield replace(item, key=(key,), options=options, scoring="per_option", level="apply", fact="annat")


class TestKey:
    @pytest.mark.parametrize("item_id", TEACHING)
    def test_what_is_synced_does_not_depend_on_the_key(self, item_id: str) -> None:
        assert len({synced(Quiz([item], seed=5)) for item in versions(BANK.items[item_id])}) == 1

    def test_after_one_answer_the_rest_is_still_untold(self) -> None:
        seen = set()
        for item in versions(BANK.items["one01"]):
            browser = Browser(Quiz([BANK.items["true01"], item], seed=5, shown="all"))
            browser.post("answer", 1, "1")
            told = json.dumps(browser.replies).replace(browser.quiz.prefix, "kq")
            seen.add(synced(browser.quiz) + told)
        assert len(seen) == 1

    def test_no_explanation_and_no_option_id_is_synced_before_the_answer(self, browser: Browser) -> None:
        text = json.dumps({name: str(value) for name, value in browser.quiz.get_state().items()}, ensure_ascii=False)
        for item_id in TEACHING:
            for option in BANK.items[item_id].options:
                assert option.explanation["sv"] not in text
        assert {name for name in browser.quiz.get_state() if not name.startswith("_")} == {
            "html", "prefix", "layout", "tabbable", "tooltip",
        }  # fmt: skip

    def test_this_check_finds_a_quiz_that_leaks(self) -> None:
        class Leaky(Quiz):
            def __init__(self, items: list[Item]) -> None:
                super().__init__(items, seed=5)
                self.html += f"<!-- {items[0].key} -->"

        assert len({synced(Leaky([item])) for item in versions(BANK.items["one01"])}) == 3


class TestReplies:
    def test_an_answer_is_explained_and_the_focus_stays(self, browser: Browser) -> None:
        reply = browser.post("answer", 1, place(browser.quiz, "one01", "b"), request="v1-7")
        assert reply == {"kind": "reply", "request": "v1-7", "count": 1, "focus": None, "failed": False}
        assert BANK.items["one01"].option("b").explanation["sv"] in browser.quiz.html

    def test_the_same_wrong_answer_twice_gives_two_replies_and_two_pages(self, browser: Browser) -> None:
        wrong = place(browser.quiz, "one01", "b")
        first, page = browser.post("answer", 1, wrong), browser.quiz.html
        second = browser.post("answer", 1, wrong)
        assert first != second and page != browser.quiz.html

    def test_the_same_mistake_twice_gives_two_replies(self, browser: Browser) -> None:
        first, second = browser.post("answer", 1), browser.post("answer", 1)
        assert first != second and "Du har inte svarat än." in browser.quiz.html
        assert browser.quiz.state.answered == 0

    def test_the_next_question_takes_the_focus(self, browser: Browser) -> None:
        reply = browser.post("next", 1)
        assert reply["focus"] == f"{browser.quiz.prefix}-q2-stem" and f'id="{reply["focus"]}"' in browser.quiz.html

    def test_the_whole_way_to_the_result(self, browser: Browser) -> None:
        for number, (item_id, option_id) in enumerate(
            {"one01": "a", "many01": "a", "true01": "false", "trap01": "b"}.items(), start=1
        ):
            browser.post("answer", number, place(browser.quiz, item_id, option_id))
            browser.post("next" if number < 4 else "finish", number)
        assert browser.quiz.result() == OwnResult(questions=4, answered=4, scored=4, right=2, right_at_once=2)
        assert "Rätt svar: 2 av 4." in browser.quiz.html

    @pytest.mark.parametrize("fields", [None, 7, [], {"do": 1}, {"do": ["answer"], "question": ["x"]}])
    def test_nonsense_is_told_in_words(self, browser: Browser, fields: object) -> None:
        reply = browser.raw({"kind": "form", "fields": fields, "request": "v1-1"})
        assert reply["failed"] is False and "Sidan skickade något som inte gick att läsa." in browser.quiz.html

    @pytest.mark.parametrize("content", [None, "form", {"kind": "other"}, {}])
    def test_other_messages_are_left_alone(self, browser: Browser, content: object) -> None:
        browser.quiz._handle_custom_msg(content, [])
        assert browser.replies == []

    def test_a_fault_of_ours_is_told_without_a_traceback(
        self, browser: Browser, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
    ) -> None:
        def broken(*_: object, **__: object) -> str:
            raise RuntimeError("planted")

        monkeypatch.setattr("kunskap.widgets.render", broken)
        before = browser.quiz.html
        reply = browser.post("answer", 1, "1")
        out = "".join(capfd.readouterr())
        assert reply["failed"] is True and "Traceback" not in out and "planted" not in out
        assert browser.quiz.html == before and browser.quiz.state.answered == 0
        assert "Något gick fel hos oss" in before


class TestMaking:
    def test_ids_are_looked_up_in_the_bank_in_force(self) -> None:
        assert Quiz(["goals51"]).result().questions == 1

    def test_unknown_ids_are_told_all_at_once_with_the_nearest(self) -> None:
        with pytest.raises(KunskapError) as caught:
            Quiz(["one1", "zzz"], bank=BANK)
        assert caught.value.codes == ("QUIZ-06", "QUIZ-06") and "one01" in caught.value.message("sv")

    def test_survey_questions_are_not_explained_in_a_notebook(self) -> None:
        with pytest.raises(KunskapError, match="QUIZ-04"):
            Quiz(["svy01"], bank=BANK)
        assert Quiz(["svy01"], bank=BANK, feedback="never").result().questions == 1

    def test_english(self) -> None:
        html = Quiz(TEACHING, bank=BANK, language="en").html
        assert 'lang="en"' in html and "Question 1 of 4" in html

    def test_two_quizzes_share_no_ids(self) -> None:
        first, second = (Quiz(TEACHING, bank=BANK) for _ in range(2))
        one, two = (set(re.findall(r'id="([^"]+)"', quiz.html)) for quiz in (first, second))
        assert not one & two
        assert lint(first.html) == {}


class TestStatic:
    def test_every_rule_of_the_style_stays_inside_the_quiz(self, root: Path) -> None:
        css = re.sub(r"/\*.*?\*/", "", (root / "src/kunskap/static/quiz.css").read_text(encoding="utf-8"), flags=re.S)
        selectors = [part.strip() for group in re.findall(r"([^{};@]+)\{", css) for part in group.split(",")]
        outside = [each for each in selectors if ".kq" not in each and not each.startswith("media ")]
        assert outside == []

    def test_both_ways_into_the_dark_have_the_same_colours(self, root: Path) -> None:
        css = (root / "src/kunskap/static/quiz.css").read_text(encoding="utf-8")
        blocks = [
            dict(re.findall(r"(--kq-[\w-]+): (#\w+);", block))
            for block in re.findall(r"body[^{]*\.kq \{(.*?)\}", css, flags=re.S)
        ]
        light = dict(re.findall(r"(--kq-[\w-]+): (#\w+);", css.split("}")[0]))
        assert len(blocks) == 2 and blocks[0] == blocks[1] and set(blocks[0]) == set(light)

    @pytest.mark.parametrize("mode", ["light", "dark"])
    def test_text_has_contrast_enough(self, root: Path, mode: str) -> None:
        css = (root / "src/kunskap/static/quiz.css").read_text(encoding="utf-8")
        block = (
            css.split("}")[0] if mode == "light" else css.split('body[data-jp-theme-light="false"]')[1].split("}")[0]
        )
        colours = dict(re.findall(r"--kq-([\w-]+): (#\w+);", block))
        pairs = [(text, paper) for text in ("ink", "quiet", "accent") for paper in ("paper", "field", "chosen")]
        for outcome in ("right", "wrong", "partly", "dk"):
            pairs += [(name, f"{outcome}-paper") for name in (outcome, "ink", "quiet")] + [(outcome, "chosen")]
        pairs += [("on-accent", "accent"), ("right", "field")]
        low = {pair: round(contrast(*(colours[name] for name in pair)), 2) for pair in pairs}
        assert {pair: value for pair, value in low.items() if value < 4.5} == {}
        assert min(contrast(colours[name], colours["paper"]) for name in ("edge", "focus", "accent")) >= 3

    def test_the_contrast_is_reckoned_as_wcag_does(self) -> None:
        assert contrast("#000000", "#ffffff") == pytest.approx(21)
        assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)

    def test_the_script_holds_no_words_and_asks_no_one_else(self, root: Path) -> None:
        script = (root / "src/kunskap/static/quiz.js").read_text(encoding="utf-8")
        assert not re.search(r"[åäöÅÄÖ]|https?:|import |innerHTML = (?!html\(\))", script)


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours."""

    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)
