"""What the rules find, and what they leave alone: each rule with a text that trips it and one that must not."""

from __future__ import annotations

import pytest

from kunskap.growth.review import Review, Rules, review, split_text


def codes(text: str, rules: Rules) -> list[str]:
    return review(split_text(text), rules=rules).finds["code"].tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Arbetslösheten är högre än i riket.", ["people_no_sex"]),
        ("Arbetslösheten är 8 procent bland kvinnor och 9 bland män.", []),
        ("Hamnen är större än i grannlänet.", []),
        ("Restiden ska kortas.", ["goal_no_indicator", "chain_break"]),
        ("Restiden ska kortas till 40 minuter. Banan byggs för 3 miljoner kronor. Resultatet redovisas.", []),
        ("Regionen ska ta fram en plan.", []),
        ("Senast 2030 har länet 10 000 fler invånare.", ["indicator_no_sex", "chain_break"]),
        (
            "Målet är fler resor. Indikator: antal resor per invånare. Projektet kostar 2 mnkr och följs upp.",
            ["indicator_no_sex"],
        ),
        ("Indikator: antal resor per invånare, kvinnor och män.", []),
        ("Indikator: antal meter kaj.", []),
        ("Jämställdhet är viktigt för länet.", ["mention_only"]),
        ("Jämställdhet ska genomsyra strategin.", ["mention_only"]),
        ("Nämnden ansvarar för jämställdhet i länets stöd.", []),
        ("Av kvinnorna reser 60 procent med buss.", []),
    ],
)
def test_each_rule(rules: Rules, text: str, expected: list[str]) -> None:
    assert codes(text, rules) == expected


def test_what_the_next_paragraph_shows_by_sex_is_not_asked_for(rules: Rules) -> None:
    head = "# Arbete\n\nArbetslösheten är hög.\n\n"
    assert codes(head + "Bland kvinnor är den 8 och bland män 9 procent.\n", rules) == []
    assert "people_no_sex" in codes(head + "Hamnen växer.\n\nBland kvinnor är den 8 procent.\n", rules)


def test_the_indicator_may_stand_in_a_passage_of_its_own(rules: Rules) -> None:
    goal = "# Plan\n\n## Resor\n\n### Mål\n\nResandet ska öka.\n\n"
    assert "goal_no_indicator" in codes(goal + "### Annat\n\nIndikator: antal resor.\n", rules)
    assert "goal_no_indicator" not in codes(goal + "### Indikatorer\n\nAntal resor.\n", rules)


def test_the_chain_is_looked_for_in_the_whole_section_and_not_beyond_it(rules: Rules) -> None:
    first = "# A\n\n## Resor\n\n### Mål\n\nResandet ska öka till 80.\n\n### Insatser\n\nBussar införs för 3 mnkr.\n\n"
    followed = "### Uppföljning\n\nResandet följs upp.\n\n"
    table = review(split_text(first + "## Annat\n\n" + followed), rules=rules).finds
    assert table.loc[table["code"] == "chain_break", "missing"].tolist() == ["followup"]
    assert "chain_break" not in codes(first + followed + "## Annat\n\nText.\n", rules)


def test_only_the_introduction_or_an_own_chapter(rules: Rules) -> None:
    text = "# Inledning\n\nJämställdhet är viktigt.\n\n# Resor\n\nTåg.\n\n# Företag\n\n{}\n\n# Jämställdhet\n\nKön.\n"
    apart = review(split_text(text.format("Skog.")), rules=rules).finds
    assert apart.loc[apart["code"] == "own_chapter", "missing"].tolist() == ["Resor; Företag"]
    assert "own_chapter" not in codes(text.format("Kvinnor leder 30 procent."), rules)
    assert "own_chapter" not in codes("# Resor\n\nTåg.\n\n# Företag\n\nSkog.\n\n# Kultur\n\nDans.\n", rules)


def test_the_simulated_draft(found: Review) -> None:
    """Hand-counted in the text."""
    assert found.finds["code"].value_counts().to_dict() == {
        "people_no_sex": 5,
        "chain_break": 4,
        "indicator_no_sex": 3,
        "goal_no_indicator": 2,
        "mention_only": 2,
        "own_chapter": 1,
    }
    assert {name: found.bases[name] for name in ("goals", "goals_with_indicator", "goals_with_indicator_by_sex")} == {
        "goals": 4,
        "goals_with_indicator": 2,
        "goals_with_indicator_by_sex": 0,
    }


def test_a_find_points_at_its_own_words(found: Review) -> None:
    texts = found.paragraphs.set_index("paragraph")["text"]
    for row in found.finds.itertuples(index=False):
        assert texts[row.paragraph][row.start : row.end] == row.quote
        assert all(word in row.quote for word in row.words.split(", "))


def test_an_empty_find_list_is_a_table(rules: Rules) -> None:
    none = review(split_text("Hamnen byggs ut."), rules=rules)
    assert none.finds.empty and "passage" in none.finds.columns
