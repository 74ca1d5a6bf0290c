"""Two reports on the same people, or nearly: what the second may tell when the first is out."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from kunskap.bank import Bank
from kunskap.cli import app
from kunskap.disclosure import Earlier, Policy, read_policy, release
from kunskap.errors import KunskapError
from kunskap.ledger import Ledger, read_ledger, release_beside, who_answered
from kunskap.project import Project, new_project, open_project
from kunskap.readers import Import, read_responses
from kunskap.tables import estimates

DAY = datetime.date(2026, 11, 22)


def shares(counts: Mapping[tuple[str, str], tuple[int, int]], by: tuple[str, ...]) -> pd.DataFrame:
    """(Level of each variable) → (right, n) as a table of one item."""
    rows = []
    for levels, (right, n) in counts.items():
        for option, count in (("right", right), ("wrong", n - right)):
            group = dict(zip(by, levels, strict=False))
            names = {"universe": "all", "item": "goals01", "option": option, "statistic": "share", "unit": "share"}
            rows.append(group | names | {"count": count, "n": n, "estimate": count / n})
    return estimates(rows, by=list(by))


def crowd(count: int, sign: str = "", tables: Mapping[str, pd.DataFrame] | None = None) -> Earlier:
    return Earlier("förra", {"2026": count}, {"2026": sign or str(count)}, tables or {})


def out(tables: Mapping[str, pd.DataFrame], count: int, policy: Policy, sign: str = "") -> Earlier:
    made = release(tables, policy=policy)
    return crowd(count, sign, {name: made.table(name) for name in made.names})


@pytest.fixture
def policy(root: Path) -> Policy:
    return read_policy(root / "survey")


EVERYONE = {("", ""): (40, 80)}
BY_SEX = {("k", ""): (22, 41), ("m", ""): (18, 39)}


def codes(caught: pytest.ExceptionInfo[KunskapError]) -> list[str]:
    return [one.code for one in caught.value.faults]


@pytest.mark.parametrize("now", [81, 86, 79, 74])
def test_a_crowd_that_differs_by_a_few_is_refused(policy: Policy, now: int) -> None:
    first = out({"all": shares(EVERYONE, ())}, 80, policy)
    later = {"all": shares({("", ""): (41, now)}, ())}
    with pytest.raises(KunskapError) as caught:
        release(later, policy=policy, about=crowd(now), earlier=[first])
    assert codes(caught) == ["GATE-30"]
    assert "80" in caught.value.message("sv") and "7" in caught.value.message("sv")
    release(later, policy=policy, about=crowd(now))  # by itself it may leave


def test_other_answers_of_as_many_are_refused(policy: Policy) -> None:
    first = out({"all": shares(EVERYONE, ())}, 80, policy, sign="a")
    with pytest.raises(KunskapError) as caught:
        release({"all": shares(EVERYONE, ())}, policy=policy, about=crowd(80, "b"), earlier=[first])
    assert codes(caught) == ["GATE-30"]


def test_seven_more_may_be_told_of_but_not_when_six_of_them_are_women(policy: Policy) -> None:
    by = ("sex",)
    first = out({"sex": shares(BY_SEX, by)}, 80, policy)
    both = {("k", ""): (26, 48), ("m", ""): (21, 46)}
    told = release({"sex": shares(both, by)}, policy=policy, about=crowd(94), earlier=[first])
    assert told.table("sex")["hidden"].isna().all(), "seven and seven"
    fewer = {("k", ""): (26, 48), ("m", ""): (20, 45)}
    told = release({"sex": shares(fewer, by)}, policy=policy, about=crowd(93), earlier=[first]).table("sex")
    assert set(told.loc[told["sex"].eq("m"), "hidden"]) == {"base"}, "six men have come"
    assert release({"sex": shares(fewer, by)}, policy=policy).table("sex")["hidden"].isna().all()


def test_what_newcomers_all_answered_is_not_told(policy: Policy) -> None:
    first = out({"all": shares(EVERYONE, ())}, 80, policy)
    alike = {"all": shares({("", ""): (50, 90)}, ())}
    assert len(release(alike, policy=policy, about=crowd(90), earlier=[first]).log), "all ten were right"
    mixed = {"all": shares({("", ""): (45, 90)}, ())}
    assert not len(release(mixed, policy=policy, about=crowd(90), earlier=[first]).log)


def test_a_second_report_cannot_fill_the_hole_of_the_first(policy: Policy) -> None:
    cells = {("pol", "k"): (3, 5), ("pol", "m"): (9, 20), ("tjm", "k"): (10, 30), ("tjm", "m"): (12, 25)}
    first = {"both": shares(cells, ("role", "sex"))}
    by_role = {"role": shares({("pol", ""): (12, 25), ("tjm", ""): (22, 55)}, ("role",))}
    alone = release(by_role, policy=policy)
    assert not len(alone.log)
    beside = release(by_role, policy=policy, about=crowd(80), earlier=[out(first, 80, policy)])
    told = beside.table("role")
    assert told.loc[told["role"].eq("pol"), "hidden"].notna().all(), "25 politicians less 20 men are the five women"


def test_the_same_report_again_is_the_same(policy: Policy) -> None:
    tables = {"all": shares(EVERYONE, ()), "sex": shares(BY_SEX, ("sex",))}
    first = out(tables, 80, policy)
    again = release(tables, policy=policy, about=crowd(80), earlier=[first, first])
    for name in tables:
        pd.testing.assert_frame_equal(again.table(name), first.tables[name])


def test_a_figure_that_was_another_is_refused(policy: Policy) -> None:
    first = out({"all": shares(EVERYONE, ())}, 80, policy)
    with pytest.raises(KunskapError) as caught:
        release({"all": shares({("", ""): (41, 80)}, ())}, policy=policy, about=crowd(80), earlier=[first])
    assert set(codes(caught)) == {"GATE-31"}


def test_another_wave_is_of_other_people_and_who_it_is_about_is_demanded(policy: Policy) -> None:
    first = out({"all": shares(EVERYONE, ())}, 80, policy)
    tables = {"all": shares({("", ""): (41, 81)}, ())}
    other = Earlier("", {"2028": 81}, {"2028": "81"}, {})
    assert not len(release(tables, policy=policy, about=other, earlier=[first]).log)
    with pytest.raises(KunskapError) as caught:
        release(tables, policy=policy, earlier=[first])
    assert codes(caught) == ["GATE-32"]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    new_project(tmp_path / "p")
    return open_project(tmp_path / "p")


@pytest.fixture(scope="module")
def read(root: Path, bank: Bank) -> Import:
    return read_responses(root / "data" / "demo" / "limesurvey_2016_simulerad.csv", bank=bank, wave="2016")


def some(read: Import, count: int) -> Import:
    rows = read.responses[read.responses["completed_at"].notna()].head(count)
    kept = read.respondents["respondent_id"].isin(rows["respondent_id"])
    return replace(read, responses=rows, respondents=read.respondents[kept])


def test_the_sign_is_of_people_and_answers_and_not_of_their_order(read: Import) -> None:
    one = who_answered([read], key=bytes(32))
    turned = replace(read, responses=read.responses.iloc[::-1], respondents=read.respondents.sample(frac=1))
    assert who_answered([turned], key=bytes(32)) == one
    assert who_answered([read], key=bytes([1] * 32)).crowd != one.crowd, "nobody without the key can try answers"
    changed = read.responses.copy()
    place = changed.index[changed["completed_at"].notna()][0]
    item = next(name for name in changed.columns if name.startswith("goals"))
    changed.loc[place, item] = next(
        level for level in changed[item].cat.categories if level != changed.loc[place, item]
    )
    assert who_answered([replace(read, responses=changed)], key=bytes(32)).crowd != one.crowd
    assert who_answered([some(read, 100)]).persons == {"2016": 100}


def test_a_project_keeps_what_it_releases_and_no_hidden_figure(project: Project, read: Import, policy: Policy) -> None:
    tables = {"both": shares({("pol", "k"): (3, 5), ("pol", "m"): (9, 20), ("tjm", "k"): (10, 30)}, ("role", "sex"))}
    keep = {"project": project, "policy": policy, "name": "inventering", "date": DAY}
    released = release_beside(tables, [some(read, 55)], **keep)
    (entry,) = read_ledger(project).entries
    shown, kept = released.table("both"), entry.release.tables["both"]
    assert (entry.date, entry.name, entry.rows, entry.hidden) == (
        DAY,
        "inventering",
        6,
        int(shown["hidden"].notna().sum()),
    )
    hidden = shown["hidden"].notna()
    assert hidden.any() and kept.loc[hidden, ["count", "n", "estimate", "se", "low", "high"]].isna().all(axis=None)
    assert kept.loc[~hidden, "count"].tolist() == shown.loc[~hidden, "count"].tolist()
    text = next((project.folder / "ledger").iterdir()).read_text(encoding="utf-8")  # type: ignore[operator]
    assert not any(person in text for person in read.responses["respondent_id"].astype("str"))
    release_beside(tables, [some(read, 55)], **keep)
    assert len(read_ledger(project).entries) == 1, "twice is once"
    release_beside(tables, [some(read, 75)], **keep, is_draft=True)
    assert len(read_ledger(project).entries) == 1, "a draft stays at home"
    with pytest.raises(KunskapError) as caught:
        release_beside(tables, [some(read, 56)], **keep)
    assert codes(caught) == ["GATE-30"]


def test_a_file_that_cannot_be_read_stops_everything(project: Project, read: Import, policy: Policy) -> None:
    tables = {"all": shares(EVERYONE, ())}
    release_beside(tables, [some(read, 80)], project=project, policy=policy, name="x", date=DAY)
    (path,) = (project.folder / "ledger").iterdir()  # type: ignore[operator]
    for damage in ("", "{}", json.dumps({**json.loads(path.read_text()), "version": 99})):
        path.write_text(damage)
        with pytest.raises(KunskapError) as caught:
            release_beside(tables, [some(read, 80)], project=project, policy=policy, name="x", date=DAY)
        assert codes(caught) == ["LEDGER-01"]


def test_what_cannot_be_written_down_does_not_leave(project: Project, read: Import, policy: Policy) -> None:
    (project.folder / "ledger").write_text("a file")  # type: ignore[operator]
    with pytest.raises(KunskapError) as caught:
        release_beside(
            {"all": shares(EVERYONE, ())}, [some(read, 80)], project=project, policy=policy, name="x", date=DAY
        )
    assert codes(caught) == ["LEDGER-02"]


def test_invented_answers_and_reports_outside_a_project_are_not_kept(root: Path, read: Import, policy: Policy) -> None:
    demo = open_project(root / "data" / "demo")
    release_beside({"all": shares(EVERYONE, ())}, [read], project=demo, policy=policy, name="demo", date=DAY)
    assert read_ledger(demo) == Ledger(None)
    assert not (root / "data" / "demo" / "ledger").exists()


def test_the_command_lists_what_is_out(project: Project, read: Import, policy: Policy) -> None:
    def told() -> str:
        done = CliRunner().invoke(app, ["ledger", "--project", str(project.folder)])
        assert done.exit_code == 0, done.output
        return done.output

    assert "Inget är publicerat" in told()
    tables = {"all": shares(EVERYONE, ())}
    release_beside(tables, [some(read, 80)], project=project, policy=policy, name="inventering", date=DAY)
    assert "2026-11-22  inventering: 80 personers svar 2016. 2 siffror i 1 tabeller, 0 dolda." in told()
