"""Simulated people answer as phones do, on this machine only, and never in a page that people use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from kunskap.bank import Bank
from kunskap.cli import app
from kunskap.errors import KunskapError
from kunskap.project import new_project
from kunskap.readers import read_responses
from kunskap.rehearsal import Net, rehearse, run, summary
from kunskap.store import counts, load, open_store
from tests.serve.conftest import Served, serving

__all__ = ["serving"]

Serving = Callable[..., Served]


def walked(url: str, **options: object):  # type: ignore[no-untyped-def]
    settings = {"people": 5, "seconds": 1.0, "joining": 0.3, "rng": np.random.default_rng(1)} | options
    return run(rehearse(url, **settings))  # type: ignore[arg-type]


def test_a_bad_net_loses_and_doubles_nothing(serving: Serving, bank: Bank) -> None:
    served = serving("--form", "namnd", waves="simulated = true\n")
    walks = walked(served.url, net=Net(loss=0.4, delay=0.01))
    found = summary(walks)
    assert found["cut"] > 5, "the net was bad"
    assert (found["completed"], found["refused"]) == (5, 0)
    imported = read_responses(served.store, bank=bank, form="namnd")
    assert len(imported.responses) == 5
    for walk in walks:
        tries = load(open_store(served.store), walk.sitting).tries
        for item, text in walk.saved.items():
            chosen = tries[item]
            assert len(chosen) == bool(text)
            options = bank.items[item].options if item in bank.items else bank.variables[item].levels
            assert not text or {option.id: option.text["sv"] for option in options}[chosen[0][0]] == text


def test_a_page_for_real_people_is_not_touched(serving: Serving) -> None:
    served = serving("--form", "namnd")
    with pytest.raises(KunskapError, match="REHE-02"):
        walked(served.url)
    assert counts(open_store(served.store), wave="namnd", form="namnd")["begun"] == 0


@pytest.mark.parametrize("url", ["https://kunskap.example.se/", "http://192.0.2.1/", "http://example.se", "x", ""])
def test_only_this_machine(url: str) -> None:
    with pytest.raises(KunskapError, match="REHE-01"):
        walked(url)


def test_no_page_at_all() -> None:
    with pytest.raises(KunskapError, match="REHE-05"):
        walked("http://127.0.0.1:9/")


def test_the_command_leaves_no_answer_behind(tmp_path: Path) -> None:
    project = tmp_path / "p"
    new_project(project)
    command = ["rehearse", "--project", str(project), "--form", "namnd", "--people", "4", "--seconds", "1"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert "4 av 4 kom i mål" in done.output
    assert not list(project.rglob("*.sqlite*"))
