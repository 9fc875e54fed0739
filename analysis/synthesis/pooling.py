"""Pools rows under the protocol's model rule and the numerical conventions of its profile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from analysis.formatting.numbers import number
from analysis.measures.fit import Fit
from analysis.measures.registry import measure
from analysis.measures.scale import told
from analysis.synthesis.effects import Contribution, Target, scale_of
from analysis.synthesis.results import LeftOut, Model, Pool, StudyEstimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.measures.conventions import Conventions
    from analysis.measures.measure import Measure
    from analysis.measures.scale import Scale
    from analysis.meta.pooled_effect import PooledEffect
    from schemas.protocol import Protocol

_METHODS = {
    "CE": "common effect by inverse variance",
    "MH": "common effect, Mantel–Haenszel",
    "DL": "random effects, DerSimonian–Laird",
    "REML": "random effects, restricted maximum likelihood",
    "ML": "random effects, maximum likelihood",
    "PM": "random effects, Paule–Mandel",
    "EB": "random effects, empirical Bayes",
    "HE": "random effects, Hedges",
    "HS": "random effects, Hunter–Schmidt",
    "SJ": "random effects, Sidik–Jonkman",
}
#: What the note of a limit beyond the parameter's range says.
CUT = "is cut at what"
_COMMON = frozenset({"CE", "MH"})
_TESTS = {"knha": "Knapp–Hartung interval", "adhoc": "Knapp–Hartung interval, not narrowed"}


def pool_contributions(
    found: Sequence[Contribution],
    left_out: Sequence[LeftOut],
    target: Target,
    protocol: Protocol,
    conventions: Conventions,
    chosen: Model | None = None,
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
    conventions
        The numerical conventions.
    chosen
        The model of the whole outcome, kept in its subgroups where the rule says so.
    """
    studies = [item.shown for item in found]
    if not studies:
        return _pool(target, [], left_out, model="none", method="no study")
    if len(studies) == 1:
        return _alone(studies[0], left_out, target)
    measured = measure(target.measure)
    scale = scale_of(found, target.measure, conventions)
    fit = _by_rule(found, scale, target, protocol, conventions, chosen)
    back = scale.transform.unbounded().apply  # cut below, with a note of what was computed
    low, high, cut = _possible(float(back(fit.ci_low)), float(back(fit.ci_high)), measured)
    weighted = [
        replace(shown, weight=float(weight), se=variance**0.5)
        for shown, weight, variance in zip(studies, fit.weights, scale.vi, strict=True)
    ]
    return _pool(
        target,
        weighted,
        left_out,
        model=fit.model,
        method=_method(fit.method, measured, conventions),
        estimate=float(back(fit.estimate)),
        se=fit.se,
        ci_low=low,
        ci_high=high,
        tau2=fit.tau2 if fit.model == "random" else None,
        q=fit.q,
        q_df=fit.q_df,
        q_p=fit.q_p,
        i2=fit.i2,
        notes=(*_of_studies(studies), *scale.notes, *fit.notes, *cut),
        prediction=fit.prediction
        and _possible(float(back(fit.prediction[0])), float(back(fit.prediction[1])), measured)[:2],
        prediction_definition=fit.prediction_definition,
        refused=fit.refused,
        centre=fit.estimate,
    )


def _of_studies(studies: Sequence[StudyEstimate]) -> tuple[str, ...]:
    """Say once for everything that was done to studies' numbers to which of them."""
    return told(studies, [(i, note) for i, study in enumerate(studies) for note in study.notes])


def _possible(low: float, high: float, measured: Measure) -> tuple[float, float, tuple[str, ...]]:
    """Cut limits where the scale lets them leave what the parameter can be, and say so."""
    inside = measured.possible(low), measured.possible(high)
    if inside == (low, high):
        return low, high, ()
    # One digit more than usual: a limit that is hardly below 0 would else be printed as 0.
    digits = measured.decimals + 1
    computed = " to ".join(
        number(limit, digits, measured.factor) + measured.after("") for limit in (low, high)
    )
    cut = f"the computed interval, {computed}, {CUT} a {measured.label} can be"
    return *inside, (cut,)


def rule_chooses_common(i2: float, q_p: float, protocol: Protocol) -> bool:
    """Apply the protocol's rule for the model to I² (a fraction) and the P of Cochran's Q."""
    rule = protocol.model_rule
    return rule is not None and i2 < rule.i2_below and q_p >= rule.p_at_least


def method_and_test(pool: Pool, conventions: Conventions) -> tuple[str, str]:
    """Return the estimator of τ² and the interval of a pool, for whatever repeats it."""
    if pool.model == "common":
        return "CE", "z"
    return conventions.profile.tau2_method, conventions.profile.test


def common_effect(
    found: Sequence[Contribution], scale: Scale, measured: Measure, conventions: Conventions
) -> PooledEffect:
    """Pool under a common effect, by the measure's own method where it has one.

    Parameters
    ----------
    found
        What is pooled.
    scale
        Its effects on the scale of the model.
    measured, conventions
        The measure and the numerical conventions.
    """
    from analysis.meta.models import pool

    # A common effect has no dispersion to adjust its interval by: always the normal one.
    return measured.common([item.observation for item in found], conventions) or pool(
        scale.yi, scale.vi, method="CE", test="z", level=conventions.level, prediction=None
    )


def listed_only(
    found: Sequence[Contribution],
    left_out: Sequence[LeftOut],
    target: Target,
    method: str = "too few studies to be pooled",
) -> Pool:
    """Keep rows together without pooling them, which ``method`` says why."""
    studies = [item.shown for item in found]
    return _pool(target, studies, left_out, model="none", method=method)


def _by_rule(
    found: Sequence[Contribution],
    scale: Scale,
    target: Target,
    protocol: Protocol,
    conventions: Conventions,
    kept: Model | None,
) -> Fit:
    from analysis.meta.models import pool

    measured, profile = measure(target.measure), conventions.profile
    level = conventions.level
    observations = [item.observation for item in found]
    common = common_effect(found, scale, measured, conventions)
    by_rule = rule_chooses_common(common.i2, common.q_p, protocol)
    if by_rule if kept not in {"common", "random"} else kept == "common":
        chosen, notes, refused = common, (), ""
    else:
        own = measured.fit(observations, common.weights.tolist(), conventions)
        if isinstance(own, Fit):
            return own
        chosen = measured.random(observations, common, conventions) or pool(
            scale.yi,
            scale.vi,
            method=profile.tau2_method,
            test=profile.test,
            level=level,
            i2=profile.i2,
            prediction=profile.prediction,
            random_from_k=measured.fewest_random(conventions),
        )
        notes = (chosen.fell_back,) if chosen.fell_back else ()
        refused = own or ""
    test = _TESTS.get(chosen.test)
    return Fit(
        model="common" if chosen.method in _COMMON else "random",
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
        refused=refused,
    )


def _prediction(effect: PooledEffect) -> tuple[float, float] | None:
    if effect.prediction_definition is None:
        return None
    return effect.prediction_low, effect.prediction_high


def _method(method: str, measured: Measure, conventions: Conventions) -> str:
    return ", ".join(filter(None, (method, measured.scale_words(conventions))))


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
        notes=_of_studies([study]),
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
    refused: str = "",
    centre: float | None = None,
) -> Pool:
    measured = measure(target.measure)
    sized = measured.counted or measured.null is not None
    counted = measured.counted and measured.null is None
    sizes = [study.n for study in studies]
    # Of single groups that are not counted the sum is told where no part of it is missing.
    known = any(size is not None for size in sizes) or not sizes
    sized = sized or (bool(sizes) and None not in sizes)
    return Pool(
        outcome=target.outcome,
        label=target.label,
        measure=target.measure,
        unit=target.unit,
        variable=target.variable,
        level=target.level,
        level_label=target.level_label,
        model=model,
        method=method,
        k=len(studies),
        n_studies=len({study.study_id for study in studies}),
        n_participants=sum(study.n or 0 for study in studies) if sized and known else None,
        events=sum(study.events or 0 for study in studies) if counted else None,
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
        refused=refused,
        centre=centre,
    )
