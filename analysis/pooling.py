"""Pools rows under the protocol's model rule and the numerical conventions of its profile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from analysis.results import LeftOut, Pool, StudyEstimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.meta.effect_sizes import EffectSizes
    from analysis.meta.pooled_effect import PooledEffect
    from analysis.meta.profiles import Profile
    from analysis.rows import Row
    from schemas.protocol import Protocol

Kind = Literal["proportion", "median"]

_METHODS = {
    "CE": "common effect by inverse variance",
    "DL": "random effects, DerSimonian–Laird",
    "REML": "random effects, restricted maximum likelihood",
    "ML": "random effects, maximum likelihood",
    "PM": "random effects, Paule–Mandel",
    "EB": "random effects, empirical Bayes",
    "HE": "random effects, Hedges",
    "HS": "random effects, Hunter–Schmidt",
    "SJ": "random effects, Sidik–Jonkman",
}


@dataclass(frozen=True, slots=True)
class Target:
    """What a pool is about: an outcome or an adverse event, overall or in one subgroup level."""

    outcome: str
    label: str
    kind: Kind
    unit: str
    variable: str | None = None
    level: str | None = None
    level_label: str | None = None


@dataclass(frozen=True, slots=True)
class Contribution:
    """A row with its effect and variance on the scale of the model, ready to be pooled."""

    row: Row
    yi: float
    vi: float
    shown: StudyEstimate


def contributions(
    rows: Sequence[Row], target: Target, protocol: Protocol, profile: Profile
) -> tuple[list[Contribution], list[LeftOut]]:
    """Give rows an effect size, or a reason why they have none.

    Parameters
    ----------
    rows
        Rows of one outcome or adverse event, one per study and cohort.
    target
        What they are about.
    protocol, profile
        Study interval and confidence level; zero rule and divisor.
    """
    left: list[LeftOut] = []
    complete: list[Row] = []
    for row in rows:
        reason = _incomplete(row, target.kind)
        if reason is None:
            complete.append(row)
        else:
            left.append(row.left_out(target.outcome, reason))
    if not complete:
        return [], left
    if target.kind == "proportion":
        found, dropped = _proportions(complete, protocol, profile)
    else:
        found, dropped = _medians(complete, profile), []
    left += [row.left_out(target.outcome, reason) for row, reason in dropped]
    return found, left


def _incomplete(row: Row, kind: Kind) -> str | None:
    if kind == "proportion":
        return None if row.events is not None and row.n is not None else "count not reported"
    if row.median is None:
        return "median not reported"
    if row.ci_low is None:
        return "no confidence interval reported"
    if row.ci_high is None and not row.upper_not_reached:
        return "upper limit not reported"
    return None


def _proportions(
    rows: list[Row], protocol: Protocol, profile: Profile
) -> tuple[list[Contribution], list[tuple[Row, str]]]:
    from analysis.meta.effect_sizes import proportion
    from analysis.meta.study_intervals import study_intervals

    events = [row.events or 0 for row in rows]
    sizes = [row.n or 0 for row in rows]
    usable = [0 < x < n for x, n in zip(events, sizes, strict=True)]
    if profile.proportion_zero == "drop" and not any(usable):
        return [], [(row, _no_variance(row)) for row in rows]
    effects = proportion(
        events,
        sizes,
        measure="PR",
        zero=profile.proportion_zero,
    )
    limits = study_intervals(
        events, sizes, method=protocol.study_interval, level=protocol.confidence_level
    )
    found = [
        Contribution(
            row := rows[place],
            float(effects.yi[position]),
            float(effects.vi[position]),
            _shown(
                row,
                (row.events or 0) / (row.n or 1),
                float(effects.vi[position]) ** 0.5,
                float(limits.low[place]),
                float(limits.high[place]),
            ),
        )
        for position, place in enumerate(effects.index)
    ]
    dropped = [(rows[place], _no_variance(rows[place])) for place, _ in effects.dropped]
    return found, dropped


def _no_variance(row: Row) -> str:
    return (
        f"{row.events} of {row.n}: a raw proportion of 0 % or 100 % has no standard error and "
        "drops out under this profile"
    )


def _medians(rows: list[Row], profile: Profile) -> list[Contribution]:
    import math

    from analysis.meta.medians import medians

    found: dict[int, Contribution] = {}
    # Intervals of different confidence levels need different quantiles.
    for level in sorted({row.ci_level for row in rows}):
        places = [place for place, row in enumerate(rows) if row.ci_level == level]
        some = [rows[place] for place in places]
        effects: EffectSizes = medians(
            [row.median or math.nan for row in some],
            [row.ci_low or math.nan for row in some],
            [math.nan if row.ci_high is None else row.ci_high for row in some],
            level=level,
            divisor=profile.median_divisor if level == 0.95 else "exact",
        )
        for position, place in enumerate(places):
            row = rows[place]
            yi, vi = float(effects.yi[position]), float(effects.vi[position])
            shown = _shown(row, yi, vi**0.5, row.ci_low or math.nan, row.ci_high)
            found[place] = Contribution(row, yi, vi, shown)
    return [found[place] for place in sorted(found)]


def _shown(row: Row, estimate: float, se: float, low: float, high: float | None) -> StudyEstimate:
    return StudyEstimate(
        study_id=row.study.study_id,
        cohort=row.cohort,
        label=row.label,
        criteria=row.criteria,
        estimate=estimate,
        se=se,
        ci_low=low,
        ci_high=high,
        events=row.events,
        n=row.n,
        weight=None,
        evidence=row.evidence,
        reconstructed=row.reconstructed,
        row=row.ref,
    )


def pool_contributions(
    found: Sequence[Contribution],
    left_out: Sequence[LeftOut],
    target: Target,
    protocol: Protocol,
    profile: Profile,
) -> Pool:
    """Pool what there is: nothing, one study's own interval, or the model that the rule chooses.

    Parameters
    ----------
    found, left_out
        As `contributions` gives them, possibly a subset.
    target
        What the pool is about.
    protocol
        For the model rule and the confidence level.
    profile
        For the numerical conventions.
    """
    studies = [item.shown for item in found]
    if len(found) < 2:
        return _alone(studies, left_out, target)
    effect, notes = _by_rule(found, target, protocol, profile)
    random = effect.method != "CE"
    weighted = [
        replace(shown, weight=float(weight))
        for shown, weight in zip(studies, effect.weights, strict=True)
    ]
    return _pool(
        target,
        weighted,
        left_out,
        model="random" if random else "common",
        method=_METHODS[effect.method],
        estimate=effect.estimate,
        se=effect.se,
        ci_low=effect.ci_low,
        ci_high=effect.ci_high,
        tau2=effect.tau2 if random else None,
        q=effect.q,
        q_df=effect.q_df,
        q_p=effect.q_p,
        i2=effect.i2,
        notes=notes,
    )


def listed_only(
    found: Sequence[Contribution], left_out: Sequence[LeftOut], target: Target
) -> Pool:
    """Keep rows together without pooling them: too few studies report this."""
    studies = [item.shown for item in found]
    return _pool(target, studies, left_out, model="none", method="too few studies to be pooled")


def _by_rule(
    found: Sequence[Contribution], target: Target, protocol: Protocol, profile: Profile
) -> tuple[PooledEffect, tuple[str, ...]]:
    from analysis.meta.models import pool

    yi, vi = [item.yi for item in found], [item.vi for item in found]
    level = protocol.confidence_level
    common = pool(yi, vi, method="CE", test=profile.test, level=level)
    rule = protocol.model_rule
    if common.i2 < rule.i2_below and common.q_p >= rule.p_at_least:
        return common, ()
    random = pool(
        yi,
        vi,
        method=profile.tau2_method,
        test=profile.test,
        level=level,
        i2=profile.i2,
        prediction=profile.prediction,
        random_from_k=profile.random_from_k if target.kind == "proportion" else 1,
    )
    return random, ((random.fell_back,) if random.fell_back else ())


def _alone(studies: list[StudyEstimate], left_out: Sequence[LeftOut], target: Target) -> Pool:
    if not studies:
        return _pool(target, [], left_out, model="none", method="no study")
    only = replace(studies[0], weight=1.0)
    return _pool(
        target,
        [only],
        left_out,
        model="single",
        method="the study's own interval",
        estimate=only.estimate,
        se=only.se,
        ci_low=only.ci_low,
        ci_high=only.ci_high,
    )


def _pool(
    target: Target,
    studies: list[StudyEstimate],
    left_out: Sequence[LeftOut],
    *,
    model: Literal["common", "random", "single", "none"],
    method: str,
    estimate: float | None = None,
    se: float | None = None,
    ci_low: float | None = None,
    ci_high: float | None = None,
    tau2: float | None = None,
    q: float | None = None,
    q_df: int | None = None,
    q_p: float | None = None,
    i2: float | None = None,
    notes: tuple[str, ...] = (),
) -> Pool:
    proportion = target.kind == "proportion"
    return Pool(
        outcome=target.outcome,
        label=target.label,
        kind=target.kind,
        unit=target.unit,
        variable=target.variable,
        level=target.level,
        level_label=target.level_label,
        model=model,
        method=method,
        k=len(studies),
        n_studies=len({study.study_id for study in studies}),
        n_participants=sum(study.n or 0 for study in studies) if proportion else None,
        events=sum(study.events or 0 for study in studies) if proportion else None,
        estimate=estimate,
        se=se,
        ci_low=ci_low,
        ci_high=ci_high,
        tau2=tau2,
        q=q,
        q_df=q_df,
        q_p=q_p,
        i2=i2,
        studies=tuple(studies),
        left_out=tuple(left_out),
        notes=notes,
    )
