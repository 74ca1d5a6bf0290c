"""SPSS files written by pyreadstat, read back to the same truth."""

import random
import struct

import pandas as pd
import pyreadstat
import pytest

from kunskap.errors import KunskapError
from kunskap.readers import read_responses
from kunskap.readers.spss_structure import is_sound

from .conftest import LAYOUTS, assert_truth
from .hand import save_spss
from .test_forms import in_order


def answered(people):
    """An SPSS file holds no order of reaching: as completed sittings, with what that makes of their blanks."""
    return [person for person in people if person["submitdate"]]


@pytest.mark.parametrize("dates", ["text", "moments"])
def test_an_spss_file_reads_back_to_the_truth(dates, bank, people, tmp_path):
    path = save_spss(tmp_path / "svar.sav", answered(people), dates=dates)
    read = read_responses(path, bank=bank, form="example")
    assert read.kind == "spss"
    assert read.rejects.empty
    assert_truth(in_order(read), answered(people))


def test_incomplete_sittings_too(bank, people, tmp_path):
    read = read_responses(save_spss(tmp_path / "svar.sav", people), bank=bank, form="example")
    assert_truth(in_order(read), people)


def test_the_same_frame_as_limesurvey(bank, people, tmp_path):
    spss = read_responses(save_spss(tmp_path / "svar.sav", people), bank=bank, form="example")
    lime = read_responses(LAYOUTS / "limesurvey" / "api_code_long.csv", bank=bank, form="example")
    pd.testing.assert_frame_equal(spss.responses, lime.responses)
    pd.testing.assert_frame_equal(spss.respondents, lime.respondents)


def small(path, **columns):
    frame = pd.DataFrame({"id": [1.0, 2.0, 3.0, 4.0], **columns})
    labels = {"goals01": {1.0: "Vet ej", 2.0: "Ej svar", 3.0: "Ej ställd", 9.0: "Strykning"}}
    pyreadstat.write_sav(
        frame, str(path), variable_value_labels=labels, missing_ranges={"goals01": [{"lo": 1, "hi": 9}]}
    )
    return path


def test_declared_missing_values_mean_what_their_labels_say(bank, tmp_path):
    path = small(tmp_path / "svar.sav", goals01=[1.0, 2.0, 3.0, None])
    read = read_responses(path, bank=bank, form="example")
    assert read.responses["goals01"].tolist()[:2] == ["dk", "skip"]
    assert pd.isna(read.responses["goals01"].iloc[2])
    assert read.responses["goals01"].iloc[3] == "skip"
    assert read.rejects.empty


def test_codes_as_texts_and_an_unlabelled_number(bank, tmp_path):
    path = small(tmp_path / "svar.sav", rds03=["y", "n", "", "kanske"], role=["pol"] * 4)
    read = read_responses(path, bank=bank, form="example")
    assert read.responses["rds03"].tolist()[:3] == ["y", "n", "skip"]
    assert read.rejects[["row", "column", "value", "code"]].values.tolist() == [[4, "rds03", "kanske", "READ-05"]]


@pytest.mark.parametrize("content", [b"$FL2@(#) SPSS DATA FILE" + b"\x01" * 400, b"$FL3", b"inte alls SPSS"])
def test_a_damaged_file(content, bank, tmp_path):
    path = tmp_path / "svar.sav"
    path.write_bytes(content)
    with pytest.raises(KunskapError) as error:
        read_responses(path, bank=bank, form="example")
    assert error.value.codes == ("READ-12",)


def test_a_file_cut_short(bank, people, tmp_path):
    path = save_spss(tmp_path / "svar.sav", people)
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(KunskapError) as error:
        read_responses(path, bank=bank, form="example")
    assert error.value.codes == ("READ-12",)


def test_a_file_without_rows(bank, people, tmp_path):
    path = tmp_path / "svar.sav"
    pyreadstat.write_sav(pd.DataFrame({"role": pd.Series([], dtype="float64")}), str(path))
    with pytest.raises(KunskapError) as error:
        read_responses(path, bank=bank, form="example")
    assert error.value.codes == ("READ-07",)


@pytest.mark.parametrize("declared", [b"windows-1252", None])
def test_a_file_in_windows_1252(declared, bank, tmp_path):
    path = small(tmp_path / "svar.sav", rds03=["y"] * 4, comment=["Kansze"] * 4)
    content = path.read_bytes()
    told = struct.pack("<4i", 7, 20, 1, 5) + b"UTF-8"
    assert told in content
    new = struct.pack("<4i", 7, 20, 1, 12) + b"windows-1252" if declared else b""
    path.write_bytes(content.replace(told, new).replace(b"Kansze", b"K\xe4n\xf6  "))
    read = read_responses(path, bank=bank, form="example")
    assert read.texts["text"].str.strip().unique().tolist() == ["Känö"]


def damaged(content, seed):
    rng = random.Random(seed)
    content = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content[: rng.randrange(len(content))] if seed % 5 == 0 else content)


def test_damage_that_kills_the_library_is_seen_first(people, tmp_path):
    """Each of these made pyreadstat end the whole process: a label of variable 4000, a text of no length."""
    content = save_spss(tmp_path / "svar.sav", people).read_bytes()
    assert is_sound(content)
    labels = content.index(struct.pack("<2i", 4, 1))
    assert not is_sound(content[: labels + 8] + struct.pack("<i", 4000) + content[labels + 12 :])
    variable = content.index(struct.pack("<2i", 2, 0))
    assert not is_sound(content[: variable + 4] + struct.pack("<i", 195) + content[variable + 8 :])


def test_no_damage_gets_further_than_a_fault(bank, people, tmp_path):
    content = save_spss(tmp_path / "svar.sav", people).read_bytes()
    path = tmp_path / "skadad.sav"
    outcomes = set()
    for seed in range(150):
        path.write_bytes(damaged(content, seed))
        try:
            read_responses(path, bank=bank, form="example").summary("sv")
            outcomes.add("read")
        except KunskapError as error:
            outcomes.update(error.codes)
    assert {"read", "READ-12"} <= outcomes
