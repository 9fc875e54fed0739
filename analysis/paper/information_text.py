"""What the information of a pool means, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count, percent
from analysis.measures.registry import measure

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.synthesis.information_size import Information
    from analysis.synthesis.results import Outcome, Pool

NO_TEST: Final = (
    "The pools describe single groups: nothing is tested, so boundaries for repeated tests "
    "(trial sequential analysis) do not apply. Information is the precision of the interval."
)
NO_BOUNDARIES: Final = (
    "Boundaries for repeated tests (trial sequential analysis) are not drawn. Information is the "
    "precision of the interval."
)
_SMALLEST: Final = 0.001


def what_is_tested(outcomes: Iterable[Outcome]) -> str:
    """Say why no boundaries for repeated tests are shown."""
    compares = any(measure(outcome.measure).null is not None for outcome in outcomes)
    return NO_BOUNDARIES if compares else NO_TEST


def information_text(outcome: Outcome) -> str:
    """Say how precise an outcome's pool is, what is missing, and what could change it.

    Parameters
    ----------
    outcome
        With its pool and information.

    Returns
    -------
    str
        Sentences as plain text.
    """
    information = outcome.information
    if information is None:
        return "Fewer than two estimates are pooled, or the interval is not closed."
    pool = outcome.overall
    reach = f"The interval reaches {size(pool, information.half_width)} from the estimate"
    if information.wanted is None or information.fraction is None:
        parts = [f"{reach}; the protocol names no precision."]
    elif information.fraction >= 1:
        parts = [f"{reach}, within the {size(pool, information.wanted)} that are wanted."]
    else:
        there = percent(information.fraction, 0)
        wanted = size(pool, information.wanted)
        parts = [
            f"{reach}; {wanted} are wanted, and {there} of the information for that is there.",
            _missing(information),
        ]
    if information.chance is not None and information.relevant_change is not None:
        parts.append(
            f"The probability that {_awaited(information)} the estimate by "
            f"{size(pool, information.relevant_change)} or more is {chance(information.chance)}."
        )
    return " ".join(parts)


def size(pool: Pool, value: float) -> str:
    """Write a distance on the scale of a pool: ``7.4 percentage points``, ``1.0 months``."""
    return measure(pool.measure).distance(value, pool.unit)


def chance(probability: float) -> str:
    """Write a probability; what rounds to nothing is less than the smallest that is printed."""
    return "less than 0.1%" if probability < _SMALLEST else percent(probability)


def _missing(information: Information) -> str:
    missing = information.further_studies or 0
    noun = "study" if missing == 1 else "studies"
    n = information.typical_n
    size_of_one = "" if n is None else f" (the median study has {count(n)} patients)"
    return f"It would take about {count(missing)} further {noun} of median precision{size_of_one}."


def _awaited(information: Information) -> str:
    if information.awaited == 1:
        return "one more study of median precision would move"
    return (
        f"{count(information.awaited)} more studies of median precision, as many as await "
        "extraction, would move"
    )
