"""The workshop's page: what the room answered, ready when the room leaves; on paper it is one sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kunskap.bank import Bank, Item
from kunskap.disclosure import Released
from kunskap.plots.room import room_comparison, room_shares
from kunskap.report.document import Block, Bullet, Bullets, Document, FigureBlock, Heading, Only, Paragraph, TableBlock
from kunskap.report.kinds.material import Material
from kunskap.report.kinds.parts import as_sheet, chapter, composed, plain_view
from kunskap.report.views import Group, TableView

__all__ = ["RoomPage", "room_document"]

KIND = "room"
TABLE = "room"
SCREEN, PAPER = ("html",), ("docx", "pdf")


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
    asked : tuple of Item
        The discussion polls that the room has been shown, in order.
    polls : Released, optional
        What was answered in them, in the public view: they are what people think, and the page leaves the room.
    """

    name: str = ""
    revealed: tuple[str, ...] = ()
    both: Released | None = None
    both_kind: str = "paired"
    asked: tuple[Item, ...] = ()
    polls: Released | None = None


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
    on_screen = [
        *_both(material),
        *_asked(material, material.released, "questions"),
        *(_asked(material, material.polls, "polls") if material.polls else ()),
    ]
    blocks = [
        Paragraph(words(f"report.kinds.{KIND}.about", name=material.name)),
        Only(SCREEN, tuple(on_screen)),
        Only(PAPER, tuple(_sheet(material))),
        *_few(material),
        chapter(KIND, "home", words),
        Bullets(tuple(Bullet(words(f"report.kinds.{KIND}.home_{number}")) for number in (1, 2, 3))),
    ]
    return composed(
        material,
        kind="workshop",
        title=words(f"report.kinds.{KIND}.title"),
        eyebrow=words(f"report.kinds.{KIND}.eyebrow"),
        blocks=blocks,
        sheets=tuple(_sheets(material, on_screen)),
    )


def _both(material: RoomPage) -> Iterator[Block]:
    words, bank = material.words, material.bank
    shares = _paired(material)
    if material.both is None or not shares:
        return
    yield chapter(KIND, "both", words)
    drawing = room_comparison(material.both, bank=bank, words=words, kind=material.both_kind)
    n = _both_sizes(material)
    rows = [(_stem(name, material), *(words.share(each) for each in told), n) for name, told in shares.items()]
    title = words(f"report.kinds.{KIND}.both_caption")
    head = (words("report.head.question"), *_occasions(material), words("report.head.n"))
    yield FigureBlock("both", title, drawing, (plain_view(title, head, rows),))
    yield Paragraph(words(f"report.kinds.{KIND}.both"), "note")


def _paired(material: RoomPage) -> dict[str, tuple[float, float]]:
    """Question (or scale) → the share that was right before and after; nothing where any of it is hidden."""
    if material.both is None:
        return {}
    table = material.both.table(TABLE)
    if table["estimate"].isna().any():
        return {}
    about = table["item"].where(table["item"].notna(), table["scale"]).astype("str")
    keys = zip(about, table["occasion"].astype("str"), strict=True)
    told: dict[tuple[str, str], float] = dict(zip(keys, table["estimate"].astype("float"), strict=True))
    return {name: (told[name, "before"], told[name, "after"]) for name in dict.fromkeys(about)}


def _sheets(material: RoomPage, on_screen: Iterable[Block]) -> Iterator[TableView]:
    """What the screen shows, for the workbook: before and after, and all the questions beneath each other."""
    views = {block.id: block.tables[0] for block in on_screen if isinstance(block, FigureBlock)}
    if "both" in views:
        yield as_sheet(views.pop("both"), "both", material.words)
    if views:
        groups = tuple(Group(view.caption, view.groups[0].rows) for view in views.values())
        head = next(iter(views.values())).head
        view = TableView(material.words(f"report.kinds.{KIND}.questions_caption"), head, groups)
        yield as_sheet(view, "questions", material.words)


def _both_sizes(material: RoomPage) -> str:
    """How many the shares before and after are of, at the least."""
    return material.words.count(material.both.table(TABLE)["n"].min()) if material.both else ""


def _occasions(material: RoomPage) -> tuple[str, str]:
    return material.words("trainer.before"), material.words("trainer.after_short")


def _stem(name: str, material: RoomPage) -> str:
    bank, words = _with_polls(material), material.words
    return bank.stem(name, words.language) if name in bank.items else words("trainer.all_questions")


def _asked(material: RoomPage, released: Released, name: str) -> Iterator[Block]:
    """The questions of a release, drawn one by one."""
    words, bank, shown = material.words, _with_polls(material), _shown(released)
    if shown:
        yield chapter(KIND, name, words)
    for item in shown:
        drawing = room_shares(released, bank=bank, words=words, item=item, revealed=item in material.revealed)
        yield Heading(_stem(item, material), 3)
        yield FigureBlock(item, _stem(item, material), drawing, (_view(item, released, material),))


def _shown(released: Released) -> list[str]:
    """The questions of which nothing is hidden."""
    table = released.table(TABLE)
    hidden = set(table.loc[table["estimate"].isna(), "item"])
    return [str(item) for item in dict.fromkeys(table["item"].dropna()) if item not in hidden]


def _few(material: RoomPage) -> Iterator[Block]:
    """The questions that cannot be told of."""
    for released in (material.released, material.polls):
        if released is not None:
            shown = _shown(released)
            for item in dict.fromkeys(map(str, released.table(TABLE)["item"].dropna())):
                if item not in shown:
                    yield Paragraph(material.words(f"report.kinds.{KIND}.few", item=_stem(item, material)))


def _sheet(material: RoomPage) -> Iterator[Block]:
    """All of it on one sheet of paper: a line for each question, with what most chose first."""
    words, paired = material.words, _paired(material)
    sides = _occasions(material) if paired else ()
    groups = [
        _on_paper(item, material.released, material, _sides(paired.get(item), material))
        for item in _shown(material.released)
    ]
    if paired and not set(paired) & set(material.bank.items):
        told = _sides(next(iter(paired.values())), material)
        groups.append(Group("", ((words("trainer.all_questions"), (*told, "")),)))
    if groups:
        yield _paper_table(groups, "questions", material, sides)
    if paired:
        about = words(f"report.kinds.{KIND}.both_{material.both_kind}", n=_both_sizes(material))
        yield Paragraph(f"{about} {words(f'report.kinds.{KIND}.both')}", "note")
    if material.polls is not None and (polls := _shown(material.polls)):
        yield _paper_table([_on_paper(item, material.polls, material) for item in polls], "polls", material)


def _paper_table(groups: list[Group], name: str, material: RoomPage, sides: tuple[str, ...] = ()) -> TableBlock:
    words = material.words
    head = (words(f"report.kinds.{KIND}.answers"), *sides, words("report.head.n"))
    caption = words(f"report.kinds.{KIND}.{name}_caption")
    return TableBlock(TableView(caption, head, tuple(groups)), f"table-{name}")


def _sides(told: tuple[float, float] | None, material: RoomPage) -> tuple[str, ...]:
    """The share right before and after, where the page has such columns."""
    if told is None:
        return ("", "") if _paired(material) else ()
    return tuple(material.words.share(share) for share in told)


def _on_paper(item: str, released: Released, material: RoomPage, sides: tuple[str, ...] = ()) -> Group:
    """A question and one line of what was answered; what nobody chose is left to the screen."""
    rows = _answers(item, released, material)
    chosen = sorted((row for row in rows if row[1] > 0), key=lambda row: -row[1])
    line = "; ".join(f"{material.words.share(share)} {label}" for label, share, _ in chosen)
    return Group(_stem(item, material), ((line, (*sides, material.words.count(rows[0][2]))),))


def _with_polls(material: RoomPage) -> Bank:
    """The bank with what was asked in passing."""
    polls = {item.id: item for item in material.asked}
    return replace(material.bank, items={**material.bank.items, **polls}) if polls else material.bank


def _answers(item: str, released: Released, material: RoomPage) -> list[tuple[str, float, float]]:
    """Each option in words, its share and how many answered; the right one is marked once the room has seen it."""
    words, asked = material.words, _with_polls(material).items[item]
    table = released.table(TABLE)
    own = table[table["item"].eq(item) & table["statistic"].eq("share")]
    told = {row["option"]: row for row in own.to_dict("records")}
    rows = []
    for option in asked.options:
        if option.id in told:
            is_right = item in material.revealed and option.id in asked.key
            text = option.text[words.language] + (f" ✓ {words('trainer.right')}" if is_right else "")
            rows.append((text, float(told[option.id]["estimate"]), float(told[option.id]["n"])))
    return rows


def _view(item: str, released: Released, material: RoomPage) -> TableView:
    words = material.words
    rows = [(text, words.share(share), words.count(n)) for text, share, n in _answers(item, released, material)]
    head = (words("report.head.answer"), words(f"report.kinds.{KIND}.share"), words("report.head.n"))
    return plain_view(_stem(item, material), head, rows)
