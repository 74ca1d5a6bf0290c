"""What can be wrong with a quiz's settings or with an answer; each check returns faults, none changes anything."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kunskap.bank import Item
from kunskap.errors import Fault, fault

__all__ = ["WRITTEN_TYPES", "answer_faults", "parse_number", "setting_faults"]

FEEDBACK = ("at_once", "never")
SHOWN = ("one", "all")
WRITTEN_TYPES = ("number", "text")
LONGEST_TEXT = 2000
# Spaces only between thousands: "12 5" may be a slip for 12,5 and is asked about, not repaired.
NUMBER = re.compile(r"[+-]?([0-9]{1,15}|[0-9]{1,3}( [0-9]{3}){1,4})([.,][0-9]{1,15})?( ?%)?")


def parse_number(text: str) -> float | None:
    """A number as people write it: decimal comma or point, spaces between thousands, a real minus, a per cent sign.

    Returns
    -------
    float or None
        None if it is not one number.

    Examples
    --------
    >>> parse_number("1 234,5"), parse_number("−3"), parse_number("40 %"), parse_number("1.234,5"), parse_number("två")
    (1234.5, -3.0, 40.0, None, None)
    """
    plain = re.sub(r"\s", " ", text.strip()).replace("\u2212", "-")
    if not NUMBER.fullmatch(plain):
        return None
    return float(plain.removesuffix("%").replace(" ", "").replace(",", "."))


def setting_faults(
    items: Sequence[Item],
    *,
    seed: int,
    feedback: str,
    tries: int | None,
    shown: str,
    hints: Mapping[str, str],
    diploma: float | None = None,
) -> list[Fault]:
    """What is wrong with the settings of a quiz, all at once."""
    faults = []
    ids = [item.id for item in items]
    if not ids:
        faults.append(fault("QUIZ-01"))
    faults += [fault("QUIZ-02", item_id) for item_id in dict.fromkeys(ids) if ids.count(item_id) > 1]
    faults += [fault("QUIZ-11", f"hints: {item_id}") for item_id in hints if item_id not in ids]
    for name, value, is_valid, expected in (
        ("feedback", feedback, feedback in FEEDBACK, ", ".join(FEEDBACK)),
        ("shown", shown, shown in SHOWN, ", ".join(SHOWN)),
        ("tries", tries, tries is None or _is_whole(tries, 1), "None, 1, 2, 3 …"),
        ("seed", seed, _is_whole(seed, 0), "0, 1, 2, 3 …"),
        ("diploma", diploma, diploma is None or (feedback == "at_once" and _is_share(diploma)), "None, 0.1 … 1.0"),
    ):
        if not is_valid:
            faults.append(fault("QUIZ-05", name, value=value, expected=expected))
    return faults


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1


def answer_faults(item: Item, chosen: Sequence[str]) -> list[Fault]:
    """What is wrong with an answer (option ids, or one text), in words for the participant."""
    if not chosen:
        return [fault("QUIZ-13", item.id)]
    if item.type in WRITTEN_TYPES:
        return _written_faults(item, chosen)
    if any(option_id not in item.option_ids for option_id in chosen):
        return [fault("QUIZ-12", item.id)]
    if len(chosen) > 1 and item.type != "multiple":
        return [fault("QUIZ-14", item.id)]
    alone = [option_id for option_id in item.exclusive_ids if option_id in chosen]
    if len(chosen) > 1 and alone:
        return [fault("QUIZ-15", item.id, option=item.option(alone[0]).text)]
    return []


def _written_faults(item: Item, chosen: Sequence[str]) -> list[Fault]:
    text = "\n".join(chosen)
    if item.type == "text":
        return [fault("QUIZ-18", item.id, longest=LONGEST_TEXT, length=len(text))] if len(text) > LONGEST_TEXT else []
    number = parse_number(text)
    if number is None:
        return [fault("QUIZ-16", item.id, value=text[:40])]
    low, high = item.minimum, item.maximum
    if (low is not None and number < low) or (high is not None and number > high):
        limits = "–".join("" if limit is None else f"{limit:g}" for limit in (low, high))
        return [fault("QUIZ-17", item.id, value=text[:40], expected=limits)]
    return []
