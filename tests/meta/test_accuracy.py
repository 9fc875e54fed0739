"""Sensitivity and specificity together: is the bivariate model the one in use?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import optimize, special, stats

from analysis.meta.accuracy import bivariate_accuracy
from analysis.meta.errors import MetaInputError

# Ultrasound for deep vein thrombosis without symptoms, Kearon et al. 1998 (metadat dat.kearon1998,
# patients == "asymptomatic", complete rows).
TP = np.array([10, 15, 10, 13, 10, 16, 12, 13, 24, 17, 5, 18, 24, 26])
FN = np.array([15, 9, 4, 10, 22, 45, 37, 13, 18, 10, 17, 13, 4, 29])
TN = np.array([47, 29, 44, 123, 55, 184, 137, 66, 55, 85, 45, 240, 104, 81])
FP = np.array([6, 3, 3, 0, 1, 2, 1, 8, 2, 6, 1, 5, 0, 8])

#: metafor 3.8-1 on the logits (1/2 added to all cells), y and v in the order of the studies:
#: rma.mv(y, v, mods = ~ outcome - 1, random = ~ outcome | study, struct = "UN", method = ...,
#: control = list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15)).
METAFOR = {
    "REML": (
        (-0.0498218917, 3.0092307299),
        (0.0411015392, -0.0157420235, 0.0666847090),
        (0.4231151304, -0.2175100437, 0.5408091183),
        -34.347728299389,
    ),
    "ML": (
        (-0.0529959916, 2.9913628364),
        (0.0376965519, -0.0150341067, 0.0610810223),
        (0.3761398520, -0.2073403225, 0.4717451140),
        -35.781252563946,
    ),
}


@pytest.mark.parametrize("method", ["REML", "ML"])
def test_the_model_equals_metafor(method):
    """Are means, their covariance and the covariance between studies those of rma.mv?

    BFGS leaves about 1e-6 in the covariances; ours is the higher log-likelihood.
    """
    mean, sampling, between, log_likelihood = METAFOR[method]
    fit = bivariate_accuracy(TP, FN, TN, FP, method=method)
    order = np.tril_indices(2)
    assert log_likelihood - 1e-9 < fit.log_likelihood < log_likelihood + 1e-7
    assert fit.mean == pytest.approx(mean, abs=2e-6)
    assert fit.mean_covariance[order] == pytest.approx(sampling, abs=2e-6)
    assert fit.between[order] == pytest.approx(between, abs=2e-6)
    assert fit.corrected == tuple(range(14))


def test_maximum_likelihood_equals_the_plain_likelihood():
    """Is the ML fit the maximum of the bivariate normal density, by scipy, uncorrected?"""
    keep = FP > 0
    fit = bivariate_accuracy(TP[keep], FN[keep], TN[keep], FP[keep], method="ML")
    assert fit.corrected == ()
    hit, miss = np.stack([TP, TN], 1)[keep], np.stack([FN, FP], 1)[keep]
    y, v = np.log(hit / miss), 1 / hit + 1 / miss

    law: Any = stats.multivariate_normal

    def negative(p):
        root = np.array([[p[2], 0], [p[3], p[4]]])
        return -sum(
            law.logpdf(a, p[:2], np.diag(b) + root @ root.T) for a, b in zip(y, v, strict=True)
        )

    best = optimize.minimize(
        negative, [0, 3, 0.5, -0.2, 0.5], method="BFGS", options={"gtol": 1e-7}
    )
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-8)
    assert fit.mean == pytest.approx(best.x[:2], abs=1e-5)


def test_large_counts_make_both_likelihoods_one():
    """Do counts a thousand times as large give the same model under either likelihood?"""
    cells = [1000 * (column + 1) for column in (TP, FN, TN, FP)]
    normal = bivariate_accuracy(*cells, method="ML")
    counts = bivariate_accuracy(*cells, likelihood="binomial")
    assert counts.corrected == ()
    # What is left is of the order of 1 / counts.
    assert counts.mean == pytest.approx(normal.mean, abs=1e-3)
    assert counts.between == pytest.approx(normal.between, abs=1e-3)
    assert counts.mean_covariance == pytest.approx(normal.mean_covariance, abs=1e-3)


def test_summary_point_is_the_inverse_logit():
    """Are the limits those of the logits, and do the ratios follow from the point?"""
    fit = bivariate_accuracy(TP, FN, TN, FP)
    se, sp = fit.sensitivity, fit.specificity
    half = 1.959963984540054 * fit.mean_covariance[0, 0] ** 0.5
    assert se == pytest.approx(special.expit(fit.mean[0] + np.array([0, -half, half])))
    assert fit.positive_likelihood_ratio[0] == pytest.approx(se[0] / (1 - sp[0]))
    assert fit.negative_likelihood_ratio[0] == pytest.approx((1 - se[0]) / sp[0])
    ratio = fit.positive_likelihood_ratio[0] / fit.negative_likelihood_ratio[0]
    assert fit.diagnostic_odds_ratio[0] == pytest.approx(ratio)


@pytest.mark.parametrize("quantile", ["chi2", "f"])
def test_regions_lie_at_one_distance(quantile):
    """Is every point of the region at the squared distance of its quantile, and is it closed?"""
    fit = bivariate_accuracy(TP, FN, TN, FP)
    expected = stats.chi2.ppf(0.95, 2) if quantile == "chi2" else 2 * stats.f.ppf(0.95, 2, 12)
    for prediction in (False, True):
        points = special.logit(fit.region(prediction=prediction, quantile=quantile)) - fit.mean
        covariance = fit.mean_covariance + (fit.between if prediction else 0)
        distance = np.einsum("ni,ni->n", points, np.linalg.solve(covariance, points.T).T)
        assert distance == pytest.approx(np.full(201, expected), rel=1e-9)
        assert np.array_equal(points[0], points[-1])


def test_the_curve_passes_through_the_summary_point():
    """Does the curve of Rutter & Gatsonis rise as specificity falls and hold the summary point?"""
    fit = bivariate_accuracy(TP, FN, TN, FP)
    assert float(fit.curve(fit.specificity[0])) == pytest.approx(fit.sensitivity[0], rel=1e-10)
    assert (np.diff(fit.curve([0.5, 0.8, 0.95])) < 0).all()


def test_exchanging_the_tests_results_exchanges_the_measures():
    """Is sensitivity of the mirrored tables the specificity?"""
    one, other = bivariate_accuracy(TP, FN, TN, FP), bivariate_accuracy(TN, FP, TP, FN)
    assert one.mean == pytest.approx(other.mean[::-1], abs=1e-7)


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        (([1], [2], [3], [4]), "at least 2 studies"),
        (([1, 0], [2, 0], [3, 5], [4, 1]), "nobody with the disease"),
        (([1, 2], [2, 2], [3, 0], [4, 0]), "nobody without the disease"),
        (([1, 2.5], [2, 2], [3, 1], [4, 1]), "whole numbers"),
    ],
)
def test_impossible_tables_are_refused(cells, text):
    """Does the message say which study and why?"""
    with pytest.raises(MetaInputError, match=text):
        bivariate_accuracy(*cells)
