"""A small bank and small answers, made by hand, for the tests of plots and report.

The answers are drawn with a fixed seed; the tables are counted here in the plainest way, so that a fault in an analysis
cannot hide a fault in a figure.
"""

import datetime
import math

import numpy as np
import pandas as pd

from kunskap.bank import Area, Bank, Item, Option, Scale, Source, Variable
from kunskap.tables import estimates

LONG_STEM = (
    "Vilken av följande arbetsordningar beskriver bäst jämställdhetsintegreringsarbetet i det regionala "
    "utvecklingsstrategiarbetet, från grundläggande förståelse till uppföljning av resultaten?"
)
AREAS = {"goals": ("Mål", "Goals"), "influence": ("Makt och inflytande", "Power and influence")}
SCALES = {"ability": ("Det här kan jag", "What I can do"), "practice": ("Så gör vi", "What we do")}


def _texts(swedish, english=None):
    return {"sv": swedish, "en": english or swedish}


def _variable(name, stem, levels, other=None):
    options = tuple(Option(level, _texts(*texts)) for level, texts in levels.items())
    return Variable(name, "single", "quasi_identifier", _texts(stem), options, other)


def knowledge_item(name, area, stem, *, status="trial", english=None):
    options = tuple(Option(option, _texts(text)) for option, text in (("a", "Ja"), ("b", "Nej"), ("dk", "Vet ej")))
    return Item(
        id=name,
        type="single",
        stem=_texts(stem, english),
        options=options,
        area=area,
        level="recall",
        pool="survey",
        status=status,
        key=("a",),
        source=Source("Prop. 2005/06:155 <Makt> & inflytande", "https://www.riksdagen.se/"),
        checked_on=datetime.date(2026, 11, 1),
    )


def rated_item(name, scale, stem, options):
    listed = tuple(Option(option, _texts(*texts), value=value) for option, texts, value in options)
    return Item(
        id=name,
        type="ability",
        stem=_texts(stem),
        options=(*listed, Option("dk", _texts("Vet ej", "Don't know"))),
        scale=scale,
    )


ABILITY = (
    ("can", ("Kan på egen hand", "Can on my own"), 1.0),
    ("data", ("Kan om jag får könsuppdelade data", "Can with data by sex"), 0.5),
    ("meth", ("Kan med metodstöd", "Can with support"), 0.5),
    ("hard", ("Skulle vara svårt", "Would be hard"), 0.0),
)
FREQUENCY = (
    ("alw", ("Alltid", "Always"), 1.0),
    ("often", ("Ofta", "Often"), 0.75),
    ("some", ("Ibland", "Sometimes"), 0.5),
    ("seld", ("Sällan", "Seldom"), 0.25),
    ("nev", ("Aldrig", "Never"), 0.0),
)


def make_bank(*, stem="Vad säger det övergripande jämställdhetspolitiska målet?"):
    items = [
        knowledge_item("goals01", "goals", stem, english="What does the overall goal say?"),
        knowledge_item("goals02", "goals", LONG_STEM, status="active"),
        knowledge_item("infl01", "influence", "Hur stor andel av styrelsens ordförande var kvinnor?"),
        knowledge_item("infl02", "influence", "Vad menas med representation i 4R?"),
        rated_item("abil01", "ability", "Göra en könskonsekvensanalys av ett projektstödsbeslut", ABILITY),
        rated_item("abil02", "ability", "Läsa könsuppdelad statistik", ABILITY),
        rated_item("abil03", "ability", "Formulera jämställdhetsmål i den regionala utvecklingsstrategin", ABILITY),
        rated_item("prac01", "practice", "Vi frågar efter könsuppdelade data", FREQUENCY),
        rated_item("prac02", "practice", "Vi följer upp vem som får tillväxtmedel", FREQUENCY),
    ]
    variables = [
        _variable(
            "sex",
            "Kön",
            {
                "k": ("Kvinna", "Woman"),
                "m": ("Man", "Man"),
                "x": ("Annat", "Other"),
                "u": ("Vill inte uppge", "Prefer not to say"),
            },
            other="x",
        ),
        _variable("role", "Roll", {"pol": ("Politiker", "Politician"), "tjm": ("Tjänsteperson", "Official")}),
    ]
    return Bank(
        version="2026.1-test",
        languages=("sv", "en"),
        areas={name: Area(name, _texts(*texts)) for name, texts in AREAS.items()},
        scales={name: Scale(name, _texts(*texts)) for name, texts in SCALES.items()},
        option_sets={},
        batteries={},
        blueprint={},
        items={item.id: item for item in items},
        variables={variable.id: variable for variable in variables},
        forms={},
    )


def make_answers(bank, *, people=120, seed=7):
    """One row per person: role, sex, an outcome or option per item, and the total 0–1."""
    rng = np.random.default_rng(seed)
    people_table = pd.DataFrame({"role": rng.choice(["pol", "tjm"], people), "sex": rng.choice(["k", "m"], people)})
    knows = []
    for number, item in enumerate(bank.items.values()):
        if item.is_knowledge:
            rows = [
                [0.62 - 0.1 * number, 0.2, 0.15 + 0.1 * number, 0.03]
                if sex == "k"
                else [0.62 - 0.1 * number, 0.27 + 0.1 * number, 0.08, 0.03]
                for sex in people_table["sex"]
            ]
            people_table[item.id] = [rng.choice(["right", "wrong", "dk", "skip"], p=row) for row in rows]
            knows.append(item.id)
        else:
            options = [*item.option_ids, "skip"]
            weights = np.linspace(1, 2, len(options)) * rng.uniform(0.5, 1.5, len(options))
            weights[-2:] *= 0.3
            people_table[item.id] = rng.choice(options, people, p=weights / weights.sum())
    people_table["right"] = people_table[knows].eq("right").sum(axis=1)
    people_table["total"] = people_table["right"] / len(knows)
    return people_table


def share_rows(answers, item_id, options, by=(), *, item=True):
    groups = answers.groupby(list(by)) if by else [((), answers)]
    for levels, group in groups:
        n = len(group)
        for option in options:
            count = int(group[item_id].eq(option).sum())
            share = count / n
            half = 1.96 * math.sqrt(share * (1 - share) / n)
            yield dict(zip(by, levels, strict=True)) | {
                "universe": "all",
                "item" if item else "scale": item_id if item else "total",
                "option": option,
                "statistic": "share",
                "unit": "share",
                "count": count,
                "n": n,
                "estimate": share,
                "se": half / 1.96,
                "low": max(share - half, 0),
                "high": min(share + half, 1),
            }


def _total_table(answers, by, first, second):
    rows, means = [], {}
    for level, group in answers.groupby(by):
        mean, se = group["total"].mean(), group["total"].std() / math.sqrt(len(group))
        means[level] = mean, se
        rows.append(
            {
                by: level,
                "universe": "all",
                "scale": "total",
                "statistic": "mean",
                "unit": "share",
                "n": len(group),
                "estimate": mean,
                "se": se,
                "low": mean - 1.96 * se,
                "high": mean + 1.96 * se,
            }
        )
    gap = means[first][0] - means[second][0]
    se = math.hypot(means[first][1], means[second][1])
    inputs = tuple(f"mean|all|total||{by}={level}" for level in (first, second))
    common = {"universe": "all", "scale": "total", "option": f"{first}-{second}", "n": len(answers), "inputs": inputs}
    rows += [
        common
        | {
            "statistic": "difference",
            "unit": "share",
            "estimate": gap,
            "se": se,
            "low": gap - 1.96 * se,
            "high": gap + 1.96 * se,
        },
        common | {"statistic": "hedges_g", "unit": "sd", "estimate": gap / 0.25},
        common | {"statistic": "p_welch", "unit": "p", "estimate": 0.04},
        common | {"statistic": "p_holm", "unit": "p", "estimate": 0.08},
    ]
    return estimates(rows, by=[by])


def make_tables(bank, answers):
    """The tables of an inventory, named as `kunskap.inventory` names them."""
    outcomes = ["right", "wrong", "dk", "skip"]
    knowledge = [item.id for item in bank.items.values() if item.is_knowledge]
    tables = {}
    population = {"pol": 100, "tjm": 90}
    tables["response_rate"] = estimates(
        [
            {
                "role": role,
                "universe": "all",
                "scale": "response",
                "statistic": "response_rate",
                "unit": "share",
                "count": int(answers["role"].eq(role).sum()),
                "n": size,
                "estimate": answers["role"].eq(role).sum() / size,
            }
            for role, size in population.items()
        ],
        by=["role"],
    )
    rows = []
    for item in knowledge:
        rows += share_rows(answers, item, outcomes)
        right = int(answers[item].eq("right").sum())
        for statistic, count in (("bound_low", right), ("bound_high", right + 190 - len(answers))):
            rows.append(
                {
                    "universe": "all",
                    "item": item,
                    "option": "right",
                    "statistic": statistic,
                    "unit": "share",
                    "count": count,
                    "n": 190,
                    "estimate": count / 190,
                    "inputs": (f"share|all|{item}|right|",),
                }
            )
    tables["knowledge"] = estimates(rows)
    for by in ("sex", "role"):
        rows = [row for item in knowledge for row in share_rows(answers, item, outcomes, [by])]
        tables[f"knowledge_by_{by}"] = estimates(rows, by=[by])
    tables["total_by_sex"] = _total_table(answers, "sex", "k", "m")
    tables["total_by_role"] = _total_table(answers, "role", "pol", "tjm")
    bins = pd.cut(answers["right"], [-1, 0, 1, 2, 3, 4], labels=["0-0", "1-1", "2-2", "3-3", "4-4"]).astype("str")
    binned = answers.assign(total_bin=bins)
    for by, name in (("role", "distribution"), ("sex", "distribution_by_sex")):
        rows = share_rows(binned, "total_bin", ["0-0", "1-1", "2-2", "3-3", "4-4"], [by], item=False)
        tables[name] = estimates(rows, by=[by])
    for scale in bank.scales:
        items = [item for item in bank.items.values() if item.scale == scale]
        rows = [row for item in items for row in share_rows(answers, item.id, [*item.option_ids, "skip"])]
        tables[scale] = estimates(rows)
        rows = [row for item in items for row in share_rows(answers, item.id, [*item.option_ids, "skip"], ["role"])]
        tables[f"{scale}_by_role"] = estimates(rows, by=["role"])
    return tables


def make_item_statistics(bank, answers):
    rng = np.random.default_rng(3)
    rows = []
    for item in bank.items.values():
        if item.is_knowledge:
            facility = answers[item.id].eq("right").mean()
            common = {"universe": "all", "item": item.id, "unit": "share", "n": len(answers)}
            rows.append(common | {"statistic": "facility", "estimate": facility})
            rows.append(common | {"statistic": "discrimination", "unit": "r", "estimate": rng.uniform(-0.1, 0.6)})
    return {"item_statistics": estimates(rows)}
