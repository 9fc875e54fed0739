"""Combining P values of studies whose effects cannot be pooled.

All P values are one-sided in the same direction. A small combined P says that at least one study
has an effect in that direction, not how large it is: Cochrane Handbook 6.5, section 12.2.1.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import choice
from analysis.meta.distributions import chi2_sf, special
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["COMBINATIONS", "CombinedP", "combine_p", "one_sided"]

COMBINATIONS = ("fisher", "stouffer")


@dataclass(frozen=True, slots=True)
class CombinedP:
    """A combined one-sided P value.

    Attributes
    ----------
    method
        A name of `COMBINATIONS`.
    k
        Number of P values.
    statistic
        Fisher's chi-squared, or Stouffer's z.
    df
        Degrees of freedom of Fisher's statistic, None for Stouffer's.
    p
        One-sided.
    """

    method: str
    k: int
    statistic: float
    df: int | None
    p: float


def combine_p(p_values: ArrayLike, *, method: str = "fisher") -> CombinedP:
    """Combine one-sided P values.

    Parameters
    ----------
    p_values : array_like, shape (k,)
        Above 0 and at most 1, at least one.
    method
        ``fisher``: -2 Σ ln p against chi-squared with 2k degrees of freedom (Fisher 1932,
        Statistical Methods for Research Workers, section 21.1). ``stouffer``: Σ z / √k (Stouffer
        1949, The American Soldier, vol 1, p 45).

    Raises
    ------
    MetaInputError
        If there is none, one is not a P value, or the method is unknown.
    """
    choice("method", method, COMBINATIONS)
    p = np.atleast_1d(np.asarray(p_values, dtype=float))
    if not p.size or not np.all((p > 0) & (p <= 1)):
        raise MetaInputError("a P value is above 0 and at most 1")
    if method == "fisher":
        statistic, df = float(-2 * np.log(p).sum()), 2 * p.size
        return CombinedP(method, p.size, statistic, df, float(chi2_sf(statistic, df)))
    # A P of 1 has no finite z; the largest P that a number can hold below it stands in.
    z = -special.ndtri(np.minimum(p, 1 - 2.0**-53)).sum() / math.sqrt(p.size)
    return CombinedP(method, p.size, float(z), None, float(special.ndtr(-z)))


def one_sided(p: float, favourable: bool) -> float:
    """Turn a two-sided P into that of the favourable direction."""
    return p / 2 if favourable else 1 - p / 2
