"""Is a paragraph of a two-arm review audited, and does each finding say what it is of?"""

from __future__ import annotations

import pytest

from analysis.audit.claims import Claim
from analysis.audit.prose_reading import Page, read_prose
from analysis.audit.run import audit_claims

TEXT = """\
The mean difference was -5.8 points (95% CI -9.1 to -2.5; P = .001) on the MADRS. The pooled risk
ratio for response was 2.10 (95% CI 1.50 to 2.94; P < .001). The odds ratio was 3.4 (95% CI 3.6 to
5.1) for remission.

The, risk ratio was 1.72 (95% CI 1.21 to 2.45). More patients stopped under the drug: the OR was
4.2 (95% CI 2.0 to 8.8). The risk ratio for relapse within a year was 0.60 (95% CI 0.30 to 1.20;
P = .001). Remission was more frequent with the drug (23/25 against 8/25; RR 2.88, 95% CI
1.60-5.15).
"""


@pytest.fixture(scope="module")
def claims() -> tuple[Claim, ...]:
    read = read_prose([Page("", TEXT)])
    assert not read.unparsed
    return read.claims


def test_every_finding_says_what_it_is_of(claims: tuple[Claim, ...]) -> None:
    assert [claim.title for claim in claims] == [
        "MADRS, mean difference",
        "response, risk ratio",
        "remission, odds ratio",
        "risk ratio",
        "More patients stopped under the drug, OR",
        "relapse within a year, risk ratio",
        "Remission was more frequent with the drug, RR",
    ]


def test_only_what_cannot_be_is_an_alarm(claims: tuple[Claim, ...]) -> None:
    """Limits of 3.6 and 5.1 hold no 3.4; limits of 0.30 and 1.20 hold 1, so P is not .001."""
    checks = {
        (row.claim.split(":")[0], check.name): check.verdict
        for row in audit_claims(claims, in_prose=True)
        for check in row.checks
    }
    assert {key: verdict for key, verdict in checks.items() if verdict != "consistent"} == {
        ("remission, odds ratio", "estimate inside its interval"): "impossible",
        ("relapse within a year, risk ratio", "P and interval"): "inconsistent",
    }
