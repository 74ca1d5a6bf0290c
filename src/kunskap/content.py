"""Where the content lies: the project's own folder, the working folder, or what came with the installation."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from kunskap.errors import KunskapError, fault

__all__ = ["content_folder", "data_folder", "installed_folder", "notebooks_folder", "survey_folder"]


def content_folder(name: str, *, project: Path | None = None) -> Path:
    """Find a content folder: in `project`, else the working folder, else the installation (or its source tree).

    Parameters
    ----------
    name : str
        ``"survey"``, ``"data"`` or ``"notebooks"``.
    project : Path, optional
        A project made by ``kunskap new``.

    Raises
    ------
    KunskapError
        ``WORDS-03`` if it is nowhere.

    Examples
    --------
    >>> (content_folder("survey") / "bank.toml").is_file()
    True
    """
    places = [project] if project is not None else []
    places += [Path.cwd(), installed_folder(name).parent]
    marker = {"survey": "bank.toml", "data": "demo", "notebooks": "start.ipynb"}[name]
    for place in places:
        if place is not None and (place / name / marker).exists():
            return place / name
    raise KunskapError([fault("WORDS-03", ", ".join(str(place) for place in places), name=name)])


def installed_folder(name: str) -> Path:
    """Where the installation keeps a content folder: in the wheel, or beside ``src`` in a source tree."""
    package = Path(str(files("kunskap")))
    inside = package / "content" / name
    return inside if inside.is_dir() else package.parents[1] / name


def survey_folder(project: Path | None = None) -> Path:
    """The folder with the bank, forms, policy and words."""
    return content_folder("survey", project=project)


def data_folder(project: Path | None = None) -> Path:
    """The folder with demo and reference data."""
    return content_folder("data", project=project)


def notebooks_folder(project: Path | None = None) -> Path:
    """The folder with the notebooks."""
    return content_folder("notebooks", project=project)
