"""Values that say how the numbers are known: the first-page notice, the daggers, the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from analysis.formatting.numbers import count, lower_first, percent
from analysis.manuscript.value import Value, count_value, escape, join_words, phrase
from analysis.synthesis.reconstruction import reconstruction_warning
from analysis.synthesis.row import RESULTS, Evidence, RowRef
from schemas.frame_records import records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.synthesis.results import Synthesis
    from schemas.review_data import ReviewData

DAGGER = "†"
_METHOD = "column evidence of the tables"
#: How a row is known: what is said of one row and of several.
HOW = {
    "verified": (
        "was read in the report of its study",
        "were read in the reports of the studies",
    ),
    "derived": (
        "was computed from something reported",
        "were computed from something reported",
    ),
    "data set": (
        "was taken from a shared data set and not compared with the report of its study",
        "were taken from a shared data set and not compared with the reports of the studies",
    ),
    "reconstructed": ("was reconstructed", "were reconstructed"),
}
_ENTERED = {
    "verified": "from the reports of the studies",
    "derived": "by computation from something reported",
    "data set": "from a shared data set, without comparison with the reports of the studies",
}


def evidence_values(synthesis: Synthesis, data: ReviewData) -> Iterator[Value]:
    """Give the evidence counts and the sentences that depend on them."""
    studies = synthesis.studies
    invented = [study for study in studies if study.reconstructed]
    study_rows = [study.row for study in invented]
    counts = {
        kind: sum(getattr(entry, kind.replace(" ", "_")) for entry in synthesis.evidence)
        for kind in get_args(Evidence)
    }
    rows, reconstructed = sum(counts.values()), counts["reconstructed"]
    some = bool(reconstructed or invented)

    by_state = _rows_by_evidence(data)
    everything = [row for found in by_state.values() for row in found]
    yield count_value("evidence.rows", rows, _METHOD, everything)
    for kind, number in counts.items():
        name = f"evidence.{kind.replace(' ', '_')}"
        yield count_value(name, number, _METHOD, by_state.get(kind, ()))
    yield count_value("evidence.reconstructed_studies", len(invented), _METHOD, study_rows)
    known = [kind for kind, number in counts.items() if number]
    none = "No study has been extracted yet" if not studies else "No result has been entered yet"
    yield phrase(
        "evidence.notice",
        (
            f"**Not for clinical use.** {count(len(invented))} of the {count(len(studies))} "
            f"studies and {count(reconstructed)} of the {count(rows)} rows of results are "
            "reconstructed: chosen so that the pooled results come close to those of the "
            "published review. They belong to no real study and carry a dagger "
            f"({DAGGER}) in every table and figure."
            if some
            else f"Every row of results in this version {_how(known, 0)}."
            if known
            else f"{none}."
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
            else f"Every number rests on rows that {_how(known, 1)}."
            if known
            else f"{none}."
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
    living = data.protocol.review.living
    for name, told, otherwise in _told(synthesis, len(invented), known, living=living):
        yield phrase(f"evidence.{name}", told if some else otherwise, _METHOD, study_rows)
    state = (
        f"Draft, not for clinical use: {count(len(invented))} of {count(len(studies))} studies are "
        "reconstructed"
        if some
        else f"Every row {_how(known, 0)}"
        if known
        else none
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


def _how(known: Sequence[str], number: int) -> str:
    """Say how rows are known, of one (0) or several (1): ``was read in …, or was taken from …``."""
    return " or ".join(HOW[kind][number] for kind in known)


def _entered(known: Sequence[str]) -> str:
    return join_words(_ENTERED[kind] for kind in known if kind in _ENTERED)


def _told(
    synthesis: Synthesis, invented: int, known: Sequence[str], *, living: bool
) -> Iterator[tuple[str, str, str]]:
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
            f"{_entered(known) or 'from the published review'}; the others stand in for studies "
            "whose own reports have not been read"
        ),
        _entered(known),
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
        (
            "The next step for this review is to compare the rows that were taken from a data set "
            "with the reports of the studies."
            if "data set" in known
            else "The next step for this review is to extract the studies that later searches find."
            if living
            else ""
        ),
    )


def _rows_by_evidence(data: ReviewData) -> dict[str, list[RowRef]]:
    found: dict[str, list[RowRef]] = {}
    for name in RESULTS:
        for record in records(getattr(data, name)):
            row = RowRef(f"data/{name}.csv", int(record["line"]))
            found.setdefault(str(record["evidence"]), []).append(row)
    return found
