"""Are the headings of tables of results read as columns, and is what is not read said?"""

from __future__ import annotations

import pytest

from analysis.audit.columns import recognise
from analysis.audit.table_reading import read_table
from tests.audit.audited import audit_table


@pytest.mark.parametrize(
    "heading",
    [
        "OR (95% CI)",
        "OR [95% CI]",
        "Odds ratio (95% confidence interval)",
        "Risk Ratio (M-H, Random, 95% CI)",
        "Risk Ratio M-H, Random, 95% CI",
        "Pooled OR (95% CI)",
        "ES (95% CI)",
        "HR (95% CI)*",
        "Adjusted HR, 95% CI",
        "aOR (CI 95%)",
        "RR 95% CI",
        "OR (95 % CrI)",
        "Std. Mean Difference (IV, Random, 95% CI)",
        "MD (95% CI)\N{DAGGER}",
        "Vaccine efficacy, % (95% CI)",
        "Prevalence (%) [95%-CI]",
    ],
)
def test_a_heading_with_its_interval_is_the_estimate(heading):
    """Is each such heading the column of the estimate, with the measure named?"""
    columns = recognise(["Outcome", heading, "P value"])
    assert columns.roles[heading] == "estimate"
    assert columns.measures.get(heading, "ES")


@pytest.mark.parametrize(
    "cell", ["1.50 (1.10; 2.05)", "1.50 [1.10, 2.05]", "1.50 (1.10–2.05)*", "1,50 (1,10 to 2,05)"]
)
@pytest.mark.parametrize("heading", ["OR [95% CI]", "Pooled OR (95% CI)"])
def test_a_wrong_p_beside_it_is_found(heading, cell):
    """Is P = .10 beside 1.50 (1.10 to 2.05) found, whatever brackets the cell has?"""
    for p, verdict in (("0.010", "consistent"), ("0.10", "inconsistent")):
        (row,) = audit_table(f'Nausea,"{cell}",{p}', header=f'Outcome,"{heading}",P value').values()
        assert row.verdict == verdict
        assert "Nausea" in row.claim


def test_crude_beside_adjusted():
    """Are two columns of ratios two results, each with the P that stands behind it?"""
    header = "Factor,Crude OR (95% CI),P,Adjusted OR (95% CI),P value"
    rows = audit_table(
        "Age,1.50 (1.10-2.05),0.60,1.20 (0.90-1.60),0.22",
        "Sex,1.50 (1.10-2.05),0.01,1.20 (0.90-1.60),0.01",
        header=header,
    )
    found = [row.verdict for row in rows.values()]
    assert found == ["inconsistent", "consistent", "consistent", "inconsistent"]


def test_a_result_under_an_unknown_heading_is_listed():
    """Is a cell that looks like a result said, and quartiles are not?"""
    text = 'Outcome,k,Zeta,Age (IQR),P\nPain,3,"1.5 (1.1-2.0)","45 (32-58)",0.3\n'
    table = read_table(text, "t.csv")
    assert [item.text for item in table.unparsed] == ["1.5 (1.1-2.0)"]
    assert "column Zeta" in table.unparsed[0].place


def test_rows_that_differ_in_an_unknown_number_are_not_repetitions():
    """Are two doses of one drug two results, though the column of doses is not understood?"""
    rows = audit_table(
        "Pain,5,0.80 (0.60-1.07)", "Pain,10,0.90 (0.70-1.16)", header="Outcome,Dose,OR (95% CI)"
    )
    assert [row.verdict for row in rows.values()] == ["consistent", "consistent"]


def test_two_columns_of_p_with_one_name():
    """Is the P behind I² that of heterogeneity and the other that of the effect?"""
    header = "Subgroup,Studies,I2 (%),p,HR,95%-KI,p"
    lines = ("Asia,3,0,0.95,1.15,0.98-1.35,0.09", "USA,2,68,0.08,1.01,0.72-1.41,0.95")
    found = audit_table(*lines, header=header)
    assert [row.verdict for row in found.values()] == ["consistent", "consistent"]
    crude = "Crude HR (95% CI),P,Adjusted HR (95% CI),P"
    found = audit_table("0.85 (0.60-1.20),.36,1 (reference),", header=crude)
    assert [row.verdict for row in found.values()] == ["consistent"]


def test_a_measure_in_the_cell():
    """Is ``RR 0.75 (0.60 to 0.94)`` a risk ratio, and its P not that of I²?"""
    header = "Outcome,Studies,Effect estimate (95% CI),I2,P"
    lines = (
        "Mortality,5,RR 0.75 (0.60 to 0.94),0%,0.01",
        "Pain,3,MD -1.2 (-2.4 to -0.1),45%,0.04",
    )
    rows = audit_table(*lines, header=header)
    assert [row.verdict for row in rows.values()] == ["consistent", "consistent"]
    assert ["RR" in row.claim for row in rows.values()] == [True, False]


def test_counts_in_one_cell():
    """Is ``12/32 (37.5)`` a count with its percent?"""
    rows = audit_table("Fever,12/32 (37.5)", "Rash,12/32 (35.7)", header="Outcome,n/N (%)")
    assert [row.verdict for row in rows.values()] == ["consistent", "inconsistent"]


def test_of_two_rows_the_wrong_one_is_named():
    """Does a P that contradicts its interval, or a third row, decide which of two rows is wrong?"""
    header = "section,outcome,estimate,ci_low,ci_high,unit,p"
    right, wrong = "Mortality,0.61,0.48,0.78,HR,<.001", "Mortality,0.61,0.48,0.78,HR,.45"
    rows = audit_table(f"Abstract,{right}", f"Results,{wrong}", header=header)
    assert [row.verdict for row in rows.values()] == ["consistent", "inconsistent"]
    other = "Mortality,0.61,0.48,0.79,HR,<.001"
    lines = (f"Abstract,{right}", f"Results,{other}", f"Table 2,{right}")
    rows = audit_table(*lines, header=header)
    assert [row.verdict for row in rows.values()] == ["consistent", "inconsistent", "consistent"]
    rows = audit_table(*lines[:2], header=header)
    assert [row.verdict for row in rows.values()] == ["inconsistent", "inconsistent"]
    assert "one of the two is wrong" in rows["line-2"].checks[-1].arithmetic


def test_a_k_of_ten_digits_costs_nothing():
    """Is a k that no review has read without a set as long as the number?"""
    header = "claim_id,outcome,estimate,unit,events,n,k"
    (row,) = audit_table("c1,ORR,33.8,percent,5,15,9999999999", header=header).values()
    assert row.verdict == "cannot tell"
