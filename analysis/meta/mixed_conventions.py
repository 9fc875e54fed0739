"""What programs print around the same mixed model: I² and its limits, and the prediction interval.

The models themselves are `analysis.meta.glmm` and `analysis.meta.mixed_models`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.meta.checks import choice
from analysis.meta.distributions import quantile
from analysis.meta.heterogeneity import I2_DEFINITIONS, log_h_interval
from analysis.meta.prediction import prediction_definition

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["mixed_i2", "mixed_prediction"]


def mixed_i2(
    q_wald: float, q_df: int, by_tau2: float, *, i2: str, interval_two: bool, level: float = 0.95
) -> tuple[float, float, float]:
    """Return I² of a mixed model and its limits, as fractions; NaN where there are none.

    Parameters
    ----------
    q_wald, q_df : float, int
        Wald test of heterogeneity.
    by_tau2 : float
        I² from τ² and a typical variance, which has no limits.
    i2 : {"q", "tau2"}
        From Wald's Q (R's meta), or from τ² (metafor).
    interval_two : bool
        Whether two studies with Q above 2 have limits.
    level : float

    Raises
    ------
    MetaInputError
        If the definition is unknown.
    """
    if choice("I2 of a mixed model", i2, I2_DEFINITIONS) == "tau2":
        return by_tau2, math.nan, math.nan
    share = max(0.0, 1 - q_df / q_wald) if q_wald > 0 else 0.0
    if q_df < 2 and not (interval_two and q_df == 1 and q_wald > 2):
        return share, math.nan, math.nan
    limits = log_h_interval(q_wald, q_df + 1, level=level)
    return share, limits.i2_low, limits.i2_high


def mixed_prediction(
    estimate: float,
    se: float,
    tau2: float,
    k: int,
    *,
    prediction: str | None,
    test: str = "z",
    level: float = 0.95,
    back: Callable[[float], float] = float,
) -> tuple[float, float, float, float, str | None]:
    """Return the limits of a prediction interval, its standard error, degrees of freedom and name.

    Parameters
    ----------
    estimate, se, tau2 : float
        Of the model with a random effect.
    k : int
        Studies in the model.
    prediction : str or None
        A definition of `analysis.meta.prediction` that needs no dispersion of effects: ``z``,
        ``V``, ``HTS``, ``S``, or ``test``. None gives no interval.
    test : str
        What ``test`` follows.
    level : float
    back : callable
        To the scale of the data.

    Raises
    ------
    MetaInputError
        If the definition is unknown or needs what a mixed model has not.
    """
    definition = prediction_definition(prediction, "z" if test == "z" else "t")
    if definition is None or k < 2:
        return math.nan, math.nan, math.nan, math.nan, None
    choice("standard error of a mixed model's prediction", definition.se, ("test", "classic"))
    error = math.sqrt(se**2 + tau2)
    df = math.nan
    if definition.loss is not None:
        df = float(k - definition.loss)
        if definition.floor:
            df = max(df, 1.0)
        if df <= 0:
            return math.nan, math.nan, error, df, definition.name
    reach = float(quantile(level, df)) * error
    return back(estimate - reach), back(estimate + reach), error, df, definition.name
