"""Pages made from a template in ``page/``, with every text escaped."""

from __future__ import annotations

from importlib.resources import files

from jinja2 import DictLoader, Environment, StrictUndefined

from kunskap.words import Words

__all__ = ["page"]


def page(name: str, *, words: Words, **values: object) -> bytes:
    """Fill a template.

    Parameters
    ----------
    name : str
        The template's file name.
    **values
        What the template names; all texts are escaped.

    Examples
    --------
    >>> from kunskap.words import read_words
    >>> made = page("codecard.html", words=read_words(language="en"), title="<b>", sheets=[[""]], issued=False)
    >>> b"&lt;b&gt;" in made, b"<b>" in made
    (True, False)
    """
    template = files("kunskap").joinpath("publish", "page", name).read_text(encoding="utf-8")
    environment = Environment(loader=DictLoader({name: template}), autoescape=True, undefined=StrictUndefined)
    text = environment.get_template(name).render(words=words, language=words.language, **values)
    return text.encode("utf-8")
