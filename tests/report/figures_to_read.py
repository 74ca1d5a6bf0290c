"""Figures that go clearly, go the other way, say nothing or are hidden, and what each rule makes of them."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from kunskap.bank import Bank
from kunskap.disclosure import Released, read_policy, release
from kunskap.report.readings import Reading, comparison_reading, role_reading, sex_reading
from kunskap.report.readings import of_change as change
from kunskap.report.readings import of_knowledge as knowledge
from kunskap.report.readings import of_views as views
from kunskap.report.readings.of_needs import need_reading
from kunskap.report.readings.of_work import work_reading
from kunskap.tables import estimates
from kunskap.words import Words

NAMED = {"before": "2016", "after": "2018"}
MISSING = float("nan")


def figure(estimate: float, half: float = 0.05, **more: object) -> pd.Series:
    return pd.Series({"estimate": estimate, "low": estimate - half, "high": estimate + half, "n": 80, **more})


MORE, LESS, UNSURE, HIDDEN = figure(0.2), figure(-0.2), figure(0.02), figure(MISSING)


def under_both(first: float, second: float, option: str = "k-m") -> pd.DataFrame:
    return pd.DataFrame([figure(first, option=option), figure(second, option=option)])


def scores_by(by: str, first: float, second: float, *, n: int, claimed: float | None = None) -> Released:
    """Two groups' means through the real gate; with `claimed` the table of the two rules for don't know."""
    levels = {"sex": ("k", "m"), "role": ("pol", "tjm")}[by]
    rows: list[dict[str, object]] = []
    for scale in ["total", "total_chance"] if claimed is not None else ["total"]:
        common = {"universe": "all", "scale": scale, "unit": "share"}
        keys = tuple(f"mean|all|{scale}||{by}={level}" for level in levels)
        rows += [
            common | {by: level, "statistic": "mean", "n": n, "estimate": mean, "se": 0.02,
                      "low": mean - 0.04, "high": mean + 0.04}
            for level, mean in zip(levels, (first, second), strict=True)
        ]  # fmt: skip
        gap = first - second
        about = common | {"option": "-".join(levels), "n": 2 * n, "inputs": keys}
        rows.append(about | {"statistic": "difference", "estimate": gap, "low": gap - 0.05, "high": gap + 0.05})
        if claimed is not None and scale == "total_chance":
            inputs = tuple(f"difference|all|{name}|{'-'.join(levels)}|" for name in ("total", "total_chance"))
            rows.append(
                about | {"scale": "total", "statistic": "claimed", "unit": "flag", "estimate": claimed,
                         "inputs": inputs}
            )  # fmt: skip
    name = "dont_know_rules" if claimed is not None else f"total_by_{by}"
    return release({name: estimates(rows, by=[by])}, policy=read_policy())


def items_table(change_of: float, p: float) -> pd.DataFrame:
    about = {"item": "goals01", "sex": "k", "n": 60}
    return pd.DataFrame(
        [
            about | {"statistic": "difference", "estimate": change_of},
            about | {"statistic": "p_holm", "estimate": p},
        ]
    )


def linking_table(linked: float, moved: float = 0.0) -> pd.DataFrame:
    rows = [("linked", linked), ("moved", moved)]
    return pd.DataFrame(
        [{"statistic": "share", "wave": "2016", "option": name, "estimate": share, "n": 90} for name, share in rows]
    )


def shares_of(shares: dict[str, float], *, item: str = "", n: int = 100) -> pd.DataFrame:
    """Answer → share, as the gate lets them out; a missing one is hidden."""
    about: dict[str, object] = {"statistic": "share", "universe": "all", "item": item, "n": n}
    counts = {option: pd.NA if pd.isna(share) else round(n * share) for option, share in shares.items()}
    return pd.DataFrame(
        [figure(share, option=option, count=counts[option], **about) for option, share in shares.items()]
    )


def knowledge_table(first: float, second: float, *, dk: float = 0.3, wrong: float = 0.1) -> pd.DataFrame:
    one, other = {"right": first, "wrong": wrong, "dk": dk}, {"right": second, "wrong": 0.1, "dk": 0.1}
    return pd.concat([shares_of(one, item="goals01"), shares_of(other, item="goals03")])


def response_table(first: float, second: float) -> pd.DataFrame:
    row = {"statistic": "response_rate", "universe": "all", "n": 100, "count": 60}
    return pd.DataFrame([row | {"role": "pol", "estimate": first}, row | {"role": "tjm", "estimate": second}])


def compared_table(
    did: float, adjusted: float, *, before: float = 0.5, n: int = 60, chance: bool = True, half: float = 0.05
) -> pd.DataFrame:
    """Two groups' means before, and the difference between their changes by both ways of counting."""
    about: dict[str, object] = {"universe": "all", "wave": None, "course": None, "option": "yes-no"}
    rows = [
        figure(did if way == "difference_in_differences" else adjusted, half, statistic=way, scale=scale, **about)
        for scale in (["total", "total_chance"] if chance else ["total"])
        for way in ("difference_in_differences", "adjusted_difference")
    ]
    means = {"yes": before, "no": 0.5}
    rows += [
        figure(mean, statistic="mean", scale="total", course=level, wave="2016", universe="all", option=None, n=n)
        for level, mean in means.items()
    ]
    return pd.DataFrame(rows)[["course", "wave", "universe", "scale", "option", "statistic", "n", *FIGURES]]


FIGURES = ("estimate", "low", "high")


def followed_table(first: float = 0.7, second: float = 0.7) -> pd.DataFrame:
    row = {"statistic": "share", "wave": "2016", "option": "linked"}
    return pd.DataFrame([row | {"course": "yes", "estimate": first}, row | {"course": "no", "estimate": second}])


def plan_row(verdict: str) -> pd.Series:
    told = {"role": "pol", "module": "statistics", "verdict": verdict, "item": "ability01", "option": "support"}
    return pd.Series(told | {"n": 60, "estimate": 0.7, "low": 0.6, "high": 0.8})


def work_line(before: float, after: float, *, hidden: bool = False, half: float | None = None) -> dict[str, object]:
    line: dict[str, object] = {
        "part": "representation", "what": "Ordförande: andel av platserna", "who": "Kvinnor", "levels": {"sex": "k"},
        "unit": "share", "hidden": hidden, "count_before": 4, "count_after": 5, "n_before": 10, "n_after": 10,
        "before": before, "after": after, "change": after - before,
    }  # fmt: skip
    ends = {f"{name}_{end}": MISSING for name in ("before", "after", "change") for end in ("low", "high")}
    if half is not None:
        line |= {"n_before": pd.NA, "n_after": pd.NA, "count_before": pd.NA, "count_after": pd.NA}
        for name in ("before", "after", "change"):
            value = float(str(line[name]))
            ends |= {f"{name}_low": value - half, f"{name}_high": value + half}
    return line | ends


NEITHER = (MISSING, MISSING)
ON_SCALE = {"never": 0.05, "rare": 0.05, "some": 0.1, "often": 0.4, "all": 0.4, "dk": 0.0}


def rated_table(case: str) -> pd.DataFrame:
    shares = dict(ON_SCALE)
    if case == "contrary":
        shares = dict(zip(shares, reversed(shares.values()), strict=True)) | {"dk": 0.0, "never": 0.8}
    if case == "unclear":
        shares |= {"some": 0.5, "often": 0.2, "all": 0.2}
    if case == "hidden":
        shares |= {"never": MISSING}
    return pd.concat([shares_of(shares, item="practice01"), shares_of(shares, item="practice02")])


def ask(rule: str, case: str, bank: Bank, words: Words) -> Reading | None:
    row = {"clear": MORE, "contrary": LESS, "unclear": UNSURE, "hidden": HIDDEN}[case]
    said = {"words": words, "named": NAMED}
    share = {"clear": 0.7, "contrary": 0.3, "unclear": 0.52, "hidden": MISSING}[case]
    value = {"clear": (0.2, 0.15), "contrary": (-0.2, -0.15), "unclear": (0.2, 0.01), "hidden": (MISSING, 0.1)}[case]
    claimed = pd.Series([MISSING if case == "hidden" else float(case != "unclear")])
    rules: dict[str, Callable[[], Reading | None]] = {
        "everyone": lambda: change.change_reading("everyone", row, **said),
        "same": lambda: change.change_reading("same", row, **said),
        "of_role": lambda: change.role_change_reading("pol", row, bank=bank, **said),
        "attrition": lambda: change.change_reading("attrition", row, **said),
        "both": lambda: change.agreement_reading(
            MORE if case == "contrary" else row, {"contrary": LESS}.get(case, row), words=words
        ),
        "group": lambda: change.claimed_reading("sex-k", under_both(*value), claimed, group="Kvinnor", **said),
        "apart": lambda: change.apart_reading(under_both(*value), claimed, bank=bank, words=words),
        "items": lambda: change.items_reading(
            items_table(-0.3 if case == "contrary" else 0.3, {"unclear": 0.4, "hidden": MISSING}.get(case, 0.01)),
            bank=bank, **said,
        ),
        "linked": lambda: change.linked_reading(
            linking_table({"clear": 0.6, "hidden": MISSING}.get(case, 0.2), 0.3 if case == "contrary" else 0.0), **said
        ),
        "scale": lambda: change.scale_reading("attitudes", row, bank=bank, **said),
        "need": lambda: need_reading(
            plan_row({"clear": "clear", "contrary": "mixed", "unclear": "unsure", "hidden": "hidden"}[case]),
            titles={"statistics": "Könsuppdelad statistik"}, bank=bank, words=words,
        ),
        "work": lambda: work_reading(
            work_line(0.4, {"clear": 0.5, "contrary": 0.3}.get(case, 0.4), hidden=case == "hidden"), words=words
        ),
        "response": lambda: knowledge.response_reading(
            response_table(*{"clear": (0.6, 0.7), "contrary": (0.2, 0.3), "unclear": (0.6, 0.3)}.get(case, NEITHER)),
            bank=bank, words=words,
        ),
        "total": lambda: knowledge.total_reading(figure(share), words=words),
        "extremes": lambda: knowledge.extremes_reading(
            knowledge_table(*{"clear": (0.8, 0.3), "contrary": (0.3, 0.2), "unclear": (0.6, 0.58)}.get(case, NEITHER)),
            bank=bank, words=words,
        ),
        "dont_know": lambda: knowledge.dont_know_reading(
            knowledge_table(0.3, MISSING, dk=0.3, wrong={"clear": 0.1, "contrary": 0.5}.get(case, 0.3))
            if case != "hidden" else shares_of({"dk": MISSING, "wrong": 0.2}, item="goals01"),
            bank=bank, words=words,
        ),
        "spread": lambda: knowledge.spread_reading(
            shares_of({"0-2": 0.1, "3-5": 0.9 - share, "6-8": share / 2, "9-12": share / 2}),
            id="spread-k", group="kvinnor", words=words,
        ),
        "rated": lambda: views.rated_reading(
            "practice", rated_table(case), items=[bank.items["practice01"], bank.items["practice02"]],
            bank=bank, words=words,
        ),
        "chosen": lambda: views.chosen_reading(
            bank.items["support01"], shares_of({"stats": share, "cases": 0.1}, item="support01")
            if case != "hidden" else shares_of({"stats": MISSING}), bank=bank, words=words,
        ),
        "coded": lambda: views.coded_reading(
            bank.items["understanding01"],
            shares_of({"yes": share}, item="understanding01.structures"),
            labels={"understanding01.structures": "Strukturer"}, bank=bank, words=words,
        ),
        "together": lambda: next(
            views.together_readings(
                pd.DataFrame([{**row, "statistic": "rank_correlation", "role": "pol", "option": "ability"}]),
                bank=bank, words=words,
            )
        ),
        "protected": lambda: knowledge.protected_reading(
            {"clear": 0, "contrary": 6, "unclear": 2, "hidden": 9}[case], 9, words=words
        ),
        "compared": lambda: comparison_reading(
            compared_table(row["estimate"], row["estimate"]), linking=followed_table(), words=words
        ),
        "sex": lambda: sex_reading(
            scores_by("sex", 0.5, {"clear": 0.4, "contrary": 0.6}.get(case, 0.5), n=3 if case == "hidden" else 80,
                      claimed=float(case != "unclear")),
            bank=bank, words=words,
        ),
        "role": lambda: role_reading(
            scores_by("role", 0.5, {"clear": 0.4, "contrary": 0.6}.get(case, 0.5), n=3 if case == "hidden" else 80),
            bank=bank, words=words,
        ),
    }  # fmt: skip
    return rules[rule]()
