"""The files of a report: one manifest, nothing left over from an earlier release, the same twice."""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.errors import KunskapError
from kunskap.report import hashed_inputs, write_document
from kunskap.report.document import Document, Heading, Paragraph
from kunskap.report.manifest import UNTOLD
from kunskap.words import Words


@pytest.fixture(scope="module")
def short(document: Document) -> Document:
    return replace(document, blocks=tuple(b for b in document.blocks if isinstance(b, Heading | Paragraph)))


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_formats_at_once_the_same_twice_and_nothing_left_over(
    short: Document, small_bank: Bank, words: Words, tmp_path: Path
) -> None:
    told: list[str] = []
    every = "html,docx,pdf,xlsx"
    page = write_document(short, tmp_path, bank=small_bank, words=words, to=every, progress=told.append)
    assert (page, told) == (tmp_path / "report.html", ["html", "docx", "pdf", "xlsx"])
    first = files(tmp_path)
    assert {f"report.{ending}" for ending in told} < set(first)
    write_document(short, tmp_path, bank=small_bank, words=words, to=every)
    assert files(tmp_path) == first
    (tmp_path / "egen.docx").write_bytes(b"min egen")
    write_document(short, tmp_path, bank=small_bank, words=words, to="xlsx")
    assert set(files(tmp_path)) == (set(first) | {"egen.docx"}) - {"report.html", "report.docx", "report.pdf"}


def test_the_manifest_tells_what_it_was_made_of_and_how_much_is_hidden(
    short: Document, released: Released, small_bank: Bank, words: Words, root: Path, tmp_path: Path
) -> None:
    answers = tmp_path / "svar.csv"
    answers.write_text("a;b")
    inputs = hashed_inputs(root / "survey", [answers, Path("postgresql://hemligt@dator/databas")])
    write_document(short, tmp_path / "r", bank=small_bank, words=words, inputs=inputs)
    told = json.loads((tmp_path / "r/manifest.json").read_text("utf-8"))
    assert told["inputs"]["svar.csv"] == UNTOLD
    kept = [hashed_inputs(root / "survey", [answers], key=bytes([number]) * 32) for number in (1, 1, 2)]
    assert kept[0] == kept[1], "the same key, the same digest"
    differ = {name for name in inputs if len({inputs[name], kept[0][name], kept[2][name]}) == 3}
    assert differ == {"svar.csv", "survey/fieldwork"}, "a guess at what people did cannot be tried without the key"
    assert {"survey/policy.toml", "survey/bank.toml", "survey/items", "survey/forms"} <= set(told["inputs"])
    assert told["policy"]["base"] == released.policy.base
    assert (
        told["hidden"]["rows"]
        == len(released.log)
        == sum(count for reasons in told["hidden"]["tables"].values() for count in reasons.values())
    )
    assert told["files"] == {
        name: hashlib.sha256(content).hexdigest() for name, content in files(tmp_path / "r").items()
        if name != "manifest.json"
    }  # fmt: skip
    assert {"kunskap", "python", "pandas"} <= set(told["versions"])
    text = json.dumps(told)
    assert str(tmp_path) not in text and "hemligt" not in text


def test_a_changed_byte_in_any_input_changes_its_digest_and_no_other(tmp_path: Path) -> None:
    survey, beside = tmp_path / "survey", tmp_path / "projekt"
    own = [survey / name for name in ("bank.toml", "population.csv", "items/goals/goals01.toml", "forms/baslinje.toml")]
    own += [survey / name for name in ("coding/understanding.toml", "fieldwork/kontaktlogg.csv")]
    given = [beside / name for name in ("2026/svar.csv", "2028/svar.csv", "äldre/2028/svar.csv", "rapport.toml")]
    ledger = [beside / "ledger/2026.json", beside / "ledger/2027.json"]
    for path in (*own, *given, *ledger):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"a = 1")
    files = [*given, beside / "ledger", beside / "finns-inte.csv"]
    before = hashed_inputs(survey, files, key=bytes(32))
    assert len(before) == len(own) + len(given) + 1 and str(tmp_path) not in str(before)
    for path in (*own, *given, *ledger):
        path.write_bytes(b"a = 2")
        after = hashed_inputs(survey, files, key=bytes(32))
        assert len({name for name in before if after[name] != before[name]}) == 1, path
        path.write_bytes(b"a = 1")
    assert hashed_inputs(survey, files, key=bytes(32)) == before


def test_a_manifest_that_someone_has_changed_removes_nothing_outside(
    short: Document, small_bank: Bank, words: Words, tmp_path: Path
) -> None:
    (tmp_path / "annat.csv").write_text("behåll")
    names = ["../annat.csv", "/etc/passwd.csv", "tables/../../annat.csv", "hemlig.key", 7]
    folder = tmp_path / "r"
    folder.mkdir()
    (folder / "hemlig.key").write_text("behåll")
    for content in (json.dumps({"files": names}), "[", '{"files": 3}', "[]"):
        (folder / "manifest.json").write_text(content)
        write_document(short, folder, bank=small_bank, words=words)
    assert (tmp_path / "annat.csv").is_file()
    assert (folder / "hemlig.key").is_file()


def test_broken_off_leaves_every_file_as_it_was(
    short: Document, small_bank: Bank, words: Words, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_document(short, tmp_path, bank=small_bank, words=words, to="html,xlsx")
    before = files(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    later = replace(short, date=datetime.date(2027, 1, 1))
    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(KunskapError) as told:
            write_document(later, tmp_path, bank=small_bank, words=words)
    assert told.value.codes == ("REPORT-06",)
    assert files(tmp_path) == before
