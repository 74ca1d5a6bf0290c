"""A user's own project: a folder outside the repository with the survey, the secret key, the waves and the answers."""

from __future__ import annotations

import datetime
import os
import secrets
import shutil
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kunskap.bank.fields import closest
from kunskap.content import content_folder, notebooks_folder, survey_folder
from kunskap.errors import Fault, KunskapError, fault
from kunskap.pseudonym import ProjectKey
from kunskap.withdrawal import read_withdrawals, withdrawn

__all__ = ["Project", "Wave", "new_project", "open_project"]

KEY_NAME = "hemlig.key"
DEMO_KEY_NAME = "demo.key"
KEY_BYTES = 32
WAVES_TEMPLATE = """\
# Enkätomgångarna. `opens` och `closes` är första och sista dag; svar utanför dem tas inte med utan redovisas.
# Ta bort brädgården (#) framför raderna nedan och skriv dina egna datum.

# [waves.2026]
# form = "baslinje"
# opens = 2026-09-01
# closes = 2026-10-15
"""
README_NAME = "LÄS MIG.txt"
README_TEMPLATE = """\
Det här är ert eget projekt i kunskap.

survey/      frågor, formulär, regler för skydd (policy.toml) och ramen (population.csv). Ändra det som gäller er.
answers/     lägg svarsfilerna här. De ska aldrig läggas i ett öppet arkiv.
coding/      kodarnas filer, när ni kodar fritexten (notebooks/analys/fritext.ipynb). Rapporten hittar dem.
reports/     här hamnar rapporterna.
ledger/      vad som är publicerat. Nya rapporter prövas mot det; ta bara bort det som aldrig lämnat er.
notebooks/   arbetsböckerna. Börja med start.ipynb (kommandot: kunskap lab).
instrument/  hur frågorna löd i varje omgång; den tekniska bilagan visar vad som ändrats sedan dess. Ta inte bort det.
waves.toml   enkätomgångarnas datum.
rapport.toml det ni skriver själva i rapporter till beslutsfattare och finansiär; `kunskap report` lägger en mall här.
             Där står också valdagar som lagen inte ger, till Europaparlamentet eller extra val, under [val].
withdrawals.csv  finns när någon har tagit tillbaka sina svar (kommandot: kunskap withdraw). Ta aldrig bort den.
hemlig.key   nyckeln som gör koder till pseudonymer. Den som har nyckeln och en kod kan hitta en persons svar:
             förvara den bara här, ta säkerhetskopia på ett säkert ställe och lämna den aldrig vidare.
"""


@dataclass(frozen=True)
class Wave:
    """One round of the survey.

    Attributes
    ----------
    opens, closes : date, optional
        The first and the last day on which answers count.
    """

    id: str
    form: str = "baslinje"
    opens: datetime.date | None = None
    closes: datetime.date | None = None


@dataclass(frozen=True)
class Project:
    """What a project's folder holds.

    Attributes
    ----------
    key : ProjectKey, optional
        The secret that makes pseudonyms, with those who have withdrawn; None outside a project.
    simulated : bool
        Whether its answers are invented; every figure then says so.
    """

    folder: Path | None
    survey: Path
    waves: Mapping[str, Wave] = field(default_factory=dict)
    key: ProjectKey | None = field(default=None, repr=False)
    simulated: bool = False

    def wave(self, wave_id: str | None) -> Wave | None:
        """The wave with this id, or the only one there is; None where the project names none.

        Raises
        ------
        KunskapError
            ``PROJ-02`` for an unknown wave, ``PROJ-03`` if there are several to choose from.
        """
        expected = ", ".join(self.waves)
        if wave_id is not None:
            if self.waves and wave_id not in self.waves:
                near = closest(wave_id, [*self.waves])
                raise KunskapError([fault("PROJ-02", str(self.folder), wave=wave_id, expected=expected, closest=near)])
            return self.waves.get(wave_id, Wave(wave_id))
        if len(self.waves) > 1:
            example = [*self.waves][-1]
            raise KunskapError([fault("PROJ-03", str(self.folder), expected=expected, example=example)])
        return next(iter(self.waves.values()), None)


def open_project(folder: Path | None = None, *, beside: Path | None = None) -> Project:
    """Open a project.

    Parameters
    ----------
    folder : Path, optional
        The project; when not given, the nearest folder with a ``waves.toml`` among `beside`'s folder, the one above
        it and the working folder.
    beside : Path, optional
        A file of answers.

    Returns
    -------
    Project
        Without folder, key and waves where there is no project: the content that came with the installation holds.

    Raises
    ------
    KunskapError
        ``PROJ-01`` if `folder` is no project, ``PROJ-04``, ``PROJ-05`` or ``DRAW-03`` if its files are broken,
        ``DRAW-07`` if people have withdrawn and there is no key to find their answers by.

    Examples
    --------
    >>> from kunskap.content import data_folder
    >>> open_project(data_folder() / "demo").simulated
    True
    """
    if folder is not None and not (folder / "waves.toml").is_file():
        raise KunskapError([fault("PROJ-01", str(folder))])
    if folder is None:
        places = [beside.resolve().parent, beside.resolve().parent.parent] if beside is not None else []
        folder = next((place for place in [*places, Path.cwd()] if (place / "waves.toml").is_file()), None)
    if folder is None:
        return Project(None, survey_folder())
    faults: list[Fault] = []
    simulated, waves = _read_waves(folder / "waves.toml", faults)
    key = _read_key(folder, faults)
    out = _read_withdrawn(folder, faults)
    if key is None and out and not faults:
        faults.append(fault("DRAW-07", str(folder)))
    if faults:
        raise KunskapError(faults)
    own_key = None if key is None else ProjectKey(key, withdrawn=out)
    return Project(folder, survey_folder(folder), waves, own_key, simulated)


def _read_withdrawn(folder: Path, faults: list[Fault]) -> frozenset[str]:
    try:
        return frozenset(withdrawn(read_withdrawals(folder)))
    except KunskapError as error:
        faults += error.faults
        return frozenset()


def _read_waves(path: Path, faults: list[Fault]) -> tuple[bool, dict[str, Wave]]:
    waves: dict[str, Wave] = {}
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(fault("PROJ-04", str(path), problem=error))
        return False, waves
    named = table.get("waves", {})
    for name, wave in named.items() if isinstance(named, dict) else ():
        unknown = set(wave) - {"form", "opens", "closes"}
        dates = [wave.get("opens"), wave.get("closes")]
        is_dated = all(date is None or type(date) is datetime.date for date in dates)
        if unknown or not is_dated or (None not in dates and dates[0] > dates[1]):
            faults.append(fault("PROJ-04", str(path), problem=f"[waves.{name}]"))
        else:
            waves[name] = Wave(name, wave.get("form", "baslinje"), *dates)
    return table.get("simulated") is True, waves


def _read_key(folder: Path, faults: list[Fault]) -> bytes | None:
    for name in (KEY_NAME, DEMO_KEY_NAME):
        path = folder / name
        if path.is_file():
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            text = next((line.strip() for line in lines if line.strip() and not line.startswith("#")), "")
            try:
                key = bytes.fromhex(text)
            except ValueError:
                key = b""
            if len(key) == KEY_BYTES:
                return key
            faults.append(fault("PROJ-05", str(path), length=2 * KEY_BYTES))
    return None


def new_project(folder: Path) -> list[Path]:
    """Make a project; what is there already is left as it is, so running it twice is safe.

    Parameters
    ----------
    folder : Path
        A new folder, or one to complete.

    Returns
    -------
    list of Path
        What was made.

    Raises
    ------
    KunskapError
        ``PROJ-06`` if it lies inside a git checkout (answers and key would end up there) or cannot be written.
    """
    target = folder.resolve()
    if any((place / ".git").exists() for place in [target, *target.parents]):
        raise KunskapError([fault("PROJ-06", str(folder))])
    made: list[Path] = []
    for place in ("", "answers", "coding", "reports"):
        if not (target / place).exists():
            (target / place).mkdir(parents=True)
            made.append(target / place)
    for source in (content_folder("survey"), notebooks_folder()):
        _copy_missing(source, target / source.name, made)
    for name, text in ((README_NAME, README_TEMPLATE), ("waves.toml", WAVES_TEMPLATE)):
        if not (target / name).exists():
            (target / name).write_text(text, encoding="utf-8")
            made.append(target / name)
    if not (target / KEY_NAME).exists():
        descriptor = os.open(target / KEY_NAME, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
        made.append(target / KEY_NAME)
    return made


def _copy_missing(source: Path, target: Path, made: list[Path]) -> None:
    for path in sorted(source.rglob("*")):
        goal = target / path.relative_to(source)
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(source).parts)
        if path.is_file() and not hidden and not goal.exists():
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, goal)
            made.append(goal)
