"""Generalised linear mixed models of odds ratios, rate ratios and rates.

Stijnen, Hamza & Özdemir 2010, Stat Med 29:3046; Jackson et al. 2018, Stat Med 37:1059 (models 2, 4,
6 and 7). Parameters are those of metafor's ``rma.glmm``: the effect belongs to the first group, its
random part is divided between the groups, half each (``coding = 1/2``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.checks import choice, level_fraction, same_length
from analysis.meta.distributions import chi2_sf, quantile, two_sided_p
from analysis.meta.errors import MetaInputError
from analysis.meta.mantel_haenszel_rates import person_time
from analysis.meta.mixed_families import Binomial, NoncentralHypergeometric, Poisson
from analysis.meta.mixed_marginal import Curvature, MarginalLikelihood, curvature, maximise
from analysis.meta.mixed_saturated import saturated_log_rates, saturated_logits, spread
from analysis.meta.two_arm import tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike

    from analysis.meta.mixed_families import Family
    from analysis.meta.projection import Array

__all__ = [
    "MIXED_METHODS",
    "MIXED_MODELS",
    "MixedModel",
    "mixed_log_rates",
    "mixed_odds_ratios",
    "mixed_rate_ratios",
]

#: Unconditional with fixed and with random study effects, conditional exact, and conditional with
#: the binomial approximation.
MIXED_MODELS = ("UM.FS", "UM.RS", "CM.EL", "CM.AL")
MIXED_METHODS = ("ML", "FE")
_TESTS = ("z", "t")
_FARTHEST = 100.0
#: The exact conditional likelihood is integrated to rounding error in all but extreme tables.
_EXACT_NODES = 31
# Fixed part of a log rate that stands for no rate at all.
_NO_RATE = -745.0


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
class _Problem:
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


def mixed_odds_ratios(
    ai: ArrayLike,
    n1i: ArrayLike,
    ci: ArrayLike,
    n2i: ArrayLike,
    *,
    model: str = "UM.FS",
    method: str = "ML",
    test: str = "z",
    quadrature_points: int = 7,
    level: float = 0.95,
) -> MixedModel:
    """Pool odds ratios by a mixed model of the counts; zeros need no correction.

    Parameters
    ----------
    ai, n1i, ci, n2i : array_like, shape (k,)
        Events and participants of the treated and of the control arm. Tables with no events, or
        only events, in both arms say nothing about the odds ratio and are left out.
    model : {"UM.FS", "UM.RS", "CM.EL", "CM.AL"}
        Logistic model with fixed or random study intercepts; noncentral hypergeometric; its
        binomial approximation for rare events.
    method : {"ML", "FE"}
        Random or common effect.
    test : {"z", "t"}
        Normal, or t with k - 1.
    quadrature_points : int
        For UM.FS and CM.AL; CM.EL is integrated exactly, UM.RS by Laplace.
    level : float

    Raises
    ------
    MetaInputError
        If counts are impossible, fewer than two tables remain, or there is no finite estimate.
    """
    choice("model", model, MIXED_MODELS)
    cells = tables(ai, n1i, ci, n2i)
    informative = (cells[0] + cells[2] > 0) & (cells[1] + cells[3] > 0)
    a, b, c, d = (cell[informative] for cell in cells)
    _enough(informative, "tables with both outcomes")
    half = np.where(np.minimum(np.minimum(a, b), np.minimum(c, d)) == 0, 0.5, 0.0)
    typical = _typical(sum(1 / (cell + half) for cell in (a, b, c, d)))
    n1, n2 = a + b, c + d
    if model.startswith("UM"):
        x, size = np.column_stack([a, c]), np.column_stack([n1, n2])
        if model == "UM.FS":
            eta, weight, log_lik = saturated_logits(x, size)
            saturated = spread(eta[:, 0] - eta[:, 1], 1 / (1 / weight).sum(axis=1)), log_lik
            own = np.log((c + 0.5) / (d + 0.5))
            problem = _fixed_intercepts(
                x, Binomial(size), np.zeros_like(x), own, saturated, typical, quadrature_points
            )
        else:
            gone = (a == 0) | (b == 0)
            rest = Binomial(np.column_stack([np.where(gone, 0.0, n1), n2]))
            own = np.log((a + 0.5) / (b + 0.5)) - np.log((c + 0.5) / (d + 0.5))
            centre = float(np.log((c.sum() + 0.5) / (d.sum() + 0.5)))
            problem = _random_intercepts(
                x, Binomial(size), rest, np.zeros_like(x), gone, own, centre, typical
            )
    elif model == "CM.AL":
        problem = _conditional_binomial(a, c, n1, n2, model, typical, quadrature_points)
    else:
        problem = _conditional_exact(a, n1, c, n2, typical)
    return _fit(problem, method, test, level, informative)


def mixed_rate_ratios(
    x1i: ArrayLike,
    t1i: ArrayLike,
    x2i: ArrayLike,
    t2i: ArrayLike,
    *,
    model: str = "UM.FS",
    method: str = "ML",
    test: str = "z",
    quadrature_points: int = 7,
    level: float = 0.95,
) -> MixedModel:
    """Pool rate ratios by a Poisson-normal model of the counts.

    Parameters
    ----------
    x1i, t1i, x2i, t2i : array_like, shape (k,)
        Events and person-time of the treated and of the control group. Studies without events are
        left out.
    model : {"UM.FS", "UM.RS", "CM.EL"}
        Fixed or random study intercepts; binomial given the events of both groups, which is exact.
    method, test, quadrature_points, level
        As for `mixed_odds_ratios`.

    Raises
    ------
    MetaInputError
        As `mixed_odds_ratios`.
    """
    choice("model", model, MIXED_MODELS[:3])
    x1, t1 = person_time(x1i, t1i, names=("x1i", "t1i"))
    x2, t2 = person_time(x2i, t2i, names=("x2i", "t2i"))
    same_length(x1i=x1, x2i=x2)
    informative = x1 + x2 > 0
    x1, t1, x2, t2 = (column[informative] for column in (x1, t1, x2, t2))
    _enough(informative, "studies with events")
    half = np.where(np.minimum(x1, x2) == 0, 0.5, 0.0)
    typical = _typical(1 / (x1 + half) + 1 / (x2 + half))
    if model == "CM.EL":
        problem = _conditional_binomial(x1, x2, t1, t2, model, typical, quadrature_points)
        return _fit(problem, method, test, level, informative)
    x, time = np.column_stack([x1, x2]), np.column_stack([t1, t2])
    offset = np.log(time)
    if model == "UM.FS":
        eta, weight, log_lik = saturated_log_rates(x, time)
        saturated = spread(eta[:, 0] - eta[:, 1], 1 / (1 / weight).sum(axis=1)), log_lik
        own = np.log((x2 + 0.5) / t2)
        problem = _fixed_intercepts(
            x, Poisson(), offset, own, saturated, typical, quadrature_points
        )
    else:
        own = np.log((x1 + 0.5) / t1) - np.log((x2 + 0.5) / t2)
        centre = float(np.log((x2.sum() + 0.5) / t2.sum()))
        problem = _random_intercepts(x, Poisson(), Poisson(), offset, x1 == 0, own, centre, typical)
    return _fit(problem, method, test, level, informative)


def mixed_log_rates(
    xi: ArrayLike,
    ti: ArrayLike,
    *,
    method: str = "ML",
    test: str = "z",
    quadrature_points: int = 7,
    level: float = 0.95,
) -> MixedModel:
    """Pool rates of one group by a Poisson-normal model.

    Parameters
    ----------
    xi, ti : array_like, shape (k,)
        Events and person-time.
    method, test, quadrature_points, level
        As for `mixed_odds_ratios`.

    Raises
    ------
    MetaInputError
        If the input is impossible, there are no events, or fewer than two studies.
    """
    x, time = person_time(xi, ti)
    every = np.ones(x.size, dtype=bool)
    _enough(every, "studies")
    if x.sum() == 0:
        msg = "There are no events in any study: a log rate cannot be estimated."
        raise MetaInputError(msg)
    half = np.where(x == 0, 0.5, 0.0)
    eta, weight, log_lik = saturated_log_rates(x, time)
    offset = np.log(time)
    likelihood = MarginalLikelihood(x[:, None], Poisson(), _single, quadrature_points)

    def objective(parameters: Any, _: Any) -> Any:
        return likelihood((parameters[0] + offset)[:, None], parameters[1:])

    problem = _Problem(
        "Poisson-normal",
        objective,
        np.array([np.log(x.sum() / time.sum()), 0.0]),
        np.empty(0),
        (spread(eta, weight), log_lik),
        x.size,
        _typical(1 / (x + half)),
    )
    return _fit(problem, method, test, level, every)


def _enough(informative: np.ndarray, what: str) -> None:
    if informative.sum() < 2:
        msg = f"The mixed model needs at least 2 {what}; there are {int(informative.sum())}."
        raise MetaInputError(msg)


def _typical(v: Any) -> float:
    """Typical sampling variance (Higgins & Thompson 2002, equation 9)."""
    w = 1 / v
    return float((w.size - 1) * w.sum() / (w.sum() ** 2 - (w * w).sum()))


def _single(deviations: Any) -> Any:
    return np.array([[deviations[0]]])


def _halves(deviations: Any) -> Any:
    return np.array([[0.5 * deviations[0]], [-0.5 * deviations[0]]])


def _intercept_and_halves(deviations: Any) -> Any:
    intercept, effect = deviations
    return np.array([[intercept, 0.5 * effect], [intercept, -0.5 * effect]])


def _intercept(deviations: Any) -> Any:
    return np.array([[deviations[0]], [deviations[0]]])


def _fixed_intercepts(
    x: Array,
    family: Family,
    offset: Array,
    own: Array,
    saturated: tuple[float, float],
    typical: float,
    nodes: int,
) -> _Problem:
    likelihood = MarginalLikelihood(x, family, _halves, nodes)

    def objective(parameters: Any, local: Any) -> Any:
        fixed = offset + np.column_stack([local + parameters[0], local])
        return likelihood(fixed, parameters[1:])

    return _Problem("UM.FS", objective, np.zeros(2), own, saturated, x.size, typical)


def _random_intercepts(
    x: Array,
    family: Family,
    rest: Family,
    offset: Array,
    gone: np.ndarray,
    own: Array,
    centre: float,
    typical: float,
) -> _Problem:
    """Both groups around a random intercept.

    In the saturated model the first group of a study in `gone`, where it has no events or only
    events, is fitted perfectly by an infinite effect; `rest` is the family without those groups.
    """
    likelihood = MarginalLikelihood(x, family, _intercept_and_halves, 1)

    def objective(parameters: Any, _: Any) -> Any:
        effect, intercept = parameters[:2]
        return likelihood(offset + np.array([intercept + effect, intercept]), parameters[2:])

    counts = np.where(np.column_stack([gone, np.zeros_like(gone)]), 0.0, x)
    without = MarginalLikelihood(counts, rest, _intercept, 1)
    absent = np.where(gone, _NO_RATE, 0.0)

    def saturated(parameters: Any, local: Any) -> Any:
        own_effect = np.where(gone, absent, local)
        fixed = offset + parameters[0] + np.column_stack([own_effect, np.zeros(x.shape[0])])
        return without(fixed, parameters[1:])

    best = maximise(saturated, np.array([centre, 0.5]), np.where(gone, 0.0, own), limit=_ran_away)
    # Precision of the study effects with the two global parameters integrated out.
    here = best.curvature
    inner = np.linalg.inv(-here.hessian)

    def precision(vector: Array) -> Array:
        return -here.local * vector - here.cross.T @ (inner @ (here.cross @ vector))

    effects, one = np.where(gone, 0.0, best.local), np.where(gone, 0.0, 1.0)
    product, unit = precision(effects), precision(one)
    total = one @ unit
    # Without an arm that has both outcomes there is no Wald test.
    q = float(effects @ product - (one @ product) ** 2 / total) if total > 0 else float("nan")
    return _Problem(
        "UM.RS",
        objective,
        np.array([0.0, centre, 0.5, 0.0]),
        np.empty(0),
        (q, here.value),
        x.size,
        typical,
    )


def _conditional_binomial(
    first: Array, second: Array, n1: Array, n2: Array, model: str, typical: float, nodes: int
) -> _Problem:
    """Events of the first group, given those of both: exact for rates, else for rare events."""
    size, offset = first + second, np.log(n1 / n2)
    eta, weight, log_lik = saturated_logits(first, size)
    likelihood = MarginalLikelihood(first[:, None], Binomial(size[:, None]), _single, nodes)

    def objective(parameters: Any, _: Any) -> Any:
        return likelihood((parameters[0] + offset)[:, None], parameters[1:])

    saturated = spread(eta - offset, weight), log_lik
    return _Problem(model, objective, np.zeros(2), np.empty(0), saturated, first.size, typical)


def _conditional_exact(a: Array, n1: Array, c: Array, n2: Array, typical: float) -> _Problem:
    """Events of the first arm given both margins: Fisher's noncentral hypergeometric."""
    family = NoncentralHypergeometric.of_tables(n1, n2, a + c)
    likelihood = MarginalLikelihood(a[:, None], family, _single, _EXACT_NODES)

    def objective(parameters: Any, _: Any) -> Any:
        return likelihood(np.broadcast_to(parameters[0], (a.size, 1)), parameters[1:])

    # A count at the end of its range has an infinite odds ratio and is fitted perfectly.
    inside = (a > np.maximum(0.0, a + c - n2)) & (a < np.minimum(n1, a + c))
    own = np.where(inside, np.log((a + 0.5) * (n2 - c + 0.5) / ((n1 - a + 0.5) * (c + 0.5))), 0.0)
    weight = np.zeros_like(a)
    for _ in range(200):
        mean, variance = (m[:, 0, 0] for m in family.moments(own[:, None, None]))
        step = np.where(inside, np.clip((a - mean) / np.maximum(variance, 1e-300), -1, 1), 0.0)
        own, weight = own + step, np.where(inside, variance, 0.0)
        if np.abs(step).max() < 1e-12:
            break
    value = a * own - family.cumulant(own[:, None, None])[:, 0, 0]
    edge = np.take_along_axis(
        family.log_terms, (a - family.support[:, 0]).astype(int)[:, None], axis=1
    )[:, 0]
    saturated = (
        spread(own, weight) if inside.any() else 0.0,
        float(np.where(inside, value, -edge).sum()),
    )
    return _Problem("CM.EL", objective, np.zeros(2), np.empty(0), saturated, a.size, typical)


def _ran_away(parameters: Array) -> bool:
    return bool(np.abs(parameters).max() > _FARTHEST)


def _fit(
    problem: _Problem, method: str, test: str, level: float, informative: np.ndarray
) -> MixedModel:
    choice("method", method, MIXED_METHODS)
    choice("test", test, _TESTS)
    level = level_fraction(level)

    def without(parameters: Any, local: Any) -> Any:
        return problem.objective(np.append(parameters, 0.0), local)

    common = maximise(without, problem.start[:-1], problem.local, limit=_ran_away)
    best, sigma = common, 0.0
    if method == "ML":
        start = np.append(common.parameters, max(0.3, problem.typical**0.5 / 2))
        try:
            inside = maximise(problem.objective, start, common.local, limit=_ran_away)
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
