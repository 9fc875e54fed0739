"""The value that says what the paper was built from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.value import Value, escape, phrase
from analysis.synthesis.origin import provenance_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.synthesis.results import Synthesis
    from schemas.review_data import ReviewData


def provenance_values(synthesis: Synthesis, data: ReviewData) -> Iterator[Value]:
    """Give the statement for the end of the paper, without full stop."""
    statement = provenance_of(synthesis, data.root).statement
    yield phrase("provenance.statement", escape(statement), "SHA-256 of the files")
