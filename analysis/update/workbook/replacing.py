"""Real studies in the place of reconstructed ones, and out of the list of waiting studies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.problems import DataProblems, Problem
from schemas.vocabulary import list_hint

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from analysis.update.workbook.merging import Merged

_RESULTS = ("outcomes", "adverse_events")


def replace_reconstructed(
    merged: Mapping[str, Merged], names: Collection[str], kind: Sequence[str]
) -> list[str]:
    """Take reconstructed studies out of every table.

    Parameters
    ----------
    merged
        The tables after merging; changed in place.
    names
        Ids of the studies that real ones replace.
    kind
        Columns that a reconstructed study shares with the real one that it stands for.

    Returns
    -------
    list of str
        What is worth a look: studies of another kind than the one that they stood for.

    Raises
    ------
    DataProblems
        If one is not reconstructed or not there, or if fewer studies come in than go.
    """
    studies = {row["study_id"]: row for row, _ in merged["studies"].rows}
    reconstructed = [n for n, row in studies.items() if row["evidence"] == "reconstructed"]
    something_new = any(one.is_changed for one in merged.values())
    going = []
    for name in dict.fromkeys(names):
        if name in reconstructed:
            going.append(name)
        elif name in studies:
            what = "Only a reconstructed study can be replaced; this one is a real study."
            hint = f"Reconstructed: {', '.join(reconstructed) or 'none'}."
            raise _refused(name, what, hint)
        elif something_new:
            what = "There is no study of this name."
            raise _refused(name, what, list_hint(name, reconstructed))
    real = sum(
        number is not None and row["evidence"] != "reconstructed"
        for row, number in merged["studies"].rows
    )
    if len(going) > real:
        what = (
            f"Reconstructed studies to be replaced: {len(going)}; real studies in the sheet "
            f"studies: {real}."
        )
        raise _refused(", ".join(going), what, "Each is replaced by one real study.")
    filled = [row for row, number in merged["studies"].rows if number is not None]
    notes = [
        f"No study of the workbook is of the kind of {name} ({_kind(studies[name], kind)}). Look "
        "whether it is the right one to replace."
        for name in going
        if _kind(studies[name], kind) not in {_kind(row, kind) for row in filled}
    ]
    for one in merged.values():
        if "study_id" not in one.sheet.columns:
            continue
        for position in reversed(range(len(one.rows))):
            if one.rows[position][0]["study_id"] in going:
                one.remove(position)
    return notes


def _kind(row: Mapping[str, str], columns: Sequence[str]) -> str:
    return ", ".join(row[column] for column in columns if row.get(column))


def _refused(name: str, what: str, hint: str) -> DataProblems:
    return DataProblems(
        [Problem("data/studies.csv", None, None, name, what, hint, "error", "workbook-replaces")]
    )


def end_waiting(merged: Mapping[str, Merged]) -> list[str]:
    """Take studies that now have results out of the list of waiting ones.

    Returns
    -------
    list of str
        Their names in that list.
    """
    with_results = {
        row["study_id"] for name in _RESULTS if name in merged for row, _ in merged[name].rows
    }
    here = [row for row in merged["studies"].added if row["study_id"] in with_results]
    names = {row["study_id"] for row in here}
    keys = {row["citation_key"] for row in here if row["citation_key"]}
    waiting = merged["awaiting_extraction"]
    ended = []
    for position in reversed(range(len(waiting.rows))):
        row = waiting.rows[position][0]
        if row["study_id"] in names or row["citation_key"] in keys:
            ended.append(row["study_id"])
            waiting.remove(position)
    return ended[::-1]


def stand_ins(
    merged: Mapping[str, Merged], kind: Sequence[str], searched: str
) -> dict[str, list[str]]:
    """Name for each study that is added the reconstructed ones of the same kind.

    Parameters
    ----------
    merged
        The tables after merging.
    kind
        Columns that a reconstructed study shares with the real one that it stands for.
    searched
        Year of the first search: what was published later has no stand-in. May be empty.

    Returns
    -------
    dict
        From study to reconstructed studies; empty when there are none of them.
    """
    standing = [r for r, _ in merged["studies"].rows if r["evidence"] == "reconstructed"]
    found = {}
    for row in merged["studies"].added:
        too_late = searched and row["year"] > searched
        if row["evidence"] == "reconstructed" or too_late:
            continue
        own = _kind(row, kind)
        alike = [other["study_id"] for other in standing if _kind(other, kind) == own]
        if alike:
            found[row["study_id"]] = alike
    return found
