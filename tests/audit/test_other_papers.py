"""Are gross errors in other papers' tables caught, whatever the headers, and nothing else?"""

from __future__ import annotations

import pytest

from analysis.audit.count_findings import NAME as COUNTS
from analysis.audit.equal_evidence import REPEATED, SAME_STUDIES
from analysis.audit.exponentiated import NAME as SCALE
from analysis.audit.pooled_rows import NAME as POOLED
from tests.audit.audited import audit_table, check

SYMMETRY = "interval symmetric on some scale"


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("OR,95% CI,I²,P heterogeneity,k", "0.85,0.70–1.03,45%,0.046,12"),
        ("or,lower,upper,I2 (%),p_het,studies", "0.85,0.70,1.03,45,p=.046,12"),
        (
            "Effect size (95% CI),unit,I-squared,Phet,No. of studies",
            '"0.85 [0.70, 1.03]",OR,0.45,.046,12',
        ),
        ("estimate,ci.lb,ci.ub,measure,I^2,QEp,k", "0.85,0.70,1.03,odds ratio,45.0%,P = 0.046,12"),
        ("Hazard ratio;CI;I2;p Q;k", "0,85;0,70–1,03;45;0,046;12"),
    ],
)
def test_names_of_columns(header, line):
    """Do percent, fraction, decimal comma, dash and whatever header give the same finding?"""
    (row,) = audit_table(line, header=header).values()
    assert row.verdict == "consistent"
    assert {one.name for one in row.checks} >= {SYMMETRY, "I² and P imply k"}
    (wrong,) = audit_table(line.replace("046", "460"), header=header).values()
    assert wrong.verdict == "inconsistent"


@pytest.mark.parametrize(
    ("header", "line", "name", "verdict"),
    [
        ("estimate,ci_low,ci_high,unit,i2", "33.8,26.8,47.0,percent,50%", SYMMETRY, "inconsistent"),
        ("estimate,ci_low,ci_high,unit", "0.85,0.70,1.30,HR", SYMMETRY, "inconsistent"),
        (
            "estimate,ci_low,ci_high,unit",
            "38.3,26.8,36.7,percent",
            "estimate inside its interval",
            "impossible",
        ),
        (
            "estimate,ci_low,ci_high,unit",
            "33.8,40.7,26.8,percent",
            "estimate inside its interval",
            "impossible",
        ),
        ("estimate,ci_low,ci_high,unit", "101.5,99.0,104,percent", "possible values", "impossible"),
        ("estimate,ci_low,ci_high,unit", "-0.2,-0.5,0.1,OR", "possible values", "impossible"),
        (
            "estimate,ci_low,ci_high,unit,p",
            "2.1,1.3,3.4,OR,P = .20",
            "P and interval",
            "inconsistent",
        ),
        (
            "estimate,ci_low,ci_high,unit,p",
            "-1.2,-2.4,-0.1,MD,NS",
            "P and interval",
            "inconsistent",
        ),
        ("i2,p_het,k", "12.1%,<.001,5", "I² and P imply k", "inconsistent"),
        ("i2,p_het", "12.1%,<.001", "I² and P imply k", "impossible"),
        ("q,df,p_het", "24.5,7,.10", "Q, df and P", "inconsistent"),
        ("q,df,i2", "24.5,7,17.4%", "Q, df and I²", "inconsistent"),
        ("q,df,k", "24.5,7,9", "df is k − 1", "inconsistent"),
        ("i2,p", "130%,.1", "possible values", "impossible"),
        ("i2,p", "30%,1.3", "possible values", "impossible"),
        ("percent,events,n", "64.9,15,32", "a count gives its percent", "inconsistent"),
        ("percent,events,n", "46.9,51,32", "possible values", "impossible"),
        ("k,i2", "1,40%", "possible values", "impossible"),
        ("estimate,ci_low,ci_high,unit", "1.33,1.26,1.41,fraction", SCALE, "impossible"),
    ],
)
def test_gross_errors_are_caught(header, line, name, verdict):
    """Is each kind of misprint found by the check that is meant for it?"""
    (row,) = audit_table(line, header=header).values()
    assert row.verdict == verdict
    assert any(one.verdict == verdict and one.name == name for one in row.checks)


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("estimate,ci_low,ci_high,unit,k", "7.4,1.1,27.7,months,1"),
        ("estimate,ci_low,ci_high,unit,i2", "98.2,94.1,100,percent,60%"),
        ("estimate,ci_low,ci_high,unit,i2", "0.4,0.0,1.1,percent,20%"),
        ("estimate,ci_low,ci_high,unit,i2,p", "0.85,0.70,1.03,OR,45%,.046"),
        ("percent,events,n,i2", "33.8,300,863,78.7%"),
        ("estimate,ci_low,ci_high,unit,p", "1.00,1.00,1.00,OR,.03"),
        ("estimate,ci_low,ci_high,unit", "0.56,0.38,0.70,correlation"),
        ("i2,p_het,k,method", "45.2%,.90,12,REML"),
        ("estimate,ci_low,ci_high", "NR,5.1,NE"),
        ("estimate,ci_low,ci_high,unit,ci_level,p", "0.85,0.724,0.998,HR,90,.096"),
    ],
)
def test_no_false_alarm(header, line):
    """Are unusual but honest rows left alone?"""
    (row,) = audit_table(line, header=header).values()
    assert row.verdict in ("consistent", "cannot tell"), row.checks


FAMILY = (
    "all,Pain,,,SMD,0.50,0.30,0.70,SMD,40.0,.09,10,",
    "a,Pain,Age,child,SMD,0.40,0.10,0.70,SMD,30.0,.22,5,",
    "b,Pain,Age,adult,SMD,0.60,0.30,0.90,SMD,45.0,.12,5,",
)


def test_subgroups_add_up():
    """Is a k that does not add up found, with all rows named that may be wrong?"""
    assert all(row.verdict == "consistent" for row in audit_table(*FAMILY).values())
    rows = audit_table(FAMILY[0], FAMILY[1], FAMILY[2].replace(".12,5", ".10,6"))
    found = check(rows["b"], COUNTS)
    assert found.verdict == "inconsistent"
    assert "10 (all) − 5 (a)" in found.arithmetic
    assert "the numbers do not tell" in found.arithmetic


def test_an_overall_outside_its_subgroups():
    """Is an overall estimate beyond all subgroups' intervals found, on the overall row?"""
    rows = audit_table(FAMILY[0].replace("0.50,0.30,0.70", "5.00,4.80,5.20"), *FAMILY[1:])
    assert check(rows["all"], POOLED).verdict == "inconsistent"
    assert rows["a"].verdict == rows["b"].verdict == "consistent"


def test_groups_that_overlap_do_not_add_up():
    """Are grades and times, in which a study stands several times, not added?"""
    lines = [line.replace(",Age,", ",follow-up,") for line in FAMILY]
    rows = audit_table(*lines[:2], lines[2].replace(".12,5", ".10,6"))
    assert all(row.verdict == "consistent" for row in rows.values())


def test_the_same_number_in_abstract_and_text():
    """Is a digit that differs between two sections found, and another rounding not?"""
    header = "section,outcome,estimate,ci_low,ci_high,unit"
    said = "Abstract,ORR,33.8,26.8,40.7,percent"
    same = audit_table(said, "Results,ORR,34,27,41,percent", header=header)
    assert all(check(row, REPEATED).verdict == "consistent" for row in same.values())
    other = audit_table(said, "Results,ORR,33.8,26.8,40.9,percent", header=header)
    assert all(check(row, REPEATED).verdict == "inconsistent" for row in other.values())
    assert "upper limit 40.7 and 40.9" in check(other["line-2"], REPEATED).arithmetic


def test_equal_rows_of_two_divisions():
    """Are equal remainders recognised as the same studies, also in another paper?"""
    lines = [
        "all,OS,,,HR,0.80,0.70,0.91,HR,20.0,P = .27,8,",
        "m,OS,sex,men,HR,0.75,0.60,0.94,HR,10.0,P = .35,,",
        "w,OS,sex,women,HR,0.83,0.70,0.98,HR,25.0,P = .26,,",
        "e,OS,region,east,HR,0.75,0.60,0.94,HR,10.0,P = .35,,",
        "x,OS,region,west,HR,0.83,0.68,1.01,HR,25.0,P = .26,,",
    ]
    rows = audit_table(*lines)
    assert check(rows["w"], SAME_STUDIES).verdict == "inconsistent"
    assert check(rows["m"], SAME_STUDIES).verdict == "consistent"


def test_flow_that_does_not_add_up():
    """Is a wrong box of a flow diagram found, and a wrong sum of reasons?"""
    header = "statistic,estimate,unit,note"
    lines = (
        "records identified,500,records,",
        "duplicates removed,100,records,",
        "records screened,410,records,",
        "full texts assessed,50,records,",
        'full texts excluded,30,records,"10 reviews, 15 letters"',
        "studies included,20,studies,",
    )
    rows = list(audit_table(*lines, header=header).values())
    assert [row.verdict for row in rows] == [
        *["inconsistent"] * 3,
        "consistent",
        "inconsistent",
        "consistent",
    ]


@pytest.mark.parametrize(
    ("p", "verdict"), [(".10", "consistent"), ("<.001", "consistent"), (".60", "inconsistent")]
)
def test_whose_p_it_is(p, verdict):
    """Is one column of P given to Q or to the effect, whichever it fits, and wrong if neither?"""
    header = "estimate,ci_low,ci_high,unit,q,df,p,subgroup"
    names = ("P and interval", "Q, df and P", "P fits interval or Q")
    (row,) = audit_table(f"0.72,0.61,0.85,OR,19.8,13,{p},", header=header).values()
    assert [one.verdict for one in row.checks if one.name in names] == [verdict]
    # In a table of subgroups, a P of neither may be that of their difference.
    (row,) = audit_table(f"0.72,0.61,0.85,OR,19.8,13,{p},women", header=header).values()
    assert row.verdict == "consistent"


def test_many_errors_at_once():
    """Are errors in many outcomes found each for itself, in reasonable time?"""
    lines = []
    for i in range(40):
        k = 6 if i % 2 else 5
        family = (*FAMILY[:2], FAMILY[2].replace(".12,5", f",{k}"))
        lines += [f"{i}-{line.replace('Pain', f'Pain {i}')}" for line in family]
    rows = audit_table(*lines)
    wrong = {name.split("-")[0] for name, row in rows.items() if row.verdict == "inconsistent"}
    assert wrong == {str(i) for i in range(1, 40, 2)}
