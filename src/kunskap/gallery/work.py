"""Examples of the growth work itself: public figures with their source, and registers and plans that are made up."""

from __future__ import annotations

import pandas as pd

from kunskap.disclosure import Released, release
from kunskap.gallery.material import Example, Material
from kunskap.growth import decomposition, industries, resources, strategy, transport
from kunskap.growth.applications import read_applications
from kunskap.growth.progress import progress
from kunskap.growth.representation import shares_by_sex
from kunskap.growth.rounds_of_work import WorkFiles, rounds_of_work
from kunskap.growth.statistics import developments, per_men
from kunskap.reference import cite, read_reference, worked_file

__all__ = ["cars", "elected", "goals", "money", "plan", "register", "two_rounds"]

FIRST_YEAR, BASE_YEAR, ELECTION_YEAR = 2016, "1978", "2022"
OF_MEN = "Kvinnors "
CARS = "Körkort och bil"


def elected(material: Material) -> Example:
    """Those elected, women and men."""
    figures = read_reference("representation").query(f"year == '{ELECTION_YEAR}'")
    return Example(_public({"seats": shares_by_sex(figures)}, figures, material))


def money(material: Material) -> Example:
    """Pay, income and pension: women's in per cent of men's."""
    labour = read_reference("labour")
    figures = labour[labour["measure"].str.startswith(OF_MEN)].sort_values("value")
    figures = figures.assign(measure=figures["measure"].str.split().str[1].str.capitalize())
    return Example(_public({"money": per_men(figures)}, figures, material))


def cars(material: Material) -> Example:
    """Who has had a driving licence and a car at home, over the years."""
    transported = read_reference("transport")
    figures = transported[transported["measure"].str.startswith(CARS)]
    tables = {"cars": shares_by_sex(figures, by=["year"]), "cars_by_year": developments(figures, base=BASE_YEAR)}
    return Example(_public(tables, figures, material))


def register(material: Material) -> Example:
    """Applications for support: who sought, who was granted, and where the difference lies."""
    whole = read_applications(worked_file("ansokningar_simulerad")).table
    first = whole[whole["year"].eq(FIRST_YEAR)]
    gathered = industries.gather(first, smallest=material.policy.base)
    rates = resources.approval_rates(gathered, by=["industry"])
    tables = {
        "leaders": resources.leaders(first),
        "rates": pd.concat([resources.approval_rates(first), rates]),
        "parts": decomposition.kitagawa(rates),
    }
    return Example(release(tables, policy=material.policy, basis="register", simulated=True))


def plan(material: Material) -> Example:
    """Whose travel a transport plan's kronor serve."""
    objects = transport.read_objects(worked_file("planobjekt_simulerad")).table
    use = transport.read_use(worked_file("resande_simulerad")).table
    return Example(_invented({"benefit": transport.benefit(objects, use)}, material))


def goals(material: Material) -> Example:
    """What a strategy's goals have, and how far they have come."""
    rows = strategy.read_strategy(worked_file("strategi_simulerad")).table
    followed = strategy.read_followed(worked_file("uppfoljning_simulerad")).table
    tables = {"parts": strategy.parts_in_place(rows), "progress": progress(rows, followed)}
    parts = ("indicator", "baseline", "target", "measure", "owner", "kronor")
    headings = {part: material.words(f"gallery.goals.{part}") for part in parts}
    bars = {"parts": material.words("gallery.goals.rows")}
    return Example(_invented(tables, material), {"headings": headings, "bars": bars})


def two_rounds(material: Material) -> Example:
    """The work before and again: who holds the posts, and whose travel the plan serves."""
    files = WorkFiles(
        posts=worked_file("organ_simulerad"),
        terms=("2015", "2019"),
        plans=(worked_file("planobjekt_simulerad"), worked_file("planobjekt_antagen_simulerad")),
        travel=worked_file("resande_simulerad"),
    )
    return Example(_invented({"result": rounds_of_work(files).tables["public"]}, material))


def _public(tables: dict[str, pd.DataFrame], figures: pd.DataFrame, material: Material) -> Released:
    return release(tables, policy=material.policy, basis="public", source=cite(figures))


def _invented(tables: dict[str, pd.DataFrame], material: Material) -> Released:
    source = material.words("gallery.invented")
    return release(tables, policy=material.policy, basis="public", source=source, simulated=True)
