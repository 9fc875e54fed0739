"""Profiles and specifications: are conventions data, complete, and do they give known results?"""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest

from analysis.meta.effect_sizes import proportion
from analysis.meta.errors import MetaInputError
from analysis.meta.models import pool
from analysis.meta.profiles import PROFILES, profile
from analysis.meta.specification import proportion_specifications, specifications
from tests.meta.reference_comparison import named

# The rows from which version 1.0 computes what was published; later versions hold other studies.
OUTCOMES = Path(__file__).parents[2] / "versions/1.0/data/outcomes.csv"


def test_stata14_pools_the_published_review():
    """Do the review's rows give ORR 0.3389 (0.2653 to 0.4125), I2 76.43 %, 15 studies?

    The published figure prints 33.8 % (26.8 to 40.7).
    """
    conventions = profile("stata14")
    with OUTCOMES.open(encoding="utf-8", newline="") as stream:
        rows = [r for r in csv.DictReader(stream) if r["outcome"] == "ORR" and r["events"]]
    # The protocol prefers RECIST 1.1 where a study reports both.
    rows = [r for r in rows if r["criteria"] != "mRECIST"]
    sizes = proportion(
        [int(r["events"]) for r in rows],
        [int(r["n"]) for r in rows],
        measure=conventions.proportion_measure,
        zero=conventions.proportion_zero,
    )
    got = pool(
        sizes.yi,
        sizes.vi,
        method=conventions.tau2_method,
        test=conventions.test,
        i2=conventions.i2,
        prediction=conventions.prediction,
        random_from_k=conventions.random_from_k,
    )
    assert got.k == 15
    assert [round(v, 4) for v in (got.estimate, got.ci_low, got.ci_high, got.i2)] == [
        0.3389,
        0.2653,
        0.4125,
        0.7643,
    ]
    assert got.prediction_definition == "HTS"


def test_an_unknown_profile_is_told_the_nearest():
    """Does `stata` get the advice `stata14`?"""
    with pytest.raises(MetaInputError, match="Did you mean 'stata14'"):
        profile("stata")


def test_profiles_cannot_be_changed():
    """Is a profile frozen, so that one analysis cannot change another's conventions?"""
    with pytest.raises(dataclasses.FrozenInstanceError):
        PROFILES["stata14"].test = "knha"  # type: ignore[misc]


def test_specifications_hold_every_combination():
    """Is each measure, zero rule, model and interval there once, and equal to pooling by hand?"""
    data = named("published_cases.json")["proportions_raw_logit_glmm_pritz1997"]["data"]
    table = proportion_specifications(data["xi"], data["ni"])
    keys = [(r.measure, r.zero, r.method, r.test) for r in table.rows]
    # 5 ways to measure, each with the common effect (z) and 7 random-effects methods x 3 tests.
    assert len(keys) == len(set(keys)) == 5 * (1 + 7 * 3)
    row = next(r for r in table.rows if (r.measure, r.method, r.test) == ("PLO", "REML", "z"))
    assert (row.estimate, row.ci_low, row.ci_high) == pytest.approx(
        (0.7575, 0.6605, 0.8337), abs=1e-4
    )
    assert row.corrected == 2
    dropped = next(r for r in table.rows if r.zero == "drop")
    assert (dropped.k, dropped.dropped) == (12, 2)
    low, high = table.estimate_range
    assert low < 0.7575 < high


def test_a_specification_that_cannot_be_run_is_a_row_that_says_so():
    """Does an outcome with only 0 % studies keep its dropped raw analysis as a refused row?"""
    table = proportion_specifications([0, 0], [10, 20])
    refused = [r for r in table.rows if r.refused]
    assert {(r.measure, r.zero) for r in refused} == {("PR", "drop")}
    assert "binomial model" in refused[0].refused


def test_specifications_refuse_what_they_do_not_know():
    """Are unknown methods and an empty set of effects refused?"""
    with pytest.raises(MetaInputError, match="at least one"):
        specifications({})
    with pytest.raises(MetaInputError, match="Did you mean 'REML'"):
        proportion_specifications([1], [2], methods=["RELM"])
    with pytest.raises(MetaInputError, match="Did you mean 'PLO'"):
        proportion_specifications([1], [2], measures=["PL"])
