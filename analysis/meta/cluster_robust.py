"""Cluster-robust inference for a pooled mean: the sandwich estimator and its corrections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.checks import choice, effects, level_fraction
from analysis.meta.clusters import Clusters, cluster_index
from analysis.meta.distributions import quantile, two_sided_p
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from analysis.meta.projection import Array
    from analysis.meta.three_level import ThreeLevel

__all__ = ["CORRECTIONS", "RobustMean", "robust_mean", "robust_three_level"]

#: CR0: none; CR1: clusters / (clusters - 1), t with clusters - 1 (metafor ``robust``); CR2: bias
#: reduced, Satterthwaite degrees of freedom (clubSandwich).
CORRECTIONS = ("CR1", "CR0", "CR2")


@dataclass(frozen=True, slots=True)
class RobustMean:
    """A pooled mean with a variance that allows for any dependence within clusters."""

    estimate: float
    se: float
    stat: float
    df: float
    p: float
    ci_low: float
    ci_high: float
    k: int
    clusters: int
    correction: str
    level: float


def robust_mean(
    yi: ArrayLike,
    vi: ArrayLike,
    cluster: Sequence[Any] | np.ndarray,
    *,
    tau2: float = 0.0,
    correction: str = "CR1",
    level: float = 0.95,
) -> RobustMean:
    """Return the weighted mean of independent-rows pooling with a cluster-robust variance.

    Hedges, Tipton & Johnson 2010, Res Synth Methods 1:39; Tipton 2015, Psychol Methods 20:375.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects and positive sampling variances.
    cluster : sequence, length k
    tau2 : float
        Between-row variance of the model whose weights are used.
    correction : {"CR1", "CR0", "CR2"}
    level : float

    Raises
    ------
    MetaInputError
        If the input is refused or there are fewer than two clusters.
    """
    y, v = effects(yi, vi)
    if not np.isfinite(tau2) or tau2 < 0:
        msg = f"tau2 must be a finite number, 0 or more; it is {tau2}."
        raise MetaInputError(msg)
    return _robust(y, Clusters.of_rows(v + tau2, cluster_index(cluster, y.size)), correction, level)


def robust_three_level(
    yi: ArrayLike, fit: ThreeLevel, *, correction: str = "CR1", level: float = 0.95
) -> RobustMean:
    """Return the mean of a three-level model with a cluster-robust variance.

    Parameters
    ----------
    yi : array_like, shape (k,)
        The effects that were fitted.
    fit : ThreeLevel
    correction, level
        As for `robust_mean`.

    Raises
    ------
    MetaInputError
        As `robust_mean`.
    """
    y = np.asarray(yi, dtype=np.float64)
    return _robust(y, fit.model, correction, level)


def _robust(y: Array, model: Clusters, correction: str, level: float) -> RobustMean:
    choice("correction", correction, CORRECTIONS)
    level = level_fraction(level)
    n = model.n
    if n < 2:
        msg = "A cluster-robust variance needs at least 2 clusters; there is 1."
        raise MetaInputError(msg)
    solved = [
        np.asarray(np.linalg.solve(block, np.ones((*rows.shape, 1)))[:, :, 0], np.float64)
        for rows, block in zip(model.rows, model.covariances, strict=True)
    ]
    total = float(sum(part.sum() for part in solved))
    shift = float(y.mean())
    mean = sum(
        float((part * (y - shift)[rows]).sum())
        for part, rows in zip(solved, model.rows, strict=True)
    )
    estimate = mean / total + shift
    scores, df = [], float(n - 1)
    own, crossed = [], []
    for rows, block, part in zip(model.rows, model.covariances, solved, strict=True):
        lever = part
        if correction == "CR2":
            lever = _adjusted(block, part, total)
            own.append(np.einsum("ci,cij,cj->c", lever, block, lever))
            crossed.append(lever.sum(axis=1) ** 2 / total)
        scores.append((lever * (y[rows] - estimate)).sum(axis=1))
    variance = float((np.concatenate(scores) ** 2).sum()) / total**2
    if correction == "CR1":
        variance *= n / (n - 1)
    if correction == "CR2":
        # Satterthwaite: the variance is a quadratic form with the matrix diag(a) - g g' / total.
        a, b = np.concatenate(own), np.concatenate(crossed)
        df = float((a - b).sum() ** 2 / (((a - b) ** 2 - b**2).sum() + b.sum() ** 2))
    se = variance**0.5
    if se == 0:
        msg = "Every cluster lies exactly on the mean: a cluster-robust variance is not defined."
        raise MetaInputError(msg)
    half = float(quantile(level, df)) * se
    return RobustMean(
        estimate=estimate,
        se=se,
        stat=estimate / se,
        df=df,
        p=float(two_sided_p(estimate / se, df)),
        ci_low=estimate - half,
        ci_high=estimate + half,
        k=y.size,
        clusters=n,
        correction=correction,
        level=level,
    )


def _adjusted(block: Array, part: Array, total: float) -> Array:
    """Return the rows' weights after the bias-reducing adjustment of Bell & McCaffrey 2002.

    ``A = U' (U (Φ − 1 1' / total) U')^(-1/2) U`` with ``Φ = U'U`` (Pustejovsky & Tipton 2018, J Bus
    Econ Stat 36:672), so that the variance is unbiased under the working model.
    """
    upper = np.linalg.cholesky(block).transpose(0, 2, 1)
    inner = upper @ (block - 1 / total) @ upper.transpose(0, 2, 1)
    values, vectors = np.linalg.eigh(inner)
    tiny = values <= 1e-10 * values[:, -1:]
    power = np.where(tiny, 0.0, 1 / np.sqrt(np.where(tiny, 1.0, values)))
    root = (vectors * power[:, None, :]) @ vectors.transpose(0, 2, 1)
    adjusted = upper.transpose(0, 2, 1) @ root @ upper
    return np.einsum("ci,cij->cj", part, adjusted)
