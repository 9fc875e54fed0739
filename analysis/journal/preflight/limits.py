"""What the journal limits, what the paper has, and whether that fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.journal.arrangement import unplaced
from schemas.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.journal.context import Submission
    from analysis.journal.counts import Counts
    from analysis.journal.requirements import Journal

RULE = "journal-limit"
PAPER = "manuscript/paper.qmd"


@dataclass(frozen=True, slots=True)
class Measured:
    """One thing that journals limit.

    Attributes
    ----------
    what
        Its name: ``Words of the abstract``.
    found
        What the paper has.
    limit
        What the journal allows; None where no limit is known.
    at_least
        Whether the limit is the smallest number.
    entry
        The entry of the journal's file.
    """

    what: str
    found: int
    limit: int | None
    entry: str
    at_least: bool = False

    @property
    def kept(self) -> bool | None:
        """Whether the paper keeps to it, None without a limit."""
        if self.limit is None:
            return None
        return self.found >= self.limit if self.at_least else self.found <= self.limit


def measured(journal: Journal, counts: Counts) -> tuple[Measured, ...]:
    """Set the paper beside everything that a journal can limit."""
    limits = journal.limits
    rows = [
        ("Words of the abstract", counts.abstract_words, "abstract_words"),
        ("Words of the main text", counts.main_text_words, "main_text_words"),
        ("References", counts.references, "references"),
        ("Tables and figures", counts.display_items, "display_items"),
        ("Tables", counts.tables, "tables"),
        ("Figures", counts.figures, "figures"),
        ("Characters of the title", counts.title_characters, "title_characters"),
        ("Words of the title", counts.title_words, "title_words"),
        (
            "Characters of the running head",
            counts.running_head_characters,
            "running_head_characters",
        ),
        ("Keywords", counts.keywords, "keywords"),
        ("Levels of headings", counts.heading_levels, "heading_levels"),
    ]
    found = [Measured(what, number, getattr(limits, name), name) for what, number, name in rows]
    if limits.keywords_least is not None:
        least = limits.keywords_least
        found.append(Measured("Keywords, at least", counts.keywords, least, "keywords_least", True))
    return tuple(found)


def exceeded(journal: Journal, rows: tuple[Measured, ...]) -> Iterator[Problem]:
    """Find what is too long, too many or too few."""
    for row in rows:
        if row.kept is False:
            yield Problem(
                PAPER,
                None,
                row.what,
                str(row.found),
                f"{journal.name} allows at {'least' if row.at_least else 'most'} {row.limit}.",
                _advice(row),
                "error",
                RULE,
            )


def _advice(row: Measured) -> str:
    difference = abs(row.found - (row.limit or 0))
    if row.at_least:
        return f"Add {difference}."
    if row.entry in ("display_items", "tables", "figures"):
        return f"Move {difference} to the supplement, or leave them out."
    if row.entry in ("references", "keywords", "heading_levels"):
        return f"Leave out {difference}."
    return f"Shorten by {difference}."


def abstract_form(submission: Submission) -> Iterator[Problem]:
    """Find headings of the journal's abstract without a text, and parts without such a heading."""
    wanted = submission.journal.abstract.headings
    if not wanted:
        return
    abstract = str(submission.manuscript.front_matter.get("abstract", ""))
    for name in unplaced(abstract, submission.journal.abstract):
        yield Problem(
            PAPER,
            None,
            "abstract",
            name,
            f"This part of the abstract has no place in that of {submission.journal.name}.",
            f"Its headings are: {', '.join(entry.heading for entry in wanted)}. Write an abstract "
            f"for this journal in {submission.own.file}, below # Abstract.",
            "error",
            "journal-abstract",
        )
    texts = submission.texts
    written = {
        text.text
        for text in texts
        if text.passage.part == "abstract" and text.passage.raw.lstrip().startswith("#")
    }
    for heading in wanted:
        if written.isdisjoint((heading.heading, *heading.taken)):
            yield Problem(
                PAPER,
                None,
                "abstract",
                heading.heading,
                f"{submission.journal.name} wants this heading in the abstract.",
                f"Write an abstract for this journal in {submission.own.file}, below # Abstract, "
                "or say in the journal's file which heading it takes.",
                "error",
                "journal-abstract",
            )
