"""Pools rows under the protocol's model rule and the numerical conventions of its profile."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from analysis.synthesis.effects import Contribution, Kind, Scale, Target, scale_of
from analysis.synthesis.results import LeftOut, Pool, StudyEstimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.meta.pooled_effect import PooledEffect
    from analysis.meta.profiles import Profile
    from schemas.protocol import Protocol

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
_TESTS = {"knha": "Knapp–Hartung interval", "adhoc": "Knapp–Hartung interval, not narrowed"}
_MEASURES = {"PLO": "logit scale", "PAS": "arcsine scale", "PFT": "Freeman–Tukey scale"}


@dataclass(frozen=True, slots=True)
class _Fit:
    """A fitted model on its own scale."""

    model: Literal["common", "random"]
    method: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    tau2: float
    i2: float
    q: float
    q_df: int
    q_p: float
    weights: Sequence[float]
    notes: tuple[str, ...]
    prediction: tuple[float, float] | None = None
    prediction_definition: str | None = None


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
        As :func:`analysis.synthesis.effects.contributions` gives them, possibly a subset.
    target
        What the pool is about.
    protocol
        For the model rule and the confidence level.
    profile
        For the numerical conventions.
    """
    studies = [item.shown for item in found]
    if not studies:
        return _pool(target, [], left_out, model="none", method="no study")
    if len(studies) == 1:
        return _alone(studies[0], left_out, target)
    scale = scale_of(found, target.kind, profile)
    fit = _by_rule(found, scale, target, protocol, profile)
    back = scale.transform.unbounded().apply  # cut below, with a note of what was computed
    low, high, cut = _possible(float(back(fit.ci_low)), float(back(fit.ci_high)), target.kind)
    weighted = [
        replace(shown, weight=float(weight), se=variance**0.5)
        for shown, weight, variance in zip(studies, fit.weights, scale.vi, strict=True)
    ]
    return _pool(
        target,
        weighted,
        left_out,
        model=fit.model,
        method=_method(fit.method, target, profile),
        estimate=float(back(fit.estimate)),
        se=fit.se,
        ci_low=low,
        ci_high=high,
        tau2=fit.tau2 if fit.model == "random" else None,
        q=fit.q,
        q_df=fit.q_df,
        q_p=fit.q_p,
        i2=fit.i2,
        notes=(*scale.notes, *fit.notes, *cut),
        prediction=fit.prediction
        and _possible(float(back(fit.prediction[0])), float(back(fit.prediction[1])), target.kind)[
            :2
        ],
        prediction_definition=fit.prediction_definition,
    )


def _possible(low: float, high: float, kind: Kind) -> tuple[float, float, tuple[str, ...]]:
    """Cut the limits of a proportion where a raw scale lets them leave 0 to 100 %, and say so."""
    if kind != "proportion" or (low >= 0 and high <= 1):
        return low, high, ()
    cut = f"the computed interval, {low:.1%} to {high:.1%}, is cut at what a proportion can be"
    return max(low, 0.0), min(high, 1.0), (cut,)


def rule_chooses_common(i2: float, q_p: float, protocol: Protocol) -> bool:
    """Apply the protocol's rule for the model to I² (a fraction) and the P of Cochran's Q."""
    rule = protocol.model_rule
    return i2 < rule.i2_below and q_p >= rule.p_at_least


def listed_only(found: Sequence[Contribution], left_out: Sequence[LeftOut], target: Target) -> Pool:
    """Keep rows together without pooling them: too few studies report this."""
    studies = [item.shown for item in found]
    return _pool(target, studies, left_out, model="none", method="too few studies to be pooled")


def _by_rule(
    found: Sequence[Contribution],
    scale: Scale,
    target: Target,
    protocol: Protocol,
    profile: Profile,
) -> _Fit:
    from analysis.meta.models import pool

    level = protocol.confidence_level
    # A common effect has no dispersion to adjust its interval by: always the normal one.
    common = pool(scale.yi, scale.vi, method="CE", test="z", level=level, prediction=None)
    if rule_chooses_common(common.i2, common.q_p, protocol):
        chosen, notes = common, ()
    elif target.kind == "proportion" and profile.proportion_model == "glmm":
        return _binomial(found, common.weights.tolist(), level, profile)
    else:
        chosen = pool(
            scale.yi,
            scale.vi,
            method=profile.tau2_method,
            test=profile.test,
            level=level,
            i2=profile.i2,
            prediction=profile.prediction,
            random_from_k=profile.random_from_k if target.kind == "proportion" else 1,
        )
        notes = (chosen.fell_back,) if chosen.fell_back else ()
    test = _TESTS.get(chosen.test)
    return _Fit(
        model="common" if chosen.method == "CE" else "random",
        method=f"{_METHODS[chosen.method]}, {test}" if test else _METHODS[chosen.method],
        estimate=chosen.estimate,
        se=chosen.se,
        ci_low=chosen.ci_low,
        ci_high=chosen.ci_high,
        tau2=chosen.tau2,
        i2=chosen.i2,
        q=chosen.q,
        q_df=chosen.q_df,
        q_p=chosen.q_p,
        weights=chosen.weights.tolist(),
        notes=notes,
        prediction=_prediction(chosen),
        prediction_definition=chosen.prediction_definition,
    )


def _prediction(effect: PooledEffect) -> tuple[float, float] | None:
    if effect.prediction_definition is None:
        return None
    return effect.prediction_low, effect.prediction_high


def _binomial(
    found: Sequence[Contribution], weights: Sequence[float], level: float, profile: Profile
) -> _Fit:
    from analysis.meta.glmm import fit_glmm
    from analysis.meta.mixed_conventions import mixed_i2

    fit = fit_glmm(
        [item.row.events or 0 for item in found],
        [item.row.n or 0 for item in found],
        level=level,
    )
    return _Fit(
        model="random",
        method="random-intercept logistic model, maximum likelihood",
        estimate=fit.estimate,
        se=fit.se,
        ci_low=fit.ci_low,
        ci_high=fit.ci_high,
        tau2=fit.tau2,
        i2=mixed_i2(
            *(fit.q_wald, fit.q_df, fit.i2),
            i2=profile.glmm_i2,
            interval_two=profile.i2_interval_two,
            level=level,
        )[0],
        q=fit.q_wald,
        q_df=fit.q_df,
        q_p=fit.q_wald_p,
        weights=weights,
        notes=("weights are those of the inverse-variance model: a logistic model has none",),
    )


def _method(method: str, target: Target, profile: Profile) -> str:
    if target.kind == "proportion":
        measure = _MEASURES.get(profile.proportion_measure)
    else:
        measure = "log scale" if profile.median_scale == "log" else None
    return f"{method}, {measure}" if measure else method


def _alone(study: StudyEstimate, left_out: Sequence[LeftOut], target: Target) -> Pool:
    return _pool(
        target,
        [replace(study, weight=1.0)],
        left_out,
        model="single",
        method="the study's own interval",
        estimate=study.estimate,
        ci_low=study.ci_low,
        ci_high=study.ci_high,
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
    prediction: tuple[float, float] | None = None,
    prediction_definition: str | None = None,
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
        prediction=prediction,
        prediction_definition=prediction_definition,
    )
