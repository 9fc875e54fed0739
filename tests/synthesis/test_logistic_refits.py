"""Are pools by the logistic model refitted by it, where an estimate is left out or added?

Otherwise the pool lies outside the range of its own leave-one-out results: 10.4 % beside 10.7 to
12.9 % in the invented studies below.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.meta.glmm import fit_glmm
from analysis.synthesis.computation import synthesise
from schemas import load_review
from tests.small_review import small_review

EVENTS = [34, 0, 61, 22, 145, 12, 80, 5]
N = [412, 58, 300, 190, 1502, 40, 640, 96]
PROTOCOL = """\
review: {title: Feet, edition: "1.0", kind: prevalence, living: false, condition: diabetes}
profile: meta
confidence_level: 0.95
significance_level: 0.05
outcomes:
  - {id: nerve, code: NERVE, label: Neuropathy, measure: proportion,
     model: {proportion_model: glmm}}
abbreviations: {CI: confidence interval}
"""


def test_refits_are_those_of_the_model(tmp_path: Path) -> None:
    names = [f"S{place}" for place in range(len(N))]
    studies = [{"study_id": name, "year": 2001 + i} for i, name in enumerate(names)]
    outcomes = [
        {"study_id": name, "outcome": "NERVE", "events": events, "n": n}
        for name, events, n in zip(names, EVENTS, N, strict=True)
    ]
    tables = {"studies": studies, "outcomes": outcomes}
    outcome = synthesise(load_review(small_review(tmp_path / "r", PROTOCOL, tables))).outcome(
        "nerve"
    )
    found = outcome.sensitivity
    assert found is not None
    back = 1 / (1 + 2.718281828459045 ** -fit_glmm(EVENTS[1:], N[1:], test="z").estimate)
    assert found.leave_one_out[0].estimate == pytest.approx(back, rel=1e-9)
    # The last cumulative pool is the whole one, and one study stands for itself.
    last = found.cumulative[-1]
    pool = outcome.overall
    assert (last.estimate, last.ci_low) == pytest.approx((pool.estimate, pool.ci_low), rel=1e-9)
    assert found.cumulative[0].estimate == pytest.approx(34 / 412, rel=1e-12)
    refits = [refit.estimate for refit in found.leave_one_out]
    assert min(refits) < (pool.estimate or 0) < max(refits)
    # Without differences between studies all are one group: 359 of 3238.
    assert found.common is not None
    assert found.common.estimate == pytest.approx(359 / 3238, rel=1e-12)
