"""Values that say how the numbers are known: the first-page notice, the daggers, the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.formatting.numbers import count, lower_first, percent
from analysis.manuscript.value import Value, count_value, escape, join_words, phrase
from analysis.synthesis.reconstruction import reconstruction_warning
from analysis.synthesis.row import RowRef
from analysis.synthesis.rows import records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.synthesis.results import Synthesis
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
            else "Every row of results in this version was read in, or derived from, the report of "
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
    yield phrase("evidence.warning", reconstruction_warning(synthesis), _METHOD, study_rows)
    yield phrase(
        "evidence.dagger_note",
        (f"{DAGGER}, reconstructed row: it belongs to no real study." if some else ""),
        _METHOD,
    )
    for name, told, otherwise in _told(synthesis, len(invented)):
        yield phrase(f"evidence.{name}", told if some else otherwise, _METHOD, study_rows)
    state = (
        f"Draft, not for clinical use: {count(len(invented))} of {count(len(studies))} studies are "
        "reconstructed"
        if some
        else "Every row was read in, or derived from, the report of a study"
        if studies
        else "No study has been extracted yet"
    )
    yield phrase("edition.version", escape(synthesis.edition), "protocol: review.edition")
    label = f"Version {escape(synthesis.edition)}"
    yield phrase(
        "edition.label",
        f"{label}, draft with reconstructed rows" if some else label,
        _METHOD,
        study_rows,
    )
    yield phrase(
        "edition.statement",
        f"{'Living review' if data.protocol.review.living else 'Review'}, version "
        f"{escape(synthesis.edition)}. {state}.",
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


def _told(synthesis: Synthesis, invented: int) -> Iterator[tuple[str, str, str]]:
    """Give what a text says of reconstructed rows, by name, and what it says without any."""
    stand_ins = (
        f"Reconstructed rows stood in for {count(invented)} of the {count(len(synthesis.studies))} "
        "studies"
    )
    weights = []
    for outcome in synthesis.outcomes:
        weight = sum(s.weight or 0.0 for s in outcome.overall.studies if s.reconstructed)
        label = escape(lower_first(outcome.label))
        of_the = "" if weights else "of the weight "
        weights.append(f"{percent(weight, 0)} {of_the}for the {label}")
    carried = f" and carried {join_words(weights)}" if weights else ""
    yield (
        "entered",
        (
            "from study reports where these had been read; the others stand in for studies whose "
            "own reports have not been read"
        ),
        "from the reports of the studies",
    )
    yield "unrated", "A reconstructed row has no report to appraise and receives no rating.", ""
    yield (
        "rules",
        (
            "Reconstructed rows carry a dagger in tables and figures. Where such rows dominate a "
            "pool, its agreement with the published result was built in and confirms nothing. "
            "Replacing a reconstructed row by an extraction from a study report is an ordinary "
            "update of this review."
        ),
        "",
    )
    yield (
        "stand_ins",
        (
            f"{stand_ins}. Such rows describe no real study: their group sizes, designs and "
            "partners were chosen together with their results. They are included in the counts "
            "above."
        ),
        "",
    )
    yield (
        "limits",
        (
            f"{stand_ins}{carried}. Many different sets of rows would "
            "reproduce the same pooled results. A range, a weight or an influence that rests on "
            "reconstructed rows therefore says nothing about the real studies."
        ),
        "",
    )
    yield (
        "next_step",
        (
            "The next step for this review is to extract the study reports and replace the "
            "reconstructed rows."
        ),
        "The next step for this review is to extract the studies that later searches find.",
    )


def _rows_by_evidence(data: ReviewData) -> dict[str, list[RowRef]]:
    found: dict[str, list[RowRef]] = {}
    for name in ("outcomes", "adverse_events", "contrasts"):
        for record in records(getattr(data, name)):
            row = RowRef(f"data/{name}.csv", int(record["line"]))
            found.setdefault(str(record["evidence"]), []).append(row)
    return found
