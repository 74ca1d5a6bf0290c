"""The quiz in a notebook: the same engine and markup as everywhere, carried by anywidget.

Grading happens here, in Python.  The browser is given finished HTML and sends back what was ticked.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from html import escape
from pathlib import Path
from uuid import uuid4

import anywidget
import traitlets

from kunskap.bank import Bank, Item, read_bank
from kunskap.errors import Fault, KunskapError, fault
from kunskap.quiz import OwnResult, QuizState, own_result, start
from kunskap.quiz.advice import Teaches
from kunskap.quiz_markup import diploma, focus_after, has_result, read_form, render, step
from kunskap.whole_files import write_whole
from kunskap.words import read_words

__all__ = ["Quiz"]

STATIC = Path(__file__).parent / "static"
LOG = logging.getLogger(__name__)


class Quiz(anywidget.AnyWidget):
    """A quiz to answer in the notebook.

    Parameters
    ----------
    items : sequence of str or Item
        The questions: ids in the bank, or items.
    bank : Bank, optional
        Where ids are looked up; the bank in force when not given.
    language : str
        ``"sv"`` or ``"en"``.
    seed : int
        Decides the order of the options; give each participant another one if they sit side by side.
    feedback : str
        ``"at_once"`` explains each answer; ``"never"`` only takes answers.
    tries : int, optional
        Tries per question; as many as wanted when not given.
    shown : str
        ``"one"`` question at a time or ``"all"``.
    hints : mapping, optional
        Item id → a hint that can be folded out; what the questions themselves carry when not given.
    diploma : float, optional
        The share of right answers at the first try that gives a diploma; see `save_diploma`.

    Attributes
    ----------
    html : str
        What is shown now, made by `kunskap.quiz_markup.render`.
    prefix : str
        Begins every id of this quiz's page part.

    Raises
    ------
    KunskapError
        ``QUIZ-01`` … ``QUIZ-06``.

    Notes
    -----
    `save_result` writes one's own result as a page to keep.

    Examples
    --------
    >>> quiz = Quiz(["goals51"])
    >>> quiz.result().questions
    1
    """

    _esm = STATIC / "quiz.js"
    _css = STATIC / "quiz.css"
    html = traitlets.Unicode("").tag(sync=True)
    prefix = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        items: Sequence[str | Item],
        *,
        bank: Bank | None = None,
        language: str = "sv",
        seed: int = 1,
        feedback: str = "at_once",
        tries: int | None = None,
        shown: str = "one",
        hints: Mapping[str, str] | None = None,
        diploma: float | None = None,
    ) -> None:
        if bank is None and any(isinstance(item, str) for item in items):
            bank = read_bank()
        self._state = start(
            _look_up(items, bank),
            seed=seed,
            language=language,
            feedback=feedback,
            tries=tries,
            shown=shown,
            batteries=bank.batteries if bank else None,
            hints=hints,
            diploma=diploma,
        )
        self._bank = bank
        self._modules = _modules(self._state.items, bank)
        self._words = read_words(language=language)
        self._replies = 0
        prefix = f"kq-{uuid4().hex[:8]}"
        super().__init__(prefix=prefix, html=self._drawn(self._state, prefix))
        self.on_msg(self._receive)

    @property
    def state(self) -> QuizState:
        """The engine's state; it stays in Python."""
        return self._state

    def result(self) -> OwnResult:
        """The participant's own result so far: totals only."""
        return own_result(self._state)

    def save_diploma(self, path: str | Path = "intyg.html", *, title: str) -> Path:
        """Write a diploma to print, once it has been earned.  The name is written by hand, and nothing is kept.

        Parameters
        ----------
        path : str or Path
            Where to; a file of that name is replaced.
        title : str
            What has been taken.

        Raises
        ------
        KunskapError
            ``QUIZ-07`` if it has not been earned.
        """
        made = diploma(self._state, words=self._words, title=title, day=dt.date.today())
        style = (STATIC / "page.css").read_text(encoding="utf-8")
        heading = escape(self._words("quiz.diploma_heading"))
        head = f'<meta charset="utf-8"><title>{heading}</title><style>{style}</style>'
        page = f'<!doctype html>\n<html lang="{self._state.language}"><head>{head}</head><body>{made}</body></html>\n'
        write_whole(Path(path), page.encode())
        return Path(path)

    def save_result(self, path: str | Path = "mitt-resultat.html", *, title: str) -> Path:
        """Write one's own result as a page to keep: sums only, for whoever took the quiz.

        Parameters
        ----------
        path : str or Path
            Where to: ``.html``, ``.pdf`` or ``.docx``; a file of that name is replaced.
        title : str
            What the quiz is called.

        Raises
        ------
        KunskapError
            ``QUIZ-21`` before the quiz is finished, or of questions without feedback.
        """
        from kunskap.report.formats import known_formats, write_format  # drawing takes a while to load
        from kunskap.report.kinds import OwnPage, own_document

        if not has_result(self._state):
            raise KunskapError([fault("QUIZ-21")])
        path, bank = Path(path), self._bank or read_bank()
        (ending,) = known_formats([path.suffix or "–"])
        page = OwnPage(result=self.result(), name=title, bank=bank, words=self._words, date=dt.date.today())
        write_whole(path, write_format(ending, own_document(page), bank=bank, words=self._words))
        return path

    def _drawn(self, state: QuizState, prefix: str, notices: Mapping[str, Sequence[Fault]] | None = None) -> str:
        return render(state, words=self._words, prefix=prefix, notices=notices, modules=self._modules)

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        """Take one form from the browser and always reply: silence is what the browser calls unsaved."""
        if not isinstance(content, Mapping) or content.get("kind") != "form":
            return
        focus, failed = None, False
        try:
            focus = self._take(content.get("fields"))
        except Exception:
            # The participant is told in words; whoever runs the course finds the rest in the log.
            LOG.debug("a form could not be handled", exc_info=True)
            failed = True
        self._replies += 1
        # The counter makes every reply differ from the one before: equal messages must not look like silence.
        self.send(
            {
                "kind": "reply",
                "request": content.get("request"),
                "count": self._replies,
                "focus": focus,
                "failed": failed,
            }
        )

    def _take(self, sent: object) -> str | None:
        before = after = self._state
        notices: Mapping[str, Sequence[Fault]]
        try:
            request = read_form(before, sent if isinstance(sent, Mapping) else {})
            after, notices = step(before, request)
        except KunskapError as error:
            notices = {before.items[before.position].id: error.faults}
        html = self._drawn(after, self.prefix, notices)
        self._state, self.html = after, html
        return focus_after(before, after, prefix=self.prefix, notices=notices)


def _modules(items: Sequence[Item], bank: Bank | None) -> Sequence[Teaches]:
    """What can be advised: nothing where nobody rates themselves, or where there is no list of modules."""
    if bank is None or not any(item.type == "ability" for item in items):
        return ()
    from kunskap.needs import read_modules  # the analyses take a while to load, and most quizzes need none

    try:
        return read_modules(bank=bank)
    except KunskapError:
        return ()


def _look_up(items: Sequence[str | Item], bank: Bank | None) -> list[Item]:
    found, faults = [], []
    for item in items:
        if isinstance(item, Item):
            found.append(item)
        elif bank is not None and item in bank.items:
            found.append(bank.items[item])
        else:
            near = get_close_matches(item, list(bank.items) if bank else [], n=3, cutoff=0.5)
            faults.append(fault("QUIZ-06", item, closest=", ".join(near) or "–"))
    if faults:
        raise KunskapError(faults)
    return found
