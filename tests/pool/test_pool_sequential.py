"""Can a table of comparisons be tested look by look, and is everything else refused?

The table is invented.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.cli import main
from analysis.meta.sequential import required_information, sequential_analysis

TABLE = """study,yi,vi
A,-0.50,0.040
B,-0.40,0.020
C,-0.45,0.010
"""
TWO_ARMS = """study,events_treatment,n_treatment,events_control,n_control
A,10,100,20,100
B,12,100,25,100
"""
ONE_ARM = "study,events,n\nA,10,30\nB,12,40\n"


def run(folder: Path, table: str, *options: str) -> Result:
    file = folder / "table.csv"
    file.write_text(table, encoding="utf-8")
    return CliRunner().invoke(main, ["pool", str(file), *options])


def test_every_row_is_a_look(tmp_path: Path) -> None:
    result = run(
        tmp_path, TABLE, "--sequential", "0.3", "--power", "90", "--method", "DL", "--json"
    )
    looks = json.loads(result.stdout)["sequential"]
    expected = sequential_analysis([-0.5, -0.4, -0.45], [0.04, 0.02, 0.01], 0.3, power=0.9)
    assert looks["studies"] == ["A", "B", "C"]
    assert looks["required"] == pytest.approx(required_information(0.3, power=0.9))
    # 25, 75 and 175 are the sums of the inverse variances.
    assert looks["fraction"] == pytest.approx([x / looks["required"] for x in (25, 75, 175)])
    assert looks["boundary"] == pytest.approx(
        [b if math.isfinite(b) else None for b in expected.boundary]
    )
    assert looks["crossed"] == "B"


def test_a_ratio_is_tested_on_the_log_scale(tmp_path: Path) -> None:
    result = run(tmp_path, TWO_ARMS, "--measure", "RR", "--sequential", "0.8", "--json")
    looks = json.loads(result.stdout)["sequential"]
    wanted = required_information(math.log(0.8), heterogeneity=looks["diversity"])
    assert looks["required"] == pytest.approx(wanted)


def test_the_summary_says_what_was_found(tmp_path: Path) -> None:
    text = run(tmp_path, TWO_ARMS, "--measure", "RR", "--sequential", "0.8").stdout
    assert "Sequential analysis of the risk ratio 0.80 (5% two-sided, power 80%;" in text
    assert "The boundary was not crossed, and" in text
    assert "crossed with B." in run(tmp_path, TABLE, "--sequential", "0.3").stdout


def test_a_pool_that_falls_back_says_so(tmp_path: Path) -> None:
    back = "study,yi,vi\nA,-2.0,0.01\nB,1.0,0.01\n"
    text = run(tmp_path, back, "--sequential", "2", "--method", "DL").stdout
    assert "crossed with A; after the last study the pool is inside it again." in text


def test_nothing_is_tested_unless_asked(tmp_path: Path) -> None:
    assert "Sequential" not in run(tmp_path, TABLE).stdout
    assert "sequential" not in json.loads(run(tmp_path, TABLE, "--json").stdout)


@pytest.mark.parametrize(
    ("table", "options", "said"),
    [
        (ONE_ARM, ["--sequential", "0.3"], "Single groups test nothing"),
        (TWO_ARMS, ["--measure", "RR", "--sequential", "-1"], "A ratio is larger than 0"),
        (TWO_ARMS, ["--measure", "RR", "--sequential", "1"], "must be a number other than 0"),
        (TABLE, ["--sequential", "0.3", "--power", "100"], "power must lie between"),
        (TABLE, ["--sequential", "nan"], "must be a number other than 0"),
        (
            TWO_ARMS,
            ["--measure", "OR", "--method", "PETO", "--sequential", "0.8"],
            "needs a pool by inverse variance",
        ),
    ],
)
def test_what_cannot_be_tested_is_refused(
    tmp_path: Path, table: str, options: list[str], said: str
) -> None:
    result = run(tmp_path, table, *options)
    assert result.exit_code == 1
    assert said in result.stderr
