"""Fail-safe N: how many studies without an effect would have to be missing.

Kept because reviewers ask for it; the Cochrane Handbook (6.5, section 13.3.5.6) advises against it:
the three definitions give very different numbers, and none looks at the funnel plot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta import checks
from analysis.meta.distributions import special
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["FAIL_SAFE_DEFINITIONS", "FailSafe", "fail_safe"]

FAIL_SAFE_DEFINITIONS = ("rosenthal", "orwin", "rosenberg")


@dataclass(frozen=True, slots=True)
class FailSafe:
    """A fail-safe number.

    Attributes
    ----------
    definition : {"rosenthal", "orwin", "rosenberg"}
    number : int or None
        Missing studies; None if no number of them would do (Orwin with a target of 0 or beyond).
    p_value : float or None
        P of the studies at hand: Stouffer's, one-sided (Rosenthal), or of the common effect,
        two-sided (Rosenberg).
    mean_effect : float or None
        Unweighted (Orwin) or common-effect mean (Rosenberg).
    target : float or None
        Mean effect that the missing studies would leave (Orwin).
    alpha : float
    """

    definition: str
    number: int | None
    p_value: float | None
    mean_effect: float | None
    target: float | None
    alpha: float


def fail_safe(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    definition: str = "rosenthal",
    alpha: float = 0.05,
    target: float | None = None,
) -> FailSafe:
    """Return how many studies averaging no effect would have to be added.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effects, of which 0 means no effect, and sampling variances.
    definition : {"rosenthal", "orwin", "rosenberg"}
        Until Stouffer's one-sided P is `alpha` (Rosenthal 1979, Psychol Bull 86:638), until the
        unweighted mean is `target` (Orwin 1983, J Educ Stat 8:157), or until the two-sided P of the
        common effect is `alpha` (Rosenberg 2005, Evolution 59:464).
    alpha : float
    target : float, optional
        Orwin only; half the mean by default.

    Raises
    ------
    MetaInputError
        For unusable effects or options.
    """
    y, v = checks.effects(yi, vi)
    checks.choice("fail-safe N", definition, FAIL_SAFE_DEFINITIONS)
    alpha = checks.level_fraction(alpha)
    k = y.size
    if target is not None and definition != "orwin":
        msg = "A target belongs to Orwin's fail-safe N only; leave it out."
        raise MetaInputError(msg)
    if definition == "rosenthal":
        z = abs(float(np.sum(y / np.sqrt(v)))) / np.sqrt(k)
        needed = k * (z / -float(special.ndtri(alpha))) ** 2 - k
        return FailSafe(definition, _whole(needed), float(special.ndtr(-z)), None, None, alpha)
    if definition == "orwin":
        mean = float(y.mean())
        goal = mean / 2.0 if target is None else float(target)
        reachable = goal != 0 and np.sign(goal) == np.sign(mean)
        number = _whole(k * (mean - goal) / goal) if reachable else None
        return FailSafe(definition, number, None, mean, goal, alpha)
    weight = 1.0 / v
    total = float(weight.sum())
    mean = float(np.dot(weight, y)) / total
    z = abs(mean) * np.sqrt(total)
    extra = (mean * total / -float(special.ndtri(alpha / 2.0))) ** 2 - total
    return FailSafe(
        definition, _whole(k * extra / total), float(2.0 * special.ndtr(-z)), mean, None, alpha
    )


def _whole(number: float) -> int:
    return int(np.ceil(max(0.0, number)))
