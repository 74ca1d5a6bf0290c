"""The technical appendix: frame, contacts, non-response, instrument, changes and hidden cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from kunskap.bank import SKIP, Form
from kunskap.design import Design
from kunskap.fieldwork import outcome_rates
from kunskap.instrument import Instrument, instrument_of
from kunskap.plots.rows import group_label, in_sentence, listed
from kunskap.project import Wave
from kunskap.report import sections
from kunskap.report.document import Block, Bullet, Bullets, Document, Folded, Paragraph, Span, TableBlock
from kunskap.report.kinds.inventory import hidden_chapter, method_chapter
from kunskap.report.kinds.material import Material
from kunskap.report.kinds.parts import chapter, composed, files_chapter, plain_view, sheets_of
from kunskap.report.kinds.wording import wording_changes
from kunskap.report.unheard import told_contacts

__all__ = ["Technical", "technical_document"]

KIND = "technical"
OWN_TABLES = ("table-frame", "table-contacts", "table-rates", "table-instrument", "table-waves")
# The counts that each rate is made of: where one of them is not told, the rate and the others would tell it.
RATES = {
    "RR1": ("answered", "invited", "not_eligible"),
    "RR2": ("answered", "partial", "invited", "not_eligible"),
    "COOP3": ("answered", "partial", "refused"),
    "REF1": ("refused", "invited", "not_eligible"),
}


@dataclass(frozen=True, kw_only=True)
class Technical(Material):
    """What a technical appendix is made of, beside an inventory's release.

    Attributes
    ----------
    design : Design, optional
        The frame.
    contacts : DataFrame, optional
        The contact log, as `kunskap.fieldwork.read_contact_log` returns it; told by role only.
    form : Form, optional
        What was asked.
    waves : tuple of Wave
        The project's rounds.
    wordings : dict of str to Instrument
        Wave → how its questions read; None where that was not kept.
    """

    design: Design | None = None
    contacts: pd.DataFrame | None = None
    form: Form | None = None
    waves: tuple[Wave, ...] = ()
    wordings: dict[str, Instrument | None] = field(default_factory=dict)


def technical_document(material: Material) -> Document:
    """Make the technical appendix.

    Parameters
    ----------
    material : Technical
        With the tables of an inventory.

    Raises
    ------
    TypeError
        If `material` is not a Technical, or the tables have not passed the gate.
    """
    if not isinstance(material, Technical):
        raise TypeError("a technical appendix is made of a Technical")
    words = material.words
    blocks = [
        chapter(KIND, "about", words),
        Paragraph(words(f"report.kinds.{KIND}.about")),
        *_frame(material),
        *_contacts(material),
        *_nonresponse(material),
        *_instrument(material),
        *_changes(material),
        *hidden_chapter(material),
        *_protection(material),
        *method_chapter(words),
        *files_chapter(material),
    ]
    return composed(
        material,
        kind="bilaga",
        title=words(f"report.kinds.{KIND}.title"),
        eyebrow=words(f"report.kinds.{KIND}.eyebrow"),
        blocks=blocks,
        sheets=sheets_of(blocks, OWN_TABLES, words),
    )


def _frame(own: Technical) -> Iterator[Block]:
    words = own.words
    yield chapter(KIND, "frame", words)
    if own.design is None:
        yield Paragraph(words("report.answered.unknown"))
        return
    yield Paragraph(words(f"report.kinds.{KIND}.frame"))
    table = own.design.population
    rows = [
        (
            _stratum(row, own),
            words.count(row["persons"]),
            str(row["valid_from"]),
        )
        for row in table.to_dict("records")
    ]
    rows.append((words(f"report.kinds.{KIND}.sum"), words.count(table["persons"].sum()), ""))
    head = [words(f"report.kinds.{KIND}.{name}_head") for name in ("stratum", "persons", "since")]
    yield TableBlock(plain_view(words(f"report.kinds.{KIND}.frame_caption"), head, rows), "table-frame")


def _stratum(row: Mapping[Hashable, object], own: Technical) -> str:
    first, *rest = (
        group_label(name, str(row[name]), bank=own.bank, words=own.words) for name in ("role", "orgtype", "sex")
    )
    return ", ".join((first, *(in_sentence(name) for name in rest)))


def _contacts(own: Technical) -> Iterator[Block]:
    words, bank = own.words, own.bank
    yield chapter(KIND, "contacts", words)
    if own.contacts is None:
        yield Paragraph(words(f"report.kinds.{KIND}.no_contacts"))
        return
    yield Paragraph(words(f"report.kinds.{KIND}.contacts"))
    log, hidden = own.contacts, words("report.cell.hidden")
    told = told_contacts(log, design=own.design, policy=own.released.policy)
    heads = [group_label("role", str(role), bank=bank, words=words) for role in told]
    rows = [
        (words(f"report.kinds.{KIND}.{name}"), *(words.count(number) if pd.notna(number) else hidden for number in row))
        for name, row in zip(told.index, told.itertuples(index=False), strict=True)
    ]
    head = [words(f"report.kinds.{KIND}.contact_head"), *heads]
    yield TableBlock(plain_view(words(f"report.kinds.{KIND}.contacts_caption"), head, rows), "table-contacts")
    shares = outcome_rates(log, by=["role"]).set_index(["rate", "role"])["estimate"]
    untold = {rate: set(told.columns[told.loc[list(parts)].isna().any()]) for rate, parts in RATES.items()}
    lines = [
        (
            words(f"report.kinds.{KIND}.{rate}"),
            *(hidden if role in untold[rate] else words.share(shares[rate, str(role)]) for role in told),
        )
        for rate in RATES
    ]
    head = [words(f"report.kinds.{KIND}.rate_head"), *heads]
    yield TableBlock(plain_view(words(f"report.kinds.{KIND}.rates_caption"), head, lines), "table-rates")


def _nonresponse(own: Technical) -> Iterator[Block]:
    words = own.words
    yield chapter(KIND, "nonresponse", words)
    table = sections.response_table(own.released, bank=own.bank, words=words)
    yield Paragraph(words(f"report.kinds.{KIND}.unheard_kept", base=own.released.policy.base))
    if table:
        yield Paragraph(words("report.answered.text"))
        yield TableBlock(table, "table-answered")
    yield Paragraph(words("report.method.bounds"))
    for line in own.summary.splitlines():
        if line.strip():
            yield Paragraph(line.strip().lstrip("–-• "), "note")


def _instrument(own: Technical) -> Iterator[Block]:
    words, bank = own.words, own.bank
    yield chapter(KIND, "instrument", words)
    items = [bank.items[name] for name in own.form.item_ids] if own.form else []
    languages = listed([words(f"report.kinds.{KIND}.language_{language}") for language in bank.languages], words)
    yield Paragraph(
        words(f"report.kinds.{KIND}.instrument", version=bank.version, languages=languages, items=len(items))
    )
    if not items:
        return
    kinds = Counter((item.area or item.scale or "", item.status) for item in items)
    names = {area.id: area.name[words.language] for area in bank.areas.values()}
    names |= {scale.id: scale.name[words.language] for scale in bank.scales.values()}
    rows = [
        (names.get(part, part), words.count(count), words(f"report.kinds.{KIND}.status_{status}"))
        for (part, status), count in kinds.items()
    ]
    head = [words(f"report.kinds.{KIND}.{name}_head") for name in ("part", "questions", "status")]
    view = plain_view(words(f"report.kinds.{KIND}.instrument_caption"), head, rows, texts=(0, 2))
    yield TableBlock(view, "table-instrument")
    asked = []
    for item in items:
        options = "; ".join(option.text[words.language] for option in item.options if option.id != SKIP)
        details = (options,) if options else ()
        stem = bank.stem(item.id, words.language)
        asked.append(Bullet((Span(stem, "strong"), Span(f" {item.id}", "quiet")), details))
    yield Folded(words(f"report.kinds.{KIND}.questions"), (Bullets(tuple(asked), "sources"),))


def _changes(own: Technical) -> Iterator[Block]:
    words, bank = own.words, own.bank
    yield chapter(KIND, "changes", words)
    if own.waves:
        rows = [
            (
                wave.id,
                bank.forms[wave.form].title[words.language] if wave.form in bank.forms else wave.form,
                *(day.isoformat() if day else "–" for day in (wave.opens, wave.closes)),
            )
            for wave in own.waves
        ]
        head = [words(f"report.kinds.{KIND}.{name}_head") for name in ("wave", "form", "opens", "closes")]
        view = plain_view(words(f"report.kinds.{KIND}.waves_caption"), head, rows, texts=(0, 1))
        yield TableBlock(view, "table-waves")
    now = instrument_of(bank, own.form.id, on=own.date) if own.form else None
    yield from wording_changes(own.waves, own.wordings, now, words=words)
    retired = [item.id for item in bank.items.values() if item.status == "retired"]
    key = "retired" if retired else "none_retired"
    yield Paragraph(words(f"report.kinds.{KIND}.{key}", items=", ".join(retired)))
    if own.design is not None:
        began = sorted(set(own.design.population["valid_from"].astype("str")))
        yield Paragraph(words(f"report.kinds.{KIND}.frame_from", dates=", ".join(began)))


def _protection(own: Technical) -> Iterator[Block]:
    words = own.words
    yield Paragraph(words(f"report.kinds.{KIND}.protection", base=own.released.policy.base), "note")
