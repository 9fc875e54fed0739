"""How firm a pool stands: leaving studies out, small-study effects, subgroups, other models."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from analysis.synthesis.effects import Contribution, Scale, scale_of
from analysis.synthesis.pooling import rule_chooses_common
from analysis.synthesis.sensitivity_results import (
    FunnelPoint,
    InfluencePoint,
    Refit,
    Sensitivity,
    SmallStudyEffects,
    Specified,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from analysis.meta.back_transform import Transform
    from analysis.meta.profiles import Profile
    from analysis.meta.specification import SpecificationTable
    from analysis.synthesis.effects import Kind
    from analysis.synthesis.results import Pool
    from schemas.protocol import Protocol

_FEWEST_FOR_LOG_H = 3
_SCALES = {"PR": "proportion", "PLO": "logit", "PAS": "arcsine", "PFT": "Freeman–Tukey"}


def sensitivity(
    found: Sequence[Contribution],
    pool: Pool,
    protocol: Protocol,
    profile: Profile,
) -> Sensitivity | None:
    """Compute everything that shows how firm a pool stands.

    Parameters
    ----------
    found
        What was pooled.
    pool
        The pool; its model is kept throughout.
    protocol
        Model rule, subgroup variables, moderators.
    profile
        The numerical conventions.

    Returns
    -------
    Sensitivity or None
        None with fewer than two estimates.
    """
    if len(found) < 2:
        return None
    from analysis.meta.heterogeneity import log_h_interval, q_profile
    from analysis.synthesis.moderation import comparisons, regressions

    scale = scale_of(found, pool.kind, profile)
    tau2 = q_profile(scale.yi, scale.vi, level=protocol.confidence_level)
    i2 = tau2
    if profile.i2_interval == "log_h":
        # The interval of Higgins and Thompson needs three studies; with two there is none.
        enough = pool.q is not None and pool.k >= _FEWEST_FOR_LOG_H
        i2 = (
            log_h_interval(pool.q or 0.0, pool.k, level=protocol.confidence_level)
            if enough
            else None
        )
    return Sensitivity(
        model=pool.model,
        leave_one_out=leave_one_out(found, pool, protocol, profile),
        cumulative=_cumulative(found, pool, protocol, profile),
        influence=_influence(found, scale, pool, protocol, profile),
        small_study=_small_study(found, scale, pool, protocol, profile),
        comparisons=comparisons(found, scale, protocol, profile),
        regressions=regressions(found, scale, pool, protocol, profile),
        specifications=_specifications(found, pool.kind, protocol),
        i2_low=None if i2 is None else _real(i2.i2_low),
        i2_high=None if i2 is None else _real(i2.i2_high),
        tau2_low=_real(tau2.tau2_low),
        tau2_high=_real(tau2.tau2_high),
    )


def leave_one_out(
    found: Sequence[Contribution], pool: Pool, protocol: Protocol, profile: Profile
) -> tuple[Refit, ...]:
    """Pool again without each row in turn, under the model of the whole pool.

    Parameters
    ----------
    found
        What was pooled, at least two rows.
    pool
        The pool; its model is kept.
    protocol, profile
        Model rule, confidence level and numerical conventions.
    """
    import numpy as np

    keep = ~np.eye(len(found), dtype=bool)
    return _refits(found, keep, list(found), pool, protocol, profile)


def _cumulative(
    found: Sequence[Contribution], pool: Pool, protocol: Protocol, profile: Profile
) -> tuple[Refit, ...]:
    """Pool the first one, two … studies in time; rows without a year have no place."""
    import numpy as np

    dated = [item for item in found if item.row.study.year is not None]
    dated.sort(key=lambda item: item.row.study.year or 0)
    if len(dated) < 2:
        return ()
    keep = np.tri(len(dated), dtype=bool)
    return _refits(dated, keep, dated, pool, protocol, profile)


def _refits(
    found: Sequence[Contribution],
    keep: NDArray[np.bool_],
    named: Sequence[Contribution],
    pool: Pool,
    protocol: Protocol,
    profile: Profile,
) -> tuple[Refit, ...]:
    from analysis.meta.models import pool_batch

    scale = scale_of(found, pool.kind, profile)
    method, test = _model(pool, profile)
    options = {"level": protocol.confidence_level, "prediction": None}
    chosen = pool_batch(
        scale.yi, scale.vi, keep, method=method, test=test, i2=profile.i2, **options
    )
    common = pool_batch(scale.yi, scale.vi, keep, method="CE", test="z", i2="q", **options)
    refits = []
    for index, item in enumerate(named):
        back = _transform(found, keep[index], scale, pool.kind, profile).apply
        chooses_common = rule_chooses_common(
            float(common.i2[index]), float(common.q_p[index]), protocol
        )
        refits.append(
            Refit(
                label=item.row.label,
                row=item.row.ref,
                reconstructed=item.row.reconstructed,
                year=item.row.study.year,
                k=int(chosen.k[index]),
                estimate=float(back(chosen.estimate[index])),
                ci_low=_possible(float(back(chosen.ci_low[index])), pool.kind),
                ci_high=_possible(float(back(chosen.ci_high[index])), pool.kind),
                i2=float(chosen.i2[index]),
                q_p=float(chosen.q_p[index]),
                tau2=float(chosen.tau2[index]),
                switches=int(chosen.k[index]) > 1 and chooses_common != (pool.model == "common"),
            )
        )
    return tuple(refits)


def _possible(limit: float, kind: Kind) -> float:
    """Cut a limit at what a proportion can be, as that of the pool is cut."""
    return min(max(limit, 0.0), 1.0) if kind == "proportion" else limit


def _model(pool: Pool, profile: Profile) -> tuple[str, str]:
    return ("CE", "z") if pool.model == "common" else (profile.tau2_method, profile.test)


def _transform(
    found: Sequence[Contribution],
    kept: NDArray[np.bool_],
    scale: Scale,
    kind: Kind,
    profile: Profile,
) -> Transform:
    """Give the way back for a subset: that of Freeman–Tukey depends on who is in it."""
    if scale.transform.name != "freeman_tukey":
        return scale.transform
    subset = [item for item, stays in zip(found, kept, strict=True) if stays]
    return scale_of(subset, kind, profile).transform


def _influence(
    found: Sequence[Contribution],
    scale: Scale,
    pool: Pool,
    protocol: Protocol,
    profile: Profile,
) -> tuple[InfluencePoint, ...]:
    from analysis.meta.influence import influence

    if len(found) < 3:
        return ()
    method, test = _model(pool, profile)
    measures = influence(
        scale.yi, scale.vi, method=method, test=test, level=protocol.confidence_level
    )
    return tuple(
        InfluencePoint(
            label=item.row.label,
            row=item.row.ref,
            reconstructed=item.row.reconstructed,
            heterogeneity=float(measures.baujat.heterogeneity[index]),
            influence=float(measures.baujat.influence[index]),
            cook_d=float(measures.cook_d[index]),
            rstudent=float(measures.rstudent[index]),
            hat=float(measures.hat[index]),
            influential=bool(measures.influential[index]),
        )
        for index, item in enumerate(found)
    )


def _small_study(
    found: Sequence[Contribution],
    scale: Scale,
    pool: Pool,
    protocol: Protocol,
    profile: Profile,
) -> SmallStudyEffects | None:
    from analysis.meta.begg import begg
    from analysis.meta.egger import egger
    from analysis.meta.errors import MetaInputError
    from analysis.meta.trim_and_fill import trim_and_fill

    measure = profile.proportion_measure if pool.kind == "proportion" else "MEDRAW"
    method, test = _model(pool, profile)
    flags: list[str] = []
    try:
        rank = begg(
            scale.yi,
            scale.vi,
            method=profile.begg_method,
            tie_correction=profile.begg_tie_correction,
            measure=measure,
        )
        line = egger(
            scale.yi,
            scale.vi,
            model=profile.egger_model,
            method=profile.tau2_method,
            measure=measure,
        )
        filled = trim_and_fill(
            scale.yi,
            scale.vi,
            method=method,
            test=test,
            level=protocol.confidence_level,
            estimator=profile.trim_fill_estimator,
            convention=profile.trim_fill_convention,
            measure=measure,
        )
    except MetaInputError:
        return None
    flags += [flag.reason for flag in rank.flags]
    if rank.fell_back:
        flags.append(rank.fell_back)
    back = scale.transform.apply
    after = filled.pooled
    points = [
        FunnelPoint(item.row.label, yi, vi**0.5, item.row.reconstructed, imputed=False)
        for item, yi, vi in zip(found, scale.yi, scale.vi, strict=True)
    ]
    points += [
        FunnelPoint(None, float(yi), float(vi) ** 0.5, reconstructed=False, imputed=True)
        for yi, vi in zip(filled.filled_yi, filled.filled_vi, strict=True)
    ]
    return SmallStudyEffects(
        k=len(found),
        begg_p=_real(rank.p_value),
        begg_method=rank.method,
        egger_p=_real(line.p_value),
        egger_method="linear regression" if line.model == "lm" else "mixed-effects regression",
        imputed=filled.k0,
        side=filled.side,
        estimator=filled.estimator,
        filled_estimate=float(back(after.estimate)),
        filled_ci_low=float(back(after.ci_low)),
        filled_ci_high=float(back(after.ci_high)),
        centre=_centre(scale, method, protocol),
        scale=_SCALES.get(measure, "months" if profile.median_scale == "natural" else "log months"),
        points=tuple(points),
        flags=tuple(dict.fromkeys(flags)),
        reasons=tuple(dict.fromkeys(flag.code for flag in rank.flags)),
    )


def _centre(scale: Scale, method: str, protocol: Protocol) -> float:
    from analysis.meta.models import pool

    level = protocol.confidence_level
    return pool(scale.yi, scale.vi, method=method, level=level, prediction=None).estimate


def _specifications(
    found: Sequence[Contribution], kind: Kind, protocol: Protocol
) -> tuple[Specified, ...]:
    from analysis.meta.specification import proportion_specifications, specifications

    level = protocol.confidence_level
    if kind == "proportion":
        table: SpecificationTable = proportion_specifications(
            [item.row.events or 0 for item in found],
            [item.row.n or 0 for item in found],
            level=level,
        )
    elif len({item.row.ci_level for item in found}) == 1:
        from analysis.meta.medians import medians

        limits = [
            [math.nan if value is None else value for value in column]
            for column in (
                [item.row.median for item in found],
                [item.row.ci_low for item in found],
                [item.row.ci_high for item in found],
            )
        ]
        reported = found[0].row.ci_level
        table = specifications(
            {
                ("MEDRAW", ""): medians(*limits, scale="natural", level=reported),
                ("MEDLOG", ""): medians(*limits, scale="log", level=reported),
            },
            level=level,
        )
    else:
        return ()
    return tuple(
        Specified(
            measure=f"{row.measure}, {row.zero}" if row.zero in {"drop", "only0"} else row.measure,
            method=row.method,
            test=row.test,
            estimate=_real(row.estimate),
            ci_low=_real(row.ci_low),
            ci_high=_real(row.ci_high),
            prediction_low=_real(row.prediction_low),
            prediction_high=_real(row.prediction_high),
            tau2=_real(row.tau2),
            i2=_real(row.i2),
            k=row.k,
            refused=row.refused or None,
        )
        for row in table.rows
    )


def _real(value: float | None) -> float | None:
    """Give a number that JSON can hold, None for what does not exist."""
    return None if value is None or not math.isfinite(value) else float(value)
