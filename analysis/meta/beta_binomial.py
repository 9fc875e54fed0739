"""Beta-binomial pooling of proportions, of one group or of two arms.

Events of a study are binomial with a probability that follows a beta distribution with mean μ and
correlation ρ of two people of one study (Griffiths 1973, Biometrics 29:637; Kuss 2015, Stat Med
34:1097). Studies without events take part as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.checks import counts, level_fraction
from analysis.meta.distributions import special, two_sided_p, z_quantile
from analysis.meta.errors import MetaInputError
from analysis.meta.mixed_marginal import maximise
from analysis.meta.two_arm import tables

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from analysis.meta.projection import Array

__all__ = ["BetaBinomial", "beta_binomial", "beta_binomial_odds_ratio"]

# The likelihood of one group needs the numbers of studies with more than j events: O(largest n).
_LARGEST = 5_000_000


@dataclass(frozen=True, slots=True)
class BetaBinomial:
    """A pooled logit, or log odds ratio, of beta-binomial counts.

    Attributes
    ----------
    estimate, se, stat, p, ci_low, ci_high : float
        Wald inference from the observed information.
    correlation : float
        ρ, of two people of one study, 0 (binomial) to below 1.
    log_likelihood : float
        With the binomial coefficients.
    k : int
    boundary : bool
        ρ is 0 because it cannot be negative: the counts vary no more than binomial ones.
    level : float
    """

    estimate: float
    se: float
    stat: float
    p: float
    ci_low: float
    ci_high: float
    correlation: float
    log_likelihood: float
    k: int
    boundary: bool
    level: float


def beta_binomial(events: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> BetaBinomial:
    """Pool proportions of one group; `estimate` is the logit of the mean probability.

    Parameters
    ----------
    events, n : array_like, shape (k,)
        Whole numbers with ``0 <= events <= n``.
    level : float

    Raises
    ------
    MetaInputError
        If counts are impossible, there are fewer than two studies, no events or only events.
    """
    x, size = counts(events, n)
    return _fit([(x, size)], np.array([[1.0]]), 0, x.size, level)


def beta_binomial_odds_ratio(
    ai: ArrayLike, n1i: ArrayLike, ci: ArrayLike, n2i: ArrayLike, *, level: float = 0.95
) -> BetaBinomial:
    """Compare two arms; `estimate` is the log of the odds ratio of their mean probabilities.

    One ρ for both arms, whose pairing within a study is ignored: studies without events in either
    arm, and single arms, contribute (Kuss 2015).

    Parameters
    ----------
    ai, n1i, ci, n2i : array_like, shape (k,)
        Events and participants of the treated and of the control arm.
    level : float

    Raises
    ------
    MetaInputError
        As `beta_binomial`, for either arm.
    """
    a, b, c, d = tables(ai, n1i, ci, n2i)
    return _fit([(a, a + b), (c, c + d)], np.array([[1.0, 1.0], [1.0, 0.0]]), 1, a.size, level)


def _fit(
    groups: list[tuple[Array, Array]], design: Array, effect: int, k: int, level: float
) -> BetaBinomial:
    level = level_fraction(level)
    if k < 2:
        msg = "A beta-binomial model needs at least 2 studies; there is 1. Report that study."
        raise MetaInputError(msg)
    for x, size in groups:
        if x.sum() in (0.0, size.sum()):
            msg = (
                "The beta-binomial model has no estimate when one group has no events at all, or "
                "only events; use an exact or a Mantel-Haenszel analysis."
            )
            raise MetaInputError(msg)
        if size.max() > _LARGEST:
            msg = f"A study of {size.max():g} people is beyond the beta-binomial model."
            raise MetaInputError(msg)
    tails = [(_tail(x), _tail(size - x), _tail(size)) for x, size in groups]

    def objective(parameters: Any, _: Any) -> Any:
        # φ = ρ/(1 − ρ) is a square, so that the likelihood is even in the last parameter and its
        # maximum at ρ = 0 an ordinary one.
        dispersion = parameters[-1] ** 2
        values = []
        for row, (hit, miss, every) in zip(design, tails, strict=True):
            mean = 1 / (1 + np.exp(-(row @ parameters[:-1])))
            values.append(
                _logs(hit, mean, dispersion)
                + _logs(miss, 1 - mean, dispersion)
                - _logs(every, 1.0, dispersion)
            )
        return np.array(values)

    means = np.array([np.log(x.sum() / (size.sum() - x.sum())) for x, size in groups])
    centre = np.asarray(np.linalg.solve(design, means), np.float64)
    empty = np.empty(0)

    def ran_away(parameters: Array) -> bool:
        return bool(np.abs(parameters).max() > 1e3)

    def binomial(parameters: Any, local: Any) -> Any:
        return objective(np.append(parameters, 0.0), local)

    best, dispersion = maximise(binomial, centre, empty, limit=ran_away), 0.0
    inside = maximise(objective, np.append(centre, 0.3), empty, limit=ran_away)
    gain = inside.curvature.value - best.curvature.value
    # Rounding must not turn a climb that ended at ρ = 0 into a correlation of its own.
    if gain > 1e-9 * max(1.0, abs(best.curvature.value)):
        best, dispersion = inside, float(inside.parameters[-1]) ** 2
    estimate = float(best.parameters[effect])
    se = float(np.linalg.inv(-best.curvature.hessian)[effect, effect] ** 0.5)
    half = z_quantile(level) * se
    constant = sum(
        float(
            (
                special.gammaln(size + 1) - special.gammaln(x + 1) - special.gammaln(size - x + 1)
            ).sum()
        )
        for x, size in groups
    )
    return BetaBinomial(
        estimate=estimate,
        se=se,
        stat=estimate / se,
        p=float(two_sided_p(estimate / se, np.nan)),
        ci_low=estimate - half,
        ci_high=estimate + half,
        correlation=dispersion / (1 + dispersion),
        log_likelihood=constant + best.curvature.value,
        k=k,
        boundary=dispersion == 0,
        level=level,
    )


def _tail(x: Array) -> Array:
    """Return how many values exceed j, for j = 0, 1, ... below the largest."""
    reached = np.bincount(x.astype(int))
    return (x.size - np.cumsum(reached))[:-1].astype(np.float64)


def _logs(tail: Array, start: Any, dispersion: Any) -> Any:
    """Return Σ_j tail_j log(start + j φ): rising factorials without cancellation at φ = 0."""
    return (tail * np.log(start + dispersion * np.arange(tail.size))).sum()
