"""The three-level model: rows within clusters, effects that differ between and within them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.checks import choice, effects, level_fraction
from analysis.meta.clusters import Clusters, cluster_index
from analysis.meta.distributions import chi2_sf, quantile, two_sided_p
from analysis.meta.errors import MetaInputError
from analysis.meta.mixed_marginal import Maximum, maximise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from analysis.meta.projection import Array

__all__ = ["ThreeLevel", "three_level"]


@dataclass(frozen=True, slots=True)
class ThreeLevel:
    """A mean of dependent effects.

    Attributes
    ----------
    estimate, se, stat, df, p, ci_low, ci_high : float
        `df` is None for the normal distribution, else clusters - 1.
    prediction_low, prediction_high : float
        For a new row of a new cluster.
    sigma2 : tuple of float
        Variance between clusters and between rows of a cluster.
    i2 : tuple of float
        Share of each in the total variance of a typical row, fractions.
    k, clusters : int
    weights : ndarray, shape (k,)
        Fractions that sum to 1; with correlated rows they can be negative.
    q, q_df, q_p
        Heterogeneity of the rows about their generalised least-squares mean.
    log_likelihood : float
        Restricted with REML.
    boundary : tuple of bool
        Which variance is 0 because it cannot be negative.
    model : Clusters
        Rows with their marginal covariances.
    method, test, level
    """

    estimate: float
    se: float
    stat: float
    df: float | None
    p: float
    ci_low: float
    ci_high: float
    prediction_low: float
    prediction_high: float
    sigma2: tuple[float, float]
    i2: tuple[float, float]
    k: int
    clusters: int
    weights: Array
    q: float
    q_df: int
    q_p: float
    log_likelihood: float
    boundary: tuple[bool, bool]
    model: Clusters
    method: str
    test: str
    level: float


def three_level(
    yi: ArrayLike,
    vi: ArrayLike,
    cluster: Sequence[Any] | np.ndarray,
    *,
    correlation: float = 0.0,
    covariance: ArrayLike | None = None,
    method: str = "REML",
    test: str = "z",
    level: float = 0.95,
) -> ThreeLevel:
    """Pool effects of which several come from the same cluster (study, country, laboratory).

    ``y_ij = μ + u_i + w_ij + e_ij`` (Konstantopoulos 2011, Res Synth Methods 2:61; Van den
    Noortgate et al. 2013, Behav Res Methods 45:576): metafor ``rma.mv(random = ~ 1 |
    cluster/row)``. Time and memory grow with the clusters, not with the square of the rows.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects and positive sampling variances.
    cluster : sequence, length k
    correlation : float
        Of the sampling errors within a cluster.
    covariance : array_like, optional, shape (k, k)
        Sampling covariances instead (see `clusters.shared_control_covariance`).
    method : {"REML", "ML"}
    test : {"z", "t"}
        Normal, or t with clusters - 1.
    level : float

    Raises
    ------
    MetaInputError
        If the input is refused, or fewer than two clusters remain.
    """
    y, v = effects(yi, vi)
    choice("method", method, ("REML", "ML"))
    choice("test", test, ("z", "t"))
    level = level_fraction(level)
    index = cluster_index(cluster, y.size)
    n = int(index.max()) + 1
    if n < 2:
        msg = "A three-level model needs at least 2 clusters; there is 1. Pool its rows instead."
        raise MetaInputError(msg)
    sampling = (
        Clusters.of_rows(v, index, correlation=correlation)
        if covariance is None
        else Clusters.of_matrix(covariance, index)
    )
    shift = float(y.mean())
    centred = y - shift
    best = _best(sampling, centred, n == y.size, restricted=method == "REML")
    between, within = (float(s) ** 2 for s in best.parameters)
    floor = 1e-12 * float(v.min())
    between, within = (s if s > floor else 0.0 for s in (between, within))
    model = _marginal(sampling, np.array([between, within]) ** 0.5)
    weights, total = _row_weights(model, y.size)
    mean = float(weights @ centred)
    se = total**-0.5
    row_only, row_total = _row_weights(sampling, y.size)
    fixed = float(row_only @ centred)
    q = _quadratic(sampling, centred - fixed)
    df = float(n - 1) if test == "t" else None
    reach = float(quantile(level, np.nan if df is None else df))
    far = reach * (se**2 + between + within) ** 0.5
    estimate = mean + shift
    diagonal = sum(
        float(np.trace(np.linalg.inv(block), axis1=1, axis2=2).sum())
        for block in sampling.covariances
    )
    # (k - 1) / tr(P), as for independent rows.
    typical = (y.size - 1) / (diagonal - row_total * float(row_only @ row_only))
    whole = between + within + typical
    return ThreeLevel(
        estimate=estimate,
        se=se,
        stat=estimate / se,
        df=df,
        p=float(two_sided_p(estimate / se, np.nan if df is None else df)),
        ci_low=estimate - reach * se,
        ci_high=estimate + reach * se,
        prediction_low=estimate - far,
        prediction_high=estimate + far,
        sigma2=(between, within),
        i2=(between / whole, within / whole),
        k=y.size,
        clusters=n,
        weights=weights,
        q=q,
        q_df=y.size - 1,
        q_p=float(chi2_sf(q, y.size - 1)),
        log_likelihood=best.curvature.value,
        boundary=(between == 0, within == 0),
        model=model,
        method=method,
        test=test,
        level=level,
    )


def _best(sampling: Clusters, y: Array, single_rows: bool, *, restricted: bool) -> Maximum:
    """Return the highest maximum from three starts; `single_rows` leaves one variance alone.

    With one row per cluster the two variances cannot be told apart: all is counted as within.
    """
    spread = float(y.std()) or 1.0

    def objective(parameters: Any, _: Any) -> Any:
        deviations = parameters * np.array([0.0 if single_rows else 1.0, 1.0])
        return np.array([_log_likelihood(_marginal(sampling, deviations), y, restricted)])

    starts = ((0.7, 0.7), (0.9, 0.2), (0.2, 0.9))
    found = [
        maximise(
            objective,
            spread * np.array([0.0 if single_rows else a, b]),
            np.empty(0),
            limit=lambda s: bool(np.abs(s).max() > 1e6 * spread),
        )
        for a, b in starts[: 1 if single_rows else 3]
    ]
    return max(found, key=lambda maximum: maximum.curvature.value)


def _marginal(sampling: Clusters, deviations: Any) -> Clusters:
    between, within = deviations[0] ** 2, deviations[1] ** 2
    return Clusters(
        sampling.rows,
        tuple(block + between + within * np.eye(block.shape[1]) for block in sampling.covariances),
    )


def _log_likelihood(model: Clusters, y: Array, restricted: bool) -> Any:
    determinant, w1, wy, yy, k = 0.0, 0.0, 0.0, 0.0, 0
    for rows, block in zip(model.rows, model.covariances, strict=True):
        own = y[rows]
        sides = np.stack([np.ones_like(own), own], axis=2)
        solved = np.linalg.solve(block, sides)
        sign, size = np.linalg.slogdet(block)
        determinant = determinant + (np.log(sign) + size).sum()
        w1 = w1 + solved[:, :, 0].sum()
        wy = wy + solved[:, :, 1].sum()
        yy = yy + (own * solved[:, :, 1]).sum()
        k += own.size
    value = (k - restricted) * np.log(2 * np.pi) + determinant + yy - wy * wy / w1
    return -0.5 * (value + restricted * (np.log(w1) - np.log(k)))


def _row_weights(model: Clusters, k: int) -> tuple[Array, float]:
    """Return what each row weighs in the mean, shares of 1, and the sum of the weights."""
    out = np.empty(k)
    for rows, block in zip(model.rows, model.covariances, strict=True):
        out[rows] = np.linalg.solve(block, np.ones((*rows.shape, 1)))[:, :, 0]
    total = float(out.sum())
    return out / total, total


def _quadratic(model: Clusters, y: Array) -> float:
    """Return ``y' V^-1 y``."""
    return sum(
        float((y[rows] * np.linalg.solve(block, y[rows][:, :, None])[:, :, 0]).sum())
        for rows, block in zip(model.rows, model.covariances, strict=True)
    )
