"""Corrections for zero counts: which studies get one, and how much each arm gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import choice
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from analysis.meta.projection import Array

__all__ = ["CONTINUITY", "DENOMINATORS", "RULES", "amount", "corrected_studies", "increments"]

#: ``only0`` corrects the studies with a zero, ``all`` every study, ``if0all`` every study if any
#: has a zero; ``drop`` and ``none`` correct none.
RULES = ("only0", "all", "if0all", "drop", "none")
#: The same amount in both arms, or the share of each arm in the participants (treatment-arm
#: correction; Sweeting, Sutton & Lambert 2004, Stat Med 23:1351; R's meta ``incr = "TACC"``).
CONTINUITY = ("constant", "arm_share")
#: What a correction adds to the denominator of a risk: twice its amount, because non-events get it
#: as well (metafor, RevMan), or once (Hartung & Knapp 2001, Stat Med 20:3875, equation 18; R's
#: meta with ``RR.Cochrane = FALSE``).
DENOMINATORS = ("both_cells", "event_cell")


def amount(add: float) -> float:
    """Return `add` if it can be added to counts.

    Raises
    ------
    MetaInputError
        If it is not positive and finite.
    """
    if not np.isfinite(add) or add <= 0:
        msg = f"add must be a positive number, such as 0.5; it is {add}."
        raise MetaInputError(msg)
    return float(add)


def corrected_studies(has_zero: NDArray[np.bool_], rule: str) -> NDArray[np.bool_]:
    """Return which studies `rule` corrects, shape (k,).

    Raises
    ------
    MetaInputError
        If the rule is unknown.
    """
    choice("zero rule", rule, RULES)
    every = np.ones_like(has_zero)
    nobody = np.zeros_like(has_zero)
    return {"only0": has_zero, "all": every, "if0all": every & has_zero.any()}.get(rule, nobody)


def increments(
    changed: NDArray[np.bool_], n1: Array, n2: Array, *, add: float, continuity: str
) -> tuple[Array, Array]:
    """Return what is added to every cell of the treated and of the control arm.

    Parameters
    ----------
    changed : ndarray of bool, shape (k,)
    n1, n2 : ndarray, shape (k,)
        Participants, or person-time, of the arms.
    add : float
    continuity : {"constant", "arm_share"}
        With ``arm_share`` the two amounts of a study sum to twice `add`.

    Raises
    ------
    MetaInputError
        If a name is unknown or `add` not positive.
    """
    add = amount(add)
    if choice("continuity correction", continuity, CONTINUITY) == "constant":
        same = np.where(changed, add, 0.0)
        return same, same
    total = n1 + n2
    each = np.where(changed, 2 * add, 0.0)
    return each * n1 / total, each * n2 / total
