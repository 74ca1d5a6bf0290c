"""From two coders' files to released shares: nothing decided by itself, nothing about one person."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
import pytest

from kunskap.coding import (
    Coding,
    CodingFrame,
    coded_shares,
    read_coder,
    read_coding_frame,
    read_codings,
    save_coder,
    settle,
    text_keys,
    unsettled,
)
from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError

ITEM = "understanding01"
KEY = b"k" * 32


@pytest.fixture(scope="module")
def frame(root: Path) -> CodingFrame:
    return read_coding_frame(root / "survey")


def texts(n: int) -> pd.DataFrame:
    return pd.DataFrame(
        {"sitting_id": [f"s{i}" for i in range(n)], "item": ITEM, "text": [f"Text {i}" for i in range(n)]}
    )


def coded_by(name: str, folder: Path, table: pd.DataFrame, codes: list[tuple[str, ...]]) -> Path:
    keys = text_keys(table, key=KEY)
    listed = [Coding(text, ITEM, chosen) for text, chosen in zip(keys, codes, strict=False)]
    return save_coder(folder / f"{name}.csv", listed)


# --- files


def test_what_is_saved_is_read_again(tmp_path: Path, frame: CodingFrame) -> None:
    day = datetime.date(2026, 11, 20)
    codings = (
        Coding("t1", ITEM, ("power", "terms"), "=makt; \"och\" 'pengar'", day),
        Coding("t2", "understanding02", ()),
        Coding("t3", ITEM, ("staff",), "'så", day),
    )
    path = save_coder(tmp_path / "åsa.csv", codings)
    assert read_coder(path, frame=frame) == codings
    assert ";=makt" not in path.read_text(encoding="utf-8-sig"), "a spreadsheet must not run it"


def test_a_text_key_tells_nothing_and_follows_the_words() -> None:
    table = texts(3)
    keys = text_keys(table, key=KEY)
    assert keys.is_unique
    assert text_keys(table, key=b"other").ne(keys).all()
    changed = table.assign(text=table["text"].str.upper())
    assert text_keys(changed, key=KEY).ne(keys).all()


HEAD = "text;item;codes;quotation;ticked_on\n"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("t1;understanding01;makt;;\n", "CODE-09"),
        ("t1;understanding01;power none;;\n", "CODE-09"),
        ("t1;understanding01;;;\n", "CODE-10"),
        ("t1;understanding01;power;;\nt1;understanding01;none;;\n", "CODE-11"),
        ("t1;understanding01;power\n", "CODE-12"),
        ("t1;understanding01;power;makt;igår\n", "CODE-12"),
        ("t1;goals01;power;;\n", "CODE-07"),
    ],
)
def test_a_fault_in_a_file_is_told_with_its_row(tmp_path: Path, frame: CodingFrame, content: str, code: str) -> None:
    (tmp_path / "a.csv").write_text(HEAD + content, encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        read_coder(tmp_path / "a.csv", frame=frame)
    assert caught.value.codes == (code,)
    assert "row" in caught.value.faults[0].where


@pytest.mark.parametrize("content", [b"", b"a;b\n", b"\xff\xfe\x00", HEAD.encode() + b'"t1'])
def test_another_kind_of_file_is_told(tmp_path: Path, frame: CodingFrame, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(KunskapError) as caught:
        read_coder(tmp_path / "a.csv", frame=frame)
    assert caught.value.codes == ("CODE-12",)


def test_faults_of_all_files_are_told_at_once(tmp_path: Path, frame: CodingFrame) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.csv").write_text(HEAD + "t1;understanding01;makt;;\n", encoding="utf-8")
    with pytest.raises(KunskapError) as caught:
        read_codings([tmp_path / "a.csv", tmp_path / "b.csv"], frame=frame)
    assert caught.value.codes == ("CODE-09", "CODE-09")


# --- settling


def test_what_coders_agree_on_goes_further_and_the_rest_is_refused(tmp_path: Path, frame: CodingFrame) -> None:
    table = texts(3)
    same: list[tuple[str, ...]] = [("power",), (), ("terms", "staff")]
    a = coded_by("a", tmp_path, table, same)
    b = coded_by("b", tmp_path, table, [*same[:2], ("terms",)])
    codings = read_codings([a, b], frame=frame)
    assert unsettled(codings) == [text_keys(table, key=KEY)[2]]
    with pytest.raises(KunskapError) as caught:
        settle(codings, texts=table, key=KEY)
    assert caught.value.codes == ("CODE-14",)
    joint = coded_by("gemensam", tmp_path, table.iloc[2:], [("terms",)])
    coded = settle(codings, texts=table, key=KEY, settled=read_codings([joint], frame=frame))
    assert coded[f"{ITEM}.power"].tolist() == ["yes", "no", "no"]
    assert coded[f"{ITEM}.staff"].tolist() == ["no", "no", "no"]
    assert coded.index.tolist() == ["s0", "s1", "s2"]


def test_a_text_that_one_coder_has_left_out_is_not_settled(tmp_path: Path, frame: CodingFrame) -> None:
    table = texts(2)
    a = coded_by("a", tmp_path, table, [("power",), ("power",)])
    b = coded_by("b", tmp_path, table, [("power",)])
    with pytest.raises(KunskapError) as caught:
        settle(read_codings([a, b], frame=frame), texts=table, key=KEY)
    assert caught.value.codes == ("CODE-14",)
    with pytest.raises(KunskapError) as alone:
        settle(read_codings([a], frame=frame), texts=table, key=KEY)
    assert alone.value.codes == ("CODE-15",)


def test_who_has_withdrawn_is_in_no_share(tmp_path: Path, frame: CodingFrame) -> None:
    table = texts(4)
    codes: list[tuple[str, ...]] = [("power",), ("power",), (), ()]
    codings = read_codings([coded_by(name, tmp_path, table, codes) for name in "ab"], frame=frame)
    left = table.iloc[1:]
    coded = settle(codings, texts=left, key=KEY)
    assert coded.index.tolist() == ["s1", "s2", "s3"]


# --- shares


def people(n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    ids = [f"p{i}" for i in range(n)]
    responses = pd.DataFrame({"sitting_id": [f"s{i}" for i in range(n)], "respondent_id": ids, "wave": "2026"})
    roles = ["pol" if i % 2 else "tjm" for i in range(n)]
    return responses, pd.DataFrame({"respondent_id": ids, "wave": "2026", "role": roles})


def coded(answers: Mapping[str, Sequence[str | None]]) -> pd.DataFrame:
    size = len(next(iter(answers.values())))
    columns = {name: pd.Categorical(list(values), categories=["yes", "no"]) for name, values in answers.items()}
    return pd.DataFrame(columns, index=[f"s{i}" for i in range(size)])


def test_shares_by_group_are_of_those_who_wrote() -> None:
    responses, respondents = people(6)
    table = coded_shares(
        coded({"u.power": ["yes", "yes", "no", "no", None, None]}),
        responses=responses, respondents=respondents, by=["role"],
    )  # fmt: skip
    yes = table[table["option"] == "yes"].set_index("role")
    assert yes["count"].to_dict() == {"pol": 1, "tjm": 1}
    assert yes["n"].to_dict() == {"pol": 2, "tjm": 2}


def test_only_the_sittings_that_are_analysed_count() -> None:
    responses, _ = people(6)
    all_of_them = coded({"u.power": ["yes"] * 3 + ["no"] * 3})
    table = coded_shares(all_of_them, responses=responses.iloc[:4])
    assert table["n"].tolist() == [4, 4]


def test_what_is_missing_or_unknown_is_told() -> None:
    one = coded({"u.power": ["yes", "no"]})
    for responses in (None, people(2)[0]):
        with pytest.raises(KunskapError) as caught:
            coded_shares(one, by=["role"], responses=responses)
        assert caught.value.codes == ("CODE-16",)
    with pytest.raises(KunskapError) as unknown:
        coded_shares(one, codes=["u.makt"])
    assert unknown.value.codes == ("CODE-17",)


@pytest.mark.parametrize(("yes", "is_hidden"), [(0, True), (1, True), (2, False), (18, False), (19, True), (20, True)])
def test_the_gate_treats_each_code_as_a_yes_or_no_of_its_own(root: Path, yes: int, is_hidden: bool) -> None:
    """Nobody, one, all but one and everybody: each says what single persons wrote or did not write."""
    table = coded_shares(coded({"u.power": ["yes"] * yes + ["no"] * (20 - yes), "u.terms": ["yes", "no"] * 10}))
    released = release({"codes": table}, policy=read_policy(root / "survey")).table("codes")
    hidden = released.groupby("item")["estimate"].apply(lambda column: column.isna().all())
    assert hidden["u.power"] == is_hidden
    assert not hidden["u.terms"], "several codes per text: one hidden code hides no other"


def test_the_gate_hides_a_code_in_a_small_group(root: Path) -> None:
    responses, respondents = people(30)
    respondents.loc[6:, "role"] = "tjm"
    both = coded({"u.power": ["yes", "no", "no"] * 10})
    by_role = coded_shares(both, responses=responses, respondents=respondents, by=["role"])
    released = release({"by_role": by_role}, policy=read_policy(root / "survey")).table("by_role")
    assert released.loc[released["role"] == "pol", "estimate"].isna().all()
