"""How each row is known: source and place, and what a reconstructed row must not carry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas.vocabulary import EVIDENCE

if TYPE_CHECKING:
    from schemas.checks.context import Context, Row

_WITH_EVIDENCE = (
    "studies",
    "arms",
    "outcomes",
    "contrasts",
    "adverse_events",
    "quality",
    "quality_jbi",
    "quality_jadad",
    "comparator_events",
    "flow",
)
_WITH_SOURCE_ALWAYS = ("comparators", "ongoing_trials")
_OF_STUDIES = (
    *("arms", "outcomes", "contrasts", "adverse_events"),
    *("quality", "quality_jbi", "quality_jadad"),
)
# What a row has to say besides its source, by its evidence.
_NEEDED = {
    "verified": {"location": "The row is verified but does not say where it was read."},
    "derived": {"note": "The row is derived but does not say how."},
    "data set": {
        "location": "The row is from a data set but does not name it and its place there."
    },
}
# A name with a year of publication: "Zhou 2025", "Chen S et al. 2023", "ChenS2023".
_AUTHOR_YEAR = re.compile(r"^[^\W\d_][^\d]*(19|20)\d{2}[a-z]?\b", re.UNICODE)
_WORDS = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", re.UNICODE)


def check_evidence(context: Context) -> None:
    """Check that every row says how it is known and can be found again."""
    for table in _WITH_EVIDENCE:
        for row in context.rows(table):
            _check_row(row)
    for table in _WITH_SOURCE_ALWAYS:
        for row in context.rows(table):
            _require(row, "source", "The row has no source.")
    for row in context.rows("studies"):
        if row.text("evidence") == "reconstructed":
            _check_reconstructed(row, context.references.family_names)
        elif row.text("evidence") is not None:
            _require(row, "citation_key", "The study is real but cites no report.")
    _check_rows_of_studies(context)


def _require(row: Row, column: str, what: str) -> None:
    if column in row.values and not row.has(column):
        hints = {
            "source": "Give the DOI of the report in which you read it.",
            "location": "Say where in the report or data set: page, table, figure, abstract, file.",
            "note": "Say in the note from what and how it was computed.",
            "citation_key": "Add the report to manuscript/references.bib and give its key here.",
        }
        row.report(f"evidence-{column}", column, what, hints[column])


def _check_row(row: Row) -> None:
    evidence = row.text("evidence")
    if evidence is None:
        if row.has("events", "percent_reported") and "comparator_id" in row.values:
            row.report(
                "evidence-missing",
                "evidence",
                "The row has numbers but does not say how they are known.",
                f"Write one of: {', '.join(EVIDENCE)}.",
            )
        return
    if evidence == "reconstructed":
        return
    _require(row, "source", f"The row is {evidence} but has no source.")
    for column, what in _NEEDED.get(evidence, {}).items():
        _require(row, column, what)


def _check_reconstructed(row: Row, family_names: frozenset[str]) -> None:
    for column in ("citation_key", "registry_id"):
        if row.has(column):
            row.report(
                f"reconstructed-{column.replace('_', '-')}",
                column,
                "A reconstructed study stands for no real study, so it cannot carry this.",
                "Empty the cell, or extract the real study and mark its rows verified.",
            )
    for column in ("study_id", "label"):
        name = row.text(column)
        if name is not None and _names_a_study(name, family_names):
            row.report(
                "reconstructed-name",
                column,
                "A reconstructed study must not carry a real study's name.",
                "Give it a name that no reader can take for a report, such as Reconstructed 1.",
            )


def _names_a_study(name: str, family_names: frozenset[str]) -> bool:
    if _AUTHOR_YEAR.match(name):
        return True
    return any(word.casefold() in family_names for word in _WORDS.findall(name))


def _check_rows_of_studies(context: Context) -> None:
    studies = context.studies()
    for table in _OF_STUDIES:
        for row in context.rows(table):
            study = studies.get(row.text("study_id") or "")
            evidence = row.text("evidence")
            if study is None or evidence is None or study.text("evidence") is None:
                continue
            study_is_real = study.text("evidence") != "reconstructed"
            if evidence == "reconstructed" and study_is_real:
                row.report(
                    "reconstructed-row-of-real-study",
                    "evidence",
                    f"{study.text('label')} is a real study, but this row is reconstructed.",
                    "Delete the row, or read the number in the report.",
                )
            elif evidence == "verified" and not study_is_real:
                row.report(
                    "verified-row-of-reconstructed-study",
                    "evidence",
                    "The row is verified, but its study is reconstructed and has no report.",
                    "Look which of the two is wrong: this row or its row in data/studies.csv.",
                )
