import hashlib
import time
import unicodedata

import pytest

from kunskap.errors import KunskapError
from kunskap.pseudonym import normalise_code, pseudonym, pseudonyms

KEY = bytes(range(32))


def test_it_is_scrypt_over_the_normalised_code():
    expected = hashlib.scrypt("åsbo12".encode(), salt=KEY, n=4096, r=1, p=1, dklen=16).hex()
    assert pseudonym("ÅS-bo 12", key=KEY) == expected


@pytest.mark.parametrize("typed", ["ås12", "ÅS12", " Ås 12 ", "a\u030as12", "\u212bS12", "å-s_12", "ås\u00a012\u200b"])
def test_ways_to_type_one_code(typed):
    assert pseudonym(typed, key=KEY) == pseudonym("ås12", key=KEY)


def test_codes_and_keys_are_told_apart():
    made = {pseudonym(code, key=key) for code in ("as12", "ås12", "as21", "as1") for key in (KEY, bytes(32))}
    assert len(made) == 8
    assert not any("as" in one for one in made)


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(33), "a" * 32])
def test_a_wrong_key_is_refused_without_showing_it(key):
    with pytest.raises(KunskapError) as error:
        pseudonym("ab12", key=key)
    assert error.value.codes == ("READ-31",)
    assert "aaa" not in str(error.value)


def test_many_codes_are_hashed_once_each():
    start = time.perf_counter()
    found = pseudonyms(["ab 12", "AB12"] * 5000, key=KEY)
    assert time.perf_counter() - start < 2
    assert set(found) == {"ab 12", "AB12"}
    assert len(set(found.values())) == 1


def test_normalising_is_stable():
    for code in ("Åsa-12", "ﬁ Ǆ", "İstanbul", unicodedata.normalize("NFD", "ÄÖÅé")):
        assert normalise_code(normalise_code(code)) == normalise_code(code)
