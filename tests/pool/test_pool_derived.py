"""Is what a file has instead of effects turned into them by the formulas, and is it said?

Expected numbers: R 4, the call beside each; small tables are written for the test.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from analysis.meta.quantile_conversions import mean_from_quantiles
from analysis.pool.csv_results import CsvPool, PoolOptions
from analysis.pool.pool_csv import pool_csv
from schemas.problems import DataProblems

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def pooled(tmp_path: Path) -> Any:
    def run(text: str, **options: Any) -> CsvPool:
        path = tmp_path / "my.csv"
        path.write_text(text, encoding="utf-8")
        return pool_csv(str(path), PoolOptions(**options))

    return run


def test_quartiles_become_means_by_a_named_method(pooled: Any) -> None:
    """Are medians with quartiles converted as the engine does, and is it said how?"""
    text = (
        "study,n_treatment,median_treatment,q1_treatment,q3_treatment,"
        "n_control,median_control,q1_control,q3_control\n"
        "A,40,5,3,8,38,6,4,9\nB,60,4.5,3,7,61,6,4,8.5\n"
    )
    found = pooled(text, conversion="wan")
    own = [mean_from_quantiles(n, m, q1=a, q3=b, method="wan") for n, m, a, b in
           ((40, 5, 3, 8), (38, 6, 4, 9))]  # fmt: skip
    first = found.overall.studies[0]
    assert first.estimate == pytest.approx(own[0]["mean"] - own[1]["mean"], rel=1e-12)
    assert any("Wan 2014" in note and "normally distributed" in note for note in found.warnings)
    with pytest.raises(DataProblems, match=r"B \(line 3\): Quantiles must rise"):
        pooled(text.replace("4.5,3,7", "4.5,7,3"))


def test_estimates_with_p_and_logs_by_their_names(pooled: Any) -> None:
    """Is a P value enough, and are columns of logs read as logs?"""
    p = pooled("study,hr,p\nA,0.7,0.02\nB,0.8,0.2\n")
    assert p.measure == "HR"
    assert p.overall.studies[0].yi == pytest.approx(math.log(0.7))
    # |log 0.7| / qnorm(1 - 0.02 / 2) by R
    assert p.overall.studies[0].se == pytest.approx(0.1533196939, abs=1e-10)
    with pytest.raises(DataProblems, match="below a limit gives no standard error"):
        pooled("study,hr,p\nA,0.7,<0.001\n")
    errors = pooled("study,or,se\nA,0.5,0.3\nB,0.7,0.25\n")
    assert errors.overall.studies[0].se == 0.3
    assert any("those of the logarithms" in note for note in errors.warnings)
    logs = pooled("study,loghr,se\nA,-0.3,0.1\nB,0.1,0.2\n")
    assert logs.measure == "HR"
    assert logs.overall.studies[0].estimate == pytest.approx(math.exp(-0.3))


def test_log_rank_statistics_and_intervals_of_means(pooled: Any) -> None:
    """Are they turned into ratios and deviations by the formulas, and is it said?"""
    found = pooled("study,O-E,Variance\nA,-5.2,12.1\nB,-2.4,8.3\n")
    assert found.measure == "HR"
    # Peto's (O - E)/V with variance 1/V
    assert found.overall.studies[0].yi == pytest.approx(-5.2 / 12.1, rel=1e-12)
    assert found.overall.studies[0].se == pytest.approx(12.1**-0.5, rel=1e-12)
    assert any("hazards are proportional" in note for note in found.warnings)
    head = "study,n1,mean1,lower1,upper1,n2,mean2,lower2,upper2\n"
    means = pooled(f"{head}A,40,5,4,6,38,6,5,7\nB,60,4.5,4,5,61,6,5,7\n")
    # R: sqrt(40) / qt(.975, 39) and sqrt(38) / qt(.975, 37); the variance of the difference
    sd = (3.1268026, 3.0423635)
    variance = sd[0] ** 2 / 40 + sd[1] ** 2 / 38
    assert means.overall.studies[0].se == pytest.approx(variance**0.5, rel=1e-6)
