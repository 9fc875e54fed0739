"""How much single studies weigh on a pooled effect: leave-one-out and case diagnostics.

All refits come from one vectorised iteration (`analysis.meta.models.pool_batch`), taken in blocks
of rows so that memory stays bounded: they equal k fresh fits, without the loop.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta import checks
from analysis.meta.distributions import special
from analysis.meta.errors import MetaInputError
from analysis.meta.models import BatchEffects, PooledEffect, pool, pool_batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from analysis.meta.projection import Array

__all__ = [
    "Baujat",
    "Influence",
    "LeaveOneOut",
    "baujat",
    "influence",
    "leave_one_out",
    "refit_in_blocks",
]

#: Cells of the (rows, k) selection refitted at once. The refits need some twenty float arrays of
#: this size; they are fastest while these stay in the processor's cache.
BLOCK_CELLS = 40_000
#: Rows at least, so that with very many studies the loop over blocks stays short.
BLOCK_ROWS = 16


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """Every statistic of the pooled effect without each study in turn.

    Attributes
    ----------
    overall : PooledEffect
        The fit of all k studies.
    refits : BatchEffects
        Arrays of shape (k,); entry i is the fit without study i. A refit with one study left has
        τ² = 0, Q = 0 and a z test.
    """

    overall: PooledEffect
    refits: BatchEffects

    @property
    def most_influential(self) -> int:
        """Index of the study whose omission moves the estimate most (the first of equals)."""
        return int(np.argmax(np.abs(self.refits.estimate - self.overall.estimate)))

    @property
    def estimate_range(self) -> tuple[float, float]:
        """Smallest and largest estimate."""
        return float(self.refits.estimate.min()), float(self.refits.estimate.max())


@dataclass(frozen=True, slots=True)
class Influence:
    """Case diagnostics of a pooled effect, one entry per study; arrays of shape (k,).

    Attributes
    ----------
    rstudent : ndarray
        Externally studentised residual: the study's effect minus the estimate without it, over the
        standard error of that difference.
    dffits : ndarray
        Change of the estimate in units of its deleted standard error (through the hat value).
    cook_d : ndarray
        Cook's distance: squared change of the estimate over its variance.
    cov_r : ndarray
        Variance of the estimate without the study over that with it; below 1 the study costs
        precision.
    tau2_deleted, q_deleted : ndarray
        Between-study variance and Cochran's Q without the study.
    hat : ndarray
        Hat values, which for a model without moderators are the weights; fractions.
    dfbetas : ndarray
        Change of the estimate over its standard error with the deleted τ² for all studies.
    influential : ndarray of bool
        ``|DFFITS| > 3 √(1/(k − 1))``, or lower-tail χ²(1) probability of Cook's distance above 0.5,
        or hat above 3/k, or ``|DFBETAS| > 1``.
    baujat : Baujat
        Coordinates of the Baujat plot.
    leave_one_out : LeaveOneOut
        The refits all of this follows from.
    """

    rstudent: Array
    dffits: Array
    cook_d: Array
    cov_r: Array
    tau2_deleted: Array
    q_deleted: Array
    hat: Array
    dfbetas: Array
    influential: NDArray[np.bool_]
    baujat: Baujat
    leave_one_out: LeaveOneOut


@dataclass(frozen=True, slots=True)
class Baujat:
    """Coordinates of a Baujat plot, shape (k,).

    Attributes
    ----------
    heterogeneity : ndarray
        Abscissa: squared Pearson residual ``(y − estimate)² / (v + τ²)``, the study's share of Q
        under a common effect.
    influence : ndarray
        Ordinate: squared change of the estimate without the study over its variance then.
    """

    heterogeneity: Array
    influence: Array


def leave_one_out(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    method: str = "DL",
    test: str = "z",
    level: float = 0.95,
    prediction: str | None = "test",
    i2: str = "q",
) -> LeaveOneOut:
    """Pool the studies again without each of them in turn, τ² re-estimated every time.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effect sizes and sampling variances, ``k >= 2``.
    method, test, level, prediction, i2
        As `analysis.meta.models.pool`.

    Raises
    ------
    MetaInputError
        For unusable effects, variances or options, or fewer than 2 studies.
    """
    y, v = _at_least_two(yi, vi)
    k = y.size

    def without(start: int, stop: int) -> NDArray[np.bool_]:
        keep = np.ones((stop - start, k), dtype=bool)
        keep[np.arange(stop - start), np.arange(start, stop)] = False
        return keep

    def refit(keep: NDArray[np.bool_]) -> BatchEffects:
        return pool_batch(
            y, v, keep, method=method, test=test, level=level, prediction=prediction, i2=i2
        )

    overall = pool(y, v, method=method, test=test, level=level, prediction=prediction, i2=i2)
    return LeaveOneOut(overall, refit_in_blocks(k, without, refit))


def influence(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    method: str = "DL",
    test: str = "z",
    level: float = 0.95,
    prediction: str | None = "test",
    i2: str = "q",
) -> Influence:
    """Return the case diagnostics of a pooled effect.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effect sizes and sampling variances, ``k >= 2``.
    method, test, level, prediction, i2
        As `analysis.meta.models.pool`.

    Raises
    ------
    MetaInputError
        For unusable effects, variances or options, or fewer than 2 studies.

    Notes
    -----
    Where a Knapp–Hartung factor is 0 (all effects equal) the quotients are undefined: NaN.

    References
    ----------
    Viechtbauer, Cheung (2010), Res Synth Methods 1:112, generalised to the Knapp–Hartung variance
    as in metafor's ``influence.rma.uni``.
    """
    loo = leave_one_out(yi, vi, method=method, test=test, level=level, prediction=prediction, i2=i2)
    y, v = checks.effects(yi, vi)
    full, cut = loo.overall, loo.refits
    k = y.size
    change = full.estimate - cut.estimate
    deleted_variance = cut.test_factor * (v + cut.tau2)
    residual = y - cut.estimate
    # A residual of rounding errors is 0, so that equal effects give a studentised residual of 0.
    residual[np.abs(residual) < 100 * np.finfo(np.float64).eps] = 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        rstudent = residual / np.sqrt(deleted_variance + cut.se**2)
        dffits = change / np.sqrt(full.weights * deleted_variance)
        cook_d = change**2 / full.se**2
        cov_r = cut.se**2 / full.se**2
        # Precision of all k studies at the deleted τ²: that of the k − 1 plus the study's own.
        precision = cut.test_factor / cut.se**2 + 1.0 / (v + cut.tau2)
        dfbetas = change / np.sqrt(cut.test_factor / precision)
        influential = (
            (np.abs(dffits) > 3.0 * np.sqrt(1.0 / (k - 1)))
            | (special.chdtr(1.0, cook_d) > 0.5)
            | (full.weights > 3.0 / k)
            | (np.abs(dfbetas) > 1.0)
        )
    return Influence(
        rstudent=rstudent,
        dffits=dffits,
        cook_d=cook_d,
        cov_r=cov_r,
        tau2_deleted=cut.tau2,
        q_deleted=cut.q,
        hat=full.weights,
        dfbetas=dfbetas,
        influential=influential,
        baujat=_baujat(y, v, loo),
        leave_one_out=loo,
    )


def baujat(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    method: str = "CE",
    test: str = "z",
    level: float = 0.95,
) -> Baujat:
    """Return the coordinates of a Baujat plot.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effect sizes and sampling variances, ``k >= 2``.
    method, test, level
        As `analysis.meta.models.pool`; the original plot is that of the common effect.

    Raises
    ------
    MetaInputError
        For unusable effects, variances or options, or fewer than 2 studies.

    References
    ----------
    Baujat, Mahé, Pignon, Hill (2002), Stat Med 21:2641; for random effects as metafor's ``baujat``.
    """
    loo = leave_one_out(yi, vi, method=method, test=test, level=level, prediction=None)
    y, v = checks.effects(yi, vi)
    return _baujat(y, v, loo)


def _baujat(y: Array, v: Array, loo: LeaveOneOut) -> Baujat:
    full, cut = loo.overall, loo.refits
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = (cut.estimate - full.estimate) ** 2 / cut.se**2
    return Baujat((y - full.estimate) ** 2 / (v + full.tau2), moved)


def _at_least_two(yi: ArrayLike, vi: ArrayLike) -> tuple[Array, Array]:
    y, v = checks.effects(yi, vi)
    if y.size < 2:
        msg = "Leaving a study out needs at least 2 studies; there is 1."
        raise MetaInputError(msg)
    return y, v


def refit_in_blocks(
    k: int,
    selection: Callable[[int, int], NDArray[np.bool_]],
    refit: Callable[[NDArray[np.bool_]], BatchEffects],
) -> BatchEffects:
    """Refit k subsets of k studies without ever holding a k × k array.

    Parameters
    ----------
    k : int
        Studies, and refits.
    selection : callable
        Returns rows ``start`` to ``stop`` of the boolean (k, k) selection.
    refit : callable
        Pools the rows of a selection, as `analysis.meta.models.pool_batch`.
    """
    rows = max(BLOCK_ROWS, BLOCK_CELLS // k)
    blocks = [refit(selection(start, min(k, start + rows))) for start in range(0, k, rows)]
    if len(blocks) == 1:
        return blocks[0]
    names = [field.name for field in fields(BatchEffects)]
    return BatchEffects(
        **{name: np.concatenate([getattr(block, name) for block in blocks]) for name in names}
    )
