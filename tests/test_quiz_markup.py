"""The markup: accessible by the lint's rules in every state, whole without a script, and silent about the key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kunskap.bank import Item, Option
from kunskap.errors import KunskapError, fault
from kunskap.quiz import QuizState, answer, finish, next_question, start
from kunskap.quiz_markup import focus_after, read_form, render, step, take
from tests.markup_lint import lint, parse
from tests.quiz_bank import TEACHING, quiz_bank, quiz_words

BANK = quiz_bank()
WORDS = {language: quiz_words(language) for language in ("sv", "en")}
EVERY = (*TEACHING, "abil01", "num01", "text01")


def begin(*ids: str, **settings: object) -> QuizState:
    settings = {"seed": 5, **settings}
    return start([BANK.items[item_id] for item_id in ids or TEACHING], **settings)  # type: ignore[arg-type]


def draw(state: QuizState, **settings: object) -> str:
    return render(state, words=WORDS[state.language], **settings)  # type: ignore[arg-type]


def fields(do: str, question: int | str = 1, *chosen: str) -> Mapping[str, Sequence[str]]:
    return {"do": [do], "question": [str(question)], "chosen": list(chosen)}


def every_state() -> Iterator[tuple[str, QuizState]]:
    """Each kind of page, in both languages and both ways of showing."""
    for language in ("sv", "en"):
        for shown in ("one", "all"):
            common = {"language": language, "shown": shown, "batteries": BANK.batteries}
            state = begin(*EVERY, **common, tries=2, hints={"one01": "Läs målets andra led.", "many01": "Fler än en."})
            for item_id, chosen in (("one01", "b"), ("one01", "dk"), ("many01", "a"), ("true01", "false")):
                yield f"{language} {shown} before {item_id}", state
                state = answer(state, item_id, [chosen])
                state = next_question(state) if item_id == "one01" and state.is_closed("one01") else state
            for item_id, chosen in (("abil01", "can"), ("num01", "12,5"), ("text01", "Mer <tid>")):
                state = next_question(answer(state, item_id, [chosen]))
            yield f"{language} {shown} written", state
            yield f"{language} {shown} result", finish(state)
            survey = begin("svy01", "text01", **common, feedback="never")
            yield f"{language} {shown} survey", survey
            yield f"{language} {shown} saved", answer(survey, "svy01", ["b"])
            yield f"{language} {shown} handed in", finish(survey)


@pytest.mark.parametrize(
    ("name", "state"), list(every_state()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_page_holds_every_rule(name: str, state: QuizState) -> None:
    assert lint(draw(state, prefix="kq-7", action="/answer", hidden={"token": "abc"})) == {}


class TestLint:
    """Each rule finds the fault it is there for."""

    @pytest.mark.parametrize(
        ("rule", "old", "new"),
        [
            ("fieldset_has_legend", r"<legend.*?</legend>", ""),
            ("fieldset_has_legend", r"(<legend[^>]*>).*?</legend>", r"\1</legend>"),
            ("choices_are_in_a_fieldset", r"</?fieldset[^>]*>", ""),
            ("controls_have_name_and_label", r' name="chosen"', ""),
            ("controls_have_name_and_label", r'<label for="kq-q1-1"', '<label for="kq-q1-2"'),
            ("live_region_is_present", r' role="status"', ""),
            ("progress_is_named", r'<label for="kq-progress">.*?</label>', ""),
            ("progress_is_named", r"(<progress[^>]*>).*?</progress>", r"\1</progress>"),
            ("progress_is_named", r"<progress.*?</progress>", ""),
            ("language_is_told", r' lang="sv"', ""),
            ("no_positive_tabindex", r'tabindex="-1"', 'tabindex="1"'),
            ("buttons_have_distinct_names", r'<span class="kq-heard"> på fråga \d</span>', ""),
            ("buttons_have_distinct_names", r"(<button[^>]*>).*?</button>", r"\1</button>"),
            ("ids_are_unique_and_references_lead_somewhere", r'id="kq-q\d-1"', 'id="same"'),
            ("ids_are_unique_and_references_lead_somewhere", r'id="kq-q1-advice"', ""),
            ("no_script_or_style_inside", r"</form>", "<script>1</script></form>"),
            ("no_script_or_style_inside", r"<form ", '<form onsubmit="go()" '),
            ("signs_are_not_read_out", r' aria-hidden="true"', ""),
        ],
    )
    def test_a_planted_fault_is_found(self, rule: str, old: str, new: str) -> None:
        html = draw(answer(begin(shown="all"), "one01", ["b"]))
        assert lint(html) == {}
        broken = re.sub(old, new, html, flags=re.DOTALL)
        assert broken != html
        assert rule in lint(broken)

    def test_an_unclosed_element_is_found(self) -> None:
        with pytest.raises(ValueError, match="closes"):
            lint("<div><p></div>")


class TestKey:
    """Two quizzes that differ in key and explanations alone look exactly the same until a question is answered."""

    @staticmethod
    def versions(item: Item) -> Iterator[Item]:
        for key in item.option_ids[:-1]:
            options = tuple(
                replace(option, explanation={"sv": f"annan {key}", "en": f"other {key}"}) for option in item.options
            )
            yield replace(item, key=(key,), options=options, level="apply", fact="annat", scoring="per_option")

    def pages(self, make: Callable[[Item], str]) -> set[str]:
        return {make(version) for item_id in ("one01",) for version in self.versions(BANK.items[item_id])}

    @pytest.mark.parametrize("shown", ["one", "all"])
    def test_the_page_before_the_answer_does_not_depend_on_the_key(self, shown: str) -> None:
        for item_id in TEACHING:
            pages = {draw(start([item], seed=5, shown=shown)) for item in self.versions(BANK.items[item_id])}
            assert len(pages) == 1

    def test_answering_one_question_tells_nothing_of_the_others(self) -> None:
        first = BANK.items["true01"]
        pages = {
            draw(answer(start([first, item], seed=5, shown="all", tries=1), "true01", ["true"]))
            for item in self.versions(BANK.items["one01"])
        }
        assert len(pages) == 1

    def test_a_survey_never_depends_on_the_key_until_it_is_handed_in(self) -> None:
        pages = {
            draw(answer(start([item], seed=5, feedback="never"), "svy01", ["b"]))
            for item in self.versions(BANK.items["svy01"])
        }
        assert len(pages) == 1

    def test_a_wrong_try_with_tries_left_does_not_tell_which_of_the_others_is_right(self) -> None:
        item = BANK.items["one01"]
        pages = {
            draw(answer(start([replace(item, key=(key,))], seed=5, tries=2), "one01", ["b"])) for key in ("a", "c")
        }
        assert len(pages) == 1

    def test_option_ids_and_their_place_in_the_bank_never_reach_the_page(self) -> None:
        item = BANK.items["one01"]
        new_ids = ("c", "a", "b", "dk")
        options = tuple(replace(option, id=new) for option, new in zip(item.options, new_ids, strict=True))
        renamed = replace(item, options=options, key=("c",))
        assert draw(start([item], seed=5)) == draw(start([renamed], seed=5))

    def test_these_checks_find_a_page_that_leaks(self) -> None:
        def leaky(item: Item) -> str:
            return draw(start([item], seed=5)) + f'<i data-key="{item.key[0]}"></i>'

        assert len(self.pages(lambda item: draw(start([item], seed=5)))) == 1
        assert len(self.pages(leaky)) == 3

    def test_the_markup_reads_no_key_and_no_explanation_of_its_own(self, root: Path) -> None:
        for path in (root / "src" / "kunskap" / "quiz_markup").glob("*.py"):
            assert not re.search(r"\.key\[|option\.explanation|in \w+\.key", path.read_text(encoding="utf-8"))

    def test_after_the_answer_the_feedback_is_there(self) -> None:
        html = draw(answer(begin(), "one01", ["b"]))
        assert BANK.items["one01"].option("b").explanation["sv"] in html
        assert BANK.items["one01"].option("a").explanation["sv"] not in html
        closed = draw(answer(begin(tries=1), "one01", ["b"]))
        assert BANK.items["one01"].option("a").explanation["sv"] in closed


class TestTexts:
    def test_every_text_is_escaped(self) -> None:
        html = draw(answer(begin("trap01", tries=1), "trap01", ["a"]))
        assert "<script" not in html and "<b>det" not in html and "<i>text" not in html
        page = parse(html)
        assert "Vad betyder <script>alert(1)</script> & 5 < 7 i en text?" in page.find("legend")[0].heard()

    def test_what_a_person_writes_is_escaped(self) -> None:
        evil = '"><img src=x onerror=alert(1)></textarea>'
        html = draw(answer(begin("text01", feedback="never"), "text01", [evil]))
        assert lint(html) == {} and evil not in html
        faulty = draw(begin("num01", feedback="never"), notices={"num01": [fault("QUIZ-16", value=evil)]})
        assert lint(faulty) == {} and evil in parse(faulty).heard()

    def test_the_legend_says_which_question_of_how_many(self) -> None:
        legend = parse(draw(next_question(begin()))).find("legend")[0].heard()
        assert legend.startswith("Fråga 2 av 4: Vilka av de här")

    def test_the_same_wrong_answer_twice_says_two_different_things(self) -> None:
        once = answer(begin(), "one01", ["b"])
        twice = answer(once, "one01", ["b"])
        said = [
            next(node.heard() for node in parse(draw(state)).walk() if node.attributes.get("role") == "status")
            for state in (once, twice)
        ]
        assert said[0] != said[1] and "Försök 2." in said[1]

    def test_outcomes_are_words_not_only_colours(self) -> None:
        for chosen, word in (("a", "Rätt"), ("b", "Inte rätt"), ("dk", "Du svarade vet ej")):
            assert word in parse(draw(answer(begin(), "one01", [chosen]))).heard()
        assert "Delvis rätt" in parse(draw(answer(begin("many01"), "many01", ["a"]))).heard()

    def test_the_result_is_totals_and_says_what_is_left(self) -> None:
        state = answer(answer(begin(), "one01", ["b"]), "one01", ["a"])
        text = parse(draw(finish(state))).heard()
        assert "Du har svarat på 1 av 4 frågor." in text and "Rätt svar: 1 av 4." in text
        assert "Rätt vid första försöket: 0." in text and "Inte besvarade: fråga 2, 3, 4." in text

    def test_a_fault_is_told_in_words_without_code(self) -> None:
        html = draw(begin(), notices={"one01": [fault("QUIZ-13", "one01")]})
        assert "Du har inte svarat än." in html and "QUIZ-" not in html

    def test_a_number_question_says_its_limits(self) -> None:
        assert "Skriv ett tal från 0 till 40." in draw(begin("num01", feedback="never"))


class TestForms:
    """A form's fields, as a browser posts them, drive the quiz without any script."""

    def test_a_whole_quiz_can_be_posted(self) -> None:
        state = begin("one01", "true01")
        right = str(state.orders["one01"].index("a") + 1)
        for sent in (
            fields("answer", 1, right),
            fields("next", 1, right),
            fields("answer", 2, "2"),
            fields("finish", 2),
        ):
            state = take(state, read_form(state, sent))
        assert state.completed and [reply.outcome for reply in state.replies.values()] == ["right", "right"]
        assert not take(state, read_form(state, fields("review", 2))).completed

    def test_every_value_on_the_page_is_understood(self) -> None:
        state = begin(*EVERY, shown="all")
        for form in parse(draw(state)).find("form"):
            number = next(
                node.attributes["value"] for node in form.find("input") if node.attributes["name"] == "question"
            )
            for button in form.find("button"):
                for control in form.find("input"):
                    if control.attributes["name"] == "chosen":
                        value = control.attributes["value"] or "12"
                        read_form(state, fields(button.attributes["value"] or "", number or "", value))

    def test_a_survey_saves_on_the_way_forward_and_back(self) -> None:
        state = begin("svy01", "num01", feedback="never")
        state = take(state, read_form(state, fields("next", 1, "1")))
        state = take(state, read_form(state, fields("previous", 2, "12,5")))
        assert state.position == 0 and state.replies["num01"].chosen == ("12,5",)
        state = take(state, read_form(state, fields("next", 1, "1")))
        state = take(state, read_form(state, fields("finish", 2)))
        assert state.completed and list(state.replies) == ["svy01"]

    def test_a_bad_number_stops_the_step_and_loses_nothing(self) -> None:
        state = begin("num01", "svy01", feedback="never")
        with pytest.raises(KunskapError, match="QUIZ-16"):
            take(state, read_form(state, fields("next", 1, "tolv")))

    def test_a_handed_in_survey_takes_nothing_more(self) -> None:
        state = finish(begin("svy01", feedback="never"))
        for action in ("answer", "next", "previous", "finish", "review"):
            with pytest.raises(KunskapError, match="QUIZ-19"):
                take(state, read_form(state, fields(action, 1, "1")))

    @pytest.mark.parametrize(
        ("sent", "code"),
        [
            ({}, "QUIZ-20"),
            (fields("delete", 1), "QUIZ-20"),
            (fields("answer", 0), "QUIZ-20"),
            (fields("answer", 5), "QUIZ-20"),
            (fields("answer", "²"), "QUIZ-20"),
            (fields("answer", "9" * 5000), "QUIZ-20"),
            (fields("answer", 1, "0"), "QUIZ-12"),
            (fields("answer", 1, "5"), "QUIZ-12"),
            (fields("answer", 1, "a"), "QUIZ-12"),
            ({"do": ["answer", "next"], "question": ["1"]}, "QUIZ-20"),
            ({"do": ["answer"], "question": ["1"], "chosen": [1]}, "QUIZ-20"),
            ({"do": ["answer"], "question": ["1"], "chosen": "12"}, "QUIZ-20"),
            ({"do": 5, "question": None}, "QUIZ-20"),
            ({"do": [None], "question": [["1"]]}, "QUIZ-20"),
        ],
    )
    def test_nothing_that_is_sent_is_trusted(self, sent: Mapping[str, Sequence[str]], code: str) -> None:
        with pytest.raises(KunskapError) as caught:
            read_form(begin(), sent)
        assert caught.value.codes == (code,)

    def test_the_focus_moves_only_with_the_page(self) -> None:
        state = begin()
        assert focus_after(state, answer(state, "one01", ["b"])) is None
        assert focus_after(state, next_question(state)) == "kq-q2-stem"
        assert focus_after(state, finish(state), prefix="x") == "x-summary"
        for after in (next_question(state), finish(state)):
            assert f'id="{focus_after(state, after)}"' in draw(after)


def sorting(number: int) -> Item:
    """One of several examples under one lead, none of them sorted rightly or wrongly."""
    options = tuple(Option(name, {"sv": f"Slag {name}", "en": f"Kind {name}"}) for name in ("heads", "main", "dk"))
    stem = {"sv": f"Exempel {number}: <b> & å.", "en": f"Example {number}."}
    return Item(f"sort0{number}", "single", stem, options, scale="practice", battery="sort")


LEAD = {"sort": {"sv": "Vad är det här?", "en": "What is this?"}}
LACKS = Item(
    "lack01",
    "multiple",
    {"sv": "Vad saknas? Välj alla som stämmer.", "en": "What is missing? Choose all that apply."},
    (
        Option("time", {"sv": "Tid", "en": "Time"}),
        Option("data", {"sv": "Siffror", "en": "Figures"}),
        Option("none", {"sv": "Inget saknas", "en": "Nothing"}, exclusive=True),
        Option("dk", {"sv": "Vet ej", "en": "Don't know"}),
    ),
    scale="practice",
)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("shown", ["one", "all"])
def test_a_battery_of_choices_and_several_choices_are_drawn_and_taken(language: str, shown: str) -> None:
    items = [sorting(1), sorting(2), LACKS]
    state = start(items, seed=3, language=language, shown=shown, feedback="never", batteries=LEAD)
    ticked = {1: ("2",), 2: ("3",), 3: ("1", "2")}
    for number, chosen in ticked.items() if shown == "one" else {}.items():
        html = draw(state)
        assert lint(html) == {}
        if number < 3:
            assert LEAD["sort"][language] in html
        assert f'type="{"checkbox" if number == 3 else "radio"}"' in html
        state = take(state, read_form(state, fields("next", number, *chosen)))
    if shown == "all":
        html = draw(state)
        assert lint(html) == {} and html.count("<form") == 1 and html.count(LEAD["sort"][language]) == 2
        sent = fields("answer") | {f"chosen-{number}": list(chosen) for number, chosen in ticked.items()}
        state, notices = step(state, read_form(state, sent))
        assert notices == {}
    assert {name: reply.chosen for name, reply in state.replies.items()} == {
        "sort01": ("main",),
        "sort02": ("dk",),
        "lack01": ("time", "data"),
    }
    assert all(reply.outcome is None for reply in state.replies.values())
    assert lint(draw(finish(state))) == {}


def test_something_beside_nothing_is_answered_in_the_options_own_words() -> None:
    state = start([LACKS], seed=3, feedback="never")
    with pytest.raises(KunskapError) as caught:
        take(state, read_form(state, fields("answer", 1, "1", "3")))
    html = draw(state, notices={"lack01": caught.value.faults})
    assert html.count("”Inget saknas”") == 2
    assert lint(html) == {}
