"""The screen where one person codes texts: one at a time, in an order of her own, with nothing of who wrote them."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Callable, Collection
from pathlib import Path

import ipywidgets
import numpy as np
import pandas as pd

from kunskap.bank import Bank
from kunskap.coding import Coding, CodingFrame, read_coder, save_coder, text_keys
from kunskap.disclosure import Quotation, quote
from kunskap.errors import KunskapError, fault
from kunskap.words import Words, read_words

__all__ = ["CodingPanel"]

CODER = re.compile(r"[^\W_](?:[^\W_]|-){0,29}")


# The notebook cuts labels at the window's edge; here they go on, on the next line.
STYLE = """<style>
.kunskap-coding .widget-label-basic, .kunskap-coding .widget-label, .kunskap-coding .widget-button
    { white-space: normal; overflow: visible; height: auto; line-height: 1.4; }
.kunskap-coding .widget-checkbox { height: auto; }
.kunskap-coding .widget-textarea { flex-wrap: wrap; }
</style>"""


class CodingPanel(ipywidgets.VBox):
    """Texts to code, for one coder.

    Parameters
    ----------
    texts : DataFrame
        `Import.texts`.  Only those on the frame's questions are shown, without ids and background.
    frame : CodingFrame
        The codes.
    bank : Bank
        The questions' words.
    coder : str
        The coder's name: letters, digits, hyphens.  It is the name of her file.
    folder : Path
        Where the coders' files lie, in the project (``kodning``); made if it is not there.
    seed : int
        With the coder's name it gives the order, which is hers alone: what two coders have in common is not fatigue.
    key : bytes, optional
        The project's secret, for the texts' names.
    only : collection of str, optional
        Keys of texts: for those that are not settled.
    language : str
        ``"sv"`` or ``"en"``.

    Raises
    ------
    KunskapError
        ``CODE-13`` for the coder's name, ``CODE-18`` without texts, ``CODE-09`` … ``CODE-12`` for a broken file.

    Notes
    -----
    Each step is saved at once, the whole file or nothing, so that a coder can stop and go on another day.
    """

    def __init__(
        self,
        texts: pd.DataFrame,
        *,
        frame: CodingFrame,
        bank: Bank,
        coder: str,
        folder: Path,
        seed: int,
        key: bytes | None = None,
        only: Collection[str] | None = None,
        language: str = "sv",
    ) -> None:
        if not CODER.fullmatch(coder):
            raise KunskapError([fault("CODE-13", "coder", name=coder)])
        self.words: Words = read_words(language=language)
        self.frame, self.bank, self.coder = frame, bank, coder
        self.path = folder / f"{coder}.csv"
        self._texts = _to_code(texts, frame, key=key, only=only)
        if self._texts.empty:
            raise KunskapError([fault("CODE-18", "texts", expected=", ".join(frame.items))])
        rng = np.random.default_rng([seed, *coder.casefold().encode("utf-8")])
        self._order = [str(self._texts.index[place]) for place in rng.permutation(len(self._texts))]
        self._codings = {one.text: one for one in read_coder(self.path, frame=frame)} if self.path.exists() else {}
        self._place = next((i for i, name in enumerate(self._order) if name not in self._codings), 0)
        self._make_widgets()
        super().__init__(
            [
                *(self.progress, self.question, self.text, self.boxes, self.no_code),
                *(self.quote_head, self.passage, self.may_quote),
                ipywidgets.HBox(
                    [self.back_button, self.save_button, self.skip_button],
                    layout=ipywidgets.Layout(flex_flow="row wrap"),
                ),
                self.told,
                ipywidgets.HTML(STYLE),
            ]
        )
        self.add_class("kunskap-coding")
        self._show()

    @property
    def quotations(self) -> tuple[Quotation, ...]:
        """The passages that this coder has ticked, of the texts that are still here; each checked again."""
        ticked = [one for one in self._codings.values() if one.quotation and one.text in self._texts.index]
        return tuple(
            quote(
                str(self._texts.loc[one.text, "text"]),
                one.quotation,
                item=one.item,
                ticked_by=self.coder,
                ticked_on=one.ticked_on or datetime.date.min,
            )
            for one in ticked
        )

    def _make_widgets(self) -> None:
        words = self.words
        self.progress, self.question, self.text = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML()
        self.told, self.boxes = ipywidgets.HTML(), ipywidgets.VBox()
        self.checks: dict[str, ipywidgets.Checkbox] = {}
        self.no_code = _checkbox(words("coding.no_code"))
        self.quote_head = ipywidgets.HTML(_paragraph(words("coding.quote_head"), words.language))
        self.passage = ipywidgets.Textarea(
            description=words("coding.passage"),
            style={"description_width": "initial"},
            layout=ipywidgets.Layout(width="100%", max_width="42em"),
        )
        self.may_quote = _checkbox(words("coding.may_quote"))
        self.back_button = self._button("coding.back", lambda: self._go(-1))
        self.save_button = self._button("coding.save", self._save)
        self.skip_button = self._button("coding.skip", lambda: self._go(1))

    def _button(self, key: str, action: Callable[[], None]) -> ipywidgets.Button:
        button = ipywidgets.Button(
            description=self.words(key),
            tooltip=self.words(key),
            layout=ipywidgets.Layout(width="auto", min_width="12em", min_height="44px"),
        )
        button.on_click(lambda _: self._guarded(action))
        return button

    def _guarded(self, action: Callable[[], None]) -> None:
        try:
            action()
        except KunskapError as error:
            self._tell(error.message(self.words.language), is_fault=True)
        except OSError as error:
            self._tell(f"{error.filename or ''}: {error.strerror or error}", is_fault=True)

    def _tell(self, message: str, *, is_fault: bool = False) -> None:
        role = "alert" if is_fault else "status"
        lines = "<br>".join(html.escape(line) for line in message.splitlines())
        self.told.value = f'<div role="{role}" lang="{self.words.language}"><p>{lines}</p></div>'

    def _show(self) -> None:
        name = self._order[self._place]
        item, text = str(self._texts.loc[name, "item"]), str(self._texts.loc[name, "text"])
        known = self._codings.get(name)
        language = self.words.language
        done = sum(other in self._codings for other in self._order)
        told = self.words(
            "coding.progress" if done < len(self._order) else "coding.finished",
            number=self.words.count(self._place + 1),
            total=self.words.count(len(self._order)),
            done=self.words.count(done),
            left=self.words.count(len(self._order) - done),
        )
        self.progress.value = f'<div role="status" lang="{language}"><p>{html.escape(told)}</p></div>'
        stem = self.bank.items[item].stem[language]
        self.question.value = f'<h3 lang="{language}">{html.escape(stem)}</h3>'
        lines = "<br>".join(html.escape(line) for line in text.splitlines())
        style = "margin:0;padding:.5em 1em;border-left:4px solid;max-width:42em;font-size:1.1em"
        self.text.value = f'<blockquote lang="sv" style="{style}">{lines}</blockquote>'
        if tuple(self.checks) != self.frame.ids(item):
            self._make_checks(item)
        for code, box in self.checks.items():
            box.value = known is not None and code in known.codes
        self.no_code.value = known is not None and not known.codes
        self.passage.value = known.quotation if known else ""
        self.may_quote.value = bool(known and known.quotation)
        self.back_button.disabled = self._place == 0
        self.skip_button.disabled = self._place == len(self._order) - 1

    def _make_checks(self, item: str) -> None:
        self.checks = {code.id: _checkbox(code.label[self.words.language]) for code in self.frame.codes[item]}
        rows: list[ipywidgets.Widget] = []
        for code in self.frame.codes[item]:
            parts = {"definition": code.definition, "include": code.include}
            parts |= {"exclude": code.exclude, "example": code.example}
            told = "".join(
                f"<p><strong>{html.escape(self.words(f'coding.{name}'))}</strong> {html.escape(part)}</p>"
                for name, part in parts.items()
            )
            meaning = html.escape(self.words("coding.meaning", code=code.label[self.words.language]))
            rows += [
                self.checks[code.id],
                ipywidgets.HTML(
                    f'<details lang="sv" style="max-width:42em"><summary>{meaning}</summary>{told}</details>'
                ),
            ]
        self.boxes.children = tuple(rows)

    def _save(self) -> None:
        name = self._order[self._place]
        item, text = str(self._texts.loc[name, "item"]), str(self._texts.loc[name, "text"])
        codes = tuple(code for code, box in self.checks.items() if box.value)
        if bool(codes) == self.no_code.value:
            self._tell(self.words("coding.both" if codes else "coding.nothing"), is_fault=True)
            return
        if bool(self.passage.value.strip()) != self.may_quote.value:
            self._tell(self.words("coding.tick" if self.passage.value.strip() else "coding.no_passage"), is_fault=True)
            return
        coding = Coding(name, item, codes)
        if self.may_quote.value:
            known = self._codings.get(name)
            ticked_on = (known.ticked_on if known else None) or datetime.date.today()
            chosen = quote(text, self.passage.value, item=item, ticked_by=self.coder, ticked_on=ticked_on)
            coding = Coding(name, item, codes, chosen.passage, ticked_on)
        after = {**self._codings, name: coding}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        save_coder(self.path, after.values())
        self._codings = after
        waiting = [i for i, other in enumerate(self._order) if other not in after]
        self._place = next((i for i in waiting if i > self._place), waiting[0] if waiting else self._place)
        self._show()
        self._tell(self.words("coding.saved"))

    def _go(self, step: int) -> None:
        self._place = min(max(self._place + step, 0), len(self._order) - 1)
        self._show()
        self._tell("")


def _to_code(
    texts: pd.DataFrame, frame: CodingFrame, *, key: bytes | None, only: Collection[str] | None
) -> pd.DataFrame:
    """Item and text by the text's key, without the sitting's id."""
    own = texts[texts["item"].isin(frame.items)]
    own = own.set_index(text_keys(own, key=key).rename(None))[["item", "text"]]
    return own if only is None else own[own.index.isin(list(only))]


def _checkbox(label: str) -> ipywidgets.Checkbox:
    return ipywidgets.Checkbox(description=label, indent=False, layout=ipywidgets.Layout(width="auto"))


def _paragraph(text: str, language: str) -> str:
    return f'<p lang="{language}" style="max-width:42em">{html.escape(text)}</p>'
