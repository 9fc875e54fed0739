"""Statements without which the journal returns a manuscript, and rows nobody has read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from schemas.authors import AUTHORS_FILE
from schemas.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.journal.context import Submission
    from analysis.journal.requirements import Statement

_DECLARATIONS = "manuscript/_declarations.qmd"
_NAMES: dict[Statement, str] = {
    "funding": "funding",
    "competing_interests": "competing interests",
    "data_availability": "data availability",
    "ethics": "ethical approval",
    "consent_to_participate": "consent to participate",
    "consent_to_publish": "consent to publication",
    "contributions": "contributions of the authors",
    "registration": "registration",
    "patient_involvement": "involvement of patients and the public",
    "ai_use": "use of artificial intelligence",
    "acknowledgements": "acknowledgements",
    "guarantor": "the guarantor",
    "transparency": "transparency",
}
# Words of a heading below which the manuscript itself makes the statement.
_HEADINGS: dict[Statement, str] = {
    "consent_to_participate": r"consent.*participat",
    "consent_to_publish": r"consent.*publi",
    "guarantor": r"guarantor",
    "transparency": r"transparen",
    "registration": r"registration",
    "patient_involvement": r"patient",
    "ai_use": r"artificial intelligence|\bAI\b",
    "acknowledgements": r"acknowledg",
}

# Tables that say how each row is known, with the columns that hold a result; a table without such
# columns says it of every row.
_RESULTS: dict[str, tuple[str, ...]] = {
    "studies": (),
    "outcomes": (),
    "adverse_events": (),
    "comparator_events": ("events", "percent_reported"),
    "quality": (),
    "quality_jbi": (),
    "quality_jadad": (),
    "flow": ("records",),
}
_KNOWN = ("verified", "reconstructed", "derived", "data set")


def missing_statements(submission: Submission) -> Iterator[Problem]:
    """Find statements that the journal asks for and nobody has made."""
    chapters = _declared_headings(submission)
    for statement in submission.journal.statements:
        if _is_made(statement, submission):
            continue
        words = _HEADINGS.get(statement)
        if words and any(re.search(words, title, re.IGNORECASE) for title in chapters):
            continue
        in_authors = statement in type(submission.authors).model_fields
        place = AUTHORS_FILE if in_authors or statement == "contributions" else _DECLARATIONS
        yield Problem(
            place,
            None,
            statement if place == AUTHORS_FILE else None,
            None,
            f"{submission.journal.name} asks for a statement: {_NAMES[statement]}.",
            "Ask the authors, and write what they say; none where there is nothing to declare."
            if place == AUTHORS_FILE
            else "Write it below a heading of its own among the declarations.",
            "error",
            "statement-missing",
        )


def _declared_headings(submission: Submission) -> list[str]:
    return [text.text for text in submission.texts if text.level > 1 and not text.numbered]


def _is_made(statement: Statement, submission: Submission) -> bool:
    authors = submission.authors
    if statement == "competing_interests":
        each = all(author.competing_interests for author in authors.authors)
        return bool(authors.competing_interests) or (bool(authors.authors) and each)
    if statement == "contributions":
        return bool(authors.authors) and all(author.roles for author in authors.authors)
    if statement == "registration":
        return submission.data.protocol.review.registration is not None
    return bool(getattr(authors, statement, None))


def unread_rows(submission: Submission) -> Iterator[Problem]:
    """Find rows that nobody has read in a report, and rows that were computed from others.

    A row without evidence that holds no result, such as a rate that nobody has read yet, says
    nothing that the paper prints and is left alone.
    """
    data = submission.data
    for table, holds_results in _RESULTS.items():
        frame = getattr(data, table)
        file = f"data/{table}.csv"
        evidence = frame["evidence"].fillna("")
        unknown = ~evidence.isin(_KNOWN)
        if holds_results:
            unknown &= frame[list(holds_results)].notna().any(axis="columns")
        reconstructed, derived, shared = (int((evidence == kind).sum()) for kind in _KNOWN[1:])
        if reconstructed:
            what = (
                f"{reconstructed} studies stand in for studies whose reports nobody has read."
                if table == "studies"
                else f"{reconstructed} rows are reconstructed: they belong to no real study."
            )
            hint = (
                "Replace them by extractions from the reports. Until then: review submit --draft."
            )
            yield Problem(file, None, None, None, what, hint, "error", "evidence")
        if unknown.any():
            lines = ", ".join(str(line) for line in frame.loc[unknown, "line"])
            what = f"Nobody has said how these rows are known: line {lines}."
            hint = "Read the report and write verified. Until then: review submit --draft."
            yield Problem(file, None, "evidence", None, what, hint, "error", "evidence")
        if derived:
            what = f"{derived} rows are derived: computed from something reported."
            hint = "Their notes say how. Read them once more before you submit."
            yield Problem(file, None, None, None, what, hint, "warning", "evidence")
        if shared:
            what = f"{shared} rows were taken from a data set and not compared with the reports."
            hint = "The paper says so. Compare them with the reports, or keep it said."
            yield Problem(file, None, None, None, what, hint, "warning", "evidence")


def undescribed_figures(submission: Submission) -> Iterator[Problem]:
    """Find figures without an alternative text for readers who cannot see them."""
    for name, item in submission.items.items():
        for image in item.get("images", ()):
            if not str(image.get("alt") or "").strip():
                yield Problem(
                    "manuscript/" if "file" in image else "data/protocol.yml",
                    None,
                    name if "file" in image else f"display[{name}]",
                    image["name"],
                    "This figure has no alternative text.",
                    'Write {fig-alt="What it shows"} behind it.'
                    if "file" in image
                    else "The program that draws it must describe it. Please report this.",
                    "error",
                    "alt-text",
                )
