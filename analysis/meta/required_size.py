"""How many participants, or events, a comparison needs: the optimal information size of GRADE.

References
----------
Guyatt GH et al. GRADE guidelines 6: rating the quality of evidence, imprecision. J Clin Epidemiol
2011;64:1283 (the size of one adequately powered trial). Schoenfeld DA. Sample-size formula for the
proportional-hazards regression model. Biometrics 1983;39:499.
"""

from __future__ import annotations

import math

from analysis.meta.errors import MetaInputError
from analysis.meta.sequential import required_information, required_patients


def size_for_risks(risk: float, change: float, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """Give the participants of both groups together that tell two risks apart.

    Parameters
    ----------
    risk
        Of the control group, a fraction.
    change
        The difference that matters, a fraction; below 0 where the risk becomes less.
    alpha, power
        Of the two-sided test.

    Returns
    -------
    float
        As `analysis.meta.sequential.required_patients`; not rounded.

    Raises
    ------
    MetaInputError
        If one of the two risks does not lie between 0 and 1, or nothing changes.
    """
    higher, size = max(risk, risk + change), abs(change)
    # A rise from p to q needs as many as a fall from q to p.
    return required_patients(
        higher, size / higher if higher else math.nan, alpha=alpha, power=power
    )


def size_for_means(
    difference: float, sd: float, *, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Give the participants of both groups together that tell two means apart.

    Parameters
    ----------
    difference
        The difference that matters, in the unit of the score.
    sd
        Standard deviation in either group, in the same unit.
    alpha, power
        Of the two-sided test.

    Returns
    -------
    float
        4 (z_{1−α/2} + z_{power})² sd² / difference²; not rounded.

    Raises
    ------
    MetaInputError
        If the difference is 0 or the standard deviation is not positive.
    """
    if not math.isfinite(sd) or sd <= 0:
        raise MetaInputError(f"sd must be a positive number, not {sd}.")
    return 4 * sd**2 * required_information(difference, alpha=alpha, power=power)


def events_for_hazards(
    risk: float, change: float, *, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Give the events of both groups together that tell two hazards apart.

    Parameters
    ----------
    risk, change
        As in `size_for_risks`, both by the same time.
    alpha, power
        Of the two-sided test.

    Returns
    -------
    float
        4 (z_{1−α/2} + z_{power})² / (ln HR)², the hazard ratio being that which leads from the one
        risk to the other (Schoenfeld 1983, groups of one size); not rounded.

    Raises
    ------
    MetaInputError
        If one of the two risks does not lie between 0 and 1, or nothing changes.
    """
    other = risk + change
    if not (0 < risk < 1 and 0 < other < 1):
        raise MetaInputError(f"both risks must lie between 0 and 1, not at {risk} and {other}.")
    ratio = math.log1p(-other) / math.log1p(-risk)
    return 4 * required_information(math.log(ratio), alpha=alpha, power=power)
