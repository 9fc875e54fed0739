"""Templates of sentences filled with results drawn by a random generator."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.audit import true_results as true
from tests.audit import true_statements as said

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

MEASURES = {"RR": "risk ratio", "OR": "odds ratio", "HR": "hazard ratio"}
METHODS: tuple[true.Method, ...] = (
    "Wilson",
    "Clopper-Pearson",
    "Wald",
    "Agresti-Coull",
    "Jeffreys",
)


def _printed(rng: Random, numbers: tuple[float, ...], decimals: int) -> dict[str, str]:
    down = rng.random() < 0.5
    texts = (true.rounded(value, decimals, half_down=down) for value in numbers)
    return dict(zip(("e", "l", "h"), texts, strict=True))


def proportion(rng: Random, template: str) -> str:
    """Fill in a count of many or few."""
    n = rng.choice((rng.randint(8, 60), rng.randint(40, 400), rng.randint(300, 4000)))
    x = rng.randint(1, n - 1)
    ends = true.proportion(x, n, rng.choice(METHODS))
    numbers = _printed(rng, tuple(100 * end for end in ends), rng.choice((0, 1, 1, 2)))
    return template.format(**numbers, x=x, n=n)


def ratio(rng: Random, template: str) -> str:
    """Fill in a risk, odds or hazard ratio with its Wald interval."""
    measure = rng.choice(tuple(MEASURES))
    m, n = rng.randint(40, 900), rng.randint(40, 900)
    a, c = rng.randint(4, m // 2), rng.randint(4, n // 2)
    if measure == "HR":
        events = rng.randint(20, 600)
        found = true.log_interval(rng.gauss(-0.2, 0.3), 2 / math.sqrt(events))
    else:
        found = (true.risk_ratio if measure == "RR" else true.odds_ratio)(a, m, c, n)
    numbers = _printed(rng, found[:3], rng.choice((2, 2, 2, 3)))
    p = true.p_text(found[3], rng.choice(("P", "p")))
    return template.format(**numbers, M=measure, m=MEASURES[measure], p=p)


def difference(rng: Random, template: str) -> str:
    """Fill in a difference of means with its normal or t interval."""
    df = rng.choice((None, rng.randint(8, 400)))
    found = true.difference(rng.gauss(0, 3), rng.uniform(0.1, 2.5), df)
    numbers = _printed(rng, found[:3], rng.choice((1, 2)))
    return template.format(**numbers, p=true.p_text(found[3]))


def efficacy(rng: Random, template: str) -> str:
    """Fill in one minus a risk ratio."""
    a, c = rng.randint(4, 60), rng.randint(50, 300)
    estimate, low, high, _ = true.risk_ratio(a, 5000, c, 5000)
    ends = tuple(100 * (1 - end) for end in (estimate, high, low))
    return template.format(**_printed(rng, ends, rng.choice((0, 1, 1))))


def pooled(rng: Random, template: str) -> str:
    """Fill in a pool with its heterogeneity."""
    k = rng.randint(2, 30)
    q = (k - 1) * rng.uniform(0.3, 4)
    found = true.difference(rng.gauss(0, 1), rng.uniform(0.05, 0.4))
    numbers = _printed(rng, found[:3], 2)
    return template.format(
        **numbers,
        k=k,
        df=k - 1,
        q=true.rounded(q, 2),
        q_p=true.rounded(true.p_of_chi2(q, k - 1), 3),
        i2=true.rounded(true.i2_of(q, k - 1), rng.choice((0, 1))),
    )


def statistic(rng: Random, template: str) -> str:
    """Fill in test statistics with their degrees of freedom."""
    df, df1 = rng.randint(6, 300), rng.randint(1, 6)
    t, f, z = rng.gauss(0, 2.5), rng.uniform(0.2, 8), rng.gauss(0, 2)
    c, r = rng.uniform(0.5, 5) * df1, rng.uniform(-0.6, 0.6)
    return template.format(
        df=df,
        df1=df1,
        n=df + 40,
        t=true.rounded(t, 2),
        f=true.rounded(f, 2),
        c=true.rounded(c, 2),
        z=true.rounded(z, 2),
        r=true.rounded(r, 2).replace("0.", ".", 1),
        p_t=true.apa_p(true.p_of_t(t, df)),
        p_f=true.apa_p(true.p_of_f(f, df1, df)),
        p_c=true.apa_p(true.p_of_chi2(c, df1)),
        p_z=true.apa_p(true.p_of_z(z)),
        p_r=true.apa_p(true.p_of_r(r, df)),
    )


FILLED: tuple[tuple[Callable[[Random, str], str], tuple[str, ...]], ...] = (
    (proportion, said.PROPORTIONS),
    (ratio, said.RATIOS),
    (difference, said.DIFFERENCES),
    (efficacy, said.EFFICACIES),
    (pooled, said.POOLED),
    (statistic, said.TESTS),
)
ALL = tuple((fill, template) for fill, templates in FILLED for template in templates)
