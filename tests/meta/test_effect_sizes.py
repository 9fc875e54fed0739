"""Effect sizes of single arms: are the formulas, the zero rules and the way back right?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.meta.back_transform import back_transform
from analysis.meta.effect_sizes import PROPORTION_MEASURES, proportion
from analysis.meta.errors import MetaInputError
from analysis.meta.models import pool
from analysis.meta.subgroups import subgroups
from analysis.meta.transforms import Transform
from tests.meta.reference_comparison import named

PRINTED = 0.5001e-4
TEN_DIGITS = 2e-9  # stata14_cases.json holds ten significant digits


def pritz():
    data = named("published_cases.json")["proportions_raw_logit_glmm_pritz1997"]["data"]
    return data["xi"], data["ni"]


def test_miller_1978():
    """Do double arcsines and their inverse give Miller 1978, p. 138?"""
    case = named("published_cases.json")["proportions_pft_miller1978"]
    x, n, expected = case["data"]["xi"], case["data"]["ni"], case["expected"]
    halved = proportion(x, n, measure="PFT")
    full = proportion(x, n, measure="PFT", freeman_tukey="full")
    assert full.yi == pytest.approx(expected["yi_times_2"], abs=PRINTED)
    assert full.vi == pytest.approx(expected["vi_times_4"], abs=PRINTED)
    assert 2 * halved.yi == pytest.approx(full.yi, rel=1e-14)
    assert 4 * halved.vi == pytest.approx(full.vi, rel=1e-14)
    mean = full.yi.mean()
    assert mean == pytest.approx(expected["unweighted_pooled_times_2"], abs=PRINTED)
    key = "unweighted_back_transformed_harmonic_mean"
    assert full.transform.apply(mean) == pytest.approx(expected[key], abs=PRINTED)
    for sizes, scale in ((halved, 2), (full, 1)):
        pooled = pool(sizes.yi, sizes.vi, method="CE")
        assert scale * pooled.estimate == pytest.approx(
            expected["weighted_pooled_times_2"], abs=PRINTED
        )
        assert back_transform(pooled, sizes).estimate == pytest.approx(
            expected["weighted_back_transformed_harmonic_mean"], abs=PRINTED
        )


def test_double_arcsine_at_the_ends():
    """Do studies with no and only events come back as exactly 0 and 1 (metafor's test)?"""
    case = named("published_cases.json")["proportions_pft_zero_and_one"]
    x, n, expected = case["data"]["xi"], case["data"]["ni"], case["expected"]
    sizes = proportion(x, n, measure="PFT")
    back = [sizes.transform.at(m).apply(y) for y, m in zip(sizes.yi, n, strict=True)]
    assert back == pytest.approx(expected["individual_back_transformed"], abs=1e-12)
    pooled = back_transform(pool(sizes.yi, sizes.vi, method="CE"), sizes)
    assert pooled.estimate == pytest.approx(expected["pooled"], abs=PRINTED)
    assert pooled.ci_low == pytest.approx(expected["ci_lb"], abs=PRINTED)
    assert pooled.ci_high == pytest.approx(expected["ci_ub"], abs=PRINTED)


def test_arcsine():
    """Does 10 of 20 give pi/4 and 1/80?"""
    expected = named("published_cases.json")["proportions_pas_single"]["expected"]
    sizes = proportion([10], [20], measure="PAS")
    assert sizes.yi[0] == pytest.approx(expected["yi"], abs=PRINTED)
    assert sizes.vi[0] == pytest.approx(expected["vi"], rel=1e-14)


@pytest.mark.parametrize(("measure", "key"), [("PR", "PR_REML"), ("PLO", "PLO_REML")])
def test_pritz_1997(measure, key):
    """Do raw and logit REML give the numbers on metadat's page?

    Printed at metafor's default convergence, so REML may differ in the last digit.
    """
    expected = named("published_cases.json")["proportions_raw_logit_glmm_pritz1997"]["expected"]
    sizes = proportion(*pritz(), measure=measure)
    got = back_transform(pool(sizes.yi, sizes.vi, method="REML"), sizes)
    assert got.estimate == pytest.approx(expected[key]["pred"], abs=1e-4)
    assert got.ci_low == pytest.approx(expected[key]["ci_lb"], abs=1e-4)
    assert got.ci_high == pytest.approx(expected[key]["ci_ub"], abs=1e-4)
    assert got.prediction_low == pytest.approx(expected[key]["pi_lb_z"], abs=1e-4)
    # A proportion does not exceed 1: metafor prints 1.06 on the raw scale.
    assert got.prediction_high == pytest.approx(min(expected[key]["pi_ub_z"], 1.0), abs=1e-4)


@pytest.mark.parametrize(("arm", "x", "n"), [("control", "ci", "n2i"), ("treated", "ai", "n1i")])
def test_stijnen_2010(arm, x, n):
    """Does the logit REML model give Stijnen 2010, Table II?"""
    case = named("published_cases.json")["proportions_logit_vs_glmm_nielweise2007"]
    expected = case["expected"][f"{arm}_PLO_REML"]
    sizes = proportion(case["data"][x], case["data"][n], measure="PLO")
    pooled = pool(sizes.yi, sizes.vi, method="REML")
    got = back_transform(pooled, sizes)
    assert pooled.estimate == pytest.approx(expected["est"], abs=1e-4)
    assert pooled.se == pytest.approx(expected["se"], abs=1e-4)
    assert pooled.tau2 == pytest.approx(expected["tau2"], abs=1e-4)
    assert got.estimate == pytest.approx(expected["pred"], abs=PRINTED)
    assert got.ci_low == pytest.approx(expected["ci_lb"], abs=PRINTED)
    assert got.ci_high == pytest.approx(expected["ci_ub"], abs=PRINTED)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("metaprop_raw_random_pritz1997", {"zero": "drop"}),
        ("metaprop_raw_random_cc0.5_pritz1997", {"zero": "se"}),
        ("metaprop_ftt_random_pritz1997", {"measure": "PFT", "freeman_tukey": "full"}),
    ],
)
def test_metaprop_of_stata(name, options):
    """Does each way of metaprop (studies dropped, cc, ftt) give what its .ado file computes?"""
    expected = named("stata14_cases.json")[name]["computed"]
    sizes = proportion(*pritz(), **options)
    pooled = pool(sizes.yi, sizes.vi, method="DL")
    got = back_transform(pooled, sizes)
    assert sizes.k == expected["k_used"]
    assert (got.estimate, got.ci_low, got.ci_high) == pytest.approx(
        (expected["est"], expected["lci"], expected["uci"]), rel=TEN_DIGITS
    )
    assert (pooled.estimate, pooled.ci_low, pooled.ci_high) == pytest.approx(
        expected["t_scale"], rel=TEN_DIGITS
    )
    assert pooled.tau2 == pytest.approx(expected["tau2"], rel=TEN_DIGITS)
    assert pooled.q == pytest.approx(expected["Q"], rel=TEN_DIGITS)
    assert 100 * pooled.i2 == pytest.approx(expected["I2"], rel=TEN_DIGITS)


@pytest.mark.parametrize("figure", ["2WNL", "2HSIL"])
@pytest.mark.parametrize("scale", ["ftt", "raw"])
def test_tsoumpou_2009(figure, scale):
    """Are 0 % and 100 % studies dropped raw, and kept under ftt?"""
    case = named("stata14_cases.json")[f"metaprop_tsoumpou2009_{figure}_ftt_and_raw"]
    x, n = case["data"]["x"], case["data"]["n"]
    if scale == "ftt":
        sizes = proportion(x, n, measure="PFT", freeman_tukey="full")
    else:
        sizes = proportion(x, n, zero="drop")
    expected = case["computed"][scale]
    pooled = pool(sizes.yi, sizes.vi, method="DL")
    got = back_transform(pooled, sizes)
    assert sizes.k == expected["k"]
    assert len(sizes.dropped) == expected.get("k_dropped", 0)
    assert (got.estimate, got.ci_low, got.ci_high) == pytest.approx(
        (expected["est"], expected["lci"], expected["uci"]), rel=TEN_DIGITS
    )
    assert pooled.q_p == pytest.approx(expected["p_Q"], rel=1e-7)


def test_arbyn_2009_by_group():
    """Does metaprop by() give 43 % (38 to 48) for ASCUS (Nyaga 2014) and its other groups?"""
    case = named("stata14_cases.json")["metaprop_arbyn2009_random_by_tgroup"]
    data = case["data"]
    sizes = proportion(data["x"], data["n"], zero="drop")
    found = subgroups(sizes.yi, sizes.vi, data["tgroup"], method="DL", random_from_k=3)
    parts = dict(zip(found.levels, found.effects, strict=True))
    parts["overall"] = pool(sizes.yi, sizes.vi, method="DL")
    for name, expected in case["computed"].items():
        got = parts[name]
        assert (got.k, got.q_df) == (expected["k"], expected["df"])
        assert (got.estimate, got.ci_low, got.ci_high) == pytest.approx(
            (expected["est"], expected["lci"], expected["uci"]), rel=TEN_DIGITS
        )
        assert got.tau2 == pytest.approx(expected["tau2"], rel=TEN_DIGITS)
        assert got.q == pytest.approx(expected["Q"], rel=TEN_DIGITS)
    ascus = parts["ASCUS"]
    printed = [round(100 * v) for v in (ascus.estimate, ascus.ci_low, ascus.ci_high)]
    assert printed == [43, 38, 48]


def test_every_zero_rule_is_recorded():
    """Is every study a rule drops or changes listed, and no other?"""
    x, n = [0, 3, 10], [10, 10, 10]
    assert [i for i, _ in proportion(x, n, zero="only0").corrected] == [0, 2]
    assert [i for i, _ in proportion(x, n, zero="if0all").corrected] == [0, 1, 2]
    assert [i for i, _ in proportion(x, n, zero="all").corrected] == [0, 1, 2]
    dropped = proportion(x, n, zero="drop")
    assert [i for i, _ in dropped.dropped] == [0, 2]
    assert dropped.index.tolist() == [1]
    assert dropped.corrected == ()
    kept = proportion(x, n, zero="se")
    assert [i for i, _ in kept.corrected] == [0, 2]
    assert kept.yi.tolist() == [0.0, 0.3, 1.0]
    plain = proportion([3], [10], zero="if0all")
    assert plain.corrected == ()
    assert proportion(x, n, measure="PFT").corrected == ()


def test_only0_changes_the_effect_too():
    """Does ½ added to events and 1 to n change yi as well as vi (metafor)?"""
    got = proportion([0], [25])
    assert got.yi[0] == pytest.approx(0.5 / 26, rel=1e-15)
    assert got.vi[0] == pytest.approx(0.5 / 26 * (25.5 / 26) / 26, rel=1e-15)


def test_a_misleading_inverse_is_called_so():
    """Do very unequal sample sizes, and a limit cut to 0, carry a warning?

    Made-up counts; the problem is Schwarzer 2019's (Res Synth Methods 10:476).
    """
    x, n = np.array([2, 2, 3, 12]), np.array([217, 5_000, 700_000, 2_700_000])
    sizes = proportion(x, n, measure="PFT")
    assert any("harmonic mean can mislead" in w for w in sizes.warnings)
    low = proportion([0, 0, 1], [20, 25, 4000], measure="PFT")
    pooled = pool(low.yi, low.vi, method="CE")
    got = back_transform(pooled, low)
    assert got.ci_low == 0.0
    assert any("set to 0 or 1" in w for w in got.warnings)


def test_a_result_outside_its_studies_is_called_so():
    """Is a back-transformed value outside the range of the studies named as the inverse's work?"""
    sizes = proportion([1, 200], [400, 80_000], measure="PFT")
    got = back_transform(pool(sizes.yi, sizes.vi, method="CE"), sizes)
    inside = min(1 / 400, 200 / 80_000) <= got.estimate <= max(1 / 400, 200 / 80_000)
    assert inside == (not any("outside the range" in w for w in got.warnings))


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_there_and_back(study):
    """Does every measure give its proportion back, except where ½ was added?"""
    x, n = study
    for measure in PROPORTION_MEASURES:
        sizes = proportion([x], [n], measure=measure)
        if not sizes.corrected:
            # At n = 1 or 2 the double arcsine sits where its inverse has a vertical tangent.
            assert sizes.transform.apply(sizes.yi[0]) == pytest.approx(x / n, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(st.floats(-4, 4), st.floats(1, 1e6), st.sampled_from(("halved", "full")))
def test_inverses_stay_in_range_and_grow(value, n, convention):
    """Is every inverse within [0, 1] and increasing?"""
    for transform in (
        Transform("expit"),
        Transform("arcsine"),
        Transform("freeman_tukey", n, convention),
    ):
        low, high = transform.apply(value), transform.apply(value + 0.01)
        assert 0 <= low <= high + 1e-12 <= 1 + 1e-12


@pytest.mark.parametrize(
    ("events", "n", "options", "message"),
    [
        ([5], [4], {}, "exceeds"),
        ([-1], [4], {}, "whole numbers"),
        ([1.5], [4], {}, "whole numbers"),
        ([np.nan], [4], {}, "NaN"),
        ([0], [0], {}, "without participants"),
        ([1, 2], [4], {}, "one entry per study"),
        ([], [], {}, "k = 0"),
        ([1], [4], {"measure": "PFTT"}, "Did you mean 'PFT'"),
        ([1], [4], {"zero": "only"}, "Did you mean 'only0'"),
        ([0], [4], {"zero": "none"}, "choose 'only0'"),
        ([0], [4], {"zero": "none", "measure": "PLO"}, "choose 'only0'"),
        ([0, 4], [4, 4], {"zero": "drop"}, "binomial model"),
        ([1], [4], {"zero": "se", "measure": "PLO"}, "raw proportions"),
        ([1], [4], {"add": 0}, "positive"),
        ([1], [4], {"freeman_tukey": "half"}, "Did you mean 'halved'"),
    ],
)
def test_refusals_say_what_to_do(events, n, options, message):
    """Are impossible counts and unknown names refused with advice?"""
    with pytest.raises(MetaInputError, match=message):
        proportion(events, n, **options)


def test_back_transformation_needs_a_sample_size():
    """Is a Freeman-Tukey inverse without n refused, and one at n = 0?"""
    with pytest.raises(MetaInputError, match="sample size"):
        Transform("freeman_tukey").apply(0.5)
    with pytest.raises(MetaInputError, match="positive"):
        Transform.freeman_tukey([10, 0])
    with pytest.raises(MetaInputError, match="Did you mean"):
        Transform("expitt").apply(0.5)


def test_inputs_are_not_changed():
    """Are the caller's counts as they were?"""
    x, n = np.array([0.0, 3, 10]), np.array([10.0, 10, 10])
    for measure in PROPORTION_MEASURES:
        proportion(x, n, measure=measure)
    assert x.tolist() == [0, 3, 10]
    assert n.tolist() == [10, 10, 10]
