"""Random-intercept logistic model of one-arm proportions, by adaptive Gauss–Hermite quadrature.

``events_i ~ Binomial(n_i, expit(β + σ u_i))``, ``u_i ~ N(0, 1)``. The binomial likelihood is used
as it stands, so a study with 0 % or 100 % needs no correction. Each study's integral is taken at
nodes centred on its conditional mode and scaled by its curvature there (Liu and Pierce 1994,
Biometrika 81:624); the resulting log-likelihood is maximised over (β, σ) by Newton's method with
its exact first and second derivatives, the movement of the nodes included. With few nodes this
matters: the maximum reported is that of the approximation named by ``quadrature_points``, which is
also what lme4 maximises, and not a root of some other approximation to the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta import checks
from analysis.meta.distributions import chi2_sf, quantile, special, two_sided_p
from analysis.meta.errors import MetaInputError
from analysis.meta.glmm_quadrature import (
    Objective,
    conditional_log_likelihood,
    gauss_hermite,
    objective,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from analysis.meta.projection import Array

__all__ = ["GLMM_METHODS", "GLMM_TESTS", "GlmmResult", "fit_glmm"]

GLMM_METHODS = ("ML", "FE")
GLMM_TESTS = ("z", "t")
MAX_QUADRATURE_POINTS = 100
#: σ above this is no estimate any more: the likelihood rises towards infinity.
SIGMA_LIMIT = 100.0
MAX_ITERATIONS = 200
#: Newton's decrement (twice the expected gain in log-likelihood) at which the iteration ends.
DECREMENT = 1e-20
GLM_TOLERANCE = 1e-8
GLM_MAX_ITERATIONS = 25
NO_FINITE_VARIANCE = (
    "The variance between studies has no finite estimate: the likelihood keeps rising with it "
    "(studies with 0 % and 100 % and nothing between). Use method='FE' or report the studies "
    "separately."
)


@dataclass(frozen=True, slots=True)
class GlmmResult:
    """Pooled proportion of a random-intercept (or common) logistic model.

    Attributes
    ----------
    method : {"ML", "FE"}
        Random intercept by maximum likelihood, or one common logit.
    test : {"z", "t"}
        Normal quantiles, or t with ``k - 1`` degrees of freedom.
    quadrature_points : int or None
        Nodes per study; None for ``FE``, which has no integral.
    k : int
        Studies.
    estimate, se : float
        Mean logit and its standard error, from the observed information of (β, σ).
    statistic, df, p_value : float, int or None, float
        Wald test of a logit of 0.
    ci_low, ci_high : float
        Confidence limits, logit.
    pi_low, pi_high : float or None
        Prediction limits, logit; None for ``FE``.
    tau2 : float
        Variance of the study logits.
    i2, h2 : float
        I² (fraction) and H² against the typical within-study variance of the logits, where studies
        with 0 % or 100 % count with ½ event in each cell (only here, not in the likelihood).
    q_wald, q_wald_p, q_lrt, q_lrt_p, q_df : float, float, float, float, int
        Heterogeneity: Wald and likelihood-ratio test of the saturated against the common model.
    log_likelihood : float
        Marginal log-likelihood including the binomial coefficients: the quantity maximised.
    log_likelihood_conditional : float
        Log-likelihood of the counts given the conditional modes of the random effects. metafor
        prints this one as ``logLik`` (it subtracts lme4's ``deviance``, which is conditional, from
        the saturated log-likelihood); it must not be used for AIC or likelihood-ratio tests.
    converged, iterations, boundary : bool, int, bool
        Whether Newton's method converged, in how many steps, and whether τ² lies at 0.
    level : float
        Confidence level.
    extreme_studies : int
        Studies with no events or only events.
    """

    method: str
    test: str
    quadrature_points: int | None
    k: int
    estimate: float
    se: float
    statistic: float
    df: int | None
    p_value: float
    ci_low: float
    ci_high: float
    pi_low: float | None
    pi_high: float | None
    tau2: float
    i2: float
    h2: float
    q_wald: float
    q_wald_p: float
    q_lrt: float
    q_lrt_p: float
    q_df: int
    log_likelihood: float
    log_likelihood_conditional: float
    converged: bool
    iterations: int
    boundary: bool
    level: float
    extreme_studies: int


def fit_glmm(
    events: ArrayLike,
    n: ArrayLike,
    *,
    method: str = "ML",
    test: str = "z",
    quadrature_points: int = 7,
    level: float = 0.95,
    design_effect: ArrayLike | None = None,
) -> GlmmResult:
    """Fit a random-intercept logistic model to one-arm proportions.

    Parameters
    ----------
    events, n : array_like, shape (k,)
        Events and sample sizes, ``0 <= events <= n``, ``n > 0``, ``k >= 2``.
    method : {"ML", "FE"}
        Random intercept by maximum likelihood, or one common logit.
    test : {"z", "t"}
        Normal or t(k − 1) quantiles.
    quadrature_points : int
        Nodes per study, 1 (Laplace) to 100. 7 is metafor's default, 25 is practically exact unless
        τ² is very large.
    level : float
        Confidence level, between 0 and 1.
    design_effect : array_like, shape (k,), optional
        Of samples of clusters: events and n are divided by it (Cochrane Handbook 6.5, 23.1.5), and
        not rounded, since the likelihood needs no whole numbers.

    Returns
    -------
    GlmmResult
        On the logit scale.

    Raises
    ------
    MetaInputError
        For unusable counts or options, if no study or every study is all-event or none-event so
        that the likelihood has no maximum, or if the iteration does not converge.

    References
    ----------
    Stijnen, Hamza, Özdemir (2010), Stat Med 29:3046. Liu, Pierce (1994), Biometrika 81:624.
    """
    x, size = checks.effective(*checks.counts(events, n), design_effect)
    checks.choice("method", method, GLMM_METHODS)
    checks.choice("test", test, GLMM_TESTS)
    level = checks.level_fraction(level)
    if isinstance(quadrature_points, bool) or quadrature_points not in range(
        1, MAX_QUADRATURE_POINTS + 1
    ):
        msg = (
            f"quadrature_points must be a whole number from 1 to {MAX_QUADRATURE_POINTS}, "
            f"not {quadrature_points!r}; 7 and 25 are usual."
        )
        raise MetaInputError(msg)
    points = int(quadrature_points)
    k = x.size
    if k < 2:
        msg = "The logistic model needs at least 2 studies; there is 1. Report that study."
        raise MetaInputError(msg)
    if method == "ML" and (size == 1).all():
        msg = (
            "With one participant in every study, differences between studies cannot be told from "
            "those between participants; use method='FE'."
        )
        raise MetaInputError(msg)
    total, count = float(size.sum()), float(x.sum())
    if count in (0.0, total):
        msg = (
            "The logistic model has no estimate when all studies have no events, or only events; "
            "report the pooled count with an exact interval instead."
        )
        raise MetaInputError(msg)
    coefficient = float(
        np.sum(
            special.gammaln(size + 1.0) - special.gammaln(x + 1.0) - special.gammaln(size - x + 1.0)
        )
    )
    common = float(np.log(count) - np.log(total - count))
    q_wald, ll_saturated = _saturated(x, size, coefficient)
    ll_common = coefficient + count * common + total * float(special.log_expit(-common))
    q_lrt = max(0.0, -2.0 * (ll_common - ll_saturated))

    iterations, converged = 0, True
    if method == "FE":
        estimate, tau2, log_lik = common, 0.0, ll_common
        se = float(np.sqrt(total / (count * (total - count))))
    else:
        sigma, estimate, maximum, iterations = _maximise(x, size, common, points)
        tau2 = sigma * sigma
        log_lik = coefficient + maximum.value
        se = _standard_error(maximum.hessian, boundary=sigma == 0.0)

    df = k - 1 if test == "t" else None
    statistic = estimate / se
    reach = float(quantile(level, np.nan if df is None else df))
    p_value = float(two_sided_p(statistic, np.nan if df is None else df))
    spread = reach * float(np.sqrt(se * se + tau2))
    typical = _typical_variance(x, size)
    return GlmmResult(
        method=method,
        test=test,
        quadrature_points=None if method == "FE" else points,
        k=k,
        estimate=estimate,
        se=se,
        statistic=statistic,
        df=df,
        p_value=p_value,
        ci_low=estimate - reach * se,
        ci_high=estimate + reach * se,
        pi_low=None if method == "FE" else estimate - spread,
        pi_high=None if method == "FE" else estimate + spread,
        tau2=tau2,
        i2=tau2 / (tau2 + typical),
        h2=tau2 / typical + 1.0,
        q_wald=q_wald,
        q_wald_p=float(chi2_sf(q_wald, k - 1)),
        q_lrt=q_lrt,
        q_lrt_p=float(chi2_sf(q_lrt, k - 1)),
        q_df=k - 1,
        log_likelihood=log_lik,
        log_likelihood_conditional=coefficient
        + conditional_log_likelihood(estimate, float(np.sqrt(tau2)), x, size),
        converged=converged,
        iterations=iterations,
        boundary=method == "ML" and tau2 == 0.0,
        level=level,
        extreme_studies=int(np.count_nonzero((x == 0) | (x == size))),
    )


def _typical_variance(x: Array, size: Array) -> float:
    """Typical variance of the observed logits (Higgins, Thompson 2002, eq. 9).

    ½ is added to both cells of the studies with an empty one, as metafor's ``escalc`` does.
    """
    half = np.where((x == 0) | (x == size), 0.5, 0.0)
    weight = 1.0 / (1.0 / (x + half) + 1.0 / (size - x + half))
    total = weight.sum()
    return float((x.size - 1) * total / (total * total - np.dot(weight, weight)))


def _saturated(x: Array, size: Array, coefficient: float) -> tuple[float, float]:
    """Wald Q and log-likelihood of the model with one logit per study.

    The logit of a 0 % or 100 % study is infinite, so the statistic is defined by the iteration
    that stops on the way there: iteratively reweighted least squares from (events + ½)/(n + 1)
    until the deviance changes by less than 1e-8 of itself, as R's ``glm.fit``. For all other
    studies that is the maximum; an extreme one gets a weight near 0.
    """
    logit = np.log((x + 0.5) / (size - x + 0.5))
    with np.errstate(divide="ignore", invalid="ignore"):
        perfect = np.where(x > 0, x * np.log(x / size), 0.0) + np.where(
            x < size, (size - x) * np.log1p(-x / size), 0.0
        )
    weight = np.ones_like(x)
    log_lik, deviance = 0.0, np.inf
    for _ in range(GLM_MAX_ITERATIONS):
        p = special.expit(logit)
        weight = size * p * special.expit(-logit)
        logit = logit + (x - size * p) / weight
        log_lik = float(
            np.sum(x * special.log_expit(logit) + (size - x) * special.log_expit(-logit))
        )
        previous, deviance = deviance, 2.0 * (float(perfect.sum()) - log_lik)
        if abs(deviance - previous) / (abs(deviance) + 0.1) < GLM_TOLERANCE:
            break
    mean = float(np.dot(weight, logit) / weight.sum())
    return float(np.dot(weight, (logit - mean) ** 2)), coefficient + log_lik


def _standard_error(hessian: Array, *, boundary: bool) -> float:
    """Return the standard error of β from the observed information of (β, σ).

    On the boundary β and σ are uncorrelated, the log-likelihood being even in σ.

    Raises
    ------
    MetaInputError
        If the information is not positive definite: the maximum is a ridge.
    """
    bb, bs, ss = -hessian[0, 0], -hessian[0, 1], -hessian[1, 1]
    information = bb if boundary else bb - bs * bs / ss if ss > 0 else 0.0
    if information <= 0:
        raise MetaInputError(NO_FINITE_VARIANCE)
    return float(1.0 / np.sqrt(information))


def _maximise(
    x: Array, size: Array, start: float, points: int
) -> tuple[float, float, Objective, int]:
    """Maximise the approximated log-likelihood; return σ, β, the objective there, iterations."""
    nodes, log_weights = gauss_hermite(points)
    # At σ = 0 the derivative with respect to σ² is half this sum (the score test for
    # overdispersion); if it is not positive the common model is a maximum. Where one study is much
    # larger than the others, another one inside can be higher: both are looked at.
    p = float(special.expit(start))
    chance = size * p * (1.0 - p)
    score, total = float(np.sum((x - size * p) ** 2 - chance)), float(chance.sum())
    if score > 1e-12 * total:
        return _climb(x, size, nodes, log_weights)
    common = objective(start, 0.0, x, size, nodes, log_weights)
    try:
        inside = _climb(x, size, nodes, log_weights)
    except MetaInputError:
        return 0.0, start, common, 0
    # Rounding must not turn a climb that ended at σ = 0 into a variance of its own.
    higher = inside[2].value - common.value > 1e-9 * max(1.0, abs(common.value))
    return inside if higher else (0.0, start, common, 0)


def _climb(
    x: Array, size: Array, nodes: Array, log_weights: Array
) -> tuple[float, float, Objective, int]:
    """Climb by Newton's method from the spread of the logits; as `_maximise`."""
    # Start from the spread of the corrected logits: never 0, where the gradient vanishes.
    logits = np.log((x + 0.5) / (size - x + 0.5))
    position = np.array([float(logits.mean()), max(0.1, min(3.0, float(logits.std())))])
    current = objective(position[0], position[1], x, size, nodes, log_weights)
    for iteration in range(MAX_ITERATIONS):
        values, vectors = np.linalg.eigh(-current.hessian)
        # Where the surface is not concave, the absolute curvature still gives an uphill step.
        curvature = np.maximum(np.abs(values), 1e-8 * max(1.0, float(np.abs(values).max())))
        step = vectors @ ((vectors.T @ current.gradient) / curvature)
        if float(step @ current.gradient) < DECREMENT * max(1.0, abs(current.value)):
            return float(position[1]), float(position[0]), current, iteration
        length = min(1.0, 5.0 / float(np.abs(step).max()))
        while True:
            trial = position + length * step
            trial[1] = abs(trial[1])
            candidate = objective(trial[0], trial[1], x, size, nodes, log_weights)
            # The allowance is rounding: at the maximum the value no longer tells two points apart.
            if candidate.value >= current.value - 1e-13 * abs(current.value):
                break
            length *= 0.5
        position, current = trial, candidate
        if position[1] > SIGMA_LIMIT:
            raise MetaInputError(NO_FINITE_VARIANCE)
    msg = (
        f"The logistic model did not converge in {MAX_ITERATIONS} steps; look for studies "
        "with very few patients, or use method='FE'."
    )
    raise MetaInputError(msg)
