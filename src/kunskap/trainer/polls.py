"""Discussion polls on the trainer's screen: pick one that is written, or type a question and its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import ipywidgets

from kunskap.bank import Bank, Item
from kunskap.room import poll_item, ready_made
from kunskap.store import Poll
from kunskap.words import Words

__all__ = ["PollPicker", "asked_poll", "bank_with"]

OWN = ""


class PollPicker(ipywidgets.VBox):
    """A row that is folded away until it is wanted: this is the projector's screen.

    Parameters
    ----------
    ask : callable
        Takes what the room is to be asked: ``{"item": id}`` or ``{"question": text, "options": [text, …]}``.
    """

    def __init__(self, ask: Callable[[Mapping[str, Any]], None], *, bank: Bank, words: Words) -> None:
        self._ask = ask
        style = {"description_width": "9em"}
        wide = ipywidgets.Layout(width="min(100%, 60em)")
        listed = [(item.stem[words.language], item.id) for item in ready_made(bank)]
        self.choice = ipywidgets.Dropdown(
            options=[*listed, (words("trainer.poll_own"), OWN)],
            description=words("trainer.poll_which"),
            style=style,
            layout=wide,
        )
        self.question = ipywidgets.Text(description=words("trainer.poll_question"), style=style, layout=wide)
        self.options = ipywidgets.Textarea(description=words("trainer.poll_options"), rows=4, style=style, layout=wide)
        self.asked = ipywidgets.Button(description=words("trainer.poll_ask"), button_style="primary")
        self.asked.layout = ipywidgets.Layout(width="auto", height="44px")
        self.asked.style = {"font_size": "14pt"}
        self.own = ipywidgets.VBox([self.question, self.options])
        self.asked.on_click(lambda _: self.ask())
        self.choice.observe(lambda _: self._unfold(), names="value")
        super().__init__([self.choice, self.own, ipywidgets.HBox([self.asked])])
        self._unfold()
        self.fold(True)

    @property
    def is_folded(self) -> bool:
        """Whether it is hidden."""
        return self.layout.display == "none"

    def fold(self, is_folded: bool) -> None:
        """Hide or show it."""
        self.layout.display = "none" if is_folded else None

    def ask(self) -> None:
        """Ask what is chosen or typed."""
        if self.choice.value != OWN:
            self._ask({"item": self.choice.value})
        else:
            self._ask({"question": self.question.value, "options": self.options.value.splitlines()})

    def _unfold(self) -> None:
        self.own.layout.display = None if self.choice.value == OWN else "none"


def asked_poll(state: Mapping[str, Any]) -> Item | None:
    """The poll that the room is at, as a question without key; None where it is at a question of its form."""
    told = state.get("poll")
    if not told:
        return None
    return poll_item(Poll(state["item"], told["stem"], tuple(told["options"]), told["back"], ""))


def bank_with(bank: Bank, item: Item | None) -> Bank:
    """The bank, and the poll in it, so that a figure can name its options."""
    return bank if item is None else replace(bank, items={**bank.items, item.id: item})
