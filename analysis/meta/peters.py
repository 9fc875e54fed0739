"""Peters' test: effects on the inverse of the sample size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta import checks
from analysis.meta.line_fit import fit_line
from analysis.meta.small_study import SmallStudyFlag, small_study_flags

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["PetersTest", "peters"]


@dataclass(frozen=True, slots=True)
class PetersTest:
    """Peters' regression test of funnel-plot asymmetry.

    Attributes
    ----------
    k : int
        Studies.
    slope, slope_se : float, float or None
        Change of the effect per unit of 1/n.
    statistic, df, p_value : float or None, int, float or None
        t test of the slope; None if no residual degrees of freedom remain.
    intercept, intercept_se : float, float or None
        Effect as n grows without bound.
    zero_weight : int
        Studies without events, or without non-events, which carry no weight.
    flags : tuple of SmallStudyFlag
        Reasons to distrust the test here.
    """

    k: int
    slope: float
    slope_se: float | None
    statistic: float | None
    df: int
    p_value: float | None
    intercept: float
    intercept_se: float | None
    zero_weight: int
    flags: tuple[SmallStudyFlag, ...]


def peters(
    yi: ArrayLike, events: ArrayLike, n: ArrayLike, *, measure: str | None = None
) -> PetersTest:
    """Regress the effects on 1/n with weights ``events (n − events) / n``.

    Parameters
    ----------
    yi : array_like, shape (k,)
        Effect sizes.
    events, n : array_like, shape (k,)
        Events and participants per study, both arms together for two-arm studies.
    measure : str, optional
        Effect measure, only for the flags (the test misleads for proportions).

    Raises
    ------
    MetaInputError
        For unusable effects or counts, or if fewer than two studies with both events and
        non-events differ in size.

    References
    ----------
    Peters et al. (2006), JAMA 295:676.
    """
    y = checks.vector("yi", yi)
    x, size = checks.counts(events, n)
    checks.same_length(yi=y, events=x)
    weight = x * (size - x) / size
    line = fit_line(1.0 / size, y, weight)
    # The test was made for odds ratios, so only one-arm measures are flagged for their variance.
    flagged = None if measure == "OR" else measure
    return PetersTest(
        k=y.size,
        slope=line.slope,
        slope_se=line.slope_se,
        statistic=line.t,
        df=line.df,
        p_value=line.p_value,
        intercept=line.intercept,
        intercept_se=line.intercept_se,
        zero_weight=int(np.count_nonzero(weight == 0)),
        flags=small_study_flags(y.size, flagged, residual_df=line.df),
    )
