"""Prediction intervals: every definition in use, by name.

All have the form ``estimate +- c * sqrt(tau2 + se**2)`` and differ in the quantile c and in the
standard error: the one of the confidence interval (inflated under Knapp-Hartung), the classical
one ``sqrt(1 / sum(w))``, or that of Knapp-Hartung or Kenward-Roger whatever the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import choice
from analysis.meta.distributions import quantile
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from analysis.meta.projection import Array

__all__ = [
    "DEFINITIONS",
    "PredictionDefinition",
    "prediction_definition",
    "prediction_error",
    "prediction_quantile",
]


@dataclass(frozen=True, slots=True)
class PredictionDefinition:
    """What a named prediction interval is made of.

    Attributes
    ----------
    name : str
    loss : int or None
        Degrees of freedom are ``k - p + 1 - loss`` (k - 1 for loss 1 without moderators), with
        Kenward-Roger its own instead of k - p; None for the normal distribution.
    se : {"test", "classic", "hartung_knapp", "kenward_roger"}
        Which standard error of the estimate enters.
    floor : bool
        Degrees of freedom below 1 are raised to 1 (metafor); otherwise there is no interval.
    source : str
        Where the definition comes from.
    """

    name: str
    loss: int | None
    se: str
    floor: bool
    source: str


DEFINITIONS: dict[str, PredictionDefinition] = {
    d.name: d
    for d in (
        PredictionDefinition("z", None, "test", False, "metafor predict.rma with test='z'"),
        PredictionDefinition(
            "t_k_minus_1", 1, "test", False, "metafor predict.rma with test='t' or 'knha'"
        ),
        PredictionDefinition(
            "t_k_minus_2",
            2,
            "test",
            True,
            "metafor predtype='Riley'; Riley, Higgins & Deeks 2011, BMJ 342:d549",
        ),
        PredictionDefinition(
            "HTS",
            2,
            "classic",
            False,
            "Higgins, Thompson & Spiegelhalter 2009, JRSS A 172:137; Stata metan rfdist",
        ),
        PredictionDefinition(
            "V", 1, "classic", False, "Veroniki et al. 2019, Res Synth Methods 10:23; meta"
        ),
        PredictionDefinition(
            "HK",
            1,
            "hartung_knapp",
            False,
            "Hartung-Knapp standard error; meta method.predict='HK'",
        ),
        PredictionDefinition(
            "HK-PR",
            2,
            "hartung_knapp",
            False,
            "Partlett & Riley 2017, Stat Med 36:301; meta method.predict='HK-PR'",
        ),
        PredictionDefinition(
            "KR",
            1,
            "kenward_roger",
            False,
            "Kenward-Roger standard error and degrees of freedom; meta method.predict='KR'",
        ),
        PredictionDefinition(
            "KR-PR",
            2,
            "kenward_roger",
            False,
            "the same with one degree of freedom less; Partlett & Riley 2017; meta 'KR-PR'",
        ),
        PredictionDefinition(
            "S", None, "classic", False, "Skipka 2006; meta method.predict='S', normal"
        ),
    )
}
# Kenward-Roger can leave next to none, and then there is no interval.
_LEAST_DF = 0.01
_SYNONYMS = {"Riley": "t_k_minus_2", "normal": "z"}


def prediction_definition(name: str | None, test: str) -> PredictionDefinition | None:
    """Return a definition by name; ``"test"`` follows the test's distribution, None gives none.

    Raises
    ------
    MetaInputError
        If the name is unknown.
    """
    if name is None or name == "none":
        return None
    if name == "test":
        name = "z" if test == "z" else "t_k_minus_1"
    name = _SYNONYMS.get(name) or choice("prediction", name, [*DEFINITIONS, "test", "none"])
    return DEFINITIONS[name]


def prediction_error(
    definition: PredictionDefinition, tau2: Array, ses: dict[str, Array], dfs: dict[str, Array]
) -> tuple[Array, Array]:
    """Return the standard error and degrees of freedom of a prediction, each of shape (m,).

    Parameters
    ----------
    definition : PredictionDefinition
    tau2 : ndarray, shape (m,)
    ses, dfs : dict of str to ndarray
        Standard errors of the estimate it can be made of, and their degrees of freedom.

    Returns
    -------
    se, df
        `df` is NaN for the normal distribution, and 0 or less where there is no interval.

    Raises
    ------
    MetaInputError
        If the standard error is not among `ses`: Kenward-Roger's is defined for a mean alone.
    """
    if definition.se not in ses:
        msg = f"The prediction interval {definition.name!r} belongs to a model without moderators."
        raise MetaInputError(msg)
    se = np.sqrt(tau2 + ses[definition.se] ** 2)
    if definition.loss is None:
        return se, np.full_like(se, np.nan)
    df = dfs[definition.se] + 1 - definition.loss
    return se, np.maximum(df, 1.0) if definition.floor else df


def prediction_quantile(definition: PredictionDefinition, df: Array, level: float) -> Array:
    """Return what the standard error of a prediction is multiplied by; NaN without an interval."""
    if definition.loss is None:
        return np.full_like(df, quantile(level, np.nan))
    enough = df > _LEAST_DF
    return np.where(enough, quantile(level, np.where(enough, df, 1.0)), np.nan)
