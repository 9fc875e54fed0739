"""The record of small-study effects of a pool: complete, suited to its measure, and honest."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from analysis.meta.asymmetry_table import ASYMMETRY_TESTS
from analysis.meta.effect_measures import effect_sizes
from analysis.meta.errors import MetaInputError
from analysis.meta.funnel_data import funnel_data
from analysis.meta.limit_meta_analysis import pet_peese
from analysis.meta.models import pool
from analysis.meta.small_study_results import small_study_results
from tests.meta.reference_comparison import bcg_log_rr, hackshaw_log_or, named

EVENTS = np.array([1, 4, 3, 9, 2, 12, 30, 8, 7, 25, 40, 3])
SIZES = np.array([12, 15, 20, 31, 18, 44, 90, 33, 25, 70, 130, 9])


def magnesium(studies=16):
    data = named("published_cases.json")["egger_and_begg_egger2001_bcg"]["data"]["egger2001"]
    columns = {key: np.array(data[key])[:studies] for key in ("ai", "n1i", "ci", "n2i")}
    sizes = effect_sizes("OR", columns)
    counts = dict(zip(("events1", "n1", "events2", "n2"), columns.values(), strict=True))
    return funnel_data(sizes.yi, sizes.vi, measure="OR", **counts)


def proportions(measure="PLO"):
    sizes = effect_sizes(measure, {"events": EVENTS, "n": SIZES})
    return funnel_data(sizes.yi, sizes.vi, measure=measure, events=EVENTS, n=SIZES)


def test_every_method_is_run_or_says_why_not():
    """Is each of the thirteen tests and eight methods either a result or a reason?"""
    for data in (magnesium(), proportions(), funnel_data(*bcg_log_rr(), measure="RR")):
        found = small_study_results(data)
        told = {result.test for result in found.tests} | {entry.name for entry in found.not_run}
        others = {
            "trim_and_fill": found.trim_and_fill, "limit": found.limit,
            "pet_peese": found.pet_peese, "selection": found.selection,
            "henmi_copas": found.henmi_copas, "excess": found.excess, "doi": found.doi,
        }  # fmt: skip
        told |= {name for name, result in others.items() if result is not None}
        told |= {f"fail_safe_{entry.definition}" for entry in found.fail_safe}
        assert told >= set(ASYMMETRY_TESTS) | set(others)
        assert len(found.fail_safe) == 3 or "fail_safe_orwin" in told
        assert all(entry.reason and entry.label for entry in found.not_run)


@pytest.mark.parametrize(
    ("data", "recommended"),
    [
        (magnesium(), "harbord"),
        (proportions(), None),
        (funnel_data(*hackshaw_log_or(), measure="GEN"), "egger"),
        (funnel_data(*bcg_log_rr(), measure="RR"), None),  # without counts
        (
            funnel_data(*bcg_log_rr(), measure="SMD", n1=np.arange(10, 23), n2=np.arange(12, 25)),
            "pustejovsky_rodgers",
        ),
    ],
)
def test_the_test_that_heads_the_table_suits_the_measure(data, recommended):
    """Is it Harbord's for OR, Pustejovsky and Rodgers' for SMD, and none for proportions?"""
    found = small_study_results(data)
    assert found.recommended == recommended
    suits = [result.suits for result in found.tests]
    assert suits == sorted(suits, key=["suited", "caution"].index)


def test_single_groups_have_no_value_of_no_effect():
    """Are P-value methods left out for proportions, with the reason, and the others given?"""
    found = small_study_results(proportions())
    assert found.selection is None
    assert found.pet_peese is None
    assert found.excess is None
    assert found.fail_safe == ()
    reasons = {entry.name: entry.reason for entry in found.not_run}
    for name in ("selection", "pet_peese", "excess", "fail_safe_orwin"):
        assert "value of no effect" in reasons[name]
    assert found.limit is not None
    assert found.trim_and_fill is not None
    assert found.henmi_copas is not None


def test_adjusted_effects_name_the_model_that_trimmed():
    """Does the table start with the pool and show trim and fill under both models by name?"""
    data = funnel_data(*bcg_log_rr(), measure="RR")
    found = small_study_results(data, method="REML")
    labels = [row.label for row in found.adjusted]
    assert labels[0] == "Pooled, unadjusted"
    assert labels[1] == "Trim and fill, trimmed by common effect (4 studies imputed)"
    assert labels[2] == "Trim and fill, trimmed by random effects (REML) (1 study imputed)"
    assert found.adjusted[0].estimate == pool(*bcg_log_rr(), method="REML").estimate


def test_selection_is_on_the_side_of_the_effect():
    """Do effects below 0 get the P values of that side?"""
    y, v = bcg_log_rr()
    below = small_study_results(funnel_data(y, v, measure="RR"))
    above = small_study_results(funnel_data(-y, v, measure="RR"))
    assert below.selection is not None
    assert above.selection is not None
    assert (below.selection.alternative, above.selection.alternative) == ("less", "greater")
    assert below.selection.estimate == pytest.approx(-above.selection.estimate, rel=1e-6)


def test_standardised_differences_use_sizes_in_place_of_their_standard_error():
    """Does PET-PEESE of SMDs regress on √(1/n₁ + 1/n₂) (Pustejovsky & Rodgers 2019)?"""
    y, v = bcg_log_rr()
    n1, n2 = np.arange(10.0, 23.0), np.arange(12.0, 25.0)
    found = small_study_results(funnel_data(y, v, measure="SMD", n1=n1, n2=n2))
    expected = pet_peese(y, v, predictor=np.sqrt(1 / n1 + 1 / n2))
    assert found.pet_peese == expected


def test_verdicts_below_ten_only_on_demand():
    """Is no verdict given for 9 trials, although every value is, unless asked for?"""
    withheld = small_study_results(magnesium(9))
    assert withheld.tests
    assert all(result.p_value is not None for result in withheld.tests)
    assert {result.verdict for result in withheld.tests} == {None}
    asked = small_study_results(magnesium(9), verdict_below_ten=True)
    assert None not in {result.verdict for result in asked.tests}


def test_two_studies_give_reasons_and_not_errors():
    """Is a pool of two a record full of reasons?"""
    found = small_study_results(funnel_data([0.1, 0.5], [0.1, 0.2], measure="MD"))
    assert found.tests == ()
    assert found.trim_and_fill is None
    assert {"egger", "trim_and_fill", "limit", "doi"} <= {entry.name for entry in found.not_run}


def test_the_record_cannot_be_changed():
    """Is it immutable?"""
    found = small_study_results(proportions())
    with pytest.raises(FrozenInstanceError):
        found.k = 3  # pyright: ignore[reportAttributeAccessIssue]


def test_an_unknown_measure_is_refused():
    """Is the measure's name checked?"""
    with pytest.raises(MetaInputError, match="effect measure"):
        small_study_results(funnel_data([0.1, 0.5, 0.4], [0.1, 0.2, 0.3], measure="ODS"))
