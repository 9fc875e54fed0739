"""Effect sizes of two-arm studies with a binary outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.checks import choice, counts, same_length
from analysis.meta.effect_sizes import EffectSizes
from analysis.meta.errors import MetaInputError
from analysis.meta.naming import study_name
from analysis.meta.transforms import IDENTITY, Transform
from analysis.meta.zero_cells import DENOMINATORS, RULES, corrected_studies, increments

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from analysis.meta.projection import Array

__all__ = [
    "CONTRASTS",
    "CORRECTED",
    "TWO_ARM_MEASURES",
    "TWO_ARM_ZERO_RULES",
    "correct_tables",
    "double_zero",
    "tables",
    "two_arm",
]

#: Those that can be pooled by Mantel-Haenszel.
TWO_ARM_MEASURES = ("RR", "OR", "RD")
TWO_ARM_ZERO_RULES = RULES


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
    cells: tuple[Array, Array, Array, Array],
    zero: str,
    add: float,
    *,
    continuity: str = "constant",
    excluded: NDArray[np.bool_] | None = None,
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
    continuity : {"constant", "arm_share"}
        See `analysis.meta.zero_cells.CONTINUITY`.
    excluded : ndarray of bool, optional, shape (k,)
        Tables that are left out anyway and call for no correction of others.
    """
    a, b, c, d = cells
    has_zero = (a == 0) | (b == 0) | (c == 0) | (d == 0)
    if excluded is not None:
        has_zero &= ~excluded
    changed = corrected_studies(has_zero, zero)
    if excluded is not None:
        changed &= ~excluded
    first, second = increments(changed, a + b, c + d, add=add, continuity=continuity)
    return (a + first, b + first, c + second, d + second), changed


def double_zero(
    cells: tuple[Array, Array, Array, Array], *, all_events: bool = True
) -> NDArray[np.bool_]:
    """Return the tables without events in both arms, and those with only events, shape (k,)."""
    a, b, c, d = cells
    none = (a == 0) & (c == 0)
    return none | ((b == 0) & (d == 0)) if all_events else none


def two_arm(
    ai: ArrayLike,
    n1i: ArrayLike,
    ci: ArrayLike,
    n2i: ArrayLike,
    *,
    measure: str = "RR",
    zero: str | None = None,
    add: float = 0.5,
    drop_double_zero: bool = False,
    drop_all_events: bool = True,
    continuity: str = "constant",
    denominator: str = "both_cells",
    corrected: str = "both",
) -> EffectSizes:
    """Turn 2x2 tables into effect sizes.

    Parameters
    ----------
    ai, n1i, ci, n2i : array_like, shape (k,)
        Events and participants of the treated and of the control arm.
    measure : str
        A key of `CONTRASTS`, whose functions give the formulas.
    zero : {"only0", "all", "if0all", "drop", "none"}, optional
        What is done about tables with a zero cell (see `correct_tables`); ``drop`` leaves out the
        tables whose effect or variance cannot be used. By default ``only0``, but ``drop`` for AS
        and PHI, which need no correction.
    add : float
        What the rules add to every cell.
    drop_double_zero, drop_all_events : bool
        Leave out tables with no events in both arms (metafor ``drop00``), and also those with only
        events in both. R's meta keeps the latter for RR, with a log ratio of 0.
    continuity : {"constant", "arm_share"}
        See `analysis.meta.zero_cells.CONTINUITY`.
    denominator : {"both_cells", "event_cell"}
        What a correction does to the size of an arm of RR (`zero_cells.DENOMINATORS`).
    corrected : {"both", "variance"}
        Whether a correction changes the effect of RD as well, or its variance alone (R's meta).

    Raises
    ------
    MetaInputError
        If counts are impossible, a name is unknown, a table cannot be used under ``none``, or no
        table is left.
    """
    cells = tables(ai, n1i, ci, n2i)
    choice("measure", measure, CONTRASTS)
    choice("denominator", denominator, DENOMINATORS)
    choice("corrected", corrected, CORRECTED)
    zero = zero or ("drop" if measure in _UNCORRECTED else "only0")
    excluded = double_zero(cells, all_events=drop_all_events) & drop_double_zero
    (a, b, c, d), changed = correct_tables(
        cells, zero, add, continuity=continuity, excluded=excluded
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure == "RR" and denominator == "event_cell":
            yi, vi = _ratio_to_events(cells, (a, b, c, d))
        else:
            yi, vi = CONTRASTS[measure](a, b, c, d)
        if measure == "RD" and corrected == "variance":
            yi = CONTRASTS[measure](*cells)[0]
    usable = np.isfinite(yi) & np.isfinite(vi) & (vi > 0)
    if zero != "drop" and not (usable | excluded).all():
        i = int(np.flatnonzero(~(usable | excluded))[0])
        msg = (
            f"{study_name(i)}: a cell is zero, and {measure} cannot be computed under the zero "
            f"rule {zero!r}: choose 'only0' to correct it or 'drop' to leave it out."
        )
        raise MetaInputError(msg)
    kept = usable & ~excluded
    if not kept.any():
        msg = "No study is left: every table has zeros that the chosen rules drop."
        raise MetaInputError(msg)
    reasons = {
        int(i): ("no events in both arms" if cells[0][i] == 0 else "only events in both arms")
        if excluded[i]
        else "zero cell: no usable effect"
        for i in np.flatnonzero(~kept)
    }
    return EffectSizes(
        yi=yi[kept],
        vi=vi[kept],
        measure=measure,
        index=np.flatnonzero(kept),
        dropped=tuple(sorted(reasons.items())),
        corrected=tuple(
            (int(i), _correction(add, measure, continuity, denominator, corrected))
            for i in np.flatnonzero(changed & kept)
        ),
        transform=Transform("exp") if measure in _LOGS else _BOUNDED.get(measure, IDENTITY),
        n=(cells[0] + cells[1] + cells[2] + cells[3])[kept],
    )


def _correction(add: float, measure: str, continuity: str, denominator: str, corrected: str) -> str:
    """Say what was added to a table."""
    what = f"{add:g}" if continuity == "constant" else "the arm's share in the participants"
    cells = "all four cells"
    if measure == "RR" and denominator == "event_cell":
        cells = "events and to the size of each arm"
    where = " for the variance" if measure == "RD" and corrected == "variance" else ""
    return f"{what} was added to {cells}{where}"


def _rr(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, Array]:
    n1, n2 = a + b, c + d
    return np.log(a / n1) - np.log(c / n2), 1 / a - 1 / n1 + 1 / c - 1 / n2


def _ratio_to_events(
    raw: tuple[Array, Array, Array, Array], cells: tuple[Array, Array, Array, Array]
) -> tuple[Array, Array]:
    """Return RR where a correction enlarges an arm by what its events get, not by twice that."""
    n1, n2 = raw[0] + raw[1] + (cells[0] - raw[0]), raw[2] + raw[3] + (cells[2] - raw[2])
    only = (raw[1] == 0) & (raw[3] == 0)
    # With only events in both arms the uncorrected counts keep the variance positive.
    a, c = np.where(only, raw[0], cells[0]), np.where(only, raw[2], cells[2])
    y = np.log(cells[0] / n1) - np.log(cells[2] / n2)
    return y, 1 / a - 1 / n1 + 1 / c - 1 / n2


def _or(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, Array]:
    return np.log(a / b) - np.log(c / d), 1 / a + 1 / b + 1 / c + 1 / d


def _rd(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, Array]:
    n1, n2 = a + b, c + d
    p1, p2 = a / n1, c / n2
    return p1 - p2, p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2


def _arcsine(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, Array]:
    n1, n2 = a + b, c + d
    return np.arcsin(np.sqrt(a / n1)) - np.arcsin(np.sqrt(c / n2)), 1 / (4 * n1) + 1 / (4 * n2)


def _peto(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, Array]:
    n1, n2 = a + b, c + d
    n = n1 + n2
    variance = (a + c) * (b + d) * (n1 / n) * (n2 / n) / (n - 1)
    return (a - (a + c) * n1 / n) / variance, 1 / variance


def _phi(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, Array]:
    n = a + b + c + d
    p1, p2, q1, q2 = (a + b) / n, (c + d) / n, (a + c) / n, (b + d) / n
    y = (a * d - b * c) / np.sqrt((a + b) * (c + d) * (a + c) * (b + d))
    skew = y * (1 + y**2 / 2) * (p1 - p2) * (q1 - q2) / np.sqrt(p1 * p2 * q1 * q2)
    margins = (p1 - p2) ** 2 / (p1 * p2) + (q1 - q2) ** 2 / (q1 * q2)
    return y, (1 - y**2 + skew - 3 / 4 * y**2 * margins) / n


def _scaled_or(factor: float) -> Callable[[Array, Array, Array, Array], tuple[Array, Array]]:
    def formula(a: Array, b: Array, c: Array, d: Array) -> tuple[Array, Array]:
        y, v = _or(a, b, c, d)
        return y * factor, v * factor**2

    return formula


#: From the cells a, b, c, d (after a correction) to effects and variances. RR, OR, RD: variances
#: 1/a - 1/n1 + 1/c - 1/n2; the sum of the reciprocals; p1 q1/n1 + p2 q2/n2. AS: difference of
#: arcsines of square roots, 1/(4 n1) + 1/(4 n2) (Rücker et al. 2009, Stat Med 28:721). PETO: one
#: step to the log odds ratio, (O - E)/V and 1/V (Yusuf et al. 1985). OR2DL, OR2DN: log odds ratio
#: as a standardised difference, times √3/π (Chinn 2000, Stat Med 19:3127) or over 1.65 (Cox & Snell
#: 1989). PHI: phi coefficient, variance of Yule (1912) as in metafor.
CONTRASTS: dict[str, Callable[[Array, Array, Array, Array], tuple[Array, Array]]] = {
    "RR": _rr,
    "OR": _or,
    "RD": _rd,
    "AS": _arcsine,
    "PETO": _peto,
    "OR2DL": _scaled_or(3**0.5 / np.pi),
    "OR2DN": _scaled_or(1 / 1.65),
    "PHI": _phi,
}
_LOGS = frozenset({"RR", "OR", "PETO"})
_UNCORRECTED = frozenset({"AS", "PHI"})
_BOUNDED = {
    "RD": Transform("identity", low=-1.0, high=1.0),
    "PHI": Transform("identity", low=-1.0, high=1.0),
    "AS": Transform("identity", low=-np.pi / 2, high=np.pi / 2),
}
CORRECTED = ("both", "variance")
