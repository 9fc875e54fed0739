"""Prediction intervals: every definition in use, by name.

All have the form ``estimate +- c * sqrt(tau2 + se**2)`` and differ in the quantile c and in the
standard error: the one of the confidence interval (inflated under Knapp-Hartung), the classical
one ``sqrt(1 / sum(w))``, or the Knapp-Hartung one whatever the test.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import choice
from analysis.meta.distributions import quantile

if TYPE_CHECKING:
    from analysis.meta.projection import Array

__all__ = ["DEFINITIONS", "PredictionDefinition", "prediction_definition", "prediction_limits"]


@dataclass(frozen=True, slots=True)
class PredictionDefinition:
    """What a named prediction interval is made of.

    Attributes
    ----------
    name : str
    loss : int or None
        Degrees of freedom are ``k - p + 1 - loss`` (k - 1 for loss 1 without moderators); None for
        the normal distribution.
    se : {"test", "classic", "hartung_knapp"}
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
    )
}
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


def prediction_limits(
    definition: PredictionDefinition,
    estimate: Array,
    tau2: Array,
    se: dict[str, Array],
    df: Array,
    level: float,
) -> tuple[Array, Array]:
    """Return the lower and upper prediction limits.

    Parameters
    ----------
    definition : PredictionDefinition
    estimate, tau2 : ndarray, shape (m,)
    se : dict of str to ndarray
        Standard errors under the keys ``"test"``, ``"classic"`` and ``"hartung_knapp"``.
    df : ndarray, shape (m,)
        ``k - p`` of every refit.
    level : float
        Confidence level, a fraction.
    """
    if definition.loss is None:
        crit = quantile(level, np.nan)
    else:
        free = df + 1 - definition.loss
        if definition.floor:
            free = np.maximum(free, 1.0)
        crit = np.where(free > 0, quantile(level, np.where(free > 0, free, 1.0)), np.nan)
    half = crit * np.sqrt(tau2 + se[definition.se] ** 2)
    return estimate - half, estimate + half
