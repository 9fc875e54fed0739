"""Two-arm trials: inverse variance, Mantel-Haenszel and Peto, and what zeros do to them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.meta.errors import MetaInputError
from analysis.meta.mantel_haenszel import mantel_haenszel, peto
from analysis.meta.models import pool
from analysis.meta.two_arm import TWO_ARM_MEASURES, two_arm
from tests.meta.reference_comparison import all_cases, named

PRINTED = 0.5001e-4

# metafor 3.8-1, rma.mh and rma.peto on metadat's data: estimate, se, QE, QEp; made with
#   rma.mh(ai=ai, n1i=n1i, ci=ci, n2i=n2i, measure="RR", data=dat.hahn2001)  and so on
METAFOR = {
    ("hahn2001", "RR"): (
        -0.424936622918586,
        0.121400153425519,
        6.71808659297537,
        0.567331844311096,
    ),
    ("hahn2001", "OR"): (
        -0.494223644039595,
        0.140623323755451,
        6.52826618592719,
        0.588274078029652,
    ),
    ("hahn2001", "RD"): (
        -0.0492461209907298,
        0.0138930778885734,
        3.80618818445039,
        0.874172706259317,
    ),
    ("hahn2001", "Peto"): (
        -0.486494688542867,
        0.137708234327833,
        7.09919862808622,
        0.52596874665553,
    ),
    ("nielweise2007", "RR"): (
        -1.17777194418453,
        0.218167943895619,
        16.3881481978085,
        0.426214667042781,
    ),
    ("nielweise2007", "OR"): (
        -1.20870483273377,
        0.2224454213416,
        16.8636572911234,
        0.394472398976947,
    ),
    ("nielweise2007", "RD"): (
        -0.0242621874447245,
        0.00422430915666536,
        56.2514139396557,
        2.21151319816134e-06,
    ),
    ("nielweise2007", "Peto"): (
        -1.1057449467630112,
        0.191587337011734,
        18.7345092861252,
        0.282670779392964,
    ),
}


def bcg():
    case = named("published_cases.json")["two_group_common_and_dl_matched_to_stata_metan_bcg"]
    d = {k: np.array(v, float) for k, v in case["data"].items() if k[1:] in {"pos", "neg"}}
    tables = (d["tpos"], d["tpos"] + d["tneg"], d["cpos"], d["cpos"] + d["cneg"])
    return case["expected"], tables


def tables_of(dataset):
    case = next(c for c in all_cases() if c["dataset"] == dataset and c["type"] == "two")
    return tuple(case["data"][name] for name in ("ai", "n1i", "ci", "n2i"))


@pytest.mark.parametrize("measure", TWO_ARM_MEASURES)
@pytest.mark.parametrize(("method", "suffix"), [("CE", "IV_fixedi"), ("DL", "DL_randomi")])
def test_metan_inverse_variance(measure, method, suffix):
    """Do common-effect and DL results of bcg equal Stata metan, quoted in metafor's tests?"""
    printed, tables = bcg()
    expected = printed[f"{measure}_{suffix}"]
    sizes = two_arm(*tables, measure=measure)
    got = pool(sizes.yi, sizes.vi, method=method)
    for field, key in (("estimate", "est"), ("ci_low", "ci_lb"), ("ci_high", "ci_ub"), ("q", "Q")):
        if key in expected:
            assert getattr(got, field) == pytest.approx(expected[key], abs=PRINTED), field
    assert got.stat == pytest.approx(expected["z"], abs=PRINTED)
    if "I2" in expected:
        assert 100 * got.i2 == pytest.approx(expected["I2"], abs=PRINTED)
    if "exp" in expected:
        back = sizes.transform.apply([got.estimate, got.ci_low, got.ci_high])
        assert back == pytest.approx(expected["exp"], abs=PRINTED)


@pytest.mark.parametrize("measure", [*TWO_ARM_MEASURES, "Peto"])
def test_metan_mantel_haenszel_and_peto(measure):
    """Do Mantel-Haenszel and Peto results of bcg equal metan and metafor?"""
    printed, tables = bcg()
    expected = printed["OR_peto" if measure == "Peto" else f"{measure}_MH_fixed"]
    got = peto(*tables) if measure == "Peto" else mantel_haenszel(*tables, measure=measure)
    assert got.estimate == pytest.approx(expected["est"], abs=PRINTED)
    assert (got.ci_low, got.ci_high) == pytest.approx(
        (expected["ci_lb"], expected["ci_ub"]), abs=PRINTED
    )
    assert got.stat == pytest.approx(expected["z"], abs=PRINTED)
    assert got.q == pytest.approx(expected["Q"], abs=PRINTED)


def test_the_risk_difference_of_stata():
    """Does the Greenland-Robins variance give Stata's z, where Sato's gives metafor's?"""
    printed, tables = bcg()
    got = mantel_haenszel(*tables, measure="RD", rd_variance="greenland_robins")
    assert abs(got.stat) == pytest.approx(printed["RD_MH_fixed"]["z_in_stata"], abs=0.005)


@pytest.mark.parametrize(("dataset", "measure"), METAFOR)
def test_sparse_trials(dataset, measure):
    """Are trials with zeros, and double zeros, treated as metafor treats them?"""
    tables = tables_of(dataset)
    got = peto(*tables) if measure == "Peto" else mantel_haenszel(*tables, measure=measure)
    estimate, se, q, q_p = METAFOR[dataset, measure]
    assert got.estimate == pytest.approx(estimate, rel=1e-12)
    assert got.se == pytest.approx(se, rel=1e-12)
    assert got.q == pytest.approx(q, rel=1e-12)
    assert got.q_p == pytest.approx(q_p, rel=1e-10)


def test_stata_adds_a_half_under_mantel_haenszel_too():
    """Does the zero rule of Stata 14 change the pooled estimate, and is every table named?"""
    tables = tables_of("nielweise2007")
    plain = mantel_haenszel(*tables, measure="OR")
    stata = mantel_haenszel(*tables, measure="OR", zero="only0")
    assert stata.estimate != pytest.approx(plain.estimate, abs=1e-3)
    zeros = sum(0 in (a, c) for a, c in zip(tables[0], tables[2], strict=True))
    assert sum("added to all four cells" in note for note in stata.warnings) == zeros


def test_double_zero_tables():
    """Are they kept with metafor's rule and left out, by name, when asked?"""
    a, n1, c, n2 = [0, 3, 5], [10, 10, 10], [0, 2, 5], [10, 10, 10]
    assert two_arm(a, n1, c, n2).k == 3
    got = two_arm(a, n1, c, n2, drop_double_zero=True)
    assert got.index.tolist() == [1, 2]
    assert got.dropped == ((0, "no events in both arms"),)
    dropped = two_arm(a, n1, c, n2, zero="drop")
    assert [i for i, _ in dropped.dropped] == [0]
    assert [i for i, _ in two_arm(a, n1, c, n2).corrected] == [0]


arm = st.integers(2, 60).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n)))
trials = st.lists(st.tuples(arm, arm), min_size=2, max_size=8)


@settings(max_examples=60, deadline=None)
@given(trials, st.sampled_from((*TWO_ARM_MEASURES, "Peto")))
def test_exchanging_the_arms_reverses_the_effect(data, measure):
    """Does naming the other arm the treated one give the same effect with the other sign?"""
    a, n1 = zip(*(t for t, _ in data), strict=True)
    c, n2 = zip(*(t for _, t in data), strict=True)
    if measure == "Peto":
        one, other = peto(a, n1, c, n2), peto(c, n2, a, n1)
    else:
        one = mantel_haenszel(a, n1, c, n2, measure=measure)
        other = mantel_haenszel(c, n2, a, n1, measure=measure)
        y = two_arm(a, n1, c, n2, measure=measure)
        z = two_arm(c, n2, a, n1, measure=measure)
        assert y.yi == pytest.approx(-z.yi, abs=1e-12)
        assert y.vi == pytest.approx(z.vi)
    assert one.estimate == pytest.approx(-other.estimate, abs=1e-12)
    assert one.se == pytest.approx(other.se)
    assert one.q == pytest.approx(other.q, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(
    ("tables", "options", "message"),
    [
        (([5], [4], [1], [4]), {}, r"ai = 5 exceeds"),
        (([1], [4], [5], [4]), {}, r"ci = 5 exceeds"),
        (([1, 2], [4, 4], [1], [4]), {}, "one entry per study"),
        (([1], [4], [1], [4]), {"measure": "HR"}, r"'PHI'\.$"),
        (([0], [4], [1], [4]), {"zero": "none"}, "choose 'only0'"),
        (([0], [4], [0], [4]), {"zero": "drop"}, "No study is left"),
        (([0], [4], [1], [4]), {"add": -1}, "positive"),
    ],
)
def test_refusals_say_what_to_do(tables, options, message):
    """Are impossible tables and unknown names refused with advice?"""
    with pytest.raises(MetaInputError, match=message):
        two_arm(*tables, **options)


def test_one_table_has_no_heterogeneity():
    """Is Q of one table 0 where its own effect needed a half in each cell and the pool did not?

    metafor 3.8-1, rma.mh(measure="RD", ai=0, n1i=20, ci=5, n2i=30): QE 0, QEp 1.
    """
    pooled = mantel_haenszel([0], [20], [5], [30], measure="RD")
    assert (pooled.q, pooled.q_p, pooled.i2) == (0.0, 1.0, 0.0)


def test_pooling_without_events_is_refused():
    """Are a Mantel-Haenszel ratio and Peto's method refused where nothing ever happens?"""
    with pytest.raises(MetaInputError, match="not defined"):
        mantel_haenszel([0, 0], [5, 5], [1, 2], [5, 5])
    with pytest.raises(MetaInputError, match="never occurs"):
        peto([0, 0], [5, 5], [0, 0], [5, 5])
