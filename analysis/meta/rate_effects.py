"""Effect sizes from events and person-time, of one group or of two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.meta.projection import Array

__all__ = ["RATES", "RATE_CONTRASTS"]


def _rate(x: Array, t: Array) -> tuple[Array, Array]:
    return x / t, x / t**2


def _log_rate(x: Array, t: Array) -> tuple[Array, Array]:
    return np.log(x / t), 1 / x


def _root_rate(x: Array, t: Array) -> tuple[Array, Array]:
    return np.sqrt(x / t), 1 / (4 * t)


def _freeman_tukey(x: Array, t: Array) -> tuple[Array, Array]:
    return (np.sqrt(x / t) + np.sqrt((x + 1) / t)) / 2, 1 / (4 * t)


def _ratio(x1: Array, t1: Array, x2: Array, t2: Array) -> tuple[Array, Array]:
    return np.log(x1 / t1) - np.log(x2 / t2), 1 / x1 + 1 / x2


def _difference(x1: Array, t1: Array, x2: Array, t2: Array) -> tuple[Array, Array]:
    return x1 / t1 - x2 / t2, x1 / t1**2 + x2 / t2**2


def _root_difference(x1: Array, t1: Array, x2: Array, t2: Array) -> tuple[Array, Array]:
    return np.sqrt(x1 / t1) - np.sqrt(x2 / t2), 1 / (4 * t1) + 1 / (4 * t2)


#: Effects of one group: rate, x/t²; log rate, 1/x; square root, 1/(4t); mean of the square roots of
#: x/t and (x + 1)/t, 1/(4t) (Freeman & Tukey 1950, Ann Math Stat 21:607).
RATES: dict[str, Callable[[Array, Array], tuple[Array, Array]]] = {
    "IR": _rate,
    "IRLN": _log_rate,
    "IRS": _root_rate,
    "IRFT": _freeman_tukey,
}

#: Effects of two groups: log ratio, 1/x1 + 1/x2; difference; difference of the square roots.
RATE_CONTRASTS: dict[str, Callable[[Array, Array, Array, Array], tuple[Array, Array]]] = {
    "IRR": _ratio,
    "IRD": _difference,
    "IRSD": _root_difference,
}
