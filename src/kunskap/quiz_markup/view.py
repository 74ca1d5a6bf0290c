"""Draw a quiz state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kunskap.errors import Fault
from kunskap.quiz import QuizState, Remark, remarks
from kunskap.quiz.advice import Teaches
from kunskap.quiz_markup.ending import advised, earned, keepable, result_lines
from kunskap.quiz_markup.forms import saves_on_the_way, sheet_mark
from kunskap.quiz_markup.nodes import Markup, element, join, only_heard, sign
from kunskap.words import Words

__all__ = ["render"]

SIGNS = {"right": "✓", "partly": "◐", "wrong": "✗", "dk": "?", "saved": "✓"}


def render(
    state: QuizState,
    *,
    words: Words,
    prefix: str = "kq",
    action: str | None = None,
    hidden: Mapping[str, str] | None = None,
    notices: Mapping[str, Sequence[Fault]] | None = None,
    stored: bool = False,
    modules: Sequence[Teaches] = (),
    diploma: str | None = None,
    result: str | None = None,
) -> str:
    """Draw the state as HTML.

    Parameters
    ----------
    state : QuizState
        What to draw.
    words : Words
        Interface words in the state's language.
    prefix : str
        Begins every ``id`` of the page part, so that several quizzes can share a page.
    action : str, optional
        The address the forms are posted to; the page's own when not given.
    hidden : mapping, optional
        Fields that every form carries along (a token against forged forms).
    notices : mapping, optional
        Item id → what was wrong with the latest answer; shown at the question.
    stored : bool
        Whether answers are kept; where they are not, the page says so.
    modules : sequence of Teaches, optional
        What the result may advise as the next module, from the person's own words about what they need.
    diploma : str, optional
        The address of the diploma, where one has been earned and there is a page for it.
    result : str, optional
        The address of the person's own page without its ending, where there is one to keep.

    Returns
    -------
    str
        One ``<div class="kq" lang=…>``.

    Examples
    --------
    >>> from kunskap.bank import Item
    >>> from kunskap.quiz import start
    >>> from kunskap.words import read_words
    >>> state = start([Item("open01", "text", {"sv": "Vad < hur?"}, (), scale="practice")], seed=1, feedback="never")
    >>> html = render(state, words=read_words(language="sv"))
    >>> html.startswith('<div class="kq" id="kq" lang="sv"'), "Vad &lt; hur?" in html
    (True, True)
    """
    view = View(state, words, prefix, action, hidden or {}, notices or {}, tuple(modules), diploma, result)
    if state.completed:
        body = view.summary()
    elif state.is_sheet:
        body = view.sheet()
    elif state.shown == "all":
        body = join(*(view.question(item.id) for item in state.items), view.end())
    else:
        body = view.question(state.items[state.position].id)
    attributes = {
        "class": "kq",
        "id": prefix,
        "lang": state.language,
        "data-sending": words("quiz.sending"),
        "data-unsaved": words("quiz.unsaved_page" if stored else "quiz.unsaved"),
        "data-failed": words("quiz.failed"),
    }
    kept = join() if stored else element("p", {"class": "kq-stored"}, words("quiz.not_stored"))
    return element("div", attributes, view.progress(), body, kept)


@dataclass(frozen=True)
class View:
    """The parts of the page; each method draws one."""

    state: QuizState
    words: Words
    prefix: str
    action: str | None
    hidden: Mapping[str, str]
    notices: Mapping[str, Sequence[Fault]]
    modules: tuple[Teaches, ...] = ()
    diploma: str | None = None
    result: str | None = None

    def progress(self) -> Markup:
        """How many questions are answered, as a bar with its text."""
        answered, total = self.state.answered, len(self.state.items)
        bar_id = f"{self.prefix}-progress"
        text = self.words("quiz.progress", answered=answered, total=total)
        return element(
            "div",
            {"class": "kq-progress"},
            element("label", {"for": bar_id}, text),
            element("progress", {"id": bar_id, "max": total, "value": answered}, text),
        )

    def question(self, item_id: str) -> Markup:
        """One question: a form with its options, feedback and buttons."""
        number = self.state.number(item_id)
        here = f"{self.prefix}-q{number}"
        said = self.status(item_id, region_id=f"{here}-status")
        asked, hint = self.asked(item_id, here), self.hint(item_id)
        return self.form(number, asked, hint, said, self.buttons(item_id), form_id=here)

    def asked(self, item_id: str, here: str) -> Markup:
        """The question itself and what to choose among."""
        number = self.state.number(item_id)
        legend = element(
            "legend",
            {"id": f"{here}-stem", "tabindex": -1},
            element("span", {"class": "kq-number"}, self.numbered(number)),
            only_heard(": "),
            element("span", {"class": "kq-stem"}, self.state.stem(item_id)),
        )
        advice = element("p", {"class": "kq-advice", "id": f"{here}-advice"}, self.advice(item_id))
        return element("fieldset", {"aria-describedby": f"{here}-advice"}, legend, advice, self.choices(item_id))

    def sheet(self) -> Markup:
        """All questions on one sheet that is handed in as a whole, as on paper: nothing ticked is lost on the way."""
        parts = []
        for item in self.state.items:
            here = f"{self.prefix}-q{self.state.number(item.id)}"
            parts.append(element("div", {"class": "kq-part"}, self.asked(item.id, here), self.notice(item.id)))
        form_id = f"{self.prefix}-sheet"
        said = join()
        listed = join()
        if self.notices:
            numbers = sorted(self.state.number(item_id) for item_id in self.notices)
            text = self.words("quiz.sheet_faults", numbers=", ".join(map(str, numbers)))
            said = element("p", {"class": "kq-notice"}, sign("!"), text)
            # also where a page without script begins, with ways to the questions
            links = [element("li", {}, self.way_to(number)) for number in numbers]
            listed = join(said, element("ul", {}, *links))
        elif self.state.answered:
            text = self.words("quiz.sheet_saved", answered=self.state.answered, total=self.total)
            said = element("div", {"class": "kq-feedback kq-saved"}, element("p", {}, sign(SIGNS["saved"]), text))
        region = element(
            "div", {"class": "kq-status", "role": "status", "id": f"{form_id}-status", "tabindex": -1}, said
        )
        # there from the start, like the live region, so that nothing below it moves and no tick is lost
        first = element("div", {"class": "kq-faults", "id": f"{form_id}-faults"}, listed)
        row = [self.button("finish", "hand_in", primary=True), self.button("answer", "save_sheet")]
        actions = element("div", {"class": "kq-actions"}, *row)
        return self.form(1, first, *parts, region, actions, form_id=form_id)

    def way_to(self, number: int) -> Markup:
        """A link to a question."""
        return element("a", {"href": f"#{self.prefix}-q{number}-stem"}, self.numbered(number))

    def notice(self, item_id: str) -> Markup:
        """What was wrong with the latest answer."""
        if item_id not in self.notices:
            return join()
        reasons = " ".join(found.reason(self.state.language) for found in self.notices[item_id])
        return element("p", {"class": "kq-notice"}, sign("!"), reasons)

    def numbered(self, number: int) -> str:
        """Which question it is."""
        return self.words("quiz.question_of", number=number, total=self.total)

    @property
    def total(self) -> int:
        """The number of questions."""
        return len(self.state.items)

    def form(self, number: int, *children: str, form_id: str) -> Markup:
        """A form that says which question it is about."""
        carried = [
            element("input", {"type": "hidden", "name": name, "value": value})
            for name, value in {"question": str(number), "item": self.about(number), **self.hidden}.items()
        ]
        attributes = {
            "class": "kq-question",
            "id": form_id,
            "method": "post",
            "action": self.action,
            "autocomplete": "off",
            "novalidate": True,
        }
        return element("form", attributes, *carried, *children)

    def about(self, number: int) -> str:
        """What a form is about, so that a page left open in another tab is told from this one."""
        return sheet_mark(self.state) if self.state.is_sheet else self.state.items[number - 1].id

    def advice(self, item_id: str) -> str:
        """How to answer this type of question."""
        item = self.state.item(item_id)
        if item.type == "number" and item.minimum is not None and item.maximum is not None:
            low, high = (self.words.number(limit, decimals=0) for limit in (item.minimum, item.maximum))
            return self.words("quiz.write_number_between", low=low, high=high)
        keys = {"multiple": "several_answers", "number": "write_number", "text": "write_text"}
        return self.words(f"quiz.{keys.get(item.type, 'one_answer')}")

    def choices(self, item_id: str) -> Markup:
        """What to choose among, or the field to write in."""
        item = self.state.item(item_id)
        if item.type in ("number", "text"):
            return self.written(item_id)
        number, reply = self.state.number(item_id), self.state.replies.get(item_id)
        allowed = {remark.option.id: remark for remark in remarks(self.state, item_id)}
        rows = []
        for place, option in enumerate(self.state.options(item_id), start=1):
            input_id = f"{self.prefix}-q{number}-{place}"
            attributes = {
                "type": "checkbox" if item.type == "multiple" else "radio",
                "id": input_id,
                "name": self.field_name(number),
                "value": place,
                "checked": reply is not None and option.id in reply.chosen,
                "disabled": self.state.is_closed(item_id),
            }
            mark = self.mark(allowed.get(option.id), scored=bool(item.key))
            label = element("label", {"for": input_id}, element("span", {}, option.text[self.state.language]), mark)
            rows.append(element("div", {"class": "kq-option"}, element("input", attributes), label))
        return element("div", {"class": "kq-options"}, *rows)

    def field_name(self, number: int) -> str:
        """What an answer is called when it is sent."""
        return f"chosen-{number}" if self.state.is_sheet else "chosen"

    def mark(self, remark: Remark | None, *, scored: bool) -> Markup:
        """A word and a sign at an option that may be spoken of."""
        if remark is None or not scored:
            return join()
        outcome = "right" if remark.right else "wrong"
        if remark.chosen and remark.option.id == "dk":
            outcome, text = "dk", self.words("quiz.chosen")
        else:
            text = self.words(f"quiz.chosen_{outcome}" if remark.chosen else "quiz.right_answer")
        return element("span", {"class": f"kq-mark kq-{outcome}"}, sign(SIGNS[outcome]), only_heard(" – "), text)

    def written(self, item_id: str) -> Markup:
        """A field for a number or free text."""
        item, number = self.state.item(item_id), self.state.number(item_id)
        reply = self.state.replies.get(item_id)
        text = reply.chosen[0] if reply else ""
        attributes: dict[str, object] = {
            "id": f"{self.prefix}-q{number}-1",
            "name": self.field_name(number),
            "disabled": self.state.is_closed(item_id),
            "aria-describedby": f"{self.prefix}-q{number}-advice",
        }
        if item.type == "number":
            attributes |= {"type": "text", "inputmode": "decimal", "value": text, "size": 8}
            field = element("input", attributes)
        else:
            field = element("textarea", attributes | {"rows": 4}, text)
        label = element("label", {"for": attributes["id"]}, self.words(f"quiz.your_{item.type}"))
        return element("div", {"class": "kq-written"}, label, field)

    def hint(self, item_id: str) -> Markup:
        """A hint to fold out, where there is one."""
        if item_id not in self.state.hints:
            return join()
        heard = only_heard(self.words("quiz.to_question", number=self.state.number(item_id)))
        summary = element("summary", {}, self.words("quiz.hint"), heard)
        return element("details", {"class": "kq-hint"}, summary, element("p", {}, self.state.hints[item_id]))

    def status(self, item_id: str, *, region_id: str) -> Markup:
        """The live region of a form: there from the start, so that what comes into it is read out."""
        attributes = {"class": "kq-status", "role": "status", "id": region_id, "tabindex": -1}
        if item_id in self.notices:
            return element("div", attributes, self.notice(item_id))
        if item_id in self.state.replies:
            return element("div", attributes, self.feedback(item_id))
        return element("div", attributes)

    def feedback(self, item_id: str) -> Markup:
        """What is said about the answer."""
        reply = self.state.replies[item_id]
        if not self.state.teaches or reply.outcome is None:
            text = self.words("quiz.thanks" if self.state.teaches else "quiz.saved")
            return element("div", {"class": "kq-feedback kq-saved"}, element("p", {}, sign(SIGNS["saved"]), text))
        headline = element("strong", {}, self.words(f"quiz.outcome_{reply.outcome}"))
        first = element("p", {}, sign(SIGNS[reply.outcome]), headline, element("span", {}, f" {self.tries(item_id)}"))
        again = join()
        if not self.state.is_closed(item_id):
            again = element("p", {"class": "kq-again"}, self.words("quiz.try_again"))
        return element("div", {"class": f"kq-feedback kq-{reply.outcome}"}, first, self.explained(item_id), again)

    def explained(self, item_id: str) -> Markup:
        """The explanations that may be given: of what was chosen, and of the right answer once it is closed."""
        found = [remark for remark in remarks(self.state, item_id) if remark.explanation]
        several = len(found) > 1
        rows = []
        for remark in sorted(found, key=lambda remark: not remark.chosen):
            option = self.words("quiz.quoted", text=remark.option.text[self.state.language])
            lead = join(f"{option}: ") if several else join()
            if not remark.chosen:
                lead = join(element("b", {}, f"{self.words('quiz.right_answer')}: "), f"{option}. ")
            rows.append(element("li" if several else "p", {}, lead, remark.explanation))
        return element("ul", {}, *rows) if several else join(*rows)

    def tries(self, item_id: str) -> str:
        """Which try it was: it also makes two equal replies differ, so that both are read out."""
        number = self.state.replies[item_id].tries
        if self.state.tries is not None and self.state.tries > 1:
            return self.words("quiz.try_of", number=number, total=self.state.tries)
        return self.words("quiz.try_number", number=number) if number > 1 else ""

    def buttons(self, item_id: str) -> Markup:
        """The steps that can be taken from this question; the first is what Enter does."""
        state, number = self.state, self.state.number(item_id)
        closed, reply = state.is_closed(item_id), state.replies.get(item_id)
        one = state.shown == "one"
        on_the_way = saves_on_the_way(state, item_id)
        done = closed or (reply is not None and reply.outcome is None) or on_the_way
        row = []
        if not on_the_way:
            key = "save" if not state.teaches else "answer_again" if reply and not closed else "answer"
            heard = self.words("quiz.on_question", number=number)
            row.append(self.button("answer", key, heard=heard, primary=not done, disabled=closed))
        if one and number == self.total:
            row.append(self.button("finish", "finish" if state.teaches else "hand_in", primary=done))
        elif one:
            row.append(self.button("next", "next", primary=done))
        if one and number > 1:
            row.append(self.button("previous", "previous"))
        return element("div", {"class": "kq-actions"}, *row)

    def button(
        self, action: str, key: str, *, heard: str = "", primary: bool = False, disabled: bool = False
    ) -> Markup:
        """One button; a disabled one keeps the focus it has."""
        attributes = {
            "type": "submit",
            "name": "do",
            "value": action,
            "class": "kq-button kq-primary" if primary else "kq-button",
            "aria-disabled": "true" if disabled else None,
        }
        return element("button", attributes, self.words(f"quiz.{key}"), only_heard(heard) if heard else "")

    def end(self) -> Markup:
        """The last step where all questions are shown at once."""
        key = "finish" if self.state.teaches else "hand_in"
        return self.last_form(self.button("finish", key, primary=True))

    def last_form(self, button: Markup) -> Markup:
        """A form with one step that is about no question."""
        form_id = f"{self.prefix}-end"
        said = self.status("", region_id=f"{form_id}-status")
        return self.form(self.total, said, element("div", {"class": "kq-actions"}, button), form_id=form_id)

    def summary(self) -> Markup:
        """The person's own result: totals, never by area."""
        words = self.words
        title = words("quiz.summary" if self.state.teaches else "quiz.summary_survey")
        lines = [element("p", {}, line) for line in result_lines(self.state, words)]
        back = self.last_form(self.button("review", "review")) if self.state.teaches else join()
        heading = element("h2", {"id": f"{self.prefix}-summary", "tabindex": -1}, title)
        own = join(earned(self.state, words, self.diploma), keepable(self.state, words, self.result))
        more = advised(self.state, words, self.modules)
        return element("section", {"class": "kq-summary"}, heading, *lines, own, more, back)
