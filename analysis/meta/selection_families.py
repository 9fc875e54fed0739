"""How likely a study is to be published, as a function of its P value: the selection functions.

Parameters and bounds are those of metafor's ``selmodel``, so that estimates can be compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    #: Log weights (m,) and their derivatives by the parameters (m, parameters).
    Weighting = Callable[[FloatArray, FloatArray], tuple[FloatArray, FloatArray]]

__all__ = ["SELECTION_FAMILIES", "STEP_FUNCTION", "SelectionFamily", "step_weighting"]

#: Name of the family whose parameters are the weights of intervals of P.
STEP_FUNCTION = "stepfun"
UPPER = 100.0
_CLIP = 1e-5


@dataclass(frozen=True, slots=True)
class SelectionFamily:
    """One selection function.

    Attributes
    ----------
    source : str
    weighting : callable
        From P values and parameters to log weights and their derivatives.
    lower : tuple of float
        Smallest values of the parameters; the largest is 100 for all.
    null : tuple of float
        Parameters without selection.
    start : tuple of float
    clip : float
        P values below this, or above 1 less this, are taken as this.
    """

    source: str
    weighting: Weighting
    lower: tuple[float, ...]
    null: tuple[float, ...]
    start: tuple[float, ...]
    clip: float


def _beta(p: FloatArray, delta: FloatArray) -> tuple[FloatArray, FloatArray]:
    logs = np.column_stack([np.log(p), np.log1p(-p)])
    return logs @ (delta - 1.0), logs


def _half_normal(p: FloatArray, delta: FloatArray) -> tuple[FloatArray, FloatArray]:
    return -delta[0] * p * p, -(p * p)[:, None]


def _negative_exponential(p: FloatArray, delta: FloatArray) -> tuple[FloatArray, FloatArray]:
    return -delta[0] * p, -p[:, None]


def _logistic(p: FloatArray, delta: FloatArray) -> tuple[FloatArray, FloatArray]:
    x = delta[0] * p
    log_weight = np.log(2.0) - x - np.log1p(np.exp(-x))
    return log_weight, (-p / (1.0 + np.exp(-x)))[:, None]


def _power(p: FloatArray, delta: FloatArray) -> tuple[FloatArray, FloatArray]:
    log = np.log1p(-p)
    return delta[0] * log, log[:, None]


def _negative_exponential_power(p: FloatArray, delta: FloatArray) -> tuple[FloatArray, FloatArray]:
    log_p = np.log(np.maximum(p, np.finfo(np.float64).tiny))
    raised = np.exp(log_p / delta[1])
    slopes = np.column_stack([-raised, delta[0] * raised * log_p / delta[1] ** 2])
    return -delta[0] * raised, slopes


def step_weighting(steps: FloatArray) -> Weighting:
    """Return the weights of a step function whose first weight is 1.

    Parameters
    ----------
    steps : ndarray, shape (m,)
        Upper ends of the intervals of P, rising, the last of them 1; there are m − 1 parameters.
    """

    def weighting(p: FloatArray, delta: FloatArray) -> tuple[FloatArray, FloatArray]:
        group = np.searchsorted(steps, p, side="left")
        log_weight = np.concatenate([[0.0], np.log(delta)])[group]
        slopes = (group[:, None] == np.arange(1, steps.size)) / delta
        return log_weight, slopes

    return weighting


SELECTION_FAMILIES: dict[str, SelectionFamily] = {
    "beta": SelectionFamily(
        "Citkowicz & Vevea 2017, Psychol Methods 22:28",
        _beta, (1e-5, 1e-5), (1.0, 1.0), (1.0, 1.0), _CLIP,
    ),
    "halfnorm": SelectionFamily(
        "Preston 2004, J Eval Clin Pract 10:313", _half_normal, (0.0,), (0.0,), (1.0,), 0.0
    ),
    "negexp": SelectionFamily(
        "Preston 2004, J Eval Clin Pract 10:313", _negative_exponential, (0.0,), (0.0,), (1.0,), 0.0
    ),
    "logistic": SelectionFamily(
        "Preston 2004, J Eval Clin Pract 10:313", _logistic, (0.0,), (0.0,), (1.0,), 0.0
    ),
    "power": SelectionFamily(
        "Viechtbauer & Iyengar, metafor 3.8 selmodel", _power, (0.0,), (0.0,), (1.0,), _CLIP
    ),
    "negexppow": SelectionFamily(
        "Begg & Mazumdar 1994, Biometrics 50:1088",
        _negative_exponential_power, (0.0, 1e-2), (0.0, 0.0), (1.0, 1.0), 0.0,
    ),
}  # fmt: skip
