"""Sentences of the methods section that depend on the protocol's profile.

A profile is a set of conventions; another one makes other sentences true. They are chosen here, so
that the methods section always describes what was computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import lower_first
from analysis.manuscript.value import Value, escape, phrase
from analysis.measures.conventions import Conventions, departing
from analysis.measures.registry import COUNTED, UNSPECIFIED, measure, measure_of, subject
from analysis.meta.asymmetry_table import ASYMMETRY_TESTS
from analysis.meta.prediction import prediction_definition
from analysis.synthesis.conventions import conventions_of_protocol, profile_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.meta.profiles import Profile
    from schemas.protocol import Outcome as ProtocolOutcome
    from schemas.protocol import Protocol

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
# Of several time points of a study: which one is taken, by the protocol's rule.
_TIMES = {
    "primary": "the result at the study's own primary instrument and time point was taken, and a "
    "study without one was left out",
    "last": "the last of several time points of a study was taken",
    "first": "the first of several time points of a study was taken",
    "nearest": "of several time points of a study, the one nearest to {} was taken",
    "": "of several time points of a study, its own primary one was taken, or else the one that "
    "stands first in the table",
}
_CLUSTERS = (
    "The variance of a study of clusters was multiplied by its design effect, as reported or "
    "1\u00a0+\u00a0(mean size of a cluster\u00a0−\u00a01)\u00a0×\u00a0intracluster correlation."
)
_CLUSTERS_COUNTED = " A logistic model was fitted to its counts divided by the design effect."
_CLUSTERS_ALLOWED = (
    "Numbers that allow for the clusters of a study, as its report says, were taken as printed."
)


def methods_values(protocol: Protocol) -> Iterator[Value]:
    """Give the sentences about measures, models and conventions."""
    chosen = profile_of(protocol)
    common = _common(protocol, chosen)
    source = f"profile {chosen.name}"
    yield phrase("methods.program", escape(chosen.program), source)
    for outcome in protocol.pooled:
        told = measure_of(outcome).pooling(_conventions(protocol, outcome), outcome.unit)
        if protocol.review.intervention is None:
            told = told.replace("patients", "participants")
        yield phrase(f"{outcome.id}.pooling", told, source)
        own = _conventions(protocol, outcome).profile
        parts = _departure(common, own)
        told = f"For the {escape(subject(outcome))}, {parts}." if parts else ""
        yield phrase(f"{outcome.id}.departure", told, source)
        yield phrase(f"{outcome.id}.departure_words", parts, source)
        yield phrase(f"{outcome.id}.asymmetry_test", _asymmetry(protocol, outcome), source)
    for outcome in protocol.outcomes:
        yield phrase(f"{outcome.id}.time_words", _time(outcome), "protocol: outcomes")
    harms = protocol.adverse_events
    if harms is not None:
        conventions = departing(conventions_of_protocol(protocol), harms.model)
        words = _departure(common, conventions.profile)
        yield phrase("ae.departure_words", words, source)
        yield phrase("ae.pooling", measure(harms.measure).pooling(conventions, ""), source)
    counted = _CLUSTERS_COUNTED if _any_logistic(protocol) else ""
    yield phrase("methods.clusters", f"{_CLUSTERS}{counted}", "Cochrane Handbook 6.5, 23.1.4")
    yield phrase("methods.clusters_allowed", _CLUSTERS_ALLOWED, "column clusters_allowed")
    yield from _of_first_edition(Conventions(chosen), source)
    yield phrase("methods.study_interval", _INTERVALS[protocol.study_interval], "protocol")
    yield phrase("methods.random", _random(common, protocol), source)
    yield phrase("methods.intervals", f"{_TESTS[common.test]}{_prediction(common)}", source)
    yield phrase("methods.limits", _limits(protocol), source)
    yield phrase("methods.subgroups", _subgroups(chosen), source)
    yield phrase("methods.regression", _regression(chosen), source)
    yield phrase("methods.small_study", _small_study(chosen), source)
    trim = f"Trim and fill used the estimator {chosen.trim_fill_estimator}."
    yield phrase("methods.trim_and_fill", trim, source)


def _common(protocol: Protocol, whole: Profile) -> Profile:
    """Return the conventions that departures are told from: the profile, unless none keeps to it.

    Where everything that is pooled departs in the same way, that way is the rule and no departure.
    """
    own = [_conventions(protocol, outcome).profile for outcome in protocol.pooled]
    harms = protocol.adverse_events
    if harms is not None:
        own.append(departing(conventions_of_protocol(protocol), harms.model).profile)
    told = {_departure(whole, one): one for one in own}
    return own[0] if len(told) == 1 else whole


def _of_first_edition(conventions: Conventions, source: str) -> Iterator[Value]:
    """Give the two sentences by the names that texts of the first edition use."""
    for name, known, unit in (
        ("methods.proportions", COUNTED, ""),
        ("methods.medians", UNSPECIFIED, "months"),
    ):
        yield phrase(name, measure(known).pooling(conventions, unit), source)


def _conventions(protocol: Protocol, outcome: ProtocolOutcome) -> Conventions:
    """Return what holds for an outcome, with what it changes in the profile."""
    return departing(conventions_of_protocol(protocol), outcome.model)


def _random(chosen: Profile, protocol: Protocol) -> str:
    """Name the random-effects model, with the reference that the protocol gives for it."""
    key = protocol.method_references.get(chosen.tau2_method)
    name = ESTIMATORS[chosen.tau2_method]
    text = f"random effects, with the between-study variance by {name}"
    text += f" [@{key}]" if key else ""
    if _any_logistic(protocol):
        text += ", where no logistic model is named above"
    if chosen.random_from_k > 1:
        text += (
            f"; for fewer than {chosen.random_from_k} proportions, the common-effect result is "
            "given, as in the program that the profile follows"
        )
    return text


def _any_logistic(protocol: Protocol) -> bool:
    return any(
        measure_of(outcome).likelihood(_conventions(protocol, outcome))
        for outcome in protocol.pooled
    )


def _departure(whole: Profile, own: Profile) -> str:
    """Say in which model an entry of the protocol departs from the profile; empty if in none."""
    told = [
        f"the between-study variance was by {ESTIMATORS[own.tau2_method]}"
        if own.tau2_method != whole.tau2_method
        else "",
        lower_first(_TESTS[own.test]).rstrip(".") if own.test != whole.test else "",
        lower_first(_prediction(own).strip()).rstrip(".")
        if _prediction(own) != _prediction(whole)
        else "",
    ]
    return "; ".join(filter(None, told))


def _time(outcome: ProtocolOutcome) -> str:
    """Say which of several time points is taken; the order of instruments goes before it."""
    rule = outcome.time
    if rule is None:
        told = _TIMES[""]
    else:
        told = _TIMES[rule.rule].format(f"{rule.at or 0:g}\u00a0{rule.unit}")
    own = rule is not None and rule.rule == "primary"
    if own or len(outcome.instruments) < 2:
        return told
    return f"{told}, by the first instrument in the protocol's order that the study used"


def _asymmetry(protocol: Protocol, outcome: ProtocolOutcome) -> str:
    """Name the test that was made for an outcome's measure; empty where the usual ones suit."""
    suited = measure_of(outcome).tests(_conventions(protocol, outcome))
    if not suited or "egger" in suited:
        return ""
    return escape(ASYMMETRY_TESTS[suited[0]].label.split(",", maxsplit=1)[0])


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


def _limits(protocol: Protocol) -> str:
    """Say what pools of these measures are not; each caution once."""
    cautions = [
        measure_of(outcome).caution(_conventions(protocol, outcome)) for outcome in protocol.pooled
    ]
    if any(_conventions(protocol, outcome).profile.test == "z" for outcome in protocol.pooled):
        cautions.append(
            "A normal interval ignores the uncertainty of the between-study variance, which "
            "matters most when studies are few."
        )
    return " ".join(dict.fromkeys(filter(None, cautions)))


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
