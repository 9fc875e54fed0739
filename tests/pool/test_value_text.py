"""Does a number show what it is, however small?"""

from __future__ import annotations

import pytest

from analysis.pool.value_text import FORMS


@pytest.mark.parametrize(
    ("value", "low", "high", "written"),
    [
        # Six cohorts with 41 foot ulcers in 10,375 person-years: 0.004 (0.003–0.007) says little.
        (0.0044656, 0.0029591, 0.006739, "0.00447 (0.00296–0.00674)"),
        (0.0046875, 0.0015118, 0.0145338, "0.00469 (0.0015–0.0145)"),
        (0.35, 0.21, 0.47, "0.350 (0.210–0.470)"),
        (12.3456, 11.1, 13.9, "12.346 (11.100–13.900)"),
        (0.0, -0.1, 0.1, "0.000 (−0.100 to 0.100)"),
    ],
)
def test_small_values_have_digits_that_count(
    value: float, low: float, high: float, written: str
) -> None:
    form = FORMS["value"]
    assert f"{form.value(value)} ({form.limits(low, high)})" == written
