"""Whether each study is judged, with the tool that fits its design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.vocabulary import DESIGNS, RANDOMISED_DESIGNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.checks.context import Context, Row

# Table, name of the tool, and whether it is meant for randomised trials.
_TOOLS = (
    ("quality_jadad", "The Jadad items are for randomised trials", True),
    ("quality_jbi", "The JBI checklist for case series is not for randomised trials", False),
)


def check_quality(context: Context) -> None:
    """Check the design of the studies in the two quality tables, and that none is left out."""
    studies = context.studies()
    _check_judged(context, studies)
    for table, sentence, for_randomised in _TOOLS:
        for row in context.rows(table):
            study = studies.get(row.text("study_id") or "")
            design = study.text("design") if study is not None else None
            if study is None or design is None or design not in DESIGNS:
                continue
            if study.text("evidence") == "reconstructed":
                row.report(
                    "quality-of-reconstructed",
                    "study_id",
                    "This study is reconstructed: it has no report that could be judged.",
                    "Delete the row.",
                )
            elif (design in RANDOMISED_DESIGNS) != for_randomised:
                other = "data/quality_jbi.csv" if for_randomised else "data/quality_jadad.csv"
                row.report(
                    "quality-design",
                    "study_id",
                    f"{sentence}; this study is recorded as: {DESIGNS[design].lower()} "
                    f"(line {study.line} of data/studies.csv).",
                    f"Move the row to {other}, or correct the design.",
                )


def _check_judged(context: Context, studies: Mapping[str, Row]) -> None:
    """Name the real studies that are judged in neither table."""
    if not all(context.knows(table, "study_id") for table, _, _ in _TOOLS):
        return
    # Also rows whose other cells are broken: their study is not forgotten.
    judged = {
        name for table, _, _ in _TOOLS for name in context.tables[table].frame["study_id"].dropna()
    }
    forgotten: list[tuple[Row, str]] = []
    for name, study in studies.items():
        design = study.text("design")
        is_real = study.text("evidence") not in {None, "reconstructed"}
        if is_real and design in DESIGNS and name not in judged:
            randomised = design in RANDOMISED_DESIGNS
            table = next(table for table, _, of_trials in _TOOLS if of_trials == randomised)
            forgotten.append((study, table))
    if not judged and len(forgotten) > 1:
        # Not begun yet, or judged by another tool: sixty times the same would hide what else is.
        forgotten[0][0].report(
            "study-not-judged",
            "study_id",
            f"The quality of none of the {len(forgotten)} studies is judged.",
            "Add a row for each to data/quality_jbi.csv, for a randomised trial to "
            "data/quality_jadad.csv; an answer that cannot be found is unclear.",
            "warning",
        )
        return
    for study, table in forgotten:
        study.report(
            "study-not-judged",
            "study_id",
            "The quality of this study is not judged.",
            f"Add its row to data/{table}.csv; an answer that cannot be found is unclear.",
            "warning",
        )
