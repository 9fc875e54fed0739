"""The declarations in words: the same on the title page, in the paper and in the package."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.authors import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.authors import Authors
    from schemas.protocol import Protocol

TO_BE_DECLARED = "[to be declared]"


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration.

    Attributes
    ----------
    name
        As a journal's file calls it: ``funding``.
    heading
        What stands above it.
    text
        Plain text; None where nobody has declared anything.
    """

    name: str
    heading: str
    text: str | None


def declarations(authors: Authors, protocol: Protocol) -> tuple[Declaration, ...]:
    """Give every declaration, in the order of a title page.

    Parameters
    ----------
    authors
        What the authors declare.
    protocol
        For the registration.
    """
    registration = protocol.review.registration
    registered = f"{registration.registry} {registration.id}." if registration else None
    return (
        Declaration("contributions", "Contributions of the authors", _contributions(authors)),
        _said(authors, "guarantor", "Guarantor", "No guarantor is named."),
        _said(authors, "funding", "Funding", "No funding was received for this work."),
        Declaration("competing_interests", "Competing interests", _interests(authors)),
        _said(authors, "ethics", "Ethical approval", "Ethical approval was not needed."),
        _said(authors, "consent_to_participate", "Consent to participate", "Not applicable."),
        _said(authors, "consent_to_publish", "Consent to publication", "Not applicable."),
        _said(
            authors,
            "patient_involvement",
            "Patient and public involvement",
            "Patients and the public took no part in this work.",
        ),
        Declaration("registration", "Registration", registered),
        _said(
            authors, "data_availability", "Data availability", "The data are not made available."
        ),
        _said(authors, "transparency", "Transparency", "No statement is made."),
        _said(
            authors,
            "ai_use",
            "Use of artificial intelligence",
            "No tool of artificial intelligence was used.",
        ),
        _said(authors, "acknowledgements", "Acknowledgements", "None."),
    )


def in_words(text: str | None, nothing: str) -> str | None:
    """Write a statement as it prints: ``none`` becomes a sentence, text ends with a full stop."""
    if text is None:
        return None
    if text.casefold().rstrip(".") == NOTHING:
        return nothing
    plain = " ".join(text.split())
    return plain if plain.endswith((".", "!", "?")) else f"{plain}."


def _said(authors: Authors, name: str, heading: str, nothing: str) -> Declaration:
    return Declaration(name, heading, in_words(getattr(authors, name), nothing))


def _contributions(authors: Authors) -> str | None:
    if not authors.authors or not all(author.roles for author in authors.authors):
        return None
    short = _short_names(authors)
    return " ".join(
        f"{short(author.name)}: {', '.join(author.role_names)}." for author in authors.authors
    )


def _interests(authors: Authors) -> str | None:
    nothing = "The authors declare no competing interests."
    group = in_words(authors.competing_interests, nothing)
    people = authors.authors
    if not people or not all(author.competing_interests for author in people):
        # What holds for the group does not speak for a person who has said nothing.
        return group if not people else None
    short = _short_names(authors)
    said = [
        f"{short(author.name)}: {in_words(author.competing_interests, '')}"
        for author in people
        if in_words(author.competing_interests, "")
    ]
    if not said:
        return group if group and group != nothing else nothing
    if len(said) < len(people):
        said.append("The other authors declare no competing interests.")
    return " ".join([*([group] if group and group != nothing else []), *said])


def _short_names(authors: Authors) -> Callable[[str], str]:
    """Shorten names to initials, unless two authors have the same ones."""
    initials = {author.name: author.initials for author in authors.authors}
    unique = len(set(initials.values())) == len(initials)
    return (lambda name: initials[name]) if unique else (lambda name: name)
