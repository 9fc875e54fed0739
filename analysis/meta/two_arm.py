"""Effect sizes of two-arm studies with a binary outcome: log RR, log OR, RD."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.back_transform import IDENTITY, Transform
from analysis.meta.checks import choice, counts, same_length
from analysis.meta.effect_sizes import EffectSizes
from analysis.meta.errors import MetaInputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from analysis.meta.projection import Array

__all__ = ["TWO_ARM_MEASURES", "TWO_ARM_ZERO_RULES", "correct_tables", "tables", "two_arm"]

TWO_ARM_MEASURES = ("RR", "OR", "RD")
TWO_ARM_ZERO_RULES = ("only0", "all", "if0all", "drop", "none")


def tables(
    ai: ArrayLike, n1i: ArrayLike, ci: ArrayLike, n2i: ArrayLike
) -> tuple[Array, Array, Array, Array]:
    """Return the validated cells a, b, c, d of k 2x2 tables.

    Parameters
    ----------
    ai, n1i : array_like, shape (k,)
        Events and participants of the treated arm.
    ci, n2i : array_like, shape (k,)
        Events and participants of the control arm.

    Raises
    ------
    MetaInputError
        If counts are impossible or lengths differ.
    """
    a, n1 = counts(ai, n1i, names=("ai", "n1i"))
    c, n2 = counts(ci, n2i, names=("ci", "n2i"))
    same_length(ai=a, ci=c)
    return a, n1 - a, c, n2 - c


def correct_tables(
    cells: tuple[Array, Array, Array, Array], zero: str, add: float
) -> tuple[tuple[Array, Array, Array, Array], NDArray[np.bool_]]:
    """Return cells after a zero rule and which tables it changed.

    Parameters
    ----------
    cells : tuple of ndarray
        a, b, c, d, each of shape (k,).
    zero : {"only0", "all", "if0all", "drop", "none"}
        `add` goes to all four cells of the tables with a zero; of every table; of every table if
        any has a zero; of none.
    add : float
    """
    choice("zero rule", zero, TWO_ARM_ZERO_RULES)
    if not np.isfinite(add) or add <= 0:
        msg = f"add must be a positive number, such as 0.5; it is {add}."
        raise MetaInputError(msg)
    a, b, c, d = cells
    has_zero = (a == 0) | (b == 0) | (c == 0) | (d == 0)
    changed = {
        "only0": has_zero,
        "all": np.ones_like(has_zero),
        "if0all": np.full_like(has_zero, has_zero.any()),
    }.get(zero, np.zeros_like(has_zero))
    extra = add * changed
    return (a + extra, b + extra, c + extra, d + extra), changed


def two_arm(
    ai: ArrayLike,
    n1i: ArrayLike,
    ci: ArrayLike,
    n2i: ArrayLike,
    *,
    measure: str = "RR",
    zero: str = "only0",
    add: float = 0.5,
    drop_double_zero: bool = False,
) -> EffectSizes:
    """Turn 2x2 tables into log risk ratios, log odds ratios or risk differences.

    Parameters
    ----------
    ai, n1i, ci, n2i : array_like, shape (k,)
        Events and participants of the treated and of the control arm.
    measure : {"RR", "OR", "RD"}
        Variances 1/a - 1/n1 + 1/c - 1/n2; 1/a + 1/b + 1/c + 1/d; p1 q1/n1 + p2 q2/n2.
    zero : {"only0", "all", "if0all", "drop", "none"}
        What is done about tables with a zero cell (see `correct_tables`); ``drop`` leaves out the
        tables whose effect or variance cannot be used.
    add : float
        What the rules add to every cell.
    drop_double_zero : bool
        Leave out tables with no events, or with only events, in both arms (metafor ``drop00``).

    Raises
    ------
    MetaInputError
        If counts are impossible, a name is unknown, a table cannot be used under ``none``, or no
        table is left.
    """
    cells = tables(ai, n1i, ci, n2i)
    choice("measure", measure, TWO_ARM_MEASURES)
    (a, b, c, d), changed = correct_tables(cells, zero, add)
    yi, vi = _effect(a, b, c, d, measure)
    double = ((cells[0] == 0) & (cells[2] == 0)) | ((cells[1] == 0) & (cells[3] == 0))
    excluded = double & drop_double_zero
    usable = np.isfinite(yi) & np.isfinite(vi) & (vi > 0)
    if zero != "drop" and not (usable | excluded).all():
        i = int(np.flatnonzero(~(usable | excluded))[0])
        msg = (
            f"Study {i} has a zero cell and no usable {measure} under the zero rule {zero!r}: "
            "choose 'only0' to correct it or 'drop' to leave it out."
        )
        raise MetaInputError(msg)
    kept = usable & ~excluded
    if not kept.any():
        msg = "No study is left: every table has zeros that the chosen rules drop."
        raise MetaInputError(msg)
    reasons = {
        int(i): "no events, or only events, in both arms"
        if excluded[i]
        else "zero cell: no usable effect"
        for i in np.flatnonzero(~kept)
    }
    rule = f"{add:g} was added to all four cells"
    return EffectSizes(
        yi=yi[kept],
        vi=vi[kept],
        measure=measure,
        index=np.flatnonzero(kept),
        dropped=tuple(sorted(reasons.items())),
        corrected=tuple((int(i), rule) for i in np.flatnonzero(changed & kept)),
        transform=IDENTITY if measure == "RD" else Transform("exp"),
        n=(cells[0] + cells[1] + cells[2] + cells[3])[kept],
    )


def _effect(a: Array, b: Array, c: Array, d: Array, measure: str) -> tuple[Array, Array]:
    n1, n2 = a + b, c + d
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure == "RR":
            return np.log(a / n1) - np.log(c / n2), 1 / a - 1 / n1 + 1 / c - 1 / n2
        if measure == "OR":
            return np.log(a / b) - np.log(c / d), 1 / a + 1 / b + 1 / c + 1 / d
        p1, p2 = a / n1, c / n2
        return p1 - p2, p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
