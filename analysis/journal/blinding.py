"""What would tell a reviewer who wrote the review, and how it is taken out of a text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.manuscript.source_line import Manuscript
    from schemas.authors import Authors

HIDDEN = "(hidden for review)"


def traces(authors: Authors) -> tuple[str, ...]:
    """Give the words that must not stand in what reviewers see, the longest first.

    Full names, not family names: those stand in the reference list of every author who has
    published before, and a citation in the third person tells nothing.

    Parameters
    ----------
    authors
        Who wrote the review.
    """
    found = [*authors.names, *authors.identifying]
    for author in authors.authors:
        initialled = f"{author.initials[:1]}. {author.family}"
        found += [initialled, author.orcid or "", author.email or "", author.address or ""]
    found += [place.name for place in authors.affiliations]
    return tuple(sorted({word for word in found if word}, key=lambda word: (-len(word), word)))


def hide(text: str, words: tuple[str, ...]) -> str:
    """Replace words that identify the authors, whatever their case and the spaces in them."""
    for word in words:
        pattern = r"\s+".join(map(re.escape, word.split()))
        text = re.sub(rf"(?<!\w){pattern}(?!\w)", HIDDEN, text, flags=re.IGNORECASE)
    return text


def hide_in_manuscript(manuscript: Manuscript, authors: Authors) -> Manuscript:
    """Give a manuscript without the words that identify its authors."""
    words = traces(authors)
    front_matter = {
        key: _hidden(value, words)
        for key, value in manuscript.front_matter.items()
        if key not in ("author", "authors", "affiliations", "institute")
    }
    body = tuple(replace(line, text=hide(line.text, words)) for line in manuscript.body)
    return replace(manuscript, front_matter=front_matter, body=body)


def _hidden(value: Any, words: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        return hide(value, words)
    if isinstance(value, list):
        return [_hidden(entry, words) for entry in value]
    if isinstance(value, dict):
        return {key: _hidden(entry, words) for key, entry in value.items()}
    return value
