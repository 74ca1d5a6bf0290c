"""What is installed is what is declared: conda equals pyproject, the pins satisfy it, no download addresses."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

# conda names the same libraries without their optional graphical parts differently
CONDA_NAMES = {"matplotlib": "matplotlib-base", "seaborn": "seaborn-base"}


def project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def differences(pyproject: dict, environment: dict) -> set[str]:
    wanted = {f"python {pyproject['requires-python']}"}
    for text in pyproject["dependencies"]:
        requirement = Requirement(text)
        name = CONDA_NAMES.get(requirement.name, requirement.name)
        wanted.add(f"{name} {','.join(sorted(str(requirement.specifier).split(',')))}")
    had = set()
    for entry in environment["dependencies"]:
        if isinstance(entry, str) and entry != "pip":
            name, _, specifier = entry.partition(" ")
            had.add(f"{name} {','.join(sorted(specifier.split(',')))}")
    return wanted ^ had


def test_conda_equals_pyproject(root: Path) -> None:
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    assert differences(project(root), environment) == set()


@pytest.mark.parametrize("planted", ["pandas >=3.0,<4", "typer >=0.15"])
def test_a_planted_difference_is_found(root: Path, planted: str) -> None:
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    environment["dependencies"].remove(planted)
    assert differences(project(root), environment) == {planted.replace(">=3.0,<4", "<4,>=3.0")}


def test_the_pins_satisfy_what_is_declared(root: Path) -> None:
    pins = {}
    for line in (root / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, version = line.partition("==")
            pins[re.sub(r"[-_.]+", "-", name).lower()] = Version(version)
    declared = project(root)
    extras = declared["optional-dependencies"]
    for text in [*declared["dependencies"], *extras["test"], *extras["dev"]]:
        requirement = Requirement(text)
        if requirement.name != "kunskap":
            assert pins[requirement.name.lower()] in requirement.specifier, text


def test_the_version_is_said_once(root: Path) -> None:
    import kunskap

    assert kunskap.__version__ == project(root)["version"]


def test_no_file_records_download_addresses(root: Path) -> None:
    for name in ("constraints.txt", "environment.yml", "pyproject.toml"):
        assert not re.search(r"(https?|file)://(?!creativecommons)", (root / name).read_text(encoding="utf-8")), name
