"""Choose the released rows that a plot draws, and name the groups they are about."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kunskap.bank import Bank
from kunskap.disclosure import Released
from kunskap.errors import KunskapError, fault
from kunskap.tables import canonical_universe, universe_filter
from kunskap.words import Words

__all__ = [
    "asked_rows",
    "asked_stem",
    "group_label",
    "hidden",
    "in_sentence",
    "levels_in_order",
    "listed",
    "n_of",
    "of_whom",
    "released_rows",
    "universe_label",
    "whose",
]


def released_rows(released: Released, name: str, *, statistics: Sequence[str], universe: str = "all") -> pd.DataFrame:
    """The rows of one released table with these statistics, about one universe.

    Raises
    ------
    KunskapError
        ``REPORT-02`` if there is no such table, ``REPORT-03`` if it has no such rows.
    """
    if name not in released.names:
        raise KunskapError([fault("REPORT-02", name, expected=", ".join(released.names))])
    table = released.table(name)
    rows = table[table["statistic"].isin(list(statistics)) & table["universe"].eq(universe)]
    if rows.empty:
        raise KunskapError([fault("REPORT-03", name, expected=", ".join(statistics), universe=universe)])
    return rows.reset_index(drop=True)


def asked_rows(table: pd.DataFrame, *, universe: str = "all") -> pd.DataFrame:
    """The rows about one universe, and for the items that only a part of it was asked the rows about that part.

    Examples
    --------
    >>> table = pd.DataFrame({"item": ["rds01", "rds01", "rds03"], "universe": ["all", "role=pol", "role=tjm"]})
    >>> asked_rows(table)["universe"].tolist()
    ['all', 'role=tjm']
    """
    whole, wanted = table["universe"].eq(universe), universe_filter(universe).items()
    parts = [str(own) for own in table["universe"].unique() if wanted <= universe_filter(str(own)).items()]
    within = table["universe"].isin(parts)
    return table[whole | (within & ~table["item"].isin(table.loc[whole, "item"]))].reset_index(drop=True)


def whose(rows: pd.DataFrame, released: Released, table: str, *, by: str = "role") -> pd.DataFrame:
    """The rows, with the one group as the universe of an item that no other group has answered.

    Parameters
    ----------
    rows : DataFrame
        Rows of `table`, or of one that it is divided into.
    released : Released
        Where ``<table>_by_<by>`` tells which groups have answered what; without it all are taken to have.
    table, by : str
        The table's name, and the grouping variable.
    """
    divided = f"{table}_by_{by}"
    if divided not in released.names:
        return rows
    found = released.table(divided).dropna(subset=[by]).drop_duplicates(["item", by])
    is_alone = found.groupby("item")[by].transform("size").eq(1) & (found[by].nunique() > 1)
    of_one = {item: {by: str(level)} for item, level in found.loc[is_alone, ["item", by]].itertuples(index=False)}
    universes = [
        canonical_universe(universe_filter(universe) | of_one.get(item, {}))
        for item, universe in zip(rows["item"], rows["universe"].astype("str"), strict=True)
    ]
    return rows.assign(universe=universes)


def of_whom(rows: pd.DataFrame, *, bank: Bank, words: Words) -> str:
    """What the people that the rows are about are called where they stand alone: *Alla*, *Politiker*."""
    label = universe_label(str(rows["universe"].iloc[0]), bank=bank, words=words)
    return label[:1].upper() + label[1:] or words("plots.groups.all")


def universe_label(universe: str, *, bank: Bank, words: Words) -> str:
    """What the people of a universe are called inside a sentence: *politiker*; nothing for everyone."""
    groups = universe_filter(universe).items()
    return listed([in_sentence(group_label(name, level, bank=bank, words=words)) for name, level in groups], words)


def asked_stem(rows: pd.DataFrame, *, bank: Bank, words: Words, universe: str = "all") -> str:
    """The question that the rows are about, and who was asked it unless all of the universe were."""
    stem, own = bank.stem(str(rows["item"].iloc[0]), words.language), str(rows["universe"].iloc[0])
    if own == universe:
        return stem
    return words("plots.only_spoken", text=stem, group=universe_label(own, bank=bank, words=words))


def hidden(rows: pd.DataFrame) -> pd.Series:
    """Which rows the gate has hidden.

    Returns
    -------
    Series of bool
        Indexed like `rows`.
    """
    return rows["hidden"].notna() | rows["estimate"].isna()


def levels_in_order(rows: pd.DataFrame, by: str, bank: Bank) -> list[str]:
    """The levels of a grouping variable that occur in the rows, in the bank's order."""
    present = set(rows[by].dropna())
    variable = bank.variables.get(by)  # who took a course is no question of the bank
    known = [level for level in variable.level_ids if level in present] if variable else []
    return [*known, *sorted(present - set(known))]


def group_label(by: str, level: str, *, bank: Bank, words: Words) -> str:
    """What a group is called in a figure: *Kvinnor*, *Politiker*; the bank's own label where there is no plural."""
    try:
        return words(f"plots.groups.{by}_{level}")
    except KeyError:
        return bank.label(by, level, words.language)


def n_of(rows: pd.DataFrame, words: Words) -> str:
    r"""How many people the rows are about: *n = 431*, or the fewest and the most of them.

    Examples
    --------
    >>> from kunskap.words import read_words
    >>> n_of(pd.DataFrame({"n": [282, 431, None]}), read_words(language="sv"))
    'n = 282–431'
    """
    sizes = rows["n"].dropna()
    if sizes.empty:
        return ""
    ends = dict.fromkeys(words.count(size) for size in (sizes.min(), sizes.max()))
    return words("plots.n", n="–".join(ends))


def in_sentence(label: str) -> str:
    """A label as it stands inside a sentence: its first letter small, unless the word is an abbreviation.

    Examples
    --------
    >>> in_sentence("Kvinnor"), in_sentence("RUS")
    ('kvinnor', 'RUS')
    """
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def listed(parts: Sequence[str], words: Words) -> str:
    """Parts as a list in a sentence: *a, b och c*."""
    if len(parts) < 2:
        return "".join(parts)
    return words("plots.and", first=", ".join(parts[:-1]), last=parts[-1])
