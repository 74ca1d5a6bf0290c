"""What politicians think: not asked, not read and not computed, unless the project has decided so and says why."""

from __future__ import annotations

import csv
import io
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from kunskap.bank import Bank, read_bank
from kunskap.cli import app
from kunskap.decided import decided_bank, read_decided_bank
from kunskap.disclosure import read_policy, release
from kunskap.errors import KunskapError
from kunskap.inventory import inventory
from kunskap.publish import publish
from kunskap.quiz import questions_of
from kunskap.readers import Import, read_responses

KEY = bytes(range(32))
FORM = "attityder"
NOT_YET = '[decisions.attitudes]\ndecision = "ej fattat"\nground = ""\nnumber = ""\ndate = ""\n'
YES = (
    '[decisions.attitudes]\ndecision = "ja"\nground = "artikel 9.2 g och 6.1 e (påhittad)"\n'
    'number = "RS 2026/1"\ndate = "2026-11-01"\n'
)


@pytest.fixture(scope="module")
def closed(root: Path) -> Bank:
    return read_decided_bank(root / "survey")


@pytest.fixture(scope="module")
def opened(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Bank:
    return read_decided_bank(decided_survey(root, tmp_path_factory.mktemp("own") / "survey", YES))


def decided_survey(root: Path, folder: Path, decision: str) -> Path:
    shutil.copytree(root / "survey", folder)
    policy = folder / "policy.toml"
    text = policy.read_text(encoding="utf-8")
    assert NOT_YET in text
    policy.write_text(text.replace(NOT_YET, decision), encoding="utf-8")
    return folder


def answers_file(path: Path, bank: Bank, *roles: str) -> Path:
    """LimeSurvey's CSV: one person for each role, the officials with answers; 'pol!' and '!' answer too."""
    items = list(bank.forms[FORM].item_ids)
    rows = [["id", "submitdate", "lastpage", "startlanguage", "role", "sex", *items]]
    for number, role in enumerate(roles, start=1):
        answered = role == "tjm" or role.endswith("!")
        cells = [bank.items[name].option_ids[number % 3] if answered else "" for name in items]
        rows.append([str(number), "2026-10-01 08:00:00", "3", "sv", role.rstrip("!"), "km"[number % 2], *cells])
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8-sig")
    return path


def read(path: Path, bank: Bank) -> Import:
    return read_responses(path, bank=bank, form=FORM, key=KEY)


# The decision.


def test_without_a_decision_the_forms_keep_their_filters(root: Path, closed: Bank) -> None:
    assert closed.forms[FORM].shown_to == {name: {"role": ("tjm",)} for name in closed.forms[FORM].item_ids}
    assert all(closed.is_special(name) for name in closed.forms[FORM].item_ids)
    assert not read_policy(root / "survey").asks_politicians_attitudes


def test_a_policy_from_before_there_were_attitudes_means_no(root: Path, tmp_path: Path) -> None:
    survey = decided_survey(root, tmp_path / "survey", "")
    assert read_decided_bank(survey).forms[FORM].shown_to["attitudes01"] == {"role": ("tjm",)}


def test_a_no_means_no(root: Path, tmp_path: Path) -> None:
    survey = decided_survey(root, tmp_path / "survey", NOT_YET.replace("ej fattat", "nej"))
    assert read_decided_bank(survey).forms[FORM].shown_to["attitudes01"] == {"role": ("tjm",)}


def test_a_decision_with_its_ground_takes_the_filters_away_and_no_others(closed: Bank, opened: Bank) -> None:
    assert opened.forms[FORM].shown_to == {}
    others = [name for name in closed.forms if name != FORM]
    assert {name: opened.forms[name].shown_to for name in others} == {
        name: closed.forms[name].shown_to for name in others
    }


def test_only_the_filter_by_role_is_taken_away(root: Path, tmp_path: Path, closed: Bank) -> None:
    form = closed.forms[FORM]
    also_sex = {name: {"role": ("tjm",), "sex": ("k",)} for name in form.item_ids}
    bank = replace(closed, forms={FORM: replace(form, shown_to=also_sex)})
    policy = read_policy(decided_survey(root, tmp_path / "survey", YES))
    assert decided_bank(bank, policy=policy).forms[FORM].shown_to["attitudes02"] == {"sex": ("k",)}


@pytest.mark.parametrize(
    ("old", "new", "fields"),
    [
        ('ground = "artikel 9.2 g och 6.1 e (påhittad)"', 'ground = " "', ["ground"]),
        ('number = "RS 2026/1"', 'number = ""', ["number"]),
        ('date = "2026-11-01"', 'date = ""', ["date"]),
        ('"ja"', '"kanske"', ["decision"]),
        ('"artikel 9.2 g och 6.1 e (påhittad)"\nnumber = "RS 2026/1"', '""\nnumber = ""', ["ground", "number"]),
        ('"ja"', "true", ["decision", "decision"]),
    ],
)
def test_a_decision_that_does_not_say_why_is_refused(
    root: Path, tmp_path: Path, old: str, new: str, fields: list[str]
) -> None:
    assert old in YES
    survey = decided_survey(root, tmp_path / "survey", YES.replace(old, new))
    with pytest.raises(KunskapError) as caught:
        read_decided_bank(survey)
    assert caught.value.codes == ("GATE-24",) * len(fields)
    assert not [fault for fault in caught.value.faults if str(fault.values["expected"]) in fault.message("sv")]
    assert [fault.values["field"] for fault in caught.value.faults] == [
        f"decisions.attitudes.{name}" for name in fields
    ]


def test_a_decision_without_the_field_for_its_ground_is_refused(root: Path, tmp_path: Path) -> None:
    survey = decided_survey(root, tmp_path / "survey", re.sub("ground = .*\n", "", YES))
    with pytest.raises(KunskapError) as caught:
        read_decided_bank(survey)
    assert "GATE-22" in caught.value.codes


def test_faults_of_bank_and_policy_are_told_together(root: Path, tmp_path: Path) -> None:
    survey = decided_survey(root, tmp_path / "survey", YES.replace('"ja"', '"kanske"'))
    (survey / "items" / "attitudes" / "attitudes01.toml").unlink()
    with pytest.raises(KunskapError) as caught:
        read_decided_bank(survey)
    assert {"FORM-01", "GATE-24"} <= set(caught.value.codes)


# Publishing.


def relevances(path: Path) -> dict[str, str]:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")), delimiter="\t"))
    return {row["name"]: row["relevance"] for row in rows if row["class"] == "Q" and row["name"].startswith("att")}


def test_what_is_published_without_a_decision_asks_officials_only(tmp_path: Path, closed: Bank, opened: Bank) -> None:
    shown = relevances(publish(FORM, tool="limesurvey", folder=tmp_path, bank=closed)[0])
    assert set(shown) == set(closed.forms[FORM].item_ids)
    assert set(shown.values()) == {'((role.NAOK == "tjm"))'}
    assert set(relevances(publish(FORM, tool="limesurvey", folder=tmp_path, bank=opened)[0]).values()) == {"1"}
    rows = list(load_workbook(publish(FORM, tool="xlsform", folder=tmp_path, bank=closed)[0])["survey"].values)
    place = rows[0].index("relevant")
    found = {row[1]: row[place] for row in rows if str(row[1]).startswith("attitudes0")}
    assert set(found.values()) == {"(${role} = 'tjm')"} and len(found) == 4


def test_the_command_publishes_the_same_and_says_so(root: Path, tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["publish", "limesurvey", "--form", FORM, "--output", str(tmp_path)])
    assert ran.exit_code == 0, ran.output
    assert "bara till tjänstepersoner" in " ".join(ran.output.split())
    assert set(relevances(tmp_path / f"limesurvey_{FORM}.txt").values()) == {'((role.NAOK == "tjm"))'}


def test_the_participants_page_never_draws_them_for_a_politician(closed: Bank, opened: Bank) -> None:
    def asked(bank: Bank, tries: dict[str, list[list[str]]]) -> list[str]:
        return [item.id for item in questions_of(bank.forms[FORM], bank=bank, tries=tries) if item.id in bank.items]

    items = list(closed.forms[FORM].item_ids)
    assert asked(closed, {"role": [["tjm"]]}) == items
    assert asked(closed, {"role": [["pol"]]}) == asked(closed, {}) == []
    assert asked(closed, {"role": [["tjm"], ["pol"]]}) == []  # the latest answer holds
    assert asked(opened, {"role": [["pol"]]}) == items


# Reading.


def test_officials_answers_are_read_and_politicians_blanks_are_never_skips(tmp_path: Path, closed: Bank) -> None:
    got = read(answers_file(tmp_path / "svar.csv", closed, "tjm", "pol", "tjm"), closed)
    assert got.responses["attitudes01"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize(("roles", "count"), [(("tjm", "pol!"), 1), (("tjm", "pol!", "pol!", "pol"), 2), (("!",), 1)])
def test_a_file_with_politicians_answers_is_not_read(
    tmp_path: Path, closed: Bank, roles: tuple[str, ...], count: int
) -> None:
    with pytest.raises(KunskapError) as caught:
        read(answers_file(tmp_path / "svar.csv", closed, *roles), closed)
    assert caught.value.codes == ("READ-46",) * 4
    assert {fault.values["count"] for fault in caught.value.faults} == {count}
    assert "[decisions.attitudes]" in caught.value.message("sv")


def test_the_refusal_tells_no_answer(tmp_path: Path, closed: Bank) -> None:
    with pytest.raises(KunskapError) as caught:
        read(answers_file(tmp_path / "svar.csv", closed, "pol!"), closed)
    told = caught.value.message("sv") + caught.value.message("en")
    for name in closed.forms[FORM].item_ids:
        item = closed.items[name]
        assert not [text for option in item.options for text in option.text.values() if f"'{text}'" in told]


def test_with_a_decision_politicians_answers_are_read(tmp_path: Path, opened: Bank) -> None:
    got = read(answers_file(tmp_path / "svar.csv", opened, "tjm", "pol!", "pol"), opened)
    assert got.responses["attitudes01"].tolist() == [opened.items["attitudes01"].option_ids[n] for n in (1, 2)] + [
        "skip"
    ]


def test_the_command_refuses_in_plain_swedish(tmp_path: Path, closed: Bank) -> None:
    path = answers_file(tmp_path / "svar.csv", closed, "tjm", "pol!")
    for command in ("read", "report"):
        ran = CliRunner().invoke(app, [command, str(path), "--form", FORM])
        assert ran.exit_code != 0
        assert "READ-46" in ran.output and "Ingenting är läst" in " ".join(ran.output.split())
        assert "Traceback" not in ran.output


# Computing and reporting.


def test_what_was_read_with_a_decision_is_not_computed_without_it(tmp_path: Path, closed: Bank, opened: Bank) -> None:
    got = read(answers_file(tmp_path / "svar.csv", opened, *["tjm"] * 9, *["pol!"] * 8), opened)
    with pytest.raises(KunskapError) as caught:
        inventory(got, bank=closed)
    assert caught.value.codes == ("INV-02",) * 4
    made = inventory(got, bank=opened)
    assert made["attitudes"]["n"].unique().tolist() == [17]
    assert made["attitudes_by_role"]["role"].unique().tolist() == ["pol", "tjm"]


def test_officials_alone_are_computed_and_never_scored(tmp_path: Path, root: Path, closed: Bank) -> None:
    got = read(answers_file(tmp_path / "svar.csv", closed, *["tjm"] * 20, *["pol"] * 8), closed)
    made = inventory(got, bank=closed)
    assert sorted(name for name in made if name.startswith("attitudes")) == ["attitudes", "attitudes_by_sex"]
    assert made["attitudes"]["n"].unique().tolist() == [20]
    assert set(made["attitudes"]["statistic"]) == {"share"}
    released = release(made, policy=read_policy(root / "survey"), simulated=True)
    assert set(released.names) == set(made)


def test_who_has_no_known_role_is_not_computed(tmp_path: Path, closed: Bank) -> None:
    got = read(answers_file(tmp_path / "svar.csv", closed, "tjm", "tjm"), closed)
    people = got.respondents.assign(role=pd.Categorical(["tjm", None], categories=["pol", "tjm"]))
    with pytest.raises(KunskapError) as caught:
        inventory(replace(got, respondents=people), bank=closed)
    assert caught.value.codes == ("INV-02",) * 4


def test_the_form_mixes_with_nothing_and_baslinje_has_none_of_it(root: Path) -> None:
    bank = read_bank(root / "survey")
    for form in bank.forms.values():
        special = {bank.is_special(name) for name in form.item_ids}
        assert special == ({True} if form.id == FORM else {False}), form.id
