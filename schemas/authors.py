"""Who wrote the review and what they declare: the model of manuscript/authors.yml.

Nothing in it is ever filled in by the program. What nobody has declared is empty, and a package for
a journal is refused until it is there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, Self

from pydantic import Field, field_validator, model_validator

from schemas.entry import Entry, Text, refusal, refuse_repeats
from schemas.problems import DataProblems, Problem
from schemas.vocabulary import did_you_mean
from schemas.yaml_file import YamlFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AUTHORS_FILE = "manuscript/authors.yml"
NOTHING = "none"

# ANSI/NISO Z39.104-2022, CRediT, Contributor Roles Taxonomy: the closed list of 14 roles, by the
# last part of their addresses at credit.niso.org.
Role = Literal[
    "conceptualization",
    "data-curation",
    "formal-analysis",
    "funding-acquisition",
    "investigation",
    "methodology",
    "project-administration",
    "resources",
    "software",
    "supervision",
    "validation",
    "visualization",
    "writing-original-draft",
    "writing-review-editing",
]
ROLE_NAMES: dict[Role, str] = {
    "conceptualization": "Conceptualization",
    "data-curation": "Data curation",
    "formal-analysis": "Formal analysis",
    "funding-acquisition": "Funding acquisition",
    "investigation": "Investigation",
    "methodology": "Methodology",
    "project-administration": "Project administration",
    "resources": "Resources",
    "software": "Software",
    "supervision": "Supervision",
    "validation": "Validation",
    "visualization": "Visualization",
    "writing-original-draft": "Writing – original draft",
    "writing-review-editing": "Writing – review & editing",
}

_ORCID = re.compile(r"^\d{4}-\d{4}-\d{4}-\d{3}[\dX]$")
_ORCID_ADDRESS = re.compile(
    r"(?:(?:https?://)?(?:www\.)?orcid\.org/|orcid(?:\s*id)?\s*:?\s*)(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])/?",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*[,;]\s*")
_EMAIL = re.compile(r"^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$")


def _letters(name: object) -> str:
    """Write a role so that hyphens, dashes, capitals, `&`, `and` and British s do not matter."""
    plain = re.sub(r"\band\b", "", str(name).casefold()).replace("isation", "ization")
    return "".join(c for c in plain if c.isalpha())


_ROLES_BY_LETTERS: dict[str, Role] = {_letters(name): role for role, name in ROLE_NAMES.items()}


class Affiliation(Entry):
    """A place where authors work."""

    id: Text = Field(description="Short name by which authors refer to it")
    name: Text = Field(description="Department and institution")
    city: Text | None = Field(default=None, description="City")
    country: Text | None = Field(default=None, description="Country")

    @property
    def text(self) -> str:
        """The affiliation on one line."""
        return ", ".join(part for part in (self.name, self.city, self.country) if part)


class Author(Entry):
    """A person who is an author."""

    given: Text = Field(description="Given names")
    family: Text = Field(description="Family name")
    degrees: tuple[Text, ...] = Field(default=(), strict=False, description="Such as MD, PhD")
    orcid: Text | None = Field(default=None, description="As 0000-0000-0000-0000, without https")
    affiliations: tuple[Text, ...] = Field(
        default=(), strict=False, description="Ids out of the list affiliations"
    )
    email: Text | None = Field(default=None, description="Needed for the corresponding author")
    address: Text | None = Field(default=None, description="Postal address, where a journal asks")
    corresponding: bool = Field(default=False, description="yes for the corresponding author")
    equal_contribution: bool = Field(
        default=False, description="yes for authors who contributed equally"
    )
    roles: tuple[Role, ...] = Field(
        default=(), strict=False, description="CRediT roles, out of the 14 of the standard"
    )
    competing_interests: Text | None = Field(
        default=None, description="The author's own statement, or none"
    )

    @field_validator("orcid", mode="before")
    @classmethod
    def _orcid_alone(cls, given: object) -> object:
        """Take the number out of the address that orcid.org shows."""
        match = _ORCID_ADDRESS.fullmatch(given.strip()) if isinstance(given, str) else None
        return given if match is None else match[1].upper()

    @field_validator("degrees", mode="before")
    @classmethod
    def _degrees_listed(cls, given: object) -> object:
        """Read `MD, PhD` as the list of two."""
        return _PARTS.split(given.strip(" ,;")) if isinstance(given, str) else given

    @field_validator("roles", mode="before")
    @classmethod
    def _roles_by_any_spelling(cls, given: object) -> object:
        """Read roles as the standard writes them: `Writing – review & editing`."""
        listed = _PARTS.split(given.strip(" ,;")) if isinstance(given, str) else given
        if not isinstance(listed, list | tuple):
            return given
        return [_ROLES_BY_LETTERS.get(_letters(role), role) for role in listed]

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"

    @property
    def initials(self) -> str:
        """Initials as in a statement of contributions: ``A.-B.C.`` is written ``ABC``."""
        parts = re.split(r"[\s\-‐.]+", self.name)
        return "".join(part[0].upper() for part in parts if part and part[0].isalpha())

    @property
    def role_names(self) -> tuple[str, ...]:
        """The roles as the standard writes them, in its order."""
        return tuple(name for role, name in ROLE_NAMES.items() if role in self.roles)

    @model_validator(mode="after")
    def _check_entry(self) -> Self:
        if self.orcid is not None and not is_orcid(self.orcid):
            raise refusal(
                "This is not an ORCID: its last character does not fit the others."
                if _ORCID.match(self.orcid)
                else "This is not an ORCID.",
                "Copy it from orcid.org: four groups of four, as 0000-0000-0000-0000, "
                "without https.",
                "orcid",
            )
        if self.email is not None and not _EMAIL.match(self.email):
            raise refusal("This is not an e-mail address.", "Write it alone.", "email")
        if self.corresponding and self.email is None:
            raise refusal("The corresponding author has no e-mail address.", "Add the entry email.")
        refuse_repeats(self.roles, "role", "roles")
        refuse_repeats(self.affiliations, "affiliation", "affiliations")
        return self


class Authors(Entry):
    """Everything in manuscript/authors.yml."""

    group: Text | None = Field(
        default=None, description="A group author; alone, or after the persons"
    )
    authors: tuple[Author, ...] = Field(
        default=(), strict=False, description="The persons, in the order of the title page"
    )
    affiliations: tuple[Affiliation, ...] = Field(
        default=(), strict=False, description="Where they work"
    )
    funding: Text | None = Field(default=None, description="Statement of funding, or none")
    competing_interests: Text | None = Field(
        default=None, description="What concerns the group as a whole; else each author's own entry"
    )
    ethics: Text | None = Field(default=None, description="Statement on ethical approval")
    data_availability: Text | None = Field(
        default=None, description="Where data and programs are found"
    )
    consent_to_participate: Text | None = Field(
        default=None, description="Consent of participants, or none"
    )
    consent_to_publish: Text | None = Field(
        default=None, description="Consent to publication, or none"
    )
    guarantor: Text | None = Field(
        default=None, description="Name of the author who answers for the whole"
    )
    transparency: Text | None = Field(
        default=None, description="What the guarantor affirms, where a journal asks"
    )
    patient_involvement: Text | None = Field(
        default=None, description="How patients and the public took part, or none"
    )
    acknowledgements: Text | None = Field(default=None, description="Thanks, or none")
    ai_use: Text | None = Field(
        default=None, description="How tools of artificial intelligence were used, or none"
    )
    confirmed: bool = Field(
        default=False,
        description="true when every author confirms that the work is original, is under "
        "consideration nowhere else, and may be submitted as it is",
    )
    identifying: tuple[Text, ...] = Field(
        default=(),
        strict=False,
        description="Further words that would tell a blinded reviewer who wrote the review",
    )

    @property
    def names(self) -> tuple[str, ...]:
        """Names as they stand below the title."""
        return tuple(a.name for a in self.authors) + ((self.group,) if self.group else ())

    @property
    def corresponding(self) -> tuple[Author, ...]:
        """The corresponding authors."""
        return tuple(author for author in self.authors if author.corresponding)

    def affiliations_of(self, author: Author) -> tuple[Affiliation, ...]:
        """Give an author's affiliations in the author's order."""
        by_id = {place.id: place for place in self.affiliations}
        return tuple(by_id[name] for name in author.affiliations)

    def numbered_affiliations(self) -> tuple[Affiliation, ...]:
        """Give the affiliations in the order in which the authors name them, as they are numbered.

        Affiliations that no author names are left out.
        """
        found = (place for author in self.authors for place in self.affiliations_of(author))
        return tuple(dict.fromkeys(found))

    @model_validator(mode="after")
    def _check_entries(self) -> Self:
        known = [place.id for place in self.affiliations]
        refuse_repeats(known, "affiliation", "affiliations", name_of="id")
        refuse_repeats([author.name for author in self.authors], "author", "authors")
        orcids = [author.orcid for author in self.authors if author.orcid]
        refuse_repeats(orcids, "ORCID", "authors")
        for position, author in enumerate(self.authors):
            for index, name in enumerate(author.affiliations):
                if name not in known:
                    raise refusal(
                        f"There is no affiliation called {name}.",
                        f"{did_you_mean(name, known)}Add it to the list affiliations.",
                        *("authors", position, "affiliations", index),
                    )
        return self


_FILE = YamlFile(
    model=Authors,
    name=AUTHORS_FILE,
    rule="authors-entry",
    purpose="It says who wrote the review and what they declare; docs/submission.md explains it.",
    guide="docs/submission.md",
)


def read_authors(root: Path) -> Authors:
    """Read manuscript/authors.yml.

    Parameters
    ----------
    root
        The review's folder.

    Returns
    -------
    Authors
        Without any entry if the file does not exist: nobody has declared anything yet.

    Raises
    ------
    DataProblems
        If an entry is wrong.
    """
    path = root / AUTHORS_FILE
    if not path.exists():
        return Authors()
    authors, problems = _FILE.read(path)
    if authors is None:
        raise DataProblems(problems)
    return authors


def is_orcid(text: str) -> bool:
    """Tell whether the last character of an ORCID fits the others (ISO/IEC 7064, MOD 11-2)."""
    if not _ORCID.match(text):
        return False
    total = 0
    for digit in text.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return text[-1] == ("X" if rest == 10 else str(rest))


def undeclared(authors: Authors) -> tuple[Problem, ...]:
    """Give what is missing in authors.yml before any journal can take the paper.

    Returns
    -------
    tuple of Problem
        Errors, in the order of the file; empty if everything is declared.
    """
    return tuple(_undeclared(authors))


def _undeclared(authors: Authors) -> Iterator[Problem]:
    if not authors.authors:
        yield _missing("authors", "No author is named.", "Add each person to the list authors.")
    elif not authors.corresponding:
        yield _missing(
            "authors",
            "No author is the corresponding one.",
            "Give one of them corresponding: true and an e-mail address.",
        )
    for author in authors.authors:
        for entry, given, what in (
            ("affiliations", author.affiliations, "has no affiliation"),
            ("roles", author.roles, "has no CRediT role"),
            ("competing_interests", author.competing_interests, "declares no competing interests"),
        ):
            if not given:
                yield _missing(
                    f"authors[{author.name}].{entry}",
                    f"{author.name} {what}.",
                    "Ask the author; write none where there is nothing to declare."
                    if entry == "competing_interests"
                    else "Add the entry.",
                )
    if not authors.confirmed:
        yield _missing(
            "confirmed",
            "The authors have not confirmed the submission.",
            "Write true when every author confirms that the work is original, is under "
            "consideration nowhere else, and may be submitted as it is.",
        )
    for entry, what in (
        ("funding", "The funding is not declared."),
        ("ethics", "There is no statement on ethical approval."),
        ("data_availability", "It is not said where the data are found."),
    ):
        if getattr(authors, entry) is None:
            yield _missing(
                entry, what, "Write the statement, or none where there is nothing to say."
            )


def _missing(entry: str, what: str, hint: str) -> Problem:
    return Problem(AUTHORS_FILE, None, entry, None, what, hint, "error", "not-declared")
