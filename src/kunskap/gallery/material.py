"""What the gallery draws: the simulated answers, read once, and what an example is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kunskap.bank import Bank
from kunskap.content import data_folder
from kunskap.decided import read_decided_bank
from kunskap.design import Design, read_design
from kunskap.disclosure import Policy, Released, read_policy
from kunskap.project import Project, open_project
from kunskap.readers import Import, read_responses
from kunskap.words import Words

__all__ = ["Example", "Material", "read_material"]

WAVES = ("2016", "2018")


@dataclass(frozen=True)
class Example:
    """Figures that may be drawn, and what a call needs beside them (`values`: a name in the call → its value)."""

    released: Released
    values: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True)
class Material:
    """The simulated county: its answers in two waves, its frame and its rules."""

    project: Project
    bank: Bank
    words: Words
    policy: Policy
    design: Design
    imports: tuple[Import, Import]


def read_material(words: Words) -> Material:
    """Read the demonstration's answers.

    Parameters
    ----------
    words : Words
        Interface words, in the language of the gallery.
    """
    folder = data_folder() / "demo"
    project = open_project(folder)
    bank = read_decided_bank(project.survey)
    first, second = (
        read_responses(
            folder / f"limesurvey_{name}_simulerad.csv",
            bank=bank,
            form=wave.form,
            wave=wave.id,
            opens=wave.opens,
            closes=wave.closes,
            key=project.key,
        )
        for name in WAVES
        if (wave := project.waves[name])
    )
    return Material(
        project=project,
        bank=bank,
        words=words,
        policy=read_policy(project.survey),
        design=read_design(project.survey, on=project.waves[WAVES[0]].opens),
        imports=(first, second),
    )
