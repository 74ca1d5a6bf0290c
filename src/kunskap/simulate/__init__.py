"""Simulated people and answers: what demos, workshops and tests use where nobody's real answers may be used.

The model is deliberately plain.  A person has two traits, `knowledge` and `engagement` (standard normal, shifted by
role, training and kind of organisation).  A person *knows* an item with the two-parameter logistic probability of
Birnbaum (in Lord & Novick, 1968); who does not know chooses *don't know*, more often if she is a woman (Mondak &
Anderson, 2004), or guesses.  Rated items follow Samejima's graded response model (1969).  Everything is drawn from
the `rng` that is passed, so that one seed gives one county, and nothing here says anything about a real one.
"""

from kunskap.simulate.answers import AnswerModel, ItemModel, item_models, simulate_answers
from kunskap.simulate.people import TRAITS, respondents_of, simulate_gain, simulate_participation, simulate_people
from kunskap.simulate.sittings import linking_codes, simulate_sittings, simulate_texts

__all__ = [
    "TRAITS",
    "AnswerModel",
    "ItemModel",
    "item_models",
    "linking_codes",
    "respondents_of",
    "simulate_answers",
    "simulate_gain",
    "simulate_participation",
    "simulate_people",
    "simulate_sittings",
    "simulate_texts",
]
