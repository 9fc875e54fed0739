"""The audit of one file: read it, make every check, put the findings in the file's order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.audit.count_findings import check_counts
from analysis.audit.documents import read_document
from analysis.audit.equal_evidence import check_equal_evidence, check_repeated
from analysis.audit.estimate_counts import count_estimates
from analysis.audit.exponentiated import check_scale
from analysis.audit.findings import ALARMS, AuditReport, RowFinding
from analysis.audit.heterogeneity import check_implied_k, check_q, own_k
from analysis.audit.limits import check_inside, check_possible, check_symmetry
from analysis.audit.open_limits import check_open
from analysis.audit.p_assignment import assign_p, check_ownerless
from analysis.audit.pooled_rows import check_pooled
from analysis.audit.prose_repetition import check_repeated_in_prose
from analysis.audit.remaining_estimate import check_remaining
from analysis.audit.significance import check_significance
from analysis.audit.study_flow import check_flow, check_percent, check_reasons
from analysis.audit.test_statistic import check_test
from analysis.audit.whole_numbers import members

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from analysis.audit.claims import Claim
    from analysis.audit.findings import Check
    from analysis.audit.heterogeneity import ImpliedK


def audit_file(path: Path) -> AuditReport:
    """Check what a paper printed against itself.

    Parameters
    ----------
    path : Path
        A CSV or TSV table of reported statistics, a plain text or a PDF.

    Returns
    -------
    AuditReport
        One finding for each row or statement, in the order of the file.

    Raises
    ------
    UnreadableFile
        If the file cannot be opened or holds nothing that can be audited.
    """
    document = read_document(path)
    findings = audit_claims(document.claims, in_prose=document.is_prose)
    return AuditReport(path.as_posix(), findings, document.unparsed)


def audit_claims(claims: Sequence[Claim], *, in_prose: bool = False) -> tuple[RowFinding, ...]:
    """Make every check of claims that have been read.

    Parameters
    ----------
    claims : sequence of Claim
        Their `claim_id` must differ.
    in_prose : bool
        Whether outcomes were guessed from the words of a text; then only checks within a statement
        and of repetitions are made.
    """
    claims = [assign_p(claim) for claim in claims]
    implied = {claim.claim_id: own_k(claim) for claim in claims}
    checks = {claim.claim_id: _own_checks(claim, claims, implied) for claim in claims}
    if in_prose:
        _add(checks, check_repeated_in_prose(claims, _wrong(checks)))
    else:
        _check_between_rows(claims, implied, checks)
    return tuple(
        RowFinding(
            claim_id=claim.claim_id,
            place=claim.place,
            claim=": ".join(filter(None, (claim.title, claim.result))),
            checks=tuple(checks[claim.claim_id]),
        )
        for claim in claims
    )


def _check_between_rows(
    claims: Sequence[Claim],
    implied: Mapping[str, ImpliedK | None],
    checks: dict[str, list[Check]],
) -> None:
    counts = count_estimates(claims, implied)
    _add(checks, check_counts(counts, implied))
    _add(checks, check_flow(claims))
    wrong = _wrong(checks)
    _add(checks, check_pooled(claims))
    _add(checks, check_equal_evidence(claims, wrong))
    _add(checks, check_repeated(claims, wrong))

    def may_be_two(claim: Claim) -> bool:
        numbers = counts.number_of(claim)
        own = implied[claim.claim_id]
        fits = claim.k == 2 or (own is not None and 2 in own.numbers)
        return fits and numbers is not None and 2 in members(numbers)

    _add(checks, check_remaining(claims, may_be_two))


def _own_checks(
    claim: Claim, claims: Sequence[Claim], implied: Mapping[str, ImpliedK | None]
) -> list[Check]:
    scale = check_scale(claim, claims)
    single = (
        check_inside(claim),
        check_symmetry(claim),
        check_implied_k(claim, implied[claim.claim_id]),
        check_significance(claim),
        check_test(claim),
        check_ownerless(claim),
        check_percent(claim),
        check_reasons(claim),
        scale,
    )
    several = (*check_possible(claim), *check_open(claim), *check_q(claim))
    return [*several, *(check for check in single if check is not None)]


def _wrong(checks: Mapping[str, list[Check]]) -> set[str]:
    """Name the rows that an alarm stands at."""
    return {row for row, found in checks.items() if any(c.verdict in ALARMS for c in found)}


def _add(checks: dict[str, list[Check]], more: Mapping[str, list[Check]]) -> None:
    for row, found in more.items():
        checks[row].extend(found)
