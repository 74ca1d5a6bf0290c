"""The kinds of reports: each makes one `Document` of what it is given; the formats are none of its business."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kunskap.errors import KunskapError, fault
from kunskap.report.document import Document
from kunskap.report.kinds.inventory import inventory_document
from kunskap.report.kinds.material import Material

__all__ = ["KINDS", "Kind", "Material", "find_kind"]


@dataclass(frozen=True)
class Kind:
    """One kind of report.

    Attributes
    ----------
    name : str
        What ``--kind`` takes.
    make : callable
        `Material`, or the kind's own subclass of it → `Document`.
    file : str
        What the files are called, before the ending.
    views : tuple of str
        The views of a release that it may show.
    """

    name: str
    make: Callable[[Material], Document]
    file: str
    views: tuple[str, ...] = ("public",)


KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.name: kind for kind in (Kind("inventering", inventory_document, "report"),)}
)


def find_kind(name: str) -> Kind:
    """The kind with this name.

    Raises
    ------
    KunskapError
        ``REPORT-08`` for a name that no kind has.

    Examples
    --------
    >>> find_kind("inventering").file
    'report'
    """
    if name not in KINDS:
        raise KunskapError([fault("REPORT-08", name, expected=", ".join(KINDS))])
    return KINDS[name]
