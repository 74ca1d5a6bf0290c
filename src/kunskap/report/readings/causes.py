"""Words that say why: none may stand in a reading without a comparison group, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CAUSAL", "causal_words"]

OF_COURSE = {"sv": "kursen|utbildningen|insatsen|projektet", "en": "course|training|project"}
CAUSAL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sv": (
            r"effekt(?!iv)", r"orsak", r"upphov", r"\bpåverka", r"verkan\b", r"\bmedför", r"\bförbättra",
            r"\bbidra(?:r|git|s)?\b", r"\bbidrog", r"\bber(?:or|ott) på", r"\bberodde på", r"\btack vare",
            r"\bpå grund av", r"\btill följd av", r"\bresultat(?:et)? av", r"\bdärför att", r"\bförklara[sr]? av",
            r"\b(?:leda|leder|lett|ledde) till", r"\b(?:gör|gjorde|gjort) att",
            rf"\bgenom (?:{OF_COURSE['sv']})", rf"\b(?:{OF_COURSE['sv']}) (?:höjde|ökade|stärkte|gav|gjorde)",
        ),
        "en": (
            r"\beffects?\b", r"\bcaus(?:e|ed|es|al|ing)\b", r"\bbecause\b", r"\bimpact", r"\bcontribut", r"\baffect",
            r"\battribut", r"\bimprove[ds]?\b", r"\bboost", r"\b(?:due|owing|thanks) to\b", r"\bas a result\b",
            r"\bresult(?:s|ed)? (?:of|in|from)\b", r"\b(?:lead|leads|led) to\b", r"\b(?:brought|brings) about\b",
            r"\b(?:explained|driven) by\b", rf"\bthrough the (?:{OF_COURSE['en']})\b",
            rf"\bthe (?:{OF_COURSE['en']}) (?:raised|increased|strengthened|gave|made)\b",
        ),
    }
)  # fmt: skip
"""Language → patterns of what says that one thing came of another; *bidrag*, a grant, is no such word."""


def causal_words(text: str, language: str) -> list[str]:
    """What in a text says why, as it stands there.

    Examples
    --------
    >>> causal_words("Kunskapen ökade tack vare kursen.", "sv")
    ['tack vare']
    >>> causal_words("Fler svarade rätt. Bidragen var desamma.", "sv")
    []
    """
    found = re.finditer("|".join(CAUSAL.get(language, ())) or "(?!)", text, re.IGNORECASE)
    return [each.group(0) for each in found]
