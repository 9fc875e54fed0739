"""Generalised linear mixed models of odds ratios, rate ratios and rates.

Stijnen, Hamza & Özdemir 2010, Stat Med 29:3046; Jackson et al. 2018, Stat Med 37:1059 (models 2, 4,
6 and 7). Parameters are those of metafor's ``rma.glmm``: the effect belongs to the first group, its
random part is divided between the groups, half each (``coding = 1/2``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.checks import choice, same_length
from analysis.meta.errors import MetaInputError
from analysis.meta.mantel_haenszel_rates import person_time
from analysis.meta.mixed_families import Binomial, Poisson
from analysis.meta.mixed_fit import MIXED_METHODS, MixedModel, MixedProblem, fit_mixed
from analysis.meta.mixed_likelihoods import (
    conditional_binomial,
    conditional_exact,
    fixed_intercepts,
    random_intercepts,
    single_effect,
)
from analysis.meta.mixed_marginal import MarginalLikelihood
from analysis.meta.mixed_saturated import saturated_log_rates, saturated_logits, spread
from analysis.meta.two_arm import tables

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


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
    enough_studies(informative, "tables with both outcomes")
    half = np.where(np.minimum(np.minimum(a, b), np.minimum(c, d)) == 0, 0.5, 0.0)
    typical = typical_variance(sum(1 / (cell + half) for cell in (a, b, c, d)))
    n1, n2 = a + b, c + d
    if model.startswith("UM"):
        x, size = np.column_stack([a, c]), np.column_stack([n1, n2])
        if model == "UM.FS":
            eta, weight, log_lik = saturated_logits(x, size)
            saturated = spread(eta[:, 0] - eta[:, 1], 1 / (1 / weight).sum(axis=1)), log_lik
            own = np.log((c + 0.5) / (d + 0.5))
            problem = fixed_intercepts(
                x, Binomial(size), np.zeros_like(x), own, saturated, typical, quadrature_points
            )
        else:
            gone = (a == 0) | (b == 0)
            rest = Binomial(np.column_stack([np.where(gone, 0.0, n1), n2]))
            own = np.log((a + 0.5) / (b + 0.5)) - np.log((c + 0.5) / (d + 0.5))
            centre = float(np.log((c.sum() + 0.5) / (d.sum() + 0.5)))
            problem = random_intercepts(
                x, Binomial(size), rest, np.zeros_like(x), gone, own, centre, typical
            )
    elif model == "CM.AL":
        problem = conditional_binomial(a, c, n1, n2, model, typical, quadrature_points)
    else:
        problem = conditional_exact(a, n1, c, n2, typical)
    return fit_mixed(problem, method, test, level, informative)


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
    enough_studies(informative, "studies with events")
    half = np.where(np.minimum(x1, x2) == 0, 0.5, 0.0)
    typical = typical_variance(1 / (x1 + half) + 1 / (x2 + half))
    if model == "CM.EL":
        problem = conditional_binomial(x1, x2, t1, t2, model, typical, quadrature_points)
        return fit_mixed(problem, method, test, level, informative)
    x, time = np.column_stack([x1, x2]), np.column_stack([t1, t2])
    offset = np.log(time)
    if model == "UM.FS":
        eta, weight, log_lik = saturated_log_rates(x, time)
        saturated = spread(eta[:, 0] - eta[:, 1], 1 / (1 / weight).sum(axis=1)), log_lik
        own = np.log((x2 + 0.5) / t2)
        problem = fixed_intercepts(x, Poisson(), offset, own, saturated, typical, quadrature_points)
    else:
        own = np.log((x1 + 0.5) / t1) - np.log((x2 + 0.5) / t2)
        centre = float(np.log((x2.sum() + 0.5) / t2.sum()))
        problem = random_intercepts(x, Poisson(), Poisson(), offset, x1 == 0, own, centre, typical)
    return fit_mixed(problem, method, test, level, informative)


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
    enough_studies(every, "studies")
    if x.sum() == 0:
        msg = "There are no events in any study: a log rate cannot be estimated."
        raise MetaInputError(msg)
    half = np.where(x == 0, 0.5, 0.0)
    eta, weight, log_lik = saturated_log_rates(x, time)
    offset = np.log(time)
    likelihood = MarginalLikelihood(x[:, None], Poisson(), single_effect, quadrature_points)

    def objective(parameters: Any, _: Any) -> Any:
        return likelihood((parameters[0] + offset)[:, None], parameters[1:])

    problem = MixedProblem(
        "Poisson-normal",
        objective,
        np.array([np.log(x.sum() / time.sum()), 0.0]),
        np.empty(0),
        (spread(eta, weight), log_lik),
        x.size,
        typical_variance(1 / (x + half)),
    )
    return fit_mixed(problem, method, test, level, every)


def enough_studies(informative: np.ndarray, what: str) -> None:
    if informative.sum() < 2:
        msg = f"The mixed model needs at least 2 {what}; there are {int(informative.sum())}."
        raise MetaInputError(msg)


def typical_variance(v: Any) -> float:
    """Typical sampling variance (Higgins & Thompson 2002, equation 9)."""
    w = 1 / v
    return float((w.size - 1) * w.sum() / (w.sum() ** 2 - (w * w).sum()))
