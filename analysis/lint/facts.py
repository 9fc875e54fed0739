"""What the rules need to know of the review besides its text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.lint.allowed import AllowList, read_allowed
from schemas.references import REFERENCES_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from analysis.manuscript.pictures import Picture
    from analysis.manuscript.placement import Place
    from analysis.manuscript.source_line import Manuscript
    from analysis.paper.values import Value
    from schemas.protocol import Protocol
    from schemas.review_data import ReviewData

_BIB_ENTRY = re.compile(r"^\s*@(\w+)\s*[{(]\s*([^\s,{}()]+)\s*,")
_NO_ENTRY = {"string", "preamble", "comment"}


@dataclass(frozen=True, eq=False)
class Facts:
    """The review as the rules see it.

    Attributes
    ----------
    manuscript
        The text with its lines.
    values
        All named values.
    protocol
        For abbreviations, levels, labels.
    float_kinds
        Prefixes of numbered items.
    entries
        Keys of the reference list with their lines.
    cited_by_data
        Keys that the tables or the protocol name, and that the paper cites through values and
        generated tables.
    allowed
        What authors may type by hand.
    pictures
        Those that the authors put into the text themselves.
    """

    manuscript: Manuscript
    values: Mapping[str, Value]
    protocol: Protocol
    float_kinds: tuple[str, ...]
    entries: Mapping[str, int]
    cited_by_data: frozenset[str]
    allowed: AllowList
    pictures: tuple[Picture, ...]


def facts_of(
    root: Path,
    data: ReviewData,
    values: Mapping[str, Value],
    rules: tuple[str, ...],
    passages: Mapping[str, str] | None = None,
    places: Mapping[str, Place] | None = None,
) -> Facts:
    """Gather the facts.

    Parameters
    ----------
    root
        The project's folder.
    data
        The checked tables.
    values
        As `named_values` gives them.
    rules
        Names of the rules, for the list of exceptions.
    passages
        What fills the divs of passages; None takes those of the last build.
    places
        The items that do not stand where they are written; None takes those of the last build.

    Raises
    ------
    DataProblems
        If the manuscript cannot be read.
    """
    from analysis.manuscript.pictures import own_pictures
    from analysis.manuscript.sources import float_kinds, read_manuscript

    manuscript, kinds = read_manuscript(root, passages, places), float_kinds(root)
    return Facts(
        manuscript=manuscript,
        values=values,
        protocol=data.protocol,
        float_kinds=kinds,
        entries=_entries(root),
        cited_by_data=_cited_by_data(data),
        allowed=read_allowed(root, rules),
        pictures=own_pictures(manuscript, kinds),
    )


def _entries(root: Path) -> dict[str, int]:
    lines = (root / REFERENCES_FILE).read_text(encoding="utf-8-sig").splitlines()
    found = {}
    for number, line in enumerate(lines, start=1):
        match = _BIB_ENTRY.match(line)
        if match and match[1].lower() not in _NO_ENTRY:
            found[match[2]] = number
    return found


def _cited_by_data(data: ReviewData) -> frozenset[str]:
    keys = set(data.protocol.method_references.values())
    if data.protocol.review.first_published:
        keys.add(data.protocol.review.first_published.citation_key)
    for table in (data.studies, data.awaiting_extraction):
        keys.update(str(key) for key in table["citation_key"].dropna())
    return frozenset(keys)
