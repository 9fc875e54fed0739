"""Where the records of a review stand: from its tables to the settled screening log."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.problems import DataProblems, Problem
from schemas.screening_log import screening_log
from schemas.screening_verdicts import Decision
from schemas.vocabulary import list_hint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from schemas.review_data import ReviewData
    from schemas.screening_choices import Screening
    from schemas.screening_log import Log

TABLES = ("records", "record_merges", "record_studies", "screening")
PROTOCOL = "data/protocol.yml"
LOG = "data/screening.csv"

Rows = dict[str, str]


@dataclass(frozen=True, slots=True)
class Desk:
    """What the commands of the screening work with.

    Attributes
    ----------
    choices
        Section `screening` of the protocol.
    records
        Rows of records.csv as text, by record.
    columns, rows
        The table screening.csv as it is written.
    log
        Where every record stands.
    """

    choices: Screening
    records: Mapping[str, Rows]
    columns: Sequence[str]
    rows: Sequence[Rows]
    log: Log

    def person(self, name: str) -> str:
        """Find a reviewer or the arbiter by name, whatever its case.

        Raises
        ------
        DataProblems
            If the protocol names nobody, or nobody of this name.
        """
        known = self.choices.person(name)
        if known is not None:
            return known
        what = "The protocol names no reviewer of this name."
        hint, entry = self.people_hint(name), "screening, reviewers"
        raise DataProblems(
            [Problem(PROTOCOL, None, entry, name, what, hint, "error", "screening-reviewer")]
        )

    def people_hint(self, name: str) -> str:
        """Say which names the protocol has, or how it gets some."""
        people = [*self.choices.reviewers, *filter(None, [self.choices.arbiter])]
        if people:
            return list_hint(name, people)
        return "Name them in its section screening, such as: reviewers: [AB, CD], and arbiter: EF."


def read_desk(root: Path) -> Desk:
    """Read what the screening needs; the other tables of the review may be half done.

    Raises
    ------
    DataProblems
        If the protocol or a table of the screening cannot be read.
    """
    from analysis.storage.table_files import read_table
    from schemas.protocol_file import read_protocol

    protocol, problems = read_protocol(root / PROTOCOL)
    if protocol is None:
        raise DataProblems(problems)
    tables = {name: read_table(root, name) for name in TABLES}
    columns, rows = tables["screening"]
    return Desk(
        choices=protocol.screening,
        records={row["record_id"]: row for row in tables["records"][1]},
        columns=columns,
        rows=rows,
        log=settle({name: found for name, (_, found) in tables.items()}, protocol.screening),
    )


def log_of_review(data: ReviewData) -> Log:
    """Settle the records of a review that was loaded."""
    from schemas.frame_records import records

    return settle({name: records(getattr(data, name)) for name in TABLES}, data.protocol.screening)


def settle(tables: Mapping[str, Iterable[Mapping[Any, Any]]], choices: Screening) -> Log:
    """Settle every record.

    Parameters
    ----------
    tables
        Rows of `TABLES`; an empty cell is None or an empty text.
    choices
        Section `screening` of the protocol.
    """
    people = {*choices.reviewers, choices.arbiter}
    studies: dict[str, list[str]] = defaultdict(list)
    for row in tables["records"]:
        if row["doi"]:
            studies[row["record_id"]].append(str(row["doi"]).lower())
    for row in tables["record_studies"]:
        if row["study"]:
            studies[row["record_id"]].append(row["study"])
    return screening_log(
        {row["record_id"]: row["search_id"] for row in tables["records"]},
        [row["record_id"] for row in tables["record_merges"] if not row["undone"]],
        {record: tuple(names) for record, names in studies.items()},
        [
            Decision(
                record_id=row["record_id"],
                stage=row["stage"],
                reviewer=row["reviewer"],
                decision=row["decision"],
                reason=row["reason"] or None,
                note=row["note"] or None,
            )
            for row in tables["screening"]
            if row["reviewer"] in people
        ],
        choices,
    )
