"""Effect sizes by the defaults of R's meta: do they equal what meta 8.3-0 gave (closed forms)?"""

from __future__ import annotations

import numpy as np
import pytest

from analysis.meta.r_meta_effects import R_META_OPTIONS, r_meta_effect_sizes
from tests.meta.reference_comparison import meta_cases

#: Arguments of meta that change the effects, and have cases of their own.
CHANGING = {
    "incr", "allincr", "method_incr", "method_smd", "exact_smd", "RR_Cochrane", "allstudies",
    "pooledvar",
}  # fmt: skip
MEASURES = [
    "RR", "OR", "RD", "ASD", "PRAW", "PLOGIT", "PAS", "PFT", "PLN", "MD", "SMD", "ROM", "ZCOR",
    "COR", "IRR", "IRD", "IRSD", "IRLN", "IRS", "IRFT", "IR", "MRAW", "MLN",
]  # fmt: skip


@pytest.mark.parametrize("measure", MEASURES)
def test_effects_equal_metas(measure):
    """Is every effect and SE of every data set meta's to 1e-9, and the same studies left out?"""
    cases = [
        case
        for case in meta_cases()
        if case["kind"] == "meta.pool"
        and case["measure"] == measure
        and case["args"].get("method", "Inverse") in {"Inverse", "MH"}
        and not CHANGING & set(case["args"])
    ]
    assert cases
    for case in cases:
        sizes = r_meta_effect_sizes(measure, case["data"])
        for got, expected in ((sizes.yi, "TE"), (np.sqrt(sizes.vi), "seTE")):
            full = np.full(case["k"], np.nan)
            full[sizes.index] = got
            np.testing.assert_allclose(
                full, np.array(case["expected"][expected], dtype=float), rtol=1e-9, atol=1e-12,
                err_msg=case["id"],
            )  # fmt: skip


def test_an_option_replaces_a_default():
    """Does RevMan's correction (1 to n) come back when asked for by name?"""
    columns = {"ai": [0, 3], "n1i": [10, 12], "ci": [2, 4], "n2i": [11, 13]}
    usual = r_meta_effect_sizes("RR", columns)
    revman = r_meta_effect_sizes("RR", columns, denominator="both_cells")
    assert usual.yi[0] == pytest.approx(np.log((0.5 / 10.5) / (2.5 / 11.5)), rel=1e-12)
    assert revman.yi[0] == pytest.approx(np.log((0.5 / 11) / (2.5 / 12)), rel=1e-12)
    assert "denominator" in R_META_OPTIONS["RR"]
