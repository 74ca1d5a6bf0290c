"""The workshop's page: what the room answered, ready when the room leaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kunskap.disclosure import Released
from kunskap.plots.room import room_comparison, room_shares
from kunskap.report.document import Block, Bullet, Bullets, Document, FigureBlock, Paragraph
from kunskap.report.kinds.material import Material
from kunskap.report.kinds.parts import chapter, composed, plain_view
from kunskap.report.views import TableView

__all__ = ["RoomPage", "room_document"]

KIND = "room"
TABLE = "room"


@dataclass(frozen=True, kw_only=True)
class RoomPage(Material):
    """What a workshop's page is made of: the room's own release, in the room's view.

    Attributes
    ----------
    name : str
        What the room is called.
    revealed : tuple of str
        The questions whose key the room has seen; the page shows no other.
    both : Released, optional
        The share right before and after.
    both_kind : str
        ``paired`` or ``rounds``, as `kunskap.room` tells it.
    """

    name: str = ""
    revealed: tuple[str, ...] = ()
    both: Released | None = None
    both_kind: str = "paired"


def room_document(material: Material) -> Document:
    """Make the workshop's page.

    Parameters
    ----------
    material : RoomPage
        With the table ``room``: what the room has been shown, question by question.

    Raises
    ------
    TypeError
        If `material` is of no room, or its figures have not passed the gate.
    """
    if not isinstance(material, RoomPage):
        raise TypeError("a workshop's page is made of a RoomPage: what a room has been shown")
    words = material.words
    blocks = [
        Paragraph(words(f"report.kinds.{KIND}.about", name=material.name)),
        *_both(material),
        *_questions(material),
        chapter(KIND, "home", words),
        Bullets(tuple(Bullet(words(f"report.kinds.{KIND}.home_{number}")) for number in (1, 2, 3))),
    ]
    return composed(
        material,
        kind="workshop",
        title=words(f"report.kinds.{KIND}.title"),
        eyebrow=words(f"report.kinds.{KIND}.eyebrow"),
        blocks=blocks,
    )


def _both(material: RoomPage) -> Iterator[Block]:
    words = material.words
    if material.both is None:
        return
    table = material.both.table(TABLE)
    if table["estimate"].isna().any():
        return
    yield chapter(KIND, "both", words)
    drawing = room_comparison(material.both, bank=material.bank, words=words, kind=material.both_kind)
    names = {"before": words("trainer.before"), "after": words("trainer.after_short")}
    rows = [
        (
            material.bank.stem(str(row["item"]), words.language)
            if row["item"] in material.bank.items
            else words("trainer.all_questions"),
            names[str(row["occasion"])],
            words.share(row["estimate"]),
            words.count(row["n"]),
        )
        for row in table.to_dict("records")
    ]
    head = [words("report.head.question"), words(f"report.kinds.{KIND}.when"), words("plots.outcome.right")]
    title = words(f"report.kinds.{KIND}.both_caption")
    yield FigureBlock("both", title, drawing, (plain_view(title, [*head, words("report.head.n")], rows),))
    yield Paragraph(words(f"report.kinds.{KIND}.both"), "note")


def _questions(material: RoomPage) -> Iterator[Block]:
    words, bank = material.words, material.bank
    table = material.released.table(TABLE)
    yield chapter(KIND, "questions", words)
    for item in dict.fromkeys(table["item"].dropna()):
        own = table[table["item"].eq(item)]
        stem = bank.stem(str(item), words.language)
        if own["estimate"].isna().any():
            yield Paragraph(words(f"report.kinds.{KIND}.few", item=stem))
            continue
        drawing = room_shares(
            material.released, bank=bank, words=words, item=str(item), revealed=item in material.revealed
        )
        yield FigureBlock(str(item), stem, drawing, (_view(str(item), stem, material),))


def _view(item: str, stem: str, material: RoomPage) -> TableView:
    words, bank = material.words, material.bank
    table = material.released.table(TABLE)
    own = table[table["item"].eq(item) & table["statistic"].eq("share")]
    asked = bank.items[item]
    rows = []
    for option in asked.options:
        for row in own[own["option"].eq(option.id)].to_dict("records"):
            is_right = item in material.revealed and option.id in asked.key
            text = option.text[words.language] + (f" ✓ {words('trainer.right')}" if is_right else "")
            rows.append((text, words.share(row["estimate"]), words.count(row["n"])))
    head = (words("report.head.answer"), words(f"report.kinds.{KIND}.share"), words("report.head.n"))
    return plain_view(stem, head, rows)
