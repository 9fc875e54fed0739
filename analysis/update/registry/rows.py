"""New rows of the review's tables from trials of the registry, and whether they may stand there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.update.registry.update import values_of
from schemas.cells import type_cells
from schemas.problems import DataProblems
from schemas.reading import FileText
from schemas.tables import MODELS
from schemas.translation import check_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.update.registry.trial import RegisteredTrial
    from analysis.update.registry.update import Row


def ongoing_row(trial: RegisteredTrial, day: str) -> Row:
    """Make the row of ongoing_trials.csv of a trial that the table does not have yet."""
    return {
        **values_of(trial),
        "registry_id": trial.registry_id,
        "title": trial.title or trial.registry_id,
        "regimen": trial.interventions or "",
        "population": trial.conditions or "",
        "primary_outcome": trial.primary_outcome or "",
        "status_date": day if trial.status else "",
        "source": "ClinicalTrials.gov",
        "note": "taken from the registry; regimen as its list of interventions",
    }


def awaiting_row(trial: RegisteredTrial, day: str) -> Row:
    """Make the row of awaiting_extraction.csv of a trial whose results are posted."""
    return {
        "study_id": trial.registry_id,
        "title": trial.title or trial.registry_id,
        "n_planned": str(trial.enrollment) if trial.enrollment else "",
        "registry_id": trial.registry_id,
        "why_waiting": f"results are posted in the registry (seen on {day}) and were not read",
    }


def refuse_unfit(name: str, columns: Sequence[str], rows: Sequence[Row], file: str) -> None:
    """Refuse rows that the checks of the table would refuse, before they are written.

    Parameters
    ----------
    name
        Name of the table.
    columns
        Columns of its file.
    rows
        All of its rows.
    file
        Where the rows come from, for the messages.

    Raises
    ------
    DataProblems
        If a cell is not what its column holds, such as a title that begins like a formula.
    """
    lines = [
        (number, [row.get(column, "") for column in columns])
        for number, row in enumerate(rows, start=2)
    ]
    source = FileText(file, header=list(columns), written=list(columns), rows=lines)
    schema = MODELS[name].to_schema()
    check_columns(type_cells(source, schema), schema)
    errors = [problem for problem in source.problems if problem.severity == "error"]
    if errors:
        raise DataProblems(errors)
