"""Whether each study is judged, with a tool that fits its design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.checks.judgements import check_judgements
from schemas.vocabulary import DESIGNS, RANDOMISED_DESIGNS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.checks.context import Context, Row

# Table of an older edition, name of the tool, and whether it is meant for randomised trials.
_TOOLS = (
    ("quality_jadad", "The Jadad items are for randomised trials", True),
    ("quality_jbi", "The JBI checklist for case series is not for randomised trials", False),
)
_TABLES = ("quality", *(table for table, _, _ in _TOOLS))


def check_quality(context: Context) -> None:
    """Check that no study is left out, that tools fit designs, and what is judged."""
    studies = context.studies()
    _check_judged(context, studies)
    for table, sentence, for_randomised in _TOOLS:
        for row in context.rows(table):
            design = _design_of(row, studies)
            if design is not None and (design in RANDOMISED_DESIGNS) != for_randomised:
                other = "data/quality_jbi.csv" if for_randomised else "data/quality_jadad.csv"
                row.report(
                    "quality-design",
                    "study_id",
                    f"{sentence}; this study is recorded as: {DESIGNS[design].lower()} "
                    f"(line {studies[row.text('study_id') or ''].line} of data/studies.csv).",
                    f"Move the row to {other}, or correct the design.",
                )
    told: set[tuple[str | None, str | None]] = set()
    for row in context.rows("quality"):
        design = _design_of(row, studies, told)
        tool = context.tools.get(row.text("tool") or "")
        pair = row.text("study_id"), row.text("tool")
        if tool is None or design is None or pair in told:
            continue
        if tool.designs and design not in tool.designs:
            told.add(pair)
            row.report(
                "quality-design",
                "tool",
                f"{tool.label} is not made for this study, recorded as: {DESIGNS[design].lower()} "
                f"(line {studies[row.text('study_id') or ''].line} of data/studies.csv).",
                "Look whether another tool fits, or correct the design.",
                "warning",
            )
    check_judgements(context)


def _design_of(
    row: Row, studies: Mapping[str, Row], told: set[tuple[str | None, str | None]] | None = None
) -> str | None:
    """Give the design of the row's study, None where nothing more is to be said about the row."""
    study = studies.get(row.text("study_id") or "")
    design = study.text("design") if study is not None else None
    if study is None or design is None or design not in DESIGNS:
        return None
    if study.text("evidence") != "reconstructed":
        return design
    pair = row.text("study_id"), row.text("tool")
    if told is None or pair not in told:
        row.report(
            "quality-of-reconstructed",
            "study_id",
            "This study is reconstructed: it has no report that could be judged.",
            "Delete the row.",
        )
    if told is not None:
        told.add(pair)
    return None


def _check_judged(context: Context, studies: Mapping[str, Row]) -> None:
    """Name the real studies that are judged in no table."""
    for table in _TABLES:
        # A file that is not there holds nothing; of one that cannot be read nobody knows.
        if not context.knows(table, "study_id") and context.tables[table].source.problems:
            return
    if not any(context.knows(table, "study_id") for table in _TABLES):
        return  # the review has not begun a table of quality
    # Also rows whose other cells are broken: their study is not forgotten.
    judged = {
        name for table in _TABLES for name in context.tables[table].frame["study_id"].dropna()
    }
    old = any(len(context.tables[table].frame) for table, _, _ in _TOOLS)
    forgotten: list[tuple[Row, str]] = []
    for name, study in studies.items():
        design = study.text("design")
        is_real = study.text("evidence") not in {None, "reconstructed"}
        if is_real and design in DESIGNS and name not in judged:
            randomised = design in RANDOMISED_DESIGNS
            table = next(table for table, _, of_trials in _TOOLS if of_trials == randomised)
            forgotten.append((study, table if old else "quality"))
    if not judged and len(forgotten) > 1:
        # Not begun yet: sixty times the same would hide what else is.
        forgotten[0][0].report(
            "study-not-judged",
            "study_id",
            f"The quality of none of the {len(forgotten)} studies is judged.",
            "Add rows for each to data/quality.csv, by a tool that fits its design.",
            "warning",
        )
        return
    for study, table in forgotten:
        study.report(
            "study-not-judged",
            "study_id",
            "The quality of this study is not judged.",
            f"Add its row to data/{table}.csv; an answer that cannot be found is unclear."
            if old
            else "Add its rows to data/quality.csv; what cannot be judged has an answer too.",
            "warning",
        )
