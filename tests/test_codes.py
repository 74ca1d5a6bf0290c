"""Codes: every slip of the pen is told, and none makes another person."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from kunskap.codes import check_code, issue_codes, read_code_words
from kunskap.errors import KunskapError
from kunskap.pseudonym import normalise_code

WORDS = read_code_words()


def fault_codes(text: str) -> tuple[str, ...]:
    with pytest.raises(KunskapError) as error:
        check_code(text)
    return error.value.codes


def test_issued_codes_are_different_and_hold() -> None:
    codes = issue_codes(300, rng=Random(1))
    assert len(set(codes)) == 300
    assert [check_code(code) for code in codes] == codes


def test_without_a_seed_chance_is_the_systems_own() -> None:
    assert not set(issue_codes(20)) & set(issue_codes(20))


def test_every_single_wrong_word_is_told() -> None:
    (code,) = issue_codes(1, rng=Random(2))
    for place in range(5):
        for word in WORDS[::37]:
            typed = code.split("-")
            if typed[place] != word:
                typed[place] = word
                assert fault_codes(" ".join(typed)) == ("CARD-04",)


def test_every_two_words_that_change_places_among_the_four_are_told() -> None:
    for code in issue_codes(50, rng=Random(3)):
        for one, other in combinations(range(4), 2):
            typed = code.split("-")
            if typed[one] != typed[other]:
                typed[one], typed[other] = typed[other], typed[one]
                assert fault_codes("-".join(typed)) == ("CARD-04",)


def test_signs_case_and_spaces_do_not_matter() -> None:
    (code,) = issue_codes(1, rng=Random(4))
    assert check_code(f"  {code.upper().replace('-', ' , ')} ") == code
    assert normalise_code(code.replace("-", " ")) == normalise_code(code)


def test_an_unknown_word_is_named_with_the_nearest() -> None:
    (code,) = issue_codes(1, rng=Random(5))
    typed = code.split("-")
    with pytest.raises(KunskapError) as error:
        check_code("-".join(["abborrre", *typed[1:]]))
    assert error.value.codes == ("CARD-03",)
    assert "abborre" in error.value.message("sv")
    assert fault_codes("abborre agent") == ("CARD-02",)


def test_no_two_words_differ_by_one_letter() -> None:
    """Then a slip of one letter is never another word of the list."""
    listed, blurred = set(WORDS), {}
    for word in WORDS:
        for place in range(len(word)):
            form = word[:place] + "?" + word[place + 1 :]
            assert blurred.setdefault(form, word) == word, (word, blurred[form])
            assert word[:place] + word[place + 1 :] not in listed, word


@pytest.mark.parametrize("planted", ["a\n" * 1009, "ett två\n", ""])
def test_a_broken_list_is_refused(tmp_path: Path, planted: str) -> None:
    (tmp_path / "code_words.txt").write_text(planted, encoding="utf-8")
    with pytest.raises(KunskapError) as error:
        read_code_words(tmp_path)
    assert error.value.codes == ("CARD-01",)
