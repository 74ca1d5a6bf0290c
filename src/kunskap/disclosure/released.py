"""What has passed the gate.  Only the gate makes one; what draws, writes or sends demands one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NoReturn

import pandas as pd

from kunskap.disclosure.policy import Policy

__all__ = ["Released", "require_released"]

_SEAL = object()


class Released:
    """Protected tables, as `kunskap.disclosure.release` makes them; it cannot be built, copied or changed otherwise.

    Attributes
    ----------
    names : tuple of str
        The tables, in the order they were given.
    log : DataFrame
        One row per hidden row: ``table key reason``, never a hidden value.
    basis, view : str
        Whose data it is and who may see it.
    source : str or None
        Where public data come from.
    simulated : bool
        Whether the answers are made up.
    is_least : bool
        Whether it is proved that hiding less for the sake of what is hidden would not have done.
    policy : Policy
        What it was judged by.
    """

    __slots__ = ("_log", "_seal", "_tables", "basis", "is_least", "policy", "simulated", "source", "view")

    _log: pd.DataFrame
    _tables: Mapping[str, pd.DataFrame]
    basis: str
    is_least: bool
    policy: Policy
    simulated: bool
    source: str | None
    view: str

    def __init__(self, *_: object, **__: object) -> None:
        raise TypeError("only kunskap.disclosure.release makes a Released")

    def __init_subclass__(cls, **_: object) -> NoReturn:
        raise TypeError("Released has no subclasses")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Released does not change; {name} was not set")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Released does not change; {name} was not deleted")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Released is not copied or pickled; save its tables instead")

    def __repr__(self) -> str:
        return f"Released({', '.join(self.names)}; basis={self.basis}, view={self.view}, hidden={len(self._log)})"

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the tables."""
        return tuple(self._tables)

    @property
    def log(self) -> pd.DataFrame:
        """What was hidden, where and why: a copy."""
        return self._log.copy()

    def table(self, name: str) -> pd.DataFrame:
        """One table, a copy: the columns of the estimates table but `inputs`, and `hidden` (reason or missing).

        Raises
        ------
        KeyError
            If there is no such table.
        """
        if name not in self._tables:
            raise KeyError(f"no table {name!r} in this release; it has {', '.join(self._tables)}")
        return self._tables[name].copy()


def seal(
    tables: Mapping[str, pd.DataFrame],
    *,
    log: pd.DataFrame,
    basis: str,
    view: str,
    source: str | None,
    simulated: bool,
    is_least: bool,
    policy: Policy,
) -> Released:
    """Make a `Released`.  For the gate only; a test searches the house for other users."""
    released = object.__new__(Released)
    values = {
        "_tables": MappingProxyType({name: table.copy() for name, table in tables.items()}),
        "_log": log.copy(),
        "_seal": _SEAL,
        "basis": basis,
        "view": view,
        "source": source,
        "simulated": simulated,
        "is_least": is_least,
        "policy": policy,
    }
    for name, value in values.items():
        object.__setattr__(released, name, value)
    return released


def require_released(candidate: object) -> Released:
    """Let a `Released` through.

    Parameters
    ----------
    candidate : object
        What someone wants to draw, write or send.

    Raises
    ------
    TypeError
        If it did not come from `kunskap.disclosure.release`.

    Examples
    --------
    >>> require_released(pd.DataFrame())
    Traceback (most recent call last):
    ...
    TypeError: expected a Released from kunskap.disclosure.release, got DataFrame: release the tables first
    """
    if type(candidate) is not Released or getattr(candidate, "_seal", None) is not _SEAL:
        raise TypeError(
            f"expected a Released from kunskap.disclosure.release, got {type(candidate).__name__}:"
            " release the tables first"
        )
    return candidate
