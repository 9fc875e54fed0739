"""Mantel-Haenszel pooling of events per person-time in two groups: rate ratio and difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import choice, same_length, vector
from analysis.meta.errors import MetaInputError
from analysis.meta.mantel_haenszel import summed_effect
from analysis.meta.naming import study_name

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from analysis.meta.pooled_effect import PooledEffect
    from analysis.meta.projection import Array

__all__ = ["RATE_MEASURES", "mantel_haenszel_rates", "person_time"]

RATE_MEASURES = ("IRR", "IRD")


def person_time(
    events: ArrayLike, time: ArrayLike, *, names: tuple[str, str] = ("xi", "ti")
) -> tuple[Array, Array]:
    """Return validated copies of event counts and person-times.

    Parameters
    ----------
    events : array_like, shape (k,)
        Whole numbers, 0 or more.
    time : array_like, shape (k,)
        Person-time at risk, positive, in one unit for all studies.
    names : tuple of str
        The names used in messages.

    Raises
    ------
    MetaInputError
        If a count is negative or not whole, or a time is not positive.
    """
    x, t = vector(names[0], events), vector(names[1], time)
    same_length(**{names[0]: x, names[1]: t})
    bad = np.flatnonzero((x < 0) | (x != np.floor(x)))
    if bad.size:
        i = bad[0]
        msg = f"{study_name(i)}: {names[0]} is {x[i]:g}; counts are whole numbers, 0 or more."
        raise MetaInputError(msg)
    bad = np.flatnonzero(t <= 0)
    if bad.size:
        i = bad[0]
        msg = f"{study_name(i)}: {names[1]} is {t[i]:g}; person-time at risk must be positive."
        raise MetaInputError(msg)
    return x, t


def mantel_haenszel_rates(
    x1i: ArrayLike,
    t1i: ArrayLike,
    x2i: ArrayLike,
    t2i: ArrayLike,
    *,
    measure: str = "IRR",
    level: float = 0.95,
) -> PooledEffect:
    """Pool rates of two groups by Mantel-Haenszel; studies without events need no correction.

    Greenland & Robins 1985, Biometrics 41:55, equations 6 to 9 (Rothman, Greenland & Lash 2008,
    Modern Epidemiology, ch. 15). Q sums the inverse-variance weighted squared distances of the
    study effects (½ added to the events of studies with a zero, studies without events left out)
    from the pooled effect, as in metafor.

    Parameters
    ----------
    x1i, t1i, x2i, t2i : array_like, shape (k,)
        Events and person-time of the treated and of the control group.
    measure : {"IRR", "IRD"}
        The estimate is the log of the ratio, or the difference per unit of time.
    level : float
        Confidence level, a fraction.

    Raises
    ------
    MetaInputError
        If the input is impossible, or the ratio or its standard error is not defined because one
        group has no events at all.
    """
    choice("measure", measure, RATE_MEASURES)
    x1, t1 = person_time(x1i, t1i, names=("x1i", "t1i"))
    x2, t2 = person_time(x2i, t2i, names=("x2i", "t2i"))
    same_length(x1i=x1, x2i=x2)
    total = t1 + t2
    half = 0.5 * ((x1 == 0) | (x2 == 0))
    a, b = x1 + half, x2 + half
    if measure == "IRR":
        top, bottom = (x1 * t2 / total).sum(), (x2 * t1 / total).sum()
        if not (top > 0 and bottom > 0):
            msg = "The Mantel-Haenszel IRR is not defined: one group has no events in any study."
            raise MetaInputError(msg)
        estimate = float(np.log(top / bottom))
        variance = float(((t1 / total) * (t2 / total) * (x1 + x2)).sum() / (top * bottom))
        weights = x2 * t1 / total
        effect, each = np.log(a / t1) - np.log(b / t2), 1 / a + 1 / b
    else:
        weights = t1 * t2 / total
        estimate = float(((x1 * t2 - x2 * t1) / total).sum() / weights.sum())
        variance = float((weights**2 * (x1 / t1**2 + x2 / t2**2)).sum() / weights.sum() ** 2)
        effect, each = a / t1 - b / t2, a / t1**2 + b / t2**2
        if variance == 0:
            msg = "There are no events in either group: a difference of rates has no variance."
            raise MetaInputError(msg)
    used = x1 + x2 > 0
    q = float(((effect - estimate) ** 2 / each)[used].sum())
    notes = [f"{study_name(i)} carries no weight" for i in np.flatnonzero(weights == 0)]
    return summed_effect(estimate, variance, weights, q, int(used.sum()) - 1, "MH", level, notes)
