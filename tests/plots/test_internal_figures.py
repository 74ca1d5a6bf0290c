"""Figures of how the items work, what silence can mean, and groups: as released, in words and to the eye."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from kunskap import plots
from kunskap.bank import Bank, read_bank
from kunskap.disclosure import Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.tables import estimates
from kunskap.words import Words, read_words
from tests.test_plots import text_faults

ITEM = "transport01"
PARTS = ("lower", "middle", "upper")
ITEMS = ("goals01", "mainstreaming01", "statistics01")
Row = dict[str, object]


@pytest.fixture(scope="module")
def bank() -> Bank:
    return read_bank()


@pytest.fixture(scope="module", params=["sv", "en"])
def words(request: pytest.FixtureRequest) -> Words:
    return read_words(language=request.param)


def item_analysis(bank: Bank, *, upper: int = 40) -> list[Row]:
    """Thirds of one item, and alpha without each of three."""
    start: Row = {"universe": "all", "item": ITEM, "unit": "share"}
    sizes = {"lower": 40, "middle": 40, "upper": upper}
    counts = {option: (4, 8, 1) for option in bank.items[ITEM].option_ids} | {bank.items[ITEM].key[0]: (10, 20, 36)}
    rows: list[Row] = [
        start
        | {"option": option, "statistic": f"share_{part}_third", "count": min(count, sizes[part]), "n": sizes[part]}
        | {"estimate": min(count, sizes[part]) / sizes[part]}
        for option, own in counts.items()
        for part, count in zip(PARTS, own, strict=True)
    ]
    alpha: Row = {"universe": "all", "unit": "coefficient", "n": 120}
    rows += [
        alpha
        | {"item": item, "statistic": "alpha_if_deleted", "estimate": value, "low": value - 0.1, "high": value + 0.1}
        for item, value in zip(ITEMS, (0.51, 0.49, 0.58), strict=True)
    ]
    return [*rows, alpha | {"scale": "total", "statistic": "alpha", "estimate": 0.55, "low": 0.4, "high": 0.65}]


def internal(rows: list[Row], *, table: str = "item_analysis", view: str = "internal") -> Released:
    return release({table: estimates(rows)}, policy=read_policy(), view=view, simulated=True)


def dif(*, first: float = -1.7) -> list[Row]:
    start: Row = {"universe": "all", "statistic": "mh_delta", "unit": "delta", "option": "k-m", "n": 240}
    return [
        start | {"item": item, "estimate": value, "low": value - 0.9, "high": value + 0.9}
        for item, value in zip(ITEMS, (first, 0.2, 0.9), strict=True)
    ]


def knowledge(*, n: int = 60) -> Released:
    rows: list[Row] = []
    for item, count in zip(ITEMS, (30, 42, 12), strict=True):
        start: Row = {"universe": "all", "item": item, "unit": "share", "n": n}
        key = f"share|all|{item}|right|"
        rows.append(start | {"option": "right", "statistic": "share", "count": count, "estimate": count / n})
        rows.append(start | {"option": "wrong", "statistic": "share", "count": n - count, "estimate": 1 - count / n})
        rows += [
            start | {"option": "right", "statistic": name, "count": count, "estimate": value, "inputs": (key,)}
            for name, value in (("bound_low", count / 100), ("bound_high", (count + 100 - n) / 100))
        ]
    return release({"knowledge": estimates(rows)}, policy=read_policy(), simulated=True)


def group_rows(*, women_officials: int = 30) -> Released:
    start: Row = {"universe": "all", "scale": "total", "statistic": "mean", "unit": "share", "se": 0.03}
    cells = {("tjm", "m"): (35, 21.0), ("tjm", "k"): (women_officials, 0.59 * women_officials),
             ("pol", "m"): (35, 17.0), ("pol", "k"): (40, 20.5)}  # fmt: skip
    sexes, roles = ("k", "m"), ("tjm", "pol")
    groups: list[tuple[Row, list[tuple[int, float]]]] = [
        *(({"sex": sex}, [cells[role, sex] for role in roles]) for sex in sexes),
        *(({"role": role}, [cells[role, sex] for sex in sexes]) for role in roles),
        *(({"role": role, "sex": sex}, [cells[role, sex]]) for role in roles for sex in reversed(sexes)),
    ]
    rows = []
    for own, parts in groups:
        n = sum(size for size, _ in parts)
        mean = sum(points for _, points in parts) / n
        rows.append(own | start | {"n": n, "estimate": mean, "low": mean - 0.06, "high": mean + 0.06})
    return release({"groups": estimates(rows, by=["sex", "role"])}, policy=read_policy(), simulated=True)


def test_the_key_comes_first_and_every_third_is_told(bank: Bank) -> None:
    swedish = read_words(language="sv")
    drawing = plots.options_by_thirds(internal(item_analysis(bank)), bank=bank, words=swedish, item=ITEM)
    key = bank.label(ITEM, bank.items[ITEM].key[0], "sv")
    first, second = drawing.alt.split(". ")[1:3]
    told = "lägsta tredjedelen 25\xa0%, mellersta tredjedelen 50\xa0%, högsta tredjedelen 90\xa0%"
    assert first == f"{key} ✓ rätt svar: {told}"
    assert "10\xa0%" in second and "2\xa0%" in second
    axes = drawing.figure.axes[0]
    longest = max(patch.get_width() for patch in axes.patches)
    assert longest == pytest.approx(0.9)


def test_a_small_third_is_hidden_in_words_and_not_drawn(bank: Bank) -> None:
    swedish = read_words(language="sv")
    drawing = plots.options_by_thirds(internal(item_analysis(bank, upper=5)), bank=bank, words=swedish, item=ITEM)
    assert "högsta tredjedelen dolt (för få)" in drawing.alt
    assert "Streckad" in plots.svg(drawing)


def test_alpha_without_each_item_stands_against_alpha(bank: Bank) -> None:
    swedish = read_words(language="sv")
    drawing = plots.item_intervals(internal(item_analysis(bank)), words=swedish, statistic="alpha_if_deleted")
    assert "statistics01 0,58 (0,48 till 0,68)" in drawing.alt
    dashed = [line for line in drawing.figure.axes[0].lines if line.get_linestyle() not in ("-", "None")]
    assert [line.get_xdata()[0] for line in dashed] == [pytest.approx(0.55)]


def test_items_that_work_unalike_are_seen_against_what_is_negligible() -> None:
    swedish = read_words(language="sv")
    shown = internal(dif(), table="dif")
    drawing = plots.item_intervals(shown, words=swedish, statistic="mh_delta", table="dif", groups="kvinnor och män")
    assert "kvinnor och män" in plots.svg(drawing) and "goals01 −1,70 (−2,60 till −0,80)" in drawing.alt
    low, high = drawing.figure.axes[0].get_xlim()
    assert low <= -2.6 and high >= 1.8


def test_bounds_are_drawn_from_the_released_rows() -> None:
    drawing = plots.nonresponse_bounds(knowledge(), words=read_words(language="sv"))
    assert "goals01 50\xa0% (30–70)" in drawing.alt and "statistics01 20\xa0% (12–52)" in drawing.alt
    (line, *_) = drawing.figure.axes[0].collections
    assert line.get_segments()[0][:, 0].tolist() == pytest.approx([0.3, 0.7])


def test_groups_stand_in_the_banks_order_with_women_and_men_beside_one_another(bank: Bank) -> None:
    drawing = plots.group_means(group_rows(), bank=bank, words=read_words(language="sv"))
    order = ["Kvinnor 5", "Män 5", "Politiker 5", "Tjänstepersoner 6", "Politiker, kvinnor", "Politiker, män",
             "Tjänstepersoner, kvinnor", "Tjänstepersoner, män"]  # fmt: skip
    places = [drawing.alt.index(text) for text in order]
    assert places == sorted(places)
    points = [found for found in drawing.figure.axes[0].collections if isinstance(found, PathCollection)]
    shapes = [len(found.get_paths()[0].vertices) for found in points]
    assert shapes == [shapes[0], shapes[1]] * 4  # women and men have one marker each, in every role
    assert shapes[0] != shapes[1]


def test_a_group_that_is_hidden_is_framed_and_said(bank: Bank) -> None:
    drawing = plots.group_means(group_rows(women_officials=5), bank=bank, words=read_words(language="sv"))
    assert "Tjänstepersoner, kvinnor dolt (för få)" in drawing.alt
    assert "59\xa0%" not in drawing.alt


Draw = Callable[[Bank, Words], plots.Drawing]
DRAWINGS: dict[str, Draw] = {
    "thirds": lambda bank, words: plots.options_by_thirds(
        internal(item_analysis(bank)), bank=bank, words=words, item=ITEM
    ),
    "thirds, hidden": lambda bank, words: plots.options_by_thirds(
        internal(item_analysis(bank, upper=5)), bank=bank, words=words, item=ITEM
    ),
    "alpha": lambda bank, words: plots.item_intervals(
        internal(item_analysis(bank)), words=words, statistic="alpha_if_deleted"
    ),
    "dif": lambda bank, words: plots.item_intervals(
        internal(dif(first=-4.3), table="dif"), words=words, statistic="mh_delta", table="dif", groups="kvinnor och män"
    ),
    "bounds": lambda bank, words: plots.nonresponse_bounds(knowledge(), words=words),
    "groups": lambda bank, words: plots.group_means(group_rows(), bank=bank, words=words),
    "groups, hidden": lambda bank, words: plots.group_means(group_rows(women_officials=5), bank=bank, words=words),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_no_text_is_cut_or_covered_and_the_sheet_is_stamped(name: str, bank: Bank, words: Words) -> None:
    drawing = DRAWINGS[name](bank, words)
    assert text_faults(drawing.figure) == []
    markup = plots.svg(drawing)
    assert words("plots.simulated") in markup
    assert (words("plots.internal") in markup) == (name.split(",")[0] in {"thirds", "alpha", "dif"})


def test_what_is_internal_is_refused_elsewhere_and_raw_tables_everywhere(bank: Bank) -> None:
    words = read_words(language="sv")
    public = knowledge()
    with pytest.raises(KunskapError) as refused:
        plots.item_intervals(public, words=words, statistic="alpha_if_deleted", table="knowledge")
    assert refused.value.codes == ("REPORT-05",)
    with pytest.raises(KunskapError) as refused:
        plots.options_by_thirds(public, bank=bank, words=words, item=ITEM, table="knowledge")
    assert refused.value.codes == ("REPORT-05",)
    raw: list[Callable[[pd.DataFrame], object]] = [
        lambda table: plots.nonresponse_bounds(table, words=words),  # type: ignore[arg-type]
        lambda table: plots.group_means(table, bank=bank, words=words),  # type: ignore[arg-type]
        lambda table: plots.item_intervals(table, words=words, statistic="mh_delta"),  # type: ignore[arg-type]
        lambda table: plots.options_by_thirds(table, bank=bank, words=words, item=ITEM),  # type: ignore[arg-type]
    ]
    for draw in raw:
        with pytest.raises(TypeError):
            draw(estimates(dif()))


def test_what_is_not_there_is_told(bank: Bank) -> None:
    words = read_words(language="sv")
    shown = internal(item_analysis(bank))
    for draw in (
        lambda: plots.item_intervals(shown, words=words, statistic="facility"),
        lambda: plots.item_intervals(shown, words=words, statistic="mh_delta"),
        lambda: plots.options_by_thirds(shown, bank=bank, words=words, item="goals01"),
        lambda: plots.nonresponse_bounds(shown, words=words, table="item_analysis"),
        lambda: plots.group_means(shown, bank=bank, words=words, table="item_analysis"),
    ):
        with pytest.raises(KunskapError) as told:
            draw()
        assert told.value.codes == ("REPORT-03",)
