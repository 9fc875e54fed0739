"""Rows that depend on each other within clusters: their sampling covariances, block by block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.checks import same_length, vector
from analysis.meta.errors import MetaInputError
from analysis.meta.naming import study_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from analysis.meta.projection import Array

__all__ = ["Clusters", "cluster_index", "shared_control_covariance"]


def cluster_index(cluster: Sequence[Any] | np.ndarray, k: int) -> np.ndarray:
    """Return the number of each row's cluster, 0 for the first that appears, shape (k,).

    Raises
    ------
    MetaInputError
        If there is not one name per row, or a name is missing.
    """
    names = list(cluster)
    if len(names) != k:
        msg = f"Every row needs a cluster: there are {k} rows and {len(names)} clusters."
        raise MetaInputError(msg)
    seen: dict[Any, int] = {}
    out = np.empty(k, dtype=int)
    for i, name in enumerate(names):
        if name is None or name != name or name == "":
            msg = f"{study_name(i)} has no cluster: name the study it belongs to."
            raise MetaInputError(msg)
        out[i] = seen.setdefault(name, len(seen))
    return out


@dataclass(frozen=True, slots=True)
class Clusters:
    """Clusters of rows, those of one size in one stack, so that nothing of size k x k is formed.

    Attributes
    ----------
    rows : tuple of ndarray of int, each of shape (c, m)
        Rows of the c clusters with m rows each.
    covariances : tuple of ndarray, each of shape (c, m, m)
        Sampling covariances.
    """

    rows: tuple[np.ndarray, ...]
    covariances: tuple[Array, ...]

    @property
    def n(self) -> int:
        """Number of clusters."""
        return sum(len(rows) for rows in self.rows)

    @classmethod
    def of_rows(cls, variances: Array, index: np.ndarray, *, correlation: float = 0.0) -> Clusters:
        """Return clusters in which the sampling errors of two rows correlate by `correlation`.

        Parameters
        ----------
        variances : ndarray, shape (k,)
        index : ndarray of int, shape (k,)
            From `cluster_index`.
        correlation : float
            Within clusters; in [0, 1).

        Raises
        ------
        MetaInputError
            If the correlation is out of range.
        """
        if not 0 <= correlation < 1:
            msg = f"The correlation within clusters must be from 0 to below 1; it is {correlation}."
            raise MetaInputError(msg)
        deviations = np.sqrt(variances)

        def block(rows: np.ndarray) -> Array:
            outer = correlation * deviations[rows][:, :, None] * deviations[rows][:, None, :]
            own = np.arange(rows.shape[1])
            outer[:, own, own] = variances[rows]
            return outer

        rows = _by_size(index)
        return cls(rows, tuple(block(part) for part in rows))

    @classmethod
    def of_matrix(cls, covariance: ArrayLike, index: np.ndarray) -> Clusters:
        """Return clusters with the blocks of a covariance matrix, shape (k, k).

        Raises
        ------
        MetaInputError
            If the matrix is not symmetric and positive definite, or rows of different clusters are
            correlated.
        """
        v = np.array(covariance, dtype=np.float64)
        k = index.size
        if v.shape != (k, k) or not np.isfinite(v).all() or not np.allclose(v, v.T, rtol=1e-8):
            msg = f"The sampling covariances must be a symmetric matrix of {k} x {k} numbers."
            raise MetaInputError(msg)
        apart = index[:, None] != index[None, :]
        wrong = np.argwhere(apart & (v != 0))
        if wrong.size:
            i, j = wrong[0]
            pair = f"{study_name(i)} and {study_name(j)}"
            msg = f"{pair} are correlated but belong to different clusters."
            raise MetaInputError(msg)
        rows = _by_size(index)
        blocks = tuple(v[part[:, :, None], part[:, None, :]] for part in rows)
        for block, part in zip(blocks, rows, strict=True):
            smallest = np.linalg.eigvalsh(block)[:, 0]
            if (smallest <= 0).any():
                first = part[int(np.argmin(smallest))]
                named = ", ".join(map(study_name, first))
                msg = f"The covariances of {named} are not positive definite."
                raise MetaInputError(msg)
        return cls(rows, blocks)


def _by_size(index: np.ndarray) -> tuple[np.ndarray, ...]:
    order = np.argsort(index, kind="stable")
    sizes = np.bincount(index)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return tuple(
        order[starts[sizes == m][:, None] + np.arange(m)] for m in np.unique(sizes) if m > 0
    )


def shared_control_covariance(
    vi: ArrayLike, shared: ArrayLike, group: Sequence[Any] | np.ndarray
) -> Array:
    """Return the covariances of contrasts, of which those of a group share their control arm.

    Two contrasts with the same control correlate by what the control contributes to the variance
    of both (Gleser & Olkin 2009, in Handbook of Research Synthesis, ch. 19; Higgins & Green 2011,
    Cochrane Handbook 16.5.4): for log risk ratios ``1/c - 1/n2``, log odds ratios ``1/c + 1/d``,
    risk differences ``p2 q2/n2``, mean differences ``sd2^2/n2``, log rate ratios ``1/x2``.

    Parameters
    ----------
    vi : array_like, shape (k,)
        Sampling variances of the contrasts.
    shared : array_like, shape (k,)
        The part of each variance that comes from the control arm; at most the variance.
    group : sequence, length k
        Name of the control arm of each contrast.

    Returns
    -------
    ndarray, shape (k, k)

    Raises
    ------
    MetaInputError
        If a shared part is negative, not below its variance, or differs within a group.
    """
    v, part = vector("vi", vi), vector("shared", shared)
    same_length(vi=v, shared=part)
    index = cluster_index(group, v.size)
    bad = np.flatnonzero((part < 0) | (part >= v))
    if bad.size:
        i = bad[0]
        msg = (
            f"{study_name(i)}: the control's part {part[i]:g} must be from 0 to below the variance "
            f"of the contrast, {v[i]:g}."
        )
        raise MetaInputError(msg)
    first = np.zeros(index.max() + 1)
    first[index[::-1]] = part[::-1]
    bad = np.flatnonzero(~np.isclose(part, first[index], rtol=1e-6))
    if bad.size:
        msg = (
            f"{study_name(bad[0])}: contrasts that share a control arm must get the same part of "
            f"it; {part[bad[0]]:g} differs from {first[index[bad[0]]]:g}."
        )
        raise MetaInputError(msg)
    same = index[:, None] == index[None, :]
    covariance = np.where(same, part[:, None], 0.0)
    covariance = 0.5 * (covariance + covariance.T)
    np.fill_diagonal(covariance, v)
    return covariance
