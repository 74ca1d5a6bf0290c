"""Fresh public figures: published layouts over a real wire, a busy and a dead server, and what is kept."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from typer.testing import CliRunner

from kunskap.cli import app
from kunskap.errors import KunskapError
from kunskap.fetching import (
    Update,
    fetch_with_cache,
    from_json_stat,
    from_kolada,
    polite_client,
    read_queries,
    update,
)  # fmt: skip
from kunskap.reference import read_reference
from tests.fetching.conftest import QUERIES, answer_all, dataset, page

DAY = dt.date(2026, 11, 22)


def run(table: Path, folder: Path, waits: list[float] | None = None) -> Update:
    pause: Callable[[float], None] = (waits if waits is not None else []).append
    with polite_client() as client:
        return update(
            read_queries(table), folder=folder, today=DAY,
            get=lambda address: fetch_with_cache(address, client=client, cache=folder / "cache", pause=pause),
        )  # fmt: skip


def test_what_comes_is_a_table_of_figures_by_sex_marked_as_unverified(
    server: SimpleNamespace, table: Path, tmp_path: Path
) -> None:
    answer_all(server)
    done = run(table, tmp_path / "statistics")
    assert done.fetched == ("folkmangd", "forvarvsarbetande", "arbetsloshet")
    assert done.kept == done.absent == done.faults == ()
    figures = read_reference("hamtat", folder=tmp_path / "statistics")
    assert figures.set_index(["measure", "year", "sex"])["value"].to_dict() == {
        ("Folkmängd", "2025", "k"): 119000, ("Folkmängd", "2025", "m"): 120000,
        ("Förvärvsarbetande 20–64 år", "2024", "k"): 60.5, ("Förvärvsarbetande 20–64 år", "2024", "m"): 81.25,
        ("Öppet arbetslösa", "2024", "k"): 60.5, ("Öppet arbetslösa", "2024", "m"): 81.25,
    }  # fmt: skip
    assert set(figures["certainty"]) == {"U"} and figures["note"].str.contains("oprövade").all()
    assert parse_qs(urlsplit(server.asked[0]).query) == {
        "lang": ["sv"], "outputFormat": ["json-stat2"], "valueCodes[Region]": ["22"], "valueCodes[Kon]": ["1,2"],
        "valueCodes[ContentsCode]": ["BE0101N1"], "valueCodes[Tid]": ["top(1)"],
    }  # fmt: skip


def test_a_query_that_a_person_has_checked_is_no_longer_marked(
    server: SimpleNamespace, table: Path, tmp_path: Path
) -> None:
    answer_all(server)
    text = table.read_text(encoding="utf-8")
    table.write_text(text.replace('id = "folkmangd"', 'id = "folkmangd"\nchecked_on = 2026-11-20'), encoding="utf-8")
    run(table, tmp_path)
    figures = read_reference("hamtat", folder=tmp_path)
    assert set(figures.loc[figures["measure"].eq("Folkmängd"), "certainty"]) == {"S"}
    assert set(figures.loc[figures["measure"].ne("Folkmängd"), "certainty"]) == {"U"}


def test_what_does_not_come_is_told_and_the_earlier_figures_are_kept(
    server: SimpleNamespace, table: Path, tmp_path: Path
) -> None:
    answer_all(server)
    run(table, tmp_path)
    (tmp_path / "cache").rename(tmp_path / "old")
    server.answers["/tables/TAB638/data"] = [(200, dataset(value=[5, 6]))]
    server.answers["/data/kpi/N11800/municipality/0022"] = [(404, b"{}")]
    server.answers["/more/N03937"] = [(200, page("N03937", year=2024, women=None))]
    done = run(table, tmp_path)
    assert (done.fetched, done.kept) == (("folkmangd",), ("forvarvsarbetande", "arbetsloshet"))
    assert [each.code for each in done.faults] == ["FETCH-04", "FETCH-07"]
    figures = read_reference("hamtat", folder=tmp_path).set_index(["measure", "sex"])["value"]
    assert figures["Folkmängd"].to_dict() == {"k": 6, "m": 5}
    assert figures["Förvärvsarbetande 20–64 år"].to_dict() == {"k": 60.5, "m": 81.25}


def test_without_a_net_nothing_is_changed_and_it_is_told_once_per_source(
    server: SimpleNamespace, table: Path, tmp_path: Path
) -> None:
    answer_all(server)
    run(table, tmp_path)
    before = (tmp_path / "hamtat.csv").read_bytes()
    (tmp_path / "cache").rename(tmp_path / "old")
    closed = table.read_text(encoding="utf-8").replace(server.url, "http://127.0.0.1:9")
    table.write_text(closed, encoding="utf-8")
    waits: list[float] = []
    done = run(table, tmp_path, waits)
    assert done.fetched == () and len(done.kept) == 3
    assert [(each.code, each.where) for each in done.faults] == [("FETCH-03", "127.0.0.1")]
    assert waits == [1.0, 2.0] * 3, "asked three times, a little later each time"
    assert (tmp_path / "hamtat.csv").read_bytes() == before


def test_a_busy_server_is_asked_again_when_it_says_so_and_an_answer_of_today_is_not(
    server: SimpleNamespace, table: Path, tmp_path: Path
) -> None:
    answer_all(server)
    server.answers["/tables/TAB638/data"] = [(429, b""), (503, b""), (200, dataset())]
    waits: list[float] = []
    assert run(table, tmp_path, waits).faults == ()
    assert waits == [7.0, 2.0]
    asked = len(server.asked)
    run(table, tmp_path)
    assert len(server.asked) == asked


@pytest.mark.parametrize(
    "answer",
    [
        b"<html>", b"[]", dataset(value=[1]), dataset(size=[1, 1, 1, 1]), dataset(value={"0": "many"}),
        dataset(id=["Region"], size=[1], value=[3]), dataset(dimension={}),
    ],
)  # fmt: skip
def test_another_layout_is_told_in_words_and_nothing_is_written(
    server: SimpleNamespace, table: Path, tmp_path: Path, answer: bytes
) -> None:
    server.answers = {"/tables/TAB638/data": [(200, answer)]}
    done = run(table, tmp_path)
    assert done.faults[0].code == "FETCH-05" and done.absent == ("folkmangd", "forvarvsarbetande", "arbetsloshet")
    assert not (tmp_path / "hamtat.csv").exists()


def test_gaps_are_gaps_and_the_last_dimension_is_fastest() -> None:
    index = {"a": {"category": {"index": {"x": 1, "w": 0}}}, "b": {"category": {"index": ["1", "2", "3"]}}}
    answer = json.dumps({"id": ["a", "b"], "size": [2, 3], "dimension": index, "value": {"0": 1, "4": 5}}).encode()
    table = from_json_stat(answer, where="prov")
    assert table.dropna().to_dict("list") == {"a": ["w", "x"], "b": ["1", "2"], "value": [1.0, 5.0]}
    assert len(table) == 6


@pytest.mark.parametrize(
    "answer",
    [b"<html>", b'{"values": 3}', b'{"values": [{"period": 1}]}', page("N1", year=2024).replace(b'"K"', b'"X"')],
)
def test_another_page_of_kolada_is_told(answer: bytes) -> None:
    with pytest.raises(KunskapError, match="FETCH-05"):
        from_kolada([answer], where="prov")


def test_a_broken_table_of_figures_is_left_alone(server: SimpleNamespace, table: Path, tmp_path: Path) -> None:
    answer_all(server)
    (tmp_path / "hamtat.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(KunskapError, match="FETCH-06"):
        run(table, tmp_path)
    assert (tmp_path / "hamtat.csv").read_text(encoding="utf-8") == "a,b\n1,2\n"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('kind = "pxweb2"', 'kind = "ftp"', "FETCH-02"),
        ("https://api.kolada.se/v3", "http://api.kolada.se/v3", "FETCH-02"),
        ('id = "arbetsloshet"', 'id = "folkmangd"', "FETCH-02"),
        ('source = "scb"', 'source = "scp"', "FETCH-02"),
        ('kpi = "N03937"', 'kpl = "N03937"', "FETCH-02"),
        ("latest = 1", "latest = 0", "FETCH-02"),
        ('k = "2"', "k = 2", "FETCH-02"),
        ("[[queries]]", "[[queries", "FETCH-01"),
    ],
)
def test_a_fault_in_the_table_of_queries_is_told(tmp_path: Path, old: str, new: str, code: str) -> None:
    text = QUERIES.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "queries.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(KunskapError, match=code):
        read_queries(tmp_path / "queries.toml")


def test_no_query_of_the_house_claims_that_somebody_has_run_it() -> None:
    assert [query.id for query in read_queries(QUERIES) if query.checked_on] == []


def test_the_command_tells_what_is_unverified_and_where_it_lies(
    server: SimpleNamespace, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_all(server)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["statistics", "update", "--queries", str(table)])
    assert done.exit_code == 0, done.output
    assert "Oprövade (U): folkmangd" in done.output and "hamtat.csv" in done.output
    assert len(pd.read_csv(tmp_path / "statistics" / "hamtat.csv")) == 6
    server.answers = {}
    done = CliRunner().invoke(app, ["statistics", "update", "--queries", str(table), "--fresh"])
    assert done.exit_code == 1 and "de tidigare talen är kvar" in done.output and "FETCH-04" in done.stderr
