"""Make `irt_girth.csv` and `irt_girth_ability.csv`: what the Python package girth says of simulated answers.

    python tests/reference/irt_girth.py        # needs: pip install girth==0.8.0

The answers are drawn with a fixed seed; the tests draw them again and check the number right that stands beside.
"""

from pathlib import Path

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
PEOPLE, ITEMS, SEED = 3000, 15, 20261122
SHOWN = 40


def answers() -> pd.DataFrame:
    """The simulated right and wrong answers, people × items."""
    rng = np.random.default_rng(SEED)
    difficulty, slope = rng.normal(size=ITEMS), rng.uniform(0.7, 2.0, size=ITEMS)
    logit = slope * (rng.normal(size=PEOPLE)[:, None] - difficulty)
    right = rng.random((PEOPLE, ITEMS)) < 1 / (1 + np.exp(-logit))
    return pd.DataFrame(right.astype(float), columns=[f"item{number:02}" for number in range(ITEMS)])


def main() -> None:
    from girth import ability_eap, onepl_mml, twopl_mml

    drawn = answers()
    matrix = drawn.to_numpy().astype(int).T.copy()
    one, two = onepl_mml(matrix), twopl_mml(matrix)
    pd.DataFrame(
        {
            "item": drawn.columns,
            "right": matrix.sum(axis=1),
            "twopl_slope": two["Discrimination"],
            "twopl_difficulty": two["Difficulty"],
            "onepl_slope": np.full(ITEMS, one["Discrimination"]),
            "onepl_difficulty": one["Difficulty"],
        }
    ).round(6).to_csv(HERE / "irt_girth.csv", index=False)
    ability = ability_eap(matrix, two["Difficulty"], two["Discrimination"])
    pd.DataFrame({"person": np.arange(SHOWN), "ability": ability[:SHOWN]}).round(6).to_csv(
        HERE / "irt_girth_ability.csv", index=False
    )


if __name__ == "__main__":
    main()
