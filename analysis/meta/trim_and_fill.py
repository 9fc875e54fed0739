"""Duval and Tweedie's trim and fill, with the choices that programs make differently as data.

The number k₀ of missing studies on one side is estimated from the ranks of the centred effects, the
k₀ most extreme studies of the other side are trimmed, the centre is estimated again, until k₀
repeats; then the trimmed studies are mirrored about the centre (Duval and Tweedie 2000, Biometrics
56:455 and JASA 95:89). Which model finds the centre changes k₀ (4 or 1 for the BCG trials), and so
do the rule for ties and the rounding: a `TrimFillConvention` fixes them, the result records it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta import checks
from analysis.meta.errors import MetaInputError
from analysis.meta.models import pool
from analysis.meta.small_study import SmallStudyFlag, heterogeneity_share, small_study_flags
from analysis.meta.tau2 import canonical_method
from analysis.meta.trim_fill_remarks import impossible_effects, model_in_words
from analysis.meta.trim_fill_rules import (
    CONVENTIONS,
    ESTIMATORS,
    SIDES,
    TrimFillConvention,
    estimate_missing,
    rounded,
    side_of_missing,
    signed_ranks,
    weighted_mean,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from analysis.meta.pooled_effect import PooledEffect

    FloatArray = NDArray[np.float64]
    Centre = Callable[[FloatArray, FloatArray], float]

__all__ = [
    "TrimAndFill",
    "TrimComparison",
    "TrimStep",
    "trim_and_fill",
    "trim_with_both_models",
]


@dataclass(frozen=True, slots=True)
class TrimStep:
    """One iteration: the centre, the sum of positive ranks, and the studies to trim next."""

    centre: float
    rank_sum: float
    k0: int


@dataclass(frozen=True, slots=True)
class TrimAndFill:
    """Estimated number of missing studies and the pooled effect with them imputed.

    Attributes
    ----------
    k, k0 : int
        Studies, and studies imputed.
    se_k0 : float or None
        Standard error of k₀ before rounding; None where its variance is not positive.
    p_k0 : float or None
        R0 only: P(k₀ at least this large | none missing) = ½^(k₀ + 1).
    side : {"left", "right"}
        Side on which studies are imputed.
    side_chosen_by : str
        ``"caller"``, the convention, or the regression that chose it.
    estimator : {"L0", "R0", "Q0"}
        Estimator of k₀.
    trim_method : str
        Model of the centre within the iterations.
    convention : TrimFillConvention
        Rule for ties, rounding and everything else that programs do differently.
    steps : tuple of TrimStep
        The iterations; centres on the caller's scale.
    converged : bool
        Whether k₀ repeated within the convention's number of iterations.
    filled_yi, filled_vi : ndarray, shape (k0,)
        Imputed effects and sampling variances, in the order of the studies they mirror.
    mirrored : ndarray of int, shape (k0,)
        Positions of the studies mirrored, from 0.
    pooled, pooled_common : PooledEffect
        Originals and imputed studies together: by the method asked for and by a common effect.
    remarks : tuple of str
        Imputed effects that no study can have observed, such as a proportion below 0.
    flags : tuple of SmallStudyFlag
        Reasons to distrust the analysis here.
    """

    k: int
    k0: int
    se_k0: float | None
    p_k0: float | None
    side: str
    side_chosen_by: str
    estimator: str
    trim_method: str
    convention: TrimFillConvention
    steps: tuple[TrimStep, ...]
    converged: bool
    filled_yi: FloatArray
    filled_vi: FloatArray
    mirrored: NDArray[np.intp]
    pooled: PooledEffect
    pooled_common: PooledEffect
    remarks: tuple[str, ...]
    flags: tuple[SmallStudyFlag, ...]

    @property
    def trim_model(self) -> str:
        """The model of the iterations in words, for a sentence or a note."""
        return model_in_words(self.trim_method)


@dataclass(frozen=True, slots=True)
class TrimComparison:
    """Trim and fill with either model in the iterations.

    Attributes
    ----------
    chosen : TrimAndFill
        With the model asked for.
    other : TrimAndFill or None
        With the other of common and random effects; None if that one is refused.
    refused : str or None
        Why there is no other.
    same_count : bool
        Whether both impute the same number of studies on the same side.
    """

    chosen: TrimAndFill
    other: TrimAndFill | None
    refused: str | None
    same_count: bool


def trim_and_fill(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    method: str = "DL",
    test: str = "z",
    level: float = 0.95,
    estimator: str = "L0",
    side: str = "auto",
    trim_method: str | None = None,
    convention: str | TrimFillConvention = "metafor",
    prediction: str | None = "test",
    i2: str = "q",
    measure: str | None = None,
) -> TrimAndFill:
    """Estimate how many studies are missing on one side, impute them, and pool again.

    Parameters
    ----------
    yi, vi : array_like, shape (k,)
        Effect sizes and sampling variances, ``k >= 2`` (3 under conventions that need them).
    method, test, level, prediction, i2
        Final pooled effect, as `analysis.meta.models.pool`.
    estimator : {"L0", "R0", "Q0"}
        Linear, run or quadratic estimator of the number of missing studies.
    side : {"auto", "left", "right"}
        Side on which studies are missing; ``auto`` leaves it to the convention.
    trim_method : str, optional
        Model of the centre in the iterations instead of the convention's.
    convention : {"metafor", "stata14", "meta"} or TrimFillConvention
        Everything else that programs do differently (see `analysis.meta.trim_fill_rules`).
    measure : str, optional
        Effect measure, only for the flags and remarks.

    Raises
    ------
    MetaInputError
        For unusable effects, variances or options, too few studies, an estimate that does not exist
        for these data (Q0 under a negative root, R0 with nothing on the other side), a side that
        cannot be chosen (all standard errors equal), or iterations that cycle where the convention
        does not keep the last one.

    References
    ----------
    Duval, Tweedie (2000), Biometrics 56:455; JASA 95:89.
    """
    y, v = checks.effects(yi, vi)
    checks.choice("estimator", estimator, ESTIMATORS)
    checks.choice("side", side, SIDES)
    if isinstance(convention, TrimFillConvention):
        rules = convention
    else:
        rules = CONVENTIONS[checks.choice("convention", convention, CONVENTIONS)]
    k = y.size
    if k < rules.min_studies:
        msg = (
            f"Trim and fill needs at least {rules.min_studies} studies under the convention "
            f"{rules.name!r}; there are {k}."
        )
        raise MetaInputError(msg)
    trimming = canonical_method(trim_method or rules.trim_method or method)

    def centre(part_y: FloatArray, part_v: FloatArray) -> float:
        return weighted_mean(part_y, part_v, trimming)

    side, chosen_by = side_of_missing(y, v, side, trimming, rules)
    flip = -1.0 if side == "right" else 1.0
    order = (
        np.lexsort((v, flip * y)) if rules.sort_by_variance else np.argsort(flip * y, kind="stable")
    )
    sorted_y, sorted_v = flip * y[order], v[order]
    steps, k0, se_k0, converged = _iterate(sorted_y, sorted_v, estimator, centre, rules)

    extreme = order[k - k0 :]
    filled_y = flip * (2.0 * steps[-1].centre - sorted_y[k - k0 :])
    filled_v = v[extreme]
    all_y, all_v = np.concatenate([y, filled_y]), np.concatenate([v, filled_v])

    def final(name: str) -> PooledEffect:
        return pool(all_y, all_v, method=name, test=test, level=level, prediction=prediction, i2=i2)

    return TrimAndFill(
        k=k,
        k0=k0,
        se_k0=se_k0,
        p_k0=0.5 ** (k0 + 1) if estimator == "R0" else None,
        side=side,
        side_chosen_by=chosen_by,
        estimator=estimator,
        trim_method=trimming,
        convention=rules,
        steps=tuple(TrimStep(flip * step.centre, step.rank_sum, step.k0) for step in steps),
        converged=converged,
        filled_yi=filled_y,
        filled_vi=filled_v,
        mirrored=extreme,
        pooled=final(method),
        pooled_common=final("CE"),
        remarks=impossible_effects(filled_y, measure),
        flags=small_study_flags(k, measure, i2=heterogeneity_share(y, v)),
    )


def trim_with_both_models(
    yi: ArrayLike, vi: ArrayLike, *, method: str = "DL", **options: Any
) -> TrimComparison:
    """Run trim and fill twice, with a common effect and with random effects in the iterations.

    How many studies are missing depends on which of them finds the centre, so that one without
    the other says little (Peters et al. 2007, Stat Med 26:4544).

    Parameters
    ----------
    yi, vi, method, **options
        As `trim_and_fill`; its ``trim_method``, or what the convention takes, is the chosen one.

    Raises
    ------
    MetaInputError
        As `trim_and_fill`, for the model asked for.
    """
    chosen = trim_and_fill(yi, vi, method=method, **options)
    random = canonical_method(method) if canonical_method(method) != "CE" else "DL"
    other_method = random if chosen.trim_method == "CE" else "CE"
    try:
        other = trim_and_fill(yi, vi, method=method, **{**options, "trim_method": other_method})
    except MetaInputError as error:
        return TrimComparison(chosen, None, str(error), same_count=False)
    same = chosen.k0 == other.k0 and (chosen.k0 == 0 or chosen.side == other.side)
    return TrimComparison(chosen, other, None, same_count=same)


def _iterate(
    y: FloatArray, v: FloatArray, estimator: str, centre: Centre, rules: TrimFillConvention
) -> tuple[list[TrimStep], int, float | None, bool]:
    """Trim the upper end of the sorted effects until k₀ repeats.

    Returns the steps, k₀, its standard error and whether it repeated.
    """
    k = y.size
    k0, se_k0 = 0, None
    steps: list[TrimStep] = []
    for _ in range(rules.max_iterations):
        previous = k0
        middle = centre(y[: k - k0], v[: k - k0])
        ranks = signed_ranks(y - middle, rules.ties)
        raw, se_k0 = estimate_missing(ranks, estimator, rules)
        k0 = max(0, rounded(raw, rules.rounding))
        steps.append(TrimStep(middle, float(ranks[ranks > 0].sum()), k0))
        if k0 >= k:
            msg = f"Trim and fill would trim all {k} studies: there are too few for {estimator}."
            raise MetaInputError(msg)
        if k0 == previous:
            return steps, k0, se_k0, True
    if rules.unconverged == "refuse":
        msg = (
            f"Trim and fill did not settle within {rules.max_iterations} iterations (the last "
            f"estimates were {steps[-2].k0} and {steps[-1].k0} missing studies); report the "
            "analysis without it or choose another estimator."
        )
        raise MetaInputError(msg)
    return steps, k0, se_k0, False
