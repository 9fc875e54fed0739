"""Are the counts themselves pooled where the protocol says so, and is it said where they cannot be?

Expected numbers: metafor 3.8-1 with lme4, ``rma.glmm(measure="PLO", xi, ni, test="t", nAGQ=7)`` and
its ``predict()``; R's meta uses the t distribution too where Hartung and Knapp's interval is asked
for. Tolerance 2e-5: lme4's search stops where the likelihood changes by less than 1e-7.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
import yaml

from analysis.measures.conventions import Conventions, departing
from analysis.measures.fit import Fit
from analysis.measures.observation import Group, Observation
from analysis.measures.registry import measure
from analysis.meta.profiles import PROFILES, profile
from analysis.new_review.protocol_text import Choices, starting_protocol

# Pritz 1997 (metadat, dat.pritz1997).
EVENTS = [16, 10, 4, 43, 10, 25, 13, 12, 22, 4, 5, 18, 58, 6]
N = [17, 12, 8, 58, 10, 42, 14, 12, 41, 5, 6, 23, 68, 10]
SHARE = measure("proportion")


def observed(events: list[int], n: list[int]) -> list[Observation]:
    pairs = zip(events, n, strict=True)
    return [Observation(f"S{i}", (Group(events=x, n=m),)) for i, (x, m) in enumerate(pairs)]


def by_counts(name: str) -> Conventions:
    return departing(Conventions(profile(name)), {"scale": "PLO", "proportion_model": "glmm"})


def test_the_model_of_counts_is_that_of_metafor_with_its_prediction() -> None:
    fit = SHARE.fit(observed(EVENTS, N), [1 / 14] * 14, by_counts("cochrane2025"))
    assert isinstance(fit, Fit)
    assert fit.prediction is not None
    back = measure("proportion").scale(observed(EVENTS, N), by_counts("cochrane2025")).transform
    found = [fit.estimate, fit.ci_low, fit.ci_high, fit.tau2]
    found += [float(back.apply(limit)) for limit in fit.prediction]
    expected = [1.3766043890, 0.7535817474, 1.9996270305, 0.5893309018, 0.4025077180, 0.9588391540]
    assert found == pytest.approx(expected, rel=2e-5)


@pytest.mark.parametrize("events", [[0, 0, 0], [0, 22, 0], [7, 7, 7]])
def test_a_model_without_an_estimate_says_why(events: list[int]) -> None:
    found = SHARE.fit(observed(events, [22, 22, 22]), [1 / 3] * 3, by_counts("cochrane2025"))
    if events[0] == 7:
        assert isinstance(found, Fit)
    else:
        assert found == "no estimate lies between 0% and 100%"


@pytest.mark.parametrize("name", PROFILES)
def test_nothing_drops_out_beside_the_model_of_counts(name: str) -> None:
    """Stata leaves 0 of 22 out; a model of counts keeps it, and so must what stands beside it."""
    kept = by_counts(name)
    zero, other = observed([0, 9], [22, 30])
    assert SHARE.dropped(zero, kept) is None
    assert len(SHARE.scale([zero, other], kept).yi) == 2
    inverse = replace(kept, profile=replace(kept.profile, proportion_model="inverse_variance"))
    assert (SHARE.dropped(zero, inverse) is None) is (name != "stata14")


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("kind", ["single_arm", "prevalence"])
def test_new_reviews_pool_counts_under_every_profile(name: str, kind: str) -> None:
    """Does the protocol itself say so, for outcomes and for adverse events?"""
    text = starting_protocol(Choices(kind=kind, profile=name))  # type: ignore[arg-type]
    protocol = yaml.safe_load(text)
    entries = [entry for entry in protocol["outcomes"] if entry["measure"] == "proportion"]
    entries += [protocol["adverse_events"]] if kind == "single_arm" else []
    assert len(entries) == (2 if kind == "single_arm" else 1)
    for entry in entries:
        own = departing(Conventions(profile(name)), entry.get("model", {}))
        assert SHARE.likelihood(own)
        assert SHARE.code(own) == "PLO"


def test_a_study_without_events_has_a_small_weight() -> None:
    """0 of 22 among five larger studies got 27 % of the weight where proportions were raw."""
    studies = observed([0, 12, 30, 9, 25, 14], [22, 40, 80, 35, 60, 45])
    scale = SHARE.scale(studies, by_counts("cochrane2025"))
    weights = [1 / v for v in scale.vi]
    assert weights[0] / sum(weights) < 0.02
    # 1 / (0 + 0.5) + 1 / (22 + 0.5)
    assert scale.vi[0] == pytest.approx(2.0444444444, rel=1e-9)
