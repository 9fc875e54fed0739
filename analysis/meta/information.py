"""How much a pool knows where nothing is tested: its precision, and what a study could change.

A pool of single groups has no null hypothesis, so no test can be repeated and no error be spent:
boundaries as in `analysis.meta.sequential` do not apply to it. Its information is that of its
interval.
"""

from __future__ import annotations

import math

from analysis.meta.distributions import special
from analysis.meta.errors import MetaInputError

__all__ = ["chance_of_change", "precision_fraction", "studies_needed", "variance_after"]


def precision_fraction(half_width: float, wanted: float) -> float:
    """Give the information of a pool as a share of what the wanted interval needs.

    Parameters
    ----------
    half_width
        Half the width of the pool's interval.
    wanted
        Half the width that it is to have, on the same scale.

    Returns
    -------
    float
        (wanted / half_width)²: information is inverse variance. It equals N / (N_F / (1 − D²)),
        the patients pooled over the required ones adjusted for diversity [1]_, because
        N_F = N V_F / V_wanted and 1 − D² = V_F / V_R.

    Raises
    ------
    MetaInputError
        If a width is not positive.

    References
    ----------
    .. [1] Wetterslev J, Thorlund K, Brok J, Gluud C. BMC Med Res Methodol 2009;9:86.
    """
    _positive("half_width", half_width)
    _positive("wanted", wanted)
    return (wanted / half_width) ** 2


def studies_needed(
    variance: float, wanted_variance: float, study_variance: float, tau2: float
) -> int:
    """Give how many further studies of one size bring a pool to the wanted variance.

    Parameters
    ----------
    variance, wanted_variance
        Of the pooled estimate, as it is and as it is to be.
    study_variance
        Sampling variance of each further study.
    tau2
        Between-study variance, taken as known.

    Returns
    -------
    int
        0 if the pool is precise enough.

    Raises
    ------
    MetaInputError
        If a variance is not positive, or τ² is negative.
    """
    _positive("variance", variance)
    _positive("wanted_variance", wanted_variance)
    missing = (1 / wanted_variance - 1 / variance) * _spread(study_variance, tau2)
    return max(0, math.ceil(missing - 1e-9))


def variance_after(variance: float, study_variance: float, tau2: float, studies: int = 1) -> float:
    """Give the variance of a pooled estimate after further studies of one size, τ² unchanged.

    Parameters
    ----------
    variance
        Of the pooled estimate as it is.
    study_variance, tau2
        Sampling variance of each further study, and the between-study variance.
    studies
        How many are added.

    Raises
    ------
    MetaInputError
        If a variance is not positive, or τ² is negative.
    """
    _positive("variance", variance)
    return 1 / (1 / variance + studies / _spread(study_variance, tau2))


def chance_of_change(variance: float, after: float, change: float) -> float:
    """Give the probability that further studies move a pooled estimate by a given amount or more.

    Parameters
    ----------
    variance, after
        Of the pooled estimate as it is, and after the further studies.
    change
        The amount, in either direction.

    Returns
    -------
    float
        2Φ(−change / √(variance − after)): the further studies come from the predictive distribution
        of the random-effects model [1]_, under which the updated estimate has the present one as
        mean and variance − after as variance.

    Raises
    ------
    MetaInputError
        If a variance or the change is not positive, or the variance grows.

    References
    ----------
    .. [1] Higgins JPT, Thompson SG, Spiegelhalter DJ. J R Stat Soc A 2009;172:137 (the predictive
       distribution).
    """
    _positive("variance", variance)
    _positive("after", after)
    _positive("change", change)
    if after > variance:
        raise MetaInputError("after must not be larger than variance: studies add information.")
    if after == variance:
        return 0.0
    return float(2 * special.ndtr(-change / math.sqrt(variance - after)))


def _spread(study_variance: float, tau2: float) -> float:
    _positive("study_variance", study_variance)
    if not tau2 >= 0 or math.isinf(tau2):
        raise MetaInputError(f"tau2 must be at least 0, not {tau2}.")
    return study_variance + tau2


def _positive(name: str, value: float) -> None:
    if not math.isfinite(value) or value <= 0:
        raise MetaInputError(f"{name} must be a positive number, not {value}.")
