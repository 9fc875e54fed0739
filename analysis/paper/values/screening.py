"""How the records were screened and how far the reviewers agreed, in words for the methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import count, number, percent
from analysis.manuscript.value import Value, escape, join_words
from analysis.synthesis.screening_state import log_of_review
from analysis.update.screening.agreement import agreements
from schemas.screening_log import TITLE_ABSTRACT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.update.screening.agreement import Agreement
    from schemas.review_data import ReviewData
    from schemas.screening_choices import Screening

_FORMULA = "κ = (p_o − p_e) / (1 − p_e); κ ± z·SE"
_REFERENCE = (
    "Cohen J. Educ Psychol Meas 1960;20:37–46; standard error: Fleiss JL, Cohen J, Everitt BS. "
    "Psychol Bull 1969;72:323–327"
)


def screening_values(data: ReviewData) -> Iterator[Value]:
    """Give the sentence on the screening; it is true without a log, too."""
    log = log_of_review(data)
    choices = data.protocol.screening
    level = data.protocol.confidence_level
    if not log.searches:
        one = " for this search" if len(data.searches) else ""
        text = (
            f"The decisions on single records are not kept{one}, so the agreement of "
            "the reviewers cannot be computed."
        )
    elif not log.decisions:
        text = "The records of the new searches have not been screened yet."
    elif choices.reviewers_per_record == 1:
        text = "For this review, one reviewer decided on each record; nobody repeated it."
    else:
        found = agreements(log, choices, level)
        text = " ".join([_who(choices), *_agreement(found, level)])
    yield Value("screening.statement", text, None, None, "screening log", (), _FORMULA, _REFERENCE)


def _who(choices: Screening) -> str:
    people = join_words(escape(name) for name in choices.reviewers)
    text = (
        f"The records of the new searches were screened by {people}: two of them decided on each "
        "record, blinded to each other"
        if len(choices.reviewers) > 2
        else f"Two reviewers ({people}) decided on each record of the new searches, blinded to "
        "each other"
    )
    if choices.arbiter is None:
        return text + "."
    return f"{text}, and {escape(choices.arbiter)} decided where they disagreed or were unsure."


def _agreement(found: tuple[Agreement, ...], level: float) -> Iterator[str]:
    for pair in found:
        read = "On title and abstract" if pair.stage == TITLE_ABSTRACT else "On full texts"
        records = "records" if pair.stage == TITLE_ABSTRACT else "reports"
        yield (
            f"{read}, {escape(pair.first)} and {escape(pair.second)} agreed on "
            f"{count(pair.agreed)} of {count(pair.records)} {records} ({_measure(pair, level)})."
        )


def _measure(pair: Agreement, level: float) -> str:
    share = percent(pair.share or 0.0)
    kappa = pair.kappa
    if kappa is None:
        return f"{share}; Cohen's κ is not defined, as both always decided the same"
    text = f"{share}; Cohen's κ = {number(kappa.estimate, 2)}"
    if kappa.low == kappa.high:
        return text
    low, high = number(kappa.low, 2), number(kappa.high, 2)
    return f"{text}, {percent(level, 0)} confidence interval {low} to {high}"
