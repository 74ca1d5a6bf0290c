"""What a value means: ids first, texts in both languages, and nothing that could mean two things."""

from kunskap.bank import Option
from kunskap.readers.answers import BLANK, choice_names


def option(name, swedish, english):
    return Option(name, {"sv": swedish, "en": english})


def test_a_text_that_two_options_share_means_neither():
    names = choice_names([option("a", "Ja", "Yes"), option("b", "Ja", "Indeed"), option("c", "Nej", "No")])
    assert "ja" not in names
    assert names["yes"] == 0
    assert names["indeed"] == 1


def test_an_id_goes_before_a_text():
    names = choice_names([option("a", "b", "b"), option("b", "a", "a")])
    assert (names["a"], names["b"]) == (0, 1)


def test_what_a_mapping_says_goes_before_all():
    options = [option("a", "Ja", "Yes"), option("dk", "Vet ej", "Don't know")]
    names = choice_names(options, mended={"Ja": "dk", "Hoppar över": "skip"})
    assert names["ja"] == 1
    assert names["hoppar över"] == BLANK


def test_other_and_dont_know_go_by_their_usual_names():
    options = [option("k", "Kvinna", "Woman"), option("x", "Annan", "Other one"), option("dk", "Osäker", "Unsure")]
    names = choice_names(options, other="x")
    assert names["-oth-"] == names["annat"] == names["other"] == 1
    assert names["vet ej"] == names["don't know"] == 2
    assert "-oth-" not in choice_names(options)
