"""Reports of one trial: a report is not a study, and several reports may tell of one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.update.searching.export_record import AUTHOR_SEPARATOR
from analysis.update.searching.merge_log import PROGRAM, kept_records, number_of
from analysis.update.searching.trial_numbers import one_trial, trial_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Trial:
    """A study with its reports among the records.

    Attributes
    ----------
    study
        Registration or study_id.
    records
        Its reports, each a kept record.
    by_person
        Those of them that a person put there.
    """

    study: str
    records: tuple[str, ...]
    by_person: frozenset[str]


def assign_trials(
    records: Iterable[Mapping[str, str]],
    merges: Iterable[Mapping[str, str]],
    rows: Sequence[Row],
) -> list[Row]:
    """Write which report belongs to which trial, as far as registrations tell.

    Parameters
    ----------
    records, merges
        Rows of records.csv and record_merges.csv.
    rows
        Rows of record_studies.csv. A record about which a person decided keeps those rows alone.

    Returns
    -------
    list
        New rows of record_studies.csv: first those of persons, then one for each kept record with
        registrations. A trial with several registrations has the name of the first by
        `trial_order`. A record that names two trials of one registry is left to a person.
    """
    kept = kept_records(merges)
    numbers: dict[str, set[str]] = defaultdict(set)
    for record in records:
        name = record["record_id"]
        found = {part for part in record["registry_id"].split(AUTHOR_SEPARATOR) if part}
        if found:
            numbers[kept.get(name, name)] |= found
    decided = [row for row in rows if row["decided_by"] != PROGRAM]
    by_person = {kept.get(row["record_id"], row["record_id"]) for row in decided}
    single = {name: found for name, found in numbers.items() if one_trial(found)}
    names = _trial_names(single.values())
    program = [
        {
            "record_id": name,
            "study": names[min(single[name], key=trial_order)],
            "decided_by": PROGRAM,
            "note": "",
        }
        for name in sorted(single, key=number_of)
        if name not in by_person
    ]
    return [*decided, *program]


def _trial_names(found: Iterable[set[str]]) -> dict[str, str]:
    """Name each registration by the first one of its trial.

    Registrations that one record names are one trial, and so on from record to record; unless that
    would put two numbers of one registry together: then each stays for itself.
    """
    sets: dict[str, set[str]] = {}
    for numbers in found:
        joined = set(numbers).union(*(sets.get(number, set()) for number in numbers))
        for number in joined:
            sets[number] = joined
    return {
        number: min(joined, key=trial_order) if one_trial(joined) else number
        for number, joined in sets.items()
    }


def trials(rows: Iterable[Row], merges: Iterable[Mapping[str, str]]) -> tuple[Trial, ...]:
    """Gather the reports of each study.

    Parameters
    ----------
    rows, merges
        Rows of record_studies.csv and record_merges.csv.
    """
    kept = kept_records(merges)
    members: dict[str, set[str]] = defaultdict(set)
    by_person: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if not row["study"]:
            continue
        name = kept.get(row["record_id"], row["record_id"])
        members[row["study"]].add(name)
        if row["decided_by"] != PROGRAM:
            by_person[row["study"]].add(name)
    return tuple(
        Trial(study, tuple(sorted(names, key=number_of)), frozenset(by_person[study]))
        for study, names in sorted(members.items())
    )
