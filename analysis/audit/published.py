"""Sets this edition beside the numbers that were published before: printed, recomputed, why.

Reads ``published/reported_statistics.csv`` the way the audit reads it, so that a printed number
stands for every number that would be printed like it. Nothing here names an outcome or a group:
they come from the protocol, the data and the file itself.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from analysis.audit.published_matching import Counterpart, Matcher
from analysis.measures.registry import COUNTED, UNSPECIFIED
from analysis.synthesis.published import ComparedNumber, PublishedResult
from analysis.synthesis.row import RowRef
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from analysis.audit.claims import Claim
    from analysis.audit.printed import Span
    from analysis.synthesis.results import Synthesis
    from analysis.synthesis.sensitivity_results import Specified
    from schemas.review_data import ReviewData

FILE = "published/reported_statistics.csv"

AGREES = "Agrees within rounding"
ROUNDING = "Rounding: one unit of the last printed digit"
RECONSTRUCTED = "Reconstructed rows"
ERROR_IN_PRINT = "Error in print"
CONVENTION = "Convention"
OTHER_ROWS = "Other rows: the publication does not print those it pooled"
NO_UNIT = "The print does not say in which unit"
NOT_RECOMPUTED = "No such result in this edition"


def with_published(synthesis: Synthesis, root: Path) -> Synthesis:
    """Add the comparison with the published numbers.

    Parameters
    ----------
    synthesis
        The computed review.
    root
        The project's folder.

    Raises
    ------
    DataProblems
        If the file is missing or cannot be read.
    """
    path = root / FILE
    if not path.is_file():
        hint = (
            "Take the items of the kind published out of display in data/protocol.yml, or add it."
        )
        raise DataProblems([_problem("The file is missing.", hint)])
    first = synthesis
    if synthesis.flow_since is not None:
        # What was published counted the first edition; an update counts its new records only.
        from analysis.synthesis.screening_flow import first_numbers

        first = replace(synthesis, flow=first_numbers(root))
    return replace(synthesis, published=compare(first, path))


def with_published_where_shown(synthesis: Synthesis, data: ReviewData) -> Synthesis:
    """Add the comparison where a figure or table of the protocol shows it."""
    shown = any(item.kind == "published" for item in data.protocol.display)
    return with_published(synthesis, data.root) if shown else synthesis


def compare(synthesis: Synthesis, path: Path) -> tuple[PublishedResult, ...]:
    """Set every row of a file of published statistics beside its counterpart.

    Parameters
    ----------
    synthesis
        The computed review.
    path
        A table as `review audit` reads it.

    Returns
    -------
    tuple of PublishedResult
        In the order of the file.

    Raises
    ------
    DataProblems
        If the file cannot be read.
    """
    from analysis.audit.documents import read_document
    from analysis.audit.findings import ALARMS, UnreadableFile
    from analysis.audit.run import audit_claims

    try:
        claims = read_document(path).claims
    except UnreadableFile as error:
        # The report names the file by itself; no folder of this machine belongs into a message.
        what = re.sub(rf"^{re.escape(path.as_posix())}[:,] *", "", str(error))
        raise DataProblems([_problem(what, "")]) from None
    wrong = {
        finding.claim_id: next(c.name for c in finding.checks if c.verdict in ALARMS)
        for finding in audit_claims(claims)
        if finding.verdict in ALARMS
    }
    matcher = Matcher(synthesis, claims)
    return tuple(_result(claim, matcher.counterpart(claim), wrong) for claim in claims)


#: Kinds of printed numbers as measures; a count is none.
_KINDS = {"percent": COUNTED, "fraction": COUNTED, "count": "count"}


def _result(claim: Claim, found: Counterpart | None, wrong: dict[str, str]) -> PublishedResult:
    row = RowRef(FILE, int("".join(filter(str.isdecimal, claim.place)) or 0))
    name = ", ".join(part for part in (claim.outcome, claim.subgroup, claim.statistic) if part)
    if found is None:
        return PublishedResult(
            claim_id=claim.claim_id,
            group="",
            label=name,
            kind=_kind(claim),
            numbers=tuple(_numbers(claim, {})),
            reconstructed=False,
            same_unit=True,
            verdict="not recomputed",
            explanation=(NOT_RECOMPUTED,),
            row=row,
        )
    numbers = tuple(_numbers(claim, found.numbers))
    same_unit = claim.estimate is None or claim.kind != "unclear"
    agrees = same_unit and all(number.agrees for number in numbers)
    return PublishedResult(
        claim_id=claim.claim_id,
        group=found.group,
        label=found.label,
        kind=found.kind,
        numbers=numbers,
        reconstructed=found.reconstructed,
        same_unit=same_unit,
        verdict="agrees" if agrees else "differs",
        explanation=(AGREES,) if agrees else _why(claim, found, wrong.get(claim.claim_id)),
        row=row,
    )


def _problem(what: str, hint: str) -> Problem:
    return Problem(FILE, None, None, None, what, hint, "error", "published")


def _kind(claim: Claim) -> str:
    if claim.estimate is None:
        return "P"
    return _KINDS.get(claim.kind, UNSPECIFIED)


def _printed(claim: Claim) -> list[tuple[str, str, Span, float]]:
    """Give name, text, range and value of every number of a claim, proportions as fractions."""
    found = []
    in_unit = (("estimate", claim.estimate), ("ci_low", claim.low), ("ci_high", claim.high))
    for name, value in in_unit:
        if value is not None:
            span = claim.in_unit(value)
            found.append((name, value.text.rstrip("% "), span, float(span.low + span.high) / 2))
    if claim.i2 is not None:
        found.append(("i2", claim.i2.text.rstrip("% "), claim.i2.span, float(claim.i2)))
    p = claim.p_heterogeneity or claim.p_unassigned or claim.p_effect
    if p is not None:
        found.append(("p", p.text, p.span, float(p.span.low + p.span.high) / 2))
    return found


def _numbers(claim: Claim, here: dict[str, float | None]) -> list[ComparedNumber]:
    numbers = []
    for name, text, span, value in _printed(claim):
        recomputed = here.get(name)
        # A float next to the end of the range would be printed like it, too.
        slack = 1e-12 * max(1.0, abs(value))
        agrees = recomputed is not None and (
            float(span.low) - slack <= recomputed <= float(span.high) + slack
        )
        numbers.append(ComparedNumber(name, text, value, recomputed, agrees))
    return numbers


def _why(claim: Claim, found: Counterpart, check: str | None) -> tuple[str, ...]:
    """Choose the reasons for a difference, in the order in which they would have to be removed."""
    reasons = []
    if check is not None:
        reasons.append(f"{ERROR_IN_PRINT} ({check})")
    if found.reconstructed:
        reasons.append(RECONSTRUCTED)
    if claim.estimate is not None and claim.kind == "unclear":
        reasons.append(NO_UNIT)
    if reasons:
        return tuple(reasons)
    if _is_rounding(claim, found):
        return (ROUNDING,)
    same = _same_specification(claim, found.specifications)
    return (f"{CONVENTION}: {same}",) if same else (OTHER_ROWS,)


def _is_rounding(claim: Claim, found: Counterpart) -> bool:
    """Say whether every number is within one unit of its last printed digit."""
    for name, _, span, value in _printed(claim):
        here = found.numbers.get(name)
        if here is None or abs(here - value) > float(span.high - span.low) * (1 + 1e-9):
            return False
    return True


def _same_specification(claim: Claim, known: Sequence[Specified]) -> str | None:
    """Name another measure, model and interval that give the printed numbers."""
    printed = {name: span for name, _, span, _ in _printed(claim)}
    if not {"estimate", "ci_low", "ci_high"} <= printed.keys():
        return None
    for one in known:
        values = {"estimate": one.estimate, "ci_low": one.ci_low, "ci_high": one.ci_high}
        if all(
            value is not None
            and math.isfinite(value)
            and float(printed[name].low) <= value <= float(printed[name].high)
            for name, value in values.items()
        ):
            return f"{one.measure}, {one.method}, {one.test}"
    return None
