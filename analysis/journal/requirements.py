"""What a journal asks of a manuscript: the model of one file in manuscript/journals/.

Every entry but ``id`` and ``name`` may be left out; what is left out is the neutral form that most
journals accept, and a limit that is left out is not checked. docs/journals.md explains each entry.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from analysis.journal.journal_style import (
    FigureFiles,
    FileNames,
    Layout,
    NumberStyle,
    Supplement,
)
from schemas.entry import Entry, Text, refusal, refuse_repeats
from schemas.vocabulary import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

JournalId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
Count = Annotated[int, Field(ge=0)]


def _issn(text: str) -> str:
    """Check the last digit of an ISSN (ISO 3297, annex A)."""
    digits = [10 if sign == "X" else int(sign) for sign in text.replace("-", "")]
    if sum(weight * digit for weight, digit in zip(range(8, 0, -1), digits, strict=True)) % 11:
        what = f"{text} is no ISSN: its last digit does not fit the others."
        raise refusal(what, "Copy it from the journal's page.")
    return text


Issn = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{3}[\dX]$"), AfterValidator(_issn)]
Megabytes = Annotated[float, Field(gt=0)]

Section = Literal[
    "introduction",
    "methods",
    "results",
    "discussion",
    "conclusions",
    "acknowledgements",
    "declarations",
    "references",
]
Statement = Literal[
    "funding",
    "competing_interests",
    "data_availability",
    "ethics",
    "consent_to_participate",
    "consent_to_publish",
    "contributions",
    "registration",
    "patient_involvement",
    "ai_use",
    "acknowledgements",
    "guarantor",
    "transparency",
]
Checklist = Literal["prisma_2020", "prisma_2020_abstract"]
Tables = Literal["in_place", "end", "separate"]
Figures = Literal["in_place", "legends_in_place", "legends", "end"]
Blinding = Literal["none", "single", "double"]
TitlePage = Literal["separate", "first_page", "none"]

# Sections of the shipped manuscript in the order in which they stand there.
SECTIONS: tuple[Section, ...] = (
    "introduction",
    "methods",
    "results",
    "discussion",
    "conclusions",
    "acknowledgements",
    "declarations",
    "references",
)
# Entries that say which journal this is and where its rules were read; they need no source.
_UNSOURCED = frozenset({"id", "name", "publisher", "issn_print", "issn_electronic", "sources"})


class Source(Entry):
    """A page on which some of the journal's rules were read."""

    title: Text = Field(description="Title of the page")
    url: Text | None = Field(default=None, description="Its address")
    read: dt.date = Field(description="Day on which it was read")
    stored: Text | None = Field(
        default=None, description="Date of the copy that was read, when it was not the live page"
    )
    covers: tuple[Text, ...] = Field(
        default=(),
        strict=False,
        description="Entries of this file that come from it: limits.abstract_words, style …",
    )


class Limits(Entry):
    """What may not be exceeded; a limit that is not here is not checked."""

    abstract_words: Count | None = Field(default=None, description="Words of the abstract")
    main_text_words: Count | None = Field(
        default=None,
        description="Words without title page, abstract, references, tables and captions",
    )
    references: Count | None = Field(default=None, description="Entries of the reference list")
    display_items: Count | None = Field(default=None, description="Tables and figures together")
    tables: Count | None = Field(default=None, description="Tables of the main text")
    figures: Count | None = Field(default=None, description="Figures of the main text")
    title_characters: Count | None = Field(default=None, description="Title, spaces included")
    title_words: Count | None = Field(default=None, description="Words of the title")
    running_head_characters: Count | None = Field(
        default=None, description="Running head or short title, spaces included"
    )
    keywords: Count | None = Field(default=None, description="Most keywords")
    keywords_least: Count | None = Field(default=None, description="Fewest keywords")
    heading_levels: Count | None = Field(default=None, description="Levels of headings")


class AbstractHeading(Entry):
    """A heading of the abstract, and where its text comes from."""

    heading: Text = Field(description="As the journal prints it")
    takes: tuple[Text, ...] = Field(
        default=(),
        strict=False,
        description="Headings of the manuscript's abstract whose text stands under it; "
        "its own name when empty",
    )

    @property
    def taken(self) -> tuple[str, ...]:
        """The headings of the manuscript whose text stands here."""
        return self.takes or (self.heading,)


class Abstract(Entry):
    """The form of the abstract."""

    # An empty entry leaves the form to the manuscript; most journals take either.
    structured: bool | None = Field(
        default=None,
        description="yes: with headings; no: one text; empty: as the manuscript has it",
    )
    headings: tuple[AbstractHeading, ...] = Field(
        default=(), strict=False, description="Headings in order; empty: those of the manuscript"
    )

    @model_validator(mode="after")
    def _check_headings(self) -> Self:
        if self.headings and self.structured is False:
            raise refusal(
                "An abstract in one text has no headings.",
                "Delete the headings, or write structured: true.",
                "headings",
            )
        names = [x.heading for x in self.headings]
        refuse_repeats(names, "heading", "headings", name_of="heading")
        return self


class Box(Entry):
    """A box of a few sentences that the journal prints beside the text."""

    heading: Text = Field(description="As the journal prints it")
    parts: tuple[Text, ...] = Field(
        default=(), strict=False, description="Headings within the box, in order"
    )
    words: Count | None = Field(default=None, description="Most words of the whole box")
    place: Literal["before_abstract", "after_text"] = Field(
        default="after_text", description="Where it stands in the manuscript"
    )


class FileLimits(Entry):
    """Largest files that the journal's system takes."""

    one_file_mb: Megabytes | None = Field(default=None, description="A single file, in MB")
    all_files_mb: Megabytes | None = Field(default=None, description="All files, in MB")
    figure_mb: Megabytes | None = Field(default=None, description="A figure file, in MB")


class Journal(Entry):
    """What one journal asks; the defaults are the neutral form of ``generic.yml``."""

    id: JournalId = Field(description="Name of the file without .yml, used as --journal")
    name: Text = Field(description="Name of the journal")
    publisher: Text | None = Field(default=None, description="Its publisher")
    issn_print: Issn | None = Field(default=None, description="ISSN of the printed issues")
    issn_electronic: Issn | None = Field(default=None, description="ISSN of the pages on the web")
    sources: tuple[Source, ...] = Field(
        default=(), strict=False, description="Where its rules were read, and when"
    )
    article_type: Text | None = Field(
        default=None, description="What to choose in the submission system"
    )
    style: Text = Field(
        default="american-medical-association", description="Citation style, by its CSL name"
    )
    blinding: Blinding = Field(
        default="none",
        description="double: reviewers do not see the authors, so the files carry no names",
    )
    limits: Limits = Field(default_factory=Limits, description="What may not be exceeded")
    abstract: Abstract = Field(default_factory=Abstract, description="Form of the abstract")
    boxes: tuple[Box, ...] = Field(
        default=(), strict=False, description="Boxes that authors write, in order"
    )
    sections: tuple[Section, ...] = Field(
        default=SECTIONS, strict=False, description="Sections of the main text in order"
    )
    section_titles: dict[Section, Text] = Field(
        default_factory=dict, description="Sections that this journal calls otherwise"
    )
    headings_numbered: bool = Field(default=False, description="1, 1.1 before headings")
    tables: Tables = Field(default="in_place", description="Where tables stand")
    figures: Figures = Field(
        default="in_place",
        description="in the text, at its end, or their legends only in either place",
    )
    figure_files: FigureFiles = Field(
        default_factory=FigureFiles, description="What the figure files must be"
    )
    layout: Layout = Field(default_factory=Layout, description="The page of the manuscript")
    numbers: NumberStyle = Field(default_factory=NumberStyle, description="How numbers are written")
    title_page: TitlePage = Field(
        default="separate", description="A file of its own, the first page, or none"
    )
    cover_letter: bool = Field(default=True, description="Whether a cover letter is written")
    statements: tuple[Statement, ...] = Field(
        default=("funding", "competing_interests", "data_availability", "ethics", "contributions"),
        strict=False,
        description="Declarations without which the journal returns a manuscript",
    )
    checklists: tuple[Checklist, ...] = Field(
        default=("prisma_2020",), strict=False, description="Checklists that are uploaded"
    )
    supplement: Supplement = Field(default_factory=Supplement, description="Supplementary files")
    file_names: FileNames = Field(default_factory=FileNames, description="Names of the files")
    file_limits: FileLimits = Field(default_factory=FileLimits, description="Sizes of the files")

    @field_validator("sections", "statements", "checklists")
    @classmethod
    def _check_repeats(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        refuse_repeats(names, "entry")
        return names

    @model_validator(mode="after")
    def _check_sources(self) -> Self:
        given = self.given_entries()
        nameable = dict.fromkeys(group for entry in given for group in _groups(entry))
        for number, source in enumerate(self.sources):
            for place, name in enumerate(source.covers):
                if name not in nameable:
                    hint = did_you_mean(name, nameable)
                    raise refusal(
                        f"There is no entry {name} in this file.",
                        f"{hint}Name the entries that come from this source.",
                        "sources",
                        number,
                        "covers",
                        place,
                    )
        for name in given:
            if name.startswith("limits.") and not self.covered(name):
                raise refusal(
                    "No source says this limit.",
                    f"Add {name} to `covers` of the source where it was read, or delete the limit.",
                    *name.split("."),
                )
        return self

    def given_entries(self) -> tuple[str, ...]:
        """Name the entries that the file sets and that need a source, such as limits.tables."""
        return tuple(_given(self, ()))

    def covered(self, name: str) -> bool:
        """Say whether a source is named for an entry or for the group that it belongs to."""
        covers = {entry for source in self.sources for entry in source.covers}
        return not covers.isdisjoint(_groups(name))


def _groups(name: str) -> tuple[str, ...]:
    """Give an entry and the groups that it stands in: ``limits`` and ``limits.tables``."""
    parts = name.split(".")
    return tuple(".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _given(entry: Entry, at: tuple[str, ...]) -> Iterator[str]:
    for name in type(entry).model_fields:
        if name not in entry.model_fields_set or (not at and name in _UNSOURCED):
            continue
        value = getattr(entry, name)
        if isinstance(value, Entry):
            yield from _given(value, (*at, name))
        else:
            yield ".".join((*at, name))
