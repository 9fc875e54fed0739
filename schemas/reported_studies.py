"""Which studies the included records report: a report is not a study."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.identifiers import DOI_WITHIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.screening_log import RecordState


@dataclass(frozen=True, slots=True)
class ReportedStudy:
    """A study and its reports among the included records.

    Attributes
    ----------
    names
        Its registrations, the DOIs of its reports and its id in studies.csv, as far as known.
    study_ids
        The names that studies.csv has, as its `study_id`; empty before the extraction.
    records
        Its reports.
    """

    names: frozenset[str]
    study_ids: frozenset[str]
    records: tuple[str, ...]


def study_names(study_id: str, registry_id: str, source: str, evidence: str) -> tuple[str, ...]:
    """Give the names under which a study may be met in the records.

    Parameters
    ----------
    study_id, registry_id, source, evidence
        Cells of studies.csv; an empty one is an empty text.

    Returns
    -------
    tuple of str
        Its id, its registrations, and the DOIs of the reports that it was read in. The source of
        a reconstructed study is no report of it.
    """
    registrations = [part.strip() for part in registry_id.split(";") if part.strip()]
    reports = [] if evidence == "reconstructed" else DOI_WITHIN.findall(source.lower())
    return (study_id, *registrations, *(doi.rstrip(".,;:") for doi in reports))


def reported_studies(
    states: Iterable[RecordState], study_ids: Mapping[str, str]
) -> tuple[ReportedStudy, ...]:
    """Group included records by study: two that share a name report the same one.

    Parameters
    ----------
    states
        Records; those that are not included are passed over.
    study_ids
        From each name of a study in studies.csv, as `study_names` gives them, to its id.

    Returns
    -------
    tuple of ReportedStudy
        In the order of their last reports.
    """
    groups: list[tuple[set[str], list[str]]] = []
    for state in states:
        if not state.included:
            continue
        # A registration and the id of the study that has it are the same name.
        names = {*state.studies, *(study_ids[name] for name in state.studies if name in study_ids)}
        members = [state.record_id]
        # A report with two names joins what was known under either.
        for group in [group for group in groups if group[0] & names]:
            groups.remove(group)
            names |= group[0]
            members = [*group[1], *members]
        groups.append((names, members))
    known = frozenset(study_ids.values())
    return tuple(
        ReportedStudy(frozenset(names), known & names, tuple(members)) for names, members in groups
    )


def new_studies(
    studies: Iterable[ReportedStudy], earlier: frozenset[str], records: frozenset[str] | None = None
) -> tuple[ReportedStudy, ...]:
    """Choose the studies that no earlier edition included.

    Parameters
    ----------
    studies
        All reported studies.
    earlier
        Ids of the studies of editions whose records exist only as numbers.
    records
        Records of the edition; None = of all editions that have a log. A study with a report
        outside them was included before.
    """
    return tuple(
        study
        for study in studies
        if not study.study_ids & earlier and (records is None or records.issuperset(study.records))
    )
