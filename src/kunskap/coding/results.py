"""A project's folder of coders' files, as further tables beside the inventory's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from kunskap.coding.agreement import agreement, reliable
from kunskap.coding.files import read_codings, text_keys
from kunskap.coding.frame import CodingFrame
from kunskap.coding.shares import YES, coded_shares, settle
from kunskap.errors import KunskapError, fault
from kunskap.inventory import SEXES, completed
from kunskap.readers import Import
from kunskap.tables import row_keys

__all__ = ["JOINT", "coded_tables", "coder_files"]

JOINT = "gemensam"
"""The file in which the coders settled together what they had read differently."""


def coder_files(folder: Path) -> list[Path]:
    """The independent coders' files in a folder, in order of their names; the joint one is not among them."""
    return sorted(path for path in folder.glob("*.csv") if path.stem.casefold() != JOINT)


def coded_tables(
    imported: Import,
    *,
    folder: Path,
    frame: CodingFrame,
    key: bytes | None,
    rng: np.random.Generator,
    level: float = 0.95,
) -> dict[str, pd.DataFrame]:
    """Compute what the coders found in the texts of one import, for the gate.

    Parameters
    ----------
    imported : Import
        What a reader returned.  Codes of texts that are not in it (withdrawn, or changed) count nowhere, not in the
        agreement either.
    folder : Path
        With one CSV file per coder, and ``gemensam.csv`` with what they settled together.
    frame : CodingFrame
        The codes.
    key : bytes or None
        The one with which the texts were named when they were coded.
    rng : Generator
        Draws the bootstrap of the agreement.
    level : float
        Coverage aimed at.

    Returns
    -------
    dict of str to DataFrame
        Estimates tables: ``own_words``, ``own_words_by_role`` and ``own_words_by_sex`` (shares of those who wrote whose
        text has each code), and ``own_words_agreement`` (alpha, whose `inputs` are the shares: where these are hidden
        it is hidden).  Only codes that the coders agree on (`reliable`).  Empty when there is no such code.

    Raises
    ------
    KunskapError
        ``CODE-25`` without a coder's file; ``CODE-09`` … ``CODE-15`` as `read_codings` and `settle` tell.

    Notes
    -----
    A text can have several codes, so each code is an item of its own with the answers yes and no.
    """
    paths = coder_files(folder)
    if not paths:
        raise KunskapError([fault("CODE-25", str(folder), joint=f"{JOINT}.csv")])
    sittings = completed(imported)
    texts = imported.texts[imported.texts["sitting_id"].isin(sittings["sitting_id"])]
    names = set(text_keys(texts, key=key))
    codings = read_codings(paths, frame=frame)
    joint = next((path for path in sorted(folder.glob("*.csv")) if path not in paths), None)
    settled = None if joint is None else read_codings([joint], frame=frame)
    alphas = agreement(codings[codings["text"].isin(names)], level=level, rng=rng)
    kept = reliable(alphas)
    coded = settle(codings, texts=texts, key=key, settled=settled)
    kept = [code for code in kept if code in coded.columns]
    if not kept:
        return {}
    respondents = imported.respondents

    def shares(*by: str) -> pd.DataFrame:
        return coded_shares(coded, codes=kept, by=by, responses=sittings, respondents=respondents, level=level)

    pooled, by_sex = shares(), shares("sex")
    return {
        "own_words": pooled,
        "own_words_by_role": shares("role"),
        "own_words_by_sex": by_sex[by_sex["sex"].isin(SEXES)].reset_index(drop=True),
        "own_words_agreement": _tied(alphas[alphas["item"].isin(kept)], pooled),
    }


def _tied(alphas: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """The alphas with the shares of the same code as inputs."""
    chosen = shares[shares["option"] == YES]
    of_code = dict(zip(chosen["item"], row_keys(chosen), strict=True))
    tied = alphas.reset_index(drop=True)
    tied["inputs"] = pd.Series([(of_code[item],) for item in tied["item"]], dtype="object")
    return tied
