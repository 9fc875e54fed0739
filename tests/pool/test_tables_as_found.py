"""Are tables read as RevMan, R and papers leave them, and are rows that are no study left out?

The names of columns and the rows of totals are those of exports and printed tables; the counts of
the three studies are those of `TWO_ARMS` in test_pool_csv.py (BCG trials 1, 2 and an invention).
"""

from __future__ import annotations

from typing import Any

import pytest

from analysis.meta.checks import choice
from analysis.meta.errors import MetaInputError
from analysis.pool.csv_intervals import interval_parts, without_interval
from analysis.pool.csv_results import CsvPool, PoolOptions
from analysis.pool.csv_totals import is_total
from analysis.pool.pool_csv import pool_csv
from schemas.problems import DataProblems

# metafor 4.6, rma(measure="RR", method="REML") of the three rows: 0.26 (0.14 to 0.48), two decimals
# as printed; given with the case that showed the fault.
ARMS = "A 2001,4,123,11,139\nB 2002,6,306,29,303\nC 2003,2,80,9,82\n"
EXPECTED = (0.26, 0.14, 0.48)
HEADERS = (
    "Study or Subgroup,events_treatment,n_treatment,events_control,n_control",
    "Study,Experimental Events,Experimental Total,Control Events,Control Total",
    "Study,Events 1,Total 1,Events 2,Total 2",
    "studlab,Ee,Ne,Ec,Nc",
    "studlab,event.e,n.e,event.c,n.c",
    "Study,Events treated,N treated,Events placebo,N placebo",
    "Studie,Ereignisse Intervention,n Intervention,Ereignisse Kontrolle,n Kontrolle",
    "Author,Arm 1 events,Arm 1 n,Arm 2 events,Arm 2 n",
)


@pytest.fixture
def pooled(tmp_path: Any) -> Any:
    def run(text: str, **options: Any) -> CsvPool:
        path = tmp_path / "my.csv"
        path.write_text(text, encoding="utf-8")
        return pool_csv(str(path), PoolOptions(**options))

    return run


def shown(found: CsvPool) -> tuple[float, ...]:
    """Estimate and limits as printed: two decimals."""
    fit = found.overall
    return tuple(round(value, 2) for value in (fit.estimate, fit.ci_low, fit.ci_high))


@pytest.mark.parametrize("header", HEADERS)
def test_columns_are_known_by_many_names(pooled: Any, header: str) -> None:
    found = pooled(f"{header}\n{ARMS}")
    assert shown(found) == EXPECTED
    assert [study.label for study in found.overall.studies] == ["A 2001", "B 2002", "C 2003"]


@pytest.mark.parametrize(
    "name",
    [
        *("Total (95% CI)", "Subtotal", "Sub-total", "Overall", "TOTAL", "Pooled estimate"),
        *("Total events", "Overall effect (I² = 12%)", "Random effects model", "Gesamt"),
        *("Heterogeneity: Tau² = 0.00; Chi² = 1.2", "Test for overall effect: Z = 4.2", "Combined"),
    ],
)
def test_rows_of_sums_are_left_out(pooled: Any, name: str) -> None:
    found = pooled(f'{HEADERS[0]}\n{ARMS}"{name}",12,509,49,524\n')
    assert shown(found) == EXPECTED
    assert found.left_out == (f"{name} (line 5): this row sums up other rows and is no study.",)


@pytest.mark.parametrize(
    "name", ["Total Knee Group 2010", "Overall Survival Trial", "Summary", "Totaro 2009"]
)
def test_names_of_studies_are_not_sums(name: str) -> None:
    assert is_total(name) == (name == "Summary")


def test_sum_of_others_under_another_name_is_left_out(pooled: Any) -> None:
    found = pooled(f"{HEADERS[0]}\n{ARMS}All,12,509,49,524\n")
    assert shown(found) == EXPECTED
    assert found.left_out == ("All (line 5): its counts are the sums of all other rows.",)


def test_two_columns_may_be_sums_by_chance_and_are_pointed_out(pooled: Any) -> None:
    found = pooled("study,events,n\nA,5,20\nB,3,10\nC,8,30\n")
    assert found.overall.k == 3
    assert "C (line 4): its counts are the sums of all other rows" in found.warnings[0]


def test_row_that_stands_there_twice_is_pooled_once(pooled: Any) -> None:
    found = pooled("study,events,n\nA,5,100\na ,5,100\nB,20,90\nA,6,100\n")
    assert [study.label for study in found.overall.studies] == ["A (1)", "B", "A (2)"]
    assert found.left_out == ("a (line 3): the same as line 2.",)


def test_rows_without_names_may_have_the_same_counts(pooled: Any) -> None:
    assert pooled("events,n\n5,100\n5,100\n20,90\n").overall.k == 3


def test_arm_without_patients_is_left_out_with_the_reason(pooled: Any) -> None:
    table = "study,ai,bi,ci,di\ns3,1,1,0,0\ns7,1,1,1,1\ns8,1,1,1,1\n"
    found = pooled(table, measure="OR", method="MH")
    assert found.left_out == ("s3 (line 2): no patients in the second arm.",)
    # metafor, rma.mh of the other two (github.com/wviechtb/metafor, issue 21).
    fit = found.overall
    assert (fit.estimate, fit.ci_low) == pytest.approx((1.0, 0.0625), abs=5e-4)
    assert fit.ci_high == pytest.approx(15.99, abs=0.01)


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ("0.80 (0.60–1.07)", ("0.80", "0.60", "1.07")),
        ("0.80 [0.60, 1.07]", ("0.80", "0.60", "1.07")),
        ("0.80 (95% CI 0.60 to 1.07)", ("0.80", "0.60", "1.07")),
        ("−1.2 (−2.0 to −0.4)", ("−1.2", "−2.0", "−0.4")),
        ("0,80 (0,60; 1,07)", ("0,80", "0,60", "1,07")),
        ("12 (35.7%)", None),
        ("0.80", None),
        ("5.2 (1.1)", None),
    ],
)
def test_estimate_and_interval_in_one_cell(cell: str, parts: tuple[str, ...] | None) -> None:
    assert interval_parts(cell) == parts


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("RR (95% CI)", "RR"),
        ("Risk Ratio (M-H, Random, 95% CI)", "Risk Ratio"),
        ("OR [95% CI]", "OR"),
        ("hazard_ratio_95_CI", "hazard_ratio"),
        ("ci", "ci"),
        ("HR", "HR"),
    ],
)
def test_heading_without_its_interval(name: str, plain: str) -> None:
    assert without_interval(name) == plain


def test_column_of_estimates_with_intervals_is_the_same_as_three_columns(pooled: Any) -> None:
    three = pooled("study,hr,low,high\nA,0.80,0.60,1.07\nB,0.70,0.50,0.98\n")
    one = pooled('Study,"HR (95% CI)"\nA,0.80 (0.60–1.07)\nB,"0.70 (0.50, 0.98)"\nC,NR\n')
    assert one.measure == three.measure == "HR"
    assert shown(one) == shown(three)
    assert one.left_out[0].startswith("C (line 4): no")


def test_one_of_two_columns_of_intervals_has_to_be_named(pooled: Any) -> None:
    table = (
        "Study,Crude,Adjusted\nA,0.80 (0.60–1.07),0.9 (0.7–1.2)\nB,0.7 (0.5–0.98),0.8 (0.6–1.1)\n"
    )
    with pytest.raises(DataProblems, match="Several columns"):
        pooled(table, measure="HR")
    assert pooled(table, measure="HR", columns={"estimate": "Adjusted"}).overall.k == 2


def test_dash_for_a_minus_and_counts_with_a_percentage_are_read_and_said(pooled: Any) -> None:
    found = pooled("study,yi,vi\nA,–0.70,0.05\nB,−0.80,0.04\n")
    assert found.overall.estimate < 0
    assert any("minus sign" in warning for warning in found.warnings)
    counted = pooled('study,events,n\nA,7 (8%),"1,200"\nB,20,90\n')
    assert counted.overall.studies[0].numbers[0] == "7/1200"
    assert any("count was read" in warning for warning in counted.warnings)


@pytest.mark.parametrize(
    ("typed", "meant"), [("MD", None), ("SMD", None), ("LOGIC", "LOGCI"), ("REM", None)]
)
def test_only_what_could_be_meant_is_suggested(typed: str, meant: str | None) -> None:
    with pytest.raises(MetaInputError) as refused:
        choice("measure", typed, ["RR", "OR", "RD", "HR", "LOGCI", "GEN", "PR"])
    assert ("Did you mean" in str(refused.value)) == (meant is not None)
    assert meant is None or f"Did you mean {meant!r}" in str(refused.value)
