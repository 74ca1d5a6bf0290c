"""The table of queries, read strictly from ``data/reference/queries.toml``; a query knows the address that it asks."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from kunskap.bank.fields import closest
from kunskap.content import data_folder
from kunskap.errors import Fault, KunskapError, fault

__all__ = ["KINDS", "Query", "Source", "read_queries"]

KINDS = ("pxweb2", "kolada3")
LOOPBACK = ("127.0.0.1", "localhost")
COMMON = ("id", "source", "measure", "area", "unit", "checked_on")
OWN = {"pxweb2": ("table", "select", "sex"), "kolada3": ("kpi", "municipality", "latest")}
OPTIONAL = ("checked_on", "latest")
NAMES = {"kolada3": "Kolada", "pxweb2": "SCB"}


@dataclass(frozen=True)
class Source:
    """Where figures are fetched.

    Attributes
    ----------
    id, kind, base, publisher : str
        `kind` is the interface, one of `KINDS`; `base` its address, over https.
    """

    id: str
    kind: str
    base: str
    publisher: str


@dataclass(frozen=True)
class Query:
    """One question to one source.

    Attributes
    ----------
    id : str
    source : Source
    code : str
        The table's or the key figure's id.
    measure, area, unit : str
        As in `kunskap.reference.REFERENCE_COLUMNS`.
    select : mapping
        PxWeb: variable → value codes, with commas between; Kolada: ``municipality``.
    sex : mapping
        PxWeb: ``variable`` and the codes of ``k`` and ``m``; empty for Kolada, whose answers say it.
    latest : int
        Kolada: so many of the last years.
    checked_on : date, optional
        The day on which a person ran it and compared the figures with the source's own page.
    """

    id: str
    source: Source
    code: str
    measure: str
    area: str
    unit: str
    select: Mapping[str, str] = field(default_factory=dict)
    sex: Mapping[str, str] = field(default_factory=dict)
    latest: int = 1
    checked_on: datetime.date | None = None

    @property
    def address(self) -> str:
        """What is asked, as one address.

        Examples
        --------
        >>> scb = Source("scb", "pxweb2", "https://example.org/v2", "SCB")
        >>> Query("a", scb, "TAB1", "m", "a", "u", {"Tid": "top(1)"}, {"variable": "Kon", "k": "2", "m": "1"}).address
        'https://example.org/v2/tables/TAB1/data?lang=sv&outputFormat=json-stat2&valueCodes%5BTid%5D=top%281%29'
        """
        if self.source.kind == "kolada3":
            return f"{self.source.base}/data/kpi/{self.code}/municipality/{self.select['municipality']}"
        chosen = {f"valueCodes[{variable}]": codes for variable, codes in self.select.items()}
        asked = urlencode({"lang": "sv", "outputFormat": "json-stat2"} | chosen)
        return f"{self.source.base}/tables/{self.code}/data?{asked}"

    @property
    def cited(self) -> str:
        """The source as it is cited."""
        return f"{NAMES[self.source.kind]}, {self.code}"


def read_queries(path: Path | None = None) -> tuple[Query, ...]:
    """Read the table of queries.

    Parameters
    ----------
    path : Path, optional
        Another table than ``data/reference/queries.toml``.

    Raises
    ------
    KunskapError
        ``FETCH-01`` if it cannot be read, ``FETCH-02`` for each field that is missing, unknown or wrong; all at once.

    Examples
    --------
    >>> {query.source.id for query in read_queries()} == {"scb", "kolada"}
    True
    >>> any(query.checked_on for query in read_queries())
    False
    """
    path = path or data_folder() / "reference" / "queries.toml"
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise KunskapError([fault("FETCH-01", str(path), error=error)]) from error
    faults: list[Fault] = []
    given = tree.get("sources")
    sources = {
        name: _source(f"{path.name}, [sources.{name}]", name, table, faults)
        for name, table in (given.items() if isinstance(given, dict) else ())
    }
    listed = tree.get("queries")
    tables = [table for table in listed if isinstance(table, dict)] if isinstance(listed, list) else []
    if not sources or not tables:
        faults.append(_wrong(path.name, "queries", "[sources.<id>], [[queries]]", "–"))
    queries = [
        _query(f"{path.name}, [[queries]] {place}", table, sources, faults) for place, table in enumerate(tables, 1)
    ]
    ids = [query.id for query in queries]
    faults += [
        _wrong(path.name, "id", "each id once", name) for name in sorted({name for name in ids if ids.count(name) > 1})
    ]
    if faults:
        raise KunskapError(faults)
    return tuple(queries)


def _wrong(where: str, name: str, expected: str, value: object) -> Fault:
    return fault("FETCH-02", where, field=name, expected=expected, value=value)


def _source(where: str, name: str, table: object, faults: list[Fault]) -> Source:
    fields = _texts(where, table, ("kind", "base", "publisher"), faults)
    if fields["kind"] and fields["kind"] not in KINDS:
        faults.append(_wrong(where, "kind", ", ".join(KINDS), fields["kind"]))
    parts = urlsplit(fields["base"])
    if fields["base"] and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        faults.append(_wrong(where, "base", "https://…", fields["base"]))
    return Source(name, fields["kind"], fields["base"].rstrip("/"), fields["publisher"])


def _query(where: str, table: dict[str, object], sources: Mapping[str, Source], faults: list[Fault]) -> Query:
    source = sources.get(str(table.get("source")))
    if source is None or source.kind not in KINDS:
        faults.append(_wrong(where, "source", ", ".join(sources), table.get("source", "–")))
        source = Source("", "kolada3", "", "")
    known = (*COMMON, *OWN[source.kind])
    faults += [
        _wrong(where, name, f"{', '.join(known)} ({closest(name, known)})", name) for name in table if name not in known
    ]
    own = "table" if source.kind == "pxweb2" else "kpi"
    texts = _texts(where, table, ("id", "measure", "area", "unit", own), faults)
    select, sex = {}, {}
    if source.kind == "pxweb2":
        select = _texts(where, table.get("select"), None, faults)
        sex = _texts(where, table.get("sex"), ("variable", "k", "m"), faults)
    else:
        select = _texts(where, table, ("municipality",), faults)
    latest, checked_on = table.get("latest", 1), table.get("checked_on")
    if not isinstance(latest, int) or isinstance(latest, bool) or latest < 1:
        faults.append(_wrong(where, "latest", "1, 2, 3 …", latest))
        latest = 1
    if checked_on is not None and type(checked_on) is not datetime.date:
        faults.append(_wrong(where, "checked_on", "2026-11-22", checked_on))
        checked_on = None
    return Query(
        texts["id"], source, texts[own], texts["measure"], texts["area"], texts["unit"], select, sex, latest, checked_on
    )


def _texts(where: str, table: object, names: tuple[str, ...] | None, faults: list[Fault]) -> dict[str, str]:
    """Fields that must be there as text; all of the table where no names are given."""
    fields = table if isinstance(table, dict) else {}
    found = {}
    for name in names if names is not None else tuple(fields) or ("select",):
        value = fields.get(name)
        if not isinstance(value, str) or not value.strip():
            faults.append(_wrong(where, name, '"…"', value if value is not None else "–"))
            value = ""
        found[name] = value
    return found
