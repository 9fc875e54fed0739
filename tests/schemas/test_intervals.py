"""How often does the warning about a lopsided interval cry wolf, and how often does it help?"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from schemas.checks.intervals import LARGEST_ASYMMETRY, asymmetry


def _intervals(events: int) -> np.ndarray:
    """Simulate medians of exponential survival with their sign-test intervals, in print."""
    random = np.random.default_rng(20251122)
    times = np.sort(random.exponential(10, (4000, events)), axis=1)
    low = max(int(binom.ppf(0.025, events, 0.5)) - 1, 0)
    columns = [times[:, low], np.median(times, axis=1), times[:, events - 1 - low]]
    printed = np.round(np.column_stack(columns), 1)
    ordered = (
        (printed[:, 0] > 0) & (printed[:, 0] < printed[:, 1]) & (printed[:, 1] < printed[:, 2])
    )
    return printed[ordered]


def _share_beyond(intervals: np.ndarray) -> float:
    return float(np.mean([abs(asymmetry(*row)) > LARGEST_ASYMMETRY for row in intervals.tolist()]))


@pytest.mark.parametrize(
    ("events", "false_alarms", "found"), [(40, 0.025, 0.9), (200, 0.005, 0.99)]
)
def test_threshold_is_as_its_comment_says(events: int, false_alarms: float, found: float) -> None:
    """The bounds leave room for 4000 simulations: 1.7 % and 96 %, 0.2 % and 100 % were seen."""
    intervals = _intervals(events)
    assert _share_beyond(intervals) < false_alarms
    assert _share_beyond(intervals * [1, 1, 10]) > found


@pytest.mark.parametrize(
    ("low", "middle", "high", "ratio"),
    [
        (5, 10, 15, 1.0),
        (5, 10, 20, 1.0),  # symmetric on the log scale, so the natural scale does not count
        (9, 10, 16, 4.46),
        (0.1, 9, 10, -8.9),
        (0, 9, 10, -9.0),
    ],
)
def test_asymmetry_takes_the_kinder_scale(
    low: float, middle: float, high: float, ratio: float
) -> None:
    # Two digits are what the message prints.
    assert asymmetry(low, middle, high) == pytest.approx(ratio, abs=0.005)
