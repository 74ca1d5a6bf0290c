"""What people chose where nothing is right or wrong: the drawing and its words against the released figures."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from kunskap.bank import Bank, read_bank
from kunskap.disclosure import Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.plots import chosen_options, svg
from kunskap.plots.chosen import options_in_order
from kunskap.report.chosen import chosen_figures, scale_note
from kunskap.report.sections import scale_sections
from kunskap.tables import estimates
from kunskap.words import Words, read_words

ITEM, SORTED = "support01", "understanding03"
COUNTS = {
    "k": (40, {"cases": 10, "ask": 30, "none": 4, "dk": 2}),
    "m": (50, {"cases": 25, "ask": 20, "none": 9, "dk": 6}),
}


@pytest.fixture(scope="module")
def bank() -> Bank:
    return read_bank()


@pytest.fixture(scope="module")
def words() -> Words:
    return read_words(language="sv")


def shares(item: str, option: str, count: int, n: int, **groups: str) -> dict[str, object]:
    fixed = {"universe": "all", "item": item, "statistic": "share", "unit": "share"}
    return {**groups, **fixed, "option": option, "count": count, "n": n, "estimate": count / n}


def let_out(bank: Bank, *, tiny_men: bool = False) -> Released:
    by_sex, everyone = [], []
    for option in (*bank.items[ITEM].option_ids, "skip"):
        counts = {sex: own.get(option, 3 if option == "peers" else 0) for sex, (_, own) in COUNTS.items()}
        by_sex += [
            shares(
                ITEM,
                option,
                min(count, 3) if tiny_men and sex == "m" else count,
                5 if tiny_men and sex == "m" else n,
                sex=sex,
            )
            for sex, count in counts.items()
            for n in (COUNTS[sex][0],)
        ]
        everyone.append(shares(ITEM, option, sum(counts.values()), 90))
    for option, women, men in (("heads", 20, 22), ("main", 15, 20), ("dk", 5, 8)):
        by_sex += [shares(SORTED, option, women, 40, sex="k"), shares(SORTED, option, men, 50, sex="m")]
        everyone.append(shares(SORTED, option, women + men, 90))
    tables = {
        "support": [r for r in everyone if r["item"] == ITEM],
        "understanding": [r for r in everyone if r["item"] == SORTED],
    }
    made = {name: estimates(rows, by=[]) for name, rows in tables.items()}
    for name, item in (("support", ITEM), ("understanding", SORTED)):
        made[f"{name}_by_sex"] = estimates([r for r in by_sex if r["item"] == item], by=["sex"])
    if tiny_men:
        del made["support"]
    return release(made, policy=read_policy(), simulated=True)


def test_several_choices_are_sorted_and_what_stands_alone_comes_last(bank: Bank) -> None:
    order = options_in_order(let_out(bank), bank.items[ITEM], table="support")
    assert order[:3] == ["ask", "cases", "peers"]
    assert order[-3:] == ["none", "dk", "skip"]
    assert sorted(order) == sorted([*bank.items[ITEM].option_ids, "skip"])
    assert options_in_order(let_out(bank), bank.items[SORTED], table="understanding") == [
        *bank.items[SORTED].option_ids,
        "skip",
    ]


def test_the_words_say_every_share_of_women_and_men(bank: Bank, words: Words) -> None:
    drawing = chosen_options(let_out(bank), bank=bank, words=words, item=ITEM, table="support")
    label = {option.id: option.text["sv"] for option in bank.items[ITEM].options}
    assert f"{label['ask']}: kvinnor 75\u00a0% och män 40\u00a0%." in drawing.alt
    assert f"{label['dk']}: kvinnor 5\u00a0% och män 12\u00a0%." in drawing.alt
    assert "kvinnor (n\u00a0= 40) och män (n\u00a0= 50)" in drawing.alt.replace("n =", "n\u00a0=")
    assert "Överhoppad" not in drawing.alt  # nobody did
    assert drawing.alt.index(label["ask"]) < drawing.alt.index(label["cases"]) < drawing.alt.index(label["none"])
    assert set(drawing.table["sex"]) == {"k", "m"} and set(drawing.table["item"]) == {ITEM}
    page = svg(drawing)
    assert all(text in page for text in ("75\u00a0%", "12\u00a0%", "Kvinnor", "Män"))
    assert 'role="img"' in page


def test_a_hidden_group_is_framed_and_never_drawn_as_nothing(bank: Bank, words: Words) -> None:
    drawing = chosen_options(let_out(bank, tiny_men=True), bank=bank, words=words, item=ITEM, table="support")
    assert drawing.table.loc[drawing.table["sex"].eq("m"), "estimate"].isna().all()
    assert f"män {words('plots.hidden')}" in drawing.alt
    assert "män 0" not in drawing.alt
    assert words("plots.hidden") in svg(drawing)


def test_everyone_together_where_no_group_is_asked_for(bank: Bank, words: Words) -> None:
    drawing = chosen_options(let_out(bank), bank=bank, words=words, item=ITEM, table="support", by=None)
    assert f"{bank.items[ITEM].option('ask').text['sv']}: alla 56\u00a0%." in drawing.alt


def test_only_what_has_passed_the_gate(bank: Bank, words: Words) -> None:
    with pytest.raises(TypeError):
        chosen_options(pd.DataFrame(), bank=bank, words=words, item=ITEM, table="support")  # type: ignore[arg-type]
    with pytest.raises(KunskapError) as caught:
        chosen_options(let_out(bank), bank=bank, words=words, item=ITEM, table="support", by="role")
    assert caught.value.codes == ("REPORT-02",)


def test_the_report_has_a_section_with_figure_and_table(bank: Bank, words: Words) -> None:
    released = let_out(bank)
    figures = list(chosen_figures(released, scale="support", bank=bank, words=words))
    assert [(one.id, one.folded) for one in figures] == [(f"{ITEM}-sex", False)]
    table = figures[0].table
    assert table.head == ("Svar", "Alla", "Kvinnor", "Män")
    lines = dict(table.groups[0].rows)
    assert lines[bank.items[ITEM].option("ask").text["sv"]][1].startswith("75\u00a0%")
    assert lines["n"] == ("90", "40", "50")
    sections = {section.id: section for section in scale_sections(released, bank=bank, words=words)}
    assert list(sections) == ["scale-understanding", "scale-support"]
    assert "flera svar" in sections["scale-support"].note
    assert [figure.id for figure in sections["scale-understanding"].figures] == [f"{SORTED}-sex"]


def test_that_a_change_in_attitude_is_never_an_effect_is_said(bank: Bank, words: Words) -> None:
    assert "aldrig en effekt av en utbildning" in scale_note("attitudes", bank=bank, words=words)
    plain = replace(bank, scales={**bank.scales, "attitudes": replace(bank.scales["attitudes"], sensitivity="plain")})
    assert scale_note("attitudes", bank=plain, words=words) == ""
    assert "never an effect" in scale_note("attitudes", bank=bank, words=read_words(language="en"))
