"""Make omega.csv: one-factor loadings by factor_analyzer, of the answers in lsat6.csv, lsat7.csv and a simulated test.

    python -m venv oracle && oracle/bin/pip install factor_analyzer==0.5.1 "scikit-learn<1.6" pandas
    oracle/bin/python tests/reference/omega.py

factor_analyzer 0.5.1 does not run with scikit-learn 1.6 or later, so it cannot be an oracle in the tests themselves.
"""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent


def answers(name: str) -> np.ndarray:
    """People × items, 0 and 1."""
    if name == "simulated":
        rng = np.random.default_rng(77)
        ability, loadings = rng.normal(size=(400, 1)), np.linspace(0.3, 1.5, 12)
        return (rng.normal(size=(400, 12)) < ability * loadings + 0.4).astype(float)
    patterns = pd.read_csv(HERE / f"{name}.csv")
    items = [column for column in patterns if column.startswith("item")]
    return patterns.loc[patterns.index.repeat(patterns["persons"]), items].to_numpy(dtype=float)


if __name__ == "__main__":
    from factor_analyzer import FactorAnalyzer

    rows = []
    for name in ("lsat6", "lsat7", "simulated"):
        values = answers(name)
        for method in ("ml", "minres"):
            fitted = FactorAnalyzer(n_factors=1, rotation=None, method=method).fit(values)
            loadings = np.abs(fitted.loadings_[:, 0])
            scaled = values.std(axis=0, ddof=1)
            common = (scaled @ loadings) ** 2
            omega = common / (common + scaled**2 @ (1 - loadings**2))
            rows += [
                {"data": name, "method": method, "item": i + 1, "right": int(values[:, i].sum())}
                | {"loading": round(float(loading), 7), "omega": round(float(omega), 7)}
                for i, loading in enumerate(loadings)
            ]
    pd.DataFrame(rows).to_csv(HERE / "omega.csv", index=False)
