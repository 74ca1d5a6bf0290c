"""Make the growth modules' worked material: ``python data/make_growth.py`` writes `data/growth` anew, always the same.

A register of applications, bodies and posts, a transport plan with journeys, a strategy with its follow-up, tables to
mend and steering documents.  Everything is invented: each file says so in its name and in a column of its own.  The
tables are made so that each module has something to find, and say nothing about Västernorrland or anywhere else.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

FOLDER = Path(__file__).resolve().parent / "growth"
SEED = 20161122
MARK = "ja"
NOTICE = """\
SIMULERADE DATA

Allt i den här mappen är påhittat av ett program (data/make_growth.py). Ingen ansökan, inget organ, ingen plan och
ingen strategi är verklig, och siffrorna säger ingenting om Västernorrland eller något annat län. Använd dem för att
prova, aldrig för att beskriva. Resandet i resande_simulerad.csv är också påhittat: inga sådana uppgifter om länet har
hittats.

SIMULATED DATA: everything in this folder is invented by a program and describes nobody.
"""
# SNI code, applications (women, men), share granted (women, men), mean kronor per grant; in 2016.
INDUSTRIES = (
    ("25620", (30, 96), (0.60, 0.62), 310_000),
    ("43210", (26, 66), (0.55, 0.58), 240_000),
    ("62010", (34, 52), (0.60, 0.60), 260_000),
    ("47710", (54, 36), (0.34, 0.36), 90_000),
    ("56100", (40, 26), (0.38, 0.40), 110_000),
    ("96021", (42, 24), (0.35, 0.40), 70_000),
    ("90010", (9, 6), (0.35, 0.34), 80_000),
)
# What is different in 2018: a larger share is granted in retail, restaurants and services, and a smaller one elsewhere.
OPENED = {"47710": 0.16, "56100": 0.14, "96021": 0.16, "90010": 0.1}
MUNICIPALITIES = ("Exempelköping", "Provsund", "Testås")
GRANTS = ("Investeringsstöd", "Såddfinansiering")


def write(folder: Path, name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write one file: semicolons, decimal commas, and the mark in its last column."""
    with (folder / f"{name}_simulerad.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow([*headings, "Simulerad"])
        writer.writerows([*(_cell(value) for value in row), MARK] for row in rows)


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace(".", ",") if isinstance(value, float) else str(value)


def applications(rng: np.random.Generator) -> Iterable[tuple[object, ...]]:
    """One row per application, in the order of their dates, as the register would export them."""
    rows: list[list[object]] = []
    for year in (2016, 2018):
        for code, numbers, shares, kronor in INDUSTRIES:
            for sex, count, share in zip(("Kvinna", "Man"), numbers, shares, strict=True):
                opened = OPENED.get(code, -0.06) if year == 2018 else 0.0
                granted = round(count * (share + opened))
                for number in range(count):
                    rows.append(_application(rng, year, code, sex, kronor, is_granted=number < granted))
        for sex, count in (("Gemensam", 14), ("", 10)):
            for number in range(count):
                code = INDUSTRIES[number % len(INDUSTRIES)][0]
                rows.append(_application(rng, year, code, sex, 150_000, is_granted=number % 2 == 0))
    rows.sort(key=lambda row: str(row[5]))
    for number, row in enumerate(rows, start=1):
        row[0], row[1] = f"SIM-{number:04d}", f"PÅHITTAT-{number:04d}"
        if number % 33 == 0:
            row[8], row[7] = "Återkallad", ""
    return (tuple(row) for row in rows)


def _application(
    rng: np.random.Generator, year: int, code: str, sex: str, kronor: float, *, is_granted: bool
) -> list[object]:
    got = 1000 * round(kronor * float(rng.uniform(0.6, 1.4)) / 1000)
    sought = 1000 * round(got * float(rng.uniform(1.05, 1.6)) / 1000)
    date = f"{year}-{int(rng.integers(1, 13)):02d}-{int(rng.integers(1, 29)):02d}"
    municipality, grant = (names[int(rng.integers(len(names)))] for names in (MUNICIPALITIES, GRANTS))
    decision, amount = ("Bifall", got) if is_granted else ("Avslag", 0)
    return ["", "", code, sex, municipality, date, sought, amount, decision, grant]


def bodies() -> Iterable[tuple[object, ...]]:
    """Bodies, posts and numbers of women and men in two terms."""
    counts = {
        "Regional utvecklingsnämnd": (
            ("Politik", "Ordförande", (0, 1), (1, 0)),
            ("Politik", "Ledamot", (6, 7), (6, 7)),
        ),
        "Strukturfondspartnerskap": (("Politik", "Ordförande", (0, 1), (0, 1)), ("Politik", "Ledamot", (8, 8), (9, 7))),
        "Samråd för transportplan": (
            ("Tjänst", "Ordförande", (0, 1), (0, 1)),
            ("Tjänst", "Ledamot", (3, 9), (5, 7)),
            ("Tjänst", "Ersättare", (6, 6), (6, 6)),
        ),
        "Beredning av företagsstöd": (("Tjänst", "Ordförande", (1, 0), (1, 0)), ("Tjänst", "Ledamot", (5, 3), (4, 4))),
    }
    for place, year in enumerate((2015, 2019)):
        for body, posts in counts.items():
            for level, post, *terms in posts:
                yield body, level, post, year, *terms[place], "påhittat"


def plan(*, adopted: bool) -> Iterable[tuple[object, ...]]:
    """Objects of a plan with a frame of 896 million kronor: the draft, and what was adopted."""
    million = {
        "Väg, framkomlighet": ((210, 150, 65), (180, 130, 55)),
        "Väg, säkerhet": ((60, 40), (55, 40)),
        "Gång och cykel": ((90, 70), (120, 109)),
        "Kollektivtrafik": ((70, 25), (86, 45)),
        "Järnväg, medfinansiering": ((116,), (76,)),
    }
    for kind, versions in million.items():
        for number, cost in enumerate(versions[adopted], start=1):
            yield f"{kind}, påhittat objekt {number}", kind, cost, 2018 + number, 2021 + number


def journeys() -> Iterable[tuple[object, ...]]:
    """Women's part of the journeys, lowest and highest, per kind of measure; nobody has measured it."""
    ranges = {
        "Väg, framkomlighet": (32, 42),
        "Väg, säkerhet": (38, 48),
        "Gång och cykel": (45, 55),
        "Kollektivtrafik": (52, 64),
        "Järnväg, medfinansiering": (42, 56),
    }
    for kind, (low, high) in ranges.items():
        yield kind, low, high, "påhittat, inga uppgifter om länet har hittats", "simulerad"


def strategy() -> Iterable[tuple[object, ...]]:
    """A strategy of five goals, some of which lack what a goal needs."""
    lead, plan_lead = "Tillväxtchefen", "Infrastrukturchefen"
    yield (
        *("Kvinnor och män beviljas stöd lika ofta i varje bransch", "Skriv skäl för branschskillnader"),
        *("Andel beviljade ansökningar", "procent", 2016, 35, 50, 2020, 48, 50, lead, 0),
    )
    yield (
        *("Fler branscher når stöden", "Bjud in genom fler branschers nätverk"),
        *("Inbjudna till informationsmöten", "antal", 2016, 40, 90, 2020, 80, 90, lead, 150_000),
    )
    yield (
        *("Fler branscher når stöden", "Rådgivning i fler kommuner"),
        *("Rådgivningstimmar", "timmar", 2016, 300, 620, 2020, 500, 620, lead, 400_000),
    )
    yield (
        *("Transportplanen ska beakta jämställdhet", "Jämställdhetskonsekvensbedömning"),
        *("Platser i samrådet", "antal", 2015, 3, 10, 2020, 6, 7, plan_lead, 80_000),
    )
    yield ("Länet ska vara jämställt", None, None, None, None, None, None, None, None, None, None, None)
    yield (
        *("Trygga resor för alla", "Belysning vid hållplatser", "Andel som känner sig trygga på kvällen"),
        *("procent", 2016, 54, None, 2020, 70, None, None, 2_000_000),
    )


def adopted_strategy() -> Iterable[tuple[object, ...]]:
    """The strategy as it was revised: the vague goal has gone, one goal is whole, and a new one has no owner yet."""
    yield from list(strategy())[:4]
    yield (
        *("Trygga resor för alla", "Belysning vid hållplatser", "Andel som känner sig trygga på kvällen"),
        *("procent", 2016, 54, 78, 2020, 70, 80, "Trafikchefen", 2_000_000),
    )
    yield (
        *("Kvinnor och män utbildar sig till bristyrken", "Studiebesök i båda riktningarna"),
        *("Sökande till bristyrken", "antal", 2016, 120, 310, 2020, 200, 320, None, None),
    )


def followed() -> Iterable[tuple[object, ...]]:
    """What was counted in the years since."""
    values = {
        "Andel beviljade ansökningar": ((2016, 35, 50), (2017, 38, 50), (2018, 43, 49)),
        "Inbjudna till informationsmöten": ((2016, 40, 90), (2017, 52, 92), (2018, 66, 91)),
        "Rådgivningstimmar": ((2016, 300, 620), (2017, 290, 640), (2018, 330, 650)),
        "Platser i samrådet": ((2018, 5, 8),),
    }
    for indicator, years in values.items():
        for year, k, m in years:
            yield indicator, year, k, m, "påhittat"


def of_which() -> Iterable[tuple[object, ...]]:
    """A table with *därav kvinnor*, to be made right."""
    yield from (("Investeringsstöd", 120, 28, 6), ("Såddfinansiering", 64, 29, 3), ("Konsultcheckar", 45, 19, 0))


def ages() -> Iterable[tuple[object, ...]]:
    """Managers by sex and age: even in all, and not in every age."""
    counts = {"–34 år": (42, 30), "35–49 år": (75, 70), "50–64 år": (48, 82), "65– år": (5, 13)}
    yield from (("Chefer", age, women, men) for age, (women, men) in counts.items())


def documents() -> Iterable[tuple[object, ...]]:
    """Steering documents of several years, to be laid beside the goals."""
    yield from (
        ("Regional utvecklingsstrategi, påhittad", 2011),
        ("Länsstrategi för jämställdhet, påhittad", 2014),
        ("Handlingsplan för företagsstöd, påhittad", 2016),
        ("Länstransportplan, påhittad", 2018),
        ("Kompetensstrategi, påhittad", 2022),
    )


def advised() -> Iterable[tuple[object, ...]]:
    """Those who got advice, by background: even in all, and not among those who were born abroad."""
    yield from (("Rådgivning", "Inrikes född", 96, 110, 2), ("Rådgivning", "Utrikes född", 18, 46, 1))


def make(folder: Path = FOLDER) -> None:
    """Write every file of the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "SIMULERAD.txt").write_text(NOTICE, encoding="utf-8")
    register = ("Diarienummer", "Organisationsnummer", "SNI-kod", "Ledarens kön", "Kommun", "Beslutsdatum")
    write(
        folder,
        "ansokningar",
        (*register, "Sökt belopp", "Beviljat belopp", "Beslut", "Stödform"),
        applications(np.random.default_rng(SEED)),
    )
    write(folder, "organ", ("Organ", "Nivå", "Uppdrag", "År", "Kvinnor", "Män", "Källa"), bodies())
    objects = ("Objekt", "Åtgärdstyp", "Mkr", "Startår", "Slutår")
    write(folder, "planobjekt", objects, plan(adopted=False))
    write(folder, "planobjekt_antagen", objects, plan(adopted=True))
    write(
        folder,
        "resande",
        ("Åtgärdstyp", "Kvinnor lägst procent", "Kvinnor högst procent", "Källa", "Säkerhet"),
        journeys(),
    )
    ends = ("Startår", "Start kvinnor", "Start män", "Målår", "Mål kvinnor", "Mål män")
    heads = ("Mål", "Åtgärd", "Indikator", "Enhet", *ends, "Ansvarig", "Budget")
    write(folder, "strategi", heads, strategy())
    write(folder, "strategi_antagen", heads, adopted_strategy())
    write(folder, "uppfoljning", ("Indikator", "År", "Kvinnor", "Män", "Källa"), followed())
    write(folder, "darav", ("Stöd", "Totalt", "Därav kvinnor", "Okänt"), of_which())
    write(folder, "styrdokument", ("Dokument", "År"), documents())
    write(folder, "radgivning", ("Insats", "Bakgrund", "Kvinnor", "Män", "Okänt"), advised())
    write(folder, "chefer_alder", ("Vad", "Ålder", "Kvinnor", "Män"), ages())


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    print("Klart")
