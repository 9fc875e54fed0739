"""Range, median and quartiles of effect estimates that are not pooled.

Cochrane Handbook 6.5, section 12.2.1.1: it says nothing of the studies' sizes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["EffectDistribution", "effect_distribution"]


@dataclass(frozen=True, slots=True)
class EffectDistribution:
    """Five numbers of `k` estimates, on their own scale."""

    k: int
    low: float
    q1: float
    median: float
    q3: float
    high: float


def effect_distribution(estimates: ArrayLike) -> EffectDistribution:
    """Return range, median and quartiles, by linear interpolation between order statistics.

    Parameters
    ----------
    estimates : array_like, shape (k,)
        At least one. Quartiles are of type 7 (Hyndman & Fan 1996, Am Stat 50:361), as R's.

    Raises
    ------
    MetaInputError
        If there is none, or one is not finite.
    """
    values = np.atleast_1d(np.asarray(estimates, dtype=float))
    if not values.size or not np.all(np.isfinite(values)):
        raise MetaInputError("there is no estimate, or one is not a number")
    low, q1, median, q3, high = (float(v) for v in np.quantile(values, (0, 0.25, 0.5, 0.75, 1)))
    return EffectDistribution(values.size, low, q1, median, q3, high)
