"""How firm a pool stands: leaving studies out, small-study effects, subgroups, other models."""

from __future__ import annotations

import math
from itertools import compress
from typing import TYPE_CHECKING

from analysis.measures.registry import measure
from analysis.synthesis.effects import Contribution, scale_of
from analysis.synthesis.moderation import comparisons, real, regressions
from analysis.synthesis.pooling import common_effect, method_and_test, rule_chooses_common
from analysis.synthesis.sensitivity_results import (
    CommonEffect,
    InfluencePoint,
    Refit,
    Sensitivity,
    Specified,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from analysis.measures.conventions import Conventions
    from analysis.measures.fit import Fit
    from analysis.measures.measure import Measure
    from analysis.measures.scale import Scale
    from analysis.meta.pooled_effect import PooledEffect
    from analysis.meta.transforms import Transform
    from analysis.synthesis.results import Pool
    from schemas.protocol import Protocol

_FEWEST_FOR_LOG_H = 3


def sensitivity(
    found: Sequence[Contribution],
    pool: Pool,
    protocol: Protocol,
    conventions: Conventions,
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
    conventions
        The numerical conventions.

    Returns
    -------
    Sensitivity or None
        None with fewer than two estimates.
    """
    if len(found) < 2:
        return None
    from analysis.meta.heterogeneity import log_h_interval, q_profile
    from analysis.synthesis.small_study import small_study_effects

    scale = scale_of(found, pool.measure, conventions)
    tau2 = q_profile(scale.yi, scale.vi, level=protocol.confidence_level)
    i2 = tau2
    if conventions.profile.i2_interval == "log_h":
        # The interval of Higgins and Thompson needs three studies; with two there is none.
        enough = pool.q is not None and pool.k >= _FEWEST_FOR_LOG_H
        i2 = (
            log_h_interval(pool.q or 0.0, pool.k, level=protocol.confidence_level)
            if enough
            else None
        )
    return Sensitivity(
        model=pool.model,
        leave_one_out=leave_one_out(found, pool, protocol, conventions),
        cumulative=_cumulative(found, pool, protocol, conventions),
        influence=_influence(found, scale, pool, protocol, conventions),
        small_study=small_study_effects(found, scale, pool, protocol, conventions),
        comparisons=comparisons(found, scale, protocol, conventions),
        regressions=regressions(found, scale, pool, protocol, conventions),
        specifications=_specifications(found, pool, conventions),
        i2_low=None if i2 is None else real(i2.i2_low),
        i2_high=None if i2 is None else real(i2.i2_high),
        tau2_low=real(tau2.tau2_low),
        tau2_high=real(tau2.tau2_high),
        common=_common_effect(found, scale, pool, conventions),
    )


def _common_effect(
    found: Sequence[Contribution], scale: Scale, pool: Pool, conventions: Conventions
) -> CommonEffect | None:
    if pool.model != "random":
        return None
    measured = measure(pool.measure)
    pooled = measured.together([item.observation for item in found], conventions)
    if pooled is None or pool.refused:
        pooled = common_effect(found, scale, measured, conventions)
    back = scale.transform.apply
    return CommonEffect(
        estimate=float(back(pooled.estimate)),
        ci_low=measured.possible(float(back(pooled.ci_low))),
        ci_high=measured.possible(float(back(pooled.ci_high))),
    )


def leave_one_out(
    found: Sequence[Contribution], pool: Pool, protocol: Protocol, conventions: Conventions
) -> tuple[Refit, ...]:
    """Pool again without each row in turn, under the model of the whole pool.

    Where that is a model of the counts, it is fitted again to each subset; one in which it has no
    estimate is pooled by inverse variance, and `Refit.refused` says why.

    Parameters
    ----------
    found
        What was pooled, at least two rows.
    pool
        The pool; its model is kept.
    protocol, conventions
        Model rule, confidence level and numerical conventions.
    """
    import numpy as np

    keep = ~np.eye(len(found), dtype=bool)
    return _refits(found, keep, list(found), pool, protocol, conventions)


def _cumulative(
    found: Sequence[Contribution], pool: Pool, protocol: Protocol, conventions: Conventions
) -> tuple[Refit, ...]:
    """Pool the first one, two … studies in time; rows without a year have no place."""
    import numpy as np

    dated = [item for item in found if item.row.study.year is not None]
    dated.sort(key=lambda item: item.row.study.year or 0)
    if len(dated) < 2:
        return ()
    keep = np.tri(len(dated), dtype=bool)
    return _refits(dated, keep, dated, pool, protocol, conventions)


def _refits(
    found: Sequence[Contribution],
    keep: NDArray[np.bool_],
    named: Sequence[Contribution],
    pool: Pool,
    protocol: Protocol,
    conventions: Conventions,
) -> tuple[Refit, ...]:
    from analysis.meta.models import pool_batch

    measured = measure(pool.measure)
    scale = scale_of(found, pool.measure, conventions)
    method, test = method_and_test(pool, conventions)
    options = {"level": protocol.confidence_level, "prediction": None}
    chosen = pool_batch(
        scale.yi, scale.vi, keep, method=method, test=test, i2=conventions.profile.i2, **options
    )
    common = pool_batch(scale.yi, scale.vi, keep, method="CE", test="z", i2="q", **options)
    fits = _own_fits(found, keep, pool, conventions)
    refits = []
    for index, item in enumerate(named):
        back = _transform(found, keep[index], scale, measured, conventions).apply
        chooses_common = rule_chooses_common(
            float(common.i2[index]), float(common.q_p[index]), protocol
        )

        def number(name: str, index: int = index) -> float:
            own = fits[index]
            by_variance = own is None or isinstance(own, str)
            return float(getattr(chosen, name)[index] if by_variance else getattr(own, name))

        refused = fits[index]
        refits.append(
            Refit(
                label=item.row.label,
                row=item.row.ref,
                reconstructed=item.row.reconstructed,
                year=item.row.study.year,
                k=int(chosen.k[index]),
                estimate=float(back(number("estimate"))),
                ci_low=measured.possible(float(back(number("ci_low")))),
                ci_high=measured.possible(float(back(number("ci_high")))),
                i2=number("i2"),
                q_p=number("q_p"),
                tau2=number("tau2"),
                switches=int(chosen.k[index]) > 1 and chooses_common != (pool.model == "common"),
                refused=refused if isinstance(refused, str) else "",
            )
        )
    return tuple(refits)


def _own_fits(
    found: Sequence[Contribution],
    keep: NDArray[np.bool_],
    pool: Pool,
    conventions: Conventions,
) -> list[PooledEffect | Fit | str | None]:
    """Pool each subset by the measure's own method; None where it is pooled by inverse variance.

    That is the common effect of the tables, or the model of the counts, as in the whole pool.
    Words say why a model of the counts has no estimate.
    """
    measured = measure(pool.measure)
    everyone = [item.observation for item in found]
    # One after the other: all of them together grow with the square of the studies.
    subsets = (list(compress(everyone, kept)) for kept in keep)
    if pool.model == "common":
        if measured.common(everyone, conventions) is None:
            return [None] * len(keep)
        return [measured.common(subset, conventions) for subset in subsets]
    if pool.refused or not measured.likelihood(conventions):
        return [None] * len(keep)
    # No weights are shown of a refit. One estimate alone is no model's.
    return [
        measured.fit(subset, (), conventions) if len(subset) > 1 else None for subset in subsets
    ]


def _transform(
    found: Sequence[Contribution],
    kept: NDArray[np.bool_],
    scale: Scale,
    measured: Measure,
    conventions: Conventions,
) -> Transform:
    """Give the way back for a subset: that of Freeman–Tukey depends on who is in it."""
    if scale.transform.name != "freeman_tukey":
        return scale.transform
    subset = [item.observation for item in compress(found, kept)]
    return measured.scale(subset, conventions).transform


def _influence(
    found: Sequence[Contribution],
    scale: Scale,
    pool: Pool,
    protocol: Protocol,
    conventions: Conventions,
) -> tuple[InfluencePoint, ...]:
    from analysis.meta.influence import influence

    # Knapp and Hartung's interval of equal estimates has no width: influence on it is 0 / 0.
    if len(found) < 3 or pool.se == 0:
        return ()
    method, test = method_and_test(pool, conventions)
    measures = influence(
        scale.yi, scale.vi, method=method, test=test, level=protocol.confidence_level
    )
    if not all(map(math.isfinite, measures.baujat.influence)):
        return ()  # without one of them the others are equal
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


def _specifications(
    found: Sequence[Contribution], pool: Pool, conventions: Conventions
) -> tuple[Specified, ...]:
    table = measure(pool.measure).specifications([item.observation for item in found], conventions)
    if table is None:
        return ()
    return tuple(
        Specified(
            measure=f"{row.measure}, {row.zero}" if row.zero in {"drop", "only0"} else row.measure,
            method=row.method,
            test=row.test,
            estimate=real(row.estimate),
            ci_low=real(row.ci_low),
            ci_high=real(row.ci_high),
            prediction_low=real(row.prediction_low),
            prediction_high=real(row.prediction_high),
            tau2=real(row.tau2),
            i2=real(row.i2),
            k=row.k,
            refused=row.refused or None,
        )
        for row in table.rows
    )
