"""Copy a project, or an installation's content, without anything that would give the survey away.

    python deploy/teaching_copy.py PROJECT TARGET        # before TARGET is put on the class's machine
    python deploy/teaching_copy.py --content FOLDER      # and then there: FOLDER is …/site-packages/kunskap/content

Whoever writes code on a machine can read its disk.  On a class's machine there are therefore no questions of the survey
pool (their keys would spoil every later measurement), no answers and no secret key.  What may be copied is named here;
anything else stays behind.  At the end the copy is searched for every text of a secret question.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
from pathlib import Path

from kunskap.bank import Bank, read_bank
from kunskap.errors import KunskapError

# Of survey/: everything that says nothing about the survey pool.  Letters, the pilot and the coding frames stay behind.
SURVEY_FILES = (
    "LICENSE", "bank.toml", "background.toml", "code_words.txt", "modules.toml", "policy.toml", "population.csv",
    "ui.sv.toml", "ui.en.toml",
)  # fmt: skip
NOTEBOOKS = ("LICENSE", "start.ipynb", "moduler", "workshop")
READABLE = {".toml", ".md", ".ipynb", ".csv", ".txt", ".json", ".html", ".py", ""}


def main() -> None:
    """Copy, and search the copy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path, nargs="?")
    parser.add_argument("target", type=Path, nargs="?")
    parser.add_argument("--content", type=Path, help="the installation's content folder, stripped where it lies")
    given = parser.parse_args()
    try:
        if given.content is not None:
            told = strip_content(given.content)
        elif given.project is not None and given.target is not None:
            told = copy_project(given.project, given.target)
        else:
            parser.error("PROJECT and TARGET, or --content FOLDER")
    except KunskapError as error:
        sys.exit(str(error))
    sys.stdout.write(f"{told}\n")


def copy_project(project: Path, target: Path) -> str:
    """Copy what a class needs; `target` must not exist."""
    if target.exists():
        sys.exit(f"{target} exists already. Choose a new folder.")
    bank = read_bank(project / "survey")
    copy_survey(project / "survey", target / "survey", bank)
    for name in NOTEBOOKS:
        copy(project / "notebooks" / name, target / "notebooks" / name)
    (target / "waves.toml").write_text("# En klass har inga enkätomgångar.\n", encoding="utf-8")
    return checked(target, bank)


def strip_content(content: Path) -> str:
    """Take the survey pool, and the demo's answers to it, out of an installation's content."""
    bank = read_bank(content / "survey")
    kept = content / "survey.teaching"
    copy_survey(content / "survey", kept, bank)
    shutil.rmtree(content / "survey")
    kept.rename(content / "survey")
    shutil.rmtree(content / "notebooks" / "analys", ignore_errors=True)
    shutil.rmtree(content / "data" / "demo", ignore_errors=True)
    return checked(content, bank)


def copy_survey(source: Path, target: Path, bank: Bank) -> None:
    """The open files, the items that are not of the survey pool, and the forms that are left whole."""
    target.mkdir(parents=True)
    for name in SURVEY_FILES:
        copy(source / name, target / name)
    for path in [*source.glob("items/*/*.toml"), *source.with_name(f"{source.name}.local").glob("items/*/*.toml")]:
        if not is_secret(bank, path.stem):
            copy(path, target / "items" / path.parent.name / path.name)
    for path in source.glob("forms/*.toml"):
        if not any(is_secret(bank, item_id) for item_id in bank.forms[path.stem].item_ids):
            copy(path, target / "forms" / path.name)


def is_secret(bank: Bank, item_id: str) -> bool:
    """Whether an item is of the survey pool."""
    return bank.items[item_id].pool == "survey"


def copy(source: Path, target: Path) -> None:
    """A file or a folder, where there is one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*", "__pycache__"))
    elif source.is_file():
        shutil.copyfile(source, target)


def checked(folder: Path, bank: Bank) -> str:
    """Read the copy as the programs will, and search it for every stem and explanation of a secret question."""
    copied = read_bank(folder / "survey")
    secret = [item for item in bank.items.values() if item.pool == "survey"]
    found = {item.id for item in secret} & set(copied.items)
    texts = {
        squeezed(text): item.id
        for item in secret
        for text in (*item.stem.values(), *(each for option in item.options for each in option.explanation.values()))
        if len(text) > 40
    }
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix in READABLE:
            content = squeezed(path.read_text(encoding="utf-8", errors="replace"))
            found |= {item_id for text, item_id in texts.items() if text in content}
    keys = [path.name for pattern in ("*.key", "*.sqlite*") for path in folder.rglob(pattern)]
    if found or keys:
        sys.exit(f"The copy in {folder} is not fit for a class: {', '.join(sorted([*found, *keys]))}. Do not use it.")
    return f"{folder}: {len(copied.items)} questions, none of the {len(secret)} secret ones; no answers, no key."


def squeezed(text: str) -> str:
    """A text as it is found again however it was written down."""
    return re.sub(r"[\W_]+", "", text).casefold()


if __name__ == "__main__":
    main()
