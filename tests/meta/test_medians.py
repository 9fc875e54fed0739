"""Medians: are standard errors recovered as metamedian and Stata do, and traps pointed out?"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from analysis.meta.back_transform import back_transform
from analysis.meta.errors import MetaInputError
from analysis.meta.medians import median_contrast, medians
from analysis.meta.models import pool
from analysis.meta.profiles import profile
from tests.meta.reference_comparison import named

TEN_DIGITS = 2e-9
# The rows from which version 1.0 computes what was published; later versions hold other studies.
OUTCOMES = Path(__file__).parents[2] / "versions/1.0/data/outcomes.csv"


def lung():
    case = named("stata14_cases.json")["median_survival_metamedian_dat_lung"]
    arms = [
        medians(
            case["data"][f"med.{arm}"],
            case["data"][f"med.ci.lb.{arm}"],
            case["data"][f"med.ci.ub.{arm}"],
            n=case["data"][f"n.{arm}"],
        )
        for arm in ("g1", "g2")
    ]
    return case["computed"], *arms


@pytest.mark.parametrize("method", ["DL", "REML"])
def test_metamedian_dat_lung(method):
    """Do medians, their differences and ratios pool as metamedian's formulas say (10 digits)?"""
    computed, treated, control = lung()
    for key, sizes in (
        ("median_g1", treated),
        ("median_g2", control),
        ("difference_median", median_contrast(treated, control)),
        ("ratio_median_log", median_contrast(treated, control, contrast="ratio")),
    ):
        expected = computed[key]
        got = pool(sizes.yi, sizes.vi, method=method)
        # REML in the reference stops at 1e-7 of tau2.
        rtol = TEN_DIGITS if method == "DL" else 1e-6
        assert got.k == expected["k"]
        assert got.q == pytest.approx(expected["Q"], rel=TEN_DIGITS)
        assert got.estimate == pytest.approx(expected[method]["est"], rel=rtol)
        assert got.se == pytest.approx(expected[method]["se"], rel=rtol)
        assert got.ci_low == pytest.approx(expected[method]["lci"], rel=rtol)
        assert got.tau2 == pytest.approx(expected[method]["tau2"], rel=rtol)


def test_the_traps_of_dat_lung_are_seen():
    """Is the upper limit that equals its median (NCT01386385), and are small studies, named?"""
    _, treated, _ = lung()
    assert any("Study 3" in w and "27.6" in w for w in treated.warnings)
    assert any("n < 50" in w and "2503.03065" in w for w in treated.warnings)


def test_an_upper_limit_that_was_not_reached():
    """Is the standard error the distance to the lower limit over 1.96, and recorded?"""
    got = medians([10, 12], [8, 9], [13, np.nan])
    z = 1.959963984540054
    assert got.se == pytest.approx([5 / (2 * z), 3 / z], rel=1e-14)
    assert [i for i, _ in got.corrected] == [1]
    logs = medians([10, 12], [8, 9], [13, np.inf], scale="log")
    assert logs.se[1] == pytest.approx(np.log(12 / 9) / z, rel=1e-14)
    assert logs.transform.apply(logs.yi) == pytest.approx([10, 12])


def test_the_printed_divisor():
    """Does 3.92 divide the width, and 1.96 the one-sided distance?"""
    got = medians([10, 12], [8, 9], [13, None], divisor="3.92")  # type: ignore[list-item]
    assert got.se == pytest.approx([5 / 3.92, 3 / 1.96], rel=1e-15)


def test_another_level():
    """Is a 90 % interval divided by 2 x 1.645?"""
    got = medians([10], [8], [13], level=0.9)
    assert got.se[0] == pytest.approx(5 / (2 * 1.6448536269514722), rel=1e-14)


def test_the_published_review():
    """Do the review's rows under the Stata profile give PFS 6.913 (6.227 to 7.599)?

    The published figure prints 6.9 (6.2 to 7.6).
    """
    with OUTCOMES.open(encoding="utf-8", newline="") as stream:
        rows = [r for r in csv.DictReader(stream) if r["outcome"] == "PFS" and r["median"]]
    conventions = profile("stata14")
    usable = [r for r in rows if r["ci_low"]]
    sizes = medians(
        [float(r["median"]) for r in usable],
        [float(r["ci_low"]) for r in usable],
        [float(r["ci_high"] or "nan") for r in usable],
        scale=conventions.median_scale,
        divisor=conventions.median_divisor,
    )
    got = back_transform(pool(sizes.yi, sizes.vi, method="CE", test=conventions.test), sizes)
    shown = [round(v, 3) for v in (got.estimate, got.ci_low, got.ci_high)]
    assert shown == [6.913, 6.227, 7.599]


@pytest.mark.parametrize(
    ("args", "options", "message"),
    [
        (([5], [6], [7]), {}, "outside its interval"),
        (([5], [4], [4.5]), {}, "outside its interval"),
        (([-5], [-6], [7]), {}, "positive"),
        (([5], [5], [np.nan]), {}, "no standard error"),
        (([5], [5], [5]), {}, "without width"),
        (([5], [np.nan], [7]), {}, "NaN"),
        (([5, 6], [4], [7]), {}, "one entry per study"),
        (([5], [4], ["x"]), {}, "numbers"),
        (([5], [4], [7]), {"scale": "logs"}, "Did you mean 'log'"),
        (([5], [4], [7]), {"divisor": "3.9"}, "Did you mean '3.92'"),
        (([5], [4], [7]), {"divisor": "3.92", "level": 0.9}, "use 'exact'"),
    ],
)
def test_refusals_say_what_to_do(args, options, message):
    """Are impossible medians and unknown names refused with advice?"""
    with pytest.raises(MetaInputError, match=message):
        medians(*args, **options)


def test_contrasts_need_the_natural_scale():
    """Is a contrast of log medians refused?"""
    logs = medians([5], [4], [7], scale="log")
    with pytest.raises(MetaInputError, match="natural"):
        median_contrast(logs, logs)
