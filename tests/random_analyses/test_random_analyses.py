"""Do random analyses over all measures come out as an independent formulation has them?

5,000 of them, with R's metafor where it is installed: ``make compare``.
"""

from __future__ import annotations

from tests.random_analyses import engine, independent
from tests.random_analyses.analyses import TYPES, random_analyses


def test_a_hundred_random_analyses_agree():
    """Do effects, tau2 by nine estimators, Knapp-Hartung and meta-regression agree?

    The roots of the likelihood equations are found to 1e-14 in tau2 here and to the square of 1e-9
    there; 1e-7 leaves room for flat likelihoods.
    """
    measures = set()
    compared = 0
    for case in random_analyses(150, seed=20261128):
        if case["kind"] not in {"rma", "metareg"}:
            continue
        compared += 1
        measures.add(case["measure"])
        found = engine.answer(case)
        assert found is not None, case
        assert engine.distance(found, independent.answer(case)) < 1e-7, case
    assert compared >= 100
    # The seed reaches nearly all of them; which ones is chance.
    assert len(measures) >= len([m for kind in TYPES.values() for m in kind]) - 3
