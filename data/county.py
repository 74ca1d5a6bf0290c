"""The county that does not exist: its people, their answers in two waves, and the sittings that should not be there."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
from exporters import Stored

from kunskap.bank import Bank
from kunskap.design import Design
from kunskap.simulate import (
    TRAITS,
    item_models,
    linking_codes,
    simulate_answers,
    simulate_gain,
    simulate_participation,
    simulate_people,
    simulate_sittings,
    simulate_texts,
)

SEED = 2016
FORM = "baslinje"
CODE_STEM = "Din kod"
WAVES = {
    "2016": (datetime.date(2016, 2, 1), datetime.date(2016, 3, 15)),
    "2018": (datetime.date(2018, 2, 1), datetime.date(2018, 3, 15)),
}
# The share of the frame that begins; some six in a hundred of them never finish.
RATES = {
    ("pol", "reg"): 0.66,
    ("pol", "kom"): 0.61,
    ("tjm", "reg"): 0.71,
    ("tjm", "kom"): 0.69,
    ("tjm", "lst"): 0.70,
    ("tjm", "ovr"): 0.67,
}
LATER_RATES = {
    ("pol", "reg"): 0.58,
    ("pol", "kom"): 0.51,
    ("tjm", "reg"): 0.64,
    ("tjm", "kom"): 0.60,
    ("tjm", "lst"): 0.64,
    ("tjm", "ovr"): 0.60,
}
OTHER_SEX = {"pol": {"x": 0.015, "u": 0.035}, "tjm": {"x": 0.025, "u": 0.06}}
INCOMPLETE = 0.06
GAIN = 0.3
NO_CODE = 0.04
FORGOTTEN_CODE = 0.27

# Short words that are easy to write down; what a participant's page could offer.
WORDS = """
    alm ask bok björk ek gran lind rönn sälg tall sten berg grus sand lera myr ås dal höjd strand våg moln regn snö is
    dimma vind sol måne stjärna natt dag vår höst lax gädda abborre sik öring älg hare räv järv varg lo uggla tjäder
    orre trana svan ren kaffe bröd ost smör salt hav sjö älv bäck fors bro väg stig grind båt åra segel nät kub boll
""".split()  # noqa: SIM905

OTHER_TEXTS = ("Icke-binär", 'Icke-binär; kalla mig "hen"', "", "Annat, för lång historia", "", "Transperson")

SENTENCES: dict[str, dict[str, tuple[str, ...]]] = {
    "2016": {
        "understanding01": (
            "Att kvinnor och män har samma möjlighet att få del av pengarna, och att påverka vart de går.",
            "Jag vet inte riktigt; vi pratar sällan om det.",
            'Man säger ofta "det där är redan klart" hos oss. Det är det inte.',
            "=lika villkor för den som vill starta företag",
            "Att vi ser till att fler branscher kan söka stöd\noch att underlagen visar vilka som får det.",
            "Lika många kvinnor som män i nämnden, tror jag.",
            "Rättvisa. Tillväxt som kommer alla till del – inte bara industrin längs kusten.",
            "Ny på uppdraget; kan inte svara än.",
            "Att ta med frågan från början, inte som en rad i slutet av tjänsteskrivelsen.",
        ),
        "understanding02": (
            "Busstiderna: tar vi bort kvällsturen drabbar det dem som arbetar i vården.",
            "Stöd till maskininköp; det går mest till branscher där män arbetar.",
            "Vilken väg som plogas först, gång- och cykelvägen eller infarten till industriområdet.",
            "Sammanträdestider!\n\nKlockan 15 stänger förskolan där jag bor.",
            'Upphandling av "kompetensutveckling", den som redan har fast jobb får mest.',
            "Kommer inte på något.",
            "Lokaler: ishallen kostade mer än alla ridhus tillsammans.",
            "Bredband; den som driver företag hemifrån behöver det mest.",
        ),
    },
    "2018": {
        "understanding01": (
            "Att pengar, inflytande och villkor fördelas så att kön inte avgör.",
            'Vi använder 4R numera; "realisera" är fortfarande svårast.',
            "=samma makt att forma länets framtid",
            "Att jag frågar efter siffror för både kvinnor och män innan jag röstar.",
            "Det har blivit tydligare sedan kursen.\nMen inte för alla.",
            "Samma svar som sist; det är en fråga om makt.",
        ),
        "understanding02": (
            "Prioriteringen i länstransportplanen: pendling med bil eller med buss.",
            "Vilka branscher som får söka innovationsstöd.",
            "Att förlägga utbildningen till kusten, den som har små barn pendlar inte så långt.",
            "Öppettider på återvinningen? Nej, men bidragen till föreningarna.",
            "Krav på egen insats i företagsstödet; mindre företag klarar det inte.",
        ),
    },
}


def build(bank: Bank, *, design: Design) -> dict[str, tuple[Stored, Stored]]:
    """Wave → what a survey tool stored, and the sittings that should not be there (test rows, duplicate, late)."""
    rng = np.random.default_rng(SEED)
    people = simulate_people(design, bank=bank, other_sex=OTHER_SEX, rng=rng)
    models = item_models(bank, form=FORM, rng=rng)
    own_code = dict(zip(people.index, linking_codes(len(people), words=WORDS, rng=rng), strict=True))
    first = simulate_participation(people, rates=RATES, rng=rng)
    later_people = simulate_gain(people, gain=GAIN, rng=rng)
    second = simulate_participation(later_people, rates=LATER_RATES, rng=rng, earlier=first)
    later_code = _codes_two_years_later(own_code, rng=rng)
    return {
        "2016": _wave("2016", people, first, bank=bank, models=models, codes=own_code, rng=rng),
        "2018": _wave("2018", later_people, second, bank=bank, models=models, codes=later_code, rng=rng),
    }


def _codes_two_years_later(codes: dict[str, str], *, rng: np.random.Generator) -> dict[str, str]:
    """The codes again, some of them remembered with one word wrong."""
    taken = set(codes.values())
    later = {}
    for person, code in codes.items():
        words = code.split("-")
        while rng.random() < FORGOTTEN_CODE or "-".join(words) in taken - {code}:
            words[int(rng.integers(4))] = str(rng.choice(np.array(WORDS)))
        later[person] = "-".join(words)
        taken.add(later[person])
    return later


def _wave(
    wave: str,
    people: pd.DataFrame,
    answering: pd.Index,
    *,
    bank: Bank,
    models: dict,
    codes: dict[str, str],
    rng: np.random.Generator,
) -> tuple[Stored, Stored]:
    """One wave, with the extra sittings beside it."""
    opens, closes = WAVES[wave]
    answers = simulate_answers(people.loc[answering], bank=bank, form=FORM, models=models, rng=rng)
    responses = simulate_sittings(
        answers, bank=bank, form=FORM, wave=wave, opens=opens, closes=closes, incomplete=INCOMPLETE, rng=rng
    )
    texts = simulate_texts(responses, sentences=SENTENCES[wave], rng=rng)
    sittings = _beside(responses, people, bank=bank)
    blank = rng.random(len(sittings)) < NO_CODE
    kept = {
        str(sitting): "" if no_code or pd.isna(completed) else codes[person]
        for sitting, person, completed, no_code in zip(
            sittings["sitting_id"], sittings["respondent_id"], sittings["completed_at"], blank, strict=True
        )
    }
    others = sittings.loc[(sittings["sex"] == "x").fillna(False), "sitting_id"]
    stored = Stored(
        bank=bank,
        form=FORM,
        sittings=sittings,
        codes=kept,
        texts=dict(zip(zip(texts["sitting_id"], texts["item"], strict=True), texts["text"], strict=True)),
        other_sex={sitting: OTHER_TEXTS[place % len(OTHER_TEXTS)] for place, sitting in enumerate(others)},
    )
    absent = people.index.difference(answering, sort=False)[[3, 7, 11]]
    return stored, _extras(stored, people.loc[absent], wave=wave, models=models, rng=rng)


def _beside(responses: pd.DataFrame, people: pd.DataFrame, *, bank: Bank) -> pd.DataFrame:
    """Responses with the background variables beside them."""
    background = people.drop(columns=list(TRAITS))
    return responses.merge(background, left_on="respondent_id", right_index=True, how="left", validate="one_to_one")


def _extras(stored: Stored, people: pd.DataFrame, *, wave: str, models: dict, rng: np.random.Generator) -> Stored:
    """Two test rows before the opening, one answer sent in twice and one after the closing."""
    opens, closes = WAVES[wave]
    answers = simulate_answers(people, bank=stored.bank, form=FORM, models=models, rng=rng)
    drawn = simulate_sittings(
        answers, bank=stored.bank, form=FORM, wave=wave, opens=opens, closes=closes, incomplete=0.0, rng=rng
    )
    drawn["sitting_id"] = [f"{wave}:before_opening1", f"{wave}:before_opening2", f"{wave}:after_closing"]
    minutes = pd.to_timedelta([4, 6, 11], unit="min")
    days = [
        opens - datetime.timedelta(days=4),
        opens - datetime.timedelta(days=3),
        closes + datetime.timedelta(days=18),
    ]
    drawn["started_at"] = pd.to_datetime(days).to_numpy() + np.timedelta64(37_815, "s")
    drawn["completed_at"] = drawn["started_at"] + minutes
    complete = stored.sittings[stored.sittings["completed_at"].notna()]
    with_code = complete[complete["sitting_id"].map(stored.codes) != ""]
    twice = with_code.iloc[[60]].copy()
    again = str(twice["sitting_id"].iloc[0])
    twice["sitting_id"] = f"{wave}:duplicate"
    twice["started_at"] = twice["completed_at"] + pd.Timedelta(minutes=2)
    twice["completed_at"] = twice["completed_at"] + pd.Timedelta(minutes=6)
    sittings = pd.concat([_beside(drawn, people, bank=stored.bank), twice], ignore_index=True)
    codes = {
        f"{wave}:before_opening1": "test",
        f"{wave}:before_opening2": "test två",
        f"{wave}:after_closing": "-".join(str(word) for word in rng.choice(np.array(WORDS), size=4)),
        f"{wave}:duplicate": stored.codes[again],
    }
    return Stored(bank=stored.bank, form=FORM, sittings=sittings, codes=codes, texts={}, other_sex={})
