"""Are intervals with one limit read as people write them, and held against what they can say?

The sentences are invented after the forms in which reports of oncology trials, non-inferiority
trials and registries print a limit that was not reached or not asked for.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.audit.findings import AuditReport
from analysis.audit.run import audit_file

# Nothing in them is wrong: none is an alarm, and all are read.
TRUE = [
    "The hazard ratio was 0.62 (95% CI NE–0.90).",
    "HR 0.62 (95% CI, 0.40 to NE)",
    "Median OS was not reached (95% CI 12.1–NE).",
    "Median OS was not reached (95% CI, 12.1 to not reached).",
    "Median PFS was 8.5 months (95% CI 6.1–not reached).",
    "Median PFS was 8.5 months (95% CI: 6.1–not estimable).",
    "Median PFS was 8.5 months (95% CI 6.1–NR).",
    "The median duration of response was 9.7 months (6.5–NE).",
    "Median OS was NR (95% CI, 14.2 to NE).",
    "Median survival had not yet been reached (95% CI 20.1–NC).",
    "Median OS, 15.0 months (95% CI: 12.3–∞)",
    "Median PFS was 5.6 months (95% CI, 4.1 to N/A).",
    "Median PFS was 5,6 months (95% CI 4,1–NE).",
    "The relative risk was 0.5 (95% CI ≤ 0.9, P = 0.02).",
    "The hazard ratio was 0.95 (one-sided 97.5% CI upper bound 1.13).",
    "The hazard ratio was 0.95 (upper limit of the one-sided 95% CI, 1.13).",
    "The response difference was 3.2% (lower limit of the 95% CI, −1.4%).",
    "The difference was 2.1 percentage points (95% CI lower limit, −3.9).",
    "Non-inferiority was met: difference 2.1% (upper bound of the 95% CI 4.9%).",
    "HR 0.45 (95% CI < 0.9)",
    "OR 3.1 (95% CI > 1.2; P = 0.01)",
    "The odds ratio was 0 (95% CI NE–2.4).",
    "Median time to response was not estimable (NE–NE).",
    "Median OS: 21.4 months (95% CI 19.0 to non-estimable), HR 0.71 (95% CI 0.50–1.01; P = 0.06)",
    "At 24 months median OS was not reached (95% CI 22.0–NE) and 14.1 months (95% CI 12.0–16.6).",
    "Median OS was 14.1 months (95% CI 12.0–16.6) and not reached (95% CI 22.0–NE).",
    "Pain fell by 3.2 points (lower limit of the 95% CI, −5.1).",
    "Specificity was 100% (one-sided 97.5% CI lower bound 91.4%).",
    "The rate was 0% (95% CI upper limit 3.6%).",
]


def _audit(text: str, folder: Path, name: str = "paper.txt") -> AuditReport:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return audit_file(path)


def _verdicts(text: str, folder: Path, name: str = "paper.txt") -> list[str]:
    return [finding.verdict for finding in _audit(text, folder, name).rows]


@pytest.mark.parametrize("text", TRUE)
def test_what_is_right_is_read_and_not_condemned(text: str, tmp_path: Path) -> None:
    report = _audit(text, tmp_path)
    assert report.rows
    assert not {finding.verdict for finding in report.rows} & {"impossible", "inconsistent"}
    assert not report.unparsed


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Median OS was 21.4 months (95% CI 22.1–NE).", "impossible"),
        ("HR 1.62 (95% CI NE–0.90)", "impossible"),
        ("HR 0.62 (95% CI < 0.5)", "impossible"),
        ("HR 1.20 (upper limit of the 95% CI, 1.13)", "impossible"),
        # 0.90 excludes 1, so P cannot be above one half.
        ("HR 0.62 (95% CI NE–0.90; P = 0.60)", "inconsistent"),
        # 0.07 may be from the log-rank test.
        ("HR 0.62 (95% CI NE–0.90; P = 0.07)", "consistent"),
        # One limit on the other side of 1 says nothing of P.
        ("HR 0.62 (95% CI 0.40–NE; P = 0.60)", "consistent"),
    ],
)
def test_one_limit_says_what_it_can(text: str, verdict: str, tmp_path: Path) -> None:
    assert _verdicts(text, tmp_path) == [verdict]


def test_a_sign_that_was_left_out_is_no_mistake(tmp_path: Path) -> None:
    """The text "Fell by 3.2" is a difference of −3.2, which is below −0.5."""
    report = _audit("Pain fell by 3.2 points (upper limit of the 95% CI −0.5).", tmp_path)
    assert not report.rows
    assert len(report.unparsed) == 1


def test_a_limit_without_an_estimate_is_listed(tmp_path: Path) -> None:
    report = _audit("Nothing was compared. The upper limit of the 95% CI was 1.3.", tmp_path)
    assert [each.text for each in report.unparsed]


@pytest.mark.parametrize(
    ("cell", "verdict"),
    [
        ("8.5 (6.1–NR)", "consistent"),
        ("NR (12.1-NE)", "cannot tell"),
        ("NE (NE–NE)", "cannot tell"),
        ("8.5 [6.1; not reached]", "consistent"),
        ("8.5 (95% CI 6.1 to NE)", "consistent"),
        ("9.5 (10.1–NE)", "impossible"),
    ],
)
def test_cells_of_tables(cell: str, verdict: str, tmp_path: Path) -> None:
    text = f'Outcome,"Median (95% CI)"\nOS,"{cell}"\n'
    report = _audit(text, tmp_path, "table.csv")
    assert [finding.verdict for finding in report.rows] == [verdict]
    assert not report.unparsed


def test_limits_in_columns_of_their_own(tmp_path: Path) -> None:
    text = "outcome,estimate,ci_low,ci_high\nOS,8.5,6.1,NE\nPFS,5.0,6.1,NR\n"
    assert _verdicts(text, tmp_path, "table.csv") == ["consistent", "impossible"]
