"""The saturated models against which the mixed models test heterogeneity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.distributions import special

if TYPE_CHECKING:
    from analysis.meta.projection import Array

__all__ = ["saturated_log_rates", "saturated_logits", "spread"]

GLM_TOLERANCE = 1e-8
GLM_MAX_ITERATIONS = 25


def spread(effects: Array, weights: Array) -> float:
    """Return the weighted sum of squares of effects about their weighted mean.

    It is the Wald statistic of equal effects where `weights` are inverse variances.
    """
    mean = float(np.dot(weights, effects) / weights.sum())
    return float(np.dot(weights, (effects - mean) ** 2))


def saturated_logits(x: Array, size: Array) -> tuple[Array, Array, float]:
    """Return a logit per group, its inverse variance, and the log-likelihood without constants.

    The logit of 0 % or 100 % is infinite, so the values are defined by the iteration that stops on
    the way there: iteratively reweighted least squares from (events + ½)/(n + 1) until the deviance
    changes by less than 1e-8 of itself, as R's ``glm.fit``. For all other groups that is the
    maximum; an extreme one gets a weight near 0.

    Parameters
    ----------
    x, size : ndarray, any one shape
        Events and trials.
    """
    eta = np.log((x + 0.5) / (size - x + 0.5))
    perfect = special.xlogy(x, x / size) + special.xlog1py(size - x, -x / size)
    weight, log_lik, deviance = np.ones_like(x), 0.0, np.inf
    for _ in range(GLM_MAX_ITERATIONS):
        p = special.expit(eta)
        weight = size * p * special.expit(-eta)
        eta = eta + (x - size * p) / weight
        log_lik = float(np.sum(x * special.log_expit(eta) + (size - x) * special.log_expit(-eta)))
        previous, deviance = deviance, 2.0 * (float(perfect.sum()) - log_lik)
        if abs(deviance - previous) / (abs(deviance) + 0.1) < GLM_TOLERANCE:
            break
    return eta, weight, log_lik


def saturated_log_rates(x: Array, time: Array) -> tuple[Array, Array, float]:
    """Return a log rate per group, its inverse variance, and the log-likelihood without constants.

    As `saturated_logits`, from events + 0.1.

    Parameters
    ----------
    x, time : ndarray, any one shape
        Events and person-time.
    """
    eta = np.log(x + 0.1)
    perfect = special.xlogy(x, x) - x
    mean, log_lik, deviance = np.exp(eta), 0.0, np.inf
    for _ in range(GLM_MAX_ITERATIONS):
        mean = np.exp(eta)
        eta = eta + (x - mean) / mean
        log_lik = float(np.sum(x * eta - np.exp(eta)))
        previous, deviance = deviance, 2.0 * (float(perfect.sum()) - log_lik)
        if abs(deviance - previous) / (abs(deviance) + 0.1) < GLM_TOLERANCE:
            break
    return eta - np.log(time), mean, log_lik
