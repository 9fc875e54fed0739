"""Brings the ongoing trials up to date from an export: all tables together, or none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from analysis.storage.changeset import replace_files, writing
from analysis.storage.table_files import read_table, table_bytes, table_path
from analysis.update.registry.export_file import page_notes, read_export
from analysis.update.registry.rows import awaiting_row, ongoing_row, refuse_unfit
from analysis.update.registry.update import RegistryUpdate, compare
from schemas.problems import DataProblems, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from analysis.update.registry.trial import RegisteredTrial

ALL: Final = "all"
_ONGOING: Final = "ongoing_trials"
_AWAITING: Final = "awaiting_extraction"


@dataclass(frozen=True, slots=True)
class RegistryReport:
    """What was read and written.

    Attributes
    ----------
    file
        Name of the export.
    trials
        Number of records in it.
    update
        What it says about the review's trials.
    added, proposed
        NCT numbers that were put into ongoing_trials.csv and awaiting_extraction.csv.
    written
        Paths of the files that changed.
    dry_run
        Whether nothing was to be written.
    """

    file: str
    trials: int
    update: RegistryUpdate
    added: tuple[str, ...]
    proposed: tuple[str, ...]
    written: tuple[str, ...]
    dry_run: bool


def read_registry(
    root: Path,
    export: Path,
    day: str,
    *,
    add: Sequence[str] = (),
    propose: Sequence[str] = (),
    dry_run: bool = False,
    progress: Callable[[float, str], None] = lambda share, step: None,
) -> RegistryReport:
    """Read an export of ClinicalTrials.gov and update the review's tables.

    Parameters
    ----------
    root
        The project's folder.
    export
        JSON or CSV from ClinicalTrials.gov.
    day
        Day on which it was downloaded, YYYY-MM-DD.
    add
        NCT numbers of the file to add to ongoing_trials.csv, or ``all``.
    propose
        NCT numbers with posted results to add to awaiting_extraction.csv, or ``all``.
    dry_run
        Only say what would change.
    progress
        Told which share of the work is done, 0 to 1, and what is being done.

    Raises
    ------
    DataProblems
        If the export or a table cannot be read, a number is not in the file, or the registry's
        words may not stand in a table; nothing is changed then.
    """
    progress(0.0, "reading the download")
    trials = read_export(export)
    with writing(root):
        progress(0.6, f"comparing {len(trials)} trials")
        columns, ongoing = read_table(root, _ONGOING)
        awaiting_columns, awaiting = read_table(root, _AWAITING)
        _, included = read_table(root, "studies")
        update = compare(trials, ongoing, included=included, awaiting=awaiting, day=day)
        fresh = _chosen(update.new, add, "--add", export.name)
        waiting = [entry.trial for entry in update.results if entry.known == "no"]
        proposed = _chosen(waiting, propose, "--propose", export.name)
        # Of trials that are in the table already, `compare` has said it.
        unread = [f"{t.registry_id}: {words}." for t in (*fresh, *proposed) for words in t.unread]
        notes = (*page_notes(export), *update.notes, *dict.fromkeys(unread))
        update = replace(update, notes=tuple(dict.fromkeys(notes)))
        contents: dict[str, bytes] = {}
        if update.changes or fresh:
            rows = [*update.rows, *(ongoing_row(trial, day) for trial in fresh)]
            refuse_unfit(_ONGOING, columns, rows, table_path(_ONGOING))
            contents[table_path(_ONGOING)] = table_bytes(columns, rows)
        if proposed:
            rows = [*awaiting, *(awaiting_row(trial, day) for trial in proposed)]
            refuse_unfit(_AWAITING, awaiting_columns, rows, table_path(_AWAITING))
            contents[table_path(_AWAITING)] = table_bytes(awaiting_columns, rows)
        if contents and not dry_run:
            replace_files(root, contents)
    progress(1.0, "done")
    return RegistryReport(
        file=export.name,
        trials=len(trials),
        update=update,
        added=tuple(trial.registry_id for trial in fresh),
        proposed=tuple(trial.registry_id for trial in proposed),
        written=() if dry_run else tuple(contents),
        dry_run=dry_run,
    )


def _chosen(
    offered: Iterable[RegisteredTrial], names: Sequence[str], option: str, file: str
) -> list[RegisteredTrial]:
    trials = {trial.registry_id: trial for trial in offered}
    wanted = [name.strip().upper() for name in names]
    if ALL.upper() in wanted:
        return list(trials.values())
    absent = [name for name in wanted if name not in trials]
    if absent:
        listed = ", ".join(trials) or "none"
        problems = [
            Problem(
                file,
                None,
                None,
                name,
                f"{option} cannot take this trial: it is not among those that the file offers.",
                f"It offers: {listed}.",
                "error",
                "registry-choice",
            )
            for name in absent
        ]
        raise DataProblems(problems)
    return [trials[name] for name in dict.fromkeys(wanted)]
