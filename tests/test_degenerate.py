"""Hardly any data: every public function of the analyses gives a defined answer or refuses by name, in both languages.

The functions are found, not listed: a new one fails here until it is told how to be called.
"""

from __future__ import annotations

import importlib
import inspect
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kunskap.errors import KunskapError
from tests.degenerate import BANK, WORLDS, arguments, figures_in, outcome, sound

NAMES = (
    "scoring coded counting spread estimates figures grouping parts items items.crossing items.evidence items.options "
    "reliability irt dif dif.matching weighting weighted planning change groups understanding needs compare asked"
)
MODULES = NAMES.split(" ")
# What a parameter is where its name alone does not say: function → parameter → what to hand over.
OTHERWISE: dict[str, dict[str, str]] = {
    "coded.crossed": {"item": "first coded", "place": "places", "bins": "bins"},
    "coded.number_right": {"items": "coded"},
    "coded.totals": {"items": "coded"},
    "counting.counts": {"columns": "knowledge", "codes": "zeros", "groups": "one"},
    "counting.indicators": {"options": "options"},
    "counting.answer_columns": {"items": "none"},
    "scoring.chosen_items": {"items": "none", "fits": "fits"},
    "scoring.scale_scores": {"scores": "rated"},
    "spread.tails": {"counts": "sums", "share": "27", "ties": "shared"},
    "spread.thirds": {"counts": "sums"},
    "spread.complete_groups": {"by": "by", "columns": "none", "universe": "all"},
    "estimates.mean_columns": {"by": "by", "columns": "none", "level": "95", "universe": "all", "names": "names"},
    "grouping.group_moments": {"codes": "zeros", "groups": "one"},
    "grouping.groups_of": {"by": "by", "frame": "scores"},
    "grouping.score_columns": {"by": "by", "columns": "none"},
    "grouping.is_share": {"column": "total column"},
    "parts.added_counts": {"parts": "counts"},
    "parts.added_moments": {"parts": "moments"},
    "parts.counts_of": {"by": "by"},
    "parts.moments_of": {"by": "by", "columns": "knowledge"},
    "figures.proportion_of": {"levels": "levels", "counted": "counted", "by": "by"},
    "items.crossing.added": {"parts": "crossings twice"},
    "items.crossing.spread_of_crossings": {"found": "crossings"},
    "items.options.analysis_of": {"found": "crossings"},
    "reliability.retest": {"first": "scores", "second": "scores"},
    "dif.matching.compared": {"between": "sex", "levels": "women and men"},
    "dif.matching.taken": {"between": "sex", "levels": "women and men", "columns": "knowledge"},
    "dif.matching.crossed_with_total": {"people": "compared", "anchors": "anchors"},
    "dif.guessed": {"wrong": "scores", "chance": "scores", "columns": "knowledge"},
    "dif.logistic_of": {"counts": "by total"},
    "dif.mantel_haenszel_of": {"counts": "by total"},
    "weighted.checked_weights": {"weights": "weight"},
    "weighted.strata_of": {"strata": "by"},
    "weighted.svy_sample": {"weights": "weight", "strata": "by"},
    "weighted.weighted_means": {"weights": "ones", "codes": "zeros", "groups": "one", "strata": "zeros",
                                "persons": "persons"},
    "weighted.weights_alike": {"weights": "ones", "codes": "zeros", "strata": "zeros", "persons": "persons"},
    "planning.sections": {"found": "plan"},
    "planning.told": {"found": "plan"},
    "change.who_took_course": {"compared_with": "untrained"},
    "change.compared_change": {"between": "sex", "levels": "women and men"},
    "understanding.together": {"scores": "scales", "scales": "skip"},
    "understanding.quadrants": {"scores": "scales"},
    "groups.side_by_side": {"scores": "scales"},
    "needs.plan": {"table": "needs"},
    "compare.difference": {"scores": "scales"},
    "compare.welch": {"first": "moment", "second": "moment"},
    "compare.hedges_g": {"first": "moment", "second": "moment"},
    "compare.holm": {"p": "nothing"},
    "estimates.mean": {"scores": "scales"},
}  # fmt: skip
# Parts of others, which have refused a table without items before.
ONE_ITEM = {
    "coded.crossed", "coded.number_right", "coded.totals", "counting.indicators", "dif.logistic_of",
    "dif.mantel_haenszel_of", "dif.matching.crossed_with_total",
}  # fmt: skip
# An unknown size is infinite there.
UNKNOWN_SIZES = {"weighted.strata_of"}
# Takes no people: a number, a design, a finished figure.  Their own tests try their ends.
NO_PEOPLE = {
    "counting.whole_persons", "spread.fisher_interval", "estimates.wilson", "figures.mean_table",
    "figures.share_table", "grouping.checked_level", "grouping.in_group_order", "grouping.sizes",
    "items.evidence.dead_options", "items.evidence.margins", "items.evidence.rival_option",
    "reliability.feldt_interval", "reliability.one_factor", "irt.information", "irt.item_information",
    "irt.simulate_scores", "irt.table", "dif.matching.check_enough", "dif.matching.purified",
    "dif.stratified.mantel_haenszel_table", "weighted.weighted_wilson", "weighted.shares_behind", "planning.plan",
    "planning.smallest_change",
    "planning.smallest_difference", "planning.smallest_share_difference", "change.frame_changes", "change.mcnemar",
    "needs.read_modules", "needs.taught", "compare.claims", "compare.noncentrality",
}  # fmt: skip


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    seen: set[object] = set()
    for name in MODULES:
        module = importlib.import_module(f"kunskap.{name}")
        for public in module.__all__:
            thing = getattr(module, public)
            if inspect.isfunction(thing) and thing not in seen:
                seen.add(thing)
                yield f"{name}.{public}", thing


FUNCTIONS = dict(public_functions())
CALLED = sorted(set(FUNCTIONS) - NO_PEOPLE)


def handed(name: str, function: Callable[..., Any], have: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a call; a parameter that nothing is known of is a fault of this test."""
    fixed: dict[str, Callable[[], Any]] = {
        "none": lambda: None, "by": lambda: ["sex"], "all": lambda: "all", "names": lambda: ("scale", "mean"),
        "95": lambda: 0.95, "27": lambda: 0.27, "shared": lambda: "shared", "sex": lambda: "sex", "one": lambda: 1,
        "women and men": lambda: ("k", "m"), "weight": lambda: "weight", "nothing": lambda: np.empty(0),
        "untrained": lambda: "training=none",
        "fits": lambda: lambda item: item.is_knowledge, "bins": lambda: 2, "persons": lambda: np.array([np.inf]),
        "first coded": lambda: have["coded"]()[0], "places": lambda: np.zeros(len(have["responses"]()), dtype=int),
        "zeros": lambda: np.zeros(len(have["values"]() if "weighted" in name or "moments" in name else
                                      have["responses"]()), dtype=int),
        "ones": lambda: np.ones(len(have["values"]())), "options": lambda: [("q1", "right")],
        "total column": lambda: have["scales"]()["total"], "levels": lambda: counts_levels(have),
        "crossings twice": lambda: [have["crossings"]()] * 2,
        "anchors": lambda: np.ones(len(have["knowledge"]()), dtype=bool),
        "by total": lambda: by_total(have), "rated": lambda: rated(have),
    }  # fmt: skip
    made = {}
    for parameter, told in inspect.signature(function).parameters.items():
        own = OTHERWISE.get(name, {})
        source = own.get(parameter, parameter)
        if source == "skip" or (parameter not in own and told.default is not inspect.Parameter.empty):
            continue
        assert source in fixed or source in have, f"{name}: tell this test what to hand over as {parameter!r}"
        made[parameter] = (fixed.get(source) or have[source])()
    return made


def counts_levels(have: dict[str, Any]) -> list[dict[str, str]]:
    return have["counts"]()[0].groups(["sex"])


def by_total(have: dict[str, Any]) -> np.ndarray:
    people = have["compared"]()
    from kunskap.dif.matching import crossed_with_total

    return crossed_with_total(people, np.ones(len(people.items), dtype=bool))


def rated(have: dict[str, Any]) -> pd.DataFrame:
    from kunskap.scoring import score

    return score(have["responses"](), bank=BANK)


def call(name: str, have: dict[str, Any]) -> object:
    function = FUNCTIONS[name]

    def run() -> object:
        made = handed(name, function, have)
        places = [one for one in inspect.signature(function).parameters.values() if one.kind is one.VAR_POSITIONAL]
        assert not places
        return function(**made)

    return outcome(run)


def faults_of(result: object) -> list[str]:
    """What no answer may be: infinite, a share outside 0–1, an estimate outside its interval, more than there are."""
    found = ["infinite" for one in figures_in(result) if np.isinf(one).any()]
    if isinstance(result, pd.DataFrame) and {"estimate", "low", "high", "se", "unit", "n"} <= set(result.columns):
        low, high, estimate = (result[name].to_numpy(dtype=float) for name in ("low", "high", "estimate"))
        with np.errstate(invalid="ignore"):
            found += ["outside its interval"] * bool(((estimate < low - 1e-9) | (estimate > high + 1e-9)).any())
        shares = result["statistic"].str.contains("share|mean|facility|floor|ceiling|bound") & result["unit"].eq(
            "share"
        )
        shares &= ~result["statistic"].str.contains("gain")
        found += ["no share"] * bool((~result.loc[shares, "estimate"].dropna().between(0, 1)).any())
        found += ["negative se"] * bool((result["se"] < 0).any())
        found += ["more than there are"] * bool((result["count"] > result["n"]).fillna(False).any())
        nobody = result["n"].eq(0).fillna(False) & ~result["statistic"].isin(["response_rate"])
        found += ["a figure of nobody"] * bool(result.loc[nobody, "estimate"].notna().any())
    return found


@pytest.fixture(scope="module", params=list(WORLDS))
def have(request: pytest.FixtureRequest) -> dict[str, Any]:
    return arguments(WORLDS[request.param]())


@pytest.mark.parametrize("name", CALLED)
def test_an_answer_or_a_refusal_by_name(name: str, have: dict[str, Any]) -> None:
    if name in ONE_ITEM and not have["knowledge"]():
        return
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = call(name, have)
    if isinstance(result, KunskapError):
        assert all(result.message(language) for language in ("sv", "en"))
        return
    assert set(faults_of(result)) <= ({"infinite"} if name in UNKNOWN_SIZES else set())


@pytest.mark.parametrize("name", CALLED)
def test_with_sound_answers_they_answer(name: str) -> None:
    """So that the refusals above are not of the test's own making."""
    result = call(name, arguments(sound()))
    if name == "weighted.svy_sample" and isinstance(result, KunskapError):
        assert result.codes == ("WEIGHT-05",)
        return
    if name == "change.who_took_course":  # the small bank asks nobody of a course; tests/test_course.py does
        assert isinstance(result, KunskapError) and result.codes == ("CHANGE-08",)
        return
    if name == "irt.fit_2pl":
        assert isinstance(result, KunskapError) and "IRT" in result.codes[0]
        return
    assert not isinstance(result, KunskapError), result
    assert set(faults_of(result)) <= ({"infinite"} if name in UNKNOWN_SIZES else set())


def test_nothing_is_excused_that_is_not_there() -> None:
    assert set(OTHERWISE) <= set(FUNCTIONS)
    assert {name for name in NO_PEOPLE if not name.startswith("dif.stratified")} <= set(FUNCTIONS)


def test_a_planted_fault_is_found() -> None:
    row = {"statistic": "share", "unit": "share", "count": 3, "n": 2, "estimate": 1.5, "se": -1.0, "low": 0.0}
    table = pd.DataFrame([row | {"high": 1.0}, row | {"n": 0, "count": 0, "high": np.inf}])
    assert set(faults_of(table)) == {
        "infinite", "outside its interval", "no share", "negative se", "more than there are", "a figure of nobody"
    }  # fmt: skip
