"""Subgroup analyses with a tau2 for each level or one for all, and the test between levels."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.checks import choice, effects
from analysis.meta.distributions import chi2_sf, two_sided_p
from analysis.meta.errors import MetaInputError
from analysis.meta.heterogeneity import cochran_q
from analysis.meta.meta_regression import MetaRegression, meta_regression
from analysis.meta.models import pool_parts
from analysis.meta.moderators import is_missing, sorted_levels
from analysis.meta.naming import study_name
from analysis.meta.prediction import prediction_definition

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from analysis.meta.pooled_effect import PooledEffect

__all__ = ["SubgroupAnalysis", "between_levels", "subgroups"]


@dataclass(frozen=True, slots=True)
class SubgroupAnalysis:
    """Pooled effects by level.

    Attributes
    ----------
    levels : tuple of str
        In sorted order.
    effects : tuple of PooledEffect
        One for each level.
    index : tuple of ndarray of int
        Positions of the studies of each level.
    tau2 : {"separate", "common"}
        Whether each level has its own between-study variance.
    q_between, q_between_df, q_between_p
        Test of equal effects: Q of the level estimates with their standard errors (separate tau2),
        or the joint test of the meta-regression (common tau2), an F test with `q_between_df2`
        degrees of freedom when that is not None.
    q_within, q_within_df : float
        Sum of the levels' Q statistics.
    q_total : float
        Q of all studies; ``q_total - q_within`` is the classical between-level Q of common-effect
        models.
    regression : MetaRegression or None
        The model behind a common tau2.
    warnings : tuple of str
    """

    levels: tuple[str, ...]
    effects: tuple[PooledEffect, ...]
    index: tuple[NDArray[np.int_], ...]
    tau2: str
    q_between: float
    q_between_df: int
    q_between_df2: int | None
    q_between_p: float
    q_within: float
    q_within_df: int
    q_total: float
    regression: MetaRegression | None
    warnings: tuple[str, ...]


def subgroups(
    yi: ArrayLike,
    vi: ArrayLike,
    groups: Iterable[Any],
    *,
    tau2: str = "separate",
    dispersion: str = "common",
    method: str = "DL",
    test: str = "z",
    level: float = 0.95,
    prediction: str | None = "test",
    i2: str = "q",
    random_from_k: int = 1,
) -> SubgroupAnalysis:
    """Pool within levels and test the difference between them.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects and positive sampling variances.
    groups : iterable, length k
        The level of every study.
    tau2 : {"separate", "common"}
        A model for each level (Stata, RevMan, meta), or one between-study variance for all
        (meta ``tau.common``, metafor ``mods = ~ group``).
    dispersion : {"common", "own"}
        With a common tau2: one Knapp-Hartung factor and k - p degrees of freedom, or of every level
        its own factor and degrees of freedom, and Q of the level estimates between them (R's meta).
    method, test, level, prediction, i2, random_from_k
        As for `analysis.meta.models.pool`; `random_from_k` applies to separate models.

    Raises
    ------
    MetaInputError
        If the input is refused, a study has no level, or, for a common tau2, there are not more
        studies than levels.
    """
    y, v = effects(yi, vi)
    values = list(groups)
    if len(values) != y.size:
        msg = f"groups has {len(values)} entries for {y.size} studies."
        raise MetaInputError(msg)
    empty = [i for i, value in enumerate(values) if is_missing(value)]
    if empty:
        msg = f"{study_name(empty[0])} has no subgroup: give it one or leave it out."
        raise MetaInputError(msg)
    choice("tau2", tau2, ("separate", "common"))
    levels, texts = sorted_levels(values)
    index = tuple(np.array([i for i, t in enumerate(texts) if t == name]) for name in levels)
    if tau2 == "separate":
        parts = pool_parts(
            y,
            v,
            _members(index, y.size),
            method=method,
            test=test,
            level=level,
            prediction=prediction,
            i2=i2,
            random_from_k=random_from_k,
        )
        q, df, p = between_levels([e.estimate for e in parts], [e.se for e in parts])
        between = (q, df, None, p)
        regression = None
    else:
        regression = meta_regression(
            y,
            v,
            {"group": values},
            method=method,
            test=test,
            level=level,
            i2=i2,
            categorical=("group",),
        )
        if choice("dispersion", dispersion, ("common", "own")) == "own":
            parts = pool_parts(
                y,
                v,
                _members(index, y.size),
                method=method,
                test=test,
                level=level,
                prediction=prediction,
                i2=i2,
                tau2=None if regression.method == "CE" else regression.tau2,
            )
            q, df, p = between_levels([e.estimate for e in parts], [e.se for e in parts])
            between = (q, df, None, p)
        else:
            parts = _common(y, v, index, regression, prediction, i2)
            between = (regression.qm, regression.qm_df1, regression.qm_df2, regression.qm_p)
    return SubgroupAnalysis(
        levels=tuple(levels),
        effects=parts,
        index=index,
        tau2=tau2,
        q_between=between[0],
        q_between_df=between[1],
        q_between_df2=between[2],
        q_between_p=between[3],
        q_within=float(sum(e.q for e in parts)),
        q_within_df=y.size - len(levels),
        q_total=cochran_q(y, v),
        regression=regression,
        warnings=_warnings(levels, parts, regression),
    )


def _members(index: tuple[NDArray[np.int_], ...], k: int) -> NDArray[np.bool_]:
    """Return which of k studies belong to each level, shape (levels, k)."""
    keep = np.zeros((len(index), k), dtype=bool)
    for row, positions in zip(keep, index, strict=True):
        row[positions] = True
    return keep


def between_levels(estimates: ArrayLike, ses: ArrayLike) -> tuple[float, int, float]:
    """Return Q of pooled levels with their standard errors, its degrees of freedom and p value.

    Parameters
    ----------
    estimates, ses : array_like, shape (m,)
        Of levels that were pooled separately, by whatever model.

    Returns
    -------
    q, df, p
        NaN where a level has no standard error: Knapp-Hartung gives 0 when its studies agree
        exactly.
    """
    means, errors = np.array(estimates, dtype=np.float64), np.array(ses, dtype=np.float64)
    df = means.size - 1
    if (errors == 0).any():
        return float("nan"), df, float("nan")
    q = cochran_q(means, errors**2)
    return q, df, float(chi2_sf(q, df))


def _common(
    y: np.ndarray,
    v: np.ndarray,
    index: tuple[NDArray[np.int_], ...],
    regression: MetaRegression,
    prediction: str | None,
    i2: str,
) -> tuple[PooledEffect, ...]:
    """Return the level means of a model with one tau2, with that model's tests."""
    p = len(index)
    means = np.eye(p)
    means[:, 0] = 1.0
    fit = regression.predict(means, prediction=prediction)
    common = regression.method == "CE"
    definition = None if common else prediction_definition(prediction, regression.test)
    parts: list[PooledEffect] = []
    levels = pool_parts(
        y,
        v,
        _members(index, y.size),
        method=regression.method,
        level=regression.level,
        i2=i2,
        prediction=None,
        tau2=None if common else regression.tau2,
    )
    for j, alone in enumerate(levels):
        with np.errstate(divide="ignore", invalid="ignore"):
            stat = float(fit.estimate[j] / fit.se[j])
        parts.append(
            replace(
                alone,
                estimate=float(fit.estimate[j]),
                se=float(fit.se[j]),
                stat=stat,
                df=regression.df,
                p=float(two_sided_p(stat, np.nan if regression.df is None else regression.df)),
                ci_low=float(fit.ci_low[j]),
                ci_high=float(fit.ci_high[j]),
                se_tau2=regression.se_tau2,
                prediction_low=float(fit.prediction_low[j]),
                prediction_high=float(fit.prediction_high[j]),
                prediction_definition=definition.name if definition else None,
                test=regression.test,
                test_factor=regression.test_factor,
            )
        )
    return tuple(parts)


def _warnings(
    levels: list[str], parts: tuple[PooledEffect, ...], regression: MetaRegression | None
) -> tuple[str, ...]:
    notes = [
        f"{name}: {note}" for name, e in zip(levels, parts, strict=True) for note in e.warnings
    ]
    notes += [f"{n}: {e.fell_back}" for n, e in zip(levels, parts, strict=True) if e.fell_back]
    if any(e.se == 0 for e in parts):
        notes.append("a level has a standard error of 0: the levels cannot be tested")
    if len(levels) == 1:
        notes.append("one level only: there is nothing to compare")
    return tuple(notes) + (regression.warnings if regression else ())
