"""Contours of an albatross plot: how many participants give an effect a P value.

Harrison S and others. The albatross plot: a novel graphical tool for presenting results of
diversely reported studies in a systematic review. Res Synth Methods 2017;8:281-9. A Wald test has
z = |effect| √(N / v), where v is N times the variance of the effect, so N = v z² / effect².
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.distributions import special
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["contour"]


def contour(p_values: ArrayLike, effect: float, unit_variance: float) -> NDArray[np.float64]:
    """Return the participants with which an effect has these two-sided P values.

    Parameters
    ----------
    p_values : array_like, shape (m,)
        Above 0, below 1.
    effect
        On the scale of the test, such as the logarithm of a ratio; not 0.
    unit_variance
        N times the variance of the effect with N participants in two groups of the same size: 4 +
        effect² / 2 for a standardised mean difference, for instance.

    Returns
    -------
    array, shape (m,)

    Raises
    ------
    MetaInputError
        If the effect is 0, the variance is not positive, or a P value is not between 0 and 1.
    """
    p = np.asarray(p_values, dtype=float)
    if effect == 0 or unit_variance <= 0 or not np.all((p > 0) & (p < 1)):
        raise MetaInputError(
            "a contour needs an effect other than 0, a positive variance and P between 0 and 1"
        )
    z = special.ndtri(1 - p / 2)
    return unit_variance * z**2 / effect**2
