"""Chooses, for every pool, the rows that enter it and says why the others do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.measures.observation import CLUSTERS_ALLOWED, Group, Observation, Reported
from analysis.synthesis.results import LeftOut, Study
from analysis.synthesis.row import Evidence, RowRef
from schemas.frame_records import records

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from schemas.protocol import Outcome as OutcomeChoice


#: The note of a row whose mean is that of the change from baseline.
CHANGE = "change from baseline"
_NOTED = {"change": CHANGE, "clusters_allowed": CLUSTERS_ALLOWED}
_WHOLE = ("n", "events", "tp", "fp", "fn", "tn")
_REAL = (
    *("mean", "sd", "se", "median", "q1", "q3", "minimum", "maximum", "ci_low", "ci_high"),
    *("person_time", "correlation"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One extraction row of an outcome or adverse event, plain Python values only.

    ``others`` are further rows that its numbers come from: those of the other group of a
    comparison, of arms that were combined, and a printed comparison.
    """

    study: Study
    cohort: str | None
    criteria: str | None
    groups: tuple[Group, ...]
    evidence: Evidence
    source: str | None
    location: str | None
    ref: RowRef
    arm: str | None = None
    instrument: str | None = None
    time: float | None = None
    time_unit: str | None = None
    time_label: str | None = None
    primary: bool = False
    period: str | None = None
    reported: Reported | None = None
    comparison: str | None = None
    part: str | None = None
    direction: str | None = None
    p: float | None = None
    others: tuple[RowRef, ...] = ()
    notes: tuple[str, ...] = ()
    design_effect: float = 1.0

    @property
    def group(self) -> Group:
        """The only group, or the experimental one."""
        return self.groups[0] if self.groups else Group()

    @property
    def label(self) -> str:
        """The study's label, with the cohort, and the arm of a comparison, where it has several."""
        return ", ".join(part for part in (self.study.label, self.cohort, self.part) if part)

    @property
    def observation(self) -> Observation:
        """The numbers of the row, as measures read them."""
        return Observation(self.label, self.groups, self.reported, self.notes, self.design_effect)

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
    record: Mapping[str, object], file: str, studies: Mapping[str, Study], level: float
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

    numbers: dict[str, Any] = {name: whole(name) for name in _WHOLE}
    numbers |= {name: real(name) for name in _REAL}
    return Row(
        study=studies[str(record["study_id"])],
        cohort=text("cohort"),
        criteria=text("criteria"),
        groups=(
            Group(
                arm=text("arm"),
                **numbers,
                ci_level=real("ci_level") or level,
                upper_not_reached=text("upper_not_reached") == "yes",
                person_time_unit=text("person_time_unit"),
            ),
        ),
        arm=text("arm"),
        instrument=text("instrument"),
        time=real("time"),
        time_unit=text("time_unit"),
        time_label=text("time_label"),
        primary=text("primary") == "yes",
        period=text("period"),
        notes=tuple(note for column, note in _NOTED.items() if text(column) == "yes"),
        design_effect=real("design_effect")
        or 1 + ((real("cluster_size") or 1) - 1) * (real("icc") or 0.0),
        evidence=str(record["evidence"]),  # type: ignore[arg-type]  # a closed list of the schema
        source=text("source"),
        location=text("location"),
        ref=RowRef(file, int(record["line"])),  # type: ignore[call-overload]
    )


def preferred_criteria(rows: list[Row], choice: OutcomeChoice) -> tuple[list[Row], list[LeftOut]]:
    """Keep the rows of one set of criteria per study, cohort and arm, by the protocol's order.

    Parameters
    ----------
    rows
        All rows of one outcome.
    choice
        The outcome in the protocol.

    Returns
    -------
    kept, left_out
        Rows in the order of the file, of every instrument and time point. A row without criteria
        ranks behind the named ones: which criteria were used was not read.
    """
    order = {name: rank for rank, name in enumerate(choice.criteria_preferred)}

    def rank(row: Row) -> int:
        if row.criteria is None:
            return len(order) + 1
        return order.get(row.criteria, len(order))

    def key(row: Row) -> tuple[str, str | None, str | None]:
        return row.study.study_id, row.cohort, row.arm

    best: dict[tuple[str, str | None, str | None], Row] = {}
    for row in rows:
        if key(row) not in best or rank(row) < rank(best[key(row)]):
            best[key(row)] = row

    def chosen(row: Row) -> bool:
        return row.criteria == best[key(row)].criteria

    kept = [row for row in rows if chosen(row)]
    left = [
        row.left_out(
            choice.id,
            f"by {row.criteria or 'criteria that are not stated'}; the protocol prefers "
            f"{best[key(row)].criteria}, which the study also reports",
            noteworthy=False,
        )
        for row in rows
        if not chosen(row)
    ]
    return kept, left
