"""Letters, legal drafts and pilot texts are readable, true, neutral and reachable; each rule has a planted fault."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kunskap.bank import read_bank
from kunskap.disclosure import read_policy
from kunskap.project import new_project
from kunskap.store import schema
from kunskap.withdrawal import FILE_NAME
from tests.letter_rules import (
    PLACEHOLDER,
    dead_links,
    documented,
    english_words,
    lix,
    party_questions,
    reachable,
    read,
    stored_places,
    unsure_law,
    untrue_promises,
    wrong_lix,
)

FOLDER = Path(__file__).resolve().parents[1]
SURVEY = FOLDER / "survey"
GUIDE = SURVEY / "letters" / "README.md"
ALL = sorted(path for part in ("letters", "legal", "pilot") for path in (SURVEY / part).glob("*.md"))
TEXTS = [path for path in ALL if path != GUIDE]
LEGAL = [path for path in TEXTS if path.parent.name == "legal"]
BOUNDS = {"letters": 45, "legal": 60, "pilot": 50}
EXPECTED = {
    "letters": "inbjudan-politiker inbjudan-tjanstepersoner information paminnelse-1 paminnelse-2 "
    "protokoll-sammantrade tack",
    "legal": "bevarande-och-gallring dpia inbordes-arrangemang registerforteckning tillganglighetsredogorelse",
    "pilot": "expertbedomning oppet-eller-hemligt pilotplan tank-hogt-guide",
}


def text_id(path: Path) -> str:
    """A short name for a test."""
    return f"{path.parent.name}/{path.stem}"


each_text = pytest.mark.parametrize("path", TEXTS, ids=text_id)
each_file = pytest.mark.parametrize("path", ALL, ids=text_id)


def used_placeholders() -> set[str]:
    """The placeholders of all texts."""
    return {name for path in TEXTS for name in PLACEHOLDER.findall(read(path))}


# --- the texts keep them ---


def test_every_text_is_there() -> None:
    there = {part: " ".join(path.stem for path in TEXTS if path.parent.name == part) for part in EXPECTED}
    assert there == EXPECTED


@each_text
def test_lix_is_shown_and_bounded(path: Path) -> None:
    assert wrong_lix(read(path), bound=BOUNDS[path.parent.name]) == []


@each_file
@pytest.mark.parametrize(
    "rule", [untrue_promises, party_questions, english_words, unsure_law], ids=lambda rule: rule.__name__
)
def test_the_texts_keep_the_rule(path: Path, rule: Callable[[str], list[str]]) -> None:
    assert rule(read(path)) == []


@each_file
def test_links_resolve(path: Path) -> None:
    assert dead_links(path) == []


@pytest.mark.parametrize("door", ["README.md", "survey/README.md"])
def test_every_file_is_reached_from(door: str) -> None:
    assert {path.resolve() for path in ALL} - reachable(FOLDER / door) == set()


def test_every_placeholder_is_documented_and_used() -> None:
    assert documented(read(GUIDE)) == used_placeholders()


@each_text
def test_placeholders_are_well_formed(path: Path) -> None:
    left = PLACEHOLDER.sub("", read(path))
    assert "{" not in left and "}" not in left


@pytest.mark.parametrize("path", LEGAL, ids=text_id)
def test_legal_texts_are_marked_as_drafts(path: Path) -> None:
    assert read(path).splitlines()[2].startswith("> **UTKAST.**")


@pytest.mark.parametrize(
    "name", ["inbjudan-politiker", "inbjudan-tjanstepersoner", "information", "protokoll-sammantrade"]
)
def test_who_is_asked_learns_what_holds(name: str) -> None:
    text = read(SURVEY / "letters" / f"{name}.md").lower()
    assert "allmänna handlingar" in text, "answers can be asked for"
    assert "du väljer själv om du vill svara" in text, "voluntary"
    assert re.search(r"skriv därför (inget som visar vem|inga namn)|skriv inga namn", text), "no names in free text"


def test_information_covers_article_13() -> None:
    told = read(SURVEY / "letters" / "information.md")
    parts = [
        "personuppgiftsansvarig",
        "{{kontakt}}",
        "{{dataskyddsombud}}",
        "artikel 6.1 e",
        "Vem får ta del",
        "{{lagringstid}}",
    ]
    parts += ["se dina uppgifter", "rättar", "raderar", "invända", "Integritetsskyddsmyndigheten", "automatiska beslut"]
    assert [part for part in parts if part not in told] == []


def test_numbers_are_the_policys() -> None:
    policy = read_policy(SURVEY)
    stated = re.search(
        r"färre än (\d+) personer visas inte, för regionfullmäktige färre än (\d+)", read(SURVEY / "legal/dpia.md")
    )
    assert stated is not None
    assert [int(number) for number in stated.groups()] == [policy.base, max(group.base for group in policy.groups)]


def test_the_decisions_have_their_place() -> None:
    text = read(SURVEY / "legal" / "bevarande-och-gallring.md")
    assert "**Förstör ingenting förrän beslutet är fattat.**" in text
    everything = text + read(SURVEY / "legal" / "dpia.md")
    assert [name for name in ("retention", "erasure") if f"[decisions.{name}]" not in text] == []
    assert [name for name in read_policy(SURVEY).decisions if f"[decisions.{name}]" not in everything] == []


def test_what_is_promised_of_withdrawing_is_what_the_command_does() -> None:
    """The words of the letter, and what `test_withdrawal.py` holds of the code."""
    told = read(SURVEY / "letters" / "information.md")
    for promise in (
        "Koden sparar vi inte",
        "din pseudonym och dagens datum",
        "Rapporter som redan är klara ändrar vi inte",
    ):
        assert promise in told
    guide = read(GUIDE)
    assert "kunskap withdraw --project" in guide
    assert FILE_NAME in guide
    assert FILE_NAME in read(SURVEY / "legal" / "bevarande-och-gallring.md")


# What is kept, and how the proposal for a decision on it says so.
KEPT = {
    **{name: f"mappen `{name}/`" for name in ("answers", "coding", "instrument", "ledger", "reports", "statistics")},
    **{name: f"`{name}/`" for name in ("kunskap-demo", "kunskap-notebooks", "kursmaterial", "publicerat")},
    **{name: f"`{name}`" for name in ("aktivitetslogg.csv", "galleri.html", "hamtat.csv", "hemlig.key",
                                      "kontaktlogg.csv", "läsningar.toml", "manifest.json", "mina-svar",
                                      "mitt-resultat", "rakning.csv", "rapport.toml", "svar.sqlite", "waves.toml",
                                      "withdrawals.csv")},
    **dict.fromkeys(("dolda-uppgifter.csv", "hidden-figures.csv", "index.csv", "readings.toml"), "mappen `reports/`"),
    "survey": "mappen `survey/`",
    "survey.local": "`survey.local/`",
    "notebooks": "mappen `notebooks/`",
}  # fmt: skip
OF_NOBODY = {"demo.key", "expected.toml", "LÄS MIG.txt"}
"""The example's key, and what is written by the tool itself: it lies in no project, or tells of its folders."""
OF_THE_STORE = {
    "sittings": "pseudonym", "answers": "varje svar och försök", "receipts": "kvitto",
    "issued": "pseudonymer för koder som sidan delat ut", "withdrawn": "återtagna", "rooms": "rum", "seats": "rum",
    "room_figures": "vad rummet fått se", "late_answers": "sena svar", "polls": "frågor till rummet",
    "poll_votes": "röster",
}  # fmt: skip


def untold(text: str, places: set[str], tables: set[str]) -> set[str]:
    """What is kept and not named in the proposal."""
    (of_store,) = [line for line in text.splitlines() if "`svar.sqlite`" in line]
    named = {name for name, said in KEPT.items() if said in text} | OF_NOBODY
    return (places - named) | {name for name in tables if OF_THE_STORE.get(name, "\n") not in of_store}


def test_everything_that_a_project_can_hold_is_named_with_how_long_it_is_kept(tmp_path: Path) -> None:
    text = read(SURVEY / "legal" / "bevarande-och-gallring.md")
    sources = [path.read_text(encoding="utf-8") for path in (FOLDER / "src" / "kunskap").rglob("*.py")]
    new_project(tmp_path / "eget")
    places = {name for source in sources for name in stored_places(source)}
    places |= {path.name for path in (tmp_path / "eget").iterdir()} | {"survey.local"}
    tables = {*schema.metadata.tables}
    assert untold(text, places, tables) == set(), "say what it is and how long it is kept, then add it to KEPT"
    assert set(KEPT) - places == set(), "what is not kept any more is not told"
    planted = 'FOLDER = "minnen"\nplace = project.folder / "sparat.csv"\nself.attach(f"mitt-intyg.{ending}", b"")'
    assert untold(text, stored_places(planted), {"diaries"}) == {"minnen", "sparat.csv", "mitt-intyg", "diaries"}
    assert untold(text.replace("mappen `instrument/`", ""), places, tables) == {"instrument"}


def test_the_texts_say_that_the_gate_protects_what_is_published_only() -> None:
    for name, said in (
        ("legal/bevarande-och-gallring", "Den döljer ingenting i filen"),
        ("legal/registerforteckning", "skyddar inte filen eller databasen om de begärs ut"),
        ("legal/dpia", "Grinden skyddar bara det som publiceras"),
        ("letters/information", "Det skyddar inte själva svaren: begär någon ut dem gäller bara lagen"),
    ):
        assert said in read(SURVEY / f"{name}.md"), name


def test_the_information_names_what_the_inventory_asks_of_the_person() -> None:
    told = read(SURVEY / "letters" / "information.md")
    named = {
        "role": "din roll",
        "orgtype": "vilken sorts organisation",
        "sex": "ditt kön",
        "agegroup": "din ålder i grupp",
        "training": "gått någon utbildning",
    }
    bank = read_bank(SURVEY)
    asked = {name for form in ("baslinje", "uppfoljning", "namnd", "pilot") for name in bank.forms[form].background}
    assert asked <= set(named), "say in the information what more is asked"
    assert [words for words in named.values() if words not in told] == []


def test_the_secret_items_place_is_where_the_bank_looks(tmp_path: Path) -> None:
    text = read(SURVEY / "pilot" / "oppet-eller-hemligt.md")
    example = re.search(r"`(survey\.local/items/\w+/(\w+)\.toml)`", text)
    assert example is not None
    shutil.copytree(SURVEY, tmp_path / "survey")
    secret = tmp_path / example.group(1)
    secret.parent.mkdir(parents=True)
    open_item = read(SURVEY / "items" / "goals" / "goals01.toml")
    changed = re.sub(r'^fact = ".*"', 'fact = "only-here"', open_item, flags=re.MULTILINE)
    secret.write_text(changed.replace('"goals01"', f'"{example.group(2)}"'), encoding="utf-8")
    assert example.group(2) in read_bank(tmp_path / "survey").items


def test_the_texts_follow_into_a_new_project(tmp_path: Path) -> None:
    new_project(tmp_path / "eget")
    assert [path for path in ALL if not (tmp_path / "eget" / path.relative_to(FOLDER)).is_file()] == []


# --- planted faults: what each rule must see ---


def test_lix_by_hand() -> None:
    # Ten words in two sentences, four of them longer than six letters: 10/2 + 100·4/10.
    assert lix("Nämnden beslutar i dag. Vägplanen gäller tolv **kommuner** nu: bra") == pytest.approx(10 / 3 + 40)
    assert lix("Nämnden beslutar i dag. Vägplanen gäller tolv kommuner nu bra") == pytest.approx(45)


@pytest.mark.parametrize(
    "planted",
    [
        "Hej du.\n",
        "Hej du.\n\nLIX: 9\n",
        "Hej du.\n\nLIX: 2\n\nMer.\n",
        "Förvaltningsövergripande jämställdhetsintegreringsarbete förutsätter ledningsförankring.\n\nLIX: 104\n",
    ],
    ids=["none", "wrong", "not last", "too hard"],
)
def test_wrong_lix_is_seen(planted: str) -> None:
    assert wrong_lix(planted, bound=45)


def test_a_right_lix_passes() -> None:
    assert wrong_lix("Hej du.\n\nLIX: 2\n", bound=45) == []


@pytest.mark.parametrize(
    "planted",
    [
        "Enkäten är helt anonym.",
        "Du svarar **anonymt**.",
        "Ingen kan läsa dina svar.",
        "Ingen annan får se vad du svarat.",
        "Ingen kommer att veta vad du svarade.",
        "Bara vi läser svaren.",
        "Endast projektet ser svaren.",
        "Svaren är konfidentiella.",
        "Svaren behandlas strängt förtroligt.",
        "Dina svar förblir hemliga.",
        "Svaren omfattas av sekretess.",
        "Svaren skyddas av\nsekretess.",
        "Svaren stannar hos oss.",
        "Svaren kan inte spåras till dig.",
        "Det går inte att härleda svaret.",
        "Vi behandlar inga personuppgifter.",
        "Svaren raderas när rapporten är klar.",
        "Pappren förstörs direkt.",
        "Vi lämnar aldrig ut svar.",
        "Vi garanterar att det är säkert.",
    ],
)
def test_an_untrue_promise_is_seen(planted: str) -> None:
    assert untrue_promises(planted)


@pytest.mark.parametrize(
    "honest",
    [
        "Enkäten är inte anonym i lagens mening.",
        "Vi kan inte lova att svaren stannar hos oss.",
        "Vi samlar inte in namn.",
        "Koden ska vara en som ingen kan gissa.",
    ],
)
def test_an_honest_sentence_passes(honest: str) -> None:
    assert untrue_promises(honest) == []


@pytest.mark.parametrize(
    "planted",
    [
        "Vilket parti företräder du?",
        "Hur röstade du i valet?",
        "Ange parti som du tillhör, det parti du röstar på.",
        "Vad tycker du om jämställdhet?",
    ],
)
def test_a_party_question_is_seen(planted: str) -> None:
    assert party_questions(planted)


def test_english_is_seen() -> None:
    assert english_words("Tack för the svar") == ["the"]
    assert english_words("Kör `kunskap report the.csv` och läs [svaren](the-answers.md)") == []


@pytest.mark.parametrize(
    "planted",
    [
        "Enligt OSL 24:8 är svaren skyddade.",
        "HFD 2016:55 gör provet hemligt.",
        "Arkivlagen (1990:782) säger nej.",
        "Artikel 26 gäller.",
    ],
)
def test_law_stated_without_a_check_is_seen(planted: str) -> None:
    assert unsure_law(planted)
    assert unsure_law(f"Kontrollera: {planted}") == []


def test_a_dead_link_and_anchor_are_seen(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# Innan du börjar\n", encoding="utf-8")
    text = "[a](borta.md) [b](b.md#innan-du-slutar) [c](b.md#innan-du-börjar) [d](https://www.imy.se)"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    assert dead_links(tmp_path / "a.md") == ["borta.md", "b.md#innan-du-slutar"]


def test_an_unreached_file_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("[b](b.md)", encoding="utf-8")
    (tmp_path / "b.md").write_text("slut", encoding="utf-8")
    (tmp_path / "c.md").write_text("ensam", encoding="utf-8")
    assert {path.name for path in reachable(tmp_path / "a.md")} == {"a.md", "b.md"}


def test_an_unexplained_placeholder_is_not_documented() -> None:
    assert documented("| `{{adress}}` | länken |\n| `{{tom}}` |  |\nText med {{annat}}.\n") == {"adress"}
