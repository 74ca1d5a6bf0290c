"""The door: what is refused, what respondents can never be handed, and files that are whole."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

import kunskap.publish as door
from kunskap.bank import Bank, read_bank
from kunskap.errors import KunskapError
from kunskap.publish import TOOLS, Tool, publish, without_keys
from kunskap.publish.files import write_all
from kunskap.publish.outline import outline
from kunskap.words import Words, read_words
from tests.publish.awkward import awkward_bank, with_other_keys

FOR_RESPONDENTS = [name for name, tool in TOOLS.items() if tool.for_respondents]


# one form of each make: the survey itself, a module's half, talk without right or wrong
EVERY_TIME = ("baslinje", "resa", "samtal")


@pytest.fixture
def words() -> dict[str, Words]:
    return {language: read_words(language=language) for language in ("sv", "en")}


def unpacked(content: bytes) -> str:
    """Everything that can be read in a file, also in a packed one."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(archive.read(name).decode("utf-8", errors="replace") for name in archive.namelist())


def leaks(tool: str, bank: Bank, form: str, folder: Path) -> list[str]:
    """What a tool's files tell of the keys: any word of an explanation, a source or a fact, or any difference at all
    when every key is another one."""
    paths = publish(form, tool=tool, folder=folder / "a", bank=bank)
    others = publish(form, tool=tool, folder=folder / "b", bank=with_other_keys(bank))
    found = []
    for path, other in zip(paths, others, strict=True):
        if path.read_bytes() != other.read_bytes():
            found.append(f"{path.name} depends on the keys")
        content = unpacked(path.read_bytes())
        for item in bank.form_items(form):
            secrets = [text for option in item.options for text in option.explanation.values()]
            secrets += [item.source.text if item.source else "", item.fact or ""]
            found += [f"{path.name}: {item.id}" for secret in secrets if len(secret) > 8 and secret in content]
    return found


@pytest.mark.parametrize("tool", FOR_RESPONDENTS)
def test_nothing_for_respondents_tells_a_key(tool: str, tmp_path: Path, bank: Bank) -> None:
    assert leaks(tool, awkward_bank(), "prov", tmp_path) == []
    for form in EVERY_TIME:
        assert leaks(tool, bank, form, tmp_path / form) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("tool", FOR_RESPONDENTS)
def test_no_other_form_tells_a_key_either(tool: str, tmp_path: Path, bank: Bank) -> None:
    for form in set(bank.forms) - set(EVERY_TIME):
        assert leaks(tool, bank, form, tmp_path / form) == []


def leaky(form: str, *, bank: Bank, words: Mapping[str, Words]) -> dict[str, bytes]:
    return {f"{form}.txt": " ".join(key for item in bank.form_items(form) for key in item.key).encode()}


def talkative(form: str, *, bank: Bank, words: Mapping[str, Words]) -> dict[str, bytes]:
    texts = [text for item in bank.form_items(form) for o in item.options for text in o.explanation.values()]
    return {f"{form}.txt": " ".join(texts).encode()}


@pytest.mark.parametrize("planted", [leaky, talkative])
def test_a_tool_that_would_tell_keys_has_none_to_tell(
    planted: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "TOOLS", MappingProxyType({"leaky": Tool(planted)}))  # type: ignore[arg-type]
    assert leaks("leaky", awkward_bank(), "prov", tmp_path) == []
    assert (tmp_path / "a" / "prov.txt").read_text(encoding="utf-8").strip() == ""


@pytest.mark.parametrize("planted", [leaky, talkative])
def test_a_leaked_key_or_explanation_would_be_seen(
    planted: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeing = Tool(planted, for_respondents=False)  # type: ignore[arg-type]
    monkeypatch.setattr(door, "TOOLS", MappingProxyType({"leaky": seeing}))
    assert leaks("leaky", awkward_bank(), "prov", tmp_path) != []


def test_without_keys_leaves_the_questions_as_they_are(bank: Bank) -> None:
    bare = without_keys(bank)
    for name, item in bank.items.items():
        assert (bare.items[name].stem, bare.items[name].option_ids) == (item.stem, item.option_ids)
        assert bare.items[name].is_knowledge == item.is_knowledge
    assert not any(item.key or item.fact or item.source for item in bare.items.values())
    assert not any(option.explanation for item in bare.items.values() for option in item.options)


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path, bank: Bank) -> None:
    with pytest.raises(KunskapError) as error:
        publish("finns-inte", tool="papyrus", folder=tmp_path, bank=bank, language="fi")
    assert error.value.codes == ("PUB-01", "PUB-02", "PUB-03")
    with pytest.raises(KunskapError) as error:
        publish(None, tool="limesurvey", folder=tmp_path, bank=bank)
    assert error.value.codes == ("PUB-02",)
    assert list(tmp_path.iterdir()) == []


def test_an_id_that_survey_tools_keep_for_themselves_is_refused(words: dict[str, Words]) -> None:
    bank = awkward_bank()
    form = bank.forms["prov"]
    taken = replace(bank.items["k1"], id="seed")
    section = replace(form.sections[2], items=("seed", *form.sections[2].items[1:]))
    form = replace(form, sections=(*form.sections[:2], section))
    bank = replace(bank, items={**bank.items, "seed": taken}, forms={"prov": form})
    with pytest.raises(KunskapError) as error:
        outline("prov", bank=bank, words=words)
    assert error.value.codes == ("PUB-05",)


def test_no_two_questions_share_a_code(words: dict[str, Words], bank: Bank) -> None:
    for one, form in [(bank, form) for form in bank.forms] + [(awkward_bank(), "prov")]:
        pages = outline(form, bank=one, words=words)
        questions = [question for page in pages for question in page.questions]
        codes = [q.code for q in questions] + [part.code for q in questions for part in q.parts]
        assert len({code.casefold() for code in codes}) == len(codes)
        assert all(len(code) <= 20 and code.isalnum() and code[0].isalpha() for code in codes)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(KunskapError) as error:
        publish("prov", tool="limesurvey", folder=tmp_path / "file", bank=awkward_bank())
    assert error.value.codes == ("PUB-06",)


def test_an_error_on_the_way_leaves_the_old_file_and_no_remains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_all(tmp_path, {"a.txt": b"old", "b.txt": b"old"})
    written: list[int] = []

    def failing(number: int) -> None:
        written.append(number)
        if len(written) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(KunskapError):
        write_all(tmp_path, {"a.txt": b"new", "b.txt": b"new"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt"]
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"old"}


def test_messages_name_no_form_that_is_not_there() -> None:
    assert "baslinje" in read_bank().forms  # PUB-02 gives it as an example
