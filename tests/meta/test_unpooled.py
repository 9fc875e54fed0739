"""Do votes, combined P values, five numbers and contours agree with hand arithmetic and sources?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from analysis.meta.albatross import contour
from analysis.meta.combined_p import combine_p, one_sided
from analysis.meta.effect_distribution import effect_distribution
from analysis.meta.errors import MetaInputError
from analysis.meta.vote_counting import count_votes, sign_test

# Hand arithmetic to the digits shown.
HAND = 1e-6


def test_the_sign_test_counts_both_tails() -> None:
    """8 of 10: 2 (45 + 10 + 1) / 1024; an even split is as expected as can be."""
    assert sign_test(8, 2) == pytest.approx(112 / 1024, abs=HAND)
    assert sign_test(2, 8) == sign_test(8, 2)
    assert sign_test(3, 3) == 1.0


def test_the_share_has_wilsons_interval() -> None:
    """Centre (8 + z²/2)/(10 + z²), half width z √(10 · .8 · .2 + z²/4)/(10 + z²)."""
    found = count_votes(8, 2, 3)
    z2 = 1.959963985**2
    centre = (8 + z2 / 2) / (10 + z2)
    half = math.sqrt(z2 * (1.6 + z2 / 4)) / (10 + z2)
    assert found.share == 0.8
    assert (found.ci_low, found.ci_high) == pytest.approx((centre - half, centre + half), abs=HAND)
    assert found.unclear == 3


def test_an_exact_interval_can_be_asked_for() -> None:
    """Of 5 of 5 the lower limit is .025^(1/5) (Clopper and Pearson)."""
    found = count_votes(5, 0, interval="clopper_pearson")
    assert (found.ci_low, found.ci_high) == pytest.approx((0.025**0.2, 1.0), abs=HAND)


def test_nobody_with_a_direction_has_no_share() -> None:
    found = count_votes(0, 0, 4)
    assert (found.share, found.p, found.unclear) == (None, None, 4)


def test_fishers_method() -> None:
    """With 6 degrees of freedom the tail is e^-h (1 + h + h²/2), h = -ln(.01 · .2 · .3)."""
    found = combine_p([0.01, 0.2, 0.3])
    half = -math.log(0.0006)
    assert found.statistic == pytest.approx(2 * half, abs=HAND)
    assert found.df == 6
    assert found.p == pytest.approx(0.0006 * (1 + half + half**2 / 2), abs=HAND)


def test_stouffers_method() -> None:
    """Quantiles from tables: 2.326348, 0.841621 and 0.524401."""
    found = combine_p([0.01, 0.2, 0.3], method="stouffer")
    assert found.statistic == pytest.approx(
        (2.326348 + 0.841621 + 0.524401) / math.sqrt(3), abs=1e-5
    )
    assert found.p == pytest.approx(0.016511, abs=1e-5)


def test_a_two_sided_p_is_halved_on_its_side_only() -> None:
    assert (one_sided(0.04, True), one_sided(0.04, False)) == (0.02, 0.98)


@pytest.mark.parametrize("p", [[], [0.0], [1.2]])
def test_what_is_no_p_value_is_refused(p: list[float]) -> None:
    with pytest.raises(MetaInputError):
        combine_p(p)


def test_five_numbers_are_those_of_r() -> None:
    """R: quantile(c(1, 2, 4, 8)) gives 1.00 1.75 3.00 5.00 8.00."""
    found = effect_distribution([8, 1, 4, 2])
    assert (found.low, found.q1, found.median, found.q3, found.high) == (1, 1.75, 3, 5, 8)


def test_contours_give_back_the_p_value() -> None:
    """An SMD of .5 with 2 × 32 patients: variance 4/64 (without the term of d), z = 2."""
    p = 2 * (1 - 0.9772498680518208)
    assert contour([p], 0.5, 4.0) == pytest.approx([64.0], rel=1e-6)
    n = contour([0.5, 0.05, 0.01], 0.5, 4.0)
    assert np.all(np.diff(n) > 0)
