"""What trim and fill leaves open: side, ranks, rounding, and the estimators of the missing studies.

The conventions are those of the programs' sources: metafor 3.8 ``trimfill.rma.uni``, Stata
``metatrim`` 1.0.5 (Steichen 2003) and R's meta ``trimfill`` with ``estimate.missing``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.errors import MetaInputError
from analysis.meta.line_fit import fit_line, refuse_constant
from analysis.meta.projection import Design
from analysis.meta.tau2 import canonical_method, estimate_tau2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

__all__ = [
    "CONVENTIONS",
    "ESTIMATORS",
    "SIDES",
    "TrimFillConvention",
    "estimate_missing",
    "rounded",
    "side_of_missing",
    "signed_ranks",
    "weighted_mean",
]

ESTIMATORS = ("L0", "R0", "Q0")
SIDES = ("auto", "left", "right")


@dataclass(frozen=True, slots=True)
class TrimFillConvention:
    """How one program fills the gaps of the published algorithm.

    Attributes
    ----------
    name : str
        For messages and the paper.
    trim_method : str or None
        Model of the centre in the iterations; None is the model of the analysis.
    auto_side : {"regression", "left", "right"}
        What ``side="auto"`` means: the sign of the slope of the effects on their standard errors,
        or a fixed side on which studies are imputed.
    side_method : str or None
        Model of that regression; None is the model of the iterations.
    ties : {"order", "average"}
        Ranks of equal distances from the centre: in the order of the sorted effects, or their mean.
    rounding : {"half_even", "half_up"}
        Of the estimate of k₀.
    run_offset : float
        Subtracted from the length of the run in R0. With ``half_up`` rounding 1.5 and 1 differ only
        if the run ends in a tie.
    sort_by_variance : bool
        Whether equal effects are sorted by their variances rather than left as they stand.
    min_studies, max_iterations : int
    unconverged : {"refuse", "keep"}
        What happens when k₀ does not repeat.
    """

    name: str
    trim_method: str | None
    auto_side: str
    side_method: str | None
    ties: str
    rounding: str
    run_offset: float
    sort_by_variance: bool
    min_studies: int
    max_iterations: int
    unconverged: str


CONVENTIONS: dict[str, TrimFillConvention] = {
    "metafor": TrimFillConvention(
        name="metafor",
        trim_method=None,
        auto_side="regression",
        side_method=None,
        ties="order",
        rounding="half_even",
        run_offset=1.0,
        sort_by_variance=False,
        min_studies=2,
        max_iterations=100,
        unconverged="refuse",
    ),
    # metatrim calls the default "right" because it trims there; it imputes on the left. ``flip`` is
    # side="right", ``reffect`` is trim_method="DL".
    "stata14": TrimFillConvention(
        name="stata14",
        trim_method="CE",
        auto_side="left",
        side_method=None,
        ties="average",
        rounding="half_up",
        run_offset=1.5,
        sort_by_variance=True,
        min_studies=2,
        max_iterations=11,
        unconverged="keep",
    ),
    "meta": TrimFillConvention(
        name="meta",
        trim_method="CE",
        auto_side="regression",
        side_method="CE",
        ties="average",
        rounding="half_up",
        run_offset=1.5,
        sort_by_variance=False,
        min_studies=3,
        max_iterations=50,
        unconverged="keep",
    ),
}


def side_of_missing(
    y: FloatArray, v: FloatArray, side: str, trimming: str, rules: TrimFillConvention
) -> tuple[str, str]:
    """Return the side on which studies are imputed, and what chose it.

    Small studies with the larger effects (a slope that is not negative) leave a gap on the left.

    Raises
    ------
    MetaInputError
        If the side depends on a slope that these studies do not have.
    """
    if side != "auto":
        return side, "caller"
    if rules.auto_side != "regression":
        return rules.auto_side, f"convention {rules.name}"
    method = canonical_method(rules.side_method or trimming)
    se = np.sqrt(v)
    refuse_constant(se, "standard error")
    if method != "CE" and y.size < 3:
        msg = (
            f"Choosing the side by a {method} regression needs at least 3 studies; there are "
            f"{y.size}. Name the side on which studies are missing: 'left' or 'right'."
        )
        raise MetaInputError(msg)
    design = Design.columns(np.column_stack([np.ones(y.size), se]))
    slope = fit_line(se, y, 1.0 / (v + _between_variance(design, y, v, method))).slope
    return ("right" if slope < 0 else "left"), f"slope on the standard error ({method})"


def weighted_mean(y: FloatArray, v: FloatArray, method: str) -> float:
    """Return the pooled estimate of `analysis.meta.models.pool`, without anything else of it."""
    weight = 1.0 / (v + _between_variance(Design.intercept(y.size), y, v, method))
    # Relative to the first study, so that the mean of one study is that study to the last digit.
    return float(y[0] + np.dot(weight, y - y[0]) / weight.sum())


def _between_variance(design: Design, y: FloatArray, v: FloatArray, method: str) -> float:
    centred = (y - y.mean())[None, :]
    return float(estimate_tau2(design, centred, v[None, :], np.ones_like(centred), method).tau2[0])


def signed_ranks(centred: FloatArray, ties: str) -> FloatArray:
    """Return the ranks of the absolute values with the signs of the values, shape (k,)."""
    size = np.abs(centred)
    order = np.argsort(size, kind="stable")
    ranks = np.empty(size.size)
    ranks[order] = np.arange(1.0, size.size + 1.0)
    if ties == "average":
        _, group = np.unique(size, return_inverse=True)
        ranks = (np.bincount(group, ranks) / np.bincount(group))[group]
    return np.sign(centred) * ranks


def estimate_missing(
    ranks: FloatArray, estimator: str, rules: TrimFillConvention
) -> tuple[float, float | None]:
    """Return the estimate of k₀ before rounding and its standard error.

    Parameters
    ----------
    ranks : ndarray, shape (k,)
        Signed ranks of all studies; those to be trimmed are positive.
    estimator : {"L0", "R0", "Q0"}
    rules : TrimFillConvention

    Raises
    ------
    MetaInputError
        If the estimator is not defined for these ranks.

    References
    ----------
    Duval, Tweedie (2000), JASA 95:89; Biometrics 56:455.
    """
    k = ranks.size
    if estimator == "R0":
        negative = ranks[ranks < 0]
        if negative.size == 0:
            msg = (
                "R0 is not defined here: no study lies below the centre on the side searched. Use "
                "estimator='L0'."
            )
            raise MetaInputError(msg)
        raw = k + float(negative.min()) - rules.run_offset
        run = max(0.0, k + float(negative.min()) - 1.0)
        return raw, float(np.sqrt(2.0 * run + 2.0))
    rank_sum = float(ranks[ranks > 0].sum())
    if estimator == "L0":
        raw = (4.0 * rank_sum - k * (k + 1.0)) / (2.0 * k - 1.0)
        scale = 4.0 / (2.0 * k - 1.0)
    else:
        root = 2.0 * k * k - 4.0 * rank_sum + 0.25
        if root < 0:
            msg = (
                "Q0 is not defined here: too many studies lie on one side of the centre (the root "
                "of a negative number). Use estimator='L0' or 'R0'."
            )
            raise MetaInputError(msg)
        raw = k - 0.5 - float(np.sqrt(root))
        scale = 2.0 / float(np.sqrt((k - 0.5) ** 2 - raw * (2.0 * k - raw - 1.0)))
    variance = (
        k * (k + 1.0) * (2.0 * k + 1.0)
        + 10.0 * raw**3
        + 27.0 * raw**2
        + 17.0 * raw
        - 18.0 * k * raw**2
        - 18.0 * k * raw
        + 6.0 * k**2 * raw
    ) / 24.0
    return raw, scale * float(np.sqrt(variance)) if variance >= 0 else None


def rounded(value: float, rounding: str) -> int:
    """Round to a whole number: halves to even, or up."""
    return int(np.rint(value)) if rounding == "half_even" else int(np.floor(value + 0.5))
