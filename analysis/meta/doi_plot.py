"""The Doi plot and its LFK index of asymmetry.

Computed because reviewers ask for them. The index is no test: its size depends on the number of
studies and on heterogeneity, and it must not be read as one (Schwarzer, Rücker & Semaca 2024, Res
Synth Methods 15:603).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta import checks
from analysis.meta.distributions import special
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["DoiPlot", "doi_plot"]

#: |LFK| up to which there is no, and minor asymmetry (Furuya-Kanamori et al. 2018).
_NO_ASYMMETRY, _MINOR = 1.0, 2.0


@dataclass(frozen=True, slots=True)
class DoiPlot:
    """Coordinates of the Doi plot, in the order of the effects, and the LFK index.

    Attributes
    ----------
    order : ndarray of int, shape (k,)
        Positions of the studies, from 0.
    effect, z : ndarray, shape (k,)
        Effects and their normal scores; the plot shows ``|z|``, 0 at the top.
    centre : float
        Effect of the study with the smallest ``|z|``: the tip of the plot.
    lfk : float
        Index; positive where the larger effects reach further than the smaller ones.
    reading : {"no asymmetry", "minor asymmetry", "major asymmetry"}
    """

    order: NDArray[np.intp]
    effect: NDArray[np.float64]
    z: NDArray[np.float64]
    centre: float
    lfk: float
    reading: str


def doi_plot(yi: ArrayLike, vi: ArrayLike) -> DoiPlot:
    """Return the coordinates of the Doi plot and the LFK index.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects and sampling variances, ``k >= 3``, not all effects equal.

    Raises
    ------
    MetaInputError
        For unusable effects, fewer than 3 studies, or equal effects.

    References
    ----------
    Furuya-Kanamori, Barendregt, Doi (2018), Int J Evid Based Healthc 16:195.
    """
    y, v = checks.effects(yi, vi)
    if y.size < 3:
        msg = f"A Doi plot needs at least 3 studies; there are {y.size}."
        raise MetaInputError(msg)
    order = np.argsort(y, kind="stable")
    effect = y[order]
    if effect[0] == effect[-1]:
        msg = "All effects are equal: there is nothing that could lean to a side."
        raise MetaInputError(msg)
    size = 100.0 * v.max() / v[order]
    middle = np.cumsum(size) - size / 2.0
    z = special.ndtri((middle - 0.5) / size.sum())
    centre = float(effect[np.argmin(np.abs(z))])
    slope = (z.max() - z.min()) / (effect[-1] - effect[0])
    lfk = float(2.5 * np.mean(z + slope * (effect - centre)))
    size_of_lfk = abs(lfk)
    reading = (
        "no asymmetry"
        if size_of_lfk <= _NO_ASYMMETRY
        else "minor asymmetry"
        if size_of_lfk <= _MINOR
        else "major asymmetry"
    )
    return DoiPlot(order=order, effect=effect, z=z, centre=centre, lfk=lfk, reading=reading)
