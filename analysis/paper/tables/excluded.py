"""Table of the full texts that were read and excluded: each report, or the numbers by reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from analysis.formatting.numbers import count
from analysis.paper.tables.assembly import Column, Line, assemble, visible
from analysis.paper.tables.cells import NOT_REPORTED, abbreviations_note, sentence, text
from analysis.paper.tables.links import doi

if TYPE_CHECKING:
    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.listings import ExcludedReport, FlowStage
    from analysis.synthesis.results import Synthesis

_STAGE: Final = "full texts excluded"
_COLUMNS: Final = (Column("reason", "Reason"), Column("reports", "Full texts", "right"))
_REPORT_COLUMNS: Final = (Column("report", "Report"), Column("reason", "Reason"))
_NOTHING: Final = "No exclusion of a full text has been recorded."
_MOST_AUTHORS: Final = 3


def build(synthesis: Synthesis) -> Table:
    """Build the table: each excluded report where the review has a log of its screening.

    Reports of editions whose records exist only as numbers are counted by reason, a reason a row,
    with their sum where every number is known.
    """
    if synthesis.flow_from_log:
        return _listed(synthesis.excluded)
    stages = [stage for stage in synthesis.flow if stage.stage == _STAGE]
    body = [_line(stage) for stage in stages]
    numbers = [stage.records for stage in stages if stage.records is not None]
    if len(stages) > 1 and len(numbers) == len(stages):
        body.append(Line(("<strong>All reasons</strong>", count(sum(numbers)))))
    notes = [
        "The single reports are not listed: only their numbers by reason are recorded.",
        abbreviations_note(visible(_COLUMNS, body), {NOT_REPORTED: "not reported"}),
    ]
    return assemble(_COLUMNS, body, notes if body else [], _NOTHING)


def _line(stage: FlowStage) -> Line:
    reason = "Reason not recorded" if stage.reason is None else sentence(stage.reason)
    return Line((reason, NOT_REPORTED if stage.records is None else count(stage.records)))


def _listed(reports: tuple[ExcludedReport, ...]) -> Table:
    body = [
        Line((_reference(report), _reason(report)), _group(report.edition)) for report in reports
    ]
    numbers_only = any(report.edition is not None for report in reports)
    notes = ["Reports of editions whose records exist only as numbers are not listed singly."]
    return assemble(_REPORT_COLUMNS, body, notes if numbers_only else [], _NOTHING)


def _group(edition: str | None) -> str:
    return "Screened in this review" if edition is None else f"Version {edition}, numbers only"


def _reason(report: ExcludedReport) -> str:
    return "Reason not recorded" if report.reason is None else sentence(report.reason)


def _reference(report: ExcludedReport) -> str:
    if report.edition is not None:
        if report.reports is None:
            return "Number of reports not reported"
        return f"{count(report.reports)} {'report' if report.reports == 1 else 'reports'}"
    parts = [
        _authors(report.authors),
        report.title or "Title not recorded",
        " ".join(str(part) for part in (report.source_title, report.year) if part is not None),
    ]
    reference = ". ".join(text(part.rstrip(". ")) for part in parts if part) + "."
    return reference if report.doi is None else f"{reference} {doi(report.doi)}"


def _authors(authors: str | None) -> str:
    names = [name for name in (authors or "").split("; ") if name]
    more = " et al" if len(names) > _MOST_AUTHORS else ""
    # Family, Given: the comma would look like one between two authors.
    return ", ".join(name.replace(",", "") for name in names[:_MOST_AUTHORS]) + more
