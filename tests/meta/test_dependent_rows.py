"""Three-level models, cluster-robust variances, shared controls: do they agree with metafor?"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg

from analysis.meta.cases import run_case
from analysis.meta.cluster_robust import robust_mean, robust_three_level
from analysis.meta.clusters import shared_control_covariance
from analysis.meta.errors import MetaInputError
from analysis.meta.models import pool
from analysis.meta.three_level import three_level
from tests.meta.reference_comparison import assert_agrees, meta_cases, question

RNG = np.random.default_rng(20261128)
CLUSTER = np.array([0, 0, 0, 1, 2, 2, 3, 3, 3, 3, 4, 5, 5])
V = RNG.uniform(0.02, 0.2, CLUSTER.size)
Y = RNG.normal(0.3, 0.3, 6)[CLUSTER] + RNG.normal(0, np.sqrt(V + 0.02))


@pytest.mark.parametrize("kind", ["rma.mv", "robust"])
def test_dependent_rows_agree_with_metafor(kind):
    """Do three-level estimates and sandwich standard errors agree at 1e-5?

    The variances of the reference come from nlminb (and, for ``rma``, from its default threshold of
    1e-5), which both stop before the last digits.
    """
    cases = [case for case in meta_cases() if case["kind"] == kind]
    assert len(cases) >= 2
    for case in cases:
        assert_agrees(case, run_case(question(case)), rtol=1e-5)


def test_clusters_of_meta_with_correlated_errors_agree():
    """Do estimate, variances and rows' weights agree with metagen(cluster =, rho = 0.5)?"""
    cases = [c for c in meta_cases() if c["type"] == "pair" and c["kind"] == "meta.pool"]
    assert len(cases) == 2
    for case in cases:
        data, expected = case["data"], case["expected"]
        fit = three_level(
            data["yi"],
            np.square(data["sei"]),
            data["cluster"],
            correlation=case["args"].get("rho", 0.0),
        )
        assert fit.estimate == pytest.approx(expected["random"]["estimate"], abs=1e-7)
        assert fit.se == pytest.approx(expected["random"]["se"], rel=1e-6)
        assert fit.sigma2 == pytest.approx(expected["tau2"], rel=1e-6)
        assert 100 * fit.weights == pytest.approx(expected["random"]["weights_pct"], abs=1e-5)
        assert fit.q == pytest.approx(expected["Q"], rel=1e-10)


def test_one_row_per_cluster_is_the_random_effects_model():
    """Without dependence, is the model that of REML?"""
    plain = pool(Y, V, method="REML")
    fit = three_level(Y, V, np.arange(Y.size))
    assert fit.estimate == pytest.approx(plain.estimate, abs=1e-8)
    assert fit.se == pytest.approx(plain.se, rel=1e-7)
    assert fit.log_likelihood == pytest.approx(plain.restricted_log_likelihood, abs=1e-10)


def test_blocks_equal_the_full_matrices():
    """Is the log-likelihood that of the k x k matrix?"""
    fit = three_level(Y, V, CLUSTER, method="ML")
    between, within = fit.sigma2
    same = CLUSTER[:, None] == CLUSTER
    matrix = np.diag(V + within) + between * same
    residual = Y - fit.estimate
    value = np.linalg.slogdet(2 * np.pi * matrix)[1] + residual @ np.linalg.solve(matrix, residual)
    assert fit.log_likelihood == pytest.approx(-value / 2, abs=1e-9)


def test_bias_reduced_variance_equals_the_dense_formulas():
    """Are CR2 and its df those of Pustejovsky & Tipton 2018, with dense matrices?"""
    fit = three_level(Y, V, CLUSTER)
    between, within = fit.sigma2
    same = CLUSTER[:, None] == CLUSTER
    phi = np.diag(V + within) + between * same
    one = np.ones((Y.size, 1))
    w = np.linalg.inv(phi)
    m = 1 / (one.T @ w @ one)
    residual_maker = np.eye(Y.size) - one @ m @ one.T @ w
    variance, columns = 0.0, []
    for c in np.unique(CLUSTER):
        rows = c == CLUSTER
        upper = linalg.cholesky(phi[np.ix_(rows, rows)])
        b = upper @ (residual_maker @ phi @ residual_maker.T)[np.ix_(rows, rows)] @ upper.T
        values, vectors = np.linalg.eigh(b)
        a = upper.T @ (vectors / np.sqrt(values)) @ vectors.T @ upper
        weights = (m @ one[rows].T @ w[np.ix_(rows, rows)] @ a)[0]
        variance += float(weights @ (Y - fit.estimate)[rows]) ** 2
        columns.append(weights @ residual_maker[rows])
    g = np.array(columns)
    p = g @ phi @ g.T
    df = np.trace(p) ** 2 / (p * p).sum()
    found = robust_three_level(Y, fit, correction="CR2")
    assert found.se == pytest.approx(variance**0.5, rel=1e-10)
    assert found.df == pytest.approx(df, rel=1e-10)
    assert np.trace(p) == pytest.approx(float(m[0, 0]), rel=1e-10)


def test_no_correction_is_smaller():
    """Is CR1 CR0 times the root of clusters / (clusters - 1)?"""
    zero, one = (robust_mean(Y, V, CLUSTER, correction=c) for c in ("CR0", "CR1"))
    assert one.se == pytest.approx(zero.se * (6 / 5) ** 0.5, rel=1e-12)


def test_contrasts_that_share_a_control_correlate_by_its_variance():
    """Is the covariance the control's part, and does ignoring it give another standard error?

    One trial with two doses against one placebo arm (4/50): log risk ratios share 1/4 - 1/50.
    """
    shared = 1 / 4 - 1 / 50
    v = np.array([1 / 10 - 1 / 48 + shared, 1 / 7 - 1 / 52 + shared, 0.09, 0.11])
    part = np.array([shared, shared, 0.03, 0.02])
    covariance = shared_control_covariance(v, part, ["a", "a", "b", "c"])
    assert covariance[0, 1] == covariance[1, 0] == pytest.approx(shared)
    assert covariance[0, 2] == 0
    y = np.array([0.4, 0.1, 0.3, 0.5])
    w = np.linalg.inv(covariance)
    fit = three_level(y, v, ["a", "a", "b", "c"], covariance=covariance)
    assert fit.sigma2 == (0, 0)
    assert fit.se == pytest.approx(w.sum() ** -0.5, rel=1e-6)
    assert fit.estimate == pytest.approx(float((w @ y).sum() / w.sum()), abs=1e-6)
    assert fit.se > pool(y, v, method="CE").se


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: three_level(Y, V, [0] * Y.size), "at least 2 clusters"),
        (lambda: three_level(Y, V, CLUSTER[1:]), "12 clusters"),
        (lambda: three_level(Y, V, [None, *CLUSTER[1:]]), "Study 1 has no cluster"),
        (lambda: three_level(Y, V, CLUSTER, correlation=1.0), "below 1"),
        (lambda: three_level(Y, V, CLUSTER, covariance=np.ones((13, 13))), "different clusters"),
        (lambda: shared_control_covariance([1, 1], [0.5, 0.6], "aa"), "Study 2"),
        (lambda: shared_control_covariance([1, 1], [0.5, 1.6], "aa"), "Study 2"),
        (lambda: robust_mean(Y, V, [1] * 13), "at least 2 clusters"),
    ],
)
def test_what_is_impossible_is_refused(call, text):
    """Does the message say what to look at?"""
    with pytest.raises(MetaInputError, match=text):
        call()
