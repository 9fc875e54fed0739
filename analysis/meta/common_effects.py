"""The common effect of a profile: from the tables themselves or by inverse variance.

`COMMON_METHODS` names how; what a method cannot pool is pooled by inverse variance, as every
program does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analysis.meta.distributions import quantile, two_sided_p, z_quantile
from analysis.meta.mantel_haenszel import mantel_haenszel
from analysis.meta.mantel_haenszel_rates import RATE_MEASURES, mantel_haenszel_rates
from analysis.meta.models import pool
from analysis.meta.two_arm import TWO_ARM_MEASURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.pooled_effect import PooledEffect
    from analysis.meta.profiles import Profile
    from analysis.meta.projection import Array

__all__ = [
    "COMMON_INTERVALS",
    "COMMON_METHODS",
    "common_effect",
    "doi_standard_error",
    "weighted_by_size",
]

#: ``sample_size`` weighs 2x2 tables by n1 n2/(n1 + n2) under both models (Bakbergenuly, Hoaglin &
#: Kulinskaya 2020, Res Synth Methods 11:827; meta ``SSW``).
COMMON_METHODS = ("inverse_variance", "mantel_haenszel", "sample_size")
#: The inverse of the sum of the weights, or widened by τ² without changing the estimate (IVhet; Doi
#: et al. 2015, Contemp Clin Trials 45:130).
COMMON_INTERVALS = ("classic", "IVhet")


def common_effect(
    sizes: EffectSizes,
    columns: Mapping[str, ArrayLike],
    profile: Profile,
    *,
    tau2: float = 0.0,
    level: float = 0.95,
) -> PooledEffect:
    """Pool the studies of a table by the profile's common-effect method.

    Parameters
    ----------
    sizes : EffectSizes
        From `columns`, in the profile's conventions.
    columns : mapping of str to array_like, shape (k,)
    profile : Profile
    tau2 : float
        Between-study variance, for the interval ``IVhet``.
    level : float
        Confidence level, a fraction.

    Raises
    ------
    MetaInputError
        If the method is not defined for these tables.
    """
    pooled = _by_table(sizes, columns, profile, level)
    if pooled is not None:
        return pooled
    found = pool(sizes.yi, sizes.vi, method="CE", level=level, prediction=None)
    if profile.common_interval == "IVhet":
        se = doi_standard_error(sizes.vi, tau2)
        half = z_quantile(level) * se
        low, high = found.estimate - half, found.estimate + half
        stat = found.estimate / se
        p = float(two_sided_p(stat, np.nan))
        found = replace(found, se=se, stat=stat, p=p, ci_low=low, ci_high=high)
    return found


def doi_standard_error(v: Array, tau2: float) -> float:
    """Return the standard error of the inverse-variance mean when the studies differ by τ²."""
    w = 1 / v
    return float(np.sqrt((w**2 * (v + tau2)).sum()) / w.sum())


def weighted_by_size(
    pooled: PooledEffect, sizes: EffectSizes, columns: Mapping[str, ArrayLike]
) -> PooledEffect:
    """Return the same model with weights of the sample sizes instead of the variances.

    Parameters
    ----------
    pooled : PooledEffect
        Its τ² and everything about heterogeneity stay.
    sizes : EffectSizes
    columns : mapping of str to array_like, shape (k,)
        With the group sizes ``n1i`` and ``n2i``.
    """
    n1, n2 = (np.asarray(columns[name], dtype=float)[sizes.index] for name in ("n1i", "n2i"))
    w = n1 * n2 / (n1 + n2)
    estimate = float((w * sizes.yi).sum() / w.sum())
    se = float(np.sqrt((w**2 * (sizes.vi + pooled.tau2)).sum()) / w.sum())
    free = float("nan") if pooled.df is None else pooled.df
    half = float(quantile(pooled.level, free)) * se
    return replace(
        pooled,
        estimate=estimate,
        se=se,
        stat=estimate / se,
        p=float(two_sided_p(estimate / se, free)),
        ci_low=estimate - half,
        ci_high=estimate + half,
        weights=w / w.sum(),
    )


def _by_table(
    sizes: EffectSizes, columns: Mapping[str, ArrayLike], profile: Profile, level: float
) -> PooledEffect | None:
    if profile.table_method != "mantel_haenszel":
        return None
    if sizes.measure in RATE_MEASURES:
        taken = (columns[name] for name in ("x1i", "t1i", "x2i", "t2i"))
        return mantel_haenszel_rates(*taken, measure=sizes.measure, level=level)
    if sizes.measure not in TWO_ARM_MEASURES:
        return None
    ratio = sizes.measure != "RD"
    taken = (columns[name] for name in ("ai", "n1i", "ci", "n2i"))
    return mantel_haenszel(
        *taken,
        measure=sizes.measure,
        zero=profile.mantel_haenszel_zero,
        add=profile.zero_add,
        level=level,
        rd_variance=profile.rd_variance,
        drop_double_zero=profile.drop_double_zero and ratio,
        drop_all_events=profile.drop_all_events or sizes.measure == "OR",
        continuity=profile.continuity,
        corrected=profile.difference_correction,
    )
