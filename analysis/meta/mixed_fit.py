"""Fitting a generalised linear mixed model whose likelihood is given, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.checks import choice, level_fraction
from analysis.meta.distributions import chi2_sf, quantile, two_sided_p
from analysis.meta.errors import MetaInputError
from analysis.meta.mixed_marginal import Curvature, curvature, maximise

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.meta.projection import Array

__all__ = ["MIXED_METHODS", "MixedModel", "MixedProblem", "fit_mixed", "ran_away"]

MIXED_METHODS = ("ML", "FE")
_TESTS = ("z", "t")
_FARTHEST = 100.0


@dataclass(frozen=True, slots=True)
class MixedModel:
    """Pooled log ratio (or log rate) of a generalised linear mixed model.

    Attributes
    ----------
    model, method, test : str
    k : int
        Studies in the model.
    counts : int
        Counts in the likelihood: two per study in the unconditional models.
    estimate, se, stat, df, p, ci_low, ci_high : float
        Wald inference; `df` is None for the normal distribution.
    prediction_low, prediction_high : float
        NaN for a common effect.
    tau2 : float
        Variance of the study effects.
    sigma2 : float
        Variance of the study intercepts; NaN without.
    i2, h2 : float
        Against the typical variance of the observed effects (½ added where a group has a zero).
    q_wald, q_wald_p, q_lrt, q_lrt_p, q_df
        Tests of the saturated against the common-effect model.
    log_likelihood : float
        Marginal, without the constants of the counts.
    boundary : bool
        tau2 is 0 because it cannot be negative.
    iterations : int
    dropped : tuple of int
        Studies left out because their counts say nothing about the effect.
    level : float
    """

    model: str
    method: str
    test: str
    k: int
    counts: int
    estimate: float
    se: float
    stat: float
    df: int | None
    p: float
    ci_low: float
    ci_high: float
    prediction_low: float
    prediction_high: float
    tau2: float
    sigma2: float
    i2: float
    h2: float
    q_wald: float
    q_wald_p: float
    q_lrt: float
    q_lrt_p: float
    q_df: int
    log_likelihood: float
    boundary: bool
    iterations: int
    dropped: tuple[int, ...]
    level: float


@dataclass(frozen=True, slots=True)
class MixedProblem:
    """A likelihood of (effect, further global parameters, σ) and one local parameter per study.

    `objective` takes the global parameters with σ last; `saturated` is Wald Q and log-likelihood of
    the saturated model, the latter None where it must be computed on the scale of `objective`.
    """

    model: str
    objective: Callable[[Any, Any], Any]
    start: Array
    local: Array
    saturated: tuple[float, float]
    counts: int
    typical: float


def ran_away(parameters: Array) -> bool:
    """Return whether a parameter is so far out that the likelihood has no maximum."""
    return bool(np.abs(parameters).max() > _FARTHEST)


def fit_mixed(
    problem: MixedProblem, method: str, test: str, level: float, informative: np.ndarray
) -> MixedModel:
    """Maximise a likelihood and give what metafor's ``rma.glmm`` does.

    Parameters
    ----------
    problem
        The likelihood.
    method : {"ML", "FE"}
        With a random effect, or a common one.
    test : {"z", "t"}
    level : float
    informative : ndarray of bool, shape (k,)
        Which studies are in the likelihood.

    Raises
    ------
    MetaInputError
        If an option is unknown or the likelihood has no maximum.
    """
    choice("method", method, MIXED_METHODS)
    choice("test", test, _TESTS)
    level = level_fraction(level)

    def without(parameters: Any, local: Any) -> Any:
        return problem.objective(np.append(parameters, 0.0), local)

    common = maximise(without, problem.start[:-1], problem.local, limit=ran_away)
    best, sigma = common, 0.0
    if method == "ML":
        start = np.append(common.parameters, max(0.3, problem.typical**0.5 / 2))
        try:
            inside = maximise(problem.objective, start, common.local, limit=ran_away)
        except MetaInputError:
            at_zero = np.append(common.parameters, 0.0)
            if curvature(problem.objective, at_zero, common.local).profiled()[-1, -1] > 0:
                raise
        else:
            gain = inside.curvature.value - common.curvature.value
            # Rounding must not turn a climb that ended at σ = 0 into a variance of its own.
            if gain > 1e-9 * max(1.0, abs(common.curvature.value)):
                best, sigma = inside, abs(float(inside.parameters[-1]))
    estimate, se = float(best.parameters[0]), _standard_error(best.curvature)
    tau2, k = sigma**2, int(informative.sum())
    df = k - 1 if test == "t" else None
    free = np.nan if df is None else df
    reach = float(quantile(level, free))
    far = reach * (se**2 + tau2) ** 0.5 if method == "ML" else np.nan
    q_lrt = max(0.0, 2 * (problem.saturated[1] - common.curvature.value))
    return MixedModel(
        model=problem.model,
        method=method,
        test=test,
        k=k,
        counts=problem.counts,
        estimate=estimate,
        se=se,
        stat=estimate / se,
        df=df,
        p=float(two_sided_p(estimate / se, free)),
        ci_low=estimate - reach * se,
        ci_high=estimate + reach * se,
        prediction_low=estimate - far,
        prediction_high=estimate + far,
        tau2=tau2,
        sigma2=float(best.parameters[2] ** 2) if problem.start.size > 2 else np.nan,
        i2=tau2 / (tau2 + problem.typical),
        h2=tau2 / problem.typical + 1,
        q_wald=problem.saturated[0],
        q_wald_p=float(chi2_sf(problem.saturated[0], k - 1)),
        q_lrt=q_lrt,
        q_lrt_p=float(chi2_sf(q_lrt, k - 1)),
        q_df=k - 1,
        log_likelihood=best.curvature.value,
        boundary=method == "ML" and sigma == 0,
        iterations=best.iterations,
        dropped=tuple(int(i) for i in np.flatnonzero(~informative)),
        level=level,
    )


def _standard_error(here: Curvature) -> float:
    covariance = np.linalg.inv(-here.profiled())
    if not covariance[0, 0] > 0:
        msg = "The likelihood of the mixed model has a ridge: the effect cannot be estimated."
        raise MetaInputError(msg)
    return float(covariance[0, 0] ** 0.5)
