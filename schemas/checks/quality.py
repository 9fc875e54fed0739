"""Whether each study is judged with the tool that fits its design."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.vocabulary import DESIGNS, RANDOMISED_DESIGNS

if TYPE_CHECKING:
    from schemas.checks.context import Context

# Table, name of the tool, and whether it is meant for randomised trials.
_TOOLS = (
    ("quality_jadad", "The Jadad items are for randomised trials", True),
    ("quality_jbi", "The JBI checklist for case series is not for randomised trials", False),
)


def check_quality(context: Context) -> None:
    """Check the design of the studies in the two quality tables."""
    studies = context.studies()
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
