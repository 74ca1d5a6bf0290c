"""The ledger's files: what becomes of them on a real disk, among people."""

from __future__ import annotations

import json
import multiprocessing
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kunskap.disclosure import Earlier, Policy, Released, read_policy, release
from kunskap.errors import KunskapError
from kunskap.ledger import FOLDER, entries, ledger_alone, read_ledger
from kunskap.project import Project
from kunskap.tables import estimates

from .conftest import DAY

HELD = 0.2


def shown(policy: Policy, right: int = 40, *, simulated: bool = False) -> Released:
    names = {"universe": "all", "item": "goals01", "statistic": "share", "unit": "share"}
    rows = [
        names | {"option": option, "count": count, "n": 80, "estimate": count / 80}
        for option, count in (("right", right), ("wrong", 80 - right))
    ]
    return release({"knowledge": estimates(rows)}, policy=policy, simulated=simulated)


def crowd(sign: str = "a") -> Earlier:
    return Earlier("", {"2026": 80}, {"2026": sign}, {})


def entered(project: Project, policy: Policy, right: int = 40, name: str = "inventering") -> Path:
    with ledger_alone(project) as ledger:
        path = ledger.enter(shown(policy, right), crowd(), name=name, date=DAY)
    assert path is not None
    return path


def code_of(project: Project) -> str:
    with pytest.raises(KunskapError) as caught:
        read_ledger(project)
    (wrong,) = caught.value.faults
    for language in ("sv", "en"):
        assert FOLDER in caught.value.message(language) and "Traceback" not in caught.value.message(language)
    return wrong.code


def edited(change: Callable[[dict[str, Any]], Any]) -> Callable[[bytes], bytes]:
    def write(content: bytes) -> bytes:
        told = json.loads(content)
        change(told)
        return json.dumps(told).encode()

    return write


DAMAGED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda content: b"", "LEDGER-01"),
    "cut off": (lambda content: content[: len(content) // 2], "LEDGER-01"),
    "of another kind": (lambda content: b"[1, 2]", "LEDGER-01"),
    "with nothing in it": (lambda content: b"{}", "LEDGER-01"),
    "saved in another encoding": (lambda content: content + "ö".encode("latin-1"), "LEDGER-01"),
    "without a field": (edited(lambda told: told.pop("policy_base")), "LEDGER-01"),
    "with a table that is none": (edited(lambda told: told["tables"].update(knowledge=7)), "LEDGER-01"),
    "with a day that is none": (edited(lambda told: told.update(date="i går")), "LEDGER-01"),
    "of next year's version": (edited(lambda told: told.update(version=99, new=1)), "LEDGER-03"),
    "with a row taken out": (edited(lambda told: told["tables"]["knowledge"]["data"].pop()), "LEDGER-04"),
    "with a count made smaller": (edited(lambda told: told["persons"].update({"2026": 79})), "LEDGER-04"),
    "of another project's key": (edited(lambda told: told.update(key="0" * 16)), "LEDGER-05"),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_file_that_tells_nothing_sure_stops_everything_in_words(
    damage: str, project: Project, policy: Policy
) -> None:
    path = entered(project, policy)
    write, code = DAMAGED[damage]
    path.write_bytes(write(path.read_bytes()))
    assert code_of(project) == code


def test_a_copy_that_a_synchronised_folder_made_stops_nothing(project: Project, policy: Policy) -> None:
    path = entered(project, policy)
    shutil.copy(path, path.with_name(f"Kopia av {path.stem} (1).json"))
    assert len(read_ledger(project).entries) == 2
    path.rename(path.with_name("2026.json"))
    assert code_of(project) == "LEDGER-04"


def test_the_first_versions_files_are_read(project: Project, policy: Policy) -> None:
    path = entered(project, policy)
    told = json.loads(path.read_text("utf-8"))
    del told["key"]
    path.write_text(json.dumps(told | {"version": 1}), "utf-8")
    (entry,) = read_ledger(replace(project, key=bytes([1] * 32))).entries  # type: ignore[arg-type]
    assert (entry.name, entry.basis, entry.rows) == ("inventering", "respondents", 2)
    entered(project, policy)
    assert len(read_ledger(project).entries) == 1, "the same release is the same in both versions"


def test_a_project_that_is_moved_remembers(project: Project, policy: Policy, tmp_path: Path) -> None:
    path = entered(project, policy)
    assert str(tmp_path) not in path.read_text("utf-8")
    assert project.folder is not None
    moved = replace(project, folder=Path(shutil.move(project.folder, tmp_path / "ny dator")))
    entered(moved, policy)
    (entry,) = read_ledger(moved).entries
    assert entry.release.crowd == crowd().crowd
    assert code_of(replace(moved, key=bytes([1] * 32))) == "LEDGER-05"  # type: ignore[arg-type]


def test_a_write_that_is_broken_off_leaves_the_old_ledger_whole(
    project: Project, policy: Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = entered(project, policy)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("os.fsync", full)
        with pytest.raises(KunskapError) as caught:
            entered(project, policy, right=30)
    assert [one.code for one in caught.value.faults] == ["LEDGER-02"]
    left = {each.name: each.read_bytes() for each in path.parent.iterdir() if each.name != entries.LOCK}
    assert left == {path.name: before}
    entered(project, policy, right=30)
    assert len(read_ledger(project).entries) == 2


def test_a_folder_that_cannot_be_written_to_lets_nothing_out(project: Project, policy: Policy) -> None:
    assert project.folder is not None
    (project.folder / FOLDER).write_text("a file")
    assert code_of(project) == "LEDGER-01"
    with pytest.raises(KunskapError) as caught:
        entered(project, policy)
    assert [one.code for one in caught.value.faults] == ["LEDGER-02"]


def test_what_fails_before_it_leaves_is_taken_back_unless_another_relies_on_it(
    project: Project, policy: Policy
) -> None:
    def enter(undo: ExitStack | None = None) -> None:
        with ledger_alone(project) as ledger:
            ledger.enter(shown(policy), crowd(), name="x", date=DAY, undo=undo)

    def count() -> int:
        return len(read_ledger(project).entries)

    with ExitStack() as undo:
        enter(undo)
        assert count() == 1, "killed here, it stands"
    assert count() == 0
    with ExitStack() as undo:
        enter(undo)
        time.sleep(0.02)  # longer than the clock of any disk
        enter()
    assert count() == 1, "the other has left with the same"
    with ExitStack() as undo:
        enter(undo)
    assert count() == 1, "it was out before"


def test_invented_answers_are_not_kept(project: Project, policy: Policy) -> None:
    with ledger_alone(project) as ledger:
        assert ledger.enter(shown(policy, simulated=True), crowd(), name="x", date=DAY) is None
    with ledger_alone(replace(project, simulated=True)) as ledger:
        assert (ledger.folder, ledger.entries) == (None, ())
    assert read_ledger(project).entries == ()


def _judge_and_enter(folder: Path, survey: Path, right: int, saw: Any, start: Any) -> None:
    project = Project(folder, survey, key=bytes(32))  # type: ignore[arg-type]
    made = shown(read_policy(survey), right)
    start.wait()
    with ledger_alone(project) as ledger:
        saw.put(len(ledger.entries))
        time.sleep(HELD)  # where nothing keeps the other out, both have seen it empty by now
        ledger.enter(made, crowd(), name=str(right), date=DAY)


def test_of_two_reports_at_once_the_second_is_judged_beside_the_first(project: Project, root: Path) -> None:
    context = multiprocessing.get_context()
    saw, start = context.Queue(), context.Barrier(2)
    both = [
        context.Process(target=_judge_and_enter, args=(project.folder, root / "survey", right, saw, start))
        for right in (30, 40)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert sorted(saw.get(timeout=1) for _ in both) == [0, 1]
    assert len(read_ledger(project).entries) == 2


def test_who_waits_too_long_is_told_why(project: Project, policy: Policy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "PATIENCE", 0.0)
    with ledger_alone(project), pytest.raises(KunskapError) as caught:
        entered(project, policy)
    assert [one.code for one in caught.value.faults] == ["LEDGER-07"]
