"""What has changed in the questions' wording between a project's waves, and up to now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from kunskap.instrument import KEY, Instrument, TextChange, text_changes
from kunskap.project import Wave
from kunskap.report.document import Block, Paragraph, TableBlock
from kunskap.report.views import Group, TableView
from kunskap.words import Words

__all__ = ["wording_changes"]

TEXTS = "report.kinds.technical.wording"


def wording_changes(
    waves: Sequence[Wave], kept: Mapping[str, Instrument | None], now: Instrument | None, *, words: Words
) -> Iterator[Block]:
    """Say what is known of each wave's wording, and list the texts that differ.

    Parameters
    ----------
    waves : sequence of Wave
        The waves, in order of time.
    kept : mapping of str to Instrument
        Wave → its wording; None where it was not kept.
    now : Instrument, optional
        The bank's wording of the form today.
    words : Words
        The report's language.
    """
    unknown = [wave.id for wave in waves if kept.get(wave.id) is None]
    if unknown:
        yield Paragraph(words(f"{TEXTS}.unknown", waves=", ".join(unknown)))
    known = {wave.id: instrument for wave in waves if (instrument := kept.get(wave.id)) is not None}
    for wave in waves:
        if (instrument := known.get(wave.id)) is not None:
            is_late = wave.closes is not None and instrument.kept_on > wave.closes
            date, key = instrument.kept_on.isoformat(), "late" if is_late else "kept"
            yield Paragraph(words(f"{TEXTS}.{key}", wave=wave.id, date=date, version=instrument.version))
    steps = [*known.items()] + ([(words(f"{TEXTS}.now"), now)] if now is not None and known else [])
    for number, ((earlier, before), (later, after)) in enumerate(pairwise(steps), start=1):
        yield from _step(before, after, number, words=words, earlier=earlier, later=later)


def _step(before: Instrument, after: Instrument, number: int, *, words: Words, **named: str) -> Iterator[Block]:
    changes = text_changes(before, after, language=words.language)
    both = [name for name in after.questions if name in before.questions]
    if not changes:
        yield Paragraph(words(f"{TEXTS}.same", count=words.count(len(both)), **named))
    else:
        stems = after.texts[words.language]
        groups = tuple(
            Group(
                f"{stems[question]['']} ({question})",
                tuple(_row(change, words) for change in changes if change.question == question),
            )
            for question in dict.fromkeys(change.question for change in changes)
        )
        head = tuple(words(f"{TEXTS}.{name}_head") for name in ("part", "before", "after"))
        yield TableBlock(
            TableView(words(f"{TEXTS}.caption", **named), head, groups, texts=(0, 1, 2)), f"table-wording-{number}"
        )
    for key, these, others in (("added", after, before), ("removed", before, after)):
        names = [name for name in these.questions if name not in others.questions]
        if names:
            yield Paragraph(words(f"{TEXTS}.{key}", items=", ".join(names), **named), "note")


def _row(change: TextChange, words: Words) -> tuple[str, tuple[str, ...]]:
    if change.part == KEY:
        return words(f"{TEXTS}.key"), (words(f"{TEXTS}.key_changed"), "")
    part = words(f"{TEXTS}.option", option=change.part) if change.part else words(f"{TEXTS}.question")
    return part, (change.before or "–", change.after or "–")
