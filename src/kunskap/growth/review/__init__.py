"""Review a draft strategy: does it steer, or only mention?  Plain rules that show their words; people decide."""

from kunskap.growth.review.accuracy import accuracy, accuracy_estimates, read_marked
from kunskap.growth.review.checklist import Point, read_checklist
from kunskap.growth.review.comparing import difference, review_estimates, review_rounds
from kunskap.growth.review.finding import Review, review
from kunskap.growth.review.judgements import judged, read_judgements, said_judgements, save_judgement_sheet
from kunskap.growth.review.passages import split_text
from kunskap.growth.review.reading import read_draft
from kunskap.growth.review.rules import CODES, PASSAGE_CODES, Rules, read_rules
from kunskap.growth.review.telling import explained, save_commented, told, told_difference, told_judged

__all__ = [
    "CODES",
    "PASSAGE_CODES",
    "Point",
    "Review",
    "Rules",
    "accuracy",
    "accuracy_estimates",
    "difference",
    "explained",
    "judged",
    "read_checklist",
    "read_draft",
    "read_judgements",
    "read_marked",
    "read_rules",
    "review",
    "review_estimates",
    "review_rounds",
    "said_judgements",
    "save_commented",
    "save_judgement_sheet",
    "split_text",
    "told",
    "told_difference",
    "told_judged",
]
