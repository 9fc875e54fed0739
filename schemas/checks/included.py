"""The included studies: those that the flow of records counts and those that the tables hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.checks.identity import registrations
from schemas.checks.screening import log_of
from schemas.editions import released_editions
from schemas.reported_studies import new_studies, reported_studies, study_names

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.checks.context import Context, Row
    from schemas.reported_studies import ReportedStudy

_TABLE = "data/studies.csv"


def check_included(context: Context, counted: Mapping[str, tuple[Row, int | None]]) -> None:
    """Compare the studies in the tables with those that were included.

    Parameters
    ----------
    context
        All tables.
    counted
        For each edition whose records exist only as numbers, the row of flow.csv with the studies
        that it included, and their number.
    """
    if not context.knows("studies", "study_id") or context.tables["studies"].source.broken_lines:
        return  # a row that cannot be read is a study that cannot be counted
    numbers = [number for _, number in counted.values()]
    log = log_of(context)
    if None in numbers or log is None or not (numbers or log.searches):
        return
    published = sum(number or 0 for number in numbers)
    tables = len(context.studies())
    if not log.searches:
        _compare_numbers(next(iter(counted.values()))[0], published, tables)
        return
    ids = names_of_studies(context)
    found = new_studies(
        reported_studies(log.states.values(), ids), _earlier_studies(context, frozenset(counted))
    )
    _report_not_extracted(context, [study for study in found if not study.study_ids])
    extracted = {name for study in found for name in study.study_ids}
    if published + len(extracted) == tables:
        return
    before = f"{published} in earlier editions and " if counted else ""
    # Teams extract the first studies while they still screen: what is open may bring the others.
    waiting = sum(not state.settled for state in log.states.values())
    still = f" The decision on {waiting} records is still open." if waiting else ""
    context.tables["screening"].source.report(
        "flow-included",
        f"{before}{len(extracted)} new studies with rows in {_TABLE} were included, but it has "
        f"{tables} studies.{still}",
        "Each new study needs a record that was included in full text and is said to report it "
        "(`review search group`). Look for a study that came in without screening, or for a record "
        "whose study an earlier edition included.",
        severity="warning" if waiting else "error",
    )


def names_of_studies(context: Context) -> dict[str, str]:
    """Give the id of every study in studies.csv by each of its names."""
    columns = ("registry_id", "source", "evidence")
    return {
        name: study
        for study, row in context.studies().items()
        for name in study_names(study, *(row.text(column) or "" for column in columns))
    }


def _earlier_studies(context: Context, editions: frozenset[str]) -> frozenset[str]:
    if context.root is None:
        return frozenset()
    return frozenset().union(
        *(e.studies for e in released_editions(context.root) if e.name in editions)
    )


def _compare_numbers(row: Row, included: int, tables: int) -> None:
    if included != tables:
        row.report(
            "flow-included",
            "records",
            f"{included} studies are included here, {_TABLE} has {tables}.",
            "Update the flow of records when a study is added or left out. If the new study is one "
            "that a reconstructed study stands for, delete the rows of the reconstructed one "
            "instead.",
            "warning",
        )


def _report_not_extracted(context: Context, studies: list[ReportedStudy]) -> None:
    """Name included studies that are neither extracted nor on the list of those that wait."""
    waiting = {
        name
        for row in context.rows("awaiting_extraction", "study_id")
        for name in (row.text("study_id"), *registrations(row))
    }
    last = {
        row.text("record_id"): row
        for row in context.rows("screening", "record_id", "stage")
        if row.text("stage") == "full_text"
    }
    for study in studies:
        row = last.get(study.records[0])
        if row is None or study.names & waiting:
            continue
        row.report(
            "screening-not-extracted",
            "record_id",
            f"The record was included, but its study is not in {_TABLE}.",
            "Extract it and say which study the record reports (`review search group`), or add the "
            "study to data/awaiting_extraction.csv.",
            "warning",
        )
