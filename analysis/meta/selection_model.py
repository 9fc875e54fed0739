"""Selection models: effects that were published with a probability that depends on their P value.

The likelihood of a published effect is its normal density times the weight of its P value, over the
mean weight of what the study could have found. The mean is exact for step functions and by
Gauss–Legendre quadrature on the scale of z for the others; the maximum is found with analytic
slopes and finished by Newton steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta import checks
from analysis.meta.distributions import chi2_sf, two_sided_p, z_quantile
from analysis.meta.errors import MetaInputError
from analysis.meta.models import pool
from analysis.meta.selection_families import (
    SELECTION_FAMILIES,
    STEP_FUNCTION,
    UPPER,
    SelectionFamily,
    step_weighting,
)
from analysis.meta.selection_likelihood import ALTERNATIVES, Likelihood, p_values
from analysis.meta.selection_maximum import maximum

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from analysis.meta.pooled_effect import PooledEffect

    FloatArray = NDArray[np.float64]

__all__ = ["SELECTION_TYPES", "SelectionModel", "selection_model"]

SELECTION_TYPES = (STEP_FUNCTION, *SELECTION_FAMILIES)
#: Smallest weight of a step; a step without any study would go to 0.
_LEAST_WEIGHT = 1e-8


@dataclass(frozen=True, slots=True)
class SelectionModel:
    """Pooled effect under a selection function.

    Attributes
    ----------
    type, source : str
        Selection function, and where it comes from.
    alternative : {"greater", "less", "two.sided"}
        Side whose P values decide on publication.
    steps : tuple of float
        Upper ends of the intervals of P; empty but for step functions.
    k : int
    studies_by_step : tuple of int
        Studies in every interval.
    estimate : float
    se, p, ci_low, ci_high : float or None
        None where the information is not positive definite (a flat likelihood).
    tau2 : float
    se_tau2 : float or None
        None at 0.
    delta : tuple of float
        Parameters of the selection function; the first weight of a step function is 1.
    delta_se : tuple of (float or None)
        None for fixed parameters, those at a bound, and a flat likelihood.
    lrt, lrt_df, lrt_p : float, int, float
        Likelihood-ratio test against no selection.
    log_likelihood : float
    unadjusted : PooledEffect
        The same model without selection.
    warnings : tuple of str
        Parameters at a bound, a flat likelihood.
    level : float
    """

    type: str
    source: str
    alternative: str
    steps: tuple[float, ...]
    k: int
    studies_by_step: tuple[int, ...]
    estimate: float
    se: float | None
    p: float | None
    ci_low: float | None
    ci_high: float | None
    tau2: float
    se_tau2: float | None
    delta: tuple[float, ...]
    delta_se: tuple[float | None, ...]
    lrt: float
    lrt_df: int
    lrt_p: float
    log_likelihood: float
    unadjusted: PooledEffect
    warnings: tuple[str, ...]
    level: float


def selection_model(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    family: str = STEP_FUNCTION,
    steps: Sequence[float] = (0.025,),
    alternative: str = "greater",
    method: str = "ML",
    level: float = 0.95,
) -> SelectionModel:
    """Fit a selection model by maximum likelihood.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects, of which 0 means no effect, and sampling variances.
    family : {"stepfun", "beta", "halfnorm", "negexp", "logistic", "power", "negexppow"}
        Selection function. A step function with the one step .025 is the three-parameter model.
    steps : sequence of float
        Interior ends of the intervals of P of a step function, within (0, 1).
    alternative : {"greater", "less", "two.sided"}
        Side of the P values.
    method : {"ML", "CE"}
        With or without a variance between studies.
    level : float

    Raises
    ------
    MetaInputError
        For unusable effects or options, too few studies for the parameters, or a maximum that is
        not found.

    References
    ----------
    Vevea, Hedges (1995), Psychometrika 60:419 (step functions); the others in
    `analysis.meta.selection_families`.
    """
    y, v = checks.effects(yi, vi)
    checks.choice("selection function", family, SELECTION_TYPES)
    checks.choice("alternative", alternative, ALTERNATIVES)
    checks.choice("method", method, ("ML", "CE"))
    level = checks.level_fraction(level)
    ends = _ends(steps) if family == STEP_FUNCTION else ()
    chosen = _step_function(ends) if family == STEP_FUNCTION else SELECTION_FAMILIES[family]
    parameters = 1 + (method == "ML") + len(chosen.lower)
    if y.size < parameters:
        msg = (
            f"This selection model has {parameters} parameters, more than there are studies "
            f"({y.size})."
        )
        raise MetaInputError(msg)

    plain = pool(y, v, method=method, level=level)
    # In units of a typical standard error every parameter is of order 1.
    unit = float(np.sqrt(np.median(v)))
    likelihood = Likelihood.build(y / unit, v / unit**2, chosen, ends, alternative)
    free_tau2 = method == "ML"
    best = maximum(
        likelihood,
        start=(plain.estimate / unit, plain.tau2 / unit**2),
        free_tau2=free_tau2,
        lower=np.array(chosen.lower),
        upper=np.full(len(chosen.lower), UPPER),
        starts=_starts(chosen),
    )
    log_likelihood = best.value - y.size * float(np.log(unit))
    lrt = max(0.0, 2.0 * (log_likelihood - plain.log_likelihood))
    se = None if best.se[0] is None else best.se[0] * unit
    estimate = float(best.x[0]) * unit
    reach = None if se is None else z_quantile(level) * se
    step = family == STEP_FUNCTION
    counted = _studies_by_step(y / np.sqrt(v), ends, alternative)
    return SelectionModel(
        type=family,
        source=chosen.source,
        alternative=alternative,
        steps=ends,
        k=y.size,
        studies_by_step=counted,
        estimate=estimate,
        se=se,
        p=None if se is None else float(two_sided_p(estimate / se, np.nan)),
        ci_low=None if reach is None else estimate - reach,
        ci_high=None if reach is None else estimate + reach,
        tau2=float(best.x[1]) * unit**2,
        se_tau2=None if best.se[1] is None else best.se[1] * unit**2,
        delta=(*((1.0,) if step else ()), *best.x[2:].tolist()),
        delta_se=(*((None,) if step else ()), *best.se[2:]),
        lrt=lrt,
        lrt_df=len(chosen.lower),
        lrt_p=float(chi2_sf(lrt, len(chosen.lower))),
        log_likelihood=log_likelihood,
        unadjusted=plain,
        warnings=(*_empty_steps(counted, ends), *best.warnings),
        level=level,
    )


def _ends(steps: Sequence[float]) -> tuple[float, ...]:
    """Return the ends of the intervals of P, the last of them 1."""
    inner = np.unique(checks.vector("steps", np.asarray(steps, dtype=np.float64)))
    if inner[0] <= 0 or inner[-1] > 1:
        msg = "steps are P values above 0 and up to 1, such as 0.025."
        raise MetaInputError(msg)
    ends = inner[inner < 1].tolist()
    if not ends:
        msg = "A step function needs at least one step below 1, such as 0.025."
        raise MetaInputError(msg)
    return (*ends, 1.0)


def _step_function(ends: tuple[float, ...]) -> SelectionFamily:
    count = len(ends) - 1
    return SelectionFamily(
        source="Vevea & Hedges 1995, Psychometrika 60:419",
        weighting=step_weighting(np.array(ends)),
        lower=(_LEAST_WEIGHT,) * count,
        null=(1.0,) * count,
        start=(0.8,) * count,
        clip=0.0,
    )


def _studies_by_step(z: FloatArray, ends: tuple[float, ...], alternative: str) -> tuple[int, ...]:
    """Return how many studies have their P value in each interval; none without intervals."""
    if not ends:
        return ()
    groups = np.searchsorted(ends, p_values(z, alternative))
    return tuple(np.bincount(groups, minlength=len(ends)).tolist())


def _empty_steps(counted: tuple[int, ...], ends: tuple[float, ...]) -> tuple[str, ...]:
    return tuple(
        f"no study has a P value above {low:g} and up to {high:g}: the weights relative to each "
        "other are then set by their bounds"
        for count, low, high in zip(counted, (0.0, *ends), ends, strict=False)
        if count == 0
    )


def _starts(family: SelectionFamily) -> list[FloatArray]:
    """Return where the search begins: the family's start, half of it, and twice."""
    start = np.array(family.start)
    return [start, start / 2.0, 2.0 * start]
