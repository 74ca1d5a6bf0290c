"""The policy's numbers as any reader can find them: in a report's manifest, or in ``survey/policy.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kunskap.errors import KunskapError, fault

__all__ = ["Thresholds", "read_thresholds"]

RESPONDENTS = "respondents"


@dataclass(frozen=True)
class Thresholds:
    """What the policy promises, and to what it rounds.

    Attributes
    ----------
    base, width : int
        The smallest base, and how many persons a hidden count must be able to move.
    bases : tuple of (filter, base)
        Stricter bases of some groups.
    mean_step, share_step, se_step, interval_step : float
        To what is rounded.
    sums : mapping of str to str
        Scale to the outcome whose share it is the mean of.
    """

    base: int
    width: int
    bases: tuple[tuple[Mapping[str, str], int], ...] = ()
    mean_step: float = 0.0
    share_step: float = 0.0
    se_step: float = 0.0
    interval_step: float = 0.0
    sums: Mapping[str, str] = field(default_factory=dict)


def read_thresholds(manifest: Mapping[str, Any] | None, *, survey: Path) -> Thresholds:
    """Read the policy that a report was released under.

    Parameters
    ----------
    manifest : mapping or None
        The report's own; where it does not tell the policy, the survey folder's is used.
    survey : Path
        The survey folder.

    Raises
    ------
    KunskapError
        ``AUDIT-04`` if the numbers cannot be found.

    Examples
    --------
    >>> from kunskap.content import survey_folder
    >>> read_thresholds(None, survey=survey_folder()).base
    7
    """
    told = (manifest or {}).get("policy")
    path = survey / "policy.toml"
    try:
        policy = dict(told) if told else tomllib.loads(path.read_text(encoding="utf-8"))
        rounding = policy.get("rounding") or {"se": policy["se_step"], "interval": policy["interval_step"]}
        steps = {name: float(policy["statistics"][name]["step"]) for name in ("mean", "share")}
        return Thresholds(
            base=int(policy["base"]),
            width=int(policy["width"]),
            bases=tuple((dict(group["where"]), int(group["base"])) for group in policy.get("groups", ())),
            mean_step=steps["mean"],
            share_step=steps["share"],
            se_step=float(rounding["se"]),
            interval_step=float(rounding["interval"]),
            sums={str(scale): str(outcome) for scale, outcome in policy.get("sums", {}).items() if outcome},
        )
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise KunskapError([fault("AUDIT-04", "manifest.json" if told else str(path))]) from error
