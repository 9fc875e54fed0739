"""Chooses, for every pool, the rows that enter it and says why the others do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.measures.observation import Group, Observation
from analysis.synthesis.results import LeftOut, Study
from analysis.synthesis.row import Evidence, RowRef

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import pandas as pd

    from schemas.protocol import Outcome as OutcomeChoice


@dataclass(frozen=True, slots=True)
class Row:
    """One extraction row of an outcome or adverse event, plain Python values only."""

    study: Study
    cohort: str | None
    criteria: str | None
    group: Group
    evidence: Evidence
    source: str | None
    location: str | None
    ref: RowRef

    @property
    def label(self) -> str:
        """The study's label, with the cohort where a study has several."""
        return f"{self.study.label}, {self.cohort}" if self.cohort else self.study.label

    @property
    def observation(self) -> Observation:
        """The numbers of the row, as measures read them."""
        return Observation(self.label, (self.group,))

    @property
    def reconstructed(self) -> bool:
        """Whether the row, or the study it belongs to, is reconstructed."""
        return self.evidence == "reconstructed" or self.study.reconstructed

    def left_out(self, outcome: str, reason: str, *, noteworthy: bool = True) -> LeftOut:
        """Say that this row does not enter the pool, and why."""
        return LeftOut(
            study_id=self.study.study_id,
            label=self.label,
            cohort=self.cohort,
            outcome=outcome,
            reason=reason,
            noteworthy=noteworthy,
            row=self.ref,
        )


def records(frame: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Give a table as plain dictionaries, None where a cell is empty."""
    # object: Int64 and str columns keep their own missing values; here all become None.
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def read_rows(
    frame: pd.DataFrame, file: str, studies: Mapping[str, Study], level: float
) -> list[Row]:
    """Turn a table into rows.

    Parameters
    ----------
    frame
        ``outcomes`` or ``adverse_events`` of a `ReviewData`; columns it lacks are read as empty.
    file
        Its file, for `RowRef`.
    studies
        The included studies by id.
    level
        Confidence level to assume where a row states none (a fraction).
    """
    return [_row(record, file, studies, level) for record in records(frame)]


def _row(
    record: Mapping[Hashable, object], file: str, studies: Mapping[str, Study], level: float
) -> Row:
    def whole(name: str) -> int | None:
        value = record.get(name)
        return None if value is None else int(value)  # type: ignore[call-overload]

    def real(name: str) -> float | None:
        value = record.get(name)
        return None if value is None else float(value)  # type: ignore[arg-type]

    def text(name: str) -> str | None:
        value = record.get(name)
        return None if value is None else str(value)

    return Row(
        study=studies[str(record["study_id"])],
        cohort=text("cohort"),
        criteria=text("criteria"),
        group=Group(
            n=whole("n"),
            events=whole("events"),
            median=real("median"),
            ci_low=real("ci_low"),
            ci_high=real("ci_high"),
            ci_level=real("ci_level") or level,
            upper_not_reached=text("upper_not_reached") == "yes",
        ),
        evidence=str(record["evidence"]),  # type: ignore[arg-type]  # a closed list of the schema
        source=text("source"),
        location=text("location"),
        ref=RowRef(file, int(record["line"])),  # type: ignore[call-overload]
    )


def preferred_criteria(rows: list[Row], choice: OutcomeChoice) -> tuple[list[Row], list[LeftOut]]:
    """Keep one row per study and cohort, by the protocol's order of response criteria.

    Parameters
    ----------
    rows
        All rows of one outcome.
    choice
        The outcome in the protocol.

    Returns
    -------
    kept, left_out
        Rows in the order of the file. A row without criteria ranks behind the named ones: which
        criteria were used was not read.
    """
    order = {name: rank for rank, name in enumerate(choice.criteria_preferred)}

    def rank(row: Row) -> int:
        if row.criteria is None:
            return len(order) + 1
        return order.get(row.criteria, len(order))

    best: dict[tuple[str, str | None], Row] = {}
    for row in rows:
        key = (row.study.study_id, row.cohort)
        if key not in best or rank(row) < rank(best[key]):
            best[key] = row
    kept = [row for row in rows if best[row.study.study_id, row.cohort] is row]
    left = [
        row.left_out(
            choice.id,
            f"by {row.criteria or 'criteria that are not stated'}; the protocol prefers "
            f"{best[row.study.study_id, row.cohort].criteria}, which the study also reports",
            noteworthy=False,
        )
        for row in rows
        if best[row.study.study_id, row.cohort] is not row
    ]
    return kept, left
