"""Every public function of the analyses shows how it is used, and the example runs."""

from __future__ import annotations

import doctest
import importlib
import inspect
from collections.abc import Callable
from typing import Any

import pytest

from kunskap import partitioned
from tests.test_degenerate import FUNCTIONS

# Their examples need a package that users may do without; they are run where it is.
ELSEWHERE = {"weighted.svy_sample": "tests/test_weighting.py", "partitioned": "tests/test_partitioned.py"}
MORE = {f"partitioned.{name}": getattr(partitioned, name) for name in partitioned.__all__}


def lacks_an_example(function: Callable[..., Any]) -> bool:
    """Whether nothing is shown, or nothing that runs."""
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(function) or "")
    return not any(not example.options.get(doctest.SKIP) for example in examples)


@pytest.mark.parametrize("name", sorted(FUNCTIONS | MORE))
def test_there_is_an_example_that_runs(name: str) -> None:
    function = (FUNCTIONS | MORE)[name]
    if name in ELSEWHERE or name.split(".")[0] in ELSEWHERE:
        assert ">>>" in (function.__doc__ or "")
        return
    assert not lacks_an_example(function)


def test_functions_come_from_where_their_doctests_are_collected() -> None:
    for name, function in FUNCTIONS.items():
        assert importlib.import_module(function.__module__).__name__.startswith("kunskap."), name


def test_a_planted_function_without_an_example_is_found() -> None:
    def shown() -> None:
        """Do.

        >>> 1
        1
        """

    def skipped() -> None:
        """Do.

        >>> 1  # doctest: +SKIP
        1
        """

    def silent() -> None:
        """Do."""

    assert [lacks_an_example(one) for one in (shown, skipped, silent)] == [False, True, True]
