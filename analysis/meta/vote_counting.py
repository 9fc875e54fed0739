"""Vote counting by direction of effect, for results that cannot be pooled.

Only the direction counts, never whether a result was significant: Cochrane Handbook 6.5, section
12.2.1.3.
"""

from __future__ import annotations

from dataclasses import dataclass

from analysis.meta.distributions import special
from analysis.meta.errors import MetaInputError
from analysis.meta.study_intervals import study_intervals

__all__ = ["Votes", "count_votes", "sign_test"]


@dataclass(frozen=True, slots=True)
class Votes:
    """Studies by direction of effect.

    Attributes
    ----------
    favourable, against, unclear
        Studies; ``unclear`` have no direction and are in neither share nor test.
    share, ci_low, ci_high
        Share of the favourable ones among those with a direction, a fraction, with its interval;
        None where no study has a direction.
    p
        Of the sign test; None where no study has a direction.
    interval
        Name of the interval.
    """

    favourable: int
    against: int
    unclear: int
    share: float | None
    ci_low: float | None
    ci_high: float | None
    p: float | None
    interval: str


def count_votes(
    favourable: int,
    against: int,
    unclear: int = 0,
    *,
    interval: str = "wilson",
    level: float = 0.95,
) -> Votes:
    """Return the share of studies whose effect is favourable, with its interval and sign test.

    Parameters
    ----------
    favourable, against, unclear
        Numbers of studies.
    interval
        ``wilson`` or ``clopper_pearson`` (`analysis.meta.study_intervals`).
    level
        Confidence level, a fraction.

    Raises
    ------
    MetaInputError
        If a number is negative, or the interval is unknown.
    """
    if min(favourable, against, unclear) < 0:
        raise MetaInputError("a number of studies cannot be negative")
    decided = favourable + against
    if not decided:
        return Votes(0, 0, unclear, None, None, None, None, interval)
    found = study_intervals([favourable], [decided], method=interval, level=level)
    return Votes(
        favourable,
        against,
        unclear,
        favourable / decided,
        float(found.low[0]),
        float(found.high[0]),
        sign_test(favourable, against),
        interval,
    )


def sign_test(favourable: int, against: int) -> float:
    """Return the two-sided P of as uneven a split under even chances (exact binomial).

    Twice the smaller tail of Binomial(n, ½), at most 1: Siegel 1956, Nonparametric Statistics,
    p 68.
    """
    n, larger = favourable + against, max(favourable, against)
    tail = float(special.bdtrc(larger - 1, n, 0.5)) if larger else 1.0
    return min(1.0, 2 * tail)
