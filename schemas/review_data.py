"""The checked data of a review, and what a check found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from schemas.problems import render_problems

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pandas as pd

    from schemas.problems import Problem
    from schemas.protocol import Protocol
    from schemas.quality_records import Assessment
    from schemas.quality_tool import QualityTool


@dataclass(frozen=True, eq=False)
class ReviewData:
    """The checked data of a review.

    Every frame has the columns of its table in `schemas.tables` (data/README.md lists them) and
    `line`, the 1-based line of the file on which the row begins. Text is ``str``, whole numbers
    are ``Int64``, other numbers ``float64``; an empty cell is missing in all of them.
    `studies` also has the columns that the protocol names under `subgroups` and
    `characteristics`, and `adverse_events` the column `term`, the standard term of
    `term_reported` from `adverse_event_terms`.

    Attributes
    ----------
    root
        Folder of the review.
    protocol
        The choices of the review.
    citation_keys
        Keys in manuscript/references.bib.
    keys_by_doi
        Which of them has a DOI, written in small letters.
    quality_tools
        The tools that judge studies, by id: the program's and the team's own.
    problems
        Warnings; data with errors are never loaded.
    """

    root: Path
    protocol: Protocol
    studies: pd.DataFrame
    arms: pd.DataFrame
    outcomes: pd.DataFrame
    contrasts: pd.DataFrame
    adverse_events: pd.DataFrame
    adverse_event_terms: pd.DataFrame
    quality: pd.DataFrame
    quality_jbi: pd.DataFrame
    quality_jadad: pd.DataFrame
    certainty: pd.DataFrame
    ongoing_trials: pd.DataFrame
    comparators: pd.DataFrame
    comparator_events: pd.DataFrame
    awaiting_extraction: pd.DataFrame
    searches: pd.DataFrame
    records: pd.DataFrame
    record_merges: pd.DataFrame
    record_studies: pd.DataFrame
    screening: pd.DataFrame
    flow: pd.DataFrame
    prisma_checklist: pd.DataFrame
    deviations: pd.DataFrame
    citation_keys: frozenset[str]
    keys_by_doi: Mapping[str, str]
    quality_tools: Mapping[str, QualityTool]
    problems: tuple[Problem, ...]

    @cached_property
    def assessments(self) -> tuple[Assessment, ...]:
        """The studies' quality, from quality.csv and the tables of older editions alike."""
        from schemas.quality_records import OLD_TABLES, assessments, quality_records

        names = ("quality", *OLD_TABLES)
        frames = {name: getattr(self, name) for name in names}
        return assessments(quality_records(frames), self.quality_tools)


@dataclass(frozen=True, eq=False)
class CheckReport:
    """What `check_review` found.

    Attributes
    ----------
    problems
        Errors and warnings of all files, sorted by file and line.
    data
        The data when there is no error, otherwise None.
    notes
        What was met and read without trouble, such as a byte-order mark.
    """

    problems: tuple[Problem, ...]
    data: ReviewData | None
    notes: tuple[str, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that stop a build."""
        return tuple(p for p in self.problems if p.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that are printed and looked at."""
        return tuple(p for p in self.problems if p.severity == "warning")


def render_report(report: CheckReport) -> str:
    """Write a report as plain text; the last line counts errors and warnings."""
    text = render_problems(report.problems)
    if not report.notes:
        return text
    return "\n".join([*(f"Note: {note}" for note in report.notes), "", text])
