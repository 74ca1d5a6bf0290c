"""Comments in a copy of the user's own Word file, and the finds in words."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import docx
import pandas as pd
import pytest

from kunskap.errors import KunskapError
from kunskap.growth.review import (
    Review,
    Rules,
    accuracy,
    explained,
    read_checklist,
    read_draft,
    read_marked,
    review,
    save_commented,
    told,
)
from kunskap.words import read_words


@pytest.fixture(scope="module")
def measured(root: Path, rules: Rules) -> pd.DataFrame:
    table = read_marked(root / "data" / "review" / "passages.csv")
    return accuracy(table[table["set"] == "held_out"], rules=rules)


def commented(draft: Path, found: Review, rules: Rules, measured: pd.DataFrame, output: Path) -> Path:
    return save_commented(draft, found, output=output, rules=rules, words=read_words(language="sv"), measured=measured)


def covered(document: docx.document.Document, number: int) -> str:
    """The words that a comment covers."""
    body = document.element.body
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    said, is_inside = "", False
    for element in body.iter():
        if element.tag == f"{name}commentRangeStart" and element.get(f"{name}id") == str(number):
            is_inside = True
        if element.tag == f"{name}commentRangeEnd" and element.get(f"{name}id") == str(number):
            return said
        if is_inside and element.tag == f"{name}t":
            said += element.text
    raise AssertionError(f"no comment {number}")


def test_each_find_is_a_comment_on_its_own_sentence(
    draft: Path, found: Review, rules: Rules, measured: pd.DataFrame, tmp_path: Path
) -> None:
    before = draft.read_bytes()
    copy = commented(draft, found, rules, measured, tmp_path / "kopia.docx")
    assert draft.read_bytes() == before
    document = docx.Document(str(copy))
    comments = list(document.comments)
    assert len(comments) == len(found.finds) == 17
    assert all(comment.text.startswith("Förslag att granska: ") for comment in comments)
    assert all(comment.author == "kunskap" for comment in comments)
    for comment, row in zip(comments, found.finds.itertuples(index=False), strict=True):
        words = covered(document, comment.comment_id)
        assert words.strip() == row.quote or (" | " in row.quote and row.quote.startswith(words))
        assert f"Ord som väckte frågan: {row.words}" in comment.text
    assert sum("21 av 23 sådana fynd rätt" in comment.text for comment in comments) == 4


def test_the_copy_says_what_the_draft_says(
    draft: Path, found: Review, rules: Rules, measured: pd.DataFrame, tmp_path: Path
) -> None:
    copy = commented(draft, found, rules, measured, tmp_path / "kopia.docx")
    columns = ["passage", "heading", "paragraph", "text"]
    assert read_draft(copy)[columns].equals(found.paragraphs[columns])
    again = review(read_draft(copy), rules=rules)
    assert again.finds.equals(found.finds)


def test_format_survives_where_a_sentence_is_cut_out(rules: Rules, measured: pd.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "utkast.docx"
    document = docx.Document()
    paragraph = document.add_paragraph()
    paragraph.add_run("Hamnen växer. Arbetslös").italic = True
    paragraph.add_run("heten är hög. Tåget går.").bold = True
    document.save(str(path))
    found = review(read_draft(path), rules=rules)
    copy = docx.Document(str(commented(path, found, rules, measured, tmp_path / "kopia.docx")))
    assert covered(copy, 0) == "Arbetslösheten är hög."
    styles = [(run.text, run.italic, run.bold) for run in copy.paragraphs[0].runs if run.text]
    assert styles == [
        ("Hamnen växer. ", True, None),
        ("Arbetslös", True, None),
        ("heten är hög.", None, True),
        (" Tåget går.", None, True),
    ]


def test_colleagues_own_comments_are_kept(
    draft: Path, found: Review, rules: Rules, measured: pd.DataFrame, tmp_path: Path
) -> None:
    document = docx.Document(str(draft))
    document.add_comment(document.paragraphs[3].runs, text="Stämmer det här?", author="AB", initials="AB")
    document.save(str(tmp_path / "utkast.docx"))
    copy = commented(tmp_path / "utkast.docx", found, rules, measured, tmp_path / "kopia.docx")
    texts = [comment.text for comment in docx.Document(str(copy)).comments]
    assert texts[0] == "Stämmer det här?" and len(texts) == 18


def test_nothing_is_written_over(
    draft: Path, found: Review, rules: Rules, measured: pd.DataFrame, tmp_path: Path
) -> None:
    own = tmp_path / "utkast.docx"
    shutil.copy(draft, own)
    content = own.read_bytes()
    for output, code in ((own, "REVIEW-22"), (tmp_path / "kopia.pdf", "REVIEW-16")):
        with pytest.raises(KunskapError) as raised:
            commented(own, found, rules, measured, output)
        assert raised.value.codes == (code,)
    assert own.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["utkast.docx"]


def test_another_draft_than_the_one_reviewed_is_refused(
    root: Path, found: Review, rules: Rules, measured: pd.DataFrame, tmp_path: Path
) -> None:
    other = root / "data" / "review" / "antagen_simulerad.docx"
    with pytest.raises(KunskapError) as raised:
        commented(other, found, rules, measured, tmp_path / "kopia.docx")
    assert raised.value.codes == ("REVIEW-23",)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_figures_stand_beside_the_finds(found: Review, rules: Rules, measured: pd.DataFrame, language: str) -> None:
    words = read_words(language=language)
    text = told(found, rules=rules, words=words, checklist=read_checklist(), measured=measured)
    for find in found.finds["quote"]:
        assert find in text
    for row in measured.itertuples(index=False):
        line = next(
            line for line in text.splitlines() if f"{row.agreed} " in line and words.share(row.recall_low) in line
        )
        assert rules.finds[row.code].label[language] in line
    assert "{" not in text and ("paragraph 7" in text) == (language == "en")
    assert len(re.findall(r"\((?:Kontigo|Jämställdhetsmyndigheten|4R)", text)) == 5


def test_the_chain_names_what_is_missing(found: Review, rules: Rules) -> None:
    table = explained(found, rules=rules, language="sv")
    assert "Regeln hittar inte: pengar, uppföljning." in " ".join(table["why"])
    assert not any("{missing}" in why for why in table["why"])


def test_a_copy_that_cannot_be_written_is_told(
    draft: Path, found: Review, rules: Rules, measured: pd.DataFrame, tmp_path: Path
) -> None:
    with pytest.raises(KunskapError) as raised:
        commented(draft, found, rules, measured, tmp_path / "finns inte" / "kopia.docx")
    assert raised.value.codes == ("READ-43",)
