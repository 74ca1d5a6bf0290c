"""The basis for a decision: background, findings, what they mean for women and men, and what is proposed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kunskap.report import sections
from kunskap.report.document import Block, Bullet, Bullets, Document, Heading, Paragraph, TableBlock
from kunskap.report.findings import MOST_IMPORTANT
from kunskap.report.kinds.inventory import hidden_chapter, method_chapter, reading_chapter, readings_of
from kunskap.report.kinds.material import Material
from kunskap.report.kinds.parts import chapter, claims, composed, files_chapter, paragraphs
from kunskap.report.typed import Typed

__all__ = ["Decision", "decision_document"]

KIND = "decision"


@dataclass(frozen=True, kw_only=True)
class Decision(Material):
    """What a basis for a decision is made of: an inventory's release, and what staff have typed."""

    typed: Typed


def decision_document(material: Material) -> Document:
    """Make the basis for a decision.

    Parameters
    ----------
    material : Decision
        With the tables of an inventory.

    Raises
    ------
    TypeError
        If nothing has been typed, or the tables have not passed the gate.
    """
    if not isinstance(material, Decision):
        raise TypeError("a basis for a decision is made of a Decision: an inventory and what staff have typed")
    words, typed = material.words, material.typed
    blocks = [
        chapter(KIND, "proposal", words),
        Paragraph(words(f"report.kinds.{KIND}.proposal", case=typed.text("underlag", "arende"))),
        Bullets(tuple(Bullet(one) for one in typed.texts("underlag", "forslag")), "key"),
        chapter(KIND, "background", words),
        *paragraphs(typed.text("underlag", "bakgrund")),
        *_findings(material),
        *_consequences(material),
        *hidden_chapter(material),
        *method_chapter(words, only=("scoring", "bounds", "differences", "limits")),
        *reading_chapter(words, only=("interval", "hidden")),
        *files_chapter(material),
    ]
    title = words(f"report.kinds.{KIND}.title", case=typed.text("underlag", "arende"))
    name, number = typed.text("projekt", "namn"), typed.text("projekt", "dnr")
    return composed(
        material,
        kind="beslutsunderlag",
        title=title,
        eyebrow=words(f"report.kinds.{KIND}.eyebrow", name=name, number=number),
        blocks=blocks,
    )


def _findings(material: Decision) -> Iterator[Block]:
    words = material.words
    yield chapter(KIND, "findings", words)
    told = claims(readings_of(material), material, only=MOST_IMPORTANT)
    if told:
        yield told
    table = sections.response_table(material.released, bank=material.bank, words=words)
    if table:
        yield TableBlock(table, "table-answered")


def _consequences(material: Decision) -> Iterator[Block]:
    words, typed = material.words, material.typed
    yield chapter(KIND, "consequences", words)
    yield Paragraph(words(f"report.kinds.{KIND}.consequences"))
    for name in ("konsekvenser_kvinnor", "konsekvenser_man"):
        yield Heading(words(f"report.kinds.{KIND}.{name}"), 3)
        yield from paragraphs(typed.text("underlag", name))
    yield Heading(words(f"report.kinds.{KIND}.figures"), 3)
    yield from sections.total_section(material.released, bank=material.bank, words=words)[:1]
