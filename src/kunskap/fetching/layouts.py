"""The published layouts of answers: JSON-stat 2.0, as PxWeb API v2 gives it, and Kolada's pages."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable

import pandas as pd

from kunskap.errors import KunskapError, fault

__all__ = ["from_json_stat", "from_kolada", "next_page"]

SEXES = {"T": "", "K": "k", "M": "m"}


def from_json_stat(content: bytes, *, where: str) -> pd.DataFrame:
    """A JSON-stat 2.0 dataset as one row per value.

    Parameters
    ----------
    content : bytes
        A response of class ``dataset``: `id` and `size` name the dimensions, whose values lie row by row, the last
        dimension fastest; `value` is a list, or a mapping from place to value where there are gaps.
    where : str
        What was asked, for faults.

    Returns
    -------
    DataFrame
        One text column of category codes per dimension, and a float column ``value``; a missing value is NaN.

    Raises
    ------
    KunskapError
        ``FETCH-05`` where the layout is another.

    Notes
    -----
    JSON-stat 2.0 (json-stat.org/full): a category's `index` is a list of codes or a mapping from code to place.

    Examples
    --------
    >>> answer = (b'{"class": "dataset", "id": ["Kon", "Tid"], "size": [2, 1], "dimension": {'
    ...           b'"Kon": {"category": {"index": {"1": 0, "2": 1}}}, "Tid": {"category": {"index": ["2025"]}}},'
    ...           b'"value": {"1": 7}}')
    >>> from_json_stat(answer, where="a").to_dict("list")
    {'Kon': ['1', '2'], 'Tid': ['2025', '2025'], 'value': [nan, 7.0]}
    """
    try:
        dataset = json.loads(content)
        dimensions = [str(name) for name in dataset["id"]]
        sizes = [int(size) for size in dataset["size"]]
        codes = [_codes(dataset["dimension"][name]["category"]) for name in dimensions]
        cells = list(itertools.product(*codes))
        if [len(each) for each in codes] != sizes:
            raise ValueError(f"size {sizes}")
        given = dataset["value"]
        if isinstance(given, list):
            if len(given) != len(cells):
                raise ValueError(f"{len(given)} values, {len(cells)} cells")
            values = given
        else:
            values = [given.get(str(place)) for place in range(len(cells))]
        table = pd.DataFrame(cells, columns=dimensions, dtype="str")
        return table.assign(value=pd.Series(values, dtype="Float64").astype("float64"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KunskapError([fault("FETCH-05", where, layout="JSON-stat 2.0", error=repr(error))]) from error


def _codes(category: dict[str, object]) -> list[str]:
    index = category.get("index", category.get("label"))
    if isinstance(index, dict):
        return [str(code) for code in (sorted(index, key=index.__getitem__) if "index" in category else index)]
    if isinstance(index, list):
        return [str(code) for code in index]
    raise ValueError("no index")


def from_kolada(pages: Iterable[bytes], *, where: str) -> pd.DataFrame:
    """Kolada's pages of values as one row per year and sex.

    Parameters
    ----------
    pages : iterable of bytes
        Each ``{"values": [{"kpi", "municipality", "period", "values": [{"gender", "value", "status", "count"}]}]}``:
        the layout of v2, which v3 kept.  What is marked ``isdeleted`` is left out.
    where : str
        What was asked, for faults.

    Returns
    -------
    DataFrame
        ``year`` (text), ``sex`` (k, m, or empty for both) and ``value`` (float); values that are missing are left out.

    Raises
    ------
    KunskapError
        ``FETCH-05`` where the layout is another.

    Examples
    --------
    >>> figures = b'[{"gender": "K", "value": 80.5}, {"gender": "M", "value": null}]'
    >>> page = b'{"values": [{"period": 2024, "values": ' + figures + b"}]}"
    >>> from_kolada([page], where="a").to_dict("list")
    {'year': ['2024'], 'sex': ['k'], 'value': [80.5]}
    """
    try:
        rows = [
            (str(int(entry["period"])), SEXES[figure["gender"]], float(figure["value"]))
            for page in pages
            for entry in json.loads(page)["values"]
            for figure in entry["values"]
            if figure["value"] is not None and not figure.get("isdeleted", False)
        ]
    except (ValueError, KeyError, TypeError) as error:
        raise KunskapError([fault("FETCH-05", where, layout="Kolada", error=repr(error))]) from error
    return pd.DataFrame(rows, columns=["year", "sex", "value"]).astype(
        {"year": "str", "sex": "str", "value": "float64"}
    )


def next_page(content: bytes) -> str | None:
    """The address of Kolada's next page, if it names one.

    Examples
    --------
    >>> next_page(b'{"values": [], "next_url": null}') is None
    True
    """
    try:
        found = json.loads(content).get("next_url")
    except (ValueError, AttributeError):
        return None
    return found if isinstance(found, str) and found else None
