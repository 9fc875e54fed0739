"""Pooling: the common-effect and random-effects models, once or for many subsets at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import choice, effects, level_fraction, mask
from analysis.meta.distributions import quantile, two_sided_p
from analysis.meta.errors import MetaInputError
from analysis.meta.heterogeneity import I2_DEFINITIONS, Heterogeneity, heterogeneity
from analysis.meta.pooled_effect import BatchEffects, PooledEffect
from analysis.meta.prediction import prediction_definition, prediction_limits
from analysis.meta.projection import Array, Design, fit_weighted
from analysis.meta.tau2 import (
    Tau2Estimate,
    canonical_method,
    estimate_tau2,
    fixed_tau2,
)
from analysis.meta.tau2_likelihood import log_likelihood

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["TESTS", "BatchEffects", "PooledEffect", "pool", "pool_batch"]

TESTS = ("z", "t", "knha", "adhoc")
# Rows of a batch are taken in blocks of about this many cells, to bound the memory of large k.
_BLOCK_CELLS = 2_000_000


@dataclass(frozen=True, slots=True)
class _Rows:
    """Everything both entry points need of a block of refits."""

    effects: BatchEffects
    weights: Array
    het: Heterogeneity
    tau2: Tau2Estimate


def _fit_rows(
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
) -> _Rows:
    design = Design.intercept(y.shape[1])
    shift = y.mean()
    centred = y - shift
    found = (
        estimate_tau2(design, centred, v, keep, method)
        if tau2 is None
        else fixed_tau2(keep.shape[0], tau2)
    )
    fit = fit_weighted(design, centred, keep / (v + found.tau2[:, None]))
    k = keep.sum(axis=1)
    df = k - 1
    several = df > 0
    classic = np.sqrt(fit.inverse[:, 0, 0])
    # With one study there is nothing to estimate the dispersion from: the test is normal.
    raw_factor = np.where(several, fit.q / np.where(several, df, 1.0), 1.0)
    factor = {"knha": raw_factor, "adhoc": np.maximum(raw_factor, 1.0)}.get(
        test, np.ones_like(raw_factor)
    )
    se = classic * np.sqrt(factor)
    estimate = fit.gamma[:, 0] + shift
    test_df = np.full_like(df, np.nan) if test == "z" else np.where(several, df, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        stat = estimate / se
    half = quantile(level, test_df) * se
    het = heterogeneity(
        design, centred, v, keep, found.tau2, i2=i2, common=method == "CE" and tau2 is None
    )
    low = high = np.full_like(estimate, np.nan)
    definition = prediction_definition(prediction, test)
    if definition is not None and method != "CE":
        ses = {"test": se, "classic": classic, "hartung_knapp": classic * np.sqrt(raw_factor)}
        low, high = prediction_limits(definition, estimate, found.tau2, ses, df, level)
        if prediction == "test":
            low = np.where(several, low, estimate - quantile(level, np.nan) * se)
            high = np.where(several, high, estimate + quantile(level, np.nan) * se)
    rows = BatchEffects(
        estimate=estimate,
        se=se,
        stat=stat,
        df=test_df,
        p=two_sided_p(stat, test_df),
        ci_low=estimate - half,
        ci_high=estimate + half,
        q=het.q,
        q_df=het.df,
        q_p=het.p,
        tau2=found.tau2,
        se_tau2=found.se_tau2,
        i2=het.i2,
        h2=het.h2,
        k=k,
        prediction_low=low,
        prediction_high=high,
        test_factor=factor,
        iterations=found.iterations,
        converged=found.converged,
        boundary=found.boundary,
    )
    return _Rows(rows, fit.weights, het, found)


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
        _fit_rows(
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
    test : {"z", "t", "knha", "adhoc"}
        Normal; t with k - 1; Knapp & Hartung 2003, Stat Med 22:2693; the same with its factor not
        below 1. One study is always tested with z.
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
    k = y.size
    fell_back = None
    if method != "CE" and k < random_from_k:
        fell_back = (
            f"common effect instead of random effects ({method}): k = {k} is below {random_from_k}"
        )
        method, fixed = "CE", None
    rows = _fit_rows(
        y[None, :],
        v[None, :],
        np.ones((1, k)),
        method=method,
        test=test,
        level=level,
        prediction=prediction,
        i2=i2,
        tau2=fixed,
    )
    e = rows.effects
    has_prediction = bool(np.isfinite(e.prediction_low[0]))
    definition = prediction_definition(prediction, test) if has_prediction else None
    used_test = "z" if k == 1 else test
    design, centred, one = Design.intercept(k), (y - y.mean())[None, :], np.ones((1, k))
    ml, reml = (
        float(log_likelihood(design, centred, v[None, :], one, e.tau2, restricted=restricted)[0])
        for restricted in (False, True)
    )
    return PooledEffect(
        estimate=float(e.estimate[0]),
        se=float(e.se[0]),
        stat=float(e.stat[0]),
        df=None if np.isnan(e.df[0]) else float(e.df[0]),
        p=float(e.p[0]),
        ci_low=float(e.ci_low[0]),
        ci_high=float(e.ci_high[0]),
        tau2=float(e.tau2[0]),
        se_tau2=float(e.se_tau2[0]),
        tau2_method=None if method == "CE" else method,
        i2=float(e.i2[0]),
        h2=float(e.h2[0]),
        i2_definition="q" if method == "CE" else i2,
        q=float(e.q[0]),
        q_df=int(e.q_df[0]),
        q_p=float(e.q_p[0]),
        typical_v=float(rows.het.typical_v[0]),
        k=k,
        weights=rows.weights[0] / rows.weights[0].sum(),
        prediction_low=float(e.prediction_low[0]),
        prediction_high=float(e.prediction_high[0]),
        prediction_definition=definition.name if definition else None,
        method=method,
        test=used_test,
        level=level,
        test_factor=float(e.test_factor[0]),
        log_likelihood=ml,
        restricted_log_likelihood=reml,
        converged=bool(e.converged[0]),
        iterations=int(e.iterations[0]),
        boundary=bool(e.boundary[0]) and method != "CE",
        fell_back=fell_back,
        warnings=_warnings(method, test, k, v, rows),
    )


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


def _warnings(method: str, test: str, k: int, v: Array, rows: _Rows) -> tuple[str, ...]:
    notes: list[str] = []
    if k == 1:
        notes.append("one study: tau2 is set to 0 and the test is normal")
    if method == "CE" and test in {"knha", "adhoc"} and k > 1:
        notes.append("the Knapp-Hartung adjustment is not meant for a common-effect model")
    if test in {"knha", "adhoc"} and k > 1 and rows.effects.test_factor[0] == 0:
        notes.append("all studies have the same effect: the Knapp-Hartung interval has no width")
    if v.max() / v.min() >= 1e7:  # metafor warns at this ratio, too
        notes.append("sampling variances differ by more than 1e7: results may be unstable")
    if not rows.tau2.converged[0]:
        notes.append(f"the {method} estimate of tau2 did not converge")
    if rows.tau2.local[0]:
        notes.append(
            "the likelihood has several maxima and the highest was taken; programs that climb from "
            "one start, such as metafor, may report another"
        )
    return tuple(notes)
