"""Sequential meta-analysis: required information, and boundaries for looking again and again.

For comparisons with a null hypothesis only. A pool of single groups tests nothing: its information
is measured by the precision of its interval, in `analysis.meta.information`.

References
----------
.. [1] Wetterslev J, Thorlund K, Brok J, Gluud C. BMC Med Res Methodol 2009;9:86 (diversity, and
   the required information size adjusted by it).
.. [2] Lan KKG, DeMets DL. Biometrika 1983;70:659 (spending functions).
.. [3] Armitage P, McPherson CK, Rowe BC. J R Stat Soc A 1969;132:235 (recursive integration).
.. [4] Higgins JPT, Whitehead A, Simmonds M. Stat Med 2011;30:903 (sequential meta-analysis).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from analysis.meta import checks
from analysis.meta.cumulative import cumulative
from analysis.meta.distributions import special
from analysis.meta.errors import MetaInputError
from analysis.meta.models import pool

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "SequentialAnalysis",
    "diversity",
    "monitoring_boundaries",
    "obrien_fleming_spending",
    "required_information",
    "required_patients",
    "sequential_analysis",
]


# Beyond eight standard errors nothing is left that a double could tell from nothing.
_FAR = 8.0
# Steps of Simpson's rule for each standard deviation of the increment.
_STEPS = 8
_MOST_STEPS = 20_000
# Nodes at which the density is computed together: what lies far from them does not reach them.
_TOGETHER = 256


@dataclass(frozen=True, slots=True)
class SequentialAnalysis:
    """The cumulative test of a null hypothesis against its boundaries.

    Attributes
    ----------
    order : ndarray of int, shape (k,)
        Position of each added study in the caller's arrays.
    information : ndarray of float, shape (k,)
        Sum of the inverse sampling variances so far.
    required : float
        Information that is required, adjusted for heterogeneity.
    adjustment : float
        Factor by which heterogeneity raised it: 1 / (1 − D²) or 1 / (1 − I²).
    heterogeneity : float
        D² or I², a fraction.
    fraction : ndarray of float, shape (k,)
        `information` as a share of `required`.
    z : ndarray of float, shape (k,)
        Statistic of the cumulative pool.
    boundary : ndarray of float, shape (k,)
        Two-sided boundary for the size of `z`; infinite where nothing may be spent yet, NaN after
        the required information was reached for the first time.
    crossed : int or None
        First study, counted from 0 in `order`, at which `z` reached the boundary.
    """

    order: NDArray[np.intp]
    information: NDArray[np.float64]
    required: float
    adjustment: float
    heterogeneity: float
    fraction: NDArray[np.float64]
    z: NDArray[np.float64]
    boundary: NDArray[np.float64]
    crossed: int | None


def diversity(variance_random: float, variance_common: float) -> float:
    """Give D²: the share of the random-effects variance that is not in the common-effect one.

    Parameters
    ----------
    variance_random, variance_common
        Variances of the two pooled estimates of the same studies.

    Returns
    -------
    float
        (V_R − V_F) / V_R, a fraction [1]_ in the module; never below the I² of the same τ².

    Raises
    ------
    MetaInputError
        If a variance is not positive.
    """
    for name, value in (("variance_random", variance_random), ("variance_common", variance_common)):
        if not np.isfinite(value) or value <= 0:
            raise MetaInputError(f"{name} must be a positive number, not {value}.")
    return max(0.0, 1.0 - variance_common / variance_random)


def required_information(
    effect: float, *, alpha: float = 0.05, power: float = 0.8, heterogeneity: float = 0.0
) -> float:
    """Give the information (inverse variance) that a two-sided test needs.

    Parameters
    ----------
    effect
        The smallest effect that matters, on the scale of the model.
    alpha, power
        Of the two-sided test.
    heterogeneity
        D² or I², a fraction; the information is raised by 1 / (1 − it).

    Returns
    -------
    float
        ((z_{1−α/2} + z_{power}) / effect)² / (1 − heterogeneity).

    Raises
    ------
    MetaInputError
        If the effect is 0, or a probability does not lie between 0 and 1.
    """
    _share("alpha", alpha)
    _share("power", power)
    if not np.isfinite(effect) or effect == 0:
        raise MetaInputError("effect must be a number other than 0.")
    if not 0 <= heterogeneity < 1:
        raise MetaInputError(f"heterogeneity must be at least 0 and below 1, not {heterogeneity}.")
    z = float(special.ndtri(power) - special.ndtri(alpha / 2))
    return (z / effect) ** 2 / (1 - heterogeneity)


def required_patients(
    control: float,
    reduction: float,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    heterogeneity: float = 0.0,
) -> float:
    """Give the patients of both groups together that a comparison of two proportions needs.

    Parameters
    ----------
    control
        Expected proportion in the control group.
    reduction
        Relative risk reduction that matters, a fraction.
    alpha, power, heterogeneity
        As `required_information`.

    Returns
    -------
    float
        4 (z_{1−α/2} + z_{power})² p(1 − p) / δ² / (1 − heterogeneity), p being the mean of the two
        proportions and δ their difference [1]_ in the module; not rounded.
    """
    _share("control", control)
    _share("reduction", reduction)
    difference = control * reduction
    mean = control - difference / 2
    information = required_information(
        difference, alpha=alpha, power=power, heterogeneity=heterogeneity
    )
    return 4 * mean * (1 - mean) * information


def obrien_fleming_spending(fraction: ArrayLike, alpha: float = 0.05) -> NDArray[np.float64]:
    """Give the error that may be spent up to a fraction of the information.

    Parameters
    ----------
    fraction : array_like
        From 0 to 1.
    alpha
        Two-sided.

    Returns
    -------
    ndarray
        Of each side α/2 is spent as 2 − 2Φ(z_{1−α/4} / √t), the O'Brien–Fleming type of [2]_ in
        the module; both sides together are returned.
    """
    _share("alpha", alpha)
    t = np.clip(np.asarray(fraction, dtype=float), 0.0, 1.0)
    with np.errstate(divide="ignore"):
        return 4 * special.ndtr(special.ndtri(alpha / 4) / np.sqrt(t))


def monitoring_boundaries(fractions: ArrayLike, alpha: float = 0.05) -> NDArray[np.float64]:
    """Give the two-sided boundaries for z at each look.

    Parameters
    ----------
    fractions : array_like, shape (k,)
        Fractions of the required information at the looks, rising, above 0 and up to 1.
    alpha
        Two-sided.

    Returns
    -------
    ndarray, shape (k,)
        Infinite where nothing can be spent yet.

    Raises
    ------
    MetaInputError
        If the fractions do not rise, or leave 0 to 1.

    Notes
    -----
    z √t is a Brownian motion. The density of the paths that have not left is carried from look to
    look by Simpson's rule, and each boundary is the one whose probability of being crossed first
    now is what the spending function allows [3]_ in the module.
    """
    t = checks.vector("fractions", fractions)
    if t[0] <= 0 or t[-1] > 1 or np.any(np.diff(t) <= 0):
        raise MetaInputError("fractions must rise, and lie above 0 and up to 1.")
    allowed = np.diff(obrien_fleming_spending(t, alpha) / 2, prepend=0.0)
    boundaries = np.full(t.size, np.inf)
    nodes, mass = np.zeros(1), np.ones(1)  # the path begins at 0
    before = 0.0
    for look, now in enumerate(t):
        step = np.sqrt(now - before)
        boundaries[look] = _boundary(nodes, mass, step, np.sqrt(now), allowed[look])
        if look + 1 < t.size:
            limit = min(boundaries[look], _FAR) * np.sqrt(now)
            fresh, weights = _simpson(limit, min(step, np.sqrt(t[look + 1] - now)))
            nodes, mass = fresh, weights * _carried(fresh, nodes, mass, step)
        before = now
    return boundaries


def sequential_analysis(
    yi: ArrayLike,
    vi: ArrayLike,
    effect: float,
    order_by: ArrayLike | None = None,
    *,
    alpha: float = 0.05,
    power: float = 0.8,
    method: str = "DL",
    adjust_by: Literal["diversity", "i2"] = "diversity",
) -> SequentialAnalysis:
    """Test the cumulative pool of a comparison against boundaries that allow for repeated looks.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects against a null hypothesis of 0 (log ratios, differences) and sampling variances.
    effect
        The smallest effect that matters, on the same scale.
    order_by : array_like, shape (k,), optional
        Numbers to sort by, such as years. Without it the studies are added as they stand.
    alpha, power
        Of the two-sided test.
    method
        Estimator of the between-study variance.
    adjust_by
        Whether D² of [1]_ in the module or I² raises the required information.

    Raises
    ------
    MetaInputError
        For unusable input.

    Notes
    -----
    D² and I² are those of all studies, as [1]_ proposes: the required information therefore changes
    with every update, and so do earlier boundaries.
    """
    y, v = checks.effects(yi, vi)
    steps = cumulative(y, v, order_by, method=method, prediction=None)
    common = pool(y, v, method="CE", prediction=None)
    random = pool(y, v, method=method, prediction=None)
    share = diversity(random.se**2, common.se**2) if adjust_by == "diversity" else common.i2
    required = required_information(effect, alpha=alpha, power=power, heterogeneity=share)
    information = np.cumsum(1 / v[steps.order])
    fraction = information / required
    z = steps.refits.estimate / steps.refits.se
    # The look that reaches the required information spends what is left, and is the last one.
    last = int(np.argmax(fraction >= 1)) if np.any(fraction >= 1) else fraction.size - 1
    boundary = np.full(fraction.size, np.nan)
    boundary[: last + 1] = monitoring_boundaries(np.minimum(fraction[: last + 1], 1.0), alpha)
    beyond = np.flatnonzero(np.abs(z[: last + 1]) >= boundary[: last + 1])
    return SequentialAnalysis(
        order=steps.order,
        information=information,
        required=required,
        adjustment=1 / (1 - share),
        heterogeneity=share,
        fraction=fraction,
        z=z,
        boundary=boundary,
        crossed=int(beyond[0]) if beyond.size else None,
    )


def _boundary(
    nodes: NDArray[np.float64],
    mass: NDArray[np.float64],
    step: float,
    root: float,
    allowed: float,
) -> float:
    from scipy.optimize import brentq

    def leaves(z: float) -> float:
        return float(special.ndtr((nodes - z * root) / step) @ mass)

    if allowed <= leaves(_FAR):
        return np.inf
    return float(brentq(lambda z: leaves(z) - allowed, 0.0, _FAR, xtol=1e-10))  # pyright: ignore


def _carried(
    fresh: NDArray[np.float64],
    nodes: NDArray[np.float64],
    mass: NDArray[np.float64],
    step: float,
) -> NDArray[np.float64]:
    """Give the density at the fresh nodes of paths that were at the nodes one look before."""
    density = np.empty(fresh.size)
    for start in range(0, fresh.size, _TOGETHER):
        rows = fresh[start : start + _TOGETHER]
        near = slice(*np.searchsorted(nodes, [rows[0] - 9 * step, rows[-1] + 9 * step]))
        kernel = np.exp(-0.5 * ((rows[:, None] - nodes[None, near]) / step) ** 2)
        density[start : start + _TOGETHER] = kernel @ mass[near] / (step * np.sqrt(2 * np.pi))
    return density


def _simpson(limit: float, step: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    intervals = 2 * int(np.clip(np.ceil(limit / step * _STEPS), 64, _MOST_STEPS // 2))
    nodes = np.linspace(-limit, limit, intervals + 1)
    weights = np.full(nodes.size, 2.0)
    weights[1::2] = 4.0
    weights[[0, -1]] = 1.0
    return nodes, weights * (nodes[1] - nodes[0]) / 3


def _share(name: str, value: float) -> None:
    if not 0 < value < 1:
        raise MetaInputError(f"{name} must lie between 0 and 1, not {value}.")
