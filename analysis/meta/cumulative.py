"""Cumulative meta-analysis: the pooled effect as the studies came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta import checks
from analysis.meta.influence import refit_in_blocks
from analysis.meta.models import BatchEffects, pool_batch

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Cumulative", "cumulative"]


@dataclass(frozen=True, slots=True)
class Cumulative:
    """Pooled effects of the first study, the first two, and so on.

    Attributes
    ----------
    order : ndarray of int, shape (k,)
        Position of each added study in the caller's arrays, from 0.
    refits : BatchEffects
        Arrays of shape (k,); the first entry is the first study alone, with τ² = 0, Q = 0 and a
        z test.
    """

    order: NDArray[np.intp]
    refits: BatchEffects


def cumulative(
    yi: ArrayLike,
    vi: ArrayLike,
    order_by: ArrayLike | None = None,
    *,
    method: str = "DL",
    test: str = "z",
    level: float = 0.95,
    prediction: str | None = "test",
    i2: str = "q",
) -> Cumulative:
    """Pool the studies one after another, τ² re-estimated at every step.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effect sizes and sampling variances.
    order_by : array_like, shape (k,), optional
        Numbers to sort by, such as years; equal ones keep their order. Without it the studies are
        added as they stand.
    method, test, level, prediction, i2
        As `analysis.meta.models.pool`.

    Raises
    ------
    MetaInputError
        For unusable effects, variances, sorting keys or options.

    References
    ----------
    Lau et al. (1992), N Engl J Med 327:248.
    """
    y, v = checks.effects(yi, vi)
    k = y.size
    if order_by is None:
        order = np.arange(k)
    else:
        keys = checks.vector("order_by", order_by)
        checks.same_length(yi=y, order_by=keys)
        order = np.argsort(keys, kind="stable")
    y, v = y[order], v[order]

    def first(start: int, stop: int) -> NDArray[np.bool_]:
        return np.arange(k)[None, :] <= np.arange(start, stop)[:, None]

    def refit(keep: NDArray[np.bool_]) -> BatchEffects:
        return pool_batch(
            y, v, keep, method=method, test=test, level=level, prediction=prediction, i2=i2
        )

    return Cumulative(order, refit_in_blocks(k, first, refit))
