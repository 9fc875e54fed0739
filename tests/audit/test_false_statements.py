"""How many misprints are found?

Each line is a true sentence in which one number was changed as copying and typing change it: two
digits swapped, a digit or sign wrong, a decimal point moved, limits of another row, a P of another
row. Not all can be found, since a wrong number may still fit; how many are is asserted.
"""

from __future__ import annotations

import pytest

from analysis.audit.findings import ALARMS
from analysis.audit.prose_reading import Page, read_prose
from analysis.audit.run import audit_claims

FALSE = (
    # Percent and count: 12/32 is 37.5%, 46/118 is 39.0%, and so on.
    "The objective response rate was 35.7% (12/32; 95% CI 21.1–56.3).",
    "12 (35.7%) of 32 patients responded.",
    "In all, 46 of 118 patients (93.0%) had fever.",
    "Nausea occurred in 1,234 of 5,678 participants (27.1%).",
    "Relapse was seen in 55.0% (20/40).",
    "Nine of 72 (n/N = 9/72; 21.5%) stopped treatment.",
    "Fever: 17/85 (25.0%).",
    "3 of 12 children (52%) were infected.",
    "Mortality was 8.4% (7/38).",
    "Response in 14·5% (41 of 238 patients).",
    # Intervals of a proportion.
    "The response rate was 37.5% (95% CI 21.1–65.3).",
    "Prevalence was 23.4% (95% CI 18.1 to 39.6).",
    "Sensitivity was 85.0% (95% CI 26.1–96.8).",
    "The proportion was 12.0% (95% CI, 19.0 to 15.8).",
    "The infection rate was 33.8% (95% CI 26.8–47.0; I² = 78.7%).",
    "Overall response rate, 62.0% [95% CI, 65.1%-68.4%].",
    "The prevalence was 8·8% (95% CI 7·9–19·8).",
    "The rate of relapse was 101.5% (95% CI 99.0 to 104.0).",
    # Ratios: estimate against limits.
    "HR 0.85 (95% CI 0.70–1.30).",
    "The odds ratio was 1.50 (95% CI 1.10 to 2.50).",
    "risk ratio 0.75, 95% CI 0.06 to 0.94",
    "(risk ratio (RR) 0.57, 95% confidence interval (CI) 0.60 to 0.94; 3 trials, 1234 patients)",
    "hazard ratio, 0.73; 95% CI, 0.95 to 0.98; P=0.002",
    "OR 2,15 (95% CI 1,01–5,48)",
    "aOR 3.20 [95% CI 1.80; 6.50]",
    "OR = 0.46 (CI 95%: 0.35 to 0.81)",
    "IRR 1.45 (1.10–2.91)",
    "The relative risk of death was 1.24 (95% CI 1.05–1.84).",
    "RR 1.02 (95% CI 0.85–1.44)",
    "HR 0·58 (95% CI 0·42–0·97; p<0·001)",
    "Smoking raised the risk (OR: 5.2; 95%CI: 1.9-4.9).",
    "hazard ratio for death 0.61 (95% CI, 0.48 to 0.87)",
    "odds ratio -0.45 (95% CI -0.80 to -0.10)",
    # Ratios against P.
    "hazard ratio 0.61 (0.48–0.78; p = 0.45)",
    "OR 1.50 (95% CI 1.10–2.05; P = 0.10).",
    "RR 0.96 (95% CI 0.80–1.15; P<0.001)",
    "HR 0.83 (95% CI 0.75 to 0.93; P=0.31)",
    "odds ratio 2.15 (95% CI 1.21–3.82; P = .90)",
    "aHR 1.10 (95% CI 0.90–1.34; P = .003)",
    "RR 0.75, 95% CI 0.60 to 0.94; P = 0.10",
    "OR 0.30 (95% CI 0.20–0.45), p = 0.04",
    "HR 1.02 (95% CI 0.96–1.08; p=0.05)",
    "relative risk 1.60; 95% CI, 1.28 to 2.00; P = .60",
    "HR 0.85 (95% CI 0.70–1.03; p = −0.10)",
    "RR 0.90 (95% CI 0.80–1.01; P = 1.08)",
    # Differences.
    "The mean difference was −1.2 kg (95% CI −2.4 to 1.0).",
    "MD 4.5 (95% CI 2.1 to 9.6)",
    "mean difference, 3.2 [95% CI, 4.1 to 5.3]",
    "SMD 0.50 (95% CI 0.20 to 0.08)",
    "SMD −0.45 (95% CI −0.69 to −0.12)",
    "MD -12.5 mm Hg (95% CI -15.1 to -8.9)",
    "mean difference 2.0 (95% CI 0.5 to 3.5; P = .20)",
    "MD 0.3 (95% CI −0.6 to 1.2; P = 0.01)",
    "SMD 0·50 (95% CI 0·20–0·80); p=0·11",
    "B = 0.23, 95% CI [0.05, 0.14], p = .01",
    # Efficacies.
    "Vaccine efficacy was 70.0% (95% CI 59.0 to 87.0).",
    "Vaccine effectiveness was 66.9% (95% CI, 95.0 to 73.4).",
    "The relative risk reduction was 25% (95% CI 36 to 40).",
    "VE 45.2% (95% CI 12.1 to 56.8)",
    # Heterogeneity.
    "MD 0.5 (95% CI 0.2 to 0.8; I² = 12.1%; P for heterogeneity < 0.001; k = 5)",
    "Heterogeneity: Chi² = 12.30, df = 11 (P = 0.43); I² = 11%.",
    "Heterogeneity: Chi² = 12.30, df = 11 (P = 0.34); I² = 61%.",
    "Q(7) = 24.5, p = .10; I² = 71.4%",
    "Q(7) = 24.5, p < .001; I² = 17.4%",
    "Tau² = 0.02; Chi² = 30.1, df = 9 (P = 0.40); I² = 70%",
    "OR 0.85 (95% CI 0.70–1.03, P = .10; I² = 130%)",
    # Tests.
    "t(23) = 2.20, p = .380",
    "t(23) = 2.20, p = .0038",
    "t(48) = 1.10, p < .05",
    "F(2, 57) = 3.40, p = .140",
    "F(1, 98) = 4.02, p = .48",
    "F(2,34) = 2.51, p = .003",
    "χ²(1, N = 90) = 5.10, p = .24",
    "χ2 = 9.11, df = 3, p = .30",
    "χ²(2) = 1.20, p < .05",
    "r(48) = −.31, p = .28",
    "r(30) = .12, p = .01",
    "r(30) = 1.12, p = .01",
    "z = 2.10, p = .36",
    "z = 0.94, p = .005",
    "t = 4.21, df = 40, p = .041",
    "Test for overall effect: Z = 2.51 (P = 0.10)",
    "t(4) = −4.21, two-tailed p = .041",
    "F(3, 120) = 5.80, p = .10",
)
# What a wrong number hides behind: it fits another rounding, method or test.
LEAST_RECALL = 0.9


def is_found(text: str) -> bool:
    rows = audit_claims(read_prose([Page("", text)]).claims, in_prose=True)
    return any(row.verdict in ALARMS for row in rows)


def test_recall():
    """Are at least nine in ten of eighty and more misprints found?"""
    missed = [text for text in FALSE if not is_found(text)]
    recall = 1 - len(missed) / len(FALSE)
    print(f"{len(FALSE) - len(missed)} of {len(FALSE)} misprints found; missed:", *missed, sep="\n")
    assert len(set(FALSE)) >= 80
    assert recall >= LEAST_RECALL


@pytest.mark.parametrize(
    "text",
    [
        "The effect on OS and PFS was 0.85 and 0.92 (95% CI 0.70–1.03 and 0.80–1.05).",
        "The risk fell by 25% (95% CI 0.60 to 0.94).",
        "There was an effect in 12 of 14 models over 3 doses of drug A (95% CI 0.60 to 0.94).",
    ],
)
def test_what_cannot_be_decided_is_listed(text):
    """Is a number that may or may not be the estimate listed, and neither judged nor dropped?"""
    prose = read_prose([Page("", text)])
    assert not any(claim.limits for claim in prose.claims)
    assert prose.unparsed
