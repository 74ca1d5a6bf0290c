"""The codebook: every variable, item and code, no key unless it says so, and a data package that fits real answers."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from kunskap.bank import Bank
from kunskap.publish import publish
from kunskap.publish.codebook import codebook
from kunskap.readers import read_responses
from kunskap.words import Words, read_words
from tests import page_lint
from tests.markup_lint import parse
from tests.publish.awkward import awkward_bank, with_other_keys

DEMO = "limesurvey_2016_simulerad.csv"


@pytest.fixture
def words() -> dict[str, Words]:
    return {language: read_words(language=language) for language in ("sv", "en")}


def text_of(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", errors="replace") for name in archive.namelist())


@pytest.mark.parametrize("form", ["baslinje", "prov"])
def test_every_variable_item_and_code_is_in_the_page_in_both_languages(
    form: str, bank: Bank, words: dict[str, Words]
) -> None:
    bank = awkward_bank() if form == "prov" else bank
    page = parse(text_of(codebook(form, bank=bank, words=words)[f"codebook_{form}_sv.html"]))
    found = {node.attributes["id"]: " ".join(node.text().split()) for node in page.find("article")}
    chosen = bank.forms[form]
    assert list(found) == [*chosen.background, *chosen.item_ids]
    for name in chosen.background:
        choices = bank.variables[name].levels
        for language in bank.languages:
            assert " ".join(bank.stem(name, language).split()) in found[name]
            assert all(f"{level.text[language]}" in found[name] for level in choices)
    for item in bank.form_items(form):
        for language in bank.languages:
            assert " ".join(bank.stem(item.id, language).split()) in found[item.id]
            assert all(" ".join(option.text[language].split()) in found[item.id] for option in item.options)
        assert all(column in found[item.id] for column in item.columns)
        assert not item.source or item.source.text in found[item.id]
    assert "role = pol" in found[next(iter(chosen.shown_to))]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_is_open_to_everyone_and_needs_nothing_beside_it(
    language: str, bank: Bank, words: dict[str, Words]
) -> None:
    page = parse(text := text_of(codebook("baslinje", bank=bank, words=words)[f"codebook_baslinje_{language}.html"]))
    for rule in (
        page_lint.has_language, page_lint.headings_in_order, page_lint.headings_say_something,
        page_lint.tables_have_caption_and_scope,
    ):  # fmt: skip
        assert rule(page) == [], rule.__name__
    assert not page.find("script", "img", "link")
    ids = [node.attributes["id"] for node in page.find("article", "h2", "h3", "section") if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    targets = [node.attributes["href"] for node in page.find("a")]
    assert targets and all(target.removeprefix("#") in ids for target in targets)
    assert "src=" not in text and "@import" not in text


def test_an_awkward_text_cannot_become_markup(words: dict[str, Words]) -> None:
    text = text_of(codebook("prov", bank=awkward_bank(), words=words)["codebook_prov_sv.html"])
    assert "<y>" not in text and "&lt;y&gt;" in text


def depends_on_keys(bank: Bank, words: dict[str, Words], *, internal: bool) -> bool:
    """Whether the files differ when every key, fact and scoring rule is another one; sources are meant to be there."""
    other = with_other_keys(bank)
    same_sources = {name: bank.items[name].source for name in bank.items}
    other = replace(other, items={name: replace(one, source=same_sources[name]) for name, one in other.items.items()})
    one, two = (codebook("prov", bank=each, words=words, internal=internal) for each in (bank, other))
    return one != two


def test_the_codebook_tells_no_key(words: dict[str, Words]) -> None:
    assert not depends_on_keys(awkward_bank(), words, internal=False)
    for name, content in codebook("prov", bank=awkward_bank(), words=words).items():
        text = text_of(content)
        assert "fact-k" not in text and "SECRET" not in text, name
        assert "HEMLIGT" not in text, name


def test_the_internal_one_tells_them_and_says_so_in_text_and_name(bank: Bank, words: dict[str, Words]) -> None:
    """This is also the planted fault: what the test above looks for is there to be found."""
    assert depends_on_keys(awkward_bank(), words, internal=True)
    made = codebook("baslinje", bank=bank, words={"sv": words["sv"]}, internal=True)
    assert list(made) == ["codebook_baslinje_sv_intern.html", "codebook_baslinje_sv_intern.xlsx"]
    page = text_of(made["codebook_baslinje_sv_intern.html"])
    assert "INTERN" in page and "Rätt svar" in page
    book = load_workbook(io.BytesIO(made["codebook_baslinje_sv_intern.xlsx"]))
    assert all(str(sheet["A1"].value).startswith("INTERN") for sheet in book)
    right = [row[-1] for row in book["Koder"].iter_rows(min_row=3, values_only=True)]
    assert right.count("Rätt svar") == sum(len(item.key) for item in bank.form_items("baslinje"))


def test_the_workbook_has_a_row_per_question_and_a_row_per_code(bank: Bank, words: dict[str, Words]) -> None:
    book = load_workbook(io.BytesIO(codebook("baslinje", bank=bank, words=words)["codebook_baslinje_sv.xlsx"]))
    form = bank.forms["baslinje"]
    questions = [row[0] for row in book["Frågor"].iter_rows(min_row=3, values_only=True)]
    assert questions == [*form.background, *form.item_ids]
    codes = [row[:2] for row in book["Koder"].iter_rows(min_row=3, values_only=True)]
    expected = [(name, level) for name in form.background for level in bank.variables[name].level_ids]
    expected += [(item.id, option) for item in bank.form_items("baslinje") for option in item.option_ids]
    assert codes == expected


def faults_of(table: pd.DataFrame, resource: dict) -> list[str]:
    """What in a table breaks the data package's own rules: its columns, types, codes, limits and keys."""
    schema = resource["schema"]
    fields = {field["name"]: field for field in schema["fields"]}
    found = [] if list(fields) == list(table.columns) else [f"columns {set(fields) ^ set(table.columns)}"]
    for name in set(fields) & set(table.columns):
        field, values = fields[name], table[name]
        filled = values[~values.isin(schema["missingValues"])]
        rules = field.get("constraints", {})
        if rules.get("required") and len(filled) < len(values):
            found.append(f"{name} is blank")
        if "enum" in rules and not set(filled) <= set(rules["enum"]):
            found.append(f"{name}: {set(filled) - set(rules['enum'])}")
        if field["type"] == "boolean" and not set(filled) <= {*field["trueValues"], *field["falseValues"]}:
            found.append(f"{name} is not true or false")
        if field["type"] in ("number", "integer"):
            numbers = filled.astype(float)
            if not numbers.between(rules.get("minimum", -1e9), rules.get("maximum", 1e9)).all():
                found.append(f"{name} is outside its limits")
        if field["type"] == "datetime" and len(filled):
            pd.to_datetime(filled, format=field["format"])
        if "categories" in field and [part["value"] for part in field["categories"]] != rules["enum"]:
            found.append(f"{name}: labels and codes differ")
    if table.duplicated(schema["primaryKey"]).any():
        found.append("the key is not unique")
    return found


def package_and_tables(bank: Bank, root: Path, folder: Path) -> tuple[dict, dict[str, pd.DataFrame]]:
    """The package, and the demo's answers as pandas writes and any other program reads them."""
    read = read_responses(root / "data" / "demo" / DEMO, bank=bank, key=bytes(32))
    tables = {}
    for name, table in (("responses", read.responses), ("respondents", read.respondents)):
        table.to_csv(folder / f"{name}.csv", index=False)
        tables[name] = pd.read_csv(folder / f"{name}.csv", dtype="str", keep_default_na=False)
    publish("baslinje", tool="codebook", folder=folder, bank=bank, language="sv")
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8")), tables


def test_the_data_package_describes_the_demo_answers(bank: Bank, root: Path, tmp_path: Path) -> None:
    package, tables = package_and_tables(bank, root, tmp_path)
    for resource in package["resources"]:
        assert faults_of(tables[resource["name"]], resource) == []
        assert (tmp_path / resource["path"]).is_file()


@pytest.mark.parametrize(("column", "planted"), [("goals01", "z"), ("attempt", "0"), ("sitting_id", ""),
                                                 ("support01.cases", "kanske"), ("form", "annat")])  # fmt: skip
def test_a_planted_fault_breaks_the_data_package(
    column: str, planted: str, bank: Bank, root: Path, tmp_path: Path
) -> None:
    package, tables = package_and_tables(bank, root, tmp_path)
    table = tables["responses"]
    table.loc[0, column] = planted
    assert faults_of(table, package["resources"][0]) != []


def test_the_same_content_gives_the_same_files(bank: Bank, words: dict[str, Words]) -> None:
    assert codebook("baslinje", bank=bank, words=words) == codebook("baslinje", bank=bank, words=words)


def test_it_tells_what_can_only_be_chosen_alone_and_what_is_special(bank: Bank, words: dict[str, Words]) -> None:
    page = parse(text_of(codebook("prov", bank=awkward_bank(), words=words)["codebook_prov_sv.html"]))
    found = {node.attributes["id"]: " ".join(node.text().split()) for node in page.find("article")}
    alone = words["sv"]("codebook.alone")
    assert f"{alone}none (" in found["lack1"] and "dk (Vet ej)" in found["lack1"]
    assert f"{alone}dk (Vet ej)" in found["k3"]
    assert alone not in found["sort1"] and alone not in found["k1"]
    made = codebook("attityder", bank=bank, words=words)
    page = parse(text_of(made["codebook_attityder_sv.html"]))
    for node in page.find("article"):
        is_special = words["sv"]("codebook.term.special") in " ".join(node.text().split())
        assert is_special == node.attributes["id"].startswith("attitudes")
    assert "role = tjm" in text_of(made["codebook_attityder_sv.html"])
