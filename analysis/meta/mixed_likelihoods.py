"""Likelihoods of the generalised linear mixed models of two groups, by what they condition on.

Stijnen, Hamza & Özdemir 2010, Stat Med 29:3046; Jackson et al. 2018, Stat Med 37:1059 (models 2, 4,
6 and 7).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.mixed_families import Binomial, NoncentralHypergeometric
from analysis.meta.mixed_fit import MixedProblem, ran_away
from analysis.meta.mixed_marginal import MarginalLikelihood, maximise
from analysis.meta.mixed_saturated import saturated_logits, spread

if TYPE_CHECKING:
    from analysis.meta.mixed_families import Family
    from analysis.meta.projection import Array

__all__ = [
    "conditional_binomial",
    "conditional_exact",
    "fixed_intercepts",
    "random_intercepts",
    "single_effect",
]

#: The exact conditional likelihood is integrated to rounding error in all but extreme tables.
_EXACT_NODES = 31
# Fixed part of a log rate that stands for no rate at all.
_NO_RATE = -745.0


def single_effect(deviations: Any) -> Any:
    """Return what one random effect does to one count of a study."""
    return np.array([[deviations[0]]])


def _halves(deviations: Any) -> Any:
    return np.array([[0.5 * deviations[0]], [-0.5 * deviations[0]]])


def _intercept_and_halves(deviations: Any) -> Any:
    intercept, effect = deviations
    return np.array([[intercept, 0.5 * effect], [intercept, -0.5 * effect]])


def _intercept(deviations: Any) -> Any:
    return np.array([[deviations[0]], [deviations[0]]])


def fixed_intercepts(
    x: Array,
    family: Family,
    offset: Array,
    own: Array,
    saturated: tuple[float, float],
    typical: float,
    nodes: int,
) -> MixedProblem:
    """Both groups around an intercept of each study; `own` are those of the saturated model."""
    likelihood = MarginalLikelihood(x, family, _halves, nodes)

    def objective(parameters: Any, local: Any) -> Any:
        fixed = offset + np.column_stack([local + parameters[0], local])
        return likelihood(fixed, parameters[1:])

    return MixedProblem("UM.FS", objective, np.zeros(2), own, saturated, x.size, typical)


def random_intercepts(
    x: Array,
    family: Family,
    rest: Family,
    offset: Array,
    gone: np.ndarray,
    own: Array,
    centre: float,
    typical: float,
) -> MixedProblem:
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

    best = maximise(saturated, np.array([centre, 0.5]), np.where(gone, 0.0, own), limit=ran_away)
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
    return MixedProblem(
        "UM.RS",
        objective,
        np.array([0.0, centre, 0.5, 0.0]),
        np.empty(0),
        (q, here.value),
        x.size,
        typical,
    )


def conditional_binomial(
    first: Array, second: Array, n1: Array, n2: Array, model: str, typical: float, nodes: int
) -> MixedProblem:
    """Events of the first group, given those of both: exact for rates, else for rare events."""
    size, offset = first + second, np.log(n1 / n2)
    eta, weight, log_lik = saturated_logits(first, size)
    likelihood = MarginalLikelihood(first[:, None], Binomial(size[:, None]), single_effect, nodes)

    def objective(parameters: Any, _: Any) -> Any:
        return likelihood((parameters[0] + offset)[:, None], parameters[1:])

    saturated = spread(eta - offset, weight), log_lik
    return MixedProblem(model, objective, np.zeros(2), np.empty(0), saturated, first.size, typical)


def conditional_exact(a: Array, n1: Array, c: Array, n2: Array, typical: float) -> MixedProblem:
    """Events of the first arm given both margins: Fisher's noncentral hypergeometric."""
    family = NoncentralHypergeometric.of_tables(n1, n2, a + c)
    likelihood = MarginalLikelihood(a[:, None], family, single_effect, _EXACT_NODES)

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
    return MixedProblem("CM.EL", objective, np.zeros(2), np.empty(0), saturated, a.size, typical)
