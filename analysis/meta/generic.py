"""Effect sizes from a reported estimate with its standard error, interval or p value."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import level_fraction, same_length, vector
from analysis.meta.distributions import special, z_quantile
from analysis.meta.effect_sizes import EffectSizes
from analysis.meta.errors import MetaInputError
from analysis.meta.naming import study_name
from analysis.meta.transforms import IDENTITY, Transform

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from analysis.meta.projection import Array

__all__ = ["generic_effects"]

# Share of the interval's width by which the estimate may miss its middle before a note is made;
# rounding to two digits stays below it (metafor's conv.wald checks the same).
_ASYMMETRY = 0.10


def generic_effects(
    estimate: ArrayLike,
    *,
    se: ArrayLike | None = None,
    ci_low: ArrayLike | None = None,
    ci_high: ArrayLike | None = None,
    p: ArrayLike | None = None,
    ratio: bool = False,
    level: float = 0.95,
) -> EffectSizes:
    """Turn reported estimates into effect sizes.

    The variance of a study comes from its standard error, else from its interval, else from its
    p value (Cochrane Handbook 6.3); NaN marks what a study does not report.

    Parameters
    ----------
    estimate : array_like, shape (k,)
        Effects; with `ratio`, positive ratios (hazard ratio, odds ratio), analysed as logs.
    se : array_like, optional, shape (k,)
        Standard errors; with `ratio`, of the log.
    ci_low, ci_high : array_like, optional, shape (k,)
        Reported limits, on the scale of `estimate`.
    p : array_like, optional, shape (k,)
        Two-sided p values of a normal test of no effect.
    ratio : bool
        Analyse logarithms.
    level : float
        Confidence level of the reported intervals, a fraction.

    Returns
    -------
    EffectSizes
        `corrected` names the studies whose standard error was derived from an interval or p value.

    Raises
    ------
    MetaInputError
        If a ratio or limit is not positive, an estimate lies outside its interval, a standard error
        is not positive, a p value is not in (0, 1) or belongs to an estimate of no effect, or a
        study has nothing to derive a variance from.
    """
    raw = vector("estimate", estimate)
    level = level_fraction(level)
    y = _logs("estimate", raw) if ratio else raw
    given = {
        name: _optional(name, values, raw.size)
        for name, values in (("se", se), ("ci_low", ci_low), ("ci_high", ci_high), ("p", p))
    }
    low, high = (
        _logs(name, given[name]) if ratio else given[name] for name in ("ci_low", "ci_high")
    )
    _check(y, given["se"], low, high, given["p"])
    from_se = ~np.isnan(given["se"])
    from_ci = ~from_se & ~np.isnan(low) & ~np.isnan(high)
    from_p = ~from_se & ~from_ci & ~np.isnan(given["p"])
    missing = np.flatnonzero(~(from_se | from_ci | from_p))
    if missing.size:
        msg = (
            f"{study_name(missing[0])} has neither a standard error, nor both limits, nor a p "
            "value: its variance cannot be derived; leave it out."
        )
        raise MetaInputError(msg)
    z = np.where(from_p, -special.ndtri(np.where(from_p, given["p"], 0.5) / 2), np.nan)
    width = (high - low) / (2 * z_quantile(level))
    error = np.where(from_se, given["se"], np.where(from_ci, width, np.abs(y) / z))
    bad = np.flatnonzero(~(error > 0))
    if bad.size:
        msg = (
            f"{study_name(bad[0])}: the standard error comes out as {error[bad[0]]:g}; "
            "an interval without width or a p value of no effect cannot give one."
        )
        raise MetaInputError(msg)
    origin = {int(i): "standard error derived from the interval" for i in np.flatnonzero(from_ci)}
    origin |= {int(i): "standard error derived from the p value" for i in np.flatnonzero(from_p)}
    return EffectSizes(
        yi=y,
        vi=error**2,
        measure="LOGCI" if ratio else "GEN",
        index=np.arange(y.size),
        corrected=tuple(sorted(origin.items())),
        transform=Transform("exp") if ratio else IDENTITY,
        warnings=_asymmetry(y, low, high),
    )


def _optional(name: str, values: ArrayLike | None, k: int) -> Array:
    """Return an optional column with NaN for what is missing."""
    if values is None:
        return np.full(k, np.nan)
    try:
        column = np.array(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        msg = f"{name} must hold numbers, with NaN where a study does not report it: {error}."
        raise MetaInputError(msg) from error
    if column.ndim != 1:
        msg = f"{name} must be one-dimensional, one entry per study; its shape is {column.shape}."
        raise MetaInputError(msg)
    same_length(**{"estimate": np.empty(k), name: column})
    if np.isinf(column).any():
        msg = f"{name} holds an infinity: use NaN where a study does not report it."
        raise MetaInputError(msg)
    return column


def _logs(name: str, values: Array) -> Array:
    bad = np.flatnonzero(values <= 0)
    if bad.size:
        msg = f"{study_name(bad[0])}: {name} is {values[bad[0]]:g}; a ratio must be positive."
        raise MetaInputError(msg)
    return np.log(values)


def _check(y: Array, se: Array, low: Array, high: Array, p: Array) -> None:
    bad = np.flatnonzero(se <= 0)
    if bad.size:
        msg = f"{study_name(bad[0])}: se is {se[bad[0]]:g}; a standard error must be positive."
        raise MetaInputError(msg)
    bad = np.flatnonzero((low > y) | (high < y))
    if bad.size:
        i = bad[0]
        msg = f"{study_name(i)}: the estimate lies outside its interval; check the three numbers."
        raise MetaInputError(msg)
    bad = np.flatnonzero((p <= 0) | (p >= 1))
    if bad.size:
        i = bad[0]
        msg = (
            f"{study_name(i)}: p is {p[i]:g}; an exact p value strictly between 0 and 1 is needed."
        )
        raise MetaInputError(msg)


def _asymmetry(y: Array, low: Array, high: Array) -> tuple[str, ...]:
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.abs((low + high) / 2 - y) / (high - low)
    return tuple(
        f"{study_name(i)}: the estimate is not in the middle of its interval on the scale "
        "analysed; check the scale and the numbers"
        for i in np.flatnonzero(off > _ASYMMETRY)
    )
