"""Effect sizes from median survival times and their confidence intervals.

The standard error is the width of the reported interval over twice the normal quantile, on months
or on log months; where the upper limit was not reached, the distance from the median to the lower
limit over the quantile (McGrath et al., R package metamedian, ``metamedian_survival``). Inverse
variance pooling of medians is biased in small studies, because the interval's width follows the
median (McGrath et al. 2025, arXiv 2503.03065): a note says so when a study has n < 50.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import choice, level_fraction, same_length, vector
from analysis.meta.distributions import z_quantile
from analysis.meta.effect_sizes import EffectSizes
from analysis.meta.errors import MetaInputError
from analysis.meta.naming import study_name
from analysis.meta.transforms import IDENTITY, Transform

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from analysis.meta.projection import Array

__all__ = ["CONTRASTS", "DIVISORS", "SMALL_STUDY", "median_contrast", "medians"]

DIVISORS = ("exact", "3.92")
CONTRASTS = ("difference", "ratio")
SMALL_STUDY = 50
_PRINTED_DIVISOR = 3.92
_PRINTED_LEVEL = 0.95


def medians(
    median: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    scale: str = "natural",
    level: float = 0.95,
    divisor: str = "exact",
    n: ArrayLike | None = None,
) -> EffectSizes:
    """Turn medians with confidence intervals into effect sizes.

    Parameters
    ----------
    median, lower : array_like, shape (k,)
        Positive times, the same unit throughout.
    upper : array_like, shape (k,)
        Upper limits; NaN or infinity where it was not reached.
    scale : {"natural", "log"}
        Measure MEDRAW on time, or MEDLOG on log time.
    level : float
        Confidence level of the reported intervals, a fraction.
    divisor : {"exact", "3.92"}
        What the width is divided by: twice the exact normal quantile, or 3.92 as printed in the
        Stata manuals (half of it for a one-sided distance), for 95 % intervals only.
    n : array_like, optional, shape (k,)
        Sample sizes, for the note on small studies.

    Returns
    -------
    EffectSizes
        `corrected` lists the studies whose upper limit was not reached.

    Raises
    ------
    MetaInputError
        If a time is not positive, a median lies outside its interval, an interval has no width, the
        divisor 3.92 meets another level than 95 %, or a name is unknown.
    """
    m, low = vector("median", median), vector("lower", lower)
    high = _upper(upper)
    same_length(median=m, lower=low, upper=high)
    choice("scale", scale, ("natural", "log"))
    choice("divisor", divisor, DIVISORS)
    level = level_fraction(level)
    if divisor == "3.92" and level != _PRINTED_LEVEL:
        msg = f"The divisor 3.92 belongs to 95 % intervals; for level {level:g} use 'exact'."
        raise MetaInputError(msg)
    reached = np.isfinite(high)
    _check_order(m, low, high, reached)
    forward = np.log if scale == "log" else np.asarray
    width = 2 * z_quantile(level) if divisor == "exact" else _PRINTED_DIVISOR
    y = forward(m)
    top = forward(np.where(reached, high, m))
    se = np.where(reached, (top - forward(low)) / width, 2 * (y - forward(low)) / width)
    _check_width(se, m, low, reached)
    sizes = None
    if n is not None:
        sizes = vector("n", n)
        same_length(median=m, n=sizes)
    return EffectSizes(
        yi=np.array(y, dtype=np.float64),
        vi=se**2,
        measure="MEDLOG" if scale == "log" else "MEDRAW",
        index=np.arange(m.size),
        corrected=tuple(
            (int(i), "upper limit not reached: standard error from the lower limit alone")
            for i in np.flatnonzero(~reached)
        ),
        transform=Transform("exp") if scale == "log" else IDENTITY,
        n=sizes,
        warnings=_notes(m, low, high, reached, sizes),
    )


def median_contrast(
    treated: EffectSizes, control: EffectSizes, *, contrast: str = "difference"
) -> EffectSizes:
    """Return differences or log ratios of the medians of two independent arms.

    Parameters
    ----------
    treated, control : EffectSizes
        From `medians` on the natural scale, the same studies in the same order.
    contrast : {"difference", "ratio"}
        Treated minus control, or the log of treated over control, its variance
        ``se1**2 / m1**2 + se2**2 / m2**2`` by the delta method (metamedian).

    Raises
    ------
    MetaInputError
        If an arm is not on the natural scale, the lengths differ, or the contrast is unknown.
    """
    choice("contrast", contrast, CONTRASTS)
    if treated.measure != "MEDRAW" or control.measure != "MEDRAW":
        msg = "Contrasts are taken from medians on the natural scale: use scale='natural'."
        raise MetaInputError(msg)
    same_length(treated=treated.yi, control=control.yi)
    m1, m2 = treated.yi, control.yi
    ratio = contrast == "ratio"
    either = sorted({i for i, _ in treated.corrected + control.corrected})
    return EffectSizes(
        yi=np.log(m1 / m2) if ratio else m1 - m2,
        vi=treated.vi / m1**2 + control.vi / m2**2 if ratio else treated.vi + control.vi,
        measure="LOGCI" if ratio else "GEN",
        index=np.arange(m1.size),
        corrected=tuple((i, "upper limit not reached in an arm") for i in either),
        transform=Transform("exp") if ratio else IDENTITY,
        n=None if treated.n is None or control.n is None else treated.n + control.n,
        warnings=tuple(f"treated: {w}" for w in treated.warnings)
        + tuple(f"control: {w}" for w in control.warnings),
    )


def _upper(upper: ArrayLike) -> Array:
    """Return upper limits with infinity where not reached (NaN, None or infinity)."""
    try:
        high = np.array(upper, dtype=np.float64)
    except (TypeError, ValueError) as error:
        msg = f"upper must hold numbers, with NaN where the limit was not reached: {error}."
        raise MetaInputError(msg) from error
    if high.ndim != 1 or np.isneginf(high).any():
        msg = "upper must be one-dimensional, one entry per study, and not minus infinity."
        raise MetaInputError(msg)
    return np.where(np.isnan(high), np.inf, high)


def _check_order(m: Array, low: Array, high: Array, reached: np.ndarray) -> None:
    for name, values in (("median", m), ("lower", low)):
        bad = np.flatnonzero(values <= 0)
        if bad.size:
            msg = (
                f"{study_name(bad[0])}: {name} is {values[bad[0]]:g}; survival times are positive."
            )
            raise MetaInputError(msg)
    bad = np.flatnonzero((low > m) | (reached & (high < m)))
    if bad.size:
        i = bad[0]
        msg = (
            f"{study_name(i)}: the median {m[i]:g} lies outside its interval {low[i]:g} to "
            f"{high[i]:g}; check the three numbers."
        )
        raise MetaInputError(msg)


def _check_width(se: Array, m: Array, low: Array, reached: np.ndarray) -> None:
    bad = np.flatnonzero(~(se > 0))
    if bad.size:
        i = bad[0]
        cause = "" if reached[i] else " and the upper limit was not reached"
        msg = (
            f"{study_name(i)}: lower limit {low[i]:g} and median {m[i]:g} leave an interval "
            f"without width{cause}, so there is no standard error; leave the study out or "
            "correct it."
        )
        raise MetaInputError(msg)


def _notes(
    m: Array, low: Array, high: Array, reached: np.ndarray, n: Array | None
) -> tuple[str, ...]:
    notes: list[str] = []
    if n is not None and (n < SMALL_STUDY).any():
        small = int((n < SMALL_STUDY).sum())
        notes.append(
            f"{small} of {n.size} studies have n < {SMALL_STUDY}: inverse-variance pooling of "
            "medians is biased in small studies (McGrath 2025, arXiv 2503.03065)"
        )
    edge = np.flatnonzero(reached & ((high == m) | (low == m)))
    notes.extend(
        f"{study_name(i)}: a limit equals the median {m[i]:g}, so the interval may be one-sided; "
        "check whether the upper limit was reached"
        for i in edge
    )
    return tuple(notes)
