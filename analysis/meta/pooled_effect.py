"""What pooling returns: one pooled effect, or the effects of many refits as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from analysis.meta.projection import Array

__all__ = ["BatchEffects", "PooledEffect"]


@dataclass(frozen=True)
class PooledEffect:
    """One pooled effect and how it came about.

    Attributes
    ----------
    estimate, se, ci_low, ci_high : float
        On the scale of `yi`.
    stat, df, p : float
        Test of a zero effect; `df` is None for the normal distribution.
    tau2, se_tau2 : float
        Between-study variance and its standard error (NaN for a common effect or one study).
    tau2_method : str or None
        Estimator of tau2; None for a common effect.
    i2, h2, i2_definition
        Heterogeneity as a fraction and a ratio, and which definition (see `heterogeneity`).
    q, q_df, q_p, typical_v : float
        Cochran's Q about the inverse-variance mean; the typical sampling variance.
    k : int
        Studies pooled.
    weights : ndarray, shape (k,)
        Fractions that sum to 1.
    prediction_low, prediction_high, prediction_definition
        Prediction interval and its name in `analysis.meta.prediction`; NaN and None without one.
    prediction_se, prediction_df : float
        Of the prediction; `prediction_df` is None for the normal distribution.
    method, test, level
        As fitted.
    test_factor : float
        Knapp-Hartung factor by which the squared standard error was multiplied; 1 otherwise.
    converged, iterations, boundary
        How the estimation of tau2 ended; `boundary` when tau2 is 0 because it cannot be negative.
    fell_back : str or None
        What was fitted instead of what was asked for, and why.
    warnings : tuple of str
    likelihoods : callable or None
        Computes the log-likelihood and the restricted one at the estimates; see `log_likelihood`.
    """

    estimate: float
    se: float
    stat: float
    df: float | None
    p: float
    ci_low: float
    ci_high: float
    tau2: float
    se_tau2: float
    tau2_method: str | None
    i2: float
    h2: float
    i2_definition: str
    q: float
    q_df: int
    q_p: float
    typical_v: float
    k: int
    weights: NDArray[np.float64]
    prediction_low: float
    prediction_high: float
    prediction_definition: str | None
    method: str
    test: str
    level: float
    test_factor: float
    converged: bool
    iterations: int
    boundary: bool
    fell_back: str | None
    warnings: tuple[str, ...]
    likelihoods: Callable[[], tuple[float, float]] | None = field(
        default=None, repr=False, compare=False
    )
    prediction_se: float = float("nan")
    prediction_df: float | None = None

    @property
    def tau(self) -> float:
        """Between-study standard deviation."""
        return self.tau2**0.5

    @property
    def log_likelihood(self) -> float:
        """At the estimates; NaN where the model has none."""
        return self._both_likelihoods[0]

    @property
    def restricted_log_likelihood(self) -> float:
        """At the estimates; NaN where the model has none."""
        return self._both_likelihoods[1]

    @cached_property
    def _both_likelihoods(self) -> tuple[float, float]:
        # Few readers ask for them, so they are computed when one does.
        missing = float("nan")
        return (missing, missing) if self.likelihoods is None else self.likelihoods()


@dataclass(frozen=True, slots=True)
class BatchEffects:
    """The pooled effects of m subsets; every array has shape (m,), names as in `PooledEffect`.

    `df` is NaN where the normal distribution was used.
    """

    estimate: Array
    se: Array
    stat: Array
    df: Array
    p: Array
    ci_low: Array
    ci_high: Array
    q: Array
    q_df: Array
    q_p: Array
    tau2: Array
    se_tau2: Array
    i2: Array
    h2: Array
    k: Array
    prediction_low: Array
    prediction_high: Array
    prediction_se: Array
    prediction_df: Array
    test_factor: Array
    iterations: NDArray[np.int_]
    converged: NDArray[np.bool_]
    boundary: NDArray[np.bool_]
