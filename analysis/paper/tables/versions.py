"""Table of the versions of the review: when, why, and what each of them found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.dates import written
from analysis.paper.tables.assembly import Column, Line, assemble
from analysis.paper.tables.cells import abbreviations_note, lines, text, whole
from analysis.paper.version_wording import headline_shown, row_counts
from analysis.synthesis.present_version import unreleased_history

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.paper.tables.assembly import Table
    from analysis.synthesis.results import Synthesis
    from analysis.synthesis.versions import Version

_FIRST = "First version"
_OPEN = "Not released"


def build(synthesis: Synthesis) -> Table:
    """Build the table, a version a row, the newest first."""
    history = synthesis.history or unreleased_history(synthesis)
    counted = row_counts(history.versions)
    columns = (
        Column("version", "Version"),
        Column("date", "Date"),
        Column("summary", "What is new"),
        Column("studies", "Studies", "right"),
        Column("rows", f"Rows {', '.join(counted.values())}", "center"),
        Column("results", "Pooled outcomes"),
    )
    body = [_line(version, counted) for version in reversed(history.versions)]
    shown = " ".join(cell for line in body for cell in line.cells)
    notes = [
        "Pooled outcomes are estimates with their confidence intervals, as printed then.",
        abbreviations_note(shown, synthesis.abbreviations),
    ]
    return assemble(columns, body, notes, _FIRST)


def _line(version: Version, counted: Iterable[str]) -> Line:
    counts = [whole(version.rows.get(name, 0)) for name in counted]
    return Line(
        (
            text(version.edition),
            _OPEN if version.date is None else text(written(version.date)),
            text(version.summary or (_FIRST if version.kind == "first" else _OPEN)),
            whole(version.studies),
            ", ".join(counts),
            lines(f"{text(entry.label)}: {headline_shown(entry)}" for entry in version.headline),
        )
    )
