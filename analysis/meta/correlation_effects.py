"""Effect sizes from correlations and sample sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.distributions import special

if TYPE_CHECKING:
    from analysis.meta.projection import Array

__all__ = ["correlation", "fisher_z", "unbiased_correlation"]

# A sampling variance needs more than this many pairs (metafor and meta give none below).
_FEWEST = 3
_SERIES_FROM = 50.0
_SERIES_TERMS = 200


def correlation(ri: Array, ni: Array) -> tuple[Array, Array]:
    """Return the correlation and (1 − r²)²/(n − 1); NaN for n of 3 or less."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return ri + 0.0, np.where(ni > _FEWEST, (1 - ri**2) ** 2 / (ni - 1), np.nan)


def unbiased_correlation(ri: Array, ni: Array) -> tuple[Array, Array]:
    """Return the unbiased correlation, r ₂F₁(½, ½; (n − 2)/2; 1 − r²); NaN for n of 4 or less.

    Olkin & Pratt 1958, Ann Math Stat 29:201; variance as of `correlation` at the new value.
    """
    usable = ni > _FEWEST + 1
    size = np.where(usable, ni, _FEWEST + 2)
    y = np.where(usable, ri * _olkin_pratt((size - 2) / 2, 1 - ri**2), np.nan)
    return y, np.where(usable, (1 - y**2) ** 2 / (size - 1), np.nan)


def _olkin_pratt(c: Array, z: Array) -> Array:
    """Return ₂F₁(½, ½; c; z) for c above 1 and z in [0, 1]."""
    # SciPy's real routine loses digits next to z = 1 and the complex one overflows for large c,
    # where the series converges like k to the power of -c.
    large = c > _SERIES_FROM
    k = np.arange(_SERIES_TERMS)[:, None]
    ratios = (k + 0.5) ** 2 / ((np.where(large, c, _SERIES_FROM) + k) * (k + 1)) * z
    series = 1 + np.cumprod(ratios, axis=0).sum(axis=0)
    exact = special.hyp2f1(0.5, 0.5, np.where(large, 2.0, c), z.astype(np.complex128)).real
    return np.where(large, series, exact)


def fisher_z(ri: Array, ni: Array) -> tuple[Array, Array]:
    """Return Fisher's z, artanh r, and 1/(n − 3); NaN for n of 3 or less."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.arctanh(ri), np.where(ni > _FEWEST, 1 / (ni - 3), np.nan)
