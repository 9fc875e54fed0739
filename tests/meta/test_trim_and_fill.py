"""Trim and fill: are the same studies imputed as by metafor, Stata's metatrim and R's meta?"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.meta.cases_small_study import RUNNERS
from analysis.meta.errors import MetaInputError
from analysis.meta.models import pool
from analysis.meta.trim_and_fill import trim_and_fill, trim_with_both_models
from analysis.meta.trim_fill_remarks import impossible_effects
from analysis.meta.trim_fill_rules import CONVENTIONS, estimate_missing, rounded, signed_ranks
from tests.meta.reference_comparison import (
    assert_agrees,
    bcg_log_rr,
    cases_of,
    hackshaw_log_or,
    named,
    question,
)

#: Two studies, one trimmed: the centre is the other study, which lies exactly on it. metafor's
#: weighted mean of one study misses that study by a rounding error for these data, counts it as a
#: second positive rank, trims both and stops; for two other measures of the same studies it hits.
#: Computed without the error, one study is imputed in all four.
DECIDED_BY_ROUNDING = {"syn_k2.PAS.trimfill.FE.L0.auto", "syn_k2.PLO.trimfill_fe_re.REML.L0"}


@pytest.mark.parametrize("kind", ["trimfill", "trimfill_fe_re"])
def test_every_case_agrees_with_metafor(kind):
    """Are number, side, imputed studies and pooled effect metafor's, in all 349 analyses?"""
    for case in cases_of(kind):
        assert_agrees(case, RUNNERS[kind](question(case)))


@pytest.mark.parametrize("kind", ["trimfill", "trimfill_fe_re"])
def test_what_r_refuses_is_refused(kind):
    """Is what R cannot compute refused, but for the two that rounding errors decide?"""
    for case in cases_of(kind, "error"):
        if case["id"] in DECIDED_BY_ROUNDING:
            assert RUNNERS[kind](question(case))["k0"] == 1
        else:
            with pytest.raises(MetaInputError):
                RUNNERS[kind](question(case))


@pytest.mark.parametrize(
    ("kind", "ok", "errors"), [("trimfill", 257, 11), ("trimfill_fe_re", 92, 1)]
)
def test_grid_has_not_shrunk(kind, ok, errors):
    """Are all the reference cases still there?"""
    assert len(cases_of(kind)) >= ok
    assert len(cases_of(kind, "error")) >= errors


def interval(pooled):
    return [pooled.estimate, pooled.ci_low, pooled.ci_high]


@pytest.mark.parametrize(
    ("name", "data", "options"),
    [
        ("metatrim_bcg_default_fixed", bcg_log_rr, {}),
        ("metatrim_bcg_flip_fixed", bcg_log_rr, {"side": "right"}),
        ("metatrim_bcg_flip_reffect", bcg_log_rr, {"side": "right", "trim_method": "DL"}),
        ("metatrim_hackshaw_default_fixed", hackshaw_log_or, {}),
        ("metatrim_hackshaw_reffect", hackshaw_log_or, {"trim_method": "DL"}),
    ],
)
def test_stata_metatrim(name, data, options):
    """Do the iterations, the imputed studies and both filled estimates equal metatrim 1.0.5?"""
    expected = named("stata14_cases.json")[name]["computed"]
    result = trim_and_fill(*data(), method="DL", convention="stata14", **options)
    assert result.k0 == expected["k0"]
    np.testing.assert_allclose(result.filled_yi, expected["filled_theta"], rtol=2e-9)
    steps = [[step.centre, step.rank_sum, step.k0] for step in result.steps]
    np.testing.assert_allclose(steps, expected["iterations_estimate_Tn_totrim"], rtol=2e-9)
    np.testing.assert_allclose(interval(result.pooled_common), expected["fixed"], rtol=2e-9)
    np.testing.assert_allclose(interval(result.pooled), expected["random"], rtol=5e-9)


def test_metafors_manual():
    """Does the page of the BCG trials come out, with 4 or 1 missing studies by the model used?"""
    printed = named("published_cases.json")["trim_and_fill_bcg"]["expected"]
    y, v = bcg_log_rr()
    for key, method in (("RR_EE_L0", "CE"), ("RR_REML_L0", "REML")):
        result, page = trim_and_fill(y, v, method=method), printed[key]
        assert result.k0 == page["k0"]
        assert result.side == page["side"]
        assert result.se_k0 == pytest.approx(page["se_k0"], abs=5.1e-5)
        assert result.pooled.k == page["k"]
        assert interval(result.pooled) == pytest.approx(
            [page["est"], page["ci_lb"], page["ci_ub"]], abs=5.1e-5
        )
        assert result.pooled.q == pytest.approx(page["Q"], abs=5.1e-5)
    first = trim_and_fill(y, v, method="CE")
    np.testing.assert_allclose(first.filled_yi, printed["RR_EE_L0"]["filled_yi"], rtol=1e-7)
    np.testing.assert_allclose(first.filled_vi, printed["RR_EE_L0"]["filled_vi"], rtol=1e-7)
    run = trim_and_fill(y, v, method="CE", estimator="R0")
    page = printed["RR_EE_R0"]
    assert (run.k0, run.side) == (page["k0"], page["side"])
    assert run.se_k0 == pytest.approx(page["se_k0"], abs=5.1e-5)
    assert run.p_k0 == pytest.approx(page["p_k0"], abs=5.1e-5)
    mixed, page = (
        trim_and_fill(y, v, method="REML", trim_method="CE"),
        printed["RR_fixed_trim_then_REML"],
    )
    assert mixed.pooled.k == page["k"]
    assert mixed.pooled.tau2 == pytest.approx(page["tau2"], abs=5.1e-5)
    assert interval(mixed.pooled) == pytest.approx(
        [page["est"], page["ci_lb"], page["ci_ub"]], abs=5.1e-5
    )


def test_conventions_of_meta():
    """Does R's meta differ where its source does: common effect inside, side by Egger's line?

    The 80 analyses of meta 8.3-0 itself are in ``test_cases_bias.py``.
    """
    result = trim_and_fill(*bcg_log_rr(), method="REML", convention="meta")
    same = trim_and_fill(*bcg_log_rr(), method="REML", trim_method="CE")
    assert result.trim_method == "CE"
    assert result.side_chosen_by == "slope on the standard error (CE)"
    assert (result.k0, result.side) == (same.k0, same.side)
    assert interval(result.pooled) == interval(same.pooled)
    with pytest.raises(MetaInputError, match="at least 3"):
        trim_and_fill([0.1, 0.4], [0.1, 0.2], convention="meta")


def test_ranks_of_ties():
    """Do tied distances get consecutive ranks as listed, or their mean, with the effect's sign?"""
    centred = np.array([-2.0, -1.0, 1.0, 1.0, 0.0, 3.0])
    assert signed_ranks(centred, "order").tolist() == [-5, -2, 3, 4, 0, 6]
    assert signed_ranks(centred, "average").tolist() == [-5, -3, 3, 3, 0, 6]


def test_rounding_of_halves():
    """Does 2.5 become 2 (R's round) or 3 (Stata), and −0.5 always 0?"""
    assert [rounded(x, "half_even") for x in (0.5, 1.5, 2.5, -0.5)] == [0, 2, 2, 0]
    assert [rounded(x, "half_up") for x in (0.5, 1.5, 2.5, -0.5)] == [1, 2, 3, 0]


def test_estimators_by_hand():
    """Do L0, R0 and Q0 equal Duval and Tweedie's formulas for ranks worked out by hand?"""
    # k = 10: negative ranks 1, 3, 6; positive ranks 2, 4, 5, 7, 8, 9, 10, sum 45; run above 6 is 4.
    ranks = np.array([-6, -3, -1, 2, 4, 5, 7, 8, 9, 10], dtype=float)
    rules = CONVENTIONS["metafor"]
    assert estimate_missing(ranks, "L0", rules)[0] == pytest.approx((4 * 45 - 110) / 19)
    assert estimate_missing(ranks, "R0", rules)[0] == 3.0
    assert estimate_missing(ranks, "Q0", rules)[0] == pytest.approx(9.5 - 20.25**0.5)


def studies(least=4, most=14):
    row = st.tuples(st.floats(-3, 3), st.floats(0.02, 2.0))
    return st.lists(row, min_size=least, max_size=most, unique_by=lambda r: round(r[0], 4)).map(
        lambda rows: np.array(rows).T
    )


@settings(max_examples=50, deadline=None)
@given(studies(), st.sampled_from(["L0", "R0"]), st.sampled_from(sorted(CONVENTIONS)))
def test_mirror_image(data, estimator, convention):
    """Does mirroring the effects mirror the result, side and imputed studies?"""
    y, v = data
    try:
        left = trim_and_fill(y, v, estimator=estimator, side="left", convention=convention)
    except MetaInputError:
        return
    right = trim_and_fill(-y, v, estimator=estimator, side="right", convention=convention)
    assert left.k0 == right.k0
    np.testing.assert_allclose(left.filled_yi, -right.filled_yi, atol=1e-12)
    np.testing.assert_allclose(left.pooled.estimate, -right.pooled.estimate, atol=1e-10)


@settings(max_examples=50, deadline=None)
@given(studies(), st.randoms(use_true_random=False))
def test_order_of_studies_does_not_matter(data, random):
    """Are the same studies imputed however they are listed (without ties)?"""
    y, v = data
    order = list(range(y.size))
    random.shuffle(order)
    try:
        one = trim_and_fill(y, v, method="CE", side="left")
    except MetaInputError:
        return
    other = trim_and_fill(y[order], v[order], method="CE", side="left")
    assert one.k0 == other.k0
    np.testing.assert_allclose(np.sort(one.filled_yi), np.sort(other.filled_yi), atol=1e-10)


@settings(max_examples=50, deadline=None)
@given(studies())
def test_filled_set_is_what_is_pooled(data):
    """Is the final effect that of originals plus mirror images, which keep their variances?"""
    y, v = data
    try:
        result = trim_and_fill(y, v, method="DL", side="left")
    except MetaInputError:
        return
    centre = result.steps[-1].centre
    np.testing.assert_allclose(result.filled_yi, 2 * centre - y[result.mirrored], atol=1e-12)
    np.testing.assert_array_equal(result.filled_vi, v[result.mirrored])
    fresh = pool(np.append(y, result.filled_yi), np.append(v, result.filled_vi), method="DL")
    assert result.pooled.estimate == pytest.approx(fresh.estimate, rel=1e-12, abs=1e-12)


def test_cycles_are_refused_or_recorded():
    """Is an iteration that does not settle refused, or kept with ``converged`` false, by name?"""
    y, v = bcg_log_rr()
    one_step = replace(CONVENTIONS["metafor"], max_iterations=2)
    with pytest.raises(MetaInputError, match="did not settle"):
        trim_and_fill(y, v, method="CE", convention=one_step)
    kept = trim_and_fill(y, v, method="CE", convention=replace(one_step, unconverged="keep"))
    assert not kept.converged
    assert len(kept.steps) == 2


def test_inputs_are_left_alone():
    """Are the caller's arrays unchanged?"""
    y, v = bcg_log_rr()
    before = y.copy(), v.copy()
    trim_and_fill(y, v)
    np.testing.assert_array_equal(y, before[0])
    np.testing.assert_array_equal(v, before[1])


@pytest.mark.parametrize(
    ("y", "v", "options", "message"),
    [
        ([0.1, np.nan, 0.3], [1, 2, 3], {}, "NaN"),
        ([0.1, 0.2, 0.3], [1, -2, 3], {}, "negative"),
        ([0.1, 0.2, 0.3], [1, 2], {}, "one entry per study"),
        ([], [], {}, "k = 0"),
        ([0.1], [1], {}, "at least 2"),
        ([0.1, 0.2], [1, 2], {"method": "REML"}, "Name the side"),
        ([0.1, 0.2, 0.5], [1, 1, 1], {}, "same in all studies"),
        ([0.1, 0.2, 0.3], [1, 2, 3], {"estimator": "L1"}, "L0"),
        ([0.1, 0.2, 0.3], [1, 2, 3], {"side": "top"}, "left"),
        ([0.1, 0.2, 0.3], [1, 2, 3], {"convention": "sas"}, "metafor"),
        ([0.1, 0.2, 0.3], [1, 2, 3], {"method": "XX"}, "method"),
        ([0.1, 0.1, 0.1], [1, 2, 3], {"estimator": "R0", "side": "left"}, "R0 is not defined"),
    ],
)
def test_unusable_input_is_refused(y, v, options, message):
    """Does every refusal say what to do?"""
    with pytest.raises(MetaInputError, match=message):
        trim_and_fill(y, v, **options)


# The model of the iterations, and what cannot be observed -----------------------------------------


def test_both_models_are_shown_and_named():
    """Are 4 studies imputed by a common effect and 1 by REML (metafor's page), each named?"""
    y, v = bcg_log_rr()
    both = trim_with_both_models(y, v, method="REML", convention="metafor")
    assert (both.chosen.k0, both.chosen.trim_model) == (1, "random effects (REML)")
    assert both.other is not None
    assert (both.other.k0, both.other.trim_model) == (4, "common effect")
    assert not both.same_count
    turned = trim_with_both_models(y, v, method="REML", convention="meta")
    assert turned.other is not None
    assert (turned.chosen.trim_model, turned.other.trim_model) == (
        "common effect",
        "random effects (REML)",
    )
    assert (turned.chosen.k0, turned.other.k0) == (4, 1)


def test_the_other_model_may_be_refused():
    """Is the analysis asked for given, with the reason, where the other model has no side?"""
    both = trim_with_both_models([0.1, 0.5], [0.1, 0.2], method="DL", trim_method="CE")
    assert both.chosen.trim_method == "CE"
    assert both.other is None
    assert both.refused is not None
    assert "Name the side" in both.refused


def test_a_common_effect_analysis_is_compared_with_dersimonian_laird():
    """Is the other model of a common-effect analysis random effects, not the same again?"""
    both = trim_with_both_models(*bcg_log_rr(), method="CE")
    assert both.other is not None
    assert (both.chosen.trim_method, both.other.trim_method) == ("CE", "DL")


@pytest.mark.parametrize(
    ("measure", "y", "remark"),
    [
        ("PR", [0.05, 0.1, 0.2, 0.5, 0.6], "2 of the 2 imputed proportions lie below 0%"),
        ("COR", [0.05, 0.1, 0.2, 0.5, 0.6], None),
        ("MD", [0.05, 0.1, 0.2, 0.5, 0.6], None),
        (None, [0.05, 0.1, 0.2, 0.5, 0.6], None),
    ],
)
def test_impossible_imputed_effects_are_remarked(measure, y, remark):
    """Is an imputed proportion below 0 remarked on, and a mean difference below 0 not?"""
    result = trim_and_fill(y, [0.001, 0.002, 0.003, 0.05, 0.06], method="CE", measure=measure)
    if remark is None:
        assert result.remarks == ()
    else:
        assert any(remark in text for text in result.remarks), (result.filled_yi, result.remarks)


@pytest.mark.parametrize(
    ("measure", "value", "words"),
    [
        ("PR", 1.01, "above 100%"),
        ("PRAW", -0.01, "below 0%"),
        ("PFT", -0.01, "below 0%"),
        ("PAS", 1.58, "above 100%"),
        ("PLN", 0.01, "above 100%"),
        ("RD", -1.1, "below"),
        ("COR", 1.2, "above 1"),
        ("IR", -0.2, "below 0"),
    ],
)
def test_limits_of_every_measure(measure, value, words):
    """Is a value just beyond what can be observed remarked on, in the measure's own units?"""
    (remark,) = impossible_effects(np.array([value]), measure)
    assert words in remark


@settings(max_examples=50, deadline=None)
@given(studies(), st.sampled_from(["PLO", "OR", "ZCOR", "IRLN"]))
def test_measures_without_limits_have_no_remarks(data, measure):
    """Is nothing said where every value can be observed?"""
    assert impossible_effects(data[0], measure) == ()
