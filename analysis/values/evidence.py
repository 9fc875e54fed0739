"""Values that say how the numbers are known: the first-page notice, the daggers, the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting import count, lower_first
from analysis.results import RowRef
from analysis.rows import records
from analysis.values.value import Value, count_value, escape, join_words, phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.results import Synthesis
    from schemas.review_data import ReviewData

DAGGER = "†"
_METHOD = "column evidence of the tables"


def evidence_values(synthesis: Synthesis, data: ReviewData) -> Iterator[Value]:
    """Give the evidence counts and the sentences that depend on them."""
    studies = synthesis.studies
    invented = [study for study in studies if study.reconstructed]
    study_rows = [study.row for study in invented]
    verified = sum(entry.verified for entry in synthesis.evidence)
    derived = sum(entry.derived for entry in synthesis.evidence)
    reconstructed = sum(entry.reconstructed for entry in synthesis.evidence)
    rows = verified + derived + reconstructed
    some = bool(reconstructed or invented)

    by_state = _rows_by_evidence(data)
    everything = [row for found in by_state.values() for row in found]
    yield count_value("evidence.rows", rows, _METHOD, everything)
    yield count_value("evidence.verified", verified, _METHOD, by_state.get("verified", ()))
    yield count_value("evidence.derived", derived, _METHOD, by_state.get("derived", ()))
    yield count_value(
        "evidence.reconstructed", reconstructed, _METHOD, by_state.get("reconstructed", ())
    )
    yield count_value("evidence.reconstructed_studies", len(invented), _METHOD, study_rows)
    yield phrase(
        "evidence.notice",
        (
            f"**Not for clinical use.** {count(len(invented))} of the {count(len(studies))} "
            f"studies and {count(reconstructed)} of the {count(rows)} rows of results are "
            "reconstructed: chosen so that the pooled results come close to those of the "
            "published review. They belong to no real study and carry a dagger "
            f"({DAGGER}) in every table and figure."
            if some
            else "Every row of results in this edition was read in, or derived from, the report of "
            "a study."
            if studies
            else "No study has been extracted yet."
        ),
        _METHOD,
        study_rows,
    )
    yield phrase(
        "evidence.abstract_statement",
        (
            f"Reconstructed rows, which belong to no real study, stand for {count(len(invented))} "
            f"of the {count(len(studies))} studies, so the pooled numbers are not evidence yet."
            if some
            else "Every number rests on rows read in, or derived from, the reports of the studies."
            if studies
            else "No study has been extracted yet."
        ),
        _METHOD,
        study_rows,
    )
    yield phrase(
        "evidence.dagger_note",
        (
            f"{DAGGER}, reconstructed row: it belongs to no real study."
            if some
            else "No row is reconstructed."
        ),
        _METHOD,
    )
    state = (
        f"Draft, not for clinical use: {count(len(invented))} of {count(len(studies))} studies are "
        "reconstructed"
        if some
        else "Every row was read in, or derived from, the report of a study"
        if studies
        else "No study has been extracted yet"
    )
    yield phrase("edition.version", escape(synthesis.edition), "protocol: review.edition")
    label = f"Edition {escape(synthesis.edition)}"
    yield phrase(
        "edition.label",
        f"{label}, draft with reconstructed rows" if some else label,
        _METHOD,
        study_rows,
    )
    yield phrase(
        "edition.statement",
        f"Living review, edition {escape(synthesis.edition)}. {state}.",
        _METHOD,
        study_rows,
    )
    left = [entry for outcome in synthesis.outcomes for entry in outcome.overall.left_out]
    worth = [entry for entry in left if entry.noteworthy]
    names = {entry.id: lower_first(entry.label) for entry in synthesis.outcomes}
    yield count_value(
        "left_out.count", len(worth), "rows that cannot be pooled", [entry.row for entry in worth]
    )
    yield phrase(
        "left_out.list",
        join_words(
            f"{escape(entry.label)}, {escape(names[entry.outcome])} ({escape(entry.reason)})"
            for entry in worth
        ),
        "rows that cannot be pooled",
        [entry.row for entry in worth],
    )


def _rows_by_evidence(data: ReviewData) -> dict[str, list[RowRef]]:
    found: dict[str, list[RowRef]] = {}
    for name in ("outcomes", "adverse_events"):
        for record in records(getattr(data, name)):
            row = RowRef(f"data/{name}.csv", int(record["line"]))
            found.setdefault(str(record["evidence"]), []).append(row)
    return found
