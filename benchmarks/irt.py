"""The two-parameter and the Rasch model against girth and a direct search, side by side in one run.

    pip install girth==0.8.0
    python benchmarks/irt.py [PEOPLE ...]        # without numbers 1 000, 10 000 and 100 000 people × 40 items

Ours is the best of three runs; girth's runs take up to two minutes each and are made once.  Both sides use one thread
of the matrix library: on a machine with other work under way several threads wait for one another.  Then follow the
checks: how far the marginal likelihood lies below the highest that a direct search (L-BFGS, 121 nodes) finds, and the
peak memory against the frame's own size.
"""

import os
import sys
import time
import tracemalloc
from collections.abc import Callable

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from scipy.optimize import minimize  # noqa: E402
from scipy.special import expit  # noqa: E402

from kunskap import irt  # noqa: E402

ITEMS = 40
NODES = np.linspace(-6.5, 6.5, 121)
LOG_WEIGHTS = -0.5 * NODES**2 - np.log(np.exp(-0.5 * NODES**2).sum())


def people(n: int) -> pd.DataFrame:
    rng = np.random.default_rng(40)
    items = pd.DataFrame({"difficulty": rng.normal(size=ITEMS), "slope": rng.uniform(0.6, 2.0, size=ITEMS)})
    return irt.simulate_scores(items.set_index(pd.Index([f"q{i}" for i in range(ITEMS)])), n=n, rng=rng)


def timed(call: Callable[[], object], *, runs: int = 1) -> tuple[float, object]:
    times, result = [], None
    for _ in range(runs):
        start = time.perf_counter()
        result = call()
        times.append(time.perf_counter() - start)
    return min(times), result


def line(name: str, seconds: float, ours: float) -> None:
    print(f"  {name:<62} {seconds:10.4f} s   {seconds / ours:8.2f} ×", flush=True)


def objective(slopes: np.ndarray, intercepts: np.ndarray, right: np.ndarray) -> tuple[float, np.ndarray]:
    """Minus the marginal log-likelihood with 121 nodes and its gradient, some people at a time."""
    logit = np.outer(NODES, slopes) + intercepts
    base = LOG_WEIGHTS - np.logaddexp(0, logit).sum(axis=1)
    chance, total = expit(logit), 0.0
    counts, at = np.zeros((len(NODES), ITEMS)), np.zeros(len(NODES))
    for start in range(0, len(right), 4096):
        block = right[start : start + 4096]
        joint = block @ logit.T + base
        top = joint.max(axis=1, keepdims=True)
        joint = np.exp(joint - top)
        whole = joint.sum(axis=1, keepdims=True)
        total += float((np.log(whole) + top).sum())
        joint /= whole
        counts += joint.T @ block
        at += joint.sum(axis=0)
    residual = counts - at[:, None] * chance
    return -total, -np.concatenate([NODES @ residual, residual.sum(axis=0)])


def direct(right: np.ndarray, start: np.ndarray) -> float:
    """The highest log-likelihood that L-BFGS finds from a start."""
    found = minimize(
        lambda free: objective(free[:ITEMS], free[ITEMS:], right),
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 500, "maxfun": 1000, "ftol": 1e-13, "gtol": 1e-4},
    )
    return -float(found.fun)


def peak(call: Callable[[], object]) -> float:
    tracemalloc.start()
    call()
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def run(n: int) -> None:
    from girth import ability_eap, onepl_mml, twopl_mml

    scores = people(n)
    matrix = scores.to_numpy().astype(int).T.copy()
    print(f"\n===== {n} people × {ITEMS} items")

    print("\nTwo parameters")
    ours, fit = timed(lambda: irt.fit_2pl(scores), runs=3)
    assert isinstance(fit, irt.IrtFit)
    line("kunskap.irt.fit_2pl: from the table, with standard errors", ours, ours)
    seconds, theirs = timed(lambda: twopl_mml(matrix))
    line("girth.twopl_mml: from a ready matrix, no standard errors", seconds, ours)

    print("\nAbilities (EAP with standard error)")
    abilities, _ = timed(lambda: irt.ability(scores, fit=fit), runs=3)
    line("kunskap.irt.ability", abilities, abilities)
    seconds, _ = timed(lambda: ability_eap(matrix, theirs["Difficulty"], theirs["Discrimination"]))  # type: ignore[index]
    line("girth.ability_eap: no standard error", seconds, abilities)
    print(f"  as a share of our own fit's time: {abilities / ours:.3f}")

    print("\nRasch")
    rasch, _ = timed(lambda: irt.fit_rasch(scores), runs=3)
    line("kunskap.irt.fit_rasch: with standard errors", rasch, rasch)
    seconds, _ = timed(lambda: onepl_mml(matrix))
    line("girth.onepl_mml: no standard errors", seconds, rasch)

    right = scores.to_numpy()
    slopes, difficulty = fit.estimates.slope, fit.estimates.difficulty
    reached = -objective(slopes, -slopes * difficulty, right)[0]
    girths = theirs["Discrimination"], -theirs["Discrimination"] * theirs["Difficulty"]  # type: ignore[index]
    searched = direct(right, np.concatenate([np.ones(ITEMS), np.zeros(ITEMS)]))
    highest = max(searched, reached)
    print(f"\nMarginal log-likelihood with 121 nodes below the highest found, {highest:.3f} (should be at most 0.1)")
    print(
        f"  kunskap {highest - reached:.5f}   girth {highest + objective(*girths, right)[0]:.5f}   "
        f"the direct search itself {highest - searched:.5f}"
    )

    size = int(scores.memory_usage(index=True).sum())
    holes = scores.mask(np.random.default_rng(41).random(scores.shape) < 0.2)
    seconds, _ = timed(lambda: irt.fit_2pl(holes))
    print(
        f"\nTwo parameters, a fifth of the answers missing at random: {seconds:.2f} s, {seconds / ours:.1f} × complete"
    )

    print("\nPeak memory on top of the frame, in frames (should be under 3)")
    for name, call in (
        ("fit_2pl", lambda: irt.fit_2pl(scores)),
        ("with holes", lambda: irt.fit_2pl(holes)),
        ("fit_rasch", lambda: irt.fit_rasch(scores)),
        ("ability", lambda: irt.ability(scores, fit=fit)),
    ):
        print(f"  {name:<12} {peak(call) / size:.2f}")


if __name__ == "__main__":
    for number in [int(text) for text in sys.argv[1:]] or [1_000, 10_000, 100_000]:
        run(number)
