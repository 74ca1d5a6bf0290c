"""Words that say why: none may stand in a reading without a comparison group, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["CAUSAL", "causal_words"]

# What staff have done, in any form and compound: kurserna, utbildningsinsatsen, the workshops.
NOUNS = {
    "sv": r"(?:\w*(?:kurs|utbildning|insats|projekt|modul|workshop|satsning|seminari)"
    r"(?:p?(?:en|er|erna|ar|arna)|n|r|rna|et|um|umet|dagen|dagarna|insatsen|insatserna)?|modul \d+)",
    "en": r"(?:(?:course|training|project|module|workshop|programme|program|seminar|intervention|initiative)s?|"
    r"module \d+)",
}
# After these words the course is no subject: "efter kursen ökade andelen" says when, not why.
NO_SUBJECT = {
    "sv": "av efter bakom för före förrän från genom gick gått genomgick genomgått genomfört i inför kring läste läst "
    "med mellan om på sedan tagit till tog under utan vid åt en ett den det de denna detta dessa hela vår våra vårt "
    "första andra tredje nya",
    "en": "about after attended before between by completed during finished for from in into of on since taken at "
    "taking through to took until with without a an the this that these those our whole first new second third "
    "training",
}
LED_IN = {
    "sv": "(?:(?:den|det|de|denna|detta|dessa|hela|vår|våra|vårt|första|andra|tredje|nya) ){0,3}",
    "en": "(?:(?:a|the|this|that|these|those|our|whole|first|second|third|new|training) ){0,3}",
}
# What the course was about or where it was, and the words that a tense is made of.
BETWEEN = {
    "sv": r"(?: (?:om|i|för|på|med|till|hos) [\w-]+(?: [\w-]+){0,2}?)?(?: (?:har|hade|ha|kan|kunde|måste|ska|skulle|"
    r"bör|borde|kommer|kom|att|tycks|verkar|lyckats|lyckades|också|även|verkligen|tydligt|klart|troligen|därmed)){0,4}",
    "en": r"(?: (?:on|in|about|for|at|with) [\w-]+(?: [\w-]+){0,2}?)?(?: (?:has|had|have|can|could|may|might|must|will|"
    r"would|should|did|does|also|clearly|really|probably|thereby|thus|seems|seemed|appears|to)){0,4}",
}
CHANGES = {
    "sv": r"höj(?:a|er|de|t)|öka(?:r|de|t)?|stärk(?:a|er|te|t)|lyft(?:a|er|e|)|minska(?:r|de|t)?|sänk(?:a|er|te|t)|"
    r"förstärk(?:a|er|te|t)|bredda(?:r|de|t)?|fördjupa(?:r|de|t)?|förändra(?:r|de|t)?|fördubbla(?:r|de|t)?|"
    r"hjälp(?:a|er|te|t)|ge|ger|gav|gett|givit|ligger bakom|låg bakom|legat bakom|inneb(?:är|ära) att|betyder att|"
    r"(?:göra|gör|gjorde|gjort)(?! (?:en|ett|två|tre|upp|klart)\b)|(?:få|får|fick|fått) (?:\w+ ){0,3}?(?!för )\w+ att|"
    r"(?:skapa|utveckla|bygg)\w* (?:\w+ ){0,3}?\w*(?:kunskap|förmåg|förståelse|medvetenhet|intresse|engagemang)",
    "en": r"rais(?:e|es|ed)|increas(?:e|es|ed)|strengthen(?:s|ed)?|lift(?:s|ed)?|reduc(?:e|es|ed)|lower(?:s|ed)?|"
    r"enhanc(?:e|es|ed)|deepen(?:s|ed)?|broaden(?:s|ed)?|chang(?:e|es|ed)|doubl(?:e|es|ed)|help(?:s|ed)?|"
    r"enabl(?:e|es|ed)|give|gives|gave|given|paid off|lies behind|lay behind|means that|"
    r"(?:get|got|gets) (?:\w+ ){1,3}?to|(?:make|makes|made)(?! (?:an?|two|three)\b)|"
    r"(?:creat|develop|buil)\w* (?:\w+ ){0,3}?(?:knowledge|skills?|understanding|awareness|interest|commitment)",
}  # fmt: skip


def _did(language: str) -> str:
    """The course as the one who did it: *kursen har höjt*, *the training on transport raised*."""
    no_subject = "".join(rf"(?<!\b{word} )" for word in NO_SUBJECT[language].split())
    subject = rf"{no_subject}\b{LED_IN[language]}{NOUNS[language]}"
    return rf"{subject}{BETWEEN[language]} (?:{CHANGES[language]})\b"


CAUSAL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sv": (
            r"effekt(?!iv)", r"orsak", r"upphov", r"\bpåverka", r"verkan\b", r"\bmedför", r"\bförbättra",
            r"\bbidra(?:r|git|s)?\b", r"\bbidrog", r"\bber(?:or|ott) på", r"\bberodde på", r"\btack vare",
            r"\bpå grund av", r"\btill följd av", r"\b(?:en|blev) följd(?:en)? av", r"\bresultat(?:et)? av",
            r"\bresulter(?:a|ar|ade|at) i\b", r"\bdärför att", r"\bförklara[sr]? av", r"\btillskriv", r"\bförtjänst",
            r"\b(?:leda|leder|lett|ledde) till", r"\b(?:gör|gjorde|gjort) att", r"\binneb(?:ar|urit) att",
            r"\bbety(?:dde|tt) att", r"\bmöjligg(?:ör|jor)", r"\b(?:bar|burit) frukt",
            r"\b(?:ge|ger|gav|gett|givit) (?:\w+ )?resultat\b",
            rf"\b(?:genom|med hjälp av|eftersom (?:\w+ ){{0,3}}?) ?{LED_IN['sv']}{NOUNS['sv']}\b",
            rf"\b(?:höjd|ökad|stärkt|lyft|förändrad)es av {LED_IN['sv']}{NOUNS['sv']}\b", _did("sv"),
        ),
        "en": (
            r"\beffects?\b", r"\bcaus(?:e|ed|es|al|ing)\b", r"\bbecause\b", r"\bimpact", r"\bcontribut", r"\baffect",
            r"\battribut", r"\bimprove[ds]?\b", r"\bboost", r"\b(?:due|owing|thanks) to\b", r"\bas a result\b",
            r"\bresult(?:s|ed|ing)? (?:of|in|from)\b", r"\b(?:lead|leads|led) to\b", r"\b(?:brought|brings) about\b",
            r"\b(?:explained|driven) by\b", r"\bas a consequence\b", r"\bmeant that\b",
            r"\b(?:gave|gives|given|produced|brought|yielded) (?:\w+ )?results\b",
            r"\bmade (?:a|the|all the) difference\b",
            rf"\b(?:raised|increased|strengthened|lifted|changed|through|by means of) (?:by )?{LED_IN['en']}"
            rf"{NOUNS['en']}\b", _did("en"),
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
    >>> causal_words("Kursen om transporter har höjt kunskaperna.", "sv")
    ['Kursen om transporter har höjt']
    >>> causal_words("Efter kursen ökade andelen från 40 till 60 %. Bidragen var desamma.", "sv")
    []
    """
    found = re.finditer("|".join(CAUSAL.get(language, ())) or "(?!)", " ".join(text.split()), re.IGNORECASE)
    return [each.group(0) for each in found]
