"""From a study to every value, table and figure that it touches."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from analysis.trace.items import rows_shown
from analysis.trace.pools import pools_by_name
from analysis.trace.rows import Tables, TracedRow
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from analysis.trace.computed import Computed


@dataclass(frozen=True, slots=True)
class Touched:
    """A value that rests on a row of the study."""

    name: str
    text: str
    printed: bool


@dataclass(frozen=True, slots=True)
class NotPooled:
    """A row of the study that did not enter a pool."""

    pool: str
    reason: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class StudyTrace:
    """Everything that one study touches.

    Attributes
    ----------
    study
        Its id.
    rows
        Its rows in all tables.
    values
        Values that rest on them; ``printed`` says whether the manuscript prints the value.
    items
        Ids of the tables and figures that show one of its rows.
    left_out
        Its rows that did not enter a pool, with the reason.
    """

    study: str
    rows: tuple[TracedRow, ...]
    values: tuple[Touched, ...]
    items: tuple[str, ...]
    left_out: tuple[NotPooled, ...]

    def as_dict(self) -> dict[str, Any]:
        """Give the trace as plain dictionaries and lists, for JSON."""
        return asdict(self)


def trace_study(computed: Computed, study: str) -> StudyTrace:
    """Follow a study to what it touches.

    Parameters
    ----------
    computed
        The results.
    study
        The study's id in the tables.

    Raises
    ------
    LookupError
        If no table has such a study; the message names the nearest.
    """
    tables = Tables(computed.root)
    rows = tables.studies.get(study)
    if rows is None:
        hint = did_you_mean(study, tables.studies)
        raise LookupError(
            f"There is no study with the id {study}. {hint}data/studies.csv lists them."
        )
    own = {(row.file, row.line) for row in rows}
    values = tuple(
        Touched(name, value["text"], name in computed.used)
        for name, value in computed.values.items()
        if any((row["file"], row["line"]) in own for row in value["rows"])
    )
    left_out = tuple(
        NotPooled(name, entry["reason"], entry["row"]["file"], entry["row"]["line"])
        for name, pool in pools_by_name(computed.synthesis).items()
        if pool["variable"] is None
        for entry in pool["left_out"]
        if entry["study_id"] == study
    )
    items = tuple(
        item["id"] for item in computed.display if rows_shown(item, computed.synthesis) & own
    )
    return StudyTrace(study, tuple(rows), values, items, left_out)
