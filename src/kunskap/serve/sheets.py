"""The page's texts and templates: HTML from Jinja2 with everything escaped, letters from the project's own files."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

__all__ = ["letter", "sheet", "static_file"]

PLACEHOLDER = "{{"
DRAFT_MARK = "---"


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("kunskap.serve", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def sheet(name: str, **values: object) -> str:
    """One page as HTML."""
    return _templates().get_template(f"{name}.html").render(**values)


@cache
def static_file(name: str) -> bytes:
    """One of the page's own styles and scripts."""
    return (Path(str(files("kunskap"))) / "static" / name).read_bytes()


def letter(path: Path) -> Markup | None:
    r"""A letter of the project as HTML, where the project has made it its own.

    Parameters
    ----------
    path : Path
        Markdown.  What stands before a line of three dashes is for staff.

    Returns
    -------
    Markup or None
        None if there is no such file or a field in it has not been filled in: a draft is shown to nobody.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.md"
    ...     _ = path.write_text("# Till er\n\n---\n\n## Hej <b>\n", encoding="utf-8")
    ...     str(letter(path)).strip()
    '<h2>Hej &lt;b&gt;</h2>'
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return None
    parts = [part for part in text.split(f"\n{DRAFT_MARK}\n")]
    shown = parts[1] if len(parts) > 1 else parts[0]
    if PLACEHOLDER in shown:
        return None
    # "js-default" is CommonMark with tables and without raw HTML
    return Markup(MarkdownIt("js-default").render(shown))
