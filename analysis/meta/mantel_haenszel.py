"""Pooling 2x2 tables without study weights from variances: Mantel-Haenszel and Peto."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import choice, level_fraction
from analysis.meta.distributions import chi2_sf, two_sided_p, z_quantile
from analysis.meta.errors import MetaInputError
from analysis.meta.naming import study_name
from analysis.meta.pooled_effect import PooledEffect
from analysis.meta.two_arm import (
    CORRECTED,
    TWO_ARM_MEASURES,
    correct_tables,
    double_zero,
    tables,
    two_arm,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from analysis.meta.projection import Array

__all__ = ["RD_VARIANCES", "mantel_haenszel", "peto", "summed_effect"]

RD_VARIANCES = ("sato", "greenland_robins")


def mantel_haenszel(
    ai: ArrayLike,
    n1i: ArrayLike,
    ci: ArrayLike,
    n2i: ArrayLike,
    *,
    measure: str = "RR",
    zero: str = "none",
    add: float = 0.5,
    level: float = 0.95,
    rd_variance: str = "sato",
    drop_double_zero: bool = False,
    drop_all_events: bool = True,
    continuity: str = "constant",
    corrected: str = "both",
) -> PooledEffect:
    """Pool 2x2 tables by Mantel-Haenszel.

    Variances: Greenland & Robins 1985, Biometrics 41:55 (RR); Robins, Breslow & Greenland 1986,
    Biometrics 42:311 (OR); Sato, Greenland & Robins 1989, Biometrics 45:1323 (RD, metafor) or
    Greenland & Robins 1985 (RD, Stata metan). Q sums the inverse-variance weighted squared
    distances of the study effects (½ added to tables with a zero, double-zero tables left out) from
    the pooled effect, as in metafor.

    Parameters
    ----------
    ai, n1i, ci, n2i : array_like, shape (k,)
        Events and participants of the treated and of the control arm.
    measure : {"RR", "OR", "RD"}
        The estimate is the log of a ratio, or a difference.
    zero : {"none", "only0", "all", "if0all", "drop"}
        Zero rule for the pooled estimate (see `analysis.meta.two_arm.correct_tables`); Mantel-
        Haenszel needs none (metafor), Stata 14 adds ½ where a cell is zero.
    add, level : float
    rd_variance : {"sato", "greenland_robins"}
    drop_double_zero, drop_all_events, continuity, corrected
        As for `analysis.meta.two_arm.two_arm`: tables that are left out get no correction, and with
        ``corrected="variance"`` the correction changes weights and variance of RD, not the
        differences (R's meta).

    Raises
    ------
    MetaInputError
        If counts are impossible, a name is unknown, or the pooled ratio is 0, infinite or not
        defined.
    """
    original = tables(ai, n1i, ci, n2i)
    choice("measure", measure, TWO_ARM_MEASURES)
    choice("variance of the risk difference", rd_variance, RD_VARIANCES)
    choice("corrected", corrected, CORRECTED)
    excluded = double_zero(original, all_events=drop_all_events) & drop_double_zero
    cells, changed = correct_tables(original, zero, add, continuity=continuity, excluded=excluded)
    pool = {"RR": _rr, "OR": _or, "RD": _rd}[measure]
    estimate, variance, weights = pool(*cells, rd_variance == "sato")
    if measure == "RD" and corrected == "variance":
        # The differences of the studies stay as they are; their weights are of the corrected cells.
        a, b, c, d = original
        estimate = float((weights * (a / (a + b) - c / (c + d))).sum() / weights.sum())
    if not (np.isfinite(estimate) and np.isfinite(variance) and variance > 0):
        msg = (
            f"The Mantel-Haenszel {measure} or its standard error is not defined: an outcome "
            "never occurs in one arm of all the studies together."
        )
        raise MetaInputError(msg)
    effects = two_arm(ai, n1i, ci, n2i, measure=measure, add=add, drop_double_zero=True)
    q = float(((effects.yi - estimate) ** 2 / effects.vi).sum())
    notes = [
        f"{add:g} added to all four cells of {study_name(i)} ({zero})" for i in _where(changed)
    ]
    notes += [f"{study_name(i)} carries no weight" for i in _where(weights == 0)]
    return summed_effect(estimate, variance, weights, q, effects.k - 1, "MH", level, notes)


def peto(
    ai: ArrayLike, n1i: ArrayLike, ci: ArrayLike, n2i: ArrayLike, *, level: float = 0.95
) -> PooledEffect:
    """Pool log odds ratios by Peto's one-step method (Yusuf et al. 1985, Prog Cardiovasc Dis 27).

    Parameters
    ----------
    ai, n1i, ci, n2i : array_like, shape (k,)
        Events and participants of the treated and of the control arm.
    level : float
        Confidence level, a fraction.

    Raises
    ------
    MetaInputError
        If counts are impossible or one of the two outcomes never occurs.
    """
    a, b, c, d = tables(ai, n1i, ci, n2i)
    n1, n2, total = a + b, c + d, a + b + c + d
    observed = a - (a + c) * n1 / total
    variance = (a + c) * (b + d) * (n1 / total) * (n2 / total) / (total - 1)
    if variance.sum() == 0:
        msg = "One of the two outcomes never occurs: Peto's method has nothing to pool."
        raise MetaInputError(msg)
    informative = variance > 0
    estimate = float(observed.sum() / variance.sum())
    q = float((observed[informative] ** 2 / variance[informative]).sum()) - float(
        observed[informative].sum() ** 2 / variance.sum()
    )
    notes = [f"{study_name(i)} carries no weight" for i in _where(~informative)]
    df = int(informative.sum()) - 1
    return summed_effect(estimate, 1 / float(variance.sum()), variance, q, df, "Peto", level, notes)


def _where(which: np.ndarray) -> list[int]:
    return [int(i) for i in np.flatnonzero(which)]


def _rr(a: Array, b: Array, c: Array, d: Array, _: bool) -> tuple[float, float, Array]:
    n1, n2 = a + b, c + d
    total = n1 + n2
    top, bottom = (a * n2 / total).sum(), (c * n1 / total).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = (n1 * n2 * (a + c) / total**2 - a * c / total).sum() / (top * bottom)
        return float(np.log(top / bottom)), float(variance), c * n1 / total


def _or(a: Array, b: Array, c: Array, d: Array, _: bool) -> tuple[float, float, Array]:
    total = a + b + c + d
    p, q, r, s = (a + d) / total, (b + c) / total, a * d / total, b * c / total
    top, bottom = r.sum(), s.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = 0.5 * (
            (p * r).sum() / top**2
            + (p * s + q * r).sum() / (top * bottom)
            + (q * s).sum() / bottom**2
        )
        return float(np.log(top / bottom)), float(variance), s


def _rd(a: Array, b: Array, c: Array, d: Array, sato: bool) -> tuple[float, float, Array]:
    n1, n2 = a + b, c + d
    total = n1 + n2
    weights = n1 * n2 / total
    estimate = float((a * n2 / total - c * n1 / total).sum() / weights.sum())
    if sato:
        skew = (c * (n1 / total) ** 2 - a * (n2 / total) ** 2).sum()
        skew += ((n1 / total) * (n2 / total) * (n2 - n1) / 2).sum()
        spread = ((a * (n2 - c) + c * (n1 - a)) / total).sum() / 2
        variance = (estimate * skew + spread) / weights.sum() ** 2
    else:
        each = (a * b * n2**3 + c * d * n1**3) / (n1 * n2 * total**2)
        variance = each.sum() / weights.sum() ** 2
    return estimate, float(variance), weights


def summed_effect(
    estimate: float,
    variance: float,
    weights: Array,
    q: float,
    df: int,
    method: str,
    level: float,
    notes: list[str],
) -> PooledEffect:
    """Return a common effect whose weights are not those of inverse variances.

    Parameters
    ----------
    estimate, variance : float
    weights : ndarray, shape (k,)
        Not normalised; 0 for a study that contributes nothing.
    q, df : float, int
        Heterogeneity statistic and its degrees of freedom.
    method : str
    level : float
    notes : list of str
    """
    level = level_fraction(level)
    se = variance**0.5
    half = z_quantile(level) * se
    stat = estimate / se
    q = max(q, 0.0) if df > 0 else 0.0
    missing = float("nan")
    return PooledEffect(
        estimate=estimate,
        se=se,
        stat=stat,
        df=None,
        p=float(two_sided_p(stat, missing)),
        ci_low=estimate - half,
        ci_high=estimate + half,
        tau2=0.0,
        se_tau2=missing,
        tau2_method=None,
        i2=max(0.0, 1 - df / q) if q > 0 and df > 0 else 0.0,
        h2=q / df if df > 0 else 1.0,
        i2_definition="q",
        q=q,
        q_df=df,
        q_p=float(chi2_sf(q, df)),
        typical_v=missing,
        k=weights.size,
        weights=weights / weights.sum(),
        prediction_low=missing,
        prediction_high=missing,
        prediction_definition=None,
        method=method,
        test="z",
        level=level,
        test_factor=1.0,
        converged=True,
        iterations=0,
        boundary=False,
        fell_back=None,
        warnings=tuple(notes),
    )
