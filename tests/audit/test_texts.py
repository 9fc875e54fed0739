"""Are statistics found in sentences however they are spelt, and is the rest named?"""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.audit.claims import Claim
from analysis.audit.prose_reading import Page, read_prose
from analysis.audit.run import audit_claims


def only(text: str) -> Claim:
    (claim,) = read_prose([Page("", text)]).claims
    return claim


def numbers(claim: Claim) -> list[float | None]:
    printed = (claim.estimate, claim.low, claim.high, claim.i2)
    return [None if part is None else float(part) for part in printed]


@pytest.mark.parametrize(
    "text",
    [
        "ORR was 33.8% (95% CI: 26.8–40.7, I² = 78.7%, P = .000).",
        "ORR was 33.8% (95% CI 26.8 to 40.7; I2=78.7%; p<0.001).",
        "ORR 33.8 % [95%CI, 26.8%-40.7%] (I2: 78.7%, p = 0.000)",
        "ORR of 33·8% (95% CI 26·8–40·7; I² 78·7%, p<0·0001)",
        "ORR, 33.8%; 95% confidence interval: 26.8%, 40.7%; I-squared = 78.7%; P for Q < .001",
        "ORR was 33.8% (95% CI = [26.8, 40.7],\nI² = 78.7%,\nP = .000)",
    ],
)
def test_spellings_of_a_pooled_proportion(text):
    """Do all usual spellings give the same numbers?"""
    claim = only(text)
    assert claim.kind == "percent"
    assert numbers(claim) == pytest.approx([33.8, 26.8, 40.7, 0.787])
    assert claim.p_heterogeneity is not None
    assert claim.p_heterogeneity.span.high <= 0.001


@pytest.mark.parametrize(
    ("text", "kind", "expected", "p"),
    [
        ("OR 0.85 (95% CI 0.70–1.03; P = .10)", "ratio", [0.85, 0.70, 1.03], True),
        ("hazard ratio, 0.85; 95% CI, 0.70 to 1.03", "ratio", [0.85, 0.70, 1.03], False),
        ("RR = 0.85 [0.70, 1.03]", "ratio", [0.85, 0.70, 1.03], False),
        ("0.85 [0.70, 1.03]", "unclear", None, False),
        ("RR = 0.85 (0.70-1.03)", "ratio", [0.85, 0.70, 1.03], False),
        ("median OS 17.1 months (95% CI 15.6-18.6)", "quantity", [17.1, 15.6, 18.6], False),
        ("mean difference −1.2 (95% CI −2.4 to −0.1)", "difference", [-1.2, -2.4, -0.1], False),
    ],
)
def test_kinds_of_results(text, kind, expected, p):
    """Are ratios, times and negative differences told apart, and a bare range not guessed at?"""
    if expected is None:
        assert not read_prose([Page("", text)]).claims
        return
    claim = only(text)
    assert claim.kind == kind
    assert numbers(claim)[:3] == pytest.approx(expected)
    assert (claim.p_effect is not None) is p


def test_which_p_is_which():
    """Does a P before I² belong to the effect, and one behind it to heterogeneity?"""
    claim = only("OR 0.85 (95% CI 0.70–1.03, P = .10; I² = 45%, P = .046; 12 studies)")
    assert claim.p_effect is not None
    assert claim.p_heterogeneity is not None
    assert claim.p_effect.said == "P = .10"
    assert claim.p_heterogeneity.said == "P = .046"
    assert claim.k == 12


def test_counts_in_text():
    """Are counts read in both orders and compared with their percent?"""
    text = "In all, 15 of 32 patients (46.9%) responded; 55.0% (20/40) had fever."
    rows = audit_claims(read_prose([Page("", text)]).claims, in_prose=True)
    assert [row.verdict for row in rows] == ["consistent", "inconsistent"]


def test_a_misprint_between_abstract_and_text():
    """Is a number that changes between two places found, with both places?"""
    pages = [
        Page("page 1, ", "The pooled ORR was 33.8% (95% CI 26.8–40.7, I² = 78.7%)."),
        Page("page 5, ", "Altogether\nthe ORR was 33.8% (95% CI 26.8–40.9, I² = 78.7%)."),
    ]
    rows = audit_claims(read_prose(pages).claims, in_prose=True)
    assert [row.verdict for row in rows] == ["inconsistent", "inconsistent"]
    assert "page 5, line 2" in rows[0].checks[-1].arithmetic
    assert rows[1].claim_id == "page-5-line-2"


def test_different_results_are_not_compared():
    """Are two subgroups with similar numbers left alone?"""
    text = (
        "Men: OR 0.85 (95% CI 0.70–1.03). Women: OR 0.85 (95% CI 0.65–1.11). "
        "Stroke: OR 0.85 (95% CI 0.72–1.00)."
    )
    rows = audit_claims(read_prose([Page("", text)]).claims, in_prose=True)
    assert all(row.verdict == "consistent" for row in rows)


def test_what_is_not_understood_is_listed():
    """Is an interval without numbers that can be read named with its page and line?"""
    prose = read_prose([Page("page 2, ", "Fine.\nThe effect had a 95% CI of unknown width.")])
    assert not prose.claims
    assert [item.place for item in prose.unparsed] == ["page 2, line 2"]


def test_a_pdf(tmp_path: Path):
    """Is a PDF read page by page?"""
    import typst

    from analysis.audit.run import audit_file

    source = tmp_path / "paper.typ"
    source.write_text(
        "First page.\n#pagebreak()\nORR was 36.9% (95% CI: 29.9–43.9, I² = 12.1%, P = .000).\n",
        encoding="utf-8",
    )
    typst.compile(str(source), output=str(tmp_path / "paper.pdf"))
    report = audit_file(tmp_path / "paper.pdf")
    (row,) = report.rows
    assert row.place == "page 2, line 1"
    assert row.verdict == "impossible"


@pytest.mark.parametrize(
    "text",
    [
        "ORR 33.8% (95% CI 26.8–40.7); k = 15, I² = 76.4% (95% CI 61.3–85.7), Q = 59.4, P < .001",
        "ORR 33.8% (95% CI 26.8–40.7; I² = 76.4%, 95% CI 61.3 to 85.7; τ² = 0.01 (95% CI 0–0.04))",
    ],
)
def test_intervals_of_heterogeneity(text):
    """Is the interval of I² or τ² never taken for one of the estimate, of k or of 95%?"""
    claims = read_prose([Page("", text)]).claims
    assert [numbers(claim)[:3] for claim in claims] == [pytest.approx([33.8, 26.8, 40.7])]
    assert all(row.verdict == "consistent" for row in audit_claims(claims, in_prose=True))


def test_neighbouring_results_are_not_repetitions():
    """Are 6.9 (6.2–7.6) and 7.0 (6.2–7.8) two results, though each limit is within rounding?"""
    text = "All: PFS 6.9 months (95% CI 6.2–7.6). Prospective: PFS 7.0 months (95% CI 6.2–7.8)."
    rows = audit_claims(read_prose([Page("", text)]).claims, in_prose=True)
    assert all(row.verdict == "consistent" for row in rows)
