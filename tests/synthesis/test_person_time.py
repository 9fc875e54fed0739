"""Are times at risk brought into the unit of the outcome, and refused where they cannot be?"""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from analysis.paper.values import named_values
from analysis.synthesis.computation import synthesise
from schemas import check_review, load_review
from schemas.person_time import PersonTime, person_time_unit
from tests.small_review import small_review

PROTOCOL = """\
review: {title: Falls, edition: "1.0", kind: prevalence, living: false, condition: falls}
profile: metafor
confidence_level: 0.95
significance_level: 0.05
outcomes:
  - {id: falls, code: F, label: Falls, measure: rate, unit: per 100 patient-years}
abbreviations: {CI: confidence interval}
"""


def review(root: Path, second: dict[str, object], protocol: str = PROTOCOL) -> Path:
    rows = [
        {"study_id": "A", "outcome": "F", "events": 10, "person_time": 6000}
        | {"person_time_unit": "patient-months"},
        {"study_id": "B", "outcome": "F", "events": 8, **second},
    ]
    return small_review(
        root, protocol, {"studies": [{"study_id": "A"}, {"study_id": "B"}], "outcomes": rows}
    )


def test_months_and_years_are_pooled_as_one_unit(tmp_path: Path) -> None:
    """10 in 6000 patient-months and 8 in 400 patient-years are both 2 per 100 patient-years."""
    root = review(tmp_path / "review", {"person_time": 400, "person_time_unit": "person years"})
    data = load_review(root)
    synthesis = synthesise(data)
    pool = synthesis.outcome("falls").overall
    # log 2 ± 1.959964 / √18: both logarithms are equal, and their variances 1/10 and 1/8.
    half = 1.959963984540054 / 18**0.5
    found = [pool.estimate, pool.ci_low, pool.ci_high]
    assert found == pytest.approx([2, 2 * math.exp(-half), 2 * math.exp(half)], rel=1e-12)
    assert "patient-months turned into patient-years" in pool.studies[0].notes
    values = named_values(synthesis, data)
    assert values["falls.estimate"].text == "2.00\N{NO-BREAK SPACE}per 100 patient-years"


@pytest.mark.parametrize(
    ("cells", "protocol", "said"),
    [
        ({"person_time": 4, "person_time_unit": "device-days"}, PROTOCOL, "not of a device"),
        ({"person_time": 4}, PROTOCOL, "the unit of this one is not known"),
        (
            {"person_time": 4, "person_time_unit": "patient-years"},
            PROTOCOL.replace(", unit: per 100 patient-years", ""),
            "in patient-years here and in patient-months in line 2",
        ),
    ],
)
def test_what_cannot_be_one_unit_is_refused(
    tmp_path: Path, cells: dict[str, object], protocol: str, said: str
) -> None:
    problems = check_review(review(tmp_path / "review", cells, protocol)).problems
    (found,) = [entry for entry in problems if entry.rule == "person-time-unit"]
    assert said in found.what
    assert (found.line, found.column) == (3, "person_time_unit")


def test_units_are_read_as_they_are_written() -> None:
    assert person_time_unit("per 1,000 device days") == PersonTime(1000, "device", "day")
    assert person_time_unit("patient-years") == PersonTime(1, "patient", "year")
    assert person_time_unit("points") is None
    weeks, years = person_time_unit("patient-weeks"), person_time_unit("patient-years")
    assert weeks is not None
    assert years is not None
    assert weeks.factor_to(years) == pytest.approx(7 / 365.25)
