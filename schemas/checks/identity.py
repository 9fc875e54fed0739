"""Keys that refer to other rows, tables and files."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from schemas.checks.context import Context, Row

# So many studies in one report are a data set, not a slip.
_A_DATA_SET = 5
_TABLES_OF_STUDIES = (
    *("arms", "outcomes", "contrasts", "adverse_events"),
    *("quality", "quality_jbi", "quality_jadad"),
)


def check_identity(context: Context) -> None:
    """Check that what a key names exists, and that nothing is there twice under two names."""
    _check_names(context)
    _check_studies_exist(context)
    _check_citation_keys(context)
    _check_registrations(context)
    _check_waiting(context)
    _check_comparators(context)


def _check_names(context: Context) -> None:
    """Names that a reader cannot tell apart; the same id twice is told with the table's key."""
    for column in ("study_id", "label"):
        first: dict[str, tuple[str, int]] = {}
        for row in context.rows("studies"):
            name = row.text(column)
            if name is None:
                continue
            other, line = first.setdefault(name.casefold(), (name, row.line))
            if line != row.line and (column == "label" or other != name):
                row.report(
                    "name-repeated",
                    column,
                    f'Line {line} has the name "{other}".',
                    "Give each study a name that readers can tell apart, such as 2023a and 2023b.",
                )


def _check_studies_exist(context: Context) -> None:
    if not context.knows("studies", "study_id"):
        return
    # Broken rows count too: their id is most likely right, and one message is enough.
    known = set(context.tables["studies"].frame["study_id"].dropna())
    for table in _TABLES_OF_STUDIES:
        for row in context.rows(table):
            name = row.text("study_id")
            if name is not None and name not in known:
                row.report(
                    "study-unknown",
                    "study_id",
                    "There is no study of this name in data/studies.csv.",
                    f"{did_you_mean(name, known)}Correct the name, or add the study's row first.",
                )
    if not context.knows("outcomes", "study_id"):
        return
    told = set(context.tables["outcomes"].frame["study_id"].dropna())
    for table in ("contrasts", "adverse_events"):
        told |= set(context.tables[table].frame["study_id"].dropna())
    for name, row in context.studies().items():
        if name not in told:
            row.report(
                "study-without-results",
                "study_id",
                "No outcome and no adverse event of this study is recorded.",
                "Add its rows to data/outcomes.csv; look for the name in another spelling there.",
                "warning",
            )


def _check_citation_keys(context: Context) -> None:
    if not context.references.readable:
        return
    for table in ("studies", "awaiting_extraction"):
        citing: dict[str, list[Row]] = defaultdict(list)
        for row in context.rows(table):
            key = row.text("citation_key")
            if key is not None:
                citing[key].append(row)
        for key, rows in citing.items():
            if key not in context.references.keys:
                rows[0].report(
                    "citation-unknown",
                    "citation_key",
                    "This key is not in manuscript/references.bib.",
                    did_you_mean(key, context.references.keys)
                    + "Add the report to the reference list, or correct the key.",
                )
            elif len(rows) > 1:
                _report_one_report(rows)


def _report_one_report(rows: list[Row]) -> None:
    """Say once that several studies cite one report; of a data set of many that is meant."""
    if len(rows) >= _A_DATA_SET:
        rows[1].table.source.notes.append(
            f"{rows[0].table.source.file}: {len(rows)} studies cite "
            f"{rows[0].text('citation_key')}; it was taken for the data set they are from."
        )
        return
    lines = " and ".join(str(row.line) for row in rows[:-1])
    rows[-1].report(
        "citation-repeated",
        "citation_key",
        f"The same report is cited in line {lines}.",
        "Two studies in one report? If it is one study with groups, use cohorts.",
        "warning",
    )


def _check_registrations(context: Context) -> None:
    included: dict[str, Row] = {}
    for row in context.rows("studies"):
        for registration in registrations(row):
            if registration in included:
                row.report(
                    "registration-repeated",
                    "registry_id",
                    f"Line {included[registration].line} has the same registration.",
                    "The same trial twice would be counted twice. Use one study with cohorts.",
                )
            included.setdefault(registration, row)
    for row in context.rows("ongoing_trials"):
        for registration in registrations(row):
            if registration in included:
                row.report(
                    "registration-included",
                    "registry_id",
                    f"This trial is already included: line {included[registration].line} of "
                    "data/studies.csv.",
                    "Delete the row here when its results are extracted.",
                    "warning",
                )


def registrations(row: Row) -> Iterable[str]:
    """Give the registrations in a cell, which are separated by semicolons."""
    return [part.strip() for part in (row.text("registry_id") or "").split(";") if part.strip()]


def _check_waiting(context: Context) -> None:
    studies = context.studies()
    cited = {row.text("citation_key"): row for row in studies.values()} if studies else {}
    for row in context.rows("awaiting_extraction"):
        name, key = row.text("study_id"), row.text("citation_key")
        found = studies.get(name or "") or (cited.get(key) if key else None)
        if found is not None:
            row.report(
                "waiting-included",
                "study_id",
                f"This study is already in line {found.line} of data/studies.csv.",
                "Delete the row here once its numbers are extracted.",
                "warning",
            )


def _check_comparators(context: Context) -> None:
    """One comparator has one printed name in both of its tables."""
    first: dict[str, tuple[str, Row]] = {}
    for table in ("comparators", "comparator_events"):
        for row in context.rows(table):
            name, label = row.text("comparator_id"), row.text("label")
            if name is None or label is None:
                continue
            other, other_row = first.setdefault(name, (label, row))
            if other != label:
                row.report(
                    "comparator-label",
                    "label",
                    f'The comparator {name} is called "{other}" in line {other_row.line} of '
                    f"{other_row.table.source.file}.",
                    "Give it one name, or another comparator_id if it is another study.",
                )
