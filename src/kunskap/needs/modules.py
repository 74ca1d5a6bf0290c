"""The modules that can be given, and what each of them is about: read strictly from ``survey/modules.toml``."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kunskap.bank import Bank
from kunskap.bank.fields import closest
from kunskap.content import survey_folder
from kunskap.errors import Fault, KunskapError, fault

__all__ = ["Module", "read_modules", "taught"]

FIELDS = {
    "areas": "a list of areas",
    "tasks": "a list of items",
    "teaches": "a list of survey items",
    "minutes": "a whole number",
    "title": "sv and en",
    "first_for": "a list of roles",
}


@dataclass(frozen=True)
class Module:
    """One module of the training.

    Attributes
    ----------
    id : str
    title : mapping
        Language → title.
    areas : tuple of str
        The knowledge areas that it teaches.
    tasks : tuple of str
        The rated items (self-rated ability) that it helps with.
    minutes : int
        Of one sitting.
    first_for : tuple of str
        The roles whose own decisions and work it is closest to; where needs are alike it comes first for them.
    teaches : tuple of str
        The survey items whose very fact it tells.  Who has attended can answer them from memory of the course.
    """

    id: str
    title: Mapping[str, str]
    areas: tuple[str, ...]
    tasks: tuple[str, ...]
    minutes: int
    first_for: tuple[str, ...] = ()
    teaches: tuple[str, ...] = ()


def read_modules(folder: Path | None = None, *, bank: Bank) -> tuple[Module, ...]:
    """Read the modules of a survey folder, in their order there.

    Parameters
    ----------
    folder : Path, optional
        A survey folder; the one in force when not given.
    bank : Bank
        Knows the areas and the rated items.

    Returns
    -------
    tuple of Module

    Raises
    ------
    KunskapError
        ``NEEDS-01`` … ``NEEDS-05``: file missing or not TOML, a field missing, unknown or wrong, an area that belongs
        to no module or to several; all at once.  ``teaches`` is always given, empty where the module tells none, and
        names knowledge items of the survey pool that are in use.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> [module.id for module in read_modules(bank=read_bank())][:2]
    ['goals', 'statistics']
    """
    path = (folder or survey_folder()) / "modules.toml"
    if not path.is_file():
        raise KunskapError([fault("NEEDS-01", str(path))])
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KunskapError([fault("NEEDS-02", path.name, problem=error)]) from error
    listed = tree.get("modules")
    faults = [_unknown(path.name, name, name, ["modules"]) for name in tree if name != "modules"]
    if not isinstance(listed, dict) or not listed:
        faults.append(fault("NEEDS-03", path.name, field="modules", expected="[modules.<id>]"))
        raise KunskapError(faults)
    modules = [
        _module(f"{path.name}, [modules.{name}]", str(name), table, bank, faults) for name, table in listed.items()
    ]
    if not faults:
        taught = Counter(area for module in modules for area in module.areas)
        faults += [
            fault("NEEDS-05", path.name, area=area, count=taught[area]) for area in bank.areas if taught[area] != 1
        ]
    if faults:
        raise KunskapError(faults)
    return tuple(modules)


def taught(items: Iterable[str], *, modules: Sequence[Module]) -> dict[str, Module]:
    """Which of these items have their very fact told by a module.

    A gain there is memory of the course as well, and so is its part of a gain in the total.

    Parameters
    ----------
    items : iterable of str
        For instance those that both waves asked.
    modules : sequence of Module
        From `read_modules`.

    Returns
    -------
    dict of str to Module
        Item → the first module that tells its fact, in the order of the items; items that none tells are left out.

    Examples
    --------
    >>> from kunskap.bank import read_bank
    >>> told = taught(["strategy01", "goals01"], modules=read_modules(bank=read_bank()))
    >>> {item: module.id for item, module in told.items()}
    {'goals01': 'goals'}
    """
    teller: dict[str, Module] = {}
    for module in modules:
        for item in module.teaches:
            teller.setdefault(item, module)
    return {item: teller[item] for item in items if item in teller}


def _module(where: str, name: str, table: object, bank: Bank, faults: list[Fault]) -> Module:
    fields = table if isinstance(table, dict) else {}
    faults += [_unknown(where, field, field, list(FIELDS)) for field in fields if field not in FIELDS]
    rated = [item.id for item in bank.items.values() if item.is_rated]
    areas = _names(where, "areas", fields, list(bank.areas), faults)
    tasks = _names(where, "tasks", fields, rated, faults)
    roles = list(bank.variables["role"].level_ids) if "role" in bank.variables else []
    first_for = _names(where, "first_for", fields, roles, faults) if "first_for" in fields else ()
    asked = [item.id for item in bank.items.values() if item.pool == "survey" and item.status != "retired"]
    teaches = _names(where, "teaches", fields, asked, faults)
    minutes, title = fields.get("minutes"), fields.get("title")
    if isinstance(minutes, bool) or not isinstance(minutes, int) or minutes < 1:
        faults.append(fault("NEEDS-03", where, field="minutes", expected=FIELDS["minutes"]))
        minutes = 1
    languages = list(bank.languages)
    if not isinstance(title, dict) or sorted(title) != sorted(languages) or not all(map(_is_text, title.values())):
        faults.append(fault("NEEDS-03", where, field="title", expected=", ".join(languages)))
        title = {}
    return Module(name, title, areas, tasks, minutes, first_for, teaches)


def _names(
    where: str, field: str, fields: Mapping[str, object], known: list[str], faults: list[Fault]
) -> tuple[str, ...]:
    value = fields.get(field)
    if not isinstance(value, list) or not all(map(_is_text, value)):
        faults.append(fault("NEEDS-03", where, field=field, expected=FIELDS[field]))
        return ()
    faults += [_unknown(where, field, name, known) for name in value if name not in known]
    return tuple(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _unknown(where: str, field: str, value: str, known: list[str]) -> Fault:
    return fault("NEEDS-04", where, field=field, value=value, expected=", ".join(known), closest=closest(value, known))
