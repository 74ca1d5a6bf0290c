"""The contact log, the AAPOR's rates, and the answers day by day: counts only, and never so small that they tell."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kunskap.bank import Bank
from kunskap.design import Design, read_design
from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.fieldwork import LOG_COLUMNS, answered_by_day, outcome_rates, read_contact_log

HEAD = "role;orgtype;sex;invited;not_reached;reminded;refused;answered;partial;not_eligible\n"
SOUND = HEAD + "pol;reg;k;38;2;20;3;24;1;0\npol;reg;m;39;1;25;4;20;0;2\n"


def write(folder: Path, text: str) -> Path:
    path = folder / "kontaktlogg.csv"
    path.write_text(text, encoding="utf-8")
    return path


# --- the contact log


def test_a_sound_log_is_read(tmp_path: Path, bank: Bank, root: Path) -> None:
    log = read_contact_log(write(tmp_path, SOUND), bank=bank, design=read_design(root / "survey"))
    assert tuple(log.columns) == LOG_COLUMNS
    assert log["invited"].tolist() == [38, 39]
    assert log["sex"].tolist() == ["k", "m"]


def test_a_workbook_with_labels_is_read_as_the_same(tmp_path: Path, bank: Bank) -> None:
    log = read_contact_log(write(tmp_path, SOUND), bank=bank)
    labelled = log.assign(role="Förtroendevald politiker", orgtype="region eller landsting", sex=["Kvinna", "Man"])
    labelled.to_excel(tmp_path / "logg.xlsx", index=False)
    pd.testing.assert_frame_equal(read_contact_log(tmp_path / "logg.xlsx", bank=bank), log)


def test_what_may_be_left_out_is_zero(tmp_path: Path, bank: Bank) -> None:
    short = "\n".join(";".join(line.split(";")[:8]) for line in SOUND.splitlines())
    log = read_contact_log(write(tmp_path, short), bank=bank)
    assert log[["partial", "not_eligible"]].to_numpy().sum() == 0


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("refused;", "avböjt;", "FIELD-01"),
        ("partial;", "namn;", "FIELD-02"),
        ("38;2", "38;två", "FIELD-03"),
        ("38;2", "38;", "FIELD-03"),
        ("38;2", "38;-2", "FIELD-03"),
        ("38;2", "38;2.5", "FIELD-03"),
        ("pol;reg;k", "pol;reg;kv", "FIELD-04"),
        ("pol;reg;m", "pol;reg;k", "FIELD-05"),
        ("24;1;0", "34;1;0", "FIELD-06"),
        (";20;3", ";40;3", "FIELD-07"),
        ("k;38", "k;48", "FIELD-08"),
    ],
)
def test_a_planted_fault_is_told_with_its_place(
    tmp_path: Path, bank: Bank, root: Path, old: str, new: str, code: str
) -> None:
    assert old in SOUND
    with pytest.raises(KunskapError) as caught:
        read_contact_log(write(tmp_path, SOUND.replace(old, new, 1)), bank=bank, design=read_design(root / "survey"))
    assert code in caught.value.codes
    assert "kontaktlogg.csv" in caught.value.faults[0].where


def test_all_faults_are_told_at_once(tmp_path: Path, bank: Bank) -> None:
    with pytest.raises(KunskapError) as caught:
        read_contact_log(write(tmp_path, SOUND.replace("38", "x").replace("pol", "p")), bank=bank)
    assert caught.value.codes == ("FIELD-04", "FIELD-03", "FIELD-04")


def test_the_template_has_the_frames_strata_and_waits_to_be_filled(root: Path, bank: Bank) -> None:
    path = root / "survey" / "fieldwork" / "kontaktlogg.csv"
    with pytest.raises(KunskapError) as caught:
        read_contact_log(path, bank=bank)
    assert caught.value.codes == ("FIELD-13",)  # once, not for every empty cell
    strata = pd.read_csv(path, sep=";")[["role", "orgtype", "sex"]]
    frame = read_design(root / "survey").population[["role", "orgtype", "sex"]]
    pd.testing.assert_frame_equal(strata, frame.astype(strata.dtypes.to_dict()), check_dtype=False)
    told = (path.parent / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in told for name in LOG_COLUMNS if name not in ("role", "orgtype", "sex"))


# --- rates


def log_of(**counts: int) -> pd.DataFrame:
    known = {"role": "pol", "orgtype": "reg", "sex": "k", "reminded": 0, "partial": 0, "not_eligible": 0}
    return pd.DataFrame([known | {"not_reached": 0, "refused": 0} | counts])


def test_rates_are_those_of_another_program() -> None:
    """The example in the README of the R package outcomerate 1.0.1.

    I = 4, P = 2, R = 1, NC + O = 2, UH + UO = 2, NE = 1; it counts *other* (O), which a log here has not, among the
    non-contacts: COOP1 and COOP2, where the two differ, are therefore not compared.
    """
    printed = {"RR1": 0.364, "RR2": 0.545, "RR3": 0.370, "RR4": 0.556, "COOP3": 0.571, "COOP4": 0.857}
    printed |= {"REF1": 0.091, "REF2": 0.093, "REF3": 0.111}
    log = log_of(invited=12, answered=4, partial=2, refused=1, not_reached=2, not_eligible=1)
    rates = outcome_rates(log).set_index("rate")["estimate"]
    assert rates.round(3).to_dict() == printed


def test_eligibility_can_be_given_and_lies_between_the_extremes() -> None:
    log = log_of(invited=100, answered=50, not_reached=20)
    rates = {e: outcome_rates(log, eligible=e).set_index("rate")["estimate"] for e in (0.0, 0.5, 1.0)}
    assert rates[1.0]["RR3"] == rates[1.0]["RR1"] == 0.5
    assert rates[0.0]["RR3"] == 50 / 80
    assert rates[0.5]["RR3"] == 50 / 90
    with pytest.raises(KunskapError) as caught:
        outcome_rates(log, eligible=1.2)
    assert caught.value.codes == ("FIELD-11",)


def test_rates_by_group_share_one_eligibility() -> None:
    log = pd.concat([log_of(invited=10, answered=5, not_eligible=5), log_of(invited=10, answered=5, not_reached=5)])
    log["sex"] = ["k", "m"]
    table = outcome_rates(log, by=["sex"]).set_index(["sex", "rate"])
    assert table.loc[("k", "RR3"), "estimate"] == 1
    assert table.loc[("m", "RR3"), "estimate"] == pytest.approx(5 / (5 + 5 * 10 / 15))
    with pytest.raises(KunskapError) as caught:
        outcome_rates(log, by=["age"])
    assert caught.value.codes == ("FIELD-12",)


def test_nobody_invited_has_no_rate() -> None:
    rates = outcome_rates(log_of(invited=0, answered=0))
    assert rates["estimate"].isna().all()


# --- day by day


def came_in(days: dict[str, list[int]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Role → the day of each answer, as a number from 1 February."""
    rows = [(f"{role}{i}", role, day) for role, listed in days.items() for i, day in enumerate(listed)]
    people = pd.DataFrame(rows, columns=["respondent_id", "role", "day"]).assign(wave="2026", orgtype="reg")
    times = pd.Timestamp(2026, 2, 1, 23, 59) + pd.to_timedelta(people["day"], unit="D")
    responses = people[["respondent_id", "wave"]].assign(sitting_id=people["respondent_id"], completed_at=times)
    return responses, people[["respondent_id", "wave", "role", "orgtype"]]


def frame_of(**persons: int) -> Design:
    rows = [{"role": role, "orgtype": "reg", "sex": "k", "persons": size, "valid_from": "2022-10-15"} for role, size in persons.items()]  # fmt: skip  # noqa: E501
    return Design(pd.DataFrame(rows))


def test_counts_add_up_day_by_day() -> None:
    responses, respondents = came_in({"pol": [0, 0, 1, 4]})
    table = answered_by_day(responses, respondents=respondents, design=frame_of(pol=10))
    assert table[["option", "count", "n", "estimate"]].values.tolist() == [
        ["2026-02-01", 2, 10, 0.2],
        ["2026-02-02", 3, 10, 0.3],
        ["2026-02-05", 4, 10, 0.4],
    ]


def test_who_broke_off_does_not_count_and_who_answered_twice_counts_once() -> None:
    responses, respondents = came_in({"pol": [0, 1, 2]})
    responses.loc[2, "completed_at"] = pd.NaT
    again = responses.iloc[[0]].assign(sitting_id="again", completed_at=pd.Timestamp(2026, 2, 20))
    table = answered_by_day(pd.concat([responses, again]), respondents=respondents, design=frame_of(pol=10))
    assert table["count"].tolist() == [1, 2]
    assert table["option"].iloc[-1] == "2026-02-02"


def test_no_row_is_so_near_the_one_before_that_it_tells_of_a_few() -> None:
    rng = np.random.default_rng(3)
    for _ in range(200):
        size = int(rng.integers(1, 60))
        step = int(rng.integers(1, 12))
        responses, respondents = came_in({"pol": rng.integers(0, 20, size).tolist()})
        if size < step:
            with pytest.raises(KunskapError):
                answered_by_day(responses, respondents=respondents, design=frame_of(pol=80), step=step)
            continue
        table = answered_by_day(responses, respondents=respondents, design=frame_of(pol=80), step=step)
        counts = table["count"].astype(int).to_numpy()
        assert np.diff(counts, prepend=0).min() >= step
        assert counts[-1] == size, "the last row holds all"


def test_the_gate_hides_small_groups_and_what_all_or_nearly_all_did(root: Path) -> None:
    responses, respondents = came_in({"pol": [0] * 5, "tjm": [0] * 8 + [3] * 11})
    table = answered_by_day(responses, respondents=respondents, design=frame_of(pol=6, tjm=20), step=5)
    assert set(table["role"]) == {"pol", "tjm"}
    shown = release({"days": table}, policy=read_policy(root / "survey")).table("days")
    assert shown.loc[shown["role"] == "pol", "count"].isna().all(), "six persons are too few to be shown"
    officials = shown[shown["role"] == "tjm"].set_index("option")
    assert officials.loc["2026-02-01", "count"] == 8
    assert officials["count"].isna().loc["2026-02-04"], "all but one have answered"


def test_what_cannot_be_counted_is_told() -> None:
    responses, respondents = came_in({"pol": [0, 1]})
    timeless = responses.assign(completed_at=pd.Timestamp(1980, 1, 1))
    cases: list[tuple[pd.DataFrame, Design, int, str]] = [
        (timeless, frame_of(pol=10), 1, "FIELD-09"),
        (responses, frame_of(tjm=10), 1, "FIELD-10"),
        (responses, frame_of(pol=10), 0, "FIELD-11"),
        (responses, frame_of(pol=1), 1, "EST-06"),
    ]
    for given, design, step, code in cases:
        with pytest.raises(KunskapError) as caught:
            answered_by_day(given, respondents=respondents, design=design, step=step)
        assert caught.value.codes == (code,)


def test_a_day_ends_at_midnight() -> None:
    responses, respondents = came_in({"pol": [0, 0]})
    responses["completed_at"] = [pd.Timestamp(2026, 2, 1, 23, 59, 59), pd.Timestamp(2026, 2, 2)]
    table = answered_by_day(responses, respondents=respondents, design=frame_of(pol=10))
    assert [datetime.date.fromisoformat(day).day for day in table["option"]] == [1, 2]
