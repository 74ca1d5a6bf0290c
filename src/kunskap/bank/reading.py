"""Read ``survey/`` into a `Bank`, strictly: all faults at once, each with file, field and remedy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kunskap.bank.fields import Fields, closest, read_toml
from kunskap.bank.items import read_item, read_options
from kunskap.bank.model import OFFICIALS, Area, Bank, Form, Item, Option, Scale, Section, Texts, Variable
from kunskap.content import survey_folder
from kunskap.errors import Fault, KunskapError, fault

__all__ = ["read_bank"]

SENSITIVITIES = ("plain", "special")
LEVELS_OF_BLUEPRINT = ("recall_understand", "apply")


def read_bank(folder: Path | None = None) -> Bank:
    """Read and check the whole bank.

    Parameters
    ----------
    folder : Path, optional
        A folder laid out as ``survey/``; when not given, the one in force (working folder, then installation).

    Returns
    -------
    Bank
        Frozen and valid: every id is unique, every key is an option, every form's item exists.  Items and forms in a
        folder ``survey.local`` beside it are read too; one of the same name takes the open one's place.  There lie the
        items that must stay secret: git ignores the folder.

    Raises
    ------
    KunskapError
        With every fault found (``BANK-…``, ``ITEM-…``, ``FORM-…``).

    Examples
    --------
    >>> bank = read_bank()
    >>> list(bank.areas)[:2]
    ['goals', 'mainstreaming']
    """
    folder = Path(folder) if folder is not None else survey_folder()
    faults: list[Fault] = []
    top = Fields(read_toml(folder / "bank.toml", faults) or {}, str(folder / "bank.toml"), faults)
    if not top.table:
        raise KunskapError(faults)
    version = top.text("version")
    languages = top.words("languages")
    areas = {name: Area(name, texts) for name, texts in _named_texts(top, "areas", languages).items()}
    scales = _read_scales(top, languages)
    option_sets = {
        name: read_options(fields, languages, explained=False)
        for name, fields in top.named_tables("option_sets", required=False).items()
    }
    batteries = _named_texts(top, "batteries", languages)
    blueprint = _read_blueprint(top, areas)
    top.end()

    items = _read_items(folder, languages, areas, scales, option_sets, batteries, faults)
    variables = _read_variables(folder / "background.toml", languages, items, faults)
    forms = {
        path.stem: _read_form(path, languages, items, variables, scales, faults)
        for path in _overlaid(folder, "forms/*.toml")
    }
    _check_facts(items, faults)
    if faults:
        raise KunskapError(faults)
    return Bank(version, languages, areas, scales, option_sets, batteries, blueprint, items, variables, forms)


def _overlaid(folder: Path, pattern: str) -> list[Path]:
    """The files of a survey folder, those of ``survey.local`` beside it in the place of, or added to, the open ones."""
    local = folder.with_name(f"{folder.name}.local")
    found = {path.relative_to(place): path for place in (folder, local) for path in place.glob(pattern)}
    return [found[name] for name in sorted(found)]


def _named_texts(top: Fields, name: str, languages: Sequence[str]) -> dict[str, Texts]:
    named = {}
    for key, fields in top.named_tables(name, required=name != "batteries").items():
        named[key] = fields.languages(languages)
        fields.end()
    return named


def _read_scales(top: Fields, languages: Sequence[str]) -> dict[str, Scale]:
    scales = {}
    for name, fields in top.named_tables("scales", required=False).items():
        share = fields.number("minimum_answered")
        sensitivity = fields.choice("sensitivity", SENSITIVITIES, required=False, default="plain")
        scales[name] = Scale(name, fields.languages(languages), 0.5 if share is None else share, sensitivity)
        fields.end()
    return scales


def _read_blueprint(top: Fields, areas: Mapping[str, Area]) -> dict[str, dict[str, int]]:
    blueprint = {}
    for name, fields in top.named_tables("blueprint", required=False).items():
        if name not in areas:
            near = closest(name, list(areas))
            top.faults.append(fault("BANK-03", fields.place, field=name, closest=near))
        blueprint[name] = {level: fields.whole(level) for level in LEVELS_OF_BLUEPRINT}
        fields.end()
    return blueprint


def _read_items(
    folder: Path,
    languages: Sequence[str],
    areas: Mapping[str, Area],
    scales: Mapping[str, Scale],
    option_sets: Mapping[str, tuple[Option, ...]],
    batteries: Mapping[str, Texts],
    faults: list[Fault],
) -> dict[str, Item]:
    found: dict[str, tuple[Item, Path]] = {}
    for path in _overlaid(folder, "items/*/*.toml"):
        table = read_toml(path, faults)
        if table is None:
            continue
        item = read_item(
            Fields(table, str(path), faults),
            languages=languages,
            areas=list(areas),
            scales=list(scales),
            option_sets=option_sets,
            batteries=list(batteries),
        )
        for field, value, expected in (("id", item.id, path.stem), ("area", item.area or item.scale, path.parent.name)):
            if value and value != expected:
                faults.append(fault("BANK-08", str(path), field=field, value=value, expected=expected))
        if item.id.casefold() in found:
            faults.append(fault("BANK-09", str(path), value=item.id, other=found[item.id.casefold()][1]))
        found[item.id.casefold()] = (item, path)
    order = [*areas, *scales]
    in_order = sorted(
        (item for item, _ in found.values()),
        key=lambda item: (order.index(place) if (place := item.area or item.scale) in order else -1, item.id),
    )
    return {item.id: item for item in in_order}


def _read_variables(
    path: Path, languages: Sequence[str], items: Mapping[str, Item], faults: list[Fault]
) -> dict[str, Variable]:
    table = read_toml(path, faults)
    variables: dict[str, Variable] = {}
    if table is None:
        return variables
    top = Fields(table, str(path), faults)
    for fields in top.tables_of("variables"):
        name = fields.identifier("id", longest=20)
        if name in variables or name in items:
            faults.append(fault("BANK-09", fields.place, value=name, other="background.toml or items"))
        kind = fields.choice("type", ("single", "number", "text"), default="single")
        levels = read_options(fields, languages, explained=False, name="levels") if kind == "single" else ()
        other = fields.optional_text("other")
        if other is not None and other not in {level.id for level in levels}:
            expected = ", ".join(level.id for level in levels)
            near = closest(other, [level.id for level in levels])
            faults.append(fault("BANK-04", fields.place, field="other", value=other, expected=expected, closest=near))
        sensitivity = fields.choice("sensitivity", ("plain", "quasi_identifier", "special"))
        variables[name] = Variable(name, kind, sensitivity, fields.texts("stem", languages), levels, other)
        fields.end()
    top.end()
    return variables


def _read_form(
    path: Path,
    languages: Sequence[str],
    items: Mapping[str, Item],
    variables: Mapping[str, Variable],
    scales: Mapping[str, Scale],
    faults: list[Fault],
) -> Form:
    fields = Fields(read_toml(path, faults) or {}, str(path), faults)
    form_id = fields.identifier("id", longest=20)
    if form_id and form_id != path.stem:
        faults.append(fault("BANK-08", str(path), field="id", value=form_id, expected=path.stem))
    background = fields.words("background")
    for name in background:
        if name not in variables:
            faults.append(fault("FORM-01", fields.place, value=name, closest=closest(name, list(variables))))
    sections = []
    for inner in fields.tables_of("sections"):
        title = inner.texts("title", languages)
        sections.append(Section(inner.identifier("id", longest=20), title, inner.words("items")))
        inner.end()
    shown_to = {}
    for item_id, inner in fields.named_tables("shown_to", required=False).items():
        shown_to[item_id] = {variable: inner.words(variable) for variable in inner.table}
        inner.end()
    form = Form(
        id=form_id,
        title=fields.texts("title", languages),
        intro=fields.texts("intro", languages, required=False),
        background=background,
        sections=tuple(sections),
        shown_to=shown_to,
        link_code=fields.flag("link_code", default=True),
        minutes=fields.whole("minutes") if "minutes" in fields.table else None,
        diploma=fields.number("diploma"),
    )
    fields.end()
    _check_form(form, str(path), items, variables, faults)
    _check_special(form, str(path), items, scales, faults)
    return form


def _check_form(
    form: Form, place: str, items: Mapping[str, Item], variables: Mapping[str, Variable], faults: list[Fault]
) -> None:
    seen: set[str] = set()
    for item_id in form.item_ids:
        if item_id not in items:
            faults.append(fault("FORM-01", place, value=item_id, closest=closest(item_id, list(items))))
        elif items[item_id].status in ("draft", "retired"):
            faults.append(fault("FORM-04", place, value=item_id, status=items[item_id].status))
        if item_id in seen:
            faults.append(fault("FORM-02", place, value=item_id))
        seen.add(item_id)
    if form.minutes is not None and form.minutes < 1:
        faults.append(fault("FORM-06", place, value=form.minutes))
    pools = {pool for item_id in seen if item_id in items and (pool := items[item_id].pool)}
    if form.diploma is not None and (not 0 < form.diploma <= 1 or pools != {"teaching"}):
        faults.append(fault("FORM-09", place, value=form.diploma))
    if len(pools) > 1:
        faults.append(fault("FORM-05", place, value=", ".join(sorted(pools))))
    for item_id, conditions in form.shown_to.items():
        if item_id not in seen:
            faults.append(fault("FORM-01", place, value=item_id, closest=closest(item_id, sorted(seen))))
        for name, levels in conditions.items():
            known = variables[name].level_ids if name in variables and name in form.background else ()
            for level in levels:
                if level not in known:
                    expected = ", ".join(known) or ", ".join(form.background)
                    faults.append(fault("FORM-03", place, value=item_id, variable=name, level=level, expected=expected))


def _check_special(
    form: Form, place: str, items: Mapping[str, Item], scales: Mapping[str, Scale], faults: list[Fault]
) -> None:
    """What can reveal a political opinion is asked in a form of its own, and of officials only."""
    known = [items[name] for name in form.item_ids if name in items]
    special = [item.id for item in known if (scale := scales.get(item.scale or "")) and scale.is_special]
    if special and len(special) < len(known):
        others = ", ".join(item.id for item in known if item.id not in special)
        faults.append(fault("FORM-07", place, value=", ".join(special), others=others))
    variable, level = OFFICIALS
    for name in special:
        if form.shown_to.get(name, {}).get(variable) != (level,):
            faults.append(fault("FORM-08", place, value=name))


def _check_facts(items: Mapping[str, Item], faults: list[Fault]) -> None:
    pools: dict[str, Item] = {}
    for item in items.values():
        if item.fact is None:
            continue
        other = pools.setdefault(item.fact, item)
        if other.pool != item.pool:
            faults.append(fault("ITEM-10", item.id, value=item.fact, other=other.id))
