"""The table of tests of funnel-plot asymmetry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.meta.asymmetry_measures import (
    NO_GUIDANCE,
    ODDS_RATIOS,
    PROPORTIONS,
    STANDARDISED,
    TWO_ARM_COUNTS,
)
from analysis.meta.asymmetry_scores import (
    arcsine_difference,
    effective_size,
    hypergeometric_moments,
    score_log_odds_ratio,
    score_log_risk_ratio,
)
from analysis.meta.asymmetry_test import AsymmetryTest
from analysis.meta.begg import standardised_effects

if TYPE_CHECKING:
    from analysis.meta.asymmetry_test import Inputs
    from analysis.meta.funnel_data import FunnelData

__all__ = ["ASYMMETRY_TESTS"]


def _effects(data: FunnelData) -> Inputs:
    return np.sqrt(data.vi), data.yi, 1.0 / data.vi


def _ranked(data: FunnelData) -> Inputs:
    return standardised_effects(data.yi, data.vi), data.vi, 1.0 / data.vi


def _arms(data: FunnelData) -> tuple[Any, Any, Any, Any]:
    """Return the four columns of two-arm counts, which `needs` has made sure of."""
    return data.events1, data.n1, data.events2, data.n2


def _score(data: FunnelData) -> Inputs:
    scores = score_log_risk_ratio if data.measure == "RR" else score_log_odds_ratio
    z, v = scores(*_arms(data))
    with np.errstate(divide="ignore", invalid="ignore"):
        return 1.0 / np.sqrt(v), z / v, v


def _inverse_size(data: FunnelData) -> Inputs:
    n, events = np.asarray(data.n), np.asarray(data.events)
    return 1.0 / n, data.yi, events * (n - events) / n


def _size(data: FunnelData) -> Inputs:
    return np.asarray(data.n), data.yi, 1.0 / data.vi


def _size_pooled_rate(data: FunnelData) -> Inputs:
    _, y, weight = _inverse_size(data)
    return np.asarray(data.n), y, weight


def _effective_size(data: FunnelData) -> Inputs:
    size = effective_size(np.asarray(data.n1), np.asarray(data.n2))
    return 1.0 / np.sqrt(size), data.yi, size


def _root_inverse_sizes(data: FunnelData) -> Inputs:
    root = np.sqrt(1.0 / np.asarray(data.n1) + 1.0 / np.asarray(data.n2))
    return root, data.yi, 1.0 / data.vi


def _arcsine(data: FunnelData) -> Inputs:
    y, v = arcsine_difference(*_arms(data))
    return np.sqrt(v), y, 1.0 / v


def _arcsine_ranked(data: FunnelData) -> Inputs:
    y, v = arcsine_difference(*_arms(data))
    return standardised_effects(y, v), v, 1.0 / v


def _counts_ranked(data: FunnelData) -> Inputs:
    """Return standardised events in arm 1 and the inverse of their variance, given the margins."""
    a, n1, c, n2 = _arms(data)
    # R's meta adds ½ to the cells of studies with an empty one also for this Mantel-Haenszel odds
    # ratio; it only centres the counts.
    half = np.where((a == 0) | (a == n1) | (c == 0) | (c == n2), 0.5, 0.0)
    n = n1 + n2 + 4.0 * half
    odds_ratio = float(
        np.sum((a + half) * (n2 - c + half) / n) / np.sum((n1 - a + half) * (c + half) / n)
    )
    mean, variance = hypergeometric_moments(n1, n2, a + c, odds_ratio)
    with np.errstate(divide="ignore", invalid="ignore"):
        return (a - mean) / np.sqrt(variance), 1.0 / variance, variance


_COUNTS = ("events1", "n1", "events2", "n2")
_BINARY_ONLY = "it works on the events and participants of two arms"
_DEPENDENT_PROPORTION = (
    "it was made for odds ratios; the effect is a proportion, whose variance depends on its value "
    "(Hunter 2014)"
)

ASYMMETRY_TESTS: dict[str, AsymmetryTest] = {
    "egger": AsymmetryTest(
        label="Egger's linear regression test",
        source="Egger 1997, BMJ 315:629",
        family="line",
        predictor="standard error",
        inputs=_effects,
    ),
    "thompson_sharp": AsymmetryTest(
        label="Thompson and Sharp's mixed-effects regression test",
        source="Thompson & Sharp 1999, Stat Med 18:2693",
        family="mixed",
        predictor="standard error",
        inputs=_effects,
    ),
    "begg": AsymmetryTest(
        label="Begg and Mazumdar's rank correlation test",
        source="Begg & Mazumdar 1994, Biometrics 50:1088",
        family="rank",
        predictor="variance",
        inputs=_ranked,
    ),
    "harbord": AsymmetryTest(
        label="Harbord's score test",
        source="Harbord 2006, Stat Med 25:3443; for risk ratios Harbord 2009, Stata J 9:197",
        family="line",
        predictor="standard error of the score",
        inputs=_score,
        needs=_COUNTS,
        suits=ODDS_RATIOS | {"RR"},
        otherwise="its score is that of an odds ratio or a risk ratio",
    ),
    "peters": AsymmetryTest(
        label="Peters' regression test",
        source="Peters 2006, JAMA 295:676",
        family="line",
        predictor="inverse of the sample size",
        inputs=_inverse_size,
        needs=("events", "n"),
        suits=ODDS_RATIOS,
        caution={**NO_GUIDANCE, **dict.fromkeys(PROPORTIONS, _DEPENDENT_PROPORTION)},
        otherwise="its weights are made of events",
    ),
    "macaskill": AsymmetryTest(
        label="Macaskill's funnel regression, inverse-variance weights",
        source="Macaskill 2001, Stat Med 20:641",
        family="line",
        predictor="sample size",
        inputs=_size,
        needs=("n",),
        suits=ODDS_RATIOS,
        caution=dict.fromkeys(
            TWO_ARM_COUNTS - ODDS_RATIOS | PROPORTIONS | STANDARDISED | {"MD", "ROM"},
            "it was studied for odds ratios, and has little power (Macaskill 2001)",
        ),
        otherwise="it was studied for odds ratios only (Macaskill 2001)",
    ),
    "macaskill_pooled": AsymmetryTest(
        label="Macaskill's funnel regression, weights from the pooled event rate",
        source="Macaskill 2001, Stat Med 20:641",
        family="line",
        predictor="sample size",
        inputs=_size_pooled_rate,
        needs=("events", "n"),
        suits=ODDS_RATIOS,
        caution=NO_GUIDANCE,
        otherwise="its weights are made of events",
    ),
    "pustejovsky_rodgers": AsymmetryTest(
        label="Pustejovsky and Rodgers' modified regression test",
        source="Pustejovsky & Rodgers 2019, Res Synth Methods 10:57",
        family="line",
        predictor="root of the sum of the inverse group sizes",
        inputs=_root_inverse_sizes,
        needs=("n1", "n2"),
        suits=STANDARDISED,
        otherwise="it was made for standardised mean differences",
    ),
    "deeks": AsymmetryTest(
        label="Deeks' funnel plot test",
        source="Deeks 2005, J Clin Epidemiol 58:882",
        family="line",
        predictor="inverse root of the effective sample size",
        inputs=_effective_size,
        needs=("n1", "n2"),
        suits=frozenset({"DOR"}),
        caution={
            "OR": "it was made for diagnostic odds ratios; for treatment effects Harbord's and "
            "Peters' tests were (Sterne 2011)"
        },
        otherwise="it was made for diagnostic odds ratios",
    ),
    "rucker_thompson": AsymmetryTest(
        label="Rücker's arcsine test, mixed-effects regression",
        source="Rücker 2008, Stat Med 27:746",
        family="mixed",
        predictor="standard error of the arcsine difference",
        inputs=_arcsine,
        needs=_COUNTS,
        suits=TWO_ARM_COUNTS,
        otherwise=_BINARY_ONLY,
    ),
    "rucker_egger": AsymmetryTest(
        label="Rücker's arcsine test, linear regression",
        source="Rücker 2008, Stat Med 27:746",
        family="line",
        predictor="standard error of the arcsine difference",
        inputs=_arcsine,
        needs=_COUNTS,
        suits=TWO_ARM_COUNTS,
        otherwise=_BINARY_ONLY,
    ),
    "rucker_begg": AsymmetryTest(
        label="Rücker's arcsine test, rank correlation",
        source="Rücker 2008, Stat Med 27:746",
        family="rank",
        predictor="variance of the arcsine difference",
        inputs=_arcsine_ranked,
        needs=_COUNTS,
        suits=TWO_ARM_COUNTS,
        otherwise=_BINARY_ONLY,
    ),
    "schwarzer": AsymmetryTest(
        label="Schwarzer's rank correlation test of counts",
        source="Schwarzer 2007, Stat Med 26:721",
        family="rank",
        predictor="inverse variance of the events",
        inputs=_counts_ranked,
        needs=_COUNTS,
        suits=ODDS_RATIOS,
        caution=NO_GUIDANCE,
        otherwise=_BINARY_ONLY,
    ),
}
