"""The trainer's panel: what is asked, how many have answered, and the distribution once the question is closed."""

from __future__ import annotations

import asyncio
import html
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ipywidgets

from kunskap.bank import Bank
from kunskap.decided import read_decided_bank
from kunskap.disclosure import Policy, read_policy
from kunskap.errors import KunskapError
from kunskap.plots import Drawing, svg
from kunskap.plots.room import room_comparison, room_shares
from kunskap.project import Project, open_project
from kunskap.room import released_again
from kunskap.trainer.client import RoomClient
from kunskap.trainer.polls import PollPicker, asked_poll, bank_with
from kunskap.words import Words, read_words

__all__ = ["TrainerPanel"]

PAUSE = 2.0  # seconds between two looks at the room
# What the room reads: 24 points, and as large in proportion on a screen with more pixels.
LARGE = "font-size:max(24pt,1.75vw);line-height:1.3"
# Above a figure, which must fit below it on a small projector.
BESIDE = "font-size:clamp(18pt,1.7vw,32pt);line-height:1.25"
FAULT_STYLE = "border-left:4px solid #b3261e;padding:.2em .8em;font-size:16pt"
STEPS = ("open", "close", "reveal", "undo", "next")
ROUNDS = ("after", "reset", "end")
POSSIBLE: Mapping[str, tuple[str, ...]] = {
    "waiting": ("open", "undo", "next", "poll", *ROUNDS),
    "open": ("close", "undo"),
    "closed": ("reveal", "undo", "next", "poll", *ROUNDS),
    "revealed": ("undo", "next", "poll", *ROUNDS),
    "ended": ("reset",),
}


POLL_POSSIBLE: Mapping[str, tuple[str, ...]] = {"open": ("close", "back"), "closed": ("back", "reset")}


class TrainerPanel(ipywidgets.VBox):
    """The room's screen and its buttons.

    Parameters
    ----------
    project : Path, optional
        The project whose room it is; found beside the notebook when not given.
    language : str
        ``"sv"`` or ``"en"``.
    port : int, optional
        Which room, where several are running.
    live : bool
        Whether the number of answers follows by itself.

    Notes
    -----
    The panel never meets an answer: it gets counts and released tables, and the gate judges those once more before
    anything is drawn.
    """

    def __init__(
        self, project: Path | None = None, *, language: str = "sv", port: int | None = None, live: bool = True
    ) -> None:
        self.words: Words = read_words(language=language)
        self.project: Project = open_project(project, beside=Path.cwd())
        self.bank: Bank = read_decided_bank(self.project.survey)
        self.policy: Policy = read_policy(self.project.survey)
        self.port = port
        self.client: RoomClient | None = None
        self.state: dict[str, Any] = {}
        self.shown_bank = self.bank
        self._asked = ""
        self._task: asyncio.Task[None] | None = None

        self.head = ipywidgets.HTML()
        self.count = ipywidgets.HTML()
        self.screen = ipywidgets.HTML()
        self.late = ipywidgets.HTML()
        self.told = ipywidgets.HTML()
        named = (*STEPS, "back", "comparison", "poll", *ROUNDS)
        self.buttons = {name: self._button(name, is_main=name in (*STEPS, "back")) for name in named}
        self.polls = PollPicker(self._ask_poll, bank=self.bank, words=self.words)
        self.connect_button = self._button("connect", is_main=True)
        row = {"flex_flow": "row wrap", "align_items": "center"}
        # The buttons stand above what changes its height, so that they stay where the hand expects them.
        super().__init__(
            [
                ipywidgets.HBox([self.head, self.count], layout={**row, "justify_content": "space-between"}),
                ipywidgets.HBox([*self.buttons.values(), self.connect_button], layout=row),
                self.polls,
                self.told,
                self.screen,
                self.late,
            ]
        )
        self._guarded(self._connect)
        if live:
            self.follow()

    def follow(self) -> None:
        """Follow the room by itself, where the kernel lets it."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._task = loop.create_task(self._follow())

    def stop(self) -> None:
        """Follow it no more."""
        if self._task is not None:
            self._task.cancel()

    def press(self, name: str) -> None:
        """What a button does."""
        if name == "connect":
            self._guarded(self._connect)
        elif name == "comparison":
            self._guarded(self._show_comparison)
        elif name == "poll":
            self.polls.fold(not self.polls.is_folded)
        elif name in ROUNDS and self._asked != name:
            self._asked = name
            self._tell(self.words("trainer.sure", action=self.words(f"trainer.{name}")))
            return
        else:
            self._guarded(lambda: self._step(name))
        self._asked = ""

    def _button(self, name: str, *, is_main: bool) -> ipywidgets.Button:
        button = ipywidgets.Button(description=self.words(f"trainer.{name}"), tooltip=self.words(f"trainer.{name}"))
        button.layout = ipywidgets.Layout(width="auto", height="48px" if is_main else "44px")
        button.style = {"font_size": "16pt" if is_main else "12pt"}
        button.on_click(lambda _: self.press(name))
        return button

    def _guarded(self, action: Callable[[], None]) -> None:
        self.told.value = ""
        try:
            action()
        except KunskapError as error:
            self._tell(error.message(self.words.language), is_fault=True)

    def _tell(self, text: str, *, is_fault: bool = False) -> None:
        style = f'role="alert" style="{FAULT_STYLE}"' if is_fault else 'role="status" style="font-size:16pt"'
        self.told.value = f'<p {style} lang="{self.words.language}">{html.escape(text)}</p>'

    def _connect(self) -> None:
        self.client = None
        self._allow(())
        self.client = RoomClient(self.project.folder, port=self.port)
        self._take(self.client.state(), is_new=True)

    def _step(self, name: str) -> None:
        if self.client is None:
            self._connect()
        if self.client is not None:
            self._take(self.client.do(name), is_new=True)

    def _ask_poll(self, asked: Mapping[str, Any]) -> None:
        def ask() -> None:
            if self.client is not None:
                self._take(self.client.ask(asked), is_new=True)
                self.polls.fold(True)

        self._guarded(ask)

    def _take(self, state: dict[str, Any], *, is_new: bool) -> None:
        """Show a state; the question or its figure is drawn anew only where the room has gone on."""
        self.state = state
        words = self.words
        poll = asked_poll(state)
        self.shown_bank = bank_with(self.bank, poll)
        occasion = {"before": "round_before", "after": "round_after"}.get(state["occasion"], "round_other")
        number = words("trainer.poll_head")
        if poll is None:
            place = state["items"].index(state["item"]) + 1
            number = words("trainer.question", number=place, total=len(state["items"]))
        head = f"{words(f'trainer.{occasion}')} · {number} · {words('trainer.phase_' + state['phase'])}"
        self._set(self.head, f'<p lang="{words.language}" style="font-size:16pt;margin:0">{html.escape(head)}</p>')
        self._set(self.count, self._counted(state))
        self._set(self.late, self._came_late(state))
        self._allow(POSSIBLE[state["phase"]] if poll is None else POLL_POSSIBLE[state["phase"]])
        if not is_new:
            return
        if state["phase"] in ("closed", "revealed"):
            self._show_result()
        elif state["phase"] == "ended":
            self.screen.value = f'<p style="{LARGE}" lang="{words.language}">{html.escape(words("room.ended"))}</p>'
        else:
            self.screen.value = self._question()

    def _counted(self, state: Mapping[str, Any]) -> str:
        words = self.words
        told = words("trainer.joined", count=words.count(state["begun"]))
        if state["phase"] != "waiting":
            answered, begun = words.count(state["answered"]), words.count(state["begun"])
            told = words("trainer.answered", answered=answered, begun=begun)
        style = f"{LARGE};font-weight:600;margin:0"
        return f'<p lang="{words.language}" role="status" style="{style}">{html.escape(told)}</p>'

    def _came_late(self, state: Mapping[str, Any]) -> str:
        if not state["late"] or state["phase"] == "open":
            return ""
        told = self.words("trainer.late", late=self.words.count(state["late"]))
        return f'<p lang="{self.words.language}" style="font-size:14pt">{html.escape(told)}</p>'

    def _allow(self, possible: tuple[str, ...]) -> None:
        item = self.bank.items.get(self.state.get("item", ""))
        for name, button in self.buttons.items():
            is_possible = name in possible
            if name == "reveal":
                is_possible = is_possible and item is not None and bool(item.key) and item.pool == "teaching"
            elif name == "next" and self.state:
                is_possible = is_possible and self.state["item"] != self.state["items"][-1]
            elif name == "open" and self.state:
                is_possible = is_possible and self.state["item"] not in self.state["revealed"]
            elif name == "after" and self.state:
                is_possible = is_possible and self.state["occasion"] == "before"
            elif name == "back":
                self._show(button, is_possible)
            elif name == "comparison":
                is_possible = bool(possible) and "back" not in possible and self.state.get("occasion") == "after"
            if button.disabled == is_possible:
                button.disabled = not is_possible
            style = "primary" if is_possible and name in ("open", "close", "reveal", "back") else ""
            if button.button_style != style:
                button.button_style = style
        self._show(self.connect_button, self.client is None)
        if "poll" not in possible:
            self.polls.fold(True)

    @staticmethod
    def _show(button: ipywidgets.Button, is_shown: bool) -> None:
        display = None if is_shown else "none"
        if button.layout.display != display:
            button.layout.display = display

    def _question(self) -> str:
        """The question as the room reads it; nothing says which option is right."""
        words, item = self.words, self.shown_bank.items[self.state["item"]]
        stem = f'<p style="{LARGE};font-weight:600">{html.escape(self.shown_bank.stem(item.id, words.language))}</p>'
        options = "".join(f"<li>{html.escape(option.text[words.language])}</li>" for option in item.options)
        listed = f'<ul style="{LARGE}">{options}</ul>' if options else ""
        poll = "" if item.key else f'<p style="font-size:16pt">{html.escape(words("trainer.poll_note"))}</p>'
        return f'<div lang="{words.language}">{stem}{listed}{poll}</div>'

    def _show_result(self) -> None:
        if self.client is None:
            return
        item = self.shown_bank.items[self.state["item"]]
        stem = html.escape(self.shown_bank.stem(item.id, self.words.language))
        head = f'<p style="{BESIDE};font-weight:600;margin:.2em 0">{stem}</p>'
        try:
            told = self.client.result()
        except KunskapError as error:
            self.screen.value = f'<div lang="{self.words.language}">{head}</div>'
            self._tell(error.message(self.words.language), is_fault=True)
            return
        is_revealed = self.state["phase"] == "revealed"
        if told["reason"] != "shown":
            why = self._why_not(told)
            self.screen.value = self._in_words(head, why, self._key(item.id) if is_revealed else "")
            return
        released = released_again(told, policy=self.policy, simulated=told["simulated"])
        drawing = room_shares(released, bank=self.shown_bank, words=self.words, item=item.id, revealed=is_revealed)
        self.screen.value = self._in_picture(head, drawing, self._key(item.id) if is_revealed else "")

    def _show_comparison(self) -> None:
        if self.client is None:
            return
        told = self.client.comparison()
        head = f'<p style="{LARGE};font-weight:600">{html.escape(self.words("trainer.comparison_title"))}</p>'
        if told["reason"] != "shown":
            key = {"open": "not_after", "unlike": "unlike", "hidden": "hidden"}.get(told["reason"], "no_rounds")
            why = self.words(f"trainer.{key}", needed=told["needed"])
            self.screen.value = self._in_words(head, why, "")
            return
        released = released_again(told, policy=self.policy, simulated=told["simulated"])
        drawing = room_comparison(released, bank=self.bank, words=self.words, kind=told["kind"])
        self.screen.value = self._in_picture(head, drawing, "")

    def _why_not(self, told: Mapping[str, Any]) -> str:
        key = {"few": "few", "unlike": "same_group"}.get(told["reason"], "hidden")
        return self.words(f"trainer.{key}", answered=told["answered"], needed=told["needed"])

    def _key(self, item_id: str) -> str:
        """The right answer and why, in words, where the trainer has revealed it."""
        item, language = self.bank.items[item_id], self.words.language
        parts = []
        for option in (item.option(each) for each in item.key):
            why = html.escape(option.explanation.get(language, ""))
            text = html.escape(option.text[language])
            label = html.escape(self.words("trainer.right"))
            parts.append(f'<p style="{BESIDE}"><b>✓ {label}: {text}.</b> {why}</p>')
        return "".join(parts)

    def _in_words(self, head: str, why: str, more: str) -> str:
        text = f'<p style="{LARGE}">{html.escape(why)}</p>'
        return f'<div lang="{self.words.language}">{head}{text}{more}</div>'

    def _in_picture(self, head: str, drawing: Drawing, more: str) -> str:
        picture = svg(drawing, prefix=f"room{self.state['version']}")
        frame = f'<div class="kunskap-room" style="max-width:1240px">{picture}</div>'
        return f'<div lang="{self.words.language}">{head}{frame}{more}</div>'

    def _set(self, widget: ipywidgets.HTML, value: str) -> None:
        if widget.value != value:
            widget.value = value

    async def _follow(self) -> None:
        """Look every other second; a room that is away is looked for again, and found when it is back."""
        is_lost = False
        while True:
            await asyncio.sleep(PAUSE)
            try:
                if self.client is None:
                    self.client = await asyncio.to_thread(RoomClient, self.project.folder, port=self.port)
                state = await asyncio.to_thread(self.client.state)
            except KunskapError as error:
                if not is_lost:
                    self._tell(error.message(self.words.language), is_fault=True)
                is_lost = True
                continue
            if is_lost:
                self.told.value = ""
            is_lost = False
            is_new = (state["version"], state["room"]) != (self.state.get("version"), self.state.get("room"))
            self._take(state, is_new=is_new)
