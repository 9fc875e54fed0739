"""Begg and Mazumdar's rank correlation between standardised effects and their variances.

The effects are centred at the common-effect mean and divided by the standard error of that
difference; Kendall's rank correlation with the sampling variances is the test (Begg and Mazumdar
1994, Biometrics 50:1088). Programs differ in how they get the p value: exactly (metafor, small k),
from the normal approximation (meta), or from it with a continuity correction (Stata's metabias).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta import checks
from analysis.meta.errors import MetaInputError
from analysis.meta.rank_correlation import KENDALL_METHODS, kendall
from analysis.meta.small_study import SmallStudyFlag, heterogeneity_share, small_study_flags

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["BEGG_METHODS", "BeggTest", "begg", "standardised_effects"]

BEGG_METHODS = KENDALL_METHODS


@dataclass(frozen=True, slots=True)
class BeggTest:
    """Rank correlation test of funnel-plot asymmetry.

    Attributes
    ----------
    k : int
        Studies.
    tau : float or None
        Kendall's τ-b between standardised effects and variances; None if either is constant.
    s, var_s : int, float
        Concordant minus discordant pairs and its variance under independence.
    z : float or None
        Statistic of the method: ``S/√var``, or ``(|S| − 1)/√var`` (never below 0) for
        ``continuity``. Also given for ``exact``, where the p value does not come from it.
    p_value : float or None
        Two-sided; None if every pair is tied, and for the normal approximations with k = 2.
    method : {"exact", "normal", "continuity"}
        How the p value was obtained.
    ties : bool
        Whether standardised effects or variances are tied.
    tie_correction : bool
        Whether ``var_s`` allows for ties.
    fell_back : str or None
        Why another method than the one asked for was used.
    standardised : ndarray, shape (k,)
        The standardised effects.
    flags : tuple of SmallStudyFlag
        Reasons to distrust the test here.
    """

    k: int
    tau: float | None
    s: int
    var_s: float
    z: float | None
    p_value: float | None
    method: str
    ties: bool
    tie_correction: bool
    fell_back: str | None
    standardised: NDArray[np.float64]
    flags: tuple[SmallStudyFlag, ...]


def begg(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    method: str = "exact",
    tie_correction: bool = True,
    measure: str | None = None,
) -> BeggTest:
    """Test for a rank correlation between effects and their sampling variances.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effect sizes and sampling variances, ``k >= 2``.
    method : {"exact", "normal", "continuity"}
        ``exact``: from the distribution of Kendall's S, as metafor; it exists without ties only,
        otherwise ``normal`` is used and `fell_back` says so. ``normal``: ``S/√var``, as meta.
        ``continuity``: ``(|S| − 1)/√var``, as Stata's metabias reports it.
    tie_correction : bool
        Allow for ties in the variance of S. False gives ``k(k − 1)(2k + 5)/18`` always.
    measure : str, optional
        Effect measure, only for the flags (the test misleads for proportions).

    Raises
    ------
    MetaInputError
        For unusable effects or variances, fewer than 2 studies, an unknown method, or ``exact``
        with more than 1,000 studies.

    References
    ----------
    Begg, Mazumdar (1994), Biometrics 50:1088. Exact distribution and variance with ties: Kendall,
    Gibbons (1990), Rank Correlation Methods, 5th edition.
    """
    y, v = checks.effects(yi, vi)
    checks.choice("method", method, BEGG_METHODS)
    k = y.size
    if k < 2:
        msg = "Begg's test compares studies with each other: it needs at least 2, there is 1."
        raise MetaInputError(msg)
    standardised = standardised_effects(y, v)
    rank = kendall(standardised, v, method=method, tie_correction=tie_correction)
    return BeggTest(
        k=k,
        tau=rank.tau,
        s=rank.s,
        var_s=rank.var_s,
        z=rank.z,
        p_value=rank.p_value,
        method=rank.method,
        ties=rank.ties,
        tie_correction=tie_correction,
        fell_back=rank.fell_back,
        standardised=standardised,
        flags=small_study_flags(k, measure, i2=heterogeneity_share(y, v)),
    )


def standardised_effects(y: NDArray[np.float64], v: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances from the common effect over their standard errors, shape (k,)."""
    weight = 1.0 / v
    # Relative to the first study, so that equal effects are tied rather than apart by rounding.
    centred = y - y[0]
    mean = float(np.dot(weight, centred) / weight.sum())
    return (centred - mean) / np.sqrt(v - 1.0 / weight.sum())
