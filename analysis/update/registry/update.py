"""What an export of the registry changes in the review's tables, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from analysis.update.registry.trial import RegisteredTrial

Row = dict[str, str]

# What the registry knows best: taken over whatever stood there, and listed.
_TAKEN_OVER: Final = ("start", "primary_completion", "completion")
# What a person may have read elsewhere: only filled where nothing stands.
_FILLED: Final = ("phase", "target_n", "sponsor")
_TYPES: Final = {
    "primary_completion": "primary_completion_type",
    "completion": "completion_type",
}
# Here the number of patients is that of those enrolled, which is not a planned number.
_ENDED: Final = frozenset({"completed", "terminated", "withdrawn"})


@dataclass(frozen=True, slots=True)
class Change:
    """A cell of ongoing_trials.csv that gets another content."""

    registry_id: str
    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A cell that stays as a person wrote it, though the registry says something else."""

    registry_id: str
    column: str
    written: str
    registered: str


@dataclass(frozen=True, slots=True)
class WithResults:
    """A trial whose results are posted, and whether the review knows of them already."""

    trial: RegisteredTrial
    known: Literal["included", "awaiting", "no"]


@dataclass(frozen=True, slots=True)
class RegistryUpdate:
    """What an export says about the review's trials.

    Attributes
    ----------
    rows
        ongoing_trials.csv as it would be, without new trials.
    checked
        Number of rows that the file has.
    changes, kept
        Cells that change, and cells that do not though the registry differs.
    new
        Trials of the file that no table of the review has, without posted results.
    missing
        Registrations of the table that the file does not have.
    results
        Trials of the table or of the file whose results are posted.
    notes
        What else is worth knowing, in sentences.
    """

    rows: tuple[Row, ...]
    checked: int
    changes: tuple[Change, ...]
    kept: tuple[Kept, ...]
    new: tuple[RegisteredTrial, ...]
    missing: tuple[str, ...]
    results: tuple[WithResults, ...]
    notes: tuple[str, ...]


def compare(
    trials: Sequence[RegisteredTrial],
    ongoing: Sequence[Row],
    *,
    included: Sequence[Row],
    awaiting: Sequence[Row],
    day: str,
) -> RegistryUpdate:
    """Compare an export with the review's tables.

    Parameters
    ----------
    trials
        The export.
    ongoing, included, awaiting
        Rows of ongoing_trials.csv, studies.csv and awaiting_extraction.csv as text.
    day
        Day on which the export was downloaded, YYYY-MM-DD.
    """
    notes: list[str] = []
    by_id = _by_id(trials, notes)
    known: dict[str, Literal["included", "awaiting"]] = {
        **dict.fromkeys(_all_ids(awaiting), "awaiting"),
        **dict.fromkeys(_all_ids(included), "included"),
    }
    changes: list[Change] = []
    kept: list[Kept] = []
    missing: list[str] = []
    rows: list[Row] = []
    used: set[str] = set()
    for row in ongoing:
        fresh = dict(row)
        rows.append(fresh)
        name = row["registry_id"]
        found = [by_id[key] for key in ids_of(row) if key in by_id]
        if not found:
            missing.append(name)
            continue
        used.update(trial.registry_id for trial in found)
        if len({trial.registry_id for trial in found}) > 1:
            notes.append(
                f"{name}: the file has several of these registrations; "
                f"{found[0].registry_id} was used."
            )
        if row["status_date"][: len(day)] > day:
            notes.append(
                f"{name}: left as it is, because the table was checked on {row['status_date']}, "
                f"after {day}."
            )
            continue
        notes += [f"{name}: {sentence}." for sentence in found[0].unread]
        _update(fresh, found[0], day, kept, notes)
        changes += [
            Change(name, column, row[column], fresh[column])
            for column in row
            if row[column] != fresh[column]
        ]
    others = [t for t in dict.fromkeys(by_id.values()) if t.registry_id not in used]
    unknown = [t for t in others if not _keys(t) & known.keys()]
    posted = [t for t in dict.fromkeys(by_id.values()) if t.results]
    return RegistryUpdate(
        rows=tuple(rows),
        checked=len(rows) - len(missing),
        changes=tuple(changes),
        kept=tuple(kept),
        new=tuple(t for t in unknown if not t.results),
        missing=tuple(missing),
        results=tuple(WithResults(t, _state(t, known)) for t in posted),
        notes=tuple(notes),
    )


def ids_of(row: Mapping[str, str]) -> list[str]:
    """Give the registrations in a row, which semicolons separate, in one spelling."""
    return [part.strip().upper() for part in row["registry_id"].split(";") if part.strip()]


def values_of(trial: RegisteredTrial) -> dict[str, str]:
    """Give what the registry says, in the columns of ongoing_trials.csv."""
    planned = trial.enrollment_type == "estimated" or (
        trial.enrollment_type is None and trial.status not in _ENDED
    )
    results = {True: "yes", False: "no", None: ""}[trial.results]
    return {
        "phase": trial.phase or "",
        "target_n": str(trial.enrollment) if trial.enrollment and planned else "",
        "status": trial.status or "",
        "sponsor": trial.sponsor or "",
        "start": trial.start or "",
        "primary_completion": trial.primary_completion or "",
        "primary_completion_type": trial.primary_completion_type or "",
        "completion": trial.completion or "",
        "completion_type": trial.completion_type or "",
        "results_posted": results,
    }


def _by_id(trials: Sequence[RegisteredTrial], notes: list[str]) -> dict[str, RegisteredTrial]:
    found: dict[str, RegisteredTrial] = {}
    for trial in trials:
        first = found.setdefault(trial.registry_id, trial)
        if first is not trial:
            notes.append(
                f"{trial.registry_id} is in the file twice: {first.place} was used, {trial.place} "
                "was not."
            )
    for trial in dict.fromkeys(found.values()):
        for other in trial.other_ids:
            found.setdefault(other.upper(), trial)
    return found


def _state(
    trial: RegisteredTrial, known: Mapping[str, Literal["included", "awaiting"]]
) -> Literal["included", "awaiting", "no"]:
    for key in sorted(_keys(trial)):
        if key in known:
            return known[key]
    return "no"


def _keys(trial: RegisteredTrial) -> set[str]:
    return {trial.registry_id, *(other.upper() for other in trial.other_ids)}


def _all_ids(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        yield from ids_of(row)


def _update(row: Row, trial: RegisteredTrial, day: str, kept: list[Kept], notes: list[str]) -> None:
    name = row["registry_id"]
    values = values_of(trial)
    if values["status"]:
        row["status"], row["status_date"] = values["status"], day
    if values["results_posted"]:
        row["results_posted"] = values["results_posted"]
    for column in _TAKEN_OVER:
        before, after = row[column], values[column]
        if not after:
            continue
        changed = not before.startswith(after)  # 2022-01 says nothing against 2022-01-15
        if changed:
            row[column] = after
        if (kind := _TYPES.get(column)) and (values[kind] or changed):
            # Of another day it is not known any more whether it has happened.
            row[kind] = values[kind]
    for column in _FILLED:
        before, after = row[column], values[column]
        if after and not before:
            row[column] = after
        elif after and before.casefold() != after.casefold():
            kept.append(Kept(name, column, before, after))
    if trial.enrollment and not values["target_n"] and str(trial.enrollment) != row["target_n"]:
        notes.append(
            f"{name}: the registry gives {trial.enrollment} patients enrolled, which is not a "
            "planned number; target_n was left as it is."
        )
