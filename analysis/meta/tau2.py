"""Estimators of the between-study variance, for many refits at once and linear in the studies.

Every estimator works on m rows of studies at once (see `analysis.meta.projection`), so one fit is a
batch of one, and leave-one-out of 200 studies by REML is a single iteration on a 200 x 200 array.

Sources: DerSimonian & Laird 1986 (DL), Hedges 1983 (HE), Hunter & Schmidt 1990 (HS), Sidik &
Jonkman 2005 (SJ), Paule & Mandel 1982 (PM), Morris 1983 (EB), Harville 1977 and Raudenbush 2009
(ML, REML), in the form collected by Viechtbauer 2005, J Educ Behav Stat 30:261, and, for a model
with moderators, in metafor 3.8-1 ``rma.uni``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.meta.checks import choice
from analysis.meta.few_studies import (
    MOST,
    generalised_q_of_few,
    tau2_of_few,
    weighted_sums,
)
from analysis.meta.projection import (
    Array,
    Design,
    fit_weighted,
    projection_traces,
    trace,
    trace_product,
)
from analysis.meta.tau2_likelihood import maximise

__all__ = [
    "METHODS",
    "Tau2Estimate",
    "canonical_method",
    "estimate_tau2",
    "fixed_tau2",
    "solve_generalised_q",
]

METHODS = ("CE", "DL", "HE", "HS", "SJ", "PM", "ML", "REML", "EB")
_SYNONYMS = {"FE": "CE", "EE": "CE"}
_MAX_ITERATIONS = 200
# Newton's error after a step of relative size e is of order e squared: 1e-9 leaves 1e-18.
_NEWTON_STEP = 1e-9


@dataclass(frozen=True, slots=True)
class Tau2Estimate:
    """Between-study variances of m refits.

    Attributes
    ----------
    tau2, se_tau2 : ndarray, shape (m,)
        Estimate and standard error, squared units of the effect; `se_tau2` is NaN for one study.
    iterations : ndarray of int, shape (m,)
        Steps taken; 0 for estimators in closed form.
    converged : ndarray of bool, shape (m,)
    boundary : ndarray of bool, shape (m,)
        The estimate is 0 because the unconstrained one is not positive.
    local : ndarray of bool, shape (m,)
        The likelihood has several maxima, and a higher one than metafor's was taken.
    """

    tau2: Array
    se_tau2: Array
    iterations: np.ndarray
    converged: np.ndarray
    boundary: np.ndarray
    local: np.ndarray


def canonical_method(method: str) -> str:
    """Return the engine's name of a method; ``FE`` and ``EE`` are synonyms of ``CE``.

    Raises
    ------
    MetaInputError
        If the name is unknown; the message gives the nearest one.
    """
    return _SYNONYMS.get(method) or choice("method", method, METHODS)


def estimate_tau2(design: Design, y: Array, v: Array, keep: Array, method: str) -> Tau2Estimate:
    """Estimate the between-study variance of every row.

    Parameters
    ----------
    design : Design
        k studies, p columns.
    y, v : ndarray, shape (1, k) or (m, k)
        Effects, best centred near 0, and positive sampling variances.
    keep : ndarray of float, shape (m, k)
        1 where a study takes part in the refit, else 0; every row keeps at least p studies.
    method : str
        A name of `METHODS`. ``CE`` gives zeros.
    """
    m = keep.shape[0]
    k = keep.sum(axis=1)
    df = k - design.p
    if method == "CE":
        return _result(np.zeros(m), np.full(m, np.nan), np.ones(m, bool))
    free = df > 0
    if m == 1 and design.p == 1 and 2 <= k[0] <= MOST:
        found = _of_few(y[0], v[0], keep[0] > 0, method)
        if found is not None:
            return found
    if not free.all():
        # A row with as many parameters as studies has no heterogeneity to estimate: tau2 is 0.
        return _without_freedom(design, y, v, keep, method, free)
    if method in {"ML", "REML"}:
        return _likelihood(design, y, v, keep, k, df, restricted=method == "REML")
    if method in {"PM", "EB"}:
        return _paule_mandel(design, y, v, keep, k, df)
    raw, se = _CLOSED[method](design, y, v, keep, k, df)
    return _result(np.maximum(raw, 0.0), se, raw <= 0)


def _of_few(y: Array, v: Array, kept: np.ndarray, method: str) -> Tau2Estimate | None:
    own_y, own_v = y[kept].tolist(), v[kept].tolist()
    found = tau2_of_few(own_y, own_v, method, weighted_sums(own_y, own_v, 0.0))
    if found is None:
        return None
    return _result(
        np.array([found.tau2]),
        np.array([found.se]),
        np.array([found.boundary]),
        np.array([found.iterations]),
    )


def _without_freedom(
    design: Design, y: Array, v: Array, keep: Array, method: str, free: np.ndarray
) -> Tau2Estimate:
    """Estimate the rows with residual degrees of freedom and set the others to 0."""
    m = free.size
    out = _result(np.zeros(m), np.full(m, np.nan), np.ones(m, bool))
    if not free.any():
        return out
    own_y, own_v = (a[free] if a.shape[0] == m else a for a in (y, v))
    some = estimate_tau2(design, own_y, own_v, keep[free], method)
    for name in Tau2Estimate.__dataclass_fields__:
        getattr(out, name)[free] = getattr(some, name)
    return out


def fixed_tau2(m: int, tau2: float) -> Tau2Estimate:
    """Return m rows of one given between-study variance."""
    return _result(np.full(m, tau2), np.full(m, np.nan), np.zeros(m, bool))


def _result(
    tau2: Array,
    se: Array,
    boundary: np.ndarray,
    iterations: np.ndarray | None = None,
    converged: np.ndarray | None = None,
    local: np.ndarray | None = None,
) -> Tau2Estimate:
    m = tau2.shape[0]
    return Tau2Estimate(
        tau2=tau2,
        se_tau2=se,
        iterations=np.zeros(m, int) if iterations is None else iterations,
        converged=np.ones(m, bool) if converged is None else converged,
        boundary=boundary,
        local=np.zeros(m, bool) if local is None else local,
    )


def _dl(
    design: Design, y: Array, v: Array, keep: Array, _k: Array, df: Array
) -> tuple[Array, Array]:
    fit = fit_weighted(design, y, keep / v)
    tr_p, tr_pp = projection_traces(design, fit)
    tau2 = (fit.q - df) / tr_p
    t = np.maximum(tau2, 0.0)
    return tau2, np.sqrt(2 * df + 4 * t * tr_p + 2 * t**2 * tr_pp) / tr_p


def _hs(
    design: Design, y: Array, v: Array, keep: Array, k: Array, df: Array
) -> tuple[Array, Array]:
    fit = fit_weighted(design, y, keep / v)
    total = fit.weights.sum(axis=1)
    tr_p, tr_pp = projection_traces(design, fit)
    tau2 = (fit.q - k) / total
    t = np.maximum(tau2, 0.0)
    return tau2, np.sqrt(2 * df + 4 * t * tr_p + 2 * t**2 * tr_pp) / total


def _he(
    design: Design, y: Array, v: Array, keep: Array, _k: Array, df: Array
) -> tuple[Array, Array]:
    fit = fit_weighted(design, y, keep)
    kept = keep * v
    first = design.moment(kept)
    tr_pv = kept.sum(axis=1) - trace(fit.inverse, first)
    tr_pvpv = (
        (kept * v).sum(axis=1)
        - 2 * trace(fit.inverse, design.moment(kept * v))
        + trace_product(fit.inverse, first, first)
    )
    tau2 = (fit.q - tr_pv) / df
    t = np.maximum(tau2, 0.0)
    # Traces of extremely unequal variances can come out below 0 by rounding.
    return tau2, np.sqrt(np.maximum(2 * tr_pvpv + 4 * t * tr_pv + 2 * t**2 * df, 0.0)) / df


def _sj(
    design: Design, y: Array, v: Array, keep: Array, k: Array, df: Array
) -> tuple[Array, Array]:
    # The starting value ignores moderators: the variance of the effects with divisor k.
    mean = (keep * y).sum(axis=1) / k
    start = (keep * (y - mean[:, None]) ** 2).sum(axis=1) / k
    fit = fit_weighted(design, y, keep / (v + start[:, None]))
    w2 = fit.weights**2
    vw2 = w2 * v
    first, second = design.moment(vw2), design.moment(w2)
    tr_pvpv = (
        (vw2 * v).sum(axis=1)
        - 2 * trace(fit.inverse, design.moment(vw2 * v * fit.weights))
        + trace_product(fit.inverse, first, first)
    )
    tr_pvp = (
        vw2.sum(axis=1)
        - 2 * trace(fit.inverse, design.moment(vw2 * fit.weights))
        + trace_product(fit.inverse, first, second)
    )
    tr_pp = projection_traces(design, fit)[1]
    tau2 = start * fit.q / df
    return tau2, start / df * np.sqrt(2 * tr_pvpv + 4 * tau2 * tr_pvp + 2 * tau2**2 * tr_pp)


_CLOSED = {"DL": _dl, "HS": _hs, "HE": _he, "SJ": _sj}


def _paule_mandel(
    design: Design, y: Array, v: Array, keep: Array, k: Array, df: Array
) -> Tau2Estimate:
    """Solve ``Q(tau2) = k - p``; the empirical Bayes estimator has the same solution."""
    tau2, iterations, converged = solve_generalised_q(design, y, v, keep, df)
    total = (keep / (v + tau2[:, None])).sum(axis=1)
    se = np.sqrt(2 * k**2 / df) / total
    return _result(tau2, se, tau2 <= 0, iterations, converged)


def solve_generalised_q(
    design: Design, y: Array, v: Array, keep: Array, target: Array
) -> tuple[Array, np.ndarray, np.ndarray]:
    """Find the tau2 >= 0 at which the generalised Q statistic equals `target`; 0 if it never does.

    ``Q(tau2) = y'Py`` is a sum of terms c / (lambda + tau2), so 1 / Q is increasing and concave,
    and Newton's method on ``1 / Q = 1 / target`` climbs from 0 to the root without ever passing it;
    for equal variances the first step is exact. (Paule & Mandel 1982; DerSimonian & Kacker 2007,
    Contemp Clin Trials 28:105; profile limits: Viechtbauer 2007, Stat Med 26:37.)

    Parameters
    ----------
    design, y, v, keep
        As for `estimate_tau2`.
    target : ndarray, shape (m,)
        Positive values.

    Returns
    -------
    tau2 : ndarray, shape (m,)
    iterations : ndarray of int, shape (m,)
    converged : ndarray of bool, shape (m,)
    """
    m = keep.shape[0]
    if design.p == 1 and y.shape[1] <= MOST and y.shape[0] == v.shape[0] == 1 and keep.all():
        own_y, own_v = y[0].tolist(), v[0].tolist()
        base = weighted_sums(own_y, own_v, 0.0)
        few = [generalised_q_of_few(own_y, own_v, float(goal), base) for goal in target]
        found = [each for each in few if each is not None]
        if len(found) == m:
            columns = np.array(found)
            return columns[:, 0], columns[:, 2].astype(int), np.ones(m, bool)
    tau2 = np.zeros(m)
    done = np.zeros(m, bool)
    iterations = np.zeros(m, int)
    floor = np.where(keep > 0, v, np.inf).min(axis=1)
    for step_number in range(_MAX_ITERATIONS):
        fit = fit_weighted(design, y, keep / (v + tau2[:, None]))
        u = fit.weights * fit.residuals
        q = (u * fit.residuals).sum(axis=1)
        if step_number == 0:
            done = q <= target
        slope = (u * u).sum(axis=1)
        step = np.where(done, 0.0, q * (q / target - 1) / np.where(slope > 0, slope, 1.0))
        tau2 = np.maximum(tau2 + step, 0.0)
        iterations += ~done
        done |= np.abs(step) <= _NEWTON_STEP * (tau2 + floor)
        if done.all():
            break
    return tau2, iterations, done


def _likelihood(
    design: Design, y: Array, v: Array, keep: Array, k: Array, df: Array, *, restricted: bool
) -> Tau2Estimate:
    """Maximise the (restricted) likelihood, from the Hedges estimate as metafor does."""
    start = np.maximum(_he(design, y, v, keep, k, df)[0], 0.0)
    found = maximise(design, y, v, keep, start, restricted=restricted)
    return _result(
        found.tau2, found.se, found.tau2 <= 0, found.iterations, found.converged, found.local
    )
