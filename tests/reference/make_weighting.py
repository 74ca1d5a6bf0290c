"""Figures that svy gives for the Californian school sample, weighted to a made-up frame: writes weighting.csv.

    python tests/reference/make_weighting.py

Needs the extra ``kunskap[complex]``.  Run with Python 3.11, svy 0.35.0, svy-rs 0.19.1, polars 2.1.0, numpy 2.4.6.
The sample is ``apistrat.csv``; the frame crosses type of school with award, and its margins are given here.  svy makes
the weights and the standard errors by itself; that its input is built by `kunskap.weighted.svy_sample` tests that too.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import polars
import svy

from kunskap.design import Design
from kunskap.weighted import svy_sample

HERE = Path(__file__).parent
PERSONS = {("E", "No"): 1400, ("E", "Yes"): 3021, ("H", "No"): 352, ("H", "Yes"): 403, ("M", "No"): 320,
           ("M", "Yes"): 698}  # fmt: skip


def frame() -> Design:
    """The made-up frame, under the names that a frame has here."""
    rows = [{"role": role, "orgtype": "reg", "sex": sex, "persons": n} for (role, sex), n in PERSONS.items()]
    return Design(pd.DataFrame(rows).assign(valid_from="2000-01-01"))


def people() -> pd.DataFrame:
    """The sample, under the same names."""
    data = pd.read_csv(HERE / "apistrat.csv")
    renamed = data.rename(columns={"stype": "role", "awards": "sex"}).assign(one=1.0)
    return renamed.assign(high=(data["api00"] >= 700).astype(float), respondent_id=range(len(data)))


def main() -> None:
    """Write the figures."""
    data, design = people(), frame()
    margins: dict[str, dict[str, int]] = {"role": {}, "sex": {}}
    for (role, sex), n in PERSONS.items():
        margins["role"][role] = margins["role"].get(role, 0) + n
        margins["sex"][sex] = margins["sex"].get(sex, 0) + n
    plain = svy.Sample(polars.from_pandas(data), svy.Design(wgt="one"))
    made = {
        "poststratified": plain.weighting.poststratify(PERSONS, cells=["role", "sex"], wgt_name="weight"),
        "raked": plain.weighting.rake(controls=margins, wgt_name="weight", tol=1e-13, max_iter=1000),
    }
    rows = []
    for method, sample in made.items():
        weighted = data.assign(weight=sample.data["weight"].to_list())
        for (role, sex), part in weighted.groupby(["role", "sex"]):
            rows.append(
                {"method": method, "figure": "weight", "role": role, "sex": sex, "value": part["weight"].iloc[0]}
            )
        for design_used, name in ((design, "fpc"), (None, "no_fpc")):
            handed = svy_sample(weighted, weights="weight", strata=["role", "sex"], design=design_used)
            for column in ("api00", "high"):
                for by in (None, "role"):
                    for one in handed.estimation.mean(y=column, by=by).estimates:
                        about = {"method": method, "role": one.by_level[0] if one.by_level else ""}
                        for figure in ("est", "se"):
                            what = f"{column} {figure} {name}"
                            rows.append(about | {"figure": what, "sex": "", "value": getattr(one, figure)})
    pd.DataFrame(rows).to_csv(HERE / "weighting.csv", index=False)


if __name__ == "__main__":
    main()
