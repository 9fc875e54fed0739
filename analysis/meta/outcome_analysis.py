"""One outcome as a program analyses it: both models, heterogeneity and every interval at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analysis.meta.common_effects import common_effect, weighted_by_size
from analysis.meta.distributions import chi2_sf
from analysis.meta.heterogeneity import log_h_interval, q_profile
from analysis.meta.models import pool
from analysis.meta.tau2_interval import tau2_limits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.pooled_effect import PooledEffect
    from analysis.meta.profiles import Profile

__all__ = ["DL_CENTRES", "OutcomeAnalysis", "analyse", "i2_limits", "random_effect"]

#: Around what DerSimonian and Laird's Q is taken where the common effect comes from the tables
#: themselves: around the inverse-variance mean (Stata ``randomi``, metafor), or around the
#: Mantel-Haenszel estimate (Stata ``random``, RevMan; R's meta, ``Q.Cochrane = TRUE``).
DL_CENTRES = ("inverse_variance", "table_method")


@dataclass(frozen=True, slots=True)
class OutcomeAnalysis:
    """What a program prints about one outcome.

    Attributes
    ----------
    common, random : PooledEffect
        On the scale of the model; Q, I² and H² of `random` are those of the outcome.
    tau2_low, tau2_high : float
        NaN where the program prints none.
    i2_low, i2_high : float
        Fractions; NaN where there are none.
    r_b : float
        τ² as a share of the squared standard error of the random-effects mean times k (Crippa et
        al. 2016, Stat Med 35:3661).
    """

    common: PooledEffect
    random: PooledEffect
    tau2_low: float
    tau2_high: float
    i2_low: float
    i2_high: float
    r_b: float


def analyse(
    sizes: EffectSizes,
    columns: Mapping[str, ArrayLike],
    profile: Profile,
    *,
    tau2: float | None = None,
    level: float = 0.95,
) -> OutcomeAnalysis:
    """Analyse one outcome under a profile.

    Parameters
    ----------
    sizes : EffectSizes
        From `columns`, in the profile's conventions (`profile_options.conventional_effects`).
    columns : mapping of str to array_like, shape (k,)
        Of all studies, those without an effect included: some methods pool the tables.
    profile : Profile
    tau2 : float, optional
        A fixed between-study variance, such as that of all subgroups together.
    level : float
        Confidence level, a fraction.

    Raises
    ------
    MetaInputError
        If the studies cannot be pooled so.
    """
    common = common_effect(sizes, columns, profile, level=level)
    random = random_effect(sizes, profile, centre=common, tau2=tau2, level=level)
    if profile.common_interval == "IVhet":
        common = common_effect(sizes, columns, profile, tau2=random.tau2, level=level)
    centred = _centred_elsewhere(profile, common)
    low = high = float("nan")
    if sizes.k > 1 and not centred and tau2 is None:
        low, high = tau2_limits(
            sizes.yi,
            sizes.vi,
            method=profile.tau2_method,
            interval=profile.tau2_interval,
            level=level,
        )
    i2_low, i2_high = i2_limits(sizes, random, profile, level=level)
    if profile.table_method == "sample_size" and "n2i" in columns:
        common, random = (weighted_by_size(m, sizes, columns) for m in (common, random))
    weights = 1 / (sizes.vi + random.tau2)
    return OutcomeAnalysis(
        common=common,
        random=random,
        tau2_low=low,
        tau2_high=high,
        i2_low=i2_low,
        i2_high=i2_high,
        r_b=float(random.tau2 * weights.sum() / sizes.k) if sizes.k > 1 else float("nan"),
    )


def random_effect(
    sizes: EffectSizes,
    profile: Profile,
    *,
    centre: PooledEffect | None = None,
    tau2: float | None = None,
    level: float = 0.95,
) -> PooledEffect:
    """Pool by the profile's random-effects model.

    Parameters
    ----------
    sizes : EffectSizes
    profile : Profile
    centre : PooledEffect, optional
        The common effect, around which some programs take Q for DerSimonian and Laird's τ².
    tau2 : float, optional
        A fixed between-study variance.
    level : float

    Raises
    ------
    MetaInputError
        As `analysis.meta.models.pool`.
    """
    fixed, q = tau2, None
    if centre is not None and _centred_elsewhere(profile, centre):
        w = 1 / sizes.vi
        q = float((w * (sizes.yi - centre.estimate) ** 2).sum())
        spare = w.sum() - (w**2).sum() / w.sum()
        if tau2 is None:
            fixed = max(0.0, (q - (sizes.k - 1)) / spare) if sizes.k > 1 else 0.0
    found = pool(
        sizes.yi,
        sizes.vi,
        method=profile.tau2_method,
        test=profile.test,
        level=level,
        prediction=profile.prediction,
        i2=profile.i2,
        tau2=fixed,
    )
    if q is None:
        return found
    df = sizes.k - 1
    share = max(0.0, 1 - df / q) if q > 0 and df > 0 else 0.0
    return replace(
        found, q=q, q_p=float(chi2_sf(q, df)), i2=share, h2=q / df if df else 1.0, i2_definition="q"
    )


def _centred_elsewhere(profile: Profile, common: PooledEffect) -> bool:
    return (
        profile.dl_centre == "table_method"
        and profile.tau2_method == "DL"
        and common.method == "MH"
    )


def i2_limits(
    sizes: EffectSizes, random: PooledEffect, profile: Profile, *, level: float = 0.95
) -> tuple[float, float]:
    """Return the limits of I² in the profile's convention; NaN where it has none."""
    missing = float("nan"), float("nan")
    if profile.i2_interval == "q_profile":
        if sizes.k < 2:
            return missing
        found = q_profile(sizes.yi, sizes.vi, level=level)
        return found.i2_low, found.i2_high
    if sizes.k < 3 and not (profile.i2_interval_two and random.q > 2):
        return missing
    limits = log_h_interval(random.q, sizes.k, level=level)
    return limits.i2_low, limits.i2_high
