"""What a review lists beside its results: trials, searches, reports, as their tables have them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.synthesis.row import RowRef


@dataclass(frozen=True, slots=True)
class OngoingTrial:
    """A registered trial without results; every text is as the registry has it."""

    registry_id: str
    title: str
    phase: str | None
    regimen: str | None
    population: str | None
    target_n: int | None
    primary_outcome: str | None
    status: str | None
    status_date: str | None
    sponsor: str | None
    start: str | None
    row: RowRef
    primary_completion: str | None = None
    primary_completion_type: str | None = None
    completion: str | None = None
    completion_type: str | None = None
    results_posted: bool | None = None


@dataclass(frozen=True, slots=True)
class Comparator:
    """A result of another treatment, quoted for comparison.

    ``topic`` is an outcome's id, or the id of an adverse event (``Hypertension, >=3``). Estimates
    of proportions are fractions; None means not reported.
    """

    comparator_id: str
    label: str
    regimen: str
    topic: str
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    events: int | None
    n: int | None
    source: str
    note: str | None
    row: RowRef


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A study that is probably eligible and whose results have not been read."""

    study_id: str
    citation_key: str | None
    title: str
    design: str | None
    partner: str | None
    n_planned: int | None
    registry_id: str | None
    doi: str | None
    why_waiting: str | None
    row: RowRef


@dataclass(frozen=True, slots=True)
class EvidenceCount:
    """How many studies and rows stand on which evidence."""

    table: str
    verified: int
    derived: int
    data_set: int
    reconstructed: int

    @property
    def rows(self) -> int:
        """All rows that say how they are known."""
        return self.verified + self.derived + self.data_set + self.reconstructed


@dataclass(frozen=True, slots=True)
class FlowStage:
    """A box of the flow diagram, or one reason or source within it.

    ``records`` is None where the number was not reported, ``row`` where it was counted from the
    screening log.
    """

    stage: str
    reason: str | None
    records: int | None
    row: RowRef | None


@dataclass(frozen=True, slots=True)
class ExcludedReport:
    """A report that was excluded in full text, or a number of them of which only that is known.

    Attributes
    ----------
    edition
        Edition that excluded it, where its records exist only as numbers; otherwise None.
    authors, year, title, source_title, doi
        The report; all None where only the number is known.
    reason
        Why it was excluded, as the protocol prints it.
    reports
        1 for a report; None where the number was not reported.
    row
        Its record, or the row of the flow table.
    """

    edition: str | None
    authors: str | None
    year: int | None
    title: str | None
    source_title: str | None
    doi: str | None
    reason: str | None
    reports: int | None
    row: RowRef


@dataclass(frozen=True, slots=True)
class Search:
    """One database search as it was run."""

    database: str
    date: str
    query: str
    records: int | None
    row: RowRef
    kind: str = "database"
