"""What each kind of report is made of: computed, and passed through the gate beside what is out already."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, fields
from datetime import date
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from kunskap.bank import Bank
from kunskap.cli.console import say, step
from kunskap.disclosure import Released
from kunskap.errors import KunskapError, fault
from kunskap.project import Project
from kunskap.readers import Import
from kunskap.report.kinds import Decision, FollowUp, Funder, Material, RoomPage, Technical, Training
from kunskap.report.typed import Typed
from kunskap.words import Words

if TYPE_CHECKING:
    from kunskap.design import Design
    from kunskap.growth.rounds_of_work import WorkFiles

__all__ = ["TWO_WAVES", "Given", "material_of"]

# The same file gives the same report: the interval of the coders' agreement is drawn.
DRAWS_SEED = 2026
OF_DRAFT = ("goals_with_indicator", "goals_with_indicator_by_sex")
TWO_WAVES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"uppfoljning": (2, 2), "lagesrapport": (1, 2), "slutrapport": (1, 2)}
)
"""Kind → the fewest and the most files of answers; one where it is not here."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a command has been given, read."""

    imports: tuple[Import, ...]
    bank: Bank
    project: Project
    words: Words
    date: date
    draft: bool = False
    coded: Path | None = None
    compared_with: str | None = None
    by_lot: bool = False
    undo: ExitStack | None = None

    @property
    def design(self) -> Design:
        """The frame in force when the latest of the waves opened: new politicians are no part of an old one's."""
        from kunskap.design import design_of_wave

        return design_of_wave(self.imports[-1].responses, self.project, today=self.date)

    def released(self, tables: Mapping[str, pd.DataFrame], *, name: str) -> Released:
        """What the gate lets out of these tables, beside what the project has released."""
        from kunskap.disclosure import read_policy
        from kunskap.ledger import release_beside

        with step(self.words("cli.step_protect")):
            return release_beside(
                tables,
                self.imports,
                project=self.project,
                policy=read_policy(self.project.survey),
                name=name,
                date=self.date,
                is_draft=self.draft,
                undo=self.undo,
            )


def material_of(kind: str, given: Given) -> Material:
    """The material of a kind, made of what has been given."""
    makers: Mapping[str, Callable[[Given], Material]] = {
        "inventering": inventory_material,
        "uppfoljning": follow_up_material,
        "utbildningsplan": training_material,
        "beslutsunderlag": decision_material,
        "bilaga": technical_material,
        "lagesrapport": lambda given: funder_material("lagesrapport", given),
        "slutrapport": lambda given: funder_material("slutrapport", given),
    }
    if kind not in makers:
        raise KunskapError([fault("REPORT-24", kind, expected=", ".join(makers))])
    return makers[kind](given)


def inventory_material(given: Given, *, name: str = "inventering") -> Material:
    """Every table of the inventory, and coded free text where there is some."""
    from kunskap.disclosure import read_policy
    from kunskap.inventory import inventory
    from kunskap.plots.rows import in_sentence, universe_label
    from kunskap.report.unheard import nearly_all, without_few_unheard

    (imported,) = given.imports
    words = given.words
    with step(words("cli.step_score")):
        design, policy = given.design, read_policy(given.project.survey)
        whole = inventory(imported, bank=given.bank, design=design)
        tables = without_few_unheard(whole, imported, design=design, policy=policy)
        own_words, frame = _coded(imported, given)
    if groups := nearly_all(imported, design=design, policy=policy):
        everyone = in_sentence(words("plots.groups.all"))
        told = [universe_label(each, bank=given.bank, words=words) or everyone for each in groups]
        say(words("report.kinds.nearly_all", groups=", ".join(told)))
    return Material(
        released=given.released(tables | own_words, name=name),
        bank=given.bank,
        words=words,
        date=given.date,
        title=words("cli.draft_title") if given.draft and name == "inventering" else None,
        summary=imported.public_summary(words.language, bank=given.bank),
        frame=frame,
    )


def _coded(imported: Import, given: Given):  # type: ignore[no-untyped-def]
    """The tables of coded free text, and the codes' names; a folder that nobody named may be unfinished."""
    import numpy as np

    from kunskap.coding import coded_tables, coder_files, read_coding_frame

    opened = given.project
    place = given.coded or (opened.folder or Path.cwd()) / "coding"
    if given.coded is None and (opened.folder is None or not coder_files(place)):
        return {}, None
    try:
        frame = read_coding_frame(opened.survey, bank=given.bank)
        rng = np.random.default_rng(DRAWS_SEED)
        return coded_tables(imported, folder=place, frame=frame, key=opened.key, rng=rng), frame
    except KunskapError as error:
        if given.coded is not None:
            raise
        say(given.words("cli.coded_left_out", problem=error.message(given.words.language)))
        return {}, None


def follow_up_material(given: Given, *, name: str = "uppfoljning") -> FollowUp:
    """The tables of two waves: everyone, the same people, and who is missing."""
    from kunskap.change import follow_up, frame_changes, who_took_course
    from kunskap.needs import read_modules

    first, second = given.imports
    words = given.words
    with step(words("cli.step_score")):
        asked = given.compared_with
        course = who_took_course(first, second, compared_with=asked, bank=given.bank) if asked else None
        made = follow_up(first, second, bank=given.bank, course=course)
    for error in made.missing:
        say(words("cli.not_computed", problem=error.message(words.language)))
    waves = [str(imported.responses["wave"].dropna().iloc[0]) for imported in given.imports]
    known = [given.project.waves.get(wave) for wave in waves]
    renewed = False
    if all(known) and known[0].closes and known[1].opens:  # type: ignore[union-attr]
        renewed = len(frame_changes(given.design, since=known[0].closes, until=known[1].opens)) > 0  # type: ignore[union-attr]
    return FollowUp(
        released=given.released(made.tables, name=name),
        bank=given.bank,
        words=words,
        date=given.date,
        waves=(waves[0], waves[1]),
        is_partial=bool(made.missing),
        renewed=renewed,
        modules=read_modules(given.project.survey, bank=given.bank),
        course=course,
        by_lot=given.by_lot,
    )


def training_material(given: Given) -> Training:
    """The needs of each role, and the modules that can meet them."""
    from kunskap.inventory import completed
    from kunskap.needs import needs, read_modules

    (imported,) = given.imports
    bank = given.bank
    with step(given.words("cli.step_score")):
        modules = read_modules(given.project.survey, bank=bank)
        tables = {
            "needs": needs(completed(imported), bank=bank, respondents=imported.respondents, modules=modules)
        }  # fmt: skip
    return Training(
        released=given.released(tables, name="utbildningsplan"),
        bank=bank,
        words=given.words,
        date=given.date,
        modules=modules,
        design=given.design,
    )


def typed_file(given: Given) -> Path:
    """Where what staff type stands: in the project, or where they are."""
    from kunskap.report.typed import FILE

    return (given.project.folder or Path.cwd()) / FILE


def typed_for(kind: str, given: Given) -> Typed:
    """What staff have typed for a kind; for a draft what is missing is marked."""
    from kunskap.report.typed import read_typed

    missing = given.words("report.kinds.to_write") if given.draft else ""
    return read_typed(typed_file(given), kind=kind, draft_text=missing)


def decision_material(given: Given) -> Decision:
    """An inventory, and what staff have typed of a decision."""
    typed = typed_for("beslutsunderlag", given)
    return Decision(**_shared(inventory_material(given, name="beslutsunderlag")), typed=typed)


def _shared(material: Material) -> dict[str, Any]:
    """What every material has."""
    return {each.name: getattr(material, each.name) for each in fields(Material)}


def technical_material(given: Given) -> Technical:
    """An inventory, its frame, the contact log and the form."""
    from kunskap.fieldwork import read_contact_log
    from kunskap.instrument import read_instrument

    project, bank = given.project, given.bank
    material = inventory_material(given, name="bilaga")
    (imported,) = given.imports
    design = given.design
    path, contacts = project.survey / "fieldwork" / "kontaktlogg.csv", None
    if path.is_file():
        try:
            contacts = read_contact_log(path, bank=bank, design=design)
        except KunskapError as error:
            if any(each.code != "FIELD-13" for each in error.faults):
                raise
    forms = dict.fromkeys(imported.responses["form"].dropna().astype("str"))
    return Technical(
        **_shared(material),
        design=design,
        contacts=contacts,
        form=bank.forms.get(next(iter(forms), "")),
        waves=tuple(project.waves.values()),
        wordings={wave.id: read_instrument(project, wave) for wave in project.waves.values()},
    )


def funder_material(kind: str, given: Given) -> Funder:
    """The test (one wave or two), the work from staff's files, the activity log, and what staff have typed."""
    from kunskap.disclosure import read_policy, release
    from kunskap.growth.rounds_of_work import rounds_of_work
    from kunskap.ledger import Division, division_beside, register_beside
    from kunskap.report.activity_log import FILE, activities, of_period, reached, read_activity_log

    typed = typed_for(kind, given)
    project, words = given.project, given.words
    policy = read_policy(project.survey)
    first, last = (typed.date("period", name) for name in ("fran", "till"))
    files = work_files(typed, typed_file(given).parent)
    made = rounds_of_work(files)
    log_file = typed_file(given).parent / FILE
    log = read_activity_log(log_file, bank=given.bank) if log_file.is_file() else None
    measured = follow_up_material(given, name=kind) if len(given.imports) > 1 else None
    material = measured or inventory_material(given, name=kind)
    beside: dict[str, Any] = {
        "project": project, "policy": policy, "name": kind, "date": given.date, "is_draft": given.draft,
        "undo": given.undo,
    }  # fmt: skip
    source = typed.text("arbetet", "kalla") or None
    work = tuple(
        register_beside(table, years=files.years, **beside)
        if basis == "register"
        else release({"result": table}, policy=policy, basis=basis, source=source, simulated=project.simulated)
        for basis, table in made.tables.items()
    )
    done, division = None, Division(None)
    if log is not None:
        period = of_period(log, since=first, until=last)
        done = activities(period, base=policy.base)
        division = division_beside(log, period=period, divide=partial(reached, base=policy.base), **beside)
        if division.withheld:
            say(words("report.kinds.funder.withheld_staff", file=FILE))
    return Funder(
        **_shared(material),
        typed=typed,
        measured=measured,
        work=work,
        names={**made.names.get(words.language, {}), **{name: words(f"draft.{name}") for name in OF_DRAFT}},
        activities=done,
        reached=division.released,
        withheld=division.withheld,
    )


def work_files(typed: Typed, folder: Path) -> WorkFiles:
    """The files that staff have named under ``[arbetet]``; a worked example goes by its name without an ending."""
    from kunskap.growth.rounds_of_work import WorkFiles
    from kunskap.reference import worked_file
    from kunskap.report.typed import empty

    told = typed.tables.get("arbetet", {})

    def place(name: object, where: str = "growth") -> Path:
        own = folder / str(name)
        return own if own.suffix else worked_file(str(name), folder=where)

    def pair(field: str, where: str = "growth") -> tuple[Path, Path] | None:
        listed = told.get(field)
        if not isinstance(listed, list):
            return None
        if len(listed) != 2:
            raise KunskapError([fault("REPORT-18", f"[arbetet] {field}", expected='["…", "…"]')])
        return place(listed[0], where), place(listed[1], where)

    def years(field: str, of: str) -> tuple[str, str]:
        listed = told.get(field)
        if of in told and not isinstance(listed, list):
            raise KunskapError([empty("[arbetet]", field)])
        return (str(listed[0]), str(listed[1])) if isinstance(listed, list) else ("", "")

    return WorkFiles(
        texts=pair("strategitext", "review"),
        posts=place(told["uppdrag"]) if "uppdrag" in told else None,
        terms=years("uppdrag_ar", "uppdrag"),
        applications=place(told["ansokningar"]) if "ansokningar" in told else None,
        years=years("ansokningar_ar", "ansokningar"),
        plans=pair("planer"),
        travel=place(told["resande"]) if "resande" in told else None,
        goals=pair("mal"),
    )


def room_material(path: Path, project: Project, *, room: str | None, words: Words, date: date) -> RoomPage:
    """What a served room has been shown: it has passed the gate once, and is judged again.

    Polls are what people think, and the page leaves the room: they are judged by the rules of what is published.

    Parameters
    ----------
    path : Path
        The store's file, or its address as ``kunskap serve --store`` takes it.
    """
    from kunskap.bank import read_bank
    from kunskap.disclosure import read_policy
    from kunskap.readers.stored import store_address
    from kunskap.room import BOTH, released_again, shown_in_room
    from kunskap.store import open_store

    bank, policy, simulated = read_bank(project.survey), read_policy(project.survey), project.simulated
    address = store_address(path)
    if address is None and not path.is_file():
        raise KunskapError([fault("CLI-01", str(path), problem=words("cli.problem.ENOENT"))])
    if address is None:
        raise KunskapError([fault("REPORT-25", str(path))])
    store = open_store(address, create=False)
    try:
        shown = shown_in_room(store, room)
    finally:
        store.engine.dispose()
    asked = [each for each in shown.figures if each.subject in bank.items]
    last = {each.subject: each.rows for each in asked}  # of a question asked twice the later
    rows = [row for item in bank.items for row in last.get(item, ())]
    paired = [row for each in shown.figures if each.subject.startswith(BOTH) for row in each.rows]
    voted = [row for item in shown.polls for each in shown.figures if each.subject == item.id for row in each.rows]
    return RoomPage(
        released=released_again({"rows": rows}, policy=policy, simulated=simulated),
        both=released_again({"rows": paired}, policy=policy, simulated=simulated) if paired else None,
        asked=shown.polls,
        polls=released_again({"rows": voted}, policy=policy, view="public", simulated=simulated) if voted else None,
        bank=bank,
        words=words,
        date=date,
        name=shown.name,
        revealed=shown.revealed,
    )
