"""Tests that go with Mantel-Haenszel pooling: association over all strata, and one odds ratio.

Mantel & Haenszel 1959, J Natl Cancer Inst 22:719; Cochran 1954, Biometrics 10:417; Breslow & Day
1980, Statistical methods in cancer research I, p. 142, with the correction of Tarone 1985,
Biometrika 72:91.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import same_length
from analysis.meta.distributions import chi2_sf
from analysis.meta.mantel_haenszel_rates import person_time
from analysis.meta.two_arm import tables

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = [
    "ChiSquare",
    "breslow_day",
    "mantel_haenszel_test",
    "mantel_haenszel_test_rates",
]


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """A chi-squared statistic; NaN where the test is not defined."""

    stat: float
    df: int
    p: float


def _chi_square(stat: float, df: int) -> ChiSquare:
    return ChiSquare(stat, df, float(chi2_sf(stat, df)) if np.isfinite(stat) else float("nan"))


def mantel_haenszel_test(
    ai: ArrayLike,
    n1i: ArrayLike,
    ci: ArrayLike,
    n2i: ArrayLike,
    *,
    correct: bool = True,
    cochran: bool = False,
) -> ChiSquare:
    """Test whether events and arms are associated over all tables (Cochran-Mantel-Haenszel).

    Parameters
    ----------
    ai, n1i, ci, n2i : array_like, shape (k,)
        Events and participants of the treated and of the control arm.
    correct : bool
        Subtract ½ from the absolute difference of observed and expected events.
    cochran : bool
        Cochran's variance, with N instead of N - 1.

    Raises
    ------
    MetaInputError
        If counts are impossible.
    """
    a, b, c, d = tables(ai, n1i, ci, n2i)
    total, events, none = a + b + c + d, a + c, b + d
    if events.sum() == 0 or none.sum() == 0:
        return _chi_square(float("nan"), 1)
    share = (a + b) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = share * (1 - share) * events * none / (total if cochran else total - 1)
    gap = abs(float((a - share * events).sum())) - (0.5 if correct else 0.0)
    spread = float(np.where(events * none > 0, variance, 0.0).sum())
    return _chi_square(gap**2 / spread if spread > 0 else float("nan"), 1)


def mantel_haenszel_test_rates(
    x1i: ArrayLike, t1i: ArrayLike, x2i: ArrayLike, t2i: ArrayLike, *, correct: bool = True
) -> ChiSquare:
    """Test whether the rates of two groups differ over all studies.

    Parameters
    ----------
    x1i, t1i, x2i, t2i : array_like, shape (k,)
        Events and person-time of the treated and of the control group.
    correct : bool
        Subtract ½ from the absolute difference of observed and expected events.

    Raises
    ------
    MetaInputError
        If the input is impossible.
    """
    x1, t1 = person_time(x1i, t1i, names=("x1i", "t1i"))
    x2, t2 = person_time(x2i, t2i, names=("x2i", "t2i"))
    same_length(x1i=x1, x2i=x2)
    events, share = x1 + x2, t1 / (t1 + t2)
    if events.sum() == 0:
        return _chi_square(float("nan"), 1)
    gap = abs(float((x1 - events * share).sum())) - (0.5 if correct else 0.0)
    return _chi_square(gap**2 / float((events * share * (1 - share)).sum()), 1)


def breslow_day(
    ai: ArrayLike, n1i: ArrayLike, ci: ArrayLike, n2i: ArrayLike, *, tarone: bool = True
) -> ChiSquare:
    """Test whether one odds ratio, the Mantel-Haenszel one, fits all tables.

    Parameters
    ----------
    ai, n1i, ci, n2i : array_like, shape (k,)
        Events and participants of the treated and of the control arm.
    tarone : bool
        With Tarone's correction, without which the statistic is not chi-squared.

    Returns
    -------
    ChiSquare
        `df` counts the tables with both outcomes, less 1; NaN where the odds ratio is 0 or infinite
        or there are fewer than two such tables.

    Raises
    ------
    MetaInputError
        If counts are impossible.
    """
    a, b, c, d = tables(ai, n1i, ci, n2i)
    total = a + b + c + d
    top, bottom = float((a * d / total).sum()), float((b * c / total).sum())
    if top == 0 or bottom == 0:
        return _chi_square(float("nan"), 0)
    ratio = top / bottom
    n1, n2, events = a + b, c + d, a + c
    # Smaller root of (ψ − 1) e² − (ψ (n1 + m) + n2 − m) e + ψ n1 m = 0, in the form that keeps its
    # digits near ψ = 1.
    middle = ratio * (n1 + events) + (n2 - events)
    root = np.sqrt(np.maximum(middle**2 - 4 * ratio * (ratio - 1) * n1 * events, 0.0))
    expected = 2 * ratio * n1 * events / (middle + root)
    both = (expected > 0) & (events > 0) & (b + d > 0)
    e, n1, n2, events = expected[both], n1[both], n2[both], events[both]
    variance = 1 / (1 / e + 1 / (n1 - e) + 1 / (events - e) + 1 / (n2 - events + e))
    gap = a[both] - e
    stat = float((gap**2 / variance).sum())
    if tarone:
        stat -= float(gap.sum() ** 2 / variance.sum())
    df = int(both.sum()) - 1
    return _chi_square(max(stat, 0.0) if df > 0 else float("nan"), df)
