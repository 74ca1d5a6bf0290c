"""One small report, made once, for the tests of its formats."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from kunskap.bank import Bank
from kunskap.disclosure import Released, read_policy, release
from kunskap.report.document import Document, Folded, Heading, Paragraph, Span
from kunskap.report.kinds import KINDS, Material
from kunskap.words import Words, read_words
from tests import report_example as example

DATE = datetime.date(2026, 11, 22)
SUMMARY = "svar.csv: 151 svar i filen.\nRader som inte togs med: 3\n– 2: testsvar <b>\n– 1: för sent"
# A text that every format could take for something else, and links that no reader asked for.
HOSTILE = '"><script>alert(1)</script> & #let {{ 7*7 }} $x$ \\ =1+1'


@pytest.fixture(scope="package")
def small_bank() -> Bank:
    return example.make_bank()


@pytest.fixture(scope="package")
def words(root: Path) -> Words:
    return read_words(root / "survey", "sv")


@pytest.fixture(scope="package")
def released(small_bank: Bank, root: Path) -> Released:
    """Five officials only: much about them is hidden."""
    answers = example.make_answers(small_bank)
    few = answers.drop(answers.index[answers["role"].eq("tjm")][5:])
    return release(example.make_tables(small_bank, few), policy=read_policy(root / "survey"), simulated=True)


@pytest.fixture(scope="package")
def document(released: Released, small_bank: Bank, words: Words) -> Document:
    return KINDS["inventering"].make(
        Material(released=released, bank=small_bank, words=words, date=DATE, summary=SUMMARY)
    )


def hostile_document(document: Document) -> Document:
    """The same report, with nothing in it but texts and links of someone who wishes it ill."""
    links = (Span(HOSTILE, url='https://example.org/?a="b"&c'), Span("farlig", "tag", "javascript:alert(1)"))
    blocks = (Heading(HOSTILE, id="a"), Paragraph(links), Folded(HOSTILE, (Paragraph(HOSTILE),)))
    return replace(document, title=HOSTILE, eyebrow=HOSTILE, language="en", blocks=blocks)
