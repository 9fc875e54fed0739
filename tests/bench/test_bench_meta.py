"""How fast is the statistics engine?

Nothing is asserted about time: a busy machine is not a defect. Run with ``make bench``; other
programs are in `tests.bench.rivals`.
"""

from __future__ import annotations

import numpy as np
import pytest

from analysis.meta.begg import begg
from analysis.meta.effect_sizes import proportion
from analysis.meta.egger import egger
from analysis.meta.glmm import fit_glmm
from analysis.meta.heterogeneity import q_profile
from analysis.meta.influence import influence, leave_one_out
from analysis.meta.models import pool
from analysis.meta.subgroups import subgroups
from analysis.meta.trim_and_fill import trim_and_fill

pytestmark = pytest.mark.bench

#: Six ways of splitting fifteen studies, as a review's subgroup table does.
SPLITS = [
    ["abc"[(i * step + i // 4) % levels] for i in range(15)]
    for step in (1, 2, 3)
    for levels in (2, 3)
]


def simulated(k: int) -> tuple[np.ndarray, np.ndarray]:
    """Effects with a between-study variance of 0.1 (fixed seed)."""
    rng = np.random.default_rng(20260101)
    v = rng.uniform(0.01, 0.3, k)
    return rng.normal(0.3, np.sqrt(v + 0.1)), v


def counts() -> tuple[np.ndarray, np.ndarray]:
    """Responders in fifteen single-arm studies (fixed seed)."""
    rng = np.random.default_rng(15)
    n = rng.integers(15, 120, 15)
    return rng.binomial(n, rng.beta(6, 12, 15)), n


def complete_set() -> None:
    sizes = proportion(*counts(), measure="PLO")
    y, v = sizes.yi, sizes.vi
    pool(y, v, method="REML")
    q_profile(y, v)
    for split in SPLITS:
        subgroups(y, v, split, method="REML")
    leave_one_out(y, v, method="REML")
    egger(y, v)
    begg(y, v)
    trim_and_fill(y, v, method="REML")


def test_complete_set_of_one_outcome(benchmark):
    """Effect sizes, REML with intervals, six subgroup analyses, leave-one-out, the three tests."""
    benchmark(complete_set)


@pytest.mark.parametrize("k", [15, 200, 1000])
def test_leave_one_out_by_reml(benchmark, k):
    """Every statistic of k refits."""
    y, v = simulated(k)
    result = benchmark(leave_one_out, y, v, method="REML")
    assert result.refits.converged.all()


@pytest.mark.parametrize("k", [15, 200])
def test_influence_by_reml(benchmark, k):
    """Cook's distance, DFFITS, hat values, residuals and Baujat coordinates of k studies."""
    y, v = simulated(k)
    benchmark(influence, y, v, method="REML")


@pytest.mark.parametrize("k", [15, 1000, 10000])
def test_one_reml_fit(benchmark, k):
    """One random-effects fit; metafor needs 11 GiB for 10,000 studies."""
    y, v = simulated(k)
    assert benchmark(pool, y, v, method="REML").converged


def test_logistic_model(benchmark):
    """The GLMM with seven quadrature points."""
    assert benchmark(fit_glmm, *counts()).converged
