"""Values of what the authors declare, so that the text cannot contradict authors.yml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.manuscript.value import escape, phrase
from analysis.paper.declarations import declarations
from schemas.authors import AUTHORS_FILE, read_authors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.manuscript.value import Value
    from schemas.review_data import ReviewData

UNDECLARED = "To be declared by the authors of this version before submission to a journal."


def declaration_values(data: ReviewData) -> Iterator[Value]:
    """Give every declaration as sentences; what nobody has declared says so."""
    for declaration in declarations(read_authors(data.root), data.protocol):
        text = UNDECLARED if declaration.text is None else declaration.text
        yield phrase(f"declarations.{declaration.name}", escape(text), AUTHORS_FILE)
