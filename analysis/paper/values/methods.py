"""Sentences of the methods section that depend on the protocol's profile.

A profile is a set of conventions; another one makes other sentences true. They are chosen here, so
that the methods section always describes what was computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.value import Value, escape, phrase
from analysis.meta.prediction import prediction_definition
from analysis.meta.profiles import Profile, profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas.protocol import Protocol

_MEASURES = {
    "PR": "Proportions were pooled without transformation: the number of events divided by the "
    "number of patients, with variance p(1 − p)/n.",
    "PLO": "Proportions were pooled on the logit scale, with variance 1/x + 1/(n − x) for x events "
    "among n patients, and transformed back.",
    "PAS": "Proportions were pooled as the arcsine of their square root, with variance 1/(4n), and "
    "transformed back.",
    "PFT": "Proportions were pooled as Freeman–Tukey double arcsines and transformed back at the "
    "harmonic mean of the numbers of patients.",
}
_BINOMIAL = (
    "Where the common-effect model was not used, proportions were pooled by a logistic model with "
    "a random intercept for each estimate."
)
_ZERO = {
    "drop": "A proportion of 0% or 100% has no variance of this kind and is listed rather than "
    "pooled.",
    "only0": "Where a group had no events, or only events, half an event was added to the events "
    "and to the non-events.",
}
_CUT = "Limits of intervals beyond 0% or 100% are given as 0% or 100%."
_INTERVALS = {
    "wald": "Wald",
    "wilson": "Wilson",
    "wilson_cc": "continuity-corrected Wilson",
    "clopper_pearson": "Clopper–Pearson",
    "agresti_coull": "Agresti–Coull",
    "jeffreys": "Jeffreys",
}
ESTIMATORS = {
    "DL": "DerSimonian and Laird",
    "REML": "restricted maximum likelihood",
    "ML": "maximum likelihood",
    "PM": "Paule and Mandel",
    "EB": "empirical Bayes",
    "HE": "Hedges",
    "HS": "Hunter and Schmidt",
    "SJ": "Sidik and Jonkman",
}
_TESTS = {
    "z": "Confidence intervals of pooled results rest on the normal distribution.",
    "t": "Confidence intervals of random-effects results use the t distribution.",
    "knha": "Confidence intervals of random-effects results are those of Knapp and Hartung.",
    "adhoc": "Confidence intervals of random-effects results are those of Knapp and Hartung, never "
    "narrower than normal ones.",
}


def methods_values(protocol: Protocol) -> Iterator[Value]:
    """Give the sentences about measures, models and conventions."""
    chosen = profile(protocol.profile)
    source = f"profile {chosen.name}"
    yield phrase("methods.program", escape(chosen.program), source)
    yield phrase("methods.proportions", _proportions(chosen), source)
    yield phrase("methods.medians", _medians(chosen), source)
    yield phrase("methods.study_interval", _INTERVALS[protocol.study_interval], "protocol")
    yield phrase("methods.random", _random(chosen, protocol), source)
    yield phrase("methods.intervals", f"{_TESTS[chosen.test]}{_prediction(chosen)}", source)
    yield phrase("methods.limits", _limits(chosen), source)
    yield phrase("methods.subgroups", _subgroups(chosen), source)
    yield phrase("methods.regression", _regression(chosen), source)
    yield phrase("methods.small_study", _small_study(chosen), source)


def _proportions(chosen: Profile) -> str:
    sentences = [_MEASURES[chosen.proportion_measure]]
    if chosen.proportion_model == "glmm":
        sentences.append(_BINOMIAL)
    if chosen.proportion_measure in {"PR", "PLO"}:
        sentences.append(_ZERO[chosen.proportion_zero])
    if chosen.proportion_measure == "PR":
        sentences.append(_CUT)
    return " ".join(sentences)


def _medians(chosen: Profile) -> str:
    if chosen.median_scale == "log":
        return (
            "Medians were pooled on the logarithmic scale, with the standard error from the width "
            "of the reported interval on that scale, and transformed back to months."
        )
    return (
        "Medians were pooled on their original scale, in months. The standard error was the width "
        "of the reported interval divided by twice the normal quantile that belongs to its level."
    )


def _random(chosen: Profile, protocol: Protocol) -> str:
    """Name the random-effects model, with the reference that the protocol gives for it."""
    key = protocol.method_references.get(chosen.tau2_method)
    name = ESTIMATORS[chosen.tau2_method]
    text = f"random effects, with the between-study variance by {name}"
    text += f" [@{key}]" if key else ""
    if chosen.random_from_k > 1:
        text += (
            f"; for fewer than {chosen.random_from_k} proportions, the common-effect result is "
            "given, as in the program that the profile follows"
        )
    return text


def _prediction(chosen: Profile) -> str:
    definition = prediction_definition(chosen.prediction, chosen.test)
    if definition is None:
        return ""
    distribution = (
        "the normal distribution"
        if definition.loss is None
        else f"the t distribution with k\u00a0−\u00a0{definition.loss} degrees of freedom for k "
        "estimates"
    )
    return f" The prediction interval of a random-effects result rests on {distribution}."


def _limits(chosen: Profile) -> str:
    sentences = []
    if chosen.proportion_measure == "PR":
        sentences.append(
            "Untransformed proportions are inaccurate in small groups and near 0% or 100%."
        )
    if chosen.test == "z":
        sentences.append(
            "A normal interval ignores the uncertainty of the between-study variance, which "
            "matters most when studies are few."
        )
    sentences.append(
        "A pooled median is a weighted average of medians, not the median of all patients "
        "together, and inverse-variance weights favour small medians where groups are small."
        if chosen.median_scale == "natural"
        else "A pooled median is a weighted average of medians, not the median of all patients "
        "together."
    )
    return " ".join(sentences)


def _subgroups(chosen: Profile) -> str:
    shared = "with its own" if chosen.subgroup_tau2 == "separate" else "with a common"
    return (
        "Groups were compared by Cochran's Q between their random-effects estimates, each "
        f"{shared} between-study variance."
    )


def _regression(chosen: Profile) -> str:
    tests = {
        "z": "tested with the normal distribution",
        "t": "tested with the t distribution",
        "knha": "tested with the adjustment of Knapp and Hartung",
        "adhoc": "tested with the adjustment of Knapp and Hartung, which was not allowed to narrow "
        "an interval",
    }
    return (
        f"Meta-regression estimated the residual variance by "
        f"{ESTIMATORS[chosen.regression_method]} and was {tests[chosen.regression_test]}."
    )


def _small_study(chosen: Profile) -> str:
    begg = {
        "exact": "exact where there are no ties",
        "normal": "by the normal approximation",
        "continuity": "by the normal approximation with continuity correction",
    }
    egger = {"lm": "linear regression", "rma": "mixed-effects regression"}
    return (
        f"Small-study effects were tested by Begg's rank correlation ({begg[chosen.begg_method]}) "
        f"and Egger's {egger[chosen.egger_model]}; trim and fill used the estimator "
        f"{chosen.trim_fill_estimator}."
    )
