"""The project's tasks. `nox -s tests` does what CI does; `nox -s exhaustive` takes hours and writes dated results."""

from pathlib import Path

import nox

nox.options.sessions = ["lint", "tests", "notebooks"]
nox.options.default_venv_backend = "venv"
CONSTRAINED = ("-c", "constraints.txt")


@nox.session
def lint(session: nox.Session) -> None:
    """Style, types and stripped notebooks."""
    session.install(*CONSTRAINED, "-e", ".[dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    notebooks = sorted(str(path) for depth in ("*", "*/*") for path in Path("notebooks").glob(f"{depth}.ipynb"))
    session.run("nbstripout", "--verify", "--keep-id", *notebooks)


@nox.session
def tests(session: nox.Session) -> None:
    """All tests and doctests, the browser's too where there is one."""
    session.install(*CONSTRAINED, "-e", ".[test]")
    # a test in five seconds waits for a server or a browser: on two cores a third process has what to do meanwhile
    session.run("pytest", "-n", "3", "--dist", "loadfile", *session.posargs)


@nox.session
def notebooks(session: nox.Session) -> None:
    """Every notebook, run from the first cell to the last."""
    session.install(*CONSTRAINED, "-e", ".[test]")
    session.run("pytest", "--nbval-lax", "--nbval-current-env", "--nbval-cell-timeout=120", "notebooks")


@nox.session
def exhaustive(session: nox.Session) -> None:
    """The long runs: what every run only samples; 10 000 releases against the attacker; the intervals' coverage."""
    session.install(*CONSTRAINED, "-e", ".[test]")
    session.run("pytest", "-n", "2", "--dist", "loadfile", "-m", "exhaustive")
    session.run("python", "tests/attack/exhaustive.py", *session.posargs)
    session.run("python", "-m", "tests.coverage.exhaustive")


@nox.session
def benchmarks(session: nox.Session) -> None:
    """Ratios against what users would use instead, in one run of a quarter of an hour."""
    session.install(*CONSTRAINED, "-e", ".[benchmarks]")
    session.run("python", "benchmarks/analyses.py", *session.posargs)
