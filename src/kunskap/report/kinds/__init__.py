"""The kinds of reports: each makes one `Document` of what it is given; the formats are none of its business."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kunskap.errors import KunskapError, fault
from kunskap.report.document import Document
from kunskap.report.kinds.decision import Decision, decision_document
from kunskap.report.kinds.followup import FollowUp, follow_up_document, follow_up_readings
from kunskap.report.kinds.funder import Funder, final_document, funder_readings, half_year_document
from kunskap.report.kinds.inventory import inventory_document, readings_of
from kunskap.report.kinds.material import Material
from kunskap.report.kinds.own_page import OwnPage, own_document
from kunskap.report.kinds.room_page import RoomPage, room_document
from kunskap.report.kinds.technical import Technical, technical_document
from kunskap.report.kinds.training import Training, training_document, training_readings
from kunskap.report.readings import Reading

__all__ = [
    "KINDS",
    "Decision",
    "FollowUp",
    "Funder",
    "Kind",
    "Material",
    "OwnPage",
    "RoomPage",
    "Technical",
    "Training",
    "find_kind",
    "own_document",
]


def _no_readings(_: Material) -> Sequence[Reading]:
    return ()


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
    readings : callable
        `Material` → what the report says of its figures, which staff can write anew.
    """

    name: str
    make: Callable[[Material], Document]
    file: str
    views: tuple[str, ...] = ("public",)
    readings: Callable[[Material], Sequence[Reading]] = _no_readings


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind("inventering", inventory_document, "report", readings=readings_of),
            Kind("uppfoljning", follow_up_document, "uppfoljning", readings=follow_up_readings),
            Kind("utbildningsplan", training_document, "utbildningsplan", readings=training_readings),
            Kind("beslutsunderlag", decision_document, "beslutsunderlag", readings=readings_of),
            Kind("lagesrapport", half_year_document, "lagesrapport", readings=funder_readings),
            Kind("slutrapport", final_document, "slutrapport", readings=funder_readings),
            Kind("bilaga", technical_document, "bilaga"),
            Kind("workshop", room_document, "workshop", views=("room",)),
            Kind("eget", own_document, "eget", views=()),
        )
    }
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
