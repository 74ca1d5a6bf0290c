"""What the simulation came to: the figures that the README states, computed without the library's own statistics."""

from __future__ import annotations

import numpy as np
import pandas as pd
from exporters import Stored

from kunskap.bank import DONT_KNOW, SKIP
from kunskap.design import Design


def right_and_dont_know(stored: Stored) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All right (0/1) and don't know (0/1) per completed sitting and knowledge item that all are shown."""
    table = stored.sittings[stored.sittings["completed_at"].notna()]
    for_some = stored.bank.forms[stored.form].shown_to
    right, unsure = {}, {}
    for item in stored.items:
        if not item.is_knowledge or item.id in for_some:
            continue
        if item.type == "multiple":
            ticks = table[list(item.columns)].astype("float64")
            wanted = np.array([float(option_id in item.key) for option_id in item.option_ids])
            right[item.id] = (ticks == wanted).all(axis=1).astype("float64").where(ticks.notna().all(axis=1))
            unsure[item.id] = ticks[f"{item.id}.{DONT_KNOW}"]
        else:
            answer = table[item.id].astype("object")
            right[item.id] = answer.isin(item.key).astype("float64").where(answer.notna())
            unsure[item.id] = (answer == DONT_KNOW).astype("float64").where(answer.notna())
    return pd.DataFrame(right), pd.DataFrame(unsure)


def alpha(right: pd.DataFrame) -> float:
    """Cronbach's alpha of those who were shown every item."""
    whole = right.dropna()
    k = whole.shape[1]
    return float(k / (k - 1) * (1 - whole.var(ddof=1).sum() / whole.sum(axis=1).var(ddof=1)))


def dont_know_gap(stored: Stored, right: pd.DataFrame, unsure: pd.DataFrame) -> float:
    """Women's minus men's share of don't know, among people with the same number of right answers.

    The gap within each number of right answers, weighted by its harmonic number of women and men.
    """
    sex = stored.sittings.loc[right.index, "sex"].astype("object")
    table = pd.DataFrame({"sex": sex, "right": right.sum(axis=1), "unsure": unsure.mean(axis=1)})
    cells = table[table["sex"].isin(["k", "m"])].groupby(["right", "sex"])["unsure"].agg(["mean", "size"]).unstack()
    cells = cells.dropna()
    women, men = cells[("size", "k")], cells[("size", "m")]
    weight = women * men / (women + men)
    return float(((cells[("mean", "k")] - cells[("mean", "m")]) * weight).sum() / weight.sum())


def linked_share(first: Stored, second: Stored) -> float:
    """The share of the second wave's completed sittings whose code also stands in the first wave."""
    earlier = {code for code in first.codes.values() if code}
    complete = second.sittings.loc[second.sittings["completed_at"].notna(), "sitting_id"]
    return float(np.mean([second.codes[sitting] in earlier for sitting in complete]))


def figures_table(waves: dict[str, Stored], *, design: Design) -> str:
    """The achieved figures as a Markdown table in Swedish."""
    columns = {wave: _figures(stored, design=design) for wave, stored in waves.items()}
    columns["2016"]["Andel kopplade till förra omgången"] = "–"
    columns["2018"]["Andel kopplade till förra omgången"] = _percent(linked_share(waves["2016"], waves["2018"]))
    lines = ["| | " + " | ".join(waves) + " |", "|---|" + "---|" * len(waves)]
    lines += [f"| {name} | " + " | ".join(columns[wave][name] for wave in waves) + " |" for name in columns["2016"]]
    return "\n".join(lines) + "\n"


def _figures(stored: Stored, *, design: Design) -> dict[str, str]:
    sittings = stored.sittings
    complete = sittings[sittings["completed_at"].notna()]
    right, unsure = right_and_dont_know(stored)
    role = complete["role"].astype("object")
    kind = complete["orgtype"].astype("object")
    neither = ~complete["sex"].isin(["k", "m"])
    skipped = pd.DataFrame({name: complete[name] == SKIP for name in right.columns if name in complete}).mean().mean()
    total = right.mean(axis=1)
    persons = int(design.population["persons"].sum())
    return {
        "Påbörjade svar": str(len(sittings)),
        "Fullständiga svar": str(len(complete)),
        "Påbörjade, av hela ramen": _percent(len(sittings) / persons),
        "Fullständiga, av hela ramen": _percent(len(complete) / persons),
        "Regionpolitiker": str(int(((role == "pol") & (kind == "reg")).sum())),
        "Kommunpolitiker": str(int(((role == "pol") & (kind == "kom")).sum())),
        "Tjänstepersoner": str(int((role == "tjm").sum())),
        "Annat eller vill inte uppge, politiker": str(int((neither & (role == "pol")).sum())),
        "Annat eller vill inte uppge, tjänstepersoner": str(int((neither & (role == "tjm")).sum())),
        "Andel rätt per fråga, lägst–högst": _span(right.mean()),
        "Andel rätt, medel": _percent(float(total.mean())),
        "Andel rätt, politiker / tjänstepersoner": " / ".join(
            _percent(float(total[role == each].mean())) for each in ("pol", "tjm")
        ),
        "Andel vet ej per fråga, lägst–högst": _span(unsure.mean()),
        "Vet ej, kvinnor minus män vid lika många rätt": _points(dont_know_gap(stored, right, unsure)),
        "Andel överhoppade": _percent(float(skipped)),
        "Alfa, kunskapsfrågorna": _decimal(alpha(right)),
    }


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _points(share: float) -> str:
    return f"{100 * share:.1f} procentenheter".replace(".", ",")


def _decimal(number: float) -> str:
    return f"{number:.2f}".replace(".", ",")


def _span(shares: pd.Series) -> str:
    return f"{_percent(float(shares.min()))} – {_percent(float(shares.max()))}"
