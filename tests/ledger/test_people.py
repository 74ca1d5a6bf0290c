"""Two reports on the same people, or nearly: what the second may tell when the first is out."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from kunskap.bank import Bank
from kunskap.cli import app
from kunskap.disclosure import Earlier, Policy, release
from kunskap.errors import KunskapError
from kunskap.ledger import Ledger, ledger_alone, read_ledger, release_beside, who_answered
from kunskap.project import Project, Wave, open_project
from kunskap.readers import Import, read_responses
from kunskap.tables import estimates

from .conftest import DAY, WAVES


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
    more = [some(read, 75)]
    release_beside(tables, more, **keep, is_draft=True)
    assert len(read_ledger(project).entries) == 1, "a draft stays at home"
    release_beside(tables, more, **keep)
    assert len(read_ledger(project).entries) == 2, "and can be made final as it is"
    with pytest.raises(KunskapError) as caught:
        release_beside(tables, [some(read, 56)], **keep)
    assert codes(caught) == ["GATE-30"]


def test_a_wave_that_cannot_be_told_from_another_is_refused(project: Project, read: Import, policy: Policy) -> None:
    """The first report of a new project, whose waves are not written down, is of a wave with the form's name."""
    keep = {"policy": policy, "name": "inventering", "date": DAY}

    def report(wave: str, count: int, *waves: Wave) -> None:
        people = replace(
            some(read, count),
            responses=some(read, count).responses.assign(wave=wave),
            respondents=some(read, count).respondents.assign(wave=wave),
        )
        own = replace(project, waves={each.id: each for each in waves})
        release_beside({"all": shares({("", ""): (40, count)}, ())}, [people], project=own, **keep)

    spring, autumn = ((DAY.replace(month=month), DAY.replace(month=month + 1)) for month in (3, 9))
    report("baslinje", 80)
    for waves in (
        [Wave("2026", "baslinje", *autumn)],
        [Wave("2026", "baslinje", *autumn), Wave("baslinje")],
        [Wave("2026", "baslinje", *autumn), Wave("baslinje", "baslinje", *autumn)],
    ):
        with pytest.raises(KunskapError) as caught:
            report("2026", 83, *waves)
        assert codes(caught) == ["LEDGER-08"]
    assert "[waves.baslinje] i stället för [waves.2026]" in caught.value.message("sv")
    with pytest.raises(KunskapError) as caught:
        report("baslinje", 83, Wave("baslinje", "baslinje", *autumn))
    assert codes(caught) == ["GATE-30"], "called as it was, it is judged by its people"
    report("2026", 83, Wave("2026", "baslinje", *autumn), Wave("baslinje", "baslinje", *spring))
    assert len(read_ledger(project).entries) == 2, "of other days it is another wave"


def test_invented_answers_and_reports_outside_a_project_are_not_kept(root: Path, read: Import, policy: Policy) -> None:
    demo = open_project(root / "data" / "demo")
    release_beside({"all": shares(EVERYONE, ())}, [read], project=demo, policy=policy, name="demo", date=DAY)
    assert read_ledger(demo) == Ledger(None)
    assert not (root / "data" / "demo" / "ledger").exists()


def test_the_command_lists_what_is_out_and_of_whom(project: Project, read: Import, policy: Policy) -> None:
    def told() -> str:
        done = CliRunner().invoke(app, ["ledger", "--project", str(project.folder)])
        assert done.exit_code == 0, done.output
        return done.output

    assert "Inget är publicerat" in told()
    tables = {"all": shares(EVERYONE, ())}
    made = release_beside(tables, [some(read, 80)], project=project, policy=policy, name="inventering", date=DAY)
    others = {
        "activities": Earlier("", {"2027-01-20 4R": 22, "2027-02-20 RUS": 8}, {}, {}),
        "register": Earlier("", {}, {}, {"2025": made.table("all"), "2026": made.table("all")}),
    }
    with ledger_alone(project) as ledger:
        for basis, about in others.items():
            ledger.enter(made, about, name="lagesrapport", date=DAY, basis=basis)
    for line in (
        "inventering: 80 personers svar 2016. Tabeller: 1. Siffror: 2, varav dolda: 0. Fil: 2026-11-22-",
        "lagesrapport: 30 deltaganden i 2 aktiviteter. Tabeller: 1. Siffror: 2, varav dolda: 0. Fil: ",
        "lagesrapport: ärenden i ett register, 2025, 2026. Tabeller: 2. Siffror: 4, varav dolda: 0. Fil: ",
    ):
        assert f"{DAY}  {line}" in told()


def test_after_a_withdrawal_the_report_waits_or_lets_the_wave_close_earlier(project: Project, root: Path) -> None:
    """As staff do it, command by command."""
    assert project.folder is not None
    answers = project.folder / "svar.csv"
    shutil.copy(root / "data" / "demo" / "limesurvey_2016_simulerad.csv", answers)

    def run(*arguments: str | Path, asked: str | None = None) -> tuple[int, str]:
        place = ["--project", str(project.folder)]
        done = CliRunner().invoke(app, [*map(str, arguments), *place], input=asked)
        return done.exit_code, done.output

    def report(*options: str) -> tuple[int, str]:
        return run("report", answers, "--kind", "utbildningsplan", "--to", "xlsx", *options)

    def entries() -> int:
        return len(read_ledger(project).entries)

    assert report("--draft")[0] == 0 and entries() == 0
    (project.folder / "mall.docx").write_bytes(b"")
    code, said = report("--to", "docx", "--template", str(project.folder / "mall.docx"))
    assert (code, entries()) == (1, 0), said
    assert report()[0] == 0 and entries() == 1
    code, said = run("withdraw", "--code-file", "-", asked="höjd-ost-ask-fors\n")
    assert (code, "minst 7 svar skiljer" in said) == (0, True), said
    code, said = report()
    assert (code, entries()) == (1, 1) and "GATE-30" in said and "tagit tillbaka sina svar" in said, said
    (project.folder / "waves.toml").write_text(WAVES.replace("03-15", "03-05"), "utf-8")
    code, said = report()
    assert (code, entries()) == (0, 2), said
