"""Is no exact interval more uneven than `LARGEST_SHARE` of half its width?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.special import betaincinv, gammaincinv, gammaln

from analysis.audit.uneven_limits import LARGEST_SHARE


def share(estimate: float, low: float, high: float) -> float:
    """Unevenness over half the width."""
    down, up = estimate - low, high - estimate
    return 2 * abs(down - up) / (down + up) ** 2


def test_exact_poisson_intervals():
    """Are rates and standardised ratios of 1 to 500 events within it (Garwood 1936)?"""
    x = np.arange(1, 501)
    low, high = gammaincinv(x, 0.025), gammaincinv(x + 1, 0.975)
    found = [
        share(0, math.log(a / n), math.log(b / n)) for n, a, b in zip(x, low, high, strict=True)
    ]
    assert max(found) < LARGEST_SHARE


def test_exact_binomial_intervals():
    """Are Clopper and Pearson's intervals of every count out of 2 to 100 within it?"""
    found = []
    for n in range(2, 101):
        x = np.arange(1, n)
        low, high = betaincinv(x, n - x + 1, 0.025), betaincinv(x + 1, n - x, 0.975)
        ends = (np.log(p / (1 - p)) for p in (x / n, low, high))
        found += [share(*map(float, one)) for one in zip(*ends, strict=True)]
    assert max(found) < LARGEST_SHARE


@pytest.mark.parametrize("groups", [(12, 9), (40, 37), (40, 6), (15, 31)])
def test_exact_odds_ratios(groups):
    """Are the conditional intervals of every table of two groups within it (Cornfield 1956)?"""
    m, n = groups
    found = []
    for total in range(2, m + n - 1, 3):
        low, high = max(0, total - n), min(total, m)
        x = np.arange(low, high + 1)
        weight = -(
            gammaln(x + 1)
            + gammaln(m - x + 1)
            + gammaln(total - x + 1)
            + gammaln(n - total + x + 1)
        )

        def mass(theta: float, weight=weight, x=x) -> np.ndarray:
            logs = weight + x * theta
            made = np.exp(logs - logs.max())
            return made / made.sum()

        for i in range(1, len(x) - 1, 2):
            estimate = brentq(lambda t, i=i: float((mass(t) * x).sum() - x[i]), -40, 40)  # noqa: B023
            lower = brentq(lambda t, i=i: float(mass(t)[i:].sum() - 0.025), -60, 60)
            upper = brentq(lambda t, i=i: float(mass(t)[: i + 1].sum() - 0.025), -60, 60)
            found.append(share(float(estimate), float(lower), float(upper)))  # pyright: ignore[reportArgumentType]
    assert max(found) < LARGEST_SHARE
