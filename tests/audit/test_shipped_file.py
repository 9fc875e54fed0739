"""Does the audit find by itself what `conventions.md` lists of the published review, and no more?

The list is "The published review, checked against itself"; each test takes one line of it.
"""

from __future__ import annotations

import pytest

from analysis.audit.count_findings import NAME as COUNTS
from analysis.audit.equal_evidence import SAME_STUDIES
from analysis.audit.exponentiated import NAME as SCALE
from analysis.audit.pooled_rows import NAME as POOLED
from analysis.audit.remaining_estimate import NAME as SECOND
from tests.audit.audited import SHIPPED, check, shipped

IMPLIED = "I² and P imply k"
WRONG = {
    "orr_tace": "impossible",
    "trimfill_orr_pooled": "impossible",
    "dcr_tace": "inconsistent",
    "os_ici": "inconsistent",
}


@pytest.fixture(scope="module")
def rows():
    return shipped()


def test_exactly_the_rows_with_slips_are_flagged(rows):
    """Are the four rows with slips found, and all 45 others left alone?"""
    flagged = {name: row.verdict for name, row in rows.items() if row.verdict in WRONG.values()}
    assert flagged == WRONG
    assert len(rows) == 49


def test_the_file_is_the_one_that_was_given(rows):
    """Does every line of the file get a finding, in its order?"""
    ids = [line.split(",")[0] for line in SHIPPED.read_text(encoding="utf-8").splitlines()[1:]]
    assert list(rows) == ids


@pytest.mark.parametrize(
    ("overall", "numbers"), [("pfs", "6.92 (6.23 to 7.62)"), ("os", "17.2 (15.7 to 18.6)")]
)
def test_medians_were_pooled_on_months_by_inverse_variance(rows, overall, numbers):
    """Do the ICI and TACE rows give back the overall PFS and OS?"""
    found = [one for one in rows[overall].checks if one.name == POOLED]
    assert len(found) == 2
    assert all(one.verdict == "consistent" for one in found)
    assert f"on the natural scale give {numbers}" in found[0].arithmetic
    assert {f"{overall}_ici", f"{overall}_tace"} <= set(found[0].rows)


@pytest.mark.parametrize(
    ("row", "k"), [("orr_ici", 7), ("orr_prospective", 7), ("dcr_rt", 3), ("os_retrospective", 2)]
)
def test_i2_and_p_imply_k(rows, row, k):
    """Is the number of estimates found where I² and P leave only one?"""
    found = check(rows[row], IMPLIED)
    assert found.verdict == "consistent"
    assert f"leave k = {k}:" in found.arithmetic


def test_retrospective_orr_has_eight(rows):
    """Do I² and P leave 8 or 9, and does the trim-and-fill sentence decide for 8?"""
    assert "k = 8 or 9" in check(rows["orr_retrospective"], IMPLIED).arithmetic
    found = check(rows["orr_retrospective"], COUNTS)
    assert found.verdict == "consistent"
    assert found.arithmetic.startswith("k = 8: 15 (orr) − 7 (orr_prospective)")


def test_fifteen_estimates_from_fourteen_studies(rows):
    """Is 18 − 3 = 7 + 8 = 15 seen, and that it is one more than there are studies?"""
    assert "18 in all − 3 imputed = 15 (trimfill_orr)" in check(rows["orr"], COUNTS).arithmetic
    assert check(rows["trimfill_orr"], COUNTS).verdict == "consistent"
    question = check(rows["orr"], "estimates and studies")
    assert question.verdict == "cannot tell"
    assert question.arithmetic.startswith("15 estimates of ORR from 14 studies")


def test_tace_orr_cannot_have_its_p(rows):
    """Is I² 12.1% with P .000 impossible, and P .337 given for five studies?"""
    assert check(rows["orr_tace"], IMPLIED).verdict == "impossible"
    found = check(rows["orr_tace"], COUNTS)
    assert "With k = 5, Q = 4/(1 − .121) = 4.55, P = .337." in found.arithmetic


def test_tace_dcr_with_five_studies(rows):
    """Are at most five estimates left for TACE, for which P is .005 and not .000?"""
    found = check(rows["dcr_tace"], COUNTS)
    assert found.verdict == "inconsistent"
    assert "need k 8 or more" in found.arithmetic
    assert "With k = 5, Q = 4/(1 − .731) = 14.9, P = .0050." in found.arithmetic
    assert {"orr_ici", "dcr_rt", "trimfill_orr", "prisma_included"} <= set(found.rows)


def test_os_with_ici_has_two_studies_and_another_p(rows):
    """Is k = 2 by subtraction, so P .296 and not .269?"""
    found = check(rows["os_ici"], COUNTS)
    assert found.verdict == "inconsistent"
    assert "4 (os) − 2 (os_tace)" in found.arithmetic
    assert "With k = 2, Q = 1/(1 − .086) = 1.09, P = .296." in found.arithmetic


def test_os_with_ici_is_os_prospective(rows):
    """Is the upper limit 18.7 set against 18.9 of the same two studies, and only one row blamed?"""
    found = check(rows["os_ici"], SAME_STUDIES)
    assert found.verdict == "inconsistent"
    assert "upper limit 18.7 and 18.9" in found.arithmetic
    assert "P = .269 and P = .296" in found.arithmetic
    assert check(rows["os_prospective"], SAME_STUDIES).verdict == "consistent"
    assert check(rows["os_tace"], SAME_STUDIES).arithmetic.startswith("Equal to os_retrospective")


def test_trim_and_fill_is_exponentiated(rows):
    """Is 1.33 (1.26–1.41) recognised as exp of 28.5%, five points below 33.8%?"""
    found = check(rows["trimfill_orr_pooled"], SCALE)
    assert found.verdict == "impossible"
    for said in ("exp(0.285) = 1.33", "0.231 and 0.344", "28.5%", "5.3 points below 33.8%"):
        assert said in found.arithmetic


def test_the_second_median_of_tace_pfs(rows):
    """Is 6.87 months found as what TACE's second median has to be, as a question, not an error?"""
    found = check(rows["pfs_tace"], SECOND)
    assert found.verdict == "cannot tell"
    assert "puts the other at 6.87" in found.arithmetic
    assert found.rows == ("pfs_tace", "pfs_retrospective")


def test_flow_of_records(rows):
    """Are 43 − 29 = 14 and 3 + 8 + 18 = 29 added up?"""
    assert "43 − 29 = 14" in check(rows["prisma_included"], "flow of records").arithmetic
    assert "3 + 8 + 18 = 29" in check(rows["prisma_excluded_fulltext"], "reasons add up").arithmetic


@pytest.mark.parametrize("row", ["pfs_rt", "pfs_retrospective"])
def test_single_medians_need_not_be_symmetric(rows, row):
    """Is a Kaplan–Meier interval of a single study left alone, though symmetric on no scale?"""
    assert check(rows[row], "interval symmetric on some scale").verdict == "cannot tell"


def test_every_pooled_interval_is_symmetric(rows):
    """Are all intervals of pools found symmetric?"""
    name = "interval symmetric on some scale"
    found = [one for row in rows.values() for one in row.checks if one.name == name]
    assert len(found) == 30
    assert sum(one.verdict == "consistent" for one in found) == 28
