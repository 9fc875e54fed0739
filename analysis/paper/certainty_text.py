"""How certain the evidence is, in signs and words: GRADE's informative statements as a table.

The scheme (size of the effect by certainty) is that of Santesso et al. 2020, J Clin Epidemiol
119:126, doi 10.1016/j.jclinepi.2019.10.014; the words are our own.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count, interval, lower_first, number
from analysis.measures.registry import measure
from schemas.certainty import DOMAINS, LEVELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.measures.absolute import AbsoluteEffect
    from analysis.synthesis.grade import DomainRating, Grade
    from analysis.synthesis.results import Outcome

NOT_RATED: Final = "not rated"

#: What each level means, in our own words (after Balshem 2011, J Clin Epidemiol 64:401).
MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "high": "the true effect is very likely close to the estimate",
        "moderate": "the true effect is probably close to the estimate, but may differ from it",
        "low": "the true effect may differ from the estimate considerably",
        "very low": "the true effect is likely to differ from the estimate considerably",
    }
)

#: By size of the effect (0 trivial to 3 large) and certainty. {does}, {do} and {noun} are the
#: direction: reduces, reduce, reduction.
STATEMENTS: Mapping[tuple[int, str], str] = MappingProxyType(
    {
        (3, "high"): "{who} results in a large {noun} in {what}",
        (3, "moderate"): "{who} probably results in a large {noun} in {what}",
        (3, "low"): "{who} may result in a large {noun} in {what}",
        (2, "high"): "{who} {does} {what}",
        (2, "moderate"): "{who} probably {does} {what}",
        (2, "low"): "{who} may {do} {what}",
        (1, "high"): "{who} {does} {what} slightly",
        (1, "moderate"): "{who} probably {does} {what} slightly",
        (1, "low"): "{who} may {do} {what} slightly",
        (0, "high"): "{who} makes little or no difference to {what}",
        (0, "moderate"): "{who} probably makes little or no difference to {what}",
        (0, "low"): "{who} may make little or no difference to {what}",
    }
)
_VERY_LOW = "The evidence is very uncertain about what {who} does to {what}"
_DIRECTIONS = (("reduces", "reduce", "reduction"), ("increases", "increase", "increase"))

#: Of one group: what its result is, by certainty.
_OF_ONE_GROUP: Mapping[str, str] = MappingProxyType(
    {
        "high": "The {what} is {result}",
        "moderate": "The {what} is probably {result}",
        "low": "The {what} may be {result}",
        "very low": "The evidence on the {what} is very uncertain: the pooled result is {result}",
    }
)


def signs(level: str | None) -> str:
    """Write a level as GRADE's four circles; empty where there is none."""
    if level is None:
        return ""
    full = LEVELS.index(level) + 1  # type: ignore[arg-type]
    return "⊕" * full + "◯" * (len(LEVELS) - full)


def statement(outcome: Outcome) -> str:
    """Say in a sentence what the evidence shows, no stronger than it is rated.

    Parameters
    ----------
    outcome
        With its rating.

    Returns
    -------
    str
        Plain text without a full stop; empty where the outcome is not rated or nothing was pooled.
        A sentence of the team stands before ours.
    """
    grade, pool = outcome.grade, outcome.overall
    if grade is None or grade.level is None:
        return ""
    if grade.statement is not None:
        return grade.statement.rstrip(".")
    if pool.estimate is None:
        return ""
    measured = measure(outcome.measure)
    what = grade.event or lower_first(outcome.label)
    if measured.null is None:
        result = measured.amount(pool.estimate, pool.unit)
        return _OF_ONE_GROUP[grade.level].format(what=measured.subject(what), result=result)
    who = outcome.experimental or "the treatment"
    if grade.level == LEVELS[0]:
        return _VERY_LOW.format(who=lower_first(who), what=what)
    does, do, noun = _DIRECTIONS[pool.estimate > measured.null]
    # Without thresholds nobody said what is small or large: the words have no size.
    size = 2 if grade.size is None else grade.size
    told = STATEMENTS[size, grade.level].format(who=who, what=what, does=does, do=do, noun=noun)
    return told[:1].upper() + told[1:]


def downgrades(grade: Grade) -> list[DomainRating]:
    """Give the domains that changed the level, those that lowered it first."""
    return sorted((each for each in grade.domains if each.step), key=lambda each: each.step > 0)


def domain_name(rating: DomainRating) -> str:
    """Name a domain within a sentence."""
    return DOMAINS[rating.domain].label.lower()


def absolute_words(outcome: Outcome, effect: AbsoluteEffect) -> str:
    """Write a difference with its interval: ``313 more per 1000 (165 more to 527 more)``."""
    measured, pool = measure(outcome.measure), outcome.overall
    if measured.per == 1:
        unit = measured.after(pool.unit) or (" SD" if measured.standardised else "")
        limits = measured.limits(effect.low, effect.high)
        return f"{measured.number(effect.difference)} ({limits}){unit}"
    middle, low, high = (
        _fewer(measured.per * value) for value in (effect.difference, effect.low, effect.high)
    )
    return f"{middle} per {count(measured.per)} ({low} to {high})"


def is_relative(outcome: Outcome) -> bool:
    """Say whether an outcome's effect becomes another number in absolute terms."""
    measured = measure(outcome.measure)
    return measured.log or measured.per != 1


def level_words(outcome: Outcome, level: float | None) -> str:
    """Write a risk, rate or mean of a group: ``177 per 1000``, ``19.1 points``; empty for none."""
    if level is None:
        return ""
    measured = measure(outcome.measure)
    if measured.per != 1:
        return f"{number(measured.per * level, 0)} per {count(measured.per)}"
    return number(level) + measured.after(outcome.overall.unit)


def needed_to_treat(outcome: Outcome, effect: AbsoluteEffect) -> str:
    """Write how many are treated for one more or one fewer; empty where that makes no sense.

    Where the interval holds no difference the number has no interval (Altman 1998, BMJ 317:1309).
    """
    if not measure(outcome.measure).risky or effect.low * effect.high <= 0:
        return ""
    ends = sorted(_treated(value) for value in (effect.low, effect.high))
    return f"{count(_treated(effect.difference))} ({interval(*ends, decimals=0)})"


def _treated(difference: float) -> int:
    # Rounded up: so many give at least one (Cochrane Handbook 6.5, 15.4.2). A last bit is no one.
    return -int(-round(1 / abs(difference), 9) // 1)


def _fewer(value: float) -> str:
    size = number(abs(value), 0)
    if size == "0":
        return "0"
    return f"{size} {'more' if value > 0 else 'fewer'}"
