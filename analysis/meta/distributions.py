"""Tail areas and quantiles of the normal, t, chi-squared and F distributions.

Thin, typed wrappers around the compiled functions of `scipy.special`, which broadcast. Importing
`scipy.stats` would cost 0.6 s at the start of every command and `scipy.special` 0.2 s, most of it
for array libraries other than NumPy.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import scipy

__all__ = ["chi2_ppf", "chi2_sf", "f_sf", "quantile", "two_sided_p", "z_quantile"]


def _compiled() -> Any:
    """Return the compiled functions of scipy.special without running the rest of the package."""
    name = "scipy.special"
    if name in sys.modules:
        return sys.modules[name]
    package = ModuleType(name)
    package.__path__ = [f"{folder}/special" for folder in scipy.__path__]
    sys.modules[name] = package
    try:
        functions = import_module(f"{name}._ufuncs")
    except ImportError:  # a scipy that is built differently
        functions = None
    finally:
        del sys.modules[name]
    return functions or import_module(name)


#: Without type stubs.
special: Any = _compiled()


def z_quantile(level: float) -> float:
    """Return the two-sided normal quantile: 1.959964 for ``level=0.95``."""
    return float(-special.ndtri((1.0 - level) / 2.0))


def quantile(level: float, df: Any) -> Any:
    """Return the two-sided t quantile at `df` degrees of freedom; the normal one where df is NaN.

    Parameters
    ----------
    level : float
        Confidence level, a fraction.
    df : float or ndarray
        Degrees of freedom; NaN stands for the normal distribution.
    """
    tail = (1.0 - level) / 2.0
    df = np.asarray(df, dtype=np.float64)
    if df.ndim == 0:
        value = float(df)
        return -special.ndtri(tail) if np.isnan(value) else -special.stdtrit(value, tail)
    normal = np.isnan(df)
    return np.where(normal, -special.ndtri(tail), -special.stdtrit(np.where(normal, 1, df), tail))


def two_sided_p(stat: Any, df: Any) -> Any:
    """Return the two-sided p value of a t (or, where df is NaN, a z) statistic."""
    size = -np.abs(np.asarray(stat, dtype=np.float64))
    df = np.asarray(df, dtype=np.float64)
    normal = np.isnan(df)
    if normal.all():
        return 2.0 * special.ndtr(size)
    return np.where(
        normal, 2.0 * special.ndtr(size), 2.0 * special.stdtr(np.where(normal, 1, df), size)
    )


def chi2_sf(q: Any, df: Any) -> Any:
    """Return the upper tail of the chi-squared distribution; 1 where df is 0."""
    df = np.asarray(df, dtype=np.float64)
    q = np.maximum(np.asarray(q, dtype=np.float64), 0.0)
    return np.where(df > 0, special.chdtrc(np.where(df > 0, df, 1), q), 1.0)


def chi2_ppf(p: float, df: Any) -> Any:
    """Return the chi-squared quantile at lower-tail probability `p`."""
    return 2.0 * special.gammaincinv(np.asarray(df, dtype=np.float64) / 2.0, p)


def f_sf(stat: float, df1: float, df2: float) -> float:
    """Return the upper tail of the F distribution."""
    return float(special.fdtrc(df1, df2, max(stat, 0.0)))
