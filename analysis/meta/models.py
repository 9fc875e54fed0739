"""Pooling: the common-effect and random-effects models, once or for many subsets at a time."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import choice, effects, level_fraction, mask
from analysis.meta.errors import MetaInputError
from analysis.meta.heterogeneity import I2_DEFINITIONS
from analysis.meta.mean_intervals import MEAN_TESTS
from analysis.meta.pooled_effect import BatchEffects, PooledEffect
from analysis.meta.pooling_few import PoolOptions, pool_few, pooling_warnings
from analysis.meta.prediction import prediction_definition
from analysis.meta.row_fits import RowFits, fit_rows
from analysis.meta.tau2 import canonical_method
from analysis.meta.tau2_likelihood import Likelihoods

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from analysis.meta.projection import Array

__all__ = ["TESTS", "BatchEffects", "PooledEffect", "pool", "pool_batch", "pool_parts"]

TESTS = MEAN_TESTS
# Rows of a batch are taken in blocks of about this many cells, to bound the memory of large k.
_BLOCK_CELLS = 2_000_000


def pool_batch(
    yi: ArrayLike,
    vi: ArrayLike,
    keep: ArrayLike,
    *,
    method: str = "DL",
    test: str = "z",
    level: float = 0.95,
    prediction: str | None = "test",
    i2: str = "q",
    tau2: float | None = None,
) -> BatchEffects:
    """Pool m subsets of k studies in one vectorised pass.

    Equals m calls of `pool`, one per row of `keep`, without the loop: leave-one-out is
    ``keep = ~np.eye(k, dtype=bool)``, a cumulative analysis ``np.tri(k, dtype=bool)`` on sorted
    studies.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects and positive sampling variances.
    keep : array_like of bool, shape (m, k)
        Which studies each refit pools; at least one per row.
    method, test, level, prediction, i2, tau2
        As for `pool`.

    Returns
    -------
    BatchEffects
        Arrays of length m. A row with one study has tau2 = 0, Q = 0, I2 = 0, H2 = 1 and a z test.

    Raises
    ------
    MetaInputError
        As `pool`, and if `keep` is not boolean, has another shape or an empty row.
    """
    y, v = effects(yi, vi)
    rows = mask(keep, y.size)
    method, test, i2, level = _options(method, test, i2, level)
    prediction_definition(prediction, test)
    size = max(1, _BLOCK_CELLS // y.size)
    blocks = [
        fit_rows(
            y[None, :],
            v[None, :],
            rows[start : start + size].astype(np.float64),
            method=method,
            test=test,
            level=level,
            prediction=prediction,
            i2=i2,
            tau2=_fixed(tau2, method),
        ).effects
        for start in range(0, len(rows), size)
    ]
    if len(blocks) == 1:
        return blocks[0]
    names = BatchEffects.__dataclass_fields__
    return BatchEffects(**{n: np.concatenate([getattr(b, n) for b in blocks]) for n in names})


def pool(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    method: str = "DL",
    test: str = "z",
    level: float = 0.95,
    prediction: str | None = "test",
    i2: str = "q",
    tau2: float | None = None,
    random_from_k: int = 1,
) -> PooledEffect:
    """Pool the effects of k studies by inverse variance.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects and positive sampling variances.
    method : {"CE", "DL", "HE", "HS", "SJ", "PM", "ML", "REML", "EB"}
        Common effect (synonyms ``FE``, ``EE``), or the estimator of tau2 of the random-effects
        model (see `analysis.meta.tau2`).
    test : {"z", "t", "knha", "adhoc", "hybrid", "iqwig", "KR"}
        See `analysis.meta.mean_intervals`. One study is always tested with z.
    level : float
        Confidence level, a fraction.
    prediction : str or None
        Name of a definition in `analysis.meta.prediction`; ``"test"`` follows the test, None gives
        no prediction interval. A common-effect model never has one.
    i2 : {"q", "tau2"}
        Definition of I2 and H2 (see `analysis.meta.heterogeneity`).
    tau2 : float, optional
        A fixed between-study variance instead of an estimated one.
    random_from_k : int
        Smallest number of studies for a random-effects model; with fewer a common effect is fitted
        and `fell_back` says so. Stata's metaprop does this below 3.

    Raises
    ------
    MetaInputError
        If the input holds NaN or infinities, a variance is not positive, lengths differ, there are
        no studies, or a name is unknown.
    """
    y, v = effects(yi, vi)
    method, test, i2, level = _options(method, test, i2, level)
    fixed = _fixed(tau2, method)
    prediction_definition(prediction, test)
    if fixed is None and y.size >= random_from_k:
        few = pool_few(y, v, PoolOptions(method, test, level, prediction, i2))
        if few is not None:
            return few
    return _pool_rows(
        y,
        v,
        np.ones((1, y.size)),
        method=method,
        test=test,
        level=level,
        prediction=prediction,
        i2=i2,
        tau2=fixed,
        random_from_k=random_from_k,
    )[0]


def pool_parts(
    yi: ArrayLike,
    vi: ArrayLike,
    keep: ArrayLike,
    *,
    method: str = "DL",
    test: str = "z",
    level: float = 0.95,
    prediction: str | None = "test",
    i2: str = "q",
    tau2: float | None = None,
    random_from_k: int = 1,
) -> tuple[PooledEffect, ...]:
    """Pool m subsets of k studies in one pass, each with everything that `pool` says.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects and positive sampling variances.
    keep : array_like of bool, shape (m, k)
        Which studies each part pools; at least one per row.
    method, test, level, prediction, i2, tau2, random_from_k
        As for `pool`.

    Raises
    ------
    MetaInputError
        As `pool`, and if `keep` is not boolean, has another shape or an empty row.
    """
    y, v = effects(yi, vi)
    rows = mask(keep, y.size)
    method, test, i2, level = _options(method, test, i2, level)
    fixed = _fixed(tau2, method)
    prediction_definition(prediction, test)
    return _pool_rows(
        y,
        v,
        rows.astype(np.float64),
        method=method,
        test=test,
        level=level,
        prediction=prediction,
        i2=i2,
        tau2=fixed,
        random_from_k=random_from_k,
    )


def _pool_rows(
    y: Array,
    v: Array,
    keep: Array,
    *,
    method: str,
    test: str,
    level: float,
    prediction: str | None,
    i2: str,
    tau2: float | None,
    random_from_k: int,
) -> tuple[PooledEffect, ...]:
    """Pool every row of `keep`, those with too few studies by a common effect."""
    few = keep.sum(axis=1) < random_from_k if method != "CE" else np.zeros(len(keep), dtype=bool)
    found: dict[int, PooledEffect] = {}
    for used, fixed, chosen in ((method, tau2, ~few), ("CE", None, few)):
        places = np.flatnonzero(chosen)
        options = PoolOptions(used, test, level, prediction, i2)
        rest = []
        for place in places:
            own = keep[place] > 0
            small = None if fixed is not None else pool_few(y[own], v[own], options)
            if small is None:
                rest.append(place)
            else:
                found[int(place)] = small
        if rest:
            found |= _effects_of_rows(y, v, keep, rest, fixed, options)
    for place in np.flatnonzero(few):
        k = int(keep[place].sum())
        note = f"common effect instead of random effects ({method}): k = {k} is below "
        found[int(place)] = replace(found[int(place)], fell_back=f"{note}{random_from_k}")
    return tuple(found[place] for place in range(len(keep)))


def _effects_of_rows(
    y: Array, v: Array, keep: Array, places: list[int], tau2: float | None, options: PoolOptions
) -> dict[int, PooledEffect]:
    part = keep[places]
    rows = fit_rows(y[None, :], v[None, :], part, tau2=tau2, **asdict(options))
    return {
        int(place): _effect_of_row(rows, row, y[part[row] > 0], v[part[row] > 0], options)
        for row, place in enumerate(places)
    }


def _effect_of_row(
    rows: RowFits, row: int, y: Array, v: Array, options: PoolOptions
) -> PooledEffect:
    """Take one row out of a block; `y` and `v` are those of its studies."""
    e = rows.effects
    k = v.size
    method, test = options.method, options.test
    has_prediction = bool(np.isfinite(e.prediction_low[row]))
    definition = prediction_definition(options.prediction, test) if has_prediction else None
    weights = rows.weights[row][rows.weights[row] > 0]
    return PooledEffect(
        estimate=float(e.estimate[row]),
        se=float(e.se[row]),
        stat=float(e.stat[row]),
        df=_or_none(float(e.df[row])),
        p=float(e.p[row]),
        ci_low=float(e.ci_low[row]),
        ci_high=float(e.ci_high[row]),
        tau2=float(e.tau2[row]),
        se_tau2=float(e.se_tau2[row]),
        tau2_method=None if method == "CE" else method,
        i2=float(e.i2[row]),
        h2=float(e.h2[row]),
        i2_definition="q" if method == "CE" else options.i2,
        q=float(e.q[row]),
        q_df=int(e.q_df[row]),
        q_p=float(e.q_p[row]),
        typical_v=float(rows.het.typical_v[row]),
        k=k,
        weights=weights / weights.sum(),
        prediction_low=float(e.prediction_low[row]),
        prediction_high=float(e.prediction_high[row]),
        prediction_definition=definition.name if definition else None,
        method=method,
        test="z" if k == 1 else test,
        level=options.level,
        test_factor=float(e.test_factor[row]),
        likelihoods=Likelihoods(y, v, float(e.tau2[row])),
        converged=bool(e.converged[row]),
        iterations=int(e.iterations[row]),
        boundary=bool(e.boundary[row]) and method != "CE",
        fell_back=None,
        warnings=pooling_warnings(
            options,
            v.tolist(),
            factor=float(e.test_factor[row]),
            converged=bool(rows.tau2.converged[row]),
            local=bool(rows.tau2.local[row]),
        ),
        prediction_se=float(e.prediction_se[row]),
        prediction_df=_or_none(float(e.prediction_df[row])),
    )


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value


def _options(method: str, test: str, i2: str, level: float) -> tuple[str, str, str, float]:
    return (
        canonical_method(method),
        choice("test", test, TESTS),
        choice("I2 definition", i2, I2_DEFINITIONS),
        level_fraction(level),
    )


def _fixed(tau2: float | None, method: str) -> float | None:
    if tau2 is None:
        return None
    if not np.isfinite(tau2) or tau2 < 0:
        msg = f"A fixed tau2 must be a finite number, 0 or more; it is {tau2}."
        raise MetaInputError(msg)
    if method == "CE":
        msg = "A common-effect model has no tau2: choose a random-effects method or leave tau2 out."
        raise MetaInputError(msg)
    return float(tau2)
