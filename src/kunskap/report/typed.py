"""What staff type themselves in a report: one plain file in the project, read strictly, every fault at once."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kunskap.bank.fields import closest
from kunskap.errors import Fault, KunskapError, fault
from kunskap.whole_files import save_file

__all__ = ["FILE", "TYPED_KINDS", "Typed", "empty", "read_typed"]

FILE = "rapport.toml"
TEMPLATE = Path(__file__).parent / "page" / FILE
TEXT, TEXTS, DATE, DATES, NUMBER, YEARS = "text", "texts", "date", "dates", "number", "years"

TABLES: Mapping[str, Mapping[str, str]] = {
    "projekt": {
        "namn": TEXT, "dnr": TEXT, "ansvarig": TEXT, "finansiar": TEXT, "finansiarens_dnr": TEXT,
        "finansieringsrad": TEXT,
    },
    "period": {"fran": DATE, "till": DATE},
    "val": {"dagar": DATES},
    "underlag": {
        "arende": TEXT, "bakgrund": TEXT, "konsekvenser_kvinnor": TEXT, "konsekvenser_man": TEXT, "forslag": TEXTS,
    },
    "programlogik": {"problem": TEXT, "insatser": TEXTS, "resultat": TEXTS, "mal_pa_sikt": TEXTS},
    "utfall": {"aktiviteter": TEXT, "avvikelser": TEXT, "lardomar": TEXT, "spridning": TEXT},
    "arbetet": {
        "kalla": TEXT, "strategitext": TEXTS, "uppdrag": TEXT, "uppdrag_ar": YEARS, "ansokningar": TEXT,
        "ansokningar_ar": YEARS, "planer": TEXTS, "resande": TEXT, "mal": TEXTS,
    },
}  # fmt: skip
LISTS: Mapping[str, Mapping[str, str]] = {
    "indikator": {
        "namn": TEXT, "enhet": TEXT, "baslinje": TEXT, "mal": TEXT, "utfall": TEXT, "kalla": TEXT,
    },
    "pengar": {"post": TEXT, "budget": NUMBER, "utfall": NUMBER},
}  # fmt: skip
# The file has one set of names, so that a project has one file; who reads English is told what they mean.
IN_ENGLISH: Mapping[str, str] = {
    "projekt": "project", "period": "period", "val": "elections", "dagar": "days",
    "underlag": "basis", "programlogik": "programme_logic",
    "utfall": "outcome", "arbetet": "work", "indikator": "indicator", "pengar": "money",
    "namn": "name", "dnr": "registration_number", "ansvarig": "responsible", "finansiar": "funder",
    "finansiarens_dnr": "funders_number", "finansieringsrad": "funding_line", "fran": "from", "till": "until",
    "arende": "matter", "bakgrund": "background", "konsekvenser_kvinnor": "consequences_women",
    "konsekvenser_man": "consequences_men", "forslag": "proposals", "problem": "problem", "insatser": "activities",
    "resultat": "results", "mal_pa_sikt": "long_term_goals", "aktiviteter": "activities_done",
    "avvikelser": "deviations", "lardomar": "lessons", "spridning": "spread", "kalla": "source",
    "strategitext": "strategy_text", "uppdrag": "posts", "uppdrag_ar": "posts_years", "ansokningar": "applications",
    "ansokningar_ar": "applications_years", "planer": "plans", "resande": "travel", "mal": "goals",
    "enhet": "unit", "baslinje": "baseline", "post": "item", "budget": "budget",
}  # fmt: skip
FUNDER = {
    "projekt": ("namn", "dnr", "finansiar", "finansiarens_dnr", "finansieringsrad"),
    "period": ("fran", "till"),
    "programlogik": ("problem", "insatser", "resultat", "mal_pa_sikt"),
    "utfall": ("avvikelser",),
    "indikator": tuple(LISTS["indikator"]),
    "pengar": ("post",),
}
TYPED_KINDS: Mapping[str, Mapping[str, Sequence[str]]] = {
    "beslutsunderlag": {"projekt": ("namn", "dnr"), "underlag": tuple(TABLES["underlag"])},
    "lagesrapport": FUNDER,
    "slutrapport": FUNDER | {"utfall": ("avvikelser", "lardomar", "spridning")},
}
"""Kind → what must be filled in, table by table."""


@dataclass(frozen=True)
class Typed:
    """What staff have typed.

    Attributes
    ----------
    tables : mapping
        Table → field → text, texts, date or number.
    rows : mapping
        List → its rows.
    missing : str
        What stands where a draft is not filled in.
    """

    tables: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    rows: Mapping[str, tuple[Mapping[str, object], ...]] = field(default_factory=dict)
    missing: str = ""

    def text(self, table: str, name: str) -> str:
        """One text."""
        value = self.tables.get(table, {}).get(name)
        return value.isoformat() if isinstance(value, datetime.date) else str(value or "") or self.missing

    def texts(self, table: str, name: str) -> tuple[str, ...]:
        """A list of texts, without the empty ones."""
        value = self.tables.get(table, {}).get(name)
        told = tuple(str(one) for one in value if str(one).strip()) if isinstance(value, list) else ()
        return told or ((self.missing,) if self.missing else ())

    def date(self, table: str, name: str) -> datetime.date | None:
        """One day."""
        value = self.tables.get(table, {}).get(name)
        return value if isinstance(value, datetime.date) else None

    def dates(self, table: str, name: str) -> tuple[datetime.date, ...]:
        """A list of days."""
        value = self.tables.get(table, {}).get(name)
        return tuple(value) if isinstance(value, list) else ()


def read_typed(path: Path, *, kind: str, draft_text: str = "") -> Typed:
    """Read what staff have typed; where there is no file a template is written.

    Parameters
    ----------
    path : Path
        The project's `FILE`.
    kind : str
        Of `TYPED_KINDS`: what must be filled in; of another kind nothing must, not even the file.
    draft_text : str
        For a draft: what stands where nothing is filled in.  Without it that is a fault.

    Raises
    ------
    KunskapError
        ``REPORT-15`` when the template has just been written, ``REPORT-16`` if the file is not TOML; else
        ``REPORT-17`` … ``REPORT-19`` for names, kinds and fields not filled in, all at once.
    """
    needed = TYPED_KINDS.get(kind)
    if not path.is_file():
        if needed is None:
            return Typed()
        save_file(path, TEMPLATE.read_bytes())
        if not draft_text:
            raise KunskapError([fault("REPORT-15", str(path), kind=kind)])
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise KunskapError([fault("REPORT-16", str(path), problem=error)]) from error
    faults = [_unknown(path.name, name, [*TABLES, *LISTS]) for name in tree if name not in {*TABLES, *LISTS}]
    needed = needed or {}
    tables, rows = {}, {}
    for name, fields in TABLES.items():
        told = tree.get(name, {})
        where = f"{path.name}, [{name}]"
        tables[name] = _table(where, told, fields, () if draft_text else needed.get(name, ()), faults)
    for name, fields in LISTS.items():
        listed = tree.get(name, [])
        if not isinstance(listed, list):
            faults.append(fault("REPORT-18", f"{path.name}, {name}", expected=f"[[{name}]]"))
            listed = []
        wanted = () if draft_text else needed.get(name, ())
        if wanted and not listed:
            faults.append(empty(f"{path.name}, [[{name}]]", *wanted))
        rows[name] = tuple(
            _table(f"{path.name}, [[{name}]] {number}", told, fields, wanted, faults)
            for number, told in enumerate(listed, start=1)
        )
    first, last = (tables["period"].get(name) for name in ("fran", "till"))
    if isinstance(first, datetime.date) and isinstance(last, datetime.date) and first > last:
        faults.append(fault("REPORT-18", f"{path.name}, [period]", expected="fran ≤ till"))
    if faults:
        raise KunskapError(faults)
    return Typed(tables, rows, draft_text)


def _table(
    where: str, told: object, fields: Mapping[str, str], needed: Sequence[str], faults: list[Fault]
) -> dict[str, object]:
    if not isinstance(told, dict):
        faults.append(fault("REPORT-18", where, expected=", ".join(fields)))
        return {}
    faults += [_unknown(where, name, list(fields)) for name in told if name not in fields]
    made: dict[str, object] = {}
    for name, kind in fields.items():
        value = _days(told.get(name)) if kind in (DATE, DATES) else told.get(name)
        if value in (None, "", [], [""]) or (isinstance(value, str) and not value.strip()):
            if name in needed:
                faults.append(empty(where, name))
        elif not _fits(value, kind):
            faults.append(fault("REPORT-18", f"{where} {name}", expected=EXPECTED[kind]))
        else:
            made[name] = value
    return made


EXPECTED = {
    TEXT: '"…"',
    TEXTS: '["…", "…"]',
    DATE: "2027-01-31",
    DATES: '["2029-06-10"]',
    NUMBER: "125000",
    YEARS: '["2024", "2027"]',
}


def _days(value: object) -> object:
    """A day, or each of several, whether typed as a date or between quotation marks."""
    if isinstance(value, list):
        return [_days(each) for each in value if each != ""]
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value.strip())
        except ValueError:
            return value
    return value


def _fits(value: object, kind: str) -> bool:
    if kind == TEXT:
        return isinstance(value, str)
    if kind == DATE:
        return isinstance(value, datetime.date)
    if kind == DATES:
        return isinstance(value, list) and all(_fits(each, DATE) for each in value)
    if kind == NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool)
    texts = isinstance(value, list) and all(isinstance(one, str | int) for one in value)
    return texts and (kind == TEXTS or (isinstance(value, list) and len(value) == 2))


def empty(where: str, *fields: str) -> Fault:
    """What is said of fields that are not filled in.

    >>> empty("rapport.toml, [underlag]", "forslag").reason("en").split(".")[0]
    'the line is not filled in: forslag (in English: proposals)'
    """
    meaning = ", ".join(IN_ENGLISH[name].replace("_", " ") for name in fields)
    return fault("REPORT-19", where, field=", ".join(fields), meaning=meaning)


def _unknown(where: str, name: str, known: Sequence[str]) -> Fault:
    meant = next((each for each in known if IN_ENGLISH[each] == name.casefold()), None)
    near = meant or closest(name, list(known))
    return fault("REPORT-17", where, name=name, expected=", ".join(known), closest=near)
